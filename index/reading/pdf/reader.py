"""Reads a PDF file: what pdfium gives of its pages, what is recognised in those that are images, laid out as blocks."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.reading.extraction import Extraction
from index.reading.pdf.blocks import blocks_of
from index.reading.pdf.layout import join_rows
from index.reading.pdf.pages import Clock, read_file
from index.reading.pdf.places import page_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.extraction import Block
    from index.reading.pdf.lines import PageLines
    from index.reading.pdf.places import PlacedWords
    from index.reading.settings import ReadingSettings


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a PDF file's text as blocks in reading order.

    A paragraph that a column or a page cuts is one block, and what stood between comes after it. Running heads and page
    numbers are blocks of that kind. The page spans of a block follow each other without a gap: the blank or hyphen
    between two lines belongs to the earlier page.

    Args:
        data: The file's bytes.
        settings: Passwords, limits of pages and seconds, and whether pages that are images are read.

    Returns:
        The extraction; without blocks where no page holds text.

    Raises:
        PasswordError: It is protected, and none of the passwords opens it.
        UnreadableFileError: It is empty, damaged or no PDF.
    """
    clock = Clock(settings, len(data))
    raw = read_file(data, settings, clock)
    if settings.ocr:
        from index.reading.pdf.ocr import recognised  # loads another library

        raw = recognised(raw, data, settings, clock)
    pages = tuple(join_rows(page) for page in raw.pages)
    known = raw.properties
    text, blocks, placed = blocks_of(pages, known.outline, titled=known.title is not None)
    blocks = _with_sureness(_with_names(blocks, pages), placed)
    return Extraction(
        text=text,
        blocks=blocks,
        title=known.title,
        author=known.author,
        date=known.date,
        language=known.language,
        page_count=raw.page_count,
        layout=page_layout(placed, {page.number: page.view for page in pages if page.view is not None}),
        pre_mended=True,
        report=ReadingReport(
            pages_without_text=tuple(sorted(raw.pictures)),
            garbled_pages=tuple(sorted(raw.garbled)),
            failed_pages=raw.failed,
            ocr_pages=tuple(sorted(raw.recognised)),
            left_out=raw.left_out,
            lacking=(*raw.lacking, *(("ocr",) if raw.pictures or raw.garbled else ())),
        ),
    )


def _with_names(blocks: Sequence[Block], pages: Sequence[PageLines]) -> tuple[Block, ...]:
    """Give the blocks with the names of their pages."""
    names = {page.number: page.name for page in pages if page.name is not None}
    if not names:
        return tuple(blocks)
    return tuple(
        replace(block, pages=tuple(replace(span, name=names.get(span.page)) for span in block.pages))
        for block in blocks
    )


def _with_sureness(blocks: Sequence[Block], placed: Sequence[PlacedWords]) -> tuple[Block, ...]:
    """Give the blocks, those read from an image with how sure the recognition of their words was."""
    read = [words for words in placed if words.line.ocr is not None]
    starts = [words.start for words in read]
    sure = []
    for block in blocks:
        lines = [words.line for words in read[bisect_left(starts, block.start) : bisect_left(starts, block.end)]]
        counted = [(line.ocr, len(line.words)) for line in lines if line.ocr is not None]
        total = sum(words for _, words in counted)
        sure.append(replace(block, ocr=sum(mean * words for mean, words in counted) / total) if total else block)
    return tuple(sure)
