"""Reading pages that are images: tesseract where it is installed, and a stand-in for its table of words elsewhere."""

from __future__ import annotations

import shutil
import time
import zlib
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytesseract
import pytest
from pdf_objects import Page, file_of, grey_image, paragraph, stream, string

from index.reading.pdf.lines import Line, PageLines
from index.reading.pdf.ocr import page_of
from index.reading.pdf.places import view_of
from index.reading.pdf.reader import read
from index.reading.settings import Limits, ReadingSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

OCR = ReadingSettings(ocr=True, limits=Limits(seconds=600))
HARBOUR = (
    "The harbour was built of grey stone in the years after the",
    "great flood, and its two long arms still keep the winter",
    "storms away from the boats of the fishing village.",
)
MARKET = (
    "On market days the farmers from the hills came down with",
    "cheese and wool, and stayed until the last bell had rung.",
)
Found = dict[str, list[str | int | float]]
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


def found(*rows: tuple[str, int, int, int], confidence: float = 90.0, height: int = 30) -> Found:
    """Write tesseract's table: a word, its left and upper edge in pixels, and the number of its line."""
    table: Found = {
        name: [] for name in ("text", "conf", "left", "top", "width", "height", "block_num", "par_num", "line_num")
    }
    for text, left, top, line in rows:
        values = (text, confidence, left, top, 18 * len(text), height, 1, 1, line)
        for name, value in zip(table, values, strict=True):
            table[name].append(value)
    return table


def page(*lines: Line) -> PageLines:
    """Make a page of 600 by 800 points."""
    return PageLines(1, 0, 800, lines, view=view_of(lambda x, y: (x / 600, 1 - y / 800), 0))


def stand_in(monkeypatch: pytest.MonkeyPatch, *tables: Found | Exception) -> None:
    """Let tesseract give these tables, or fail."""
    answers = iter(tables)

    def image_to_data(*_: object, **__: object) -> Found:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(pytesseract, "get_languages", lambda: ["eng", "osd"])
    monkeypatch.setattr(pytesseract, "image_to_data", image_to_data)


def scan(*lines: str, turn: str = "600 0 0 800 0 0", stamp: str = "") -> bytes:
    """Make a file whose one page is an image of these lines at 200 dots an inch."""
    source = pdfium.PdfDocument(file_of(Page(paragraph(72, 700, *lines))))
    grey = source[0].render(scale=200 / 72, grayscale=True)
    pixels, (width, height) = bytes(grey.to_numpy().copy()), (grey.width, grey.height)
    source.close()
    keys = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8"
    image = stream(zlib.compress(pixels), f"{keys} /Filter /FlateDecode")
    return file_of(Page(f"q {turn} cm /Im Do Q {stamp}", resources="/XObject << /Im 4 0 R >>"), extra=[image])


def empty_scans(count: int) -> bytes:
    """Make a file of pages that are an image."""
    return file_of(
        *[Page("600 0 0 800 0 0 cm /Im Do", resources="/XObject << /Im 4 0 R >>")] * count, extra=[grey_image()]
    )


@needs_tesseract
def test_ocr_reads_a_scanned_page() -> None:
    """The paragraphs of a scan are read, with how sure that is and where each word stands."""
    extraction = read(scan(*HARBOUR, "", *MARKET), OCR)

    first, _ = extraction.blocks
    assert extraction.text == f"{' '.join(HARBOUR)}\n\n{' '.join(MARKET)}"
    assert first.ocr is not None
    assert 0.8 < first.ocr <= 1.0
    report = extraction.report
    assert (report.ocr_pages, report.pages_without_text, report.lacking, report.left_out) == ((1,), (), (), ())
    assert extraction.layout is not None
    start = extraction.text.index("market")
    (box,) = extraction.layout.boxes(start, start + len("market"))
    assert (box.left, box.top) == (pytest.approx(91 / 600, abs=0.005), pytest.approx((800 - 652 - 8) / 800, abs=0.005))


@needs_tesseract
def test_ocr_reads_a_page_scanned_sideways() -> None:
    """A page that lay sideways on the scanner is read where the data for orientation is installed."""
    if "osd" not in pytesseract.get_languages():
        pytest.skip("tesseract's data for orientation (osd) is not installed")

    text = read(scan(*HARBOUR, *MARKET, *HARBOUR, turn="0 800 -600 0 600 0"), OCR).text

    assert "keep the winter storms away from the boats of the fishing village." in text


@needs_tesseract
def test_ocr_keeps_the_words_that_the_page_says_itself() -> None:
    """A stamp over a scan is read once, as the file says it."""
    extraction = read(scan(*HARBOUR, stamp=string(400, 30, "ACME-000123")), OCR)

    assert extraction.text.count("ACME") == 1
    assert "ACME-000123" in extraction.text
    assert " ".join(HARBOUR) in extraction.text


def test_ocr_is_left_alone_where_it_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting tesseract is not run, and recognition is what the file lacks."""
    stand_in(monkeypatch, AssertionError("it was run"))

    report = read(empty_scans(1), ReadingSettings()).report

    assert (report.pages_without_text, report.ocr_pages, report.lacking) == ((1,), (), ("ocr",))


def test_ocr_without_tesseract_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program is missing the file is read as it is, and what is missing is said."""

    def missing() -> list[str]:
        raise pytesseract.TesseractNotFoundError

    monkeypatch.setattr(pytesseract, "get_languages", missing)

    report = read(empty_scans(3), OCR).report

    assert report.left_out == ("pages 1 to 3 are images, and tesseract, which --ocr needs, is not installed",)
    assert (report.pages_without_text, report.lacking) == ((1, 2, 3), ("ocr",))


def test_ocr_that_fails_on_a_page_reads_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page on which tesseract fails stays an image."""
    stand_in(monkeypatch, pytesseract.TesseractError(1, "no"), found(("Stones", 300, 600, 1)))

    extraction = read(empty_scans(2), OCR)

    report = extraction.report
    assert (extraction.text, report.ocr_pages, report.pages_without_text) == ("Stones", (2,), (1,))
    assert (report.left_out, report.lacking) == (("page 1 is an image, and tesseract failed",), ("ocr",))


@pytest.mark.parametrize("how", ["tesseract", "clock"])
def test_ocr_stops_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """The pages read so far are kept; the others are named with the limit that would do."""
    late: Found | Exception = RuntimeError("Tesseract process timeout")
    stand_in(monkeypatch, found(("Stones", 300, 600, 1)), late if how == "tesseract" else found())
    if how == "clock":
        # It is looked at when the clock starts, before the pages 2 and 3, and before the first is recognised.
        seconds = chain([0.0] * 4, repeat(550.0))
        monkeypatch.setattr(time, "monotonic", lambda: next(seconds))

    extraction = read(empty_scans(3), OCR)

    report = extraction.report
    assert (extraction.text, report.ocr_pages, report.pages_without_text) == ("Stones", (1,), (2, 3))
    (said,) = report.left_out
    assert said.startswith("pages 2 to 3 are images, and the time was too short to recognise their characters; --limit")
    assert report.lacking == ("seconds", "ocr")


def test_ocr_makes_lines_of_words() -> None:
    """Words of a line are joined by blanks; places are in points; a line is as sure as its words on the average."""
    table = found(("Grey", 300, 600, 1), ("stone", 400, 600, 1), ("walls", 300, 650, 2))
    table["conf"][1] = 70

    first, second = page_of(table, page(), (2500, 3333), 300 / 72).lines

    assert (first.text, second.text, first.ocr) == ("Grey stone", "walls", pytest.approx(0.8))
    assert (first.left, first.right) == (pytest.approx(300 * 0.24), pytest.approx((400 + 90) * 0.24))
    assert [edge for word in first.words for edge in word] == pytest.approx([72, 72 + 72 * 0.24, 96, 96 + 90 * 0.24])


def test_ocr_gives_lines_of_about_one_size_the_same() -> None:
    """Letters tell the size of their type roughly; a line of a clearly larger type keeps its own."""
    table = found(
        *((word, 300, 600 + 50 * at, at) for at, word in enumerate(("moon", "grey", "Quay", "wall", "TITLE")))
    )
    table["height"] = [20, 29, 38, 31, 45]

    lines = page_of(table, page(), (2500, 3333), 300 / 72).lines

    usual = 20 / 0.48 * 0.24  # points; letters like "x" are about half as high as their type
    assert [line.size for line in lines[:4]] == pytest.approx([lines[0].size] * 4)
    assert lines[0].size == pytest.approx(usual, rel=0.05)
    assert lines[4].size == pytest.approx(45 / 0.72 * 0.24)


@pytest.mark.parametrize(
    ("steps", "quarters"),
    [((120, 0), 0), ((0, 120), 1), ((-120, 0), 2), ((0, -120), 3)],
    ids=["upright", "clockwise", "upside down", "anticlockwise"],
)
def test_ocr_turns_the_page_so_that_its_lines_run_to_the_right(steps: tuple[int, int], quarters: int) -> None:
    """Where the words of a line follow each other down the page, the page was scanned sideways."""
    rows = [(word, 1000 + at * steps[0], 1000 + at * steps[1], 1) for at, word in enumerate(("some", "grey", "wall"))]

    read = page_of(found(*rows), page(), (2500, 3333), 300 / 72)

    assert (read.quarters, read.lines[0].text) == (quarters, "some grey wall")
    assert read.view is not None
    lefts = [left for left, _ in read.lines[0].words]
    assert lefts == sorted(lefts)
    line = read.lines[0]
    box = read.view.box(1, (line.left, line.baseline), (line.right, line.top))
    assert box.left == pytest.approx(min(row[1] for row in rows) / 2500, abs=0.04)
    assert box.top == pytest.approx(min(row[2] for row in rows) / 3333, abs=0.04)


@pytest.mark.parametrize(
    ("words", "confidence"),
    [(["~", "|", "_"], 90.0), (["ee", "oy", "i"], 30.0), (["", "  "], 90.0), (["words"], -1.0)],
    ids=["marks", "unsure", "blank", "no word"],
)
def test_ocr_leaves_out_patterns(words: Sequence[str], confidence: float) -> None:
    """Marks without a letter, lines that are mostly a guess, and rows that are no word give no line."""
    rows = [(word, 300 + 60 * at, 600, 1) for at, word in enumerate(words)]

    assert page_of(found(*rows, confidence=confidence), page(), (2500, 3333), 300 / 72).lines == ()


def test_ocr_puts_the_page_s_own_lines_among_those_it_reads() -> None:
    """What the page says itself replaces what is recognised at its place, at its height."""
    stamp = Line("ACME-000123", 1, 400, 470, 710, 700, 10, words=((400, 470),))
    table = found(("Above", 300, 200, 1), ("ACNE-OOO123", 1680, 385, 2), ("Below", 300, 900, 3))

    lines = page_of(table, page(stamp), (2500, 3333), 300 / 72).lines

    assert [line.text for line in lines] == ["Above", "ACME-000123", "Below"]
    assert (lines[1].left, lines[1].baseline, lines[1].ocr) == (pytest.approx(400), pytest.approx(700, abs=0.1), None)


@pytest.mark.parametrize(
    ("installed", "declared", "expected"),
    [
        (["eng", "osd"], "", ("eng", "--psm 1")),
        (["deu", "eng", "fra"], "", ("deu+eng+fra", "--psm 3")),
        (["ces", "dan", "deu", "eng", "fra", "osd"], "/Lang (de-AT)", ("deu+eng", "--psm 1")),
        (["ces", "dan", "deu", "eng", "fra", "osd"], "", ("eng", "--psm 1")),
        (["ces", "dan", "deu", "fra"], "", ("ces", "--psm 3")),
        (["osd", "script/Latin"], "", ("eng", "--psm 1")),
    ],
)
def test_ocr_looks_for_the_languages_that_are_installed(
    monkeypatch: pytest.MonkeyPatch, installed: list[str], declared: str, expected: tuple[str, str]
) -> None:
    """All where they are few, else English and the one that the document declares."""
    asked: list[tuple[object, object]] = []

    def image_to_data(*_: object, lang: str, config: str, **__: object) -> Found:
        asked.append((lang, config))
        return found()

    monkeypatch.setattr(pytesseract, "get_languages", lambda: installed)
    monkeypatch.setattr(pytesseract, "image_to_data", image_to_data)
    image = Page("600 0 0 800 0 0 cm /Im Do", resources="/XObject << /Im 4 0 R >>")

    read(file_of(image, extra=[grey_image()], catalog=declared), OCR)

    assert asked == [expected]


def test_ocr_finds_no_text_on_a_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that was looked at and holds no words is read, not unread."""
    stand_in(monkeypatch, found())

    report = read(empty_scans(1), OCR).report

    assert (report.ocr_pages, report.pages_without_text, report.lacking) == ((1,), (), ())
