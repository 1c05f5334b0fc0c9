"""Sync: the index follows the folder, does no more than it must, and refuses what is not its own."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hashed_embedder import HashedEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import DocumentIndex, IndexDamagedError, IndexMismatchError, Progress, SyncReport, UnknownDocumentError
from index import searcher as searcher_module
from index import sync as sync_module
from index.errors import FolderError
from index.reading.workers import ReadingWorkers
from index.store import DATABASE
from index.sync import UnreadFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Opener = Callable[..., DocumentIndex]

HARBOUR = "The harbour master keeps the gate open.\n\nBoats wait for the tide in the evening.\n"
ORCHARD = "The orchard bears pears in autumn.\n"
LIBRARY = "The library lends maps of the valley.\n"
EMPTY = UnreadFile("empty.txt", "the file is empty")


def report(
    *,
    added: tuple[str, ...] = (),
    updated: tuple[str, ...] = (),
    renamed: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    unchanged: int = 0,
    unread: tuple[UnreadFile, ...] = (),
    paragraphs_embedded: int = 0,
) -> SyncReport:
    """A report in which all that is not named is nothing."""
    return SyncReport(added, updated, renamed, removed, unchanged, unread, paragraphs_embedded)


def settle() -> None:
    """Wait until files are old enough for their times to vouch for them."""
    time.sleep(0.12)


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it an error to open any document."""

    def refuse(*_: object) -> None:
        raise AssertionError("a file was opened that is unchanged")

    monkeypatch.setattr(sync_module, "read_bytes", refuse)
    monkeypatch.setattr(ReadingWorkers, "read", refuse)


def texts(index: DocumentIndex, question: str) -> list[str]:
    """The texts of all paragraphs that share a word with a question."""
    return [hit.text for hit in index.search(question, 50) if hit.words is not None]


def sources(index: DocumentIndex) -> dict[str, tuple[str, ...]]:
    """Each document's source and its copies."""
    return {document.source: document.copies for document in index.documents()}


def stored_documents(index: DocumentIndex) -> int:
    """How many documents the database holds, visible or not."""
    with closing(sqlite3.connect(index.path / DATABASE)) as database:
        return int(database.execute("SELECT count(*) FROM documents").fetchone()[0])


def test_sync_of_an_empty_folder_makes_an_empty_index(open_index: Opener) -> None:
    """A folder without documents is no error, and nothing is found in it."""
    with open_index() as index:
        assert index.sync() == report()
        assert index.sync() == report()
        assert index.documents() == ()
        assert index.paragraph_count() == 0
        assert index.search("harbour") == ()
        assert index.unread() == ()
        assert index.word_weights("harbour") == {"harbour": 1.0}


def test_sync_adds_what_is_new(folder: Path, open_index: Opener) -> None:
    """New files are read, and found by their words under their sources."""
    (folder / "sub").mkdir()
    (folder / "a.txt").write_text(HARBOUR)
    (folder / "sub" / "b.txt").write_text(ORCHARD)
    with open_index() as index:
        assert index.search("harbour") == ()
        assert index.sync() == report(added=("a.txt", "sub/b.txt"), paragraphs_embedded=3)
        assert sources(index) == {"a.txt": (), "sub/b.txt": ()}
        assert index.paragraph_count() == 3
        assert [(hit.source, hit.text) for hit in index.search("tide", 1)] == [
            ("a.txt", "Boats wait for the tide in the evening.")
        ]
        (folder / "c.txt").write_text(LIBRARY)
        settle()
        assert index.sync().added == ("c.txt",)
        assert texts(index, "maps") == [LIBRARY.strip()]


def test_sync_updates_what_has_changed(folder: Path, open_index: Opener) -> None:
    """A changed file is found by its new words, and by none of its old ones; others are left alone."""
    (folder / "a.txt").write_text(HARBOUR)
    (folder / "b.txt").write_text(ORCHARD)
    settle()
    embedder = HashedEmbedder()
    with open_index(embedder) as index:
        index.sync()
        embedder.embedded.clear()
        (folder / "a.txt").write_text(HARBOUR.replace("tide", "ferry"))
        assert index.sync() == report(updated=("a.txt",), unchanged=1, paragraphs_embedded=2)
        assert sorted(embedder.embedded) == [
            "Boats wait for the ferry in the evening.",
            "The harbour master keeps the gate open.",
        ]
        assert texts(index, "tide") == []
        assert texts(index, "ferry") == ["Boats wait for the ferry in the evening."]
        assert all("tide" not in hit.text for hit in index.search("tide", 50))
        assert stored_documents(index) == 2


def test_sync_renames_without_embedding(folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file under a new name keeps its document, which is cited under the new name."""
    (folder / "a.txt").write_text(HARBOUR)
    embedder = HashedEmbedder()
    with open_index(embedder) as index:
        index.sync()
        (id_,) = (document.id for document in index.documents())
        embedder.embedded.clear()
        (folder / "a.txt").rename(folder / "z.txt")
        monkeypatch.setattr(ReadingWorkers, "read", None)
        assert index.sync() == report(renamed=("z.txt",))
        assert embedder.embedded == []
        assert [(document.id, document.source) for document in index.documents()] == [(id_, "z.txt")]
        assert {hit.source for hit in index.search("harbour")} == {"z.txt"}
        with pytest.raises(UnknownDocumentError, match=r"^There is no document 'a\.txt' in this folder\."):
            index.document("a.txt")


def test_sync_forgets_what_is_gone(folder: Path, open_index: Opener) -> None:
    """A removed file is in no list and in no result, and nothing of it is stored."""
    (folder / "a.txt").write_text(HARBOUR)
    (folder / "b.txt").write_text(ORCHARD)
    settle()
    with open_index() as index:
        index.sync()
        (folder / "a.txt").unlink()
        assert index.sync() == report(removed=("a.txt",), unchanged=1)
        assert sources(index) == {"b.txt": ()}
        assert [hit.source for hit in index.search("harbour tide", 50)] == ["b.txt"]
        assert texts(index, "harbour tide") == []
        assert stored_documents(index) == 1
        (folder / "b.txt").unlink()
        assert index.sync() == report(removed=("b.txt",))
        assert index.search("orchard") == ()


def test_sync_takes_copies_for_one_document(folder: Path, open_index: Opener) -> None:
    """Files with the same bytes are one document under the first source, until the last of them is gone."""
    (folder / "b.txt").write_text(HARBOUR)
    embedder = HashedEmbedder()
    with open_index(embedder) as index:
        index.sync()
        embedder.embedded.clear()
        shutil.copy(folder / "b.txt", folder / "a.txt")
        settle()
        assert index.sync().added == ("a.txt",)
        assert embedder.embedded == []
        assert sources(index) == {"a.txt": ("b.txt",)}
        assert {hit.source for hit in index.search("harbour")} == {"a.txt"}
        assert {hit.source for hit in index.search("harbour", documents=["b.txt"])} == {"b.txt"}
        (folder / "a.txt").unlink()
        assert index.sync() == report(removed=("a.txt",), unchanged=1)
        assert sources(index) == {"b.txt": ()}
        assert len(texts(index, "harbour")) == 1
        (folder / "b.txt").unlink()
        assert index.sync() == report(removed=("b.txt",))
        assert sources(index) == {}


def test_sync_takes_copies_that_come_together_for_one_document(folder: Path, open_index: Opener) -> None:
    """Files with the same bytes in one sync are embedded once, and progress is told of one."""
    for name in ("c", "a", "b"):
        (folder / f"{name}.txt").write_text(HARBOUR)
    told: list[Progress] = []
    with open_index() as index:
        assert index.sync(told.append) == report(added=("a.txt", "b.txt", "c.txt"), paragraphs_embedded=2)
        assert sources(index) == {"a.txt": ("b.txt", "c.txt")}
    assert (told[-1].paragraphs_found, told[-1].paragraphs_embedded) == (2, 2)


def test_sync_of_a_file_that_was_emptied_forgets_its_text(folder: Path, open_index: Opener) -> None:
    """A file that now holds nothing is unread with the reason, and what it held is gone."""
    (folder / "empty.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
        (folder / "empty.txt").write_text("")
        assert index.sync() == report(updated=("empty.txt",), unread=(EMPTY,))
        assert index.search("harbour") == ()
        assert index.unread() == (EMPTY,)
        assert stored_documents(index) == 0


def test_sync_keeps_why_a_file_is_unread_and_does_not_read_it_again(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that could not be read is reported at every sync, and opened at the first only."""
    (folder / "empty.txt").write_text("")
    (folder / "table.xyz").write_text("x")
    settle()
    table = UnreadFile("table.xyz", "no reader for .xyz files")
    with open_index() as index:
        assert index.sync() == report(unread=(EMPTY, table))
        forbid_reading(monkeypatch)
        assert index.sync() == report(unchanged=2, unread=(EMPTY, table))
        assert index.unread() == (EMPTY, table)
        (folder / "empty.txt").touch()
        monkeypatch.undo()
        monkeypatch.setattr(ReadingWorkers, "read", None)
        assert index.sync() == report(unchanged=1, unread=(EMPTY, table))


def test_sync_reads_a_file_that_was_repaired(folder: Path, open_index: Opener) -> None:
    """A file that was unread and can now be read is in the index, and no longer unread."""
    (folder / "empty.txt").write_text("")
    with open_index() as index:
        index.sync()
        (folder / "empty.txt").write_text(ORCHARD)
        assert index.sync() == report(updated=("empty.txt",), paragraphs_embedded=1)
        assert index.unread() == ()
        assert texts(index, "pears") == [ORCHARD.strip()]
        (folder / "empty.txt").unlink()
        assert index.sync() == report(removed=("empty.txt",))


def test_sync_of_an_unread_file_that_is_gone_says_nothing(folder: Path, open_index: Opener) -> None:
    """A file that was in no document leaves no trace when it goes."""
    (folder / "empty.txt").write_text("")
    with open_index() as index:
        index.sync()
        (folder / "empty.txt").unlink()
        assert index.sync() == report()
        assert index.unread() == ()


def test_sync_of_an_unchanged_folder_opens_no_file(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing has changed, no file is opened and nothing embedded, by this index or one opened anew."""
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Paragraph {number} is about the harbour.")
    settle()
    embedder = HashedEmbedder()
    with open_index(embedder) as index:
        index.sync()
        forbid_reading(monkeypatch)
        embedder.embedded.clear()
        told: list[Progress] = []
        assert index.sync(told.append) == report(unchanged=5)
        assert told == []
        with open_index(embedder) as another:
            assert another.sync() == report(unchanged=5)
            assert len(texts(another, "harbour")) == 5
    assert embedder.embedded == []


def test_sync_looks_again_at_files_that_were_written_a_moment_ago(folder: Path, open_index: Opener) -> None:
    """A change right after the first sync, of the same length, is noticed even where the clock did not move."""
    embedder = HashedEmbedder()
    with open_index(embedder) as index:
        for word in ("tide", "boat", "lamp", "bell"):
            (folder / "a.txt").write_text(f"Here is the {word}.")
            index.sync()
            assert [hit.text for hit in index.search("here", 5)] == [f"Here is the {word}."]
            embedder.embedded.clear()
            index.sync()
            assert embedder.embedded == []


def test_sync_reports_progress_that_only_grows_and_is_complete(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No number of the progress ever falls, and at the end all is read and embedded."""
    monkeypatch.setattr(sync_module, "BATCH_PARAGRAPHS", 5)
    monkeypatch.setattr(sync_module, "EMBED_AT_ONCE", 3)
    sizes = {f"{number:02}.txt": number % 4 for number in range(20)}
    for source, count in sizes.items():
        (folder / source).write_text("\n\n".join(f"Paragraph {n} of {source} stands here." for n in range(count)))
    told: list[Progress] = []
    with open_index() as index:
        done = index.sync(told.append)
    for name in ("files", "files_read", "bytes", "bytes_read", "paragraphs_found", "paragraphs_embedded"):
        values = [getattr(progress, name) for progress in told]
        assert values == sorted(values)
    assert all(progress.paragraphs_embedded <= progress.paragraphs_found for progress in told)
    total = sum(path.stat().st_size for path in folder.glob("*.txt"))
    assert told[0] == Progress(files=20, bytes=total)
    assert told[-1] == Progress(20, 20, total, total, 30, 30, "19.txt")
    assert list(dict.fromkeys(progress.source for progress in told)) == ["", *sizes]
    assert done.paragraphs_embedded == 30


@pytest.mark.parametrize("stop_at", [1, 2, 9, 15, 22, 29])
def test_sync_broken_off_leaves_a_sound_index(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    """Ctrl-C at any progress leaves what was finished searchable, and the next sync does the rest and no more."""
    monkeypatch.setattr(sync_module, "BATCH_PARAGRAPHS", 6)
    for number in range(24):
        (folder / f"{number:02}.txt").write_text(f"Paragraph {number} is about the harbour.")
    settle()
    embedder = HashedEmbedder()
    calls = 0

    def stop(_: Progress) -> None:
        nonlocal calls
        calls += 1
        if calls == stop_at:
            raise KeyboardInterrupt

    with open_index(embedder) as index:
        with pytest.raises(KeyboardInterrupt):
            index.sync(stop)
        finished = len(index.documents())
        assert finished % 6 == 0
        assert len(texts(index, "harbour")) == finished
        embedder.embedded.clear()
        assert index.sync().paragraphs_embedded == 24 - finished
        assert len(embedder.embedded) == 24 - finished
        assert len(texts(index, "harbour")) == 24
        assert stored_documents(index) == 24


class OtherEmbedder(HashedEmbedder):
    """Another model: the same numbers under another fingerprint."""

    name = "other words"
    fingerprint = "other-words-64"


MISMATCH = (
    r"^The index in .* was built with 'hashed words' \(64 wide\), not with this 'other words' \(64 wide\)\. "
    r"Rebuild it with --rebuild, or use that model\.$"
)


def test_sync_with_another_model_is_refused(folder: Path, open_index: Opener) -> None:
    """An index is neither opened, searched nor written with a model that did not make it."""
    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
        before = index.search("tide")
    with pytest.raises(IndexMismatchError, match=MISMATCH):
        open_index(OtherEmbedder())
    with open_index() as index:
        assert index.search("tide") == before


def test_sync_with_another_model_of_an_index_that_was_empty_is_refused(folder: Path, open_index: Opener) -> None:
    """Of two who open an empty index, the second to write is refused where its model is another."""
    with open_index() as index, open_index(OtherEmbedder()) as other:
        (folder / "a.txt").write_text(HARBOUR)
        index.sync()
        with pytest.raises(IndexMismatchError, match=MISMATCH):
            other.search("tide")
        (folder / "b.txt").write_text(ORCHARD)
        with pytest.raises(IndexMismatchError, match=MISMATCH):
            other.sync()
        assert sources(index) == {"a.txt": ()}


def test_sync_with_the_same_model_under_another_name_goes_on(folder: Path, open_index: Opener) -> None:
    """What counts is the model itself, not what it is called."""

    class Renamed(HashedEmbedder):
        name = "/models/hashed"

    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
    with open_index(Renamed()) as index:
        assert len(texts(index, "tide")) == 1


def test_rebuild_begins_anew_with_another_model(folder: Path, open_index: Opener) -> None:
    """A rebuild forgets documents and model, and leaves other files in the index's folder alone."""
    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
        (index.path / "notes of mine.txt").write_text("Keep.")
    with open_index(OtherEmbedder(), rebuild=True) as index:
        assert index.documents() == ()
        assert index.model_name == "other words"
        assert index.sync() == report(added=("a.txt",), paragraphs_embedded=2)
        assert len(texts(index, "tide")) == 1
        assert (index.path / "notes of mine.txt").read_text() == "Keep."


def test_index_of_another_format_is_refused_and_rebuilt(folder: Path, open_index: Opener) -> None:
    """A later format is an error that says what to do, and a rebuild does it."""
    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
    with closing(sqlite3.connect(index.path / DATABASE)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(
        IndexMismatchError, match=r"has format 99; this version of askfolder reads format 2\..*--rebuild"
    ):
        open_index()
    with open_index(rebuild=True) as index:
        assert index.sync().added == ("a.txt",)


def test_index_with_a_damaged_database_is_refused_and_rebuilt(folder: Path, open_index: Opener) -> None:
    """A database that cannot be read is an error that says what to do, and a rebuild does it."""
    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
    (index.path / DATABASE).write_bytes(b"no database " * 1000)
    with pytest.raises(IndexDamagedError, match=r"^The index in .* cannot be read \(.*\)\. Make it anew .*--rebuild$"):
        open_index()
    with open_index(rebuild=True) as index:
        assert index.sync().added == ("a.txt",)


def test_index_with_a_database_damaged_in_its_middle_says_so(folder: Path, open_index: Opener) -> None:
    """Damage that shows only while searching or syncing is the same error."""
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"Paragraph {number} is about the harbour.")
    with open_index() as index:
        index.sync()
    file = index.path / DATABASE
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    damaged = r"^The index in .* cannot be read \(.*\)\. Make it anew .*--rebuild$"
    with pytest.raises(IndexDamagedError, match=damaged):
        open_index().search("harbour")
    with pytest.raises(IndexDamagedError, match=damaged):
        open_index().sync()
    with pytest.raises(IndexDamagedError, match=damaged):
        open_index().documents()
    with open_index(rebuild=True) as index:
        assert index.sync().paragraphs_embedded == 30


def test_index_whose_database_was_put_back_is_brought_up_to_it(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an older copy of the database alone is restored, words and vectors follow it, and later changes count."""
    monkeypatch.setattr(searcher_module, "SAVE_AFTER", 1)
    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        index.sync()
    older = (index.path / DATABASE).read_bytes()
    for word in ("lamp", "bell", "rope"):
        (folder / "b.txt").write_text(f"Here hangs a {word}.")
        with open_index() as index:
            index.sync()
    (index.path / DATABASE).write_bytes(older)
    with open_index() as index:
        assert {(hit.text, hit.words is not None) for hit in index.search("evening tide rope")} == {
            ("The harbour master keeps the gate open.", False),
            ("Boats wait for the tide in the evening.", True),
        }
    (folder / "b.txt").write_text("Here hangs a map.")
    with open_index() as index:
        index.sync()
        assert texts(index, "rope") == []
        assert texts(index, "map hangs") == ["Here hangs a map."]
        assert texts(index, "tide") == ["Boats wait for the tide in the evening."]
        assert len(index.search("zeppelin", 50)) == 3  # by meaning alone


@pytest.mark.parametrize(
    "how", ["words gone", "words damaged", "words' number gone", "vectors gone", "vectors damaged"]
)
def test_sync_makes_words_and_vectors_again_without_embedding(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """What can be derived from the database is made from it: nothing is read or embedded a second time."""
    monkeypatch.setattr(searcher_module, "SAVE_AFTER", 1)
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Paragraph {number} is about the harbour.")
    settle()
    embedder = HashedEmbedder()
    with open_index(embedder) as index:
        index.sync()
        before = index.search("harbour 3", 10)
        assert len(before) == 5
    segment = next(path for path in (index.path / "words").iterdir() if path.suffix == ".term")
    (vectors,) = index.path.glob("vectors-*.faiss")
    if how == "words gone":
        shutil.rmtree(index.path / "words")
    elif how == "words damaged":
        segment.write_bytes(segment.read_bytes()[:40])
    elif how == "words' number gone":
        (index.path / "words" / "seq").unlink()
    elif how == "vectors gone":
        vectors.unlink()
    else:
        vectors.write_bytes(vectors.read_bytes()[:-1] + b"?")
    forbid_reading(monkeypatch)
    embedder.embedded.clear()
    with open_index(embedder) as index:
        if how in ("words gone", "words damaged"):
            with pytest.raises(
                IndexDamagedError, match=r"^The word index in .*words cannot be read .*Index the folder"
            ):
                index.search("harbour")
        assert index.sync() == report(unchanged=5)
        assert index.search("harbour 3", 10) == before
    assert embedder.embedded == []


def test_sync_writes_the_vector_file_when_it_has_fallen_behind(
    folder: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few changes are replayed at opening; many are written down once."""
    monkeypatch.setattr(searcher_module, "SAVE_AFTER", 4)
    files = []
    with open_index() as index:
        for number in range(6):
            (folder / f"{number}.txt").write_text(f"Paragraph {number} is about the harbour.")
            index.sync()
            files.append([path.name for path in index.path.glob("vectors-*")])
    assert files == [[], [], [], ["vectors-4.faiss"], ["vectors-4.faiss"], ["vectors-4.faiss"]]
    with open_index() as index:
        assert len(index.search("harbour", 10)) == 6


def test_index_keeps_itself_out_of_repositories(folder: Path, open_index: Opener) -> None:
    """The index's folder holds a .gitignore for all of it, which is not written over."""
    with open_index() as index:
        assert index.path == folder / ".askfolder"
        assert (index.path / ".gitignore").read_text() == "*\n"
    (folder / ".askfolder" / ".gitignore").write_text("mine\n")
    with open_index() as index:
        assert (index.path / ".gitignore").read_text() == "mine\n"


def test_index_is_kept_where_it_is_asked_for(folder: Path, tmp_path: Path, open_index: Opener) -> None:
    """An index elsewhere leaves the folder as it was; one in the folder is not read as a document."""
    (folder / "a.txt").write_text(HARBOUR)
    with open_index(index=tmp_path / "elsewhere" / "index") as index:
        assert index.sync().added == ("a.txt",)
        assert [path.name for path in folder.iterdir()] == ["a.txt"]
    with open_index(index=folder / "here") as index:
        assert index.sync() == report(added=("a.txt",), paragraphs_embedded=2)
        index.sync()
        assert sources(index) == {"a.txt": ()}
        assert index.unread() == ()


def test_index_of_a_folder_that_cannot_be_written_to_is_kept_with_the_users_data(
    folder: Path, tmp_path: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a folder is indexed all the same; two folders of one name do not share an index."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / "data" / name)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    (folder / "a.txt").write_text(HARBOUR)
    with open_index() as index:
        assert index.path.parent == tmp_path / "data" / "askfolder"
        assert re.fullmatch(r"documents-[0-9a-f]{12}", index.path.name)
        index.sync()
        assert [path.name for path in folder.iterdir()] == ["a.txt"]
    with open_index() as again:
        assert again.path == index.path
        assert len(texts(again, "tide")) == 1
    other = tmp_path / "other" / "documents"
    other.mkdir(parents=True)
    with DocumentIndex(other, model=HashedEmbedder()) as second:
        assert second.path.parent == index.path.parent
        assert second.path != index.path


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_index_of_a_read_only_folder_is_kept_with_the_users_data(
    folder: Path, tmp_path: Path, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without permission to write is recognised as such."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / "data" / name)
    (folder / "a.txt").write_text(HARBOUR)
    folder.chmod(0o500)
    try:
        with open_index() as index:
            index.sync()
            assert index.path.parent == tmp_path / "data" / "askfolder"
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_sync_reads_a_file_again_once_it_may(folder: Path, open_index: Opener) -> None:
    """A file without permission is unread with the reason, and tried again at every sync."""
    (folder / "a.txt").write_text(HARBOUR)
    (folder / "a.txt").chmod(0)
    settle()
    with open_index() as index:
        closed = UnreadFile("a.txt", "it cannot be opened: Permission denied")
        assert index.sync() == report(unread=(closed,))
        (folder / "a.txt").chmod(0o600)
        assert index.sync() == report(updated=("a.txt",), paragraphs_embedded=2)


def test_index_of_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """The message names the folder."""
    with pytest.raises(FolderError, match=r"^There is no folder .*nowhere\.$"):
        DocumentIndex(tmp_path / "nowhere", model=HashedEmbedder())


def test_index_without_a_place_to_be_is_an_error(folder: Path, tmp_path: Path, open_index: Opener) -> None:
    """A file in the index's place is named, and so is the way out."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        FolderError, match=r"^The index cannot be written to .*file \(.*\)\. Name another place with --index"
    ):
        open_index(index=tmp_path / "file")


def test_sync_of_a_folder_that_is_gone_keeps_the_index(folder: Path, tmp_path: Path, open_index: Opener) -> None:
    """An unmounted disk is not a folder whose files were all deleted."""
    (folder / "a.txt").write_text(HARBOUR)
    with open_index(index=tmp_path / "index") as index:
        index.sync()
        folder.rename(tmp_path / "away")
        with pytest.raises(FolderError, match=r"^The folder .* is gone\. What it held is still in the index\.$"):
            index.sync()
        assert len(texts(index, "tide")) == 1


WORDS = ("harbour", "orchard", "library", "tide")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(("a", "b", "c", "d")), st.none() | st.sampled_from(WORDS), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_sync_any_history_leaves_what_the_folder_holds(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[dict[str, str | None]]
) -> None:
    """After any files come, change, are copied and go, the index holds what the folder holds, and no more."""
    folder = tmp_path_factory.mktemp("any")
    held: dict[str, str] = {}
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        for files in rounds:
            for name, word in files.items():
                if word is None:
                    (folder / f"{name}.txt").unlink(missing_ok=True)
                    held.pop(f"{name}.txt", None)
                else:
                    (folder / f"{name}.txt").write_text(f"Here is the {word}.")
                    held[f"{name}.txt"] = word
            index.sync()
            expected: dict[str, list[str]] = {}
            for source, word in sorted(held.items()):
                expected.setdefault(word, []).append(source)
            assert sources(index) == {first: tuple(rest) for first, *rest in expected.values()}
            assert stored_documents(index) == len(expected)
            for word in WORDS:
                assert texts(index, word) == ([f"Here is the {word}."] if word in expected else [])
