"""An embedder for tests: words hashed into a few numbers, the same everywhere, with nothing to load."""

from __future__ import annotations

import re
import threading
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDTH = 64
WINDOW = 50  # words; the next window repeats half of it


class HashedEmbedder:
    """Counts words in 64 buckets; texts that share words are near. Keeps what it was asked to embed."""

    name = "hashed words"
    fingerprint = "hashed-words-64"
    width = WIDTH

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_paragraphs(
        self, paragraphs: Sequence[str], contexts: Sequence[str] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Embed paragraphs, in pieces of 50 words."""
        self.embedded.extend(paragraphs)
        rows, owners = [], []
        for number, paragraph in enumerate(paragraphs):
            head = contexts[number].split() if contexts is not None else []
            words = paragraph.split()
            for first in range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2):
                rows.append(_counts([*head, *words[first : first + WINDOW]]))
                owners.append(number)
        return np.array(rows, np.float32).reshape(-1, WIDTH), np.array(owners, np.int64)

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions."""
        return np.array([_counts(question.split()) for question in questions], np.float32).reshape(-1, WIDTH)


class SlowEmbedder(HashedEmbedder):
    """Waits for `go_on` before it embeds paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()

    def embed_paragraphs(self, *texts: Any) -> Any:
        """Embed paragraphs when it may."""
        self.go_on.wait(20)
        return super().embed_paragraphs(*texts)


def _counts(words: Sequence[str]) -> NDArray[np.float32]:
    row = np.full(WIDTH, 0.01, np.float32)
    for word in words:
        row[zlib.crc32(re.sub(r"\W", "", word.lower()).encode()) % WIDTH] += 1
    return row / np.linalg.norm(row)
