"""The characters of a PDF page as pdfium gives them: what each stands for, where it stands and in what type.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import ctypes
import math
import statistics
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2.raw as pdfium_c

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LAST_CODE_POINT = 0x10FFFF
# Soft hyphen, zero-width space, word joiner, byte order mark and the controls that reverse the direction of writing.
_INVISIBLE = frozenset((0xAD, 0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_SAMPLES_FOR_TURN, _SAMPLES_FOR_GARBLING = 40, 200
_BOLD_WEIGHT = 600  # the CSS scale, 400 is regular
_BOLD_NAMES = (b"bold", b"-medi", b"black", b"heavy")
_MONOSPACED_NAMES = (b"courier", b"mono", b"consol", b"menlo", b"cmtt")
_FIXED_PITCH = 1  # bit of a font descriptor's flags
_FONT_NAME_BYTES = 128
_SMALLEST_TYPE, _LARGEST_TYPE = 1.0, 1000.0  # points; a size beyond is damage
_FARTHEST = 1e5  # points; a box beyond is damage


class Box(NamedTuple):
    """Where a character stands, in points, on the page turned so that most of its text is upright."""

    left: float
    right: float
    height: float
    baseline: float


class PageCharacters:
    """A text page of pdfium, asked by the index of a character."""

    def __init__(self, handle: pdfium_c.FPDF_TEXTPAGE) -> None:
        self._handle = handle
        self._count = max(0, pdfium_c.FPDFText_CountChars(handle))
        self._boxes: dict[int, Box | None] = {}
        self._rectangle = pdfium_c.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._font_name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
        self._font_flags = ctypes.c_int()
        self._matrix = pdfium_c.FS_MATRIX()
        self._quarter = self._most_quarters()

    def codes(self) -> Iterator[int]:
        """Give pdfium's number for every character, in the order of the file; some are beyond Unicode."""
        return map(pdfium_c.FPDFText_GetUnicode, repeat(self._handle), range(self._count))

    def turned(self, x: float, y: float) -> tuple[float, float]:
        """Give a point of the page on the page turned upright."""
        return ((x, y), (-y, x), (-x, -y), (y, -x))[self._quarter]

    def garbled_share(self) -> float:
        """Share of the sampled characters whose font has no mapping to Unicode, in [0, 1]."""
        sampled = range(0, self._count, max(1, self._count // _SAMPLES_FOR_GARBLING))
        if not sampled:
            return 0.0
        errors = sum(1 for index in sampled if pdfium_c.FPDFText_HasUnicodeMapError(self._handle, index) == 1)
        return errors / len(sampled)

    def box(self, index: int) -> Box | None:
        """Give where a character stands on the page turned upright, or None where pdfium does not say."""
        if index not in self._boxes:
            self._boxes[index] = self._measured(index)
        return self._boxes[index]

    def _measured(self, index: int) -> Box | None:
        rectangle = self._rectangle
        if not pdfium_c.FPDFText_GetLooseCharBox(self._handle, index, rectangle):
            return None
        if not pdfium_c.FPDFText_GetCharOrigin(self._handle, index, self._x, self._y):
            return None
        left, bottom, right, top = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        baseline = self._y.value
        if self._quarter:
            (one, two), (three, four) = self.turned(left, bottom), self.turned(right, top)
            left, right, bottom, top = min(one, three), max(one, three), min(two, four), max(two, four)
            baseline = self.turned(self._x.value, baseline)[1]
        # Written so that NaN is refused too.
        if not (-_FARTHEST < left < right < _FARTHEST and -_FARTHEST < bottom <= top < _FARTHEST):
            return None
        return Box(left, right, top - bottom, baseline) if -_FARTHEST < baseline < _FARTHEST else None

    def size(self, drawn: Sequence[int]) -> float:
        """Give the height of the type of drawn characters, in points: what the file says, else what their boxes say."""
        sizes = []
        for index in (drawn[0], drawn[len(drawn) // 2], drawn[-1]):
            size: float = pdfium_c.FPDFText_GetFontSize(self._handle, index)
            if pdfium_c.FPDFText_GetMatrix(self._handle, index, self._matrix):
                sizes.append(size * math.hypot(self._matrix.c, self._matrix.d))
        size = statistics.median(sizes) if sizes else 0.0
        if not _SMALLEST_TYPE < size < _LARGEST_TYPE:
            size = statistics.median([box.height for index in drawn if (box := self.box(index))] or [1.0])
        return max(0.1, round(size, 1))

    def type(self, drawn: Sequence[int]) -> tuple[bool, bool]:
        """Say whether drawn characters are bold, and whether monospaced, at their ends and in the middle."""
        bold, monospaced = self._character_type(drawn[0])
        for index in (drawn[-1], drawn[len(drawn) // 2]):
            if not (bold or monospaced):
                break
            other_bold, other_monospaced = self._character_type(index)
            bold, monospaced = bold and other_bold, monospaced and other_monospaced
        return bold, monospaced

    def _character_type(self, index: int) -> tuple[bool, bool]:
        pdfium_c.FPDFText_GetFontInfo(self._handle, index, self._font_name, _FONT_NAME_BYTES, self._font_flags)
        bold, monospaced = _named_type(self._font_name.value)
        bold = bold or pdfium_c.FPDFText_GetFontWeight(self._handle, index) >= _BOLD_WEIGHT
        return bold, monospaced or bool(self._font_flags.value & _FIXED_PITCH)

    def _most_quarters(self) -> int:
        """Find by how many quarters of a circle, clockwise, most of the text is turned."""
        sampled = range(0, self._count, max(1, self._count // _SAMPLES_FOR_TURN))
        angles = [pdfium_c.FPDFText_GetCharAngle(self._handle, index) for index in sampled]
        quarters = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if 0 <= angle < 7)
        return quarters.most_common(1)[0][0] if quarters else 0


@lru_cache(maxsize=1024)
def _named_type(font_name: bytes) -> tuple[bool, bool]:
    name = font_name.lower()
    return any(part in name for part in _BOLD_NAMES), any(part in name for part in _MONOSPACED_NAMES)


@lru_cache(maxsize=4096)
def text_of(code: int) -> str:
    """Give the text that stands for a value of pdfium's: a ligature spelt out, nothing for what is no character."""
    if code == 0 or code in _INVISIBLE:
        return ""
    if code > _LAST_CODE_POINT:
        return _utf8_of(code)
    character = chr(code)
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character == "\t":
        return " "
    if category in ("Cc", "Cs", "Cn"):
        return ""
    if 0xFB00 <= code <= 0xFB06 or 0x132 <= code <= 0x133:
        return unicodedata.normalize("NFKC", character)
    return character


def _utf8_of(code: int) -> str:
    """Read a value beyond Unicode: some fonts' maps hold the character's UTF-8 bytes as one number."""
    try:
        character = code.to_bytes(4, "big").lstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return "\ufffd"
    return character if len(character) == 1 and character.isprintable() else "\ufffd"
