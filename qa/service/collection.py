"""Collection: a folder's documents while they change: added and removed one change at a time, and how far that is."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import AskfolderError, IndexBusyError, UnknownDocumentError, UnreadFile
from index.uploads import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from index import DocumentSummary, Progress, Upload
    from qa.folder import Folder


class StillReadingError(AskfolderError):
    """Another process writes to the index; what was handed over is kept and will be read."""


class NotRemovableError(AskfolderError):
    """A document of the folder itself, which is the user's own to delete."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What came of files that were handed over.

    Attributes:
        added: The documents that are in the index now.
        failed: The files that are not, by the names they came under, and why.
    """

    added: tuple[DocumentSummary, ...]
    failed: tuple[UnreadFile, ...]


class _Cancelled(Exception):  # noqa: N818 - no error: somebody wished it
    """Reading was cancelled."""


class Collection:
    """The documents of a folder, to be added to and removed from by several clients. Safe to use from several threads.

    Attributes:
        reading: How far reading has come; None while nothing is being read.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.reading: Progress | None = None
        self._one_change = threading.Lock()
        self._run = secrets.token_hex(8)

    def version(self) -> str:
        """Give what is the same while the documents, what is unread, and `reading` are; of no use in another run."""
        state = f"{self._run} {self.folder.index.version()} {self.reading!r}"
        return hashlib.sha256(state.encode()).hexdigest()[:32]

    def add(self, files: Iterable[tuple[str, BinaryIO]], cancelled: threading.Event | None = None) -> Addition:
        """Keep files and read them; answers hold those that are read from then on.

        Args:
            files: Names and bytes.
            cancelled: Set by whoever does not want them any more. What was read by then stays; what was not is
                deleted, and told as failed.

        Raises:
            StillReadingError: Another process is reading documents into the index.
        """
        with self._one_change:
            return self._add(files, cancelled or threading.Event())

    def _add(self, files: Iterable[tuple[str, BinaryIO]], cancelled: threading.Event) -> Addition:
        kept: list[tuple[str, Upload]] = []
        failed: list[UnreadFile] = []
        for name, stream in files:
            shown = shown_name(name)
            try:
                kept.append((shown, self.folder.add(stream, name)))
            except AskfolderError as error:
                failed.append(UnreadFile(shown, str(error)))
        if kept:
            self._sync(cancelled)
        documents = {document.id: document for document in self.folder.documents()}
        reasons = {file.source: file.reason for file in self.folder.unread()}
        added: dict[str, DocumentSummary] = {}
        for name, upload in kept:
            if upload.id in documents:
                added[upload.id] = documents[upload.id]
                continue
            reason = "cancelled before it was read" if cancelled.is_set() else "it could not be read"
            failed.append(UnreadFile(name, reasons.get(upload.source, reason)))
            self._discard(upload.id)  # nothing can be quoted from it, so there is nothing to keep
        if len(added) < len(kept) and not cancelled.is_set():
            self._sync(cancelled)  # or it would be listed as a file that cannot be read
        return Addition(tuple(added.values()), tuple(failed))

    def remove(self, id_: str) -> None:
        """Delete a document that was handed over; when this is done, no answer holds it.

        Raises:
            UnknownDocumentError: There is no document with this id.
            NotRemovableError: It stands in the folder.
            StillReadingError: As for `add`; the file is deleted, and its words are with the next sync.
        """
        with self._one_change:
            if any(upload.id == id_ for upload in self.folder.uploads()):
                self.folder.remove(id_)
            else:
                document = self.folder.document(id_)  # unknown, or:
                if (self.folder.path / document.source).exists():
                    raise NotRemovableError(
                        f"{document.source} stands in the folder itself. Delete it there; askfolder deletes no file of "
                        "yours."
                    )
            self._sync(threading.Event())

    def _discard(self, id_: str) -> None:
        try:
            self.folder.remove(id_)
        except UnknownDocumentError:
            return  # it came twice, and is gone already

    def _sync(self, cancelled: threading.Event) -> None:
        def note(progress: Progress) -> None:
            self.reading = progress
            if cancelled.is_set():
                raise _Cancelled

        if cancelled.is_set():
            return
        try:
            self.folder.sync(note)
        except _Cancelled:
            return
        except IndexBusyError as error:
            raise StillReadingError(
                "Another askfolder is reading documents into this index just now. What you have changed is noted; "
                "it counts when askfolder next reads the folder."
            ) from error
        finally:
            self.reading = None
