"""Lines of a PDF page cut into cells where wide gaps part their words. Knows nothing of tables."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

BULLET = re.compile(r"(?:[•◦▪‣●○■□☐☒☑–—*·]\s|(?:\d{1,3}\.|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})[.)])\s|\[\d{1,3}\]\s)")
DATE = re.compile(
    r"(?:as of |at |from |to |since |until )?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s\d{1,2})?,?|[qh][1-4]|(?:fy|fye)|\d{1,2}[./]\d{1,2}[./-]?|\d{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9})?"
    r"\s*(?:['’]\d\d|(?:19|20)\d\d)?(?:[-–/]\d{2,4})?[ae]?,?\s*(?:\(\w\)|\*+)?",
    re.IGNORECASE,
)
ENUMERATOR = re.compile(
    r"(?:item|note|section|article|part|chapter|annex|appendix|schedule|exhibit|rule|clause|no\.?|§)\s?[\dIVXivx]+[A-Za-z]?"
    r"(?:\.\d+)*[.:)]?|§+|\d{1,2}(?:\.\d{1,2}){1,4}\.?",
    re.IGNORECASE,
)
_WIDE = 0.9  # of the type's size: the narrowest gap that parts two cells by itself
_STRETCHED = 1.7  # times the narrowest gap: in a justified line all gaps are about as wide
_LONGEST_FIGURE = 28  # characters
_NOTHING = re.compile(r"[-–—−*†‡.…xX✓✔✗●○☐☒☑]|--+|n/?[am]\.?|nm|nil|none|yes|no", re.IGNORECASE)
_UNITS = re.compile(
    r"(?:%|‰|\b(?:years?|days?|months?|hours?|hrs?|million|billion|thousand|bps?|basis points|pts?|ms|kg|km|cm|mm|m|s"
    r"|g|k|bn|mn|x|USD|EUR|GBP|CHF|US|C|A|N/A|pp|MB|GB|kB|Hz|MHz|GHz|°C?)(?![^\W\d_]))"
    r"|\((?:\d{1,2}|[a-z])\)|[*†‡]+$|x\b",
    re.IGNORECASE,
)
_BEFORE_FIGURE = re.compile(r"[-–−+(]?\s?(?:US|C|A|HK|NT|R)?[$€£¥₹]\s?\(?|[(+~<>≤≥≈±]|(?:USD|EUR|GBP|CHF|Rs\.?)")
_CURRENCY = re.compile(r"[-–−(]?(?:US|C|A|HK|NT|R)?[$€£¥₹]")
_AFTER_FIGURE = re.compile(r"[)%]+|\)?\s?%\)?|pts?|bps|\([a-z]\)|[*†‡]{1,3}")
_DOTS = re.compile(r"[.…·_]{3,}|(?:[.…·_]\s){2,}[.…·_]|[.…·_]")
_LEADERS = re.compile(r"(?:\.\s?|…\s?|·\s?){4,}|_{4,}")
_INNER_DOTS = re.compile(r"[.…·]{3,}")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a row: lines one under another, or pieces of one line.

    Attributes:
        lines: In reading order.
        left, right: Its edges, in points.
        top: The baseline of its first line, in points.
        bottom: The baseline of its last.
    """

    lines: tuple[Line, ...]
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Cell:
        """Make a cell of lines in reading order."""
        if len(lines) == 1:
            return _whole(lines[0])
        return cls(
            tuple(lines),
            min(line.left for line in lines),
            max(line.right for line in lines),
            max(line.baseline for line in lines),
            min(line.baseline for line in lines),
        )

    @property
    def text(self) -> str:
        """Its lines with a blank between."""
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """Height of its type, in points."""
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)

    @property
    def centre(self) -> float:
        """Halfway between its edges, in points."""
        return (self.left + self.right) / 2

    def gap(self, other: Cell) -> float:
        """Give the width between it and another cell, in points; below 0 where they stand over each other."""
        return max(self.left, other.left) - min(self.right, other.right)


@lru_cache(maxsize=8192)
def is_figure(text: str) -> bool:
    """Say whether a cell holds a number, with its signs and units, or a mark that stands for none."""
    if len(text) > _LONGEST_FIGURE:
        return False
    if _NOTHING.fullmatch(text):
        return True
    digits = sum(map(str.isdigit, text))
    return digits > 0 and not any(map(str.isalpha, _UNITS.sub("", text)))


@lru_cache(maxsize=8192)
def is_date(text: str) -> bool:
    """Say whether a cell holds a date, a period or a part of one, such as "July 1," or "2023"."""
    return len(text) <= _LONGEST_FIGURE and any(map(str.isalnum, text)) and DATE.fullmatch(text) is not None


def has_leaders(line: Line) -> bool:
    """Say whether dots lead from one word of a line to the next."""
    text = line.text
    return (".." in text or ". ." in text or "…" in text or "· ·" in text) and _LEADERS.search(text[-300:]) is not None


def cells_of(line: Line, widest: float = _WIDE) -> list[Cell]:
    """Cut a line into its cells.

    Args:
        line: A line with the edges of its words.
        widest: How wide the gap between two words of one cell can be, in sizes of the type.

    Returns:
        At least one, from left to right. Signs of currency and percentage that stand apart belong to their figure, and
        a bullet to what it stands before. Leader dots are left out.
    """
    edges, limit = line.words, widest * line.size
    dots = has_leaders(line)
    if not dots and not any(after[0] - before[1] > limit for before, after in pairwise(edges)):
        return [_whole(line)]
    words = line.text.split(" ")
    kept = [at for at, word in enumerate(words) if not (dots and _DOTS.fullmatch(word))]
    if len(words) != len(edges) or not kept:
        return [_whole(line)]
    gaps = [edges[b][0] - edges[a][1] for a, b in pairwise(kept)]
    if not dots and _is_stretched(gaps, line):
        return [_whole(line)]
    pieces: list[list[int]] = [[kept[0]]]
    for gap, (before, at) in zip(gaps, pairwise(kept), strict=True):
        if gap > limit or at - before > 1 or (is_figure(words[before]) and _CURRENCY.match(words[at])):
            pieces.append([])
        pieces[-1].append(at)
    merged = _merged([" ".join(words[at] for at in piece) for piece in pieces])
    return [
        Cell.of([_piece(line, words, pieces[at], is_last=pieces[at] is pieces[-1]) for at in range(first, last)])
        for first, last in merged
    ]


def _whole(line: Line) -> Cell:
    return Cell((line,), line.left, line.right, line.baseline, line.baseline)


def cut_at(cell: Cell, places: Sequence[float]) -> list[Cell]:
    """Cut a cell of one line at the gaps between words that hold one of these places, in points."""
    line = cell.lines[0]
    words, edges = line.text.split(" "), line.words
    if len(cell.lines) > 1 or len(words) != len(edges):
        return [cell]
    pieces: list[list[int]] = [[0]]
    for at in range(1, len(words)):
        left, right = edges[at - 1][1], edges[at][0]
        if any(left <= place <= right for place in places):
            pieces.append([])
        pieces[-1].append(at)
    if len(pieces) == 1:
        return [cell]
    return [Cell.of([_piece(line, words, piece, is_last=piece is pieces[-1])]) for piece in pieces]


def line_cut_at(line: Line, place: float) -> list[Line]:
    """Cut a line at the gap between two words that holds a place, in points; a line on one side of it stays whole."""
    return [cell.lines[0] for cell in cut_at(_whole(line), (place,))]


def _is_stretched(gaps: Sequence[float], line: Line) -> bool:
    """Say whether a line is justified with few words, so that all of its gaps are wide."""
    bullet = BULLET.match(line.text) is not None
    words, inner = line.text.split(" ")[bullet:], gaps[1:] if bullet else gaps
    if not inner:
        return True
    if 2 * sum(map(is_figure, words[1:])) >= len(words):
        return False
    uniform = max(inner) <= _STRETCHED * max(min(inner), 0.2 * line.size)
    return uniform and max(inner) < (2.5 if len(inner) > 1 else 1.5) * line.size


def _merged(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Give the ranges of pieces that are one cell each."""
    ranges: list[tuple[int, int]] = []
    opening = False
    for at, text in enumerate(texts):
        closing = bool(ranges) and not opening and _AFTER_FIGURE.fullmatch(text) is not None
        if ranges and (opening or (closing and any(map(str.isdigit, texts[at - 1])))):
            ranges[-1] = (ranges[-1][0], at + 1)
        else:
            ranges.append((at, at + 1))
        bullet = at == 0 and (BULLET.fullmatch(text + " ") is not None or _numbers_next(texts))
        opening = (_BEFORE_FIGURE.fullmatch(text) is not None and at + 1 < len(texts)) or bullet
    return ranges


def _numbers_next(texts: Sequence[str]) -> bool:
    """Say whether the first piece numbers what follows, as in "Item 2." before a title."""
    return len(texts) > 1 and ENUMERATOR.fullmatch(texts[0]) is not None and not is_figure(texts[1])


def _piece(line: Line, words: Sequence[str], places: Sequence[int], *, is_last: bool) -> Line:
    edges = [line.words[at] for at in places]
    return replace(
        line,
        text=" ".join(words[at] for at in places),
        left=min(left for left, _ in edges),
        right=max(right for _, right in edges),
        hyphenated=line.hyphenated and is_last,
        wide_gaps=0,
        words=tuple(edges),
    )


def without_leaders(line: Line) -> Line:
    """Give a line whose words are parted where dots stick to them: "Introduction.....3" in three words."""
    words = line.text.split(" ")
    if len(words) != len(line.words) or not _INNER_DOTS.search(line.text):
        return line
    texts: list[str] = []
    edges: list[tuple[float, float]] = []
    for word, (left, right) in zip(words, line.words, strict=True):
        width = (right - left) / len(word)
        start = 0
        for match in [*_INNER_DOTS.finditer(word), None]:
            for first, last in ((start, match.start()), match.span()) if match else ((start, len(word)),):
                if last > first:
                    texts.append(word[first:last])
                    edges.append((left + width * first, left + width * last))
            start = match.end() if match else start
    return replace(line, text=" ".join(texts), words=tuple(edges))


def typical(values: Sequence[float], default: float) -> float:
    """Give the median, or a default for no values."""
    return statistics.median(values) if values else default
