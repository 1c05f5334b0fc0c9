"""What a document is: its text, its paragraphs and where each stands. Knows nothing of files, vectors or storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index.layout import Box, PageLayout

ParagraphKind = Literal["prose", "item", "row", "code", "note", "caption"]
PartRole = Literal["title", "heading", "table head", "byline", "tail", "running head", "navigation", "quoted history"]


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The stretch of a paragraph that stands on one page: `document.text[start:end]`.

    Attributes:
        page: Counted from 1; slides and sheets are counted as pages are.
        start: First character.
        end: One past the last.
        name: What to call the page where that is not "p. 3": "p. iv (page 6)", "slide 3", "sheet Costs".
    """

    page: int
    start: int
    end: int
    name: str | None = None


def page_at(pages: tuple[PageSpan, ...], offset: int) -> PageSpan | None:
    """Give the span that holds the character at `offset`, or the last one before it; None without pages."""
    found = None
    for span in pages:
        if found is None or span.start <= offset:
            found = span
    return found


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is embedded, found and cited.

    Attributes:
        number: Its place among the document's paragraphs, from 1.
        start: First character, an offset into `Document.text` in code points.
        end: One past the last character.
        kind: What it is: prose, a list item, a table row, code, a footnote or a caption.
        headings: What stands above it, outermost first: headings, and for a table's row the table's title, its column
            heads and the labels of its part of the table.
        pages: Where it stands page by page, in order; empty for kinds of file without pages.
        ocr: How sure the recognition of its characters was, in [0, 1], where they were read from an image; else None.
    """

    number: int
    start: int
    end: int
    kind: ParagraphKind = "prose"
    headings: tuple[str, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    ocr: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text that is no paragraph, such as a heading or a byline: kept, shown, never searched.

    Its fields mean what they mean in `Paragraph`.
    """

    role: PartRole
    start: int
    end: int
    pages: tuple[PageSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What could not be read of a document that was otherwise read.

    Attributes:
        pages_without_text: Pages that show something and hold no text, such as scanned images; counted from 1, as are
            the next three.
        garbled_pages: Pages whose fonts do not say which letters they draw.
        failed_pages: Pages that cannot be opened.
        ocr_pages: Pages that were images and were read by character recognition.
        left_out: What else was not read and why, each in words that stand alone: "pages 5,001 to 6,120, because …".
        lacking: What would let more be read: "ocr", or the name of a limit in `Limits` that was reached.
        encoding: The character encoding, where it had to be found out.
    """

    pages_without_text: tuple[int, ...] = ()
    garbled_pages: tuple[int, ...] = ()
    failed_pages: tuple[int, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
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
        language: ISO 639-1, such as "en"; None where the text is too short to say and the file does not.
        text: The normalised text; every offset in this package is an offset into it.
        paragraphs: In the order of the text, without overlap.
        parts: The rest of the text, in its order.
        page_count: Number of pages, slides or sheets; None for kinds of file without them.
        report: What could not be read.
        layout: Where each word stands on its page; None for kinds of file that do not say.
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
    language: str | None = None
    layout: PageLayout | None = None

    @property
    def name(self) -> str:
        """What to call the document before people: its title, or the file's own name without one."""
        return self.title or self.source.rsplit("/", 1)[-1]

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Give where the characters `start` <= offset < `end` stand on their pages, one box a line.

        Empty for kinds of file that do not say.
        """
        return self.layout.boxes(start, end) if self.layout is not None else ()

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
        kind: The reader that read it, such as "pdf".
        title, author, date, language: As in `Document`.
        page_count: None for kinds of file without pages, slides or sheets.
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
    language: str | None
    page_count: int | None
    paragraph_count: int
    report: ReadingReport

    @property
    def name(self) -> str:
        """What to call the document before people: its title, or the file's own name without one."""
        return self.title or self.source.rsplit("/", 1)[-1]
