"""Whether words are an accepted answer, or hold one: the rules of SQuAD. Knows nothing of questions or documents."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARTICLES = frozenset({"a", "an", "the"})
# Thai, Lao, Burmese, Khmer, kana and Chinese characters: no blanks stand between words, so each counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PARTS = re.compile(r"[/\u2013\u2014\u2026]|\.{2,}")  # what stands between words without blanks
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def normal_words(text: str) -> list[str]:
    """Give the words that answers are compared by: lower case, without punctuation and English articles.

    Source:
        Rajpurkar et al. 2016, "SQuAD: 100,000+ questions for machine comprehension of text", section 6.1, and its
        evaluation script. Beyond it: the point of a decimal number counts; slashes, dashes and dots part words;
        compatibility forms (NFKC) and Unicode's punctuation are treated as ASCII's; and
        each character of scripts without blanks is a word (Lewis et al. 2020, "MLQA", section 4).
    """
    flat = unicodedata.normalize("NFKC", _PARTS.sub(" ", text)).lower()
    points = {point.start() for point in _POINT.finditer(flat)}
    bare = "".join(
        c
        for place, c in enumerate(flat)
        if place in points or not (c in string.punctuation or unicodedata.category(c).startswith("P"))
    )
    return [word for word in _WORD.findall(bare) if word not in _ARTICLES]


def exact_match(shown: str, accepted: Sequence[str]) -> float:
    """Give 1 where the words shown are those of an accepted answer, else 0."""
    words = normal_words(shown)
    return float(any(words == normal_words(answer) for answer in accepted))


def f1(shown: str, accepted: Sequence[str]) -> float:
    """Give the harmonic mean of the precision and recall of the words shown, in [0, 1]; of the best accepted answer.

    Source:
        Rajpurkar et al. 2016, section 6.1.
    """
    return max((_f1(normal_words(shown), normal_words(answer)) for answer in accepted), default=0.0)


def holds(text: str, accepted: Sequence[str]) -> bool:
    """Say whether the words of an accepted answer stand in a text, one after the other and whole."""
    words = normal_words(text)
    return any(_within(normal_words(answer), words) for answer in accepted)


def _f1(shown: Sequence[str], accepted: Sequence[str]) -> float:
    common = sum((Counter(shown) & Counter(accepted)).values())
    return 2 * common / (len(shown) + len(accepted)) if common else 0.0


def _within(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    size = len(shorter)
    return size > 0 and any(longer[at : at + size] == shorter for at in range(len(longer) - size + 1))
