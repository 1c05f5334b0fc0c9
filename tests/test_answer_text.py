"""An answer in words: numbers stand only behind words that their places hold, and nothing of a document acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import SHOWN, Answer, Citation, Entry, Passage, one_line
from qa.answer_text import answer_lines, cut, how_sure, numbered, write

SHARED = "The parties share the cost in equal halves."
BUILT = "The pier was built\nin 1931."


def cite(quote: str, answer: str = "", source: str = "treaty.pdf", **others: object) -> Citation:
    """Cite a quotation that is a whole paragraph, with the words that answer marked in it."""
    first = quote.index(answer)
    marked = {"answer_start": first, "answer_end": first + len(answer)} if answer else {}
    fields = {"title": None, "page": 3, "page_name": None, "paragraph": 7, **marked, **others}
    return Citation(source=source, sha256="0" * 64, start=0, end=len(quote), quote=quote, **fields)  # type: ignore[arg-type]


def found(*entries: Entry, warnings: tuple[str, ...] = ()) -> Answer:
    """Give an answer of these entries."""
    return Answer("Why?", True, write(entries), entries, (), entries[0].confidence, (), warnings)


ENTRIES = (
    Entry((cite(SHARED, "in equal halves"), cite(BUILT, "1931"), cite(SHARED, "equal", "copy.txt", page=None)), 0.82),
    Entry((cite(BUILT, "in 1931", title="Log", headings=("Works", "The pier")),), 0.3),
)


def test_write_puts_numbers_behind_the_words_that_their_places_hold() -> None:
    """A number follows a quotation at once only where its place has the same words; the rest are "also"."""
    assert write(ENTRIES) == f"“{SHARED}” [1][3], also [2]\n\n“The pier was built in 1931.” [4]"


def test_write_stops_after_the_entries_that_are_shown_at_once() -> None:
    """Entries beyond the first five are not in the text."""
    entries = [Entry((cite(f"Line {n}."),), 0.5) for n in range(1, SHOWN + 4)]
    assert write(entries) == "\n\n".join(f"“Line {n}.” [{n}]" for n in range(1, SHOWN + 1))
    assert write([]) == ""


def test_numbers_are_those_of_the_citations() -> None:
    """Each citation has the number of its place in `Answer.citations`, once."""
    pairs = [pair for each in numbered(ENTRIES) for pair in (*each.same, *each.other)]
    assert sorted(number for number, _ in pairs) == [1, 2, 3, 4]
    citations = found(*ENTRIES).citations
    assert all(citations[number - 1] is citation for number, citation in pairs)


def test_answer_lines_give_quotation_answer_sureness_and_places() -> None:
    """Each entry is its quotation, the words that answer, how sure they are, and every place with what is above."""
    assert "\n".join(answer_lines(found(*ENTRIES, warnings=("One file was not read.",)), 3)).splitlines() == [
        f"“{SHARED}” [1][3], also [2]",
        "    answer: in equal halves",
        "    how sure: likely (82%)",
        "[1] treaty.pdf, p. 3, ¶ 7",
        "[2] treaty.pdf, p. 3, ¶ 7",
        "[3] copy.txt, ¶ 7",
        "",
        "“The pier was built in 1931.” [4]",
        "    answer: in 1931",
        "    how sure: possible (30%)",
        "[4] treaty.pdf, p. 3, ¶ 7  Log",
        "    Works › The pier",
        "",
        "Note: One file was not read.",
    ]


def test_answer_lines_mark_the_answer_on_a_terminal_only() -> None:
    """With styles the words that answer are bold and underlined within the quotation, and nothing else changes."""
    plain = "\n".join(answer_lines(found(*ENTRIES), 3))
    styled = "\n".join(answer_lines(found(*ENTRIES), 3, styled=True))
    assert "The pier was built \x1b[1;4min 1931\x1b[22;24m.”" in styled
    assert re.sub(r"\x1b\[[\d;]+m", "", styled) == plain
    assert "\x1b" not in plain


def test_answer_lines_without_marked_words_name_none() -> None:
    """A quotation in which nothing is marked has no line "answer:" and no style."""
    lines = list(answer_lines(found(Entry((cite(SHARED),), 0.5)), 3, styled=True))
    assert lines == [f"“{SHARED}” [1]", "    how sure: possible (50%)", "[1] treaty.pdf, p. 3, ¶ 7"]


def test_answer_lines_keep_further_entries_for_those_who_ask() -> None:
    """Beyond five entries there is a line that says how many and how to see them; `more` shows them."""
    answer = found(*(Entry((cite(f"Line {n}."),), 0.5) for n in range(1, SHOWN + 3)))
    few, all_of_them = "\n".join(answer_lines(answer, 3)), "\n".join(answer_lines(answer, 3, more=True))
    assert few.endswith("\n\n2 more: --all shows them")
    assert re.findall(r"“Line (\d)", few) == ["1", "2", "3", "4", "5"]
    assert re.findall(r"“Line (\d)", all_of_them) == ["1", "2", "3", "4", "5", "6", "7"]
    assert "--all" not in all_of_them


def test_answer_lines_of_silence_are_the_text_and_the_nearest_passages() -> None:
    """Without an answer there is the text, then the nearest passages as such, no more than asked for."""
    passages = tuple(Passage(f"Line {n}.", "a.txt", None, "0" * 64, None, n, 0, 7, (), 0.1, 0.1, None) for n in (1, 2))
    silent = Answer("Why?", False, "The documents do not say.", (), passages, 0.1)
    assert "\n".join(answer_lines(silent, 1)).splitlines() == [
        "The documents do not say.",
        "",
        "The nearest passages, which are no answer:",
        "- a.txt, ¶ 1: “Line 1.”",
    ]
    assert list(answer_lines(Answer("Hello", False, "Hello. Ask me.", (), (), 0.0), 1)) == ["Hello. Ask me."]


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "almost certain (99%)"),
        (0.95, "almost certain (95%)"),
        (0.9449, "likely (94%)"),
        (0.945001, "almost certain (95%)"),
        (0.55, "likely (55%)"),
        (0.54, "possible (54%)"),
        (0.2, "possible (20%)"),
        (0.19, "unlikely (19%)"),
        (0.0, "unlikely (1%)"),
    ],
)
def test_how_sure_is_a_word_and_its_number(confidence: float, words: str) -> None:
    """The word always fits the number beside it, and none is 0% or 100%."""
    assert how_sure(confidence) == words


@given(st.text(min_size=1), st.data())
def test_cut_is_the_quotation_and_its_answer(quote: str, data: st.DataObject) -> None:
    """The three pieces make up the quotation; the middle is the answer without white space at its edges."""
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    citation = Citation("a", None, "0" * 64, None, None, 1, 0, len(quote), quote, answer_start=start, answer_end=end)
    before, answer, after = cut(citation)
    assert before + answer + after == quote
    assert answer == quote[start:end].strip()


@given(st.text(min_size=1), st.data())
def test_answer_lines_show_a_hostile_document_as_text(quote: str, data: st.DataObject) -> None:
    """Whatever a quotation, its answer, title or file holds, the styles are the only thing that acts on a terminal."""
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    citation = Citation(quote, quote, "0" * 64, None, quote, 1, 0, len(quote), quote, (quote,), None, start, end)
    answer = found(Entry((citation,), 0.5))
    plain, styled = (list(answer_lines(answer, 3, styled=how)) for how in (False, True))
    assert plain[0] == f"“{one_line(quote)}” [1]"
    assert [line.replace("\x1b[1;4m", "").replace("\x1b[22;24m", "") for line in styled] == plain
    assert not any(c in line for line in plain for c in "\x00\x1b\r\n\u202e")
