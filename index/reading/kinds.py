"""Our own readers: which kinds of file there are and how each is known. The libraries are loaded when one reads."""

from __future__ import annotations

import io
import re
import zipfile
from importlib import import_module
from typing import TYPE_CHECKING

from index.reading.readers import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.reading.extraction import Extraction
    from index.reading.settings import ReadingSettings

_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_HEAD_BYTES = 4096


def _by(module: str) -> Callable[[bytes, ReadingSettings], Extraction]:
    """Make a `Reader.read` of the function `read` of a module, which is imported when it is first called."""

    def read(data: bytes, settings: ReadingSettings) -> Extraction:
        extraction: Extraction = import_module(f"index.reading.{module}").read(data, settings)
        return extraction

    return read


def _is_pdf(data: bytes) -> bool:
    return data[:_HEAD_BYTES].lstrip().startswith(b"%PDF-")


def _is_html(data: bytes) -> bool:
    return _HTML_START.match(data[:_HEAD_BYTES]) is not None


def _is_package(member: str, mimetype: bytes = b"") -> Callable[[bytes], bool]:
    """Make a test for zip archives that hold a member, or say by their member `mimetype` what they are."""

    def recognises(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        if mimetype:
            return b"mimetype" + mimetype in data[:_HEAD_BYTES]
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return any(name.startswith(member) for name in archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            return False

    return recognises


def _is_workbook(data: bytes) -> bool:
    is_old = data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # compound files name their streams in UTF-16
    return _is_new_workbook(data) or (is_old and any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")))


_is_new_workbook = _is_package("xl/")

PDF = Reader("pdf", 1, frozenset((".pdf",)), _by("pdf.reader"), _is_pdf)
DOCX = Reader("docx", 1, frozenset((".docx", ".docm", ".dotx")), _by("office.docx.reader"), _is_package("word/"))
ODT = Reader(
    "odt",
    1,
    frozenset((".odt", ".ott")),
    _by("office.odt.reader"),
    _is_package("", b"application/vnd.oasis.opendocument.text"),
)
PPTX = Reader("pptx", 1, frozenset((".pptx", ".pptm", ".ppsx")), _by("office.pptx.reader"), _is_package("ppt/"))
EPUB = Reader("epub", 1, frozenset((".epub",)), _by("epub.reader"), _is_package("", b"application/epub+zip"))
HTML = Reader(
    "html", 1, frozenset((".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht")), _by("html.reader"), _is_html
)
MARKDOWN = Reader("markdown", 1, frozenset((".md", ".markdown", ".mdown", ".mkd")), _by("markdown"))
TEXT = Reader("text", 1, frozenset((".txt", ".text", ".rst", ".adoc", ".asciidoc", ".org")), _by("plain_text.reader"))
MAIL = Reader("mail", 1, frozenset((".eml",)), _by("mail.reader"))
SPREADSHEET = Reader(
    "spreadsheet", 1, frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")), _by("spreadsheet.reader"), _is_workbook
)
CSV = Reader("csv", 1, frozenset((".csv", ".tsv")), _by("spreadsheet.csv_table"))
