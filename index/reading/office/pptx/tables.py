"""The tables of slides: a piece for each row, with the column heads and labels above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.office.drawing.text import Piece, words_of
from index.reading.office.package import child_of, integer_of
from index.reading.office.tables import Cell, Row, table_drafts
from index.reading.office.words import Words

if TYPE_CHECKING:
    from lxml import etree

_MOST_COLUMNS = 10_000
_YES = ("1", "true")


def table_pieces(table: etree._Element) -> list[Piece]:
    """Read a table's rows; one of a single column only places text on the slide, and is read as prose."""
    rows = [_row(row) for row in table.iterfind("{*}tr")]
    if max((len(row.cells) for row in rows), default=0) <= 1:
        paragraphs = map(words_of, table.iterfind("{*}tr/{*}tc/{*}txBody/{*}p"))
        return [Piece("prose", words) for words in paragraphs if words]
    properties = child_of(table, "tblPr")
    has_head = properties is not None and properties.get("firstRow") in _YES
    pieces = []
    for draft in table_drafts([row for row in rows if row.filled], 1, heads_by_style=has_head):
        title = (draft.table.title,) if draft.table is not None and draft.table.title and draft.kind == "row" else ()
        pieces.append(Piece(draft.kind, draft.words.text, above=(*title, *draft.above)))
    return pieces


def _row(row: etree._Element) -> Row:
    # A cell that another one covers from the left is in the file as well, without anything in it to be seen.
    cells = [(n, cell) for n, cell in enumerate(row.iterfind("{*}tc")) if cell.get("hMerge") not in _YES]
    return Row([_cell(column, cell) for column, cell in cells[:_MOST_COLUMNS]])


def _cell(column: int, cell: etree._Element) -> Cell:
    goes_on = cell.get("vMerge") in _YES
    words = Words()
    text = child_of(cell, "txBody")
    if text is not None and not goes_on:
        words.add("\n".join(filter(None, map(words_of, text.iterfind("{*}p")))), 1)
        words = Words() if not words.text else words
    span = min(_MOST_COLUMNS, max(1, integer_of(cell, "gridSpan") or 1))
    return Cell(words, column, span, is_bold=text is not None and _is_bold(text), goes_on=goes_on)


def _is_bold(text: etree._Element) -> bool:
    runs = [run for run in text.iter("{*}r") if (run.findtext("{*}t") or "").strip()]
    marks = [child_of(run, "rPr") for run in runs]
    return bool(runs) and all(mark is not None and mark.get("b") in _YES for mark in marks)
