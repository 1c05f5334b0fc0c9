"""Tables of PDF pages: what becomes a row, and what is said above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.reading.pdf.blocks import blocks_of
from index.reading.pdf.layout import join_rows
from index.reading.pdf.lines import Line, PageLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.extraction import Block

LETTER = 5.0  # points; every character is as wide
PITCH = 12.0  # points between two rows


def line(y: float, *cells: tuple[float, str], page: int = 1, bold: bool = False, size: float = 10.0) -> Line:
    """Set a line at the height `y`; a cell is its left edge and its words, which stand one letter apart."""
    words: list[tuple[float, float]] = []
    for x, text in cells:
        left = x
        for word in text.split(" "):
            words.append((left, left + LETTER * len(word)))
            left = words[-1][1] + 0.5 * LETTER
    text = " ".join(text for _, text in cells)
    return Line(text, page, words[0][0], words[-1][1], y + size, y, size, bold=bold, words=tuple(words))


def figures(y: float, label: str, *values: str, indent: float = 0, page: int = 1) -> Line:
    """Set a row with its values ending at 400, 500, 600 and so on."""
    cells = [(100 * at + 400 - LETTER * len(value), value) for at, value in enumerate(values)]
    return line(y, *([(72 + indent, label)] if label else []), *cells, page=page)


def prose(y: float, *texts: str, page: int = 1) -> list[Line]:
    """Set lines of a paragraph."""
    return [line(y - PITCH * at, (72, text), page=page) for at, text in enumerate(texts)]


def laid_out(*pages: Sequence[Line]) -> tuple[str, tuple[Block, ...]]:
    """Lay out pages of 700 by 800 points."""
    given = [join_rows(PageLines(at, 0, 800, tuple(lines))) for at, lines in enumerate(pages, start=1)]
    text, blocks, _ = blocks_of(given, (), titled=True)
    return text, blocks


def rows(*pages: Sequence[Line]) -> list[tuple[str, tuple[str, ...]]]:
    """Give the rows of pages, each with what stands above it."""
    text, blocks = laid_out(*pages)
    return [(text[block.start : block.end], block.above) for block in blocks if block.kind == "row"]


def kinds(*pages: Sequence[Line]) -> list[tuple[str, str]]:
    """Give each block's kind and text."""
    text, blocks = laid_out(*pages)
    return [(block.kind, text[block.start : block.end]) for block in blocks]


LEAD = "Catches by season, in tonnes, were as follows:"
HEAD = figures(660, "", "2021", "2022")


def test_pdf_row_has_its_cells_apart_and_its_heads_above() -> None:
    """A row's cells are parted by bars; above it stand the sentence that leads to the table and its column heads."""
    page = [
        *prose(690, LEAD),
        HEAD,
        figures(640, "Herring", "12", "340"),
        figures(628, "Deep sea cod", "1,905", "(7)"),
    ]

    assert kinds(page) == [
        ("prose", LEAD),
        ("table head", "2021 | 2022"),
        ("row", "Herring | 12 | 340"),
        ("row", "Deep sea cod | 1,905 | (7)"),
    ]
    assert {above for _, above in rows(page)} == {(LEAD, "2021 | 2022")}


def test_pdf_blank_cells_keep_their_place() -> None:
    """A figure is never read under the head of a blank cell, nor a head over another column."""
    page = [
        line(660, (380, "2021"), (580, "2023")),
        figures(640, "Herring", "12", "340", "56"),
        line(628, (72, "Deep sea cod"), (485, "(7)"), (590, "57")),
        line(616, (72, "Eels"), (390, "13")),
        line(604, (485, "333"), (585, "113")),
    ]

    assert rows(page) == [
        ("Herring | 12 | 340 | 56", ("2021 | | 2023",)),
        ("Deep sea cod | | (7) | 57", ("2021 | | 2023",)),
        ("Eels | 13", ("2021 | | 2023",)),
        ("| | 333 | 113", ("2021 | | 2023",)),
    ]


def test_pdf_bars_of_blank_cells_are_no_part_of_a_word() -> None:
    """What stands on the page begins after the bars of the blank cells at the left of a row."""
    page = [figures(640, "Herring", "12", "34"), figures(628, "", "", "57"), figures(616, "Cod", "5", "6")]
    page[1] = line(628, (490, "57"))
    given = join_rows(PageLines(1, 0, 800, tuple(page)))
    text, _, placed = blocks_of([given], (), titled=True)

    assert text == "Herring | 12 | 34\n\n| | 57\n\nCod | 5 | 6"
    assert [text[words.start : words.end] for words in placed if words.line.baseline == 628] == ["57"]


def test_pdf_heads_whose_words_stand_close_are_cut_by_column() -> None:
    """Heads of one word each, as many as there are columns of figures, stand each above its own."""
    page = [line(660, (360, "Boats Nets Crates Tonnes"))]
    for y, name in ((640, "Herring"), (628, "Cod")):
        page.append(line(y, (72, name), *[(at, value) for at, value in zip((370, 400, 430, 465), "1234", strict=True)]))

    assert [above for _, above in rows(page)] == [("Boats | Nets | Crates | Tonnes",)] * 2


def test_pdf_head_of_several_lines_above_one_column_is_no_row() -> None:
    """What stands lower than the other heads, over one column alone, is its head."""
    page = [
        line(690, (370, "Weight"), (475, "Value")),
        *[line(y, (575, text)) for y, text in ((678, "Tolls"), (667, "2023"))],
        line(655, (450, "(in thousands)")),
        figures(640, "Herring", "12", "34", "56"),
        figures(628, "Cod", "1", "2", "3"),
    ]

    assert rows(page) == [
        ("Herring | 12 | 34 | 56", ("(in thousands)", "Weight | Value | Tolls 2023")),
        ("Cod | 1 | 2 | 3", ("(in thousands)", "Weight | Value | Tolls 2023")),
    ]


def test_pdf_label_in_the_middle_stands_above_those_at_the_left() -> None:
    """A label that is centred between the edges of a table holds for the labels below it."""
    page = [
        figures(700, "", "2021", "2022"),
        line(680, (260, "ASSETS:"), bold=True),
        line(668, (72, "What the port has, and what else it is owed by others:")),
        figures(656, "Boats", "12", "34", indent=10),
        line(632, (270, "DEBTS:"), bold=True),
        line(620, (72, "Due at once:")),
        figures(608, "Loans", "12", "34", indent=10),
    ]

    assert [above[1:] for _, above in rows(page)] == [
        ("ASSETS:", "What the port has, and what else it is owed by others:"),
        ("DEBTS:", "Due at once:"),
    ]


def test_pdf_number_of_a_row_hangs_beside_its_lines() -> None:
    """Lines that go on beside a row's number belong to it, also where other cells follow on its first line."""
    page = [
        line(700, (72, "3.1"), (110, "Rules of the port as they were")),
        line(689, (110, "in March")),
        line(700, (350, "8-K"), (450, "3/8/2023")),
        line(669, (72, "10.1"), (110, "Rules of the bank")),
        line(669, (350, "8-K"), (450, "3/8/2023")),
    ]

    assert rows(page)[0][0].endswith("Rules of the port as they were in March | 8-K | 3/8/2023")


def test_pdf_title_above_rows_has_its_words_mended() -> None:
    """A word that a line end cuts in the sentence above a table is whole above its rows."""
    page = [
        replace(line(702, (72, "Catches by season, in the ton")), hyphenated=True),
        line(690, (72, "nes of the port, were as follows:")),
        HEAD,
        figures(640, "Herring", "12", "340"),
        figures(628, "Cod", "1,905", "(7)"),
    ]

    assert {above[0] for _, above in rows(page)} == {"Catches by season, in the tonnes of the port, were as follows:"}


def test_pdf_column_of_blank_cells_has_its_head_and_place() -> None:
    """Where a head stands above nothing but blank cells, no other head takes its place."""
    page = [
        line(660, (72, "Fish"), (380, "2021"), (480, "2022"), (580, "2023")),
        *[line(y, (72, name), (390, "12"), (590, "56")) for y, name in ((640, "Herring"), (628, "Cod"))],
    ]

    assert rows(page) == [
        ("Herring | 12 | | 56", ("Fish | 2021 | 2022 | 2023",)),
        ("Cod | 12 | | 56", ("Fish | 2021 | 2022 | 2023",)),
    ]


def test_pdf_signs_of_currency_belong_to_their_figure() -> None:
    """A currency sign that stands in a column of its own, and a percent sign apart, are in their figure's cell."""
    page = [
        line(640, (72, "Tolls"), (350, "$"), (385, "120"), (450, "$"), (485, "133"), (590, "11"), (620, "%")),
        line(628, (72, "Fines"), (350, "$"), (390, "(8)"), (450, "$"), (495, "—"), (590, "50"), (620, "%")),
    ]

    assert [row for row, _ in rows(page)] == ["Tolls | $ 120 | $ 133 | 11 %", "Fines | $ (8) | $ — | 50 %"]


def test_pdf_heads_of_two_levels_are_merged_by_column() -> None:
    """A head over two columns stands before the heads of both, and lines of one head are joined."""
    page = [
        line(690, (405, "Three months"), (605, "Nine months")),
        *[piece for x in (380, 480, 580, 680) for piece in (line(672, (x, "July")), line(661, (x, "2023")))],
        figures(640, "Herring", "12", "34", "56", "78"),
        figures(628, "Cod", "1", "3", "5", "7"),
    ]

    head = "Three months July 2023 | Three months July 2023 | Nine months July 2023 | Nine months July 2023"
    assert {above for _, above in rows(page)} == {(head,)}


def test_pdf_labels_stand_above_the_rows_that_are_set_in() -> None:
    """A label holds for the rows indented below it, up to the next label or the next row at its own edge."""
    page = [
        figures(700, "", "2021", "2022"),
        line(680, (72, "Fish:")),
        figures(668, "Herring", "12", "34", indent=10),
        figures(656, "Total fish", "12", "34", indent=20),
        line(644, (72, "Shells:")),
        figures(632, "Mussels", "1", "2", indent=10),
        figures(620, "Everything", "13", "36"),
    ]

    assert [(row.partition(" | ")[0], above[1:]) for row, above in rows(page)] == [
        ("Herring", ("Fish:",)),
        ("Total fish", ("Fish:",)),
        ("Mussels", ("Shells:",)),
        ("Everything", ()),
    ]
    assert ("table head", "Shells:") in kinds(page)


def test_pdf_label_of_two_lines_is_one_row() -> None:
    """A label that wraps is one row with the figures beside its last or its first line."""
    page = [
        figures(700, "Herring", "12", "34"),
        line(680, (72, "Cod that was landed in the northern")),
        figures(670, "harbours", "5", "6", indent=8),
        figures(650, "Eels from the river above the bridge", "7", "8"),
        line(640, (80, "and the mill")),
        figures(620, "Shrimps", "9", "10"),
    ]

    assert [row for row, _ in rows(page)] == [
        "Herring | 12 | 34",
        "Cod that was landed in the northern harbours | 5 | 6",
        "Eels from the river above the bridge and the mill | 7 | 8",
        "Shrimps | 9 | 10",
    ]


def test_pdf_cells_that_wrap_are_not_mixed() -> None:
    """Cells of several lines are read cell by cell, whether a file draws them cell by cell or line by line."""
    cells = [("Storm", "The boats stay in", "the harbour."), ("Fog", "The bell is rung", "every minute."),
             ("Ice", "The pilot goes", "ahead of all.")]  # fmt: skip
    by_cell, by_line = [], []
    for at, (name, first, second) in enumerate(cells):
        top = 700 - 40 * at
        by_cell += [line(top, (72, name)), line(top, (200, first)), line(top - 11, (200, second))]
        by_line += [line(top, (72, name), (200, first)), line(top - 11, (200, second))]

    expected = [" | ".join((name, f"{first} {second}")) for name, first, second in cells]
    assert [row for row, _ in rows(by_cell)] == expected
    assert [row for row, _ in rows(by_line)] == expected


def test_pdf_table_that_goes_on_keeps_its_title_and_heads() -> None:
    """The rows on the next page stand under the title and the heads of the table before."""
    first = [*prose(150, LEAD), *[figures(y, f"Fish {y}", "1", "2") for y in (100, 88, 76)]]
    first.insert(1, figures(120, "", "2021", "2022"))
    second = [figures(y, f"Shell {y}", "3", "4", page=2) for y in (700, 688)]

    assert [above for _, above in rows(first, second)] == [(LEAD, "2021 | 2022")] * 5


def test_pdf_centred_lines_right_above_a_table_are_its_title() -> None:
    """They are table heads, and stand above every row as one."""
    page = [
        *[line(y, (286 - LETTER * len(text) / 2, text)) for y, text in ((700, "THE PORT"), (688, "All catches"))],
        figures(660, "", "2021", "2022"),
        figures(640, "Herring", "12", "34"),
        figures(628, "Cod", "5", "6"),
    ]

    assert {above[0] for _, above in rows(page)} == {"THE PORT All catches"}
    assert [kind for kind, _ in kinds(page)] == ["table head"] * 2 + ["row"] * 2


@pytest.mark.parametrize("below", [True, False], ids=["below", "above"])
def test_pdf_caption_is_the_title(below: bool) -> None:
    """A caption stays a caption and stands above every row, wherever it is printed."""
    caption = line(590 if below else 680, (72, "Table 4. What was landed."))
    page = [figures(y, name, "1", "2") for y, name in ((640, "Herring"), (628, "Cod"), (616, "Eel"))]
    page.insert(3 if below else 0, caption)

    assert {above for _, above in rows(page)} == {("Table 4. What was landed.",)}
    assert ("caption", "Table 4. What was landed.") in kinds(page)


def test_pdf_contents_are_navigation() -> None:
    """Lines that lead to pages are no rows; their leader dots are left out."""
    page = [
        line(700, (72, "Contents"), bold=True),
        line(680, (72, "1. The harbour . . . . . . . . . . . . . . . . 3")),
        line(668, (72, "2. The boats . . . . . . . . . . . . . . . . . 12")),
        line(656, (72, "3. The tolls . . . . . . . . . . . . . . . . . 27")),
    ]

    assert kinds(page)[1:] == [
        ("navigation", "1. The harbour | 3"),
        ("navigation", "2. The boats | 12"),
        ("navigation", "3. The tolls | 27"),
    ]


def test_pdf_leader_dots_in_a_table_of_figures_are_left_out() -> None:
    """A row with leader dots and several figures is a row."""
    page = [line(y, (72, f"{name} . . . . . . . . . . ."), (385, "120"), (485, "9"))
            for y, name in ((680, "Herring"), (668, "Cod"))]  # fmt: skip

    assert [row for row, _ in rows(page)] == ["Herring | 120 | 9", "Cod | 120 | 9"]


def test_pdf_table_drawn_by_columns_is_read_by_rows() -> None:
    """A file that draws one column after the other gives the same rows."""
    names, values = ("Herring", "Cod", "Eel", "Crab", "Sole", "Ray"), ("120", "90", "31", "44", "53", "61")
    heights = [700 - PITCH * at for at in range(6)]
    page = [
        *[line(y, (72, name)) for y, name in zip(heights, names, strict=True)],
        *[line(y, (300, value)) for y, value in zip(heights, values, strict=True)],
        *[line(y, (400, "kg")) for y in heights],
    ]

    assert [row for row, _ in rows(page)] == [f"{n} | {v} | kg" for n, v in zip(names, values, strict=True)]


def test_pdf_justified_prose_is_no_table() -> None:
    """Wide gaps between the words of justified lines make no cells."""
    page = [
        line(700, (72, "The"), (107, "boats"), (152, "came"), (192, "home")),
        line(688, (72, "late"), (112, "that"), (152, "night"), (197, "and")),
        line(676, (72, "nobody had rung the bell.")),
    ]

    assert [kind for kind, _ in kinds(page)] == ["prose"]


def test_pdf_numbered_heading_with_a_gap_is_no_row() -> None:
    """A number that stands apart from its title is part of the title."""
    page = [
        line(700, (72, "Item 4."), (140, "Mine safety"), bold=True),
        *prose(684, "Nothing has happened in the mine that would have to be told here at all."),
        line(650, (72, "Item 5."), (140, "Other things"), bold=True),
        *prose(634, "Nothing else has happened either, and nobody expects that it ever will."),
    ]

    assert kinds(page)[0] == ("heading", "Item 4. Mine safety")
    assert rows(page) == []


def test_pdf_figures_are_never_put_into_the_head() -> None:
    """A row of figures above another with a label is a row."""
    page = [
        figures(700, "", "26.60", "1.07"),
        figures(688, "Sum", "6.50", "0.57"),
        figures(676, "Rest", "5.00", "0.50"),
    ]

    assert [row for row, _ in rows(page)] == ["| 26.60 | 1.07", "Sum | 6.50 | 0.57", "Rest | 5.00 | 0.50"]
