"""Drafts of questions: the rules, how they are spread, and that they say what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa.evaluation.draft_questions import Drafted, question_of_heading, question_of_sentence, subject_of_heading
from qa.evaluation.drafts import INVENTED, draft_questions

if TYPE_CHECKING:
    from index import DocumentIndex


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("The treaty was signed in Oslo in 1931.", "When was the treaty signed in Oslo?", "1931"),
        ("The treaty was signed on 5 June 1931, in the rain.", "When was the treaty signed?", "5 June 1931"),
        ("Holm opened the bridge in May 1907.", "When was it that Holm opened the bridge?", "May 1907"),
        ("In 1952, the ferry stopped running.", "When was it that the ferry stopped running?", "1952"),
        ("The treaty has nine articles, all short.", "How many articles does the treaty have?", "nine"),
        ("Both banks\nwere quiet. ", None, None),
        ("The bridge was built by Ada Holm.", "By whom was the bridge built?", "Ada Holm"),
        ("Ada Holm was the first engineer of Tarn.", "Who or what was the first engineer of Tarn?", "Ada Holm"),
        ("It was signed in 1931.", None, None),
        ("The fleet was valued in 1907 dollars.", None, None),
        ("The number was 1,907.", None, None),
        ("The bridge is long.", None, None),
        ("", None, None),
        ("A " * 41 + "was built in 1907.", None, None),
    ],
)
def test_sentence_gives_a_question_where_a_rule_fits(sentence: str, question: str | None, answer: str | None) -> None:
    """A date, a number or a name; nothing of sentences that lean on others."""
    assert question_of_sentence(sentence) == (Drafted(question, answer) if question and answer else None)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Termination", "What is said about Termination?"),
        ("4.2 The notice period", "What is said about the notice period?"),
        ("Section 3. What it replaced", "What is said about what it replaced?"),
        ("IV. The notice period", "What is said about the notice period?"),
        ("Chapter IV The notice period", "What is said about the notice period?"),
        ("Civil liability of the tenant", "What is said about Civil liability of the tenant?"),
        ("Who pays?", "Who pays?"),
        ("Introduction", None),
        ("Appendix B", None),
        ("It sets off a race", None),
        ("2023", None),
        ("=HYPERLINK(1)?", None),
        ("a heading of far more words than anybody would ask about", None),
        ("", None),
    ],
)
def test_heading_gives_a_question_where_it_says_something(heading: str, question: str | None) -> None:
    """Without its number; not where it stands over anything, or is a sentence."""
    subject = subject_of_heading(heading)
    assert (question_of_heading(subject, None) if subject else None) == question


@pytest.fixture
def drafted(folder: Path, open_index: Callable[..., DocumentIndex]) -> DocumentIndex:
    """An index of three documents, one of them not in English."""
    (folder / "lease.md").write_text(
        "# Lease\n\n## Termination\n\nThe lease was signed in Oslo in 1931. It ended later.\n\n## Rent\n\n"
        "The rent was raised in Bergen in 1934. The house has nine rooms.\n"
    )
    (folder / "sale.md").write_text(
        "# Sale\n\n## Termination\n\nThe sale was made in Narvik in 1950.\n\nThe deed was burnt in Tromso in 1951.\n"
    )
    (folder / "pacht.md").write_text(
        "# Pacht\n\n## Kündigung\n\nDer Vertrag wurde im Jahr 1931 in Hamburg unterschrieben und später gekündigt."
        " Das Haus hat neun Zimmer, und die Miete wird jeden Monat bezahlt.\n"
    )
    index = open_index()
    index.sync()
    return index


def test_drafts_come_from_all_documents_in_turn(drafted: DocumentIndex) -> None:
    """Each document in turn, sentences and headings by turns; each with answer, document and where it is from."""
    drafts = draft_questions(drafted)
    assert drafts.other_languages == 1
    assert len({question.text for question in drafts.questions}) == len(drafts.questions)
    assert all(question.draft for question in drafts.questions)
    by_text = {question.text: question for question in drafts.questions}
    rooms = by_text["How many rooms does the house have?"]
    assert (rooms.answers, rooms.documents, rooms.answerable) == (("nine",), ("lease.md",), True)
    assert rooms.note == "From lease.md, ¶ 2: “The house has nine rooms.”"
    assert by_text["What is said about Rent?"].documents == ("lease.md",)
    # Both have a heading of this name, so that the document must be named.
    assert by_text["What does “Sale” say about Termination?"].documents == ("sale.md",)
    first_two = {question.documents for question in drafts.questions[:2]}
    assert first_two == {("lease.md",), ("sale.md",)}


def test_drafts_are_the_same_every_time_and_no_more_than_asked(drafted: DocumentIndex) -> None:
    """Nothing is left to chance."""
    assert draft_questions(drafted) == draft_questions(drafted)
    assert draft_questions(drafted, 3).questions == draft_questions(drafted).questions[:3]


def test_draft_without_an_answer_names_what_no_document_holds(folder: Path, drafted: DocumentIndex) -> None:
    """One in five, with an invented name that occurs nowhere; another one where a document holds it."""
    without = [question for question in draft_questions(drafted).questions if question.answerable is False]
    assert [question.text for question in without] == [f"When was the rent raised in {INVENTED[0]}?"]
    assert without[0].answers == without[0].documents == ()
    assert without[0].note == f"No document holds “{INVENTED[0]}”, which is invented, in place of “Bergen”."
    (folder / "pacht.md").write_text(f"# Pacht\n\nDas Dorf {INVENTED[0].upper()} liegt am Meer und ist sehr alt.\n")
    drafted.sync()
    questions = draft_questions(drafted).questions
    assert [INVENTED[1] in question.text for question in questions if question.answerable is False] == [True]


def test_drafts_of_an_empty_folder_are_none(open_index: Callable[..., DocumentIndex]) -> None:
    """Nothing is made up."""
    assert draft_questions(open_index()).questions == ()
