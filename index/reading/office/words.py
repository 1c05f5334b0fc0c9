"""The text of one block as it is gathered from runs, with the offset in it where each page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.reading.decoding import normalise

_SPACES = re.compile(r"[ \t\u00a0\u2007\u202f\u3000]+")
_SOFT_HYPHEN = "\u00ad"  # shown only where a line ends at it


@dataclass(slots=True)
class Words:
    """The text of one block.

    Attributes:
        pieces: What was added, in order.
        length: Of all pieces together, in code points.
        page_starts: Of each page that the text stands on: the page, and the offset in the text where it begins.
    """

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    page_starts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it, without white space at its end; only code has any at its start."""
        return "".join(self.pieces).rstrip()

    @property
    def page(self) -> int | None:
        """The page on which it begins; None while there is no text."""
        return self.page_starts[0][0] if self.page_starts else None

    @property
    def _last(self) -> str:
        return self.pieces[-1][-1] if self.pieces else ""

    def add(self, text: str, page: int, *, as_is: bool = False) -> None:
        """Add a run's text; a page break keeps two words apart as a line break does.

        Args:
            text: As the file has it.
            page: On which it stands, from 1.
            as_is: Keep white space inside, as code needs it; else it is run together.
        """
        text = normalise(text).replace(_SOFT_HYPHEN, "")
        if not as_is:
            text = _SPACES.sub(" ", text)
            if self._last in ("", " ", "\n"):
                text = text.lstrip(" " if self.pieces else None)
        elif not self.pieces:
            text = text.lstrip("\n")
        if not text:
            return
        if not self.page_starts or self.page_starts[-1][0] != page:
            if self._last and not self._last.isspace() and not text[0].isspace() and _takes_space(self._last, text[0]):
                text = f" {text}"
            self.page_starts.append((page, self.length))
        self.pieces.append(text)
        self.length += len(text)

    def add_words(self, words: Words) -> None:
        """Add what was gathered elsewhere, with its pages."""
        text = "".join(words.pieces)
        ends = [start for _, start in words.page_starts[1:]] + [len(text)]
        for (page, start), end in zip(words.page_starts, ends, strict=True):
            self.add(text[start:end], page, as_is=True)

    def put_before(self, text: str) -> None:
        """Put a number before the text, on the page where the text begins."""
        if text and self.pieces:
            self.pieces.insert(0, text)
            self.length += len(text)
            self.page_starts = [
                (page, start + len(text) if n else 0) for n, (page, start) in enumerate(self.page_starts)
            ]


def _takes_space(before: str, after: str) -> bool:
    """Whether a line break between these two stood for a space: not behind a hyphen, nor in a script without spaces."""
    return before not in "-‐‑–—/" and max(before, after) < "\u2e80"
