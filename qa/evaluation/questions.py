"""A file of questions to Questions, checked line by line before anything is asked; and Questions back to a file."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.answer import one_line
from qa.evaluation.errors import EvaluationError
from qa.evaluation.judgements import COLUMN, folded, judgement_in
from qa.evaluation.matching import normal_words
from qa.retrieval import clean_question

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from index import DocumentSummary
    from qa.evaluation.judgements import Judgement

COLUMNS = ("question", "answers", "documents", "answerable", "note", "draft")
MOST_ERRORS = 5  # that are named; the others are counted
LONGEST_VALUE = 80  # characters of a value in an error
SEPARATOR = " | "  # between the values of a cell
_UNSEEN = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what its user knows of the answer.

    Attributes:
        text: The question.
        answers: Accepted answers, any of which will do; empty where none are given.
        documents: Sources of the documents that hold the answer; empty where none are given.
        answerable: Whether the documents answer it; None where the file does not say.
        line: Where it stands in its file, from 1.
        note: Whatever the user wrote beside it.
        draft: Made by a rule, or found wrong, and not yet corrected by anybody.
        judged: Made of judgements of answers that were shown; see `judgements`.
    """

    text: str
    answers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    answerable: bool | None = None
    line: int = 0
    note: str = ""
    draft: bool = False
    judged: bool = False


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read a file of questions: JSON objects a line (`.jsonl`), or a table with column heads (`.csv`).

    Cells of a table are separated as its first line separates them: by commas, semicolons or tabs. A question stands
    in one line, except that answers to it may have been judged in others: these are made one question.

    Raises:
        EvaluationError: The file cannot be read, is of another kind, holds no question, or a line of it is at fault;
            the message names the line and the value. Then none of its questions is given.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8 (byte {error.start:,}). Save it as UTF-8.") from error
    suffix = path.suffix.lower()
    if suffix not in (".jsonl", ".csv"):
        raise EvaluationError(f"{path} is neither .jsonl nor .csv; questions are read from these two.")
    rows: list[tuple[Question, Judgement | None]] = []
    errors: list[str] = []
    lines: dict[str, int] = {}
    for line, row in _json_rows(text) if suffix == ".jsonl" else _csv_rows(text):
        try:
            question, judgement = _question(row, line)
            key = one_line(question.text)
            if judgement is None and line != lines.setdefault(key, line):
                raise ValueError(f"this question stands in line {lines[key]:,} already: {_value(key)}.")
            rows.append((question, judgement))
        except ValueError as error:
            errors.append(f"Line {line:,}: {error}")
    if errors:
        more = f" And {len(errors) - MOST_ERRORS:,} more." if len(errors) > MOST_ERRORS else ""
        raise EvaluationError(f"{path} cannot be used. {' '.join(errors[:MOST_ERRORS])}{more}")
    questions = folded(rows)
    if not questions:
        raise EvaluationError(f"{path} holds no question.")
    return questions


def with_sources(questions: Sequence[Question], documents: Sequence[DocumentSummary]) -> tuple[Question, ...]:
    """Give the questions with each document named as the folder's answers name it.

    Args:
        questions: Their documents named by path below the folder, or by id.
        documents: Those of the folder.

    Returns:
        Without the questions made of judgements all of whose documents have left the folder since.

    Raises:
        EvaluationError: A document that somebody named is not in the folder.
    """
    sources = {name: d.source for d in documents for name in (d.id, d.source, *d.copies)}
    named = [_without_gone(question, sources) if question.judged else question for question in questions]
    questions = [question for question in named if question is not None]
    for question in questions:
        for name in question.documents:
            if name not in sources:
                near = difflib.get_close_matches(name, sources, 1)
                hint = f" Is it {_value(near[0])}?" if near else ""
                raise EvaluationError(
                    f"Line {question.line:,}: {_value(name)} is not a document of this folder.{hint} "
                    "Documents are named by their path below the folder, as citations name them."
                )
    return tuple(replace(q, documents=tuple(dict.fromkeys(sources[name] for name in q.documents))) for q in questions)


def write_questions(questions: Iterable[Question], *, as_csv: bool) -> str:
    """Write questions as a file that `read_questions` reads."""
    if as_csv:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(COLUMNS)
        for question in questions:
            row = _row(question)
            writer.writerow([_cell(row.get(column, "")) for column in COLUMNS])
        return table.getvalue()
    return "".join(json_line(question) for question in questions)


def json_line(question: Question, judgement: Judgement | None = None) -> str:
    """Write a question, and the judgement that it comes from, as a line of a file that `read_questions` reads."""
    row = _row(question) | ({COLUMN: judgement.to_dict()} if judgement else {})
    # What a terminal would obey, or show in another order, and halves of characters, are written as JSON's escapes.
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], json.dumps(row, ensure_ascii=False)) + "\n"


def _without_gone(question: Question, sources: Container[str]) -> Question | None:
    """Give a question without the documents that are gone; None where it named no others."""
    there = tuple(name for name in question.documents if name in sources)
    return replace(question, documents=there) if there or not question.documents else None


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, object] | str]]:
    """Give each line's number and object; in its place what is wrong with it."""
    for line, row in enumerate(text.split("\n"), 1):
        if not row.strip():
            continue
        try:
            value = json.loads(row)
        except (ValueError, RecursionError) as error:
            yield line, f"this is not JSON ({one_line(str(error))}): {_value(row)}."
            continue
        yield line, value if isinstance(value, dict) else f"this is not a JSON object: {_value(row)}."


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, object] | str]]:
    """Give each row's number and cells by their column's head; in its place what is wrong with it."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    heads: list[str] = []
    line = 1
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"this is no row of a table: {error}."
            return
        while cells and not cells[-1].strip():  # as spreadsheets leave them
            cells.pop()
        if not cells:
            pass
        elif not heads:
            heads = [head.strip() for head in cells]
            wrong = _wrong_columns(heads)
            if wrong:
                yield line, wrong
                return
        elif len(cells) > len(heads):
            yield line, f"{len(cells)} cells, but {len(heads)} columns; a text with a comma needs quotation marks."
        else:
            yield line, {head: _read(head, cell.strip()) for head, cell in zip(heads, cells, strict=False)}
        line = rows.line_num + 1


def _wrong_columns(names: Sequence[str]) -> str | None:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        return f"{_value(unknown[0])} is no column that is known: {', '.join(COLUMNS)}."
    if "question" not in names:
        return f'there is no "question", only {_value(", ".join(names))}.'
    twice = [name for name in COLUMNS if names.count(name) > 1]
    return f'the column "{twice[0]}" comes twice.' if twice else None


def _read(head: str, cell: str) -> object:
    """Give what a cell says in JSON's types; None where it is blank. What cannot be said so stays text."""
    if not cell:
        return None
    if head in ("answers", "documents") and cell.startswith("["):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            if cell.startswith('["') or cell.endswith("]"):
                return cell
            # else a name that begins with a bracket
    if head in ("answers", "documents"):
        return [part.strip() for part in cell.split(SEPARATOR.strip()) if part.strip()]
    if head in ("answerable", "draft"):
        return {"true": True, "false": False}.get(cell.lower(), cell)
    return cell


def _question(row: dict[str, object] | str, line: int) -> tuple[Question, Judgement | None]:
    """Make a question of a row, and the judgement it comes from; ValueError says what is wrong with it."""
    if isinstance(row, str):
        raise ValueError(row)
    judgement = None if row.get(COLUMN) is None else judgement_in(row[COLUMN])
    wrong = _wrong_columns([name for name in row if name != COLUMN])
    if wrong:
        raise ValueError(wrong)
    text, note = row["question"], row.get("note") or ""
    if not isinstance(text, str):
        raise ValueError(f'"question" must be a text, not {_value(text)}.')
    if not isinstance(note, str):
        raise ValueError(f'"note" must be a text, not {_value(note)}.')
    clean_question(text)
    answers, documents = _texts(row, "answers"), _texts(row, "documents")
    for answer in answers:
        if not normal_words(answer):
            raise ValueError(f"the answer {_value(answer)} is nothing but punctuation or articles, which do not count.")
    answerable = _truth(row, "answerable")
    if answers and answerable is False:
        raise ValueError(f"the answer {_value(answers[0])} is given to a question that is said to have none.")
    if answerable is None and (answers or documents):
        answerable = True
    return Question(text, answers, documents, answerable, line, note, bool(_truth(row, "draft"))), judgement


def _texts(row: dict[str, object], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(part, str) and part.strip() for part in value):
        raise ValueError(f'"{name}" must be a list of texts, such as ["1931"], not {_value(value)}.')
    return tuple(value)


def _truth(row: dict[str, object], name: str) -> bool | None:
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(f'"{name}" must be true or false, not {_value(value)}.')


def _row(question: Question) -> dict[str, object]:
    """Give the columns of a question that say something."""
    row: dict[str, object] = {"question": question.text}
    if question.answers:
        row["answers"] = list(question.answers)
    if question.documents:
        row["documents"] = list(question.documents)
    if question.answerable is not None:
        row["answerable"] = question.answerable
    if question.note:
        row["note"] = question.note
    if question.draft:
        row["draft"] = True
    return row


def _cell(value: object) -> str:
    if isinstance(value, list):
        # A cell that begins like a formula would be one where a spreadsheet opens the file; a name of a file may.
        plain = all(SEPARATOR.strip() not in part and part[0] not in "[=+-@\t\r" for part in value)
        return SEPARATOR.join(value) if plain else json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(value: object) -> str:
    """Write a value for an error: on one line, and short."""
    words = one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return f"“{words if len(words) <= LONGEST_VALUE else words[: LONGEST_VALUE - 1] + '…'}”"
