"""The characters of one PDF page made into lines. Knows nothing of paragraphs.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.reading.pdf.characters import PageCharacters, text_of
from index.reading.pdf.lines import Line, PageLines, wide_gaps
from index.reading.pdf.places import turned

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2 as pdfium

    from index.reading.pdf.characters import Box

_LINE_ENDS = frozenset((0x0A, 0x0D))
# pdfium gives either of these for a hyphen at the end of a line, and then no line end of its own.
_LINE_END_HYPHENS = frozenset((0x02, 0xFFFE))
_ENDS = _LINE_ENDS | _LINE_END_HYPHENS
_HYPHENS = frozenset(map(chr, _LINE_END_HYPHENS))
_RUN = re.compile("([^{0}]+)([{0}]?)".format("".join(map(chr, sorted(_ENDS)))))
_BLANKS = re.compile(r"\s+")
# Accents that TeX draws as characters of their own over the letter that follows, and the mark that composes with it.
_ACCENTS = {"\u00a8": "\u0308", "\u00b4": "\u0301", "`": "\u0300", "\u02c6": "\u0302", "\u02dc": "\u0303"}
_ACCENT = re.compile(f"[{''.join(_ACCENTS)}]")
_UNDOTTED = {"\u0131": "i", "\u0237": "j"}
_SAMPLES_PER_LINE = 9
_AFTER_LIGATURE = re.compile(r"f[fil] [^\W\d_]")
_TOUCHING = 0.3  # points
# Only a line that is thinly set for its length, or that ends in figures, is searched for gaps: each costs two calls.
_SPREAD = 0.62  # width of a line in sizes of its type, for each character
_WIDEST_LETTER = 0.72  # of the type's size, as a word's mean
_LAST_CELLS = re.compile(r"(?:\s[(+-]?[$€£]?\s?[\d.,]+\)?\s?%?|\s[—–-]){2}$")

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
        ends = turned(left, bottom, characters.quarters)[1], turned(right, top, characters.quarters)[1]
        # Some files draw outside of the page they declare.
        lowest = min([*ends, *(line.baseline for line in lines)])
        highest = max([*ends, *(line.top for line in lines)])
        return PageLines(
            number,
            lowest,
            highest - lowest,
            tuple(lines),
            garbled=characters.garbled_share(),
            quarters=characters.quarters,
            view=characters.view(page),
        )
    finally:
        textpage.close()


class _LineMaker:
    """Makes lines of a page's characters."""

    def __init__(self, characters: PageCharacters) -> None:
        self._characters = characters
        self._box = characters.box

    def runs(self) -> Iterator[tuple[list[_Character], bool]]:
        """Give what stands between pdfium's line ends, and whether a line-end hyphen closes it."""
        plain = self._characters.plain()
        if plain is None:
            yield from self._runs_of_codes()
            return
        for match in _RUN.finditer(plain):
            run, start = match[1], match.start()
            if run.isascii() and run.isprintable():
                characters = list(enumerate(run, start))
            else:
                characters = [(at, text) for at, drawn in enumerate(run, start) if (text := text_of(ord(drawn)))]
            if characters:
                yield characters, match[2] in _HYPHENS

    def _runs_of_codes(self) -> Iterator[tuple[list[_Character], bool]]:
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
        """Split a run where pdfium took the next line for the same one: the pen goes down and back, or turns."""
        whole = self._row(run)
        if len(whole.boxes) < 2:
            return [whole]
        baselines = [box.baseline for box in whole.boxes]
        if max(baselines) - min(baselines) <= 0.7 * min(box.height for box in whole.boxes):
            return [whole]
        rows: list[list[_Character]] = [[]]
        last: Box | None = None
        was_slanted = False
        for index, text in run:
            box = None if text == " " else self._box(index)
            if box:
                slanted = self._characters.slanted(index)
                if last and (slanted != was_slanted or (not slanted and _begins_row(last, box))):
                    rows.append([])
                last, was_slanted = box, slanted
            rows[-1].append((index, text))
        return [self._row(row) for row in rows] if len(rows) > 1 else [whole]

    def line(self, row: _Row, page: int, *, hyphenated: bool) -> Line | None:
        text = self._text(row.characters)
        if _AFTER_LIGATURE.search(text):
            row = row._replace(characters=self._without_false_blanks(row.characters))
            text = self._text(row.characters)
        if not text:
            return None
        boxes = row.boxes
        if not boxes:
            nowhere = ((0.0, 0.0),) * (text.count(" ") + 1)
            return Line(text, page, 0.0, 0.0, 1.0, 0.0, 1.0, hyphenated=hyphenated, words=nowhere)
        size = self._characters.size(row.drawn)
        if self._characters.slanted(row.drawn[len(row.drawn) // 2]):
            return self._slanted_line(text, page, row.drawn, size)
        baseline = statistics.median(box.baseline for box in boxes)
        words = self._words(row.characters, boxes[0].left)
        if any(_is_spread(edges, len(word), size) for edges, word in zip(words, text.split(" "), strict=False)):
            characters = self._with_missing_blanks(row.characters, size)
            text, words = self._text(characters), self._words(characters, boxes[0].left)
        left = min(boxes[0].left, *(edges[0] for edges in words))
        right = max(boxes[-1].right, *(edges[1] for edges in words))
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
            wide_gaps=wide_gaps(words, size) if spread else 0,
            monospaced=monospaced,
            words=words,
        )

    def _slanted_line(self, text: str, page: int, drawn: list[int], size: float) -> Line:
        boxes = [box for index in drawn if (box := self._box(index))]
        left, right = min(box.left for box in boxes), max(box.right for box in boxes)
        return Line(
            text=text,
            page=page,
            left=left,
            right=right,
            top=max(box.bottom + box.height for box in boxes),
            baseline=min(box.bottom for box in boxes),
            size=size,
            words=((left, right),) * (text.count(" ") + 1),
            slanted=True,
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

    def _without_false_blanks(self, characters: list[_Character]) -> list[_Character]:
        """Give the characters without the blanks in words that some programs write behind a ligature."""
        kept = characters[:2]
        edges = self._characters.edges
        for (before, _), last, (at, text), (after, _) in zip(
            characters, characters[1:], characters[2:], [*characters[3:], (-1, "")], strict=False
        ):
            left, right, following = edges(before), edges(last[0]), edges(after) if after >= 0 else None
            # One glyph, given as two letters.
            spelt_out = text == " " and (len(last[1]) > 1 or (left is not None and left == right))
            if not (spelt_out and right and following and following[0] - right[1] < _TOUCHING):
                kept.append((at, text))
        return kept

    def _with_missing_blanks(self, characters: list[_Character], size: float) -> list[_Character]:
        """Give the characters with a blank where two stand as far apart as cells do: "9" and "0" are not "90"."""
        kept = characters[:1]
        for (before, _), (at, text) in pairwise(characters):
            left, right = self._characters.edges(before), self._characters.edges(at)
            if left and right and right[0] - left[1] > size and " " not in (text, kept[-1][1]):
                kept.append((before, " "))
            kept.append((at, text))
        return kept

    def _words(self, characters: list[_Character], left: float) -> tuple[tuple[float, float], ...]:
        """Give the edges of each word; one of which pdfium says nothing stands where the one before it ends."""
        words: list[tuple[float, float]] = []
        start = 0
        texts = [text for _, text in characters]
        while start < len(texts):
            if texts[start] == " ":
                start += 1
                continue
            try:
                end = texts.index(" ", start)
            except ValueError:
                end = len(texts)
            words.append(self._edges(characters[start:end], left))
            left = words[-1][1]
            start = end
        return tuple(words)

    def _edges(self, word: list[_Character], left: float) -> tuple[float, float]:
        edges = self._characters.edges
        first = edges(word[0][0])
        last = edges(word[-1][0]) if len(word) > 1 else first
        if first is None or last is None:
            known = [found for index, _ in word if (found := edges(index))]
            first, last = (known[0], known[-1]) if known else ((left, left), (left, left))
        # Of a word written from right to left the last character stands first.
        return (first[0], last[1]) if first[0] <= last[0] else (last[0], first[1])


def _downwards(lines: list[Line]) -> list[Line]:
    """Turn the order round where nearly every line stands above the one before it, as on some pages set sideways."""
    rows = [list(row) for _, row in groupby(lines, key=lambda line: round(line.baseline))]
    rises = sum(after[0].baseline > before[0].baseline for before, after in pairwise(rows))
    return [line for row in reversed(rows) for line in row] if rises > 0.8 * len(rows) - 1 and rises > 1 else lines


def _is_spread(edges: tuple[float, float], letters: int, size: float) -> bool:
    """Say whether a word is so wide that a gap may stand in it."""
    return edges[1] - edges[0] > (_WIDEST_LETTER * letters + 0.8) * size


def _begins_row(last: Box, box: Box) -> bool:
    """Say whether the pen went down and back between two characters."""
    return box.baseline < last.baseline - 0.7 * last.height and box.left < last.right - last.height
