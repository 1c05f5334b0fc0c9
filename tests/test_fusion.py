"""Fusion: values worked out by hand, and what holds for any two rankings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse, weigh_in

rankings = st.dictionaries(st.integers(0, 20), st.floats(-1, 40, width=32), max_size=12)


def test_fusion_of_two_full_rankings_is_the_mean_of_their_shares() -> None:
    """Each ranking is stretched from its last score to its best; what a ranking lacks has 0 from it."""
    dense = {1: 0.9, 2: 0.5, 3: 0.4}  # shares 1, 0.2, 0
    words = {2: 10.0, 4: 7.0, 5: 2.0}  # shares 1, 0.625, 0
    assert fuse([dense, words], 3) == pytest.approx({1: 0.5, 2: 0.6, 3: 0.0, 4: 0.3125, 5: 0.0})


def test_fusion_measures_a_short_ranking_from_zero() -> None:
    """A search that brought less than it was asked for keeps what its last result is worth."""
    dense = {1: 0.9, 2: 0.5, 3: 0.4}  # shares 1, 0.2, 0
    words = {2: 8.0, 3: 6.0}  # shares 1, 0.75
    assert fuse([dense, words], 3) == pytest.approx({1: 0.5, 2: 0.6, 3: 0.375})


def test_fusion_gives_no_share_below_zero() -> None:
    """A negative score in a short ranking counts as 0."""
    assert fuse([{1: 0.5, 2: 0.25, 3: -0.5}, {}], 100) == pytest.approx({1: 0.5, 2: 0.25, 3: 0.0})


def test_fusion_keeps_the_order_where_all_scores_are_negative() -> None:
    """A short ranking of nothing but negative scores is measured from its last one, so that its order counts."""
    assert fuse([{1: -0.1, 2: -0.2, 3: -0.3}, {}], 100) == pytest.approx({1: 0.5, 2: 0.25, 3: 0.0})


@pytest.mark.parametrize("score", [0.5, 0.0, -0.5])
@pytest.mark.parametrize("depth", [2, 100])
def test_fusion_takes_equal_scores_for_the_best(score: float, depth: int) -> None:
    """Where a ranking tells nothing apart, all have its whole share."""
    assert fuse([{1: score, 2: score}, {}], depth) == {1: 0.5, 2: 0.5}


def test_fusion_of_nothing_is_nothing() -> None:
    """Two empty rankings make an empty one."""
    assert fuse([{}, {}], 10) == {}


@given(rankings, rankings, st.integers(1, 15))
def test_fusion_scores_all_things_between_zero_and_one(
    dense: dict[int, float], words: dict[int, float], depth: int
) -> None:
    """Every thing of either ranking has a score in [0, 1], and nothing else has one."""
    fused = fuse([dense, words], depth)
    assert fused.keys() == dense.keys() | words.keys()
    assert all(0 <= score <= 1 for score in fused.values())


@given(rankings, rankings, st.integers(1, 15))
def test_fusion_gives_the_best_of_both_one(dense: dict[int, float], words: dict[int, float], depth: int) -> None:
    """What is best in both rankings has 1."""
    best = {99: 50.0}
    assert fuse([dense | best, words | best], depth)[99] == 1.0


@given(rankings, st.integers(1, 15))
def test_fusion_of_one_ranking_keeps_its_order(ranking: dict[int, float], depth: int) -> None:
    """A higher score never gives a lower share, and the best has the most."""
    fused = fuse([ranking], depth)
    in_order = sorted(ranking, key=lambda thing: ranking[thing])
    assert all(fused[a] <= fused[b] for a, b in pairwise(in_order))
    assert not ranking or fused[in_order[-1]] == 1.0


def test_weighing_in_is_the_weighted_mean() -> None:
    """What was fused weighs 1; a thing without a value has 0, and a value without a thing is left out."""
    scores = weigh_in({1: 1.0, 2: 0.4}, [(0.5, {1: 0.2, 2: 1.0, 3: 1.0}), (0.1, {2: 0.5})])
    assert scores == pytest.approx({1: 1.1 / 1.6, 2: 0.95 / 1.6})


def test_weighing_in_nothing_changes_nothing() -> None:
    """Without evidence the scores are what they were."""
    assert weigh_in({1: 0.3, 2: 0.7}, []) == {1: 0.3, 2: 0.7}
