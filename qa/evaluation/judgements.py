"""Judgements of answers that were shown, as they stand beside questions in a file; and those of one question made one.

A user who judges several answers to a question leaves several lines of it. What counts is what the lines say in the
columns of every question, so that a line that was corrected by hand counts as it was corrected.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from qa.answer import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.evaluation.questions import Question

COLUMN = "judgement"  # of lines of JSON only
Verdict = Literal["right", "wrong", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a user thinks of an answer.

    Attributes:
        verdict: Right or wrong; withdrawn where an earlier verdict no longer counts.
        of: What was judged, the same text for the same answer; see `qa.feedback`.
        at: When, ISO 8601.
    """

    verdict: Verdict
    of: str
    at: str

    def to_dict(self) -> dict[str, str]:
        """Give the fields as they stand in the column."""
        return asdict(self)


def judgement_in(value: object) -> Judgement:
    """Read the column; ValueError says what is wrong with it."""
    match value:
        case {"verdict": str(verdict), "of": str(of), "at": str(at), **rest} if not rest:
            for known in get_args(Verdict):
                if verdict == known:
                    return Judgement(known, of, at)
    raise ValueError(
        f'"{COLUMN}" must say "verdict" ({", ".join(get_args(Verdict))}), "of" and "at", as askfolder writes them.'
    )


def folded(lines: Iterable[tuple[Question, Judgement | None]]) -> tuple[Question, ...]:
    """Make the lines of each question that was judged into one question; the others stay as they are.

    Args:
        lines: Of one file, in its order; at most one line of a question is without a judgement.

    Returns:
        In the order of their first lines. Of several judgements of one answer the last counts, and a line without a
        judgement counts like one. Drafts count only where there is nothing else. Where some lines say that the
        documents answer the question and others that they do not, the last line is believed.
    """
    groups: dict[str, list[tuple[Question, Judgement | None]]] = {}
    for question, judgement in lines:
        groups.setdefault(one_line(question.text), []).append((question, judgement))
    made = (_one(group) if any(judged for _, judged in group) else group[0][0] for group in groups.values())
    return tuple(question for question in made if question is not None)


def _one(lines: Sequence[tuple[Question, Judgement | None]]) -> Question | None:
    """Make one question of the lines of one; None where all that was said of it was withdrawn."""
    present: dict[str | None, Question] = {}
    for question, judgement in lines:
        of = judgement.of if judgement else None
        present.pop(of, None)  # so that the order is that of the last words
        if judgement is None or judgement.verdict != "withdrawn":
            present[of] = question
    said = list(present.values())
    if not said:
        return None
    counting = [question for question in said if not question.draft] or said
    last = next((q for q in reversed(counting) if q.answerable is not None), counting[-1])
    agreeing = [question for question in counting if question.answerable == last.answerable]
    return replace(
        last,
        answers=tuple(dict.fromkeys(answer for question in agreeing for answer in question.answers)),
        documents=tuple(dict.fromkeys(source for question in agreeing for source in question.documents)),
        note="\n".join(question.note for question in said if question.note),
        judged=True,
    )
