"""The characters of a PDF page as pdfium gives them: what each stands for, where it stands and in what type.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import ctypes
import math
import re
import statistics
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2.raw as pdfium_c

from index.reading.pdf.garbling import is_strange
from index.reading.pdf.places import View, turned, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pypdfium2 as pdfium

_LAST_CODE_POINT = 0x10FFFF
# Soft hyphen, zero-width space, word joiner, byte order mark and the controls that reverse the direction of writing.
_INVISIBLE = frozenset((0xAD, 0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# Blanks, line ends, and what pdfium gives for a hyphen at a line's end.
_NOT_DRAWN = _INVISIBLE | {0x02, 0x09, 0x0A, 0x0D, 0x20, 0xA0, 0xFFFE}
_SAMPLES_FOR_TURN, _SAMPLES_FOR_GARBLING = 40, 200
_BOLD_WEIGHT = 600  # the CSS scale, 400 is regular
_BOLD_NAMES = (b"bold", b"-medi", b"black", b"heavy")
_MONOSPACED_NAMES = (b"courier", b"mono", b"consol", b"menlo", b"cmtt")
_FIXED_PITCH = 1  # bit of a font descriptor's flags
_FONT_NAME_BYTES = 128
_SMALLEST_TYPE, _LARGEST_TYPE = 1.0, 1000.0  # points; a size beyond is damage
# What pdfium's text makes of values beyond Unicode: it keeps the last two bytes, which mostly are of UTF-8.
_DOUBTFUL = re.compile(r"[\0\u8080-\ubfbf\ud800-\udfff\ufffd]")
_UPRIGHT = 0.1  # radians; the text under a scan may be turned a little, as the paper was
_DEVICE = 1_000_000  # pixels of a page drawn in thought: pdfium gives places in whole ones
_FARTHEST = 1e5  # points; a box beyond is damage


class Box(NamedTuple):
    """Where a character stands, in points, on the page turned so that most of its text is upright."""

    left: float
    right: float
    height: float
    baseline: float
    bottom: float


class PageCharacters:
    """A text page of pdfium, asked by the index of a character.

    Attributes:
        quarters: How many quarters of a circle, clockwise, most of its text is turned.
    """

    def __init__(self, handle: pdfium_c.FPDF_TEXTPAGE) -> None:
        self._handle = handle
        self._count = max(0, pdfium_c.FPDFText_CountChars(handle))
        self._boxes: dict[int, Box | None] = {}
        self._rectangle = pdfium_c.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._font_name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
        self._font_flags = ctypes.c_int()
        self._matrix = pdfium_c.FS_MATRIX()
        self.quarters = self._most_quarters()

    def codes(self) -> Iterator[int]:
        """Give pdfium's number for every character, in the order of the file; some are beyond Unicode."""
        return map(pdfium_c.FPDFText_GetUnicode, repeat(self._handle), range(self._count))

    def plain(self) -> str | None:
        """Give the characters in one string, each at its index: what `codes` says in a tenth of its time.

        None where pdfium's text leaves out or splits some of them, as it does with controls and what is beyond 16 bits.
        """
        units = (ctypes.c_ushort * (self._count + 1))()
        written = pdfium_c.FPDFText_GetText(self._handle, 0, self._count, units)
        if written != self._count + 1:
            return None
        text = bytes(units)[:-2].decode("utf-16-le", "surrogatepass")
        return None if len(text) != self._count or _DOUBTFUL.search(text) else text

    def view(self, page: pdfium.PdfPage) -> View | None:
        """Give what makes places on the page turned upright those on the page as it is shown; None without a size."""
        left, bottom, right, top = page.get_bbox()
        if not (left < right and bottom < top):
            return None
        origin, along, up = (_shown(page, x, y) for x, y in ((left, bottom), (right, bottom), (left, top)))

        def shown(x: float, y: float) -> tuple[float, float]:
            x, y = (x - left) / (right - left), (y - bottom) / (top - bottom)
            return (
                origin[0] + x * (along[0] - origin[0]) + y * (up[0] - origin[0]),
                origin[1] + x * (along[1] - origin[1]) + y * (up[1] - origin[1]),
            )

        return view_of(shown, self.quarters)

    def garbled_share(self) -> float:
        """Share of the sampled characters that stand for no letter, or whose font does not say which, in [0, 1]."""
        sampled = range(0, self._count, max(1, self._count // _SAMPLES_FOR_GARBLING))
        drawn = [
            (index, code)
            for index in sampled
            if (code := pdfium_c.FPDFText_GetUnicode(self._handle, index)) not in _NOT_DRAWN
        ]
        errors = sum(
            is_strange(text_of(code)) or pdfium_c.FPDFText_HasUnicodeMapError(self._handle, index) == 1
            for index, code in drawn
        )
        return errors / len(drawn) if drawn else 0.0

    def box(self, index: int) -> Box | None:
        """Give where a character stands on the page turned upright, or None where pdfium does not say."""
        if index not in self._boxes:
            self._boxes[index] = self._measured(index)
        return self._boxes[index]

    def edges(self, index: int) -> tuple[float, float] | None:
        """Give a character's left and right edge on the page turned upright: half of `box`, for half of its time."""
        rectangle = self._rectangle
        if not pdfium_c.FPDFText_GetLooseCharBox(self._handle, index, rectangle):
            return None
        left, right = rectangle.left, rectangle.right
        if self.quarters:
            one, two = self._turned(left, rectangle.bottom)[0], self._turned(right, rectangle.top)[0]
            left, right = min(one, two), max(one, two)
        return (left, right) if -_FARTHEST < left < right < _FARTHEST else None

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        return turned(x, y, self.quarters)

    def _measured(self, index: int) -> Box | None:
        rectangle = self._rectangle
        if not pdfium_c.FPDFText_GetLooseCharBox(self._handle, index, rectangle):
            return None
        if not pdfium_c.FPDFText_GetCharOrigin(self._handle, index, self._x, self._y):
            return None
        left, bottom, right, top = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        baseline = self._y.value
        if self.quarters:
            (one, two), (three, four) = self._turned(left, bottom), self._turned(right, top)
            left, right, bottom, top = min(one, three), max(one, three), min(two, four), max(two, four)
            baseline = self._turned(self._x.value, baseline)[1]
        # Written so that NaN is refused too.
        if not (-_FARTHEST < left < right < _FARTHEST and -_FARTHEST < bottom <= top < _FARTHEST):
            return None
        return Box(left, right, top - bottom, baseline, bottom) if -_FARTHEST < baseline < _FARTHEST else None

    def slanted(self, index: int) -> bool:
        """Say whether a character is turned against most of the page's text."""
        if not pdfium_c.FPDFText_GetMatrix(self._handle, index, self._matrix):
            return False
        angle = math.atan2(self._matrix.b, self._matrix.a) + self.quarters * math.pi / 2
        return abs(math.remainder(angle, 2 * math.pi)) > _UPRIGHT

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


def _shown(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Give where pdfium would draw a place of the page, in shares of what it shows."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, _DEVICE, _DEVICE, 0, x, y, across, down)
    return across.value / _DEVICE, down.value / _DEVICE


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


def clean(text: str) -> str:
    """Give a string as a page's text is given: NFC, without controls, its blanks single and none at its ends."""
    characters = "".join(" " if character.isspace() else text_of(ord(character)) for character in text)
    return unicodedata.normalize("NFC", " ".join(characters.split()))


def _utf8_of(code: int) -> str:
    """Read a value beyond Unicode: some fonts' maps hold the character's UTF-8 bytes as one number."""
    try:
        character = code.to_bytes(4, "big").lstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return "\ufffd"
    return character if len(character) == 1 and character.isprintable() else "\ufffd"
