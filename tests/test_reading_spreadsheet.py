"""Spreadsheets are read sheet by sheet and row by row, with the values that people see in them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from index.errors import LimitError, PasswordError, UnreadableFileError, UnsupportedFileError
from index.reading.settings import Limits, ReadingSettings
from index.reading.spreadsheet.reader import read

if TYPE_CHECKING:
    from index.reading.extraction import Extraction

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DATE, _PERCENT, _DURATION = 1, 2, 3  # cell styles
_STYLES = f"""<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><cellXfs>
<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>"""
_HIDDEN = ' state="hidden"'
Cell = str | int | float | bool | tuple[float, int] | None


class Error(str):
    """An error value such as #REF!."""


def workbook(
    sheets: dict[str, list[list[Cell]]], *, hidden: str = "", raw: str = "", parts: dict[str, str] | None = None
) -> bytes:
    """Make a workbook; `raw` is put into every sheet behind its rows, `parts` are further members."""
    names = list(sheets)
    tags = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"{_HIDDEN if name == hidden else ""}/>'
        for n, name in enumerate(names, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{tags}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}<Relationship Id="s" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **(parts or {}),
    }
    for n, rows in enumerate(sheets.values(), 1):
        data = "".join(_row(number, cells) for number, cells in enumerate(rows, 1))
        members[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData>{raw}</worksheet>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _row(number: int, cells: list[Cell]) -> str:
    return (
        f'<row r="{number}">'
        + "".join(_cell(f"{chr(65 + n)}{number}", cell) for n, cell in enumerate(cells))
        + "</row>"
    )


def _cell(place: str, cell: Cell) -> str:
    if cell is None:
        return f'<c r="{place}"/>'
    if isinstance(cell, Error):
        return f'<c r="{place}" t="e"><f>A1/0</f><v>{cell}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, tuple):
        return f'<c r="{place}" s="{cell[1]}"><v>{cell[0]!r}</v></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'


def extraction_of(rows: list[list[Cell]], limits: Limits | None = None) -> Extraction:
    """Read a workbook of one sheet called Costs."""
    return read(workbook({"Costs": rows}), ReadingSettings(limits=limits or Limits()))


def lines_of(rows: list[list[Cell]], raw: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    """Give kind, words and what stands above of each block below the sheet's name."""
    extraction = read(workbook({"Costs": rows}, raw=raw), ReadingSettings())
    text = extraction.text
    return [(block.kind, text[block.start : block.end], block.above) for block in extraction.blocks[1:]]


def test_spreadsheet_each_row_says_where_it_stands() -> None:
    """The sheet is the page, and a row's span is named after the row that people find it in."""
    extraction = read(
        workbook({"Costs": [["Item", "Sum"], ["Pears", 3]], "Plan": [["x", 1]]}, hidden="Plan"), ReadingSettings()
    )
    spans = [block.pages[0] for block in extraction.blocks]
    assert [(span.page, span.name) for span in spans] == [
        (1, "sheet Costs"),
        (1, "sheet Costs, row 1"),
        (1, "sheet Costs, row 2"),
        (2, "hidden sheet Plan"),
        (2, "hidden sheet Plan, row 1"),
    ]
    assert [extraction.text[span.start : span.end] for span in spans] == [
        "Costs",
        "Item | Sum",
        "Pears | 3",
        "Plan",
        "x | 1",
    ]
    assert extraction.page_count == 2


def test_spreadsheet_values_are_written_as_people_read_them() -> None:
    """No noise of floating point, no ".0", dates in ISO 8601, percentages as such, errors as they are."""
    row: list[Cell] = [
        "x", 0.1 + 0.2, 5.0, 1234.5, 123456789.12, 1e20, 1 / 3, True, (45415.0, _DATE), (45415.604166666664, _DATE),
        (0.4452, _PERCENT), (1.1041666666666667, _DURATION), Error("#DIV/0!"),
    ]  # fmt: skip
    assert extraction_of([row]).text.split("\n\n")[1] == (
        "x | 0.3 | 5 | 1234.5 | 123456789.12 | 100000000000000000000 | 0.333333333 | TRUE | 2024-05-03 | "
        "2024-05-03 14:30 | 44.52% | 26:30:00 | #DIV/0!"
    )


def test_spreadsheet_a_statement_is_read_with_titles_heads_and_labels() -> None:
    """Rows carry the titles, the heads of both rows said for each column, and the label that they stand under."""
    rows: list[list[Cell]] = [
        ["Statement of operations"],
        ["(in millions)"],
        [],
        [None, "Three months ended", None],
        [None, "July 1, 2023", "June 25, 2022"],
        ["Net sales:"],
        ["Products", 60584, 63355],
        ["Total net sales", 81797, 82959],
        ["Gross margin", 36413, 35885],
        [],
        ["Earnings per share:"],
        ["Basic", 1.27, 1.2],
        [],
        ["See the notes."],
    ]
    above = (
        "Statement of operations",
        "(in millions)",
        "Three months ended July 1, 2023 | Three months ended June 25, 2022",
    )
    assert lines_of(rows, raw='<mergeCells count="1"><mergeCell ref="B4:C4"/></mergeCells>') == [
        ("table head", "Statement of operations", ()),
        ("table head", "(in millions)", ()),
        ("table head", "Three months ended", ()),
        ("table head", "July 1, 2023 | June 25, 2022", ()),
        ("table head", "Net sales:", ()),
        ("row", "Products | 60584 | 63355", (*above, "Net sales:")),
        ("row", "Total net sales | 81797 | 82959", (*above, "Net sales:")),
        ("row", "Gross margin | 36413 | 35885", above),
        ("table head", "Earnings per share:", ()),
        ("row", "Basic | 1.27 | 1.2", (*above, "Earnings per share:")),
        ("note", "See the notes.", ()),
    ]


def test_spreadsheet_years_and_units_are_heads() -> None:
    """Years over amounts are heads, and so is a row of units below them; a blank first cell says what is above it."""
    rows: list[list[Cell]] = [
        ["Country", "Sector", 2019, 2020],
        [None, None, "kt", "kt"],
        ["Norway", "Energy", 100.5, 101],
        [None, "Transport", 50, 51],
        ["Sweden", "Energy", 80, 81],
    ]
    heads = "Country | Sector | 2019 kt | 2020 kt"
    assert lines_of(rows)[2:] == [
        ("row", "Norway | Energy | 100.5 | 101", (heads,)),
        ("row", "Transport | 50 | 51", (heads, "Norway")),
        ("row", "Sweden | Energy | 80 | 81", (heads,)),
    ]


def test_spreadsheet_tables_side_by_side_are_parted() -> None:
    """A blank column parts tables that have labels of their own, and not the figures of one table."""
    rows: list[list[Cell]] = [
        ["Region", "Sum", None, "Product", "Sum"],
        ["North", 10, None, "Pears", 5],
        ["South", 20, None, "Plums", 25],
    ]
    assert [words for kind, words, _ in lines_of(rows) if kind == "row"] == [
        "North | 10",
        "South | 20",
        "Pears | 5",
        "Plums | 25",
    ]
    spaced: list[list[Cell]] = [["Item", 2022, None, 2023], ["Pears", 1, None, 2], ["Plums", 3, None, 4]]
    assert lines_of(spaced) == [
        ("table head", "Item | 2022 | 2023", ()),
        ("row", "Pears | 1 | 2", ("Item | 2022 | 2023",)),
        ("row", "Plums | 3 | 4", ("Item | 2022 | 2023",)),
    ]


def test_spreadsheet_a_form_has_no_heads() -> None:
    """Pairs of a name and a value are rows, the first of them as well."""
    rows: list[list[Cell]] = [["Project", "Bridge"], ["Manager", "Ben"], ["Start", (45415.0, _DATE)], ["Budget", 120]]
    assert lines_of(rows) == [
        ("row", "Project | Bridge", ()),
        ("row", "Manager | Ben", ()),
        ("row", "Start | 2024-05-03", ()),
        ("row", "Budget | 120", ()),
    ]


def test_spreadsheet_words_over_words_are_heads() -> None:
    """A table without figures has heads where its first row is filled, short and unlike the rest."""
    rows: list[list[Cell]] = [["Name", "Role", "City"], ["Ann", "Chair", "Oslo"], ["Ben", "Member", "Lagos"]]
    assert lines_of(rows)[1] == ("row", "Ann | Chair | Oslo", ("Name | Role | City",))


def test_spreadsheet_heads_that_are_repeated_are_no_rows() -> None:
    """Where a sheet says its heads again, as for each printed page, they are heads again."""
    rows: list[list[Cell]] = [["Item", "Sum"], ["Pears", 1], ["Plums", 2], ["Item", "Sum"], ["Figs", 3]]
    assert [kind for kind, _, _ in lines_of(rows)] == ["table head", "row", "row", "table head", "row"]


def test_spreadsheet_names_that_programs_give_are_no_headings() -> None:
    """A program's "Sheet1" is shown and is no heading; a name that somebody gave is one."""
    extraction = read(workbook({"Sheet1": [["a", 1]], "Costs": [["b", 2]]}), ReadingSettings())
    kinds = [(block.kind, block.level) for block in extraction.blocks if block.kind != "row"]
    assert kinds == [("navigation", None), ("heading", 1)]


def test_spreadsheet_comments_are_notes() -> None:
    """What people said of a cell stands below the sheet, with the cell's name."""
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="c" '
        f'Type="{_OFFICE}/comments" Target="../comments1.xml"/></Relationships>',
        "xl/comments1.xml": f'<comments xmlns="{_MAIN}"><commentList><comment ref="B2"><text><r><t>Checked </t></r>'
        "<r><t>in June.</t></r></text></comment></commentList></comments>",
    }
    extraction = read(workbook({"Costs": [["Item", "Sum"], ["Pears", 3]]}, parts=parts), ReadingSettings())
    block = extraction.blocks[-1]
    assert (block.kind, extraction.text[block.start : block.end]) == ("note", "Checked in June.")
    assert block.pages[0].name == "sheet Costs, comment on B2"


def test_spreadsheet_properties_are_metadata() -> None:
    """Title, author and date come from the properties; a title that nobody gave from the line above the first table."""
    dublin = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    core = (
        f"<core {dublin}><dc:title>The budget</dc:title><dc:creator>Ann Lee</dc:creator>"
        "<dcterms:created>2006-09-16T00:00:00Z</dcterms:created><dcterms:modified>2024-05-03T10:00:00Z</dcterms:modified></core>"
    )
    rows: list[list[Cell]] = [["Budget of the port"], [], ["Item", "Sum"], ["Pears", 3]]
    extraction = read(workbook({"Costs": rows}, parts={"docProps/core.xml": core}), ReadingSettings())
    assert (extraction.title, extraction.author, extraction.date) == ("The budget", "Ann Lee", "2024-05-03T10:00:00Z")
    assert extraction_of(rows).title == "Budget of the port"


def test_spreadsheet_limits_of_rows_and_sheets_are_said() -> None:
    """What goes beyond is named, sheet by sheet, and what was read before it stays."""
    data = workbook({"A": [["x", 1], ["y", 2]], "B": [["z", 3], ["u", 4]], "C": [["v", 5]]})
    extraction = read(data, ReadingSettings(limits=Limits(rows=3, pages=2)))
    assert extraction.report.left_out == (
        "sheet B, row 2: more than 3 rows of a workbook are not read; a higher --limit rows reads them",
        "sheet 3: more than 2 are not read; --limit pages=3 reads them",
    )
    assert extraction.report.lacking == ("rows", "pages")
    assert "z | 3" in extraction.text
    assert "u | 4" not in extraction.text


def test_spreadsheet_a_stray_cell_far_away_costs_its_sheet_only() -> None:
    """A sheet whose cells would span more than the memory is left out before anything is laid out."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = (
        f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{far}</sheetData></worksheet>'
    )
    data = workbook({"Far": [], "Near": [["x", 1]]})
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    report = read(buffer.getvalue(), ReadingSettings()).report
    assert report.left_out[0].startswith("sheet Far: its cells spread over 1,048,576 rows and 16,384 columns")
    assert report.lacking == ("memory_mb",)


def test_spreadsheet_too_large_unpacked_is_refused() -> None:
    """What a workbook unpacks to is summed up before anything is unpacked."""
    data = workbook({"Costs": [["x", 1]]}, parts={"xl/media/image1.png": "0" * 3_000_000})
    with pytest.raises(LimitError, match="it unpacks to 4 MB, and more than 2 MB are not read"):
        read(data, ReadingSettings(limits=Limits(unpacked_mb=2)))


@pytest.mark.parametrize("keep", [200, 700])
def test_spreadsheet_that_breaks_off_is_one_clear_error(keep: int) -> None:
    """A truncated workbook is damaged, and nothing else is raised."""
    with pytest.raises(UnreadableFileError, match="the file is damaged"):
        read(workbook({"Costs": [["x", 1]]})[:keep], ReadingSettings())


def test_spreadsheet_of_another_kind_is_named() -> None:
    """Protected workbooks, XML of 2003 and blank workbooks are each said to be what they are."""
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(PasswordError, match="protected by a password"):
        read(protected, ReadingSettings())
    with pytest.raises(UnsupportedFileError, match="XML spreadsheet of 2003"):
        read(
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', ReadingSettings()
        )
    with pytest.raises(UnreadableFileError, match="its sheets are blank"):
        read(workbook({"Costs": []}), ReadingSettings())
    with pytest.raises(UnreadableFileError, match="the file is damaged"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ReadingSettings())


def test_spreadsheet_delimited_text_under_its_name_is_read() -> None:
    """Many programs write delimited text and call it .xls."""
    assert read(b"Item\tSum\nPears\t3\n", ReadingSettings()).text == "Item | Sum\nPears | 3"


def test_spreadsheet_open_document_that_is_not_well_formed_is_refused() -> None:
    """XML that never ends properly is an error, at once."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office><table></t!ble></office>")
    with pytest.raises(UnreadableFileError, match="breaks off or is not well formed"):
        read(buffer.getvalue(), ReadingSettings())


def test_spreadsheet_blocks_cover_the_text() -> None:
    """Every character that is not blank is in one block, and the spans of pages are the blocks'."""
    extraction = extraction_of([["Title"], [], ["a", "b"], ["x\ny", 1], ["  z ", 2], ["long " * 200 + "\n\nmore", 3]])
    end = 0
    for block in extraction.blocks:
        assert extraction.text[end : block.start].strip() == ""
        assert extraction.text[block.start : block.end] == extraction.text[block.start : block.end].strip()
        assert (block.pages[0].start, block.pages[0].end) == (block.start, block.end)
        end = block.end
    assert end == len(extraction.text)
