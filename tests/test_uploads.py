"""Documents that are handed over: kept by their content, called by their name, read as if they stood in the folder."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import LimitError, Limits, UnknownDocumentError, UnreadableFileError, UnsupportedFileError
from index.uploads import LONGEST_NAME, Uploads, shown_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index import DocumentIndex

OATS = b"The mill grinds oats on Tuesdays and barley on Fridays."
RYE = b"The mill grinds no rye, whatever the sign says."


def sources(index: DocumentIndex) -> list[str]:
    """Give the sources of all documents."""
    return [document.source for document in index.documents()]


def test_upload_is_kept_under_its_hash_and_read_under_its_name(open_index: Callable[..., DocumentIndex]) -> None:
    """A client's name is shown and makes no path; the bytes lie where their hash says."""
    index = open_index()
    upload = index.add(io.BytesIO(OATS), "../../etc/Mill\x1b[31m report.TXT")
    assert upload.id == hashlib.sha256(OATS).hexdigest()
    assert upload.path == index.path / "uploads" / f"{upload.id}.txt"
    assert upload.path.read_bytes() == OATS
    assert upload.source == "uploads/Mill[31m report.TXT"
    assert sources(index) == []
    index.sync()
    (document,) = index.documents()
    assert (document.id, document.source) == (upload.id, upload.source)
    assert [hit.paragraph.number for hit in index.search("oats")] == [1]


def test_upload_is_gone_from_every_answer_when_removed(open_index: Callable[..., DocumentIndex]) -> None:
    """Removing deletes the file at once; the next sync forgets what it said."""
    index = open_index()
    upload = index.add(io.BytesIO(OATS), "mill.txt")
    index.sync()
    index.remove(upload.id)
    assert [path.name for path in (index.path / "uploads").iterdir()] == ["writer.lock"]
    index.sync()
    assert sources(index) == []
    assert index.search("oats") == ()
    with pytest.raises(UnknownDocumentError, match="There is no upload"):
        index.remove(upload.id)


def test_upload_of_the_same_bytes_is_kept_once(open_index: Callable[..., DocumentIndex]) -> None:
    """The first name stays."""
    index = open_index()
    first = index.add(io.BytesIO(OATS), "mill.txt")
    assert index.add(io.BytesIO(OATS), "copy.md") == first
    assert index.uploads() == (first,)


def test_upload_with_a_name_that_is_taken_gets_a_number(folder: Path, open_index: Callable[..., DocumentIndex]) -> None:
    """Neither another upload nor a file of the folder is hidden by it."""
    (folder / "uploads").mkdir()
    (folder / "uploads" / "mill.txt").write_text("A file that stands in the folder.")
    index = open_index()
    index.add(io.BytesIO(OATS), "mill.txt")
    second = index.add(io.BytesIO(RYE), "mill.txt")
    assert second.source == "uploads/mill (2).txt"
    index.sync()
    assert sources(index) == ["uploads/mill (2).txt", "uploads/mill (3).txt", "uploads/mill.txt"]
    assert index.document("uploads/mill.txt").text == "A file that stands in the folder."


@pytest.mark.parametrize(
    ("data", "name", "error", "said"),
    [
        (OATS, "mill.exe", UnsupportedFileError, "no reader for .exe files"),
        (b"", "mill.txt", UnreadableFileError, "the file is empty"),
        (OATS * 40_000, "mill.txt", LimitError, "it is larger than 1 MB"),
    ],
)
def test_upload_that_cannot_be_taken_leaves_nothing(
    tmp_path: Path, data: bytes, name: str, error: type[Exception], said: str
) -> None:
    """Kind, size and emptiness are told at once."""
    uploads = Uploads(tmp_path)
    with pytest.raises(error, match=said):
        uploads.add(io.BytesIO(data), name, Limits(file_mb=1))
    assert list(tmp_path.glob("uploads/*")) == []


def test_upload_survives_a_rebuild(folder: Path, open_index: Callable[..., DocumentIndex]) -> None:
    """What was handed over cannot be made again, so throwing the index away keeps it."""
    index = open_index()
    upload = index.add(io.BytesIO(OATS), "mill.txt")
    index.sync()
    index.close()
    again = open_index(rebuild=True)
    again.sync()
    assert sources(again) == [upload.source]


def test_upload_whose_name_was_lost_is_called_by_its_hash(tmp_path: Path) -> None:
    """A note that is gone, or was forged to pass for another file, is not believed."""
    uploads = Uploads(tmp_path)
    upload = uploads.add(io.BytesIO(OATS), "mill.txt", Limits())
    note = upload.path.with_name(f"{upload.id}.upload.json")
    for content in (
        None,
        "[]",
        "{",
        json.dumps({"source": "leases/harbour.pdf"}),
        json.dumps({"source": "uploads/../x"}),
    ):
        note.unlink(missing_ok=True)
        if content is not None:
            note.write_text(content)
        assert [each.source for each in uploads] == [f"uploads/{upload.id}.txt"]


def test_upload_that_was_broken_off_is_cleared_away_later(tmp_path: Path) -> None:
    """After a day; what is on its way now is left alone."""
    (tmp_path / "uploads").mkdir()
    old, new = tmp_path / "uploads" / "old.part", tmp_path / "uploads" / "new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    Uploads(tmp_path).add(io.BytesIO(OATS), "mill.txt", Limits())
    assert (old.exists(), new.exists()) == (False, True)


@given(st.text(max_size=300))
def test_upload_name_is_one_visible_line_and_no_path(name: str) -> None:
    """Whatever a client says, what is shown has no slash and nothing unseen, and shows again as it is."""
    shown = shown_name(name)
    assert 1 <= len(shown) <= LONGEST_NAME
    assert not set(shown) & set("/\\\n\r\t\x00\x1b\u202e")
    assert shown_name(shown) == shown
