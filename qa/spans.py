"""A model's outputs at each word piece of a text -> its best spans, of whole words. Knows no model."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from qa.reader import SPANS, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_ANSWER = 30  # word pieces, before it is widened to whole words

# Scripts that write words without spaces between them, or particles without one: a span may end after any character.
_UNSPACED = (
    (0x0E00, 0x109F),  # Thai, Lao, Tibetan, Burmese
    (0x1100, 0x11FF),  # Hangul
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0xA4CF),  # Chinese, Japanese, Yi
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_OPENING = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
# A full stop that is part of a word: "U.S.", "Inc.", "J."
_ABBREVIATED = re.compile(r"(?:\.\w+|(?<!\w)[^\W\d_a-z][^\W\d_]{0,2})\.$")
_JOINERS = "\u00ad\u200c\u200d"  # soft hyphen, zero width non-joiner and joiner


def span_scores(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score every span of n word pieces: shape (n, LONGEST_ANSWER), [i, j] that of pieces i to i + j, both included.

    Minus infinity where i + j is beyond the last piece.
    """
    if not len(ends):
        return np.zeros((0, LONGEST_ANSWER), np.float32)
    padded = np.concatenate([ends, np.full(LONGEST_ANSWER - 1, -np.inf, np.float32)])
    return np.asarray(starts[:, None] + sliding_window_view(padded, LONGEST_ANSWER), np.float32)


def best_spans(text: str, offsets: NDArray[np.int64], scores: NDArray[np.float32]) -> tuple[Span, ...]:
    """Give the best spans of a text, at most SPANS, each widened to whole words and overlapping none that is better.

    Args:
        text: Which they are offsets into.
        offsets: Of shape (n, 2): the range of characters of each word piece, ascending.
        scores: Of shape (n, LONGEST_ANSWER), as `span_scores` gives them; altered.

    Returns:
        Best first. None is without a letter or digit, or has white space at its ends.
    """
    _forbid_wordless(text, offsets, scores)
    spans: list[Span] = []
    while len(spans) < SPANS and scores.size:
        first, further = divmod(int(scores.argmax()), LONGEST_ANSWER)
        score = float(scores[first, further])
        if score == -np.inf:
            break
        start, end = whole_words(text, int(offsets[first, 0]), int(offsets[first + further, 1]))
        # What touches the widened span is out: it consists of whole words, so no other can grow into it.
        low = int(np.searchsorted(offsets[:, 1], start, side="right"))
        high = int(np.searchsorted(offsets[:, 0], end, side="left"))
        scores[low:high] = -np.inf
        near = max(0, low - LONGEST_ANSWER)
        reaching = np.arange(near, low)[:, None] + np.arange(LONGEST_ANSWER) >= low
        scores[near:low][reaching] = -np.inf
        spans.append(Span(*trimmed(text, start, end), score))
    return tuple(spans)


def _forbid_wordless(text: str, offsets: NDArray[np.int64], scores: NDArray[np.float32]) -> None:
    """Give minus infinity to spans without a letter or digit, and to those that begin or end with mere space."""
    count = len(offsets)
    last = np.arange(count)[:, None] + np.arange(LONGEST_ANSWER)
    is_space = np.fromiter(map(str.isspace, text), bool, len(text))
    is_word = np.fromiter(map(str.isalnum, text), bool, len(text))
    shown, spoken = (np.concatenate([[0], np.cumsum(counted)]) for counted in (~is_space, is_word))
    starts, ends = offsets[:, 0], offsets[:, 1]
    blank = np.append((ends <= starts) | (shown[ends] == shown[np.minimum(starts, ends)]), True)
    last = np.minimum(last, count)  # the place after the last piece counts as blank
    wordless = spoken[np.append(ends, 0)][last] <= spoken[starts][:, None]
    scores[blank[:count, None] | blank[last] | wordless] = -np.inf


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a range of a text so that it begins and ends with a whole word, number or character sequence."""
    while start > 0 and is_inside_word(text, start):
        start -= 1
    while end < len(text) and is_inside_word(text, end):
        end += 1
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a range that has a letter or digit by what is no part of an answer at its ends.

    That is white space, commas, colons and semicolons, the full stop of a sentence, and a bracket or quotation mark
    whose other half is outside.
    """
    while _is_loose(text[start:end], text[start], end=False) and not is_inside_word(text, start + 1):
        start += 1
    while _is_loose(text[start:end], text[end - 1], end=True) and not is_inside_word(text, end - 1):
        end -= 1
    return start, end


def _is_loose(words: str, character: str, *, end: bool) -> bool:
    if character.isspace() or character in ",;:":
        return True
    if end and character == ".":
        return not _ABBREVIATED.search(words)
    pairs = _CLOSING if end else _OPENING
    return character in pairs and pairs[character] not in words


def is_inside_word(text: str, at: int) -> bool:
    """Tell whether a place between two characters of a text parts a word, a number or what is drawn as one character.

    "1,000", "$5", "54%", "−3", "-$5" and "co\u00adoperate" are each one; "well-known" and "France's" are two.
    """
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return False
    kinds = unicodedata.category(before), unicodedata.category(after)
    if kinds[1][0] == "M" or before in _JOINERS or after in _JOINERS:
        return True
    if _is_spaced_word(before, kinds[0]) and _is_spaced_word(after, kinds[1]):
        return True
    if after.isdigit():
        return kinds[0] == "Sc" or _is_sign(text, at - 1) or (before in ".,:" and at > 1 and text[at - 2].isdigit())
    if kinds[1] == "Sc" and text[at + 1 : at + 2].isdigit() and _is_sign(text, at - 1):
        return True
    if before.isdigit():
        return kinds[1] == "Sc" or after in "%‰°" or (after in ".,:" and text[at + 1 : at + 2].isdigit())
    return False


def _is_sign(text: str, at: int) -> bool:
    """Tell whether the character at a place is the sign of the number that follows, not a dash between two."""
    return text[at] in "-−–+" and (at == 0 or text[at - 1] in " \n\t(")


def _is_spaced_word(character: str, category: str) -> bool:
    if category[0] not in "LMN" and character != "_":
        return False
    return not any(low <= ord(character) <= high for low, high in _UNSPACED)
