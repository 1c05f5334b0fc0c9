"""The steps from a question to its answer, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa import confidence, unrelated
from qa.answer import Answer, Entry
from qa.answer_text import write
from qa.closeness import closest_quotations, share_of_words, with_headings
from qa.confidence import Evidence
from qa.entries import candidates, group
from qa.retrieval import clean_question, retrieve
from qa.second_look import CONSIDERED, Seen, look_again
from qa.silence import missing, reply_without_search, said, unmatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import DocumentIndex
    from qa.answer import Citation, Passage
    from qa.reader import Reader

PASSAGES = 10  # that an answer carries, and that are looked at without a reader
MOST_ENTRIES = 10
FURTHER = 0.5  # a further entry is shown if it is this likely, as a share of how likely the best one is
FURTHER_OF_SEVERAL = 0.2  # the same where the question asks for several things
_SEVERAL = re.compile(
    r"""^\s*(?:(?:list|name|enumerate|give)\ (?:all|every|each|the\ \w+s|some|\w+s)\b|who\ (?:are|were)\b
        |(?:which|what)\ (?!(?:is|was|does|did|has|had|do|of)\b)
         (?:(?!(?:is|was|does|did|has|had|do|of|to|at|in)\b)\w+\ )?
         \w+(?:[^\Wsui]|ie)s\b(?=\ (?!(?:the|a|an|it|this|if|when|where|at|to)\b)))
        |\b(?:all|every|each)\ of\ the\b|\bwhat\ (?:are|were)\b|\bwhich\ of\ the\ \w+s\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Possible:
    """An answer that may be given: its quotations, the best first, and what speaks for it."""

    citations: tuple[Citation, ...]
    evidence: Evidence
    confidence: float


def ask(
    index: DocumentIndex,
    reader: Reader | None,
    question: str,
    documents: Sequence[str] | None = None,
    *,
    threshold: float | None = None,
) -> Answer:
    """Answer a question with the sentences of the documents that hold the answer.

    Args:
        index: Where to look.
        reader: What looks for the answer in the passages; without one the closest sentences are quoted.
        question: In plain words.
        documents: Sources or ids of the documents to look in; all when None.
        threshold: The least confidence of an answer, in [0, 1]; the usual one when None.

    Returns:
        At most ten entries, the likeliest first. Where not even the best is likely enough, the answer says so and what
        of the question occurs nowhere, and its passages are the nearest ones.

    Raises:
        ValueError: The question is blank or longer than 10,000 characters, or the threshold is not in [0, 1].
        UnknownDocumentError: One of `documents` is not in the index.
    """
    cleaned = clean_question(question)
    if threshold is not None and not 0 <= threshold <= 1:
        raise ValueError(f"The threshold must be from 0 to 1, not {threshold}.")
    index.check(documents)
    if (reply := reply_without_search(index, cleaned)) is not None:
        return Answer(question, False, reply, (), (), 0.0)
    seen = consider(index, reader, cleaned, documents)
    answers = possible(index, reader, cleaned, seen)
    best = answers[0].confidence if answers else 0.0
    least = confidence.threshold(with_reader=reader is not None) if threshold is None else threshold
    passages = seen.passages[:PASSAGES]
    if not answers or best < least:
        absent = missing(index, cleaned, documents)
        return Answer(
            question, False, said(cleaned, absent, passages, chosen=documents is not None), (), passages, best, absent
        )
    share = FURTHER_OF_SEVERAL if asks_for_several(cleaned) else FURTHER
    shown = [one for one in answers if one.confidence >= max(least, share * best)][:MOST_ENTRIES]
    entries = tuple(Entry(one.citations, one.confidence) for one in shown)
    return Answer(question, True, write(entries), entries, passages, best)


def asks_for_several(question: str) -> bool:
    """Say whether a question asks for a list, as "Which countries …" and "What are the …" do."""
    return _SEVERAL.search(question) is not None


def consider(
    index: DocumentIndex, reader: Reader | None, question: str, documents: Sequence[str] | None, k: int = CONSIDERED
) -> Seen:
    """Find the passages nearest to a question, read the best of them, and rank these again.

    Args:
        index: Where to look.
        reader: What reads them; without one they stay as the searches rank them.
        question: As `clean_question` gives it.
        documents: Sources or ids of the documents to look in; all when None.
        k: How many passages to find, at least 1.
    """
    passages = retrieve(index, question, k, documents)
    return Seen(passages) if reader is None else look_again(reader, question, passages)


def possible(index: DocumentIndex, reader: Reader | None, question: str, seen: Seen) -> list[Possible]:
    """Give the answers that the passages may hold, the likeliest first."""
    usual = index.usual_cosine(unrelated.QUESTIONS)
    weights = index.word_weights(question)

    def weigh(
        passage: Passage, reading: float = 0.0, lead: float = 0.0, closeness: float = 0.0, agreeing: int = 0
    ) -> Evidence:
        whole = with_headings(passage)
        return Evidence(
            reader=min(15.0, max(-15.0, reading)),  # so that what is not a number is the least
            lead=min(8.0, max(-8.0, lead)),
            rank=passage.score,
            closeness=closeness,
            nearness=passage.dense - usual,
            words=share_of_words(weights, whole),
            unmatched=min(3, len(unmatched(question, f"{passage.source}\n{whole}"))),
            agreeing=min(3, agreeing),
        )

    found: list[tuple[tuple[Citation, ...], Evidence]] = []
    if reader is None:
        for copies in closest_quotations(index, question, seen.passages[:PASSAGES])[:MOST_ENTRIES]:
            evidence = weigh(copies[0].passage, closeness=copies[0].closeness)
            found.append((tuple(each.citation for each in copies), evidence))
    else:
        groups = group(candidates(seen))[:MOST_ENTRIES]
        scores = [members[0].span.score for members in groups]
        for place, members in enumerate(groups):
            best = members[0]
            other = max((score for i, score in enumerate(scores) if i != place), default=best.look.silence)
            reading = best.span.score - best.look.silence
            agreeing = len({member.words for member in members}) - 1
            evidence = weigh(best.passage, reading, best.span.score - other, agreeing=agreeing)
            evidence = replace(evidence, rank=best.strength)
            found.append((tuple(member.citation for member in members), evidence))
    answers = [
        Possible(citations, evidence, confidence.probability(evidence, with_reader=reader is not None))
        for citations, evidence in found
    ]
    return sorted(answers, key=lambda one: -one.confidence)
