"""Judgements of answers by those who asked, kept in a file of this machine that `askfolder eval` asks as it is.

A judgement is a line of a file of questions, with the column that says what was judged and how. Of an answer that is
right the line holds the words that answer and where they stand. One that is wrong gives no answer: its line is a draft
to correct. See docs/evaluation.md.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index import AskfolderError
from index.atomic_files import replace_file
from qa.answer import one_line
from qa.answer_text import numbered
from qa.evaluation.judgements import COLUMN, Judgement, judgement_in
from qa.evaluation.matching import normal_words
from qa.evaluation.questions import Question, json_line
from qa.retrieval import clean_question

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from qa.answer import Answer, Citation, Entry
    from qa.evaluation.judgements import Verdict

LONGEST_NOTE = 300  # characters of a quotation or reply in a note
SECONDS_TO_WAIT = 10  # for another process that is writing
CORRECT = 'Give its right answers, or "answerable": false, and take "draft" away.'


class FeedbackError(AskfolderError):
    """A judgement cannot be kept, or those that were kept cannot be read; the message names the file."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that counts.

    Attributes:
        question: As it was answered, on one line.
        judgement: Of what, how and when; see `address` and `refusal` for what `of` says.
    """

    question: str
    judgement: Judgement


class Feedback:
    """The judgements in a file. Safe to use from several threads and processes; holds nothing between two calls."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Name the file, which is made when the first judgement is added.

        Args:
            path: With the ending `.jsonl`, by which `askfolder eval` knows it; not among the documents.
        """
        self.path = Path(path)

    def judge(
        self,
        answer: Answer,
        verdict: Verdict,
        *,
        entry: Entry | None = None,
        documents: Sequence[str] = (),
        at: datetime | None = None,
    ) -> None:
        """Keep a judgement; it is on the disk when this returns. It takes the place of an earlier one of the same.

        Args:
            answer: What was shown.
            verdict: Right, wrong, or withdrawn. A refusal is wrong where the documents do say.
            entry: The one that is judged; None where the documents were said not to say.
            documents: Sources of the documents that alone were asked; empty for all.
            at: When, with a time zone; now when None.

        Raises:
            ValueError: `entry` is not one of the answer's, or is None though there are some.
            FeedbackError: The file cannot be written.
        """
        if answer.found if entry is None else entry not in answer.entries:
            raise ValueError("Name the entry of the answer that is judged; None only where there is no answer.")
        when = (at or datetime.now(UTC)).astimezone(UTC)
        of = refusal(documents) if entry is None else address(entry.citations[0])
        judgement = Judgement(verdict, of, when.isoformat(timespec="seconds"))
        if verdict == "withdrawn":
            question = Question(clean_question(answer.question))
        elif entry is None:
            question = _of_refusal(answer, verdict, documents, when)
        else:
            question = _of_entry(answer, verdict, entry, when)
        self._append(json_line(question, judgement))

    def judgements(self) -> tuple[Judged, ...]:
        """Give the judgements that count, in the order in which they were made; none where there is no file.

        Of several judgements of the same the last counts. Lines that hold none are passed over: the file is its
        user's to correct, and `askfolder eval` says what is wrong with it.

        Raises:
            FeedbackError: The file cannot be read.
        """
        present: dict[tuple[str, str], Judged] = {}
        for line in self._read().decode("utf-8-sig", "replace").split("\n"):
            judged = _judged(line)
            if judged is None:
                continue
            key = (judged.question, judged.judgement.of)
            present.pop(key, None)
            if judged.judgement.verdict != "withdrawn":
                present[key] = judged
        return tuple(present.values())

    def verdict(self, answer: Answer, *, entry: Entry | None = None, documents: Sequence[str] = ()) -> Verdict | None:
        """Give what was last said of an answer, arguments as for `judge`; None where nothing was, or it was withdrawn.

        Raises:
            FeedbackError: The file cannot be read.
        """
        question = clean_question(answer.question)
        of = refusal(documents) if entry is None else address(entry.citations[0])
        for judged in self.judgements():
            if (judged.question, judged.judgement.of) == (question, of):
                return judged.judgement.verdict
        return None

    def _append(self, line: str) -> None:
        # The whole file is put in place anew, so that neither a crash nor a reader ever meets half a line.
        with self._locked() as path:
            kept = self._read()
            if kept and not kept.endswith(b"\n"):  # as editors may leave it
                kept += b"\n"
            replace_file(path, kept + line.encode())

    @contextmanager
    def _locked(self) -> Iterator[Path]:
        from filelock import FileLock, Timeout

        path = self.path.resolve()  # a link stays, and what it names is written
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_name(path.name + ".lock"), timeout=SECONDS_TO_WAIT):
                yield path
        except Timeout as error:
            raise FeedbackError(
                f"Another askfolder has been writing {self.path} for {SECONDS_TO_WAIT} seconds. Try again later."
            ) from error
        except OSError as error:
            raise FeedbackError(f"{self.path} cannot be written: {error.strerror or error}") from error

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise FeedbackError(f"{self.path} cannot be read: {error.strerror or error}") from error


def address(citation: Citation) -> str:
    """Name a quotation and the words marked in it as links of the page do; see `Citation.anchor`."""
    return citation.anchor.removeprefix("#cite=")


def refusal(documents: Sequence[str] = ()) -> str:
    """Name the reply that these documents, or all, do not say."""
    return f"no answer in {json.dumps(sorted(set(documents)))}" if documents else "no answer"


def _of_entry(answer: Answer, verdict: Verdict, entry: Entry, when: datetime) -> Question:
    first = entry.citations[0]
    words = _shortened(entry.answer or "")
    shown = f"{f'“{words}” in ' if words else ''}“{_shortened(first.quote)}” ({first.place})"
    note = f"Judged {verdict} at {when:%Y-%m-%d %H:%M} UTC: {shown}."
    text = clean_question(answer.question)
    if verdict == "wrong":
        return Question(text, note=f"{note} {CORRECT}", draft=True)
    # Words that do not count when answers are compared would be no answer.
    answers = [" ".join(words.split()) for words in (entry.answer or "", first.quote) if normal_words(words)][:1]
    (each,) = numbered([entry])
    sources = dict.fromkeys(citation.source for _, citation in each.same)
    return Question(text, tuple(answers), tuple(sources), answerable=True, note=note)


def _of_refusal(answer: Answer, verdict: Verdict, documents: Sequence[str], when: datetime) -> Question:
    of = f", asked of {', '.join(map(one_line, documents))} alone" if documents else ""
    note = f"Judged {verdict} at {when:%Y-%m-%d %H:%M} UTC: “{_shortened(answer.text)}”{of}."
    text = clean_question(answer.question)
    if verdict == "wrong":
        # Several documents that were chosen need not all hold the answer; a single one does.
        return Question(text, (), tuple(documents) if len(documents) == 1 else (), answerable=True, note=note)
    if documents:  # nothing is known of the others, which eval asks as well
        return Question(text, note=f"{note} {CORRECT}", draft=True)
    return Question(text, answerable=False, note=note)


def _judged(line: str) -> Judged | None:
    """Read a line; None where it holds no judgement."""
    try:
        row = json.loads(line)
        if isinstance(row, dict) and isinstance(row.get("question"), str):
            return Judged(row["question"], judgement_in(row.get(COLUMN)))
    except (ValueError, RecursionError):
        pass
    return None


def _shortened(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= LONGEST_NOTE else words[: LONGEST_NOTE - 1] + "…"
