"""The lines of all pages laid out as one text and its blocks, each with its place on the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.documents import PageSpan
from index.reading.extraction import Block
from index.reading.pdf.cells import BULLET
from index.reading.pdf.continuation import join_continued, join_labels
from index.reading.pdf.cover import with_title
from index.reading.pdf.forms import is_filled_in, is_mark
from index.reading.pdf.headings import OutlineEntry, heading_levels
from index.reading.pdf.layout import CAPTION, Group, body_type, group_lines, letters_of
from index.reading.pdf.lines import slanted_lines
from index.reading.pdf.places import PlacedWords
from index.reading.pdf.running_heads import running_heads
from index.reading.pdf.titles import with_contents, with_titles
from index.reading.pdf.words import Vocabulary, join_cells, join_code, join_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.pdf.lines import Line, PageLines

_SEPARATOR = "\n\n"
_NOTE_MARK = re.compile(r"(?:\d{1,2}|[*∗†‡§¶])\s?[^\W\d_]")


def blocks_of(
    pages: Sequence[PageLines], outline: Sequence[OutlineEntry], *, titled: bool
) -> tuple[str, tuple[Block, ...], tuple[PlacedWords, ...]]:
    """Lay the pages out, and give the text with its blocks and the places of its words."""
    heads = running_heads(pages) | slanted_lines(pages)
    body_lines = [line for page in pages for line in page.lines if line not in heads]
    body_size = body_type(body_lines).size
    titles = frozenset(letters for entry in outline if (letters := letters_of(entry.title)))
    groups = join_labels(join_continued(group_lines(pages, heads, titles), body_size))
    if pages and not titled:
        groups = with_title(groups, pages[0], body_size)
    vocabulary = Vocabulary(body_lines)
    groups = with_contents(with_titles(groups, titles, vocabulary))
    page_sizes = {page.number: body_type(line for line in page.lines if line not in heads).size for page in pages}
    levels = heading_levels(groups, outline, body_size, page_sizes)
    kinds = [
        _kind(group, groups[at + 1] if at + 1 < len(groups) else None, pages, body_size)
        for at, group in enumerate(groups)
    ]
    for at in levels:
        kinds[at] = "heading"
    texts: list[str] = []
    blocks: list[Block] = []
    placed: list[PlacedWords] = []
    start = 0
    for at, (group, kind) in enumerate(zip(groups, kinds, strict=True)):
        shares = _shares(group, vocabulary)
        texts.append("".join(shares))
        level = levels[at] if kind == "heading" else None
        above = group.above if kind == "row" else ()
        pages_of = _page_spans(group.lines, shares, start)
        blocks.append(Block(start, start + len(texts[-1]), kind, level, pages_of, above))
        placed.extend(_placed(group, shares, start))
        start = blocks[-1].end + len(_SEPARATOR)
    return _SEPARATOR.join(texts), tuple(blocks), tuple(placed)


def _shares(group: Group, vocabulary: Vocabulary) -> list[str]:
    """Give each line's share of the group's text."""
    if group.kind == "code":
        return join_code(group.lines)
    if group.cells:
        return join_cells(group.lines, group.cells, vocabulary)
    return join_lines(group.lines, vocabulary)


def _kind(group: Group, following: Group | None, pages: Sequence[PageLines], body_size: float) -> BlockKind:
    if group.kind == "label":
        return "caption"
    if group.kind != "text":
        return group.kind
    first = group.lines[0]
    if CAPTION.match(first.text):
        return "caption"
    if is_mark(group):
        return "navigation"
    if is_filled_in(group, following):
        return "row"
    if group.size < 0.9 * body_size and _NOTE_MARK.match(first.text):
        page = next(page for page in pages if page.number == first.page)
        if first.baseline < page.bottom + 0.3 * page.height:
            return "note"
    return "item" if BULLET.match(first.text) else "prose"


def _placed(group: Group, shares: Sequence[str], start: int) -> Iterator[PlacedWords]:
    """Say where in the document's text, in which the first line's share begins at `start`, the words of lines stand."""
    bars = 2 * next((at for at, count in enumerate(group.cells) if count), 0)  # of blank cells before the first line
    if bars:
        start, shares = start + bars, (shares[0][bars:], *shares[1:])
    for line, share in zip(group.lines, shares, strict=True):
        yield PlacedWords(line, start + len(share) - len(share.lstrip()), start + len(share.rstrip()))
        start += len(share)


def _page_spans(lines: Sequence[Line], shares: Sequence[str], start: int) -> tuple[PageSpan, ...]:
    """Give the stretch of each page; `start` is the first line's offset in the document's text."""
    spans: list[PageSpan] = []
    for line, share in zip(lines, shares, strict=True):
        end = start + len(share)
        if spans and spans[-1].page == line.page:
            spans[-1] = PageSpan(line.page, spans[-1].start, end)
        else:
            spans.append(PageSpan(line.page, start, end))
        start = end
    return tuple(spans)
