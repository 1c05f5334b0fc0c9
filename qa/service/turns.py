"""Turns: slow work off the event loop, a few pieces at a time; some may wait, and the rest is told that it is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from index import AskfolderError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class BusyError(AskfolderError):
    """As many wait as may."""


class GoneError(BusyError):
    """Whoever waited is gone, so that the work was not done."""


class Turns:
    """Does work in threads, in the order in which it came. To be used from one event loop."""

    def __init__(self, at_once: int, waiting: int, of: str = "requests") -> None:
        """Set the limits.

        Args:
            at_once: How much is done at a time.
            waiting: How much may wait besides.
            of: What it is, for the sentence that says that it is busy.
        """
        self._most, self._waiting, self._of = at_once + waiting, waiting, of
        self._here = 0
        self._turns, self._threads = anyio.CapacityLimiter(at_once), anyio.CapacityLimiter(at_once)

    async def take(self, work: Callable[[], T], gone: Callable[[], Awaitable[bool]] | None = None) -> T:
        """Do a piece of work in its turn.

        Args:
            work: Done in a thread.
            gone: Says whether nobody waits for it any more; asked when its turn has come.

        Raises:
            BusyError: As many wait as may, or nobody waits for this any more.
        """
        if self._here >= self._most:  # counted here, as a limiter counts only those that have come to wait already
            raise BusyError(f"Busy: {self._waiting} {self._of} are waiting already. Ask again in a few seconds.")
        self._here += 1
        try:
            async with self._turns:
                if gone is not None and await gone():
                    raise GoneError("Nobody waits for this any more.")
                return await anyio.to_thread.run_sync(work, limiter=self._threads)
        finally:
            self._here -= 1
