"""Word's styles: which of them make a paragraph a title, a heading, a list's item or a line of a table of contents."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.office.package import Package, attribute_of, child_of

if TYPE_CHECKING:
    from index.reading.extraction import BlockKind


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph's style makes of it."""

    kind: BlockKind = "prose"
    level: int | None = None


def paragraph_styles(package: Package, folder: str) -> dict[str, Style]:
    """Read what each style of a document, by its id, makes of a paragraph, with what it inherits.

    Args:
        package: The document.
        folder: Where its main part lies.
    """
    name = posixpath.join(folder, "styles.xml")
    if name not in package.names:
        return {}
    found: dict[str, Style | None] = {}
    based_on: dict[str, str] = {}
    for style in package.part(name).iter("{*}style"):
        key = attribute_of(style, "styleId") or ""
        label = attribute_of(child_of(style, "name"), "val") or ""
        outline = attribute_of(next(style.iter("{*}outlineLvl"), None), "val")
        found[key] = _style_of(label.lower(), outline, is_list=next(style.iter("{*}numPr"), None) is not None)
        based_on[key] = attribute_of(child_of(style, "basedOn"), "val") or ""
    return {key: _inherited(key, found, based_on) for key in found}


def _style_of(label: str, outline: str | None, *, is_list: bool) -> Style | None:
    if heading := re.fullmatch(r"heading (\d)", label):
        return Style("heading", int(heading[1]))
    if label == "title":
        return Style("title")
    if label.startswith("toc ") or label in ("table of figures", "index 1"):
        return Style("navigation")
    if label == "caption":
        return Style("caption")
    if outline is not None and outline.isdigit() and int(outline) < 9:
        return Style("heading", int(outline) + 1)
    return Style("item") if is_list or label.startswith(("list bullet", "list number")) else None


def _inherited(key: str, found: dict[str, Style | None], based_on: dict[str, str]) -> Style:
    for _ in range(20):  # styles based on each other in a circle exist
        style = found.get(key)
        if style is not None:
            return style
        key = based_on.get(key, "")
    return Style()
