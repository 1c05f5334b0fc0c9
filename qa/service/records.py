"""What goes over the wire, field by field: the JSON forms of qa's and index's own records, for the OpenAPI schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from index.losses import losses
from qa.retrieval import LONGEST_QUESTION

if TYPE_CHECKING:
    from collections.abc import Set

    import index
    from index import DocumentSummary, UnreadFile
    from qa.folder import Folder

MOST_PASSAGES = 100
MOST_DOCUMENTS = 1_000  # to look in

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Probability = Annotated[float, Field(ge=0, le=1)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskRequest(_Record):
    """A question to the documents."""

    question: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_QUESTION,
            description="In plain words; not only white space.",
            examples=["When was the treaty signed?"],
        ),
    ]
    documents: Annotated[
        list[str] | None,
        Field(max_length=MOST_DOCUMENTS, description="Sources or ids of the documents to look in; all if left out."),
    ] = None


class RetrieveRequest(AskRequest):
    """A question whose nearest passages are wanted."""

    k: Annotated[int, Field(strict=True, ge=1, le=MOST_PASSAGES, description="How many passages at most.")] = 5


class Citation(_Record):
    """The exact place of a quotation; see qa.Citation."""

    source: Annotated[str, Field(description="The file's path below the folder.")]
    title: str | None
    sha256: Annotated[Sha256, Field(description="Of the file's bytes: the document's id.")]
    page: Annotated[int | None, Field(description="Page, slide or sheet, from 1.")]
    page_name: Annotated[str | None, Field(description="What to call it where that is not its number.")]
    paragraph: Annotated[int, Field(ge=1)]
    start: Annotated[int, Field(ge=0, description="Of the quotation in the document's text, in code points.")]
    end: int
    quote: Annotated[str, Field(description="That stretch of the text, never altered.")]
    headings: list[str]
    ocr: Annotated[Probability | None, Field(description="How sure its characters are, if read from an image.")]
    answer_start: Annotated[int | None, Field(description="Of the words that answer, in the quotation.")]
    answer_end: int | None


class Entry(_Record):
    """One thing that the documents say, with the places that say it."""

    citations: list[Citation]
    confidence: Annotated[Probability, Field(description="That the first quotation answers the question.")]


class PageSpan(_Record):
    """The stretch of a paragraph on one page."""

    page: int
    start: int
    end: int
    name: str | None


class Passage(_Record):
    """A paragraph as found for a question; see qa.Passage."""

    text: str
    source: str
    title: str | None
    sha256: Sha256
    page: int | None
    paragraph: int
    start: int
    end: int
    headings: list[str]
    score: Annotated[Probability, Field(description="Comparable between the passages of one question only.")]
    dense: Annotated[float, Field(description="Cosine between question and paragraph.")]
    words: Annotated[float | None, Field(description="BM25 score; null where the words did not bring it.")]
    pages: list[PageSpan]
    ocr: Probability | None
    reader: Annotated[float | None, Field(description="Above 0 where the passage seems to answer; null if not read.")]


class Answer(_Record):
    """What the documents say to a question; see qa.Answer."""

    question: str
    found: Annotated[bool, Field(description="Whether the documents answer; if not, `text` says so.")]
    text: Annotated[str, Field(description="The quotations, numbered like `citations`; or why there is none.")]
    entries: list[Entry]
    passages: Annotated[list[Passage], Field(description="Considered, best first.")]
    confidence: Probability
    missing: Annotated[list[str], Field(description="Terms of the question that occur nowhere in the documents.")]
    warnings: Annotated[list[str], Field(description="What may be missing from the answer.")]
    citations: Annotated[list[Citation], Field(description="Of all entries, in order: number 1 is the first.")]


class Passages(_Record):
    """The passages nearest to a question, best first."""

    passages: list[Passage]


class Document(_Record):
    """A document without its text."""

    id: Annotated[Sha256, Field(description="SHA-256 of the file's bytes.")]
    source: str
    copies: list[str]
    kind: str
    title: str | None
    author: str | None
    date: str | None
    language: str | None
    page_count: int | None
    paragraph_count: int
    losses: Annotated[list[str], Field(description="What of it could not be read, in words.")]
    uploaded: Annotated[bool, Field(description="Whether it was handed over, and so can be removed here.")]


class Unread(_Record):
    """A file that could not be read, and why."""

    source: str
    reason: str


class Progress(_Record):
    """How far reading has come."""

    files: int
    files_read: int
    paragraphs_found: int
    paragraphs_embedded: int
    source: Annotated[str, Field(description="The file read last.")]


class Documents(_Record):
    """The documents of the folder."""

    documents: list[Document]
    unread: list[Unread]
    reading: Annotated[Progress | None, Field(description="Null unless documents are being added.")]


class Added(_Record):
    """What came of the files that were handed over."""

    added: list[Document]
    failed: list[Unread]


class Health(_Record):
    """That the service answers."""

    status: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: Annotated[str, Field(description="The status in words.")]
    status: int
    detail: Annotated[str, Field(description="What is the matter, and what to do.")]


def document_of(summary: DocumentSummary, uploaded: Set[str]) -> Document:
    """Give the record of a document; `uploaded` are the ids of those that were handed over."""
    own = Document.model_fields.keys() - {"copies", "losses", "uploaded"}
    return Document(
        **{name: getattr(summary, name) for name in own},
        copies=list(summary.copies),
        losses=list(losses(summary.report)),
        uploaded=summary.id in uploaded,
    )


def unread_of(file: UnreadFile) -> Unread:
    """Give the record of a file that could not be read."""
    return Unread(source=file.source, reason=file.reason)


def listing(folder: Folder, reading: index.Progress | None = None) -> Documents:
    """Give the documents of a folder, what could not be read, and how far reading has come."""
    uploaded = {upload.id for upload in folder.uploads()}
    return Documents(
        documents=[document_of(document, uploaded) for document in folder.documents()],
        unread=[unread_of(file) for file in folder.unread()],
        reading=None
        if reading is None
        else Progress(**{name: getattr(reading, name) for name in Progress.model_fields}),
    )
