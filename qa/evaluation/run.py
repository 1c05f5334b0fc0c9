"""Asks a folder every question, one by one, and times it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from qa.evaluation.outcomes import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qa.answer import Answer
    from qa.evaluation.outcomes import Outcome
    from qa.evaluation.questions import Question


class Asked(Protocol):
    """What can be asked, such as a `Folder`."""

    def ask(self, question: str, documents: Sequence[str] | None = None, *, threshold: float | None = None) -> Answer:
        """Answer a question; `threshold` is the least confidence of an answer, in [0, 1], None for the usual one."""
        ...


def ask_all(
    folder: Asked, questions: Sequence[Question], clock: Callable[[], float] = time.perf_counter
) -> Iterator[Outcome]:
    """Ask each question and judge its answer, in order.

    The first one is asked once more beforehand, so that the loading of models is not timed. A question that is not
    answered is asked again with a threshold of 0, not timed, to see what was too unsure to be shown.

    Args:
        folder: What to ask.
        questions: Their documents named by their sources.
        clock: Gives the time in seconds.
    """
    if questions:
        folder.ask(questions[0].text)
    for question in questions:
        started = clock()
        answer = folder.ask(question.text)
        milliseconds = 1000 * (clock() - started)
        candidate = answer if answer.found else folder.ask(question.text, threshold=0.0)
        yield judge(question, answer, candidate, milliseconds)
