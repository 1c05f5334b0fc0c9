"""Which documents a question names: whose they are and of when, which their paragraphs seldom say themselves.

"Apple's cash flow in Q3 2022" names a report by words that stand in its file's name or all over it. A paragraph of that
report inherits them. Knows nothing of the meaning of paragraphs, nor of what in them answers the question.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from index.periods import date_named, periods
from index.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.catalogue import Catalogue
    from index.words import WordReader

FEWEST = 3  # paragraphs of a document, and
SHARE = 0.02  # of its paragraphs besides, that hold a name where the document is about what it names
PLAIN = 0.5  # the weight of a word without a capital or a digit that stands in a file's name
LOOKED_AT = 2_000  # paragraphs that hold a word, those that say most of it; more would take milliseconds
MOST_WORDS = 16  # of a question that are looked up, for a whole page may be asked
NEARLY = 0.8  # of the best share: such documents are named as well as the best

_TOKEN = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.?!:;]\s")
_POSSESSIVE = ("'", "’")
_NO_POSSESSIVE = ("what", "who", "where", "when", "how", "why", "it", "that", "there", "here", "let")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
_JOINTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")

_NONE = np.zeros(0, np.int64)

_NEWEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?|current(?:ly)?)\b", re.IGNORECASE)
_OLDEST = re.compile(r"\b(?:earliest|oldest)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _NamingWord:
    """A word of a question that names documents.

    Attributes:
        weight: The rarer among documents, the more.
        factor: What its presence is worth, in (0, 1].
        documents: Shape (n,): 1 for each document that it names, 0 for the others.
        paragraphs: Ids of paragraphs that hold it, ascending.
    """

    weight: float
    factor: float
    documents: NDArray[np.float64]
    paragraphs: NDArray[np.int64]


class Naming:
    """How well each of n documents is named by a question, and each paragraph with what it inherits.

    Attributes:
        documents: Shape (n,), in [0, 1]: the share of the question's naming words, by weight, that name the document.
    """

    def __init__(self, words: Sequence[_NamingWord]) -> None:
        """Sum up the words, of which there is at least one."""
        self._words = words
        self._total = sum(word.weight for word in words)
        self.documents: NDArray[np.float64] = (
            sum((word.weight * word.factor * word.documents for word in words), np.zeros(len(words[0].documents)))
            / self._total
        )

    def paragraphs(self, ids: NDArray[np.int64], documents: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the share of the naming words that each paragraph holds or inherits, in [0, 1].

        Args:
            ids: The paragraphs, shape (m,).
            documents: The place of each one's document among the n, shape (m,).
        """
        shares = np.zeros(len(ids))
        for word in self._words:
            held = np.isin(ids, word.paragraphs)
            shares += word.weight * word.factor * np.where(held, 1.0, word.documents[documents])
        return shares / self._total

    def best(self, among: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Give the places of the documents that are named best, or nearly so, ascending; among these, or all."""
        places = np.arange(len(self.documents)) if among is None else among
        shares = self.documents[places]
        nearest: NDArray[np.int64] = places[shares >= NEARLY * shares.max(initial=0.0)]
        return nearest


class Names:
    """What the documents of a catalogue are called."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Take up the names of the files, and the dates and authors, of the documents in a catalogue."""
        self._catalogue = catalogue
        self._lengths = np.array([document.end - document.first for document in catalogue.documents], np.int64)
        place_of = {document.id: place for place, document in enumerate(catalogue.documents)}
        files: dict[str, set[int]] = {}
        authors: dict[str, set[int]] = {}
        for holding in catalogue.holdings:
            for word in _file_words(holding.source, holding.date):
                files.setdefault(word, set()).add(place_of[holding.id])
            for word in _author_words(holding.author):
                authors.setdefault(word, set()).add(place_of[holding.id])
        self._files = {word: np.fromiter(places, np.int64) for word, places in files.items()}
        self._authors = {word: np.fromiter(places, np.int64) for word, places in authors.items()}
        self._dates = [date_named(document.source) or document.date for document in catalogue.documents]

    def named_by(self, question: str, words: WordReader) -> Naming | None:
        """Tell how well a question names each document; None where it names none, or there is nothing to choose from.

        A word names a document if it stands in its file's name or its folders'. A name in the question, which is a word
        with a capital, also does so if it is the author's, or if three paragraphs of the document and 2 % of them hold
        it. A word that is neither a name nor a number counts half.

        Source:
            A word's weight is the inverse document frequency of BM25 over documents. That a passage is scored with what
            its whole document says: Callan 1994, "Passage-level evidence in document retrieval".
        """
        count = len(self._lengths)
        if count < 2:
            return None
        found = []
        look_ups = MOST_WORDS
        for word, is_name in _question_words(question).items():
            documents = np.zeros(count)
            documents[self._files.get(word, _NONE)] = 1.0
            is_number = any(character.isdigit() for character in word)
            paragraphs = _NONE
            if not is_number and (is_name or documents.any()) and look_ups:
                look_ups -= 1
                paragraphs = words.holding(word, LOOKED_AT)
            if is_name and not is_number:
                documents[self._authors.get(word, _NONE)] = 1.0
                documents[self._about(paragraphs)] = 1.0
            named = int(documents.sum())
            if named:
                weight = math.log(1 + (count - named + 0.5) / (named + 0.5))
                found.append(_NamingWord(weight, 1.0 if is_name else PLAIN, documents, paragraphs))
        return Naming(found) if found else None

    def by_age(self, question: str, documents: NDArray[np.int64]) -> dict[int, float]:
        """Where a question asks for the newest or oldest, tell how far each document is that among these.

        Args:
            question: "latest", "newest", "most recent" and "current", or "earliest" and "oldest" count.
            documents: Places of the documents among which to choose.

        Returns:
            1 for the newest (or oldest) by its file's name or else its own date, 1/2 for the next and so on; the mean
            of these for documents without a date. Empty where the question does not ask, or with fewer than two dates.
        """
        newest = _NEWEST.search(question)
        if not newest and not _OLDEST.search(question):
            return {}
        dates = {place: date for place in documents.tolist() if (date := self._dates[place])}
        order = sorted(set(dates.values()), reverse=bool(newest))
        if len(order) < 2:
            return {}
        ages = {place: 1 / (1 + order.index(date)) for place, date in dates.items()}
        mean = sum(ages.values()) / len(ages)
        return {place: ages.get(place, mean) for place in documents.tolist()}

    def _about(self, paragraphs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each document whether so many of its paragraphs are among these that it is about what they share."""
        places = self._catalogue.documents_of(paragraphs)
        counts = np.bincount(places[places >= 0], minlength=len(self._lengths))
        return counts >= FEWEST + SHARE * self._lengths


def _question_words(question: str) -> dict[str, bool]:
    """Give the words of a question as they are indexed, and whether each is a name or a number.

    A capital at the start of a sentence makes a name only in such words as "NVIDIA", "Q3" and "Apple's".
    """
    found: dict[str, bool] = dict.fromkeys(_period_words(question), True)
    tokens = list(_TOKEN.finditer(question))
    end = 0
    for number, token in enumerate(tokens):
        text, before = token[0], question[end : token.start()]
        end = token.end()
        is_name = any(c.isdigit() for c in text) or any(c.isupper() for c in text[1:])
        if text[0].isupper() and not is_name:
            is_possessive = question[end : end + 1] in _POSSESSIVE and text.lower() not in _NO_POSSESSIVE
            is_name = is_possessive or (number > 0 and not _SENTENCE_END.search(before))
        for word in _plain([text]):
            found[word] = found.get(word, False) or is_name
    texts = [token[0] for token in tokens]
    return found | dict.fromkeys((word for word in _plain(texts) if word[0].isdigit()), True)


@lru_cache(maxsize=1 << 16)
def _file_words(source: str, date: str | None) -> frozenset[str]:
    """Give the words that a file goes by; the year of its date where its own name gives none."""
    name = _SUFFIX.sub("", source)
    given = _period_words(name)
    if date and not any(len(period) == 4 and period.isdigit() for period in given):
        given.append(date[:4])
    parted = _JOINTS.sub(" ", name)
    return frozenset([*_plain(_TOKEN.findall(name)), *_plain(_TOKEN.findall(parted)), *given])


@lru_cache(maxsize=1 << 16)
def _author_words(author: str | None) -> frozenset[str]:
    return frozenset(_plain(_TOKEN.findall(author or "")))


def _period_words(text: str) -> list[str]:
    return [" ".join(words_of(period)) for period in periods(text)]


def _plain(tokens: Sequence[str]) -> list[str]:
    """Give tokens as words of the index; a number below 1,000 only together with each of its neighbours.

    "chapter 05" and "5th chapter" give "5 chapter", for "5" alone names nothing. Single letters are left out.
    """
    words = []
    for number, token in enumerate(tokens):
        if _is_small_number(token):
            beside = [*tokens[max(0, number - 1) : number], *tokens[number + 1 : number + 2]]
            words += [f"{int(token)} {word}" for other in beside for word in _words_or_letter(other)]
        else:
            words += [word for word in words_of(token) if len(word) > 1 or not word.isascii()]
    return words


def _words_or_letter(token: str) -> Sequence[str]:
    return [token.lower()] if len(token) == 1 else words_of(token)


def _is_small_number(token: str) -> bool:
    return token.isascii() and token.isdecimal() and len(token.lstrip("0")) <= 3
