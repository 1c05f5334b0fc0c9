"""Sources: what a conversation cites, document by document, each quotation where it stands in its paragraph."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import UnknownDocumentError
from index.documents import page_at
from qa.answer import one_line
from qa.answer_text import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from index import Document, Paragraph
    from qa.answer import Citation

GONE = (
    "This document is no longer in the folder, or has changed since. What was quoted is kept here, without its context."
)
MOVED = "This quotation does not stand at its place in the text as it is read now. It is kept here without its context."
CONTEXT = 1_200  # characters shown of a paragraph before or after a cited one
_KEPT = "\n\t\u200c\u200d\u00ad"  # characters that act and that texts need


@dataclass(frozen=True, slots=True)
class Context:
    """A paragraph before or after a cited one: its number, its page in words ("" without pages) and its text."""

    number: int
    page: str
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A cited paragraph, cut where the quotation and the words that answer begin and end.

    Attributes:
        numbers: Of the citations that cite this.
        citation: The first of them.
        page: Its page in words; "" without pages.
        before, lead, answer, trail, after: The paragraph: what is before the quotation, the quotation in three pieces,
            of which the second and third are empty where no words are marked, and what is after it.
        above: The paragraph before; None where there is none.
        below: The paragraph after; None where there is none.
        lacking: Why there is no more than the quotation; "" where there is.
    """

    numbers: tuple[int, ...]
    citation: Citation
    page: str
    before: str
    lead: str
    answer: str
    trail: str
    after: str
    above: Context | None = None
    below: Context | None = None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A cited document.

    Attributes:
        name: Its title, or its file's own name.
        source: The file's path below the folder.
        sha256: SHA-256 of the file's bytes.
        author: As the file gives it; "" where it does not.
        date: ISO 8601; "" where it is not known.
        language: ISO 639-1; "" where it is not known.
        gone: Why its text cannot be shown; "" where it can.
        excerpts: In the order of the text.
    """

    name: str
    source: str
    sha256: str
    author: str
    date: str
    language: str
    gone: str
    excerpts: tuple[Excerpt, ...]


def sources(cited: Iterable[tuple[int, Citation]], document: Callable[[str], Document]) -> tuple[Source, ...]:
    """Give the documents that are cited, in the order of their first citation.

    Args:
        cited: The citations with their numbers.
        document: Gives a document by its id, such as `Folder.document`; UnknownDocumentError where it is gone.
    """
    documents: dict[str, dict[tuple[object, ...], list[tuple[int, Citation]]]] = {}
    for number, citation in cited:
        place = (citation.start, citation.end, citation.answer_start, citation.answer_end)
        documents.setdefault(citation.sha256, {}).setdefault(place, []).append((number, citation))
    return tuple(_source(list(places.values()), document) for places in documents.values())


def shown(text: str) -> str:
    """Write a text of several lines as `one_line` writes a line: what would act and not show becomes an escape."""
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in _KEPT else c
        for c in re.sub(r"\n{3,}", "\n\n", text)
    )


def _source(places: list[list[tuple[int, Citation]]], document: Callable[[str], Document]) -> Source:
    first = places[0][0][1]
    try:
        found = document(first.sha256)
    except UnknownDocumentError:
        found = None
    places.sort(key=lambda cited: (cited[0][1].start, cited[0][1].end))
    name = first.title if found is None else found.name
    return Source(
        name=one_line(name or "") or one_line(first.source.rsplit("/", 1)[-1]),
        source=one_line(first.source if found is None else found.source),
        sha256=first.sha256,
        author=one_line(found.author or "") if found else "",
        date=one_line(found.date or "") if found else "",
        language=(found.language or "") if found else "",
        gone="" if found else GONE,
        excerpts=tuple(_excerpt(cited, found) for cited in places),
    )


def _excerpt(cited: list[tuple[int, Citation]], document: Document | None) -> Excerpt:
    citation = cited[0][1]
    numbers = tuple(number for number, _ in cited)
    page = one_line(citation.page_name or "") or (f"p. {citation.page}" if citation.page is not None else "")
    lead, answer, trail = map(shown, cut(citation))
    at = -1 if document is None else _place(document, citation)
    if document is None or at < 0:
        lacking = MOVED if document else ""  # of a document that is gone, it is said once
        return Excerpt(numbers, citation, page, "", lead, answer, trail, "", lacking=lacking)
    paragraph = document.paragraphs[at]
    return Excerpt(
        numbers=numbers,
        citation=citation,
        page=page,
        before=shown(document.text[paragraph.start : citation.start]),
        lead=lead,
        answer=answer,
        trail=trail,
        after=shown(document.text[citation.end : paragraph.end]),
        above=_context(document, at - 1, slice(-CONTEXT, None)),
        below=_context(document, at + 1, slice(CONTEXT)),
    )


def _place(document: Document, citation: Citation) -> int:
    """Give the position of the paragraph that holds a quotation where it says; -1 where none does."""
    if document.text[citation.start : citation.end] != citation.quote:
        return -1
    holding = (
        at for at, one in enumerate(document.paragraphs) if one.start <= citation.start and citation.end <= one.end
    )
    return next(holding, -1)


def _context(document: Document, at: int, kept: slice) -> Context | None:
    if not 0 <= at < len(document.paragraphs):
        return None
    paragraph: Paragraph = document.paragraphs[at]
    span = page_at(paragraph.pages, paragraph.start)
    page = (one_line(span.name or "") or f"p. {span.page}") if span else ""
    text = document.text[paragraph.start : paragraph.end]
    if len(text) > CONTEXT:
        text = f"{text[kept]} …" if kept.start is None else f"… {text[kept]}"
    return Context(paragraph.number, page, shown(text))
