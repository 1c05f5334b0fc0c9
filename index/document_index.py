"""DocumentIndex: a folder's documents, kept in step with the folder and searched by meaning and by words."""

from __future__ import annotations

import difflib
import hashlib
import math
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedding import DEFAULT_MODEL, load_embedder
from index.errors import AskfolderError, FolderError, IndexBusyError, IndexMismatchError, UnknownDocumentError
from index.fusion import fuse
from index.store import DATABASE, PIECE_BITS, Store, vector_range
from index.sync import Sync, UnreadFile
from index.vectors import Vectors
from index.words import WordReader, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from index.documents import Document, DocumentSummary, Paragraph
    from index.embedding import Embedder
    from index.store import StoredParagraph
    from index.sync import Progress, SyncReport

INDEX_NAME = ".askfolder"
DEPTH = 100  # how many paragraphs each of the two searches brings
ATTEMPTS = 5  # at a search while another process keeps publishing
SAVE_AFTER = 2_000  # vectors added or removed since the vector file was written


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph as found.

    Attributes:
        document_id: SHA-256 of its file's bytes.
        source: Its file's path below the folder.
        title: Its document's title; None where it has none.
        paragraph: Where it stands.
        text: Its text.
        score: Fused score in [0, 1], higher is nearer; comparable between hits of one search only.
        dense: Cosine with the question in [-1, 1]: that of its best piece.
        words: BM25 score above 0; None where the word search did not bring it.
    """

    document_id: str
    source: str
    title: str | None
    paragraph: Paragraph
    text: str
    score: float
    dense: float
    words: float | None


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
        rebuild: bool = False,
    ) -> None:
        """Open a folder's index, making an empty one if there is none; `sync` reads the documents.

        Args:
            folder: The documents.
            index: Where to keep the index: `.askfolder` in the folder by default, or in the user's data directory
                where the folder cannot be written to.
            model: An embedding model by name or path, or one that is loaded; by default the one that made the index.
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
        self.path = _make_place(self.folder, index)
        self._model = model
        self._embedder: Embedder | None = None
        self._lock = threading.RLock()
        self._model_lock = threading.Lock()
        if rebuild:
            with self._writing():
                _empty(self.path)
        self._store = Store(self.path)
        self._words: WordReader | None = None
        self._vectors: Vectors | None = None
        self._seq = 0  # the last change that `_vectors` holds
        self._saved_seq = 0
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
        with self._lock:
            self._store.close()
            self._words = self._vectors = None

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
            report = Sync(self.folder, self.path, self._embedder_to_write, report_progress).run()
            with self._lock, self._store.snapshot():
                self._catch_up()
                self._save_vectors()
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

    def _save_vectors(self) -> None:
        """Write the vector file if it has fallen so far behind that opening would take noticeably longer."""
        if self._vectors is None:
            return
        behind = sum(change.end - change.first for change in self._store.changes_since(self._saved_seq))
        if behind >= SAVE_AFTER:
            self._vectors.save(self.path, self._seq)
            self._saved_seq = self._seq

    def _catch_up(self) -> tuple[Vectors, WordReader] | None:
        """Bring vectors and words up to the snapshot (words may be ahead of it); None while nothing is indexed."""
        width = self._store.setting("width")
        if width is None:
            return None
        if self._vectors is None:
            loaded = Vectors.load(self.path, int(width))
            # A file of a later state than the database's can only come from a database that was put back.
            if loaded is None or loaded[1] > self._store.state().seq:
                loaded = Vectors(int(width)), 0
            self._vectors, self._seq = loaded
            self._saved_seq = self._seq
        changes = self._store.changes_since(self._seq)
        for change in changes:
            if change.operation == "add":
                self._vectors.add(*self._store.vectors(change.first, change.end, int(width)))
            else:
                self._vectors.remove(*vector_range(change.first, change.end))
            self._seq = change.seq
        if self._words is None:
            self._words = WordReader(self.path / "words")
        else:
            self._words.refresh()
        return self._vectors, self._words

    # Looking

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Give all documents without their texts, in the order of their sources."""
        with self._lock, self._store.snapshot():
            return tuple(self._store.summaries())

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
            ((key, source),) = self._resolve([name]).items()
            return self._store.document(key, source)

    def unread(self) -> tuple[UnreadFile, ...]:
        """Give the files that could not be read at the last sync, and why, in the order of their sources."""
        with self._lock, self._store.snapshot():
            files = self._store.files()
        return tuple(UnreadFile(f.source, f.reason) for _, f in sorted(files.items()) if f.reason is not None)

    def search(self, question: str, k: int = 10, documents: Sequence[str] | None = None) -> tuple[Hit, ...]:
        """Find the paragraphs nearest to a question, by meaning and by words.

        Both searches are exact. Equal scores come in the order of source and paragraph, so that the same question to
        the same documents always has the same answer.

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
                    hits = self._search(question, vector, k, documents)
                    state = self._store.state()
                # Words that a writer has just removed may be missing from a search over the state before.
                if self._store.state() == state:
                    break
        return hits

    def _search(
        self, question: str, vector: NDArray[np.float32], k: int, documents: Sequence[str] | None
    ) -> tuple[Hit, ...]:
        chosen = None if documents is None else self._resolve(documents)
        depth = max(DEPTH, k)
        dense, words, found = self._candidates(question, vector, depth, chosen)
        scores = fuse([dense, words], depth)
        ranked = _in_order(scores, found)
        texts = {found[id_].document: "" for id_ in ranked[:k]}
        texts = {key: self._store.text(key) for key in texts}
        return tuple(
            Hit(
                document_id=row.document_id,
                source=row.source if chosen is None else chosen[row.document],
                title=row.title,
                paragraph=row.paragraph,
                text=texts[row.document][row.paragraph.start : row.paragraph.end],
                score=scores[id_],
                dense=dense[id_] if id_ in dense else self._cosine(id_, vector),
                words=words.get(id_),
            )
            for id_, row in ((id_, found[id_]) for id_ in ranked[:k])
        )

    def _cosine(self, paragraph: int, question: NDArray[np.float32]) -> float:
        """Give the cosine of a question with the best piece of a paragraph."""
        _, vectors = self._store.vectors(paragraph, paragraph + 1, len(question))
        return float((vectors @ question).max())

    def _candidates(
        self, question: str, vector: NDArray[np.float32], depth: int, chosen: dict[int, str] | None
    ) -> tuple[dict[int, float], dict[int, float], dict[int, StoredParagraph]]:
        """Give the best `depth` visible paragraphs of each search with their scores, and all of them as stored."""
        searchers = self._catch_up()
        if searchers is None:
            return {}, {}, {}
        vectors, words_index = searchers
        ranges = None
        if chosen is not None:
            ranges = [vector_range(*self._store.paragraph_range(key)) for key in chosen]
        asked = depth
        while True:
            pieces, cosines = vectors.nearest(vector, asked, ranges)
            dense = _best_of_pieces(pieces, cosines)
            ids, bm25 = words_index.nearest(question, asked, chosen)
            words = dict(zip(ids.tolist(), bm25.tolist(), strict=True))
            found = self._store.paragraphs(list(dense.keys() | words.keys()))
            dense = {id_: score for id_, score in dense.items() if id_ in found}
            words = {id_: score for id_, score in words.items() if id_ in found}
            # Several pieces of one paragraph, or paragraphs not yet or no longer visible, may have filled the list.
            # Where all that came is equally good, what did not come may be so too and stand before it.
            short_of_dense = len(pieces) == asked and (len(dense) < depth or cosines[0] == cosines[-1])
            short_of_words = len(ids) == asked and (len(words) < depth or bm25[0] == bm25[-1])
            if not (short_of_dense or short_of_words):
                dense = {id_: dense[id_] for id_ in _in_order(dense, found)[:depth]}
                words = {id_: words[id_] for id_ in _in_order(words, found)[:depth]}
                return dense, words, found
            asked *= 4

    def size_on_disk(self) -> int:
        """Give the size of the index in bytes."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def word_weights(self, text: str) -> dict[str, float]:
        """Give each word of a text, as it is indexed, and how much its presence says: the rarer, the more.

        Source:
            The inverse document frequency of BM25: ln(1 + (N - n + 0.5) / (n + 0.5)) for a word that stands in n of
            the N paragraphs. A word that stands in none weighs most.
        """
        words = dict.fromkeys(words_of(text))
        with self._lock, self._store.snapshot():
            searchers = self._catch_up()
            if searchers is None:
                return dict.fromkeys(words, 1.0)
            total = searchers[1].paragraph_count
            counts = {word: searchers[1].count(word) for word in words}
        return {word: math.log(1 + (total - count + 0.5) / (count + 0.5)) for word, count in counts.items()}

    def _resolve(self, names: Sequence[str]) -> dict[int, str]:
        """Give the key of each named document, and the source under which to cite it."""
        held = self._store.sources()
        by_source = {source: key for key, sources in held.items() for source in sources}
        by_id = {id_: (key, held[key][0]) for id_, key in self._store.document_keys().items() if key in held}
        chosen: dict[int, str] = {}
        for name in names:
            if name in by_source:
                chosen[by_source[name]] = name
            elif name in by_id:
                chosen.setdefault(*by_id[name])
            else:
                near = difflib.get_close_matches(name, by_source, 1, cutoff=0.5)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                raise UnknownDocumentError(f"There is no document {name!r} in {self.folder}.{hint}")
        return chosen


def _in_order(scores: dict[int, float], found: dict[int, StoredParagraph]) -> list[int]:
    """Give paragraphs best first, equal ones by source and number."""
    return sorted(scores, key=lambda id_: (-scores[id_], found[id_].source, found[id_].paragraph.number))


def _best_of_pieces(pieces: NDArray[np.int64], scores: NDArray[np.float32]) -> dict[int, float]:
    """Give each paragraph the score of its best piece, best first, equal ones by id."""
    best: dict[int, float] = {}
    order = np.lexsort((pieces, -scores))
    for paragraph, score in zip((pieces[order] >> PIECE_BITS).tolist(), scores[order].tolist(), strict=True):
        best.setdefault(paragraph, score)
    return best


def has_index(folder: str | os.PathLike[str], index: str | os.PathLike[str] | None = None) -> bool:
    """Tell whether a folder has an index; arguments as for `DocumentIndex`."""
    return (_find_place(Path(folder).expanduser().absolute(), index) / DATABASE).is_file()


def _find_place(folder: Path, index: str | os.PathLike[str] | None) -> Path:
    """Give the place of a folder's index, whether there is one or not."""
    path = folder / INDEX_NAME if index is None else Path(index).expanduser().absolute()
    if index is None and not os.access(path if path.exists() else folder, os.W_OK):
        import platformdirs

        name = f"{folder.name}-{hashlib.sha256(str(folder).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
        path = platformdirs.user_data_path("askfolder") / name
    return path


def _make_place(folder: Path, index: str | os.PathLike[str] | None) -> Path:
    """Give the place of a folder's index, made if need be."""
    path = _find_place(folder, index)
    try:
        path.mkdir(parents=True, exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")  # an index is no source: keep it out of repositories
    except OSError as error:
        raise FolderError(
            f"The index cannot be written to {path} ({error.strerror}). Name another place with --index PATH."
        ) from error
    return path


def _empty(path: Path) -> None:
    """Delete what an index consists of, and nothing else that somebody may keep in its folder."""
    shutil.rmtree(path / "words", ignore_errors=True)
    # The database goes last: broken off in between, the rest can be made from it again.
    for file in [*path.glob("vectors*"), *path.glob(f"{DATABASE}*")]:
        file.unlink()
