"""Concurrency: one writer, any number of readers, and no reader ever sees half of anything."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import pytest
from hashed_embedder import HashedEmbedder

import index as index_package
from index import DocumentIndex, IndexBusyError, Progress
from index import sync as sync_module
from index.words import WordReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Opener = Callable[..., DocumentIndex]

BUSY = (
    r"^Another askfolder is reading documents into the index of .*documents just now\. "
    r"Wait until it is done, or stop it, and try again\.$"
)

# A sync that stops at its first file until it is told to go on.
HELD = """
import sys
from hashed_embedder import HashedEmbedder
from index import DocumentIndex

def hold(progress):
    if progress.files_read == 1:
        print("holding", flush=True)
        sys.stdin.readline()

with DocumentIndex(sys.argv[1], model=HashedEmbedder()) as index:
    print(len(index.sync(hold).added), flush=True)
"""

# Writes every file anew, version after version, and syncs after each.
VERSIONS = """
import pathlib, sys
from hashed_embedder import HashedEmbedder
from index import DocumentIndex, searcher, sync

folder, files, versions = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
sync.BATCH_FILES = 7
searcher.SAVE_AFTER = 50
print("begun", flush=True)
with DocumentIndex(folder, model=HashedEmbedder()) as index:
    for version in range(1, versions):
        for number in range(files):
            (folder / f"{number:02}.txt").write_text(f"Version {version} of harbour paper {number}.")
        index.sync()
"""


class Process(NamedTuple):
    """A Python that runs beside this one."""

    process: subprocess.Popen[str]
    stdin: IO[str]
    stdout: IO[str]


@contextmanager
def running(script: str, *arguments: object) -> Iterator[Process]:
    """Run a script that imports what this process imports, installed or not."""
    paths = (Path(__file__).parent, Path(index_package.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Process(process, process.stdin, process.stdout)
        finally:
            process.kill()


def write(folder: Path, count: int, version: int = 0) -> None:
    """Write files of one paragraph each."""
    for number in range(count):
        (folder / f"{number:02}.txt").write_text(f"Version {version} of harbour paper {number}.")


def test_second_writer_is_refused_while_readers_read_on(folder: Path, open_index: Opener) -> None:
    """While one process syncs, another can search but neither sync nor rebuild; afterwards it can."""
    write(folder, 4)
    with open_index() as index:
        index.sync()
        (folder / "new.txt").write_text("A new harbour paper.")
        with running(HELD, folder) as other:
            assert other.stdout.readline() == "holding\n"
            with pytest.raises(IndexBusyError, match=BUSY):
                index.sync()
            with pytest.raises(IndexBusyError, match=BUSY):
                open_index(rebuild=True)
            assert len(index.search("harbour", 10)) == 4
            with open_index() as reader:
                assert len(reader.search("harbour", 10)) == 4
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "1\n"
            assert other.process.wait(30) == 0
        assert len(index.search("harbour", 10)) == 5
        assert index.sync().added == ()


def test_writer_that_was_killed_leaves_no_lock(folder: Path, open_index: Opener) -> None:
    """A process that dies while it syncs does not keep others from it."""
    write(folder, 4)
    with open_index() as index:
        with running(HELD, folder) as other:
            assert other.stdout.readline() == "holding\n"
            other.process.kill()
            other.process.wait()
        assert len(index.sync().added) == 4


def test_second_writer_in_a_thread_is_refused(folder: Path, open_index: Opener) -> None:
    """Two threads, with one index or one each, do not sync at once."""
    write(folder, 3)
    with open_index() as index, open_index() as another:
        refused = []

        def try_to_sync(_: Progress) -> None:
            for each in (index, another):
                with ThreadPoolExecutor(1) as thread:
                    refused.append(thread.submit(each.sync).exception())

        index.sync(try_to_sync)
        assert {type(error) for error in refused} == {IndexBusyError}
        assert another.sync().added == ()
        assert len(another.documents()) == 3


@pytest.mark.parametrize("where", ["process", "thread"])
def test_reader_sees_of_every_file_one_version_at_any_time(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Polling while every file is updated again and again, a reader finds each file exactly once, by its words too."""
    files, versions = 30, 6
    write(folder, files)
    with open_index() as index:
        index.sync()
    expected = {f"{number:02}.txt": 1 for number in range(files)}
    seen: Counter[int] = Counter()
    polls = 0

    def poll(reader: DocumentIndex) -> None:
        nonlocal polls
        polls += 1
        hits = reader.search("version of harbour paper", 3 * files)
        assert Counter(hit.source for hit in hits) == expected
        assert all(hit.words is not None for hit in hits)
        documents = {document.source: document.id for document in reader.documents()}
        assert documents.keys() == expected.keys()
        for hit in hits:
            version = int(hit.text.split()[1])
            assert hit.text == f"Version {version} of harbour paper {int(hit.source[:2])}."
            seen[version] += 1
        source = f"{polls % files:02}.txt"
        (only,) = reader.search("version of harbour paper", 5, [source])
        assert (only.source, only.text.split()[-1]) == (source, f"{polls % files}.")
        assert reader.document(source).source == source

    with open_index() as reader:
        if where == "process":
            with running(VERSIONS, folder, files, versions) as writer:
                assert writer.stdout.readline() == "begun\n"
                while writer.process.poll() is None:
                    poll(reader)
                assert writer.process.returncode == 0
        else:
            monkeypatch.setattr(sync_module, "BATCH_FILES", 7)

            def update() -> None:
                with open_index() as writer:
                    for version in range(1, versions):
                        write(folder, files, version)
                        writer.sync()

            with ThreadPoolExecutor(1) as thread:
                updating = thread.submit(update)
                while not updating.done():
                    poll(reader)
                updating.result()
        poll(reader)
        assert polls > versions
        assert seen.keys() >= {0, versions - 1}
        assert {hit.text.split()[1] for hit in reader.search("harbour", files)} == {str(versions - 1)}


def test_reader_overtaken_by_a_writer_looks_again(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a writer removes words between a reader's snapshot and its word search, the reader begins again."""
    write(folder, 5)
    nearest = WordReader.nearest
    overtakes = [1, 2]
    with open_index() as reader, open_index() as writer:
        writer.sync()

        def overtaken(words: WordReader, question: str, k: int, documents: Iterable[int] | None = None) -> object:
            if overtakes:
                write(folder, 5, version=overtakes.pop(0))
                writer.sync()
                words.refresh()
            return nearest(words, question, k, documents)

        monkeypatch.setattr(WordReader, "nearest", overtaken)
        hits = reader.search("version of harbour paper", 50)
    assert overtakes == []
    assert [hit.text for hit in hits if hit.words is not None] == [hit.text for hit in hits]
    assert sorted(hit.text for hit in hits) == [f"Version 2 of harbour paper {number}." for number in range(5)]


def test_search_from_many_threads_gives_each_its_answer(folder: Path, open_index: Opener) -> None:
    """Sixteen threads that search one index at once, while it syncs too, all get what one alone gets."""
    write(folder, 40)
    questions = [f"harbour paper {number}" for number in range(0, 40, 3)]
    with open_index() as index:
        index.sync()
        alone = {question: index.search(question, 5) for question in questions}
        everywhere = {question: index.search(question, 5, ["07.txt", "12.txt"]) for question in questions}
        stop = threading.Event()

        def keep_syncing() -> int:
            runs = 0
            while not stop.is_set():
                assert index.sync().paragraphs_embedded == 0
                assert len(index.documents()) == 40
                runs += 1
            return runs

        def ask(number: int) -> bool:
            question = questions[number % len(questions)]
            if number % 5 == 0:
                return index.search(question, 5, ["07.txt", "12.txt"]) == everywhere[question]
            return index.search(question, 5) == alone[question]

        with ThreadPoolExecutor(17) as threads:
            syncing = threads.submit(keep_syncing)
            try:
                assert all(threads.map(ask, range(400)))
            finally:
                stop.set()
            assert syncing.result() > 0


def test_index_opened_by_many_at_once_is_made_once(folder: Path, open_index: Opener) -> None:
    """Threads that open a folder's first index at the same moment all get it."""
    write(folder, 2)
    threads = 16
    for attempt in range(25):
        start = threading.Barrier(threads)
        place = folder / f".askfolder{attempt}"

        def open_and_look(place: Path = place, start: threading.Barrier = start) -> int:
            start.wait()
            with DocumentIndex(folder, index=place, model=HashedEmbedder()) as index:
                return len(index.documents())

        with ThreadPoolExecutor(threads) as pool:
            opened = [pool.submit(open_and_look) for _ in range(threads)]
            assert [each.result() for each in opened] == [0] * threads
