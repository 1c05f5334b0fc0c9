"""Rows of a table, with what stands above each: column heads, and the labels of its part of the table.

Knows nothing of any file format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.reading.office.drafts import Draft, Table
from index.reading.office.table_places import LONGEST_HEAD, YEAR, Places, heads_of, is_amount
from index.reading.office.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_ROW = 1_500  # characters; the cells of a longer one are paragraphs
_LONGEST_LABEL = 150
_LONGEST_REPEATED = 80  # characters of a merged cell that is read again with each row
_MOST_HEADS = 8  # rows
_SAMPLE = 40  # rows


@dataclass(slots=True)
class Cell:
    """A cell as it is gathered.

    Attributes:
        words: Its text.
        column: Its first column, from 0.
        span: How many columns it takes.
        is_bold: Whether all of its text is bold.
        goes_on: Whether it is merged with the cell above it.
    """

    words: Words
    column: int
    span: int = 1
    is_bold: bool = False
    goes_on: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        self.text = " ".join(self.words.text.split())


@dataclass(slots=True)
class Row:
    """A row as it is gathered.

    Attributes:
        cells: From left to right, the blank ones too.
        is_head: Whether the file says that it heads the table.
        beside: Notes and text boxes that hang on it.
    """

    cells: list[Cell]
    is_head: bool = False
    beside: list[Draft] = field(default_factory=list)

    @property
    def filled(self) -> list[Cell]:
        """The cells that hold text."""
        return [cell for cell in self.cells if cell.text]

    @property
    def width(self) -> int:
        """How many columns it reaches over."""
        return max((cell.column + cell.span for cell in self.cells), default=0)

    @property
    def is_bold(self) -> bool:
        """Whether all of its text is bold."""
        return all(cell.is_bold for cell in self.cells if cell.text)


def table_drafts(rows: Sequence[Row], page: int, *, heads_by_style: bool = False) -> list[Draft]:
    """Make drafts of a table: heads and labels of kind "table head", the rest of kind "row".

    Args:
        rows: From top to bottom.
        page: Where it stands; words that join cells are put there.
        heads_by_style: Whether the table's style sets its first row apart.
    """
    table = Table()
    _fill_merged(rows)
    width = max((row.width for row in rows), default=0)
    first = _take_title(rows, table, width)
    heads = first + _count_heads(rows[first:], heads_by_style=heads_by_style)
    places = Places.of(rows[first:heads], rows[heads:])
    above = heads_of(rows[first:heads], places)
    repeated = {_line(row) for row in rows[first:heads]}
    labels: list[Row] = []
    drafts: list[Draft] = []
    is_after_data = True
    for n, row in enumerate(rows):
        if n < heads or _line(row) in repeated:
            drafts.append(Draft(_joined(row.filled, page), "table head", table=table))
        elif _is_label(row, rows[n + 1] if n + 1 < len(rows) else None, width):
            labels = _under(labels, row, is_after_data=is_after_data)
            is_after_data = False
            drafts.append(Draft(_joined(row.filled, page), "table head", table=table))
        elif row.filled:
            is_after_data = True
            stands_under = (*([above] if above else []), *(label.filled[0].text for label in labels))
            drafts.extend(_row_drafts(row, places, _Above(stands_under, table), page))
        for draft in row.beside:
            draft.table = table if draft.kind == "note" else draft.table
        drafts.extend(row.beside)
    return drafts


def _fill_merged(rows: Sequence[Row]) -> None:
    """Let a cell that is merged with the one above it say again what that says, if it is short."""
    standing: dict[int, Cell] = {}
    for row in rows:
        for cell in row.cells:
            above = standing.get(cell.column)
            if cell.goes_on and not cell.text and above is not None and len(above.text) <= _LONGEST_REPEATED:
                cell.text, cell.is_bold = above.text, above.is_bold
            if not cell.goes_on:
                standing[cell.column] = cell


def _take_title(rows: Sequence[Row], table: Table, width: int) -> int:
    """Take a first row that is one cell across the whole table for its title; gives how many rows that is."""
    if len(rows) < 3 or width < 2:
        return 0
    filled = rows[0].filled
    is_across = len(filled) == 1 and (len(rows[0].cells) == 1 or filled[0].column == 0) and filled[0].span >= width
    if not is_across or len(filled[0].text) > _LONGEST_LABEL or len(rows[1].filled) < 2:
        return 0
    table.title = filled[0].text
    return 1


def _count_heads(rows: Sequence[Row], *, heads_by_style: bool) -> int:
    said = 0
    while said < min(len(rows), _MOST_HEADS) and rows[said].is_head:
        said += 1
    if 0 < said < len(rows):
        return said
    body = [row for row in rows[1 : 1 + _SAMPLE] if len(row.filled) > 1]
    if not rows or not body or not _could_head(rows[0]):
        return 0
    is_apart = rows[0].is_bold and not all(row.is_bold for row in body)
    if not (is_apart or heads_by_style or _differs(rows[0], body)):
        return 0
    heads = 1
    while heads < len(rows) - 1 and heads < 4 and _goes_on_heading(rows[heads], is_apart=is_apart):
        heads += 1
    return heads


def _could_head(row: Row) -> bool:
    filled = row.filled
    if len(filled) < 2 and not (len(filled) == 1 and filled[0].column > 0):
        return False
    return all(
        len(cell.text) <= LONGEST_HEAD and not cell.text.endswith((".", ";")) and not is_amount(cell.text)
        for cell in filled
    )


def _differs(head: Row, body: Sequence[Row]) -> bool:
    """Whether what stands below says by its kind that this row heads it: figures, or much longer text."""
    if len(body) < 2:
        return False
    if not any(cell.text for cell in head.cells if cell.column == 0):
        return True
    needed = 0.6 if len(head.filled) > 2 else 1.0  # of two columns, the first row is often one like the others
    below: dict[int, list[str]] = {}
    for row in body:
        for cell in row.filled:
            below.setdefault(cell.column, []).append(cell.text)
    for cell in head.filled:
        texts = below.get(cell.column, [])
        if len(texts) < 2:
            continue
        amounts = sum(is_amount(text) for text in texts)
        is_long = sum(map(len, texts)) / len(texts) > max(LONGEST_HEAD, 3 * len(cell.text))
        if amounts >= needed * len(texts) or (is_long and len(head.filled) > 1):
            return True
    return False


def _goes_on_heading(row: Row, *, is_apart: bool) -> bool:
    """Whether a row below the first heads is one more: no name at its left, and nothing but short words and years."""
    if not _could_head(row):
        return False
    has_name = any(cell.text for cell in row.cells if cell.column == 0 and not cell.goes_on)
    return not has_name and (row.is_bold or not is_apart or all(YEAR.fullmatch(cell.text) for cell in row.filled))


def _is_label(row: Row, after: Row | None, width: int) -> bool:
    """Whether a row only names the rows below it."""
    filled = row.filled
    if len(filled) != 1 or after is None or filled[0].column or len(filled[0].text) > _LONGEST_LABEL:
        return False
    text = filled[0].text
    if width < 2 or not any(map(str.isalpha, text)) or text.endswith("."):
        return False
    if filled[0].span >= width or len(row.cells) == 1:
        return True
    is_set_apart = text.endswith(":") or (filled[0].is_bold and not after.is_bold)
    return is_set_apart or (width > 2 and len(after.filled) > 2)


def _under(labels: list[Row], row: Row, *, is_after_data: bool) -> list[Row]:
    """Give the labels that stand above what follows a label: one in the same type takes the other's place."""
    if not is_after_data:
        return [*labels, row][-3:]
    for n, label in enumerate(labels):
        if label.is_bold == row.is_bold:
            return [*labels[:n], row]
    return [*labels, row][-3:]


@dataclass(frozen=True, slots=True)
class _Above:
    """What a row stands under: heads and labels, in a table."""

    words: tuple[str, ...]
    table: Table


def _row_drafts(row: Row, places: Places, above: _Above, page: int) -> list[Draft]:
    """Give a row as one block, or one block a cell where it is too long to be read as a line."""
    if sum(len(cell.text) for cell in row.filled) <= LONGEST_ROW:
        return [Draft(_words(row.filled, places.line(row), page), "row", above=above.words, table=above.table)]
    first = row.filled[0].text
    name = (first,) if len(row.filled) > 1 and len(first) <= _LONGEST_LABEL else ()
    return [
        Draft(_joined([cell], page), "row", above=(*above.words, *(name if n else ())), table=above.table)
        for n, cell in enumerate(row.filled)
    ]


def _line(row: Row) -> str:
    return " | ".join(cell.text for cell in row.filled)


def _joined(cells: Sequence[Cell], page: int) -> Words:
    return _words(cells, " | ".join(cell.text for cell in cells), page)


def _words(cells: Sequence[Cell], text: str, page: int) -> Words:
    """Put the text of cells on the page where they begin: beside each other they share its pages."""
    words = Words()
    words.add(text, next((cell.words.page for cell in cells if cell.words.page is not None), page))
    return words
