"""Finds the document's title on its first page, and what belongs to it on a cover: who it is of, and for which time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.reading.pdf.cells import BULLET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.layout import Group
    from index.reading.pdf.lines import Line, PageLines

_LARGER = 1.2  # times the body's type
_AS_LARGE = 0.8  # times the title's type
_LONGEST_TITLE = 220  # characters
_LONGEST_ON_COVER = 200  # characters of what may stand between the parts of a title
_MOST_PARTS = 4
_LOWEST = 0.4  # of the page's height
_WORD = re.compile(r"[^\W\d_]{2}")
_COMPANY = re.compile(r"\b(?:Inc|Ltd|Co|Corp|Cos|Bros|L\.P|L\.L\.C|S\.A|N\.V|S\.p\.A|e\.V|A\.G)\.$")
_PERIOD = re.compile(r"\b(?:ended|ending|beginning|as of|dated)\b.*\b(?:19|20)\d\d\b", re.IGNORECASE)


def with_title(groups: Sequence[Group], first_page: PageLines, body_size: float) -> list[Group]:
    """Mark the document's title, if its first page has one.

    On a cover, where short lines stand alone, the title may be in several parts: "FORM 10-Q", the period that it is
    for, and below both the company. These become one group in the place of the first.

    Args:
        groups: The document's.
        first_page: The first page that was read.
        body_size: Height of the type that most of the document is set in, in points.
    """
    found = _largest(groups, first_page, body_size)
    if found is None:
        return list(groups)
    parts = [found]
    for step in (-1, 1):
        parts += _parts(groups, found, step, body_size)
    parts = sorted(parts)[:_MOST_PARTS] if len(parts) > 1 else parts
    periods = {
        at: line for at in range(parts[0], parts[-1]) if at not in parts and (line := _period(groups[at])) is not None
    }
    lines: list[Line] = []
    for at in range(parts[0], parts[-1] + 1):
        lines += groups[at].lines if at in parts else [periods[at]] if at in periods else []
    titled: list[Group] = []
    for at, group in enumerate(groups):
        if at == parts[0]:
            titled.append(replace(group, lines=tuple(lines), kind="title"))
        elif at in periods:
            rest = tuple(line for line in group.lines if line is not periods[at])
            titled += [replace(group, lines=rest)] if rest else []
        elif at not in parts:
            titled.append(group)
    return titled


def _largest(groups: Sequence[Group], page: PageLines, body_size: float) -> int | None:
    """Find the group in the upper part of the first page that is set in the largest type and reads like a title."""
    best: int | None = None
    for at, group in enumerate(groups):
        first = group.lines[0]
        if first.page != page.number or group.kind != "text" or first.baseline < page.bottom + _LOWEST * page.height:
            continue
        larger = group.size >= _LARGER * body_size and (best is None or group.size > groups[best].size + 0.5)
        if larger and _reads_like_title(group):
            best = at
    return best


def _reads_like_title(group: Group) -> bool:
    text = group.rough_text
    if not 4 <= len(text) <= _LONGEST_TITLE or not _WORD.search(text) or BULLET.match(text):
        return False
    return text[-1] not in ".;," or _COMPANY.search(text) is not None


def _parts(groups: Sequence[Group], title: int, step: int, body_size: float) -> list[int]:
    """Find the other parts of a title on a cover, upwards or downwards from its largest."""
    main = groups[title]
    found = []
    at = title + step
    while 0 <= at < len(groups) and groups[at].lines[0].page == main.lines[0].page:
        group = groups[at]
        if len(group.rough_text) > _LONGEST_ON_COVER or group.kind not in ("text", "running head"):
            break
        large = group.size >= max(_AS_LARGE * main.size, _LARGER * body_size)
        if group.kind == "text" and large and _reads_like_title(group) and _is_aligned(group, main):
            found.append(at)
        at += step
    return found


def _is_aligned(group: Group, main: Group) -> bool:
    line, its = group.lines[0], main.lines[0]
    centred = abs(line.left + line.right - its.left - its.right) < 2 * main.size
    return centred or abs(line.left - its.left) < 0.2 * main.size


def _period(group: Group) -> Line | None:
    """Give the line of a group that says for which time a document is."""
    if group.kind != "text" or len(group.rough_text) > _LONGEST_ON_COVER:
        return None
    return next((line for line in group.lines if len(line.text) < 80 and _PERIOD.search(line.text)), None)
