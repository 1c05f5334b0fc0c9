"""The order in which a person reads what is placed freely on a slide. Knows boxes, and nothing of what is in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_MOST_CUT = 300  # boxes; beyond it they are taken line by line, for cutting takes the square of their number
_OVERLAP = 0.1  # share of a box's side that may lie over its neighbour: frames are larger than the words in them
_LARGEST_OVERLAP = 91_440.0  # a tenth of an inch, in the units of Office
_NARROW = 0.6  # of the width of the texts, a column of their labels
_AS_WIDE = 0.9  # gaps of this share of the widest divide as it does


class Box(NamedTuple):
    """A rectangle on a slide, in units of 1/914,400 inch from the upper left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Placed(Generic[T]):
    """A thing and its place; or a group of things, which are read together and whose place is that of them all."""

    box: Box
    thing: T | None = None
    group: list[Placed[T]] = field(default_factory=list)


def around(placed: Sequence[Placed[T]]) -> Box:
    """Give the box around several; at least one is given."""
    boxes = [one.box for one in placed]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def in_reading_order(placed: Sequence[Placed[T]]) -> list[T]:
    """Put things in order: from top to bottom, and column by column where they stand in columns.

    They are divided along the widest empty strip that crosses all of them, and each part in the same way (the
    recursive X-Y cut). Where a strip from top to bottom is wider than every one from side to side, its sides are
    columns, unless one holds the labels of the other. What no strip divides is read by its upper left corners.

    Source:
        Nagy and Seth, "Hierarchical representation of optically scanned documents", ICPR 1984.
    """
    things: list[T] = []
    parts = [list(placed)]
    while parts:
        part = parts.pop()
        if len(part) > 1:
            parts.extend(reversed(_divided(part)))
        elif part and part[0].thing is not None:
            things.append(part[0].thing)
        elif part:
            parts.append(part[0].group)
    return things


def _divided(part: list[Placed[T]]) -> list[list[Placed[T]]]:
    by_corner = sorted(part, key=lambda one: (one.box.top, one.box.left))
    if len(part) <= _MOST_CUT:
        rows, height = _strips(by_corner, "top", "bottom")
        columns, width = _strips(by_corner, "left", "right")
        if len(rows) > 1 and (height >= width or len(columns) == 1):
            return rows
        if len(columns) > 1:
            return _as_labels(columns) or columns
    return [[one] for one in by_corner]


def _as_labels(columns: list[list[Placed[T]]]) -> list[list[Placed[T]]]:
    """Give two columns line by line where the narrow first one labels what stands beside it; else nothing."""
    labels, texts = (sorted(column, key=lambda one: one.box.top) for column in (columns[0], columns[-1]))
    if len(columns) != 2 or len(labels) != len(texts) or len(labels) < 2:
        return []
    of_labels, of_texts = around(labels), around(texts)
    if of_labels.right - of_labels.left > _NARROW * (of_texts.right - of_texts.left):
        return []
    for label, text in zip(labels, texts, strict=True):
        top, bottom = max(label.box.top, text.box.top), min(label.box.bottom, text.box.bottom)
        lower = min(label.box.bottom - label.box.top, text.box.bottom - text.box.top)
        if bottom - top <= lower / 2:
            return []
    return [[one] for pair in zip(labels, texts, strict=True) for one in pair]


def _strips(part: list[Placed[T]], low: str, high: str) -> tuple[list[list[Placed[T]]], float]:
    """Divide at the widest gaps between two sides; also gives the width of the widest, 0 without one."""
    start_of, end_of = attrgetter(low), attrgetter(high)
    edges = []
    for one in part:
        start, end = start_of(one.box), end_of(one.box)
        spare = min(_LARGEST_OVERLAP, _OVERLAP * max(0.0, end - start))
        edges.append((start + spare, end - spare, one))
    edges.sort(key=lambda edge: edge[0])
    gaps = []
    reach = edges[0][1]
    for start, end, _ in edges:
        gaps.append(start - reach)
        reach = max(reach, end)
    widest = max(gaps[1:])
    if widest <= 0:
        return [part], 0.0
    strips: list[list[Placed[T]]] = [[]]
    for gap, (_, _, one) in zip(gaps, edges, strict=True):
        if strips[-1] and gap >= _AS_WIDE * widest:
            strips.append([])
        strips[-1].append(one)
    return strips, widest
