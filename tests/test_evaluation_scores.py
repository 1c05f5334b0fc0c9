"""Matching, judging, scores and curves, against values computed by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count

import pytest
from evaluation_answers import (
    FolderByHand,
    answer,
    entry,
    outcome,
    passage,
    passages,
    six_outcomes,
)

from qa.evaluation.curves import calibration, calibration_error, curve, point
from qa.evaluation.matching import exact_match, f1, holds
from qa.evaluation.outcomes import Verdict
from qa.evaluation.questions import Question
from qa.evaluation.run import ask_all
from qa.evaluation.scores import ranking_scores, scores
from qa.evaluation.uncertainty import mcnemar, mean_interval, randomisation, share_interval


def test_exact_match_forgives_case_punctuation_and_articles_only() -> None:
    """The rules of SQuAD."""
    assert exact_match("The Treaty of Oslo.", ["treaty of oslo"]) == 1
    assert exact_match("treaty", ["Treaty of Oslo"]) == 0
    assert exact_match("U.S.", ["x", "US"]) == 1
    assert exact_match("“Oslo”\u00a0—", ["oslo"]) == 1


def test_f1_is_of_the_best_accepted_answer() -> None:
    """Two words of three shared, precision 2/2 and recall 2/3: 0.8."""
    assert f1("Ada Holm", ["Ada Maria Holm", "Eve"]) == pytest.approx(0.8)
    assert f1("Ada Ada", ["Ada"]) == pytest.approx(2 / 3)
    assert f1("Eve", ["Ada"]) == 0
    assert f1("", ["Ada"]) == 0


def test_text_holds_an_answer_of_whole_words_in_their_order() -> None:
    """Parts of words, and words apart, do not count; characters of scripts without blanks do."""
    assert holds("It was signed on 5 June, 1931, in Oslo.", ["the 5 June 1931"])
    assert not holds("It was signed in 1931.", ["193"])
    assert not holds("Revenue fell to $1.5 million.", ["$15 million"])
    assert holds("It was signed on 5 June 1931\u2014the day after\u2026and in Moscow/Oslo.", ["5 June 1931"])
    assert holds("It was signed on 5 June 1931\u2014the day after\u2026and in Moscow/Oslo.", ["Oslo"])
    assert not holds("June was wet; 1931 was dry.", ["June 1931"])
    assert holds("条約は東京で署名された。", ["東京"])
    assert not holds("Anything", ["—"])


def test_verdicts_of_each_kind() -> None:
    """One of each: by answers, by documents, by answerable."""
    assert [one.verdict for one in six_outcomes()] == [
        Verdict.RIGHT,
        Verdict.WRONG,
        Verdict.REFUSED,
        Verdict.SILENT,
        Verdict.UNFOUNDED,
        Verdict.NAMED,
    ]
    treaty, bridge, _ = passages()
    made = answer("?", (treaty, bridge), (entry(treaty, "Oslo", 0.9),), 0.9)
    assert outcome(Question("?", documents=("bridge.txt",), answerable=True), made).verdict is Verdict.ELSEWHERE
    assert outcome(Question("?"), made).verdict is Verdict.UNJUDGED
    assert outcome(Question("?", answerable=True), made).verdict is Verdict.UNJUDGED


def test_ranking_counts_a_named_document_once_and_one_answer_as_enough() -> None:
    """The second passage of a named document, or the second that holds the answer, adds nothing."""
    a, b, c, d = (
        passage(name, "It opened in 1907.", number) for name, number in (("a", 1), ("b", 1), ("b", 2), ("c", 1))
    )
    made = answer("?", (a, b, c, d), (), 0.1)
    named = outcome(Question("?", documents=("b", "c", "z"), answerable=True), made)
    assert named.relevant == (False, True, False, True)
    assert named.rank == 2
    ideal = 1 + 1 / math.log2(3) + 1 / 2  # three documents, at places 1, 2 and 3
    assert ranking_scores(named) == pytest.approx(
        {
            "Success@1": 0,
            "Success@5": 1,
            "Success@10": 1,
            "RR@10": 1 / 2,
            "nDCG@10": (1 / math.log2(3) + 1 / math.log2(5)) / ideal,
        }
    )
    by_answer = outcome(Question("?", ("1907",), answerable=True), made)
    assert by_answer.relevant == (True, False, False, False)
    assert ranking_scores(by_answer)["nDCG@10"] == 1


def test_ranking_of_nothing_is_a_miss() -> None:
    """A question for which no passage was considered counts as 0, and is not left out."""
    found = outcome(Question("?", ("1907",), answerable=True), answer("?", (), (), 0.0))
    assert set(ranking_scores(found).values()) == {0.0}


def test_only_ten_passages_count() -> None:
    """What comes eleventh is not found."""
    considered = [*(passage("a", "Nothing.", number) for number in range(10)), passage("b", "It was 1907.")]
    found = outcome(Question("?", ("1907",), answerable=True), answer("?", considered, (), 0.0))
    assert found.relevant == (False,) * 10
    assert found.rank is None


def test_scores_of_six_questions_are_those_counted_by_hand() -> None:
    """Right, wrong, wrongly refused, rightly refused, answered without an answer, from a named document."""
    found = {score.name: (score.value, score.count) for score in scores(six_outcomes())}
    assert found == {
        # looked for at places 1, 2, 1 and 1
        "Success@1": (0.75, 4),
        "Success@5": (1.0, 4),
        "Success@10": (1.0, 4),
        "RR@10": (0.875, 4),
        "nDCG@10": (pytest.approx((3 + 1 / math.log2(3)) / 4), 4),
        # of the three with answers one was right, one wrong and one refused
        "First right": (pytest.approx(1 / 3), 3),
        "EM": (pytest.approx(1 / 3), 3),
        "F1": (pytest.approx(1 / 3), 3),
        "Citations right": (0.5, 2),
        # of five that can be judged one has a wrong answer, and one an answer where there is none
        "Wrong answers": (0.4, 5),
        "Wrong of those given": (pytest.approx(2 / 3), 3),
        "Wrong refusals": (0.25, 4),
        "Right refusals": (0.5, 2),
        # confidences .9, .8, .3, .2 and .6 of which the first and third are right: (.1 + .8 + .7 + .2 + .6) / 5
        "Calibration error": (pytest.approx(0.48), 5),
        "Median time": (100.0, 6),
        "95th percentile": (100.0, 6),
    }


def test_scores_that_need_more_columns_say_so() -> None:
    """Of questions alone only the times are measured; the others say why they are not."""
    treaty, *_ = passages()
    found = scores([outcome(Question("?"), answer("?", (treaty,), (entry(treaty, "Oslo", 0.9),), 0.9))])
    assert [score.name for score in found if score.value is not None] == ["Median time", "95th percentile"]
    assert {score.name: score.lacking for score in found if score.value is None} == {
        **dict.fromkeys(
            ["Success@1", "Success@5", "Success@10", "RR@10", "nDCG@10"], "no question has answers or documents"
        ),
        **dict.fromkeys(["First right", "EM", "F1"], "no question has answers"),
        "Citations right": "no answer was given to judge",
        "Wrong answers": "no question has answers, and none is said to have none",
        "Wrong of those given": "no question has answers, and none is said to have none",
        "Wrong refusals": "no question is known to have an answer",
        "Right refusals": "no question is said to have no answer",
        "Calibration error": "no question has answers, and none is said to have none",
    }


def test_scores_without_marked_words_leave_out_em_and_f1() -> None:
    """Sentences quoted without marking their words are judged by what they hold."""
    treaty, *_ = passages()
    made = answer("?", (treaty,), (entry(treaty, None, 0.9),), 0.9)
    found = {score.name: score for score in scores([outcome(Question("?", ("1931",), answerable=True), made)])}
    assert found["First right"].value == 1
    assert (found["EM"].value, found["F1"].value) == (None, None)
    assert found["EM"].lacking == "no words were marked: the run was made with --fast"


def test_curve_tells_what_each_threshold_would_have_done() -> None:
    """The refused ones are judged by what was held back; a document's name alone cannot be judged."""
    points = {round(one.threshold, 2): one for one in curve(six_outcomes())}
    assert len(points) == 101
    # All five are answered: two of three right, and two that have no answer.
    assert (points[0.0].wrong_answers, points[0.0].wrong_refusals) == (3 / 5, 0)
    # .2 and .3 are refused: one rightly, one wrongly.
    assert (points[0.5].wrong_answers, points[0.5].wrong_refusals) == (2 / 5, 1 / 3)
    assert (points[0.6].wrong_answers, points[0.61].wrong_answers) == (2 / 5, 1 / 5)
    assert (points[1.0].wrong_answers, points[1.0].wrong_refusals) == (0, 1)
    assert point(six_outcomes()[:2], 0.85).wrong_refusals == 0.5
    assert curve([]) == ()


def test_calibration_has_ten_equal_bins() -> None:
    """Confidence 1 falls into the last; each bin gives its mean confidence and the share that is right."""
    right, wrong, *_ = six_outcomes()
    bins = calibration(
        [replace(right, confidence=1.0), replace(wrong, confidence=0.95), replace(right, confidence=0.1)]
    )
    assert [one.count for one in bins] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (bins[9].confidence, bins[9].right) == (pytest.approx(0.975), 0.5)
    assert calibration_error(bins) == pytest.approx((0.9 + 2 * 0.475) / 3)
    assert calibration_error(calibration([])) is None


def test_question_that_is_refused_is_asked_again_for_what_was_held_back() -> None:
    """The first is asked beforehand; only the first asking of each is timed; what is held back is not shown."""
    treaty, bridge, _ = passages()
    folder = FolderByHand(
        {
            "a": answer("a", (treaty,), (entry(treaty, "1931", 0.9),), 0.9),
            "b": answer("b", (bridge,), (entry(bridge, "1907", 0.3),), 0.3),
            "c": answer("c", (), (), 0.0),
        }
    )
    ticks = count()
    asked = [Question("a"), Question("b", ("1907",), answerable=True), Question("c")]
    first, second, third = ask_all(folder, asked, clock=lambda: float(next(ticks)))
    assert folder.asked == [("a", None), ("a", None), ("b", None), ("b", 0.0), ("c", None), ("c", 0.0)]
    assert [one.milliseconds for one in (first, second, third)] == [1000.0] * 3
    assert (first.found, first.entries[0].quotations[0].answer) == (True, "1931")
    assert (second.found, second.entries, second.candidate_right) == (False, (), True)
    assert second.candidate is not None
    assert second.candidate.quotations[0].place == "bridge.txt, ¶ 1"
    assert third.candidate is None


def test_share_interval_is_wilsons() -> None:
    """8 of 10: .490 to .943."""
    assert share_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert share_interval(0, 5)[0] == 0


def test_mean_interval_is_the_same_at_every_call() -> None:
    """Around the mean; of values that are all alike, no interval is claimed."""
    interval = mean_interval([0.0, 1.0] * 50)
    assert interval == pytest.approx((0.4, 0.6), abs=0.011)
    assert interval == mean_interval([0.0, 1.0] * 50)
    assert mean_interval([0.5, 0.5]) is None
    assert mean_interval([1.0, 2.0], [2.0, 4.0]) is None
    assert mean_interval([0.0, 2.0], [1.0, 2.0]) == (0.0, 1.0)


def test_mcnemar_is_the_binomial_test_of_what_changed() -> None:
    """5 against 0: 2 / 2^5; 1 against 1, and nothing: 1."""
    assert mcnemar(5, 0) == pytest.approx(0.0625)
    assert mcnemar(1, 1) == 1
    assert mcnemar(0, 0) == 1


def test_randomisation_is_exact_for_few_differences() -> None:
    """Of the 2^4 exchanges of four equal signs two are as far from 0; equal values add nothing."""
    assert randomisation([0, 0, 0, 0, 0.3], [0.5, 0.5, 0.25, 0.1, 0.3]) == pytest.approx(0.125)
    assert randomisation([0.5, 0.0], [0.0, 0.5]) == 1
    assert randomisation([0.1], [0.9]) == 1
    assert randomisation([], []) == 1
    many = [number / 30 for number in range(30)]
    assert randomisation(many, [value + 0.1 for value in many]) == pytest.approx(2 / 10_000)
