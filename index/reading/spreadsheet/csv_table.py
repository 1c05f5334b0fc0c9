"""Delimited text, such as .csv and .tsv: its rows under their column heads, their cells joined by bars."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.reading.decoding import decode
from index.reading.extraction import Extraction
from index.reading.settings import beyond_limit
from index.reading.spreadsheet.rendered_text import RenderedText
from index.reading.spreadsheet.table_bands import GridRow
from index.reading.spreadsheet.table_rows import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.settings import ReadingSettings

_DELIMITERS = ("\t", ";", "|", ",")  # the rarer in the text of cells first: of two that fit alike the first is taken
_SAMPLE_LINES = 200
_SAMPLE_CHARACTERS = 200_000
_SURE = 0.8  # share of the rows that have the usual number of cells, beyond which a delimiter is not doubted
_WITHOUT_HEADS = 0.2  # taken from that share where the first row is not parted so
_LONGEST_CELL_LINES = 1_000  # a quoted cell of more lines was opened by a stray quotation mark
_NAMED_DELIMITER = re.compile(r"sep=(.)\n", re.IGNORECASE)


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a file of delimited text. One whose lines no delimiter parts is read as a paragraph a line.

    Raises:
        UnreadableFileError: The bytes are not text.
    """
    decoded = decode(data)
    longest_cell = csv.field_size_limit(len(decoded.text) + 1)
    try:
        rendered, left_out = _rendered(decoded.text, settings.limits.rows)
    finally:
        csv.field_size_limit(longest_cell)
    return Extraction(
        text=str(rendered),
        blocks=tuple(rendered.blocks),
        title=rendered.title(),
        pre_mended=True,
        report=_report(decoded.encoding, settings.limits.rows, left_out),
    )


def _rendered(text: str, limit: int) -> tuple[RenderedText, int]:
    """Give the text of the rows that the limit allows, and how many it does not."""
    named = _NAMED_DELIMITER.match(text)  # Excel's way to say so
    lines = text[named.end() :].split("\n") if named else text.split("\n")
    delimiter = named[1] if named else _delimiter(lines)
    rows: list[GridRow] = []
    left_out = 0
    for number, record in enumerate(_records(lines, delimiter), 1):
        cells = [cell.strip() for cell in record]
        if any(cells) and len(rows) < limit:
            rows.append(GridRow(number, cells))
        elif any(cells):
            left_out += 1
    rendered = RenderedText()
    if delimiter is None:
        for row in rows:
            rendered.add(row.cells[0], "prose")
    else:
        for line in table_lines(rows, expects_heads=True):
            rendered.add(line.text, line.kind, above=line.above)
    return rendered, left_out


def _report(encoding: str | None, kept: int, left_out: int) -> ReadingReport:
    if not left_out:
        return ReadingReport(encoding=encoding)
    total = kept + left_out
    return ReadingReport(encoding=encoding, left_out=(beyond_limit("row", kept + 1, total, "rows"),), lacking=("rows",))


def _delimiter(lines: Sequence[str]) -> str | None:
    """Find what parts the cells: what parts most rows into the same number of them; None where nothing does."""
    sample: list[str] = []
    size = 0
    for line in lines[:_SAMPLE_LINES]:
        sample.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS:
            break
    best, best_share = None, 0.0
    for delimiter in _DELIMITERS:
        share = _share_of_usual_width(sample, delimiter)
        if share > best_share + 0.05:
            best, best_share = delimiter, share
    return best


def _share_of_usual_width(sample: Sequence[str], delimiter: str) -> float:
    """Say which share of the rows a delimiter parts into the same number of cells, more than one; 0 for prose."""
    widths = [len(cells) for cells in _records(sample, delimiter) if any(cells)]
    several = [width for width in widths if width > 1]
    if not several or len(several) < 0.5 * len(widths):
        return 0.0
    usual, count = Counter(several).most_common(1)[0]
    share = count / len(widths) - (_WITHOUT_HEADS if widths[0] != usual else 0)
    marks = sum(line.count(delimiter) for line in sample)
    before_blank = sum(line.count(delimiter + " ") for line in sample)
    sentences = sum(line.rstrip().endswith((".", "!", "?")) for line in sample)
    is_prose = before_blank > 0.5 * marks and (share < _SURE or sentences > 0.5 * len(widths))
    return 0.0 if is_prose else share


class _StrayQuoteError(Exception):
    """A quotation mark opened a cell that does not end."""


def _records(lines: Sequence[str], delimiter: str | None) -> Iterator[list[str]]:
    """Give each record's cells; none for a blank line."""
    if delimiter is None:
        yield from ([line] for line in lines)
        return
    at = 0
    while at < len(lines):
        feed = _Feed(lines, at)
        try:
            for cells in csv.reader(feed, delimiter=delimiter, skipinitialspace=True):
                if feed.is_torn():
                    raise _StrayQuoteError
                yield cells
                at = feed.first = feed.next
        except (_StrayQuoteError, csv.Error):
            yield lines[at].split(delimiter)
            at += 1


class _Feed:
    """Lines for the csv module, which says neither where a record began nor that its last cell never ended."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self._lines = lines
        self.first = self.next = start  # of the record that is being read

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.next >= len(self._lines):
            raise StopIteration
        if self.next - self.first >= _LONGEST_CELL_LINES:
            raise _StrayQuoteError
        line = self._lines[self.next]
        self.next += 1
        return line + "\n"

    def is_torn(self) -> bool:
        """Whether the record reached the end of the file in a cell that was opened and never closed."""
        several = self.next - self.first > 1
        return several and self.next == len(self._lines) and self._quotes() % 2 == 1

    def _quotes(self) -> int:
        return sum(line.count('"') for line in self._lines[self.first : self.next])
