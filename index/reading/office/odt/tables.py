"""Tables of OpenDocument: which only place text on the page, and where the rows and cells of the others are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.reading.office.package import integer_of, local_name

if TYPE_CHECKING:
    from lxml import etree

_GROUPS = frozenset(("table-header-rows", "table-rows", "table-row-group"))
_MOST_COLUMNS = 100
_LONG_CELL = 400  # characters; text of several paragraphs beyond it is prose
_LAYOUT_SHARE = 0.6  # of a table's text that stands in such cells


@dataclass(slots=True)
class RowElement:
    """A row with the elements of its cells.

    Attributes:
        is_head: Whether it heads the table.
        breaks: The page breaks before it.
        cells: From left to right, but for those that a cell to their left covers.
        columns: Of each cell the first column, from 0.
        spans: Of each cell how many columns it takes.
        going_on: Those that a cell above covers.
    """

    is_head: bool
    breaks: list[etree._Element]
    cells: list[etree._Element] = field(default_factory=list)
    columns: dict[etree._Element, int] = field(default_factory=dict)
    spans: dict[etree._Element, int] = field(default_factory=dict)
    going_on: set[etree._Element] = field(default_factory=set)


def rows_of(table: etree._Element) -> list[RowElement]:
    """Give a table's rows in order."""
    rows: list[RowElement] = []
    breaks: list[etree._Element] = []
    stack = [(child, False) for child in reversed(table)]
    while stack:
        element, is_head = stack.pop()
        tag = local_name(element)
        if tag in _GROUPS:
            stack.extend((child, is_head or tag == "table-header-rows") for child in reversed(element))
        elif tag == "soft-page-break":
            breaks.append(element)
        elif tag == "table-row":
            rows.append(_row(element, is_head=is_head, breaks=breaks))
            breaks = []
    return rows


def _row(element: etree._Element, *, is_head: bool, breaks: list[etree._Element]) -> RowElement:
    row = RowElement(is_head, breaks)
    column = covered = 0  # columns that a cell to the left covers still
    for cell in element:
        tag = local_name(cell)
        if tag not in ("table-cell", "covered-table-cell"):
            continue
        repeats = _count(cell, "number-columns-repeated")
        if tag == "covered-table-cell" and covered:
            covered = max(0, covered - repeats)
            continue
        span = _count(cell, "number-columns-spanned")
        row.cells.append(cell)
        row.columns[cell] = column
        row.spans[cell] = max(span, repeats)
        if tag == "covered-table-cell":
            row.going_on.add(cell)
        covered = span - 1
        column += max(span, repeats)
    return row


def _count(cell: etree._Element, name: str) -> int:
    return min(max(integer_of(cell, name) or 1, 1), _MOST_COLUMNS)


def is_layout(rows: list[RowElement]) -> bool:
    """Say whether a table only places text on the page: one column, tables inside, or long prose in its cells."""
    if max((len(row.cells) for row in rows), default=0) <= 1:
        return True
    if any(_holds_table(cell) for row in rows for cell in row.cells):
        return True
    total = long = 0
    for row in rows:
        for cell in row.cells:
            length = paragraphs = 0
            for paragraph in cell.iter("{*}p", "{*}h"):
                own = sum(len(text) for text in paragraph.itertext())
                length, paragraphs = length + own, paragraphs + (own > 0)
            total += length
            long += length if length > _LONG_CELL and paragraphs > 2 else 0
    return long > _LAYOUT_SHARE * total


def _holds_table(cell: etree._Element) -> bool:
    """Whether a cell holds a table of several rows and columns; a smaller one is read as the cell's text."""
    inner = next(cell.iter("{*}table"), None)
    if inner is None:
        return False
    rows = rows_of(inner)
    return len(rows) > 1 and any(len(row.cells) > 1 for row in rows)
