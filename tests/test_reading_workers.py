"""Reading processes: what a file does to one of them is told, and the next file is read."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest
from reader_package import install

from index.reading import Limits, ReadingSettings
from index.reading.process import Reading
from index.reading.workers import ReadingWorkers

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"The harbour was closed. Nobody said why."


@pytest.fixture
def odd_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers that hang, hoard memory, fail and leave, as another package would bring them."""
    monkeypatch.syspath_prepend(install(tmp_path, "HANG", "HOARD", "FAIL", "LEAVE", "SHOUT"))


def children() -> set[int]:
    """The processes that this one has started."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_workers_read_what_read_document_reads() -> None:
    """A document comes back whole, with the name and the version of its reader."""
    with ReadingWorkers(1, ReadingSettings()) as workers:
        reading = workers.read(TEXT, "notes/a.txt")
    assert (reading.reader, reading.version, reading.reason, reading.lacking) == ("text", 1, None, ())
    assert reading.document is not None
    assert (reading.document.source, reading.document.text) == ("notes/a.txt", TEXT.decode())


@pytest.mark.parametrize(
    ("data", "source", "reading"),
    [
        (b"", "a.txt", Reading(None, reason="the file is empty")),
        (b"\x89PNG\r\n\x1a\n", "a.txt", Reading(None, reason="it is a PNG image")),
        (b" \n", "a.txt", Reading(None, "text", 1, "it holds no text")),
    ],
)
def test_workers_say_why_a_file_is_unread(data: bytes, source: str, reading: Reading) -> None:
    """What a reader refuses comes back as its reason."""
    with ReadingWorkers(1, ReadingSettings()) as workers:
        assert workers.read(data, source) == reading


@pytest.mark.usefixtures("odd_readers")
@pytest.mark.parametrize(
    ("source", "reading"),
    [
        (
            "a.hang",
            Reading(
                None, reason="reading it takes more than 1 seconds; --limit seconds=N allows more", lacking=("seconds",)
            ),
        ),
        (
            "a.hoard",
            Reading(
                None,
                reason="reading it takes more than 200 MB of memory; --limit memory_mb=N allows more",
                lacking=("memory_mb",),
            ),
        ),
        (
            "a.fail",
            Reading(
                None,
                reason="reading it failed (IndexError: index out of range): the file is damaged in a way that "
                "askfolder does not foresee",
                lacking=("release",),
            ),
        ),
        (
            "a.leave",
            Reading(
                None,
                reason="reading it failed: the file is damaged in a way that askfolder does not foresee",
                lacking=("release",),
            ),
        ),
    ],
)
def test_workers_survive_any_reader(source: str, reading: Reading) -> None:
    """A reader that hangs, hoards memory, raises or ends the process costs its file, and the next one is read."""
    limits = Limits(seconds=1 if source == "a.hang" else 30, memory_mb=200)
    with ReadingWorkers(1, ReadingSettings(limits)) as workers:
        assert workers.read(TEXT, source) == reading
        after = workers.read(TEXT, "b.txt")
        assert after.document is not None
        assert after.document.text == TEXT.decode()


@pytest.mark.usefixtures("odd_readers")
def test_workers_are_not_disturbed_by_what_a_library_prints() -> None:
    """Output of a reader does not stand among the answers."""
    with ReadingWorkers(1, ReadingSettings()) as workers:
        for _ in range(2):
            reading = workers.read(TEXT, "a.shout")
            assert reading.document is not None
            assert reading.document.text == TEXT.decode().upper()


def test_workers_start_no_more_processes_than_needed() -> None:
    """One file after the other needs one process; it is gone when the workers are closed."""
    before = children()
    with ReadingWorkers(4, ReadingSettings()) as workers:
        for _ in range(5):
            workers.read(TEXT, "a.txt")
        assert len(children() - before) == 1
    assert children() - before == set()


def test_workers_read_in_several_threads() -> None:
    """Each thread gets the document of its own file."""
    files = [(f"File {number} is about the harbour.".encode(), f"{number}.txt") for number in range(40)]
    with ReadingWorkers(2, ReadingSettings()) as workers, ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(lambda file: workers.read(*file), files))
    assert [(r.document.text, r.document.source) for r in readings if r.document] == [
        (data.decode(), source) for data, source in files
    ]


@pytest.mark.usefixtures("odd_readers")
def test_workers_can_be_closed_while_they_read() -> None:
    """Closing ends a reader that would never end, and its file comes back unread."""
    readings: list[Reading] = []
    workers = ReadingWorkers(1, ReadingSettings())
    thread = threading.Thread(target=lambda: readings.append(workers.read(TEXT, "a.hang")))
    before = children()
    thread.start()
    while not children() - before:
        time.sleep(0.01)
    workers.close()
    thread.join(10)
    assert readings == [Reading(None, reason="reading was stopped")]
    assert children() - before == set()


@pytest.mark.usefixtures("odd_readers")
def test_workers_end_when_the_program_is_killed(tmp_path: Path) -> None:
    """A process that has nobody left to answer ends by itself a few seconds after its limit of time."""
    script = f"""
import sys; sys.path[:] = {sys.path!r}
from index.reading import Limits, ReadingSettings
from index.reading.workers import ReadingWorkers
ReadingWorkers(1, ReadingSettings(Limits(seconds=1))).read(b"text", "a.hang")
"""
    script = script.replace(
        "ReadingWorkers(1", "import index.reading.workers as w; w._LOOK_EVERY = 1000; ReadingWorkers(1"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as program:
        while not (started := psutil.Process(program.pid).children()):
            time.sleep(0.01)
        time.sleep(1)  # until it reads
        program.kill()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []


def test_workers_need_no_guard_in_the_users_script(tmp_path: Path) -> None:
    """A script that opens a folder at its top level is not run again in the reading processes."""
    (tmp_path / "a.txt").write_bytes(TEXT)
    script = tmp_path / "script.py"
    script.write_text(
        "print('once')\n"
        "from index.reading import ReadingSettings\n"
        "from index.reading.workers import ReadingWorkers\n"
        "with ReadingWorkers(1, ReadingSettings()) as workers:\n"
        "    print(workers.read(open('a.txt', 'rb').read(), 'a.txt').document.text)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    printed = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == f"once\n{TEXT.decode()}\n"
