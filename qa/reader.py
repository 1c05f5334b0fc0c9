"""Reader: what looks for the answer inside passages. Knows no model; `extractive` has ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a passage that may answer: `text[start:end]`.

    Attributes:
        start: First character, an offset into the passage's text.
        end: One past the last character; above `start`.
        score: How well they answer; higher is better. Comparable between the spans of all passages that were read for
            one question, and with `Look.silence` of the same passage.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader saw in one passage.

    Attributes:
        spans: The best first, at most `SPANS`, none overlapping a better one; empty where the passage has no words.
        silence: How well "the answer is not here" fits the passage, on the scale of the spans' scores.
    """

    spans: tuple[Span, ...]
    silence: float

    @property
    def score(self) -> float:
        """How well the passage answers: its best span's score; minus infinity where there is none."""
        return self.spans[0].score if self.spans else float("-inf")

    @property
    def margin(self) -> float:
        """By how much the best span fits better than silence; above 0 where the passage seems to answer."""
        return self.score - self.silence


SPANS = 5  # of a passage


class Reader(Protocol):
    """Points at the words of passages that answer a question.

    Attributes:
        name: What the model is called.
        fingerprint: Tells models apart, whatever they are called; the same each time for the same one.
        budget: How many word pieces to read for one question at default settings, the same each time on one machine:
            about 0.3 s of two cores for our own model. A larger model takes longer for as many.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def fingerprint(self) -> str: ...  # noqa: D102

    @property
    def budget(self) -> int: ...  # noqa: D102

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text, without the marks that a model puts around it; 0 where it has none."""
        ...

    def read(self, question: str, passages: Sequence[str], above: Sequence[str] | None = None) -> tuple[Look, ...]:
        """Look for the answer to a question in each of n passages.

        Args:
            question: In plain words.
            passages: Their texts; a long one is read in overlapping windows and gives one look.
            above: For each the title and headings that it needs to be understood; read with it, never pointed at.

        Returns:
            One look for each passage, in their order. The same passages in another order, or among others, give the
            same looks.
        """
        ...
