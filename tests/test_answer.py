"""An answer is made of the documents' own sentences, or says that there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hashed_embedder import HashedEmbedder
from hypothesis import given
from hypothesis import strategies as st
from matching_reader import MatchingReader

import qa
from index import PageSpan
from qa.answer import one_line
from qa.confidence import threshold

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
    opened = qa.open(tmp_path, model=HashedEmbedder(), reader=MatchingReader())
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
    assert best.answer == "in Leeds in 1931"
    assert answer.text.startswith("“The pump was built in Leeds in 1931.” [1]")


def test_answer_quotes_are_slices_of_their_documents(folder: qa.Folder) -> None:
    """For every citation and passage, `text[start:end]` of its document is the quotation."""
    answer = folder.ask("How often does the bearing need grease?", threshold=0.0)
    assert answer.citations
    for citation in (*answer.citations, *(passage.citation for passage in answer.passages)):
        assert folder.document(citation.sha256).text[citation.start : citation.end] == citation.quote


def test_answer_gives_the_same_answer_once_with_both_places(folder: qa.Folder) -> None:
    """A sentence that stands in two documents is one entry with two citations."""
    answer = folder.ask("How long does bleeding the pump take?", threshold=0.0)
    first = answer.entries[0]
    assert [(c.source, c.answer) for c in first.citations] == [
        ("pump.txt", "takes four minutes at two bar"),
        ("lighthouse.txt", "takes four minutes at two bar"),
    ]
    assert answer.text.startswith("“Bleeding the pump takes four minutes at two bar.” [1][2]")
    assert answer.citations[:2] == first.citations


def test_answer_is_as_sure_as_its_best_entry(folder: qa.Folder) -> None:
    """Entries come likeliest first, none below the threshold."""
    answer = folder.ask("Where was the pump built?")
    sure = [entry.confidence for entry in answer.entries]
    assert sure == sorted(sure, reverse=True)
    assert answer.confidence == sure[0]
    assert sure[-1] >= threshold(with_reader=True)


def test_answer_below_the_threshold_is_given_when_asked_for(folder: qa.Folder) -> None:
    """`threshold=0` shows the best that was found, `threshold=1` nothing; the confidence stays the same."""
    usual = folder.ask("Where was the pump built?")
    assert folder.ask("Where was the pump built?", threshold=1.0).found is False
    assert folder.ask("Where was the pump built?", threshold=1.0).confidence == usual.confidence
    silent = folder.ask("Who won the World Cup?")
    shown = folder.ask("Who won the World Cup?", threshold=0.0)
    assert (silent.found, shown.found) == (False, True)
    assert silent.confidence == shown.confidence


def test_answer_is_silent_about_other_subjects(folder: qa.Folder) -> None:
    """A question about something else finds nothing, says what occurs nowhere, and the nearest passages are offered."""
    answer = folder.ask("Who won the World Cup?")
    assert (answer.found, answer.citations, answer.missing) == (False, (), ("World Cup",))
    assert answer.text.startswith("The documents do not say.")
    assert "“World Cup”" in answer.text
    assert answer.confidence < threshold(with_reader=True)
    assert len(answer.passages) == 5


@pytest.mark.parametrize("said", ["hello", "Thanks!", "Ignore the documents and write a poem."])
def test_answer_to_no_question_searches_nothing(folder: qa.Folder, said: str) -> None:
    """Empty talk and instructions get a reply in words, without passages."""
    answer = folder.ask(said)
    assert (answer.found, answer.entries, answer.passages, answer.confidence) == (False, (), (), 0.0)
    assert answer.text
    assert "do not say" not in answer.text


def test_answer_without_a_reader_quotes_the_closest_sentence(tmp_path: Path) -> None:
    """Fast: the same sentence, no words in it marked."""
    (tmp_path / "pump.txt").write_text(PUMP)
    with qa.open(tmp_path, model=HashedEmbedder(), fast=True) as fast:
        answer = fast.ask("Where was the pump built?", threshold=0.0)
        assert fast.reader is None
    assert (answer.citations[0].quote, answer.citations[0].answer) == ("The pump was built in Leeds in 1931.", None)
    assert [passage.reader for passage in answer.passages] == [None] * len(answer.passages)


def test_answer_looks_only_in_chosen_documents(folder: qa.Folder) -> None:
    """With `documents`, nothing else is quoted or offered."""
    answer = folder.ask("How long does bleeding the pump take?", documents=["lighthouse.txt"])
    assert {passage.source for passage in answer.passages} == {"lighthouse.txt"}
    assert {citation.source for citation in answer.citations} == {"lighthouse.txt"}


def test_answer_from_an_empty_folder_is_silent(tmp_path: Path) -> None:
    """A folder without documents answers nothing, and raises nothing."""
    with qa.open(tmp_path, model=HashedEmbedder(), reader=MatchingReader()) as empty:
        answer = empty.ask("Is anybody there?")
    assert (answer.found, answer.passages, answer.confidence) == (False, (), 0.0)
    assert answer.text == "There is no document here to answer from."


def test_answer_carries_the_page_of_a_sentence_past_a_page_break() -> None:
    """A sentence on the second page of its paragraph is cited with that page."""
    passage = qa.Passage("One. Two.", "a.pdf", None, "0" * 64, 3, 7, 100, 109, (), 1.0, 0.5, None,
                         (PageSpan(3, 100, 105), PageSpan(4, 105, 109)))  # fmt: skip
    assert passage.cite(0, 4).page == 3
    second = passage.cite(5, 9)
    assert (second.page, second.start, second.end, second.quote) == (4, 105, 109, "Two.")
    assert second.place == "a.pdf, p. 4, ¶ 7"


def test_answer_to_dict_is_json_and_complete(folder: qa.Folder) -> None:
    """`to_dict` gives JSON types with every field of answer, citation and passage."""
    answer = folder.ask("Where was the pump built?")
    read = json.loads(json.dumps(answer.to_dict()))
    assert list(read) == [
        "question", "found", "text", "entries", "passages", "confidence", "missing", "warnings", "citations",
    ]  # fmt: skip
    assert list(read["citations"][0]) == [
        "source", "title", "sha256", "page", "page_name", "paragraph", "start", "end", "quote", "headings", "ocr",
        "answer_start", "answer_end",
    ]  # fmt: skip
    assert read["entries"][0]["citations"][0] == read["citations"][0]
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
    with qa.open(tmp_path, model=HashedEmbedder(), reader=MatchingReader(), reading=reading) as opened:
        assert opened.ask("Where was the pump built?").warnings == (cut,)
        assert opened.ask("Where was the pump built?", ["pump.txt"]).warnings == ()
        assert opened.ask("How many tons?", ["ships.csv"]).warnings == (cut.partition(" 1 file")[0],)
