"""The command `askfolder eval`: what it prints and writes, and with which exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from evaluation_answers import answer, entry, passage
from hashed_embedder import HashedEmbedder

from index import document_index
from qa import confidence, eval_command
from qa import folder as folder_module
from qa.evaluation.questions import read_questions
from qa.feedback import Feedback

QUESTIONS = (
    '{"question": "Where was the treaty signed?", "answers": ["Oslo"], "documents": ["treaty.txt"]}\n'
    '{"question": "Who won the World Cup?", "answerable": false}\n'
    '{"question": "Who built the bridge?", "answers": ["Ada Holm"], "draft": true}\n'
)


@pytest.fixture
def papers(folder: Path) -> Path:
    """A folder of two documents."""
    (folder / "treaty.txt").write_text("The treaty was signed in Oslo in 1931. It has nine articles.\n")
    (folder / "bridge.txt").write_text("The bridge was built by Ada Holm in 1907.\n")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A file of three questions, one of them a draft."""
    path = tmp_path / "questions.jsonl"
    path.write_text(QUESTIONS)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command without a reader, and with words hashed in place of the model, which are less near than its."""
    embedder = HashedEmbedder()
    monkeypatch.setattr(confidence, "threshold", lambda **_: 0.05)
    monkeypatch.setattr(document_index, "load_embedder", lambda _: embedder)
    return lambda *arguments: CliRunner().invoke(eval_command.eval_command, ["--fast", *map(str, arguments)])


def test_eval_prints_scores_and_writes_run_and_page(
    run: Callable[..., Result], papers: Path, questions: Path, tmp_path: Path
) -> None:
    """The table, the files, and that a draft was not asked; a run compared with itself has changed in nothing."""
    json_path, html_path = tmp_path / "run.json", tmp_path / "page.html"
    result = run(papers, questions, "--json", json_path, "--html", html_path)
    assert (result.exit_code, result.stderr) == (0, "Note: 1 question is marked as a draft and was not asked.\n")
    assert "Success@1 ↑" in result.stdout
    assert "Not measured: EM, F1: no words were marked: the run was made with --fast." in result.stdout
    record = json.loads(json_path.read_text("utf-8"))
    assert record["complete"] is True
    assert [one["question"]["text"] for one in record["outcomes"]] == [
        "Where was the treaty signed?",
        "Who won the World Cup?",
    ]
    assert record["settings"]["reader"] is None
    assert record["settings"]["documents"] == 2
    assert html_path.read_text("utf-8").startswith("<!doctype html>")
    again = run(papers, questions, "--compare", json_path, "--json", json_path)
    assert again.exit_code == 0
    assert "Compared on the 2 questions that both runs asked." in again.stdout
    assert "Newly" not in again.stdout


def test_eval_stopped_keeps_what_was_finished(
    run: Callable[..., Result], papers: Path, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C during the second question: the first is counted and written, and the status says so."""
    ask = folder_module.Folder.ask

    def stop_at_the_cup(*arguments: object, **options: object) -> object:
        if arguments[1] == "Who won the World Cup?":
            raise KeyboardInterrupt
        return ask(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(folder_module.Folder, "ask", stop_at_the_cup)
    result = run(papers, questions, "--json", tmp_path / "run.json", "--html", tmp_path / "page.html")
    assert result.exit_code == 130
    assert "Stopped after 1 of 2 questions." in result.stderr
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert (record["complete"], len(record["outcomes"])) == (False, 1)
    assert "Stopped after 1 of 2 questions." in (tmp_path / "page.html").read_text("utf-8")


def test_eval_finds_errors_before_anything_is_asked(
    run: Callable[..., Result], papers: Path, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that is not there, a run that is none, a place that cannot be written, the questions' own file."""
    monkeypatch.setattr(eval_command, "ask_all", lambda *_: pytest.fail("asked"))
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("question,documents\nWhen?,treatty.txt\n")
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text('{"question": "When?", "draft": true}')
    for arguments, said in (
        ((papers, unknown), "Line 2: “treatty.txt” is not a document of this folder. Is it “treaty.txt”?"),
        ((papers, drafts), "All 1 questions of"),
        ((papers, questions, "--compare", questions), "is not JSON"),
        ((papers, questions, "--json", tmp_path / "none" / "run.json"), "cannot be written: there is no folder"),
        ((papers, questions, "--html", questions), "is the file of questions; write the run elsewhere"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1  # of click's runner for an error that `main` prints, with status 2
        assert said in str(result.exception)


def test_eval_finds_no_answers_in_its_own_questions(
    run: Callable[..., Result], papers: Path, questions: Path, tmp_path: Path
) -> None:
    """Questions that lie in the folder as a table, or a page written there, would answer themselves."""
    inside = papers / "questions.csv"
    inside.write_text("question,answers\nWhen was the treaty signed?,1931\n")
    assert "is itself a document of" in str(run(papers, inside).exception)
    inside.unlink()
    for arguments in ((papers, questions, "--html", papers / "r.html"), ("--make", papers, "-o", papers / "d.csv")):
        assert "and would become a document of it" in str(run(*arguments).exception)
    assert not (papers / "r.html").exists()
    assert not (papers / "d.csv").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Name the file of QUESTIONS, or draft one with --make."),
        (("questions.jsonl", "-o", "drafts.jsonl"), "-o goes with --make"),
        (("--make", "questions.jsonl"), "--make takes FOLDER, -o and -n"),
        (("--make", "--json", "run.json"), "--make takes FOLDER, -o and -n"),
    ],
)
def test_eval_options_that_do_not_go_together_are_an_error(
    run: Callable[..., Result], papers: Path, options: tuple[str, ...], said: str
) -> None:
    """What to do instead is said."""
    result = run(papers, *options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", ["drafts.jsonl", "drafts.csv"])
def test_make_writes_drafts_that_eval_does_not_ask(
    run: Callable[..., Result], papers: Path, tmp_path: Path, name: str
) -> None:
    """The drafts are marked, the command says what to do with them, and a file is not written over."""
    path = tmp_path / name
    result = run("--make", papers, "-o", path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(
        f"2 drafts in {path}. They were made by rules, not by anybody who knows the answers"
    )
    drafts = read_questions(path)
    assert {question.text for question in drafts} == {
        "When was the treaty signed in Oslo?",
        "By whom was the bridge built?",
    }
    assert all(question.draft for question in drafts)
    assert "are marked as drafts" in str(run(papers, path).exception)
    assert "is there already, and may have been corrected" in str(run("--make", papers, "-o", path).exception)


def test_make_prints_drafts_where_no_file_is_named(run: Callable[..., Result], papers: Path) -> None:
    """JSON objects on standard output, the rest on standard error; -n bounds them."""
    result = run("--make", papers, "-n", "1")
    assert json.loads(result.stdout)["draft"] is True
    assert result.stderr.startswith("1 draft. They were made by rules")


def test_eval_asks_what_was_judged(run: Callable[..., Result], papers: Path, tmp_path: Path) -> None:
    """Judgements of a folder's answers are a file of questions as they are; those on documents now gone are told."""
    feedback = Feedback(tmp_path / "feedback.jsonl")
    for source, text, question in (
        ("treaty.txt", "The treaty was signed in Oslo in 1931.", "Where was the treaty signed?"),
        ("ferry.txt", "The ferry stopped in 1952.", "When did the ferry stop?"),
    ):
        quoted = entry(passage(source, text), None, 0.9)
        feedback.judge(answer(question, (), (quoted,), 0.9), "right", entry=quoted)
    feedback.judge(answer("Who won the World Cup?", (), (), 0.1), "right")
    wrong = entry(passage("bridge.txt", "The bridge was built by Ada Holm in 1907."), "1907", 0.9)
    feedback.judge(answer("Who built the bridge?", (), (wrong,), 0.9), "wrong", entry=wrong)
    result = run(papers, feedback.path, "--json", tmp_path / "run.json")
    assert result.exit_code == 0
    assert result.stderr == (
        "Note: 1 question was judged by documents that are no longer in the folder, and not asked.\n"
        "Note: 1 question is marked as a draft and was not asked.\n"
    )
    outcomes = json.loads((tmp_path / "run.json").read_text("utf-8"))["outcomes"]
    assert [(one["question"]["text"], one["question"]["judged"], one["verdict"]) for one in outcomes] == [
        ("Where was the treaty signed?", True, "right"),
        ("Who won the World Cup?", True, "rightly refused"),
    ]
    (papers / "treaty.txt").unlink()
    feedback.path.write_text(feedback.path.read_text("utf-8").splitlines()[0], "utf-8")
    assert "all were judged by documents that are no longer in this folder" in str(run(papers, feedback.path).exception)


def test_command_is_there_without_what_only_a_run_needs() -> None:
    """Plots, tests and measures are loaded when they are made: the other commands do not wait for them."""
    heavy = ("matplotlib", "scipy", "ir_measures", "jinja2", "torch", "transformers", "gradio", "faiss", "tantivy")
    code = f"import sys, qa.eval_command; print([name for name in {heavy} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == "[]"


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_examples_of_the_documentation_are_read(tmp_path: Path, suffix: str) -> None:
    """The same three questions in both kinds of file."""
    page = (Path(__file__).parents[1] / "docs" / "evaluation.md").read_text("utf-8")
    example = page.split(f"```{suffix}\n", 1)[1].split("```", 1)[0]
    (tmp_path / f"q.{suffix}").write_text(example, "utf-8")
    assert [(q.text, q.answers, q.documents, q.answerable) for q in read_questions(tmp_path / f"q.{suffix}")] == [
        ("When was the lease signed?", ("5 June 1931", "June 1931"), ("leases/harbour.pdf",), True),
        ("What does the tenant pay for repairs?", (), ("leases/harbour.pdf", "letters/1934.txt"), True),
        ("Who insures the crane?", (), (), False),
    ]


def test_make_of_nothing_has_status_1(run: Callable[..., Result], folder: Path, tmp_path: Path) -> None:
    """No file is written where there is nothing to write."""
    result = run("--make", folder, "-o", tmp_path / "drafts.csv")
    assert (result.exit_code, result.stderr) == (1, "No question could be drafted from these documents.\n")
    assert not (tmp_path / "drafts.csv").exists()
