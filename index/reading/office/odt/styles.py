"""Styles of OpenDocument: what they make of a paragraph or a run, with all that they inherit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.reading.office.package import attribute_of, child_of, integer_of, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from index.reading.extraction import BlockKind

_DEEPEST = 20  # styles based on each other; some are in a circle
_KINDS: dict[str, BlockKind] = {
    "title": "title", "caption": "caption", "table": "caption", "illustration": "caption", "figure": "caption",
    "drawing": "caption", "preformatted text": "code", "preformatted_20_text": "code", "source code": "code",
    "source_20_code": "code",
}  # fmt: skip
_NO_LANGUAGE = ("none", "zxx", "und", "")


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, with what it inherits; None where it says nothing.

    Attributes:
        kind: What it makes of a paragraph.
        is_bold, is_hidden, is_raised: Of its text.
        size: Of its type, in half points.
        breaks_before, breaks_after: Whether a new page begins there.
        master: The page's master that begins with the paragraph; "" for none.
        page_number: That of the page which begins with it.
    """

    kind: BlockKind | None = None
    is_bold: bool | None = None
    is_hidden: bool | None = None
    size: int | None = None
    is_raised: bool | None = None
    breaks_before: bool | None = None
    breaks_after: bool | None = None
    master: str | None = None
    page_number: int | None = None


class Styles:
    """The styles of a document: those with names, and those that its program made up for single paragraphs."""

    def __init__(self, *roots: etree._Element) -> None:
        """Read them from the roots of styles.xml and content.xml, of which the later count."""
        self._elements: dict[tuple[str, str], etree._Element] = {}
        self._styles: dict[tuple[str, str], Style] = {}
        self.language: str | None = None
        self.masters: dict[str, etree._Element] = {}
        self._layouts: dict[str, str] = {}  # of each page layout, the format of its page numbers
        for root in roots:
            for element in _definitions(root):
                self._take(element)

    def _take(self, element: etree._Element) -> None:
        tag, name = local_name(element), attribute_of(element, "name") or ""
        if tag == "style":
            self._elements[attribute_of(element, "family") or "", name] = element
        elif tag == "default-style" and attribute_of(element, "family") == "paragraph":
            text = child_of(element, "text-properties")
            language, country = attribute_of(text, "language") or "", attribute_of(text, "country") or ""
            if language not in _NO_LANGUAGE:
                self.language = language if country in _NO_LANGUAGE else f"{language}-{country}"
        elif tag == "master-page":
            self.masters[name] = element
        elif tag == "page-layout":
            self._layouts[name] = attribute_of(child_of(element, "page-layout-properties"), "num-format") or "1"

    def of(self, family: str, name: str | None) -> Style:
        """Give a style of a family ("paragraph", "text"); one that says nothing where there is none."""
        key = family, name or ""
        if key not in self._styles:
            self._styles[key] = self._inherited(*key)
        return self._styles[key]

    def _inherited(self, family: str, name: str) -> Style:
        style = Style()
        seen: list[str] = []
        while (family, name) in self._elements and name not in seen and len(seen) < _DEEPEST:
            seen.append(name)
            element = self._elements[family, name]
            own = _own(element)
            if len(seen) > 1:  # breaks and masters are those of a style itself, and of what is based on it
                own = replace(own, master=None, page_number=None)
            style = over(style, own)
            name = attribute_of(element, "parent-style-name") or ""
        return style

    def page_format(self, master: str) -> str:
        """Give the format of the page numbers of a master: "1", "i", "I", "a", "A"."""
        page = self.masters.get(master)
        return self._layouts.get(attribute_of(page, "page-layout-name") or "", "1")


def _definitions(root: etree._Element) -> Iterator[etree._Element]:
    for group in root:
        if local_name(group) in ("styles", "automatic-styles", "master-styles"):
            yield from group


def over(style: Style, below: Style) -> Style:
    """Give what a style says, and where it says nothing, what the one below it says."""
    return Style(
        kind=below.kind if style.kind is None else style.kind,
        is_bold=below.is_bold if style.is_bold is None else style.is_bold,
        is_hidden=below.is_hidden if style.is_hidden is None else style.is_hidden,
        size=below.size if style.size is None else style.size,
        is_raised=below.is_raised if style.is_raised is None else style.is_raised,
        breaks_before=below.breaks_before if style.breaks_before is None else style.breaks_before,
        breaks_after=below.breaks_after if style.breaks_after is None else style.breaks_after,
        master=below.master if style.master is None else style.master,
        page_number=below.page_number if style.page_number is None else style.page_number,
    )


def _own(element: etree._Element) -> Style:
    text, paragraph = child_of(element, "text-properties"), child_of(element, "paragraph-properties")
    name = (attribute_of(element, "display-name") or attribute_of(element, "name") or "").lower()
    weight, display = attribute_of(text, "font-weight"), attribute_of(text, "display")
    position = attribute_of(text, "text-position")
    before, after = attribute_of(paragraph, "break-before"), attribute_of(paragraph, "break-after")
    return Style(
        kind=_KINDS.get(name) if attribute_of(element, "family") == "paragraph" else None,
        is_bold=None if weight is None else weight in ("bold", "600", "700", "800", "900"),
        is_hidden=None if display is None else display == "none",
        size=_half_points(attribute_of(text, "font-size")),
        is_raised=None if position is None else position.startswith("super"),
        breaks_before=None if before is None else before == "page",
        breaks_after=None if after is None else after == "page",
        master=attribute_of(element, "master-page-name"),
        page_number=integer_of(paragraph, "page-number"),
    )


def _half_points(size: str | None) -> int | None:
    number = (size or "").removesuffix("pt")
    if number == size or not number.replace(".", "", 1).isdecimal() or len(number) > 6:
        return None
    return round(2 * float(number))
