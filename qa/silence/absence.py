"""The words of silence: what of a question occurs nowhere in the documents, or not in the nearest passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.answer import one_line
from qa.silence import small_talk
from qa.silence.mentions import LONGEST_TEXT, mentions
from qa.silence.spellings import requirements
from qa.silence.terms import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import DocumentIndex
    from qa.answer import Passage

NOTHING_HERE = "There is no document here to answer from."
SILENCE = "The documents do not say."
MOST_TERMS = 40  # of a question that are looked up, for a whole page may be asked
SHOWN = 3  # of what is missing


def reply_without_search(index: DocumentIndex, question: str) -> str | None:
    """Give the reply to what is no question, in words; None where the documents should be asked.

    Greetings and other empty talk, instructions to the program, and letters that make no word; see `small_talk`.
    """
    reply = small_talk.reply_to(question, index.held)
    return None if reply is None else reply.text


def missing(index: DocumentIndex, question: str, documents: Sequence[str] | None = None) -> tuple[str, ...]:
    """Give the names, numbers, dates and terms of a question that occur nowhere in the documents.

    Words are compared as they are indexed, numbers and dates in the spellings that are usual. A name of several words
    is missing where one of its words is, ranks such as "President" left out, or where no two neighbours of them stand
    in one paragraph. What is not certain is not called missing.

    Args:
        index: Where to look: in all of the documents' text, and the names of files and authors.
        question: In plain words; of more than 40 terms only the first are looked up.
        documents: Sources or ids of the documents to look in; all when None.

    Returns:
        As written in the question; names, numbers and dates first, then other words, each in the question's order.

    Raises:
        UnknownDocumentError: One of `documents` is not in the index.
    """
    asked = {term: tuple(requirements(term)) for term in terms(question)[:MOST_TERMS]}
    texts = {text for required in asked.values() for alternatives in required for text in alternatives}
    held = index.held(sorted(texts), documents)
    absent = [term for term, required in asked.items() if not all(held.intersection(texts) for texts in required)]
    absent.sort(key=lambda term: term.kind == "term")
    once: dict[str, str] = {}
    for term in absent:
        once.setdefault(term.text.casefold(), term.text)
    return tuple(once.values())


def unmatched(question: str, text: str) -> tuple[str, ...]:
    """Give the names, numbers and dates of a question that a text does not mention, as written in the question.

    Spellings that mean the same agree; see `mentions.mentions`.

    Args:
        question: In plain words.
        text: A passage, best with its title, headings and file name, which it inherits.
    """
    return tuple(term.text for term in terms(question) if term.kind != "term" and not mentions(text, term))


def said(question: str, absent: Sequence[str], passages: Sequence[Passage], *, chosen: bool = False) -> str:
    """Say in a sentence or two that there is no answer, and what it is that the documents lack.

    Args:
        question: In plain words.
        absent: What of it occurs nowhere in the documents, as `missing` gives it.
        passages: The nearest ones, best first; none where there is nothing to look in.
        chosen: Whether only some of the documents were asked.
    """
    if not passages:
        return NOTHING_HERE
    silence = "The chosen documents do not say." if chosen else SILENCE
    if absent:
        return f"{silence} {_listed(absent)} {'occurs' if len(absent) == 1 else 'occur'} nowhere in them."
    nearest = passages[0]
    whole = "\n".join([nearest.source, nearest.title or "", *nearest.headings, nearest.text])
    if len(whole) > LONGEST_TEXT:  # of which only the beginning would be looked at
        return silence
    lacking = unmatched(question, whole)
    # Where it has nothing else of the question either, what it lacks explains nothing.
    if lacking and any(mentions(whole, term) for term in terms(question)):
        return f"{silence} The nearest passage does not mention {_listed(lacking, 'or')}."
    return silence


def _listed(words: Sequence[str], joined_by: str = "and") -> str:
    """Write words as a list: “Atlantis”, “1987” and 2 more."""
    quoted = [f"“{one_line(word)}”" for word in words[:SHOWN]]
    if len(words) > SHOWN:
        quoted.append(f"{len(words) - SHOWN} more")
        joined_by = "and"
    return f"{', '.join(quoted[:-1])} {joined_by} {quoted[-1]}" if len(quoted) > 1 else quoted[0]
