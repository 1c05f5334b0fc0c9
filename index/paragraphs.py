"""A file's blocks into numbered paragraphs: mended where a page break cut them, apart from titles, bylines and tails.

Knows nothing of kinds of file: what it decides, it decides from the words and from what the reader said of each block.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from index.bylines import Byline, is_lone_link, is_tail, iso_date, opens_tail, read_byline
from index.documents import Paragraph, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.documents import PageSpan, ParagraphKind, PartRole
    from index.reading.extraction import Block, Extraction

_STOP = re.compile(r"""[.!?…:;。！？：；」』؟۔।]["'”’»)\]*_]*$""")
_MARKED = re.compile(r"#{1,6}\s|[-*+•]\s|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)]\s|>|\||```|---|\*\*\[")
_ENDS_ITEM = re.compile(r"[;,] (?:and|or)$")  # of a list whose items stand apart
_HANGING = re.compile(r"(?:^| )(?:the|an?|of|and|its|their|our)$")  # words after which no sentence or title ends
_OPENING = "“\"'‘(["
_JUNK_TITLE = re.compile(
    r"untitled.*|document ?\d*|microsoft word.*|no title|title|slide \d+|powerpoint presentation|\S+\.\w{2,5}", re.I
)
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3}|`{1,2})(?=\S)([^*_`]{1,300})(?<=\S)\1(?![\w.(])")
_INLINE_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{0,500}\)")

_TAGGED_KINDS = ("title", "heading", "table head", "running head", "navigation", "quoted history")
_TEXT_KINDS = ("prose", "heading")  # that may be a byline; rows and items are what a list or a table holds
_TAIL_KINDS = (*_TEXT_KINDS, "caption")
_NO_TITLE = re.compile(
    r"(?:\d|chapter|part|section|article|page|introduction|abstract|summary|contents|table of contents|overview|preface"
    r"|background|foreword|executive summary|einleitung|zusammenfassung|inhalt|résumé|sommaire)\b.*",
    re.IGNORECASE,
)
_NO_CONTENT = ("running head", "navigation", "quoted history", "table head")
_LONGEST_HEADING = 300  # characters; beyond it a paragraph was given a heading's style
_LONGEST_TITLE = 150  # characters, of a title that only its place makes one
_LOOK_FOR_BYLINES = 8  # blocks from the top
_MOST_TAILS = 8  # blocks from the end
_SHORT = 150  # characters; titles of other texts are shorter


@dataclass(frozen=True, slots=True)
class Division:
    """What a text is made of.

    Attributes:
        paragraphs: In order, without overlap, numbered from 1.
        parts: Everything else that a reader saw, in order.
        title: From the text, or else from the metadata.
        author: From the metadata, or else from the byline.
        date: ISO 8601; from the metadata, or else from the byline.
    """

    paragraphs: tuple[Paragraph, ...]
    parts: tuple[Part, ...]
    title: str | None
    author: str | None
    date: str | None


def divide(extraction: Extraction) -> Division:
    """Make paragraphs and parts of what a reader saw.

    Where nothing would be left as a paragraph, headings become paragraphs, then bylines and tails: a file of one line
    is found by that line.
    """
    blocks = list(extraction.blocks) if extraction.pre_mended else _mended(extraction.text, extraction.blocks)
    text = _Tagged(extraction, blocks)
    title = text.tag_title(extraction.title)
    byline = text.tag_bylines()
    text.tag_tails()
    text.keep_something()
    return Division(
        paragraphs=tuple(text.paragraphs()),
        parts=tuple(
            Part(role, block.start, block.end, block.pages) for block, role in text.tagged() if role is not None
        ),
        title=title,
        author=extraction.author or byline.author,
        date=iso_date(extraction.date) or byline.date,
    )


def _mended(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Join neighbouring blocks of prose where one stops in the middle of a sentence that the next goes on with."""
    lengths = [block.end - block.start for block in blocks if block.kind == "prose"]
    typical = statistics.median(lengths) if lengths else 0
    mended: list[Block] = []
    for block in blocks:
        before = mended[-1] if mended else block
        if before is not block and before.kind == block.kind == "prose" and _goes_on(text, before, block, typical):
            mended[-1] = replace(before, end=block.end, pages=_joined_pages(before.pages, block.pages))
        else:
            mended.append(block)
    return mended


def _goes_on(text: str, before: Block, block: Block, typical: float) -> bool:
    """Whether a block goes on with the sentence in which the one before it stops; `typical` is a block's length."""
    length = before.end - before.start
    last_line = text[max(before.start, before.end - 500) : before.end].rsplit("\n", 1)[-1].strip()
    after = text[block.start : min(block.end, block.start + 300)]
    if length < 40 or _STOP.search(last_line[-8:]) or _ENDS_ITEM.search(last_line[-8:]):
        return False
    if _MARKED.match(text, before.start) or _MARKED.match(after) or is_lone_link(after.split("\n", 1)[0]):
        return False
    if _is_certain(read_byline(last_line)):
        return False
    first_word = after.split(maxsplit=1)[0]
    if after[0].islower() and not any(map(str.isupper, first_word)):  # not "iPhone" or "mRNA"
        return " " in after or _STOP.search(after[-8:]) is not None  # one bare word is a label
    if length < 0.4 * typical:
        return False
    first_letter = after.lstrip(_OPENING)[:1]
    is_quoted = after[0] in _OPENING and first_letter.islower()
    return is_quoted or _HANGING.search(last_line[-12:]) is not None


def _joined_pages(before: tuple[PageSpan, ...], after: tuple[PageSpan, ...]) -> tuple[PageSpan, ...]:
    if before and after and before[-1].page == after[0].page:
        return (*before[:-1], replace(before[-1], end=after[0].end), *after[1:])
    return (*before, *after)


class _Tagged:
    """A text's blocks and the role of each; None marks a paragraph."""

    def __init__(self, extraction: Extraction, blocks: Sequence[Block]) -> None:
        self._text = extraction.text
        self._pages_stand_alone = extraction.pages_stand_alone
        self._blocks = blocks
        self._roles = [self._first_role(block) for block in blocks]
        self._title = ""

    def _first_role(self, block: Block) -> PartRole | None:
        if block.kind in _TAGGED_KINDS and block.kind != "heading":
            return cast("PartRole", block.kind)
        if not any(map(str.isalnum, self._words(block))):
            return "navigation"
        is_heading = block.kind == "heading" and block.end - block.start <= _LONGEST_HEADING
        return "heading" if is_heading else None

    def _words(self, block: Block) -> str:
        return self._text[block.start : block.end]

    def _words_at(self, n: int) -> str:
        return self._words(self._blocks[n])

    def tagged(self) -> Iterator[tuple[Block, PartRole | None]]:
        """Give every block with its role."""
        return zip(self._blocks, self._roles, strict=True)

    def _content(self) -> list[int]:
        """Give the places of all blocks that belong to the text itself."""
        return [n for n, role in enumerate(self._roles) if role not in _NO_CONTENT]

    def tag_title(self, metadata: str | None) -> str | None:
        """Find the block that is the title, and tag it; without one the title is that of the metadata."""
        known = _plain(metadata) if metadata else ""
        if _JUNK_TITLE.fullmatch(known):
            known = ""
        place = self._place_of_title(known)
        self._roles = ["heading" if role == "title" and n != place else role for n, role in enumerate(self._roles)]
        if place is None:
            return known or None
        self._roles[place] = "title"
        self._title = _plain(self._words(self._blocks[place]))
        return self._title

    def _place_of_title(self, known: str) -> int | None:
        content = self._content()
        for n in content:
            if self._roles[n] == "title":
                return n
        top = [n for n in content if not _is_certain(read_byline(self._words(self._blocks[n])))][:6]
        if known:
            said = next((n for n in top if self._says(n, known)), None)
            return said if said is not None else self._own_title(top)
        if not top:
            return None
        first = self._blocks[top[0]]
        if self._roles[top[0]] == "heading":
            is_followed = len(top) > 1 and self._roles[top[1]] == "heading"
            return top[0] if is_followed or self._is_over_all(top[0]) else None
        following = [self._blocks[n] for n in content if n > top[0]][:6]
        return top[0] if self._reads_like_a_title(first, following) else None

    def _own_title(self, top: Sequence[int]) -> int | None:
        """Find a title in the text that its metadata does not know: programs keep those of the file's templates."""
        if not top or self._roles[top[0]] != "heading" or not self._is_over_all(top[0]):
            return None
        words = _plain(self._words(self._blocks[top[0]]))
        is_one = self._blocks[top[0]].level == 1 and " " in words and not words.isupper()  # capitals: a letterhead
        return None if not is_one or _NO_TITLE.fullmatch(words) else top[0]

    def _is_over_all(self, place: int) -> bool:
        """Whether a heading stands above all the others."""
        level = self._blocks[place].level or 1
        others = (block.level or 1 for n, (block, role) in enumerate(self.tagged()) if role == "heading" and n != place)
        return min(others, default=9) > level

    def _says(self, n: int, title: str) -> bool:
        """Whether a block holds the known title, or most of one that has the site's name behind it."""
        block = self._blocks[n]
        if block.kind not in ("prose", "heading") or block.end - block.start > _LONGEST_HEADING:
            return False
        words, known = (re.sub(r"\W+", "", s.lower()) for s in (_plain(self._words(block)), title))
        return words == known or (len(words) >= 10 and known.startswith(words) and 2 * len(words) >= len(known))

    def _reads_like_a_title(self, block: Block, following: Sequence[Block]) -> bool:
        words = self._words(block)
        if block.kind != "prose" or "\n" in words or len(words) > _LONGEST_TITLE or is_lone_link(words):
            return False
        if words[-1] in ".:;,…" or words[0].islower() or not any(map(str.isalpha, words)):
            return False
        ends = ((self._words(after), after.end - after.start) for after in following if after.kind == "prose")
        return any(length > len(words) and (_STOP.search(end[-8:]) or length > _SHORT) for end, length in ends)

    def tag_bylines(self) -> Byline:
        """Tag the names and dates above the text, and give the first author and date among them."""
        top = [n for n in self._content() if self._roles[n] != "title"][:_LOOK_FOR_BYLINES]
        read = {n: read_byline(self._words(self._blocks[n])) for n in top if self._blocks[n].kind in _TEXT_KINDS}
        sentences = 0
        found: list[Byline] = []
        for at, n in enumerate(top):
            byline = read.get(n)
            beside = [read.get(m) for m in top[max(0, at - 1) : at + 2] if m != n]
            is_beside = any(map(_is_certain, beside))
            is_signed = byline is not None and byline.is_signed
            is_near = sentences == 0 or is_signed or any(other is not None and other.is_signed for other in beside)
            if byline is not None and sentences <= 1 and is_near and (byline.certain or is_beside):
                self._roles[n] = "byline"
                found.append(byline)
            elif self._roles[n] is None:
                sentences += _STOP.search(self._words(self._blocks[n])[-8:]) is not None or self._length(n) > _SHORT
        return Byline(
            author=next((byline.author for byline in found if byline.author), None),
            date=next((byline.date for byline in found if byline.date), None),
            certain=True,
        )

    def _length(self, n: int) -> int:
        return self._blocks[n].end - self._blocks[n].start

    def tag_tails(self) -> None:
        """Tag what follows the text's own end, from the end backwards."""
        content = self._content()
        last = content[-_MOST_TAILS:]
        first = len(last)
        while first and self._blocks[last[first - 1]].kind in _TAIL_KINDS and is_tail(self._words_at(last[first - 1])):
            first -= 1
        for at in range(first):  # a list of other texts' titles, under a heading that says so
            others = [(self._blocks[n].kind, self._words_at(n)) for n in last[at + 1 : first]]
            if opens_tail(self._words_at(last[at])) and all(
                kind in _TAIL_KINDS and len(words) <= _SHORT and not _STOP.search(words[-8:]) for kind, words in others
            ):
                first = at
                break
        tails = set(last[first:])
        if any(role is None for n, role in enumerate(self._roles) if n not in tails):
            for n in tails:
                self._roles[n] = "tail"

    def keep_something(self) -> None:
        """Where no paragraph is left, make paragraphs of the headings, or else of the bylines, tails and so on."""
        for kept in (("title", "heading", "table head"), ("byline", "tail", "quoted history")):
            if None not in self._roles:
                self._roles = [None if role in kept else role for role in self._roles]

    def paragraphs(self) -> Iterator[Paragraph]:
        """Number the paragraphs and say what stands above each."""
        path: list[tuple[int, str]] = []
        number = page = 0
        for block, role in self.tagged():
            if self._pages_stand_alone and block.pages and block.pages[0].page != page:
                path, page = [], block.pages[0].page
            if role == "heading":
                level = block.level or 1
                words = _plain(self._words(block))
                above = [] if words == self._title else [(level, words)]  # some pages show their title twice
                path = [*(heading for heading in path if heading[0] < level), *above]
            elif role == "title":
                path = []  # what stood above it was a letterhead
            elif role is None:
                number += 1
                if block.level is not None:
                    path = [heading for heading in path if heading[0] < block.level]
                yield Paragraph(
                    number=number,
                    start=block.start,
                    end=block.end,
                    kind="prose" if block.kind in _TAGGED_KINDS else cast("ParagraphKind", block.kind),
                    headings=(*(words for _, words in path), *map(_plain, block.above)),
                    pages=block.pages,
                    ocr=block.ocr,
                )


def _is_certain(byline: Byline | None) -> bool:
    return byline is not None and byline.certain


def _plain(words: str) -> str:
    """Give a heading's words without the marks of inline Markdown."""
    return " ".join(_EMPHASIS.sub(r"\2", _INLINE_LINK.sub(r"\1", words)).split())
