"""Where words stand on pages: packed, unpacked, and cut to the characters of a quotation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.layout import Box, PageLayout, PlacedWord

STEP = 1 / 16_383  # what places are rounded to


def placed(*words: tuple[int, int, Box]) -> PageLayout:
    """Pack words."""
    return PageLayout.of([PlacedWord(*word) for word in words])


def near(box: Box) -> object:
    """Compare a box but for its rounding."""
    return pytest.approx(tuple(box), abs=STEP)


@st.composite
def words(draw: st.DrawFn) -> list[PlacedWord]:
    """Make words in the order of their text, on pages in any order."""
    found, at = [], 0
    for gap, length, page in draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40), st.integers(1, 10_000)), max_size=30)
    ):
        left, right, top, bottom = (draw(st.floats(0, 1)) for _ in range(4))
        found.append(PlacedWord(at + gap, at + gap + length, Box(page, left, top, right, bottom)))
        at += gap + length
    return found


@given(words())
def test_layout_gives_back_the_words_that_were_packed(placed: list[PlacedWord]) -> None:
    """Every word comes back with its characters, its page, and its edges to a sixteen-thousandth of the page."""
    unpacked = PageLayout.of(placed).words()

    assert [(word.start, word.end, word.box.page) for word in unpacked] == [
        (word.start, word.end, word.box.page) for word in placed
    ]
    for word, packed in zip(unpacked, placed, strict=True):
        assert word.box == near(packed.box)


@given(words(), st.integers(0, 400), st.integers(1, 60))
def test_layout_boxes_lie_round_the_words_of_the_range(placed: list[PlacedWord], start: int, length: int) -> None:
    """The boxes of a range stand on the pages of its words, in their order, and none is given without a word."""
    end = start + length
    inside = [word for word in placed if word.end > start and word.start < end]

    boxes = PageLayout.of(placed).boxes(start, end)

    assert len(boxes) <= len(inside)
    assert bool(boxes) == bool(inside)
    pages = [word.box.page for word in inside]
    assert [page for at, page in enumerate(pages) if at == 0 or pages[at - 1] != page] == [
        box.page for at, box in enumerate(boxes) if at == 0 or boxes[at - 1].page != box.page
    ]


def test_layout_joins_the_words_of_a_line() -> None:
    """Words on one height are one box, from the first one's left edge to the last one's right, as high as both."""
    layout = placed((0, 4, Box(1, 0.1, 0.2, 0.2, 0.22)), (5, 9, Box(1, 0.21, 0.205, 0.3, 0.225)))

    assert [near(box) for box in layout.boxes(0, 9)] == [Box(1, 0.1, 0.2, 0.3, 0.225)]


def test_layout_joins_the_words_of_a_line_from_right_to_left() -> None:
    """So it does where the next word stands to the left, as in Hebrew."""
    layout = placed((0, 4, Box(1, 0.8, 0.2, 0.9, 0.22)), (5, 9, Box(1, 0.7, 0.2, 0.79, 0.22)))

    assert [near(box) for box in layout.boxes(0, 9)] == [Box(1, 0.7, 0.2, 0.9, 0.22)]


def test_layout_gives_a_box_for_each_line_and_page() -> None:
    """The next line, another column and another page begin a box."""
    layout = placed(
        (0, 4, Box(1, 0.1, 0.20, 0.2, 0.22)),
        (5, 9, Box(1, 0.1, 0.24, 0.2, 0.26)),
        (10, 14, Box(1, 0.6, 0.10, 0.7, 0.12)),
        (15, 19, Box(2, 0.7, 0.10, 0.8, 0.12)),
    )

    assert [box.page for box in layout.boxes(0, 19)] == [1, 1, 1, 2]


def test_layout_word_cut_at_a_line_end_has_two_boxes() -> None:
    """The halves of a word that a line end cut touch in the text, and stand on two lines."""
    layout = placed((0, 3, Box(1, 0.8, 0.20, 0.9, 0.22)), (3, 7, Box(1, 0.1, 0.24, 0.2, 0.26)))

    assert len(layout.boxes(0, 7)) == 2


def test_layout_range_inside_a_word_takes_its_share() -> None:
    """Of a word of four letters the middle two take the middle half; outside of words there is nothing."""
    layout = placed((10, 14, Box(3, 0.2, 0.5, 0.6, 0.52)))

    assert [near(box) for box in layout.boxes(11, 13)] == [Box(3, 0.3, 0.5, 0.5, 0.52)]
    assert layout.boxes(0, 10) == layout.boxes(14, 20) == layout.boxes(12, 12) == ()


def test_layout_without_words_gives_none() -> None:
    """A document of images has a layout without boxes."""
    assert placed().words() == placed().boxes(0, 100) == ()


def test_layout_cuts_off_what_is_outside_of_the_page() -> None:
    """Edges beyond the page's are its edges."""
    (word,) = placed((0, 1, Box(1, -0.5, 0.1, 1.5, 0.2))).words()

    assert (word.box.left, word.box.right) == (0.0, 1.0)


@pytest.mark.parametrize("spans", [[(5, 9), (0, 4)], [(0, 5), (4, 9)], [(3, 3)]], ids=["order", "overlap", "empty"])
def test_layout_refuses_words_out_of_order(spans: list[tuple[int, int]]) -> None:
    """Words that go back in the text, share characters or have none are the caller's mistake."""
    with pytest.raises(
        ValueError, match=r"^The words of a layout must be in the order of the text, without overlap\.$"
    ):
        placed(*((start, end, Box(1, 0, 0, 1, 1)) for start, end in spans))
