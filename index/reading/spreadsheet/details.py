"""What calamine does not say of a workbook: how far its cells spread, percentages, errors, comments, properties."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.decoding import normalise
from index.reading.office.package import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree

    from index.reading.office.package import Package

_TAG = re.compile(rb"<(?:\w{1,20}:)?(c|row)\b([^<>]{0,500})>")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,20})(\d{1,20})["']""")  # as wide as a damaged file has it
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_ERROR = re.compile(rb'\bt="e"')
_ERROR_VALUE = re.compile(
    rb"(?:<(?:\w{1,20}:)?f\b[^<>]{0,500}(?:/>|>[^<]{0,9000}</[^<>]{1,30}>))?\s*<(?:\w{1,20}:)?v>(#[\w/!?]{1,20})<"
)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_PERCENTAGES = frozenset((9, 10))  # the formats of these numbers are fixed: 0% and 0.00%
_MOST_COMMENTS = 5_000


@dataclass(frozen=True, slots=True)
class CellDetails:
    """What a cell shows besides its value.

    Attributes:
        words: An error value, "#REF!"; else "".
        is_percentage: Whether its number is shown as a percentage.
    """

    words: str = ""
    is_percentage: bool = False


NOTHING_MORE = CellDetails()
_PERCENTAGE = CellDetails(is_percentage=True)


@dataclass(frozen=True, slots=True)
class SheetDetails:
    """What calamine does not say of a sheet.

    Attributes:
        rows: Number of the last row; 0 where it is not known.
        columns: Number of the last column.
        cells: By the row's number from 1 and the column from 0, the cells of which there is anything to say.
        comments: The cells that have a comment, such as "B5", and its words, in the order of the file.
    """

    rows: int = 0
    columns: int = 0
    cells: Mapping[int, Mapping[int, CellDetails]] = field(default_factory=dict)
    comments: tuple[tuple[str, str], ...] = ()


class Workbook:
    """The parts of a workbook's package.

    Attributes:
        properties: As `Package.core_properties` gives them; an OpenDocument file's as its meta.xml has them.
    """

    def __init__(self, package: Package | None) -> None:
        """Look what there is; None for workbooks of the kind before 2007, which are no packages."""
        self._package = package
        self._parts: dict[str, str] = {}
        self._percentages: frozenset[int] = frozenset()
        self.properties: Mapping[str, str] = {}
        if package is None:
            return
        try:
            self._look(package)
        except UnreadableFileError:  # what calamine makes of the file decides
            return

    def _look(self, package: Package) -> None:
        if package.holds("meta.xml"):
            found = {local_name(element): element.text or "" for element in package.part("meta.xml").iter("*")}
            self.properties = {name: " ".join(words.split()) for name, words in found.items() if words.strip()}
            return
        self.properties = package.core_properties()
        main = package.main_part("xl/workbook.xml")
        if main.endswith(".bin"):
            return
        relations = package.relations(main)
        for sheet in package.part(main).iter("{*}sheet"):
            ids = (str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id"))
            relation = relations.get(next(ids, ""))
            if relation is not None and not relation.is_external:
                self._parts[sheet.get("name") or ""] = relation.target
        styles = package.related(main, "styles")
        if styles is not None:
            self._percentages = frozenset(_percentage_styles(package.part(styles)))

    def sheet(self, name: str) -> SheetDetails:
        """Give the details of a sheet; none where the workbook is not of the kind that has them."""
        part = self._parts.get(name)
        if part is None or self._package is None or not self._package.holds(part):
            return SheetDetails()
        try:
            comments = tuple(_comments(self._package, part))
        except UnreadableFileError:
            comments = ()
        data = self._package.bytes_of(part)
        return _details(data, self._percentages, comments)


def _details(data: bytes, percentages: frozenset[int], comments: tuple[tuple[str, str], ...]) -> SheetDetails:
    last_row, row, columns = 0, 0, {b"": 0, b"A": 1}
    cells: dict[int, dict[int, CellDetails]] = {}
    for found in _TAG.finditer(data):
        tag, attributes = found.groups()
        place = _PLACE.search(attributes)
        letters, number = place.groups() if place is not None else (b"", b"")
        row = int(number or row)
        if tag == b"row" or attributes.endswith(b"/"):  # a blank cell
            continue
        if letters not in columns:
            columns[letters] = _column(letters.upper())
        last_row = max(last_row, row)
        style = _STYLE.search(attributes) if percentages else None
        if style is not None and int(style[1]) in percentages:
            cells.setdefault(row, {})[columns[letters] - 1] = _PERCENTAGE
        if _ERROR.search(attributes) and (error := _ERROR_VALUE.match(data, found.end())):
            cells.setdefault(row, {})[columns[letters] - 1] = CellDetails(error[1].decode("ascii"))
    return SheetDetails(last_row, max(columns.values()), cells, comments)


def _column(letters: bytes) -> int:
    """Give a column's number from 1: 27 for "AA"."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _percentage_styles(styles: etree._Element) -> Iterator[int]:
    """Give the numbers of the cell styles whose numbers are percentages."""
    formats = set(_PERCENTAGES)
    for form in styles.iter("{*}numFmt"):
        code, number = form.get("formatCode") or "", form.get("numFmtId") or ""
        if number.isdecimal() and "%" in _QUOTED.sub("", code[:500]):
            formats.add(int(number))
    cell_formats = styles.find("{*}cellXfs")
    if cell_formats is not None:
        for n, form in enumerate(cell_formats.iterchildren("{*}xf")):
            number = form.get("numFmtId") or ""
            if number.isdecimal() and int(number) in formats:
                yield n


def _comments(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """Give a sheet's comments; threads are kept a second time as comments of the older kind, for older programs."""
    relations = [relation for relation in package.relations(part).values() if package.holds(relation.target)]
    threads = [relation.target for relation in relations if relation.kind == "threadedComment"]
    names = threads or [relation.target for relation in relations if relation.kind == "comments"]
    count = 0
    for name in names:
        for comment in package.part(name).iter("{*}threadedComment", "{*}comment"):
            pieces = (text.text or "" for text in comment.iter("{*}t", "{*}text"))
            words = " ".join(normalise("".join(pieces)).split())
            count += 1
            if words and count <= _MOST_COMMENTS:
                yield " ".join(normalise(comment.get("ref") or "").split())[:10], words
