"""Finds the tables among the lines of a page. Knows nothing of other pages."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading.pdf.bands import Band, bands_of
from index.reading.pdf.cells import BULLET, is_date, is_figure
from index.reading.pdf.columns import UNIT, Columns, Heads, heads_of
from index.reading.pdf.rows import TableRow, places_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.cells import Cell
    from index.reading.pdf.lines import Line

_NUMBERED_TITLE = re.compile(r"(?:table|figure|fig\.|exhibit|schedule|annex|appendix)\b", re.IGNORECASE)
_MOST_BETWEEN = 3  # labels between two rows
_MOST_HEAD_LINES, _MOST_LABELS_ABOVE = 30, 2
_LARGER = 1.2  # times the type of the rows: the heads of columns are not set so large
_LONGEST_HEAD = 80  # characters
_LONGEST_LABEL, _LONGEST_CENTRED = 200, 60
_LONGEST_CELL = 60  # characters, on the average, of the cells of a table of words
_TALLEST_HEAD = 12  # lines


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page.

    Attributes:
        lines: All lines it is made of.
        rows: From above, without its heads.
        head: The cells above its columns, in the order of the file.
        heads: The same by column.
        columns: Where its columns stand.
        is_contents: Whether it leads to pages.
        places: The columns whose blank cells keep their place in a row's text.
    """

    lines: tuple[Line, ...]
    rows: tuple[TableRow, ...]
    head: tuple[Cell, ...]
    heads: Heads
    columns: Columns
    is_contents: bool = False
    places: tuple[int, ...] = ()

    @property
    def above(self) -> tuple[str, ...]:
        """What its heads put above each of its rows, outermost first."""
        return self.heads.above(self.places)


def tables_of(lines: Sequence[Line]) -> list[Table]:
    """Find the tables of a page.

    Args:
        lines: In reading order, their rows joined, without running heads and listings.
    """
    bands = bands_of(lines)
    tables: list[Table] = []
    used = -1
    for run in _runs(bands):
        for first, last in _sections(bands, run):
            if not _is_table([band for band in bands[first : last + 1] if len(band.cells) > 1]):
                continue
            head = _head_start(bands, first, used)
            last = _end_of_row(bands, last)
            tables.append(_table(lines, bands[head : last + 1], first - head))
            used = last
    return tables


def _end_of_row(bands: Sequence[Band], last: int) -> int:
    """Give the last band of what goes on, below a table's last row, in one of its cells."""
    while last + 1 < len(bands):
        above, band = bands[last], bands[last + 1]
        row = next(row for row in reversed(bands[: last + 1]) if len(row.cells) > 1)
        step = above.bottom - band.top
        under = any(abs(cell.left - band.left) < 0.6 * band.size for cell in row.cells[1:])
        ends_label = (
            band.left < row.cells[0].right and band.cells[0].text[:1].islower() and band.right < row.cells[1].left
        )
        if len(band.cells) > 1 or not 0 < step < 1.4 * band.size or not (under or ends_label):
            break
        last += 1
    return last


def _runs(bands: Sequence[Band]) -> list[tuple[int, int]]:
    """Give the first and last band of what may be a table: rows of several cells with few labels between."""
    runs: list[tuple[int, int]] = []
    left = right = 0.0  # of the last run
    for at, band in enumerate(bands):
        if len(band.cells) < 2:
            continue
        over = min(right, band.right) > max(left, band.left)
        if runs and over and at - runs[-1][1] - 1 <= _MOST_BETWEEN and _goes_on(bands[runs[-1][1] : at + 1]):
            runs[-1] = (runs[-1][0], at)
            left, right = min(left, band.left), max(right, band.right)
        else:
            runs.append((at, at))
            left, right = band.left, band.right
    return runs


def _goes_on(bands: Sequence[Band]) -> bool:
    """Say whether the last of some bands is a row of the table of the first."""
    above, below = bands[0], bands[-1]
    if below.top > above.top + 0.5 * below.size:
        return False
    for before, band in pairwise(bands):
        if before.bottom - band.top > 5 * max(band.size, before.size):
            return False
    return all(_may_be_label(band, above, below) for band in bands[1:-1])


def _may_be_label(band: Band, above: Band, below: Band) -> bool:
    """Say whether a line of one cell between two rows may name rows, or be part of a row."""
    left, right = min(above.left, below.left), max(above.right, below.right)
    text = band.cells[0].text
    step = above.bottom - band.top
    if step < 1.4 * band.size and any(abs(cell.left - band.left) < 0.6 * band.size for cell in above.cells[1:]):
        return True  # it goes on in that cell
    if not (left - 6 * band.size < band.left and band.right < right + band.size and len(text) < _LONGEST_LABEL):
        return False
    if band.left > left + 0.3 * (right - left):
        return len(text) < _LONGEST_CENTRED and (text.endswith(":") or text.isupper() or band.cells[0].bold)
    figures = min(row.cells[1].left for row in (above, below))
    return band.right - band.left < 0.62 * (right - left) or band.right < figures


def _sections(bands: Sequence[Band], run: tuple[int, int]) -> list[tuple[int, int]]:
    """Part a run where a new head stands below rows: there another table begins."""
    sections: list[tuple[int, int]] = []
    start, seen_row, last_row = run[0], False, run[0]
    for at in range(run[0], run[1] + 1):
        band = bands[at]
        if len(band.cells) < 2:
            continue
        if _is_head(band) and not _has_label(band, bands[start : run[1] + 1]):
            if seen_row:
                sections.append((start, last_row))
                start, seen_row = at, False
        else:
            seen_row = True
        last_row = at
    sections.append((start, run[1]))
    return sections


def _has_label(band: Band, table: Sequence[Band]) -> bool:
    left = min(other.left for other in table)
    right = max(other.right for other in table)
    return band.left < left + 0.15 * (right - left)


def _is_head(band: Band) -> bool:
    """Say whether a band holds no figures but dates, as the heads of columns do."""
    return all(not is_figure(cell.text) or is_date(cell.text) for cell in band.cells)


def _is_table(rows: Sequence[Band]) -> bool:
    """Say whether bands of several cells are rows of a table, and not the lines of two columns of prose."""
    figured = [band for band in rows if band.has_figures]
    if len(figured) >= 2 or any(band.leaders for band in rows):
        return True
    if figured:
        band = figured[0]
        gap = max(after.left - before.right for before, after in pairwise(band.cells))
        number = re.fullmatch(r"\(?[\dA-Z.]+\)?", band.cells[-1].text) is not None and len(band.cells) == 2
        words = re.search(r"[^\W\d_]{2}", band.cells[0].text) is not None and not BULLET.match(band.cells[0].text)
        words &= any(any(map(str.isdigit, cell.text)) and is_figure(cell.text) for cell in band.cells)
        return len(rows) > 1 or (words and (len(band.cells) > 2 or (gap > 3 * band.size and not number)))
    if len(rows) < 2:
        return False
    keyed = sum(band.cells[0].text.endswith(":") and len(band.cells[0].text) < 40 for band in rows)
    length = statistics.fmean(len(cell.text) for band in rows for cell in band.cells)
    if keyed >= max(2, 0.6 * len(rows)):
        return True
    stacked = sum(len(cell.lines) > 1 for band in rows for cell in band.cells)
    if stacked == 0 and length > _LONGEST_CELL:
        return False
    return _aligned(rows) >= (2 if min(len(band.cells) for band in rows) > 2 else 3)


def _aligned(rows: Sequence[Band]) -> int:
    """Count the rows whose second cell begins, ends or is centred where another's does."""
    count = 0
    for at, band in enumerate(rows):
        cell = band.cells[1]
        others = [other for near in rows[max(0, at - 4) : at + 5] if near is not band for other in near.cells[1:]]
        near = 0.6 * cell.size
        count += any(
            abs(cell.left - other.left) < near
            or abs(cell.right - other.right) < near
            or abs(cell.centre - other.centre) < near
            for other in others
        )
    return count


def _head_start(bands: Sequence[Band], first: int, used: int) -> int:
    """Give the first band of the lines above a table's columns."""
    row = bands[first]
    rows = [band for band in bands[first : first + 12] if len(band.cells) > 1]
    left, right = min(band.left for band in rows), max(band.right for band in rows)
    firsts = [band.cells[0].right for band in rows if band.left <= left + 0.15 * (right - left)]
    label = min(max(firsts), left + (right - left) / 2)
    edge = min(left + 0.25 * (right - left), label)
    labels = first
    headless = not _is_head(row) or _has_label(row, rows)
    while headless and labels - 1 > max(used, first - _MOST_LABELS_ABOVE - 1):
        before = bands[labels - 2] if labels > 1 else None
        if not _is_label_above(bands[labels - 1], bands[labels], edge) or (
            before and _ends_prose(before, bands[labels - 1])
        ):
            break
        labels -= 1
    start = labels
    while start - 1 > max(used, first - _MOST_HEAD_LINES):
        band = bands[start - 1]
        centred = abs(band.left + band.right - left - right) < 0.06 * (right - left)
        narrow = band.right - band.left < 0.45 * (right - left)
        in_unit = UNIT.fullmatch(band.cells[0].text) and narrow
        short = band.right - band.left < 0.12 * (right - left) and not _NUMBERED_TITLE.match(band.cells[0].text)
        is_title = len(band.cells) == 1 and centred and not in_unit and not short
        if band.left < edge and start < labels and _is_stub_head(band, bands[start:labels]):
            start -= 1
            continue
        at_left = band.left < edge and not (len(band.cells) > 1 and _is_head(band))
        larger = band.size > _LARGER * row.size
        if is_title or at_left or larger or band.right > right + 2 * row.size:
            break
        if any(len(cell.text) > _LONGEST_HEAD or _is_value(cell.text) for cell in band.cells):
            break
        if not -0.5 * row.size < band.bottom - row.bottom < _TALLEST_HEAD * row.size:
            break
        start -= 1
    if start == labels and not all(band.cells[0].text.endswith(":") for band in bands[labels:first]):
        return first
    return start


def _is_value(text: str) -> bool:
    """Say whether a cell holds a figure that is neither a date nor the number of a column."""
    return (
        is_figure(text)
        and not is_date(text)
        and any(map(str.isdigit, text))
        and not (text.isdecimal() and len(text) < 3)
    )


def _is_stub_head(band: Band, heads: Sequence[Band]) -> bool:
    """Say whether a short line at the left stands beside the heads of columns, and so above the labels."""
    lowest, highest = min(head.bottom for head in heads), max(head.top for head in heads)
    beside = lowest - 0.5 * band.size < band.bottom <= highest
    return len(band.cells) == 1 and beside and len(band.cells[0].text) < _LONGEST_CENTRED


def _is_label_above(band: Band, below: Band, edge: float) -> bool:
    """Say whether a line right above a table's first row may name its first part."""
    step = band.bottom - below.top
    return len(band.cells) == 1 and band.left < edge and 0 < step < 2 * band.size and len(band.cells[0].text) < 60


def _table(lines: Sequence[Line], bands: Sequence[Band], head_bands: int) -> Table:
    """Make a table of its bands, the first of which stand above its columns."""
    rows = list(bands)
    head = [cell for band in rows[:head_bands] for cell in band.cells]
    rows = rows[head_bands:]
    figures = any(band.has_figures and not _is_head(band) for band in rows)
    labelled = False
    while len(rows) > 1 and _is_head_row(rows, figures=figures) and not (labelled and _has_label(rows[0], rows)):
        labelled |= _has_label(rows[0], rows)
        head += rows.pop(0).cells
    columns = Columns.of([band.cells for band in rows if len(band.cells) > 1] or [rows[0].cells])
    lowest = [band for band in bands if len(band.cells) > 2 and band.cells[-1] in head][-1:]
    columns = columns.with_blank(lowest[0].cells) if lowest else columns
    used = tuple(lines[bands[0].start : bands[-1].end])
    heads = heads_of(head, columns)
    found = rows_of([band.cells for band in rows], columns)
    is_contents = _is_contents(rows)
    places = () if is_contents else places_of(found, columns, heads)
    return Table(used, found, tuple(head), heads, columns, is_contents, places)


def _is_head_row(rows: Sequence[Band], *, figures: bool) -> bool:
    """Say whether the first of a table's bands stands above its columns."""
    band = rows[0]
    if not _is_head(band):
        return False
    if len(band.cells) == 1:
        # Between the lines of a head may stand one that is centred above all columns.
        if _has_label(band, rows) or band.cells[0].text.endswith(":"):
            return False
        return UNIT.fullmatch(band.cells[0].text) is not None or any(len(after.cells) > 1 for after in rows[1:4])
    if figures and _has_label(band, rows):
        return _names_figures(rows)
    if not figures:
        return all(cell.bold for cell in band.cells) and not all(cell.bold for cell in rows[1].cells)
    return True


def _names_figures(rows: Sequence[Band]) -> bool:
    """Say whether a row of words stands above columns some of which are figures."""
    if any(any(map(str.isdigit, cell.text)) and not is_date(cell.text) for cell in rows[0].cells):
        return False
    below = [cell for row in rows[1:] for cell in row.cells[1:]]
    for cell in rows[0].cells[1:]:
        under = [other for other in below if cell.gap(other) < 0]
        if under and 2 * sum(is_figure(other.text) for other in under) > len(under):
            return True
    return False


def _ends_prose(above: Band, band: Band) -> bool:
    """Say whether a line is the last one of a paragraph: right under a wider line that begins where it does."""
    under = 0 < above.bottom - band.top < 1.5 * band.size and abs(above.left - band.left) < band.size
    return under and len(above.cells) == 1 and above.right - above.left > 2 * (band.right - band.left)


def _is_contents(rows: Sequence[Band]) -> bool:
    """Say whether a table's rows lead to pages: their last cells are page numbers that never fall."""
    entries = [band for band in rows if len(band.cells) > 1]
    numbers = [band.cells[-1].text for band in entries]
    pages = [int(number) for number in numbers if number.isdecimal() and len(number) < 5]
    if len(pages) < 3 or len(pages) < 0.8 * len(numbers):
        return False
    if sum(after < before for before, after in pairwise(pages)) > 0.1 * len(pages):
        return False
    leaders = sum(band.leaders for band in entries)
    worded = statistics.fmean(len(band.cells[-2].text) for band in entries)
    plain = sum(any(is_figure(cell.text) for cell in band.cells[1:-1]) for band in entries) == 0
    return plain and (leaders > 0.5 * len(entries) or (len(pages) >= 5 and worded > 12 and pages[-1] - pages[0] > 5))
