"""What runs in a reading process: takes files to read or pages to draw, and answers with what came of each."""

from __future__ import annotations

import faulthandler
import os
import pickle
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from index.errors import UnreadableFileError
from index.reading import choose_reader, read_document

if TYPE_CHECKING:
    from index.documents import Document
    from index.layout import Box
    from index.reading.settings import ReadingSettings

START = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from index.reading import process
process.serve()
"""
_GRACE = 5.0  # seconds: who started this process ends it at the limit, and after these it ends by itself

Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file.

    Attributes:
        document: What was read; None where nothing could be.
        reader: The name of the reader; "" where there is none for the file.
        version: The reader's version; 0 where there is none.
        reason: Why nothing could be read, without the file's name; None where something was.
        lacking: What would let it be read, or more of it, as in `ReadingReport.lacking`, or "password", or "release":
            another release of askfolder, which may foresee what this one failed on.
    """

    document: Document | None
    reader: str = ""
    version: int = 0
    reason: str | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page to be drawn, and what to mark on it.

    Attributes:
        number: Counted from 1.
        width: Of the image, in pixels; that of a page which is very long and thin may be less.
        quotation: Boxes on this page.
        answer: Boxes on this page to be marked more strongly.
    """

    number: int
    width: int
    quotation: tuple[Box, ...] = ()
    answer: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What came of drawing a page.

    Attributes:
        image: PNG; None where it could not be drawn.
        reason: Why it could not be, without the file's name; None where it was.
    """

    image: bytes | None
    reason: str | None = None


class Request(Protocol[Answer]):
    """What a process is asked for, under the limits that the settings set for a file of this size."""

    @property
    def doing(self) -> str:
        """What the process does then: "reading"."""

    @property
    def data(self) -> bytes:
        """All bytes of the file."""

    @property
    def settings(self) -> ReadingSettings:
        """Limits and passwords."""

    def answer(self) -> Answer:
        """Do it, in the process."""

    def failed(self, reason: str, lacking: tuple[str, ...] = ()) -> Answer:
        """Say that it could not be done; arguments as in `Reading`."""


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Read a file; `source` is its path below the folder."""

    doing: ClassVar[str] = "reading"
    data: bytes
    source: str
    settings: ReadingSettings

    def answer(self) -> Reading:
        """Read the file."""
        return _reading(self.data, self.source, self.settings)

    def failed(self, reason: str, lacking: tuple[str, ...] = ()) -> Reading:
        """Give a reading of nothing."""
        return Reading(None, reason=reason, lacking=lacking)


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """Draw a page of a PDF file."""

    doing: ClassVar[str] = "drawing"
    data: bytes
    page: MarkedPage
    settings: ReadingSettings

    def answer(self) -> Drawing:
        """Draw the page."""
        from index.reading.pdf.drawing import draw  # loads pdfium

        try:
            return Drawing(draw(self.data, self.page, self.settings.passwords))
        except UnreadableFileError as error:
            return self.failed(str(error))

    def failed(self, reason: str, lacking: tuple[str, ...] = ()) -> Drawing:
        """Give a drawing of nothing."""
        return Drawing(None, reason)


def serve() -> None:
    """Do one request after the other until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand among the answers
    nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123  (open as long as the process)
    while True:
        try:
            request: Request[object] = pickle.load(sys.stdin.buffer)  # noqa: S301  (from who started this)
        except EOFError:
            return
        seconds = request.settings.limits.seconds_for(len(request.data)) + _GRACE
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        answer = request.answer()
        faulthandler.cancel_dump_traceback_later()
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _reading(data: bytes, source: str, settings: ReadingSettings) -> Reading:
    name, version = "", 0
    try:
        if data:
            reader = choose_reader(data, source)
            name, version = reader.name, reader.version
        document = read_document(data, source, settings)
    except UnreadableFileError as error:
        return Reading(None, name, version, str(error), error.lacking)
    return Reading(document, name, version, lacking=document.report.lacking)
