"""The sample collection: what a newcomer sees within the first minute, with the real model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import qa
from qa.answer import one_line
from qa.sample import QUESTIONS, sample_folder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Folder]:
    """The sample collection, indexed elsewhere, as the page does it."""
    with qa.open(sample_folder(), index=tmp_path_factory.mktemp("sample")) as opened:
        yield opened


def quotations(answer: qa.Answer) -> list[tuple[str, str]]:
    """Give the source and the words of each citation."""
    return [(citation.source, one_line(citation.quote)) for citation in answer.citations]


def test_sample_is_read_whole(sample: qa.Folder) -> None:
    """Eight documents in four formats, each with a title, none unread."""
    documents = sample.documents()
    assert len(documents) == 8
    assert {document.kind for document in documents} == {"text", "markdown", "html", "docx", "pdf"}
    assert [document.source for document in documents if not document.title] == []
    assert sample.unread() == ()


@pytest.mark.parametrize(
    ("question", "source", "quote"),
    [
        (
            "When was the treaty signed?",
            "treaty-in-brief.md",
            "The treaty was signed on 19 June 2024, but it could not apply before both states had ratified it.",
        ),
        (
            "Why do some doubt what the pact means?",
            "open-questions.md",
            "Some doubt what the pact means because it defines neither the aggression that sets it off nor the "
            "assistance that must follow.",
        ),
        (
            "How much did trade grow in 2023?",
            "trade-and-sanctions.html",
            "Trade between Russia and North Korea grew ninefold in 2023, according to Vladimir Putin.",
        ),
        (
            "What did the 1961 treaty require?",
            "history-of-the-alliance.docx",
            "The 1961 treaty required the Soviet Union and North Korea to give each other military and other help at "
            "once, with all the means at their disposal, if either was attacked and found itself at war.",
        ),
        (
            "Who vetoed the renewal of the panel of experts?",
            "trade-and-sanctions.html",
            "Russia vetoed the renewal of the panel on 28 March 2024, while China abstained and the other thirteen "
            "members voted in favour.",
        ),
    ],
)
def test_sample_answers_with_the_right_sentence(sample: qa.Folder, question: str, source: str, quote: str) -> None:
    """The sentence is among the quotations, cited from its file."""
    assert (source, quote) in quotations(sample.ask(question))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When was the treaty signed?", "19 June 2024"),
        ("Who vetoed the renewal of the panel of experts?", "Russia"),
        ("How much did trade grow in 2023?", "ninefold"),
    ],
)
def test_sample_marks_the_words_that_answer(sample: qa.Folder, question: str, words: str) -> None:
    """The first entry's marked words are the answer, whole and no more."""
    assert sample.ask(question).entries[0].answer == words


def test_sample_shows_a_disagreement(sample: qa.Folder) -> None:
    """Two papers answer the same question differently, and both are quoted, with their pages."""
    answer = sample.ask("Is the treaty a threat to its neighbours?")
    sources = {citation.source: citation.page for citation in answer.citations}
    assert sources == {"the-case-for-deterrence.pdf": 1, "the-case-for-alarm.pdf": 1}


def test_sample_does_not_say_who_won_the_world_cup(sample: qa.Folder) -> None:
    """An honest no."""
    answer = sample.ask("Who won the 2022 World Cup?")
    said = "The documents do not say. “World Cup” occurs nowhere in them."
    assert (answer.found, answer.text, answer.missing) == (False, said, ("World Cup",))


def test_sample_questions_to_start_with_are_answered(sample: qa.Folder) -> None:
    """Each of the three that the page offers finds something."""
    assert [sample.ask(question).found for question in QUESTIONS] == [True, True, True]


def test_sample_quotations_are_slices_of_their_documents(sample: qa.Folder) -> None:
    """For every kind of file, `text[start:end]` is the quotation and, in PDFs, its page is known."""
    for summary in sample.documents():
        document = sample.document(summary.source)
        for passage in sample.retrieve("What does it say about the treaty?", k=50, documents=[summary.source]):
            assert document.text[passage.start : passage.end] == passage.text
            assert (passage.page is not None) == (summary.kind == "pdf")
