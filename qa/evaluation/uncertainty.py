"""How far a figure counted on some questions can be trusted: intervals, and tests of two runs on the same questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = 9_999
SEED = 0
_AT_ONCE = 2_000_000  # numbers drawn at a time


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Give the 95 % interval of a share, in [0, 1].

    Source:
        Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    from scipy.stats import binomtest

    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def mean_interval(values: Sequence[float], weights: Sequence[float] | None = None) -> tuple[float, float] | None:
    """Give the 95 % interval of sum(values) / sum(weights) over questions drawn again, the same at every call.

    None where all questions have the same ratio: draws of them would say that there is no doubt.

    Args:
        values: One for each question.
        weights: One for each question, above 0; 1 for each by default.

    Source:
        Efron 1979, "Bootstrap methods: another look at the jackknife": the percentile interval.
    """
    above = np.asarray(values, np.float64)
    below = np.ones(len(above)) if weights is None else np.asarray(weights, np.float64)
    if np.all(above / below == above[0] / below[0]):
        return None
    draw = np.random.default_rng(SEED)
    rows = max(1, _AT_ONCE // len(above))
    means: list[float] = []
    while len(means) < RESAMPLES:
        drawn = draw.integers(0, len(above), (min(rows, RESAMPLES - len(means)), len(above)))
        means.extend((above[drawn].sum(axis=1) / below[drawn].sum(axis=1)).tolist())
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def mcnemar(newly_right: int, newly_wrong: int) -> float:
    """Give the probability of so uneven a change, or a more uneven one, if neither run were better.

    Source:
        McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; the exact form:
        a two-sided binomial test of the questions that changed.
    """
    from scipy.stats import binomtest

    changed = newly_right + newly_wrong
    return float(binomtest(newly_right, changed, 0.5).pvalue) if changed else 1.0


def randomisation(before: Sequence[float], after: Sequence[float]) -> float:
    """Give the probability of so large a difference of means, or a larger one, if the runs were exchangeable.

    Two-sided; exact up to 13 questions that differ, else by 9,999 random exchanges, the same at every call.

    Source:
        Smucker, Allan and Carterette 2007, "A comparison of statistical significance tests for information retrieval
        evaluation": the randomisation test.
    """
    from scipy.stats import permutation_test

    # Questions with equal values add nothing to any exchange.
    differences = np.asarray([b - a for a, b in zip(before, after, strict=True) if a != b], np.float64)
    if len(differences) < 2:  # permutation_test wants two; of one, both signs are as far from 0
        return 1.0
    tested = permutation_test(
        (differences,),
        lambda signed, axis: np.sum(signed, axis=axis),
        permutation_type="samples",
        n_resamples=RESAMPLES,
        batch=max(1, _AT_ONCE // len(differences)),
        vectorized=True,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)
