"""What a higher or lower threshold would have done, and whether confidence means what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.evaluation.outcomes import Outcome

STEPS = 100  # thresholds between 0 and 1
BINS = 10


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold would have done; lower is better for both.

    Attributes:
        threshold: The least confidence of an answer, in [0, 1].
        wrong_answers: The share of the questions that can be judged that get a wrong answer, in [0, 1].
        wrong_refusals: The share of those that have an answer that are refused, in [0, 1].
    """

    threshold: float
    wrong_answers: float
    wrong_refusals: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies between two values: below `high`, or up to it where that is 1.

    Attributes:
        low, high: The values, in [0, 1].
        count: How many answers.
        confidence: Their mean confidence; 0 where there are none.
        right: The share of them that is right; 0 where there are none.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float


def judged(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give the outcomes whose best entry can be judged at every threshold.

    These are the questions with answers and those that have none; of an answer that is known only by its document it
    cannot be told whether it is right.
    """
    return [o for o in outcomes if o.question.answers or o.question.answerable is False]


def curve(outcomes: Sequence[Outcome]) -> tuple[Point, ...]:
    """Give what each threshold from 0 to 1 would have done, in steps of 0.01; empty where nothing can be judged."""
    known = judged(outcomes)
    return tuple(point(known, step / STEPS) for step in range(STEPS + 1)) if known else ()


def point(known: Sequence[Outcome], threshold: float) -> Point:
    """Give what a threshold would have done to outcomes that can be judged, at least one."""
    answerable = [o for o in known if o.question.answerable]
    wrong = sum(_answers(o, threshold) and not o.candidate_right for o in known)
    refused = sum(not _answers(o, threshold) for o in answerable)
    return Point(threshold, wrong / len(known), refused / len(answerable) if answerable else 0.0)


def calibration(outcomes: Sequence[Outcome]) -> tuple[Bin, ...]:
    """Give ten bins of equal width, with the best entries whose rightness is known; shown or not."""
    return bins_of([(o.confidence, bool(o.candidate_right)) for o in judged(outcomes) if o.candidate])


def bins_of(cases: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Give ten bins of equal width, with answers given by their confidence and whether they are right."""
    bins = []
    for number in range(BINS):
        inside = [case for case in cases if min(int(case[0] * BINS), BINS - 1) == number]
        count = len(inside)
        confidence = sum(sure for sure, _ in inside) / count if count else 0.0
        right = sum(is_right for _, is_right in inside) / count if count else 0.0
        bins.append(Bin(number / BINS, (number + 1) / BINS, count, confidence, right))
    return tuple(bins)


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Give the expected calibration error, in [0, 1], lower is better; None where the bins are empty.

    Source:
        Guo et al. 2017, "On calibration of modern neural networks", equation 3.
    """
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total if total else None


def _answers(outcome: Outcome, threshold: float) -> bool:
    return outcome.candidate is not None and outcome.confidence >= threshold
