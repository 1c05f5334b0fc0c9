"""The marks that people type into plain text: titles with hashes, underlined or numbered, bullets, capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.extraction import Block
from index.reading.plain_text.wrapping import is_full

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.plain_text.lines import Line

_HASHED = re.compile(r"(#{1,6}|={2,6})[ \t]+(?=\S)")
_BULLET = re.compile(r"[-*+•‣◦▪·][ \t]+(?=\S)")
_NUMBER = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3})*[.)]|\d{1,3}(?:\.\d{1,3}){1,5}(?=[ \t]+[A-Z(])|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)|[a-z]\))"
    r"[ \t]+(?=\S)"
)
_UNDERLINES = {"=": 1, "-": 2, "~": 3, "^": 4, '"': 4, "*": 1, "#": 1, "+": 3}  # each with its usual level
_DIVISION = re.compile(
    r"(?:(?P<part>part|book|title|schedule|annex|appendix|teil|buch|anhang|titre|livre|annexe|parte|anexo)"
    r"|(?P<chapter>chapter|kapitel|chapitre|cap[ií]tulo)|(?P<section>section|abschnitt|secci[oó]n|se[çc][ãa]o)"
    r"|(?P<article>article|artikel|art[ií]culo|artigo|articolo|clause|rule|art\.|§{1,2}))"
    r"\s*(?:\d{1,4}\w?|[IVXLC]{1,7}|[A-Z])[.:]?(?:\s+[^\s].{0,80})?",
    re.IGNORECASE,
)
_DIVISION_LEVELS = {"part": 1, "chapter": 2, "section": 3, "article": 4}
_LONGEST_HEADING = 80  # characters
_CENTRED = 12  # columns of indent


def runs_of(chunk: Sequence[Line]) -> Iterator[tuple[BlockKind, list[Line]]]:
    """Split lines at their marks: each heading and each item by itself, and what stands between them."""
    run: list[Line] = []
    kind: BlockKind = "prose"
    width = max(line.indent + len(line.words) for line in chunk)
    for n, line in enumerate(chunk):
        starts = _mark(chunk, n, in_list=kind == "item")
        follows_heading = kind == "heading"
        leaves_item = kind == "item" and line.indent <= run[0].indent and not line.words[0].islower()
        leaves_item = leaves_item and not is_full(chunk[n - 1], line, int(0.85 * width))
        if run and (starts is not None or follows_heading or leaves_item):
            yield kind, run
            run = []
        if not run:
            if _is_rule(line.words) and ((n == 0 and len(chunk) > 1) or _is_overline(chunk, n)):
                continue
            kind = starts or "prose"
        run.append(line)
        if kind == "prose" and len(run) == 2 and _is_underline(run[1], run[0]):
            yield "heading", run
            run = []
    if run:
        yield kind, run


def _mark(chunk: Sequence[Line], n: int, *, in_list: bool) -> BlockKind | None:
    """Say what a line's first characters make of it; a dash that wrapping brought to a line's start marks nothing."""
    words = chunk[n].words
    if _HASHED.match(words):
        return "heading"
    for mark in (_BULLET, _NUMBER):
        if mark.match(words):
            opens = n == 0 or in_list or chunk[n - 1].stops or _HASHED.match(chunk[n - 1].words) is not None
            if opens or sum(mark.match(line.words) is not None for line in chunk[n - 1 : n + 40]) > 1:
                return "item"
    return None


def _is_rule(words: str) -> bool:
    return len(words) >= 3 and words[0] in _UNDERLINES and words == words[0] * len(words)


def _is_underline(line: Line, title: Line) -> bool:
    if not _is_rule(line.words) or not any(map(str.isalnum, title.words)):
        return False
    least = len(title.words) // 2 if line.words[0] in "=-" else len(title.words)
    return len(line.words) >= max(3, least)


def _is_overline(chunk: Sequence[Line], n: int) -> bool:
    """Whether a line and the next but one frame a title between them."""
    if n + 2 >= len(chunk) or not _is_rule(chunk[n].words):
        return False
    return chunk[n + 2].words[0] == chunk[n].words[0] and _is_underline(chunk[n + 2], chunk[n + 1])


def heading_level(run: Sequence[Line], following: Sequence[tuple[BlockKind, list[Line]]], *, alone: bool) -> int | None:
    """Give the level of a line that a number or a word such as "Article" makes a heading; None for what is none.

    It tells "2. Payment" above its text from "2. Pears" in a list that has blank lines between its items.

    Args:
        run: An item, or lines between blank ones.
        following: What comes next, if anything.
        alone: Whether a blank line stands above and below.
    """
    line = run[0]
    if len(run) > 1 or len(line.words) > _LONGEST_HEADING or not following:
        return None
    kind, after = following[0]
    if number := _NUMBER.match(line.words):
        starts = line.words[number.end()].isupper()
        deeper = kind == "item" and after[0].words.startswith(number[0].strip().rstrip(".)") + ".")
        leads = (kind == "prose" and after[-1].stops) or deeper
        is_short = not line.stops or deeper or _is_title_case(line.words[number.end() :])
        return max(1, len(re.findall(r"\d+", number[0]))) if starts and leads and is_short else None
    if alone and line.indent >= _CENTRED and kind in ("prose", "item") and after[0].indent <= line.indent - 6:
        return 1 if line.words[0].isupper() and not line.stops else None
    division = _DIVISION.fullmatch(line.words) if alone else None
    if division is None or (line.stops and " " in line.words.rstrip(".:").replace(" ", "", 1)):
        return None
    return next(level for name, level in _DIVISION_LEVELS.items() if division[name])


def _is_title_case(words: str) -> bool:
    capitals = [word[0].isupper() for word in words.split()]
    return len(capitals) > 1 and sum(capitals) >= 0.6 * len(capitals)


def block_of(lines: Sequence[Line], kind: BlockKind, level: int | None = None) -> Block:
    """Make a block of lines, without the marks that only say what it is."""
    start, end = lines[0].start, lines[-1].end
    if kind == "heading" and level is None:
        level = 1
        if hashes := _HASHED.match(lines[0].words):
            level = len(hashes[1]) if hashes[1][0] == "#" else len(hashes[1]) - 1
            start += hashes.end()
        elif len(lines) == 2:  # underlined
            level = _UNDERLINES[lines[1].words[0]]
            end = lines[0].end
    elif kind == "item" and (bullet := _BULLET.match(lines[0].words)):
        start += bullet.end()
    return Block(start, end, kind, level)
