"""What a person may set about reading: limits, passwords, and whether images are read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """How much reading one file may take. What goes beyond is left out and said, never in silence.

    Attributes:
        file_mb: Size of a file, in MB of 1,000,000 bytes, as everywhere here; a larger one is not opened.
        unpacked_mb: Size of what a packed file (.docx, .xlsx, .epub, …) unpacks to; beyond it the file is not read.
        pages: Pages, slides or sheets; those after it are left out.
        rows: Rows of the tables of a spreadsheet; those after it are left out.
        seconds: Time for a file of up to 10 MB, and as much again for each further 10 MB.
        memory_mb: Memory of the process that reads.
        nesting: How deep elements, parts of a mail, or lists may stand in each other; beyond it the file is not read.
    """

    file_mb: int = 200
    unpacked_mb: int = 500
    pages: int = 5_000
    rows: int = 50_000
    seconds: int = 60
    memory_mb: int = 1_000
    nesting: int = 50_000

    def seconds_for(self, size: int) -> float:
        """Give the time for a file of `size` bytes, in seconds."""
        return self.seconds * max(1.0, size / 10_000_000)


def numbered(what: str, first: int, last: int) -> str:
    """Name one or several of a row: "row 7", "rows 7 to 1,200"."""
    return f"{what} {first:,}" if first == last else f"{what}s {first:,} to {last:,}"


def beyond_limit(what: str, first: int, last: int, limit: str) -> str:
    """Say in a report's words that a limit kept a stretch from being read, and how to have it read.

    Args:
        what: One of them: "page", "row", "slide".
        first: The first that was not read, counted from 1.
        last: The last.
        limit: The name of the limit in `Limits`, which counts them.
    """
    return f"{numbered(what, first, last)}: more than {first - 1:,} are not read; --limit {limit}={last} reads them"


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How files are to be read.

    Attributes:
        limits: How much each may take.
        passwords: Tried in turn on a protected file.
        ocr: Whether pages that are images are read by character recognition (tesseract).
    """

    limits: Limits = Limits()
    passwords: tuple[str, ...] = field(default=(), repr=False)
    ocr: bool = False


DEFAULT_SETTINGS = ReadingSettings()
