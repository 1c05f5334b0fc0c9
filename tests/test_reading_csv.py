"""Delimited text is read row by row under its column heads, whatever parts its cells."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFileError
from index.reading.settings import Limits, ReadingSettings
from index.reading.spreadsheet.csv_table import read

HEAD = "Region | 2022 | 2023"


def lines_of(text: str | bytes, rows: int = 50_000) -> list[tuple[str, str, tuple[str, ...]]]:
    """Give kind, words and what stands above of each block."""
    data = text.encode() if isinstance(text, str) else text
    extraction = read(data, ReadingSettings(limits=Limits(rows=rows)))
    return [(block.kind, extraction.text[block.start : block.end], block.above) for block in extraction.blocks]


def rows_of(text: str) -> list[str]:
    """Give the words of the rows alone."""
    return [words for kind, words, _ in lines_of(text) if kind == "row"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_rows_stand_under_their_heads(delimiter: str) -> None:
    """Each row carries the column heads, which are one line of the kind "table head"."""
    text = "Region,2022,2023\nNorth,10,12\nSouth,20,22\n".replace(",", delimiter)
    assert lines_of(text) == [
        ("table head", HEAD, ()),
        ("row", "North | 10 | 12", (HEAD,)),
        ("row", "South | 20 | 22", (HEAD,)),
    ]


def test_csv_rows_share_what_stands_above_them() -> None:
    """Rows of one table hold the very same tuple, so that a wide table does not grow with the square of its size."""
    above = [above for kind, _, above in lines_of("a,b\n1,2\n3,4\n5,6\n") if kind == "row"]
    assert above[0] is above[1] is above[2]


def test_csv_decimal_commas_part_no_cells() -> None:
    """Of two delimiters that fit alike, the one that parts the heads as well is the delimiter."""
    assert rows_of("Year;Share;Sum\n2020;1,5;2,5\n2021;3,0;4,1\n") == ["2020 | 1,5 | 2,5", "2021 | 3,0 | 4,1"]


def test_csv_a_delimiter_that_the_file_names_is_used() -> None:
    """The line by which Excel names the delimiter is obeyed and is no text."""
    assert lines_of("sep=;\nItem;Sum\nPears, ripe;2\nPlums, ripe;3\n")[0] == ("table head", "Item | Sum", ())


def test_csv_quoted_cells_hold_delimiters_quotes_and_line_breaks() -> None:
    """Quoted cells are one cell each; a line break in one becomes a space."""
    text = 'Name,Said\n"Lee, Ann","She said ""no""\ntwice"\nBen,nothing\n'
    assert rows_of(text) == ['Lee, Ann | She said "no" twice', "Ben | nothing"]


def test_csv_a_stray_quotation_mark_swallows_nothing() -> None:
    """A quoted cell that never ends costs its own line, not the rest of the file."""
    assert rows_of('Name,Sum\n"Ann,1\nBen,2\nChi,3\n') == ['"Ann | 1', "Ben | 2", "Chi | 3"]


def test_csv_a_blank_cell_keeps_its_place() -> None:
    """Between other cells a blank one is shown, so that the row can be read under its heads."""
    assert rows_of("a,b,c,d\n1,,3,\n4,5,6,7\n") == ["1 | | 3", "4 | 5 | 6 | 7"]


def test_csv_a_wide_table_names_each_cell() -> None:
    """Heads too long to stand above every row stand before the cells."""
    heads = ["Town", *(f"Indicator {n} in per cent of all" for n in range(20))]
    line = ",".join(heads) + "\n" + "Oslo," + ",".join(str(n) for n in range(20)) + "\n"
    (row,) = [line for line in lines_of(line) if line[0] == "row"]
    assert row[1].startswith("Town: Oslo | Indicator 0 in per cent of all: 0 | Indicator 1")
    assert row[2] == ()


def test_csv_lines_above_a_table_are_its_title() -> None:
    """A line above the heads is the table's title, and the document's."""
    text = "Sales of the year\n\nRegion,2022,2023\nNorth,10,12\n\nWithout returns\n"
    assert lines_of(text) == [
        ("table head", "Sales of the year", ()),
        ("table head", HEAD, ()),
        ("row", "North | 10 | 12", ("Sales of the year", HEAD)),
        ("note", "Without returns", ()),
    ]
    assert read(text.encode(), ReadingSettings()).title == "Sales of the year"


def test_csv_without_delimiter_is_a_paragraph_a_line() -> None:
    """One column is no table."""
    assert lines_of("first remark\n\nsecond remark\n") == [
        ("prose", "first remark", ()),
        ("prose", "second remark", ()),
    ]


def test_csv_prose_is_no_table() -> None:
    """Sentences with commas are not cut at them."""
    text = "First, we met the minister.\nThen, at noon, he left.\nHe said, or so we heard, that he was ill.\n"
    assert [kind for kind, _, _ in lines_of(text)] == ["prose"] * 3


def test_csv_long_cells_are_paragraphs_under_their_row() -> None:
    """A cell of many words is a paragraph that carries the rest of its row and its own head."""
    remark = "The waiting times are too long. " * 20
    lines = lines_of(f"Id,Age,Remark\n1,30,{remark}\n2,31,none\n")
    assert lines[1] == ("row", "1 | 30", ("Id | Age | Remark",))
    assert lines[2] == ("prose", remark.strip(), ("1 | 30", "Remark"))


def test_csv_rows_beyond_the_limit_are_said() -> None:
    """What is left out is named, with the setting that reads it."""
    data = ("a,b\n" + "1,2\n" * 9).encode()
    report = read(data, ReadingSettings(limits=Limits(rows=4))).report
    assert report.left_out == ("rows 5 to 10: more than 4 are not read; --limit rows=10 reads them",)
    assert report.lacking == ("rows",)


def test_csv_encodings_are_found_out() -> None:
    """A file of Excel's own encoding is read, and the guess is reported."""
    extraction = read("Café;Größe\nMünchen;3\n".encode("cp1252"), ReadingSettings())
    assert extraction.text == "Café | Größe\nMünchen | 3"
    assert extraction.report.encoding == "cp1252"


def test_csv_bytes_that_are_no_text_are_refused() -> None:
    """A binary file under this name is an error."""
    with pytest.raises(UnreadableFileError, match="it is not text"):
        read(bytes(range(256)) * 4, ReadingSettings())


def test_csv_large_and_odd_files_take_time_in_proportion() -> None:
    """Many rows, a line of 2 MB and quotation marks that never end are read within seconds."""
    begun = time.monotonic()
    assert len(lines_of("a,b\n" + "1,x\n" * 30_000)) == 30_001
    assert len(lines_of("x" * 2_000_000 + ",y\na,b\nc,d\n")) == 4
    assert len(lines_of(('"open,1\n' + "x,y\n" * 1_100) * 10)) == 11_010
    assert time.monotonic() - begun < 20


@given(st.text(alphabet='ab1,;"|\n\t \r', max_size=200), st.sampled_from([",", ";", "\t"]))
def test_csv_blocks_cover_the_text(text: str, delimiter: str) -> None:
    """Blocks are in order, do not overlap, have no white space at their ends, and hold all that is not blank."""
    extraction = read(f"x{delimiter}y\n{text}".encode(), ReadingSettings())
    end = 0
    for block in extraction.blocks:
        assert extraction.text[end : block.start].strip() == ""
        words = extraction.text[block.start : block.end]
        assert words
        assert words == words.strip()
        end = block.end
    assert extraction.text[end:].strip() == ""
