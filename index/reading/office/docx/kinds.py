"""What a paragraph of Word is: text, a heading, an item; and whether it ends where it seems to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.office.docx.runs import DELETED
from index.reading.office.package import attribute_of, child_of, integer_of

if TYPE_CHECKING:
    from lxml import etree

    from index.reading.extraction import BlockKind
    from index.reading.office.docx.numbering import Label
    from index.reading.office.docx.styles import Style
    from index.reading.office.words import Words

_CLAUSE_WORDS = 10  # a heading of so many words that ends like a sentence is a clause, as law firms set them
_ENDS_CLAUSE = re.compile(r"[.;:,](?: and| or)?$")


def kind_of(
    properties: etree._Element | None, style: Style, words: Words, label: Label | None
) -> tuple[BlockKind, int | None]:
    """Say what a paragraph is, and the level at which it stands among the headings."""
    kind, level = style.kind or "prose", style.level
    outline = integer_of(child_of(properties, "outlineLvl"))
    if outline is not None and kind in ("prose", "item", "heading"):
        kind, level = ("heading", outline + 1) if 0 <= outline < 9 else ("prose", None)
    if kind == "heading":
        text = words.text
        if _ENDS_CLAUSE.search(text) and len(text.split()) >= _CLAUSE_WORDS:
            kind = "prose"  # its level stays: it ends the headings of that level above it
    if kind == "prose" and label is not None:
        kind = "item"
    return kind, level


def goes_on(properties: etree._Element | None) -> bool:
    """Say whether a paragraph goes on in the next: its mark was deleted, or it is a large first letter."""
    mark = child_of(properties, "rPr")
    if any(child_of(mark, name) is not None for name in DELETED):
        return True
    return attribute_of(child_of(properties, "framePr"), "dropCap") in ("drop", "margin")
