"""Images of pages: a quotation is marked over its very words, and a file that harms its drawing costs that image."""

from __future__ import annotations

import gc
import io
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest
from hashed_embedder import HashedEmbedder
from marked_pages import Edges, edges, marks, pdfium_edges, pixels
from pdf_files import column, pdf_file
from pdf_objects import Page, file_of, paragraph, stream, string
from PIL import Image

from index import (
    DocumentIndex,
    FileChangedError,
    Limits,
    NoPageImagesError,
    Original,
    PageImageError,
    ReadingSettings,
    UnknownDocumentError,
    page_images,
)
from index.page_images import PageImages, PageView
from index.reading.process import MarkedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Opener = Callable[..., DocumentIndex]

LINES = (
    "The harbour was built of grey stone in the years",
    "after the great flood, and its two long arms",
    "still stand.",
)
HARBOUR = pdf_file(column(72, 700, *LINES))
WHITE, QUOTATION, ANSWER = (255, 255, 255), (255, 243, 163), (255, 214, 51)
# What is marked lies round the words: pixels along the line, and above and below it, of type that is 20 pixels high.
ALONG, ACROSS = 4, 7


@pytest.fixture
def opened(folder: Path) -> Iterator[Opener]:
    """Opens the index of `folder` with reading settings, and reads the files into it."""
    with ExitStack() as stack:

        def open_one(reading: ReadingSettings | None = None) -> DocumentIndex:
            settings = reading or ReadingSettings()
            index = stack.enter_context(DocumentIndex(folder, model=HashedEmbedder(), reading=settings))
            index.sync()
            return index

        yield open_one


def assert_lies_round(outer: Edges, inner: Edges, along: int = ALONG, across: int = ACROSS) -> None:
    """Assert that a rectangle holds another, and is not much larger."""
    assert inner.left - along <= outer.left <= inner.left
    assert inner.top - across <= outer.top <= inner.top
    assert inner.right <= outer.right <= inner.right + along
    assert inner.bottom <= outer.bottom <= inner.bottom + across


def place(index: DocumentIndex, words: str, name: str = "a.pdf") -> tuple[int, int]:
    """Give start and end of the first place of some words in a document's text."""
    start = index.document(name).text.index(words)
    return start, start + len(words)


def quoted(index: DocumentIndex, words: str, page: int = 1, answer: str | None = None) -> bytes:
    """Draw a page of a.pdf with some words marked."""
    start, end = place(index, words)
    return index.page_image("a.pdf", page, start=start, end=end, answer=place(index, answer) if answer else None)


def children() -> set[int]:
    """The processes that this one has started."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


def slow_page(layers: int = 1_000) -> bytes:
    """Write a page that is read at once and takes minutes to draw: transparent layers over the whole of it."""
    group = "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group << /S /Transparency >>"
    resources = "/XObject << /X 4 0 R >> /ExtGState << /G << /BM /Multiply /ca 0.99 >> >>"
    content = string(72, 700, "The harbour is slow to be drawn.") + "/G gs\n" + "/X Do\n" * layers
    return file_of(Page(content, resources=resources), extra=[stream(b"0.9 g 0 0 600 800 re f 1 1 5 5 re f", group)])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("box", ["/MediaBox [0 0 600 800]", "/MediaBox [-100 -50 700 900] /CropBox [-20 30 580 830]"])
def test_page_image_marks_the_very_words(folder: Path, opened: Opener, rotation: int, box: str) -> None:
    """Whichever way the page is turned, and whatever is cropped, what is marked is where pdfium draws the words."""
    data = file_of(Page(paragraph(72, 700, *LINES), f"{box} /Rotate {rotation}"))
    (folder / "a.pdf").write_bytes(data)
    start, end = place(index := opened(), "grey stone")

    # However it is turned, two pixels are a point.
    width = 1200 if rotation % 180 == 0 else 1600
    mask = marks(index.page_image("a.pdf", 1, start=start, end=end, width=width))

    assert mask.shape == ((1600, 1200) if rotation % 180 == 0 else (1200, 1600))
    tolerances = (ALONG, ACROSS) if rotation % 180 == 0 else (ACROSS, ALONG)
    assert_lies_round(edges(mask), pdfium_edges(data, 1, "grey stone", mask.shape[::-1]), *tolerances)


def test_page_image_leaves_the_letters_as_they_are(folder: Path, opened: Opener) -> None:
    """Under the colour letters are as black as before, and outside of it nothing changes."""
    (folder / "a.pdf").write_bytes(HARBOUR)
    index = opened()
    plain, marked = pixels(index.page_image("a.pdf", 1)), pixels(image := quoted(index, "grey stone"))
    left, top, right, bottom = edges(marks(image))

    assert (plain == plain[:, :, :1]).all()
    inside = np.zeros(plain.shape[:2], bool)
    inside[top : bottom + 1, left : right + 1] = True
    assert (marked[~inside] == plain[~inside]).all()
    under = (slice(top + 1, bottom), slice(left + 1, right))  # the outline is a pixel wide
    assert np.abs(marked[under] - plain[under] * np.array(QUOTATION) / 255).max() <= 1
    assert (plain[under] == 0).any()


def test_page_image_has_one_box_a_line(folder: Path, opened: Opener) -> None:
    """A quotation that goes on in the next line has a box in each, over its own words only."""
    data = pdf_file(column(72, 700, *LINES[:2], size=20.0))
    (folder / "a.pdf").write_bytes(data)
    index = opened()

    mask = marks(quoted(index, "in the years after the great"))

    rows = np.flatnonzero(mask.any(axis=1))
    (gap,) = np.flatnonzero(np.diff(rows) > 1)
    for first, last, words in (
        (rows[0], rows[gap], "in the years"),
        (rows[gap + 1], rows[-1], "after the great"),
    ):
        line = np.zeros_like(mask)
        line[first : last + 1] = mask[first : last + 1]
        assert_lies_round(edges(line), pdfium_edges(data, 1, words, (1200, 1600)), 2 * ALONG, 2 * ACROSS)


def test_page_image_marks_the_answer_more_strongly(folder: Path, opened: Opener) -> None:
    """The words that answer have a colour of their own within the quotation."""
    (folder / "a.pdf").write_bytes(HARBOUR)

    image = quoted(opened(), "built of grey stone in the years", answer="grey stone")

    whole, strong = edges(marks(image)), edges(marks(image, least=150))
    assert_lies_round(whole, pdfium_edges(HARBOUR, 1, "built of grey stone in the years", (1200, 1600)))
    assert_lies_round(strong, pdfium_edges(HARBOUR, 1, "grey stone", (1200, 1600)))
    colours = {tuple(colour) for colour in pixels(image).reshape(-1, 3).tolist()}
    assert colours & {WHITE, QUOTATION, ANSWER} == {WHITE, QUOTATION, ANSWER}


def test_page_image_marks_what_stands_on_its_page(folder: Path, opened: Opener) -> None:
    """A quotation that a page cuts is marked on both pages, on each its own words."""
    first = column(72, 700, *LINES[:1], "after the great flood and its two long")
    data = pdf_file(
        first, column(72, 500, "arms still keep the winter storms away from the boats."), column(72, 700, "End.")
    )
    (folder / "a.pdf").write_bytes(data)
    index = opened()

    for page, words in ((1, "two long"), (2, "arms still")):
        mask = marks(quoted(index, "two long arms still", page))
        assert_lies_round(edges(mask), pdfium_edges(data, page, words, (1200, 1600)))
    assert not marks(quoted(index, "two long arms still", 3)).any()


def test_page_image_shows_what_is_typed_into_a_form(folder: Path, opened: Opener) -> None:
    """A field without an appearance of its own is drawn, and its words can be marked."""
    field = "<< /Type /Annot /Subtype /Widget /F 4 /FT /Tx /T (n) /V (Ada Miller) /Rect [110 695 300 712] >>"
    page = Page(string(72, 700, "Name:"), "/MediaBox [0 0 600 800] /Annots [4 0 R]")
    (folder / "a.pdf").write_bytes(
        file_of(page, extra=[field], catalog="/AcroForm << /Fields [4 0 R] /DA (/F 10 Tf) >>")
    )
    index = opened()

    drawn = pixels(index.page_image("a.pdf", 1))[176:210, 220:600, 0]
    mask = marks(quoted(index, "Ada Miller"))

    ink = edges(drawn < 128)
    marked = edges(mask)
    assert marked.left <= 220 + ink.left < 220 + ink.right <= marked.right
    assert marked.top <= 176 + ink.top < 176 + ink.bottom <= marked.bottom


def test_page_image_of_a_page_of_text_is_small(folder: Path, opened: Opener) -> None:
    """Seventy lines of text, all of them marked, take less than 150 kB at 1,200 pixels."""
    line = "The harbour was built of grey stone in the years after the great flood, and its two arms still stand."
    (folder / "a.pdf").write_bytes(pdf_file(column(30, 770, *[line] * 62)))
    index = opened()
    image = index.page_image("a.pdf", 1, start=0, end=len(index.document("a.pdf").text))
    assert pixels(image).shape == (1600, 1200, 3)
    assert len(image) < 150_000


@pytest.mark.parametrize(
    ("box", "width", "size"),
    [
        ("0 0 600 800", 300, (300, 400)),
        ("0 0 612 792", 1200, (1200, 1553)),
        ("0 0 14400 14400", 4000, (3163, 3163)),
        ("0 0 3 14400", 1200, (5, 20000)),
        ("0 0 14400 3", 1200, (1200, 1)),
    ],
)
def test_page_image_is_as_wide_as_asked_but_never_huge(
    folder: Path, opened: Opener, box: str, width: int, size: tuple[int, int]
) -> None:
    """A page of an extreme shape or size keeps its shape and is drawn smaller."""
    page = Page(string(0, 1, "Grey stone.", 1), f"/MediaBox [{box}]")
    (folder / "a.pdf").write_bytes(file_of(page))
    with Image.open(io.BytesIO(opened().page_image("a.pdf", 1, width=width))) as image:
        assert image.size == size


def test_page_image_of_what_is_not_there_is_refused(folder: Path, opened: Opener) -> None:
    """A page, a range or a width that cannot be is named, with those that can; no process is started."""
    (folder / "a.pdf").write_bytes(HARBOUR)
    index = opened()
    before = children()
    no_page = r"^page must be from 1 to 1, the last page of a\.pdf, not "
    half = r"^Give both start and end of the quotation, or neither\.$"
    no_quotation, of_text = r"^The quotation, ", r", is not a part of the text, 0 to 106\.$"
    for page, start, end, answer, width, message in (
        (0, None, None, None, 1200, rf"{no_page}0\.$"),
        (2, None, None, None, 1200, rf"{no_page}2\.$"),
        (1, 1, None, None, 1200, half),
        (1, None, 1, None, 1200, half),
        (1, -1, 5, None, 1200, rf"{no_quotation}-1 to 5{of_text}"),
        (1, 5, 5, None, 1200, rf"{no_quotation}5 to 5{of_text}"),
        (1, 5, 107, None, 1200, rf"{no_quotation}5 to 107{of_text}"),
        (1, 5, 9, (4, 8), 1200, r"^The answer, 4 to 8, is not a part of the quotation, 5 to 9\.$"),
        (1, None, None, (4, 8), 1200, r"^The answer is marked only within the quotation: give start and end too\.$"),
        (1, None, None, None, 0, r"^width must be from 1 to 4,000 pixels, not 0\.$"),
        (1, None, None, None, 4001, r"^width must be from 1 to 4,000 pixels, not 4,001\.$"),
    ):
        with pytest.raises(ValueError, match=message):
            index.page_image("a.pdf", page, start=start, end=end, answer=answer, width=width)
    assert children() == before


def test_page_image_is_of_pdf_files_only(folder: Path, opened: Opener) -> None:
    """A kind of file without pages to draw, and a document that is not there, are refused in words."""
    (folder / "a.txt").write_bytes(b"The harbour was closed.")
    index = opened()
    with pytest.raises(
        NoPageImagesError, match=r"^a\.txt is no PDF; only the pages of PDF files are shown as images\.$"
    ):
        index.page_image("a.txt", 1)
    with pytest.raises(UnknownDocumentError, match=r"^There is no document 'b\.pdf' in this folder\.$"):
        index.page_image("b.pdf", 1)


def test_page_image_is_of_the_file_that_was_read(folder: Path, opened: Opener) -> None:
    """A file that has changed since is not drawn, for the boxes are not its own."""
    (folder / "a.pdf").write_bytes(HARBOUR)
    index = opened()
    (folder / "a.pdf").write_bytes(pdf_file(column(72, 700, "Other words.")))
    with pytest.raises(FileChangedError, match=r"^a\.pdf has changed or is gone since it was read\. Sync"):
        index.page_image("a.pdf", 1)
    index.sync()
    assert marks(quoted(index, "Other words.")).any()


def test_page_image_of_a_protected_file_takes_the_password(folder: Path, opened: Opener) -> None:
    """The passwords of the settings open a file to be drawn; without them it is said what is missing."""
    data = file_of(Page(paragraph(72, 700, *LINES)), lock=("grey stone", b"0123456789abcdef"))
    (folder / "a.pdf").write_bytes(data)
    index = opened(ReadingSettings(passwords=("wrong", "grey stone")))

    mask = marks(quoted(index, "two long arms"))

    assert_lies_round(edges(mask), pdfium_edges(data, 1, "two long arms", (1200, 1600), "grey stone"))
    missing = r"^Page 1 of a\.pdf cannot be shown: it is protected by a password; name a file .* ASKFOLDER_PASSWORD\.$"
    with pytest.raises(PageImageError, match=missing):
        opened().page_image("a.pdf", 1)


def test_page_image_of_a_damaged_page_is_refused(folder: Path, opened: Opener) -> None:
    """A page that the file only claims to have is told from one that is too large a number."""
    (folder / "a.pdf").write_bytes(HARBOUR.replace(b"/Count 1 ", b"/Count 3 "))
    index = opened()
    with pytest.raises(PageImageError, match=r"^Page 3 of a\.pdf cannot be shown: page 3 is damaged\.$"):
        index.page_image("a.pdf", 3)
    assert pixels(index.page_image("a.pdf", 1)).min() == 0


def test_page_image_that_takes_too_long_costs_its_request(folder: Path, opened: Opener) -> None:
    """A page that would take minutes is given up at the limit, and the next page is drawn."""
    (folder / "a.pdf").write_bytes(HARBOUR)
    (folder / "slow.pdf").write_bytes(slow_page())
    opened()
    index = opened(ReadingSettings(Limits(seconds=5)))

    slow = (
        r"^Page 1 of slow\.pdf cannot be shown: drawing it takes more than 5 seconds; --limit seconds=N allows more\.$"
    )
    with pytest.raises(PageImageError, match=slow):
        index.page_image("slow.pdf", 1)

    assert marks(quoted(index, "grey stone")).any()


def test_page_image_whose_process_ends_costs_its_request(folder: Path, opened: Opener) -> None:
    """A process that a page brings down is replaced for the next page; the caller's own goes on."""
    (folder / "a.pdf").write_bytes(HARBOUR)
    (folder / "slow.pdf").write_bytes(slow_page())
    index = opened()
    before = children()

    def kill() -> None:
        while not (drawing := children() - before):
            time.sleep(0.01)
        time.sleep(1)  # until it draws
        for process in drawing:
            psutil.Process(process).kill()

    thread = threading.Thread(target=kill)
    thread.start()
    failed = (
        r"^Page 1 of slow\.pdf cannot be shown: drawing it failed: the file is damaged in a way that askfolder does "
    )
    with pytest.raises(PageImageError, match=failed):
        index.page_image("slow.pdf", 1)
    thread.join()

    assert marks(quoted(index, "grey stone")).any()


def test_page_image_is_given_up_when_the_index_is_closed(folder: Path, opened: Opener) -> None:
    """Closing ends the process, whatever it draws."""
    (folder / "slow.pdf").write_bytes(slow_page())
    index = opened()
    before = children()
    said: list[str] = []

    def draw() -> None:
        try:
            index.page_image("slow.pdf", 1)
        except PageImageError as error:
            said.append(str(error))

    thread = threading.Thread(target=draw)
    thread.start()
    while not children() - before:
        time.sleep(0.01)
    index.close()
    thread.join(30)

    assert said == ["Page 1 of slow.pdf cannot be shown: drawing was stopped."]
    assert children() == before


def test_page_image_is_drawn_once(folder: Path, opened: Opener) -> None:
    """The same view needs no process and no file a second time; any other one does."""
    (folder / "a.pdf").write_bytes(HARBOUR)
    index = opened()
    before = children()
    (start, end), answer = place(index, "grey stone"), place(index, "stone")
    image = index.page_image("a.pdf", 1, start=start, end=end, answer=answer)
    (process,) = children() - before
    assert index.page_image("a.pdf", 1, start=start, end=end) != image
    assert children() - before == {process}
    (folder / "a.pdf").unlink()

    assert index.page_image("a.pdf", 1, start=start, end=end, answer=answer, width=1200) == image
    assert index.page_image(index.document("a.pdf").id, 1, start=start, end=end, answer=answer) == image
    for last, width in ((end, 1201), (end + 1, 1200)):
        with pytest.raises(FileChangedError, match="is gone since"):
            index.page_image("a.pdf", 1, start=start, end=last, answer=answer, width=width)


@pytest.mark.parametrize(("name", "most"), [("_MOST_IMAGES", 2), ("_MOST_BYTES", 200)])
def test_page_images_keep_a_few(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    """Beyond a number of images, or of their bytes, the one that was not asked for the longest is let go."""
    monkeypatch.setattr(page_images, name, most)
    images = PageImages(ReadingSettings())
    one, two, three = (PageView(1, 1, width, None, None) for width in (10, 11, 12))

    def draw(view: PageView) -> bytes:
        return images.draw(view, MarkedPage(1, view.width), Original("a.pdf", HARBOUR))

    drawn = [draw(one), draw(two)]
    assert [images.kept(two), images.kept(one)] == drawn[::-1]
    latest = draw(three)
    assert len(drawn[0]) + len(latest) <= 200 < sum(map(len, (*drawn, latest)))
    assert [images.kept(view) for view in (one, two, three)] == [drawn[0], None, latest]
    images.close()
    assert images.kept(three) is None


def test_page_images_that_nobody_closes_leave_no_process() -> None:
    """The process ends with the last reference."""
    before = children()
    images = PageImages(ReadingSettings())
    view = PageView(1, 1, 10, None, None)
    images.draw(view, MarkedPage(1, 10), Original("a.pdf", HARBOUR))
    assert len(children() - before) == 1
    del images
    gc.collect()
    assert children() == before
