"""What the store takes and gives, besides documents: files, changes, and the rows that join them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.documents import Document, Paragraph


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the log: a document's paragraphs, `first` <= id < `end`, were added or removed."""

    seq: int
    operation: str
    document: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class State:
    """How far the store has come: what readers see is the same while both numbers are.

    Attributes:
        seq: The last change of the log.
        generation: How often files were published.
    """

    seq: int
    generation: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is known of a file: the document that its bytes hold, or why it holds none.

    Attributes:
        source: Path below the folder, with forward slashes.
        stamp: Size and times when its bytes were last looked at; None to look again.
        document: Key of its document; None where it could not be read.
        reason: Why it could not be read.
        sha256: Of its bytes; None where they were not looked at.
        reading: How it was read, as `renewal.note` writes it; None where it was not.
    """

    source: str
    stamp: str | None
    document: int | None = None
    reason: str | None = None
    sha256: str | None = None
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document ready to be stored.

    Attributes:
        document: What was read.
        kind: The reader that read it.
        vectors: Unit rows of shape (m, width), float32; kept in half precision.
        owners: Shape (m,): for each row the place of its paragraph in `document.paragraphs`, ascending.
    """

    document: Document
    kind: str
    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Holding:
    """A file and the document that its bytes are.

    Attributes:
        source: Path below the folder, with forward slashes.
        document: The document's key.
        id: The document's id.
        first: The id of its first paragraph.
        end: One past the id of its last.
        author, date: As in `Document`.
    """

    source: str
    document: int
    id: str
    first: int
    end: int
    author: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class StoredParagraph:
    """A paragraph with the document it stands in.

    Attributes:
        paragraph: Where it stands.
        document: The document's key.
        document_id: The document's id.
        title: The document's title; None where it has none.
    """

    paragraph: Paragraph
    document: int
    document_id: str
    title: str | None
