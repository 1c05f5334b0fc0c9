"""Reads the pages of a PDF that are images: tesseract's words become lines, as if the page had said them itself."""

from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2 as pdfium
import pytesseract

from index.reading.pdf.characters import clean
from index.reading.pdf.lines import Line, PageLines, wide_gaps
from index.reading.pdf.pages import page_ranges, rendering
from index.reading.pdf.places import moved, turned, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from PIL.Image import Image

    from index.reading.pdf.pages import Clock, RawDocument
    from index.reading.settings import ReadingSettings

    Found = Mapping[str, Sequence[str | int | float]]  # the columns of tesseract's table of words

_SHARE_OF_TIME = 0.85  # of the time for a file, the reading of its other pages included
_COLUMNS = ("text", "conf", "left", "top", "width", "height", "block_num", "par_num", "line_num")
_SURE_OF_NOTHING = 0.4  # below this confidence a line is a pattern in a picture
_SAME_SIZE = 0.12  # of the size: what is measured on lines of one type differs by less
# In sizes of the type: how high a capital and an "x" are, and how far what hangs goes below the baseline.
_CAPITAL, _X, _TAIL = 0.72, 0.48, 0.21
_HANGING, _LOW = frozenset("gjpqyQ,;()[]{}|/§"), frozenset("acegmnopqrsuvwxyz.,:;-–—~+=<>")
_MOST_LANGUAGES = 3
_LANGUAGES = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "es": "spa", "fi": "fin", "fr": "fra", "he": "heb",
    "hi": "hin", "hu": "hun", "it": "ita", "ja": "jpn", "ko": "kor", "nb": "nor", "nl": "nld", "no": "nor", "pl": "pol",
    "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr", "zh": "chi_sim",
}  # fmt: skip


class _Word(NamedTuple):
    """A word that was recognised, its edges to the right and up, and how sure it is, in [0, 1]."""

    text: str
    sure: float
    line: tuple[int, ...]
    left: float
    bottom: float
    right: float
    top: float

    @property
    def baseline_and_size(self) -> tuple[float, float]:
        """What its letters say of the line: a word of "x" alone is half as high as its type."""
        letters = set(self.text)
        tail = _TAIL if letters & _HANGING else 0.0
        size = (self.top - self.bottom) / (tail + (_X if letters <= _LOW else _CAPITAL))
        return self.bottom + tail * size, size


def recognised(raw: RawDocument, data: bytes, settings: ReadingSettings, clock: Clock) -> RawDocument:
    """Read the pages of a file that are images, and those whose text is garbled, as far as the time allows."""
    unread = sorted(raw.pictures | raw.garbled)
    if not unread:
        return raw
    try:
        options = _options(raw.properties.language)
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError):
        return _left_out(raw, unread, "tesseract, which --ocr needs, is not installed")
    pages = {page.number: page for page in raw.pages}
    read: set[int] = set()
    failed: list[int] = []
    with rendering(data, settings.passwords) as draw:
        for number in unread:
            try:
                image, scale = draw(number)
                found = _read(image, options, clock.left(_SHARE_OF_TIME))
            except TimeoutError:
                break
            except (pytesseract.TesseractError, pdfium.PdfiumError):
                failed.append(number)
                continue
            pages[number] = page_of(found, pages[number], image.size, scale)
            read.add(number)
    raw = replace(
        raw,
        pages=tuple(pages[page.number] for page in raw.pages),
        pictures=raw.pictures - read,
        garbled=raw.garbled - read,
        recognised=frozenset(read),
    )
    if failed:
        raw = _left_out(raw, failed, "tesseract failed")
    if late := [number for number in unread if number not in read and number not in failed]:
        advice = clock.advice(_SHARE_OF_TIME, max(1, len(read)) / len(unread))
        raw = _left_out(raw, late, f"the time was too short to recognise their characters; {advice} is enough")
        raw = replace(raw, lacking=(*raw.lacking, "seconds"))
    return raw


def _left_out(raw: RawDocument, numbers: Sequence[int], reason: str) -> RawDocument:
    what = "is an image" if len(numbers) == 1 else "are images"
    return replace(raw, left_out=(*raw.left_out, f"{page_ranges(numbers)} {what}, and {reason}"))


def _options(declared: str | None) -> tuple[str, str]:
    """Give the languages that tesseract is to look for, and its other options.

    All that are installed are used where they are few, for somebody chose them. Where they are many, only English and
    the one that the document declares are: each makes tesseract slower and finds its words where they are not.
    """
    installed = pytesseract.get_languages()
    languages = [name for name in installed if name not in ("osd", "equ") and "/" not in name]
    if len(languages) > _MOST_LANGUAGES:
        wanted = (_LANGUAGES.get((declared or "")[:2].lower()), "eng")
        languages = [name for name in wanted if name in languages] or languages[:1]
    # With its data for orientation tesseract also reads a page that was scanned sideways.
    return "+".join(languages) or "eng", "--psm 1" if "osd" in installed else "--psm 3"


def _read(image: Image, options: tuple[str, str], seconds: float) -> Found:
    """Run tesseract.

    Raises:
        TimeoutError: `seconds` are over.
        TesseractError: It failed.
    """
    if seconds <= 0:
        raise TimeoutError
    language, config = options
    try:
        found: Found = pytesseract.image_to_data(
            image, lang=language, config=config, timeout=seconds, output_type=pytesseract.Output.DICT
        )
    except pytesseract.TesseractError:
        raise
    except RuntimeError as error:  # what pytesseract raises after the time, without a class of its own
        raise TimeoutError from error
    return found


def page_of(found: Found, page: PageLines, size: tuple[int, int], scale: float) -> PageLines:
    """Make a page's lines of what tesseract found in an image of it.

    Lines of patterns in pictures are left out. What the page says itself, such as a stamp, stays as it says it.

    Args:
        found: The columns of `image_to_data`.
        page: The page as it was read.
        size: Width and height of the image, in pixels.
        scale: The image's pixels to a point.
    """
    width, height = size[0] / scale, size[1] / scale
    seen = list(_words(found))
    quarters = _quarters(seen)
    view = view_of(lambda x, y: (x / width, 1 - y / height), quarters)
    own = [moved(line, page.view, view) for line in page.lines] if page.view else []
    words = [_upright(word, scale, height, quarters) for word in seen]
    rows = groupby((word for word in words if not _stands_in(word, own)), key=lambda word: word.line)
    lines = _evened([line for _, row in rows if (line := _line(list(row), page.number))])
    for line in own:
        below = (at for at, other in enumerate(lines) if other.baseline < line.baseline)
        lines.insert(next(below, len(lines)), line)
    heights = turned(0, 0, quarters)[1], turned(width, height, quarters)[1]
    return replace(
        page,
        bottom=min(heights),
        height=abs(heights[1] - heights[0]),
        lines=tuple(lines),
        garbled=0.0,
        quarters=quarters,
        view=view,
    )


def _words(found: Found) -> Iterator[_Word]:
    """Give tesseract's words, in pixels: to the right, and up from the image's upper edge."""
    for text, confidence, left, top, width, height, *line in zip(*(found[name] for name in _COLUMNS), strict=True):
        sure, word = float(confidence) / 100, clean(str(text)).replace(" ", "")
        if sure >= 0 and word:
            x, y = int(left), -int(top)
            place = tuple(map(int, line))
            yield _Word(word, min(1.0, sure), place, x, y - int(height), x + int(width), y)


def _quarters(words: Sequence[_Word]) -> int:
    """Find by how many quarters of a circle, clockwise, lines are turned: by where their words follow each other to."""
    steps = [
        (after.left - before.left, after.top - before.top)
        for before, after in pairwise(words)
        if before.line == after.line
    ]
    right, up = sum(step[0] for step in steps), sum(step[1] for step in steps)
    if abs(right) >= abs(up):
        return 0 if right >= 0 else 2
    return 3 if up > 0 else 1


def _upright(word: _Word, scale: float, height: float, quarters: int) -> _Word:
    """Give a word in points, on a page of that height turned upright."""
    one = turned(word.left / scale, height + word.bottom / scale, quarters)
    two = turned(word.right / scale, height + word.top / scale, quarters)
    (left, bottom), (right, top) = map(min, zip(one, two, strict=True)), map(max, zip(one, two, strict=True))
    return word._replace(left=left, bottom=bottom, right=right, top=top)


def _stands_in(word: _Word, lines: Sequence[Line]) -> bool:
    """Say whether a word is part of a line that the page says itself."""
    x, y = (word.left + word.right) / 2, (word.bottom + word.top) / 2
    return any(line.left <= x <= line.right and line.baseline - 0.3 * line.size <= y <= line.top for line in lines)


def _line(words: Sequence[_Word], page: int) -> Line | None:
    """Make a line of its words, or nothing of a pattern."""
    text = " ".join(word.text for word in words)
    sure = statistics.fmean(word.sure for word in words)
    if sure < _SURE_OF_NOTHING or not any(map(str.isalnum, text)):
        return None
    baselines, sizes = zip(*(word.baseline_and_size for word in words), strict=True)
    baseline, size = statistics.median(baselines), max(0.1, statistics.median(sizes))
    return Line(
        text=text,
        page=page,
        left=min(word.left for word in words),
        right=max(word.right for word in words),
        top=baseline + size,
        baseline=baseline,
        size=size,
        words=tuple((word.left, word.right) for word in words),
        wide_gaps=wide_gaps([(word.left, word.right) for word in words], size),
        ocr=sure,
    )


def _evened(lines: list[Line]) -> list[Line]:
    """Give lines of about the size that most of a page has this very size: letters tell it only roughly."""
    sizes = [line.size for line in lines for _ in line.words]
    usual = statistics.median(sizes) if sizes else 0.0
    return [
        replace(line, size=usual, top=line.baseline + usual) if abs(line.size - usual) < _SAME_SIZE * usual else line
        for line in lines
    ]
