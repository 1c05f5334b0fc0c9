"""Which groups of a PDF's lines are headings, and how deep: by the document's outline, else by their type."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.pdf.layout import BULLET, CAPTION, SENTENCE_END, letters_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.reading.pdf.layout import Group

DEEPEST_LEVEL = 6
_LARGER = 1.12  # times the body's type
_LONGEST_HEADING, _LONGEST_TITLE = 140, 220  # characters
_MOST_LINES = 3
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A title in a document's outline: its depth from 1, and the page it leads to, from 1, or None."""

    title: str
    level: int
    page: int | None


def heading_levels(
    groups: Sequence[Group], outline: Sequence[OutlineEntry], body_size: float, page_sizes: Mapping[int, float]
) -> dict[int, int]:
    """Find the headings.

    Args:
        groups: The document's.
        outline: The document's, empty where it has none.
        body_size: Height of the type that most of the document is set in, in points.
        page_sizes: The same for each page.

    Returns:
        The level, from 1 to 6, of every heading, by its place among `groups`.
    """
    levels = _levels_by_outline(groups, outline)
    guessed = [
        at
        for at, group in enumerate(groups)
        if at not in levels
        and at + 1 < len(groups)
        and _looks_like_heading(group, body_size, page_sizes[group.lines[0].page])
        and _stands_above(group, groups[at + 1])
    ]
    if levels:
        below = min(DEEPEST_LEVEL, max(levels.values()) + 1)
        return levels | dict.fromkeys(guessed, below)
    return _levels_by_type(groups, guessed)


def title_place(groups: Sequence[Group], middle: float, body_size: float) -> int | None:
    """Find the group in the upper part of the first page that reads like the document's title.

    Args:
        groups: The document's.
        middle: Height on the first page below which no title is looked for, in points.
        body_size: Height of the type that most of the document is set in, in points.
    """
    best: int | None = None
    for at, group in enumerate(groups):
        first = group.lines[0]
        if first.page != 1 or group.kind != "text" or first.baseline < middle:
            continue
        text = group.rough_text
        reads = 4 <= len(text) <= _LONGEST_TITLE and _WORD.search(text) and not BULLET.match(text)
        larger = group.size >= 1.2 * body_size and (best is None or group.size > groups[best].size + 0.5)
        if reads and larger and text[-1] not in ".;,":
            best = at
    return best


def _levels_by_outline(groups: Sequence[Group], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    entries: defaultdict[str, list[OutlineEntry]] = defaultdict(list)
    for entry in outline:
        if letters := letters_of(entry.title):
            entries[letters].append(entry)
    levels: dict[int, int] = {}
    for at, group in enumerate(groups):
        if group.kind != "text" or len(group.lines) > _MOST_LINES:
            continue
        for entry in entries.get(letters_of(group.rough_text), ()):
            if entry.page is None or entry.page == group.lines[0].page:
                levels[at] = min(DEEPEST_LEVEL, entry.level)
                break
    return levels


def _looks_like_heading(group: Group, body_size: float, page_size: float) -> bool:
    text = group.rough_text
    if group.kind != "text" or len(text) >= _LONGEST_HEADING or len(group.lines) > _MOST_LINES:
        return False
    if (
        group.lines[-1].hyphenated
        or not _WORD.search(text)
        or CAPTION.match(text)
        or re.search(r"^[•◦▪●■*]|[☐☑☒]|,$", text)
    ):
        return False
    larger = group.size >= _LARGER * body_size
    bold = all(line.bold for line in group.lines) and group.size >= 0.95 * min(body_size, page_size)
    if SENTENCE_END.search(text) and not (text.endswith("?") or (bold and text.endswith(":") and len(text) < 60)):
        return False
    return larger or bold


def _stands_above(group: Group, following: Group) -> bool:
    """Say whether `following` may be what a heading heads: just below it, or in another column or page."""
    last, first = group.lines[-1], following.lines[0]
    if first.page != last.page or following.kind == "running head":
        return True
    drop = last.baseline - first.baseline
    if drop < 0:
        return last.right <= first.left or first.right <= last.left
    overlaps = min(last.right, first.right) > max(last.left, first.left)
    return drop <= 6 * max(last.size, first.size) and (overlaps or all(line.bold for line in following.lines))


def _levels_by_type(groups: Sequence[Group], headings: Sequence[int]) -> dict[int, int]:
    """Rank the headings by the size of their type, and those of one size by how deep they are numbered."""
    styles = {at: (round(groups[at].size), groups[at].lines[0].bold) for at in headings}
    rank = {style: level for level, style in enumerate(sorted(set(styles.values()), reverse=True), start=1)}
    levels = {at: rank[style] for at, style in styles.items()}
    depths = {at: len(match[1].split(".")) for at in headings if (match := _NUMBERED.match(groups[at].lines[0].text))}
    base = _base_by_style(levels, depths)
    for at, depth in depths.items():
        levels[at] = max(levels[at], base.get(depth, levels[at]))
    return {at: min(DEEPEST_LEVEL, level) for at, level in levels.items()}


def _base_by_style(levels: Mapping[int, int], depths: Mapping[int, int]) -> dict[int, int]:
    """Give the level that each depth of numbering has at least: one below the depth above it."""
    base: dict[int, int] = {}
    for depth in sorted(set(depths.values())):
        shallowest = min(levels[at] for at, its_depth in depths.items() if its_depth == depth)
        base[depth] = max(shallowest, base[depth - 1] + 1) if depth - 1 in base else shallowest
    return base
