"""The text of one part of a mail, plain or HTML, and its blocks: what is said, what is quoted, what only frames it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from index.reading.extraction import Block
from index.reading.html.blocks import Walk, check_nesting
from index.reading.mail.history import MailLine, voices
from index.reading.plain_text.reader import blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.html.blocks import Seen
    from index.reading.mail.history import Voice
    from index.reading.mail.message import Body

_QUOTE_MARK = re.compile(r" ?>")
_QUOTES = 'blockquote[type="cite"], .gmail_quote, .yahoo_quoted, .protonmail_quote, .zmail_extra'
_SIGNATURES = ".gmail_signature, .moz-signature, #Signature, #ms-outlook-mobile-signature, .protonmail_signature_block"
_TAGGED: dict[Voice, BlockKind] = {"history": "quoted history", "frame": "navigation"}
_STUB = re.compile(
    r"html.{0,40}(?:viewer|capable|compatible|enabled|format|support|fähig|darstell|anzeig)|does not support html"
    r"|(?:view|read|open) (?:this|the) (?:e-?mail|message|mail|newsletter) (?:in|online)|im browser|votre navigateur",
    re.IGNORECASE,
)
_LONGEST_STUB = 400  # characters
_SIGNATURE_LINE = "-- "  # ends with a space, and goes on in no next line


class Said(NamedTuple):
    """A part's text, and its blocks with offsets into it."""

    text: str
    blocks: tuple[Block, ...]


def better_of(plain: Body, html: Body | None) -> Body:
    """Choose between the two forms of a text: the plain one, unless it is empty or only says to look at the other."""
    if html is None:
        return plain
    words = plain.text.strip()
    if not words or (len(words) <= _LONGEST_STUB and _STUB.search(words)):
        return html
    return plain


def plain_text(body: Body, subject: str, *, is_reply: bool) -> Said:
    """Read a part in plain text; see `voices` for the rest."""
    raw = body.text.strip("\n").split("\n")
    lines = _flowed(raw, body.drops_space) if body.is_flowed else [_line(words) for words in raw]
    spoken = voices(lines, subject, is_reply=is_reply)
    shown = [
        line.words if voice in ("own", "heading") or not line.depth else "> " * line.depth + line.words
        for line, voice in zip(lines, spoken, strict=True)
    ]
    shown = [words.rstrip() for words in shown]
    masked = (words if voice == "own" else " " * len(words) for words, voice in zip(shown, spoken, strict=True))
    blocks = [*blocks_of("\n".join(masked)), *_tagged(shown, spoken)]
    return Said("\n".join(shown), tuple(sorted(blocks, key=lambda block: block.start)))


def html(body: Body, subject: str, *, is_reply: bool, nesting: int) -> Said:
    """Read a part in HTML, all that is seen of it; see `voices` for the rest.

    Raises:
        LimitError: Its elements stand deeper in each other than `nesting`.
    """
    check_nesting(body.text, nesting)
    lines: list[MailLine] = []
    places: list[Seen | None] = []  # the block that each line is of
    for seen, depth, is_signature in _seen(body.text):
        if lines:
            in_table = places[-1] is not None and {seen.kind, places[-1].kind} <= {"row", "table head"}
            lines.extend([] if in_table else [MailLine("")])
            places.extend([] if in_table else [None])
        for words in seen.text.split("\n"):
            lines.append(MailLine(words, depth, is_signature))
            places.append(seen)
    spoken = voices(lines, subject, is_reply=is_reply)
    shown = [line.words for line in lines]
    blocks = [*_own(shown, spoken, places), *_tagged(shown, spoken)]
    return Said("\n".join(shown), tuple(sorted(blocks, key=lambda block: block.start)))


def header_lines(lines: Sequence[str]) -> Said:
    """Make of the headers of an attached mail what a forwarded one has above it."""
    spoken: list[Voice] = ["heading" if line.startswith(("From:", "Subject:")) else "frame" for line in lines]
    return Said("\n".join(lines), tuple(_tagged(lines, spoken)))


def _line(words: str) -> MailLine:
    """Count the marks of quotation before a line; programs that keep mails in one file put one before "From "."""
    depth, at = 0, 0
    if not words.startswith(">From "):
        while mark := _QUOTE_MARK.match(words, at):
            depth, at = depth + 1, mark.end()
    rest = words[at + 1 :] if depth and words[at : at + 1] == " " else words[at:]
    return MailLine(rest, depth)


def _flowed(raw: Sequence[str], drops_space: bool) -> list[MailLine]:
    """Join the lines that were parted only to be sent: those that end with a space, as deep as the next (RFC 3676)."""
    lines: list[MailLine] = []
    pieces: list[str] = []
    depth, goes_on = 0, False
    for words in raw:
        here = len(words) - len(words.lstrip(">"))
        rest = words[here:].removeprefix(" ")
        if pieces and not (goes_on and here == depth and rest != _SIGNATURE_LINE):
            lines.append(MailLine("".join(pieces), depth))
            pieces = []
        goes_on = rest.endswith(" ") and rest != _SIGNATURE_LINE
        pieces.append(rest[:-1] if goes_on and drops_space else rest)
        depth = here
    return [*lines, MailLine("".join(pieces), depth)]


def _seen(source: str) -> Iterator[tuple[Seen, int, bool]]:
    """Give what is seen of a page, how deep it is quoted, and whether it is a signature."""
    mark = "q" + hashlib.sha256(source.encode("utf-8")).hexdigest()  # a page cannot hold the hash of itself
    walk = Walk(source)
    for selector, before, after in ((_QUOTES, "i", "o"), (_SIGNATURES, "s", "e")):
        for node in walk.tree.css(selector):
            for letter, put in ((before, node.insert_before), (after, node.insert_after)):
                paragraph = walk.tree.create_node("p")
                paragraph.insert_child(mark + letter)
                put(paragraph)
    marks = re.compile(f"({mark}[iose])")
    depth = signatures = 0
    for seen in walk.blocks():
        if seen.region == "hidden":
            continue
        for piece in marks.split(seen.text) if mark in seen.text else [seen.text]:
            if piece.startswith(mark):
                depth = max(0, depth + {"i": 1, "o": -1}.get(piece[-1], 0))
                signatures += {"s": 1, "e": -1}.get(piece[-1], 0)
            elif words := piece.strip(" |\n"):
                yield replace(seen, text=words), depth, signatures > 0


def _own(shown: Sequence[str], spoken: Sequence[Voice], places: Sequence[Seen | None]) -> Iterator[Block]:
    """Give the page's own blocks, without the lines in them that are not the writer's."""
    start = 0
    keys = zip(spoken, map(id, places), strict=True)
    for _, run in groupby(zip(keys, shown, spoken, places, strict=True), key=lambda line: line[0]):
        lines = list(run)
        words = "\n".join(line[1] for line in lines)
        _, _, voice, seen = lines[0]
        if voice == "own" and seen is not None and words.strip():
            yield Block(*_stripped(words, start), seen.kind, seen.level, above=seen.above)
        start += len(words) + 1


def _tagged(shown: Sequence[str], spoken: Sequence[Voice]) -> Iterator[Block]:
    """Give the blocks of what is not the writer's: a run of lines each, and each head of a mail inside by itself."""
    start = level = 0
    for voice, run in groupby(zip(_closed(shown, spoken), shown, strict=True), key=lambda line: line[0]):
        lines = [words for _, words in run]
        words = "\n".join(lines)
        if voice in _TAGGED and words.strip():
            yield Block(*_stripped(words, start), _TAGGED[voice])
        elif voice == "heading":
            at = start
            for line in lines:
                if line.strip():
                    level = min(level + 1, 2)
                    yield Block(*_stripped(line, at), "heading", level)
                at += len(line) + 1
        if voice in ("own", "history"):
            level = 0
        start += len(words) + 1


def _closed(shown: Sequence[str], spoken: Sequence[Voice]) -> Iterator[Voice]:
    """Let blank lines go with those above them, lest they part what is one."""
    last: Voice = "own"
    for words, voice in zip(shown, spoken, strict=True):
        last = voice if words.strip() else last
        yield last


def _stripped(words: str, start: int) -> tuple[int, int]:
    stripped = words.strip()
    first = start + words.index(stripped)
    return first, first + len(stripped)
