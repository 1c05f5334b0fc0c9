"""Lines that stand together into paragraphs: by their indents, their lengths and what they end with."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.plain_text.lines import Line

_INNER_STOP = re.compile(r"""[.!?…]["'”’)]*\s+["“‘'(]*[A-Z0-9]""")

_WIDEST_WRAP = 200  # characters; nobody wraps lines by hand or by program at more
_USUAL_WRAP = 132  # characters, the widest of old printers and terminals
_NARROWEST_WRAP = 45  # below it a line ends where its sentence does, not where the page did
_LONGEST_RAGGED_RUN = 40  # lines; a longer run of lines that fill no width is a list or a log, not a paragraph


def lines_are_paragraphs(runs: Sequence[Sequence[Line]]) -> bool:
    """Tell a file of one line a paragraph, whose lines nearly all end as sentences do, from wrapped text.

    One sentence a line between blank lines is a way to type paragraphs, so there the lines must hold more than one.
    """
    lines = [line for run in runs for line in run]
    breaks = [line.stops for run in runs for line in run[:-1]]
    if not breaks or sum(breaks) < 0.8 * len(breaks) or not all(run[-1].stops for run in runs if len(run) > 1):
        return False
    if len(breaks) == 1:
        first, second = next(run for run in runs if len(run) == 2)
        width = max(len(first.words), len(second.words))
        return len(lines) == 2 and (width > _USUAL_WRAP or not is_full(first, second, width))
    several = sum(_INNER_STOP.search(line.words) is not None for line in lines)
    longest = max(map(len, runs))
    return several >= 0.3 * len(lines) or longest >= 0.8 * len(lines)


def paragraphs_of(run: list[Line]) -> list[list[Line]]:
    """Split lines that stand between two blank ones into paragraphs."""
    if len(run) == 1:
        return [run]
    starts = {n for n in range(1, len(run)) if _is_unwrapped(run[n]) or _is_unwrapped(run[n - 1])}
    starts |= _indented_starts(run) or _short_line_starts(run)
    groups: list[list[Line]] = []
    for n, line in enumerate(run):
        if n == 0 or n in starts:
            groups.append([])
        groups[-1].append(line)
    return groups


def _is_unwrapped(line: Line) -> bool:
    return len(line.words) > _WIDEST_WRAP and line.words.count(" ") > 20


def _indented_starts(run: list[Line]) -> set[int]:
    """Find the lines that begin a paragraph by their indent, or by their lack of it where the other lines have one."""
    base = min(line.indent for line in run)
    indented = [n for n in range(1, len(run)) if run[n].indent >= base + 2]
    flush = [n for n in range(1, len(run)) if run[n].indent < base + 2]
    if not indented:
        return set()
    first_is_indented = run[0].indent >= base + 2
    if (first_is_indented or flush) and _mostly_after_a_stop(run, indented):
        return set(indented)
    hanging = not first_is_indented and flush and 2 * len(indented) >= len(run) - 1
    return set(flush) if hanging and _mostly_after_a_stop(run, flush) else set()


def _mostly_after_a_stop(run: list[Line], starts: list[int]) -> bool:
    return sum(run[n - 1].stops for n in starts) >= 0.75 * len(starts)


def _short_line_starts(run: list[Line]) -> set[int]:
    """Find the lines that follow one which ends a sentence well before the width that all the others fill."""
    lengths = sorted(len(line.words) for line in run)
    width = lengths[-1] if len(run) < 10 else lengths[int(0.9 * len(run))]
    full = [is_full(line, after, width) for line, after in pairwise(run)]
    if len(run) > _LONGEST_RAGGED_RUN and sum(full) < 0.3 * len(full):
        return set(range(1, len(run)))
    if len(run) < 3 or sum(full) < 0.6 * len(full):
        return set()
    return {
        n
        for n, (line, after) in enumerate(pairwise(run), 1)
        if line.stops and not is_full(line, after, int(0.85 * width)) and not after.words[0].islower()
    }


def is_full(line: Line, after: Line, width: int) -> bool:
    """Whether the next line's first word had no room left on this line."""
    first_word = after.words.split(maxsplit=1)[0]
    return width >= _NARROWEST_WRAP and line.indent + len(line.words) + 1 + len(first_word) > width
