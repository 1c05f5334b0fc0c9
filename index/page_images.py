"""Images of a PDF's pages with a quotation marked where the text's own layout says that it stands; nothing is searched.

Drawn in a process of its own, and the latest are kept.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from index.errors import NoPageImagesError, PageImageError
from index.reading.process import MarkedPage
from index.reading.workers import ReadingWorkers

if TYPE_CHECKING:
    from index.documents import Document
    from index.layout import Box
    from index.original import Original
    from index.reading.settings import ReadingSettings

DEFAULT_WIDTH = 1200  # pixels
WIDEST = 4000
_DRAWN_KIND = "pdf"
_MOST_IMAGES, _MOST_BYTES = 64, 64_000_000  # that are kept; a page of text has about 100 kB


class PageView(NamedTuple):
    """A page of a document and what is marked on it: two that are equal have the same image.

    Attributes:
        document: The document's key in the store, which is never that of another reading.
        page: Counted from 1.
        width: Of the image, in pixels.
        quotation: Start and end of what is marked, as offsets into the document's text; None to mark nothing.
        answer: Start and end of the part of it that is marked more strongly; None to mark none.
    """

    document: int
    page: int
    width: int
    quotation: tuple[int, int] | None
    answer: tuple[int, int] | None


def marked_page(document: Document, kind: str, view: PageView) -> MarkedPage:
    """Give what is to be drawn of a document.

    Args:
        document: The document.
        kind: The reader that read it.
        view: The page and what is marked.

    Raises:
        NoPageImagesError: It is no PDF.
        ValueError: It has no such page, the quotation is not in its text, the answer not in the quotation, or the width
            is not one from 1 to 4,000 pixels.
    """
    if kind != _DRAWN_KIND:
        raise NoPageImagesError(f"{document.source} is no PDF; only the pages of PDF files are shown as images.")
    count = document.page_count or 0
    if not 1 <= view.page <= count:
        raise ValueError(f"page must be from 1 to {count:,}, the last page of {document.source}, not {view.page:,}.")
    if not 1 <= view.width <= WIDEST:
        raise ValueError(f"width must be from 1 to {WIDEST:,} pixels, not {view.width:,}.")
    whole = (0, len(document.text))
    _check_range("The quotation", view.quotation, "the text", whole)
    _check_range("The answer", view.answer, "the quotation", view.quotation)
    return MarkedPage(
        view.page,
        view.width,
        quotation=_boxes(document, view.quotation, view.page),
        answer=_boxes(document, view.answer, view.page),
    )


def _check_range(name: str, inner: tuple[int, int] | None, of: str, outer: tuple[int, int] | None) -> None:
    if inner is None:
        return
    if outer is None:
        raise ValueError(f"{name} is marked only within {of}: give start and end too.")
    start, end = inner
    if not outer[0] <= start < end <= outer[1]:
        raise ValueError(f"{name}, {start:,} to {end:,}, is not a part of {of}, {outer[0]:,} to {outer[1]:,}.")


def _boxes(document: Document, marked: tuple[int, int] | None, page: int) -> tuple[Box, ...]:
    return tuple(box for box in document.boxes(*marked) if box.page == page) if marked else ()


class PageImages:
    """Draws pages in one process, which is started when first needed. Safe to use from several threads."""

    def __init__(self, settings: ReadingSettings) -> None:
        """Prepare a process that draws with these settings' passwords, under their limits."""
        self._settings = settings
        self._workers: ReadingWorkers | None = None
        self._is_closed = False
        self._kept: OrderedDict[PageView, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the process at once, and let go of the images."""
        with self._lock:
            self._is_closed = True
            self._kept.clear()
            if self._workers is not None:
                self._workers.close()

    def kept(self, view: PageView) -> bytes | None:
        """Give the image of a view if it is at hand."""
        with self._lock:
            image = self._kept.get(view)
            if image is not None:
                self._kept.move_to_end(view)
            return image

    def draw(self, view: PageView, page: MarkedPage, original: Original) -> bytes:
        """Draw a view of a file, and keep the image.

        Raises:
            PageImageError: The file does not let its page be drawn: it is damaged, protected, or exceeds a limit.
        """
        drawing = self._started().draw(original.data, page)
        if drawing.image is None:
            raise PageImageError(f"Page {page.number:,} of {original.source} cannot be shown: {drawing.reason}.")
        self._keep(view, drawing.image)
        return drawing.image

    def _started(self) -> ReadingWorkers:
        with self._lock:
            if self._workers is None:
                self._workers = ReadingWorkers(1, self._settings)
                weakref.finalize(self, self._workers.close)  # also where nobody closes the index
                if self._is_closed:
                    self._workers.close()
            return self._workers

    def _keep(self, view: PageView, image: bytes) -> None:
        """Keep an image, and let go of those that were not asked for the longest where they are too many."""
        with self._lock:
            self._bytes += len(image) - len(self._kept.pop(view, b""))
            self._kept[view] = image
            while len(self._kept) > _MOST_IMAGES or self._bytes > _MOST_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1])
