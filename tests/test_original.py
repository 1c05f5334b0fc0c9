"""The file that a document was read from is found again, or it is said that there is none."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import pytest

from index import FileChangedError, Original, UnknownDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index import DocumentIndex

    Opener = Callable[..., DocumentIndex]

TEXT = b"The harbour was closed. Nobody said why."


def test_original_has_the_bytes_that_were_read(folder: Path, open_index: Opener) -> None:
    """A document is found by its source and by its id."""
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_bytes(TEXT)
    index = open_index()
    index.sync()
    assert index.original("notes/a.txt") == Original("notes/a.txt", TEXT)
    assert index.original(hashlib.sha256(TEXT).hexdigest()) == Original("notes/a.txt", TEXT)


def test_original_is_any_copy_that_is_still_the_same(folder: Path, open_index: Opener) -> None:
    """The file that was meant is given where it can be; else a copy of it."""
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_bytes(TEXT)
    index = open_index()
    index.sync()
    assert index.original("b.txt") == Original("b.txt", TEXT)
    (folder / "b.txt").write_bytes(TEXT + b" ")
    assert index.original("b.txt") == Original("a.txt", TEXT)
    (folder / "a.txt").unlink()
    assert index.original("b.txt") == Original("c.txt", TEXT)


def test_original_that_has_changed_is_refused(folder: Path, open_index: Opener) -> None:
    """Other bytes never pass for those of the document; after a sync the file's new ones are its own."""
    (folder / "a.txt").write_bytes(TEXT)
    index = open_index()
    index.sync()
    (folder / "a.txt").write_bytes(TEXT.upper())
    refused = r"^a\.txt has changed or is gone since it was read\. Sync the folder to read it anew\.$"
    with pytest.raises(FileChangedError, match=refused):
        index.original("a.txt")
    index.sync()
    assert index.original("a.txt").data == TEXT.upper()


def test_original_that_is_gone_is_refused_with_the_reason(folder: Path, open_index: Opener) -> None:
    """What the system says is told, and after a sync there is no such document."""
    (folder / "a.txt").write_bytes(TEXT)
    index = open_index()
    index.sync()
    (folder / "a.txt").unlink()
    with pytest.raises(FileChangedError, match=r"^a\.txt has .* \(it cannot be opened: No such file or directory\)\. "):
        index.original("a.txt")
    index.sync()
    with pytest.raises(UnknownDocumentError, match=r"^There is no document 'a\.txt' in this folder\.$"):
        index.original("a.txt")


def test_original_is_not_read_through_a_link_out_of_the_folder(
    folder: Path, tmp_path: Path, open_index: Opener
) -> None:
    """A link that has taken a file's place leads nowhere, even to the same bytes."""
    (folder / "a.txt").write_bytes(TEXT)
    index = open_index()
    index.sync()
    (folder / "a.txt").rename(tmp_path / "outside.txt")
    (folder / "a.txt").symlink_to(tmp_path / "outside.txt")
    with pytest.raises(FileChangedError, match=r"\(it is a link that leads out of the folder\)\. Sync"):
        index.original("a.txt")


def test_original_of_an_upload_is_found(folder: Path, open_index: Opener) -> None:
    """A file that was handed over is in the index, and a file of the folder under its name is not taken for it."""
    index = open_index()
    upload = index.add(io.BytesIO(TEXT), "a.txt")
    index.sync()
    (folder / "uploads").mkdir()
    (folder / "uploads" / "a.txt").write_bytes(TEXT.upper())
    assert index.original(upload.id) == Original("uploads/a.txt", TEXT)
