"""Several rankings into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def fuse(rankings: list[Mapping[int, float]], depth: int) -> dict[int, float]:
    """Fuse rankings of the same things by the mean of their min-max normalised scores.

    Args:
        rankings: The score of each thing that a search brought, higher is better.
        depth: How many things each search was asked for.

    Returns:
        A score in [0, 1] for each thing in any ranking, higher is better. A thing that a search did not bring has 0
        from it.

    Source:
        Fox and Shaw 1994, "Combination of multiple searches" (CombSUM). A search that brought less than it was asked
        for has nothing more to bring: its scores are then measured from 0, not from its last one, which would lose
        what a short question found. Cosines that are all below 0 tell nothing apart from there, and are not.
    """
    fused: dict[int, float] = {}
    for ranking in rankings:
        if not ranking:
            continue
        best = max(ranking.values())
        lowest = min(ranking.values()) if len(ranking) >= depth or best <= 0 else 0.0
        reach = best - lowest
        for thing, score in ranking.items():
            # Where all scores are equal, all are the best.
            share = max(0.0, score - lowest) / reach if reach > 0 else 1.0
            fused[thing] = fused.get(thing, 0.0) + share / len(rankings)
    return fused


def weigh_in(scores: Mapping[int, float], evidence: Sequence[tuple[float, Mapping[int, float]]]) -> dict[int, float]:
    """Add further evidence to fused scores: the weighted mean, where what is fused has the weight 1.

    Args:
        scores: In [0, 1], higher is better.
        evidence: Weights above 0, each with values in [0, 1]; a thing without a value has 0.

    Returns:
        A score in [0, 1] for each thing in `scores`.
    """
    total = 1 + sum(weight for weight, _ in evidence)
    return {
        thing: (score + sum(weight * values.get(thing, 0.0) for weight, values in evidence)) / total
        for thing, score in scores.items()
    }
