"""A grid of cell texts into the lines that people see in it: titles, column heads, labels, rows and the notes below.

What spreadsheets and delimited files share. Knows nothing of files; a grid may hold several tables, one below the other
or side by side, which blank rows and columns part.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from index.reading.spreadsheet.column_heads import FilledRow, column_heads, count_head_rows, is_figure
from index.reading.spreadsheet.table_bands import Band, GridRow, bands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from index.reading.extraction import BlockKind

_LONG_CELL = 500  # characters; a longer cell is prose and a paragraph of its own
_LONGEST_TITLE = 150  # characters of a line above a table or of a label in it
_LONGEST_HEADS = 400  # characters; the heads of a wider table stand in its rows, each before its cell
_MOST_TITLES = 4  # lines above one table
_NEAR = 3  # rows; what stands further below a table does not belong to it
_TOTAL = re.compile(r"(?:sub-?|grand |sous-)?total|summe|gesamt|insgesamt|zwischensumme|suma\b|somme\b", re.IGNORECASE)
_STOPS = (".", "!", "?", "…", ";", "。", "！", "？")


class TableLine(NamedTuple):
    """What one row shows, or one cell of it where that is a paragraph.

    Attributes:
        row: Number of the row.
        kind: As in `Block`.
        text: Without white space at its ends.
        above: As in `Block`.
    """

    row: int
    kind: BlockKind
    text: str
    above: tuple[str, ...] = ()


def table_lines(
    rows: Iterable[GridRow], *, merged: Mapping[tuple[int, int], int] | None = None, expects_heads: bool = False
) -> Iterator[TableLine]:
    """Find the tables in a grid and give its lines in the order in which they are read.

    Args:
        rows: In order.
        merged: For the cells that reach over several columns, by row number and column from 0, the last of them.
        expects_heads: Whether the first row most likely holds column heads, as that of a delimited file does.
    """
    parts = list(bands(rows))
    grid = _Grid(merged or {}, expects_heads)
    for n, band in enumerate(parts):
        yield from grid.read(band, parts[n + 1] if n + 1 < len(parts) else None)


@dataclass(slots=True)
class _Table:
    columns: tuple[int, ...]
    titles: tuple[str, ...] = ()
    heads: Mapping[int, str] = field(default_factory=dict)  # by column
    head_rows: frozenset[tuple[str, ...]] = frozenset()
    head_line: str = ""
    last_row: int = 0
    above: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def is_wide(self) -> bool:
        return len(self.head_line) > _LONGEST_HEADS

    def stand_under(self, labels: tuple[str, ...]) -> None:
        """Let the rows that follow stand under these labels; they share one tuple."""
        self.labels = labels
        self.above = (*self.titles, *([self.head_line] if self.head_line and not self.is_wide else []), *labels)


class _Grid:
    """Reads band after band, and remembers the tables that a later band may go on with."""

    def __init__(self, merged: Mapping[tuple[int, int], int], expects_heads: bool) -> None:
        self._merged = merged
        self._expects_heads = expects_heads
        self._tables: list[_Table] = []
        self._waiting: list[str] = []  # lines that stand above the next table

    def read(self, band: Band, following: Band | None) -> Iterator[TableLine]:
        """Give a band's lines; `following` is the band after it."""
        if not band.is_table:
            yield from self._lone_cells(band, following)
            return
        first = self._first_of_table(band)
        rows = band.rows[first:]
        count = count_head_rows(rows, self._merged, self._expects_heads)
        if count == 0 and following is not None and self._is_head_of(band, rows, following):
            count = len(rows)
        self._expects_heads = False
        yield from self._above(band.rows[:first])
        table = self._begin(band, rows[:count])
        for row in rows[:count]:
            yield TableLine(row.number, "table head", _joined(row, band.columns))
        yield from self._body(table, rows[count:])
        table.last_row = band.rows[-1].number
        self._tables = [*(other for other in self._tables if other is not table), table][-4:]

    def _first_of_table(self, band: Band) -> int:
        """Find the first row that is not a line above the table; heads over some columns may stand in a lone cell."""
        for n, row in enumerate(band.rows):
            if not row.is_lone or (row.filled[0] != band.columns[0] and _can_be_title(row) and n + 1 < len(band.rows)):
                return n
        return 0

    def _is_head_of(self, band: Band, rows: Sequence[FilledRow], following: Band) -> bool:
        """Whether these rows are the heads of a table that begins after a blank row."""
        if len(rows) > 3 or not following.is_table or following.rows[0].number > rows[-1].number + 2:
            return False
        if len(set(band.columns) & set(following.columns)) < 2:
            return False
        both = (*rows, *following.rows)
        if count_head_rows(following.rows, self._merged, expects_heads=False):
            return False
        return count_head_rows(both, self._merged, expects_heads=False) == len(rows)

    def _lone_cells(self, band: Band, following: Band | None) -> Iterator[TableLine]:
        """Read a band of one cell a row: titles of the table below, notes on the one above, a list, or prose."""
        near_table = self._goes_on(band) is not None
        leads = following is not None and following.is_table and len(band.rows) <= _MOST_TITLES
        if leads and all(_can_be_title(row) for row in band.rows):
            yield from self._above(band.rows)
            return
        for row in band.rows:
            words = row.first
            if near_table and len(words) <= _LONG_CELL:
                yield TableLine(row.number, "note", _one_line(words))
            elif _can_be_title(row) and len(band.rows) > 2:
                yield TableLine(row.number, "item", _one_line(words))
            else:
                yield from _prose(row.number, words, ())

    def _above(self, rows: Sequence[FilledRow]) -> Iterator[TableLine]:
        """Keep the last lines above a table as its titles; what reads like a sentence is prose."""
        for n, row in enumerate(rows):
            if _can_be_title(row) and len(rows) - n <= _MOST_TITLES:
                self._waiting.append(_one_line(row.first))
                yield TableLine(row.number, "table head", self._waiting[-1])
            else:
                yield from _prose(row.number, row.first, ())

    def _begin(self, band: Band, head_rows: Sequence[FilledRow]) -> _Table:
        """Begin a table, or go on with one above that has the same columns where the band has no heads of its own."""
        waiting = tuple(self._waiting[-_MOST_TITLES:])
        self._waiting = []
        above = self._goes_on(band)
        if above is not None and not head_rows:
            above.stand_under(waiting)
            return above
        heads = column_heads(head_rows, self._merged, band.columns)
        same = frozenset(tuple(row.cells[column] for column in row.filled) for row in head_rows)
        head_line = " | ".join(heads[column] for column in sorted(heads))
        table = _Table(band.columns, waiting, heads, same, head_line)
        table.stand_under(())
        return table

    def _goes_on(self, band: Band) -> _Table | None:
        columns = set(band.columns)
        for table in reversed(self._tables):
            gap = band.rows[0].number - table.last_row
            if columns <= set(table.columns) and gap <= _NEAR + 1:
                return table
        return None

    def _body(self, table: _Table, rows: Sequence[FilledRow]) -> Iterator[TableLine]:
        last = max((n for n, row in enumerate(rows) if not row.is_lone), default=-1)
        carried = ""
        for n, row in enumerate(rows):
            if not row.is_lone:
                carried = self._carried(table, row, carried)
                yield from _row_lines(table, row, carried)
                if table.labels and _TOTAL.match(row.first):  # the part of the table under the last label ends here
                    table.stand_under(table.labels[:-1])
            elif n > last and not is_figure(row.first):
                yield TableLine(row.number, "note", _one_line(row.first))
            elif _can_be_title(row) and row.filled[0] == table.columns[0]:
                follows_label = n > 0 and _can_be_title(rows[n - 1])
                yield TableLine(row.number, "table head", _one_line(row.first), ())
                table.stand_under(_labels(table.labels, _one_line(row.first), nested=follows_label))
                carried = ""
            else:
                yield from _row_lines(table, row, carried)

    def _carried(self, table: _Table, row: FilledRow, carried: str) -> str:
        """Give what a blank first cell means where the cells below each other would say the same."""
        first, *others = table.columns
        if row.filled[0] == first:
            return _one_line(row.first)[:_LONGEST_TITLE]
        begins_with_words = others and row.filled[0] == others[0] and not is_figure(row.first)
        return carried if begins_with_words else ""


def _can_be_title(row: FilledRow) -> bool:
    words = row.first
    return row.is_lone and len(words) <= _LONGEST_TITLE and not words.endswith(_STOPS) and not is_figure(words)


def _labels(before: tuple[str, ...], label: str, *, nested: bool) -> tuple[str, ...]:
    """Put a label in its place: below the one right above it, or below the one in capitals that it is not itself in."""
    if nested:
        return (*before, label)[-_MOST_TITLES:]
    if len(before) > 1 and before[0].isupper() and not before[1].isupper() and not label.isupper():
        return (before[0], label)
    return (label,)


def _row_lines(table: _Table, row: FilledRow, carried: str) -> Iterator[TableLine]:
    """Give a row, and its long cells as paragraphs that stand under the rest of it."""
    if table.head_rows and tuple(row.cells[column] for column in row.filled) in table.head_rows:
        yield TableLine(row.number, "table head", _joined(row, table.columns))
        return
    long = [column for column in row.filled if len(row.cells[column]) > _LONG_CELL]
    above = table.above
    if carried and row.filled[0] != table.columns[0]:
        above = (*above, carried)
    if not long:
        yield TableLine(row.number, "row", _rendered(table, row), above)
        return
    rest = tuple(column for column in row.filled if column not in long)
    words = _rendered(table, FilledRow(row.number, row.cells, rest)) if rest else ""
    if words:
        yield TableLine(row.number, "row", words, above)
    for column in long:
        head = table.heads.get(column, "")
        around = (*table.titles, *table.labels, *filter(None, (words[:_LONGEST_TITLE].strip(), head)))
        yield from _prose(row.number, row.cells[column], around)


def _rendered(table: _Table, row: FilledRow) -> str:
    """Join a row's cells; where the eye could not tell which head is whose, each stands behind its own."""
    first, last = row.filled[0], row.filled[-1]
    places = bisect_right(table.columns, last) - bisect_left(table.columns, first)
    is_sparse = places - len(row.filled) > max(4, len(row.filled))
    if not (is_sparse or table.is_wide):
        return _joined(row, table.columns)
    named = ((table.heads.get(column, ""), _one_line(row.cells[column])) for column in row.filled)
    return " | ".join(f"{head}: {cell}" if head else cell for head, cell in named)


def _joined(row: FilledRow, columns: Sequence[int]) -> str:
    """Join cells by bars; a blank one between others keeps its place, so that the row can be read under its heads."""
    words: list[str] = []
    for column in columns[bisect_left(columns, row.filled[0]) : bisect_right(columns, row.filled[-1])]:
        cell = _one_line(row.cells[column]) if column < len(row.cells) else ""
        words.append(f" {cell}" if cell else "")
    return " |".join(words).strip()


def _prose(number: int, words: str, above: tuple[str, ...]) -> Iterator[TableLine]:
    """Give a long cell's paragraphs, which blank lines part."""
    paragraph: list[str] = []
    for line in (*words.split("\n"), ""):
        if line.strip():
            paragraph.append(line.strip())
        elif paragraph:
            yield TableLine(number, "prose", "\n".join(paragraph), above)
            paragraph = []


def _one_line(words: str) -> str:
    return " ".join(words.split())
