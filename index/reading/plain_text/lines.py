"""The lines of a plain text, and what its sentences end with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOP = re.compile(r"""[.!?…:;。！？؟।]["'”’»)\]*_]*$""")
_LONGEST_TITLE = 80  # characters of a line in capitals


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: Offset of its first character that is no white space.
        words: Without white space at its ends.
        indent: In columns.
    """

    start: int
    words: str
    indent: int

    @property
    def end(self) -> int:
        """One past its last character that is no white space."""
        return self.start + len(self.words)

    @property
    def stops(self) -> bool:
        """Whether it ends as sentences do."""
        return _STOP.search(self.words[-8:]) is not None

    @property
    def in_capitals(self) -> bool:
        """Whether it is short and holds capitals only, most of them letters."""
        letters = sum(map(str.isalpha, self.words[: _LONGEST_TITLE + 1]))
        return len(self.words) <= _LONGEST_TITLE and self.words.isupper() and letters >= max(4, len(self.words) / 2)


def lines_of(text: str, start: int = 0) -> Iterator[Line | None]:
    """Give a text's lines in order, None for each blank one; `start` is added to their offsets."""
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            lead = raw[: raw.index(words[0])]
            yield Line(start + len(lead), words, len(lead.replace("\u3000", "  ").expandtabs(4)))
        else:
            yield None
        start += len(raw) + 1
