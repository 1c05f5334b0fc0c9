"""What could not be read of the documents, in words: for `status`, and as a warning beside an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.losses import losses, pages_in_words
from qa.answer import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import DocumentSummary, ReadingReport

MOST_NAMED = 3  # documents in a warning


def remarks(document: DocumentSummary) -> tuple[str, ...]:
    """Say how a document was read, where that was not plain: nothing is lost, but it may be wrong."""
    report = document.report
    said = []
    if report.ocr_pages:
        was = "was" if len(report.ocr_pages) == 1 else "were"
        said.append(f"{pages_in_words(report.ocr_pages)} {was} read from an image")
    if report.encoding:
        said.append(f"its encoding was guessed to be {report.encoding}")
    return tuple(said)


def warning(documents: Sequence[DocumentSummary], unread_files: int) -> str | None:
    """Say in one sentence or two what an answer from these documents may miss; None where all their pages were read.

    What is left out of every document of a kind, such as comments, is told by `status` and not here.

    Args:
        documents: Those that were asked.
        unread_files: How many files of the folder could not be read at all.
    """
    missing = [(document, said) for document in documents if (said := losses(_of_pages(document.report)))]
    sentences = []
    if missing:
        named = [one_line(f"{document.source} ({'; '.join(said)})") for document, said in missing[:MOST_NAMED]]
        if len(missing) > MOST_NAMED:
            named.append(f"and {len(missing) - MOST_NAMED:,} more")
        sentences.append(f"Not read, and so not searched: {', '.join(named)}.")
    if unread_files:
        what = "1 file" if unread_files == 1 else f"{unread_files:,} files"
        sentences.append(f"{what} of the folder could not be read at all; `askfolder status` says which.")
    return " ".join(sentences) or None


def _of_pages(report: ReadingReport) -> ReadingReport:
    """Give a report without the parts that were left out on purpose: those that no limit cut off."""
    was_cut = set(report.lacking) - {"ocr"}
    return report if was_cut else replace(report, left_out=())
