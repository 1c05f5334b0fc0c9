"""Desk: takes questions from many clients at once, answers a few of them at a time, and says when it is too busy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from index import AskfolderError
from qa.retrieval import LONGEST_QUESTION
from qa.service.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from qa.answer import Answer, Passage
    from qa.folder import Folder

T = TypeVar("T")

AT_ONCE = max(2, os.cpu_count() or 1)  # answers: each keeps about a core busy
WAITING = 64  # questions; a client that is told to come again later waits more pleasantly than one that hears nothing


class QuestionError(AskfolderError):
    """A question that cannot be asked, such as a blank one."""


class Desk:
    """Answers a folder's questions off the event loop, in the order in which they came."""

    def __init__(self, folder: Folder, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        """Open a desk.

        Args:
            folder: The folder to ask.
            at_once: How many questions are answered at a time.
            waiting: How many may wait besides.
        """
        self.folder = folder
        self._turns = Turns(at_once, waiting, "questions")

    async def ask(
        self,
        question: str,
        documents: Sequence[str] | None = None,
        *,
        report_reading: Callable[[int], None] = lambda _: None,
        gone: Callable[[], Awaitable[bool]] | None = None,
    ) -> Answer:
        """Answer a question.

        Args:
            question: As for `Folder.ask`, and so `documents`.
            documents: See `question`.
            report_reading: As for `Folder.ask`; called from another thread.
            gone: Says whether nobody waits for the answer any more; asked when its turn has come.

        Raises:
            BusyError: As many questions wait as may, or nobody waits for this one any more.
            QuestionError: The question is blank or too long.
            UnknownDocumentError: One of `documents` is not in the index.
        """
        work = lambda: self.folder.ask(question, documents, report_reading=report_reading)  # noqa: E731
        return await self._in_turn(question, work, gone)

    async def retrieve(
        self,
        question: str,
        k: int,
        documents: Sequence[str] | None = None,
        *,
        gone: Callable[[], Awaitable[bool]] | None = None,
    ) -> tuple[Passage, ...]:
        """Find passages; see `Folder.retrieve`. `gone` is as for `ask`, which raises the same."""
        return await self._in_turn(question, lambda: self.folder.retrieve(question, k, documents), gone)

    async def _in_turn(self, question: str, work: Callable[[], T], gone: Callable[[], Awaitable[bool]] | None) -> T:
        if len(question) > LONGEST_QUESTION:  # before it is cleaned, which takes a while for megabytes
            raise QuestionError(f"The question is longer than {LONGEST_QUESTION:,} characters. Ask a shorter one.")
        try:
            return await self._turns.take(work, gone)
        except ValueError as error:
            raise QuestionError(str(error)) from error
