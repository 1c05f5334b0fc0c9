"""Files of questions: what they may say, and how an error in one is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import DocumentSummary, ReadingReport
from qa.evaluation.errors import EvaluationError
from qa.evaluation.questions import Question, read_questions, with_sources, write_questions


def summary(source: str, copies: tuple[str, ...] = ()) -> DocumentSummary:
    """Give a document of a folder."""
    return DocumentSummary(source[0] * 64, source, copies, "text", None, None, None, None, None, 1, ReadingReport())


def written(path: Path, text: str, name: str = "questions.jsonl") -> Path:
    """Write a file of questions."""
    (path / name).write_bytes(text.encode())
    return path / name


def test_jsonl_gives_questions_with_all_that_is_known(tmp_path: Path) -> None:
    """Each column is read; a question with answers or documents is answerable; one with neither may be anything."""
    rows = [
        {"question": "When?", "answers": ["1931", "in 1931"], "documents": ["a.txt"], "note": "see p. 3"},
        {"question": "Who?", "documents": ["b/c.pdf"]},
        {"question": "Why?", "answerable": False},
        {"question": "Where?"},
        {"question": "How?", "answers": [], "documents": None, "draft": True},
    ]
    path = written(tmp_path, "\n\n".join(json.dumps(row) for row in rows))
    assert read_questions(path) == (
        Question("When?", ("1931", "in 1931"), ("a.txt",), True, 1, "see p. 3"),
        Question("Who?", (), ("b/c.pdf",), True, 3),
        Question("Why?", (), (), False, 5),
        Question("Where?", (), (), None, 7),
        Question("How?", (), (), None, 9, "", True),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_gives_the_same_with_any_separator(tmp_path: Path, separator: str) -> None:
    """Lists stand in a cell with " | " between, or as JSON; truth in any case; a byte order mark is no letter."""
    rows = (
        ("question", "answers", "documents", "answerable"),
        ("When?", "1931 | in 1931", "a.txt", ""),
        ('"Who,; \n then?"', '"[""Ada | Eve""]"', "", "TRUE"),
        ("Why?", "", "", "False"),
        ("", "", "", ""),
        ("Where?", "", "", ""),
    )
    text = "\ufeff" + "\r\n".join(separator.join(row) for row in rows)
    assert read_questions(written(tmp_path, text, "Q.CSV")) == (
        Question("When?", ("1931", "in 1931"), ("a.txt",), True, 2),
        Question("Who,; \n then?", ("Ada | Eve",), (), True, 3),
        Question("Why?", (), (), False, 5),
        Question("Where?", (), (), None, 7),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", r"Line 2: this is not JSON .*“{”"),
        ("[" * 100_000, r"Line 2: this is not JSON"),
        ("3", r"Line 2: this is not a JSON object: “3”"),
        ('{"answers": ["a"]}', r'Line 2: there is no "question", only “answers”'),
        ('{"question": "b?", "anwsers": []}', r"“anwsers” is no column that is known: question, answers, documents, "),
        ('{"question": 3}', r'"question" must be a text, not “3”'),
        ('{"question": " "}', r"Line 2: The question is empty"),
        ('{"question": "a?"}', r"Line 2: this question stands in line 1 already: “a\?”"),
        ('{"question": "b?", "answers": "1931"}', r'"answers" must be a list of texts, such as \["1931"\], not “1931”'),
        ('{"question": "b?", "documents": [""]}', r'"documents" must be a list of texts'),
        ('{"question": "b?", "answers": ["the"]}', r"the answer “the” is nothing but punctuation or articles"),
        ('{"question": "b?", "answerable": "no"}', r'"answerable" must be true or false, not “no”'),
        (
            '{"question": "b?", "answers": ["1"], "answerable": false}',
            r"“1” is given to a question that is said to have",
        ),
        ('{"question": "b?", "note": 1}', r'"note" must be a text'),
        ('{"question": "b?", "judgement": "right"}', r'Line 2: "judgement" must say "verdict" \(right, wrong, withdr'),
        ('{"question": "b?", "judgement": {"verdict": "no", "of": "x", "at": ""}}', r'must say "verdict" \(right, wr'),
    ],
)
def test_jsonl_error_names_the_line_and_the_value(tmp_path: Path, row: str, said: str) -> None:
    """No question of a file with a line at fault is given, and the error says what to look at."""
    with pytest.raises(EvaluationError, match=said):
        read_questions(written(tmp_path, f'{{"question": "a?"}}\n{row}\n'))


def judged(of: str, verdict: str = "right", **columns: object) -> dict[str, object]:
    """Give a line that comes from a judgement."""
    return {"question": "When?", **columns, "judgement": {"verdict": verdict, "of": of, "at": "2026-11-22T09:14:00Z"}}


def test_judgements_of_a_question_are_one_question(tmp_path: Path) -> None:
    """Answers, documents and notes of all that agree; the last line on each answer counts, and one without a judgement.

    Other questions stay as they are, each in the place of its first line.
    """
    rows = [
        judged("a", answers=["1931"], documents=["a.txt"], note="one"),
        {"question": "Who?"},
        judged("b", "wrong", draft=True, note="two"),
        judged("c", answerable=False),
        {"question": "When?", "answers": ["in 1931"], "documents": ["b.txt", "a.txt"]},
        judged("d", answers=["1907"]),
        judged("d", "withdrawn"),
        {"question": "Why?", "judgement": None},
    ]
    path = written(tmp_path, "\n".join(json.dumps(row) for row in rows))
    assert read_questions(path) == (
        Question("When?", ("1931", "in 1931"), ("a.txt", "b.txt"), True, 5, "one\ntwo", judged=True),
        Question("Who?", line=2),
        Question("Why?", line=8),
    )


def test_question_without_judgement_stands_once_beside_judgements(tmp_path: Path) -> None:
    """Judgements do not hide that a question was written twice."""
    rows = [{"question": "When?"}, judged("a"), {"question": "When?", "answerable": False}]
    with pytest.raises(EvaluationError, match=r"Line 3: this question stands in line 1 already: “When\?”"):
        read_questions(written(tmp_path, "\n".join(json.dumps(row) for row in rows)))


def test_withdrawn_judgements_leave_no_question(tmp_path: Path) -> None:
    """A file of nothing else holds none."""
    rows = [judged("a", answerable=False), judged("a", "withdrawn")]
    with pytest.raises(EvaluationError, match=r"questions\.jsonl holds no question\.$"):
        read_questions(written(tmp_path, "\n".join(json.dumps(row) for row in rows)))


def test_judged_question_is_not_asked_of_documents_that_are_gone() -> None:
    """Documents leave a folder: a judgement names those that are left, and is left out where none is."""
    both, gone = (Question("When?", documents=names, judged=True) for names in (("a.txt", "old.txt"), ("old.txt",)))
    silent = Question("Who?", answerable=False, judged=True)
    assert with_sources([both, gone, silent], [summary("a.txt")]) == (
        Question("When?", documents=("a.txt",), judged=True),
        silent,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question,judgement\na?,right\n", r"Line 1: “judgement” is no column that is known: question, answers, docu"),
        ("question,answer\na?,1\n", r"Line 1: “answer” is no column that is known: question, answers, documents, answ"),
        ("answers\n1\n", r'Line 1: there is no "question", only “answers”'),
        ("question,question\na?,b?\n", r'Line 1: the column "question" comes twice'),
        ("question,answers\na?,1,2\n", r"Line 2: 3 cells, but 2 columns"),
        ("question,answerable\na?,maybe\n", r'Line 2: "answerable" must be true or false, not “maybe”'),
        ('question,answers\na?,"[""1"\n', r'Line 2: "answers" must be a list of texts'),
        ('question\n"a?\n', r"Line 2: this is no row of a table"),
        ("question\n", r"holds no question"),
        ("", r"holds no question"),
    ],
)
def test_csv_error_names_the_line_and_the_value(tmp_path: Path, text: str, said: str) -> None:
    """The same for tables."""
    with pytest.raises(EvaluationError, match=said):
        read_questions(written(tmp_path, text, "questions.csv"))


def test_csv_is_read_as_spreadsheets_leave_it(tmp_path: Path) -> None:
    """Blank rows before the heads, blank cells behind the last one, and a name that begins with a bracket."""
    path = tmp_path / "q.csv"
    path.write_text("\n\nquestion,answers,documents,,\nWhen?,1931 | June 1931,[draft] lease.pdf,,\n", encoding="utf-8")
    (question,) = read_questions(path)
    assert (question.answers, question.documents, question.line) == (("1931", "June 1931"), ("[draft] lease.pdf",), 4)


def test_drafts_hold_nothing_that_a_terminal_obeys() -> None:
    """Control characters and those that turn text around are written as JSON escapes, and come back."""
    text = "What is\x9b2J \u202eit?"
    written = write_questions([Question(text)], as_csv=False)
    assert written.isascii()
    assert json.loads(written)["question"] == text


def test_every_error_is_counted(tmp_path: Path) -> None:
    """The first five lines at fault are named, the others counted."""
    with pytest.raises(EvaluationError, match=r"Line 1: .* Line 5: .* And 2 more\.$"):
        read_questions(written(tmp_path, "{\n" * 7))


def test_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """Another kind of file, one that is not there, and one in another encoding."""
    with pytest.raises(EvaluationError, match=r"questions\.xlsx is neither \.jsonl nor \.csv"):
        read_questions(written(tmp_path, "", "questions.xlsx"))
    with pytest.raises(EvaluationError, match=r"none\.csv cannot be read: No such file"):
        read_questions(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("question\nWo wächst er?".encode("latin-1"))
    with pytest.raises(EvaluationError, match=r"latin\.csv is not UTF-8 \(byte 13\)\. Save it as UTF-8"):
        read_questions(tmp_path / "latin.csv")


def test_documents_are_named_as_answers_name_them() -> None:
    """A copy, or a document's id, becomes the source that citations carry; each once."""
    documents = (summary("a.txt", ("copy/a.txt",)), summary("b.txt"))
    question = Question("When?", documents=("copy/a.txt", "a.txt", "b" * 64))
    assert with_sources([question], documents) == (Question("When?", documents=("a.txt", "b.txt")),)


def test_unknown_document_is_an_error_with_the_nearest_name() -> None:
    """A typing error is found before anything is asked."""
    question = Question("When?", documents=("papers/treatty.pdf",), line=7)
    with pytest.raises(
        EvaluationError, match=r"Line 7: “papers/treatty\.pdf” is not a .* Is it “papers/treaty\.pdf”\?"
    ):
        with_sources([question], [summary("papers/treaty.pdf")])


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip)
sources = st.lists(words.filter(bool), max_size=3).map(tuple)


@given(text=words.filter(lambda t: bool(" ".join(t.split()))), documents=sources, note=words, draft=st.booleans())
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_questions_come_back_from_both_kinds_of_file(
    suffix: str, text: str, documents: tuple[str, ...], note: str, draft: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is written is read again, whatever stands in it."""
    question = Question(text, ("12 Main",), documents, True, 1 if suffix == "jsonl" else 2, note, draft)
    path = tmp_path_factory.mktemp("questions") / f"q.{suffix}"
    path.write_bytes(write_questions([question], as_csv=suffix == "csv").encode())
    assert read_questions(path) == (question,)
