"""What could not be read of a file, in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.documents import ReadingReport

MOST_RANGES = 5  # stretches of pages that are written out


def losses(report: ReadingReport) -> tuple[str, ...]:
    """Say what could not be read, each loss in a few words that stand alone, without the file's name."""
    said = [
        f"{pages_in_words(pages)} {one if len(pages) == 1 else several}"
        for pages, one, several in (
            (report.pages_without_text, "is an image without text", "are images without text"),
            (
                report.garbled_pages,
                "has a font that does not say which letters it draws",
                "have fonts that do not say which letters they draw",
            ),
            (report.failed_pages, "cannot be opened", "cannot be opened"),
        )
        if pages
    ]
    return (*said, *report.left_out)


def pages_in_words(pages: Sequence[int]) -> str:
    """Write page numbers as people do: "pages 3–5, 9"."""
    ranges = []
    for _, run in groupby(enumerate(sorted(pages)), key=lambda pair: pair[1] - pair[0]):
        numbers = [page for _, page in run]
        ranges.append(f"{numbers[0]:,}" if len(numbers) == 1 else f"{numbers[0]:,}–{numbers[-1]:,}")
    if len(ranges) > MOST_RANGES:
        return f"{len(pages):,} pages ({', '.join(ranges[:MOST_RANGES])}, …)"
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(ranges)}"
