"""What stands above the rows of each table: its title, the heads of its columns, and what it goes on from.

Works on all groups of a document, for a title stands before a table or below it, and a table may begin pages earlier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.reading.pdf.layout import CAPTION, Group, letters_of
from index.reading.pdf.words import join_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from index.reading.pdf.tables import Table
    from index.reading.pdf.words import Vocabulary

_FARTHEST = 5.0  # sizes of the type between a table and its title
_FARTHEST_LINE = 3.2  # between the lines of a title
_MOST_TITLE_LINES = 6
_LONGEST_TITLE = 300  # characters
_CENTRED = 0.04  # of the table's width
_SENTENCE = re.compile(r"(?<=[.!?])[”\"’)]?\s+(?=[A-Z“\"(])")
_ANNOUNCES = re.compile(r"\b(?:tables?|following|follows|below|summari[sz]e[sd]?)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}")
_CONTENTS = re.compile(
    r".{0,80}?(?:table of contents|contents|table des matières|sommaire|inhalt(?:sverzeichnis)?|índice)(?: \(.*\))?:?",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"\W*\b(?:continued|cont['’]?d)\b\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Span:
    """The places of a table's groups, `groups[first:end]`."""

    table: Table
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Said:
    """What is known above a table's rows, for the table that may go on from it."""

    title: tuple[str, ...]
    heads: tuple[str, ...]


def with_titles(groups: Sequence[Group], outline: Set[str], vocabulary: Vocabulary) -> list[Group]:
    """Say for each row of each table what it stands under, and mark the lines that are a table's title.

    Args:
        groups: The document's.
        outline: What `letters_of` makes of the titles in the document's outline: those are headings.
        vocabulary: The document's.
    """
    titled = list(groups)
    before: tuple[_Span, _Said] | None = None
    for span in _spans(groups):
        place = _before(groups, span.first)
        adjoins = before is not None and place is not None and place < before[0].end
        own = _title_lines(groups, span, outline)
        for at in own:
            titled[at] = replace(titled[at], kind="table head")
        said = _said(groups, span, own, before if adjoins else None, vocabulary)
        mended = {
            label.rough_text: _mended(label, vocabulary)
            for label in groups[span.first : span.end]
            if label.kind == "table head" and any(line.hyphenated for line in label.lines)
        }
        for at in range(span.first, span.end):
            labels = (mended.get(label, label) for label in titled[at].labels)
            titled[at] = replace(titled[at], above=(*said.title, *said.heads, *labels))
        before = span, said
    return titled


def with_contents(groups: Sequence[Group]) -> list[Group]:
    """Mark what stands between the heading of a table of contents and the last line that leads to a page."""
    marked = list(groups)
    at = 0
    while at < len(marked):
        if marked[at].kind == "text" and _CONTENTS.fullmatch(marked[at].rough_text):
            for within in range(at + 1, _end_of_contents(marked, at)):
                if marked[within].kind != "running head":
                    marked[within] = replace(marked[within], kind="navigation")
        at += 1
    return marked


def _end_of_contents(groups: Sequence[Group], heading: int) -> int:
    """Give the place after the last line of a table of contents; the heading's own where it is none."""
    end, at = heading, heading + 1
    page = groups[heading].lines[0].page
    while at < len(groups) and groups[at].lines[0].page <= page and len(groups[at].rough_text) < 2 * _LONGEST_TITLE:
        if groups[at].kind == "navigation":
            end = at + 1
        at += 1
    return end


def _mended(group: Group, vocabulary: Vocabulary) -> str:
    return "".join(join_lines(group.lines, vocabulary))


def _spans(groups: Sequence[Group]) -> Iterator[_Span]:
    first = 0
    for at, group in enumerate(groups):
        if group.table is None or group.table.is_contents:
            continue
        if at == 0 or groups[at - 1].table is not group.table:
            first = at
        if at + 1 == len(groups) or groups[at + 1].table is not group.table:
            yield _Span(group.table, first, at + 1)


def _before(groups: Sequence[Group], first: int) -> int | None:
    """Give the place of the last group before a place that is no running head."""
    return next((at for at in range(first - 1, -1, -1) if groups[at].kind != "running head"), None)


def _said(
    groups: Sequence[Group],
    span: _Span,
    own: Sequence[int],
    before: tuple[_Span, _Said] | None,
    vocabulary: Vocabulary,
) -> _Said:
    """Give what stands above a table's rows; `own` are the places of the lines of its title."""
    heads = span.table.above
    lines = " ".join(_mended(groups[at], vocabulary) for at in own)
    first = own[0] if own else span.first
    above = _announced(groups, first, span, vocabulary) or _caption_below(groups, span, vocabulary)
    title = tuple(words[:_LONGEST_TITLE] for words in (above, lines) if words)
    if before is None or (title and not _CONTINUED.search(title[-1])):
        return _Said(title, heads)
    last, said = before
    goes_on = not heads and span.table.columns.fits(last.table.columns, 2 * span.table.rows[0].size)
    return _Said(said.title, said.heads if goes_on else heads)


def _title_lines(groups: Sequence[Group], span: _Span, outline: Set[str]) -> list[int]:
    """Give the places of the lines that are centred right above a table."""
    lines = span.table.lines
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    found: list[int] = []
    below = max(line.baseline for line in lines)
    for at in range(span.first - 1, max(-1, span.first - 1 - _MOST_TITLE_LINES), -1):
        group = groups[at]
        if group.kind != "text" or group.lines[0].page != lines[0].page or letters_of(group.rough_text) in outline:
            break
        if not _WORD.search(group.rough_text):
            break
        its_left, its_right = min(line.left for line in group.lines), max(line.right for line in group.lines)
        centred = all(
            abs(line.left + line.right - left - right) < 2 * _CENTRED * (right - left) for line in group.lines
        )
        inside = its_left > left + 0.04 * (right - left) and its_right - its_left < 0.9 * (right - left)
        near = 0 < group.lines[-1].baseline - below < _FARTHEST_LINE * max(group.size, lines[0].size)
        sentence = group.rough_text[-1] in ".:;" and len(group.rough_text) > 60
        if not (centred and inside and near) or sentence or CAPTION.match(group.rough_text):
            break
        found.append(at)
        below = group.lines[0].baseline
    return found[::-1]


def _announced(groups: Sequence[Group], first: int, span: _Span, vocabulary: Vocabulary) -> str:
    """Give the caption above a table, or the sentence that leads to it, or nothing."""
    if first == 0:
        return ""
    group = groups[first - 1]
    if group.kind != "text" or group.table is not None:
        return ""
    last, line = group.lines[-1], groups[first].lines[0]
    top = max(line.baseline for line in (span.table.lines if first == span.first else groups[first].lines))
    if last.page == line.page and not 0 < last.baseline - top < _FARTHEST * max(last.size, line.size):
        return ""
    text = _mended(group, vocabulary)
    if CAPTION.match(text):
        return text
    sentence = _SENTENCE.split(text[-2 * _LONGEST_TITLE :])[-1]
    told = text.endswith(":") or (text.endswith(".") and _ANNOUNCES.search(sentence) and len(sentence) < _LONGEST_TITLE)
    return sentence[-_LONGEST_TITLE:] if told else ""


def _caption_below(groups: Sequence[Group], span: _Span, vocabulary: Vocabulary) -> str:
    if span.end >= len(groups):
        return ""
    group, last = groups[span.end], groups[span.end - 1].lines[-1]
    first = group.lines[0]
    near = first.page == last.page and 0 < last.baseline - first.baseline < _FARTHEST * max(first.size, last.size)
    captions = group.kind == "text" and near and CAPTION.match(group.rough_text)
    return _mended(group, vocabulary) if captions else ""
