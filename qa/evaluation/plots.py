"""Plots of an evaluation as SVG to stand in a page, in the page's colours (the only module that imports matplotlib)."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from qa.evaluation.curves import Bin, Point

SIZE = (4.4, 3.3)  # inches of 72 CSS pixels: about as wide as the narrowest page, so that letters keep their size
# Colours that are drawn, and the page's own that take their place, so that one plot does for light and dark.
_INK, _FAINT, _LINE, _MARK = "#010203", "#010204", "#010205", "#010206"
_IN_PAGE = {_INK: "var(--ink)", _FAINT: "var(--faint)", _LINE: "var(--accent)", _MARK: "var(--warn)"}


def curve_plot(points: Sequence[Point], usual: Point) -> str:
    """Draw wrong answers against wrong refusals over all thresholds, at least one, the usual threshold marked."""
    with _drawing("curve", "Share of wrong answers against share of wrong refusals over all thresholds") as (axes, svg):
        refusals = [100 * point.wrong_refusals for point in points]
        wrong = [100 * point.wrong_answers for point in points]
        axes.plot(refusals, wrong, color=_LINE, linewidth=2, zorder=2)
        for point in points[:: max(1, len(points) // 4)]:
            place = (100 * point.wrong_refusals, 100 * point.wrong_answers)
            axes.plot(*place, "o", color=_LINE, markersize=3, zorder=2)
        at = (100 * usual.wrong_refusals, 100 * usual.wrong_answers)
        axes.plot(*at, "o", color=_MARK, markersize=8, zorder=3)
        right = at[0] > max(refusals) / 2
        axes.annotate(
            f"threshold {usual.threshold:.2f}",
            at,
            xytext=(-9 if right else 9, 7),
            textcoords="offset points",
            ha="right" if right else "left",
            color=_MARK,
        )
        axes.set_xlabel("wrong refusals, % of those with an answer")
        axes.set_ylabel("wrong answers, % of all")
        axes.set_xlim(-2, 102)
        axes.set_ylim(-0.04 * max(10.0, *wrong), 1.12 * max(10.0, *wrong))
    return svg[0]


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Draw the share that is right against the confidence, bin by bin; each labelled with how many it holds."""
    with _drawing("reliability", "Share of right answers against their confidence") as (axes, svg):
        axes.plot([0, 1], [0, 1], color=_FAINT, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        filled = [one for one in bins if one.count]
        axes.bar(
            [(one.low + one.high) / 2 for one in filled],
            [one.right for one in filled],
            width=0.085,
            color=_LINE,
            alpha=0.35,
            zorder=2,
        )
        axes.plot([one.confidence for one in filled], [one.right for one in filled], "o", color=_LINE, zorder=3)
        for one in filled:
            axes.annotate(
                f"{one.count:,}",
                ((one.low + one.high) / 2, one.right),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                color=_INK,
                fontsize=8,
            )
        axes.set_xlabel("confidence")
        axes.set_ylabel("share that is right")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.12)
    return svg[0]


def latency_plot(milliseconds: Sequence[float]) -> str:
    """Draw how many answers took how long, at least one; the median marked."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    with _drawing("latency", "How many answers took how long") as (axes, svg):
        median = float(np.median(milliseconds))
        axes.hist(milliseconds, bins=min(30, max(5, len(milliseconds) // 2)), color=_LINE, alpha=0.55, zorder=2)
        axes.axvline(median, color=_MARK, linewidth=1.5, zorder=3)
        # Above the bars, which the line may cross anywhere.
        axes.set_title(f"median {median:,.0f} ms", color=_MARK, fontsize=9, loc="right")
        axes.set_xlabel("milliseconds")
        axes.set_ylabel("answers")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return svg[0]


@contextmanager
def _drawing(name: str, says: str) -> Iterator[tuple[Axes, list[str]]]:
    """Give axes to draw on and a list that holds the SVG afterwards."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    svg: list[str] = []
    with mpl.rc_context():
        mpl.rcdefaults()  # whatever the user has set for plots of their own
        mpl.rcParams.update(
            {
                **{"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 9, "axes.linewidth": 0.8},
                **{"axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": _FAINT},
                **{"axes.labelcolor": _INK, "text.color": _INK, "xtick.color": _INK, "ytick.color": _INK},
                **{"axes.grid": True, "grid.color": _FAINT, "grid.alpha": 0.35, "grid.linewidth": 0.6},
                **{"axes.axisbelow": True, "figure.facecolor": "none", "axes.facecolor": "none"},
            }
        )
        figure = Figure(figsize=SIZE, layout="constrained")
        yield figure.add_subplot(), svg
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    svg.append(_for_page(written.getvalue(), name, says))


def _for_page(svg: str, name: str, says: str) -> str:
    """Make a file of SVG an element of a page: its own names, the page's colours and letters, nothing around it."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: (\S+px) [^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    for drawn, in_page in _IN_PAGE.items():
        svg = svg.replace(drawn, in_page)
    box = re.search(r'viewBox="[^"]*"', svg)
    head = f'<svg {box[0] if box else ""} role="img" aria-label="{says}" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return re.sub(r"<svg[^>]*>", head, svg, count=1)
