"""The command `askfolder eval`: asks a folder the user's own questions, or drafts some."""

from __future__ import annotations

import hashlib
import platform
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import AskfolderError
from qa import confidence
from qa.command_options import asking_options, folder_argument
from qa.evaluation.compare import compare
from qa.evaluation.curves import curve
from qa.evaluation.drafts import draft_questions
from qa.evaluation.errors import EvaluationError
from qa.evaluation.questions import read_questions, with_sources, write_questions
from qa.evaluation.run import ask_all
from qa.evaluation.run_files import Run, Settings, read_run, write_run, write_text
from qa.evaluation.scores import scores
from qa.evaluation.table import comparison_lines, miss_lines, print_scores
from qa.progress_bars import progress_bars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index import DocumentSummary
    from qa.command_options import Opening
    from qa.evaluation.outcomes import Outcome
    from qa.evaluation.questions import Question
    from qa.folder import Folder

DRAFTS = (
    "They were made by rules, not by anybody who knows the answers: correct each question and its answers, put it in "
    "your own words, and take “draft” away. What is still marked as a draft is not asked."
)
NONE, INTERRUPTED = 1, 130  # exit statuses, as of the other commands

_path = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a run goes besides the terminal, and what it is compared with."""

    json: Path | None
    html: Path | None
    before: Path | None


@click.command("eval")
@folder_argument
@click.argument("questions", type=_path, required=False)
@click.option("--json", "json_path", metavar="PATH", type=_path, help="Write the run, with all that was shown, here.")
@click.option("--html", "html_path", metavar="PATH", type=_path, help="Write a page with plots and every miss here.")
@click.option("--compare", "before", metavar="RUN.json", type=_path, help="Show what changed since this run.")
@click.option("--make", is_flag=True, help="Draft questions from the documents of FOLDER, for you to correct.")
@click.option("-o", "drafts_path", metavar="PATH", type=_path, help="With --make: write them here (.jsonl or .csv).")
@click.option("-n", "most", type=click.IntRange(min=1), default=50, show_default=True, help="With --make: how many.")
@asking_options
def eval_command(
    folder: Path,
    questions: Path | None,
    json_path: Path | None,
    html_path: Path | None,
    before: Path | None,
    make: bool,
    drafts_path: Path | None,
    most: int,
    opening: Opening,
) -> None:
    """Ask FOLDER the questions of a file, and count how many it answers rightly.

    QUESTIONS is a .jsonl or .csv file with the column question and, where you know them, answers, documents and
    answerable (true or false).

    Exit status 0: asked, whatever came of it. 1: no question could be drafted. 2: an error. 130: stopped with Ctrl-C;
    what was asked until then is counted and written.
    """
    if make:
        if questions or json_path or html_path or before:
            raise click.UsageError("--make takes FOLDER, -o and -n, and no file of questions.")
        _make(opening, folder, drafts_path, most)
    elif questions is None:
        raise click.UsageError("Name the file of QUESTIONS, or draft one with --make.")
    elif drafts_path:
        raise click.UsageError("-o goes with --make; a run is written with --json and --html.")
    else:
        _evaluate(opening, folder, questions, Outputs(json_path, html_path, before))


def _evaluate(opening: Opening, folder: Path, questions_file: Path, outputs: Outputs) -> None:
    # All that may be wrong with the files is found before anything is asked.
    every = read_questions(questions_file)
    before = read_run(outputs.before) if outputs.before else None
    for path in (outputs.json, outputs.html):
        if path and not path.absolute().parent.is_dir():
            raise EvaluationError(f"{path} cannot be written: there is no folder {path.absolute().parent}.")
        if path and path.resolve() == questions_file.resolve():
            raise EvaluationError(f"{path} is the file of questions; write the run elsewhere.")
        _check_outside(path, folder)
    asked = tuple(question for question in every if not question.draft)
    if not asked:
        raise EvaluationError(
            f"All {len(every):,} questions of {questions_file} are marked as drafts. Correct them, and take “draft” "
            "away from those that are right."
        )
    drafts = len(every) - len(asked)
    outcomes: list[Outcome] = []
    stopped: BaseException | None = None
    with opening.open(folder) as opened:
        with progress_bars() as report_progress:
            opened.sync_unless_busy(report_progress)
        known = with_sources(asked, _without_answers(opened, questions_file))
        _tell_gone(len(asked) - len(known), questions_file, none_left=not known)
        asked = known
        for warning in (*opened.warnings, opened.missing()):
            if warning:
                print(f"Warning: {warning}", file=sys.stderr)
        settings = _settings(opened, folder, questions_file, asked, drafts)
        try:
            with _bar(len(asked)) as advance:
                for outcome in ask_all(opened, asked):
                    outcomes.append(outcome)
                    advance()
        except (KeyboardInterrupt, AskfolderError) as error:
            stopped = error
    if outcomes:
        _show(Run(settings, tuple(outcomes)), before, outputs)
    if isinstance(stopped, KeyboardInterrupt):
        print(f"Stopped after {len(outcomes):,} of {len(asked):,} questions.", file=sys.stderr)
        raise click.exceptions.Exit(INTERRUPTED)
    if stopped is not None:
        raise stopped


def _tell_gone(count: int, questions_file: Path, *, none_left: bool) -> None:
    """Say how many judged questions are not asked because their documents are gone; an error where no other is left."""
    if none_left:
        raise EvaluationError(
            f"Of the {count:,} questions of {questions_file}, all were judged by documents that are no longer in this "
            "folder. Is it the right one?"
        )
    if count:
        are = "question was judged by documents" if count == 1 else "questions were judged by documents"
        print(f"Note: {count:,} {are} that are no longer in the folder, and not asked.", file=sys.stderr)


def _check_outside(path: Path | None, folder: Path) -> None:
    """Refuse to write what the next sync would read: it holds the questions, and what answers them."""
    if path and path.resolve().is_relative_to(folder.resolve()):
        raise EvaluationError(f"{path} is inside {folder}, and would become a document of it. Name a path elsewhere.")


def _without_answers(opened: Folder, questions_file: Path) -> tuple[DocumentSummary, ...]:
    """Give the documents of a folder, if the questions and their answers are none of them."""
    documents = opened.documents()
    digest = hashlib.sha256(questions_file.read_bytes()).hexdigest()
    for document in documents:
        if document.id == digest:
            raise EvaluationError(
                f"{questions_file} is itself a document of {opened.path} ({document.source}), so every answer would "
                "be found in it. Move it out of the folder, or name it in .askfolderignore."
            )
    return documents


def _settings(opened: Folder, folder: Path, questions_file: Path, asked: Sequence[Question], drafts: int) -> Settings:
    documents = opened.documents()
    reader = opened.reader
    return Settings(
        folder=str(folder),
        questions_file=str(questions_file),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("askfolder"),
        python=platform.python_version(),
        platform=platform.platform(terse=True),
        model=opened.index.model_name,
        reader=f"{reader.name} ({reader.fingerprint[:12]})" if reader else None,
        threshold=confidence.threshold(with_reader=reader is not None),
        documents=len(documents),
        paragraphs=sum(document.paragraph_count for document in documents),
        questions=len(asked),
        drafts=drafts,
    )


def _show(run: Run, before: Run | None, outputs: Outputs) -> None:
    """Print a run and write its files; first what cannot be had again."""
    measured = scores(run.outcomes)
    if outputs.json:
        write_run(outputs.json, run, measured, curve(run.outcomes))
    comparison, incomparable = None, None
    if before:
        try:
            comparison = compare(before, run)
        except EvaluationError as error:
            incomparable = error
    if outputs.html:
        from qa.evaluation.report import report

        write_text(outputs.html, report(run, measured, comparison))
    print_scores(measured, sys.stdout)
    for line in miss_lines(run.outcomes, str(outputs.html) if outputs.html else None):
        print(line)
    if comparison:
        print()
        for line in comparison_lines(comparison):
            print(line)
    if run.settings.drafts:
        are = (
            "question is marked as a draft and was"
            if run.settings.drafts == 1
            else "questions are marked as drafts and were"
        )
        print(f"Note: {run.settings.drafts:,} {are} not asked.", file=sys.stderr)
    if incomparable:
        raise incomparable


def _make(opening: Opening, folder: Path, path: Path | None, most: int) -> None:
    if path and path.suffix.lower() not in (".jsonl", ".csv"):
        raise EvaluationError(f"{path} is neither .jsonl nor .csv; questions are written as these two.")
    if path and path.exists():
        raise EvaluationError(f"{path} is there already, and may have been corrected. Name another file.")
    _check_outside(path, folder)
    with opening.open(folder) as opened:
        with progress_bars() as report_progress:
            opened.sync_unless_busy(report_progress)
        drafts = draft_questions(opened, most)
    written = write_questions(drafts.questions, as_csv=path is not None and path.suffix.lower() == ".csv")
    if path and drafts.questions:
        write_text(path, written)
    elif drafts.questions:
        sys.stdout.write(written)
    if drafts.other_languages:
        print(f"Passed over {drafts.other_languages:,} documents that are not in English.", file=sys.stderr)
    if not drafts.questions:
        print("No question could be drafted from these documents.", file=sys.stderr)
        raise click.exceptions.Exit(NONE)
    count = len(drafts.questions)
    print(f"{count:,} draft{'' if count == 1 else 's'}{f' in {path}' if path else ''}. {DRAFTS}", file=sys.stderr)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    """Show how many questions were asked, where there is a terminal; gives what to call after each."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("Asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
