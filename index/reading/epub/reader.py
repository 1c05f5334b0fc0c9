"""E-books (.epub, versions 2 and 3): chapter by chapter in reading order, with the pages of the printed edition.

The container and the book's own lists are read by package.py, a chapter by chapter.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.documents import PageSpan, ReadingReport
from index.errors import LimitError, UnreadableFileError
from index.reading.decoding import normalise
from index.reading.epub.chapter import Chapter, ChapterBlock, read_chapter
from index.reading.epub.package import Book, SpineItem, letters, read_package
from index.reading.extraction import Block, Extraction
from index.reading.office.package import Package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.settings import ReadingSettings

_FEWEST_IMAGES = 3  # pages; fewer are a plate or an advertisement, of which every book has some
_MOST_NAMED = 5  # files in one sentence of the report
_LONGEST_NAME = 80  # characters


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read an e-book.

    Raises:
        UnreadableFileError: It is damaged or protected, or holds only images.
        LimitError: It unpacks to more than the limit, or its elements stand too deep in each other.
    """
    package = Package(data, settings)
    book = read_package(package)
    text = _Text(settings.limits.pages)
    # A table of contents without levels says less of the headings than their own marks.
    has_levels = any(depth > 1 for depths in book.contents.values() for depth in depths.values())
    unread = _Unread()
    for item in book.spine:
        chapter = _chapter(package, item, book, settings.limits.nesting, unread)
        if chapter is None:
            continue
        if not chapter.blocks and chapter.has_images and not item.is_cover:
            unread.images.append(item.name)
        is_marked = any(block.kind == "heading" for block in chapter.blocks)
        contents = book.contents.get(item.name, {}) if has_levels or not is_marked else {}
        text.add_chapter(chapter, contents, is_navigation=item.is_navigation)
    if not text.blocks and unread.is_something:
        raise UnreadableFileError(unread.why_nothing())
    return Extraction(
        text="\n\n".join(text.texts),
        blocks=tuple(text.blocks),
        title=book.title,
        author=book.author,
        date=book.date,
        language=book.language,
        page_count=text.page_count or None,
        pre_mended=True,
        report=ReadingReport(
            left_out=(*unread.sentences(), *text.left_out()), lacking=("pages",) if text.left_out() else ()
        ),
    )


def _chapter(package: Package, item: SpineItem, book: Book, nesting: int, unread: _Unread) -> Chapter | None:
    """Read a file of the book; None where that cannot be done, which is noted."""
    if item.kind == "image":
        return Chapter(has_images=True)
    if not package.holds(item.name):
        unread.missing.append(item.name)
    elif item.kind is None:
        unread.foreign.append(item.name)
    else:
        try:
            labels = book.pages.get(item.name, {})
            return read_chapter(package.bytes_of(item.name), labels, nesting, is_drawing=item.kind == "drawing")
        except LimitError:
            raise
        except UnreadableFileError:
            unread.damaged.append(item.name)
    return None


@dataclass(slots=True)
class _Unread:
    """The files of a book that give no text, by the reason."""

    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)

    @property
    def is_something(self) -> bool:
        """Whether anything could not be read."""
        return bool(self.missing or self.damaged or self.foreign or self.images)

    def sentences(self) -> list[str]:
        """Say what was not read and why."""
        reasons = (
            (self.missing, "missing from the file"),
            (self.damaged, "damaged"),
            (self.foreign, "of a kind that is not read"),
            (self.images if len(self.images) >= _FEWEST_IMAGES else [], "images without text"),
        )
        return [f"{_named(names)}: {reason}" for names, reason in reasons if names]

    def why_nothing(self) -> str:
        """Say why a book gives no text at all."""
        if self.images and not (self.missing or self.damaged or self.foreign):
            return "its pages are images without text"
        return f"none of its chapters can be read: {'; '.join(self.sentences())}"


def _named(names: Sequence[str]) -> str:
    shown = [" ".join(normalise(name).split())[:_LONGEST_NAME] or "a part without a name" for name in names]
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(shown[:_MOST_NAMED]) + more


def _levels(chapter: Chapter, contents: dict[str, int]) -> list[int | None]:
    """Give the level of each block that is a heading: that of the table of contents where it names the heading.

    Headings that it does not name keep their distance from the nearest named one before them, or else after them.
    """
    depths = [contents.get(letters(block.text)) if contents else None for block in chapter.blocks]
    if not any(block.kind == "heading" for block in chapter.blocks):
        return [depth if block.kind == "prose" else None for block, depth in zip(chapter.blocks, depths, strict=True)]
    shift: int | None = None
    shifts: list[int | None] = []
    for block, depth in zip(chapter.blocks, depths, strict=True):
        if depth and block.level:
            shift = depth - block.level
        shifts.append(shift)
    first = next((shift for shift in shifts if shift is not None), 0)
    return [
        max(1, block.level + (first if shift is None else shift)) if block.level else None
        for block, shift in zip(chapter.blocks, shifts, strict=True)
    ]


class _Text:
    """The text of a book as it grows chapter by chapter."""

    def __init__(self, most_pages: int) -> None:
        self.texts: list[str] = []
        self.blocks: list[Block] = []
        self.page_count = 0
        self._most_pages = most_pages
        self._at = 0
        self._page: tuple[int, str] | None = None  # number and label of the printed page where the text stands

    def add_chapter(self, chapter: Chapter, contents: dict[str, int], *, is_navigation: bool) -> None:
        """Add a chapter's blocks.

        Args:
            chapter: As it was read.
            contents: The depths of the headings that the table of contents names in it, by their letters.
            is_navigation: Whether it only leads to the others.
        """
        levels = _levels(chapter, contents)
        for block, level in zip(chapter.blocks, levels, strict=True):
            spans = self._spans(block)
            if spans and spans[0].page > self._most_pages:
                continue
            kind = "navigation" if is_navigation else "heading" if level else block.kind
            end = self._at + len(block.text)
            self.texts.append(block.text)
            self.blocks.append(Block(self._at, end, kind, None if is_navigation else level, spans, block.above))
            self._at = end + 2
        for label in chapter.pages_at_end:
            self._turn(label)

    def _turn(self, label: str) -> None:
        if self._page is None or self._page[1] != label:
            self.page_count += 1
            self._page = (self.page_count, label)

    def _spans(self, block: ChapterBlock) -> tuple[PageSpan, ...]:
        """Give the stretch of a block on each printed page, and go on to the last of them."""
        spans = []
        starts = [*block.pages, ("", len(block.text))]
        at = 0
        for label, start in starts:
            piece = block.text[at:start]
            if self._page is not None and piece.strip():
                first = self._at + at + len(piece) - len(piece.lstrip())
                number, name = self._page
                spans.append(PageSpan(number, first, first + len(piece.strip()), f"p. {name}"))
            at = start
            if label:
                self._turn(label)
        return tuple(spans)

    def left_out(self) -> tuple[str, ...]:
        """Say which pages lie beyond the limit."""
        if self.page_count <= self._most_pages:
            return ()
        return (
            f"the pages after the first {self._most_pages:,}: more are not read; "
            f"--limit pages={self.page_count} reads them",
        )
