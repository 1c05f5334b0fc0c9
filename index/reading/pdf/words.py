"""Lines of a paragraph joined into its text, with the words that line ends cut in two made whole again."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.reading.pdf.lines import Line

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_LETTERS = re.compile(r"([^\W\d_]+)-?$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_CUT_NUMBER = re.compile(r"\w[-–]$")
_SUSPENDED = frozenset(("and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e"))  # as in "pre- and post-"
_LONGEST_WORD = 100  # letters
_WHOLE_WORD = 4  # letters from which half of a compound counts as a word of its own


class Vocabulary:
    """The words of a document, which tell a hyphen that belongs to a word from one that only ends a line."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._counts: Counter[str] = Counter()
        for line in lines:
            words = _WORD.findall(line.text)
            # A line's last word may be half a word.
            self._counts.update(word.casefold() for word in (words[:-1] if line.hyphenated else words))
        self._sorted = sorted(self._counts)

    def keeps_hyphen(self, start: str, end: str) -> bool:
        """Say whether the hyphen between two halves that a line end parts belongs to the word."""
        low_start, low_end = start.casefold(), end.casefold()
        whole, compound = self._counts[low_start + low_end], self._counts[f"{low_start}-{low_end}"]
        if whole != compound:
            return compound > whole
        if not end[:1].islower() and start[-1:].islower():
            return True
        if self._has_word_beginning(low_start + low_end[:3]):
            return False
        long_enough = min(len(start), len(end)) >= _WHOLE_WORD
        return long_enough and self._counts[low_start] > 0 and self._counts[low_end] > 0

    def _has_word_beginning(self, beginning: str) -> bool:
        at = bisect_left(self._sorted, beginning)
        return at < len(self._sorted) and self._sorted[at].startswith(beginning)


def join_lines(lines: tuple[Line, ...], vocabulary: Vocabulary) -> list[str]:
    """Give each line's share of the paragraph's text: their concatenation is the text, NFC, without blank ends.

    What joins two lines, a space or a hyphen or nothing, is the end of the earlier one's share.
    """
    shares = [line.text for line in lines]
    for at, (line, following) in enumerate(pairwise(lines)):
        shares[at] = _joined_end(shares[at], following.text, line.hyphenated, vocabulary)
    return shares


def join_cells(lines: tuple[Line, ...], cells: Sequence[int], vocabulary: Vocabulary) -> list[str]:
    """Give each line's share of the text of a table's row, as `join_lines` does, with " | " between two cells.

    Args:
        lines: Of all cells, from left to right.
        cells: How many lines each cell takes; 0 for a blank one, which keeps its place. The last is not blank.
        vocabulary: The document's.
    """
    shares: list[str] = []
    bars = ""
    for at, count in enumerate(cells):
        bars += " |" if at else ""
        if count == 0:
            continue
        taken = join_lines(lines[len(shares) : len(shares) + count], vocabulary)
        if shares:
            shares[-1] += f"{bars} "
        elif bars:
            taken[0] = f"{bars.lstrip()} {taken[0]}"
        shares += taken
        bars = ""
    return shares


def join_code(lines: tuple[Line, ...]) -> list[str]:
    """Give each line of a listing with its indentation and its line end."""
    left = min(line.left for line in lines)
    shares = []
    for at, line in enumerate(lines):
        width = max(0.1, (line.right - line.left) / len(line.text))
        indent = 0 if at == 0 else min(40, round((line.left - left) / width))
        shares.append(
            " " * indent + line.text + ("-" if line.hyphenated else "") + ("\n" if at < len(lines) - 1 else "")
        )
    return shares


def _joined_end(text: str, following: str, hyphenated: bool, vocabulary: Vocabulary) -> str:
    """Give `text` with what stands between it and `following`."""
    own_hyphen = text.endswith("-")
    if not (hyphenated or own_hyphen):
        glued = _CUT_NUMBER.search(text) and following[:1].isdigit()
        return text if glued else f"{text} "
    bare = text[:-1] if own_hyphen else text
    if not bare:
        return f"{text} "
    start, end = _LAST_LETTERS.search(text[-_LONGEST_WORD:]), _FIRST_LETTERS.match(following)
    if start and end:
        if end[0].casefold() in _SUSPENDED:
            return f"{bare}- "
        joined = bare if not vocabulary.keeps_hyphen(start[1], end[0]) else f"{bare}-"
    else:
        joined = f"{bare}-" if bare[-1].isalnum() and following[:1].isalnum() else f"{bare}- "
    return joined if unicodedata.is_normalized("NFC", joined[-1] + following) else f"{joined} "
