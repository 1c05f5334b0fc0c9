"""Images of pages as numbers: where they are marked, and where pdfium draws some words."""

from __future__ import annotations

import ctypes
import io
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Edges(NamedTuple):
    """A rectangle of an image: its first and last columns and rows."""

    left: float
    top: float
    right: float
    bottom: float


def pixels(png: bytes) -> NDArray[np.int64]:
    """Give the colours of an image, shape (height, width, 3)."""
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB")).astype(np.int64)


def marks(png: bytes, least: int = 80) -> NDArray[np.bool_]:
    """Give which pixels are yellow: with more red than blue, by at least so much."""
    colours = pixels(png)
    return colours[:, :, 0] - colours[:, :, 2] >= least


def edges(mask: NDArray[np.bool_]) -> Edges:
    """Give the smallest rectangle that holds all pixels of a mask."""
    rows, columns = np.nonzero(mask)
    return Edges(int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max()))


def pdfium_edges(
    data: bytes, page_number: int, words: str, size: tuple[int, int], password: str | None = None
) -> Edges:
    """Give where pdfium draws the first place of some words in an image of this width and height."""
    document = pdfium.PdfDocument(data, password=password)
    try:
        page = document[page_number - 1]
        text = page.get_textpage()
        first = text.get_text_range().index(words)
        corners = []
        for at in (at for at, letter in enumerate(words, start=first) if letter != " "):
            left, bottom, right, top = text.get_charbox(at)
            for x, y in ((left, bottom), (right, top)):
                across, down = ctypes.c_int(), ctypes.c_int()
                pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
                corners.append((across.value, down.value))
        return Edges(*np.min(corners, axis=0).tolist(), *np.max(corners, axis=0).tolist())
    finally:
        document.close()
