"""The columns of a table that have a place in the text of its rows, and what stands above each of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.office.tables import Row

LONGEST_HEAD = 60  # characters of a cell, where the file does not say what its heads are
_LONGEST_HEADS = 500
_AMOUNT = re.compile(
    r"[-–—+(]?\s*(?:[A-Z]{3}\s?|[$€£¥])?\s*[-–—]?[\d.,'\u2009 ]*\d\s*[%)]*(?:\s?[a-zA-Z$€£¥%°]{1,3})?\)?|[-–—]"
)
YEAR = re.compile(r"(?:FY\s?)?(?:1[89]|20)\d\d(?:[/–-]\d{2,4})?[AEFBP]?")


@dataclass(frozen=True, slots=True)
class Places:
    """The columns that have a place in a row's text, from left to right, whether or not the row fills them.

    Attributes:
        columns: Those in which a cell that holds text begins, or which a head alone stands above.
        labelled: Whether the first of them names the rows, so that a blank cell there keeps its place as well.
    """

    columns: tuple[int, ...]
    labelled: bool

    @classmethod
    def of(cls, heads: Sequence[Row], body: Sequence[Row]) -> Places:
        """Find the places of a table; a merged head has as many as the cells below it."""
        found = sorted({cell.column for row in body for cell in row.filled})
        for row in reversed(heads):
            for cell in row.filled:
                at = bisect_left(found, cell.column)
                if at == len(found) or found[at] >= cell.column + cell.span:
                    found.insert(at, cell.column)
        first = [row.filled[0] for row in body if row.filled]
        labelled = any(cell.column == found[0] and not is_amount(cell.text) for cell in first)
        return cls(tuple(found), labelled)

    def line(self, row: Row) -> str:
        """Join a row's cells; a blank one before a filled one keeps its place, so that each stands under its head."""
        texts = {cell.column: cell.text for cell in row.filled}
        columns = tuple(texts)
        first = 0 if self.labelled else bisect_left(self.columns, columns[0])
        kept = sorted({*columns, *self.columns[first : bisect_left(self.columns, columns[-1])]})
        return _with_bars([texts.get(column, "") for column in kept])


def _with_bars(texts: Sequence[str]) -> str:
    return " |".join(f" {text}" if text else "" for text in texts).strip()


def heads_of(rows: Sequence[Row], places: Places) -> str:
    """Give the heads of the columns as one string: in each column from top to bottom, the columns parted by bars."""
    starts = [[cell.column for cell in row.cells] for row in rows]
    columns: list[str] = []
    for column in places.columns:
        words: list[str] = []
        for row, its_starts in zip(rows, starts, strict=True):
            at = bisect_right(its_starts, column) - 1
            cell = row.cells[at] if at >= 0 else None
            text = cell.text if cell is not None and column < cell.column + cell.span else ""
            if text and text not in words[-1:]:
                words.append(text)
        columns.append(" ".join(words))
    while columns and not columns[-1]:
        columns.pop()
    heads = _with_bars(columns[1:] if columns and not columns[0] else columns)
    return heads if len(heads) <= _LONGEST_HEADS else heads[:_LONGEST_HEADS].rsplit(" |", 1)[0]


def is_amount(text: str) -> bool:
    """Say whether a cell holds an amount, with its currency or unit, and not a year."""
    return len(text) <= LONGEST_HEAD and _AMOUNT.fullmatch(text) is not None and not YEAR.fullmatch(text)
