"""Tables that people type into plain text with blanks, tabs or bars: finds them and reads their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading.extraction import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.plain_text.lines import Line

_GAP = re.compile(r" {3,}|[ ]?\t[ \t]*| {2,}(?=[$€£(\d–-])| *\| *| ?(?:\. ?){4,}")
_RULE = re.compile(r"(?=.*[-=_]{2})[-=_+| \t:]{3,}")
_LIST_MARK = re.compile(r"[-*+•‣◦▪·]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,5})[.)]?")
_FIGURE = re.compile(r"[$€£(+–-]{0,3}\d[\d.,/: –-]{0,20}[%)]{0,2}|[–-]+|n/?a", re.IGNORECASE)
_TITLE = re.compile(r"(?:table|tabelle|tableau|tabla|tabella)\b.{0,150}", re.IGNORECASE)
_HEAD_INDENT = 6  # columns: where the first column has no head, the heads stand this far in
_WIDEST_HEAD_GAP = 10  # columns
_FEWEST_LINES = 3  # of more than one cell
_LONGEST_LABEL = 60  # characters
_LONGEST_LINE = 400  # characters; longer lines are no typed table's
_LONGEST_TURN = 60  # characters behind "Name:"; beyond it a line is what someone says


@dataclass(frozen=True, slots=True)
class _Cell:
    first: int  # column
    last: int
    words: str


def split_tables(chunk: Sequence[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """Part the lines between two blank lines into stretches that are a table and stretches that are not."""
    cells = [_cells(line) for line in chunk]
    may_be = [len(row) > 1 or _is_rule(line) for row, line in zip(cells, chunk, strict=True)]
    done = n = 0
    while n < len(chunk):
        if not may_be[n]:
            n += 1
            continue
        end = n
        while end < len(chunk) and (may_be[end] or _is_label(chunk, may_be, end)):
            end += 1
        if _is_table([row for row in cells[n:end] if len(row) > 1], chunk[n:end]):
            least = min(line.indent for line in chunk[n:end]) + _HEAD_INDENT
            while n > done and chunk[n - 1].indent >= least and len(chunk[n - 1].words) <= _LONGEST_LABEL:
                n -= 1  # a head over several columns
            if n > done:
                yield False, list(chunk[done:n])
            yield True, list(chunk[n:end])
            done = end
        n = end
    if done < len(chunk):
        yield False, list(chunk[done:])


def _cells(line: Line) -> list[_Cell]:
    words = line.words
    if len(words) > _LONGEST_LINE or _is_rule(line):
        return []
    cells = []
    at = 0
    for gap in [*_GAP.finditer(words), None]:
        end = gap.start() if gap is not None else len(words)
        if words[at:end].strip():
            cells.append(_Cell(line.indent + at, line.indent + end, words[at:end].strip()))
        at = gap.end() if gap is not None else end
    is_item = len(cells) == 2 and _LIST_MARK.fullmatch(cells[0].words) is not None
    is_turn = len(cells) == 2 and cells[0].words[-1] == ":" and len(cells[1].words) > _LONGEST_TURN
    is_code = len(cells) > 1 and not any(map(str.isalnum, cells[0].words))
    return [] if is_item or is_turn or is_code else cells


def _is_rule(line: Line) -> bool:
    return len(line.words) <= _LONGEST_LINE and _RULE.fullmatch(line.words) is not None


def _is_label(chunk: Sequence[Line], may_be: Sequence[bool], n: int) -> bool:
    """Whether a line of one cell stands inside a table: it is short and a row follows."""
    return len(chunk[n].words) <= _LONGEST_LABEL and any(may_be[n + 1 : n + 2]) and not chunk[n].words.endswith(".")


def _is_table(rows: Sequence[list[_Cell]], lines: Sequence[Line]) -> bool:
    """Whether enough rows stand below each other, and begin or end their cells in the same columns."""
    ruled = any(map(_is_rule, lines))
    if len(rows) < (_FEWEST_LINES - 1 if ruled else _FEWEST_LINES):
        return False
    barred = all(line.words.startswith("|") or _is_rule(line) for line in lines)
    aligned = sum(_are_aligned(above, below) for above, below in pairwise(rows))
    return barred or aligned >= 0.6 * (len(rows) - 1)


def _are_aligned(above: Sequence[_Cell], below: Sequence[_Cell]) -> bool:
    starts = {cell.first for cell in above[1:]}
    ends = {cell.last for cell in above[1:]}
    return any(not starts.isdisjoint((c.first - 1, c.first, c.first + 1)) or c.last in ends for c in below[1:])


def table_blocks(lines: Sequence[Line], before: Line | None = None) -> Iterator[Block]:
    """Give a table's heads and its rows; rules are left out.

    Args:
        lines: The table's.
        before: The line above it, which may be its title.
    """
    title = (before.words,) if before is not None and _TITLE.fullmatch(before.words) else ()
    groups = _groups(lines)
    heads = _heads(groups)
    for line in heads:
        yield _block([line], "table head")
    above = (*title, merged) if (merged := _merged(heads)) else title
    body = groups[1:] if heads and len(groups) > 1 and heads == groups[0] else [groups[0][len(heads) :], *groups[1:]]
    is_grid = len(body) > 1 and any("+" in line.words for line in lines if _is_rule(line))
    label: tuple[str, ...] = ()
    for group in body:
        for row in [group] if is_grid else [[line] for line in group]:
            if not row:
                continue
            if len(row) == 1 and len(_cells(row[0])) == 1 and not is_grid:
                label = (row[0].words,)
                yield _block(row, "table head")
            else:
                yield _block(row, "row", (*above, *label))


def _block(lines: Sequence[Line], kind: BlockKind, above: tuple[str, ...] = ()) -> Block:
    """Make a block of lines without the bars at its ends."""
    first, last = lines[0], lines[-1]
    left = len(first.words) - len(first.words.lstrip("| \t"))
    right = len(last.words) - len(last.words.rstrip("| \t"))
    return Block(first.start + left, last.end - right, kind, above=above)


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Part a table's lines at its rules."""
    groups: list[list[Line]] = [[]]
    for line in lines:
        if not _is_rule(line):
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group] or [[]]


def _heads(groups: Sequence[list[Line]]) -> list[Line]:
    """Find the heads: what stands above the first rule, else a first row of words above figures."""
    first = groups[0]
    if len(groups) > 1 and len(first) <= 3:
        return first
    least = min(line.indent for line in first) + _HEAD_INDENT if first else 0
    indented = next((n for n, line in enumerate(first) if line.indent < least), 0)
    if 0 < indented <= 3:
        return first[:indented]
    rows = [_cells(line) for line in first]
    if len(first) < 2 or any(_is_figure(cell) for cell in rows[0]) or len(rows[0]) < 2:
        return []
    figured = sum(any(map(_is_figure, row[1:])) for row in rows[1:])
    return first[:1] if 2 * figured > len(rows) - 1 else []


def _is_figure(cell: _Cell) -> bool:
    return _FIGURE.fullmatch(cell.words) is not None


def _merged(heads: Sequence[Line]) -> str:
    """Read several lines of heads down their columns, which the last of them sets."""
    if not heads:
        return ""
    merged = []
    for column in _cells(heads[-1]):
        words = [column.words]
        for line in reversed(heads[:-1]):
            over = min(_cells(line), key=lambda cell: _gap_between(cell, column), default=None)
            if over is not None and _gap_between(over, column) <= _WIDEST_HEAD_GAP:
                words.insert(0, over.words)
        merged.append(" ".join(words))
    return " | ".join(merged)


def _gap_between(one: _Cell, other: _Cell) -> int:
    """Count the columns between two cells; below 0 where they stand above each other."""
    return max(one.first, other.first) - min(one.last, other.last)
