"""A text that a reader puts together from pieces, each a block: for files whose text is not one run of characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.documents import PageSpan
from index.reading.extraction import Block

if TYPE_CHECKING:
    from index.reading.extraction import BlockKind


class RenderedText:
    """Grows by one block after the other."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def __str__(self) -> str:
        return "".join(self._pieces)

    def add(
        self,
        words: str,
        kind: BlockKind,
        *,
        level: int | None = None,
        above: tuple[str, ...] = (),
        page: tuple[int, str] | None = None,
    ) -> None:
        """Put a block below the last one: in the next line where both are a table's, else after a blank line.

        Args:
            words: Normalised, not blank, without white space at its ends.
            kind: As in `Block`, as are the next two.
            level: Of a heading.
            above: Of a row.
            page: The number and the name of the page it stands on.
        """
        in_table = self.blocks and {kind, self.blocks[-1].kind} <= {"row", "table head"}
        gap = "" if not self.blocks else "\n" if in_table else "\n\n"
        start = self._length + len(gap)
        end = start + len(words)
        pages = (PageSpan(page[0], start, end, page[1]),) if page is not None else ()
        self.blocks.append(Block(start, end, kind, level, pages, above))
        self._pieces += (gap, words)
        self._length = end

    def title(self) -> str | None:
        """Give the line above the first table, which says what it shows; None where nothing stands there."""
        for block, words in zip(self.blocks, self._pieces[1::2], strict=True):
            if block.kind not in ("heading", "navigation"):
                return words if block.kind == "table head" and " | " not in words else None
        return None
