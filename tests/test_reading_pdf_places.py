"""Where the words of a PDF stand on its pages as they are shown, held against what pdfium draws and finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_objects import Page, file_of, paragraph, string

from index.reading.pdf.lines import Line
from index.reading.pdf.pages import Clock, read_file
from index.reading.pdf.places import View, moved, view_of
from index.reading.pdf.reader import read
from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from index.layout import Box
    from index.reading.extraction import Extraction

SETTINGS = ReadingSettings()
PAPER = Path(__file__).parents[2] / "shared" / "hostile" / "pdfjs_tracemonkey.pdf"


def boxes_of(extraction: Extraction, quotation: str) -> tuple[Box, ...]:
    """Give the boxes of the first place of a quotation."""
    assert extraction.layout is not None
    start = extraction.text.index(quotation)
    return extraction.layout.boxes(start, start + len(quotation))


def page_view(width: float, height: float, quarters: int) -> View:
    """Make the view of an unturned page with text turned by quarters of a circle."""
    return view_of(lambda x, y: (x / width, 1 - y / height), quarters)


def ink(data: bytes, page: int) -> tuple[float, float, float, float]:
    """Draw a page and give the shares of its left, top, right and bottom between which there is ink."""
    document = pdfium.PdfDocument(data)
    try:
        grey = document[page - 1].render(scale=4, grayscale=True).to_numpy()
        rows, columns = np.nonzero(grey < 128)
        height, width = grey.shape[:2]
        return columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height
    finally:
        document.close()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("matrix", ["1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"])
@pytest.mark.parametrize("box", ["/MediaBox [0 0 600 800]", "/MediaBox [-100 -50 700 900] /CropBox [-20 130 580 830]"])
def test_pdf_box_lies_round_the_ink_of_its_words(rotation: int, matrix: str, box: str) -> None:
    """Whichever way page and text are turned, and whatever is cropped, the box is where the words are drawn."""
    data = file_of(Page(string(300, 400, "Grey stones", 24, matrix), f"{box} /Rotate {rotation}"))

    box_edges = np.array(boxes_of(read(data, SETTINGS), "Grey") + boxes_of(read(data, SETTINGS), "stones"))[:, 1:]

    left, top, right, bottom = ink(data, 1)
    outer = (*box_edges[:, :2].min(axis=0), *box_edges[:, 2:].max(axis=0))
    assert outer[0] <= left <= outer[0] + 0.02
    assert outer[1] <= top <= outer[1] + 0.02
    assert outer[2] - 0.02 <= right <= outer[2]
    assert outer[3] - 0.02 <= bottom <= outer[3]


def test_pdf_word_cut_at_a_line_end_has_a_box_on_each_line() -> None:
    """The halves of a word that a hyphen parts have a box each; the hyphen has none."""
    content = paragraph(72, 700, "The boats that lie at anchor in the har-", "bour and wait for a fair wind.")

    first, second = boxes_of(read(file_of(Page(content)), SETTINGS), "harbour")

    assert (first.top < second.top, second.left) == (True, pytest.approx(72 / 600, abs=1e-3))
    assert first.right < boxes_of(read(file_of(Page(content)), SETTINGS), "and wait")[0].right + 0.2


def test_pdf_quotation_over_two_pages_has_boxes_on_both() -> None:
    """A paragraph that a page cuts is marked on both pages."""
    first = paragraph(
        72, 700, "The harbour was built of grey stone in the years after the", "great flood and its two long"
    )
    second = paragraph(72, 700, "arms still keep the winter storms away from the boats.")

    boxes = boxes_of(read(file_of(Page(first), Page(second)), SETTINGS), "two long arms still")

    assert [box.page for box in boxes] == [1, 2]


def test_pdf_cells_of_a_row_have_their_own_places() -> None:
    """Of a table's row each cell is where it stands, whatever joins them in the text."""
    cells = {72: ("Ships", "Spring", "Autumn"), 300: ("Count", "12", "31"), 450: ("Tons", "340", "905")}
    content = "".join(string(x, 700 - 14 * at, word) for x, words in cells.items() for at, word in enumerate(words))
    extraction = read(file_of(Page(content)), SETTINGS)

    for x, words in cells.items():
        for word in words:
            (box,) = boxes_of(extraction, word)
            assert box.left == pytest.approx(x / 600, abs=2e-3)


@pytest.mark.skipif(not PAPER.is_file(), reason="the folder of hostile files is not beside the checkout")
@pytest.mark.parametrize(
    "quotation",
    [
        "Dynamic languages such as JavaScript are more difficult",
        "traditional compilers need to emit generic code",
        "Andreas Gal",
        "Unlike method-based dynamic compilers",
        "Hence, recording and compiling a trace speculates",
        "State machine describing the major activities",
    ],
)
def test_pdf_boxes_are_those_that_pdfium_finds(quotation: str) -> None:
    """In a paper of two columns a quotation's box has the edges of pdfium's, and holds it from top to bottom."""
    data = PAPER.read_bytes()
    (box,) = boxes_of(read(data, SETTINGS), quotation)

    document = pdfium.PdfDocument(data)
    try:
        page = document[box.page - 1]
        width, height = page.get_size()
        text = page.get_textpage()
        found = text.search(quotation, match_case=True).get_next()
        assert found is not None
        edges = np.array([text.get_rect(at) for at in range(text.count_rects(*found))])
    finally:
        document.close()
    left, bottom, right, top = *edges[:, :2].min(axis=0), *edges[:, 2:].max(axis=0)
    assert box.left * width == pytest.approx(left, abs=1.5)
    assert box.right * width == pytest.approx(right, abs=1.5)
    assert top - 0.5 < (1 - box.top) * height < top + 3.5
    assert bottom - 3.5 < (1 - box.bottom) * height < bottom + 0.5


strings = st.text(alphabet="abcdefg .,-()[]éß 0123456789 •", min_size=1, max_size=50)
inks = st.tuples(st.integers(-20, 560), st.integers(-20, 810), strings, st.sampled_from([1, 6, 10, 24]))


@settings(max_examples=60, deadline=None)
@given(st.lists(inks, max_size=12), st.sampled_from(["1 0 0 1", "0 1 -1 0", "0.7 0.7 -0.7 0.7"]))
def test_pdf_every_word_of_a_line_has_its_edges(drawn: list[tuple[int, int, str, int]], matrix: str) -> None:
    """A line has as many pairs of edges as words, each from left to right and none outside of the line."""
    content = "".join(
        string(x, y, text.replace("(", "\\(").replace(")", "\\)"), size, matrix) for x, y, text, size in drawn
    )
    data = file_of(Page(content))
    for page in read_file(data, SETTINGS, Clock(SETTINGS, len(data))).pages:
        for line in page.lines:
            assert len(line.words) == len(line.text.split(" "))
            assert all(left <= right for left, right in line.words)
            assert all(line.left - 0.01 <= left and right <= line.right + 0.01 for left, right in line.words)


@settings(max_examples=60, deadline=None)
@given(st.lists(inks, max_size=12))
def test_pdf_every_word_of_the_text_has_a_box(drawn: list[tuple[int, int, str, int]]) -> None:
    """What is not blank in a text has a box, but for the marks that join a table's cells."""
    content = "".join(string(x, y, text.replace("(", "\\(").replace(")", "\\)"), size) for x, y, text, size in drawn)
    extraction = read(file_of(Page(content)), SETTINGS)
    assert extraction.layout is not None
    covered = {at for word in extraction.layout.words() for at in range(word.start, word.end)}

    bare = "".join(" " if at in covered else letter for at, letter in enumerate(extraction.text))

    assert set(bare) <= set(" \n|-")


@given(st.integers(0, 3), st.floats(0, 500), st.floats(0, 700))
def test_pdf_view_goes_forth_and_back(quarters: int, x: float, y: float) -> None:
    """The place of what is shown of a place is that place."""
    view = page_view(600, 800, quarters)

    box = view.box(1, (x, y), (x, y))

    assert view.place(box.left, box.top) == pytest.approx((x, y), abs=1e-6)


def test_pdf_line_is_moved_with_its_words() -> None:
    """A line in the coordinates of another view stands at the same place of the page."""
    inch, upright, clockwise = page_view(600 / 72, 800 / 72, 0), page_view(600, 800, 0), page_view(600, 800, 1)
    line = Line("grey stone", 1, 100, 160, 710, 700, 10, words=((100, 125), (130, 160)))

    smaller = moved(line, upright, inch)
    turned = moved(line, upright, clockwise)

    assert (smaller.left, smaller.baseline) == pytest.approx((100 / 72, 700 / 72))
    assert (smaller.words[1], smaller.slanted) == (pytest.approx((130 / 72, 160 / 72)), False)
    assert (turned.left, turned.baseline, turned.right, turned.top) == pytest.approx((-710, 100, -700, 160))
    assert (turned.words, turned.slanted) == (((turned.left, turned.right),) * 2, True)


def test_pdf_view_is_what_it_says() -> None:
    """Shares grow to the right and down from the upper left corner."""
    assert View(1 / 600, 0, 0, 0, -1 / 800, 1).box(4, (60, 700), (120, 720)) == pytest.approx((4, 0.1, 0.1, 0.2, 0.125))
