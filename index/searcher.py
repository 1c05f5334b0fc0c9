"""Both searches over one snapshot of the store, and their fusion with what the question says of the document meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.catalogue import Catalogue
from index.fusion import fuse, weigh_in
from index.naming import Names
from index.store import PIECE_BITS, Store, vector_range
from index.vectors import Vectors
from index.words import WordReader, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.catalogue import Place
    from index.documents import Paragraph
    from index.naming import Naming
    from index.records import Holding, State

DEPTH = 100  # how many paragraphs each of the two searches brings
NAMED_WEIGHT = 0.5  # of the names in a question, against both searches together
AGE_WEIGHT = 0.8  # of the age of a document, where the question asks for the newest or oldest
AGED = 30  # the best paragraphs, among whose documents the newest or oldest is looked for
MOST_NAMED = 200  # documents; a question that names more of them chooses none
SAVE_AFTER = 2_000  # paragraphs added or removed since the vector file was written


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
        named: The share of the names and numbers in the question that the paragraph holds, or its file's name or the
            rest of its document for it, in [0, 1]; None where the question names no document.
    """

    document_id: str
    source: str
    title: str | None
    paragraph: Paragraph
    text: str
    score: float
    dense: float
    words: float | None
    named: float | None = None


@dataclass(slots=True)
class _Candidates:
    """The paragraphs that a search brought, by id: cosines, BM25 scores, and where all of them stand."""

    dense: dict[int, float]
    words: dict[int, float]
    places: dict[int, Place]

    def add(self, others: _Candidates) -> None:
        self.dense |= others.dense
        self.words |= others.words
        self.places |= others.places


@dataclass(frozen=True, slots=True)
class _Best:
    """The vector nearest to each of n questions among those with ids below `end`: `ids` and `cosines`, shape (n,)."""

    vectors: Vectors
    questions: NDArray[np.float32]
    ids: NDArray[np.int64]
    cosines: NDArray[np.float32]
    end: int


class Searcher:
    """Holds in memory what searching needs, and brings it up to each snapshot by the store's log.

    Every method is to be called within a snapshot of the store. Not to be shared by two threads at once.
    """

    def __init__(self, store: Store, path: Path) -> None:
        """Prepare to search the index at `path`; nothing is read before it is needed."""
        self._store = store
        self._path = path
        self._state: State | None = None
        self._catalogue = Catalogue(())
        self._names = Names(self._catalogue)
        self._words: WordReader | None = None
        self._vectors: Vectors | None = None
        self._seq = 0  # the last change that the vectors hold
        self._saved_seq = 0  # the last change that the vector file holds
        self._best: _Best | None = None
        self._aside: dict[int, frozenset[str]] = {}  # the words in no paragraph of a document, by its key

    def find(self, names: Sequence[str]) -> list[Holding]:
        """Give the documents with these sources or ids; UnknownDocumentError where there is none."""
        self.catch_up()
        return self._catalogue.find(names)

    def search(
        self, question: str, vector: NDArray[np.float32], k: int, documents: Sequence[str] | None
    ) -> tuple[Hit, ...]:
        """Find the k paragraphs nearest to a question, best first, equal ones by source and number.

        Args:
            question: For the search by words.
            vector: The question as a unit vector of shape (width,), float32.
            k: How many to return at most.
            documents: Sources or ids of the documents to look in; all when None.
        """
        self.catch_up()
        chosen = None if documents is None else self._catalogue.find(documents)
        depth = max(DEPTH, k)
        found = self._candidates(question, vector, depth, chosen)
        naming = self._naming(question, chosen)
        if naming is not None and (meant := self._meant(naming, chosen)):
            # Among many similar documents, those that are named may not be among the best of all.
            found.add(self._candidates(question, vector, depth, meant))
        scores, named = self._weigh(question, found, depth, naming)
        dense, words, places = found.dense, found.words, found.places
        best = _in_order(scores, places)[:k]
        rows = self._store.paragraphs(best)
        texts = {key: self._store.text(key) for key in {rows[id_].document for id_ in best}}
        # A copy that was asked for by its own name is cited by it.
        sources = {holding.document: holding.source for holding in chosen or ()}
        return tuple(
            Hit(
                document_id=row.document_id,
                source=sources.get(row.document, places[id_].source),
                title=row.title,
                paragraph=row.paragraph,
                text=texts[row.document][row.paragraph.start : row.paragraph.end],
                score=scores[id_],
                dense=dense[id_] if id_ in dense else self._cosine(id_, vector),
                words=words.get(id_),
                named=named.get(id_),
            )
            for id_, row in ((id_, rows[id_]) for id_ in best)
        )

    def best_cosines(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the cosine of the nearest paragraph with each of n questions.

        Args:
            vectors: Unit rows of shape (n, width), float32. Given the same array again, only what is new is compared.

        Returns:
            Shape (n,), in [-1, 1]; 0 where there is no paragraph.
        """
        self.catch_up()
        held, before = self._vectors, self._best
        if held is None or not len(held):
            return np.zeros(len(vectors), np.float32)
        best = _Best(held, vectors, np.zeros(len(vectors), np.int64), np.zeros(len(vectors), np.float32), held.end)
        follows = before is not None and before.vectors is held and before.questions is vectors
        for n, question in enumerate(vectors):
            found = []
            if before is not None and follows and int(before.ids[n]) in held:  # then only what is new can be nearer
                found.append((float(before.cosines[n]), int(before.ids[n])))
                ids, cosines = held.nearest(question, 1, [(before.end, best.end)])
            else:
                ids, cosines = held.nearest(question, 1)
            found += zip(cosines.tolist(), ids.tolist(), strict=True)
            best.cosines[n], best.ids[n] = max(found)
        self._best = best
        return best.cosines

    def word_weights(self, text: str) -> dict[str, float]:
        """Give each word of a text, as it is indexed, and how much its presence says: the rarer, the more.

        Source:
            The inverse document frequency of BM25: ln(1 + (N - n + 0.5) / (n + 0.5)) for a word that stands in n of
            the N paragraphs. A word that stands in none weighs most.
        """
        self.catch_up()
        words = dict.fromkeys(words_of(text))
        if self._words is None:
            return dict.fromkeys(words, 1.0)
        total = self._words.paragraph_count
        counts = {word: self._words.count(word) for word in words}
        return {word: math.log(1 + (total - count + 0.5) / (count + 0.5)) for word, count in counts.items()}

    def held(self, texts: Sequence[str], documents: Sequence[str] | None = None) -> frozenset[str]:
        """Give those of the texts whose words stand in the documents; see `DocumentIndex.held`."""
        self.catch_up()
        chosen = None if documents is None else self._catalogue.find(documents)
        if self._words is None:
            return frozenset()
        keys = None if chosen is None else [holding.document for holding in chosen]
        named = self._catalogue.holdings if chosen is None else chosen
        held: set[str] = set()
        called: set[str] | None = None
        for text in dict.fromkeys(texts):
            words = words_of(text.encode("utf-8", "replace").decode())
            if not self._words.hold(words, keys):
                if called is None:
                    called = set(words_of("\n".join(f"{each.source}\n{each.author or ''}" for each in named)))
                if not called.issuperset(words) and not self._sets_aside(words, named):
                    continue
            held.add(text)
        return frozenset(held)

    def _sets_aside(self, words: Sequence[str], holdings: Iterable[Holding]) -> bool:
        """Tell whether what is in no paragraph of one of the documents has all of these words."""
        keys = {holding.document for holding in holdings}
        for key in keys.difference(self._aside):
            self._aside[key] = frozenset(words_of(self._store.set_aside(key)))
        return any(self._aside[key].issuperset(words) for key in keys)

    def catch_up(self) -> None:
        """Bring what is held in memory up to the snapshot; the words may be ahead of it."""
        width = self._store.setting("width")
        state = self._store.state()
        if width is None:  # nothing was ever indexed
            return
        if self._vectors is None:
            loaded = Vectors.load(self._path, int(width))
            # A file of a later state than the database's can only come from a database that was put back.
            if loaded is None or loaded[1] > state.seq:
                loaded = Vectors(int(width)), 0
            self._vectors, self._seq = loaded
            self._saved_seq = self._seq
        for change in self._store.changes_since(self._seq):
            if change.operation == "add":
                self._vectors.add(*self._store.vectors(change.first, change.end, int(width)))
            else:
                self._vectors.remove(*vector_range(change.first, change.end))
            self._seq = change.seq
        if self._words is None:
            self._words = WordReader(self._path / "words")
        elif state != self._state:
            self._words.refresh()
        if state != self._state:
            self._catalogue = Catalogue(self._store.holdings())
            self._names = Names(self._catalogue)
            self._state = state

    def save_vectors(self) -> None:
        """Write the vector file if it has fallen so far behind that opening would take noticeably longer."""
        self.catch_up()
        behind = sum(change.end - change.first for change in self._store.changes_since(self._saved_seq))
        if self._vectors is not None and behind >= SAVE_AFTER:
            self._vectors.save(self._path, self._seq)
            self._saved_seq = self._seq

    def _candidates(
        self, question: str, vector: NDArray[np.float32], depth: int, chosen: Sequence[Holding] | None
    ) -> _Candidates:
        """Give the best `depth` visible paragraphs of each search with their scores, and the places of all."""
        if self._vectors is None or self._words is None:
            return _Candidates({}, {}, {})
        ranges = None if chosen is None else [vector_range(holding.first, holding.end) for holding in chosen]
        keys = None if chosen is None else [holding.document for holding in chosen]
        asked = depth
        while True:
            pieces, cosines = self._vectors.nearest(vector, asked, ranges)
            ids, bm25 = self._words.nearest(question, asked, keys)
            dense = _best_of_pieces(pieces, cosines)
            words = dict(zip(ids.tolist(), bm25.tolist(), strict=True))
            places = self._catalogue.places(dense.keys() | words.keys())
            dense = {id_: score for id_, score in dense.items() if id_ in places}
            words = {id_: score for id_, score in words.items() if id_ in places}
            # Several pieces of one paragraph, or paragraphs not yet or no longer visible, may have filled the list.
            # Where all that came is equally good, what did not come may be so too and stand before it.
            short_of_dense = len(pieces) == asked and (len(dense) < depth or cosines[0] == cosines[-1])
            short_of_words = len(ids) == asked and (len(words) < depth or bm25[0] == bm25[-1])
            if not (short_of_dense or short_of_words):
                dense = {id_: dense[id_] for id_ in _in_order(dense, places)[:depth]}
                words = {id_: words[id_] for id_ in _in_order(words, places)[:depth]}
                return _Candidates(dense, words, places)
            asked *= 4

    def _naming(self, question: str, chosen: Sequence[Holding] | None) -> Naming | None:
        """Tell how well the question names each document; None where it does not, or one document is asked alone."""
        if self._words is None or (chosen is not None and len(chosen) < 2):
            return None
        return self._names.named_by(question, self._words)

    def _meant(self, naming: Naming, chosen: Sequence[Holding] | None) -> list[Holding]:
        """Give those of the chosen documents that are named best; none where these are many, or all."""
        among = None if chosen is None else {holding.document for holding in chosen}
        meant = [self._catalogue.documents[place] for place in naming.best().tolist()]
        meant = [holding for holding in meant if among is None or holding.document in among]
        count = len(self._catalogue.documents) if among is None else len(among)
        return meant if len(meant) <= min(MOST_NAMED, count - 1) else []

    def _weigh(
        self, question: str, found: _Candidates, depth: int, naming: Naming | None
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Fuse what was found with how it is named, and its age where that is asked for; give how it is named too."""
        scores = fuse([found.dense, found.words], depth)
        ids = np.fromiter(scores, np.int64)
        documents = self._catalogue.documents_of(ids)
        named: dict[int, float] = {}
        evidence: list[tuple[float, dict[int, float]]] = []
        if naming is not None:
            named = dict(zip(scores, naming.paragraphs(ids, documents).tolist(), strict=True))
            evidence.append((NAMED_WEIGHT, named))
        document_of = dict(zip(scores, documents.tolist(), strict=True))
        best = _in_order(weigh_in(scores, evidence), found.places)[:AGED]
        among = np.unique([document_of[id_] for id_ in best])
        ages = self._names.by_age(question, among if naming is None else naming.best(among))
        if ages:
            evidence.append((AGE_WEIGHT, {id_: ages.get(document, 0.0) for id_, document in document_of.items()}))
        return weigh_in(scores, evidence), named

    def _cosine(self, paragraph: int, question: NDArray[np.float32]) -> float:
        """Give the cosine of a question with the best piece of a paragraph."""
        _, vectors = self._store.vectors(paragraph, paragraph + 1, len(question))
        return float((vectors @ question).max())


def _in_order(scores: dict[int, float], places: dict[int, Place]) -> list[int]:
    """Give paragraphs best first, equal ones by their places."""
    return sorted(scores, key=lambda id_: (-scores[id_], places[id_]))


def _best_of_pieces(pieces: NDArray[np.int64], scores: NDArray[np.float32]) -> dict[int, float]:
    """Give each paragraph the score of its best piece, best first, equal ones by id."""
    best: dict[int, float] = {}
    order = np.lexsort((pieces, -scores))
    for paragraph, score in zip((pieces[order] >> PIECE_BITS).tolist(), scores[order].tolist(), strict=True):
        best.setdefault(paragraph, score)
    return best
