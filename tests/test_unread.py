"""What could not be read, in words."""

from __future__ import annotations

import pytest

from index import DocumentSummary, ReadingReport
from index.losses import losses
from qa.unread import remarks, warning


def summary(source: str, **report: tuple[int, ...] | tuple[str, ...] | str) -> DocumentSummary:
    """A document of 40 pages with this report."""
    return DocumentSummary(
        id="0" * 64,
        source=source,
        copies=(),
        kind="pdf",
        title="A title",
        author=None,
        date=None,
        language=None,
        page_count=40,
        paragraph_count=9,
        report=ReadingReport(**report),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ({}, ()),
        ({"encoding": "cp1252", "ocr_pages": (1,)}, ()),
        ({"pages_without_text": (3,)}, ("page 3 is an image without text",)),
        ({"pages_without_text": (1, 2, 3, 7)}, ("pages 1–3, 7 are images without text",)),
        (
            {"pages_without_text": (1, 3, 5, 7, 9, 11, 12)},
            ("7 pages (1, 3, 5, 7, 9, …) are images without text",),
        ),
        ({"garbled_pages": (2,)}, ("page 2 has a font that does not say which letters it draws",)),
        ({"failed_pages": (4, 5)}, ("pages 4–5 cannot be opened",)),
        (
            {"failed_pages": (1200,), "left_out": ("2 attached files",)},
            ("page 1,200 cannot be opened", "2 attached files"),
        ),
    ],
)
def test_losses_are_said_in_words(report: dict[str, tuple[int, ...]], said: tuple[str, ...]) -> None:
    """Each kind of loss has its words, and page numbers are run together; what was read in the end is no loss."""
    assert losses(summary("a.pdf", **report).report) == said


def test_remarks_say_what_may_be_wrong() -> None:
    """Recognised pages and a guessed encoding are told apart from losses."""
    assert remarks(summary("a.pdf")) == ()
    assert remarks(summary("a.pdf", ocr_pages=(1, 2), encoding="cp1252")) == (
        "pages 1–2 were read from an image",
        "its encoding was guessed to be cp1252",
    )


def test_warning_names_documents_and_counts_the_rest() -> None:
    """Three documents are named, further ones and unread files counted; nothing is said where nothing is missing."""
    assert warning([summary("a.pdf")], 0) is None
    assert warning([summary("a.pdf", encoding="cp1252")], 0) is None
    assert warning([summary("a\x1b.pdf", failed_pages=(2,))], 0) == (
        "Not read, and so not searched: a\\u001b.pdf (page 2 cannot be opened)."
    )
    assert warning([summary("a.docx", left_out=("3 comments",))], 0) is None
    assert warning([summary("a.csv", left_out=("row\x1b 4",), lacking=("rows",))], 0) == (
        "Not read, and so not searched: a.csv (row\\u001b 4)."
    )
    assert warning([summary("a.csv", left_out=("row 4",), lacking=("rows",))], 0) == (
        "Not read, and so not searched: a.csv (row 4)."
    )
    many = [summary(f"{name}.pdf", failed_pages=(1,)) for name in "abcde"]
    assert warning(many, 2) == (
        "Not read, and so not searched: a.pdf (page 1 cannot be opened), b.pdf (page 1 cannot be opened), "
        "c.pdf (page 1 cannot be opened), and 2 more. "
        "2 files of the folder could not be read at all; `askfolder status` says which."
    )
