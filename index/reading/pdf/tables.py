"""Finds the rows, labels and column heads of tables, and the lines of program listings, among the lines of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

TablePart = Literal["row", "label", "column head"]

_LAST_CELL = re.compile(r"\s(?:[(+-]?[$€£]?\s?[\d.,-]*\d\)?\s?%?|[—–-])$")
_MOST_LABELS, _MOST_HEAD_LINES = 2, 24
_SHORTEST_LISTING = 3  # lines; fewer in a monospaced type are words of a sentence


def table_parts(lines: Sequence[Line]) -> dict[Line, TablePart]:
    """Find the lines of tables.

    Args:
        lines: A page's lines in reading order, their rows joined, without running heads.

    Returns:
        The rows, the labels that stand alone between or above them, and what stands above the columns.
    """
    parts: dict[Line, TablePart] = {}
    for rows in _tables(lines):
        table = [lines[at] for at in rows]
        left, right = min(row.left for row in table), max(row.right for row in table)
        edge = left + 0.25 * (right - left)  # of the first column
        for line in lines[rows[0] : rows[-1] + 1]:
            parts[line] = "row" if _is_row(line) else "label"
        for line in lines[rows[0] : rows[-1] + 1]:
            if line.left < edge:
                break
            parts[line] = "column head"
        first_label, first_head = _above(lines, rows[0], (left, edge, right))
        if first_head < first_label:
            parts.update(dict.fromkeys(lines[first_label : rows[0]], "label"))
            parts.update(dict.fromkeys(lines[first_head:first_label], "column head"))
    return parts


def listing_lines(lines: Sequence[Line]) -> frozenset[Line]:
    """Find the monospaced lines that stand several together."""
    found: set[Line] = set()
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and line.monospaced and (not run or line.baseline < run[-1].baseline):
            run.append(line)
            continue
        if len(run) >= _SHORTEST_LISTING:
            found.update(run)
        run = [line] if line is not None and line.monospaced else []
    return frozenset(found)


def _tables(lines: Sequence[Line]) -> list[list[int]]:
    """Give the places of each table's rows, where at most two lines stand between two of them."""
    tables: list[list[int]] = []
    for at, line in enumerate(lines):
        if not _is_row(line):
            continue
        last = lines[tables[-1][-1]] if tables else None
        between = lines[tables[-1][-1] + 1 : at] if tables else ()
        if last and len(between) <= _MOST_LABELS and all(_is_label(label, last) for label in between):
            tables[-1].append(at)
        else:
            tables.append([at])
    return tables


def _above(lines: Sequence[Line], first_row: int, columns: tuple[float, float, float]) -> tuple[int, int]:
    """Give the places of the first label and of the first column head above a table's first row."""
    left, edge, right = columns
    row = lines[first_row]
    label = first_row
    while (
        label > max(0, first_row - _MOST_LABELS) and lines[label - 1].left < edge and _is_label(lines[label - 1], row)
    ):
        label -= 1
    head = label
    while head > max(0, label - _MOST_HEAD_LINES):
        line = lines[head - 1]
        narrow = line.right - line.left < 0.45 * (right - left)
        title = narrow and abs(line.left + line.right - left - right) < 0.06 * (right - left)
        if title or line.left < edge or line.right > right + row.size or len(line.text) > 80:
            break
        if not -0.5 * row.size < line.baseline - row.baseline < 10 * row.size:
            break
        head -= 1
    return label, head


def _is_row(line: Line) -> bool:
    if line.wide_gaps == 1:
        return _LAST_CELL.search(line.text) is not None
    # In a justified line of few words every gap may be wide.
    stretched = line.wide_gaps == line.text.count(" ") and not any(character.isdigit() for character in line.text)
    return line.wide_gaps >= 2 and not stretched


def _is_label(line: Line, row: Line) -> bool:
    width = row.right - row.left
    near = 0 < abs(row.baseline - line.baseline) < 5 * row.size
    return near and line.right - line.left < 0.6 * width and line.left < row.left + 0.3 * width
