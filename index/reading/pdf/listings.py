"""Finds program listings among the lines of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

_SHORTEST_LISTING = 3  # lines; fewer in a monospaced type are words of a sentence


def listing_lines(lines: Sequence[Line]) -> frozenset[Line]:
    """Find the monospaced lines that stand several together."""
    found: set[Line] = set()
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and line.monospaced and (not run or line.baseline < run[-1].baseline):
            run.append(line)
            continue
        if len(run) >= _SHORTEST_LISTING:
            found.update(run)
        run = [line] if line is not None and line.monospaced else []
    return frozenset(found)
