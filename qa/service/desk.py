"""Desk: takes questions from many clients at once, answers a few of them at a time, and says when it is too busy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from index import AskfolderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.answer import Answer, Passage
    from qa.folder import Folder

T = TypeVar("T")

AT_ONCE = max(2, os.cpu_count() or 1)  # answers: each keeps about a core busy
WAITING = 64  # questions; a client that is told to come again later waits more pleasantly than one that hears nothing


class BusyError(AskfolderError):
    """As many questions wait as may."""


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
        self._turns = anyio.CapacityLimiter(at_once)
        self._waiting = waiting

    async def ask(self, question: str, documents: Sequence[str] | None = None) -> Answer:
        """Answer a question; see `Folder.ask`.

        Raises:
            BusyError: As many questions wait as may.
            QuestionError: The question is blank or too long.
            UnknownDocumentError: One of `documents` is not in the index.
        """
        return await self._in_turn(lambda: self.folder.ask(question, documents))

    async def retrieve(self, question: str, k: int, documents: Sequence[str] | None = None) -> tuple[Passage, ...]:
        """Find passages; see `Folder.retrieve`. Raises as `ask` does."""
        return await self._in_turn(lambda: self.folder.retrieve(question, k, documents))

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._turns.statistics().tasks_waiting >= self._waiting:
            raise BusyError(f"Busy: {self._waiting} questions are waiting already. Ask again in a few seconds.")
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._turns)
        except ValueError as error:
            raise QuestionError(str(error)) from error
