"""PDF files written object by object, for tests of what pages hold besides strings: boxes, images, forms, locks."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdf_files import with_cross_references

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_EXTRA = 4  # number of the first of the objects that a test adds; 1 to 3 are the catalogue, the pages, the font
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


@dataclass(frozen=True)
class Page:
    """A page: the operators that draw it, what else its dictionary says, and its resources besides the font /F."""

    content: str = ""
    keys: str = "/MediaBox [0 0 600 800]"
    resources: str = ""


def string(x: float, y: float, text: str, size: float = 10.0, matrix: str = "1 0 0 1") -> str:
    """Draw a string of Helvetica."""
    return f"BT /F {size} Tf {matrix} {x} {y} Tm ({text}) Tj ET\n"


def paragraph(x: float, top: float, *lines: str) -> str:
    """Draw lines one under another."""
    return "".join(string(x, top - 12 * at, line) for at, line in enumerate(lines))


def stream(data: bytes, keys: str = "") -> bytes:
    """Make an object of bytes."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), keys.encode(), data)


def grey_image(side: int = 8, level: int = 128) -> bytes:
    """Make an object of a grey square image, half of it black."""
    pixels = bytes([level] * (side * side // 2) + [0] * (side * side - side * side // 2))
    keys = f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray /BitsPerComponent 8"
    return stream(zlib.compress(pixels), f"{keys} /Filter /FlateDecode")


def file_of(
    *pages: Page, extra: Sequence[str | bytes] = (), catalog: str = "", lock: tuple[str, bytes] | None = None
) -> bytes:
    """Write a PDF file.

    Args:
        pages: In order.
        extra: Objects, numbered from `FIRST_EXTRA`.
        catalog: What the catalogue says besides.
        lock: A password, and the bytes that name the file; the contents are then encrypted (RC4, 40 bits).
    """
    first_page = FIRST_EXTRA + len(extra)
    kids = " ".join(f"{first_page + 2 * at} 0 R" for at in range(len(pages)))
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *(part.encode() if isinstance(part, str) else part for part in extra),
    ]
    trailer = ""
    key = b""
    if lock is not None:
        key, trailer = _lock(*lock)
    for page in pages:
        number = len(objects) + 1
        resources = f"/Resources << /Font << /F 3 0 R >> {page.resources} >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {page.keys} {resources} /Contents {number + 1} 0 R >>".encode())
        content = page.content.encode("cp1252")
        if key:
            object_key = hashlib.md5(key + (number + 1).to_bytes(3, "little") + b"\0\0").digest()[: len(key) + 5]
            content = _rc4(object_key, content)
        objects.append(stream(content))
    return with_cross_references(objects, trailer)


def _lock(password: str, name: bytes) -> tuple[bytes, str]:
    """Give the key of a file and what its trailer says: revision 2 of the standard security handler."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + name).digest()[:5]
    user = _rc4(key, _PADDING)
    says = f"/Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{user.hex()}>"
    return key, f"/Encrypt << {says} >> /ID [<{name.hex()}> <{name.hex()}>]"


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
