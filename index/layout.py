"""Where the words of a text stand on the pages of its file, so that a quotation can be marked on the page itself."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WHOLE = 16_383  # of a page's width or height: places are kept to a twentieth of a point on a usual page
_COLUMNS, _BYTES = 7, 4


class Box(NamedTuple):
    """A rectangle on a page as it is shown: its edges in [0, 1] of the page's width and height, from the upper left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


class PlacedWord(NamedTuple):
    """A run of characters without a blank, `text[start:end]`, and its box; `page` is counted from 1."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The boxes of a text's words, packed.

    Attributes:
        packed: A zlib stream of seven columns of signed 32-bit numbers, one row a word, in the order of the text: the
            characters between it and the word before it, its length, by how much its page is greater; its left edge
            from the right edge of the word before, its width; its upper edge from that of the word before, its height.
            16,383 is a page's whole width or height. Each number is doubled (a negative one made positive, less one),
            and of a column all lowest bytes stand together, then all second ones, and so on: most are zero.
    """

    packed: bytes

    @classmethod
    def of(cls, words: Sequence[PlacedWord]) -> PageLayout:
        """Pack words.

        Raises:
            ValueError: They are not in the order of the text, or overlap in it.
        """
        rows = np.array([(start, end, *box) for start, end, box in words], np.float64).reshape(-1, _COLUMNS)
        return cls.of_arrays(rows[:, :3].astype(np.int64), rows[:, 3:])

    @classmethod
    def of_arrays(cls, spans: NDArray[np.int64], edges: NDArray[np.float64]) -> PageLayout:
        """Pack words that stand in arrays, one row a word.

        Args:
            spans: Start, end and page of each, shape (n, 3).
            edges: Left, top, right and bottom edge of each, shape (n, 4); what is outside of [0, 1] is cut off.

        Raises:
            ValueError: They are not in the order of the text, or overlap in it.
        """
        start, end, page = spans.T
        left, top, right, bottom = np.rint(np.clip(edges, 0.0, 1.0) * _WHOLE).astype(np.int64).T
        gap, length = start - _before(end), end - start
        if (gap < 0).any() or (length < 1).any():
            raise ValueError("The words of a layout must be in the order of the text, without overlap.")
        steps = (
            gap,
            length,
            page - _before(page),
            left - _before(right),
            right - left,
            top - _before(top),
            bottom - top,
        )
        doubled = np.stack([np.where(step < 0, -2 * step - 1, 2 * step) for step in steps]).astype("<u4")
        planes = doubled.view(np.uint8).reshape(_COLUMNS, -1, _BYTES).transpose(0, 2, 1)
        return cls(zlib.compress(planes.tobytes(), level=6))

    def words(self) -> tuple[PlacedWord, ...]:
        """Give the words that were packed, their edges rounded."""
        rows = self._rows()
        return tuple(_word(row) for row in rows)

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Give the boxes that cover the characters `start` <= offset < `end`, one a line, in the order of the text.

        A range that begins or ends inside a word takes its share of the word's width.
        """
        if end <= start:
            return ()
        rows = self._rows()
        first, last = np.searchsorted(rows[:, 1], start, "right"), np.searchsorted(rows[:, 0], end, "left")
        boxes: list[Box] = []
        for row in rows[first:last]:
            box = _cut(_word(row), start, end)
            if boxes and _in_line(boxes[-1], box):
                boxes[-1] = _union(boxes[-1], box)
            else:
                boxes.append(box)
        return tuple(boxes)

    def _rows(self) -> NDArray[np.int64]:
        """Unpack the words: start, end, page, left, top, right and bottom of each; shape (n, 7)."""
        planes = np.frombuffer(zlib.decompress(self.packed), np.uint8).reshape(_COLUMNS, _BYTES, -1)
        doubled = np.ascontiguousarray(planes.transpose(0, 2, 1)).view("<u4")[:, :, 0].astype(np.int64)
        gap, length, page, left, width, top, height = (doubled >> 1) ^ -(doubled & 1)
        end, right, upper = np.cumsum(gap + length), np.cumsum(left + width), np.cumsum(top)
        return np.stack([end - length, end, np.cumsum(page), right - width, upper, right, upper + height], axis=1)


def _before(column: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for each row what stands in the row before it, and 0 for the first."""
    return np.concatenate([np.zeros(1, np.int64), column[:-1]]) if column.size else column


def _word(row: NDArray[np.int64]) -> PlacedWord:
    start, end, page, *edges = row.tolist()
    left, top, right, bottom = (edge / _WHOLE for edge in edges)
    return PlacedWord(start, end, Box(page, left, top, right, bottom))


def _cut(word: PlacedWord, start: int, end: int) -> Box:
    """Give the box of the part of a word that lies in a range of characters."""
    first, last, box = word
    width = (box.right - box.left) / (last - first)
    return box._replace(
        left=box.left + width * max(0, start - first),
        right=box.right - width * max(0, last - end),
    )


def _union(one: Box, two: Box) -> Box:
    upper_left, lower_right = map(min, one[1:3], two[1:3]), map(max, one[3:], two[3:])
    return Box(one.page, *upper_left, *lower_right)


def _in_line(before: Box, box: Box) -> bool:
    """Say whether a box goes on in the line of the one before it, to the right or, in some scripts, to the left."""
    shared = min(before.bottom, box.bottom) - max(before.top, box.top)
    lower = min(before.bottom - before.top, box.bottom - box.top)
    goes_on = box.left >= before.left or 0 <= before.left - box.right < lower
    return before.page == box.page and shared > 0.5 * lower and goes_on
