"""Who says what in a transcript, a chat or a log: the lines at which another turn begins."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.plain_text.lines import Line

_NAME_WORD = r"[^\W\d_a-z][\w.'’-]{0,30}"
_NAME = rf"{_NAME_WORD}(?: (?:{_NAME_WORD}|de|la|van|von|of|the)){{0,5}}"
_TURN = re.compile(
    rf"(?:[\[(]?\d{{1,2}}:\d\d(?::\d\d)?[\])]?\s+)?(?P<name>{_NAME})(?: ?[\[(][^\])]{{1,40}}[\])])?:\s+(?=\S)"
    r"|(?P<party>[QA])[.:]\s+(?=\S)"
)
_STAMP = re.compile(
    r"[\[(<]?(?:\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4},?|\d{1,2}/[A-Z][a-z]{2}/\d{4}"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d|\d{1,2}:\d\d(?::\d\d)?)(?=[\s,\])>T:.]|$)"
)
_FEWEST_TURNS = 4
_USUAL_TURN = 30  # characters of a line; what is shorter on average is a form, not a conversation
_FEWEST_STAMPED = 3


class Turns:
    """The speakers of a text: the names that lines begin with, each more than once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        named = [(name, line) for line in lines if (name := _speaker(line))]
        counts = Counter(name for name, _ in named)
        length = sum(len(line.words) for _, line in named)
        is_talk = len(named) >= _FEWEST_TURNS and length >= _USUAL_TURN * len(named) and 2 * len(counts) <= len(named)
        self._speakers = {name for name, count in counts.items() if count > 1} if is_talk else set()

    def starts(self, run: Sequence[Line]) -> set[int]:
        """Give the lines of a run, but for its first, at which a turn or a dated entry begins."""
        if self._speakers:
            turns = {n for n, line in enumerate(run) if n and _speaker(line) in self._speakers}
            if turns:
                return turns
        stamped = [n for n, line in enumerate(run) if _STAMP.match(line.words)]
        if len(stamped) < max(_FEWEST_STAMPED, 0.3 * len(run)) or (stamped and stamped[0] > 0):
            return set()
        return set(stamped) - {0}


def _speaker(line: Line) -> str | None:
    turn = _TURN.match(line.words)
    return (turn["name"] or turn["party"]) if turn else None
