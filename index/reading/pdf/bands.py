"""The lines of a PDF page as bands: the cells that stand side by side. Knows nothing of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.pdf.cells import ENUMERATOR, Cell, cells_of, has_leaders, is_figure, without_leaders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

_MOST_STACKED = 12  # lines in one cell that are looked for


@dataclass(frozen=True, slots=True)
class Band:
    """Cells that stand side by side, drawn one after the other: `lines[start:end]` of a page."""

    cells: tuple[Cell, ...]
    start: int
    end: int
    leaders: bool = False

    @property
    def left(self) -> float:
        """Left edge, in points."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Right edge, in points."""
        return self.cells[-1].right

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
        return self.cells[-1].size

    @property
    def has_figures(self) -> bool:
        """Whether a cell after the first is a figure."""
        return any(is_figure(cell.text) for cell in self.cells[1:])


def bands_of(lines: Sequence[Line]) -> list[Band]:
    """Give a page as bands of cells; most bands are one line of prose, which is one cell.

    Args:
        lines: In reading order, their rows joined.
    """
    dotted = [has_leaders(line) for line in lines]
    cut = [cells_of(without_leaders(line) if dots else line) for line, dots in zip(lines, dotted, strict=True)]
    stacks = _stacks(lines, cut)
    bands: list[Band] = []
    at = 0
    while at < len(lines):
        end = stacks[at]
        if not _begins_beside(lines, at, end):
            end = at + 1
        cells = [Cell.of(lines[at:end])] if end > at + 1 else list(cut[at])
        while end < len(lines) and _is_beside(cells[-1], lines[end]):
            stack = end + 1
            while stack < stacks[end] and lines[stack].baseline >= cells[-1].bottom - 2.5 * lines[end].size:
                stack += 1
            cells += [Cell.of(lines[end:stack])] if stack > end + 1 else cut[end]
            end = stack
        bands.append(Band(tuple(cells), at, end, dotted[at]))
        at = end
    return bands


def _stacks(lines: Sequence[Line], cut: Sequence[Sequence[Cell]]) -> list[int]:
    """Give for each line the end of the lines from it on that stand close under one another, each of one cell."""
    ends = list(range(1, len(lines) + 1))
    for at in range(len(lines) - 2, -1, -1):
        if len(cut[at]) == 1 and len(cut[at + 1]) == 1 and _is_under(lines[at], lines[at + 1]):
            ends[at] = ends[at + 1]
    return ends


def _begins_beside(lines: Sequence[Line], start: int, end: int) -> bool:
    """Say whether what follows lines that stand under one another stands beside them: then they are one cell."""
    if end == start + 1 or end == len(lines) or end > start + _MOST_STACKED:
        return False
    first, following = lines[start], lines[end]
    right = max(line.right for line in lines[start:end])
    rises = following.baseline > lines[end - 1].baseline + 0.5 * first.size
    return (
        rises and following.left >= right - 0.2 * first.size and following.baseline < first.baseline + 2.5 * first.size
    )


def _is_under(above: Line, below: Line) -> bool:
    drop, size = above.baseline - below.baseline, above.size
    if not 0.5 * size < drop < 1.4 * size or abs(above.size - below.size) >= 0.1 * size:
        return False
    centres = abs(above.left + above.right - below.left - below.right) / 2
    begins = above.left
    if len(above.words) > 1 and ENUMERATOR.fullmatch(above.text.partition(" ")[0]):
        begins = min(begins, above.words[1][0], key=lambda left: abs(left - below.left))  # a number hangs at the left
    return min(abs(begins - below.left), abs(above.right - below.right), centres) < 0.6 * size


def _is_beside(cell: Cell, line: Line) -> bool:
    """Say whether a line stands to the right of a cell and not below it."""
    size = max(cell.size, line.size)
    beside = cell.bottom - 0.35 * size <= line.baseline <= cell.top + 0.35 * size
    if len(cell.lines) > 1 or cell.top > cell.bottom:
        beside = cell.bottom - 0.8 * size <= line.baseline <= cell.top + 2.2 * size
    return beside and line.left > cell.right - 0.3 * size
