"""Whether a PDF page shows what its text does not say: a scanned image, or a drawing.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Object = tuple[int, object, tuple[float, float, float, float]]  # its type, its handle, its bounds on the page

_STAMP = 100  # characters: a Bates number, a running foot, "Scanned by …"
_MOST = 0.5  # of the page's area
_MOST_OBJECTS, _DEEPEST_FORM = 2_000, 3
_THUMBNAIL = 128  # pixels along the page's longer side
_MARK, _RULE = 24, 4  # grey levels from the paper; pixels: what is thinner is a rule, not a drawing


def is_picture(page: pdfium.PdfPage, characters: int) -> bool:
    """Say whether an image or a drawing holds what there is to read on a page.

    A page without text is a picture where it shows anything but a rule; one with the text of a stamp, where an image
    covers most of it. Text that is hidden, or lies under such an image, is what somebody recognised in it.

    Args:
        page: Open, and its document too.
        characters: How many characters of text it holds.
    """
    if characters >= _STAMP:
        return False
    sheet = page.get_bbox()
    need = _MOST * max(1.0, _area(sheet, sheet))
    images = 0.0
    for seen, (kind, raw, bounds) in enumerate(_objects(page)):
        if characters and kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            if images < need or pdfium_c.FPDFTextObj_GetTextRenderMode(raw) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE:
                return False
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            images += _area(bounds, sheet)
        if seen >= _MOST_OBJECTS:
            return not characters
    return images >= need if characters else images > 0 or _shows_something(page)


def _objects(page: pdfium.PdfPage) -> Iterator[_Object]:
    """Give the objects of a page in the order in which they are drawn, those inside of forms too."""
    page_objects = pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject
    form_objects = pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject
    edges = tuple(ctypes.c_float() for _ in range(4))
    stack = [(raw, pdfium.PdfMatrix(), 0) for raw in _last_first(page.raw, *page_objects)]
    while stack:
        raw, matrix, depth = stack.pop()
        kind = pdfium_c.FPDFPageObj_GetType(raw)
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            inner = pdfium_c.FS_MATRIX()
            pdfium_c.FPDFPageObj_GetMatrix(raw, inner)
            form = pdfium.PdfMatrix.from_raw(inner).multiply(matrix)
            stack.extend((part, form, depth + 1) for part in _last_first(raw, *form_objects))
        known = pdfium_c.FPDFPageObj_GetBounds(raw, *edges)
        yield kind, raw, matrix.on_rect(*(edge.value for edge in edges)) if known else (0.0, 0.0, 0.0, 0.0)


def _last_first(parent: object, count: Callable[..., int], get: Callable[..., object]) -> list[object]:
    return [get(parent, at) for at in reversed(range(min(_MOST_OBJECTS + 1, count(parent))))]


def _area(bounds: tuple[float, ...], sheet: tuple[float, ...]) -> float:
    """Give the area of a rectangle as far as it lies on a sheet; each is left, bottom, right, top."""
    width = min(bounds[2], sheet[2]) - max(bounds[0], sheet[0])
    height = min(bounds[3], sheet[3]) - max(bounds[1], sheet[1])
    return max(0.0, width) * max(0.0, height)


def _shows_something(page: pdfium.PdfPage) -> bool:
    width, height = page.get_size()
    parts = pdfium_c.FPDFPage_CountObjects(page.raw) + pdfium_c.FPDFPage_GetAnnotCount(page.raw)
    if parts < 1 or not (width > 0 and height > 0):
        return False
    scale = _THUMBNAIL / max(1.0, width, height)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        grey = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width].astype(np.int16)
    finally:
        bitmap.close()
    rows, columns = np.nonzero(np.abs(grey - np.median(grey)) > _MARK)
    return rows.size > 0 and min(int(np.ptp(rows)), int(np.ptp(columns))) >= _RULE
