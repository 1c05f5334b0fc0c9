"""Which rows at a table's top are its column heads: words, years or dates over figures, or words over other words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Look = Literal["words", "figure", "year", "date", "nothing"]

_FIGURE = re.compile(
    r"[<>~≈]?[-+−–(]{0,2}(?:[$€£¥₹₽]|(?:US|C|A|HK)\$|[A-Z]{3} ?|Rs\.? ?)?[-+−–(]?"
    r"(?:\d[\d.,'’\u00a0\u202f _]{0,40}|[.,]\d{1,20})(?:e[-+]?\d{1,3})?"
    r" ?(?:%|‰|[$€£¥₹₽]|[A-Z]{3}|[kKmMbB]n?|x|pp|bps?)?\)?[*†‡]{0,3}",
)
_YEAR = re.compile(r"(?:FY|CY)? ?(?:19|20)\d\d(?:[-/–](?:\d\d|(?:19|20)\d\d))?[AEF]?")
_DATE = re.compile(
    r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d\d))(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?Z?)?"
    r"|\d{4}-(?:0\d|1[0-2])|\d{1,3}:\d\d(?::\d\d(?:\.\d+)?)?"
)
_NOTHING = re.compile(r"[-–—.*?]{1,3}|n\.? ?/?a\.?|nan|null|none|nil|k\. ?a\.|#[A-Z/0!?]+|TRUE|FALSE|True|False", re.I)
_COLUMN_NUMBER = re.compile(r"\(?(\d{1,2}|[a-z])\)?")

_SAMPLE = 40  # rows that a column is judged by
_MOST_HEAD_ROWS = 6
_LONGEST_HEAD = 80  # characters of a head over words; over figures it may be longer
_LONGEST_HEAD_OVER_FIGURES = 200
_STOPS = (".", "!", "?", ":", ";")


class FilledRow(NamedTuple):
    """A row of a grid: its number from 1, its cells' texts, and the columns, from 0, whose cells are not blank."""

    number: int
    cells: Sequence[str]
    filled: tuple[int, ...]

    @property
    def is_lone(self) -> bool:
        """Whether it has one cell only."""
        return len(self.filled) == 1

    @property
    def first(self) -> str:
        """Its first cell that is not blank."""
        return self.cells[self.filled[0]]


def is_figure(words: str) -> bool:
    """Whether a cell's text is a number, an amount, a date or a time."""
    return _look(words) in ("figure", "year", "date")


def count_head_rows(rows: Sequence[FilledRow], merged: Mapping[tuple[int, int], int], expects_heads: bool) -> int:
    """Say how many of a table's first rows are its column heads.

    Args:
        rows: Without what stands above the table.
        merged: For the cells that reach over several columns, by row number and column, the last of them.
        expects_heads: Whether a first row of words over words is taken for heads without further evidence.
    """
    full = [row for row in rows[: 3 * _SAMPLE] if not row.is_lone]
    full[1:] = [row for row in full[1:] if row.cells != full[0].cells]  # heads that are said again below
    if len(full) < 2:
        return 0
    are_pairs = not expects_heads and len({column for row in full[:_SAMPLE] for column in row.filled}) == 2
    body = full[1 if are_pairs else min(_MOST_HEAD_ROWS, len(full) // 2) :][:_SAMPLE]
    looks = _column_looks(body)
    figures = {column for column, seen in looks.items() if _share(seen, "figure", "year", "date") >= 0.6}
    if are_pairs:  # "Founded | 1987" below "Company | Acme" makes no column of figures
        figures = {column for column in figures if len(body) > 1 and looks[column]["words"] == 0}
    if not figures:
        return int(_are_heads_over_words(full[0], full[1 : _SAMPLE + 1], rows, expects_heads))
    count = 0
    for row in rows[:_MOST_HEAD_ROWS]:
        if not _is_head_over_figures(row, figures, looks, merged, is_first=count == 0):
            break
        count += 1
    return count if count < len(rows) and not all(row.is_lone for row in rows[:count]) else 0


def column_heads(
    rows: Sequence[FilledRow], merged: Mapping[tuple[int, int], int], columns: Sequence[int]
) -> dict[int, str]:
    """Give each column's head: what stands over it in all head rows, where a head above several is said for each.

    Args:
        rows: The head rows.
        merged: As in `count_head_rows`.
        columns: The table's columns, in order.
    """
    heads: dict[int, list[str]] = {}
    for n, row in enumerate(rows):
        for column, words in _spread(row, merged, columns, is_last=n == len(rows) - 1).items():
            parts = heads.setdefault(column, [])
            if words not in parts:
                parts.append(words)
    return {column: " ".join(parts) for column, parts in heads.items()}


def _spread(
    row: FilledRow, merged: Mapping[tuple[int, int], int], columns: Sequence[int], *, is_last: bool
) -> dict[int, str]:
    """Give a head row's words by column; a head above others as far as it reaches or up to the next."""
    words = {column: " ".join(row.cells[column].split()) for column in row.filled}
    if is_last:
        return words
    knows_merged = any((row.number, column) in merged for column in row.filled)
    spread = dict(words)
    current, reach = "", -1
    for column in columns:
        if column in words:
            current = words[column]
            reach = merged.get((row.number, column), column)
            if not knows_merged and column != columns[0]:
                reach = columns[-1]
        elif column <= reach:
            spread[column] = current
    return spread


def _look(words: str) -> _Look:
    if len(words) > 60:
        return "words"
    if _YEAR.fullmatch(words):
        return "year"
    if _DATE.fullmatch(words):
        return "date"
    if _FIGURE.fullmatch(words):
        return "figure"
    return "nothing" if _NOTHING.fullmatch(words) else "words"


def _column_looks(rows: Sequence[FilledRow]) -> dict[int, Counter[_Look]]:
    looks: dict[int, Counter[_Look]] = {}
    for row in rows:
        for column in row.filled:
            looks.setdefault(column, Counter())[_look(row.cells[column])] += 1
    return looks


def _share(seen: Counter[_Look], *looks: _Look) -> float:
    total = seen.total() - seen["nothing"]
    return sum(seen[look] for look in looks) / total if total else 0.0


def _is_head_over_figures(
    row: FilledRow,
    figures: set[int],
    looks: Mapping[int, Counter[_Look]],
    merged: Mapping[tuple[int, int], int],
    *,
    is_first: bool,
) -> bool:
    over = [column for column in row.filled if column in figures]
    if row.is_lone and not over:
        last = merged.get((row.number, row.filled[0]), row.filled[0])
        return any(row.filled[0] < column <= last for column in figures) and row.filled[0] > min(looks)
    if not over:
        return is_first and len(row.filled) > 2
    if not is_first and all(_COLUMN_NUMBER.fullmatch(row.cells[column]) for column in over):
        return _counts_up([row.cells[column] for column in over])
    for column in over:
        look = _look(row.cells[column])
        if look == "figure" or len(row.cells[column]) > _LONGEST_HEAD_OVER_FIGURES:
            return False
        if look in ("year", "date") and _share(looks[column], look) > 0.3:
            return False
    return any(_look(row.cells[column]) != "nothing" for column in over)


def _counts_up(cells: Sequence[str]) -> bool:
    """Whether cells number their columns: 1, 2, 3 or (a), (b), (c)."""
    marks = [cell.strip("()") for cell in cells]
    places = [int(mark) if mark.isdigit() else ord(mark) for mark in marks]
    return len(places) > 2 and places[0] in (1, 2, ord("a"), ord("b")) and all(b == a + 1 for a, b in pairwise(places))


def _are_heads_over_words(
    first: FilledRow, body: Sequence[FilledRow], rows: Sequence[FilledRow], expects_heads: bool
) -> bool:
    """Tell the heads of a table without figures from its first row."""
    heads = [first.cells[column] for column in first.filled]
    columns = {column for row in body for column in row.filled}
    if rows[0] is not first or len({head.lower() for head in heads}) < len(heads):
        return False
    if any(len(head) > _LONGEST_HEAD or head.endswith(_STOPS) or _look(head) != "words" for head in heads):
        return False
    if len(columns - set(first.filled)) > 0.2 * len(columns):
        return False
    below = {(column, row.cells[column]) for row in body for column in row.filled}
    if any((column, first.cells[column]) in below for column in first.filled):
        return False
    if expects_heads:
        return True
    if len(columns) > 2:
        return len(body) > 1
    lengths = sorted(len(row.cells[row.filled[-1]]) for row in body)
    return len(body) > 1 and lengths[len(lengths) // 2] >= 2.5 * len(heads[-1])
