"""How close the sentences of passages come to a question, without a reader: by meaning and by words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.words import words_of
from qa.entries import MOST_CITATIONS, Quotation, leans_back, not_yet_quoted
from qa.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import DocumentIndex
    from qa.answer import Passage

MOST_SENTENCES = 200  # that are embedded for one question: those with most of its words


@dataclass(frozen=True, slots=True)
class CloseQuotation(Quotation):
    """A sentence, with the one before where it leans on it, and how close it comes to the question, in [0, 1]."""

    closeness: float


def closest_quotations(
    index: DocumentIndex, question: str, passages: Sequence[Passage]
) -> list[tuple[CloseQuotation, ...]]:
    """Give the sentences of the passages, closest to the question first; the same words once, with all their places.

    Closeness is the mean of four numbers in [0, 1]: the cosine between the question and the sentence, and between
    the question and the whole passage (negative ones count as 0); and the share of the question's words, weighted by
    their rarity in the folder, that stand in the sentence, and that stand in the passage, its title or its headings.
    """
    weights = index.word_weights(question)
    cut = [(passage, sentences(passage.text)) for passage in passages]
    places = [(number, place, *span) for number, (_, spans) in enumerate(cut) for place, span in enumerate(spans)]
    shares = {at: share_of_words(weights, passages[at[0]].text[at[2] : at[3]]) for at in places}
    places = sorted(places, key=lambda at: -shares[at])[:MOST_SENTENCES]
    cosines = _cosines(index, question, [passages[number].text[start:end] for number, _, start, end in places])
    in_passage = [share_of_words(weights, with_headings(passage)) for passage in passages]
    found = []
    for at, cosine in zip(places, cosines, strict=True):
        number, place, start, end = at
        passage, spans = cut[number]
        evidence = (cosine, passage.dense, shares[at], in_passage[number])
        closeness = sum(max(0.0, part) for part in evidence) / len(evidence)
        first = spans[place - 1][0] if place and leans_back(passage.text[start:end]) else start
        found.append((-closeness, number, CloseQuotation(passage, first, end, start, closeness)))
    # Sorting keeps the order of the passages between equals, so the answer to a question is always the same.
    copies: dict[str, list[CloseQuotation]] = {}
    quoted: list[CloseQuotation] = []
    for _, _, each in sorted(found, key=lambda one: one[:2]):
        quotation = not_yet_quoted(each, quoted)
        if quotation is not None:
            quoted.append(quotation)
            copies.setdefault(quotation.words, []).append(quotation)
    return [tuple(each[:MOST_CITATIONS]) for each in copies.values()]


def with_headings(passage: Passage) -> str:
    """Give a passage's text below its title and headings: all that says what it is about."""
    return "\n".join([passage.title or "", *passage.headings, passage.text])


def share_of_words(weights: dict[str, float], text: str) -> float:
    """Give the share of the words' weight that stands in a text, in [0, 1]; 0 where there are no words."""
    total = sum(weights.values())
    there = set(words_of(text))
    return sum(weight for word, weight in weights.items() if word in there) / total if total else 0.0


def _cosines(index: DocumentIndex, question: str, texts: Sequence[str]) -> list[float]:
    """Give the cosine of each text with the question; a long text's is that of its nearest piece."""
    if not texts:
        return []
    vectors, owners = index.embedder.embed_paragraphs(texts)
    near = np.full(len(texts), -1.0)
    np.maximum.at(near, owners, vectors @ index.embedder.embed_questions([question])[0])
    return [float(cosine) for cosine in near]
