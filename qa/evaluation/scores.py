"""The scores of an evaluation: what each counts, over how many questions, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from qa.evaluation.curves import calibration, calibration_error, judged
from qa.evaluation.outcomes import RANKED, Verdict
from qa.evaluation.uncertainty import mean_interval, share_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.evaluation.outcomes import Outcome

Unit = Literal["share", "mean", "ms"]

FINDING, ANSWER, SILENCE, SPEED = "Finding passages", "The answer", "Silence and confidence", "Speed"
NO_GOLD = "no question has answers or documents"
NO_ANSWERS = "no question has answers"
NO_MARKS = "no words were marked: the run was made with --fast"


@dataclass(frozen=True, slots=True)
class Score:
    """One score.

    Attributes:
        name: What it is called.
        group: What it is about.
        meaning: What it says, in words.
        unit: A share of questions in [0, 1], a mean in [0, 1], or milliseconds.
        better: Which way is better.
        value: None where it cannot be measured.
        count: Over how many questions, answers or citations.
        low, high: Its 95 % interval; None where none is given.
        lacking: Why it cannot be measured; empty where it can.
    """

    name: str
    group: str
    meaning: str
    unit: Unit
    better: Literal["higher", "lower"]
    value: float | None
    count: int
    low: float | None = None
    high: float | None = None
    lacking: str = ""


def scores(outcomes: Sequence[Outcome]) -> tuple[Score, ...]:
    """Give all scores of at least one outcome, in the order in which they are shown."""
    return (*_finding(outcomes), *_answer(outcomes), *_silence(outcomes), *_speed(outcomes))


def ranking_scores(outcome: Outcome) -> dict[str, float]:
    """Give Success@1, Success@5, Success@10, RR@10 and nDCG@10 of a question whose ranking can be judged.

    The ideal ranking has the named documents first, each by one passage; or one passage that holds an answer.

    Source:
        ir_measures (MacAvaney, Macdonald and Ounis 2022, "Streamlining evaluation with ir-measures").
    """
    import ir_measures
    from ir_measures import RR, Success, nDCG

    measures = [Success @ 1, Success @ 5, Success @ RANKED, RR @ RANKED, nDCG @ RANKED]
    relevant = outcome.relevant or ()
    wanted = {f"wanted {number}": 1 for number in range(max(1, len(outcome.question.documents)))}
    # Scores fall by one a place: no ties, which would be broken by name. A query without passages would be left out.
    ranking = {"nothing": -1000.0}
    names = iter(wanted)
    for place, is_relevant in enumerate(relevant):
        ranking[next(names) if is_relevant else f"passage {place}"] = float(-place)
    calculated = ir_measures.iter_calc(measures, {"question": wanted}, {"question": ranking})
    found = {str(metric.measure): float(metric.value) for metric in calculated}
    return {str(measure): found[str(measure)] for measure in measures}


def _finding(outcomes: Sequence[Outcome]) -> list[Score]:
    ranked = [ranking_scores(o) for o in outcomes if o.relevant is not None]
    found = []
    for k in (1, 5, RANKED):
        name = f"Success@{k}"
        meaning = f"a passage looked for is among the first {k}" if k > 1 else "a passage looked for comes first"
        found.append(_share(name, FINDING, meaning, [row[name] > 0 for row in ranked], NO_GOLD))
    for name, meaning in (
        (f"RR@{RANKED}", "1 / place of the first passage looked for"),
        (f"nDCG@{RANKED}", "nearness to the ideal order of passages"),
    ):
        found.append(_mean(name, FINDING, meaning, [row[name] for row in ranked], NO_GOLD))
    return found


def _answer(outcomes: Sequence[Outcome]) -> list[Score]:
    known = [o for o in outcomes if o.question.answers]
    right = [o.verdict is Verdict.RIGHT for o in known]
    marked = [o for o in known if o.exact is not None and o.f1 is not None]
    lacking = NO_ANSWERS if not known else NO_MARKS
    if len(marked) < len(known):
        marked = []  # of some questions only, these would be other questions than in another run
    quotations = [[q.holds is True for entry in o.entries for q in entry.quotations] for o in known]
    shown = [flags for flags in quotations if flags]
    return [
        _share("First right", ANSWER, "the first quotation holds an accepted answer", right, NO_ANSWERS),
        _share("EM", ANSWER, "the marked words are an accepted answer", [o.exact == 1 for o in marked], lacking),
        _mean("F1", ANSWER, "words that the marked ones share with one", [o.f1 or 0.0 for o in marked], lacking),
        _ratio("Citations right", ANSWER, "citations whose quotation holds an accepted answer", shown),
    ]


def _silence(outcomes: Sequence[Outcome]) -> list[Score]:
    known = judged(outcomes)
    wrong = [o.verdict in (Verdict.WRONG, Verdict.UNFOUNDED) for o in known]
    given = [o.verdict is not Verdict.RIGHT for o in known if o.found]
    refused = [o.verdict is Verdict.REFUSED for o in outcomes if o.question.answerable]
    silent = [o.verdict is Verdict.SILENT for o in outcomes if o.question.answerable is False]
    bins = calibration(outcomes)
    error = calibration_error(bins)
    unknown = "no question has answers, and none is said to have none"
    return [
        _share("Wrong answers", SILENCE, "of these questions get a wrong answer", wrong, unknown, "lower"),
        _share(
            "Wrong of those given",
            SILENCE,
            "of the answers given are wrong",
            given,
            "no answer was given that can be judged" if known else unknown,
            "lower",
        ),
        _share(
            "Wrong refusals",
            SILENCE,
            "have an answer and get none",
            refused,
            "no question is known to have an answer",
            "lower",
        ),
        _share(
            "Right refusals", SILENCE, "have no answer and get none", silent, "no question is said to have no answer"
        ),
        Score(
            "Calibration error",
            SILENCE,
            "by how much confidence misses the share that is right",
            "mean",
            "lower",
            error,
            sum(one.count for one in bins),
            lacking="" if error is not None else unknown,
        ),
    ]


def _speed(outcomes: Sequence[Outcome]) -> list[Score]:
    times = [o.milliseconds for o in outcomes]
    median, slow = (float(value) for value in np.percentile(times, [50, 95]))
    return [
        Score("Median time", SPEED, "half of the answers take no longer", "ms", "lower", median, len(times)),
        Score("95th percentile", SPEED, "19 of 20 answers take no longer", "ms", "lower", slow, len(times)),
    ]


def _share(
    name: str,
    group: str,
    meaning: str,
    flags: Sequence[bool],
    lacking: str,
    better: Literal["higher", "lower"] = "higher",
) -> Score:
    if not flags:
        return Score(name, group, meaning, "share", better, None, 0, lacking=lacking)
    low, high = share_interval(sum(flags), len(flags))
    return Score(name, group, meaning, "share", better, sum(flags) / len(flags), len(flags), low, high)


def _mean(name: str, group: str, meaning: str, values: Sequence[float], lacking: str) -> Score:
    if not values:
        return Score(name, group, meaning, "mean", "higher", None, 0, lacking=lacking)
    low, high = mean_interval(values) or (None, None)
    return Score(name, group, meaning, "mean", "higher", sum(values) / len(values), len(values), low, high)


def _ratio(name: str, group: str, meaning: str, shown: Sequence[Sequence[bool]]) -> Score:
    """Give a share of citations; its interval draws whole questions, whose citations are alike."""
    if not shown:
        return Score(name, group, meaning, "share", "higher", None, 0, lacking="no answer was given to judge")
    hits, counts = [float(sum(flags)) for flags in shown], [float(len(flags)) for flags in shown]
    low, high = mean_interval(hits, counts) or (None, None)
    count = sum(map(len, shown))
    return Score(name, group, meaning, "share", "higher", sum(hits) / count, count, low, high)
