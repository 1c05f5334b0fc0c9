"""The reader's second look: the best passages are read for the question, and ranked again by what was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.answer import Passage
    from qa.reader import Look, Reader

CONSIDERED = 30  # passages at most that a question's answer is looked for in
FEWEST_READ = 5  # even where they are long, but never more than
MOST_BUDGETS = 3  # times what the reader affords
LONGEST_QUESTION = 64  # word pieces that are counted: what readers take of one
READER_WEIGHT = 0.5  # at most, of what the reader saw, against the fused score of the searches
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
        return _fused(self.searched[place], score - max(look.score for look in self.looks), _weight(self.looks))


def look_again(
    reader: Reader,
    question: str,
    passages: Sequence[Passage],
    report_reading: Callable[[int], None] = lambda _: None,
) -> Seen:
    """Read the best passages, as many as the reader affords, and rank these again; the others stay behind them.

    The score of a passage that was read becomes the weighted mean of its fused score and of exp(-d / 5), where d is by
    how much its words answer worse than the best words of all: 1 for the best passage, near 0 for one that is fifteen
    points behind. The weight of the latter is at most 0.5, against 1, and the less the more the reader doubts that any
    passage answers, as it does where it is given a claim to check: 0.5 of the logistic of its best margin. All this was
    chosen on the development articles and claims; benchmarks/LOG.md has what else was tried.
    `report_reading` is told how many passages are about to be read.
    """
    read = passages[: _affordable(reader, question, passages)]
    report_reading(len(read))
    looks = reader.read(question, [p.text for p in read], [above(p) for p in read])
    best = max((look.score for look in looks), default=0.0)
    weight = _weight(looks)
    seen = [
        replace(p, score=_fused(p.score, look.score - best, weight), reader=look.margin if look.spans else None)
        for p, look in zip(read, looks, strict=True)
    ]
    order = sorted(range(len(read)), key=lambda place: -seen[place].score)
    # What was not read keeps its order, and scores no more than what was.
    most = min((p.score for p in seen), default=1.0)
    rest = [replace(p, score=min(most, p.score / (1 + weight))) for p in passages[len(read) :]]
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


def _weight(looks: Sequence[Look]) -> float:
    """Give how much the reader counts: not at all where it is sure that no passage answers."""
    margin = max((look.margin for look in looks if look.spans), default=-math.inf)
    return READER_WEIGHT / (1 + math.exp(-max(-30.0, min(30.0, margin))))


def _fused(score: float, behind: float, weight: float) -> float:
    share = math.exp(behind / SOFTNESS) if behind > -math.inf else 0.0
    return (score + weight * share) / (1 + weight)
