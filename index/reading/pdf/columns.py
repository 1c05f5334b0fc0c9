"""The columns of a table: where they stand, which cells stand in each, and what stands above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading.pdf.cells import Cell, cut_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CENTRED = 1.2  # sizes of the type by which a head may stand off the middle of the columns it spans
_STACKED = 1.32  # sizes of the type between the lines of one head, at most
_FEWEST_WORDS = 3  # of a line that may be the heads of all columns but the first, each of one word
UNIT = re.compile(
    r"\(.{2,120}\)|(?:in|amounts in|figures in) (?:thousands|millions|billions|[$€£%]).{0,60}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The left and right edges of a table's columns, from left to right, in points."""

    edges: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Cell]]) -> Columns:
        """Find the columns in which cells stand over each other; the fullest rows count first."""
        edges: list[tuple[float, float]] = []
        for row in sorted(rows, key=len, reverse=True):
            for cell in row:
                over = [at for at, (left, right) in enumerate(edges) if min(right, cell.right) > max(left, cell.left)]
                if not over:
                    edges.append((cell.left, cell.right))
                    edges.sort()
                elif len(over) == 1:
                    left, right = edges[over[0]]
                    wider = min(left, cell.left), max(right, cell.right)
                    others = edges[: over[0]] + edges[over[0] + 1 :]
                    if all(min(wider[1], right) <= max(wider[0], left) for left, right in others):
                        edges[over[0]] = wider
        return cls(tuple(edges))

    def with_blank(self, heads: Sequence[Cell]) -> Columns:
        """Give the columns with those that only heads tell of, as nothing but blank cells stand in them.

        Args:
            heads: The lowest line of the head, from left to right. Where each column but the one of labels has one of
                them over it, what else is there stands over blank cells.
        """
        blank = [head for head in heads if self.overlaps(head) == 0]
        over = len(heads) - len(blank)
        expected = len(self.edges) - (not heads or heads[0].left > self.edges[0][1])
        if not blank or over != expected or any(self.overlaps(head) > 1 for head in heads):
            return self
        return Columns(tuple(sorted((*self.edges, *((head.left, head.right) for head in blank)))))

    def place(self, cell: Cell) -> int:
        """Give the column that a cell stands in: the one it shares most of its width with, else the nearest."""
        shares = [min(right, cell.right) - max(left, cell.left) for left, right in self.edges]
        best = max(shares)
        if best > 0 and cell.left <= self.edges[0][1] and shares[0] > 0:
            return 0  # a long label reaches into the next column
        return shares.index(best)

    def under(self, head: Cell) -> list[int]:
        """Give the columns below a head, at least one: labels that reach under a head of figures do not count."""
        over = [at for at, (left, right) in enumerate(self.edges) if min(right, head.right) > max(left, head.left)]
        if not over:
            distances = [max(left - head.right, head.left - right) for left, right in self.edges]
            return [distances.index(min(distances))]
        left, right = self.edges[0]
        if len(over) > 1 and over[0] == 0 and head.left > left + 0.3 * (right - left):
            return over[1:]
        return over

    def overlaps(self, cell: Cell) -> int:
        """Count the columns that a cell stands in."""
        return sum(min(right, cell.right) > max(left, cell.left) for left, right in self.edges)

    def has_in_middle(self, cell: Cell) -> bool:
        """Say whether a cell is centred between the edges of the table, away from the left one."""
        left, right = self.edges[0][0], self.edges[-1][1]
        off = abs(self.centre(0, len(self.edges) - 1) - cell.centre)
        return off < 0.06 * (right - left) and cell.left > left + 0.15 * (right - left)

    def nearest(self, place: float) -> int:
        """Give the column whose middle is nearest to a place, in points."""
        return min(range(len(self.edges)), key=lambda at: abs(self.centre(at, at) - place))

    def between(self) -> tuple[float, ...]:
        """Give a place between each two columns, in points."""
        return tuple((left[1] + right[0]) / 2 for left, right in zip(self.edges, self.edges[1:], strict=False))

    def centre(self, first: int, last: int) -> float:
        """Give the middle of some columns, in points."""
        return (self.edges[first][0] + self.edges[last][1]) / 2

    def widened(self, heads: Iterable[tuple[int, Cell]]) -> Columns:
        """Give the columns as wide as their heads are too, as far as no other column is in the way."""
        edges = list(self.edges)
        for at, head in heads:
            left, right = min(edges[at][0], head.left), max(edges[at][1], head.right)
            others = edges[:at] + edges[at + 1 :]
            if all(right <= its_left or its_right <= left for its_left, its_right in others):
                edges[at] = left, right
        return Columns(tuple(edges))

    def fits(self, other: Columns, tolerance: float) -> bool:
        """Say whether another table's columns stand in these."""
        if len(other.edges) != len(self.edges):
            return False
        return all(
            min(right, its_right) > max(left, its_left) or abs(right - its_right) < tolerance
            for (left, right), (its_left, its_right) in zip(self.edges, other.edges, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands above a table's columns.

    Attributes:
        whole: What stands above all of them, such as a unit or a date, from above.
        by_column: The words above each column, "" above one without any.
    """

    whole: tuple[str, ...] = ()
    by_column: tuple[str, ...] = ()

    def above(self, places: Sequence[int]) -> tuple[str, ...]:
        """Give what stands above a row, outermost first.

        Args:
            places: The columns whose blank heads keep their place, where at least half of the columns have a head.
        """
        first = self.by_column[:1]
        label = first if first and first[0].endswith(":") else ()
        if 2 * sum(map(bool, self.by_column[1:])) < len(self.by_column) - 1:
            places = ()
        last = max((at for at, head in enumerate(self.by_column) if head), default=0)
        kept = [
            head
            for at, head in enumerate(self.by_column)
            if at >= len(label) and (head or (0 < at < last and at in places))
        ]
        heads = " |".join(f" {head}" if head else "" for head in kept).strip()
        return (*self.whole, *((heads,) if heads else ()), *label)


def heads_of(cells: Sequence[Cell], columns: Columns) -> Heads:
    """Put the words of a table's head above its columns.

    Args:
        cells: What stands above the first row, in any order.
        columns: The table's.
    """
    texts: list[list[str]] = [[] for _ in columns.edges]
    whole: list[str] = []
    pieces = [piece for cell in cells for piece in _cut(cell, columns)]
    # From below, for heads of one column tell how wide it is, and so in the middle of what those above it stand.
    for row in reversed(_levels(_stacked(pieces))):
        spans = _spans(row, columns)
        for cell, (first, last) in zip(row, spans, strict=True):
            if len(row) == 1 and (UNIT.fullmatch(cell.text) or last - first == len(columns.edges) - 2 > 0):
                whole.insert(0, cell.text)
                continue
            for at in range(first, last + 1):
                texts[at].insert(0, cell.text)
        columns = columns.widened(
            [(first, cell) for cell, (first, last) in zip(row, spans, strict=True) if first == last]
        )
    return Heads(tuple(whole), tuple(" ".join(words) for words in texts))


def _cut(cell: Cell, columns: Columns) -> list[Cell]:
    """Cut a head that is one line where it is several that stand close together."""
    words = cell.lines[0].words
    if len(cell.lines) == 1 and len(words) == len(columns.edges) - 1 > _FEWEST_WORDS:
        nearest = [columns.nearest((left + right) / 2) for left, right in words]
        if nearest == list(range(1, len(columns.edges))):
            return cut_at(cell, [(a[1] + b[0]) / 2 for a, b in pairwise(words)])
    return cut_at(cell, columns.between()) if _is_wide(cell, columns) else [cell]


def _is_wide(cell: Cell, columns: Columns) -> bool:
    """Say whether a head that is one line may be several that stand close together: it has words over many columns."""
    line = cell.lines[0]
    if len(cell.lines) > 1 or len(line.words) < 2:
        return False
    over = columns.under(cell)
    if len(over) < 2:
        return False
    places = columns.between()[over[0] : over[-1]]
    gaps = list(zip(line.words, line.words[1:], strict=False))
    cut = sum(any(a[1] <= place <= b[0] for a, b in gaps) for place in places)
    ordinary = min(b[0] - a[1] for a, b in gaps)
    wide = sum(b[0] - a[1] > 1.5 * ordinary or b[0] - a[1] > 0.5 * line.size for a, b in gaps)
    return cut == len(places) and (wide >= cut or cut > 2)


def _stacked(cells: Sequence[Cell]) -> list[Cell]:
    """Join the lines of heads that stand close under one another; a head of several columns keeps its distance."""
    stacked: list[Cell] = []
    for cell in sorted(cells, key=lambda cell: -cell.top):
        for at, above in enumerate(stacked):
            edges = min(abs(above.left - cell.left), abs(above.right - cell.right), abs(above.centre - cell.centre))
            step = above.bottom - cell.top
            if (
                0.5 * cell.size < step < _STACKED * cell.size
                and edges < 0.6 * cell.size
                and not UNIT.fullmatch(cell.text)
            ):
                stacked[at] = Cell.of([*above.lines, *cell.lines])
                break
        else:
            stacked.append(cell)
    return stacked


def _levels(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Give the lines of a head from above, each from left to right; heads of several lines stand at their last."""
    levels: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: -cell.bottom):
        if levels and abs(levels[-1][0].bottom - cell.bottom) < 0.45 * cell.size:
            levels[-1].append(cell)
        else:
            levels.append([cell])
    return [sorted(level, key=lambda cell: cell.left) for level in levels]


def _spans(row: Sequence[Cell], columns: Columns) -> list[tuple[int, int]]:
    """Give the first and last column that each head of one line stands above."""
    count = len(columns.edges)
    spans = []
    for cell in row:
        over = columns.under(cell)
        if len(row) >= count - 1 and len(over) > 1:
            over = [columns.place(cell)]
        spans.append((over[0], over[-1]))
    for at, cell in enumerate(row):
        lowest = spans[at - 1][1] + 1 if at else 1
        highest = spans[at + 1][0] - 1 if at + 1 < len(row) else len(columns.edges) - 1
        spans[at] = _widened(cell, spans[at], (min(lowest, spans[at][0]), max(highest, spans[at][1])), columns)
    return spans


def _widened(cell: Cell, span: tuple[int, int], limits: tuple[int, int], columns: Columns) -> tuple[int, int]:
    """Give the most columns, those of `span` among them, in whose middle a head stands."""
    best = span
    for first in range(limits[0], span[0] + 1):
        for last in range(span[1], limits[1] + 1):
            near = max(_CENTRED * cell.size, 0.05 * (columns.edges[last][1] - columns.edges[first][0]))
            centred = abs(columns.centre(first, last) - cell.centre) < near
            if centred and last - first > best[1] - best[0] and (first > 0 or span[0] == 0):
                best = first, last
    return best
