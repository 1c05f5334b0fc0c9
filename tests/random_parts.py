"""The parts of random documents, for property tests; each format writes the same parts in its own way.

Every word that counts stands in a document once, and is no part of any other word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Literal

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


PartKind = Literal["heading", "paragraph", "item", "table", "note", "hidden", "break"]
# What stands between the words: characters that have a meaning in some format, or in none.
HOSTILE = [
    "é", "e\u0301", "ﬁ", "\u00ad", "\u200b", "\u200d", "\u202e", "\u00a0", "\u3000", "\ufeff", "\ufffd", "\U0010fffd",
    "👩\u200d👩\u200d👧", "שלום", "﷽", "漢字。", "\u2028", "\x85", "\t", "<b>", "&amp;", "&#0;", "]]>", "<!--", "-->",
    "%s", "{}", "=1+1", "\\", "|", "||", "#", "*", "**", "_", "`", "~~~", "- ", "1.", "(a)", ">", "$", "\"", "'", "“",
    "---", "===", "[x]", "![", "](", ":", ";", ",", ".", "?", "From", ">From", "http://x.example/a_b",
]  # fmt: skip
ANSI_HOSTILE = [
    piece for piece in HOSTILE if piece.isprintable() and piece.encode("cp1252", "ignore").decode("cp1252") == piece
]
_CONSONANTS, _VOWELS = "bdfghjklmnprstvwxz", "aeiou"


@dataclass(frozen=True)
class RandomPart:
    """A part of a random document.

    Attributes:
        kind: What it is; a hidden one is written so that nobody sees it, a break ends a page where there are pages.
        cells: Its words: one string, or those of a table's cells row by row.
        width: How many cells a row has.
        level: Of a heading, from 1.
        variant: A random number with which a writer chooses between several ways to write the same.
    """

    kind: PartKind
    cells: tuple[str, ...]
    width: int
    level: int
    variant: int

    @property
    def text(self) -> str:
        """All of its words."""
        return " ".join(self.cells)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Its cells row by row."""
        return [self.cells[at : at + self.width] for at in range(0, len(self.cells), self.width)]


@dataclass
class Words:
    """Makes words that occur nowhere else, and remembers them."""

    made: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def next(self) -> str:
        """Make one more."""
        number = next(self.numbers) * 7919 % 729_000  # 90 syllables, 3 to a word; neighbours look different
        word = "q"
        for _ in range(3):
            number, syllable = divmod(number, 90)
            word += _CONSONANTS[syllable // 5] + _VOWELS[syllable % 5]
        self.made.append(word)
        return word


@st.composite
def random_parts(draw: st.DrawFn, hostile: Sequence[str] = HOSTILE) -> list[RandomPart]:
    """Draw the parts of a document; `hostile` is what may stand between its words."""
    words = Words()

    def phrase(most: int) -> str:
        pieces = []
        for _ in range(draw(st.integers(1, most))):
            pieces.append(words.next())
            if draw(st.integers(0, 3)) == 0:
                pieces.append(draw(st.sampled_from(hostile)))
        return " ".join(pieces) + draw(st.sampled_from([".", "", ":"]))

    kinds: list[PartKind] = ["paragraph", "paragraph", "heading", "item", "table", "note", "hidden", "break"]
    parts = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=10)):
        width = draw(st.integers(2, 4)) if kind == "table" else 1
        height = draw(st.integers(2, 4)) if kind == "table" else 1
        most = {"table": 3, "heading": 5, "break": 1}.get(kind, draw(st.sampled_from([3, 12, 60])))
        cells = tuple(phrase(most) for _ in range(width * height)) if kind != "break" else ()
        parts.append(RandomPart(kind, cells, width, draw(st.integers(1, 4)), draw(st.integers(0, 5))))
    return parts


def words_of(parts: list[RandomPart], *, hidden: bool) -> list[str]:
    """Give the words that count, in order: those that are hidden, or those that can be seen."""
    pieces = [piece for part in parts if (part.kind == "hidden") is hidden for piece in part.text.split()]
    return [piece.rstrip(".:") for piece in pieces if is_word(piece.rstrip(".:"))]


def is_word(piece: str) -> bool:
    """Say whether a piece of text is one of the words that count."""
    places = zip(piece[1:], (_CONSONANTS, _VOWELS) * 3, strict=False)
    return len(piece) == 7 and piece[0] == "q" and all(letter in letters for letter, letters in places)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` characters, or of one word."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def seen(parts: list[RandomPart]) -> list[RandomPart]:
    """Give the parts that hold words that can be seen."""
    return [part for part in parts if part.kind not in ("hidden", "break")]
