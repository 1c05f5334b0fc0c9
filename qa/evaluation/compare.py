"""Two runs on the same questions: what changed, question by question, and whether chance explains it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from qa.answer import one_line
from qa.evaluation.errors import EvaluationError
from qa.evaluation.uncertainty import mcnemar, randomisation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.evaluation.outcomes import Outcome
    from qa.evaluation.run_files import Run, Settings

Pair = tuple["Outcome", "Outcome"]  # of one question: before and after


@dataclass(frozen=True, slots=True)
class Difference:
    """A score of both runs on the questions that both measured.

    Attributes:
        name: What the score is called.
        test: What the probability comes from.
        before, after: Its mean over these questions, in [0, 1]; higher is better.
        count: How many questions.
        changed: On how many of them the runs differ.
        p: The probability of so large a difference if neither run were better, in [0, 1].
    """

    name: str
    test: str
    before: float
    after: float
    count: int
    changed: int
    p: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs.

    Attributes:
        common: How many questions both asked, with the same answers, documents and answerable.
        only_before, only_after: How many only one of them asked.
        judged_otherwise: How many both asked, but with other answers, documents or answerable; not compared.
        settings: What differs in how the runs came about: name, before, after.
        newly_right, newly_wrong: The questions whose outcome became good, or ceased to be.
        otherwise: Those that changed from one bad outcome to another.
        differences: The scores of both.
    """

    common: int
    only_before: int
    only_after: int
    judged_otherwise: int
    settings: tuple[tuple[str, str, str], ...]
    newly_right: tuple[Pair, ...]
    newly_wrong: tuple[Pair, ...]
    otherwise: tuple[Pair, ...]
    differences: tuple[Difference, ...]


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs on the questions that they have in common.

    Raises:
        EvaluationError: They have none in common.
    """
    earlier = {one_line(o.question.text): o for o in before.outcomes}
    asked_in_both = [(earlier[key], o) for o in after.outcomes if (key := one_line(o.question.text)) in earlier]
    pairs = [(a, b) for a, b in asked_in_both if _known(a) == _known(b)]
    if not pairs:
        other = f"; {len(asked_in_both):,} have other answers now" if asked_in_both else ""
        raise EvaluationError(
            f"The runs cannot be compared: none of the {len(after.outcomes):,} questions of this run was asked in the "
            f"same way in the other, which has {len(before.outcomes):,}{other}."
        )
    judged = [(a, b) for a, b in pairs if a.verdict.good is not None and b.verdict.good is not None]
    return Comparison(
        common=len(pairs),
        only_before=len(before.outcomes) - len(asked_in_both),
        only_after=len(after.outcomes) - len(asked_in_both),
        judged_otherwise=len(asked_in_both) - len(pairs),
        settings=_changed_settings(before.settings, after.settings),
        newly_right=tuple((a, b) for a, b in judged if b.verdict.good and not a.verdict.good),
        newly_wrong=tuple((a, b) for a, b in judged if a.verdict.good and not b.verdict.good),
        otherwise=tuple(
            (a, b) for a, b in judged if a.verdict is not b.verdict and not a.verdict.good and not b.verdict.good
        ),
        differences=tuple(_differences(pairs, judged)),
    )


def reciprocal_rank(outcome: Outcome) -> float | None:
    """Give 1 / place of the first passage that was looked for, 0 where it is not there; None where none is known."""
    if outcome.relevant is None:
        return None
    return 1 / outcome.rank if outcome.rank else 0.0


def _differences(pairs: Sequence[Pair], judged: Sequence[Pair]) -> list[Difference]:
    found = []
    if judged:
        right = sum(bool(b.verdict.good) and not a.verdict.good for a, b in judged)
        wrong = sum(bool(a.verdict.good) and not b.verdict.good for a, b in judged)
        count = len(judged)
        was_good, is_good = (sum(bool(pair[side].verdict.good) for pair in judged) / count for side in (0, 1))
        p = mcnemar(right, wrong)
        found.append(Difference("As it should be", "McNemar, exact", was_good, is_good, count, right + wrong, p))
    measures: tuple[tuple[str, Callable[[Outcome], float | None]], ...] = (
        ("RR@10", reciprocal_rank),
        ("F1", lambda outcome: outcome.f1),
    )
    for name, measure in measures:
        values = [(x, y) for a, b in pairs if (x := measure(a)) is not None and (y := measure(b)) is not None]
        # Marks on some questions only, as after --fast on those that it refused, would compare these alone.
        if values and len(values) == sum(_can_have(name, a) for a, _ in pairs):
            was, now = [x for x, _ in values], [y for _, y in values]
            means = sum(was) / len(was), sum(now) / len(now)
            changed = sum(x != y for x, y in values)
            found.append(Difference(name, "randomisation", *means, len(values), changed, randomisation(was, now)))
    return found


def _can_have(name: str, outcome: Outcome) -> bool:
    """Say whether a score should be there for a question."""
    return bool(outcome.question.answers) if name == "F1" else outcome.relevant is not None


def _known(outcome: Outcome) -> tuple[object, ...]:
    """Give what the question's user knows of its answer."""
    question = outcome.question
    return frozenset(question.answers), frozenset(question.documents), question.answerable


def _changed_settings(before: Settings, after: Settings) -> tuple[tuple[str, str, str], ...]:
    named = [field.name for field in fields(before) if field.name not in ("started", "questions", "drafts")]
    pairs = [(name, _written(getattr(before, name)), _written(getattr(after, name))) for name in named]
    return tuple((name.replace("_", " "), a, b) for name, a, b in pairs if a != b)


def _written(value: object) -> str:
    if value is None:
        return "none"
    return f"{value:.3g}" if isinstance(value, float) else one_line(str(value))
