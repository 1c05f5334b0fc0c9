"""Where the words of a PDF's text stand on its pages as they are shown. Knows nothing of pdfium."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.layout import Box, PageLayout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from index.reading.pdf.lines import Line

# Of the height of the type: what most Latin types reach above and below the baseline.
_ASCENT, _DESCENT = 0.8, 0.22


def turned(x: float, y: float, quarters: int) -> tuple[float, float]:
    """Give a point of a page on the page turned upright, whose text is turned by 0 to 3 quarters clockwise."""
    return ((x, y), (-y, x), (-x, -y), (y, -x))[quarters]


class View(NamedTuple):
    """How a place on the page turned upright, in points, becomes shares of the page's width and height as shown.

    across = x * across_x + y * across_y + across, counted from the left; and so for down, counted from the top.
    """

    across_x: float
    across_y: float
    across: float
    down_x: float
    down_y: float
    down: float

    def box(self, page: int, lower_left: tuple[float, float], upper_right: tuple[float, float]) -> Box:
        """Give the box between two corners, as the page shows it."""
        places = [
            (x * self.across_x + y * self.across_y + self.across, x * self.down_x + y * self.down_y + self.down)
            for x, y in (lower_left, upper_right)
        ]
        (left, top), (right, bottom) = (map(min, zip(*places, strict=True)), map(max, zip(*places, strict=True)))
        return Box(page, left, top, right, bottom)

    def place(self, across: float, down: float) -> tuple[float, float]:
        """Give the place on the page turned upright, in points, that is shown at these shares."""
        across, down = across - self.across, down - self.down
        size = self.across_x * self.down_y - self.across_y * self.down_x
        return (
            (across * self.down_y - down * self.across_y) / size,
            (down * self.across_x - across * self.down_x) / size,
        )


def view_of(shown: Callable[[float, float], tuple[float, float]], quarters: int) -> View:
    """Make a page's view.

    Args:
        shown: Says where a point of the page, in points, is shown: its shares of the width and height.
        quarters: How many quarters of a circle, clockwise, the text of the page is turned.
    """

    def share(x: float, y: float) -> tuple[float, float]:
        return shown(*turned(x, y, -quarters % 4))

    (across, down), (across_x, down_x), (across_y, down_y) = share(0, 0), share(1, 0), share(0, 1)
    return View(across_x - across, across_y - across, across, down_x - down, down_y - down, down)


def moved(line: Line, old: View, new: View) -> Line:
    """Give a line in the coordinates of another view of its page; slanted, where it does not run to the right there."""

    def corners(left: float, right: float) -> tuple[float, float, float, float]:
        box = old.box(line.page, (left, line.baseline), (right, line.top))
        one, two = new.place(box.left, box.top), new.place(box.right, box.bottom)
        return min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1])

    left, baseline, right, top = corners(line.left, line.right)
    slanted = line.slanted or old.across_x * new.across_x + old.down_x * new.down_x <= 0
    edges = [(left, baseline, right, top) if slanted else corners(*word) for word in line.words]
    words = tuple((word[0], word[2]) for word in edges)
    return replace(line, left=left, right=right, baseline=baseline, top=top, words=words, slanted=slanted)


class PlacedWords(NamedTuple):
    """Words of a line that follow each other in the text, one blank apart.

    Attributes:
        line: The line.
        start: Offset in the text of the first of them.
        end: One past the last character that the text takes from the line: a hyphen may be missing at its end.
        first: Which word of the line is the first, from 0.
    """

    line: Line
    start: int
    end: int
    first: int = 0


def page_layout(placed: Iterable[PlacedWords], views: Mapping[int, View]) -> PageLayout:
    """Give the boxes of a text's words.

    Args:
        placed: In the order of the text, without overlap.
        views: Of the pages, by their number; words of other pages have no boxes.
    """
    words = [word for words in placed if words.line.page in views for word in _words(words)]
    rows = np.array(words, np.float64).reshape(-1, 7)
    spans = rows[:, :3].astype(np.int64)
    seen, at = np.unique(spans[:, 2], return_inverse=True)
    of_pages = np.array([views[page] for page in seen.tolist()], np.float64).reshape(-1, 6)
    across_x, across_y, across, down_x, down_y, down = of_pages[at].T
    left, bottom, right, top = rows[:, 3:].T
    corners = np.array(
        [
            [left * across_x + bottom * across_y + across, left * down_x + bottom * down_y + down],
            [right * across_x + top * across_y + across, right * down_x + top * down_y + down],
        ]
    )
    return PageLayout.of_arrays(spans, np.concatenate([corners.min(axis=0), corners.max(axis=0)]).T)


def _words(words: PlacedWords) -> Iterator[tuple[float, ...]]:
    """Give start, end, page, left, bottom, right and top of each word, in the coordinates of its line."""
    line, start, end, first = words
    bottom, top = line.baseline - _DESCENT * line.size, line.baseline + _ASCENT * line.size
    if line.slanted:
        bottom, top = line.baseline, line.top
    for text, (left, right) in islice(zip(line.text.split(" "), line.words, strict=True), first, None):
        if start >= end:
            return
        yield start, min(end, start + len(text)), line.page, left, bottom, right, top
        start += len(text) + 1
