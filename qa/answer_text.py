"""An answer in words: its quotations, numbers and places, and how sure it is. Knows no markup but a terminal's bold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa.answer import SHOWN, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.answer import Answer, Citation, Entry

# Where "almost certain" and "likely" begin: Intelligence Community Directive 203 (2015), section D.6.e.(2)(a).
ALMOST_CERTAIN, LIKELY, POSSIBLE = 95, 55, 20  # in 100
NEAREST = "The nearest passages, which are no answer:"
_MARK, _UNMARK = "\x1b[1;4m", "\x1b[22;24m"  # bold and underlined; a terminal may have but one of the two


class Numbered(NamedTuple):
    """An entry, its citations with their numbers.

    Attributes:
        entry: The entry.
        same: The citations that hold the entry's quotation word for word; its first one is the first.
        other: Those that hold the same answer in another sentence.
    """

    entry: Entry
    same: tuple[tuple[int, Citation], ...]
    other: tuple[tuple[int, Citation], ...]


def numbered(entries: Sequence[Entry]) -> list[Numbered]:
    """Number the citations of all entries from 1, in the order of `Answer.citations`.

    A citation whose quotation differs is kept apart, so that no number stands behind words that its place lacks.
    """
    numbers: list[Numbered] = []
    next_number = 1
    for entry in entries:
        words = one_line(entry.citations[0].quote)
        cited = tuple(enumerate(entry.citations, next_number))
        next_number += len(cited)
        same = tuple(each for each in cited if one_line(each[1].quote) == words)
        numbers.append(Numbered(entry, same, tuple(each for each in cited if each not in same)))
    return numbers


def cut(citation: Citation) -> tuple[str, str, str]:
    """Cut a quotation into what comes before the words that answer, these, and what comes after.

    The three make up the quotation. White space at the edges of the answer goes to its neighbours; where nothing is
    marked, all of the quotation comes before.
    """
    quote, answer = citation.quote, citation.answer
    if answer is None or not answer.strip() or citation.answer_start is None:
        return quote, "", ""
    start = citation.answer_start + len(answer) - len(answer.lstrip())
    end = start + len(answer.strip())
    return quote[:start], quote[start:end], quote[end:]


def percentage(probability: float) -> int:
    """Give a probability in hundredths, never 0 or 100, which no estimate can be."""
    return min(max(round(probability * 100), 1), 99)


def how_sure(confidence: float) -> str:
    """Write a probability in words and as a number: "likely (82%)"."""
    share = percentage(confidence)
    levels = ((ALMOST_CERTAIN, "almost certain"), (LIKELY, "likely"), (POSSIBLE, "possible"), (0, "unlikely"))
    return f"{next(words for least, words in levels if share >= least)} ({share}%)"


def write(entries: Sequence[Entry]) -> str:
    """Write the quotations of the first entries one below the other, each with the numbers of its citations.

    Numbers that follow the quotation at once are of places that hold these words; "also" says the rest.
    """
    return "\n\n".join(_quotation(each, styled=False) for each in numbered(entries)[:SHOWN])


def answer_lines(answer: Answer, k: int, *, more: bool = False, styled: bool = False) -> Iterator[str]:
    """Write an answer for a terminal; an item can be several lines.

    Args:
        answer: What to write.
        k: How many of the nearest passages to show where the documents do not say.
        more: Whether to write the entries beyond the first `SHOWN` too.
        styled: Whether to mark the words that answer in their quotation, for which a terminal is needed.
    """
    if answer.found:
        entries = numbered(answer.entries)
        for position, each in enumerate(entries[: None if more else SHOWN]):
            if position:
                yield ""
            yield from _entry_lines(each, styled)
        if len(entries) > SHOWN and not more:
            yield f"\n{len(entries) - SHOWN} more: --all shows them"
    else:
        yield answer.text
        if answer.passages:
            yield f"\n{NEAREST}"
        for passage in answer.passages[:k]:
            yield f"- {passage}"
    for warning in answer.warnings:
        yield f"\nNote: {warning}"


def _entry_lines(each: Numbered, styled: bool) -> Iterator[str]:
    yield _quotation(each, styled)
    if each.entry.answer:
        yield f"    answer: {one_line(each.entry.answer)}"
    yield f"    how sure: {how_sure(each.entry.confidence)}"
    for number, citation in sorted(each.same + each.other, key=lambda pair: pair[0]):
        title = f"  {one_line(citation.title)}" if citation.title else ""
        yield f"[{number}] {citation.place}{title}"
        if citation.headings:
            yield f"    {citation.above}"


def _quotation(each: Numbered, styled: bool) -> str:
    before, answer, after = cut(each.entry.citations[0])
    words = one_line(before + answer + after)
    if styled and answer:
        words = f"{_open(before)}{_MARK}{one_line(answer)}{_UNMARK}{_close(after)}"
    also = f", also {_numbers(each.other)}" if each.other else ""
    return f"“{words}” {_numbers(each.same)}{also}"


def _open(before: str) -> str:
    """Write what comes before marked words, with the space between."""
    return one_line(before) + (" " if before.strip() and before[-1].isspace() else "")


def _close(after: str) -> str:
    """Write what comes after marked words, with the space between."""
    return (" " if after.strip() and after[0].isspace() else "") + one_line(after)


def _numbers(cited: Sequence[tuple[int, Citation]]) -> str:
    return "".join(f"[{number}]" for number, _ in cited)
