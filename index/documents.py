"""What a document is: its text, its paragraphs and where each stands. Knows nothing of files, vectors or storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ParagraphKind = Literal["prose", "item", "row", "code", "note", "caption"]
PartRole = Literal["title", "heading", "byline", "tail", "running head", "navigation"]


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The stretch of a paragraph that stands on one page: `document.text[start:end]`, page counted from 1."""

    page: int
    start: int
    end: int


def page_at(pages: tuple[PageSpan, ...], offset: int) -> int | None:
    """Give the page of the span that holds the character at `offset`, or the last one before it; None without pages."""
    page = None
    for span in pages:
        if page is None or span.start <= offset:
            page = span.page
    return page


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is embedded, found and cited.

    Attributes:
        number: Its place among the document's paragraphs, from 1.
        start: First character, an offset into `Document.text` in code points.
        end: One past the last character.
        kind: What it is: prose, a list item, a table row, code, a footnote or a caption.
        headings: The headings above it, outermost first.
        pages: Where it stands page by page, in order; empty for kinds of file without pages.
    """

    number: int
    start: int
    end: int
    kind: ParagraphKind = "prose"
    headings: tuple[str, ...] = ()
    pages: tuple[PageSpan, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Give the page on which the character at `offset` of the document's text stands, or None without pages."""
        return page_at(self.pages, offset)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text that is no paragraph, such as a heading or a byline: kept, shown, never searched."""

    role: PartRole
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What could not be read of a document that was otherwise read.

    Attributes:
        pages_without_text: Pages that hold no text, such as scanned images; counted from 1, as are the next two.
        garbled_pages: Pages whose font does not say which letters it draws.
        failed_pages: Pages that the PDF library could not load.
        encoding: The character encoding, where it had to be found out.
    """

    pages_without_text: tuple[int, ...] = ()
    garbled_pages: tuple[int, ...] = ()
    failed_pages: tuple[int, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read.

    Attributes:
        id: SHA-256 of the file's bytes, 64 hexadecimal digits.
        source: The file's path below the folder, with forward slashes.
        title: The title that the text or its metadata gives; None where neither does.
        author: As the file gives it.
        date: ISO 8601, as exact as the file gives it ("2024-06-20", "2024-06" or "2024").
        text: The normalised text; every offset in this package is an offset into it.
        paragraphs: In the order of the text, without overlap.
        parts: The rest of the text, in its order.
        page_count: Number of pages; None for kinds of file without pages.
        report: What could not be read.
    """

    id: str
    source: str
    title: str | None
    author: str | None
    date: str | None
    text: str
    paragraphs: tuple[Paragraph, ...]
    parts: tuple[Part, ...] = ()
    page_count: int | None = None
    report: ReadingReport = ReadingReport()

    @property
    def name(self) -> str:
        """What to call the document before people: its title, or the file's own name without one."""
        return self.title or self.source.rsplit("/", 1)[-1]

    def context(self, paragraph: Paragraph) -> str:
        """Give the title and the headings above a paragraph: what it is found by besides its own words."""
        return "\n".join(([self.title] if self.title else []) + list(paragraph.headings))


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text.

    Attributes:
        id: SHA-256 of the file's bytes.
        source: Path below the folder; the first in alphabetical order where several files hold these bytes.
        copies: The other files with the same bytes.
        kind: The reader that read it: "pdf", "docx", "html", "markdown" or "text".
        title, author, date: As in `Document`.
        page_count: None for kinds of file without pages.
        paragraph_count: Number of paragraphs.
        report: What could not be read.
    """

    id: str
    source: str
    copies: tuple[str, ...]
    kind: str
    title: str | None
    author: str | None
    date: str | None
    page_count: int | None
    paragraph_count: int
    report: ReadingReport

    @property
    def name(self) -> str:
        """What to call the document before people: its title, or the file's own name without one."""
        return self.title or self.source.rsplit("/", 1)[-1]
