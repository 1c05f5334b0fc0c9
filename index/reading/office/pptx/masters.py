"""What a slide's placeholders inherit from its layout and master: their places, and which levels have bullets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.office.drawing.text import bullets_of
from index.reading.office.package import Package, child_of, integer_of, local_name
from index.reading.office.pptx.reading_order import Box

if TYPE_CHECKING:
    from lxml import etree

TITLES = ("title", "ctrTitle")
RUNNING_HEADS = ("dt", "ftr", "sldNum", "hdr")
_FARTHEST = 10**11  # units of 1/914,400 inch


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place that a layout, master or slide keeps for a kind of content.

    Attributes:
        kind: "title", "ctrTitle", "subTitle", "body", "dt", "ftr", "sldNum", …; "obj" where the file gives none.
        index: By which a slide's placeholder names that of its layout.
        box: Where it stands, if it says so itself.
        bullets: Whether paragraphs of a level, from 0, have bullets, for the levels that it decides about.
    """

    kind: str
    index: str
    box: Box | None = None
    bullets: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """What slides of one layout inherit.

    Attributes:
        kind: "title" for title slides; else "obj", "twoObj", "blank", ….
        placeholders: The layout's own.
        of_master: Its master's.
        styles: The master's bullets for "titleStyle", "bodyStyle" and "otherStyle".
    """

    kind: str = ""
    placeholders: tuple[Placeholder, ...] = ()
    of_master: tuple[Placeholder, ...] = ()
    styles: dict[str, dict[int, bool]] = field(default_factory=dict)

    def ancestors(self, placeholder: Placeholder) -> list[Placeholder]:
        """Give what a slide's placeholder inherits from, nearest first."""
        found = [one for one in self.placeholders if one.index == placeholder.index and placeholder.index != "0"]
        found = found or [one for one in self.placeholders if _family(one.kind) == _family(placeholder.kind)]
        family = _family(found[0].kind if found else placeholder.kind)
        return found[:1] + [one for one in self.of_master if _family(one.kind) == family][:1]

    def box(self, placeholder: Placeholder) -> Box | None:
        """Give the place that a slide's placeholder inherits."""
        return next((one.box for one in self.ancestors(placeholder) if one.box is not None), None)

    def bullets(self, placeholder: Placeholder | None) -> dict[int, bool]:
        """Say for each level, from 0, whether a shape's paragraphs inherit a bullet or number."""
        family = _family(placeholder.kind) if placeholder is not None else ""
        style = {"title": "titleStyle", "body": "bodyStyle"}.get(family, "otherStyle")
        found = dict(self.styles.get(style, {}))
        for one in reversed(self.ancestors(placeholder)) if placeholder is not None else ():
            found.update(one.bullets)
        return found


def _family(kind: str) -> str:
    """Give the kind of the master's placeholder from which one inherits."""
    if kind in TITLES:
        return "title"
    return kind if kind in (*RUNNING_HEADS, "sldImg") else "body"


class Layouts:
    """The layouts of a presentation, each of which is read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._layouts: dict[str | None, Layout] = {None: Layout()}
        self._masters: dict[str | None, Layout] = {None: Layout()}

    def of_slide(self, slide: str) -> Layout:
        """Give the layout of a slide, by its part's name; a blank one where there is none that can be read."""
        name = self._package.related(slide, "slideLayout")
        if name not in self._layouts:
            self._layouts[name] = self._read(name or "")
        return self._layouts[name]

    def _read(self, name: str) -> Layout:
        try:
            root = self._package.part(name)
            master = self._package.related(name, "slideMaster")
            if master not in self._masters:
                self._masters[master] = self._read_master(master or "")
        except UnreadableFileError:  # only places and bullets are lost, no text
            return Layout()
        return Layout(
            root.get("type") or "", _placeholders(root), self._masters[master].of_master, self._masters[master].styles
        )

    def _read_master(self, name: str) -> Layout:
        root = self._package.part(name)
        styles = child_of(root, "txStyles")
        bullets = {local_name(style): bullets_of(style) for style in (styles if styles is not None else ())}
        return Layout(of_master=_placeholders(root), styles=bullets)


def _placeholders(root: etree._Element) -> tuple[Placeholder, ...]:
    found = (placeholder_of(shape) for shape in root.iter("{*}sp", "{*}pic", "{*}graphicFrame"))
    return tuple(one for one in found if one is not None)


def placeholder_of(shape: etree._Element) -> Placeholder | None:
    """Read what a shape says of itself as a placeholder; None where it is none."""
    head = next((child for child in shape if local_name(child).startswith("nv")), None)
    mark = child_of(child_of(head, "nvPr"), "ph")
    if mark is None:
        return None
    return Placeholder(
        mark.get("type") or "obj",
        mark.get("idx") or "0",
        box_of(child_of(child_of(shape, "spPr"), "xfrm")),
        bullets_of(child_of(child_of(shape, "txBody"), "lstStyle")),
    )


def box_of(transform: etree._Element | None, start: str = "off", size: str = "ext") -> Box | None:
    """Read a shape's place, or with "chOff" and "chExt" that of what a group holds; None where it gives none."""
    at, extent = child_of(transform, start), child_of(transform, size)
    left, top = integer_of(at, "x", most=_FARTHEST), integer_of(at, "y", most=_FARTHEST)
    width, height = integer_of(extent, "cx", most=_FARTHEST), integer_of(extent, "cy", most=_FARTHEST)
    if left is None or top is None or width is None or height is None:
        return None
    return Box(left, top, left + max(0, width), top + max(0, height))
