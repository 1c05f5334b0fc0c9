"""Random documents of every format, and how each format is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdf_files import LEADING, Ink, pdf_file
from random_packed_files import docx_file, epub_file, odt_file, pptx_file, xlsx_file
from random_parts import wrapped
from random_text_files import csv_file, eml_file, html_file, md_file, txt_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from random_parts import RandomPart


def random_pdf(parts: list[RandomPart]) -> bytes:
    """Write a PDF of one or two columns with page numbers; a break begins a page."""
    columns = [60.0, 320.0] if parts[0].variant % 2 else [60.0]
    width = 44 if len(columns) > 1 else 90  # characters of a line
    pages: list[list[Ink]] = [[]]
    column, y = 0, 740.0

    def advance() -> None:
        nonlocal column, y
        column, y = column + 1, 740.0
        if column == len(columns):
            column = 0
            pages.append([])

    for part in parts:
        if part.kind == "break":
            if pages[-1]:
                pages.append([])
            column, y = 0, 740.0
        elif part.kind != "hidden":
            for lines, size, font in _pdf_lines(part, width):
                y -= size * LEADING * (2 if lines is None else 1)
                if lines is None:
                    continue
                if y < 70:
                    advance()
                for x, text in lines:
                    pages[-1].append(Ink(columns[column] + x, y, text, size, font))
    for number, page in enumerate(pages, 1):
        page.append(Ink(297, 30, str(number)))
    return pdf_file(*pages)


def _pdf_lines(part: RandomPart, width: int) -> Iterator[tuple[list[tuple[float, str]] | None, float, str]]:
    """Give the lines of a part: where on the line each string stands, the size and the font; None for a gap."""
    size, font = (16.0 - part.level, "Bold") if part.kind == "heading" else (10.0, "Regular")
    yield None, size, font
    if part.kind == "table":
        for row in part.rows:
            step = width * 5.2 / part.width
            most = max(1, int(step / 6))
            cells = [wrapped(" ".join(cell.split()), most) for cell in row]
            for at in range(max(map(len, cells))):
                yield [(step * n, cell[at]) for n, cell in enumerate(cells) if at < len(cell)], 9.0, font
        return
    text = " ".join((f"• {part.text}" if part.kind == "item" else part.text).split())
    for line in wrapped(text, int(width * 10 / size)):
        yield [(0.0, line)], size, font


@dataclass(frozen=True)
class Format:
    """A format and how random documents of it are written.

    Attributes:
        name: What such a file is called.
        write: Gives the file.
        has_marks: Whether its text holds marks that no block covers.
        is_ansi: Whether it can hold the letters of Western Europe only.
        reveals: Whether elements that are hidden are read where they hold most of the text: a page that was saved while
            a dialog lay over it.
    """

    name: str
    write: Callable[[list[RandomPart]], bytes]
    has_marks: bool = False
    is_ansi: bool = False
    reveals: bool = False


FORMATS = (
    Format("a.txt", txt_file, has_marks=True),
    Format("a.md", md_file, has_marks=True),
    Format("a.html", html_file, reveals=True),
    Format("a.docx", docx_file),
    Format("a.odt", odt_file),
    Format("a.pptx", pptx_file),
    Format("a.epub", epub_file),
    Format("a.eml", eml_file, reveals=True),
    Format("a.csv", csv_file),
    Format("a.xlsx", xlsx_file),
    Format("a.pdf", random_pdf, is_ansi=True),
)
