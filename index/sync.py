"""Brings an index to the state of its folder: the only writer.

Each batch of files goes through the same steps, and a crash between any two of them loses nothing:

1. Read what is new or changed, and embed its paragraphs.
2. Store documents and vectors in one transaction. No file points to them yet, so no reader sees them.
3. Bring the word index up to the log of changes. After a crash the same step does what was left undone.
4. Publish: in one transaction the files point to their new documents.

When all batches are through, what no file points to is deleted, first from the store, then from the word index.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from index.errors import UnreadableFileError
from index.files import FileBytes, FoundFile, find_files, read_bytes
from index.reading import DEFAULT_SETTINGS, renewal
from index.reading.workers import ReadingWorkers
from index.records import EmbeddedDocument, FileRecord
from index.store import Store
from index.uploads import Uploads
from index.words import SEQ_FILE, WordWriter, committed_seq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.documents import Document
    from index.embedding import Embedder
    from index.reading.settings import ReadingSettings

BATCH_PARAGRAPHS = 256  # a few seconds of embedding: what a crash may cost
BATCH_FILES = 256
EMBED_AT_ONCE = 128  # paragraphs of a batch, sorted by length: how often progress is told
MOST_PROCESSES = 4  # that read: two keep ahead of the model, and each may take as much memory as the limit allows
READ_AHEAD = 8  # files read while the model works, for each process that reads


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync has come.

    Attributes:
        files: Files to look into, those that are unchanged left out.
        files_read: How many of them have been read.
        bytes: Their size together.
        bytes_read: The size of those that have been read.
        paragraphs_found: Paragraphs to embed so far.
        paragraphs_embedded: How many of them are embedded.
        source: The file read last.
    """

    files: int = 0
    files_read: int = 0
    bytes: int = 0
    bytes_read: int = 0
    paragraphs_found: int = 0
    paragraphs_embedded: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that is not in the index, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, in files.

    Attributes:
        added: Files that are new.
        updated: Files whose bytes have changed, or that were read anew and better.
        renamed: New files whose bytes were known under a name that is gone.
        removed: Files that are gone, the renamed ones left out.
        unchanged: Files that were left alone.
        unread: All files that could not be read, those of earlier syncs included.
        paragraphs_embedded: How many paragraphs went through the model.
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    renamed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    unread: tuple[UnreadFile, ...]
    paragraphs_embedded: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of looking into a file: a document to embed, or a record that needs no embedding."""

    found: FoundFile
    record: FileRecord
    document: Document | None = None
    kind: str = ""


class Sync:
    """One run over a folder. The caller holds the writer's lock."""

    def __init__(
        self,
        folder: Path,
        index: Path,
        embedder: Callable[[], Embedder],
        settings: ReadingSettings = DEFAULT_SETTINGS,
        report_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Prepare a run.

        Args:
            folder: The documents.
            index: Where the index is kept.
            embedder: Gives the model; called only if there is something to embed.
            settings: How files are to be read.
            report_progress: Called after every file and every few seconds of embedding.
        """
        self._folder = folder
        self._index = index
        self._uploads = Uploads(index)
        self._embedder = embedder
        self._settings = settings
        self._report_progress = report_progress
        self._progress = Progress()
        self._batch: list[_Outcome] = []
        self._batch_paragraphs = 0
        self._counted: set[str] = set()  # ids of the documents that were read

    def run(self) -> SyncReport:
        """Read what is new or changed, forget what is gone, leave the rest alone."""
        self._store = Store(self._index)
        try:
            with self._store.in_words():
                return self._run()
        finally:
            self._store.close()

    def _run(self) -> SyncReport:
        self._known = self._store.files()
        ids = self._store.document_ids()
        self._keys = set(ids)
        self._stored = {id_: key for key, id_ in ids.items()}
        self._noted = {file.sha256: file.reading for file in self._known.values() if file.document is not None}
        self._to_renew = {id_ for id_, noted in self._noted.items() if self._would_read_better(noted)}
        found = find_files(self._folder, self._index, self._settings.limits)
        found += self._uploads.files(self._settings.limits, taken={file.source for file in found})
        sources = {file.source for file in found}
        gone = [source for source in self._known if source not in sources]
        changed = [file for file in found if not self._is_unchanged(file)]
        unheld = self._keys - {file.document for file in self._known.values()}
        out_of_step = self._words_are_out_of_step()
        if not (changed or gone or unheld or out_of_step):
            return self._summary(found, changed, gone)
        self._advance(Progress(files=len(changed), bytes=sum(file.size for file in changed)))
        with WordWriter(self._index / "words") as self._words:
            for outcome in self._outcomes(changed):
                self._take(outcome)
            self._finish_batch(gone)
            self._store.delete_unheld()
            self._catch_up_words()
        return self._summary(found, changed, gone)

    def _words_are_out_of_step(self) -> bool:
        committed, seq = committed_seq(self._index / "words"), self._store.state().seq
        if committed is not None and committed > seq:
            # A later state than the database's can only come from a database that was put back. Without its number
            # the word index is begun anew.
            (self._index / "words" / SEQ_FILE).unlink()
        # An empty log needs no word index.
        return committed != seq and not (committed is None and seq == 0)

    def _is_unchanged(self, file: FoundFile) -> bool:
        known = self._known.get(file.source)
        if known is None or known.stamp != file.stamp:
            return False
        if known.sha256 is None:  # a reason that the file does not carry, such as a lack of permission, may be gone
            return known.reason == file.reason
        return not self._would_read_better(known.reading)

    def _would_read_better(self, noted: str | None) -> bool:
        return renewal.would_read_better(noted, self._settings)

    def _outcomes(self, files: list[FoundFile]) -> Iterator[_Outcome]:
        """Look into files in order, a few ahead of the embedding."""
        count = min(MOST_PROCESSES, os.cpu_count() or 1)
        with (
            ThreadPoolExecutor(count, thread_name_prefix="reading") as threads,
            ReadingWorkers(count, self._settings) as self._workers,  # closed first, which frees the threads
        ):
            ahead: deque[Future[_Outcome]] = deque()
            try:
                for file in files:
                    ahead.append(threads.submit(self._look_into, file))
                    if len(ahead) >= READ_AHEAD * count:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for future in ahead:
                    future.cancel()

    def _look_into(self, file: FoundFile) -> _Outcome:
        if file.reason is not None:
            return _Outcome(file, FileRecord(file.source, file.stamp, reason=file.reason))
        try:
            path = file.path or self._folder / file.source
            within = self._folder if file.path is None else file.path.parent
            content = read_bytes(path, self._settings.limits, within=within)
        except UnreadableFileError as error:
            return _Outcome(file, FileRecord(file.source, None, reason=str(error)))
        return self._read(file, content, FileRecord(file.source, content.stamp, sha256=content.sha256))

    def _read(self, file: FoundFile, content: FileBytes, record: FileRecord) -> _Outcome:
        id_, known = content.sha256, self._known.get(file.source)
        key = self._stored.get(id_)
        if key is not None and id_ not in self._to_renew:
            return _Outcome(file, replace(record, document=key, reading=self._noted.get(id_)))
        is_same = known is not None and known.sha256 == id_
        if known is not None and is_same and known.reason is not None and not self._would_read_better(known.reading):
            return _Outcome(file, replace(record, reason=known.reason, reading=known.reading))
        reading = self._workers.read(content.data, file.source)
        record = replace(record, reading=renewal.note(reading, self._settings))
        if reading.document is not None:
            return _Outcome(file, record, reading.document, reading.reader)
        if key is not None:
            return _Outcome(file, replace(record, document=key))  # what was read before is not lost
        return _Outcome(file, replace(record, reason=reading.reason))

    def _take(self, outcome: _Outcome) -> None:
        """Put an outcome into the batch, and finish the batch when it is full."""
        found = 0
        if (document := outcome.document) is not None and document.id not in self._counted:
            self._counted.add(document.id)  # a copy of a file is not embedded again
            found = len(document.paragraphs)
        self._advance(
            replace(
                self._progress,
                files_read=self._progress.files_read + 1,
                bytes_read=self._progress.bytes_read + outcome.found.size,
                paragraphs_found=self._progress.paragraphs_found + found,
                source=outcome.found.source,
            )
        )
        self._batch.append(outcome)
        self._batch_paragraphs += found
        if self._batch_paragraphs >= BATCH_PARAGRAPHS or len(self._batch) >= BATCH_FILES:
            self._finish_batch()

    def _finish_batch(self, gone: Iterable[str] = ()) -> None:
        """Embed, store, index and publish what the batch holds, and forget the files that are gone."""
        batch, self._batch, self._batch_paragraphs = self._batch, [], 0
        # Two new files with the same bytes are one document.
        new = {outcome.document.id: outcome for outcome in batch if outcome.document is not None}
        new = {id_: outcome for id_, outcome in new.items() if id_ not in self._stored or id_ in self._to_renew}
        if new:
            added = self._store.add_documents(self._embed(list(new.values())))
            self._stored |= added
            self._keys |= set(added.values())
            self._to_renew -= added.keys()
            self._noted |= {id_: outcome.record.reading for id_, outcome in new.items()}
        self._catch_up_words()
        self._store.publish(
            [
                outcome.record
                if outcome.document is None
                else replace(outcome.record, document=self._stored[outcome.document.id])
                for outcome in batch
            ],
            gone,
        )

    def _embed(self, outcomes: list[_Outcome]) -> list[EmbeddedDocument]:
        documents = [outcome.document for outcome in outcomes if outcome.document is not None]
        texts = [document.text[p.start : p.end] for document in documents for p in document.paragraphs]
        contexts = [document.context(p) for document in documents for p in document.paragraphs]
        embedder = self._embedder()
        rows: list[NDArray[np.float32]] = []
        owners: list[NDArray[np.int64]] = []
        # Texts of one length go together, so that little of what is computed is padding.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for first in range(0, len(order), EMBED_AT_ONCE):
            chosen = order[first : first + EMBED_AT_ONCE]
            vectors, of = embedder.embed_paragraphs([texts[n] for n in chosen], [contexts[n] for n in chosen])
            rows.append(vectors)
            owners.append(np.array(chosen)[of])
            embedded = self._progress.paragraphs_embedded + len(chosen)
            self._advance(replace(self._progress, paragraphs_embedded=embedded))
        all_owners = np.concatenate(owners)
        in_order = np.argsort(all_owners, kind="stable")  # stable: the pieces of a paragraph keep their order
        return list(_by_document(documents, outcomes, np.concatenate(rows)[in_order], all_owners[in_order]))

    def _catch_up_words(self) -> None:
        """Apply to the word index what the log says and it does not hold yet; doing so twice changes nothing."""
        changes = self._store.changes_since(self._words.seq)
        if not changes:
            return
        for change in changes:
            held = self._words.holds(change.document)
            if change.operation == "remove" and held:
                self._words.remove(change.document)
            elif change.operation == "add" and not held and change.document in self._keys:
                document = self._store.document(change.document, "")
                self._words.add(
                    change.document,
                    (
                        (change.first + place, f"{document.context(p)}\n{document.text[p.start : p.end]}")
                        for place, p in enumerate(document.paragraphs)
                    ),
                )
        self._words.commit(changes[-1].seq)

    def _advance(self, progress: Progress) -> None:
        self._progress = progress
        self._report_progress(progress)

    def _summary(self, found: list[FoundFile], changed: list[FoundFile], gone: list[str]) -> SyncReport:
        now = self._store.files()
        lost = {self._known[source].sha256 for source in gone} - {None}
        fresh = [file.source for file in changed if file.source not in self._known]
        renamed = [source for source in fresh if now[source].document is not None and now[source].sha256 in lost]
        kept = {now[source].sha256 for source in renamed}
        return SyncReport(
            added=tuple(s for s in fresh if now[s].document is not None and s not in set(renamed)),
            updated=tuple(
                file.source
                for file in changed
                if (known := self._known.get(file.source)) is not None
                and (known.sha256, known.document) != (now[file.source].sha256, now[file.source].document)
            ),
            renamed=tuple(renamed),
            removed=tuple(s for s in gone if self._known[s].document is not None and self._known[s].sha256 not in kept),
            unchanged=len(found) - len(changed),
            unread=tuple(UnreadFile(f.source, f.reason) for f in now.values() if f.reason is not None),
            paragraphs_embedded=self._progress.paragraphs_embedded,
        )


def _by_document(
    documents: list[Document],
    outcomes: list[_Outcome],
    vectors: NDArray[np.float32],
    owners: NDArray[np.int64],
) -> Iterator[EmbeddedDocument]:
    """Deal out the rows to the documents whose paragraphs they are, in the order of the documents."""
    first = 0
    for document, outcome in zip(documents, outcomes, strict=True):
        end = first + len(document.paragraphs)
        rows = slice(*np.searchsorted(owners, (first, end)))
        yield EmbeddedDocument(document, outcome.kind, vectors[rows], owners[rows] - first)
        first = end
