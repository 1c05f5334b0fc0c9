"""Nearest paragraphs by BM25: the only module that imports tantivy."""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from index.atomic_files import replace_file
from index.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import tantivy
    from numpy.typing import NDArray

ANALYZER = "english"
LONGEST_WORD = 255  # bytes; longer ones are no words
WRITER_BYTES = 32 << 20
SEQ_FILE = "seq"
_UNSEEN = re.compile("[\u00ad\u200b\u2060]")  # soft hyphen, zero width space, word joiner


class WordReader:
    """Searches the word index in `folder`, as of the last `refresh`. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open a word index.

        Raises:
            IndexDamagedError: There is none in `folder`, or it cannot be read.
        """
        self._folder = folder
        self._analyzer = _analyzer()
        self._schema = _schema()
        try:
            self._index = _open(folder, self._schema, self._analyzer)
        except (ValueError, OSError) as error:
            raise _damaged(folder, error) from error
        self._searcher = self._index.searcher()

    def refresh(self) -> None:
        """See all that was committed until now.

        Raises:
            IndexDamagedError: The index was taken away, as by a rebuild.
        """
        try:
            self._index.reload()
        except (ValueError, OSError) as error:
            raise _damaged(self._folder, error) from error
        self._searcher = self._index.searcher()

    @property
    def paragraph_count(self) -> int:
        """Number of paragraphs, those of documents that were removed left out."""
        return int(self._searcher.num_docs)

    def count(self, word: str) -> int:
        """Count the paragraphs in which a word, as `words_of` gives it, stands."""
        # tantivy counts removed paragraphs until it merges its files.
        return min(self.paragraph_count, int(self._searcher.doc_freq("text", word)))

    def hold(self, words: Sequence[str], documents: Iterable[int] | None = None) -> bool:
        """Tell whether all of these words, as `words_of` gives them, stand together in one paragraph.

        Args:
            words: In any order; of none it is true.
            documents: Keys of the documents to look in; everywhere when None.
        """
        import tantivy

        if not words or not all(map(self.count, words)):
            return not words
        must = [(tantivy.Occur.Must, self._with_word(word)) for word in words]
        if documents is not None:
            must.append((tantivy.Occur.Must, self._among(documents)))
        return bool(self._searcher.search(tantivy.Query.boolean_query(must), limit=1, count=False).hits)

    def holding(self, word: str, limit: int) -> NDArray[np.int64]:
        """Give the ids of the paragraphs in which a word, as `words_of` gives it, stands, ascending.

        Of more than `limit` those that score highest: in which it stands often, or that are short.
        """
        hits = self._searcher.search(self._with_word(word), limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("paragraph", [address for _, address in hits])
        return np.sort(np.array(ids, np.int64))

    def nearest(
        self, question: str, k: int, documents: Iterable[int] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k paragraphs with the highest BM25 score for the words of a question.

        Args:
            question: Any text; it is cut into words, never parsed as a query.
            k: How many to return, at least 1.
            documents: Keys of the documents to look in; everywhere when None. Word statistics stay those of all
                documents, so that a restricted search scores a paragraph as an unrestricted one does.

        Returns:
            ids, scores: Paragraph ids and scores, both of shape (n,) with n <= k, best first. Scores are above 0.
            Empty when the question holds no word of the index.

        Source:
            BM25 with k1 = 1.2 and b = 0.75, as tantivy implements it.
        """
        import tantivy

        terms = dict.fromkeys(self._analyzer.analyze(_plain(question)))
        clauses = [(tantivy.Occur.Should, self._with_word(term)) for term in terms]
        if not clauses:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query = tantivy.Query.boolean_query(clauses)
        if documents is not None:
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, self._among(documents))]
            )
        hits = self._searcher.search(query, limit=k, count=False).hits
        if not hits:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        ids = np.array(self._searcher.fast_field_values("paragraph", [address for _, address in hits]), np.int64)
        scores = np.array([score for score, _ in hits], np.float32)
        order = np.lexsort((ids, -scores))  # equal scores by id: tantivy's order depends on how its files were merged
        return ids[order], scores[order]

    def _with_word(self, word: str) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, "text", word, index_option="freq")

    def _among(self, documents: Iterable[int]) -> tantivy.Query:
        import tantivy

        among = tantivy.Query.term_set_query(self._schema, "document", list(documents))
        return tantivy.Query.const_score_query(among, 0.0)


class WordWriter:
    """Adds and removes documents; one at a time across processes. Use as a context manager.

    Attributes:
        seq: The last change of the log that the committed index holds; 0 for a new one.
    """

    def __init__(self, folder: Path) -> None:
        """Open the word index in `folder` for writing; one that is missing or damaged is begun anew, with seq 0."""
        self._folder = folder
        self._schema = _schema()
        analyzer = _analyzer()
        try:
            # Before there is a writer, whose threads might still put files into a folder that is then deleted.
            self.seq = int((folder / SEQ_FILE).read_text())
            self._index = _open(folder, self._schema, analyzer)
            self._writer = self._open_writer()
        except (ValueError, OSError):
            _make_empty(folder)
            self._index = _create(folder, self._schema, analyzer)
            self._writer = self._open_writer()
            self.seq = 0

    def __enter__(self) -> WordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.rollback()
        self._writer.wait_merging_threads()

    def holds(self, document: int) -> bool:
        """Tell whether the committed index holds a document."""
        return bool(self._index.searcher().search(self._document(document), limit=1, count=False).hits)

    def add(self, document: int, paragraphs: Iterable[tuple[int, str]]) -> None:
        """Add a document's paragraphs, each an id and the text to find it by; not seen before `commit`."""
        import tantivy

        for paragraph, text in paragraphs:
            row = tantivy.Document()
            row.add_unsigned("paragraph", paragraph)
            row.add_unsigned("document", document)
            row.add_text("text", _plain(text))
            self._writer.add_document(row)

    def remove(self, document: int) -> None:
        """Remove a document's paragraphs; still seen before `commit`."""
        # By query: deleting by term takes the number for a signed one and finds nothing.
        self._writer.delete_documents_by_query(self._document(document))

    def commit(self, seq: int) -> None:
        """Make additions and removals durable, and note that all changes up to `seq` are in."""
        self._writer.commit()
        replace_file(self._folder / SEQ_FILE, str(seq).encode())
        self._index.reload()
        self.seq = seq

    def _document(self, document: int) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, "document", document)

    def _open_writer(self) -> tantivy.IndexWriter:
        writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        # A crash may leave a file of deletions behind on which every later commit would fail.
        writer.garbage_collect_files()
        return writer


def committed_seq(folder: Path) -> int | None:
    """Give the last change of the log that the word index in `folder` holds; None where none can be opened."""
    try:
        WordReader(folder)  # the number may be there and the rest missing
        return int((folder / SEQ_FILE).read_text())
    except (IndexDamagedError, OSError, ValueError):
        return None


def _damaged(folder: Path, error: Exception) -> IndexDamagedError:
    return IndexDamagedError(
        f"The word index in {folder} cannot be read ({error}). Index the folder again to make it anew."
    )


def _plain(text: str) -> str:
    """Write a text as it is searched: letters composed, what may break a word and is not seen left out."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def words_of(text: str) -> Sequence[str]:
    """Give the words of a text as they are indexed: lower case, without accents, stop words dropped, stemmed."""
    words: list[str] = _analyzer().analyze(_plain(text))
    return words


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("paragraph", fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("text", tokenizer_name=ANALYZER, index_option="freq")
    return builder.build()


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stopword("english"))
        .filter(Filter.stemmer("english"))
        .build()
    )


def _make_empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for _ in range(10):
        if not folder.exists():
            break
        # A thread of a writer that was broken off just now may have put its last file there meanwhile.
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _open(folder: Path, schema: tantivy.Schema, analyzer: tantivy.TextAnalyzer) -> tantivy.Index:
    import tantivy

    if not (folder / "meta.json").is_file():
        raise FileNotFoundError(f"there is none in {folder}")
    return _configured(tantivy.Index(schema, path=str(folder)), analyzer)


def _create(folder: Path, schema: tantivy.Schema, analyzer: tantivy.TextAnalyzer) -> tantivy.Index:
    import tantivy

    return _configured(tantivy.Index(schema, path=str(folder), reuse=False), analyzer)


def _configured(index: tantivy.Index, analyzer: tantivy.TextAnalyzer) -> tantivy.Index:
    index.register_tokenizer(ANALYZER, analyzer)
    index.config_reader(reload_policy="manual")  # we say when, and no thread has to watch the folder
    return index
