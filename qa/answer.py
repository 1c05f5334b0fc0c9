"""Passage, Citation, Answer: what a question brings back, and how each is written. Knows nothing of searching."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from index.documents import page_at

if TYPE_CHECKING:
    from index import PageSpan

LONGEST_ABOVE = 250  # characters


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact place of a quotation.

    Attributes:
        source: The file's path below the folder, with forward slashes.
        title: The document's title; None where it has none.
        sha256: SHA-256 of the file's bytes: the version that was read.
        page: Page, slide or sheet on which the quotation begins, from 1; None for kinds of file without them.
        page_name: What to call it where that is not "p. 3": "p. iv (page 6)", "slide 3", "sheet Costs"; else None.
        paragraph: Number of the paragraph in its document, from 1.
        start: First character of the quotation, an offset into the document's normalised text in code points.
        end: One past its last character.
        quote: That stretch of the text, cut by these offsets and never altered.
        headings: What stands above it, outermost first: headings, and for a table's row its title and column heads.
        ocr: How sure the recognition of its characters was, in [0, 1], where they were read from an image; else None.
    """

    source: str
    title: str | None
    sha256: str
    page: int | None
    page_name: str | None
    paragraph: int
    start: int
    end: int
    quote: str
    headings: tuple[str, ...] = ()
    ocr: float | None = None

    @property
    def place(self) -> str:
        """Where it stands, in words: "treaty.pdf, p. 3, ¶ 12"."""
        name = self.page_name or (f"p. {self.page}" if self.page is not None else "")
        page = f", {one_line(name)}" if name else ""
        recognised = f" (read from an image, {self.ocr:.0%} sure)" if self.ocr is not None else ""
        return f"{one_line(self.source)}{page}, ¶ {self.paragraph}{recognised}"

    @property
    def above(self) -> str:
        """What stands above it, in a line: as many of the headings nearest to it as fit in about 250 characters."""
        shown: list[str] = []
        for heading in reversed(self.headings):
            words = one_line(heading)
            if shown and len(words) + sum(map(len, shown)) > LONGEST_ABOVE:
                shown.append("…")
                break
            shown.append(words if len(words) <= LONGEST_ABOVE else "… " + words[-LONGEST_ABOVE:])
        return " › ".join(reversed(shown))

    def __str__(self) -> str:
        return f"{self.place}: “{one_line(self.quote)}”"

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as a dict of JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as found for a question.

    Attributes:
        text: The paragraph, verbatim.
        source: The file's path below the folder, with forward slashes.
        title: The document's title; None where it has none.
        sha256: SHA-256 of the file's bytes.
        page: Page, slide or sheet on which the paragraph begins, from 1; None for kinds of file without them.
        paragraph: Its number in the document, from 1.
        start: Its first character, an offset into the document's text.
        end: One past its last character.
        headings: The headings above it, outermost first; for a table's row also its title and column heads.
        score: Fused score in [0, 1], higher is nearer; comparable between passages of one question only.
        dense: Cosine between question and paragraph in [-1, 1].
        words: BM25 score above 0, higher is nearer; None where the word search did not bring it.
        pages: The stretch of the paragraph on each page, in order; empty for kinds of file without pages.
        ocr: How sure the recognition of its characters was, in [0, 1], where they were read from an image; else None.
    """

    text: str
    source: str
    title: str | None
    sha256: str
    page: int | None
    paragraph: int
    start: int
    end: int
    headings: tuple[str, ...]
    score: float
    dense: float
    words: float | None
    pages: tuple[PageSpan, ...] = ()
    ocr: float | None = None

    @property
    def citation(self) -> Citation:
        """The citation of the whole paragraph."""
        return self.cite(0, len(self.text))

    def cite(self, start: int, end: int) -> Citation:
        """Give the citation of `text[start:end]`."""
        place = page_at(self.pages, self.start + start)
        return Citation(
            source=self.source,
            title=self.title,
            sha256=self.sha256,
            page=place.page if place else None,
            page_name=place.name if place else None,
            paragraph=self.paragraph,
            start=self.start + start,
            end=self.start + end,
            quote=self.text[start:end],
            headings=self.headings,
            ocr=self.ocr,
        )

    def __str__(self) -> str:
        return str(self.citation)

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as a dict of JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question.

    Attributes:
        question: As asked.
        found: Whether the documents answer it; True means at least one citation.
        text: The quotations, numbered like `citations` from 1; or a sentence that says that the documents do not say.
        citations: One for each quotation, best first; empty when not found.
        passages: The passages considered, at most ten, best first.
        closeness: How near the best quotation comes to the question, in [0, 1]; found means at least
            `qa.answerer.threshold`.
        warnings: What may be missing from the answer, such as pages that could not be read.
    """

    question: str
    found: bool
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    closeness: float
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as a dict of JSON types."""
        return asdict(self)


def one_line(text: str) -> str:
    """Write a text on one line that is safe to print.

    Every run of white space becomes one space. Characters that would not show but act, on a terminal or on the
    direction of the line, are written as escapes; joiners, which scripts and emoji need, are kept.
    """
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\u200c\u200d\u00ad" else c
        for c in " ".join(text.split())
    )
