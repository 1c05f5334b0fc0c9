"""Judgements of answers: what is kept of them, that it is kept, and that eval asks it as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from evaluation_answers import BRIDGE, TREATY, answer, entry, passage
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer import Answer, Entry
from qa.evaluation.judgements import Judgement
from qa.evaluation.questions import Question, read_questions
from qa.feedback import Feedback, FeedbackError, Judged, address, refusal
from qa.retrieval import clean_question

AT = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)
WHEN = "2026-11-22T09:14:00+00:00"
SIGNED = "When was the treaty signed?"
CORRECT = 'Give its right answers, or "answerable": false, and take "draft" away.'
YEAR = entry(passage("treaty.txt", TREATY), "1931", 0.9)
PLACE = entry(passage("treaty.txt", TREATY), "Oslo", 0.5)
COPY = entry(passage("b.txt", BRIDGE), "1907", 0.4)
ANSWER = answer(SIGNED, (passage("treaty.txt", TREATY),), (YEAR, PLACE, COPY), 0.9)
SILENT = answer(SIGNED, (passage("treaty.txt", TREATY),), (), 0.1)


@pytest.fixture
def feedback(tmp_path: Path) -> Feedback:
    """Judgements in a file that is not there yet, nor its folder."""
    return Feedback(tmp_path / "index" / "feedback.jsonl")


def lines(feedback: Feedback) -> list[dict[str, object]]:
    """Give the lines of the file."""
    return [json.loads(line) for line in feedback.path.read_text("utf-8").splitlines()]


def asked(feedback: Feedback) -> tuple[Question, ...]:
    """Give what eval would ask, without the notes."""
    return tuple(replace(question, note="") for question in read_questions(feedback.path))


def test_right_entry_gives_its_words_and_documents(feedback: Feedback) -> None:
    """The words marked are an accepted answer, and every file that holds the quotation word for word has it."""
    treaty = passage("treaty.txt", TREATY)
    copy, other = passage("copies/treaty.txt", TREATY), passage("other.txt", "Signed in 1931.")
    cited = tuple(entry(one, "1931", 0.9).citations[0] for one in (treaty, other, copy))
    found = Entry(cited, 0.9)
    feedback.judge(replace(ANSWER, entries=(found,)), "right", entry=found, at=AT)
    assert lines(feedback) == [
        {
            "question": SIGNED,
            "answers": ["1931"],
            "documents": ["treaty.txt", "copies/treaty.txt"],
            "answerable": True,
            "note": f"Judged right at 2026-11-22 09:14 UTC: “1931” in “{TREATY}” (treaty.txt, ¶ 1).",
            "judgement": {"verdict": "right", "of": f"{'0' * 64}:0:60:33:37", "at": WHEN},
        }
    ]
    assert asked(feedback) == (
        Question(SIGNED, ("1931",), ("treaty.txt", "copies/treaty.txt"), True, line=1, judged=True),
    )


def test_right_entry_without_marked_words_gives_the_quotation(feedback: Feedback) -> None:
    """So does one whose marked words do not count when answers are compared; where none count, only the document."""
    for number, (text, words, answers) in enumerate(
        ((TREATY, None, [TREATY]), ("It is\n(the) pier.", "(the)", ["It is (the) pier."]), ("…", "…", None))
    ):
        one = entry(passage("a.txt", text), words, 0.9)
        feedback.judge(answer(f"What {number}?", (), (one,), 0.9), "right", entry=one, at=AT)
        assert lines(feedback)[-1].get("answers") == answers
        assert lines(feedback)[-1]["documents"] == ["a.txt"]
    assert [question.answers for question in read_questions(feedback.path)] == [(TREATY,), ("It is (the) pier.",), ()]


def test_wrong_entry_is_a_draft_that_says_what_was_shown(feedback: Feedback) -> None:
    """Nothing is known of the right answer, so the question is not asked until somebody has given one."""
    feedback.judge(ANSWER, "wrong", entry=PLACE, at=AT)
    note = f"Judged wrong at 2026-11-22 09:14 UTC: “Oslo” in “{TREATY}” (treaty.txt, ¶ 1). {CORRECT}"
    assert lines(feedback) == [
        {
            "question": SIGNED,
            "note": note,
            "draft": True,
            "judgement": {"verdict": "wrong", "of": f"{'0' * 64}:0:60:25:29", "at": WHEN},
        }
    ]
    assert asked(feedback) == (Question(SIGNED, line=1, draft=True, judged=True),)


def test_note_of_a_long_quotation_is_short(feedback: Feedback) -> None:
    """300 characters of it, then an ellipsis."""
    one = entry(passage("a.txt", "word " * 200), None, 0.9)
    feedback.judge(answer(SIGNED, (), (one,), 0.9), "wrong", entry=one, at=AT)
    shown = ("word " * 200)[:299] + "…"
    assert lines(feedback)[0]["note"] == f"Judged wrong at 2026-11-22 09:14 UTC: “{shown}” (a.txt, ¶ 1). {CORRECT}"


@pytest.mark.parametrize(
    ("verdict", "documents", "known"),
    [
        ("right", (), Question(SIGNED, answerable=False, line=1, judged=True)),
        ("wrong", (), Question(SIGNED, answerable=True, line=1, judged=True)),
        ("right", ("a.txt",), Question(SIGNED, line=1, draft=True, judged=True)),
        ("wrong", ("a.txt",), Question(SIGNED, (), ("a.txt",), True, line=1, judged=True)),
        ("wrong", ("b.txt", "a.txt"), Question(SIGNED, answerable=True, line=1, judged=True)),
    ],
)
def test_refusal_says_whether_the_documents_answer(
    feedback: Feedback, verdict: str, documents: tuple[str, ...], known: Question
) -> None:
    """Where only some documents were asked, no more is claimed than is known of all."""
    feedback.judge(SILENT, verdict, documents=documents, at=AT)  # type: ignore[arg-type]
    assert asked(feedback) == (known,)
    of = f", asked of {', '.join(documents)} alone" if documents else ""
    (row,) = lines(feedback)
    assert str(row["note"]).startswith(f"Judged {verdict} at 2026-11-22 09:14 UTC: “The documents do not say.”{of}.")


def test_later_judgement_of_the_same_takes_the_place_of_the_earlier(feedback: Feedback) -> None:
    """In what the page shows and in what eval asks; another answer to the question is judged by itself."""
    feedback.judge(ANSWER, "wrong", entry=YEAR, at=AT)
    feedback.judge(ANSWER, "wrong", entry=PLACE, at=AT)
    feedback.judge(ANSWER, "right", entry=YEAR, at=AT + timedelta(hours=1))
    later = "2026-11-22T10:14:00+00:00"
    assert feedback.judgements() == (
        Judged(SIGNED, Judgement("wrong", address(PLACE.citations[0]), WHEN)),
        Judged(SIGNED, Judgement("right", address(YEAR.citations[0]), later)),
    )
    assert [feedback.verdict(ANSWER, entry=one) for one in ANSWER.entries] == ["right", "wrong", None]
    assert asked(feedback) == (Question(SIGNED, ("1931",), ("treaty.txt",), True, line=3, judged=True),)
    feedback.judge(ANSWER, "wrong", entry=YEAR, at=AT)
    assert asked(feedback) == (Question(SIGNED, line=4, draft=True, judged=True),)


def test_withdrawn_judgement_counts_no_more(feedback: Feedback) -> None:
    """The page shows none, and a question of which nothing is left is not asked."""
    feedback.judge(SILENT, "wrong", at=AT)
    feedback.judge(SILENT, "withdrawn", at=AT)
    assert feedback.verdict(SILENT) is None
    assert feedback.judgements() == ()
    other = answer("Who built the bridge?", (), (COPY,), 0.4)
    feedback.judge(other, "right", entry=COPY, at=AT)
    assert [question.text for question in read_questions(feedback.path)] == ["Who built the bridge?"]


def test_refusals_of_different_documents_are_different(feedback: Feedback) -> None:
    """What all documents do not say, and what two of them do not, in whichever order they were chosen."""
    feedback.judge(SILENT, "right", at=AT)
    feedback.judge(SILENT, "wrong", documents=("b.txt", "a.txt"), at=AT)
    assert feedback.verdict(SILENT) == "right"
    assert feedback.verdict(SILENT, documents=("a.txt", "b.txt")) == "wrong"
    assert feedback.verdict(SILENT, documents=("a.txt",)) is None
    assert refusal(("b", "a", "b")) == 'no answer in ["a", "b"]'


def test_several_right_answers_are_all_accepted(feedback: Feedback) -> None:
    """One question with the answers and documents of both; what was wrong stays in the note."""
    for one, verdict in ((YEAR, "right"), (COPY, "right"), (PLACE, "wrong")):
        feedback.judge(ANSWER, verdict, entry=one, at=AT)  # type: ignore[arg-type]
    assert asked(feedback) == (Question(SIGNED, ("1931", "1907"), ("treaty.txt", "b.txt"), True, line=2, judged=True),)
    (question,) = read_questions(feedback.path)
    assert [line.split(":")[0] for line in question.note.split("\n")] == [
        "Judged right at 2026-11-22 09", "Judged right at 2026-11-22 09", "Judged wrong at 2026-11-22 09",
    ]  # fmt: skip


def test_last_word_counts_on_whether_there_is_an_answer(feedback: Feedback) -> None:
    """Documents come and go: a refusal found right after an answer was, and the other way round."""
    feedback.judge(ANSWER, "right", entry=YEAR, at=AT)
    feedback.judge(SILENT, "right", at=AT)
    assert asked(feedback) == (Question(SIGNED, answerable=False, line=2, judged=True),)
    feedback.judge(ANSWER, "right", entry=COPY, at=AT)
    assert asked(feedback) == (Question(SIGNED, ("1931", "1907"), ("treaty.txt", "b.txt"), True, 3, judged=True),)


def test_line_corrected_by_hand_counts_as_corrected(feedback: Feedback) -> None:
    """With or without its judgement; later judgements of the question do not undo it, nor does the file lose it."""
    feedback.judge(ANSWER, "wrong", entry=PLACE, at=AT)
    (row,) = lines(feedback)
    del row["draft"]
    row["answers"] = ["5 June 1931"]
    for kept in (row, {name: value for name, value in row.items() if name != "judgement"}):
        feedback.path.write_text(json.dumps(kept), "utf-8")  # without a line feed at its end
        feedback.judge(ANSWER, "wrong", entry=COPY, at=AT)
        assert lines(feedback)[0] == kept
        assert asked(feedback) == (Question(SIGNED, ("5 June 1931",), (), True, line=1, judged=True),)


def test_entry_must_be_of_the_answer(feedback: Feedback) -> None:
    """An entry of another answer, and none where there are some, are an error; nothing is written."""
    with pytest.raises(ValueError, match="Name the entry of the answer that is judged"):
        feedback.judge(ANSWER, "right")
    with pytest.raises(ValueError, match="Name the entry of the answer that is judged"):
        feedback.judge(SILENT, "right", entry=YEAR)
    assert not feedback.path.exists()


def test_moment_is_kept_in_utc(feedback: Feedback) -> None:
    """Whatever the time zone of the user."""
    feedback.judge(SILENT, "right", at=datetime(2026, 11, 22, 10, 14, tzinfo=timezone(timedelta(hours=1))))
    assert feedback.judgements() == (Judged(SIGNED, Judgement("right", "no answer", WHEN)),)


def test_no_file_is_no_judgement(feedback: Feedback) -> None:
    """Reading makes no file."""
    assert feedback.judgements() == ()
    assert not feedback.path.parent.exists()


def test_file_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    """It is named, with the reason."""
    (tmp_path / "index").mkdir()
    with pytest.raises(FeedbackError, match=r"index cannot be read: Is a directory"):
        Feedback(tmp_path / "index").judgements()
    (tmp_path / "file").write_text("")
    with pytest.raises(FeedbackError, match=r"feedback\.jsonl cannot be written: (File exists|Not a directory)"):
        Feedback(tmp_path / "file" / "feedback.jsonl").judge(SILENT, "right")


def test_lines_that_are_no_judgements_are_passed_over(feedback: Feedback) -> None:
    """The page goes on with what it can read; eval says what is wrong with the rest."""
    feedback.judge(SILENT, "right", at=AT)
    good = feedback.path.read_text("utf-8")
    bad = ("{", "3", "", '{"question": "a?"}', '{"question": 3, "judgement": {}}', "[" * 100_000)
    feedback.path.write_text("\ufeff" + good + "\n".join(bad) + '\n{"question": "b?", "judgement": {"verdict": 1}}')
    assert [judged.question for judged in feedback.judgements()] == [SIGNED]


def test_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    """What it names is written."""
    (tmp_path / "real.jsonl").write_text("")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    Feedback(tmp_path / "link.jsonl").judge(SILENT, "right", at=AT)
    assert (tmp_path / "link.jsonl").is_symlink()
    assert [judged.question for judged in Feedback(tmp_path / "real.jsonl").judgements()] == [SIGNED]


def test_judgements_from_threads_and_processes_are_all_kept(tmp_path: Path) -> None:
    """Three processes with four threads each add ten judgements a thread: 120 whole lines are there."""
    code = (
        "import sys\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from pathlib import Path\n"
        "from qa.answer import Answer\n"
        "from qa.feedback import Feedback\n"
        "def add(thread):\n"
        "    feedback = Feedback(Path(sys.argv[1]))\n"
        "    for number in range(10):\n"
        "        question = f'{sys.argv[2]} {thread} {number}?'\n"
        "        feedback.judge(Answer(question, False, 'The documents do not say.', (), (), 0.1), 'right')\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    list(pool.map(add, range(4)))\n"
    )
    path = tmp_path / "feedback.jsonl"

    def run(name: str) -> int:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run([sys.executable, "-c", code, path, name], check=False, env=environment).returncode

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, "abc")) == [0, 0, 0]
    expected = {f"{name} {thread} {number}?" for name in "abc" for thread in range(4) for number in range(10)}
    assert {question.text for question in read_questions(path)} == expected
    assert len(path.read_text("utf-8").splitlines()) == 120


texts = st.text(st.sampled_from(' \n\r\t\u2028\x00\x1b\u202e\ud800"\\{}the|1931é是') | st.characters(), min_size=1)


def askable(text: str) -> bool:
    """Say whether a question could be asked at all."""
    try:
        return bool(clean_question(text))
    except ValueError:
        return False


@settings(deadline=None)
@given(question=texts.filter(askable), quote=texts.filter(str.strip), source=texts.filter(str.strip), data=st.data())
def test_any_judgement_leaves_a_file_that_eval_reads(
    question: str, quote: str, source: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever stands in question, quotation and name; and the page finds its judgements again."""
    feedback = Feedback(tmp_path_factory.mktemp("feedback") / "f.jsonl")
    start = data.draw(st.integers(0, len(quote) - 1))
    one = passage(source, quote)
    made = Entry((one.cite(0, len(quote), (start, data.draw(st.integers(start + 1, len(quote))))),), 0.5)
    found = Answer(question, True, "", (made,), (one,), 0.5)
    silent = Answer(question, False, "The documents do not say.", (), (one,), 0.1)
    feedback.judge(found, data.draw(st.sampled_from(["right", "wrong"])), entry=made, at=AT)
    feedback.judge(silent, "wrong", documents=(source,), at=AT)
    assert [judged.judgement.of for judged in feedback.judgements()] == [address(made.citations[0]), refusal((source,))]
    assert feedback.verdict(silent, documents=(source,)) == "wrong"
    (read,) = read_questions(feedback.path)
    assert (read.documents, read.draft, read.answerable) == ((source,), False, True)
    assert feedback.path.read_bytes().count(b"\n") == 2
