"""What runs in a reading process: takes files from its standard input and answers with what came of each."""

from __future__ import annotations

import faulthandler
import os
import pickle
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading import choose_reader, read_document

if TYPE_CHECKING:
    from index.documents import Document
    from index.reading.settings import ReadingSettings

START = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from index.reading import process
process.serve()
"""
_GRACE = 5.0  # seconds: who started this process ends it at the limit, and after these it ends by itself


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


def serve() -> None:
    """Read one file after the other until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand among the answers
    nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123  (open as long as the process)
    while True:
        try:
            data, source, settings = pickle.load(sys.stdin.buffer)  # noqa: S301  (from the process that started this)
        except EOFError:
            return
        faulthandler.dump_traceback_later(settings.limits.seconds_for(len(data)) + _GRACE, exit=True, file=nowhere)
        reading = _reading(data, source, settings)
        faulthandler.cancel_dump_traceback_later()
        pickle.dump(reading, answers, pickle.HIGHEST_PROTOCOL)
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
