"""Finds the running heads, running feet and page numbers among the lines of PDF pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line, PageLines

_BAND = 0.09  # of the page's height, at its head and at its foot
_ROWS_AT_EDGE = 2
_MOST_OF_A_PAGE = 0.3  # of its characters
_MOST_COPIED = 0.5  # of the lines that are no running heads
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:page\s+)?(?:[A-Z]{1,2}-)?(\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d+)?[-–—|\s]*", re.IGNORECASE
)
_COUNTS = re.compile(r"\b(?:\d+|[ivxlc]+)\b|\d+")

_Key = tuple[str, int]


def running_heads(pages: Sequence[PageLines]) -> frozenset[Line]:
    """Find the lines at pages' edges that repeat from page to page or count the pages.

    A page keeps its repeated lines as text where they would take more than 30 % of its characters, or where what stands
    between its edges repeats as well: there they are what the page says. Page numbers are found on every page.
    """
    numbers = _page_numbers(pages)
    keys = {line: _key(line) for page in pages for line in page.lines}
    edges = {page.number: _edge_lines(page) for page in pages}
    in_band: Counter[_Key] = Counter()
    at_edge: Counter[_Key] = Counter()
    anywhere: Counter[_Key] = Counter()
    for page in pages:
        in_band.update({keys[line] for line in edges[page.number] if _is_in_band(line, page)})
        at_edge.update({keys[line] for line in edges[page.number]})
        anywhere.update({keys[line] for line in page.lines})
    need_in_band = max(2, min(3, len(pages) // 4))
    need_at_edge = max(3, round(0.3 * len(pages)))
    found: set[Line] = set(numbers)
    for page in pages:
        edge = [line for line in edges[page.number] if line not in numbers]
        band = {line for line in edge if in_band[keys[line]] >= need_in_band and _is_in_band(line, page)}
        repeated = band | {line for line in edge if at_edge[keys[line]] >= need_at_edge}
        for heads in (repeated, band):
            inner = [line for line in page.lines if line not in heads and line not in numbers]
            copied = sum(anywhere[keys[line]] >= need_in_band for line in inner)
            share = sum(len(line.text) for line in heads) / max(1, sum(len(line.text) for line in page.lines))
            if share <= _MOST_OF_A_PAGE and copied <= _MOST_COPIED * len(inner):
                found |= heads
                break
    return frozenset(found)


def _page_numbers(pages: Sequence[PageLines]) -> set[Line]:
    """Find the lines that are nothing but a number and count with the pages."""
    offsets: Counter[int] = Counter()
    candidates: list[tuple[Line, int, bool]] = []
    found: set[Line] = set()
    for page in pages:
        for line in _edge_lines(page):
            match = _PAGE_NUMBER.fullmatch(line.text)
            if not match:
                continue
            in_band = _is_in_band(line, page)
            if match[1].isdecimal():
                offset = int(match[1]) - page.number
                offsets[offset] += 1
                candidates.append((line, offset, in_band))
            elif in_band:
                found.add(line)
    in_row = _consecutive(candidates)
    for line, offset, in_band in candidates:
        if (line.page, offset) in in_row:
            found.add(line)
        if offsets[offset] >= max(3, 0.3 * len(pages)) or (in_band and (offset == 0 or offsets[offset] >= 2)):
            found.add(line)
    return found


def _consecutive(candidates: Sequence[tuple[Line, int, bool]]) -> set[tuple[int, int]]:
    """Give the pages, each with its offset, that at least three pages in a row count on from, as an annex does."""
    places = {(line.page, offset) for line, offset, _ in candidates}
    found: set[tuple[int, int]] = set()
    for page, offset in places:
        if (page - 1, offset) in places and (page + 1, offset) in places:
            found |= {(page - 1, offset), (page, offset), (page + 1, offset)}
    return found


def _edge_lines(page: PageLines) -> list[Line]:
    """Give the lines of the outer bands and those of the two outermost rows at either end of the page."""
    rows: defaultdict[int, list[Line]] = defaultdict(list)
    for line in page.lines:
        rows[round(line.baseline)].append(line)
    heights = sorted(rows)
    outermost = {*heights[:_ROWS_AT_EDGE], *heights[-_ROWS_AT_EDGE:]}
    return [line for line in page.lines if round(line.baseline) in outermost or _is_in_band(line, page)]


def _is_in_band(line: Line, page: PageLines) -> bool:
    height = (line.baseline - page.bottom) / max(page.height, 1.0)
    return height > 1 - _BAND or height < _BAND


def _key(line: Line) -> _Key:
    """Make the same of a running head on every page: its words without the numbers, and its size."""
    return _COUNTS.sub("#", line.text.casefold()), round(line.size)
