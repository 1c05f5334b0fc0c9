"""An answer is made of the documents' own sentences, or says that there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hashed_embedder import HashedEmbedder
from hypothesis import given
from hypothesis import strategies as st

import qa
from index import PageSpan
from qa.answer import one_line
from qa.answerer import NEAR_BEST, QUOTATIONS, threshold

PUMP = """Pump manual

The pump was built in Leeds in 1931. It weighs four tons.

Bleeding the pump takes four minutes at two bar.

Grease the bearing once a month. Never grease the belt.
"""
LIGHTHOUSE = """Lighthouse log

The lighthouse keeper counted forty ships on Sunday.

Bleeding the pump takes four minutes at two bar.
"""


@pytest.fixture
def folder(tmp_path: Path) -> qa.Folder:
    """Two short documents that share one sentence."""
    (tmp_path / "pump.txt").write_text(PUMP)
    (tmp_path / "lighthouse.txt").write_text(LIGHTHOUSE)
    opened = qa.open(tmp_path, model=HashedEmbedder())
    yield opened
    opened.close()


def test_answer_quotes_the_sentence_that_answers(folder: qa.Folder) -> None:
    """The best quotation is the sentence with the question's words, whole, with its place."""
    answer = folder.ask("Where was the pump built?")
    assert answer.found
    best = answer.citations[0]
    assert best.quote == "The pump was built in Leeds in 1931."
    assert (best.source, best.paragraph, best.page, best.title) == ("pump.txt", 1, None, "Pump manual")
    assert str(best) == "pump.txt, ¶ 1: “The pump was built in Leeds in 1931.”"
    assert answer.text.startswith("“The pump was built in Leeds in 1931.” [1]")


def test_answer_quotes_are_slices_of_their_documents(folder: qa.Folder) -> None:
    """For every citation and passage, `text[start:end]` of its document is the quotation."""
    answer = folder.ask("How often does the bearing need grease?")
    assert answer.citations
    for citation in (*answer.citations, *(passage.citation for passage in answer.passages)):
        assert folder.document(citation.sha256).text[citation.start : citation.end] == citation.quote


def test_answer_quotes_the_same_words_once(folder: qa.Folder) -> None:
    """A sentence that stands in two documents is one quotation."""
    answer = folder.ask("How long does bleeding the pump take?")
    quotes = [citation.quote for citation in answer.citations]
    assert quotes.count("Bleeding the pump takes four minutes at two bar.") == 1
    assert len(quotes) == len(set(quotes)) <= QUOTATIONS


def test_answer_is_silent_about_other_subjects(folder: qa.Folder) -> None:
    """A question about something else finds nothing, and the nearest passages are offered."""
    answer = folder.ask("Who won the World Cup?")
    assert (answer.found, answer.text, answer.citations) == (False, "The documents do not say.", ())
    assert answer.closeness < threshold(5)
    assert len(answer.passages) == 5


def test_answer_looks_only_in_chosen_documents(folder: qa.Folder) -> None:
    """With `documents`, nothing else is quoted or offered."""
    answer = folder.ask("How long does bleeding the pump take?", documents=["lighthouse.txt"])
    assert {passage.source for passage in answer.passages} == {"lighthouse.txt"}
    assert {citation.source for citation in answer.citations} == {"lighthouse.txt"}


def test_answer_from_an_empty_folder_is_silent(tmp_path: Path) -> None:
    """A folder without documents answers nothing, and raises nothing."""
    with qa.open(tmp_path, model=HashedEmbedder()) as empty:
        answer = empty.ask("Is anybody there?")
    assert (answer.found, answer.passages, answer.closeness) == (False, (), 0.0)
    assert answer.text == "There is no document here to answer from."


def test_answer_carries_the_page_of_a_sentence_past_a_page_break() -> None:
    """A sentence on the second page of its paragraph is cited with that page."""
    passage = qa.Passage("One. Two.", "a.pdf", None, "0" * 64, 3, 7, 100, 109, (), 1.0, 0.5, None,
                         (PageSpan(3, 100, 105), PageSpan(4, 105, 109)))  # fmt: skip
    from qa.answerer import Candidate

    assert Candidate(passage, 0, 4, 0.9).citation.page == 3
    second = Candidate(passage, 5, 9, 0.9).citation
    assert (second.page, second.start, second.end, second.quote) == (4, 105, 109, "Two.")
    assert second.place == "a.pdf, p. 4, ¶ 7"


def test_answer_to_dict_is_json_and_complete(folder: qa.Folder) -> None:
    """`to_dict` gives JSON types with every field of answer, citation and passage."""
    answer = folder.ask("Where was the pump built?")
    read = json.loads(json.dumps(answer.to_dict()))
    assert list(read) == ["question", "found", "text", "citations", "passages", "closeness", "warnings"]
    assert list(read["citations"][0]) == [
        "source", "title", "sha256", "page", "page_name", "paragraph", "start", "end", "quote", "headings", "ocr",
    ]  # fmt: skip
    assert read["citations"][0] == json.loads(json.dumps(answer.citations[0].to_dict()))
    assert read["passages"][0]["text"] == answer.passages[0].text


@pytest.mark.parametrize("question", ["", "   ", "\0", "\n\t\x1b"])
def test_question_without_words_is_refused(folder: qa.Folder, question: str) -> None:
    """A blank question, or one of control characters only, is the caller's error."""
    with pytest.raises(ValueError, match=r"^The question is empty\.$"):
        folder.ask(question)
    with pytest.raises(ValueError, match=r"^The question is empty\.$"):
        folder.retrieve(question)


def test_question_of_too_many_characters_is_refused(folder: qa.Folder) -> None:
    """The error names both numbers."""
    with pytest.raises(ValueError, match="is 10,001 characters long; at most 10,000"):
        folder.ask("x" * 10_001)


@pytest.mark.parametrize(
    "question",
    [
        'pump AND ( "belt',
        "title:pump^3 OR -ton*",
        "/[a-/",
        "Где построен насос?",
        "泵在哪里？",
        "\ud800pump",
        "pump\0built",
        "?" * 99,
    ],
)
def test_question_of_any_characters_is_answered(folder: qa.Folder, question: str) -> None:
    """Query syntax, other scripts, NUL and halves of characters are words or nothing, never an error."""
    assert isinstance(folder.ask(question).found, bool)
    assert folder.retrieve(question, k=2)


def test_threshold_grows_with_the_folder() -> None:
    """The values that the README states."""
    assert [round(threshold(n), 2) for n in (0, 1, 30, 1_000, 100_000)] == [0.25, 0.25, 0.32, 0.40, 0.50]
    assert NEAR_BEST < 1


@given(st.text())
def test_one_line_holds_nothing_that_acts(text: str) -> None:
    """No control character, no change of direction and no line break reaches the terminal."""
    line = one_line(text)
    assert not set(line) & {
        chr(c) for c in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    }


def test_one_line_shows_what_would_hide() -> None:
    """An escape sequence and a reversed name are written out."""
    assert one_line("a\x1b[31m  b\u202etxt.exe") == "a\\u001b[31m b\\u202etxt.exe"


def test_citation_shows_the_headings_nearest_to_it() -> None:
    """A row's column heads are shown before the chapter is; what is left out is told, and nothing acts."""
    citation = qa.Citation("a.pdf", None, "0" * 64, 1, None, 1, 0, 4, "Row.", ("Part\n1", "Item 2", "2022 | 2023\x1b"))
    assert citation.above == "Part 1 › Item 2 › 2022 | 2023\\u001b"
    long = replace(citation, headings=("Part 1", "x" * 240, "2022 | 2023"))
    assert long.above == "… › 2022 | 2023"
    assert replace(citation, headings=("y" * 300,)).above == "… " + "y" * 250
    assert replace(citation, headings=()).above == ""


def test_answer_warns_of_what_the_asked_documents_did_not_give(tmp_path: Path) -> None:
    """Parts that were not read are told beside an answer from these documents, and not beside one from others."""
    (tmp_path / "pump.txt").write_text(PUMP)
    (tmp_path / "ships.csv").write_text("ship;tons\nAda;4\nBob;5\nCid;6\n")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    reading = qa.ReadingSettings(limits=qa.Limits(rows=3))
    cut = (
        "Not read, and so not searched: ships.csv (row 4: more than 3 are not read; --limit rows=4 reads them). "
        "1 file of the folder could not be read at all; `askfolder status` says which."
    )
    with qa.open(tmp_path, model=HashedEmbedder(), reading=reading) as opened:
        assert opened.ask("Where was the pump built?").warnings == (cut,)
        assert opened.ask("Where was the pump built?", ["pump.txt"]).warnings == ()
        assert opened.ask("How many tons?", ["ships.csv"]).warnings == (cut.partition(" 1 file")[0],)
