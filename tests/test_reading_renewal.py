"""When a file is read again though its bytes are the same."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hashed_embedder import HashedEmbedder

from index import DocumentIndex, Limits, ReadingReport, ReadingSettings
from index.reading import renewal
from index.reading.process import Reading
from index.reading.readers import Reader, readers
from index.reading.workers import ReadingWorkers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = ReadingSettings()


def noted(reading: Reading, settings: ReadingSettings = PLAIN) -> str:
    """How a file was read."""
    return renewal.note(reading, settings)


def test_renewal_of_a_file_that_lacked_nothing_is_never_due() -> None:
    """Other settings are no reason to read a complete document again, nor is a file that was never opened."""
    complete = noted(Reading(None, "text", 1))
    generous = ReadingSettings(Limits(pages=10**6), ("secret",), ocr=True)
    assert not renewal.would_read_better(complete, generous)
    assert not renewal.would_read_better(None, generous)


def test_renewal_is_due_when_a_limit_was_raised() -> None:
    """A higher limit reads more; the same or a lower one does not."""
    short = noted(Reading(None, "pdf", 1, "too long", ("pages", "seconds")))
    assert renewal.would_read_better(short, ReadingSettings(Limits(pages=5_001)))
    assert renewal.would_read_better(short, ReadingSettings(Limits(seconds=61)))
    assert not renewal.would_read_better(short, PLAIN)
    assert not renewal.would_read_better(short, ReadingSettings(Limits(pages=10, rows=10**6)))


def test_renewal_is_due_whenever_passwords_are_given() -> None:
    """Nothing of a password is kept, so a protected file is tried with any that come; without one it is not."""
    first = ReadingSettings(passwords=("wrong",))
    protected = noted(Reading(None, "pdf", 1, "protected", ("password",)), first)
    other = ReadingSettings(passwords=("other",))
    assert protected == noted(Reading(None, "pdf", 1, "protected", ("password",)), other)
    assert not renewal.would_read_better(protected, PLAIN)
    assert renewal.would_read_better(protected, ReadingSettings(passwords=("right",)))


def test_renewal_lets_other_readers_lack_what_only_they_know() -> None:
    """A name that is none of our limits is no reason to read again, and stops nothing."""
    assert not renewal.would_read_better(noted(Reading(None, "shout", 1, "no voice", ("voice",))), PLAIN)


def test_renewal_is_due_when_recognition_becomes_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are read again when --ocr is given and tesseract is there; what was recognised stays without it."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    recognising = ReadingSettings(ocr=True)
    scan = noted(Reading(None, "pdf", 1, lacking=("ocr",)), recognising)
    assert not renewal.would_read_better(scan, recognising)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    assert not renewal.would_read_better(scan, PLAIN)
    assert renewal.would_read_better(scan, recognising)
    assert not renewal.would_read_better(noted(Reading(None, "pdf", 1, lacking=("ocr",)), recognising), recognising)


def test_renewal_is_due_when_a_reader_has_become_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """A higher version of the reader reads its files again; one that is no longer installed reads none."""
    old = noted(Reading(None, "text", 1))
    better = tuple(Reader(r.name, r.version + 1, r.suffixes, r.read, r.recognises) for r in readers())
    monkeypatch.setattr(renewal, "readers", lambda: better)
    assert renewal.would_read_better(old, PLAIN)
    monkeypatch.setattr(renewal, "readers", tuple)
    assert not renewal.would_read_better(old, PLAIN)


def test_renewal_is_due_when_another_release_may_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """What made a reader fail is tried again by the next release of the program, and not before."""
    failed = noted(Reading(None, reason="reading it failed", lacking=("release",)))
    assert not renewal.would_read_better(failed, PLAIN)
    monkeypatch.setattr(renewal, "version", lambda _: "99.0")
    assert renewal.would_read_better(failed, PLAIN)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[ReadingSettings], DocumentIndex]:
    """Open the index of one folder with settings."""
    folder = tmp_path / "documents"
    folder.mkdir()
    rows = "".join(f"item {number};{number}\n" for number in range(1, 9))
    (folder / "list.csv").write_text("name;count\n" + rows)
    (folder / "copy.csv").write_text("name;count\n" + rows)
    (folder / "note.txt").write_text("The harbour is closed.")

    def open_with(settings: ReadingSettings) -> DocumentIndex:
        return DocumentIndex(folder, model=HashedEmbedder(), reading=settings)

    return open_with


def test_sync_reads_what_was_cut_again_under_a_higher_limit(
    opened: Callable[[ReadingSettings], DocumentIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was read in part is replaced, all of its copies with it; the others are not opened."""
    with opened(ReadingSettings(Limits(rows=3))) as index:
        index.sync()
        before = {document.source: document for document in index.documents()}
        assert before["copy.csv"].copies == ("list.csv",)
        assert before["copy.csv"].paragraph_count == 2  # besides the row of column heads
        assert before["copy.csv"].report.lacking == ("rows",)
    seen: list[str] = []
    read = ReadingWorkers.read

    def watched(self: ReadingWorkers, data: bytes, source: str) -> Reading:
        seen.append(source)
        return read(self, data, source)

    monkeypatch.setattr(ReadingWorkers, "read", watched)
    with opened(ReadingSettings(Limits(rows=100))) as index:
        report = index.sync()
        assert set(seen) <= {"copy.csv", "list.csv"}
        assert (report.updated, report.unchanged, report.paragraphs_embedded) == (("copy.csv", "list.csv"), 1, 8)
        (after,) = (document for document in index.documents() if document.kind == "csv")
        assert (after.paragraph_count, after.report) == (8, ReadingReport())
        assert [hit.text for hit in index.search("item 8", 1)] == ["item 8 | 8"]
        seen.clear()
        assert index.sync().unchanged == 3
        assert seen == []
    with opened(ReadingSettings(Limits(rows=3))) as index:  # what was read stays
        assert index.sync().unchanged == 3


def test_sync_keeps_what_was_read_when_reading_it_again_fails(
    opened: Callable[[ReadingSettings], DocumentIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second reading that fails loses nothing of the first, and is not tried again."""
    with opened(ReadingSettings(Limits(rows=3))) as index:
        index.sync()
        before = index.documents()
    monkeypatch.setattr(ReadingWorkers, "read", lambda *_: Reading(None, "csv", 1, "it failed", ("rows",)))
    with opened(ReadingSettings(Limits(rows=100))) as index:
        assert index.sync().paragraphs_embedded == 0
        assert index.documents() == before
        assert index.unread() == ()
        assert index.sync().unchanged == 3
