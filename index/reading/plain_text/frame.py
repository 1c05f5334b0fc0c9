"""What stands around a plain text: pages with running heads, an e-book's licence, a table of contents."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from index.documents import PageSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.extraction import BlockKind
    from index.reading.plain_text.lines import Line

_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = re.compile(
    r"[\[(\s–-]*(?:page|seite|p\.)?\s*(?:\d{1,5}|[ivxlc]{1,7})(?:\s*(?:of|von|/)\s*\d{1,5})?[\])\s–-]*", re.I
)
_EBOOK_STARTS = re.compile(r"^\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG EBOOK.*$", re.MULTILINE)
_EBOOK_ENDS = re.compile(r"^(?:\*{3} ?)?END OF (?:THE|THIS) PROJECT GUTENBERG EBOOK.*$", re.MULTILINE)
_EBOOK_FIELD = re.compile(r"^(Title|Author|Release date|Language): +(.+)$", re.MULTILINE | re.IGNORECASE)
_LONGEST_EBOOK_HEAD = 20_000  # characters
_FEWEST_PAGES = 3  # on which a line must stand to be a running head
_EDGE = 2  # lines of a running head
_LONGEST_RUNNING_HEAD = 120  # characters
_LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "dutch": "nl",
              "portuguese": "pt", "finnish": "fi", "swedish": "sv", "danish": "da", "latin": "la"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ebook:
    """What the head of an e-book of Project Gutenberg says, and where the book itself begins and ends."""

    start: int
    end: int
    title: str | None
    author: str | None
    language: str | None


def ebook_in(text: str) -> Ebook | None:
    """Find the e-book between a licence's two halves; None where the text is none."""
    starts = _EBOOK_STARTS.search(text, 0, _LONGEST_EBOOK_HEAD)
    if starts is None:
        return None
    ends = _EBOOK_ENDS.search(text, starts.end())
    fields = {name.lower(): words.strip() for name, words in _EBOOK_FIELD.findall(text[: starts.start()])}
    return Ebook(
        start=starts.end(),
        end=ends.start() if ends is not None else len(text),
        title=fields.get("title"),
        author=fields.get("author"),
        language=_LANGUAGES.get(fields.get("language", "").lower()),
    )


def around_ebook(line: Line, ebook: Ebook | None) -> BlockKind | None:
    """Say whether a line is of the licence around an e-book."""
    return "navigation" if ebook is not None and not ebook.start <= line.start < ebook.end else None


def running_heads(pages: Sequence[Sequence[Line | None]]) -> set[int]:
    """Give the starts of the lines that stand at the top or foot of most pages, but for their numbers."""
    edges = [[line for line in (*_edge(page), *_edge(page[::-1])) if _may_repeat(line)] for page in pages]
    counts = Counter(shape for near in edges for shape in {_shape(line) for line in near})
    enough = max(_FEWEST_PAGES, 0.3 * len(pages))
    return {line.start for near in edges for line in near if counts[_shape(line)] >= enough}


def _edge(page: Sequence[Line | None]) -> list[Line]:
    """Give the first line of a page, or its first two where a blank one parts them from the text."""
    first = next((n for n, line in enumerate(page) if line is not None), len(page))
    lines = list(takewhile(lambda line: line is not None, page[first : first + _EDGE + 1]))
    return [line for line in lines[: _EDGE if len(lines) <= _EDGE else 1] if line is not None]


def _may_repeat(line: Line) -> bool:
    return len(line.words) <= _LONGEST_RUNNING_HEAD


def _shape(line: Line) -> str:
    if _PAGE_NUMBER.fullmatch(line.words):
        return "#"
    return " ".join(_NUMBERS.sub("#", line.words).split())


def spans(start: int, end: int, page_starts: Sequence[int]) -> tuple[PageSpan, ...]:
    """Give the page of a stretch of text in a file with page breaks; no stretch crosses one."""
    if not page_starts:
        return ()
    return (PageSpan(bisect_right(page_starts, start) + 1, start, end),)
