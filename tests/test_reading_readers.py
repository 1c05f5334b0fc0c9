"""Which readers are installed, and how another package brings one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reader_package import install

from index.errors import AskfolderError
from index.reading import choose_reader, has_reader, read_document
from index.reading.readers import readers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _look_again() -> Iterator[None]:
    """The readers are looked up once a process; here, once a test."""
    readers.cache_clear()
    yield
    readers.cache_clear()


def test_readers_are_ours_by_default() -> None:
    """Our own readers are found in the way in which those of other packages are."""
    assert [reader.name for reader in readers()] == [
        "csv", "docx", "epub", "html", "mail", "markdown", "odt", "pdf", "pptx", "spreadsheet", "text",
    ]  # fmt: skip


def test_readers_of_another_package_read_their_kind_of_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point is all that it takes to add a kind of file."""
    assert not has_reader("a.shout")
    readers.cache_clear()
    monkeypatch.syspath_prepend(install(tmp_path, "SHOUT"))
    assert has_reader("a.shout")
    assert read_document(b"The harbour is closed.", "a.shout").text == "THE HARBOUR IS CLOSED."


def test_readers_of_another_package_may_take_over_a_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who installs another reader for .txt wants it to be used."""
    monkeypatch.syspath_prepend(install(tmp_path, "TEXT"))
    assert choose_reader(b"text", "a.txt").name == "own text"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "NOTHING",
            r"^The entry point 'nothing' of askfolder\.readers is no index\.reading\.Reader but 'no reader'\.$",
        ),
        ("MISSING", r"^The reader 'missing' of an installed package cannot be loaded: .*MISSING"),
    ],
)
def test_readers_that_are_none_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    """A broken package is told by the name of its entry point."""
    monkeypatch.syspath_prepend(install(tmp_path, name))
    with pytest.raises(AskfolderError, match=message):
        readers()
