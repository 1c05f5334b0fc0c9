"""Files in, paragraphs out: reading, embedding, storing and searching the documents of a folder.

Knows nothing of questions' answers (`qa`) or of screens (`ui`).
"""

from index.document_index import DocumentIndex
from index.documents import Document, DocumentSummary, PageSpan, Paragraph, Part, ReadingReport
from index.embedding import DEFAULT_MODEL, Embedder
from index.errors import (
    AskfolderError,
    FolderError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    ModelError,
    UnknownDocumentError,
    UnreadableFileError,
    UnsupportedFileError,
)
from index.place import has_index
from index.searcher import Hit
from index.sync import Progress, SyncReport, UnreadFile

__all__ = [
    "DEFAULT_MODEL",
    "AskfolderError",
    "Document",
    "DocumentIndex",
    "DocumentSummary",
    "Embedder",
    "FolderError",
    "Hit",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "ModelError",
    "PageSpan",
    "Paragraph",
    "Part",
    "Progress",
    "ReadingReport",
    "SyncReport",
    "UnknownDocumentError",
    "UnreadFile",
    "UnreadableFileError",
    "UnsupportedFileError",
    "has_index",
]
