"""The reader's second look ranks passages again, within its budget."""

from __future__ import annotations

import pytest
from matching_reader import MatchingReader

import qa
from qa.reader import Look, Span
from qa.second_look import FEWEST_READ, READER_WEIGHT, above, look_again

QUESTION = "Where was the pump built?"


def passages(*texts: str) -> tuple[qa.Passage, ...]:
    """Passages whose fused scores fall from 1."""
    return tuple(
        qa.Passage(text, f"{n}.txt", None, "0" * 64, None, 1, 0, len(text), (), 1 - n / 100, 0.5, None)
        for n, text in enumerate(texts)
    )


class PointingReader:
    """Prefers "yes" at the beginning of a passage to silence by 30 points, silence to "no" by 30, to all else by 15."""

    name = fingerprint = "pointing"

    def __init__(self, budget: int = 10**6) -> None:
        self.budget = budget
        self.above: list[str] = []

    def pieces(self, texts: list[str]) -> list[int]:
        """Count characters."""
        return [len(text) for text in texts]

    def read(self, question: str, passages: list[str], above: list[str]) -> tuple[Look, ...]:
        """Point at the first three characters."""
        self.above += above
        points = {"yes": 30.0, "no ": -30.0}
        return tuple(Look((Span(0, 3, points.get(text[:3], -15.0)),), 0.0) for text in passages)


def test_second_look_puts_what_answers_first() -> None:
    """A passage that the reader is sure of moves up; its score and what the reader saw are told."""
    seen = look_again(PointingReader(), QUESTION, passages("no 1", "no 2", "yes 3"))
    assert [p.text for p in seen.passages] == ["yes 3", "no 1", "no 2"]
    assert [p.reader for p in seen.passages] == [30.0, -30.0, -30.0]
    assert seen.passages[0].score == pytest.approx((0.98 + READER_WEIGHT) / (1 + READER_WEIGHT), abs=1e-3)
    assert [look.margin for look in seen.looks] == [30.0, -30.0, -30.0]


def test_second_look_leaves_the_order_where_the_reader_sees_no_difference() -> None:
    """Where all passages answer equally badly, the searches decide."""
    texts = [f"no {n}" for n in range(8)]
    seen = look_again(PointingReader(), QUESTION, passages(*texts))
    assert [p.text for p in seen.passages] == texts


def test_second_look_leaves_the_order_where_the_reader_doubts_all() -> None:
    """Of passages that all seem not to answer, as with a claim, the reader's favourite is no better than the others."""
    seen = look_again(PointingReader(), QUESTION, passages("no 1", "maybe 2"))
    assert [p.text for p in seen.passages] == ["no 1", "maybe 2"]
    assert [p.score for p in seen.passages] == pytest.approx([1, 0.99], abs=1e-4)
    assert seen.strength(1, -15.0) == pytest.approx(0.99, abs=1e-4)


def test_second_look_reads_within_its_budget_and_at_least_five() -> None:
    """What is not read stays behind what was, in its order, and has no reader's score."""
    texts = [f"no {n}" for n in range(8)] + ["yes 8"]
    one = len(QUESTION) + 1 + len("no 1")
    seen = look_again(PointingReader(budget=7 * one), QUESTION, passages(*texts))
    assert [p.text for p in seen.passages] == texts
    assert [p.reader for p in seen.passages] == [-30.0] * 7 + [None, None]
    assert len(look_again(PointingReader(budget=2 * one), QUESTION, passages(*texts)).looks) == FEWEST_READ
    assert len(look_again(PointingReader(budget=1), QUESTION, passages(*texts)).looks) == 1
    scores = [p.score for p in seen.passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_second_look_at_nothing_is_nothing() -> None:
    """An empty folder asks nothing of the reader."""
    assert look_again(PointingReader(), QUESTION, ()) == look_again(MatchingReader(), QUESTION, ())


def test_second_look_reads_a_passage_below_its_title_and_headings() -> None:
    """A row means nothing without its heads."""
    row = qa.Passage("Sales | 4", "a.pdf", "Report", "0" * 64, 1, 1, 0, 9, ("Costs", "2022"), 1.0, 0.5, None)
    assert above(row) == "Report\nCosts\n2022"
    reader = PointingReader()
    look_again(reader, QUESTION, (row,))
    assert reader.above == ["Report\nCosts\n2022"]
