"""DocumentIndex: a folder's documents, kept in step with the folder and searched by meaning and by words."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedding import DEFAULT_MODEL, load_embedder
from index.errors import AskfolderError, FolderError, IndexBusyError, IndexMismatchError
from index.original import FilePlace, read_original
from index.page_images import DEFAULT_WIDTH, PageImages, PageView, marked_page
from index.place import empty_place, make_place
from index.reading.settings import DEFAULT_SETTINGS
from index.searcher import Searcher
from index.store import Store
from index.sync import Sync, UnreadFile
from index.uploads import Uploads

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from index.documents import Document, DocumentSummary
    from index.embedding import Embedder
    from index.original import Original
    from index.reading.settings import ReadingSettings
    from index.records import Holding, State
    from index.searcher import Hit
    from index.sync import Progress, SyncReport
    from index.uploads import Upload

ATTEMPTS = 5  # at a search while another process keeps publishing


@dataclass(frozen=True, slots=True)
class _Losses:
    """What could not be read, as of one state: each answer asks for it."""

    state: State
    incomplete: tuple[DocumentSummary, ...]
    unread: tuple[UnreadFile, ...]


class DocumentIndex:
    """The index of one folder. Any number may be open on it, in any number of processes; one at a time may sync.

    Safe to use from several threads.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        index: str | os.PathLike[str] | None = None,
        model: str | Embedder | None = None,
        reading: ReadingSettings = DEFAULT_SETTINGS,
        rebuild: bool = False,
    ) -> None:
        """Open a folder's index, making an empty one if there is none; `sync` reads the documents.

        Args:
            folder: The documents.
            index: Where to keep the index: `.askfolder` in the folder by default, or in the user's data directory
                where the folder cannot be written to.
            model: An embedding model by name or path, or one that is loaded; by default the one that made the index.
            reading: How files are to be read: limits, passwords, character recognition.
            rebuild: Throw away what the index holds and begin anew.

        Raises:
            FolderError: The folder does not exist, or there is no place to write the index.
            IndexDamagedError: The index cannot be read.
            IndexMismatchError: The index was made by another model or another version of its format.
            IndexBusyError: `rebuild`, and another process is writing to the index.
            ModelError: The model cannot be loaded. It is loaded when first needed, or here where it has to be
                compared with the one that made the index.
        """
        self.folder = Path(folder).expanduser().absolute()
        if not self.folder.is_dir():
            raise FolderError(f"There is no folder {self.folder}.")
        self.path = make_place(self.folder, index)
        self._model = model
        self._reading = reading
        self._embedder: Embedder | None = None
        self._lost: _Losses | None = None
        self._usual: tuple[State, tuple[str, ...], float] | None = None
        self._usual_vectors: NDArray[np.float32] | None = None
        self._lock = threading.RLock()
        self._model_lock = threading.Lock()
        if rebuild:
            with self._writing():
                empty_place(self.path)
        self._store = Store(self.path)
        self._searcher = Searcher(self._store, self.path)
        self._uploads = Uploads(self.path)
        self._page_images = PageImages(reading)
        try:
            self._check_model()
        except AskfolderError:
            self._store.close()
            raise

    def __enter__(self) -> DocumentIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"DocumentIndex({str(self.folder)!r})"

    def close(self) -> None:
        """Let go of the index; it cannot be used any more."""
        self._page_images.close()
        with self._lock:
            self._store.close()

    # The model

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded when first asked for.

        Raises:
            ModelError: It cannot be loaded.
            IndexMismatchError: It is not the one that made the index.
        """
        with self._model_lock:
            if self._embedder is None:
                self._embedder = self._load_model()
            return self._embedder

    @property
    def model_name(self) -> str:
        """The name of the embedding model."""
        if self._model is not None and not isinstance(self._model, str):
            return self._model.name
        with self._lock:
            return self._model or self._store.setting("model") or DEFAULT_MODEL

    def _check_model(self) -> None:
        """Refuse another model than the index's own at once, where its name already tells that it may be another."""
        made_by = self._store.setting("model")
        if made_by is not None and self._model is not None and self._model != made_by:
            _ = self.embedder

    def _load_model(self) -> Embedder:
        if self._model is None or isinstance(self._model, str):
            embedder: Embedder = load_embedder(self.model_name)
        else:
            embedder = self._model
        with self._lock:
            name, fingerprint, width = map(self._store.setting, ("model", "fingerprint", "width"))
        if fingerprint is not None and fingerprint != embedder.fingerprint:
            raise IndexMismatchError(
                f"The index in {self.path} was built with {name!r} ({width} wide), not with this {embedder.name!r} "
                f"({embedder.width} wide). Rebuild it with --rebuild, or use that model."
            )
        return embedder

    # Keeping in step with the folder

    def sync(self, report_progress: Callable[[Progress], None] = lambda _: None) -> SyncReport:
        """Read what is new or changed in the folder, forget what is gone, and leave the rest alone.

        It can be broken off at any moment, by an exception or by the power, without harm: what was finished stays,
        and the next sync goes on from there. Searching goes on meanwhile.

        Raises:
            IndexBusyError: Another process, or thread, is at it.
            FolderError: The folder is gone.
            ModelError, IndexMismatchError: As for `embedder`.
        """
        if not self.folder.is_dir():
            raise FolderError(f"The folder {self.folder} is gone. What it held is still in the index.")
        with self._writing():
            report = Sync(self.folder, self.path, self._embedder_to_write, self._reading, report_progress).run()
            with self._lock, self._store.snapshot():
                self._searcher.save_vectors()
        return report

    @contextmanager
    def _writing(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.path / "writer.lock", timeout=0):
                yield
        except Timeout as error:
            raise IndexBusyError(
                f"Another askfolder is reading documents into the index of {self.folder} just now. "
                "Wait until it is done, or stop it, and try again."
            ) from error

    def _embedder_to_write(self) -> Embedder:
        """Give the model and note in the index that it is the one."""
        embedder = self.embedder
        with self._lock:
            if self._store.setting("fingerprint") is None:
                self._store.change_settings(
                    {"model": embedder.name, "fingerprint": embedder.fingerprint, "width": str(embedder.width)}
                )
        return embedder

    # Documents that are handed over

    def add(self, stream: BinaryIO, name: str) -> Upload:
        """Keep a file inside the index; the next `sync` reads it, as if it stood in the folder.

        Args:
            stream: Its bytes.
            name: What it is called. It is only shown, and no path is made of it.

        Raises:
            UnsupportedFileError, LimitError, UnreadableFileError: It is of no kind that is read, too large, empty.
        """
        return self._uploads.add(stream, name, self._reading.limits)

    def remove(self, id_: str) -> None:
        """Delete a file that was handed over; from the next `sync` on, no answer holds it.

        Raises:
            UnknownDocumentError: None with this id was. Files of the folder are the user's own to delete.
        """
        self._uploads.remove(id_)

    def uploads(self) -> tuple[Upload, ...]:
        """Give the files that were handed over, read or not, in the order of their sources."""
        return tuple(self._uploads)

    # Looking

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Give all documents without their texts, in the order of their sources."""
        with self._lock, self._store.snapshot():
            return tuple(self._store.summaries())

    def version(self) -> str:
        """Give what is the same while `documents`, `unread` and `uploads` are, at next to no cost.

        Of an index that was rebuilt it may be the same as of the one before.
        """
        with self._lock, self._store.snapshot():
            state = self._store.state()
        return f"{state.seq}.{state.generation}.{self._uploads.version()}"

    def incomplete(self) -> tuple[DocumentSummary, ...]:
        """Give the documents of which something could not be read, or not plainly, in the order of their sources."""
        return self._losses().incomplete

    def paragraph_count(self) -> int:
        """Give the number of paragraphs of all documents."""
        with self._lock:
            return self._store.paragraph_count()

    def document(self, name: str) -> Document:
        """Give a whole document.

        Args:
            name: Its source (path below the folder) or its id.

        Raises:
            UnknownDocumentError: The index holds no such document.
        """
        with self._lock, self._store.snapshot():
            (holding,) = self._searcher.find([name])
            return self._store.document(holding.document, holding.source)

    def original(self, name: str) -> Original:
        """Give the file that a document was read from, or a copy of it with the same bytes.

        Args:
            name: The document's source or id.

        Raises:
            UnknownDocumentError: The index holds no such document.
            FileChangedError: No file holds these bytes any more.
        """
        with self._lock, self._store.snapshot():
            (holding,) = self._searcher.find([name])
            sources = self._store.sources(holding.document)
        return read_original(self._places(holding, sources), holding.id, self._reading.limits)

    def _places(self, holding: Holding, sources: Sequence[str]) -> Iterator[FilePlace]:
        """Give where the files that hold a document may be, first the one that was meant."""
        for source in sorted(sources, key=lambda source: source != holding.source):
            yield FilePlace(source, self.folder / source, within=self.folder)
        if (upload := self._uploads.find(holding.id)) is not None:
            yield FilePlace(upload.source, upload.path, within=upload.path.parent)

    def page_image(
        self,
        name: str,
        page: int,
        *,
        start: int | None = None,
        end: int | None = None,
        answer: tuple[int, int] | None = None,
        width: int = DEFAULT_WIDTH,
    ) -> bytes:
        """Draw a page of a PDF as it is shown, with a quotation boxed on it, one box a line.

        What of the quotation stands on other pages is not marked. The latest images are kept.

        Args:
            name: The document's source or id.
            page: Counted from 1.
            start: First character of the quotation, an offset into `Document.text`; None to mark nothing.
            end: One past its last character; given where `start` is.
            answer: Start and end, in the same text, of words of the quotation that are marked more strongly.
            width: Of the image in pixels, up to 4,000. A page that would then have more than about 10 million pixels,
                or be longer than 20,000, is drawn narrower.

        Returns:
            A PNG file.

        Raises:
            UnknownDocumentError: The index holds no such document.
            NoPageImagesError: It is no PDF.
            ValueError: It has no such page, `start` to `end` is not in its text, `answer` is not within, or `width` is
                too small or large.
            FileChangedError: No file holds the bytes that it was read from any more.
            PageImageError: The page cannot be drawn: it is damaged, protected, or exceeds a limit.
        """
        if start is None or end is None:
            if start is not end:
                raise ValueError("Give both start and end of the quotation, or neither.")
            quotation = None
        else:
            quotation = (start, end)
        with self._lock, self._store.snapshot():
            (holding,) = self._searcher.find([name])
            view = PageView(holding.document, page, width, quotation, answer)
            if (image := self._page_images.kept(view)) is not None:
                return image
            document = self._store.document(holding.document, holding.source)
            kind, sources = self._store.kind(holding.document), self._store.sources(holding.document)
        marked = marked_page(document, kind, view)
        original = read_original(self._places(holding, sources), holding.id, self._reading.limits)
        return self._page_images.draw(view, marked, original)

    def unread(self) -> tuple[UnreadFile, ...]:
        """Give the files that could not be read at the last sync, and why, in the order of their sources."""
        return self._losses().unread

    def _losses(self) -> _Losses:
        with self._lock, self._store.snapshot():
            state = self._store.state()
            if self._lost is None or self._lost.state != state:
                files = sorted(self._store.files().items())
                self._lost = _Losses(
                    state,
                    tuple(self._store.summaries(incomplete=True)),
                    tuple(UnreadFile(source, file.reason) for source, file in files if file.reason is not None),
                )
            return self._lost

    def search(self, question: str, k: int = 10, documents: Sequence[str] | None = None) -> tuple[Hit, ...]:
        """Find the paragraphs nearest to a question, by meaning and by words.

        Both searches are exact. Equal scores come in the order of source and paragraph, so that the same question to
        the same index always has the same answer. (BM25 counts removed paragraphs until their files are merged.)

        Args:
            question: Any text that is not blank.
            k: How many to return at most, at least 1.
            documents: Sources or ids of the documents to look in; all when None.

        Returns:
            Best first; fewer than k where the documents hold fewer paragraphs. Each search brings its best 100 or k,
            whichever is more.

        Raises:
            ValueError: The question is blank, or k is below 1.
            UnknownDocumentError: One of `documents` is not in the index.
        """
        question = question.encode("utf-8", "replace").decode()  # halves of characters, which no engine takes
        if not question.strip():
            raise ValueError("The question is empty.")
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}.")
        with self._lock:
            if self._store.setting("width") is None:  # nothing was ever indexed
                return ()
        vector = self.embedder.embed_questions([question])[0]
        with self._lock:
            for _ in range(ATTEMPTS):
                with self._store.snapshot():
                    hits = self._searcher.search(question, vector, k, documents)
                    state = self._store.state()
                # Words that a writer has just removed may be missing from a search over the state before.
                if self._store.state() == state:
                    break
        return hits

    def check(self, documents: Sequence[str] | None) -> None:
        """Raise UnknownDocumentError where one of these sources or ids is not in the index."""
        if documents:
            with self._lock, self._store.snapshot():
                self._searcher.find(documents)

    def usual_cosine(self, questions: Sequence[str]) -> float:
        """Give how near the nearest paragraph comes to a question in the middle of many: the median of best cosines.

        Asked of questions about all sorts of things, it says how near this folder comes to a question that it has
        nothing to do with; the more paragraphs, the nearer.

        Args:
            questions: At least one; the same ones cost nothing until the folder changes.

        Returns:
            A cosine in [-1, 1]; 0 where nothing is indexed.
        """
        with self._lock:
            if self._store.setting("width") is None:
                return 0.0
            asked = tuple(questions)
            with self._store.snapshot():
                if self._usual is not None and self._usual[:2] == (self._store.state(), asked):
                    return self._usual[2]
            vectors = self._usual_vectors if self._usual is not None and self._usual[1] == asked else None
        if vectors is None:
            vectors = self.embedder.embed_questions(asked)
        with self._lock, self._store.snapshot():
            cosine = float(np.median(self._searcher.best_cosines(vectors)))
            self._usual, self._usual_vectors = (self._store.state(), asked, cosine), vectors
            return cosine

    def size_on_disk(self) -> int:
        """Give the size of the index in bytes."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def word_weights(self, text: str) -> dict[str, float]:
        """Give each word of a text, as it is indexed, and how much its presence says: the rarer, the more.

        Above 0; the values are those of `Searcher.word_weights`.
        """
        with self._lock, self._store.snapshot():
            return self._searcher.word_weights(text)

    def held(self, texts: Sequence[str], documents: Sequence[str] | None = None) -> frozenset[str]:
        """Give those of the texts whose words stand in the documents: what is missing occurs nowhere in them.

        Words are compared as they are indexed: lower case, without accents, stemmed. A text is held where one
        paragraph, with its title and headings, has all of its words, in any order; or what is in no paragraph of one
        document has them, such as a byline; or the names of files and authors. One without a word that is indexed, such
        as "the", counts as held.

        Args:
            texts: Words, names, numbers.
            documents: Sources or ids of the documents to look in; all when None.

        Raises:
            UnknownDocumentError: One of `documents` is not in the index.
        """
        with self._lock, self._store.snapshot():
            return self._searcher.held(texts, documents)
