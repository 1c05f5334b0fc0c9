"""Which groups of a PDF's lines are headings, and how deep: by the document's outline, else by their type."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.pdf.layout import CAPTION, SENTENCE_END, letters_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.reading.pdf.layout import Group

_Style = tuple[int, bool]  # height of the type in points, and whether it is bold

DEEPEST_LEVEL = 6
_LARGER = 1.12  # times the body's type
_LONGEST_HEADING, _LONGEST_TITLE = 140, 220  # characters
_MOST_LINES = 3
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[^\W\d_]")
# What divisions are called, in the order in which they hold each other.
_DIVISIONS = tuple(
    re.compile(rf"(?:{names})\s+(?:[IVXLC]+|\d+|[A-Z])\b", re.IGNORECASE)
    for names in (
        "part|book|teil|partie",
        "item|chapter|article|title|kapitel|chapitre",
        "note|section|schedule|annex|§",
    )
)
_MOST_CAPITALS = 0.15  # of all characters, in headings of capitals; beyond it a document is set in them
_LONGEST_CAPITALS = 120  # characters
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
    in_capitals = sum(len(group.rough_text) for group in groups if group.rough_text.isupper())
    capitals = in_capitals < _MOST_CAPITALS * sum(len(group.rough_text) for group in groups)
    guessed = [
        at
        for at, group in enumerate(groups)
        if at not in levels
        and at + 1 < len(groups)
        and (
            _looks_like_heading(group, body_size, page_sizes[group.lines[0].page])
            or (capitals and _is_in_capitals(group, body_size))
        )
        and _stands_above(group, groups[at + 1])
    ]
    if levels:
        return levels | _levels_beside(groups, guessed, levels)
    return _levels_by_type(groups, guessed)


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


def _is_in_capitals(group: Group, body_size: float) -> bool:
    """Say whether a group is a few words in capitals, as headings of typed documents are."""
    text = group.rough_text
    if group.kind != "text" or not text.isupper() or len(text) > _LONGEST_CAPITALS or len(group.lines) > _MOST_LINES:
        return False
    letters = sum(map(str.isalpha, text))
    ended = SENTENCE_END.search(text) or text[-1] in ",-" or group.lines[-1].hyphenated
    return letters > 0.7 * len(text.replace(" ", "")) and letters > 4 and not ended and group.size >= 0.95 * body_size


def _levels_beside(groups: Sequence[Group], guessed: Sequence[int], known: Mapping[int, int]) -> dict[int, int]:
    """Give the levels of headings that the outline leaves out: by how their type compares with its own headings'."""
    by_style: defaultdict[_Style, list[int]] = defaultdict(list)
    for at, level in known.items():
        by_style[_style(groups[at])].append(level)
    usual = {style: statistics.mode(levels) for style, levels in by_style.items()}
    levels = {}
    for at in guessed:
        style = _style(groups[at])
        larger = [level for other, level in usual.items() if other > style]
        levels[at] = min(DEEPEST_LEVEL, usual[style] if style in usual else max(larger, default=0) + 1)
    return levels


def _style(group: Group) -> _Style:
    return round(group.size), group.lines[0].bold


def _levels_by_type(groups: Sequence[Group], headings: Sequence[int]) -> dict[int, int]:
    """Rank the headings by the size of their type, those of one size by what they call themselves and are numbered."""
    styles = {at: (_style(groups[at]), -_division(groups[at])) for at in headings}
    titles = {(_style(group), -_division(group)) for group in groups if group.kind == "title"}
    ranked = sorted({*styles.values(), *titles}, reverse=True)
    rank = {style: level for level, style in enumerate(ranked, start=1)}
    levels = {at: rank[style] for at, style in styles.items()}
    depths = {at: len(match[1].split(".")) for at in headings if (match := _NUMBERED.match(groups[at].lines[0].text))}
    base = _base_by_style(levels, depths)
    for at, depth in depths.items():
        levels[at] = max(levels[at], base.get(depth, levels[at]))
    return {at: min(DEEPEST_LEVEL, level) for at, level in levels.items()}


def _division(group: Group) -> int:
    """Give the rank of what a heading calls itself: a part above an item above a note above what has no such name."""
    text = group.lines[0].text
    return next((rank for rank, pattern in enumerate(_DIVISIONS) if pattern.match(text)), len(_DIVISIONS))


def _base_by_style(levels: Mapping[int, int], depths: Mapping[int, int]) -> dict[int, int]:
    """Give the level that each depth of numbering has at least: one below the depth above it."""
    base: dict[int, int] = {}
    for depth in sorted(set(depths.values())):
        shallowest = min(levels[at] for at, its_depth in depths.items() if its_depth == depth)
        base[depth] = max(shallowest, base[depth - 1] + 1) if depth - 1 in base else shallowest
    return base
