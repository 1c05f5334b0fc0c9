"""Crashes: whatever moment a sync dies at, what was published is whole, and the next sync does the rest."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hashed_embedder import HashedEmbedder

import index as index_package
from index import DocumentIndex
from index import searcher as searcher_module
from index import vectors as vectors_module
from index import words as words_module
from index.atomic_files import replace_file
from index.store import DATABASE, Store
from index.vectors import MANIFEST, Vectors
from index.words import WordReader, WordWriter

Found = dict[tuple[str, int], tuple[str, float, bool]]

QUESTION = "harbour paper number 7 of the second shelf"

# One sync in small batches with a slow model, which says when it begins.
SYNC = """
import sys, time
from hashed_embedder import HashedEmbedder
from index import DocumentIndex, searcher, sync

class Slow(HashedEmbedder):
    def embed_paragraphs(self, paragraphs, contexts=None):
        time.sleep(0.01)
        return super().embed_paragraphs(paragraphs, contexts)

sync.BATCH_PARAGRAPHS = 30
searcher.SAVE_AFTER = 60
with DocumentIndex(sys.argv[1], model=Slow()) as index:
    import faiss, filelock, tantivy
    print("begun", flush=True)
    index.sync()
"""


def environment() -> dict[str, str]:
    """Let a subprocess import what this one imports, installed or not."""
    paths = (Path(__file__).parent, Path(index_package.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}


def found(index: DocumentIndex) -> Found:
    """All paragraphs with their cosines, and whether the word search brings them too."""
    return {
        (hit.source, hit.paragraph.number): (hit.text, hit.dense, hit.words is not None)
        for hit in index.search(QUESTION, 5_000)
    }


def undisturbed(folder: Path, aside: Path) -> tuple[tuple[object, ...], Found]:
    """What an index of the folder holds that was made in one run."""
    with DocumentIndex(folder, index=aside, model=HashedEmbedder()) as index:
        index.sync()
        return index.documents(), found(index)


def rows(index: DocumentIndex) -> dict[str, int]:
    """How many rows each table holds."""
    with closing(sqlite3.connect(index.path / DATABASE)) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("documents", "paragraphs", "vectors", "files")
        }


class Shelf:
    """A folder whose every version of every file is remembered."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.versions: dict[str, dict[str, str]] = {}

    def write(self, number: int) -> None:
        """Write a file of one to four paragraphs, whose last word is found nowhere else."""
        source = f"{number:03}.txt"
        version = len(self.versions.get(source, {}))
        text = "\n\n".join(
            f"Paper {number} in version {version} has a paragraph {n} about the harbour token{number}x{version}x{n}."
            for n in range(self.chance.randint(1, 4))
        )
        (self.folder / source).write_text(text)
        self.versions.setdefault(source, {})[hashlib.sha256(text.encode()).hexdigest()] = text

    def change(self) -> None:
        """Change a few files, take a few away."""
        for number in self.chance.sample(range(200), 12):
            self.write(number)
        for number in self.chance.sample(range(200), 3):
            (self.folder / f"{number:03}.txt").unlink(missing_ok=True)

    def check(self, index: DocumentIndex) -> int:
        """Every document that the index lists is one version of its file, whole, and found by words and meaning."""
        documents = index.documents()
        for summary in documents:
            assert index.document(summary.source).text == self.versions[summary.source][summary.id]
        for summary in self.chance.sample(documents, min(8, len(documents))):
            document = index.document(summary.source)
            paragraph = document.paragraphs[-1]
            text = document.text[paragraph.start : paragraph.end]
            hits = [hit for hit in index.search(text, 300) if hit.source == summary.source]
            assert sorted(hit.paragraph.number for hit in hits) == list(range(1, len(document.paragraphs) + 1))
            (hit,) = (hit for hit in hits if hit.text == text)
            assert hit.dense == pytest.approx(1, abs=1e-3)
            assert hit.words is not None
        return len(documents)


def test_crash_at_any_moment_loses_nothing_that_was_finished(folder: Path, tmp_path: Path) -> None:
    """Killed at twelve moments while files come, change and go, the index is sound each time and whole at the end."""
    shelf = Shelf(folder, seed=12)
    for number in range(200):
        shelf.write(number)
    killed = 0
    for _ in range(12):
        command = [sys.executable, "-c", SYNC, str(folder)]
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(shelf.chance.uniform(0.0, 0.35))
            process.kill()
        killed += process.returncode != 0
        with DocumentIndex(folder, model=HashedEmbedder()) as index:
            shelf.check(index)
        shelf.change()
    assert killed >= 6
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        index.sync()
        expected = undisturbed(folder, tmp_path / "aside")
        assert (index.documents(), found(index)) == expected
        assert shelf.check(index) == len(list(folder.glob("*.txt")))
        assert rows(index)["documents"] == len(expected[0])
        assert rows(index)["paragraphs"] == len(expected[1])
        assert WordReader(index.path / "words").paragraph_count == len(expected[1])
        assert index.sync().paragraphs_embedded == 0


class Crash(BaseException):
    """The process is gone."""


def crash_after(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, nth: int, *, before: bool = False) -> None:
    """Let the nth call of a method be the last thing that happens, or the first that does not."""
    original: Callable[..., object] = getattr(owner, method)
    calls = 0

    def crashing(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if before and calls == nth:
            raise Crash
        result = original(*arguments, **named)
        if calls == nth:
            raise Crash
        return result

    monkeypatch.setattr(owner, method, crashing)


def crash_at_file(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Crash instead of putting a file of this name into place."""

    def crashing(path: Path, data: bytes) -> None:
        if path.name == name:
            raise Crash
        replace_file(path, data)

    monkeypatch.setattr(module, "replace_file", crashing)


OLD, NEW = "old", "new"

# The moment, how to make it happen, and what readers then see of the folder.
MOMENTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "before add_documents": (lambda m: crash_after(m, Store, "add_documents", 1, before=True), OLD),
    "after add_documents": (lambda m: crash_after(m, Store, "add_documents", 1), OLD),
    "before words' commit": (lambda m: crash_after(m, WordWriter, "commit", 1, before=True), OLD),
    "in words' commit": (lambda m: crash_at_file(m, words_module, "seq"), OLD),
    "after words' commit": (lambda m: crash_after(m, WordWriter, "commit", 1), OLD),
    "after publish": (lambda m: crash_after(m, Store, "publish", 1), NEW),
    "after delete_unheld": (lambda m: crash_after(m, Store, "delete_unheld", 1), NEW),
    "before words' last commit": (lambda m: crash_after(m, WordWriter, "commit", 2, before=True), NEW),
    "after words' last commit": (lambda m: crash_after(m, WordWriter, "commit", 2), NEW),
    "before saving vectors": (lambda m: crash_after(m, Vectors, "save", 1, before=True), NEW),
    "in saving vectors": (lambda m: crash_at_file(m, vectors_module, MANIFEST), NEW),
    "after saving vectors": (lambda m: crash_after(m, Vectors, "save", 1), NEW),
}


def write_all(folder: Path, texts: dict[str, str]) -> None:
    """Make a folder hold exactly these files, each with a paragraph of its own."""
    for path in folder.glob("*.txt"):
        path.unlink()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"{text} harbour paper.\n\nThe second paragraph of {text}.")


@pytest.mark.parametrize("go_on", ["as it is", "with the first state put back", "with all files gone"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_crash_between_two_steps_is_made_good(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, go_on: str
) -> None:
    """After a crash at a step, readers see the old state or the new one, and the next sync makes the folder's."""
    monkeypatch.setattr(searcher_module, "SAVE_AFTER", 1)
    states = {
        OLD: {"kept": "Alpha", "changed": "Bravo", "gone": "Charlie"},
        NEW: {"kept": "Alpha", "changed": "Delta", "come": "Echo"},
    }
    expected = {}
    for number, (state, texts) in enumerate(states.items()):
        write_all(folder, texts)
        expected[state] = undisturbed(folder, tmp_path / f"aside {number}")
    write_all(folder, states[OLD])
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        index.sync()
        write_all(folder, states[NEW])
        crash, seen = MOMENTS[moment]
        with monkeypatch.context() as patched:
            crash(patched)
            with pytest.raises(Crash):
                index.sync()
        assert (index.documents(), found(index)) == expected[seen]
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        assert (index.documents(), found(index)) == expected[seen]

    write_all(folder, {"as it is": states[NEW], "with the first state put back": states[OLD]}.get(go_on, {}))
    embedder = HashedEmbedder()
    with DocumentIndex(folder, model=embedder) as index:
        index.sync()
        aim = {"as it is": expected[NEW], "with the first state put back": expected[OLD]}.get(go_on, ((), {}))
        assert (index.documents(), found(index)) == aim
        if go_on == "as it is":
            assert len(embedder.embedded) == (4 if moment == "before add_documents" else 0)
        held = 2 * len(aim[0])
        assert rows(index) == {
            "documents": len(aim[0]),
            "paragraphs": held,
            "vectors": held,
            "files": len(aim[0]),
        }
        assert WordReader(index.path / "words").paragraph_count == held


@pytest.mark.parametrize("moment", ["after publish", "after words' commit"])
def test_crash_is_cleaned_up_though_the_folder_did_not_change(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """What a crash left undeleted goes at the next sync, even if that has nothing else to do."""
    write_all(folder, {"one": "Alpha", "two": "Bravo"})
    time.sleep(0.12)  # until the files' times vouch for them
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        index.sync()
        if moment == "after publish":
            (folder / "two.txt").unlink()
        else:
            (folder / "three.txt").write_text("Charlie.")
        crash, _ = MOMENTS[moment]
        with monkeypatch.context() as patched:
            crash(patched)
            with pytest.raises(Crash):
                index.sync()
        assert rows(index)["documents"] == (2 if moment == "after publish" else 3)
        (folder / "three.txt").unlink(missing_ok=True)
        index.sync()
        assert rows(index)["documents"] == len(index.documents())
        assert WordReader(index.path / "words").paragraph_count == index.paragraph_count()


def test_crash_of_a_rebuild_leaves_an_index_to_go_on_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild that dies before the database is deleted leaves the old index, which is whole after a sync."""
    monkeypatch.setattr(searcher_module, "SAVE_AFTER", 1)
    write_all(folder, {"one": "Alpha", "two": "Bravo"})
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        index.sync()
        before = found(index)
    deleted: list[str] = []

    def crash_at_database(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith(DATABASE):
            raise Crash
        deleted.append(path.name)
        os.unlink(path)  # noqa: PTH108 (the method is what is replaced)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", crash_at_database)
        with pytest.raises(Crash):
            DocumentIndex(folder, model=HashedEmbedder(), rebuild=True)
    assert {name for name in deleted if name.startswith("vectors")} == {MANIFEST, "vectors-2.faiss"}
    embedder = HashedEmbedder()
    with DocumentIndex(folder, model=embedder) as index:
        index.sync()
        assert found(index) == before
        assert embedder.embedded == []
