"""Where tables lie in a grid of cells: blank rows and blank columns part them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.reading.spreadsheet.column_heads import FilledRow, is_figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class GridRow(NamedTuple):
    """A row of a grid that is not blank.

    Attributes:
        number: Its number in the file, from 1; numbers that are left out are blank rows.
        cells: The cells' texts from the first column on, "" for a blank one, normalised.
    """

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Band:
    """Rows without a blank one between them; of tables that stand side by side, those of one of them.

    Attributes:
        rows: In order; `filled` says which of their cells belong to the band.
        columns: In order, those with anything in them.
    """

    rows: Sequence[FilledRow]
    columns: tuple[int, ...]

    @property
    def is_table(self) -> bool:
        """Whether any row has more than one cell."""
        return any(not row.is_lone for row in self.rows)


def bands(rows: Iterable[GridRow]) -> Iterator[Band]:
    """Give a grid's bands from top to bottom, and those of neighbouring tables from left to right."""
    filled = (
        FilledRow(number, cells, tuple(column for column, cell in enumerate(cells) if cell)) for number, cells in rows
    )
    for run in _runs(row for row in filled if row.filled):
        columns = sorted({column for row in run for column in row.filled})
        tables = _side_by_side(run, columns)
        if len(tables) == 1:
            yield Band(run, tuple(columns))
            continue
        table_of = {column: n for n, table in enumerate(tables) for column in table}
        cut: list[list[FilledRow]] = [[] for _ in tables]
        for row in run:
            parts: dict[int, list[int]] = {}
            for column in row.filled:
                parts.setdefault(table_of[column], []).append(column)
            for n, part in parts.items():
                cut[n].append(FilledRow(row.number, row.cells, tuple(part)))
        for rows_of_table in cut:
            for part_run in _runs(rows_of_table):
                yield Band(part_run, tuple(sorted({column for row in part_run for column in row.filled})))


def _runs(rows: Iterable[FilledRow]) -> Iterator[list[FilledRow]]:
    """Give the runs of rows that have no blank row between them."""
    run: list[FilledRow] = []
    for row in rows:
        if run and row.number > run[-1].number + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _side_by_side(rows: Sequence[FilledRow], columns: Sequence[int]) -> list[list[int]]:
    """Give the columns of each of the tables that stand side by side with a blank column between them."""
    segments: list[list[int]] = [list(columns[:1])]
    for before, column in pairwise(columns):
        if column > before + 1:
            segments.append([])
        segments[-1].append(column)
    tables: list[list[int]] = []
    for segment in segments:
        if tables and not (len(tables[-1]) > 1 and _begins_with_labels(rows, segment)):
            tables[-1].extend(segment)
        else:
            tables.append(segment)
    return tables


def _begins_with_labels(rows: Sequence[FilledRow], columns: Sequence[int]) -> bool:
    """Whether these columns are a table of their own: beside spacer columns stand figures, beside tables labels."""
    if len(columns) < 2 or len(rows) < 3:
        return False
    first = [row.cells[columns[0]] for row in rows[1:] if columns[0] < len(row.cells)]
    words = sum(cell != "" and not is_figure(cell) for cell in first)
    return words >= 2 and words >= 0.6 * sum(map(bool, first))
