"""Our own readers: which kinds of file there are and how each is known. The libraries are loaded when one reads."""

from __future__ import annotations

import io
import re
import zipfile
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


def _pdf(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.pdf import reader

    return reader.read(data, settings)


def _docx(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.office.docx import reader as docx

    return docx.read(data, settings)


def _odt(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.office.odt import reader as odt

    return odt.read(data, settings)


def _pptx(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.office.pptx import reader as pptx

    return pptx.read(data, settings)


def _epub(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.epub import reader as epub

    return epub.read(data, settings)


def _html(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.html import reader as html

    return html.read(data, settings)


def _markdown(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading import markdown

    return markdown.read(data, settings)


def _text(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.plain_text import reader as plain_text

    return plain_text.read(data, settings)


def _mail(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.mail import reader as mail

    return mail.read(data, settings)


def _spreadsheet(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.spreadsheet import reader as spreadsheet

    return spreadsheet.read(data, settings)


def _csv(data: bytes, settings: ReadingSettings) -> Extraction:
    from index.reading.spreadsheet import csv_table

    return csv_table.read(data, settings)


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

PDF = Reader("pdf", 1, frozenset((".pdf",)), _pdf, _is_pdf)
DOCX = Reader("docx", 1, frozenset((".docx", ".docm", ".dotx")), _docx, _is_package("word/"))
ODT = Reader("odt", 1, frozenset((".odt", ".ott")), _odt, _is_package("", b"application/vnd.oasis.opendocument.text"))
PPTX = Reader("pptx", 1, frozenset((".pptx", ".pptm", ".ppsx")), _pptx, _is_package("ppt/"))
EPUB = Reader("epub", 1, frozenset((".epub",)), _epub, _is_package("", b"application/epub+zip"))
HTML = Reader("html", 1, frozenset((".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht")), _html, _is_html)
MARKDOWN = Reader("markdown", 1, frozenset((".md", ".markdown", ".mdown", ".mkd")), _markdown)
TEXT = Reader("text", 1, frozenset((".txt", ".text", ".rst", ".adoc", ".asciidoc", ".org")), _text)
MAIL = Reader("mail", 1, frozenset((".eml",)), _mail)
SPREADSHEET = Reader(
    "spreadsheet", 1, frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")), _spreadsheet, _is_workbook
)
CSV = Reader("csv", 1, frozenset((".csv", ".tsv")), _csv)
