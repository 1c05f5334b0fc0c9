"""Diagrams (SmartArt): their words as a list, in the order and the levels of the diagram's own outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.office.drawing.text import Piece, line_of
from index.reading.office.package import child_of, integer_of

if TYPE_CHECKING:
    from lxml import etree

_NODES = ("node", "asst", "doc", None)  # the rest are lines between nodes, and how they are drawn
_LONGEST_LABEL = 150  # characters
_MOST_LABELS = 5


def diagram_pieces(root: etree._Element) -> list[Piece]:
    """Read a diagram's data: an item for each node that has words, above which stand the nodes that it hangs on."""
    points = {
        point.get("modelId"): point
        for point in root.iterfind("{*}ptLst/{*}pt")
        if point.get("type") in _NODES and point.get("modelId")
    }
    below = _below(root, points)
    hanging = {child for children in below.values() for child in children}
    roots = [name for name in points if name not in hanging]
    pieces: list[Piece] = []
    read: set[str | None] = set()
    # What hangs on itself in a circle has no root: it is read last, from wherever the circle is met.
    stack: list[tuple[str | None, tuple[str, ...]]] = [
        (name, ()) for name in (*reversed(list(points)), *reversed(roots))
    ]
    while stack:
        name, above = stack.pop()
        if name in read:
            continue
        read.add(name)
        words = line_of(child_of(points[name], "t"))
        if words:
            pieces.append(Piece("item", words, level=len(above) + 1, above=above))
        label = (words,) if words and len(words) <= _LONGEST_LABEL else ()
        stack.extend((child, (*above, *label)[-_MOST_LABELS:]) for child in reversed(below.get(name, [])))
    return pieces


def _below(root: etree._Element, points: dict[str | None, etree._Element]) -> dict[str | None, list[str | None]]:
    """Give the nodes that hang on each node, in order."""
    found: dict[str | None, list[tuple[int, str | None]]] = {}
    for line in root.iterfind("{*}cxnLst/{*}cxn"):
        source, target = line.get("srcId"), line.get("destId")
        if line.get("type", "parOf") == "parOf" and source in points and target in points:
            found.setdefault(source, []).append((integer_of(line, "srcOrd") or 0, target))
    return {source: [target for _, target in sorted(lines, key=lambda one: one[0])] for source, lines in found.items()}
