"""Random documents as packed XML: Word, OpenDocument text, PowerPoint, EPUB and Excel."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from random_text_files import html_body, xml_text

if TYPE_CHECKING:
    from random_parts import RandomPart


def _archive(members: dict[str, str], *, first: tuple[str, str] | None = None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if first is not None:
            archive.writestr(first[0], first[1], zipfile.ZIP_STORED)
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _relations(*relations: tuple[str, str]) -> str:
    rows = (
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(relations, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(rows)}</Relationships>'


def docx_file(parts: list[RandomPart]) -> bytes:
    """Write a Word document."""
    notes: list[str] = []
    body = "".join(_docx_part(part, notes) for part in parts)
    levels = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in range(1, 5)
    )
    head = f'xmlns:w="{_STRICT_WORD if parts[0].variant == 1 else _WORD}"'
    compatibility = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return _archive({
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(("styles", "styles.xml"), ("footnotes", "footnotes.xml")),
        "word/document.xml": f"<w:document {head} {compatibility}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {head}>{levels}</w:styles>",
        "word/footnotes.xml": f"<w:footnotes {head}>{''.join(notes)}</w:footnotes>",
    })  # fmt: skip


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{xml_text(text)}</w:t></w:r>'


def _docx_part(part: RandomPart, notes: list[str]) -> str:
    run = _run(part.text)
    if part.kind == "heading":
        return f'<w:p><w:pPr><w:pStyle w:val="H{part.level}"/></w:pPr>{run}</w:p>'
    if part.kind == "item":
        return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{run}</w:p>'
    if part.kind == "table":
        cells = (("".join(f"<w:tc><w:p>{_run(cell)}</w:p></w:tc>" for cell in row)) for row in part.rows)
        return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
    if part.kind == "note":
        if part.variant % 2:
            box = f"<w:txbxContent><w:p>{run}</w:p></w:txbxContent>"
            both = f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
            return f"<w:p><w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r></w:p>"
        notes.append(f'<w:footnote w:id="{len(notes) + 1}"><w:p>{run}</w:p></w:footnote>')
        return f'<w:p><w:r><w:footnoteReference w:id="{len(notes)}"/></w:r></w:p>'
    if part.kind == "hidden":
        text = xml_text(part.text)
        return "<w:p>{}</w:p>".format((
            f'<w:del w:id="1" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>',
            f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{text}</w:t></w:r>",
            f"<w:r><w:instrText>{text}</w:instrText></w:r>",
            f'<w:moveFrom w:id="1" w:author="a">{run}</w:moveFrom>',
            f"<w:r><w:delText>{text}</w:delText></w:r>",
            f'<w:del w:id="1" w:author="a">{run}</w:del>',
        )[part.variant])  # fmt: skip
    if part.kind == "break":
        return "<w:p><w:r><w:lastRenderedPageBreak/></w:r></w:p>"
    middle = part.text.find(" ", len(part.text) // 2)
    if middle > 0 and part.variant % 2:
        page = "<w:lastRenderedPageBreak/>" if part.variant == 5 else ""
        split = (
            f"{_run(part.text[:middle])}<w:r>{page}<w:t xml:space='preserve'>{xml_text(part.text[middle:])}</w:t></w:r>"
        )
        return f"<w:p>{split}</w:p>"
    return f"<w:p><w:ins>{run}</w:ins></w:p>" if part.variant == 2 else f"<w:p>{run}</w:p>"


def odt_file(parts: list[RandomPart]) -> bytes:
    """Write an OpenDocument text."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style", "drawing")
    )
    deleted: list[str] = []
    body = "".join(_odt_part(part, deleted) for part in parts)
    changes = f"<text:tracked-changes>{''.join(deleted)}</text:tracked-changes>" if deleted else ""
    content = f"<office:body><office:text>{changes}{body}</office:text></office:body>"
    mimetype = "application/vnd.oasis.opendocument.text"
    return _archive(
        {"content.xml": f"<office:document-content{spaces}>{content}</office:document-content>"},
        first=("mimetype", mimetype),
    )


def _odt_part(part: RandomPart, deleted: list[str]) -> str:
    text = xml_text(part.text)
    if part.kind == "heading":
        return f'<text:h text:outline-level="{part.level}">{text}</text:h>'
    if part.kind == "item":
        return f"<text:list><text:list-item><text:p>{text}</text:p></text:list-item></text:list>"
    if part.kind == "table":
        rows = (
            "".join(f"<table:table-cell><text:p>{xml_text(cell)}</text:p></table:table-cell>" for cell in row)
            for row in part.rows
        )
        return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"
    if part.kind == "note":
        citation = "<text:note-citation>1</text:note-citation>"
        note = f'<text:note text:note-class="footnote">{citation}<text:note-body><text:p>{text}</text:p>'
        return f"<text:p>{note}</text:note-body></text:note></text:p>"
    if part.kind == "hidden":
        name = f"ct{len(deleted)}"
        deletion = f"<text:deletion><text:p>{text}</text:p></text:deletion>"
        deleted.append(f'<text:changed-region text:id="{name}">{deletion}</text:changed-region>')
        return f'<text:p><text:change text:change-id="{name}"/></text:p>'
    if part.kind == "break":
        return "<text:p><text:soft-page-break/></text:p>"
    page = "<text:soft-page-break/>" if part.variant == 5 else ""
    return f"<text:p>{text.replace(' ', f' {page}<text:span>', 1)}{'</text:span>' if ' ' in text else ''}</text:p>"


def pptx_file(parts: list[RandomPart]) -> bytes:
    """Write a presentation; a break begins a slide."""
    slides: list[list[RandomPart]] = [[]]
    for part in parts:
        if part.kind == "break":
            slides.append([])
        elif part.kind != "hidden":
            slides[-1].append(part)
    spaces = f'xmlns:a="{_DRAWING}" xmlns:p="{_SLIDES}" xmlns:r="{_OFFICE}"'
    names = [f"slides/slide{number}.xml" for number in range(1, len(slides) + 1)]
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in range(1, len(slides) + 1))
    members = {
        "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": _relations(*(("slide", name) for name in names)),
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
    }
    for name, slide in zip(names, slides, strict=True):
        shapes = "".join(_pptx_shape(part, number) for number, part in enumerate(slide, 2))
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        members[f"ppt/{name}"] = f"<p:sld {spaces}>{tree}</p:sld>"
    return _archive(members)


def _pptx_shape(part: RandomPart, number: int) -> str:
    place = f'<a:xfrm><a:off x="100" y="{number * 1000}"/><a:ext cx="5000" cy="900"/></a:xfrm>'
    naming = f'<p:cNvPr id="{number}" name="s{number}"/>'
    if part.kind == "table":
        rows = (
            "".join(
                f"<a:tc><a:txBody><a:p><a:r><a:t>{xml_text(cell)}</a:t></a:r></a:p></a:txBody></a:tc>" for cell in row
            )
            for row in part.rows
        )
        table = f'<a:tbl><a:tblPr firstRow="1"/>{"".join(f"<a:tr>{row}</a:tr>" for row in rows)}</a:tbl>'
        data = f'<a:graphic><a:graphicData uri="{_DRAWING}/table">{table}</a:graphicData></a:graphic>'
        frame = f"<p:nvGraphicFramePr>{naming}</p:nvGraphicFramePr>{place.replace('a:xfrm', 'p:xfrm')}"
        return f"<p:graphicFrame>{frame}{data}</p:graphicFrame>"
    holder = '<p:ph type="title"/>' if part.kind == "heading" else '<p:ph type="body"/>' if part.variant % 2 else ""
    naming = f"<p:nvSpPr>{naming}<p:cNvSpPr/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>"
    return f"<p:sp>{naming}<p:spPr>{place}</p:spPr>{_pptx_text(part.text)}</p:sp>"


def _pptx_text(text: str) -> str:
    return f"<p:txBody><a:p><a:r><a:t>{xml_text(text)}</a:t></a:r></a:p></p:txBody>"


def epub_file(parts: list[RandomPart]) -> bytes:
    """Write an e-book; a break begins a chapter."""
    chapters: list[list[RandomPart]] = [[]]
    for part in parts:
        if part.kind == "break":
            chapters.append([])
        else:
            chapters[-1].append(part)
    names = [f"c{number}.xhtml" for number in range(len(chapters))]
    kind = 'media-type="application/xhtml+xml"'
    items = "".join(f'<item id="{name[:-6]}" href="{name}" {kind}/>' for name in names)
    spine = "".join(f'<itemref idref="{name[:-6]}"/>' for name in names)
    package = f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>{items}</manifest>'
    root = '<rootfile full-path="book/a.opf" media-type="application/oebps-package+xml"/>'
    container = "urn:oasis:names:tc:opendocument:xmlns:container"
    members = {
        "META-INF/container.xml": f'<container xmlns="{container}"><rootfiles>{root}</rootfiles></container>',
        "book/a.opf": f"{package}<spine>{spine}</spine></package>",
    }
    for name, chapter in zip(names, chapters, strict=True):
        body = html_body(chapter)
        members[f"book/{name}"] = f'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>{body}</body></html>'
    return _archive(members, first=("mimetype", "application/epub+zip"))


def xlsx_file(parts: list[RandomPart]) -> bytes:
    """Write a workbook; a break begins a sheet."""
    sheets: list[list[tuple[str, ...]]] = [[]]
    for part in parts:
        if part.kind == "break":
            sheets.append([])
        elif part.kind != "hidden":
            sheets[-1].extend(part.rows)
    names = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    listing = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    spaces = f'xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(f'<Override PartName="/xl/{name}" ContentType="{types}.worksheet+xml"/>' for name in names)
    overrides += f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
    content_types = "http://schemas.openxmlformats.org/package/2006/content-types"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{content_types}">{overrides}</Types>',
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(*(("worksheet", name) for name in names)),
        "xl/workbook.xml": f"<workbook {spaces}><sheets>{listing}</sheets></workbook>",
    }
    for name, rows in zip(names, sheets, strict=True):
        data = "".join(
            f'<row r="{at}">{"".join(_xlsx_cell(cell, column, at) for column, cell in enumerate(row))}</row>'
            for at, row in enumerate(rows, 1)
        )
        members[f"xl/{name}"] = f"<worksheet {spaces}><sheetData>{data}</sheetData></worksheet>"
    return _archive(members)


def _xlsx_cell(text: str, column: int, row: int) -> str:
    inline = f'<is><t xml:space="preserve">{xml_text(text)}</t></is>'
    return f'<c r="{"ABCDEFGH"[column]}{row}" t="inlineStr">{inline}</c>'
