"""The errors of askfolder, all of them sentences for its user.

AskfolderError
├── UnreadableFileError         a file gives no text
│   ├── UnsupportedFileError    no reader for this kind of file
│   ├── PasswordError           it is protected, and none of the given passwords opens it
│   └── LimitError              reading it would take more than a limit allows
├── UnknownDocumentError        a document that was named is not in the index
├── FileChangedError            no file holds any more what a document was read from
├── PageImageError              a page cannot be drawn
│   └── NoPageImagesError       its document is of a kind whose pages are not drawn
├── ModelError                  the embedding model is missing or damaged
├── IndexMismatchError          the index was made by another model or another version of its format
├── IndexDamagedError           the index cannot be read
├── IndexBusyError              another process is writing to the index
└── FolderError                 the folder to read is missing, or no place for its index can be written
"""

from __future__ import annotations


class AskfolderError(Exception):
    """Anything that askfolder reports to its user in a sentence or two."""


class UnreadableFileError(AskfolderError):
    """A file gives no text; the message says why, without the file's name.

    Attributes:
        lacking: What would let it be read, as in `ReadingReport.lacking`.
    """

    def __init__(self, message: str, *, lacking: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lacking = lacking


class UnsupportedFileError(UnreadableFileError):
    """No reader for this kind of file."""


class PasswordError(UnreadableFileError):
    """The file is protected, and none of the given passwords opens it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, lacking=("password",))


class LimitError(UnreadableFileError):
    """Reading the file would take more than a limit allows; `limit` is its name in `Limits`."""

    def __init__(self, message: str, limit: str) -> None:
        super().__init__(message, lacking=(limit,))


class UnknownDocumentError(AskfolderError, LookupError):
    """A document that was named is not in the index."""


class FileChangedError(AskfolderError):
    """No file holds any more what a document was read from."""


class PageImageError(AskfolderError):
    """A page cannot be drawn."""


class NoPageImagesError(PageImageError):
    """The document is of a kind whose pages are not drawn."""


class ModelError(AskfolderError):
    """The embedding model is missing or damaged."""


class IndexMismatchError(AskfolderError):
    """The index was made by another model, or by another version of its format."""


class IndexDamagedError(AskfolderError):
    """The index cannot be read."""


class IndexBusyError(AskfolderError):
    """Another process is writing to the index."""


class FolderError(AskfolderError):
    """The folder to read is missing, or no place for its index can be written."""
