"""The rows of a table: what wraps inside of a cell put together, and the labels that each row stands under."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading.pdf.cells import Cell, cut_at, is_figure, typical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.reading.pdf.columns import Columns, Heads

_TIGHT = 0.86  # of the usual step from row to row: a shorter one leads to the next line of the same row
_WRAPPED_STEP = 1.4  # sizes of the type: lines of one cell do not stand further apart
_LOOSE = 1.22  # times the step inside of a cell
_MOST_LABELS = 4  # one inside another
_SHORTEST_SENTENCE = 25  # characters
_LONGEST_LABEL = 120  # characters of what is put above a row
_MOST_ACROSS = 0.2  # of a table's rows, with a cell that stands across several columns, where columns are certain
_HANGING = re.compile(r"(?:\b(?:the|an?|of|and|or|to|in|for|by|from|with|on|at|per|its|their|our|than|as)|[,&/(–-])$")
_TOTAL = re.compile(r"(?:sub-?)?total\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table.

    Attributes:
        cells: From left to right.
        columns: The column of each cell, counted from 0.
        is_label: Whether it names the rows below it and holds nothing else.
        labels: The labels that it stands under, outermost first.
    """

    cells: tuple[Cell, ...]
    columns: tuple[int, ...]
    is_label: bool = False
    labels: tuple[str, ...] = ()

    def counts(self, places: Sequence[int]) -> tuple[int, ...]:
        """Give how many lines stand in each of its cells; 0 for a blank one that keeps its place before a filled one.

        Args:
            places: The columns that keep their place, from left to right.
        """
        lines = dict(zip(self.columns, (len(cell.lines) for cell in self.cells), strict=True))
        # What a row of words lacks at its left is rather a cell that goes on from above.
        first = 0 if is_figure(self.cells[0].text) else self.columns[0]
        kept = {*self.columns, *(at for at in places if first <= at < self.columns[-1])}
        return tuple(lines.get(at, 0) for at in sorted(kept))

    @property
    def left(self) -> float:
        """Left edge, in points."""
        return self.cells[0].left

    @property
    def top(self) -> float:
        """The highest baseline, in points."""
        return max(cell.top for cell in self.cells)

    @property
    def bottom(self) -> float:
        """The lowest baseline, in points."""
        return min(cell.bottom for cell in self.cells)

    @property
    def size(self) -> float:
        """Height of its type, in points."""
        return self.cells[0].size


def rows_of(lines: Sequence[Sequence[Cell]], columns: Columns) -> tuple[TableRow, ...]:
    """Make rows of a table's lines.

    Args:
        lines: From above, each the cells that stand side by side.
        columns: The table's.
    """
    rows = [_placed(cells, columns) for cells in lines]
    joined = _joined(rows)
    return _under_labels([replace(row, is_label=_is_label(row, columns)) for row in joined], columns)


def places_of(rows: Sequence[TableRow], columns: Columns, heads: Heads) -> tuple[int, ...]:
    """Give the columns whose blank cells keep their place in a row's text: none where columns are uncertain.

    A column in which one row alone has something, and nothing above it, is most likely none; without labels in the
    first one, blank cells there keep no place.
    """
    filled = Counter(at for row in rows if not row.is_label for at in row.columns)
    across = [
        any(columns.overlaps(cell) > 1 for at, cell in zip(row.columns, row.cells, strict=True) if at) for row in rows
    ]
    if sum(across) > _MOST_ACROSS * len(rows):
        return ()
    places = [at for at, head in enumerate(heads.by_column) if head or filled[at] > 1]
    labelled = any(row.columns[0] == 0 and not is_figure(row.cells[0].text) for row in rows)
    return tuple(at for at in places if at or labelled)


def _is_label(row: TableRow, columns: Columns) -> bool:
    """Say whether a row is one cell that names others: in the first column, or in the middle of all."""
    cell = row.cells[0]
    if len(row.cells) > 1 or is_figure(cell.text) or (cell.text.endswith(".") and len(cell.text) > _SHORTEST_SENTENCE):
        return False
    return row.columns[0] == 0 or columns.has_in_middle(cell) or cell.text.endswith(":")


def _placed(cells: Sequence[Cell], columns: Columns) -> TableRow:
    """Put a line's cells in their columns; figures that only a narrow gap parts from their label are cut off."""
    pieces: list[Cell] = []
    for cell in cells:
        cut = cut_at(cell, columns.between()) if len(cells) < len(columns.edges) else [cell]
        pieces += cut if len(cut) > 1 and all(is_figure(piece.text) for piece in cut[1:]) else [cell]
    by_column: dict[int, list[Cell]] = {}
    last = 0
    for piece in pieces:
        last = max(last, columns.place(piece))
        by_column.setdefault(last, []).append(piece)
    merged = {at: Cell.of([line for cell in column for line in cell.lines]) for at, column in by_column.items()}
    return TableRow(tuple(merged.values()), tuple(merged))


def _joined(rows: Sequence[TableRow]) -> list[TableRow]:
    """Join the lines of a table that are one row."""
    steps = [above.bottom - below.top for above, below in pairwise(rows)]
    both_full = [
        step
        for step, (above, below) in zip(steps, pairwise(rows), strict=True)
        if step > 0 and len(above.cells) > 1 and len(below.cells) > 1
    ]
    pitch = typical(both_full, typical([step for step in steps if step > 0], 0.0))
    inside = _step_inside(rows, steps)
    widest = max((row.cells[0].right for row in rows if row.columns[0] == 0), default=0.0)
    joined: list[TableRow] = []
    for at, row in enumerate(rows):
        above = joined[-1] if joined else None
        after = steps[at] if at < len(steps) else pitch
        if above and _is_same_row(above, row, _Steps(pitch, inside, after, widest)):
            joined[-1] = _put_under(above, row)
        else:
            joined.append(row)
    return joined


@dataclass(frozen=True, slots=True)
class _Steps:
    """How far a table's lines stand apart, in points: usually, inside of cells where known, and below the line.

    `widest` is the right edge of the longest label.
    """

    pitch: float
    inside: float | None
    after: float
    widest: float


def _step_inside(rows: Sequence[TableRow], steps: Sequence[float]) -> float | None:
    """Give the step between lines of one row of words, where wider steps part the rows from each other."""
    if not steps or any(is_figure(cell.text) for row in rows for cell in row.cells[1:]):
        return None
    narrow = min((step for step in steps if step > 0), default=0.0)
    wide = sum(step > _LOOSE * narrow for step in steps)
    return narrow if 0 < narrow < _WRAPPED_STEP * rows[0].size and 2 <= wide < len(steps) else None


def _is_same_row(above: TableRow, row: TableRow, steps: _Steps) -> bool:
    """Say whether a line of a table goes on with the row above it."""
    step = above.bottom - row.top
    size = row.size
    if step < 0.5 * size:
        return set(row.columns).isdisjoint(above.columns)
    if steps.inside is not None:
        return step <= _LOOSE * steps.inside and (0 not in row.columns or _words_go_on(above, row))
    if step > _WRAPPED_STEP * size:
        return False
    tight = step < _TIGHT * steps.pitch
    label_above = above.columns == (0,)
    if label_above and 0 in row.columns and len(row.cells) > 1:
        return _label_goes_on(above.cells[0], row.cells[0], steps.widest, tight=tight)
    if row.columns == (0,):
        if label_above or 0 not in above.columns:
            return False
        goes_on = _label_goes_on(above.cells[0], row.cells[0], steps.widest, tight=tight)
        return goes_on and (step < 0.95 * steps.after or row.cells[0].text[:1].islower())
    if 0 in row.columns or any(is_figure(cell.text) for cell in row.cells):
        return False
    return set(row.columns) <= set(above.columns)


def _words_go_on(above: TableRow, row: TableRow) -> bool:
    """Say whether a cell of a row begins in the middle of a sentence that the cell above it leaves open."""
    over = dict(zip(above.columns, above.cells, strict=True))
    pairs = [(over[at], cell) for at, cell in zip(row.columns, row.cells, strict=True) if at in over]
    return any(cell.text[:1].islower() or _HANGING.search(upper.text) for upper, cell in pairs)


def _label_goes_on(label: Cell, below: Cell, widest: float, *, tight: bool) -> bool:
    if label.text.endswith(":") or below.left < label.left - 0.3 * below.size or label.bold != below.bold:
        return False
    if below.text[:1].islower() or _HANGING.search(label.text):
        return True
    first_word = below.lines[0].words[0] if below.lines[0].words else (below.left, below.right)
    full = label.right + (first_word[1] - first_word[0]) > widest and len(label.text) > 20
    return tight or (full and below.left > label.left + 0.3 * below.size)


def _put_under(above: TableRow, row: TableRow) -> TableRow:
    """Put a row's cells under those of the row that it goes on with."""
    cells: Mapping[int, list[Cell]] = {at: [] for at in sorted({*above.columns, *row.columns})}
    for part in (above, row):
        for at, cell in zip(part.columns, part.cells, strict=True):
            cells[at].append(cell)
    merged = [Cell.of([line for cell in column for line in cell.lines]) for column in cells.values()]
    return TableRow(tuple(merged), tuple(cells))


@dataclass(frozen=True, slots=True)
class _Label:
    """A label on the way down to a row.

    Attributes:
        left: Its left edge, in points.
        text: Its words.
        bold: Whether it is set in bold.
        deeper: Whether rows that are set in from it have followed.
        total: The left edge of the total that closes its rows, where there was one.
    """

    left: float
    text: str
    bold: bool = False
    deeper: bool = False
    total: float | None = None


def _under_labels(rows: Sequence[TableRow], columns: Columns) -> tuple[TableRow, ...]:
    """Say for each row which labels it stands under, as their indentation tells."""
    path: list[_Label] = []
    found: list[TableRow] = []
    for row in rows:
        near = 0.35 * row.size
        in_middle = row.is_label and (row.columns[0] > 0 or columns.has_in_middle(row.cells[0]))
        left = float("-inf") if in_middle else row.left if row.columns[0] == 0 else float("inf")
        while path and _leaves(path[-1], row, left, near):
            path.pop()
        found.append(replace(row, labels=tuple(label.text for label in path)))
        if path and left < float("inf"):
            label = path[-1]
            total = left if _TOTAL.match(row.cells[0].text) and not row.is_label else label.total
            path[-1] = replace(label, deeper=label.deeper or left > label.left + near, total=total)
        if row.is_label:
            # One in the middle stands above those at the left.
            path = [*path, _Label(left, row.cells[0].text[:_LONGEST_LABEL], row.cells[0].bold)][-_MOST_LABELS:]
    return tuple(found)


def _leaves(label: _Label, row: TableRow, left: float, near: float) -> bool:
    """Say whether a row no longer stands under a label."""
    if left < label.left - near:
        return True
    if left > label.left + near:
        # Sums over several parts are set in further than the sums of the parts.
        return label.total is not None and float("inf") > left > label.total + near
    # Without indentation a label holds up to its total or to the next one, a bold one to the next in bold.
    outranked = row.is_label and (row.cells[0].bold or not label.bold)
    return outranked or label.deeper or label.total is not None
