"""Bytes to a Document: chooses a reader by what a file holds, for names lie, and divides what it gives.

readers.py says what a reader is, kinds.py which ones there are; each gives an Extraction (extraction.py).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.documents import Document
from index.errors import UnreadableFileError, UnsupportedFileError
from index.reading.readers import Reader, readers
from index.reading.settings import DEFAULT_SETTINGS, Limits, ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import Extraction

__all__ = ["DEFAULT_SETTINGS", "Limits", "Reader", "ReadingSettings", "choose_reader", "has_reader", "read_document"]

# First bytes of kinds of file that hold no text of their own, whatever their names say.
_FOREIGN = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "an RTF document; save it as .docx"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")  # a stream's name inside
_ARCHIVE = b"PK\x03\x04"
_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,10}")


def has_reader(source: str) -> bool:
    """Say whether a file of this name is read; a name without a suffix is taken for plain text."""
    suffix = _suffix(source)
    return not suffix or any(suffix in reader.suffixes for reader in readers())


def choose_reader(data: bytes, source: str) -> Reader:
    """Choose the reader of a file: by what its bytes surely are, else by its name.

    Args:
        data: All of its bytes.
        source: Its path below the folder; only its suffix counts.

    Raises:
        UnsupportedFileError: No reader for this kind of file.
    """
    suffix = _suffix(source)
    named = [reader for reader in readers() if suffix in reader.suffixes]
    for reader in [*named, *readers()]:
        if reader.recognises(data):
            return reader
    if suffix and not named:
        raise UnsupportedFileError(f"no reader for {suffix} files; read are {_what_is_read()}")
    _refuse_foreign(data, is_plain=not named or named[0].by_name_only)
    return named[0] if named else next(reader for reader in readers() if ".txt" in reader.suffixes)


def _refuse_foreign(data: bytes, *, is_plain: bool) -> None:
    """Refuse what is surely of a kind without a reader; `is_plain` where only plain text is left to take it for."""
    if data.startswith(_OLD_OFFICE):
        if _ENCRYPTED_OFFICE in data:
            raise UnsupportedFileError("it is protected by a password; save a copy without one")
        raise UnsupportedFileError("it is an Office document of the kind before 2007; save it in today's")
    if is_plain and data.startswith(_ARCHIVE):
        raise UnsupportedFileError("it is an archive, or an Office document of a kind that is not read")
    for start, kind in _FOREIGN:
        if data.startswith(start):
            raise UnsupportedFileError(f"it is {kind}")


def _what_is_read() -> str:
    return ", ".join(sorted({suffix for reader in readers() for suffix in reader.suffixes}))


def read_document(data: bytes, source: str, settings: ReadingSettings = DEFAULT_SETTINGS) -> Document:
    """Read a file, here and now, without limits of time and memory: those need a process of their own (workers.py).

    Args:
        data: All of its bytes.
        source: Its path below the folder, with forward slashes.
        settings: How to read.

    Raises:
        UnreadableFileError: It is empty, damaged or protected, holds no text, or exceeds a limit.
        UnsupportedFileError: No reader for this kind of file.
    """
    from index.language import language_of
    from index.paragraphs import divide

    if not data:
        raise UnreadableFileError("the file is empty")
    extraction = choose_reader(data, source).read(data, settings)
    division = divide(extraction)
    if not division.paragraphs:
        raise UnreadableFileError(_why_nothing(extraction), lacking=extraction.report.lacking)
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        source=source,
        title=division.title,
        author=division.author,
        date=division.date,
        language=language_of(extraction.text, division.paragraphs, extraction.language),
        text=extraction.text,
        paragraphs=division.paragraphs,
        parts=division.parts,
        page_count=extraction.page_count,
        report=extraction.report,
        layout=extraction.layout,
    )


def _why_nothing(extraction: Extraction) -> str:
    """Say why no paragraph came of a file that its reader could open."""
    from index.losses import losses

    lost = "; ".join(losses(extraction.report))
    if not lost:
        return "it holds no text"
    hint = " (--ocr reads images where tesseract is installed)" if "ocr" in extraction.report.lacking else ""
    return f"it holds no text: {lost}{hint}"


def _suffix(source: str) -> str:
    """Give a name's suffix in lower case; what follows the last dot of "Report v1.2" is none."""
    suffix = PurePosixPath(source).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""
