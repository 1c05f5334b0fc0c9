"""Plain text: the file's own text, split where its blank lines, indents or line lengths say that a paragraph ends.

Knows the marks that people type (marks.py), tables (typed_tables.py), the turns of a conversation (turns.py)
and what stands around a text (frame.py); wrapping.py makes paragraphs of the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.reading.decoding import decode
from index.reading.extraction import Block, Extraction
from index.reading.plain_text.frame import around_ebook, ebook_in, running_heads, spans
from index.reading.plain_text.lines import lines_of
from index.reading.plain_text.marks import block_of, heading_level, runs_of
from index.reading.plain_text.turns import Turns
from index.reading.plain_text.typed_tables import split_tables, table_blocks
from index.reading.plain_text.wrapping import lines_are_paragraphs, paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.plain_text.lines import Line
    from index.reading.settings import ReadingSettings

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?]\s")
_SAMPLE = 20_000  # characters
_SHORTEST_TYPED = 20  # lines
_SHARE_OF_LETTERS = 0.8  # of what is no blank; programs hold more signs


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a file of plain text; form feeds in it part its pages.

    Raises:
        UnreadableFileError: The bytes are not text.
    """
    decoded = decode(data)
    ebook = ebook_in(decoded.text)
    return Extraction(
        text=decoded.text,
        blocks=tuple(blocks_of(decoded.text, decoded.page_starts)),
        title=ebook.title if ebook is not None else None,
        author=ebook.author if ebook is not None else None,
        language=ebook.language if ebook is not None else None,
        page_count=len(decoded.page_starts) + 1 if decoded.page_starts else None,
        report=ReadingReport(encoding=decoded.encoding),
    )


def blocks_of(text: str, page_starts: Sequence[int] = ()) -> Iterator[Block]:
    """Split a normalised text into its blocks.

    Args:
        text: The text.
        page_starts: The offsets at which its pages but the first begin.
    """
    lines, around = _parted(text, page_starts)
    for block in sorted([*around, *_content(lines)], key=lambda block: block.start):
        pages = spans(block.start, block.end, page_starts)
        yield Block(block.start, block.end, block.kind, block.level, pages, block.above)


def is_typed_text(text: str) -> bool:
    """Whether preformatted text is one that was typed for people, and not a program: long, and mostly words."""
    words = _WORD.findall(text[:_SAMPLE])
    if text.count("\n") < _SHORTEST_TYPED or not words:
        return False
    letters = sum(map(len, words))
    shown = len("".join(text[:_SAMPLE].split()))
    return letters >= _SHARE_OF_LETTERS * shown and len(_SENTENCE_END.findall(text, 0, _SAMPLE)) >= len(words) / 60


def _parted(text: str, page_starts: Sequence[int]) -> tuple[list[Line | None], list[Block]]:
    """Take the running heads and an e-book's licence out of a text's lines, a blank one in the place of each."""
    starts = [0, *page_starts, len(text) + 1]
    pages = [list(lines_of(text[starts[n] : starts[n + 1]], starts[n])) for n in range(len(starts) - 1)]
    heads = running_heads(pages) if page_starts else set()
    ebook = ebook_in(text)
    lines: list[Line | None] = []
    around: list[Block] = []
    for page in pages:
        for line in page:
            kind = None
            if line is not None:
                kind = "running head" if line.start in heads else around_ebook(line, ebook)
                if kind is not None:
                    around.append(Block(line.start, line.end, kind))
            lines.append(None if kind is not None else line)
        lines.append(None)
    return lines, around


def _chunks(lines: Sequence[Line | None]) -> Iterator[list[Line]]:
    """Give the stretches of lines between blank lines."""
    chunk: list[Line] = []
    for line in lines:
        if line is not None:
            chunk.append(line)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _content(lines: Sequence[Line | None]) -> Iterator[Block]:
    typed = [line for line in lines if line is not None]
    turns = Turns(typed)
    capitals = [line.in_capitals for line in typed]
    capitals_are_headings = sum(capitals) <= 0.3 * len(capitals)  # else the text is in capitals
    runs: list[tuple[BlockKind, list[Line]]] = []
    alone: list[bool] = []  # whether the run stands between blank lines
    for chunk in _chunks(lines):
        for is_table, part in split_tables(chunk):
            found: list[tuple[BlockKind, list[Line]]] = [("row", part)] if is_table else list(runs_of(part))
            runs.extend(found)
            alone.extend([len(found) == 1 and len(part) == len(chunk)] * len(found))
    one_line_each = lines_are_paragraphs([run for kind, run in runs if kind == "prose"])
    for n, (kind, run) in enumerate(runs):
        level = heading_level(run, runs[n + 1 : n + 2], alone=alone[n]) if kind in ("item", "prose") else None
        if level is not None and (n > 0 or kind == "item"):
            yield block_of(run, "heading", level)
        elif kind == "row":
            yield from table_blocks(run, runs[n - 1][1][-1] if n else None)
        elif kind != "prose":
            yield block_of(run, kind)
        else:
            yield from _prose(run, turns, one_line_each, capitals_are_headings and n > 0)


def _prose(run: list[Line], turns: Turns, one_line_each: bool, may_be_headed: bool) -> Iterator[Block]:
    starts = turns.starts(run)
    if starts:
        ends = [*sorted(starts), len(run)]
        groups = [run[first:end] for first, end in zip([0, *ends], ends, strict=False)]
    else:
        groups = [[line] for line in run] if one_line_each else paragraphs_of(run)
    for group in groups:
        head, rest = group[0], group
        if (may_be_headed or head is not run[0]) and head.in_capitals and not head.stops:
            yield Block(head.start, head.end, "heading", 1)
            rest = group[1:]
        if rest:
            yield block_of(rest, "prose")
