"""A reader for tests: points at the words of the sentence that shares most with the question; nothing to load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.reader import SPANS, Look, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMON = frozenset(
    re.findall(r"\w+", "a an and at by did do does for how in is it long many of on the to was what when where who")
)


class MatchingReader:
    """Scores a sentence by 6 points for each word of the question in it; silence has 8 points.

    It points at the sentence's words after the last one that the question has too, or before the first.
    """

    name = "matching words"
    fingerprint = "matching-words"
    budget = 2_000

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(text.split()) for text in texts]

    def read(self, question: str, passages: Sequence[str], above: Sequence[str] | None = None) -> tuple[Look, ...]:
        """Look at each sentence of each passage."""
        self.read_texts += passages
        asked = set(re.findall(r"\w+", question.lower())) - COMMON
        return tuple(self._look(asked, passage) for passage in passages)

    def _look(self, asked: set[str], passage: str) -> Look:
        spans = []
        for sentence in re.finditer(r"[^.!?]+", passage):
            words = [(m.group().lower(), m.start(), m.end()) for m in re.finditer(r"\w+", sentence.group())]
            shared = [place for place, (word, _, _) in enumerate(words) if word in asked]
            if not words:
                continue
            rest = words[shared[-1] + 1 :] if shared else words
            pointed = rest or words[: shared[0]] or words
            at = sentence.start()
            spans.append(Span(at + pointed[0][1], at + pointed[-1][2], 6.0 * len({words[p][0] for p in shared})))
        return Look(tuple(sorted(spans, key=lambda span: -span.score)[:SPANS]), 8.0)
