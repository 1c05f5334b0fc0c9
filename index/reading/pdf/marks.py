"""Puts footnote marks back where they stand, for some files draw them after everything else on a page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.pdf.lines import Line

_MARK = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[*∗†‡§¶]{1,3})\)?|\(\d\)(?:,?\(\d\))+|[®™℠])")
_MARKS = re.compile(rf"(?:{_MARK.pattern})(?: (?:{_MARK.pattern}))*")
_SIGNS = "®™℠"
_LONGEST_MARK, _MOST_MARKS = 40, 60


def with_marks(lines: Sequence[Line]) -> Sequence[Line]:
    """Put the footnote marks that a file draws after everything else into the lines where they stand."""
    drawn = [line for line in lines if len(line.text) <= _LONGEST_MARK and _MARKS.fullmatch(line.text)]
    if not drawn or len(drawn) > _MOST_MARKS:
        return lines
    whole = list(lines)
    for several in drawn:
        at = whole.index(several)
        before = whole[at - 1] if at else None
        rest = []
        for mark in _each(several):
            # One that is drawn right after its word is joined with it anyway.
            line = next((line for line in whole if line not in drawn and _stands_in(mark, line)), None)
            if line is None or (line is before and mark.left > line.right - 0.5 * line.size):
                rest.append(mark)
            else:
                whole[whole.index(line)] = _put_in(mark, line)
        at = whole.index(several)
        whole[at : at + 1] = [several] if len(rest) == len(several.words) else rest
    return whole


def _each(marks: Line) -> list[Line]:
    """Give each mark of a line of marks."""
    words = marks.text.split(" ")
    if len(words) == 1 or len(words) != len(marks.words):
        return [marks]
    return [
        replace(marks, text=word, left=left, right=right, words=((left, right),))
        for word, (left, right) in zip(words, marks.words, strict=True)
    ]


def _stands_in(mark: Line, line: Line) -> bool:
    """Say whether a footnote mark is raised above the baseline of a line, between or beside its words."""
    if mark.size > 0.8 * line.size or not 0.05 * line.size < mark.baseline - line.baseline < 0.7 * line.size:
        return False
    inside = line.left < mark.left < line.right + 0.5 * line.size
    return inside and len(line.words) == line.text.count(" ") + 1


def _put_in(mark: Line, line: Line) -> Line:
    """Put a mark between the words of a line: as a word of its own, but for a sign that belongs to the word."""
    at = sum(left < mark.left for left, _ in line.words)
    words, edges = line.text.split(" "), list(line.words)
    if mark.text in _SIGNS and at:
        words[at - 1] += mark.text
        edges[at - 1] = (edges[at - 1][0], max(edges[at - 1][1], mark.right))
    else:
        words.insert(at, mark.text)
        edges.insert(at, (mark.left, mark.right))
    return replace(line, text=" ".join(words), right=max(line.right, mark.right), words=tuple(edges))
