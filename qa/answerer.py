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
    from collections.abc import Callable, Sequence

    from index import DocumentIndex
    from qa.answer import Citation, Passage
    from qa.closeness import CloseQuotation
    from qa.entries import Candidate, Quotation
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
    report_reading: Callable[[int], None] = lambda _: None,
) -> Answer:
    """Answer a question with the sentences of the documents that hold the answer.

    Args:
        index: Where to look.
        reader: What looks for the answer in the passages; without one the closest sentences are quoted.
        question: In plain words.
        documents: Sources or ids of the documents to look in; all when None.
        threshold: The least confidence of an answer, in [0, 1]; the usual one when None.
        report_reading: Told how many passages are about to be read, once they are found.

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
    seen = consider(index, reader, cleaned, documents, report_reading=report_reading)
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
    shown = [one for one in answers if one.confidence >= max(least, share * best)]
    entries = tuple(Entry(one.citations, one.confidence) for one in shown)
    return Answer(question, True, write(entries), entries, passages, best)


def asks_for_several(question: str) -> bool:
    """Say whether a question asks for a list, as "Which countries …" and "What are the …" do."""
    return _SEVERAL.search(question) is not None


def consider(
    index: DocumentIndex,
    reader: Reader | None,
    question: str,
    documents: Sequence[str] | None,
    k: int = CONSIDERED,
    report_reading: Callable[[int], None] = lambda _: None,
) -> Seen:
    """Find the passages nearest to a question, read the best of them, and rank these again.

    Args:
        index: Where to look.
        reader: What reads them; without one they stay as the searches rank them.
        question: As `clean_question` gives it.
        documents: Sources or ids of the documents to look in; all when None.
        k: How many passages to find, at least 1.
        report_reading: As for `ask`.
    """
    passages = retrieve(index, question, k, documents)
    return Seen(passages) if reader is None else look_again(reader, question, passages, report_reading)


def possible(index: DocumentIndex, reader: Reader | None, question: str, seen: Seen) -> list[Possible]:
    """Give the answers that the passages may hold, the likeliest first."""
    weighing = _Weighing(question, index.usual_cosine(unrelated.QUESTIONS), index.word_weights(question))
    found: list[tuple[Sequence[Quotation], Evidence]]
    if reader is None:
        closest = closest_quotations(index, question, seen.passages[:PASSAGES])[:MOST_ENTRIES]
        found = [(copies, weighing.close(copies[0])) for copies in closest]
    else:
        groups = group(candidates(seen))[:MOST_ENTRIES]
        found = [(members, weighing.read(members, groups)) for members in groups]
    answers = [
        Possible(
            tuple(quotation.citation for quotation in quotations),
            evidence,
            confidence.probability(evidence, with_reader=reader is not None),
        )
        for quotations, evidence in found
    ]
    return sorted(answers, key=lambda one: -one.confidence)


@dataclass(frozen=True, slots=True)
class _Weighing:
    """What is needed to tell what speaks for an answer to a question."""

    question: str
    usual: float  # how near the folder comes to any question, a cosine
    weights: dict[str, float]  # of the question's words

    def close(self, quotation: CloseQuotation) -> Evidence:
        """Tell it of a quotation that no reader chose."""
        return replace(self._of(quotation.passage), rank=quotation.passage.score, closeness=quotation.closeness)

    def read(self, members: Sequence[Candidate], groups: Sequence[Sequence[Candidate]]) -> Evidence:
        """Tell it of the first quotation of a group, one of all these groups."""
        best = members[0]
        others = [other[0].span.score for other in groups if other is not members]
        lead = best.span.score - max(others, default=best.look.silence)
        return replace(
            self._of(best.passage),
            reader=min(15.0, max(-15.0, best.span.score - best.look.silence)),  # what is not a number is the least
            lead=min(8.0, max(-8.0, lead)),
            rank=best.strength,
            agreeing=min(3, len({member.words for member in members}) - 1),
        )

    def _of(self, passage: Passage) -> Evidence:
        whole = with_headings(passage)
        return Evidence(
            nearness=passage.dense - self.usual,
            words=share_of_words(self.weights, whole),
            unmatched=min(3, len(unmatched(self.question, f"{passage.source}\n{whole}"))),
        )
