"""Drafts of questions about a folder's own documents, for its user to correct. Made by rule; the same every time."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from qa.answer import one_line
from qa.evaluation.draft_questions import (
    names_in,
    question_of_heading,
    question_of_sentence,
    subject_of_heading,
)
from qa.evaluation.questions import Question
from qa.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index import Document, DocumentSummary

T = TypeVar("T")

OF_A_DOCUMENT = 20  # drafts of each sort that are kept of one document, spread over it
UNANSWERABLE = 5  # one draft in so many has no answer
LONGEST_NOTE = 300  # characters
# Made up; one is only used in a folder whose documents nowhere hold it.
INVENTED = ("Velmora", "Tarnholt", "Ossandry", "Quillbeck", "Drennavale", "Marrowick", "Ylverstad", "Pellucia")


class Documents(Protocol):
    """What drafts are made of, such as a `Folder`."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Give all documents without their texts."""
        ...

    def document(self, name: str) -> Document:
        """Give a whole document by its source."""
        ...


@dataclass(frozen=True, slots=True)
class Drafts:
    """Drafted questions.

    Attributes:
        questions: All marked as drafts.
        other_languages: How many documents were passed over because they are not in English.
    """

    questions: tuple[Question, ...]
    other_languages: int


@dataclass(frozen=True, slots=True)
class _Heading:
    subject: str
    name: str  # of the document
    question: Question  # without its text, which depends on the other documents


def draft_questions(folder: Documents, most: int = 50) -> Drafts:
    """Draft questions, one document after the other in turn, until there are enough.

    Args:
        folder: What they are about.
        most: How many at most, at least 1.

    Returns:
        From sentences (with the answer), from headings (without), and one in five with a name that no document holds
        (so that there is no answer); fewer than `most` where the documents give no more. The documents come in the
        order of their contents' checksums, which spreads them; of each, sentences and headings by turns.
    """
    of_sentences: list[list[Question]] = []
    of_headings: list[list[_Heading]] = []
    documents_with: Counter[str] = Counter()
    unused = list(INVENTED)
    other_languages = 0
    for summary in sorted(folder.documents(), key=lambda document: document.id):
        document = folder.document(summary.source)
        whole = f"{document.title or ''}\n{document.text}".casefold()
        unused = [name for name in unused if name.casefold() not in whole]
        if document.language not in (None, "en"):
            other_languages += 1
            continue
        headings = _of_headings(document)
        documents_with.update({heading.subject.casefold() for heading in headings})
        if len(of_headings) < most:
            of_sentences.append(_spread(_of_sentences(document)))
            of_headings.append(_spread(headings))
    answerable = [
        _by_turns(said, [_asked(heading, documents_with) for heading in headings])
        for said, headings in zip(of_sentences, of_headings, strict=True)
    ]
    return Drafts(tuple(_some_without_answer(_in_turn(answerable), unused, most)), other_languages)


def _of_sentences(document: Document) -> list[Question]:
    drafts: dict[str, Question] = {}
    for paragraph in document.paragraphs:
        if paragraph.kind not in ("prose", "item", "note"):
            continue
        text = document.text[paragraph.start : paragraph.end]
        for start, end in sentences(text):
            drafted = question_of_sentence(text[start:end])
            if drafted:
                note = _note(document, paragraph.number, text[start:end])
                answers, source = (drafted.answer,), (document.source,)
                drafts.setdefault(
                    drafted.question, Question(drafted.question, answers, source, True, note=note, draft=True)
                )
    return list(drafts.values())


def _of_headings(document: Document) -> list[_Heading]:
    headings = {}
    for paragraph in document.paragraphs:
        # Above a table's row stand the heads of its columns too.
        if paragraph.kind not in ("prose", "item") or not paragraph.headings:
            continue
        subject = subject_of_heading(one_line(paragraph.headings[-1]))
        if subject and subject.casefold() not in headings:
            text = document.text[paragraph.start : paragraph.end]
            note = _note(document, paragraph.number, text)
            question = Question("", (), (document.source,), True, note=note, draft=True)
            headings[subject.casefold()] = _Heading(subject, one_line(document.name), question)
    return list(headings.values())


def _asked(heading: _Heading, documents_with: Counter[str]) -> Question:
    elsewhere = documents_with[heading.subject.casefold()] > 1
    return replace(heading.question, text=question_of_heading(heading.subject, heading.name if elsewhere else None))


def _some_without_answer(drafts: Iterator[Question], unused: Sequence[str], most: int) -> Iterator[Question]:
    """Give each question once, and after every fourth that names something one with an invented name in its place."""
    taken: set[str] = set()
    invented = itertools.cycle(unused)
    since = 0
    for draft in drafts:
        if draft.text in taken:
            continue
        if len(taken) == most:
            return
        names = [name for name in names_in(draft.text) if draft.answers]
        if since >= UNANSWERABLE - 1 and names and unused:
            name = next(invented)
            text = draft.text.replace(names[-1], name)
            if text not in taken:
                taken.add(text)
                since = 0
                note = f"No document holds “{name}”, which is invented, in place of “{names[-1]}”."
                yield Question(text, answerable=False, note=note, draft=True)
                continue
        taken.add(draft.text)
        since += 1
        yield draft


def _spread(items: Sequence[T]) -> list[T]:
    """Give at most `OF_A_DOCUMENT` of the items, from all over them, in their order."""
    if len(items) <= OF_A_DOCUMENT:
        return list(items)
    return [items[number * len(items) // OF_A_DOCUMENT] for number in range(OF_A_DOCUMENT)]


def _by_turns(one: Sequence[Question], other: Sequence[Question]) -> list[Question]:
    pairs = itertools.zip_longest(one, other)
    return [question for pair in pairs for question in pair if question is not None]


def _in_turn(documents: Sequence[Sequence[Question]]) -> Iterator[Question]:
    """Give the first question of each document, then the second of each, and so on."""
    for row in itertools.zip_longest(*documents):
        yield from (question for question in row if question is not None)


def _note(document: Document, paragraph: int, text: str) -> str:
    words = one_line(text)
    quoted = words if len(words) <= LONGEST_NOTE else words[: LONGEST_NOTE - 1] + "…"
    return f"From {one_line(document.source)}, ¶ {paragraph}: “{quoted}”"
