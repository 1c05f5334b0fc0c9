"""The characters of one PDF page made into lines of text with their place and type. Knows nothing of paragraphs.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.reading.pdf.characters import PageCharacters, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2 as pdfium

    from index.reading.pdf.characters import Box

_LINE_ENDS = frozenset((0x0A, 0x0D))
# pdfium gives either of these for a hyphen at the end of a line, and then no line end of its own.
_LINE_END_HYPHENS = frozenset((0x02, 0xFFFE))
_ENDS = _LINE_ENDS | _LINE_END_HYPHENS
_BLANKS = re.compile(r"\s+")
# Accents that TeX draws as characters of their own over the letter that follows, and the mark that composes with it.
_ACCENTS = {"\u00a8": "\u0308", "\u00b4": "\u0301", "`": "\u0300", "\u02c6": "\u0302", "\u02dc": "\u0303"}
_ACCENT = re.compile(f"[{''.join(_ACCENTS)}]")
_UNDOTTED = {"\u0131": "i", "\u0237": "j"}
_SAMPLES_PER_LINE = 9
# Only a line that is thinly set for its length, or that ends in figures, is searched for gaps: each costs two calls.
_SPREAD = 0.62  # width of a line in sizes of its type, for each character
_LAST_CELLS = re.compile(r"(?:\s[(+-]?[$€£]?\s?[\d.,]+\)?\s?%?|\s[—–-]){2}$")


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


@dataclass(frozen=True, slots=True)
class PageLines:
    """A page's lines in the order in which the file draws them.

    Attributes:
        number: Counted from 1.
        bottom: Height of the page's foot in the coordinates of its lines, in points.
        height: Of the page, in points.
        lines: May be empty.
        garbled: Share of its characters, in [0, 1], for which the font does not say which letter it draws.
    """

    number: int
    bottom: float
    height: float
    lines: tuple[Line, ...] = ()
    garbled: float = 0.0


_Character = tuple[int, str]  # pdfium's index and the text for it; a blank is always " "


class _Row(NamedTuple):
    """The characters of one line; `drawn` are those that leave ink, by index, `boxes` those of a sample of them."""

    characters: list[_Character]
    drawn: list[int]
    boxes: list[Box]


def read_page(page: pdfium.PdfPage, number: int) -> PageLines:
    """Read the lines of a page.

    Args:
        page: Open, and its document too.
        number: The page's number, from 1.

    Raises:
        PdfiumError: pdfium cannot make text of the page.
    """
    textpage = page.get_textpage()
    try:
        characters = PageCharacters(textpage.raw)
        maker = _LineMaker(characters)
        lines: list[Line] = []
        for run, hyphenated in maker.runs():
            rows = maker.rows(run)
            for row in rows:
                line = maker.line(row, number, hyphenated=hyphenated and row is rows[-1])
                if line is not None:
                    lines.append(line)
        lines = _downwards(lines)
        left, bottom, right, top = page.get_bbox()
        ends = characters.turned(left, bottom)[1], characters.turned(right, top)[1]
        # Some files draw outside of the page they declare.
        lowest = min([*ends, *(line.baseline for line in lines)])
        highest = max([*ends, *(line.top for line in lines)])
        return PageLines(number, lowest, highest - lowest, tuple(lines), characters.garbled_share())
    finally:
        textpage.close()


class _LineMaker:
    """Makes lines of a page's characters."""

    def __init__(self, characters: PageCharacters) -> None:
        self._characters = characters
        self._box = characters.box

    def runs(self) -> Iterator[tuple[list[_Character], bool]]:
        """Give what stands between pdfium's line ends, and whether a line-end hyphen closes it."""
        run: list[_Character] = []
        high = 0
        for index, code in enumerate(self._characters.codes()):
            if code in _ENDS:
                if run:
                    yield run, code in _LINE_END_HYPHENS
                run = []
            elif 0xD800 <= code < 0xDC00:
                high = code
            else:
                if 0xDC00 <= code < 0xE000:
                    code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
                high = 0
                if text := text_of(code):
                    run.append((index, text))
        if run:
            yield run, False

    def rows(self, run: list[_Character]) -> list[_Row]:
        """Split a run where pdfium took the next line for the same one: the baseline drops and the pen goes back."""
        whole = self._row(run)
        if len(whole.boxes) < 2:
            return [whole]
        baselines = [box.baseline for box in whole.boxes]
        if max(baselines) - min(baselines) <= 0.7 * min(box.height for box in whole.boxes):
            return [whole]
        rows: list[list[_Character]] = [[]]
        last: Box | None = None
        for index, text in run:
            box = None if text == " " else self._box(index)
            if box and last and _begins_row(last, box):
                rows.append([])
            rows[-1].append((index, text))
            last = box or last
        return [self._row(row) for row in rows] if len(rows) > 1 else [whole]

    def line(self, row: _Row, page: int, *, hyphenated: bool) -> Line | None:
        text = self._text(row.characters)
        if not text:
            return None
        boxes = row.boxes
        if not boxes:
            return Line(text, page, 0.0, 0.0, 1.0, 0.0, 1.0, hyphenated=hyphenated)
        size = self._characters.size(row.drawn)
        baseline = statistics.median(box.baseline for box in boxes)
        left, right = min(box.left for box in boxes), max(box.right for box in boxes)
        spread = right - left > _SPREAD * size * len(text) or _LAST_CELLS.search(text)
        bold, monospaced = self._characters.type(row.drawn)
        return Line(
            text=text,
            page=page,
            left=left,
            right=right,
            top=baseline + size,
            baseline=baseline,
            size=size,
            bold=bold,
            hyphenated=hyphenated,
            wide_gaps=self._wide_gaps(row.characters, size) if spread else 0,
            monospaced=monospaced,
        )

    def _row(self, characters: list[_Character]) -> _Row:
        drawn = [index for index, text in characters if text != " "]
        sample = drawn
        if len(drawn) > _SAMPLES_PER_LINE:
            # The ends place a line; some between tell the size of its type.
            sample = [*drawn[:2], *drawn[2 : -2 : max(1, len(drawn) // 4)], *drawn[-2:]]
        boxes = [box for index in sample if (box := self._box(index))]
        return _Row(characters, drawn, boxes or [box for index in drawn if (box := self._box(index))])

    def _text(self, characters: list[_Character]) -> str:
        text = "".join([text for _, text in characters])
        if _ACCENT.search(text):
            text = "".join(self._accented(characters))
        return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())

    def _accented(self, characters: list[_Character]) -> Iterator[str]:
        """Give the texts of the characters, an accent drawn over the next letter composed with it."""
        pending = ""
        for (index, text), (following, letter) in zip(characters, [*characters[1:], (-1, "")], strict=True):
            mark = _ACCENTS.get(text)
            if mark and letter.isalpha() and self._stands_over(index, following):
                pending = mark
                continue
            yield _UNDOTTED.get(text, text) + pending if pending else text
            pending = ""

    def _stands_over(self, accent: int, letter: int) -> bool:
        above, below = self._box(accent), self._box(letter)
        if above is None or below is None:
            return False
        shared = min(above.right, below.right) - max(above.left, below.left)
        return shared > 0.5 * min(above.right - above.left, below.right - below.left)

    def _wide_gaps(self, characters: list[_Character], size: float) -> int:
        """Count the gaps wider than the type is high."""
        gaps = 0
        for (before, _), (_, text), (after, _) in zip(characters, characters[1:], characters[2:], strict=False):
            if text == " ":
                left, right = self._box(before), self._box(after)
                gaps += bool(left and right and right.left - left.right > size)
        return gaps


def _downwards(lines: list[Line]) -> list[Line]:
    """Turn the order round where nearly every line stands above the one before it, as on some pages set sideways."""
    rows = [list(row) for _, row in groupby(lines, key=lambda line: round(line.baseline))]
    rises = sum(after[0].baseline > before[0].baseline for before, after in pairwise(rows))
    return [line for row in reversed(rows) for line in row] if rises > 0.8 * len(rows) - 1 and rises > 1 else lines


def _begins_row(last: Box, box: Box) -> bool:
    """Say whether the pen went down and back between two characters."""
    return box.baseline < last.baseline - 0.7 * last.height and box.left < last.right - last.height
