"""Files in, paragraphs out: reading, embedding, storing and searching the documents of a folder.

Knows nothing of questions' answers (`qa`) or of screens (`ui`).
"""

from index.document_index import DocumentIndex
from index.documents import Document, DocumentSummary, PageSpan, Paragraph, Part, ReadingReport
from index.embedding import DEFAULT_MODEL, Embedder
from index.errors import (
    AskfolderError,
    FileChangedError,
    FolderError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    LimitError,
    ModelError,
    NoPageImagesError,
    PageImageError,
    PasswordError,
    UnknownDocumentError,
    UnreadableFileError,
    UnsupportedFileError,
)
from index.layout import Box
from index.original import Original
from index.place import has_index
from index.reading import Limits, ReadingSettings
from index.searcher import Hit
from index.sync import Progress, SyncReport, UnreadFile
from index.uploads import Upload

__all__ = [
    "DEFAULT_MODEL",
    "AskfolderError",
    "Box",
    "Document",
    "DocumentIndex",
    "DocumentSummary",
    "Embedder",
    "FileChangedError",
    "FolderError",
    "Hit",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "LimitError",
    "Limits",
    "ModelError",
    "NoPageImagesError",
    "Original",
    "PageImageError",
    "PageSpan",
    "Paragraph",
    "Part",
    "PasswordError",
    "Progress",
    "ReadingReport",
    "ReadingSettings",
    "SyncReport",
    "UnknownDocumentError",
    "UnreadFile",
    "UnreadableFileError",
    "UnsupportedFileError",
    "Upload",
    "has_index",
]
