"""The words of DrawingML, in which slides, charts and diagrams hold their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.decoding import normalise
from index.reading.office.package import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from index.reading.extraction import BlockKind

_UNSEEN = frozenset(("pPr", "rPr", "endParaRPr", "oMathParaPr", "ctrlPr"))
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_BULLETS = {"buNone": False, "buChar": True, "buAutoNum": True, "buBlip": True}


@dataclass(frozen=True, slots=True)
class Piece:
    """A block to be, before its place in the text is known; the fields are those of `Block`."""

    kind: BlockKind
    text: str
    level: int | None = None
    above: tuple[str, ...] = ()


def seen_children(element: etree._Element) -> Iterator[etree._Element]:
    """Give an element's children; of alternatives for programs of different age only the newest."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if local_name(child) == "AlternateContent":
            newest = next((one for one in child if local_name(one) == "Choice"), None)
            if newest is None:
                newest = next((one for one in child if local_name(one) == "Fallback"), None)
            stack.extend(reversed(newest if newest is not None else []))
        else:
            yield child


def words_of(paragraph: etree._Element) -> str:
    """Give a paragraph's words, its white space run together and its line breaks kept."""
    pieces: list[str] = []
    stack = list(reversed(list(seen_children(paragraph))))
    while stack:
        element = stack.pop()
        tag = local_name(element)
        if tag == "t":
            pieces.append(element.text or "")
        elif tag == "br":
            pieces.append("\n")
        elif tag == "tab":
            pieces.append(" ")
        elif tag not in _UNSEEN:
            stack.extend(reversed(list(seen_children(element))))
    lines = _SPACES.sub(" ", normalise("".join(pieces))).split("\n")
    return re.sub(r"\n{2,}", "\n", "\n".join(map(str.strip, lines))).strip()


def line_of(element: etree._Element | None) -> str:
    """Give all words of the paragraphs inside an element as one line; empty of None."""
    if element is None:
        return ""
    return " ".join(" ".join(map(words_of, element.iter("{*}p"))).split())


def bullets_of(styles: etree._Element | None) -> dict[int, bool]:
    """Say for each level, from 0, that a list of paragraph styles decides about, whether it has a bullet or number."""
    found = {}
    for style in styles if styles is not None else ():
        level = re.fullmatch(r"lvl([1-9])pPr", local_name(style))
        bullet = bullet_of(style)
        if level and bullet is not None:
            found[int(level[1]) - 1] = bullet
    return found


def bullet_of(properties: etree._Element | None) -> bool | None:
    """Say whether a paragraph's properties give it a bullet or number; None where they do not decide."""
    for element in properties if properties is not None else ():
        if local_name(element) in _BULLETS:
            return _BULLETS[local_name(element)]
    return None
