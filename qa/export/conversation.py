"""Conversation and Exchange: what is exported, and the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.answer import one_line
from qa.answer_text import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from qa.answer import Answer, Citation
    from qa.answer_text import Numbered

NEAREST_SHOWN = 3
EXCERPT = 320  # characters of a passage that is no answer
VERBATIM = (
    "Quotations are in the documents’ own words, character for character: only a line break is a blank here, and a "
    "character that would not show is written as its number."
)
SURE = "A percentage is how probable it is, by askfolder’s estimate, that the quotation answers the question."
FURTHER = "Further quotations, less likely to answer:"
NEAREST_ONE = "This passage comes nearest to the question. It is no answer:"
NEAREST_SEVERAL = "These passages come nearest to the question. They are no answer:"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it.

    Attributes:
        question: As asked.
        asked_at: When, best with a time zone.
        answer: None where there is none: the search was stopped or failed.
        said: What was said in place of an answer; not used where there is one.
        documents: Sources of the documents that alone were asked; empty for all.
    """

    question: str
    asked_at: datetime
    answer: Answer | None
    said: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The questions that were asked of a folder, one after the other.

    Attributes:
        folder: The folder's name.
        document_count: How many documents it held.
        exported_at: When the conversation was written down, best with a time zone.
        exchanges: In the order in which they were asked.
    """

    folder: str
    document_count: int
    exported_at: datetime
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that came near and is no answer: its citation, and its beginning on one line."""

    citation: Citation
    excerpt: str


def numbered_from(answer: Answer, first: int) -> list[Numbered]:
    """Number the citations of an answer's entries from `first` on, as `numbered` does from 1."""
    return [
        each._replace(
            same=tuple((number + first - 1, citation) for number, citation in each.same),
            other=tuple((number + first - 1, citation) for number, citation in each.other),
        )
        for each in numbered(answer.entries)
    ]


def with_first_numbers(conversation: Conversation) -> Iterator[tuple[int, Exchange]]:
    """Give each exchange with the number of its first citation, so that no two in a conversation have the same."""
    first = 1
    for exchange in conversation.exchanges:
        yield first, exchange
        first += len(exchange.answer.citations) if exchange.answer else 0


def nearest(answer: Answer) -> list[Nearest]:
    """Give the passages that came nearest to a question that was not answered."""
    return [Nearest(passage.citation, _excerpt(passage.text)) for passage in answer.passages[:NEAREST_SHOWN]]


def missing_words(answer: Answer) -> str:
    """Say what of a question occurs nowhere in the documents asked; "" where the answer's text says all of it."""
    words = [f"“{one_line(word)}”" for word in answer.missing]
    if answer.found or all(word in answer.text for word in words):
        return ""
    return f"Nowhere in the documents asked: {', '.join(words)}."


def counted(count: int) -> str:
    """Write a number of documents: "1 document", "1,204 documents"."""
    return f"{count:,} document{'' if count == 1 else 's'}"


def moment(at: datetime) -> str:
    """Write a moment to the minute, with its time zone if it has one: "2026-11-22, 09:14 UTC"."""
    return f"{at:%Y-%m-%d, %H:%M %Z}".strip()


def _excerpt(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …"
