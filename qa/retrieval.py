"""A question to passages: the question made fit to search with, the index searched, its hits given their citations."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from qa.answer import Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import DocumentIndex

LONGEST_QUESTION = 10_000  # characters


def retrieve(
    index: DocumentIndex, question: str, k: int = 5, documents: Sequence[str] | None = None
) -> tuple[Passage, ...]:
    """Find the paragraphs nearest to a question, by meaning and by words.

    Args:
        index: Where to look.
        question: In plain words; signs of a query language have no meaning.
        k: How many to return at most, at least 1.
        documents: Sources or ids of the documents to look in; all when None.

    Returns:
        Best first; fewer than k where the documents hold fewer paragraphs. Equal scores come in the order of source
        and paragraph.

    Raises:
        ValueError: The question is blank or longer than 10,000 characters, or k is below 1.
        UnknownDocumentError: One of `documents` is not in the index.
    """
    return tuple(
        Passage(
            text=hit.text,
            source=hit.source,
            title=hit.title,
            sha256=hit.document_id,
            page=hit.paragraph.pages[0].page if hit.paragraph.pages else None,
            paragraph=hit.paragraph.number,
            start=hit.paragraph.start,
            end=hit.paragraph.end,
            headings=hit.paragraph.headings,
            score=hit.score,
            dense=hit.dense,
            words=hit.words,
            pages=hit.paragraph.pages,
            ocr=hit.paragraph.ocr,
        )
        for hit in index.search(clean_question(question), k, documents)
    )


def clean_question(question: str) -> str:
    """Give the question without control characters and halves of characters, on one line.

    Raises:
        ValueError: It is blank, or longer than 10,000 characters.
    """
    kept = (
        "\ufffd" if unicodedata.category(c) == "Cs" else " " if unicodedata.category(c) == "Cc" else c for c in question
    )
    cleaned = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    if not cleaned:
        raise ValueError("The question is empty.")
    if len(cleaned) > LONGEST_QUESTION:
        raise ValueError(
            f"The question is {len(cleaned):,} characters long; at most {LONGEST_QUESTION:,} can be searched with."
        )
    return cleaned
