"""PDF files written byte by byte, for tests: strings at places on pages of 600 by 800 points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEADING = 1.2  # of the size
FONTS = {"Regular": "Helvetica", "Bold": "Helvetica-Bold", "Mono": "Courier"}


@dataclass(frozen=True)
class Ink:
    """A string drawn at a place on a page, from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 10.0
    font: str = "Regular"
    matrix: str = "1 0 0 1"


def column(x: float, top: float, *lines: str, size: float = 10.0, font: str = "Regular") -> list[Ink]:
    """Set lines one under another, the first on the height `top`."""
    return [Ink(x, top - at * LEADING * size, line, size, font) for at, line in enumerate(lines)]


def pdf_file(
    *pages: Sequence[Ink],
    info: Mapping[str, str] | None = None,
    outline: Sequence[tuple[str, int]] = (),
    trailer: str = "",
    rotation: int = 0,
) -> bytes:
    """Write a PDF file; `outline` holds titles and pages from 1."""
    objects: list[bytes] = [b"", b""]  # the catalogue and the page tree, written last

    def add(body: str | bytes) -> int:
        objects.append(body.encode("cp1252") if isinstance(body, str) else body)
        return len(objects)

    font_ids = {
        name: add(f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>")
        for name, base in FONTS.items()
    }
    resources = "<< /Font << " + " ".join(f"/{name} {number} 0 R" for name, number in font_ids.items()) + " >> >>"
    page_ids = []
    for page in pages:
        stream = "\n".join(_drawn(ink) for ink in page).encode("cp1252")
        stream_id = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        box = f"/MediaBox [0 0 600 800] /Rotate {rotation}"
        page_ids.append(add(f"<< /Type /Page /Parent 2 0 R {box} /Resources {resources} /Contents {stream_id} 0 R >>"))
    outline_id = len(objects) + 1
    if outline:
        first, last = outline_id + 1, outline_id + len(outline)
        add(f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(outline)} >>")
        for at, (title, page_number) in enumerate(outline):
            following = f"/Next {first + at + 1} 0 R" if first + at < last else ""
            target = f"/Dest [{page_ids[page_number - 1]} 0 R /Fit]"
            add(f"<< /Title {_string(title)} /Parent {outline_id} 0 R {target} {following} >>")
    info_id = add("<< " + " ".join(f"/{key} {_string(value)}" for key, value in (info or {}).items()) + " >>")
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {f'/Outlines {outline_id} 0 R' if outline else ''} >>".encode()
    kids = " ".join(f"{number} 0 R" for number in page_ids)
    objects[1] = f"<< /Type /Pages /Count {len(page_ids)} /Kids [{kids}] >>".encode()
    return with_cross_references(objects, f"/Info {info_id} 0 R {trailer}")


def _drawn(ink: Ink) -> str:
    return f"BT /{ink.font} {ink.size} Tf {ink.matrix} {ink.x} {ink.y} Tm {_string(ink.text)} Tj ET"


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"({escaped})"


def with_cross_references(objects: Sequence[bytes], trailer: str) -> bytes:
    """Give a file of these objects, numbered from 1, the first of which is its root."""
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()
