"""Opens a PDF file with pdfium and reads its pages, as far as the limits of number and time allow.

pdfium is not thread-safe and fails in silence, so every use of it stands under one lock. Layout runs outside of it.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from index.errors import PasswordError, UnreadableFileError
from index.reading.pdf.annotations import annotations_on, form_of, with_typed
from index.reading.pdf.garbling import is_garbled
from index.reading.pdf.page_lines import read_page
from index.reading.pdf.pictures import is_picture
from index.reading.pdf.properties import Properties, page_labels, page_names, properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL.Image import Image

    from index.reading.pdf.lines import PageLines
    from index.reading.settings import ReadingSettings

PDFIUM_LOCK = threading.Lock()
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_MOST_RANGES = 5  # stretches of pages that a sentence names
_MOST_FAILURES_IN_A_ROW = 1000  # a damaged file may claim a million pages
_DOTS, _MOST_PIXELS, _LONGEST = 300, 25_000_000, 30_000  # of a page drawn: per inch, altogether, along a side
_SHARE_FOR_PAGES = 0.5  # of the time for a file; laying pages out takes nearly as long as reading them


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What pdfium knows of a file.

    Attributes:
        pages: Those that were read, in order.
        pictures: Those whose contents no text says, by their number.
        garbled: Those whose text says nothing, by their number; their lines are left out.
        failed: Those that cannot be opened.
        page_count: How many the file says it has.
        properties: What it says of itself.
        left_out: What else was not read, as in `ReadingReport`.
        lacking: Names of the limits that were reached.
        recognised: Pages that were pictures or garbled, and were read by character recognition.
    """

    pages: tuple[PageLines, ...]
    pictures: frozenset[int]
    garbled: frozenset[int]
    failed: tuple[int, ...]
    page_count: int
    properties: Properties
    left_out: tuple[str, ...]
    lacking: tuple[str, ...]
    recognised: frozenset[int] = frozenset()


class Clock:
    """The time that a file may take, counted from here."""

    def __init__(self, settings: ReadingSettings, size: int) -> None:
        self._started = time.monotonic()
        self._total = settings.limits.seconds_for(size)
        self._allowed = settings.limits.seconds

    def left(self, share: float) -> float:
        """Give how many seconds are left of a share, in [0, 1], of the time; below 0 when it is over."""
        return share * self._total - self._passed

    def advice(self, share: float, done: float) -> str:
        """Say which limit would do, where a share of the time was enough for `done`, in [0, 1], of what was to do."""
        needed = self._passed / max(done, 0.001) / share * self._allowed / self._total
        return f"--limit seconds={math.ceil(max(2.0 * self._allowed, 1.5 * needed) / 10) * 10}"

    @property
    def _passed(self) -> float:
        return time.monotonic() - self._started


def page_ranges(numbers: Sequence[int]) -> str:
    """Write page numbers, which are in order, as people do: "page 3", "pages 1 to 3, 7"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1] = [ranges[-1][0], number]
        else:
            ranges.append([number])
    said = ", ".join(" to ".join(f"{end:,}" for end in run) for run in ranges[:_MOST_RANGES])
    return f"{'page' if len(numbers) == 1 else 'pages'} {said}{', …' if len(ranges) > _MOST_RANGES else ''}"


def open_document(data: bytes, passwords: Sequence[str]) -> pdfium.PdfDocument:
    """Open a file, the lock being held.

    Raises:
        PasswordError: None of the passwords, and not the empty one, opens it.
        UnreadableFileError: It is damaged or no PDF.
    """
    for password in (None, *passwords):
        try:
            return pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            # pdfium's error code may be left over from another file, so the file has to agree.
            if error.err_code != _PASSWORD_ERROR or b"/Encrypt" not in data:
                raise UnreadableFileError("the file is damaged or not a PDF") from error
        except UnicodeEncodeError:
            continue
    raise PasswordError(
        "it is protected by a password; name a file that holds it with --password-file, or set ASKFOLDER_PASSWORD"
    )


@contextmanager
def rendering(data: bytes, passwords: Sequence[str]) -> Iterator[Callable[[int], tuple[Image, float]]]:
    """Give a function that draws a page, by its number from 1: a grey image of it, and the image's pixels to a point.

    It raises PdfiumError where it cannot. The lock is free between two calls.
    """
    with PDFIUM_LOCK:
        document = open_document(data, passwords)

    def draw(number: int) -> tuple[Image, float]:
        with PDFIUM_LOCK:
            page = document[number - 1]
            try:
                width, height = page.get_size()
                if not (width > 0 and height > 0):
                    raise pdfium.PdfiumError("The page has no size.")
                scale = min(
                    _DOTS / 72, math.sqrt(_MOST_PIXELS / max(1.0, width * height)), _LONGEST / max(width, height)
                )
                bitmap = page.render(scale=scale, grayscale=True)
                try:
                    return bitmap.to_pil().copy(), scale
                finally:
                    bitmap.close()
            finally:
                page.close()

    try:
        yield draw
    finally:
        with PDFIUM_LOCK:
            document.close()


def read_file(data: bytes, settings: ReadingSettings, clock: Clock) -> RawDocument:
    """Read the pages of a file.

    Raises:
        UnreadableFileError: It is empty, damaged, no PDF or protected by a password.
    """
    if not data:
        raise UnreadableFileError("the file is empty")
    with PDFIUM_LOCK:
        document = open_document(data, settings.passwords)
        try:
            with form_of(document) as form:
                pages = _Pages(document, form)
                pages.read(settings.limits.pages, clock)
                return pages.raw()
        finally:
            document.close()


class _Pages:
    """Reads the pages of an open document and remembers what came of each."""

    def __init__(self, document: pdfium.PdfDocument, form: object | None) -> None:
        self._document = document
        self._form = form
        self._count = len(document)
        self._pages: list[PageLines] = []
        self._pictures: set[int] = set()
        self._garbled: set[int] = set()
        self._failed: list[int] = []
        self._left_out: list[str] = []
        self._lacking: list[str] = []
        self._comments = self._files = 0

    def read(self, limit: int, clock: Clock) -> None:
        """Read the pages up to a limit, or until their share of the time is over, but at least one."""
        last_read = 0
        for number in range(1, min(self._count, limit) + 1):
            if number > 1 and clock.left(_SHARE_FOR_PAGES) < 0:
                advice = clock.advice(_SHARE_FOR_PAGES, (number - 1) / self._count)
                self._leave_out(number, f"reading them takes too long; {advice} reads them", "seconds")
                return
            try:
                self._read_page(number)
                last_read = number
            except pdfium.PdfiumError:
                self._failed.append(number)
            if number - last_read >= _MOST_FAILURES_IN_A_ROW and number < self._count:
                self._leave_out(number + 1, f"the {_MOST_FAILURES_IN_A_ROW:,} before them cannot be opened", None)
                return
        if limit < self._count:
            reason = f"more than {limit:,} are not read; --limit pages={self._count} reads them"
            self._leave_out(limit + 1, reason, "pages")

    def raw(self) -> RawDocument:
        """Give what was read."""
        names = page_names(page_labels(self._document, [page.number for page in self._pages]))
        return RawDocument(
            pages=tuple(replace(page, name=names.get(page.number)) for page in self._pages),
            pictures=frozenset(self._pictures),
            garbled=frozenset(self._garbled),
            failed=tuple(self._failed),
            page_count=self._count,
            properties=properties(self._document),
            left_out=(*self._left_out, *self._beside_pages()),
            lacking=tuple(self._lacking),
        )

    def _read_page(self, number: int) -> None:
        page = self._document[number - 1]
        try:
            lines = read_page(page, number)
            if is_garbled(lines):
                self._garbled.add(number)
                lines = replace(lines, lines=())
            elif is_picture(page, sum(len(line.text) for line in lines.lines)):
                self._pictures.add(number)
            found = annotations_on(page, self._form)
            self._comments += found.comments
            self._files += found.files
            self._pages.append(with_typed(lines, found.typed) if found.typed else lines)
        finally:
            page.close()

    def _leave_out(self, first: int, reason: str, limit: str | None) -> None:
        pages = f"page {first:,}" if first == self._count else f"pages {first:,} to {self._count:,}"
        self._left_out.append(f"{pages}: {reason}")
        if limit is not None:
            self._lacking.append(limit)

    def _beside_pages(self) -> Iterator[str]:
        files = self._files + max(0, pdfium_c.FPDFDoc_GetAttachmentCount(self._document.raw))
        if files:
            yield "1 attached file" if files == 1 else f"{files:,} attached files"
        if self._comments:
            yield "1 comment on its pages" if self._comments == 1 else f"{self._comments:,} comments on its pages"
        if self._document.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL:
            yield "its form, which is of a kind (XFA) that only a few programs show"
