"""Outcome: what was shown for a question, and whether that was right, by the user's own answers and documents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from qa.evaluation.matching import exact_match, f1, holds
from qa.evaluation.questions import Question  # noqa: TC001  (`records.from_json` reads the types)

if TYPE_CHECKING:
    from qa.answer import Answer, Citation, Entry

RANKED = 10  # passages of an answer that count as its ranking
NEAREST = 3  # passages that are kept, to show what was near where nothing was answered


class Verdict(StrEnum):
    """What became of a question."""

    RIGHT = "right"  # the first quotation holds an accepted answer
    SILENT = "rightly refused"  # there is no answer, and none was given
    NAMED = "from a named document"  # no answers to judge by; the first quotation is from a named document
    WRONG = "wrong"  # the first quotation holds no accepted answer
    REFUSED = "wrongly refused"  # there is an answer, and none was given
    UNFOUNDED = "answered, though there is no answer"
    ELSEWHERE = "from another document"  # no answers to judge by; the first quotation is from no named document
    UNJUDGED = "not judged"  # nothing is known to judge by

    @property
    def good(self) -> bool | None:
        """Whether that is as it should be; None where nothing is known to judge by."""
        if self is Verdict.UNJUDGED:
            return None
        return self in (Verdict.RIGHT, Verdict.SILENT, Verdict.NAMED)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation as it was shown.

    Attributes:
        place: Where it stands, in words.
        source: The file's path below the folder.
        quote: Its text, verbatim.
        answer_start: First character of the words marked, an offset into `quote`; None where none are.
        answer_end: One past the last of them.
        holds: Whether it holds an accepted answer; None where none are given.
    """

    place: str
    source: str
    quote: str
    answer_start: int | None
    answer_end: int | None
    holds: bool | None

    @property
    def answer(self) -> str | None:
        """The words marked; None where none are."""
        if self.answer_start is None or self.answer_end is None:
            return None
        return self.quote[self.answer_start : self.answer_end]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of an answer as it was shown: at least one quotation, and a confidence in [0, 1]."""

    quotations: tuple[Quotation, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was shown for a question, and what became of it.

    Attributes:
        question: As the user's file has it.
        verdict: What became of it.
        found: Whether an answer was given.
        confidence: The answer's, in [0, 1], also where none was given.
        milliseconds: How long the answer took.
        text: What was said.
        entries: What was shown, the best first; empty where nothing was.
        candidate: The best entry that there was, also where it was too unsure to be shown; None where there was none.
        missing: What of the question occurs nowhere in the documents.
        nearest: The first passages considered.
        relevant: For each of the first `RANKED` passages, in order, whether it is one that was looked for, as
            `relevance` says; None where neither documents nor answers are given, or there is no answer.
        exact: Whether the marked words of the first entry are an accepted answer, 0 or 1; 0 where nothing was shown;
            None where no answers are given, and where words were shown but none marked in them.
        f1: How much they have in common with an accepted answer, in [0, 1]; as `exact` otherwise.
    """

    question: Question
    verdict: Verdict
    found: bool
    confidence: float
    milliseconds: float
    text: str
    entries: tuple[ShownEntry, ...]
    candidate: ShownEntry | None
    missing: tuple[str, ...]
    nearest: tuple[Quotation, ...]
    relevant: tuple[bool, ...] | None
    exact: float | None
    f1: float | None

    @property
    def candidate_right(self) -> bool | None:
        """Whether the best entry that there was would have been right; None where that cannot be judged."""
        if self.question.answerable is False:
            return False
        return self.candidate.quotations[0].holds if self.candidate else None

    @property
    def rank(self) -> int | None:
        """The place of the first passage that was looked for, from 1; None where there is none or none is known."""
        return self.relevant.index(True) + 1 if self.relevant and True in self.relevant else None


def judge(question: Question, answer: Answer, candidate: Answer, milliseconds: float) -> Outcome:
    """Judge an answer.

    Args:
        question: What was asked, its documents named by their sources.
        answer: What was shown.
        candidate: The same answer had it been shown however unsure it is; `answer` itself where that was found.
        milliseconds: How long the answer took.
    """
    entries = tuple(_shown(question, entry) for entry in answer.entries) if answer.found else ()
    marked = entries[0].quotations[0].answer if entries else ""
    return Outcome(
        question=question,
        verdict=_verdict(question, entries),
        found=bool(entries),
        confidence=answer.confidence,
        milliseconds=milliseconds,
        text=answer.text,
        entries=entries,
        candidate=_shown(question, candidate.entries[0]) if candidate.entries else None,
        missing=answer.missing,
        nearest=tuple(_quotation(question, passage.citation) for passage in answer.passages[:NEAREST]),
        relevant=relevance(question, answer),
        exact=exact_match(marked, question.answers) if question.answers and marked is not None else None,
        f1=f1(marked, question.answers) if question.answers and marked is not None else None,
    )


def relevance(question: Question, answer: Answer) -> tuple[bool, ...] | None:
    """Say of each of the first passages whether it is one that was looked for; None where that cannot be judged.

    Where documents are named: the first passage of each, so that a document counts once. Where there are only answers:
    the first passage that holds one, since one is enough.
    """
    if question.answerable is not True or not (question.documents or question.answers):
        return None
    relevant: list[bool] = []
    wanted = set(question.documents)
    for passage in answer.passages[:RANKED]:
        if question.documents:
            relevant.append(passage.source in wanted)
            wanted.discard(passage.source)
        else:
            relevant.append(True not in relevant and holds(passage.text, question.answers))
    return tuple(relevant)


def _verdict(question: Question, entries: tuple[ShownEntry, ...]) -> Verdict:
    if question.answerable is None:
        return Verdict.UNJUDGED
    if not question.answerable:
        return Verdict.UNFOUNDED if entries else Verdict.SILENT
    if not entries:
        return Verdict.REFUSED
    first = entries[0].quotations[0]
    if question.answers:
        return Verdict.RIGHT if first.holds else Verdict.WRONG
    if question.documents:
        return Verdict.NAMED if first.source in question.documents else Verdict.ELSEWHERE
    return Verdict.UNJUDGED


def _shown(question: Question, entry: Entry) -> ShownEntry:
    return ShownEntry(tuple(_quotation(question, citation) for citation in entry.citations), entry.confidence)


def _quotation(question: Question, citation: Citation) -> Quotation:
    return Quotation(
        place=citation.place,
        source=citation.source,
        quote=citation.quote,
        answer_start=citation.answer_start,
        answer_end=citation.answer_end,
        holds=holds(citation.quote, question.answers) if question.answers else None,
    )
