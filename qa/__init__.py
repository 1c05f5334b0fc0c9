"""Questions in, cited answers out. Knows nothing of screens (`ui`).

import qa

papers = qa.open("~/papers")
answer = papers.ask("When was the treaty signed?")
for citation in answer.citations:
    print(citation)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import Limits, ReadingSettings
from qa.answer import Answer, Citation, Entry, Passage
from qa.folder import Folder
from qa.reader import Reader

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from index import Embedder, Progress

__all__ = [
    "Answer",
    "Citation",
    "Entry",
    "Folder",
    "Limits",
    "Passage",
    "Reader",
    "ReadingSettings",
    "ask",
    "open",
    "retrieve",
]


def open(
    folder: str | os.PathLike[str],
    *,
    index: str | os.PathLike[str] | None = None,
    model: str | Embedder | None = None,
    reader: str | Reader | None = None,
    fast: bool = False,
    reading: ReadingSettings | None = None,
    report_progress: Callable[[Progress], None] = lambda _: None,
) -> Folder:
    """Open a folder to ask, having read what is new or changed in it, and nothing else.

    Args:
        folder: The documents, in it and below it.
        index: Where to keep the index; `.askfolder` in the folder by default.
        model: An embedding model by name or path, or one that is loaded; by default the one that made the index.
        reader: An extractive question-answering model by name or path, or one that is loaded; askfolder's own when
            None.
        fast: Whether to do without a reader: quicker, less exact, and no words are marked.
        reading: Limits, passwords and character recognition, where the usual ones do not do.
        report_progress: Called as files are read and paragraphs embedded.

    Raises:
        FolderError: The folder does not exist, or there is no place to write the index.
        IndexBusyError: Another process is reading the documents for the first time.
        IndexDamagedError, IndexMismatchError, ModelError: As they say.
    """
    opened = Folder(folder, index=index, model=model, reader=reader, fast=fast, reading=reading)
    try:
        opened.sync_unless_busy(report_progress)
    except BaseException:
        opened.close()
        raise
    return opened


def retrieve(question: str, folder: str | os.PathLike[str], k: int = 5) -> tuple[Passage, ...]:
    """Find the k paragraphs of a folder nearest to a question, best first; see `Folder.retrieve`."""
    with open(folder) as opened:
        return opened.retrieve(question, k)


def ask(question: str, folder: str | os.PathLike[str]) -> Answer:
    """Answer a question in the own sentences of a folder's documents; see `Folder.ask`."""
    with open(folder) as opened:
        return opened.ask(question)
