"""Small Word and OpenDocument files for tests, made in code."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from index.reading.extraction import Extraction

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODF_NAMES = " ".join(
    f'xmlns:{prefix}="{_ODF}{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("meta", "meta"), ("fo", "xsl-fo-compatible"),
    )
) + ' xmlns:dc="urn:dc" xmlns:xlink="urn:xlink"'  # fmt: skip


def packed(parts: Mapping[str, str | bytes], **options: int) -> bytes:
    """Make a zip archive of named parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def docx(
    body: str, *, namespace: str = WORD, before: str = "", relations: str = "", parts: Mapping[str, str] | None = None
) -> bytes:
    """Make a Word document of a body's XML; "%s" in other parts stands for the namespace."""
    names = f'xmlns:w="{namespace}" xmlns:mc="urn:mc" xmlns:r="{RELATION}" xmlns:m="urn:x/math"'
    all_parts = {"word/document.xml": f"{before}<w:document {names}><w:body>{body}</w:body></w:document>"}
    if relations:
        all_parts["word/_rels/document.xml.rels"] = f"<Relationships>{relations}</Relationships>"
    return packed(all_parts | {name: content.replace("%s", namespace) for name, content in (parts or {}).items()})


def relation(key: str, kind: str, target: str) -> str:
    """Make a relation of a Word document's body to another part."""
    return f'<Relationship Id="{key}" Type="{RELATION}/{kind}" Target="{target}"/>'


def p(text: str, style: str = "", properties: str = "") -> str:
    """Make a paragraph of Word."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Make a run of Word."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def row(*cells: str, properties: str = "") -> str:
    """Make a table's row of Word from cells: text, or XML where it begins with a mark."""
    inner = "".join(cell if cell.startswith("<w:tc>") else f"<w:tc>{_cell(cell)}</w:tc>" for cell in cells)
    return f"<w:tr>{properties}{inner}</w:tr>"


def _cell(cell: str) -> str:
    return cell if cell.startswith("<") else p(cell)


def odt(text: str, *, automatic: str = "", styles: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """Make an OpenDocument text of its body's XML, the styles of single paragraphs, and styles.xml's inner XML."""
    content = (
        f"<office:document-content {ODF_NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{text}</office:text></office:body></office:document-content>"
    )
    named = {"styles.xml": f"<office:document-styles {ODF_NAMES}>{styles}</office:document-styles>"} if styles else {}
    return packed({"content.xml": content, **named, **(parts or {})})


def read_with(read: Callable[[bytes, ReadingSettings], Extraction], data: bytes) -> Extraction:
    """Read with the usual settings, and check what holds of every extraction."""
    extraction = read(data, ReadingSettings())
    end = 0
    for block in extraction.blocks:
        words = extraction.text[block.start : block.end]
        assert words == words.strip() != ""
        assert not extraction.text[end : block.start].strip()
        end = block.end
    assert not extraction.text[end:].strip()
    return extraction


def seen(extraction: Extraction) -> list[tuple[str, str]]:
    """Give kind and words of each block."""
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks]


def stands_under(extraction: Extraction) -> list[tuple[str, tuple[str, ...]]]:
    """Give the words of each table's row with what stands above it."""
    rows = [block for block in extraction.blocks if block.kind == "row"]
    return [(extraction.text[block.start : block.end], block.above) for block in rows]
