"""Plain text: the file's own text, split where its blank lines, indents or line lengths say that a paragraph ends.

Knows the few marks that people type into plain text (`# Title`, underlined titles, `- item`, CAPITALS as headings), and
leaves nothing else out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.reading.decoding import decode
from index.reading.extraction import Block, Extraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.extraction import BlockKind

_HASHED = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_BULLET = re.compile(r"[-*+•‣◦▪·][ \t]+(?=\S)")
_NUMBER = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[.)]|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)|[a-z]\))[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"=+|-+")
_STOP = re.compile(r"""[.!?…:;。！？؟।]["'”’»)\]*_]*$""")
_INNER_STOP = re.compile(r"""[.!?…]["'”’)]*\s+["“‘'(]*[A-Z0-9]""")

_WIDEST_WRAP = 200  # characters; nobody wraps lines by hand or by program at more
_USUAL_WRAP = 132  # characters, the widest of old printers and terminals
_NARROWEST_WRAP = 45  # below it a line ends where its sentence does, not where the page did
_LONGEST_RAGGED_RUN = 40  # lines; a longer run of lines that fill no width is a list or a log, not a paragraph


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    words: str  # without white space at its ends
    indent: int  # columns

    @property
    def end(self) -> int:
        return self.start + len(self.words)

    @property
    def stops(self) -> bool:
        return _STOP.search(self.words[-8:]) is not None

    @property
    def in_capitals(self) -> bool:
        letters = sum(map(str.isalpha, self.words[:81]))
        return len(self.words) <= 80 and self.words.isupper() and letters >= max(4, len(self.words) / 2)


def read(data: bytes) -> Extraction:
    """Read a file of plain text.

    Raises:
        UnreadableFileError: The bytes are not text.
    """
    decoded = decode(data)
    return Extraction(
        text=decoded.text, blocks=tuple(_blocks(decoded.text)), report=ReadingReport(encoding=decoded.encoding)
    )


def _blocks(text: str) -> Iterator[Block]:
    chunks = list(_chunks(text))
    capitals = [line.in_capitals for chunk in chunks for line in chunk]
    capitals_are_headings = sum(capitals) <= 0.3 * len(capitals)  # else the text is in capitals
    runs = [run for chunk in chunks for run in _runs(chunk)]
    one_line_each = _lines_are_paragraphs([lines for kind, lines in runs if kind == "prose"])
    for n, (kind, run) in enumerate(runs):
        if kind == "item" and _is_numbered_heading(run, runs[n + 1 : n + 2]):
            kind = "heading"
        if kind != "prose":
            yield _block(run, kind)
            continue
        for group in [[line] for line in run] if one_line_each else _paragraphs(run):
            head, rest = group[0], group
            is_first = head is runs[0][1][0]
            if capitals_are_headings and head.in_capitals and not head.stops and not is_first:
                yield Block(head.start, head.end, "heading", 1)
                rest = group[1:]
            if rest:
                yield _block(rest, "prose")


def _chunks(text: str) -> Iterator[list[_Line]]:
    """Give the stretches of lines between blank lines."""
    chunk: list[_Line] = []
    start = 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            lead = raw[: raw.index(words[0])]
            chunk.append(_Line(start + len(lead), words, len(lead.replace("\u3000", "  ").expandtabs(4))))
        elif chunk:
            yield chunk
            chunk = []
        start += len(raw) + 1
    if chunk:
        yield chunk


def _runs(chunk: list[_Line]) -> Iterator[tuple[BlockKind, list[_Line]]]:
    """Split a chunk at its marks: each heading and each item by itself, and what stands between them."""
    run: list[_Line] = []
    kind: BlockKind = "prose"
    for n, line in enumerate(chunk):
        starts = _mark(chunk, n, in_list=kind == "item")
        follows_heading = kind == "heading"
        leaves_item = kind == "item" and line.indent <= run[0].indent and not line.words[0].islower()
        if run and (starts is not None or follows_heading or leaves_item):
            yield kind, run
            run = []
        if not run:
            kind = starts or "prose"
        run.append(line)
        if kind == "prose" and len(run) == 2 and _is_underline(run[1], run[0]):
            yield "heading", run
            run = []
    if run:
        yield kind, run


def _mark(chunk: list[_Line], n: int, *, in_list: bool) -> BlockKind | None:
    """Say what a line's first characters make of it; a dash that wrapping brought to a line's start marks nothing."""
    words = chunk[n].words
    if _HASHED.match(words):
        return "heading"
    for mark in (_BULLET, _NUMBER):
        if mark.match(words):
            opens = n == 0 or in_list or chunk[n - 1].stops or _HASHED.match(chunk[n - 1].words) is not None
            if opens or sum(mark.match(line.words) is not None for line in chunk[n - 1 : n + 40]) > 1:
                return "item"
    return None


def _is_underline(line: _Line, title: _Line) -> bool:
    return len(line.words) >= max(3, len(title.words) // 2) and _UNDERLINE.fullmatch(line.words) is not None


def _is_numbered_heading(run: list[_Line], following: list[tuple[BlockKind, list[_Line]]]) -> bool:
    """Tell "2. Payment" above its text from "2. Pears" in a list that has blank lines between its items."""
    line = run[0]
    number = _NUMBER.match(line.words)
    if number is None or len(run) > 1 or line.stops or len(line.words) > 80 or not following:
        return False
    kind, after = following[0]
    return line.words[number.end()].isupper() and kind == "prose" and after[-1].stops


def _block(lines: list[_Line], kind: BlockKind) -> Block:
    start, end, level = lines[0].start, lines[-1].end, None
    if kind == "heading":
        level = 1
        if hashes := _HASHED.match(lines[0].words):
            level = len(hashes[1])
            start += hashes.end()
        elif len(lines) == 2:  # underlined
            level = 1 if lines[1].words[0] == "=" else 2
            end = lines[0].end
    elif kind == "item" and (bullet := _BULLET.match(lines[0].words)):
        start += bullet.end()
    return Block(start, end, kind, level)


def _lines_are_paragraphs(runs: list[list[_Line]]) -> bool:
    """Tell a file of one line a paragraph, whose lines nearly all end as sentences do, from wrapped text.

    One sentence a line between blank lines is a way to type paragraphs, so there the lines must hold more than one.
    """
    lines = [line for run in runs for line in run]
    breaks = [line.stops for run in runs for line in run[:-1]]
    if not breaks or sum(breaks) < 0.8 * len(breaks) or not all(run[-1].stops for run in runs if len(run) > 1):
        return False
    if len(breaks) == 1:
        first, second = next(run for run in runs if len(run) == 2)
        width = max(len(first.words), len(second.words))
        return len(lines) == 2 and (width > _USUAL_WRAP or not _is_full(first, second, width))
    several = sum(_INNER_STOP.search(line.words) is not None for line in lines)
    longest = max(map(len, runs))
    return several >= 0.3 * len(lines) or longest >= 0.8 * len(lines)


def _paragraphs(run: list[_Line]) -> list[list[_Line]]:
    """Split lines that stand together into paragraphs."""
    if len(run) == 1:
        return [run]
    starts = {n for n in range(1, len(run)) if _is_unwrapped(run[n]) or _is_unwrapped(run[n - 1])}
    starts |= _indented_starts(run) or _short_line_starts(run)
    groups: list[list[_Line]] = []
    for n, line in enumerate(run):
        if n == 0 or n in starts:
            groups.append([])
        groups[-1].append(line)
    return groups


def _is_unwrapped(line: _Line) -> bool:
    return len(line.words) > _WIDEST_WRAP and line.words.count(" ") > 20


def _indented_starts(run: list[_Line]) -> set[int]:
    """Find the lines that begin a paragraph by their indent, or by their lack of it where the other lines have one."""
    base = min(line.indent for line in run)
    indented = [n for n in range(1, len(run)) if run[n].indent >= base + 2]
    flush = [n for n in range(1, len(run)) if run[n].indent < base + 2]
    if not indented:
        return set()
    first_is_indented = run[0].indent >= base + 2
    if (first_is_indented or flush) and _mostly_after_a_stop(run, indented):
        return set(indented)
    hanging = not first_is_indented and flush and 2 * len(indented) >= len(run) - 1
    return set(flush) if hanging and _mostly_after_a_stop(run, flush) else set()


def _mostly_after_a_stop(run: list[_Line], starts: list[int]) -> bool:
    return sum(run[n - 1].stops for n in starts) >= 0.75 * len(starts)


def _short_line_starts(run: list[_Line]) -> set[int]:
    """Find the lines that follow one which ends a sentence well before the width that all the others fill."""
    lengths = sorted(len(line.words) for line in run)
    width = lengths[-1] if len(run) < 10 else lengths[int(0.9 * len(run))]
    full = [_is_full(line, after, width) for line, after in pairwise(run)]
    if len(run) > _LONGEST_RAGGED_RUN and sum(full) < 0.3 * len(full):
        return set(range(1, len(run)))
    if len(run) < 3 or sum(full) < 0.6 * len(full):
        return set()
    return {
        n
        for n, (line, after) in enumerate(pairwise(run), 1)
        if line.stops and not _is_full(line, after, int(0.85 * width)) and not after.words[0].islower()
    }


def _is_full(line: _Line, after: _Line, width: int) -> bool:
    """Whether the next line's first word had no room left on this line."""
    first_word = after.words.split(maxsplit=1)[0]
    return width >= _NARROWEST_WRAP and line.indent + len(line.words) + 1 + len(first_word) > width
