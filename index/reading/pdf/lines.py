"""What the lines of a PDF page are: text with its place and type. Knows nothing of pdfium or of paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.reading.pdf.places import View

_BESIDE_THE_TEXT = 0.3  # of a page's characters


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of text on a page, equal to itself alone.

    Places are in points, on the page turned so that most of its text is upright; they grow to the right and up.

    Attributes:
        text: NFC, single spaces, neither blank nor with blanks at its ends.
        page: Counted from 1.
        left: Left edge of the first character.
        right: Right edge of the last character.
        top: The baseline plus the size.
        baseline: Height of the baseline.
        size: Height of the type, at least 0.1.
        bold: Whether it is set in bold from end to end.
        hyphenated: Whether a hyphen that pdfium took away ends it.
        wide_gaps: How many gaps wider than its type is high it holds, as between the cells of a table.
        words: The left and right edge of each word of `text`, as blanks part them: as many as `text.split(" ")` gives.
        slanted: Whether it is turned against most of the page, as a watermark across it is. Then its places, and those
            of each of its words, are those of the rectangle round it: `baseline` is the foot.
        ocr: How sure the recognition of its characters was, in [0, 1], where they were read from an image.
        monospaced: Whether its type gives every letter the same width.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    baseline: float
    size: float
    bold: bool = False
    hyphenated: bool = False
    wide_gaps: int = 0
    monospaced: bool = False
    words: tuple[tuple[float, float], ...] = ()
    slanted: bool = False
    ocr: float | None = None


@dataclass(frozen=True, slots=True)
class PageLines:
    """A page's lines in the order in which the file draws them.

    Attributes:
        number: Counted from 1.
        bottom: Height of the page's foot in the coordinates of its lines, in points.
        height: Of the page, in points.
        lines: May be empty.
        garbled: Share of its characters, in [0, 1], that are no letters, or whose font does not say which.
        name: What to call the page where that is not "p. 3", as in `PageSpan`.
        quarters: How many quarters of a circle, clockwise, most of its text is turned.
        view: How places in its lines' coordinates become places on the page as it is shown; None where it has no size.
    """

    number: int
    bottom: float
    height: float
    lines: tuple[Line, ...] = ()
    garbled: float = 0.0
    name: str | None = None
    quarters: int = 0
    view: View | None = None


def slanted_lines(pages: Iterable[PageLines]) -> frozenset[Line]:
    """Give the lines that are turned against their pages, such as watermarks; where they are much of a page, none."""
    found: set[Line] = set()
    for page in pages:
        slanted = [line for line in page.lines if line.slanted]
        if sum(len(line.text) for line in slanted) <= _BESIDE_THE_TEXT * sum(len(line.text) for line in page.lines):
            found.update(slanted)
    return frozenset(found)


def wide_gaps(words: Sequence[tuple[float, float]], size: float) -> int:
    """Count the gaps between words, given by their edges, that are wider than the type is high."""
    return sum(after[0] - before[1] > size for before, after in pairwise(words))
