"""An evaluation as text for a terminal: the scores, the misses, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.answer import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from qa.evaluation.compare import Comparison, Pair
    from qa.evaluation.outcomes import Outcome
    from qa.evaluation.scores import Score

MOST_SHOWN = 10  # questions of a list; the page has all
LONGEST_SHOWN = 160  # characters of a quotation


def value_of(score: Score) -> str:
    """Write a score's value: "81.3 %", "0.846", "212 ms"; "–" where there is none."""
    return "–" if score.value is None else _written(score, score.value)


def interval_of(score: Score) -> str:
    """Write a score's 95 % interval; empty where there is none."""
    if score.low is None or score.high is None:
        return ""
    if score.unit == "share":
        return f"{100 * score.low:.1f} – {100 * score.high:.1f} %"
    return f"{score.low:.3f} – {score.high:.3f}"


def print_scores(scores: Sequence[Score], file: TextIO) -> None:
    """Print a table of the scores that were measured, then the others and why they were not."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("score", "value", "95 % interval", "of", "what it says"):
        is_text = head in ("score", "what it says")
        table.add_column(head, justify="left" if is_text else "right", no_wrap=head != "what it says")
    group = ""
    for score in scores:
        if score.value is None:
            continue
        if group and score.group != group:
            table.add_section()
        group = score.group
        arrow = "↑" if score.better == "higher" else "↓"
        cells = (f"{score.name} {arrow}", value_of(score), interval_of(score), f"{score.count:,}", score.meaning)
        table.add_row(*(Text(cell) for cell in cells))
    console = Console(file=file, highlight=False, markup=False)
    console.print(table)
    reasons: dict[str, list[str]] = {}
    for score in scores:
        if score.value is None:
            reasons.setdefault(score.lacking, []).append(score.name)
    for reason, names in reasons.items():
        console.print(f"Not measured: {', '.join(names)}: {reason}.")


def miss_lines(outcomes: Sequence[Outcome], page: str | None) -> Iterator[str]:
    """Give the first misses, each with what was expected and shown; `page` is where all of them stand."""
    misses = [outcome for outcome in outcomes if outcome.verdict.good is False]
    if not misses:
        return
    yield f"{_count(len(misses), 'miss', 'misses')}:"
    for outcome in misses[:MOST_SHOWN]:
        yield from _lines(outcome)
    if len(misses) > MOST_SHOWN:
        where = f"{page} has them" if page else "--html PATH writes a page with them"
        yield f"… and {len(misses) - MOST_SHOWN:,} more; {where}."


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Give what changed since another run."""
    asked = f"Compared on the {_count(comparison.common, 'question')} that both runs asked"
    if comparison.only_before or comparison.only_after:
        asked += f"; {comparison.only_before:,} only in the other run, {comparison.only_after:,} only in this one"
    yield asked + "."
    if comparison.judged_otherwise:
        yield f"Left out, because what is known of their answers changed: {comparison.judged_otherwise:,}."
    for name, before, after in comparison.settings:
        yield f"The runs differ in {name}: {before} → {after}."
    for d in comparison.differences:
        asked = _count(d.count, "question")
        yield (
            f"{d.name}: {d.before:.3f} → {d.after:.3f} on {asked}, {d.changed:,} of them changed; "
            f"p = {d.p:.3f} ({d.test})."
        )
    yield from _changes("Newly right", comparison.newly_right)
    yield from _changes("Newly wrong", comparison.newly_wrong)
    yield from _changes("Wrong in another way", comparison.otherwise)


def _changes(title: str, pairs: Sequence[Pair]) -> Iterator[str]:
    if not pairs:
        return
    yield f"\n{title}: {len(pairs):,}"
    for before, after in pairs[:MOST_SHOWN]:
        yield f"- {_short(after.question.text)}"
        yield f"    before: {before.verdict}: {_shown(before)}"
        yield f"    now: {after.verdict}: {_shown(after)}"
    if len(pairs) > MOST_SHOWN:
        yield f"… and {len(pairs) - MOST_SHOWN:,} more."


def _lines(outcome: Outcome) -> Iterator[str]:
    question = outcome.question
    yield f"- line {question.line:,}, {outcome.verdict}: {_short(question.text)}"
    if question.answers:
        yield f"    expected: {_short(' or '.join(f'“{answer}”' for answer in question.answers))}"
    elif question.documents:
        yield f"    expected: from {_short(', '.join(question.documents))}"
    yield f"    shown: {_shown(outcome)}"


def _shown(outcome: Outcome) -> str:
    if not outcome.entries:
        return _short(outcome.text)
    first = outcome.entries[0].quotations[0]
    return f"“{_short(first.quote)}” ({_short(first.place)})"


def _short(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


def _written(score: Score, value: float) -> str:
    if score.unit == "ms":
        return f"{value:,.0f} ms"
    return f"{100 * value:.1f} %" if score.unit == "share" else f"{value:.3f}"


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
