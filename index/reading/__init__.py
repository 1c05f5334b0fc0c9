"""One reader a kind of file. Chooses it by the first bytes, for names lie, and makes a Document of what it gives."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from index.documents import Document
from index.errors import UnreadableFileError, UnsupportedFileError

if TYPE_CHECKING:
    from index.reading.extraction import Extraction

ReaderName = Literal["pdf", "docx", "html", "markdown", "text"]

_READERS: dict[str, ReaderName] = {
    **dict.fromkeys((".txt", ".text", ".rst", ".adoc", ".asciidoc", ".org"), "text"),
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), "markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), "html"),
    **dict.fromkeys((".docx", ".docm", ".dotx"), "docx"),
    ".pdf": "pdf",
}
_WHAT_IS_READ = "PDF, Word (.docx), HTML, Markdown and plain text are read"

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
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office document; save it as .docx without a password"),
)
_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,10}")
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_HEAD_BYTES = 4096


def reader_name(source: str, head: bytes) -> ReaderName:
    """Choose the reader of a file.

    Args:
        source: The file's path below the folder; only its suffix counts.
        head: The file's first bytes; 4096 are enough.

    Raises:
        UnsupportedFileError: No reader for this kind of file.
    """
    suffix = _suffix(source)
    by_name = _READERS.get(suffix)
    if head.lstrip().startswith(b"%PDF-") or (by_name == "pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    if _HTML_START.match(head):
        return "html"
    if by_name is None and suffix:
        raise UnsupportedFileError(f"no reader for {suffix} files; {_WHAT_IS_READ}")
    if head.startswith(b"PK\x03\x04"):
        if by_name == "docx" or b"word/" in head:
            return "docx"
        raise UnsupportedFileError(f"it is an archive or an Office document of another kind; {_WHAT_IS_READ}")
    for start, kind in _FOREIGN:
        if head.startswith(start):
            raise UnsupportedFileError(f"it is {kind}")
    return by_name or "text"


def read_document(data: bytes, source: str) -> Document:
    """Read a file.

    Args:
        data: All of its bytes.
        source: Its path below the folder, with forward slashes.

    Raises:
        UnreadableFileError: It is empty, damaged or protected, or holds no text.
        UnsupportedFileError: No reader for this kind of file.
    """
    from index.paragraphs import divide

    if not data:
        raise UnreadableFileError("the file is empty")
    reader = reader_name(source, data[:_HEAD_BYTES])
    extraction = _extract(data, reader)
    division = divide(extraction)
    if not division.paragraphs:
        raise UnreadableFileError(_why_nothing(extraction))
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        source=source,
        title=division.title,
        author=division.author,
        date=division.date,
        text=extraction.text,
        paragraphs=division.paragraphs,
        parts=division.parts,
        page_count=extraction.page_count,
        report=extraction.report,
    )


def _extract(data: bytes, reader: ReaderName) -> Extraction:
    """Let a reader read; each loads its libraries only now."""
    if reader == "pdf":
        from index.reading.pdf import reader as pdf

        return pdf.read(data)
    if reader == "docx":
        from index.reading.office import docx

        return docx.read(data)
    if reader == "html":
        from index.reading import html

        return html.read(data)
    if reader == "markdown":
        from index.reading import markdown

        return markdown.read(data)
    from index.reading import plain_text

    return plain_text.read(data)


def _why_nothing(extraction: Extraction) -> str:
    pages = extraction.page_count
    if pages is None:
        return "it holds no text"
    if len(extraction.report.failed_pages) == pages:
        return "none of its pages can be opened: the file is damaged"
    if pages == 1:
        return "its only page holds no text: it is probably a scanned image"
    return f"its {pages} pages hold no text: they are probably scanned images"


def _suffix(source: str) -> str:
    """Give a name's suffix in lower case; what follows the last dot of "Report v1.2" is none."""
    suffix = PurePosixPath(source).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""
