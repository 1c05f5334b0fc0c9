"""The reader's second look: the best passages are read for the question, and ranked again by what was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answer import Passage
    from qa.reader import Look, Reader

CONSIDERED = 30  # passages at most that a question's answer is looked for in
FEWEST_READ = 5  # even where they are long, but never more than
MOST_BUDGETS = 3  # times what the reader affords
LONGEST_QUESTION = 64  # word pieces that are counted: what readers take of one
READER_WEIGHT = 0.5  # of what the reader saw, against the fused score of the searches
SOFTNESS = 5.0  # points of a reader's score


@dataclass(frozen=True, slots=True)
class Seen:
    """Passages in their final order, and what the reader saw in the first of them.

    Attributes:
        passages: Best first; `score` is the final one.
        looks: One for each passage that was read, in their order; these come first.
        searched: The fused scores of the searches, in [0, 1], of the passages that were read.
    """

    passages: tuple[Passage, ...]
    looks: tuple[Look, ...] = ()
    searched: tuple[float, ...] = ()

    def strength(self, place: int, score: float) -> float:
        """Give the final score, in [0, 1], of words in the passage at `place` to which the reader gave `score`."""
        return _fused(self.searched[place], score - max(look.score for look in self.looks))


def look_again(reader: Reader, question: str, passages: Sequence[Passage]) -> Seen:
    """Read the best passages, as many as the reader affords, and rank these again; the others stay behind them.

    The score of a passage that was read becomes the weighted mean of its fused score and of exp(-d / 5), where d is by
    how much its words answer worse than the best words of all: 1 for the best passage, near 0 for one that is fifteen
    points behind. The weight was chosen on the development articles; benchmarks/LOG.md has others that were tried.
    """
    read = passages[: _affordable(reader, question, passages)]
    looks = reader.read(question, [p.text for p in read], [above(p) for p in read])
    best = max((look.score for look in looks), default=0.0)
    seen = [
        replace(p, score=_fused(p.score, look.score - best), reader=look.margin if look.spans else None)
        for p, look in zip(read, looks, strict=True)
    ]
    order = sorted(range(len(read)), key=lambda place: -seen[place].score)
    # What was not read keeps its order, and scores no more than what was.
    most = min((p.score for p in seen), default=1.0)
    rest = [replace(p, score=min(most, p.score / (1 + READER_WEIGHT))) for p in passages[len(read) :]]
    return Seen(
        (*(seen[place] for place in order), *rest),
        tuple(looks[place] for place in order),
        tuple(read[place].score for place in order),
    )


def above(passage: Passage) -> str:
    """Give the title and headings that a passage is read with."""
    return "\n".join(part for part in (passage.title, *passage.headings) if part)


def _affordable(reader: Reader, question: str, passages: Sequence[Passage]) -> int:
    """Give how many passages, from the first, fit the reader's budget of word pieces: the same each time."""
    texts = [f"{above(passage)}\n{passage.text}" for passage in passages[:CONSIDERED]]
    asked, *sizes = reader.pieces([question, *texts])
    total = 0
    for count, size in enumerate(sizes):
        total += size + min(asked, LONGEST_QUESTION)
        if total > reader.budget * (MOST_BUDGETS if count < FEWEST_READ else 1):
            return max(count, 1)
    return len(sizes)


def _fused(score: float, behind: float) -> float:
    share = math.exp(behind / SOFTNESS) if behind > -math.inf else 0.0
    return (score + READER_WEIGHT * share) / (1 + READER_WEIGHT)
