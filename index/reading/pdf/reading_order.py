"""Puts the lines of a page in the order in which they are read, where the file draws them in another.

Most files draw in reading order, and that order knows more than places do; so it is left alone unless it is surely
another: columns of prose that are drawn line by line across the page, and tables that are drawn column by column.
"""

from __future__ import annotations

import statistics
from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading.pdf.cells import BULLET, cells_of, is_figure, line_cut_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

_FEWEST_LINES = 6  # on both sides of a gutter, one after the other
_FEWEST_LETTERS = 18  # on the average on either side, below which it is a table
_GUTTER = 1.0  # sizes of the type: the narrowest gap between two columns of prose
_STRAY_LINES = 3  # of one side alone that may stand between two that the gutter parts
_FEWEST_ROWS = 5
_LONGEST_CELL = 22  # characters on the average, above which lines side by side are columns of prose
_FEWEST_FIGURES = 0.25  # share of a table's cells; the heads of columns are rightly drawn one after the other
_OUT_OF_ORDER = 0.4  # share of a table's rows that the file does not draw together


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give a page's lines in reading order; one that reaches over two columns is cut in two.

    Args:
        lines: In the order of the file.
    """
    return tuple(_by_rows(_by_columns(lines)))


def _by_columns(lines: Sequence[Line]) -> list[Line]:
    """Part the lines that reach over a gutter between two columns of prose."""
    ordered: list[Line] = []
    at = 0
    gaps = [_gutters(line) for line in lines]
    while at < len(lines):
        end, gutter = _stretch(lines, gaps, at) if gaps[at] else (at, 0.0)
        if end - at < _FEWEST_LINES or not _are_prose(lines[at:end], gutter):
            # Not one line further at a time: that would take a square of time on a long table.
            after = end if end - at >= _FEWEST_LINES else at + 1
            ordered += lines[at:after]
            at = after
            continue
        pieces = [piece for line in lines[at:end] for piece in line_cut_at(line, gutter)]
        ordered += [piece for piece in pieces if piece.left < gutter]
        ordered += [piece for piece in pieces if piece.left >= gutter]
        at = end
    return ordered


def _gutters(line: Line) -> list[tuple[float, float]]:
    """Give the gaps in a line that are wide enough to part columns."""
    wide = max(_GUTTER * line.size, 4.0)
    return [(left[1], right[0]) for left, right in pairwise(line.words) if right[0] - left[1] > wide]


def _stretch(lines: Sequence[Line], gaps: Sequence[Sequence[tuple[float, float]]], start: int) -> tuple[int, float]:
    """Give the end of the lines that one gutter parts, and where it stands."""
    best = start, 0.0
    for left, right in gaps[start]:
        low, high = left, right
        end = start
        for at in range(start, len(lines)):
            line = lines[at]
            if at > start and not 0 < lines[at - 1].baseline - line.baseline < 3 * line.size:
                break
            if line.right <= high or line.left >= low:
                if at - end >= _STRAY_LINES:
                    break
                continue
            inside = [gap for gap in gaps[at] if min(gap[1], high) - max(gap[0], low) > 0.5 * line.size]
            if not inside:
                break
            low, high = max(low, inside[0][0]), min(high, inside[0][1])
            end = at + 1
        if end > best[0]:
            best = end, (low + high) / 2
    return best


def _are_prose(lines: Sequence[Line], gutter: float) -> bool:
    """Say whether what stands on either side of a gutter is prose: long, wordy, and filling its column."""
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for piece in line_cut_at(line, gutter):
            sides[piece.left >= gutter].append(piece)
    for side in sides:
        if len(side) < _FEWEST_LINES - 1:
            return False
        words = [word for piece in side for word in piece.text.split(" ")]
        if statistics.fmean(len(piece.text) for piece in side) < _FEWEST_LETTERS:
            return False
        if sum(map(is_figure, words)) > 0.2 * len(words) or any(len(cells_of(piece)) > 2 for piece in side):
            return False
        left, right = min(piece.left for piece in side), max(piece.right for piece in side)
        full = sum(piece.right > right - 0.15 * (right - left) for piece in side)
        begins = sum(piece.left < left + 2.5 * piece.size for piece in side)
        if full < 0.5 * len(side) or begins < 0.7 * len(side):
            return False
    return not all(BULLET.match(piece.text) for piece in sides[0])


def _by_rows(lines: list[Line]) -> list[Line]:
    """Put the lines of a table that is drawn by columns in the order of its rows."""
    place = {line: at for at, line in enumerate(lines)}
    rises = sum(below.baseline > above.baseline + above.size for above, below in pairwise(lines))
    if rises < 2:
        return lines
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.baseline):
        if rows and rows[-1][0].baseline - line.baseline < 0.35 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered: dict[Line, int] = {}
    for first, last in _scattered_tables(rows, place):
        members = [line for row in rows[first : last + 1] for line in sorted(row, key=lambda line: line.left)]
        start = min(place[line] for line in members)
        ordered.update(dict.fromkeys(members, start))
        place.update({line: at for at, line in enumerate(members)})
    if not ordered:
        return lines
    original = {line: at for at, line in enumerate(lines)}
    return sorted(lines, key=lambda line: (ordered.get(line, original[line]), line in ordered, place[line]))


def _scattered_tables(rows: Sequence[Sequence[Line]], place: dict[Line, int]) -> list[tuple[int, int]]:
    """Give the first and last of the rows of tables whose rows the file does not draw together."""
    found: list[tuple[int, int]] = []
    first = 0
    for at in range(len(rows) + 1):
        full = at < len(rows) and len(rows[at]) > 1
        near = at > first and at < len(rows) and rows[at - 1][0].baseline - rows[at][0].baseline < 4 * rows[at][0].size
        if full and (near or at == first):
            continue
        if at - first >= _FEWEST_ROWS and _is_scattered(rows[first:at], place):
            found.append((first, at - 1))
        first = at if full else at + 1
    return found


def _is_scattered(rows: Sequence[Sequence[Line]], place: dict[Line, int]) -> bool:
    apart = sum(max(map(place.__getitem__, row)) - min(map(place.__getitem__, row)) >= len(row) for row in rows)
    if apart <= _OUT_OF_ORDER * len(rows):
        return False
    texts = [cell.text for row in rows for line in row for cell in cells_of(line)]
    figures = sum(map(is_figure, texts))
    return statistics.fmean(map(len, texts)) < _LONGEST_CELL and figures > _FEWEST_FIGURES * len(texts)
