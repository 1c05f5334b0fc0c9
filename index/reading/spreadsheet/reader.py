"""Spreadsheets: the tables on each sheet, row by row, with the values that were last calculated."""

from __future__ import annotations

import datetime
import io
import re
import xml.parsers.expat
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import python_calamine as calamine

from index.documents import ReadingReport
from index.errors import PasswordError, UnreadableFileError, UnsupportedFileError
from index.reading.decoding import normalise
from index.reading.extraction import Extraction
from index.reading.office.package import PROTECTED, Package
from index.reading.settings import beyond_limit, numbered
from index.reading.spreadsheet import csv_table
from index.reading.spreadsheet.details import NOTHING_MORE, SheetDetails, Workbook
from index.reading.spreadsheet.rendered_text import RenderedText
from index.reading.spreadsheet.table_bands import GridRow
from index.reading.spreadsheet.table_rows import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.settings import ReadingSettings

    _Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of a stream
_XML_OF_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_HEAD_BYTES = 4096
_BYTES_A_CELL = 50  # that calamine and Python take for each cell of the rectangle that a sheet's cells span
_NAME_OF_NOTHING = re.compile(
    r"(?:(?:work)?sheet|tabelle|feuil|hoja|foglio|blad|planilha|ark|arkusz|list|munka\w*|taul\w*|лист|シート|工作表)"
    r"[ _]?\d*",
    re.IGNORECASE,
)
_PROGRAMS = frozenset(("openpyxl", "xlsxwriter", "apache poi", "microsoft office user", "user", "administrator"))
_UNSET_DATE = "2006-09-16T00:00:00Z"  # in the templates of Excel and of programs that write its files
_WIDEST_NUMBER = 11  # characters, as Excel shows a number that nobody gave a format


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a workbook; each sheet is a page, and each row's page span is named after it ("sheet Costs, row 17").

    Raises:
        LimitError: It unpacks to more than the limit.
        PasswordError: It is protected.
        UnsupportedFileError: It is no spreadsheet of a kind that is read.
        UnreadableFileError: It is damaged.
    """
    package = _package(data, settings)
    if package is None and not data.startswith(_OLE):
        return _read_text(data, settings)
    details = Workbook(package)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            reading = _Reading(book, details, settings)
            reading.read_sheets()
    except calamine.PasswordError as error:
        raise PasswordError(PROTECTED) from error
    except calamine.CalamineError as error:
        raise UnreadableFileError("the file is damaged: no spreadsheet can be read from it") from error
    except BaseException as error:  # calamine's panics are no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError("the file is damaged in a way that cannot be read") from error
    return reading.extraction()


def _package(data: bytes, settings: ReadingSettings) -> Package | None:
    """Open the zip archive that most spreadsheets are; None for those of the kind before 2007."""
    if data.startswith(_ZIP):
        package = Package(data, settings)
        for name in package.names:  # a member that unpacks to more than it claims ends here, and not in calamine
            if name.endswith((".xml", ".bin", ".rels")):
                package.bytes_of(name)
        if package.holds("content.xml"):
            _check_form(package.bytes_of("content.xml"))
        return package
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise PasswordError(PROTECTED)
    return None


def _check_form(content: bytes) -> None:
    """Refuse XML that is not well formed: in an OpenDocument file calamine waits for its end for ever."""
    try:
        xml.parsers.expat.ParserCreate().Parse(content, True)
    except (xml.parsers.expat.ExpatError, LookupError, ValueError) as error:  # the last two of its encoding
        raise UnreadableFileError("the file is damaged: its XML breaks off or is not well formed") from error


def _read_text(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read what many programs write under a spreadsheet's name: delimited text."""
    if _XML_OF_2003 in data[:_HEAD_BYTES]:
        raise UnsupportedFileError("it is an XML spreadsheet of 2003; save it as .xlsx")
    try:
        return csv_table.read(data, settings)
    except UnreadableFileError as error:
        raise UnreadableFileError("the file is damaged, or it is no spreadsheet although its name says so") from error


@dataclass(frozen=True, slots=True)
class _Place:
    """A sheet: its number from 1, and what to call it."""

    page: int
    name: str

    def row(self, number: int) -> tuple[int, str]:
        return self.page, f"{self.name}, row {number}"


class _Reading:
    """Reads sheet after sheet and keeps count of the rows."""

    def __init__(self, book: calamine.CalamineWorkbook, details: Workbook, settings: ReadingSettings) -> None:
        self._book = book
        self._details = details
        self._limits = settings.limits
        self._rows_left = settings.limits.rows
        self._rendered = RenderedText()
        self._left_out: list[str] = []
        self._lacking: list[str] = []

    def read_sheets(self) -> None:
        """Read as many sheets as the limits allow."""
        sheets = self._book.sheets_metadata
        for number, sheet in enumerate(sheets[: self._limits.pages], 1):
            if sheet.typ not in (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.MacroSheet):
                continue
            hidden = "" if sheet.visible == calamine.SheetVisibleEnum.Visible else "hidden "
            name = " ".join(normalise(sheet.name).split())
            self._read_sheet(sheet.name, name, _Place(number, f"{hidden}sheet {name}"))
        if len(sheets) > self._limits.pages:
            self._leave_out(beyond_limit("sheet", self._limits.pages + 1, len(sheets), "pages"), "pages")

    def _read_sheet(self, key: str, name: str, place: _Place) -> None:
        details = self._details.sheet(key)
        area = details.rows * details.columns
        if area * _BYTES_A_CELL > self._limits.memory_mb * 1_000_000:
            self._leave_out(
                f"{place.name}: its cells spread over {details.rows:,} rows and {details.columns:,} columns, too far "
                f"for {self._limits.memory_mb:,} MB of memory; delete the stray cells at its end",
                "memory_mb",
            )
            return
        try:
            sheet = self._book.get_sheet_by_name(key)
        except calamine.PasswordError:
            raise
        except calamine.CalamineError:
            self._left_out.append(f"{place.name}: it is damaged")
            return
        rows = self._rows(sheet, details, place)
        merged = {
            (first[0] + 1, first[1]): last[1] for first, last in sheet.merged_cell_ranges or () if last[1] > first[1]
        }
        if name and (rows or details.comments):
            kind, level = ("navigation", None) if _NAME_OF_NOTHING.fullmatch(name) else ("heading", 1)
            self._rendered.add(name, cast("BlockKind", kind), level=level, page=(place.page, place.name))
        for line in table_lines(rows, merged=merged):
            self._rendered.add(line.text, line.kind, above=line.above, page=place.row(line.row))
        for cell, words in details.comments:
            self._rendered.add(words, "note", page=(place.page, f"{place.name}, comment on {cell}"))

    def _rows(self, sheet: calamine.CalamineSheet, details: SheetDetails, place: _Place) -> list[GridRow]:
        """Give the rows that are not blank, as far as the limit allows, and say which it does not."""
        if sheet.start is None:
            return []
        left = sheet.start[1]
        rows: list[GridRow] = []
        first = last = 0
        for number, values in enumerate(sheet.iter_rows(), 1):
            cells = list(_cells(values, number, left, details))
            if not any(cells):
                continue
            if self._rows_left:
                rows.append(GridRow(number, cells))
                self._rows_left -= 1
            else:
                first, last = first or number, number
        if first:
            self._leave_out(
                f"{place.name}, {numbered('row', first, last)}: more than {self._limits.rows:,} rows of a workbook "
                "are not read; a higher --limit rows reads them",
                "rows",
            )
        return rows

    def _leave_out(self, words: str, limit: str) -> None:
        self._left_out.append(words)
        if limit not in self._lacking:
            self._lacking.append(limit)

    def extraction(self) -> Extraction:
        """Give what was read.

        Raises:
            UnreadableFileError: Nothing was.
        """
        if not self._rendered.blocks:
            raise UnreadableFileError("; ".join(self._left_out) or "its sheets are blank", lacking=tuple(self._lacking))
        author = self._details.properties.get("creator") or self._details.properties.get("initial-creator") or ""
        dates = (self._details.properties.get(name) for name in ("created", "creation-date", "modified", "date"))
        return Extraction(
            text=str(self._rendered),
            blocks=tuple(self._rendered.blocks),
            title=normalise(self._details.properties.get("title", "")) or self._rendered.title(),
            author=normalise(author) if author and author.lower() not in _PROGRAMS else None,
            date=next((date for date in dates if date and date != _UNSET_DATE), None),
            page_count=len(self._book.sheet_names),
            pre_mended=True,
            report=ReadingReport(left_out=tuple(self._left_out), lacking=tuple(self._lacking)),
        )


def _cells(values: Sequence[_Value], number: int, left: int, details: SheetDetails) -> Iterator[str]:
    """Give a row's cells from column A on, as people read them."""
    yield from ("",) * left
    row = details.cells.get(number)
    if row is None:
        yield from map(_written, values)
        return
    for column, value in enumerate(values, left):
        written = row.get(column, NOTHING_MORE)
        if written.words:
            yield written.words
        elif written.is_percentage and isinstance(value, (int, float)) and not isinstance(value, bool):
            yield _number(value * 100) + "%"
        else:
            yield _written(value)


def _written(value: _Value) -> str:
    """Write a value as people read it."""
    if isinstance(value, str):
        return (value if value.isprintable() else normalise(value)).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes" if not value.second else "seconds").removesuffix(" 00:00")
    if isinstance(value, datetime.time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        sign = "-" if seconds < 0 else ""
        minutes, second = divmod(abs(seconds), 60)
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{second:02}"
    return value.isoformat()


def _number(value: float) -> str:
    """Write a number without the noise of its last bits, and with no more decimals than can be read.

    Excel keeps 15 digits, and shows 11 characters of a number that has no format of its own.
    """
    rounded = f"{value:.15g}"
    if "e" in rounded or "n" in rounded:  # inf and nan as well
        exponent = int(rounded.partition("e")[2] or 99)
        return format(Decimal(rounded), "f") if -7 < exponent < 21 else rounded
    whole, point, decimals = rounded.partition(".")
    if len(whole) + 1 + len(decimals) > _WIDEST_NUMBER and point:
        rounded = f"{value:.{min(len(decimals), max(4, _WIDEST_NUMBER - 1 - len(whole)))}f}".rstrip("0").rstrip(".")
    return rounded
