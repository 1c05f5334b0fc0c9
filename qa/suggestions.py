"""Questions to begin with, drawn from a folder's own documents, each of which askfolder answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import AskfolderError
from qa.evaluation.drafts import draft_questions

if TYPE_CHECKING:
    from index import Document, DocumentSummary
    from qa.folder import Folder

MOST = 3
DOCUMENTS = 8  # that are looked into
TRIES = 12  # drafts that are asked
LONGEST = 90  # characters
SURE_ENOUGH = 0.7  # confidence of the answer


@dataclass(frozen=True, slots=True)
class _Some:
    """The first documents of a folder."""

    folder: Folder

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Give them without their texts."""
        return self.folder.documents()[:DOCUMENTS]

    def document(self, name: str) -> Document:
        """Give a whole one."""
        return self.folder.document(name)


def suggest(folder: Folder) -> tuple[str, ...]:
    """Draw up to three questions from a folder; none where it has nothing to draw from, or is not in English."""
    found: list[str] = []
    try:
        drafts = draft_questions(_Some(folder), 4 * TRIES).questions
        for draft in [draft for draft in drafts if draft.answers and _reads_well(draft.text)][:TRIES]:
            answer = folder.ask(draft.text)
            if answer.found and answer.confidence >= SURE_ENOUGH:
                found.append(draft.text)
            if len(found) == MOST:
                break
    except AskfolderError:
        pass  # what is the matter is told to whoever asks
    return tuple(found)


def _reads_well(question: str) -> bool:
    """Say whether a draft is short, and not a whole sentence with a question before it, which wants correcting."""
    return len(question) <= LONGEST and " was it that " not in question
