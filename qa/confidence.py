"""How sure an answer is: the probability that the quoted words answer, from a small model that can be read.

The coefficients stand in confidence.json, with how they were fitted and how often answers above a threshold were wrong.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TypedDict

COEFFICIENTS = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer; each number is told to the model as it is.

    Attributes:
        nearness: By how much nearer the passage comes to the question than any passage of this folder comes to an
            unrelated one: a difference of cosines.
        words: The share of the question's words, by their rarity, that stand in the passage or above it, in [0, 1].
        unmatched: How many names, numbers and dates of the question stand neither in the passage, above it, nor in the
            file's name; at most 3.
        rank: In [0, 1]: without a reader the score of the passage, with one that of the words: the searches' score of
            the passage and the reader's of the words.
        closeness: Without a reader, the sentence's closeness to the question, in [0, 1]; 0 with one.
        reader: By how much the reader prefers the words to "not here", in points, cut to [-15, 15]; 0 without a reader.
        lead: By how much it prefers them to the best other answer, in points, cut to [-8, 8]; 0 without a reader.
        agreeing: How many other quotations, in other words, give the same answer, at most 3; 0 without a reader.
    """

    nearness: float
    words: float
    unmatched: float
    rank: float = 0.0
    closeness: float = 0.0
    reader: float = 0.0
    lead: float = 0.0
    agreeing: float = 0.0


class _Model(TypedDict):
    intercept: float
    coefficients: dict[str, float]
    threshold: float


def probability(evidence: Evidence, *, with_reader: bool) -> float:
    """Give the probability that an answer with this evidence is right, in [0, 1].

    Source:
        Logistic regression, fitted as confidence.json says.
    """
    model = _model(with_reader)
    score = model["intercept"]
    for field in fields(evidence):
        score += model["coefficients"].get(field.name, 0.0) * getattr(evidence, field.name)
    return 1 / (1 + math.exp(-min(30.0, max(-30.0, score))))


def threshold(*, with_reader: bool) -> float:
    """Give the least probability of an answer that is shown, in [0, 1]."""
    return _model(with_reader)["threshold"]


@cache
def _model(with_reader: bool) -> _Model:
    models: dict[str, _Model] = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    return models["with_reader" if with_reader else "without_reader"]
