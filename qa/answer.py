"""Passage, Citation, Entry, Answer: what a question brings back and how it is written. Knows nothing of searching."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from index.documents import page_at

if TYPE_CHECKING:
    from index import PageSpan

LONGEST_ABOVE = 250  # characters
SHOWN = 5  # entries of an answer that are shown at once


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
        answer_start: First character of the words that answer, an offset into `quote`; None where none are marked.
        answer_end: One past the last of them.
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
    answer_start: int | None = None
    answer_end: int | None = None

    @property
    def answer(self) -> str | None:
        """The words of the quotation that answer; None where none are marked."""
        if self.answer_start is None or self.answer_end is None:
            return None
        return self.quote[self.answer_start : self.answer_end]

    @property
    def anchor(self) -> str:
        """The part of an address of the page that opens it: "#cite=", its SHA-256, and its offsets in the text."""
        place = [self.sha256, self.start, self.end]
        if self.answer and self.answer.strip() and self.answer_start is not None:
            first = self.start + self.answer_start + len(self.answer) - len(self.answer.lstrip())
            place += [first, first + len(self.answer.strip())]
        return "#cite=" + ":".join(map(str, place))

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
        reader: By how much the reader prefers the passage's best words to "not here"; above 0 where the passage seems
            to answer; None where it was not read.
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
    reader: float | None = None

    @property
    def citation(self) -> Citation:
        """The citation of the whole paragraph."""
        return self.cite(0, len(self.text))

    def cite(self, start: int, end: int, answer: tuple[int, int] | None = None) -> Citation:
        """Give the citation of `text[start:end]`; `answer` is where the words that answer stand in `text`."""
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
            answer_start=answer[0] - start if answer else None,
            answer_end=answer[1] - start if answer else None,
        )

    def __str__(self) -> str:
        return str(self.citation)

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as a dict of JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the documents say, with the places found that say it, at most five.

    Attributes:
        citations: At least one, the best first; their quotations hold the same answer.
        confidence: The probability that the first quotation answers the question, in [0, 1]; see `qa.confidence`.
    """

    citations: tuple[Citation, ...]
    confidence: float

    @property
    def answer(self) -> str | None:
        """The words that answer, as the first quotation has them; None where none are marked."""
        return self.citations[0].answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question.

    Attributes:
        question: As asked.
        found: Whether the documents answer it; True means at least one entry, and so at least one citation.
        text: The quotations of the first `SHOWN` entries, numbered like `citations`; or why there is none, in words.
        entries: Best first, at most 10; empty when not found. What goes beyond `SHOWN` is further reading.
        passages: The passages considered, best first.
        confidence: The probability that the best quotation found answers the question, in [0, 1], also where it is
            too low for an answer; found means at least `qa.confidence.threshold`.
        missing: Names, numbers, dates and terms of the question, as written in it, that occur nowhere in the
            documents asked; empty where an answer was found.
        warnings: What may be missing from the answer, such as pages that could not be read.
    """

    question: str
    found: bool
    text: str
    entries: tuple[Entry, ...]
    passages: tuple[Passage, ...]
    confidence: float
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of all entries, in order: number 1 is the first."""
        return tuple(citation for entry in self.entries for citation in entry.citations)

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as a dict of JSON types, and `citations` besides."""
        return asdict(self) | {"citations": [asdict(citation) for citation in self.citations]}


def one_line(text: str) -> str:
    """Write a text on one line that is safe to print.

    Every run of white space becomes one space. Characters that would not show but act, on a terminal or on the
    direction of the line, are written as escapes; joiners, which scripts and emoji need, are kept.
    """
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\u200c\u200d\u00ad" else c
        for c in " ".join(text.split())
    )
