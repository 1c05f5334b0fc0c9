"""The layout of PDF pages beside tables: reading order, titles, headings, forms and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.pdf.blocks import blocks_of
from index.reading.pdf.headings import OutlineEntry
from index.reading.pdf.layout import join_rows
from index.reading.pdf.lines import Line, PageLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.extraction import Block

LETTER = 5.0  # points; every character is as wide


def line(x: float, y: float, text: str, *, page: int = 1, bold: bool = False, size: float = 10.0) -> Line:
    """Set a line at a place; its words stand half a letter apart."""
    letter = LETTER * size / 10
    words: list[tuple[float, float]] = []
    left = x
    for word in text.split(" "):
        words.append((left, left + letter * len(word)))
        left = words[-1][1] + 0.5 * letter
    return Line(text, page, x, words[-1][1], y + size, y, size, bold=bold, words=tuple(words))


def beside(left: Line, right: Line) -> Line:
    """Make one line of two, as a file that draws across both columns does."""
    text = f"{left.text} {right.text}"
    words = left.words + right.words
    return Line(text, left.page, left.left, right.right, left.top, left.baseline, left.size, words=words)


def column(x: float, y: float, *texts: str, size: float = 10.0, page: int = 1) -> list[Line]:
    """Set lines under one another."""
    return [line(x, y - 1.2 * size * at, text, size=size, page=page) for at, text in enumerate(texts)]


def laid_out(
    *pages: Sequence[Line], outline: Sequence[OutlineEntry] = (), titled: bool = True
) -> tuple[str, tuple[Block, ...]]:
    """Lay out pages of 700 by 800 points."""
    given = [join_rows(PageLines(at, 0, 800, tuple(lines))) for at, lines in enumerate(pages, start=1)]
    text, blocks, _ = blocks_of(given, outline, titled=titled)
    return text, blocks


def kinds(*pages: Sequence[Line], titled: bool = True) -> list[tuple[str, str]]:
    """Give each block's kind and text."""
    text, blocks = laid_out(*pages, titled=titled)
    return [(block.kind, text[block.start : block.end]) for block in blocks]


PORT = (
    "The harbour was built of grey stone",
    "in the years after the great flood,",
    "and its two long arms still keep the",
    "winter storms away from the boats of",
    "the village that lies behind the old",
    "tower, where the keeper had his desk,",
    "his lamp and a large book of tolls.",
)
FARM = (
    "On market days the farmers came down",
    "from the hills with cheese and wool,",
    "and stayed until the last bell rang.",
    "They slept in barns when snow lay on",
    "the road, and nobody asked them what",
    "they paid, for the inn was closed as",
    "soon as the first ship had left us.",
)
BODY = ("The tolls were written down by the keeper of the tower in a large book.",) * 3


def test_pdf_columns_drawn_line_by_line_are_read_one_after_the_other() -> None:
    """Lines that reach over the gutter between two columns of prose are parted, and no paragraph mixes them."""
    page = [
        beside(line(72, 700 - 12 * at, left), line(330, 700 - 12 * at, right))
        for at, (left, right) in enumerate(zip(PORT, FARM, strict=True))
    ]

    assert kinds(page) == [("prose", " ".join(PORT)), ("prose", " ".join(FARM))]


def test_pdf_columns_drawn_one_after_the_other_stay_as_they_are() -> None:
    """The order of the file is kept where it is that of reading."""
    assert kinds([*column(72, 700, *PORT), *column(330, 700, *FARM)]) == [
        ("prose", " ".join(PORT)),
        ("prose", " ".join(FARM)),
    ]


def test_pdf_title_on_a_cover_is_put_together_of_its_parts() -> None:
    """The company, the form and the period that stand in large type on a cover are one title."""
    page = [
        line(300, 700, "FORM 7-B", size=15),
        line(265, 670, "For the year ended May 31, 2022"),
        line(290, 560, "Anchor Inc.", size=18),
        line(265, 545, "Exact name of the company", size=8),
        *column(72, 400, *BODY),
    ]

    assert ("title", "FORM 7-B For the year ended May 31, 2022 Anchor Inc.") in kinds(page, titled=False)


def test_pdf_section_in_large_type_is_no_part_of_the_title() -> None:
    """Where paragraphs stand between them, a heading is not joined to the title."""
    page = [
        line(72, 740, "A port and its people", size=18),
        *column(72, 700, *PORT),
        line(72, 600, "Its farmers", size=16),
        *column(72, 580, *FARM),
    ]

    found = kinds(page, titled=False)
    assert found[0] == ("title", "A port and its people")
    assert ("heading", "Its farmers") in found


def test_pdf_divisions_are_headings_in_the_order_of_their_names() -> None:
    """Set in one type, a part stands above an item, an item above a note, and a note above what has no such name."""
    page = []
    heads = ("PART I. Accounts", "Item 1. Statements", "Note 2 – Revenue", "Tolls", "Note 3 – Debt", "Item 2. Risks")
    for at, head in enumerate(heads):
        page += [line(72, 750 - 60 * at, head, bold=True), *column(72, 735 - 60 * at, *BODY)]

    text, blocks = laid_out(page)

    levels = [(text[block.start : block.end], block.level) for block in blocks if block.kind == "heading"]
    assert levels == list(zip(heads, (1, 2, 3, 4, 3, 2), strict=True))


def test_pdf_headings_beside_the_outline_take_the_level_of_their_type() -> None:
    """A heading that the outline leaves out is as deep as the outline's headings of the same type."""
    page = []
    for at, (head, size) in enumerate((("Ships", 14), ("Sails", 12), ("Boats", 14), ("Oars", 12))):
        page += [line(72, 750 - 80 * at, head, bold=True, size=size), *column(72, 730 - 80 * at, *BODY)]

    _, blocks = laid_out(page, outline=[OutlineEntry("Ships", 1, 1), OutlineEntry("Sails", 2, 1)])

    assert [block.level for block in blocks if block.kind == "heading"] == [1, 2, 1, 2]


def test_pdf_words_in_capitals_are_a_heading() -> None:
    """A line of capitals in the body's type stands above what follows, but not in a text of capitals."""
    page = [line(200, 740, "CERTIFICATION"), *column(72, 720, *BODY)]
    shouted = [line(72, 740, "CERTIFICATION"), *column(72, 720, *(text.upper() for text in BODY))]

    assert kinds(page)[0] == ("heading", "CERTIFICATION")
    assert "heading" not in {kind for kind, _ in kinds(shouted)}


def test_pdf_marks_drawn_last_are_put_where_they_stand() -> None:
    """A footnote mark goes between the words that it stands between, a sign to the word that it belongs to."""
    text = line(72, 700, "The ships sail under flags of all kinds to the port of Bergen.")
    mark = line(text.words[1][1], 704, "(1)", size=5)
    sign = line(text.words[4][1], 704, "®", size=5)

    assert kinds([text, mark, sign])[0] == (
        "prose",
        "The ships (1) sail under flags® of all kinds to the port of Bergen.",
    )


def test_pdf_raised_exponent_does_not_cut_the_paragraph() -> None:
    """What is raised between two words of a line joins them."""
    before, after = line(72, 700, "The number of paths grows as n"), "and nobody has counted them so far."
    exponent = line(before.right, 703.8, "k", size=7)

    assert kinds([before, exponent, line(exponent.right + 2, 700, after)]) == [
        ("prose", f"The number of paths grows as nk {after}")
    ]


@pytest.mark.parametrize("text", ["Date: August 3, 2023", "By: /s/ Ada Miller", "Yes ☒ No ☐", "(408) 996-1010"])
def test_pdf_lines_of_a_form_are_rows(text: str) -> None:
    """What is filled in is no paragraph of prose."""
    assert kinds([*column(72, 740, *BODY), line(72, 600, text)])[1] == ("row", text)


def test_pdf_signs_of_a_chart_are_one_caption() -> None:
    """The lines of a chart whose font says nothing of its letters are put together, apart from prose."""
    signs = ('!"# $!"# %!"#', ")*+,-./#0$1$23#", "=<6>?J+@:=<:#0(1C23#", ",6;7<5+4*C#0$1)23#")
    chart = [line(72 + 20 * at, 700 - 30 * at, text, size=5) for at, text in enumerate(signs)]

    assert kinds([*column(72, 770, *BODY), *chart])[1] == ("caption", " ".join(signs))


def test_pdf_annex_counts_its_own_pages() -> None:
    """Numbers that count on over three pages are page numbers, whatever the pages before are called."""
    pages = [
        [*column(72, 740 - at, *BODY, page=at), line(300, 500, str(number), page=at)]
        for at, number in ((1, 91), (2, 40), (3, 1), (4, 2), (5, 3))
    ]

    found = [text for kind, text in kinds(*pages) if kind == "running head"]
    assert {"1", "2", "3"} <= set(found)


words = st.text(alphabet="ab1$%().|—:; ", min_size=1, max_size=40).map(lambda text: " ".join(text.split()) or "a")
drawn = st.builds(
    line,
    st.integers(0, 600),
    st.integers(0, 60).map(lambda row: 12.0 * row),
    words,
    size=st.sampled_from([5, 10, 10, 10, 16]),
    bold=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(drawn, max_size=25))
def test_pdf_layout_keeps_every_character(lines: list[Line]) -> None:
    """Whatever a page draws, its blocks hold all of it, once, but for the bars between cells and leader dots."""
    text, blocks = laid_out(lines, titled=False)

    def letters(text: str) -> list[str]:
        return sorted(character for character in text if character not in " \n|.-")

    assert letters(text) == letters("".join(line.text for line in lines))
    end = 0
    for block in blocks:
        assert not text[end : block.start].strip()
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
        assert (block.pages[0].start, block.pages[-1].end) == (block.start, block.end)
        end = block.end
    assert end == len(text)
