"""A table's cells into rows that carry what they stand under: its caption, its column heads, its labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind

_LONGEST_ROW = 1_500  # characters; a longer one is prose laid out as a table
_LONG_CELL = 250  # characters; where cells are as long as this without heads above them, they are texts
_LONGEST_LABEL = 120  # characters
_LONGEST_FIGURE = 40  # characters
_LONGEST_HEADS = 1_000  # characters; what stands above a row is searched with it
_MOST_COLUMNS = 500  # of a grid; a span may say any number
_WIDEST_SPAN = 100  # columns
_MOST_REACHING = 20  # cells that reach down to rows below, at one time
_MOST_HEAD_ROWS = 8
_LEADS = re.compile(r"[$€£¥(\[]+|[A-Z]{0,3}\$")  # a cell of its own before a number, in filings
_TRAILS = re.compile(r"[)%\]°†‡*]+|\)%")
_BULLET = re.compile(r"[•·●○▪■◦–—*-]")
_MARKER = re.compile(r"[\[(]?(?:[0-9]{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]]{1,2}|[*†‡§]{1,3}")
_FIGURE = re.compile(r"[^\w]*(?:\d[\d.,:/\s\u00a0%–-]*(?:bn|m|k|p\.?p?|pts?|x)?|[-–—]|n/?[am]\.?)[^\w]*", re.IGNORECASE)


@dataclass(slots=True)
class Cell:
    """A cell as the page says it; `text` has a blank line between its paragraphs."""

    text: str
    is_head: bool = False
    is_bold: bool = False
    columns: int = 1
    rows: int = 1
    links: int = 0


@dataclass(slots=True)
class Row:
    """A row's own cells, in order."""

    cells: list[Cell] = field(default_factory=list)
    in_head: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A row, a head, a caption or a paragraph of a table; `links` is the number of its characters that are links."""

    kind: BlockKind
    text: str
    above: tuple[str, ...] = ()
    links: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    """A row placed in the grid: the first column of each of its cells that holds words."""

    cells: tuple[tuple[int, Cell], ...]
    spanned: tuple[str, ...]  # cells of rows above that reach down to this one
    in_head: bool

    @property
    def words(self) -> list[str]:
        return [_one_line(cell.text) for _, cell in self.cells]

    @property
    def links(self) -> int:
        return sum(cell.links for _, cell in self.cells)


def table_blocks(caption: str, rows: Sequence[Row]) -> Iterator[TableBlock]:
    """Give a table's blocks in order, its caption first.

    Column heads are the rows that the page marks as such, or that look it: bold, without a first cell, or words above
    figures. A row with one cell over the whole width is a label of those below it.
    """
    lines = [line for line in _placed(rows) if line.cells or line.spanned]
    width = max((column + cell.columns for line in lines for column, cell in line.cells), default=0)
    if caption:
        yield TableBlock("caption", caption)
    if max((len(line.cells) for line in lines), default=0) <= 1:
        for line in lines:
            yield from _prose(line)
        return
    titles, heads, body = _parted(lines)
    if not heads and _is_prose(lines):
        for line in lines:
            yield from _prose(line)
        return
    above = (caption,) if caption else ()
    for title in titles:
        yield TableBlock("table head", title)
        above = (*above, title)
    for line in heads:
        yield TableBlock("table head", " | ".join(_glued(line)), links=line.links)
    if heads:
        above = (*above, _merged(heads, body))
    yield from _body(body, above, width)


def _is_prose(lines: Sequence[_Line]) -> bool:
    """Whether a table without heads is one of texts: a letter's head beside its body, a list with its bullets."""
    lengths = [len(cell.text) for line in lines for _, cell in line.cells]
    usual = _LONG_CELL if len(lines) > 1 else _LONG_CELL / 2
    return sum(lengths) > usual * len(lengths) and not all(map(_marked, lines))


def _placed(rows: Sequence[Row]) -> Iterator[_Line]:
    reach: list[tuple[int, int, int, str]] = []  # rows left, first column, one past the last, words
    for row in rows:
        taken = sorted((first, end) for _, first, end, _ in reach)
        spanned = tuple(words for _, _, _, words in reach if words)
        reach = [(left - 1, first, end, words) for left, first, end, words in reach if left > 1]
        cells = []
        column = 0
        for cell in row.cells:
            for first, end in taken:
                if first <= column < end:
                    column = end
            cell.columns = max(1, min(cell.columns, _WIDEST_SPAN, _MOST_COLUMNS - column))
            if cell.rows > 1 and len(reach) < _MOST_REACHING:
                reach.append((cell.rows - 1, column, column + cell.columns, _one_line(cell.text)))
            if cell.text:
                cells.append((column, cell))
            column = min(column + cell.columns, _MOST_COLUMNS)
        yield _Line(tuple(cells), spanned, row.in_head)


def _parted(lines: Sequence[_Line]) -> tuple[list[str], Sequence[_Line], Sequence[_Line]]:
    """Part a table into the titles in its first rows, the rows of column heads, and the rest."""
    titles = []
    first = 0
    while first < len(lines) - 2 and _is_title(lines[first]):
        titles.append(lines[first].words[0])
        first += 1
    end = first
    while end < min(len(lines) - 1, first + _MOST_HEAD_ROWS) and _is_marked_head(lines[end]):
        end += 1
    if end == first:
        end = _end_of_unmarked_heads(lines, first)
    if end == first:  # without heads a first row of one cell is a label like any other
        return [], (), lines
    return titles, lines[first:end], lines[end:]


def _is_title(line: _Line) -> bool:
    words = line.words
    return (
        len(words) == 1
        and line.cells[0][0] == 0
        and not line.spanned
        and len(words[0]) <= 2 * _LONGEST_LABEL
        and not _is_figure(words[0])
    )


def _is_marked_head(line: _Line) -> bool:
    return line.in_head or (len(line.cells) > 1 and all(cell.is_head for _, cell in line.cells))


def _end_of_unmarked_heads(lines: Sequence[_Line], first: int) -> int:
    """Find the end of the rows that look like heads, though the page does not say so."""
    body = lines[first + 1 :]
    end = first
    if any(line.cells and line.cells[0][0] == 0 for line in body):
        while end < len(lines) - 1 and lines[end].cells and lines[end].cells[0][0] > 0 and not lines[end].spanned:
            end += 1
        if end > first:
            return end if end <= first + _MOST_HEAD_ROWS else first
    line = lines[first]
    if len(line.cells) < 2 or any(map(_is_figure, line.words)):
        is_bold_years = len(line.cells) > 1 and all(cell.is_bold for _, cell in line.cells)
        return first + 1 if is_bold_years and not any(cell.is_bold for _, cell in lines[first + 1].cells) else first
    if all(cell.is_bold for _, cell in line.cells):
        return first + 1 if not all(cell.is_bold for other in body for _, cell in other.cells) else first
    numbered = sum(any(map(_is_figure, other.words[1:])) for other in body)
    return first + 1 if 2 * numbered > len(body) else first


def _is_figure(words: str) -> bool:
    return len(words) <= _LONGEST_FIGURE and _FIGURE.fullmatch(words) is not None


def _merged(heads: Sequence[_Line], body: Sequence[_Line]) -> str:
    """Read the heads down each column that holds something, a head over several columns in each of them."""
    used = {column for line in body for column, cell in line.cells if not _is_sign(_one_line(cell.text))}
    columns: dict[int, list[str]] = {}
    for line in heads:
        for first, cell in line.cells:
            words = _one_line(cell.text)
            under = [column for column in range(first, first + cell.columns) if column in used]
            for column in under or [first]:
                if words not in columns.setdefault(column, []):
                    columns[column].append(words)
    merged = [" ".join(columns[column]) for column in sorted(columns)]
    once = [words for n, words in enumerate(merged) if n == 0 or words != merged[n - 1]]
    return " | ".join(merged if len(merged) <= len(used) else once)[:_LONGEST_HEADS]


def _body(lines: Sequence[_Line], above: tuple[str, ...], width: int) -> Iterator[TableBlock]:
    labels: tuple[str, ...] = ()
    after_label = False
    last_row = max((n for n, line in enumerate(lines) if len(line.cells) > 1), default=-1)
    for n, line in enumerate(lines):
        if n < last_row and _is_label(line, width):
            words = line.words[0]
            labels = (*labels, words) if after_label else (words,)
            after_label = True
            yield TableBlock("table head", words, links=line.links)
            continue
        after_label = False
        words = " | ".join(_glued(line))
        if not words:
            continue
        over = (*above, *labels, *line.spanned)
        if marked := _marked(line):
            yield TableBlock(*marked, above=over, links=line.links)
        elif len(words) > _LONGEST_ROW or (len(line.cells) == 1 and len(words) > _LONGEST_LABEL):
            yield from _prose(line, over)
        else:
            yield TableBlock("row", words, over, line.links)


def _is_label(line: _Line, width: int) -> bool:
    """Whether a row is the label of those below it: one cell, at the left or over the whole width."""
    if len(line.cells) != 1 or line.spanned:
        return False
    column, cell = line.cells[0]
    words = _one_line(cell.text)
    is_at_left = column == 0 or cell.columns >= 0.8 * width
    return is_at_left and len(words) <= _LONGEST_LABEL and not _is_figure(words) and words[-1] not in ".;,"


def _marked(line: _Line) -> tuple[BlockKind, str] | None:
    """Read a row of a bullet or a number and its text as the list's item that it is."""
    if len(line.cells) != 2 or line.spanned:
        return None
    mark, words = line.words
    if len(words) < 40 or _is_figure(words):
        return None
    if _BULLET.fullmatch(mark):
        return "item", words
    return ("item", f"{mark} {words}") if _MARKER.fullmatch(mark) else None


def _is_sign(words: str) -> bool:
    return _LEADS.fullmatch(words) is not None or _TRAILS.fullmatch(words) is not None


def _glued(line: _Line) -> list[str]:
    """Give a row's cells, with the signs that filings put in cells of their own at their numbers."""
    cells: list[str] = []
    lead = ""
    for words in line.words:
        if cells and not lead and _TRAILS.fullmatch(words):
            cells[-1] += words
        elif not lead and _LEADS.fullmatch(words):
            lead = words
        else:
            cells.append(f"{lead} {words}" if lead else words)
            lead = ""
    return [*cells, lead] if lead else cells


def _prose(line: _Line, above: tuple[str, ...] = ()) -> Iterator[TableBlock]:
    for _, cell in line.cells:
        for piece in filter(None, map(str.strip, cell.text.split("\n\n"))):
            yield TableBlock("prose", piece, above, round(cell.links * len(piece) / len(cell.text)))


def _one_line(text: str) -> str:
    return " ".join(text.split())
