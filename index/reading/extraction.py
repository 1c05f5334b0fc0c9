"""What every reader returns: a file's normalised text and the blocks it saw in it, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index.documents import ReadingReport

if TYPE_CHECKING:
    from index.documents import PageSpan
    from index.layout import PageLayout

BlockKind = Literal[
    "prose", "item", "row", "code", "note", "caption",  # these become paragraphs
    "title", "heading", "table head", "running head", "navigation", "quoted history",  # these are tagged
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch `text[start:end]` of an extraction, without white space at its ends, as its reader found it.

    Attributes:
        start: Offset into the extraction's text, in code points.
        end: One past the last character.
        kind: What the file says it is.
        level: Depth of a heading from 1 (outermost). Of another block, the depth at which it stands among the headings,
            such as a numbered clause among clauses that are headings: it ends those of its depth and below; else None.
        pages: Where it stands page by page, with offsets into the same text.
        above: Of a table's row: the table's title, its column heads and the labels that the row stands under, as far
            as the table has them, outermost first. The blocks that say so in the text are of the kind "table head"
            (a title that is a caption is a "caption"). Of an item: the items that it hangs on.
        ocr: How sure the recognition of its characters was, in [0, 1], where they were read from an image.
    """

    start: int
    end: int
    kind: BlockKind = "prose"
    level: int | None = None
    pages: tuple[PageSpan, ...] = ()
    above: tuple[str, ...] = ()
    ocr: float | None = None


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
        language: As the file declares it, if it does: "en", "en-US"; `language.py` has the last word.
        page_count: Pages, slides or sheets; None for kinds of file without them.
        layout: Where each word stands on its page; None for kinds of file that do not say.
        pages_stand_alone: True where no heading of a page stands above the next one, as with slides.
        pre_mended: True where the reader has joined what page breaks cut, so that nothing is left to mend.
        report: What could not be read.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    page_count: int | None = None
    layout: PageLayout | None = None
    pages_stand_alone: bool = False
    pre_mended: bool = False
    report: ReadingReport = field(default_factory=ReadingReport)
