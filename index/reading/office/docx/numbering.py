"""The numbers that Word shows before headings and items: counted here, for files say only how to count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index.reading.office.numbers import written
from index.reading.office.package import attribute_of, child_of, integer_of, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LONGEST_LABEL = 60  # characters
_CHECKS = tuple("☐☑☒✓✔✗✘")  # bullets that say something
_LINKS = 10  # of definitions to each other, which may run in a circle


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    Attributes:
        start: The first number.
        format: As WordprocessingML names it: "decimal", "lowerLetter", "bullet", …
        text: With %1 where the number of the outermost level stands: "Article %1", "%1.%2".
        restart: After which level (from 1) it begins anew; None for any above it, 0 for never.
        is_legal: Whether the numbers of all levels are shown in figures.
        style: The paragraph style that stands at this level.
        gap: What stands between the number and the text.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    is_legal: bool = False
    style: str = ""
    gap: str = " "


@dataclass(slots=True)
class _List:
    """A list as it is used: its levels, and the count that it shares with all lists of its definition."""

    levels: dict[int, Level]
    counts: list[int | None]
    restarts: dict[int, int] = field(default_factory=dict)  # level: the number to begin at, once


@dataclass(frozen=True, slots=True)
class Label:
    """What Word shows before a paragraph; "" for a bullet, which is no number."""

    text: str
    gap: str = " "


class Numbering:
    """The lists of a document, with the count of each as far as it has been read."""

    def __init__(self, root: etree._Element | None, style_lists: dict[str, str]) -> None:
        """Read the definitions.

        Args:
            root: Of numbering.xml; None where there is none.
            style_lists: The list that each numbering style names, by the style's id.
        """
        self._lists: dict[str, _List] = {}
        if root is None:
            return
        definitions = {attribute_of(e, "abstractNumId") or "": e for e in root if local_name(e) == "abstractNum"}
        numbers = {attribute_of(e, "numId") or "": e for e in root if local_name(e) == "num"}
        counts: dict[str, list[int | None]] = {}
        levels: dict[str, dict[int, Level]] = {}
        for key, number in numbers.items():
            definition = _definition_of(number, numbers, definitions, style_lists)
            if definition is None:
                continue
            name = attribute_of(definition, "abstractNumId") or ""
            if name not in levels:
                levels[name] = _levels_of(definition)
                counts[name] = [None] * _LEVELS
            self._lists[key] = _with_overrides(number, levels[name], counts[name])

    def level_of(self, number: str, styles: Iterable[str]) -> int:
        """Give the level at which a paragraph stands whose style names only the list; `styles` from its own upwards."""
        found = self._lists.get(number)
        if found is not None:
            by_style = {level.style: n for n, level in found.levels.items() if level.style}
            for style in styles:
                if style in by_style:
                    return by_style[style]
        return 0

    def next_label(self, number: str, level: int) -> Label | None:
        """Count one more paragraph of a list, and give what Word shows before it; None where there is no such list."""
        found = self._lists.get(number)
        if found is None or not 0 <= level < _LEVELS:
            return None
        self._count(found, level)
        shown = found.levels.get(level, Level())
        if shown.format == "bullet":
            return Label(shown.text if shown.text in _CHECKS else "", shown.gap)

        def number_of(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            if at > level:
                return ""
            of = found.levels.get(at, Level())
            count = found.counts[at]
            return written(of.start if count is None else count, "decimal" if shown.is_legal else of.format)

        text = _PLACE.sub(number_of, shown.text)
        text = " ".join("".join(c for c in text if not "\ue000" <= c <= "\uf8ff").split())[:_LONGEST_LABEL]
        return Label(text, shown.gap)

    @staticmethod
    def _count(found: _List, level: int) -> None:
        counts = found.counts
        for above in range(level):  # a level that was passed over counts as begun
            if counts[above] is None:
                counts[above] = found.levels.get(above, Level()).start
        count = counts[level]
        counts[level] = found.levels.get(level, Level()).start if count is None else count + 1
        if level in found.restarts:
            counts[level] = found.restarts.pop(level)
        for below in range(level + 1, _LEVELS):
            restart = found.levels.get(below, Level()).restart
            if restart is None or level < restart:
                counts[below] = None


def _definition_of(
    number: etree._Element,
    numbers: dict[str, etree._Element],
    definitions: dict[str, etree._Element],
    style_lists: dict[str, str],
) -> etree._Element | None:
    """Find the definition of a list, through the numbering styles that it may refer to."""
    for _ in range(_LINKS):
        definition = definitions.get(attribute_of(child_of(number, "abstractNumId"), "val") or "")
        link = attribute_of(child_of(definition, "numStyleLink"), "val")
        linked = numbers.get(style_lists.get(link, "")) if link else None
        if linked is None:
            return definition
        number = linked
    return None


def _levels_of(definition: etree._Element) -> dict[int, Level]:
    found = {}
    for element in definition:
        place = integer_of(element, "ilvl") if local_name(element) == "lvl" else None
        if place is not None and 0 <= place < _LEVELS:
            found[place] = _level(element)
    return found


def _level(element: etree._Element) -> Level:
    form = next((e for e in element.iter("{*}numFmt") if local_name(e.getparent()) != "Fallback"), None)
    name = attribute_of(form, "val") or "decimal"
    if name == "custom":  # "001, 002, 003, ..."
        name = "decimalZero" if (attribute_of(form, "format") or "").startswith("01") else "decimal"
    legal = child_of(element, "isLgl")
    vanish = child_of(child_of(element, "rPr"), "vanish")
    is_hidden = vanish is not None and attribute_of(vanish, "val") not in ("0", "false", "off")
    start = integer_of(child_of(element, "start"))
    return Level(
        start=1 if start is None else start,
        format=name,
        text="" if is_hidden else attribute_of(child_of(element, "lvlText"), "val") or "",
        restart=integer_of(child_of(element, "lvlRestart")),
        is_legal=legal is not None and attribute_of(legal, "val") not in ("0", "false", "off"),
        style=attribute_of(child_of(element, "pStyle"), "val") or "",
        gap="" if attribute_of(child_of(element, "suff"), "val") == "nothing" else " ",
    )


def _with_overrides(number: etree._Element, levels: dict[int, Level], counts: list[int | None]) -> _List:
    """Give a list the levels of its definition, but for those that it sets otherwise."""
    own = dict(levels)
    restarts = {}
    for override in number:
        place = integer_of(override, "ilvl") if local_name(override) == "lvlOverride" else None
        if place is None or not 0 <= place < _LEVELS:
            continue
        other = child_of(override, "lvl")
        if other is not None:
            own[place] = _level(other)
        start = integer_of(child_of(override, "startOverride"))
        if start is not None:
            own[place] = replace(own.get(place, Level()), start=start)
            restarts[place] = start
    return _List(own, counts, restarts)
