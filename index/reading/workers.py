"""Reads files, and draws pages, in processes of their own: a hostile or broken file costs that file and nothing else.

They are plain child processes that talk over their standard streams: multiprocessing would run the user's own script
again in each of them.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from queue import LifoQueue
from typing import IO, TYPE_CHECKING, Generic, TypeVar

import psutil

from index.reading.process import START, Drawing, DrawRequest, Reading, ReadRequest

if TYPE_CHECKING:
    from index.reading.process import MarkedPage, Request
    from index.reading.settings import Limits, ReadingSettings

_LOOK_EVERY = 0.05  # seconds
_WORN = 0.5  # of the memory limit: a process that holds more than this between two files is replaced
_LONGEST_COMPLAINT = 10_000  # bytes
# What talking to a process that has ended raises; ValueError where its streams were closed meanwhile.
_BROKEN = (EOFError, OSError, ValueError, pickle.UnpicklingError)

Answer = TypeVar("Answer")


class ReadingWorkers:
    """Up to `count` processes that read files and draw pages; each is started when first needed.

    Safe to use from several threads.
    """

    def __init__(self, count: int, settings: ReadingSettings) -> None:
        """Prepare processes that work with these settings, under their limits."""
        self._settings = settings
        self._workers = [_Worker() for _ in range(count)]
        self._idle: LifoQueue[_Worker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> ReadingWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, data: bytes, source: str) -> Reading:
        """Read a file, waiting while all processes are busy; what the file does to its process is told as a reason."""
        return self._ask(ReadRequest(data, source, self._settings))

    def draw(self, data: bytes, page: MarkedPage) -> Drawing:
        """Draw a page of a PDF file, waiting and telling as `read` does."""
        return self._ask(DrawRequest(data, page, self._settings))

    def _ask(self, request: Request[Answer]) -> Answer:
        worker = self._idle.get()
        try:
            return worker.ask(request)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the processes at once; a file that is being read comes back unread, a page undrawn."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process at a time, replaced when it has ended or is worn out."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    def ask(self, request: Request[Answer]) -> Answer:
        watch = None
        try:
            process = self._ready(request.settings.limits)
            with _Watch(process, request) as watch:
                return _exchange(process, request)
        except _BROKEN:
            with self._lock:
                self._end()
                if self._is_closed:
                    return request.failed(f"{request.doing} was stopped")
                if watch is not None and watch.verdict is not None:
                    return watch.verdict
                return request.failed(f"{request.doing} it failed{self._last_words()}", ("release",))

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._end()
            if self._complaints is not None:
                self._complaints.close()

    def _ready(self, limits: Limits) -> subprocess.Popen[bytes]:
        """Give the process, a new one where there is none that can go on."""
        with self._lock:
            if self._is_closed:
                raise EOFError
            if self._process is not None and _is_worn(self._process, limits):
                self._end()
            if self._process is None:
                if self._complaints is None:
                    self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the worker)
                self._complaints.seek(0)
                self._complaints.truncate()
                self._process = subprocess.Popen(  # noqa: S603  (this very Python)
                    [sys.executable, "-c", START],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._complaints,
                    start_new_session=True,  # Ctrl-C is for the process that started it
                )
                _send(self._process, sys.path)
            return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what was not sent yet is not wanted any more
                    if stream is not None:
                        stream.close()

    def _last_words(self) -> str:
        """Say what a process that ended by itself complained of last."""
        lines: list[str] = []
        if self._complaints is not None:
            self._complaints.seek(0)
            lines = self._complaints.read()[-_LONGEST_COMPLAINT:].decode("utf-8", "replace").strip().splitlines()
        because = f" ({lines[-1].strip()})" if lines else ""
        return f"{because}: the file is damaged in a way that askfolder does not foresee"


def _exchange(process: subprocess.Popen[bytes], request: Request[Answer]) -> Answer:
    _send(process, request)
    if process.stdout is None:
        raise EOFError
    answer: Answer = pickle.load(process.stdout)  # noqa: S301  (from the process that was started here)
    return answer


def _send(process: subprocess.Popen[bytes], message: object) -> None:
    if process.stdin is None:
        raise EOFError
    pickle.dump(message, process.stdin, pickle.HIGHEST_PROTOCOL)
    process.stdin.flush()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process, and on systems that know process groups also what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses where it has just ended
            os.killpg(process.pid, signal.SIGKILL)


def _memory(process: subprocess.Popen[bytes]) -> int:
    """Give how much memory a process takes, in bytes; 0 where it has ended."""
    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.Error:
        return 0


def _is_worn(process: subprocess.Popen[bytes], limits: Limits) -> bool:
    return process.poll() is not None or _memory(process) > _WORN * limits.memory_mb * 1_000_000


class _Watch(Generic[Answer]):
    """Ends a process that exceeds a limit over a request, and says so in `verdict`."""

    def __init__(self, process: subprocess.Popen[bytes], request: Request[Answer]) -> None:
        self.verdict: Answer | None = None
        self._process = process
        self._request = request
        self._limits = request.settings.limits
        self._seconds = self._limits.seconds_for(len(request.data))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="limits", daemon=True)

    def __enter__(self) -> _Watch[Answer]:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        deadline = time.monotonic() + self._seconds
        while not self._is_over.wait(_LOOK_EVERY):
            if time.monotonic() > deadline:
                self._stop("seconds", f"more than {self._seconds:,.0f} seconds")
            elif _memory(self._process) > self._limits.memory_mb * 1_000_000:
                self._stop("memory_mb", f"more than {self._limits.memory_mb:,} MB of memory")

    def _stop(self, limit: str, what: str) -> None:
        reason = f"{self._request.doing} it takes {what}; --limit {limit}=N allows more"
        self.verdict = self._request.failed(reason, (limit,))
        _kill(self._process)
        self._is_over.set()
