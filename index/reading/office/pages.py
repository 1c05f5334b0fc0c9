"""Pages of a document whose file says where they ended when it was last laid out, and what they are called."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.office.numbers import written

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Pages:
    """On which page one reads, as far as the file says.

    Attributes:
        page: From 1.
        is_due: Whether a break was ordered, and Word has not said yet that the next page began.
        is_still: Whether breaks count for nothing, as in notes, whose breaks are not the body's.
        ignores_next: Whether a break before any text was counted already, with another cell of the row.
    """

    page: int = 1
    is_due: bool = False
    is_still: bool = False
    ignores_next: bool = False

    def turn(self) -> None:
        """Go to the next page, as Word laid it out."""
        if self.ignores_next:
            self.ignores_next = False
        elif not self.is_still:
            self.page, self.is_due = self.page + 1, False

    def order(self) -> None:
        """Note a break that the author ordered."""
        self.is_due = self.is_due or not self.is_still

    def write(self) -> int:
        """Give the page on which text stands that comes now."""
        self.ignores_next = False
        if self.is_due and not self.is_still:
            self.page, self.is_due = self.page + 1, False
        return self.page


@dataclass(frozen=True, slots=True)
class PageRun:
    """How pages are numbered from one on.

    Attributes:
        page: The first, by its place among all pages, from 1.
        start: The number on it; None to go on counting.
        format: As WordprocessingML names it: "decimal", "lowerRoman", …
    """

    page: int
    start: int | None
    format: str


class PageNames:
    """What the pages of a document are called."""

    def __init__(self, runs: Iterable[PageRun] = ()) -> None:
        """Take how pages are numbered, in the order of the pages."""
        self._starts: list[int] = []
        self._numbering: list[tuple[int, str]] = []  # from each start on: what to add to the page, and the format
        shift = 0
        for run in runs:
            if self._starts and self._starts[-1] == run.page:  # a page is called as the section at its top has it
                continue
            if run.start is not None:
                shift = run.start - run.page
            self._starts.append(run.page)
            self._numbering.append((shift, run.format))

    def __call__(self, page: int) -> str | None:
        """Give what people call a page, where that is not its place among the pages: "p. iv (page 6)"."""
        at = bisect_right(self._starts, page) - 1
        if at < 0:
            return None
        shift, form = self._numbering[at]
        label = written(page + shift, form)
        return None if label in ("", str(page)) else f"p. {label} (page {page})"
