"""Draws a page of a PDF file as it is shown, with a quotation marked on it, as a small PNG.

pdfium draws, and Pillow marks. What they work on was written by strangers: it runs in a reading process (process.py).
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops, ImageDraw

from index.errors import UnreadableFileError
from index.reading.pdf.annotations import form_of
from index.reading.pdf.pages import PDFIUM_LOCK, open_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.layout import Box
    from index.reading.process import MarkedPage

_MOST_PIXELS, _LONGEST = 10_000_000, 20_000  # of an image altogether, and of its longer side
_QUOTATION, _ANSWER, _OUTLINE = (255, 243, 163), (255, 214, 51), (201, 146, 0)  # red, green, blue
_OPACITY = 140  # of the outline, of 255: letters show through where it crosses the line below
_PIXELS_TO_A_LINE = 800  # of the image's width, to each of the outline's
# Of each colour: as many as still leave letters smooth. A page of text then has fewer colours than a palette holds, and
# the palette shows it exactly; so do the marks, which are drawn later.
_LEVELS = 16
_PALETTE = 256


def draw(data: bytes, page: MarkedPage, passwords: Sequence[str]) -> bytes:
    """Draw a page of a file as a PNG.

    Raises:
        PasswordError: None of the passwords, and not the empty one, opens the file.
        UnreadableFileError: The file or the page is damaged.
    """
    with PDFIUM_LOCK:
        image = _drawn(data, page, passwords)
    image = _marked(_levelled(image), page.quotation, page.answer)
    image = image.quantize(_PALETTE, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _drawn(data: bytes, marked: MarkedPage, passwords: Sequence[str]) -> Image.Image:
    document = open_document(data, passwords)
    try:
        with form_of(document) as form:
            page = document[marked.number - 1]
            try:
                return _drawn_page(page, marked.width, form)
            finally:
                page.close()
    except pdfium.PdfiumError as error:
        raise UnreadableFileError(f"page {marked.number:,} is damaged") from error
    finally:
        document.close()


def _drawn_page(page: pdfium.PdfPage, width: int, form: object | None) -> Image.Image:
    """Draw a page with its annotations and what is typed into its fields."""
    points = page.get_size()
    if min(points) <= 0:
        raise UnreadableFileError("the page has no size")
    # Half a pixel less, for the number of pixels is rounded up.
    scale = min(
        (width - 0.5) / points[0], math.sqrt(_MOST_PIXELS / (points[0] * points[1])), (_LONGEST - 0.5) / max(points)
    )
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        if form is not None:
            pdfium_c.FORM_OnAfterLoadPage(page.raw, form)
            place = (0, 0, bitmap.width, bitmap.height, 0)
            pdfium_c.FPDF_FFLDraw(form, bitmap.raw, page.raw, *place, pdfium_c.FPDF_ANNOT)
            pdfium_c.FORM_OnBeforeClosePage(page.raw, form)
        image: Image.Image = bitmap.to_pil().convert("RGB")
        return image
    finally:
        bitmap.close()


def _levelled(image: Image.Image) -> Image.Image:
    """Give an image with few levels of each colour."""
    step = 255 // (_LEVELS - 1)
    return image.point([round(value / step) * step for value in range(256)] * 3)


def _marked(image: Image.Image, quotation: Sequence[Box], answer: Sequence[Box]) -> Image.Image:
    """Go over boxes as with a marker pen, which leaves black letters black, and draw a line round each."""
    coloured = [(box, _QUOTATION) for box in quotation] + [(box, _ANSWER) for box in answer]
    # What is cut off by the page's edge has a box without a size.
    seen = [(box, colour) for box, colour in coloured if box.left < box.right and box.top < box.bottom]
    if not seen:
        return image
    coat, rings = Image.new("RGB", image.size, "white"), Image.new("L", image.size)
    line = max(1, image.width // _PIXELS_TO_A_LINE)
    for box, colour in seen:
        left, top, right, bottom = _pixels(box, image.size)
        ImageDraw.Draw(coat).rectangle((left, top, right, bottom), fill=colour)
        outer = (left - line, top - line, right + line, bottom + line)
        ImageDraw.Draw(rings).rectangle(outer, outline=_OPACITY, width=line)
    marked = ImageChops.multiply(image, coat)
    marked.paste(_OUTLINE, (0, 0, *image.size), rings)
    return marked


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Give the first and last columns and rows of an image that a box touches: left, top, right, bottom."""
    width, height = size
    left, top = math.floor(box.left * width), math.floor(box.top * height)
    return left, top, max(left, math.ceil(box.right * width) - 1), max(top, math.ceil(box.bottom * height) - 1)
