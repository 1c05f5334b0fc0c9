"""Tables of Word: which only place text on the page, and where the rows and cells of the others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.office.docx.styles import switch_of
from index.reading.office.package import attribute_of, child_of, integer_of, local_name

if TYPE_CHECKING:
    from lxml import etree

    from index.reading.office.docx.styles import Styles

_WRAPPERS = frozenset(("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo"))
_MOST_COLUMNS = 100  # Word allows 63
_LONG_CELL = 400  # characters; text of several paragraphs beyond it is prose
_LAYOUT_SHARE = 0.6  # of a table's text that stands in such cells


def rows_of(table: etree._Element) -> list[etree._Element]:
    """Give a table's rows, but for those that a tracked change deleted."""
    rows = _inside(table, "tr")
    return [row for row in rows if child_of(child_of(row, "trPr"), "del") is None]


def cells_of(row: etree._Element) -> list[etree._Element]:
    """Give a row's cells, but for those that a tracked change deleted."""
    return [cell for cell in _inside(row, "tc") if child_of(child_of(cell, "tcPr"), "cellDel") is None]


def _inside(element: etree._Element, wanted: str) -> list[etree._Element]:
    """Give a table's rows or a row's cells, through the controls and marks that may stand between."""
    found = []
    stack = list(reversed(element))
    while stack:
        inner = stack.pop()
        tag = local_name(inner)
        if tag == wanted:
            found.append(inner)
        elif tag in _WRAPPERS:
            stack.extend(reversed(inner))
    return found


def columns_before(row: etree._Element) -> int:
    """Give how many columns of the grid a row leaves free at its left."""
    return min(max(integer_of(child_of(child_of(row, "trPr"), "gridBefore")) or 0, 0), _MOST_COLUMNS)


def span_of(cell: etree._Element) -> int:
    """Give how many columns a cell takes."""
    span = integer_of(child_of(child_of(cell, "tcPr"), "gridSpan"))
    return min(max(span or 1, 1), _MOST_COLUMNS)


def goes_on(cell: etree._Element) -> bool:
    """Say whether a cell is merged with the one above it."""
    merge = child_of(child_of(cell, "tcPr"), "vMerge")
    return merge is not None and attribute_of(merge, "val") in (None, "continue")


def is_head(row: etree._Element) -> bool:
    """Say whether a row is repeated at the top of each page."""
    return switch_of(child_of(row, "trPr"), "tblHeader") is True


def is_set_apart(table: etree._Element, styles: Styles) -> bool:
    """Say whether a table's style sets its first row apart, and the table wants that."""
    properties = child_of(table, "tblPr")
    name = attribute_of(child_of(properties, "tblStyle"), "val")
    look = child_of(properties, "tblLook")
    if name is None or look is None or not styles.has_head_row(name):
        return False
    said = attribute_of(look, "firstRow")
    if said is not None:
        return said in ("1", "true", "on")
    value = attribute_of(look, "val") or ""
    return len(value) == 4 and all(c in "0123456789abcdefABCDEF" for c in value) and bool(int(value, 16) & 0x20)


def is_layout(rows: list[list[etree._Element]], styles: Styles) -> bool:
    """Say whether a table only places text on the page: one column, tables or headings inside, or long prose.

    Args:
        rows: The cells of each row.
        styles: Of the document.
    """
    if max(map(len, rows), default=0) <= 1:
        return True
    if any(_holds_table(cell) for cells in rows for cell in cells):
        return True
    total = long = 0
    for cells in rows:
        for cell in cells:
            length, paragraphs = 0, 0
            for paragraph in cell.iter("{*}p"):
                own = sum(len(text.text or "") for text in paragraph.iter("{*}t"))
                length, paragraphs = length + own, paragraphs + (own > 0)
                name = attribute_of(child_of(child_of(paragraph, "pPr"), "pStyle"), "val")
                if name is not None and own and paragraphs > 1 and styles.of(name).kind == "heading":
                    return True
            total += length
            long += length if length > _LONG_CELL and paragraphs > 2 else 0
    return long > _LAYOUT_SHARE * total


def _holds_table(cell: etree._Element) -> bool:
    """Whether a cell holds a table of several rows and columns; a smaller one is read as the cell's text."""
    inner = next(cell.iter("{*}tbl"), None)
    if inner is None:
        return False
    rows = rows_of(inner)
    return len(rows) > 1 and any(len(cells_of(row)) > 1 for row in rows)


def breaks_first(row: etree._Element) -> bool:
    """Say whether a row begins on a new page."""
    for element in row.iter("{*}lastRenderedPageBreak", "{*}t"):
        if local_name(element) != "t":
            return True
        if (element.text or "").strip():
            return False
    return False
