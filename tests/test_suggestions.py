"""Questions to begin with: drawn from the documents, short, and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader

from qa import Folder
from qa.sample import sample_folder
from qa.suggestions import LONGEST, MOST, SURE_ENOUGH, suggest

if TYPE_CHECKING:
    from pathlib import Path


def test_suggestions_are_answered_by_the_folder(tmp_path: Path) -> None:
    """Each is short, there are no two alike, and each gets an answer that is sure enough; by the real models."""
    with Folder(sample_folder(), index=tmp_path / "index") as folder:
        folder.sync()
        questions = suggest(folder)
        assert len(set(questions)) == MOST
        assert all(len(question) <= LONGEST for question in questions)
        assert all(folder.ask(question).confidence >= SURE_ENOUGH for question in questions)


def test_suggestions_of_an_empty_folder_are_none(folder: Path) -> None:
    """Where there is nothing to draw from."""
    with Folder(folder, model=HashedEmbedder(), reader=MatchingReader()) as opened:
        opened.sync()
        assert suggest(opened) == ()
