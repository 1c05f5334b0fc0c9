"""Joins the paragraphs that a column or a page cuts, and the scattered words of a figure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.reading.pdf.cells import BULLET
from index.reading.pdf.layout import CAPTION, SENTENCE_END, Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

_ABBREVIATION = re.compile(r"\b(?:al|vs|cf|e\.g|i\.e|Figs?|Nos?|pp?|Inc|Dr|Mrs?|Ms|St|v|U\.S)\.$")
_WORDLIKE = re.compile(
    r"[(\[“\"'‘]*(?:[^\W\d_]+(?:[-'’./&][^\W\d_]*)*|[$€£+−–-]?[\d.,:/-]+[^\W\d_%]*%?|[&–—=+<>•-])[)\]”\"'’.,;:!?…]*"
)
_LONGEST_GIBBERISH = 120  # characters
_LONGEST_LABEL = 40  # characters
_FEWEST_LABELS = 3
_MOST_STEPS_BACK = 100  # groups


def join_continued(groups: Sequence[Group], body_size: float) -> list[Group]:
    """Join paragraphs that go on in the next column or on the next page; what stood between comes after them."""
    joined: list[Group] = []
    for group in groups:
        at = _unfinished(joined, group, body_size) if group.kind == "text" else None
        if at is None:
            joined.append(group)
        else:
            joined[at] = replace(joined[at], lines=joined[at].lines + group.lines)
    return joined


def join_labels(groups: Sequence[Group]) -> list[Group]:
    """Make one group of the words that stand scattered in a figure, as its caption before or after them tells."""
    joined: list[Group] = []
    run: list[Group] = []
    for group in [*groups, None]:
        if group is not None and _is_label(group) and (not run or run[-1].lines[0].page == group.lines[0].page):
            run.append(group)
            continue
        neighbours = [near for near in (joined[-1] if joined else None, group) if near]
        captioned = any(CAPTION.match(near.lines[0].text) for near in neighbours)
        unreadable = sum(is_gibberish(label.rough_text) for label in run) > 0.7 * len(run)
        if (captioned or unreadable) and len(run) >= _FEWEST_LABELS:
            joined.append(Group(tuple(line for label in run for line in label.lines), "label"))
        else:
            joined.extend(run)
        run = [group] if group is not None and _is_label(group) else []
        if group is not None and not run:
            joined.append(group)
    return joined


def _unfinished(joined: Sequence[Group], group: Group, body_size: float) -> int | None:
    """Find the earlier paragraph that `group` continues, over the footnotes, figures and heads between."""
    first = group.lines[0]
    above = joined[-1] if joined else None
    if above and above.kind == "text" and _stands_on(above.lines[-1], first) and not _ends(above.lines[-1]):
        return len(joined) - 1 if _is_cut_in_two(above, group) else None
    stepped_over_text = False
    for at in range(len(joined) - 1, max(-1, len(joined) - 1 - _MOST_STEPS_BACK), -1):
        earlier = joined[at]
        last = earlier.lines[-1]
        if last.page < first.page - 1:
            return None
        if earlier.kind == "text" and _continues(earlier, group, adjacent=not stepped_over_text):
            whole = len(group.lines) > 1 or SENTENCE_END.search(group.rough_text)
            return at if whole or not stepped_over_text else None
        text = earlier.rough_text
        beside = earlier.kind != "text" or last.size < body_size - 0.8 or len(text) < 60 or CAPTION.match(text)
        if not beside:
            return None
        stepped_over_text |= earlier.kind == "text" and last.size >= first.size
    return None


def _is_label(group: Group) -> bool:
    text = group.rough_text
    if group.kind == "text" and len(text) < _LONGEST_GIBBERISH and is_gibberish(text):
        return True
    sentence = SENTENCE_END.search(text) and re.search(r"[^\W\d_]{2}", text)
    return group.kind == "text" and len(text) < _LONGEST_LABEL and not sentence


def is_gibberish(text: str) -> bool:
    """Say whether few of a text's words are any, as where a chart's font maps its letters to signs."""
    words = text.split()
    return 2 * sum(_WORDLIKE.fullmatch(word) is not None for word in words) < len(words) and len(text) > 3


def _stands_on(above: Line, below: Line) -> bool:
    """Say whether one line stands over another in one column."""
    same_column = above.page == below.page and min(above.right, below.right) > max(above.left, below.left)
    return same_column and 0 < above.baseline - below.baseline < 2.5 * below.size


def _is_cut_in_two(above: Group, below: Group) -> bool:
    """Say whether a sentence stops in one paragraph and goes on in the next, as breaks in a source leave it."""
    first = below.lines[0]
    alike = abs(above.size - below.size) < 0.1 * below.size and abs(above.lines[-1].left - first.left) < below.size
    prose = len(above.rough_text) > 100 and len(below.rough_text) > 40 and " " in first.text
    return alike and prose and first.text[:1].islower() and not BULLET.match(first.text)


def _ends(line: Line) -> bool:
    """Say whether a sentence ends with the line."""
    return SENTENCE_END.search(line.text) is not None and not line.hyphenated and not _ABBREVIATION.search(line.text)


def _continues(earlier: Group, group: Group, *, adjacent: bool) -> bool:
    last, first = earlier.lines[-1], group.lines[0]
    if last.bold != first.bold or (first.page == last.page and first.top <= last.top) or _ends(last):
        return False
    if BULLET.match(first.text) or CAPTION.match(first.text) or len(earlier.rough_text) <= 60:
        return False
    if abs(earlier.size - group.size) > 0.1 * group.size:
        return False
    return last.hyphenated or first.text[:1].islower() or (adjacent and _runs_on(earlier, group))


def _runs_on(earlier: Group, group: Group) -> bool:
    """Say whether a paragraph without an end fills its last line, and a whole paragraph as wide follows."""
    last_page = [line for line in earlier.lines if line.page == earlier.lines[-1].page]
    if len(last_page) < 2 or not SENTENCE_END.search(group.lines[-1].text):
        return False
    left, right = min(line.left for line in last_page), max(line.right for line in last_page)
    full = earlier.lines[-1].right > right - 0.06 * (right - left)
    first = group.lines[0]
    as_wide = len(group.lines) == 1 or abs(first.right - first.left - (right - left)) < 0.15 * (right - left)
    return full and as_wide and re.match(r"[\w“\"'‘(\[$€£]", first.text) is not None
