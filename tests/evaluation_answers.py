"""Answers made by hand, and a folder that gives them, for the tests of the evaluation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qa.answer import Answer, Entry, Passage
from qa.evaluation.outcomes import Outcome, judge
from qa.evaluation.questions import Question
from qa.evaluation.run_files import Run, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

THRESHOLD = 0.5
TREATY = "The treaty was signed in Oslo in 1931. It has nine articles."
BRIDGE = "The bridge was built by Ada Holm in 1907."
FERRY = "The ferry stopped running in 1952."

SETTINGS = Settings(
    folder="papers",
    questions_file="questions.jsonl",
    started="2026-01-02T03:04:05+00:00",
    version="0.2.0",
    python="3.11.9",
    platform="Linux",
    model="hashed words",
    reader="by hand",
    threshold=THRESHOLD,
    documents=3,
    paragraphs=3,
    questions=0,
    drafts=0,
)


def passage(source: str, text: str, number: int = 1) -> Passage:
    """Give a passage that is the whole of a paragraph."""
    return Passage(text, source, None, "0" * 64, None, number, 0, len(text), (), 0.5, 0.5, 1.0)


def passages() -> tuple[Passage, ...]:
    """Give the passages of three documents: treaty.txt, bridge.txt, ferry.txt."""
    return passage("treaty.txt", TREATY), passage("bridge.txt", BRIDGE), passage("ferry.txt", FERRY)


def entry(passage: Passage, words: str | None, confidence: float) -> Entry:
    """Give an entry that quotes a whole passage, with these words marked."""
    if words is None:
        return Entry((passage.citation,), confidence)
    start = passage.text.index(words)
    return Entry((passage.cite(0, len(passage.text), (start, start + len(words))),), confidence)


def answer(question: str, considered: Sequence[Passage], entries: Sequence[Entry], confidence: float) -> Answer:
    """Give an answer of these entries; one that was not found where there are none."""
    text = entries[0].citations[0].quote if entries else "The documents do not say."
    return Answer(question, bool(entries), text, tuple(entries), tuple(considered), confidence)


class FolderByHand:
    """Gives the answer that was made for a question, silent below the threshold; keeps what it was asked."""

    def __init__(self, answers: Mapping[str, Answer], usual: float = THRESHOLD) -> None:
        self.answers = answers
        self.usual = usual
        self.asked: list[tuple[str, float | None]] = []

    def ask(self, question: str, documents: Sequence[str] | None = None, *, threshold: float | None = None) -> Answer:
        """Answer."""
        self.asked.append((question, threshold))
        made = self.answers[question]
        least = self.usual if threshold is None else threshold
        if made.found and made.confidence < least:
            return replace(made, found=False, text="The documents do not say.", entries=())
        return made


def outcome(question: Question, made: Answer, milliseconds: float = 100.0) -> Outcome:
    """Judge an answer as a folder by hand gives it."""
    folder = FolderByHand({question.text: made})
    shown = folder.ask(question.text)
    return judge(question, shown, shown if shown.found else made, milliseconds)


def six_outcomes() -> tuple[Outcome, ...]:
    """Give one outcome of each kind that can be judged by answers, and one that is known by its document alone.

    right (.9), wrong (.8, the right passage second), wrongly refused (.3, it would have been right), rightly refused
    (.2), answered though there is no answer (.6), from a named document (.7).
    """
    treaty, bridge, ferry = passages()
    asked = (
        (Question("When was the treaty signed?", ("1931",), ("treaty.txt",), True, 1), treaty, "1931", 0.9),
        (Question("Who built the bridge?", ("Ada Holm",), ("bridge.txt",), True, 2), treaty, "Oslo", 0.8),
        (Question("When did the ferry stop?", ("in 1952", "1952"), (), True, 3), ferry, "in 1952", 0.3),
        (Question("Who owns the ferry?", (), (), False, 4), ferry, "The ferry", 0.2),
        (Question("When was the tunnel built?", (), (), False, 5), bridge, "1907", 0.6),
        (Question("What is said of the bridge?", (), ("bridge.txt",), True, 6), bridge, "Ada Holm", 0.7),
    )
    made = []
    for question, first, words, confidence in asked:
        considered = (first, *(one for one in (treaty, bridge, ferry) if one is not first))
        made.append(
            outcome(question, answer(question.text, considered, (entry(first, words, confidence),), confidence))
        )
    return tuple(made)


def run_of(outcomes: Sequence[Outcome]) -> Run:
    """Give the run with these outcomes, complete."""
    return Run(replace(SETTINGS, questions=len(outcomes)), tuple(outcomes))
