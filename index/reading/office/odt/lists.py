"""The numbers that OpenDocument shows before headings and items, counted here: files say only how to count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.reading.office.numbers import columned, written
from index.reading.office.package import attribute_of, integer_of, local_name

if TYPE_CHECKING:
    from lxml import etree

LEVELS = 10
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_PLACE = re.compile(r"%(\d{1,2})%")
_LONGEST_LABEL = 60  # characters
_CHECKS = tuple("☐☑☒✓✔✗✘")  # bullets that say something


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    Attributes:
        format: "1", "a", "A", "i", "I", or "" for no number.
        before, after: What stands round the number.
        shown: How many levels are shown, this one among them.
        start: The first number.
        pattern: Instead of these: %1% where the number of the outermost level stands.
        in_step: Whether letters go on as aa, bb; else as aa, ab.
        bullet: What stands instead of a number.
    """

    format: str = ""
    before: str = ""
    after: str = ""
    shown: int = 1
    start: int = 1
    pattern: str = ""
    in_step: bool = False
    bullet: str = ""


@dataclass(slots=True)
class Count:
    """How far a list has been counted, level by level; None where it has not begun."""

    numbers: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def next(self, place: int, levels: dict[int, Level], start: int | None) -> None:
        """Count one more paragraph at a level, from 0; `start` is its number where the file sets it."""
        for above in range(place):
            if self.numbers[above] is None:
                self.numbers[above] = levels.get(above, Level()).start
        number = self.numbers[place]
        self.numbers[place] = levels.get(place, Level()).start if number is None else number + 1
        if start is not None:
            self.numbers[place] = start
        self.numbers[place + 1 :] = [None] * (LEVELS - place - 1)


def levels_of(style: etree._Element) -> dict[int, Level]:
    """Read the levels of a list's style or of the outline's, by their place from 0."""
    found = {}
    for element in style:
        place = integer_of(element, "level")
        if place is None or not 0 < place <= LEVELS:
            continue
        if local_name(element) == "list-level-style-bullet":
            found[place - 1] = Level(bullet=attribute_of(element, "bullet-char") or "•")
        elif local_name(element) in ("list-level-style-number", "outline-level-style"):
            start = integer_of(element, "start-value")
            found[place - 1] = Level(
                format=attribute_of(element, "num-format") or "",
                before=attribute_of(element, "num-prefix") or "",
                after=attribute_of(element, "num-suffix") or "",
                shown=min(max(integer_of(element, "display-levels") or 1, 1), LEVELS),
                start=1 if start is None else start,
                pattern=attribute_of(element, "num-list-format") or "",
                in_step=attribute_of(element, "num-letter-sync") == "true",
            )
    return found


def label_of(count: Count, place: int, levels: dict[int, Level]) -> str:
    """Give what stands before the paragraph that was counted last, at a level from 0; "" for a bullet."""
    level = levels.get(place, Level())
    if level.bullet:
        return level.bullet if level.bullet in _CHECKS else ""
    if not level.format and not level.pattern:
        return ""

    def number_at(at: int) -> str:
        of = levels.get(at, Level())
        number = count.numbers[at] if at < LEVELS else None
        number = of.start if number is None else number
        if of.format in ("a", "A") and not of.in_step:
            return columned(number) if of.format == "a" else columned(number).upper()
        return written(number, _FORMATS[of.format]) if of.format in _FORMATS else (str(number) if of.format else "")

    if _PLACE.search(level.pattern):
        text = _PLACE.sub(
            lambda found: number_at(int(found[1]) - 1) if int(found[1]) <= place + 1 else "", level.pattern
        )
    else:
        first = max(0, place + 1 - level.shown)
        numbers = filter(None, (number_at(at) for at in range(first, place + 1)))
        text = level.before + ".".join(numbers) + level.after if level.format else level.before + level.after
    return " ".join(text.split())[:_LONGEST_LABEL]


@dataclass(slots=True)
class OpenList:
    """A list that is open: how its levels are numbered, how far it has been counted, and how deep one is in it."""

    levels: dict[int, Level]
    count: Count
    place: int
    style: str
    is_due: bool = False  # whether the next paragraph takes the number of its item
    start: int | None = None


@dataclass(slots=True)
class Lists:
    """The lists of a document: their styles, and the counts that later lists may go on with.

    Attributes:
        styles: The levels of each list style, by its name.
        outline: The levels of numbered headings.
        headings: How far headings have been counted.
        by_style: The last count of a list of a style.
        by_id: The count of each list that has an id.
    """

    styles: dict[str, dict[int, Level]]
    outline: dict[int, Level]
    headings: Count = field(default_factory=Count)
    by_style: dict[str, Count] = field(default_factory=dict)
    by_id: dict[str, Count] = field(default_factory=dict)
