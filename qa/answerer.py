"""The steps from a question to its answer, in order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.words import words_of
from qa.answer import Answer, one_line
from qa.retrieval import clean_question, retrieve
from qa.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import DocumentIndex
    from qa.answer import Citation, Passage

PASSAGES = 10  # how many passages are read for an answer
QUOTATIONS = 5  # how many sentences an answer quotes at most
NEAR_BEST = 0.9  # a further sentence is quoted if it is this close, as a share of the best one's closeness
SILENCE = "The documents do not say."
NOTHING_HERE = "There is no document here to answer from."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage: `passage.text[start:end]`, and how close it comes to the question, in [0, 1]."""

    passage: Passage
    start: int
    end: int
    closeness: float

    @property
    def citation(self) -> Citation:
        """The citation of this sentence."""
        return self.passage.cite(self.start, self.end)


def threshold(paragraphs: int) -> float:
    """Give the least closeness of an answer in a folder of so many paragraphs, in [0, 1].

    The more there is to find, the nearer the best of it comes to any question. Measured on questions about other
    subjects, asked to 30 to 2,500 paragraphs of encyclopaedia articles: about 5 in 100 reach it or fewer, and of the
    questions that the paragraphs answer more than 90 in 100; the table stands in benchmarks/LOG.md.
    """
    return 0.25 + 0.05 * math.log10(max(1, paragraphs))


def ask(
    index: DocumentIndex, question: str, documents: Sequence[str] | None = None, warnings: tuple[str, ...] = ()
) -> Answer:
    """Answer a question with the sentences of the documents that come closest to it.

    Args:
        index: Where to look.
        question: In plain words.
        documents: Sources or ids of the documents to look in; all when None.
        warnings: What the reader of the answer should know besides.

    Returns:
        At most five quotations, best first. Where not even the best is close enough, the answer says that the
        documents do not say, and its passages are the nearest ones.

    Raises:
        ValueError: The question is blank or longer than 10,000 characters.
        UnknownDocumentError: One of `documents` is not in the index.
    """
    passages = retrieve(index, question, PASSAGES, documents)
    candidates = rank_sentences(index, clean_question(question), passages)
    closeness = candidates[0].closeness if candidates else 0.0
    least = threshold(index.paragraph_count())
    if closeness < least:
        return Answer(question, False, SILENCE if passages else NOTHING_HERE, (), passages, closeness, warnings)
    citations = tuple(candidate.citation for candidate in choose(candidates, least))
    return Answer(question, True, write(citations), citations, passages, closeness, warnings)


def rank_sentences(index: DocumentIndex, question: str, passages: Sequence[Passage]) -> list[Candidate]:
    """Give all sentences of the passages, closest to the question first.

    Closeness is the mean of four numbers in [0, 1]: the cosine between the question and the sentence, and between
    the question and the whole passage (negative ones count as 0); and the share of the question's words, weighted by
    their rarity in the folder, that stand in the sentence, and that stand in the passage, its title or its headings.
    """
    places = [(number, *place) for number, passage in enumerate(passages) for place in sentences(passage.text)]
    if not places:
        return []
    texts = [passages[number].text[start:end] for number, start, end in places]
    cosines = _cosines(index, question, texts)
    weights = index.word_weights(question)
    in_passage = [_share(weights, "\n".join([p.title or "", *p.headings, p.text])) for p in passages]
    candidates = []
    for (number, start, end), text, cosine in zip(places, texts, cosines, strict=True):
        passage = passages[number]
        evidence = (cosine, passage.dense, _share(weights, text), in_passage[number])
        candidates.append(Candidate(passage, start, end, sum(max(0.0, part) for part in evidence) / len(evidence)))
    # Sorting keeps the order of the passages between equals, so the answer to a question is always the same.
    return sorted(candidates, key=lambda candidate: -candidate.closeness)


def _cosines(index: DocumentIndex, question: str, texts: Sequence[str]) -> list[float]:
    """Give the cosine of each text with the question; a long text's is that of its nearest piece."""
    vectors, owners = index.embedder.embed_paragraphs(texts)
    near = np.full(len(texts), -1.0)
    np.maximum.at(near, owners, vectors @ index.embedder.embed_questions([question])[0])
    return [float(cosine) for cosine in near]


def _share(weights: dict[str, float], text: str) -> float:
    """Give the share of the words' weight that stands in a text, in [0, 1]; 0 where there are no words."""
    total = sum(weights.values())
    there = set(words_of(text))
    return sum(weight for word, weight in weights.items() if word in there) / total if total else 0.0


def choose(candidates: Sequence[Candidate], least: float) -> list[Candidate]:
    """Give the best candidate and up to four more that come near it, none below `least`, each wording once."""
    chosen: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.closeness < max(least, NEAR_BEST * candidates[0].closeness) or len(chosen) == QUOTATIONS:
            break
        chosen.setdefault(one_line(candidate.passage.text[candidate.start : candidate.end]), candidate)
    return list(chosen.values())


def write(citations: Sequence[Citation]) -> str:
    """Write the quotations one below the other, each with its number."""
    return "\n\n".join(f"“{one_line(citation.quote)}” [{number}]" for number, citation in enumerate(citations, 1))
