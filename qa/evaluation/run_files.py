"""Run: all outcomes of one evaluation and how they came about; written to a file of JSON and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from index.atomic_files import replace_file
from qa.answer import one_line
from qa.evaluation.errors import EvaluationError
from qa.evaluation.outcomes import Outcome  # noqa: TC001  (`from_json` reads the types)
from qa.evaluation.records import from_json

if TYPE_CHECKING:
    from pathlib import Path

    from qa.evaluation.curves import Point
    from qa.evaluation.scores import Score

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run came about.

    Attributes:
        folder: The folder that was asked.
        questions_file: The file of questions.
        started: When, ISO 8601, in UTC.
        version: Of askfolder.
        python: Of Python.
        platform: Of the machine.
        model: The embedding model.
        reader: What looks for the answer in passages; None where that was left out (`--fast`).
        threshold: The least confidence of an answer, in [0, 1].
        documents: How many the folder holds.
        paragraphs: How many they hold.
        questions: How many were to be asked.
        drafts: How many more were left out, because they are drafts.
    """

    folder: str
    questions_file: str
    started: str
    version: str
    python: str
    platform: str
    model: str
    reader: str | None
    threshold: float
    documents: int
    paragraphs: int
    questions: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of an evaluation, in the order of the questions; fewer than asked for where it was stopped."""

    settings: Settings
    outcomes: tuple[Outcome, ...]

    @property
    def complete(self) -> bool:
        """Whether every question was asked."""
        return len(self.outcomes) == self.settings.questions


def write_run(path: Path, run: Run, scores: tuple[Score, ...], curve: tuple[Point, ...]) -> None:
    """Write a run, its scores and its curve as JSON; whole or not at all.

    Raises:
        EvaluationError: The file cannot be written.
    """
    record = {
        "format": FORMAT,
        "complete": run.complete,
        "settings": asdict(run.settings),
        "scores": [asdict(score) for score in scores],
        "curve": [asdict(point) for point in curve],
        "outcomes": [_with_rank(outcome) for outcome in run.outcomes],
    }
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def read_run(path: Path) -> Run:
    """Read a run that `write_run` wrote.

    Raises:
        EvaluationError: The file cannot be read, or is none of those.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} is not JSON: {one_line(str(error))}") from error
    if not isinstance(record, dict) or "format" not in record:
        raise EvaluationError(f"{path} is not a run that `askfolder eval --json` wrote.")
    if record["format"] != FORMAT:
        raise EvaluationError(
            f"{path} has format {one_line(str(record['format']))}, not {FORMAT}: another version of askfolder wrote "
            "it. Make the run again with this one."
        )
    try:
        return from_json(Run, record)
    except ValueError as error:
        raise EvaluationError(f"{path} is damaged: {one_line(str(error))}.") from error


def write_text(path: Path, text: str) -> None:
    """Write a text file; whole or not at all, EvaluationError where it cannot be written."""
    path = path.resolve()  # a link stays, and what it names is written
    if path.exists() and not path.is_file():
        raise EvaluationError(f"{path} cannot be written: it is there, and no file.")
    try:
        # Halves of characters, which a JSON file of questions can hold, cannot stand in UTF-8.
        replace_file(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror or error}") from error


def _with_rank(outcome: Outcome) -> dict[str, Any]:
    """Give an outcome with the place of the first passage looked for, which is what people look for in the file."""
    return {**asdict(outcome), "rank": outcome.rank}
