"""A run as one page of HTML: scores, plots, every miss with what was shown. The page loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answer import one_line
from qa.evaluation.curves import BINS, STEPS, calibration, curve, judged, point
from qa.evaluation.plots import curve_plot, latency_plot, reliability_plot
from qa.evaluation.table import interval_of, value_of
from qa.evaluation.uncertainty import RESAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.evaluation.compare import Comparison
    from qa.evaluation.outcomes import Quotation
    from qa.evaluation.run_files import Run
    from qa.evaluation.scores import Score

TILES = ("First right", "Success@1", "Wrong answers", "Wrong refusals", "Median time")  # shown large, if measured
LONGEST_NEAREST = 400  # characters of a passage that is shown only because it was near


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot and what it says; or why there is none.

    Attributes:
        title: Above it.
        svg: Markup that is safe to put into the page; empty where there is no plot.
        says: Below it: how to read it.
    """

    title: str
    svg: str
    says: str


def report(run: Run, scores: Sequence[Score], comparison: Comparison | None = None) -> str:
    """Write the page.

    Args:
        run: With at least one outcome.
        scores: Its scores.
        comparison: What changed since another run, where there is one.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Everything that is not markup of our own plots is escaped where it is put in.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"line": one_line, "pieces": pieces, "value": value_of, "interval": interval_of, "cut": cut}
    shown = [score for score in scores if score.value is not None]
    return environment.get_template("report.html").render(
        run=run,
        settings=run.settings,
        started=datetime.fromisoformat(run.settings.started).strftime("%Y-%m-%d, %H:%M UTC"),
        tiles=[score for name in TILES for score in shown if score.name == name],
        groups=list(dict.fromkeys(score.group for score in shown)),
        scores=shown,
        lacking=[score for score in scores if score.value is None],
        plots=plots(run),
        misses=[outcome for outcome in run.outcomes if outcome.verdict.good is False],
        comparison=comparison,
        resamples=RESAMPLES,
    )


def plots(run: Run) -> tuple[Plot, ...]:
    """Draw what can be drawn of a run."""
    known = judged(run.outcomes)
    bins = calibration(run.outcomes)
    usual = run.settings.threshold
    without = "Not drawn: no question has answers, and none is said to have no answer."
    curve_says = (
        f"What each least confidence of an answer, from 0 to 1 in {STEPS} steps, would have done to the {len(known):,} "
        "questions that can be judged; dots at 0, 0.25, 0.5, 0.75 and 1. Nearer to the lower left corner is better."
    )
    bins_say = (
        f"The best quotation of each question, shown or not, in {BINS} bins of confidence: how many of them are right. "
        "On the dashed line, confidence is what it says; the numbers say how many quotations a bar stands for."
    )
    times_say = "One after the other, without the loading of the models."
    some = any(one.count for one in bins)
    times = latency_plot([outcome.milliseconds for outcome in run.outcomes])
    return (
        Plot(
            "Wrong answers against wrong refusals",
            curve_plot(curve(run.outcomes), point(known, usual)) if known else "",
            curve_says if known else without,
        ),
        Plot(
            "Does confidence mean what it says?", reliability_plot(bins) if some else "", bins_say if some else without
        ),
        Plot("Time of an answer", times, times_say),
    )


def pieces(quotation: Quotation) -> tuple[str, str, str]:
    """Cut a quotation before and behind the words marked in it, each piece fit to show; the second may be empty."""
    start, end = quotation.answer_start, quotation.answer_end
    if start is None or end is None:
        return one_line(quotation.quote), "", ""
    quote = quotation.quote
    before, marked, behind = (_one_line_inside(part) for part in (quote[:start], quote[start:end], quote[end:]))
    return before.lstrip(), marked, behind.rstrip()


def cut(text: str) -> str:
    """Cut a text that is shown only because it was near."""
    words = one_line(text)
    return words if len(words) <= LONGEST_NEAREST else words[: LONGEST_NEAREST - 1] + "…"


def _one_line_inside(text: str) -> str:
    """Write a piece of a text on one line that is safe to show, with a blank at each end that has one."""
    words = one_line(text)
    return f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}" if words else " " * bool(text)
