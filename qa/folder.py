"""Folder: the documents of a folder as something to ask. What `qa.open` gives."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from index import DocumentIndex, IndexBusyError, ReadingSettings
from index.reading import has_reader
from qa import answerer, retrieval
from qa.second_look import CONSIDERED
from qa.unread import warning

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from index import Document, DocumentSummary, Embedder, Progress, SyncReport, UnreadFile, Upload
    from qa.answer import Answer, Passage
    from qa.reader import Reader

BEHIND = "Another askfolder is reading documents into this folder's index: what it has not finished is not in here."


class Folder:
    """The documents of a folder. Safe to use from several threads; a context manager.

    Attributes:
        warnings: What everybody who gets an answer should know; each answer carries them.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        index: str | os.PathLike[str] | None = None,
        model: str | Embedder | None = None,
        reader: str | Reader | None = None,
        fast: bool = False,
        reading: ReadingSettings | None = None,
        rebuild: bool = False,
    ) -> None:
        """Open a folder as its index knows it; nothing is read before `sync`.

        Args:
            folder: The documents.
            index: As for `DocumentIndex`, and so `model`, `reading` and `rebuild`.
            model: See `index`.
            reader: An extractive question-answering model by name or path, or one that is loaded; askfolder's own
                when None.
            fast: Whether to do without a reader: the closest sentences are quoted, and no words in them are marked.
            reading: See `index`.
            rebuild: See `index`.
        """
        self.index = DocumentIndex(
            folder, index=index, model=model, reading=reading or ReadingSettings(), rebuild=rebuild
        )
        self.warnings: tuple[str, ...] = ()
        self._reader = reader
        self._fast = fast
        self._reader_lock = threading.Lock()

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Folder({str(self.path)!r})"

    @property
    def path(self) -> Path:
        """The folder, as an absolute path."""
        return self.index.folder

    @property
    def reader(self) -> Reader | None:
        """The reader, loaded when first asked for; None where the folder was opened to be asked fast.

        Raises:
            ModelError: It cannot be loaded.
        """
        if self._fast:
            return None
        with self._reader_lock:
            if self._reader is None or isinstance(self._reader, str):
                from qa.extractive import load_reader

                self._reader = load_reader(self._reader)
            return self._reader

    def close(self) -> None:
        """Let go of the index; the folder cannot be asked any more."""
        self.index.close()

    def sync(self, report_progress: Callable[[Progress], None] = lambda _: None) -> SyncReport:
        """Read what is new or changed, forget what is gone; see `DocumentIndex.sync`."""
        report = self.index.sync(report_progress)
        self.warnings = ()
        return report

    def sync_unless_busy(self, report_progress: Callable[[Progress], None] = lambda _: None) -> SyncReport | None:
        """Do as `sync`; while another process is at it, go on with what is there, and let each answer say so.

        Raises:
            IndexBusyError: Another process is at it, and has finished nothing yet.
        """
        try:
            return self.sync(report_progress)
        except IndexBusyError:
            if not self.documents():
                raise
            self.warnings = (BEHIND,)
            return None

    def add(self, stream: BinaryIO, name: str) -> Upload:
        """Keep a file in the index, which `sync` then reads; see `DocumentIndex.add`."""
        return self.index.add(stream, name)

    def remove(self, id_: str) -> None:
        """Delete a file that was handed over, which `sync` then forgets; see `DocumentIndex.remove`."""
        self.index.remove(id_)

    def uploads(self) -> tuple[Upload, ...]:
        """Give the files that were handed over, read or not, in the order of their sources."""
        return self.index.uploads()

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Give all documents without their texts, in the order of their sources."""
        return self.index.documents()

    def document(self, name: str) -> Document:
        """Give a whole document by its source or id; UnknownDocumentError where there is none."""
        return self.index.document(name)

    def unread(self) -> tuple[UnreadFile, ...]:
        """Give the files that could not be read, and why, in the order of their sources."""
        return self.index.unread()

    def retrieve(self, question: str, k: int = 5, documents: Sequence[str] | None = None) -> tuple[Passage, ...]:
        """Find the k paragraphs nearest to a question, best first, the best of them in the order of a second look.

        Args:
            question: In plain words; signs of a query language have no meaning.
            k: How many to return at most, at least 1.
            documents: Sources or ids of the documents to look in; all when None.

        Returns:
            Fewer than k where the documents hold fewer paragraphs. Equal scores come in the order of source and
            paragraph.

        Raises:
            ValueError: The question is blank or longer than 10,000 characters, or k is below 1.
            UnknownDocumentError: One of `documents` is not in the index.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}.")
        cleaned = retrieval.clean_question(question)
        seen = answerer.consider(self.index, self.reader, cleaned, documents, max(k, CONSIDERED))
        return seen.passages[:k]

    def ask(
        self,
        question: str,
        documents: Sequence[str] | None = None,
        *,
        threshold: float | None = None,
        report_reading: Callable[[int], None] = lambda _: None,
    ) -> Answer:
        """Answer a question in the documents' own sentences; see `qa.answerer.ask`. Its warnings include `missing`."""
        answer = answerer.ask(
            self.index, self.reader, question, documents, threshold=threshold, report_reading=report_reading
        )
        if not answer.passages and self.index.paragraph_count():
            return answer  # empty talk: nothing was looked for, so nothing can be missing
        missing = self.missing(documents)
        return replace(answer, warnings=(*self.warnings, *([missing] if missing else [])))

    def missing(self, documents: Sequence[str] | None = None) -> str | None:
        """Say what an answer from these documents, or from all, may miss because it could not be read; None: nothing.

        Files of kinds that are never read, such as photos, do not count.
        """
        asked, files = self.index.incomplete(), self.unread()
        if documents is not None:
            named = set(documents)
            asked = tuple(document for document in asked if named & {document.id, document.source, *document.copies})
            files = ()
        return warning(asked, sum(has_reader(file.source) for file in files))
