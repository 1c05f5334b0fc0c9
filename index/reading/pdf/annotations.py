"""What people put on a PDF page after it was made, and everybody sees: filled-in fields, ticks, typed remarks.

Every call here goes into pdfium, which is not thread-safe: the caller holds the lock.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2.raw as pdfium_c

from index.reading.pdf.characters import clean
from index.reading.pdf.lines import Line
from index.reading.pdf.places import turned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pypdfium2 as pdfium

    from index.reading.pdf.lines import PageLines

_MOST_ON_A_PAGE = 2_000
_LONGEST = 1_000_000  # characters of a field
_HIDDEN = 0x02 | 0x20  # FPDF_ANNOT_FLAG_HIDDEN, FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD_FIELD = 1 << 13
_TEXT_FIELDS = (
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD,
    pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    pdfium_c.FPDF_FORMFIELD_LISTBOX,
)
_TICKED_FIELDS = (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON)
_TICK = "☒"
_SHOWN = (pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT)
_COMMENTS = (
    pdfium_c.FPDF_ANNOT_TEXT,
    pdfium_c.FPDF_ANNOT_HIGHLIGHT,
    pdfium_c.FPDF_ANNOT_UNDERLINE,
    pdfium_c.FPDF_ANNOT_SQUIGGLY,
    pdfium_c.FPDF_ANNOT_STRIKEOUT,
    pdfium_c.FPDF_ANNOT_CARET,
)
_LARGEST_TYPE, _SMALLEST_TYPE = 12.0, 4.0  # points; a field does not say how high its type is
_LEADING, _WIDTH = 1.2, 0.5  # of the type's size: from line to line; of a letter


class Typed(NamedTuple):
    """What is typed into a rectangle of a page, in the page's own points: left, bottom, right, top."""

    text: str
    rectangle: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Annotations:
    """What stands on a page besides its content.

    Attributes:
        typed: What everybody sees.
        comments: How many remarks show only when they are clicked on.
        files: How many files are pinned to the page.
    """

    typed: tuple[Typed, ...] = ()
    comments: int = 0
    files: int = 0


@contextmanager
def form_of(document: pdfium.PdfDocument) -> Iterator[object | None]:
    """Give pdfium's handle of a document's form while it is open, or None where it has none.

    The library's own way writes to the log where the form is of the XFA kind.
    """
    if document.get_formtype() == pdfium_c.FORMTYPE_NONE:
        yield None
        return
    config = pdfium_c.FPDF_FORMFILLINFO(version=2)  # pdfium keeps looking at it
    form = pdfium_c.FPDFDOC_InitFormFillEnvironment(document.raw, config)
    try:
        yield form or None
    finally:
        if form:
            pdfium_c.FPDFDOC_ExitFormFillEnvironment(form)


def annotations_on(page: pdfium.PdfPage, form: object | None) -> Annotations:
    """Read the annotations of a page; filled-in fields only with its document's form."""
    count = min(_MOST_ON_A_PAGE, pdfium_c.FPDFPage_GetAnnotCount(page.raw))
    if count <= 0:
        return Annotations()
    if form is not None:
        pdfium_c.FORM_OnAfterLoadPage(page.raw, form)  # without it no box is ticked
    try:
        return _read(page, form, count)
    finally:
        if form is not None:
            pdfium_c.FORM_OnBeforeClosePage(page.raw, form)


def _read(page: pdfium.PdfPage, form: object | None, count: int) -> Annotations:
    typed: list[Typed] = []
    comments = files = 0
    for at in range(count):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
        if not annotation:
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            if kind in _SHOWN:
                typed.extend(_typed(annotation, form))
            elif kind in _COMMENTS:
                comments += bool(_contents(annotation).strip())
            files += kind == pdfium_c.FPDF_ANNOT_FILEATTACHMENT
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
    return Annotations(tuple(typed), comments, files)


def _typed(annotation: object, form: object | None) -> Iterator[Typed]:
    """Give what an annotation shows, if it shows something."""
    if pdfium_c.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return
    if pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_FREETEXT:
        text = _contents(annotation)
    else:
        text = "" if form is None else _field(annotation, form)
    rectangle = pdfium_c.FS_RECTF()
    if text.strip() and pdfium_c.FPDFAnnot_GetRect(annotation, rectangle):
        yield Typed(text, (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))


def with_typed(page: PageLines, typed: Sequence[Typed]) -> PageLines:
    """Put what is typed on a page among its lines: behind what precedes it in its row, or else below what is above."""
    together = list(page.lines)
    for text, (left, bottom, right, top) in typed:
        corners = turned(left, bottom, page.quarters), turned(right, top, page.quarters)
        (left, bottom), (right, top) = map(min, zip(*corners, strict=True)), map(max, zip(*corners, strict=True))
        upright = [line for line in together if not line.slanted]
        row = [line for line in upright if bottom <= line.baseline + 0.3 * line.size and line.baseline < top]
        before = [line for line in row if line.left < left]
        above = [line for line in upright if line.baseline >= top and line.left < right and left < line.right]
        neighbour = max(before, key=lambda line: line.right, default=None)
        baseline = (neighbour or row[0]).baseline if row else None
        after = neighbour or (min(above, key=lambda line: line.baseline, default=None) if not row else None)
        at = together.index(after) + 1 if after else together.index(row[0]) if row else _place(together, top)
        together[at:at] = _lines(text, page.number, (left, bottom, right, top), baseline)
    return replace(page, lines=tuple(together))


def _place(lines: Sequence[Line], top: float) -> int:
    """Give the place of the first line that stands below a height."""
    return next((at for at, line in enumerate(lines) if line.baseline < top), len(lines))


def _lines(text: str, page: int, rectangle: tuple[float, float, float, float], baseline: float | None) -> list[Line]:
    """Make lines of what is typed into a rectangle, on the height `baseline` where its row is known."""
    left, bottom, right, top = rectangle
    texts = [line for typed in text.splitlines() if (line := clean(typed))]
    height = max(1.0, top - bottom)
    size = max(_SMALLEST_TYPE, min(_LARGEST_TYPE, 0.7 * height, height / _LEADING / max(1, len(texts))))
    if baseline is None or len(texts) > 1:
        baseline = top - size if len(texts) > 1 else (top + bottom) / 2 - 0.35 * size
    lines = []
    for at, line in enumerate(texts):
        width = min(_WIDTH * size, max(1.0, right - left) / len(line))
        words, x = [], left
        for word in line.split(" "):
            words.append((x, x + width * len(word)))
            x = words[-1][1] + width
        foot = baseline - at * _LEADING * size
        lines.append(Line(line, page, left, words[-1][1], foot + size, foot, size, words=tuple(words)))
    return lines


def _field(annotation: object, form: object) -> str:
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _TICKED_FIELDS:
        return _TICK if pdfium_c.FPDFAnnot_IsChecked(form, annotation) == 1 else ""
    if kind not in _TEXT_FIELDS or pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FIELD:
        return ""
    return _string(lambda units, size: pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, units, size))


def _contents(annotation: object) -> str:
    return _string(lambda units, size: pdfium_c.FPDFAnnot_GetStringValue(annotation, b"Contents", units, size))


def _string(ask: Callable[[object, int], int]) -> str:
    """Give a string that pdfium writes as 16-bit units with a zero at the end."""
    size = min(ask(None, 0), 2 * _LONGEST)
    if size <= 2:
        return ""
    units = (ctypes.c_ushort * (size // 2))()
    # Where the buffer is too small pdfium writes nothing.
    return bytes(units)[:-2].decode("utf-16-le", "ignore") if ask(units, size) <= size else ""
