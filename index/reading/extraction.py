"""What every reader returns: a file's normalised text and the blocks it saw in it, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index.documents import ReadingReport

if TYPE_CHECKING:
    from index.documents import PageSpan

BlockKind = Literal[
    "prose", "item", "row", "code", "note", "caption",  # these become paragraphs
    "title", "heading", "running head", "navigation",  # these are tagged
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch `text[start:end]` of an extraction, without white space at its ends, as its reader found it.

    Attributes:
        start: Offset into the extraction's text, in code points.
        end: One past the last character.
        kind: What the file says it is.
        level: Depth of a heading from 1 (outermost); 0 for a row that holds a table's column heads; else None.
        pages: Where it stands page by page, with offsets into the same text.
    """

    start: int
    end: int
    kind: BlockKind = "prose"
    level: int | None = None
    pages: tuple[PageSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """A file's text and what its reader knows about it.

    Attributes:
        text: Normalised: newlines are "\\n", no NUL, no byte order mark, no lone surrogate.
        blocks: In the order of the text, without overlap; every non-blank character of the text is in one, but for
            the marks of Markdown and plain text that only make a block what it is (`#`, `-`, `1.`, `>`, fences, rules).
        title: From the file's metadata, if any.
        author: From the file's metadata, if any.
        date: From the file's metadata, as found; `paragraphs.py` makes ISO 8601 of it.
        page_count: None for kinds of file without pages.
        pre_mended: True where the reader has joined what page breaks cut, so that nothing is left to mend.
        report: What could not be read.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    page_count: int | None = None
    pre_mended: bool = False
    report: ReadingReport = field(default_factory=ReadingReport)
