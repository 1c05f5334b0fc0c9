"""A Word document becomes its paragraphs, rows and notes, and a harmful one becomes one clear error."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import PageSpan
from index.errors import UnreadableFileError
from index.reading.office.docx import read

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
STYLES = """<w:styles xmlns:w="%s">
<w:style w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>
<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style>
<w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>
<w:style w:styleId="C"><w:name w:val="toc 1"/></w:style>
</w:styles>"""


def docx(body: str, *, namespace: str = WORD, before: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Make a Word document of a body's XML."""
    main = f'{before}<w:document xmlns:w="{namespace}" xmlns:mc="urn:mc"><w:body>{body}</w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", main)
        for name, content in (parts or {}).items():
            archive.writestr(name, content.replace("%s", namespace))
    return packed.getvalue()


def p(text: str, style: str = "") -> str:
    """Make a paragraph."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def row(left: str, right: str, properties: str = "") -> str:
    """Make a table's row of two cells."""
    return f"<w:tr>{properties}<w:tc>{left}</w:tc><w:tc>{right}</w:tc></w:tr>"


def kinds_of(data: bytes) -> list[tuple[str, int | None, str]]:
    """Give kind, level and words of each block."""
    extraction = read(data)
    return [(block.kind, block.level, extraction.text[block.start : block.end]) for block in extraction.blocks]


@pytest.mark.parametrize("namespace", [WORD, STRICT])
def test_office_headings_come_from_styles(namespace: str) -> None:
    """Title and heading styles, inherited ones too, say what a paragraph is, in both namespaces of OOXML."""
    body = p("Ships", "T") + p("One", "H1") + p("Two", "Mine") + p("Text.", "A") + p("Ships 4", "C") + p("Again", "T")
    assert kinds_of(docx(body, namespace=namespace, parts={"word/styles.xml": STYLES})) == [
        ("title", None, "Ships"),
        ("heading", 1, "One"),
        ("heading", 2, "Two"),
        ("prose", None, "Text."),
        ("navigation", None, "Ships 4"),
        ("heading", 1, "Again"),
    ]


def test_office_outline_level_makes_a_heading_and_numbering_an_item() -> None:
    """A paragraph's own outline level and its place in a list count without a style."""
    body = (
        '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Deep</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>First</w:t></w:r></w:p>'
    )
    assert kinds_of(docx(body)) == [("heading", 3, "Deep"), ("item", None, "First")]


def test_office_tracked_and_hidden_text() -> None:
    """Insertions are text; deletions, moves away, hidden runs and field codes are not."""
    body = (
        "<w:p><w:r><w:t>He </w:t></w:r><w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>always </w:t></w:r></w:ins><w:moveFrom><w:r><w:t>gone </w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly </w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>paid.</w:t></w:r></w:p>"
    )
    assert kinds_of(docx(body)) == [("prose", None, "He always paid.")]


def test_office_text_boxes_are_read_once() -> None:
    """A text box that is there twice, for new and for old programs, is read once, after its paragraph."""
    box = f"<w:txbxContent>{p('In the box.')}<w:tbl><w:tr><w:tc>{p('a')}</w:tc><w:tc>{p('b')}</w:tc></w:tr></w:tbl>"
    box += "</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Beside.</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert kinds_of(docx(body)) == [("prose", None, "Beside."), ("prose", None, "In the box."), ("row", None, "a | b")]


def test_office_notes_follow_their_paragraph() -> None:
    """A footnote stands after the paragraph that cites it; separators and notes nobody cites are left out."""
    notes = (
        '<w:footnotes xmlns:w="%s"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{p("See page 3.")}</w:footnote></w:footnotes>'
    )
    body = '<w:p><w:r><w:t>It rose.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>' + p("It fell.")
    assert kinds_of(docx(body, parts={"word/footnotes.xml": notes})) == [
        ("prose", None, "It rose."),
        ("note", None, "See page 3."),
        ("prose", None, "It fell."),
    ]


def test_office_tables_give_a_block_a_row() -> None:
    """Cells are joined by bars, nested tables are read once, and a table of one column is read like the body."""
    head = row(p("Year"), p("Sum"), "<w:trPr><w:tblHeader/></w:trPr>")
    inner = f"<w:tbl>{row(p('x'), p('y'))}</w:tbl><w:p/>"
    body = f"<w:tbl>{head}{row(p('2023'), p('5') + p('million'))}{row(inner, p('z'))}</w:tbl>"
    body += f"<w:tbl><w:tr><w:tc>{p('One.')}{p('Two.')}</w:tc></w:tr></w:tbl>"
    assert kinds_of(docx(body)) == [
        ("row", 0, "Year | Sum"),
        ("row", None, "2023 | 5 million"),
        ("row", None, "x y | z"),
        ("prose", None, "One."),
        ("prose", None, "Two."),
    ]


def test_office_pages_are_those_that_word_saved() -> None:
    """A paragraph across a page break says what stands on which page; an ordered break is not counted twice."""
    body = (
        "<w:p><w:r><w:t>It began </w:t><w:lastRenderedPageBreak/><w:t>and ended.</w:t></w:r></w:p>"
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Third.</w:t></w:r></w:p>"
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("Fourth.")
    )
    extraction = read(docx(body))
    assert extraction.text == "It began and ended.\n\nThird.\n\nFourth."
    assert [block.pages for block in extraction.blocks] == [
        (PageSpan(1, 0, 8), PageSpan(2, 9, 19)),
        (PageSpan(3, 21, 27),),
        (PageSpan(4, 29, 36),),
    ]
    assert extraction.page_count == 4


def test_office_words_at_a_page_break_are_not_glued() -> None:
    """A page break between two words parts them, one behind a hyphen does not."""
    body = "<w:p><w:r><w:t>one</w:t><w:lastRenderedPageBreak/><w:t>two well-</w:t><w:lastRenderedPageBreak/>"
    assert read(docx(body + "<w:t>known</w:t></w:r></w:p>")).text == "one two well-known"


def test_office_without_saved_breaks_there_are_no_pages() -> None:
    """Breaks that were only ordered tell no page number."""
    extraction = read(docx(p("One.") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("Two.")))
    assert extraction.page_count is None
    assert [block.pages for block in extraction.blocks] == [(), ()]


def test_office_metadata_comes_from_the_core_properties() -> None:
    """Title, author and date are those of docProps/core.xml."""
    core = (
        '<c:p xmlns:c="urn:c" xmlns:d="urn:d"><d:title>Ships</d:title><d:creator>Ann Lee</d:creator>'
        "<c:created>2024-06-20T08:00:00Z</c:created></c:p>"
    )
    extraction = read(docx(p("Text."), parts={"docProps/core.xml": core}))
    assert (extraction.title, extraction.author, extraction.date) == ("Ships", "Ann Lee", "2024-06-20T08:00:00Z")


def test_office_external_entities_are_refused() -> None:
    """A document that asks for another file is refused."""
    before = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read(docx("<w:p><w:r><w:t>a &e; b</w:t></w:r></w:p>", before=before))


def test_office_entity_bombs_are_refused() -> None:
    """Entities of entities of entities are not unfolded."""
    entities = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(UnreadableFileError, match=r"declares entities|not well formed"):
        read(docx("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", before=f"<!DOCTYPE x [{entities}]>"))


def test_office_zip_bombs_are_refused_before_reading() -> None:
    """An archive that says it unpacks to more than 200 MB is refused."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", b" " * (202 << 20))
    with pytest.raises(UnreadableFileError, match="it unpacks to 202 MB, and more than 200 MB are not read"):
        read(packed.getvalue())


def test_office_deep_nesting_is_one_error_or_read() -> None:
    """XML nested beyond the parser's limit is damage and no crash; nesting below it is read."""
    tables = "<w:tbl><w:tr><w:tc>" * 60, "</w:tc></w:tr></w:tbl>" * 60
    assert kinds_of(docx(p("deep").join(tables))) == [("prose", None, "deep")]
    with pytest.raises(UnreadableFileError, match="the file is damaged"):
        read(docx("<w:sdt>" * 20_000 + p("deep") + "</w:sdt>" * 20_000))


def test_office_damage_is_said_in_words() -> None:
    """A cut archive, a missing part and broken XML are told apart."""
    whole = docx(p("Text."))
    with pytest.raises(UnreadableFileError, match="its archive cannot be unpacked"):
        read(whole[:-30])
    with pytest.raises(UnreadableFileError, match="its XML breaks off or is not well formed"):
        read(docx("<w:p>"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/other.xml", "<a/>")
    with pytest.raises(UnreadableFileError, match="a part of it is missing") as caught:
        read(packed.getvalue())
    assert isinstance(caught.value.__cause__, KeyError)


@settings(deadline=None)
@given(st.data())
def test_office_no_damage_crashes(data: st.DataObject) -> None:
    """A document with any bytes changed is read or refused."""
    whole = bytearray(docx(p("Text.") * 3, parts={"word/styles.xml": STYLES}))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        extraction = read(bytes(whole))
    except UnreadableFileError:
        return
    assert all(extraction.text[block.start : block.end].strip() for block in extraction.blocks)


RUNS = (
    *("<w:t>word</w:t>", "<w:t xml:space='preserve'> a b </w:t>", "<w:t>é中-</w:t>", "<w:t>\u00a0</w:t>"),
    *("<w:tab/>", "<w:br/>", "<w:lastRenderedPageBreak/>", '<w:br w:type="page"/>', "<w:noBreakHyphen/>"),
)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(RUNS), max_size=8), max_size=6))
def test_office_blocks_and_pages_are_exact(paragraphs: list[list[str]]) -> None:
    """Blocks joined by blank lines are the text; the pages of a block, in order, hold every non-blank character."""
    extraction = read(docx("".join(f"<w:p><w:r>{''.join(runs)}</w:r></w:p>" for runs in paragraphs)))
    words = [extraction.text[block.start : block.end] for block in extraction.blocks]
    assert "\n\n".join(words) == extraction.text
    assert all(word == word.strip() != "" for word in words)
    if extraction.page_count is None:
        return
    pages = [span for block in extraction.blocks for span in block.pages]
    assert [span.page for span in pages] == sorted(span.page for span in pages)
    assert "".join("".join(extraction.text[s.start : s.end] for s in pages).split()) == "".join(extraction.text.split())
