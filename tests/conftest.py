"""Fixtures of the index's tests: a folder to fill, and indexes that are closed when the test is over."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hashed_embedder import HashedEmbedder
from hypothesis import settings

from index import DocumentIndex

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index import Embedder


pytest_plugins = ["browser"]

# The same examples in every run: a change fails by what it changed. Others: --hypothesis-profile=default.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    path = tmp_path / "documents"
    path.mkdir()
    return path


@pytest.fixture
def open_index(folder: Path) -> Iterator[Callable[..., DocumentIndex]]:
    """Opens the index of `folder`, by default with an embedder that loads nothing."""
    with ExitStack() as opened:

        def open_one(
            model: str | Embedder | None = None, *, index: str | os.PathLike[str] | None = None, rebuild: bool = False
        ) -> DocumentIndex:
            embedder = HashedEmbedder() if model is None else model
            return opened.enter_context(DocumentIndex(folder, index=index, model=embedder, rebuild=rebuild))

        yield open_one
