"""Word's styles: what they make of a paragraph or a run, with all that they inherit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.office.package import attribute_of, child_of, integer_of

if TYPE_CHECKING:
    from lxml import etree

    from index.reading.extraction import BlockKind

_DEEPEST = 20  # styles based on each other; some are in a circle
_NAVIGATION = re.compile(r"toc \d|toc heading|table of figures|table of authorities|toa heading|index \d|index heading")
_CODE = frozenset(("source code", "html preformatted", "code", "code block", "macro text", "preformatted text"))
_BODY_LEVEL = 9  # the outline level of ordinary text


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, with what it inherits; None where it says nothing.

    Attributes:
        kind: What it makes of a paragraph.
        level: Of a heading, from 1.
        number: The list that its paragraphs belong to; "0" for none.
        depth: The level in that list, from 0, if the style names it.
        names: Its id and those of the styles that it is based on.
        is_bold, is_hidden, is_raised: Of its text.
        size: Of its type, in half points.
    """

    kind: BlockKind | None = None
    level: int | None = None
    number: str | None = None
    depth: int | None = None
    names: tuple[str, ...] = ()
    is_bold: bool | None = None
    is_hidden: bool | None = None
    size: int | None = None
    is_raised: bool | None = None


class Styles:
    """The styles of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        """Read them; `root` is that of styles.xml, None where there is none."""
        self._elements: dict[str, etree._Element] = {}
        self._styles: dict[str, Style] = {}
        self._default = ""
        self.language: str | None = None
        self.lists: dict[str, str] = {}  # of each numbering style, the list that it names
        self._run = Style()
        if root is None:
            return
        for element in root.iter("{*}style"):
            key = attribute_of(element, "styleId") or ""
            self._elements[key] = element
            kind = attribute_of(element, "type")
            if kind == "paragraph" and is_on(attribute_of(element, "default")):
                self._default = key
            number = attribute_of(child_of(child_of(child_of(element, "pPr"), "numPr"), "numId"), "val")
            if kind == "numbering" and number is not None:
                self.lists[key] = number
        defaults = child_of(child_of(child_of(root, "docDefaults"), "rPrDefault"), "rPr")
        self._run = run_style(defaults)
        normal = child_of(child_of(self._elements.get(self._default), "rPr"), "lang")
        self.language = attribute_of(normal, "val") or attribute_of(child_of(defaults, "lang"), "val")

    def paragraph(self, key: str | None) -> Style:
        """Give the style of a paragraph that names it; without a name, that of all paragraphs."""
        style = self.of(self._default if key is None or key not in self._elements else key)
        return over(style, self._run)

    def of(self, key: str) -> Style:
        """Give a style by its id; one that says nothing where there is none."""
        if key not in self._styles:
            self._styles[key] = self._inherited(key)
        return self._styles[key]

    def _inherited(self, key: str) -> Style:
        style = Style()
        names: list[str] = []
        while key in self._elements and key not in names and len(names) < _DEEPEST:
            names.append(key)
            element = self._elements[key]
            style = over(style, _own(element))
            key = attribute_of(child_of(element, "basedOn"), "val") or ""
        return over(Style(names=tuple(names)), style)

    def has_head_row(self, key: str) -> bool:
        """Say whether a table's style sets the first row apart."""
        for name in self.of(key).names:
            parts = self._elements[name].iterfind("{*}tblStylePr")
            if any(attribute_of(part, "type") == "firstRow" and len(part) for part in parts):
                return True
        return False


def over(style: Style, below: Style) -> Style:
    """Give what a style says, and where it says nothing, what the one below it says."""
    is_said = style.kind is not None
    return Style(
        kind=style.kind if is_said else below.kind,
        level=style.level if is_said else below.level,
        number=below.number if style.number is None else style.number,
        depth=below.depth if style.depth is None else style.depth,
        names=style.names or below.names,
        is_bold=below.is_bold if style.is_bold is None else style.is_bold,
        is_hidden=below.is_hidden if style.is_hidden is None else style.is_hidden,
        size=below.size if style.size is None else style.size,
        is_raised=below.is_raised if style.is_raised is None else style.is_raised,
    )


def _own(element: etree._Element) -> Style:
    properties = child_of(element, "pPr")
    label = (attribute_of(child_of(element, "name"), "val") or "").lower().strip()
    kind, level = _kind_of(label, integer_of(child_of(properties, "outlineLvl")))
    numbered = child_of(properties, "numPr")
    own = Style(
        kind=kind,
        level=level,
        number=attribute_of(child_of(numbered, "numId"), "val"),
        depth=integer_of(child_of(numbered, "ilvl")),
    )
    return over(own, run_style(child_of(element, "rPr")))


def run_style(properties: etree._Element | None) -> Style:
    """Give what a run's properties, or those of a style for its runs, say."""
    position = child_of(properties, "vertAlign")
    return Style(
        is_bold=switch_of(properties, "b"),
        is_hidden=switch_of(properties, "vanish"),
        size=integer_of(child_of(properties, "sz")),
        is_raised=None if position is None else attribute_of(position, "val") == "superscript",
    )


def _kind_of(label: str, outline: int | None) -> tuple[BlockKind | None, int | None]:
    if _NAVIGATION.fullmatch(label):
        return "navigation", None
    if heading := re.fullmatch(r"heading (\d)", label):
        return "heading", max(1, int(heading[1]))
    if label == "title":
        return "title", None
    if label == "caption":
        return "caption", None
    if label in _CODE:
        return "code", None
    if outline is not None and outline < _BODY_LEVEL:
        return "heading", outline + 1
    if outline == _BODY_LEVEL:
        return "prose", None
    if label.startswith(("list bullet", "list number")):
        return "item", None
    return None, None


def is_on(value: str | None) -> bool:
    """Say whether an attribute switches something on; without one it does not."""
    return value in ("1", "true", "on")


def switch_of(properties: etree._Element | None, name: str) -> bool | None:
    """Say whether properties switch something on or off; None where they do not mention it."""
    switch = child_of(properties, name)
    return None if switch is None else attribute_of(switch, "val") not in ("0", "false", "off")
