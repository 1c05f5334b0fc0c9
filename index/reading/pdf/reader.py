"""Reads a PDF file with pdfium: its pages, its outline and what it says of itself, handed back as blocks.

pdfium is not thread-safe and fails in silence, so every use of it stands under one lock. Layout runs outside of it.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from index.documents import PageSpan, ReadingReport
from index.errors import UnreadableFileError
from index.reading.extraction import Block, Extraction
from index.reading.pdf.continuation import join_continued, join_labels
from index.reading.pdf.headings import OutlineEntry, heading_levels, title_place
from index.reading.pdf.layout import (
    BULLET,
    CAPTION,
    Group,
    body_type,
    group_lines,
    join_rows,
    letters_of,
)
from index.reading.pdf.lines import PageLines, read_page
from index.reading.pdf.running_heads import running_heads
from index.reading.pdf.words import Vocabulary, join_code, join_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.extraction import BlockKind
    from index.reading.pdf.lines import Line

PDFIUM_LOCK = threading.Lock()
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_GARBLED = 0.3  # share of a page's characters that the font does not map to letters
_MOST_OUTLINE_ENTRIES = 5000
_MOST_FAILURES_IN_A_ROW = 1000  # a damaged file may claim a million pages
_SEPARATOR = "\n\n"
_DATE = re.compile(r"(?:D:)?\s*(\d{4})(\d{2})?(\d{2})?")
_JUNK_TITLE = re.compile(
    r"untitled|no ?title|title|none|null|document\s*\d*|slide\s*\d*|print|layout\s*\d*|scan(?:ned)?\b.*|unnamed|noname"
    r"|powerpoint presentation|\(?anonymous\)?|microsoft (?:word|powerpoint|excel)\b.*|full page fax print"
    r"|.*\.(?:docx?|pdf|txt|indd|tex|dvi|pptx?|xlsx?|rtf|odt|odp|ods|html?|xml|qxd|qxp|pmd|e?ps|wpd|fm|ai|psd|cdr|jpe?g|tiff?)"
    r"|\S*[_\d\\/]\S*",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"unknown|anonymous|author|user|admin(?:istrator)?|owner|none|null|default", re.IGNORECASE)
_NOTE_MARK = re.compile(r"(?:\d{1,2}|[*∗†‡§¶])\s?[^\W\d_]")


@dataclass(frozen=True, slots=True)
class _RawDocument:
    """What pdfium knows of a file."""

    pages: tuple[PageLines, ...]
    failed_pages: tuple[int, ...]
    page_count: int
    outline: tuple[OutlineEntry, ...]
    title: str
    author: str
    created: str


def read(data: bytes) -> Extraction:
    """Read a PDF file's text as blocks in reading order.

    A paragraph that a column or a page cuts is one block, and what stood between comes after it. Running heads and page
    numbers are blocks of that kind. The page spans of a block follow each other without a gap: the blank or hyphen
    between two lines belongs to the earlier page.

    Args:
        data: The file's bytes.

    Returns:
        The extraction; without blocks where no page holds text.

    Raises:
        UnreadableFileError: The file is empty, damaged, no PDF or protected by a password.
    """
    raw = _read_with_pdfium(data)
    pages = tuple(join_rows(page) for page in raw.pages)
    text, blocks = _blocks(pages, raw.outline, titled=_title(raw.title) is not None)
    return Extraction(
        text=text,
        blocks=blocks,
        title=_title(raw.title),
        author=_author(raw.author),
        date=_iso_date(raw.created),
        page_count=raw.page_count,
        pre_mended=True,
        report=ReadingReport(
            pages_without_text=tuple(page.number for page in pages if not page.lines),
            garbled_pages=tuple(page.number for page in pages if page.garbled > _GARBLED),
            failed_pages=raw.failed_pages,
        ),
    )


def _read_with_pdfium(data: bytes) -> _RawDocument:
    if not data:
        raise UnreadableFileError("the file is empty")
    with PDFIUM_LOCK:
        document = _open(data)
        try:
            pages, failed = _read_pages(document)
            return _RawDocument(
                pages=pages,
                failed_pages=failed,
                page_count=len(document),
                outline=_read_outline(document),
                title=_metadata(document, "Title"),
                author=_metadata(document, "Author"),
                created=_metadata(document, "CreationDate"),
            )
        finally:
            document.close()


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        # pdfium's error code may be left over from another file, so the file has to agree.
        if error.err_code == _PASSWORD_ERROR and b"/Encrypt" in data:
            raise UnreadableFileError("it is protected by a password; save a copy without one") from error
        raise UnreadableFileError("the file is damaged or not a PDF") from error


def _read_pages(document: pdfium.PdfDocument) -> tuple[tuple[PageLines, ...], tuple[int, ...]]:
    pages: list[PageLines] = []
    failed: list[int] = []
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
            try:
                pages.append(read_page(page, number))
            finally:
                page.close()
        except pdfium.PdfiumError:
            failed.append(number)
            last_read = pages[-1].number if pages else 0
            if number - last_read >= _MOST_FAILURES_IN_A_ROW:
                break
    return tuple(pages), tuple(failed)


def _read_outline(document: pdfium.PdfDocument) -> tuple[OutlineEntry, ...]:
    entries = []
    for bookmark in islice(document.get_toc(), _MOST_OUTLINE_ENTRIES):
        try:
            title = bookmark.get_title()
        except UnicodeDecodeError:
            continue
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        page = index + 1 if index is not None and index >= 0 else None
        entries.append(OutlineEntry(title, bookmark.level + 1, page))
    return tuple(entries)


def _metadata(document: pdfium.PdfDocument, key: str) -> str:
    try:
        value: str = document.get_metadata_value(key)
    except UnicodeDecodeError:
        return ""
    printable = "".join(character if character.isprintable() else " " for character in value)
    return unicodedata.normalize("NFC", " ".join(printable.split()))[:500].strip()


def _title(title: str) -> str | None:
    junk = _JUNK_TITLE.fullmatch(title) or not re.search(r"[^\W\d_]{2}", title) or "\ufffd" in title
    return None if junk else title


def _author(author: str) -> str | None:
    junk = _NOBODY.fullmatch(author) or not re.search(r"[^\W\d_]{2}", author) or "\ufffd" in author
    return None if junk else author


def _iso_date(stamp: str) -> str | None:
    """Make "2024-06-20", "2024-06" or "2024" of "D:20240620…", as far as it is a date."""
    match = _DATE.match(stamp)
    if not match or not 1900 <= int(match[1]) <= 2200:
        return None
    year, month, day = match.groups()
    try:
        if month and day:
            return date(int(year), int(month), int(day)).isoformat()
        return f"{year}-{month}" if month and 1 <= int(month) <= 12 else str(year)
    except ValueError:
        return str(year)


def _blocks(
    pages: Sequence[PageLines], outline: Sequence[OutlineEntry], *, titled: bool
) -> tuple[str, tuple[Block, ...]]:
    """Lay the pages out, and give the text with its blocks."""
    heads = running_heads(pages)
    body_lines = [line for page in pages for line in page.lines if line not in heads]
    body_size = body_type(body_lines).size
    titles = frozenset(letters for entry in outline if (letters := letters_of(entry.title)))
    groups = join_labels(join_continued(group_lines(pages, heads, titles), body_size))
    page_sizes = {page.number: body_type(line for line in page.lines if line not in heads).size for page in pages}
    levels = heading_levels(groups, outline, body_size, page_sizes)
    kinds = [_kind(group, pages, body_size) for group in groups]
    for at in levels:
        kinds[at] = "heading"
    title = None if titled or not pages else title_place(groups, pages[0].bottom + 0.4 * pages[0].height, body_size)
    if title is not None:
        kinds[title] = "title"
    vocabulary = Vocabulary(body_lines)
    texts: list[str] = []
    blocks: list[Block] = []
    start = 0
    for at, (group, kind) in enumerate(zip(groups, kinds, strict=True)):
        shares = join_code(group.lines) if group.kind == "code" else join_lines(group.lines, vocabulary)
        texts.append("".join(shares))
        level = levels[at] if kind == "heading" else None
        blocks.append(Block(start, start + len(texts[-1]), kind, level, _page_spans(group.lines, shares, start)))
        start = blocks[-1].end + len(_SEPARATOR)
    return _SEPARATOR.join(texts), tuple(blocks)


def _kind(group: Group, pages: Sequence[PageLines], body_size: float) -> BlockKind:
    if group.kind == "label":
        return "caption"
    if group.kind != "text":
        return group.kind
    first = group.lines[0]
    if CAPTION.match(first.text):
        return "caption"
    if group.size < 0.9 * body_size and _NOTE_MARK.match(first.text):
        page = next(page for page in pages if page.number == first.page)
        if first.baseline < page.bottom + 0.3 * page.height:
            return "note"
    return "item" if BULLET.match(first.text) else "prose"


def _page_spans(lines: Sequence[Line], shares: Sequence[str], start: int) -> tuple[PageSpan, ...]:
    """Give the stretch of each page; `start` is the first line's offset in the document's text."""
    spans: list[PageSpan] = []
    for line, share in zip(lines, shares, strict=True):
        end = start + len(share)
        if spans and spans[-1].page == line.page:
            spans[-1] = PageSpan(line.page, spans[-1].start, end)
        else:
            spans.append(PageSpan(line.page, start, end))
        start = end
    return tuple(spans)
