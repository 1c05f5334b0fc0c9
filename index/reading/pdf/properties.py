"""What a PDF says of itself: title, author, date, language, outline, and the labels of its pages.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium_c

from index.reading.pdf.headings import OutlineEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pypdfium2 as pdfium

_MOST_OUTLINE_ENTRIES = 5000
_LONGEST_TEXT, _LONGEST_LABEL = 500, 20  # characters
_LANGUAGE_BYTES = 64
_DATE = re.compile(r"(?:D:)?\s*(\d{4})(\d{2})?(\d{2})?")
_JUNK_TITLE = re.compile(
    r"untitled|no ?title|title|none|null|document\s*\d*|slide\s*\d*|print|layout\s*\d*|scan(?:ned)?\b.*|unnamed|noname"
    r"|powerpoint presentation|\(?anonymous\)?|microsoft (?:word|powerpoint|excel)\b.*|full page fax print"
    r"|.*\.(?:docx?|pdf|txt|indd|tex|dvi|pptx?|xlsx?|rtf|odt|odp|ods|html?|xml|qxd|qxp|pmd|e?ps|wpd|fm|ai|psd|cdr|jpe?g|tiff?)"
    r"|\S*[_\d\\/]\S*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"unknown|anonymous|author|(?:(?:microsoft )?office |windows |default |registered )?user|admin(?:istrator)?|owner"
    r"|none|null|default|test|guest|root|hp|dell|lenovo|acer|asus|toshiba|sony|pc|laptop|\S*\d\S*",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_PAGE_WORD = re.compile(r"(?:page|pages|pg|pp?)\b\.?\s*", re.IGNORECASE)
_ROMAN = re.compile(r"[ivxlcdm]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself, as far as it says something: the date in ISO 8601, the language as in "en-US"."""

    title: str | None
    author: str | None
    date: str | None
    language: str | None
    outline: tuple[OutlineEntry, ...]


def properties(document: pdfium.PdfDocument) -> Properties:
    """Read what an open document says of itself."""
    return Properties(
        title=_title(_metadata(document, "Title")),
        author=_author(_metadata(document, "Author")),
        date=_iso_date(_metadata(document, "CreationDate")),
        language=_language(document),
        outline=_outline(document),
    )


def page_labels(document: pdfium.PdfDocument, numbers: Sequence[int]) -> dict[int, str]:
    """Read what is printed on pages for their number, by the page's number, where it differs from that.

    Labels that are no words, and one that stands on most pages, are passed over.
    """
    labels: dict[int, str] = {}
    for number in numbers:
        try:
            label = document.get_page_label(number - 1)
        except UnicodeDecodeError:
            continue
        if len(label) <= _LONGEST_LABEL and label.isprintable() and any(map(str.isalnum, label)):
            labels[number] = " ".join(_PAGE_WORD.sub("", label, count=1).split())
    worn = Counter(labels.values())
    return {
        number: label
        for number, label in labels.items()
        if label not in ("", str(number)) and (worn[label] == 1 or 2 * worn[label] <= len(labels))
    }


def page_names(labels: Mapping[int, str]) -> dict[int, str]:
    """Say what to call pages with labels of their own: "p. iv (page 6)"; a label in words stands for itself."""
    names = {}
    for number, label in labels.items():
        in_words = _WORD.search(label) and not _ROMAN.fullmatch(label)
        names[number] = f"{label} (page {number})" if in_words else f"p. {label} (page {number})"
    return names


def _outline(document: pdfium.PdfDocument) -> tuple[OutlineEntry, ...]:
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
    return unicodedata.normalize("NFC", " ".join(printable.split()))[:_LONGEST_TEXT].strip()


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


def _language(document: pdfium.PdfDocument) -> str | None:
    units = (ctypes.c_ushort * (_LANGUAGE_BYTES // 2))()
    written = pdfium_c.FPDFCatalog_GetLanguage(document.raw, units, _LANGUAGE_BYTES)
    if not 2 < written <= _LANGUAGE_BYTES:
        return None
    language = bytes(units)[: written - 2].decode("utf-16-le", "replace").strip()
    return language if _LANGUAGE.fullmatch(language) else None
