"""The words that a reader points at -> what an answer quotes: whole sentences, the same answer once, the best first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from qa.sentences import sentences
from qa.silence.numbers_and_dates import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.answer import Citation, Passage
    from qa.reader import Look, Span
    from qa.second_look import Seen

SPANS_OF_A_PASSAGE = 3  # how many of its best spans may become entries
MOST_CITATIONS = 5  # of one entry

# A sentence that begins like this, perhaps after a connecting word, says little without the one before.
_CONNECTS = re.compile(
    r"[\W\d_]*(?:(?:however|but|and|so|thus|therefore|hence|moreover|instead|also|then|still|yet|nor|nevertheless|later"
    r"|afterwards|meanwhile|consequently|as a result|in addition|in fact|for example|for instance)\b,?\s+"
    r"(?:(?:did|does|do|was|were|is|are|had|has|have|will|would|can|could)\s+)?)?",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"(?:it|its|he|his|she|her|they|their|these|those|this|such|both|neither|the (?:former|latter|same))\b"
    r"|that (?:is|was|means|meant|would|will|had|has|made)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the"})
_SILENT = frozenset("\"“”„«»‘’'`.,;:!?()[]…")
_WORD = re.compile(r"\.?\d+(?:[.,:]\d+)*|[^\W\d_]+|\S")
_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]|st|nd|rd|th|on|in|of")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences of a passage that may be quoted: `passage.text[start:end]`.

    `core` is where they begin but for the one before that they may lean on; it lies between `start` and `end`.
    """

    passage: Passage
    start: int
    end: int
    core: int

    @property
    def words(self) -> str:
        """The quotation, every run of white space as one space."""
        return " ".join(self.passage.text[self.start : self.end].split())

    @property
    def citation(self) -> Citation:
        """The citation of the quotation."""
        return self.passage.cite(self.start, self.end)

    def overlaps(self, other: Quotation) -> bool:
        """Say whether another quotation has words of the same place."""
        return self.passage is other.passage and self.start < other.end and other.start < self.end


_Quotation = TypeVar("_Quotation", bound=Quotation)


@dataclass(frozen=True, slots=True)
class Candidate(Quotation):
    """A quotation that may answer, with the words that do, at `span`, and what the reader saw in the passage.

    `strength`, in [0, 1], is what orders quotations: the searches' score of the passage and the reader's of the words.
    """

    look: Look
    span: Span
    strength: float

    @property
    def citation(self) -> Citation:
        """The citation of the quotation, its answering words marked."""
        return self.passage.cite(self.start, self.end, (self.span.start, self.span.end))

    @property
    def answer(self) -> str:
        """The words that answer."""
        return self.passage.text[self.span.start : self.span.end]


def candidates(seen: Seen) -> list[Candidate]:
    """Give the quotations of the best spans of each passage that was read, the best first; of a sentence only one."""
    found = []
    for place, look in enumerate(seen.looks):
        passage = seen.passages[place]
        places = sentences(passage.text) if look.spans else []
        taken: set[tuple[int, int]] = set()
        for span in look.spans[:SPANS_OF_A_PASSAGE]:
            start, end, core = quotation(passage.text, places, span)
            if (core, end) not in taken:
                taken.add((core, end))
                found.append(Candidate(passage, start, end, core, look, span, seen.strength(place, span.score)))
    # Sorting keeps the order of the passages between equals, so the answer to a question is always the same.
    return sorted(found, key=lambda candidate: -candidate.strength)


def quotation(text: str, places: Sequence[tuple[int, int]], span: Span) -> tuple[int, int, int]:
    """Give the range of the whole sentences that hold a span, with the one before where they lean on it.

    Args:
        text: The passage.
        places: Its sentences, in order.
        span: Words of it.

    Returns:
        Start and end of the range, and where the sentences that hold the span begin.
    """
    inside = [number for number, (start, end) in enumerate(places) if start < span.end and span.start < end]
    if not inside:
        return span.start, span.end, span.start
    first, last = inside[0], inside[-1]
    core, end = min(places[first][0], span.start), max(places[last][1], span.end)
    leans = first > 0 and leans_back(text[core:end])
    return places[first - 1][0] if leans else core, end, core


def leans_back(sentence: str) -> bool:
    """Say whether a sentence speaks of what only the one before it names, as "It replaces …" does; English only."""
    connects = _CONNECTS.match(sentence)
    return connects is not None and _POINTS_BACK.match(sentence, connects.end()) is not None


def group(found: Iterable[Candidate]) -> list[tuple[Candidate, ...]]:
    """Put the quotations with the same answer together, each group and all groups the best first.

    A place is quoted once, with the best of its spans. A quotation joins a group if it gives the same answer as every
    other of it and the reader prefers it to "not here", or if it is the first one word for word: that the same year
    stands in a sentence about something else is no second source.
    """
    groups: list[list[Candidate]] = []
    quoted: list[Candidate] = []
    for each in found:
        candidate = not_yet_quoted(each, quoted)
        if candidate is None:
            continue
        copied = next((members for members in groups if members[0].words == candidate.words), None)
        if copied:
            candidate = marked_alike(candidate, copied[0])
        same = copied or next((m for m in groups if all(same_answer(o.answer, candidate.answer) for o in m)), None)
        if same is None:
            groups.append([candidate])
        elif len(same) < MOST_CITATIONS and (copied or candidate.span.score > candidate.look.silence):
            same.append(candidate)
        else:
            continue
        quoted.append(candidate)
    return [tuple(members) for members in groups]


def not_yet_quoted(quotation: _Quotation, quoted: Sequence[Quotation]) -> _Quotation | None:
    """Give a quotation, without the sentence that it leans on where that is quoted already; None where it is itself."""
    for one in (quotation, replace(quotation, start=quotation.core)):
        if not any(one.overlaps(other) for other in quoted):
            return one
    return None


def marked_alike(copy: Candidate, first: Candidate) -> Candidate:
    """Give a quotation with the words marked that are marked in another one, whose words are the same."""
    at = copy.passage.text.find(first.answer, copy.start, copy.end)
    offset = first.span.start - first.start
    if copy.passage.text.startswith(first.answer, copy.start + offset):
        at = copy.start + offset
    return copy if at < 0 else replace(copy, span=replace(copy.span, start=at, end=at + len(first.answer)))


def same_answer(one: str, other: str) -> bool:
    """Say whether answers are the same but for letter case, punctuation, a first article, or the day of a year.

    "1961" and "23 June 1961" are the same; "5" and "5 million", "$5" and "€5", "Korea" and "North Korea" are not.
    """
    a, b = _words(one), _words(other)
    return a == b or _is_day_of(a, b) or _is_day_of(b, a)


def _is_day_of(year: Sequence[str], date: Sequence[str]) -> bool:
    """Say whether one answer is a year, and the other a day or month of it."""
    if len(year) != 1 or not re.fullmatch(r"[12]\d{3}", year[0]) or date.count(year[0]) != 1:
        return False
    rest = [word for word in date if word != year[0]]
    return any(word in MONTHS for word in rest) and all(word in MONTHS or _DAY.fullmatch(word) for word in rest)


def _words(answer: str) -> list[str]:
    """Give words, numbers and the signs that change their meaning, such as "$", "%", "-" and "<"."""
    flat = unicodedata.normalize("NFC", answer).casefold()
    words = [word for word in _WORD.findall(flat) if word not in _SILENT]
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
