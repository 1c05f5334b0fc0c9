"""An OpenDocument text becomes its paragraphs, items, rows and notes as they are shown, or one clear error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import odt, packed, read_with, seen, stands_under

from index.documents import PageSpan
from index.errors import PasswordError, UnreadableFileError
from index.reading.office.odt.reader import read

NUMBERS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" '
    'style:num-suffix=")"/></text:list-style><text:list-style style:name="B"><text:list-level-style-bullet '
    'text:level="1" text:bullet-char="•"/></text:list-style>'
)


def words_of(text: str, automatic: str = "", styles: str = "") -> list[str]:
    """Give the words of each block."""
    return [words for _, words in seen(read_with(read, odt(text, automatic=automatic, styles=styles)))]


def p(text: str, style: str = "") -> str:
    """Make a paragraph."""
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def style(name: str, inner: str = "", more: str = "", family: str = "paragraph") -> str:
    """Make a style."""
    return f'<style:style style:name="{name}" style:family="{family}" {more}>{inner}</style:style>'


def items(*inner: str, more: str = 'text:style-name="L"') -> str:
    """Make a list."""
    return f"<text:list {more}>{''.join(f'<text:list-item>{one}</text:list-item>' for one in inner)}</text:list>"


def row(*cells: str) -> str:
    """Make a table's row from the text of its cells."""
    inner = "".join(f"<table:table-cell>{p(cell)}</table:table-cell>" for cell in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def test_odt_headings_titles_and_code() -> None:
    """Headings have their outline's level and number; styles say what is a title or code, with what they inherit."""
    automatic = style("P1", more='style:parent-style-name="Title"')
    automatic += style("P2", more='style:parent-style-name="Preformatted_20_Text"')
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/>'
        '<text:outline-level-style text:level="2" style:num-format="a" text:display-levels="2"/></text:outline-style>'
    )
    styles = f"<office:styles>{style('Title')}{style('Preformatted_20_Text')}{outline}</office:styles>"
    text = p("Ships", "P1") + "".join(
        f'<text:h text:outline-level="{level}">{words}</text:h>'
        for level, words in ((1, "One"), (2, "Two"), (1, "Three"))
    )
    text += '<text:h text:outline-level="1" text:is-list-header="true">Annex</text:h>'
    text += p("if x:", "P2") + p('<text:s text:c="4"/>y = 1', "P2")
    extraction = read_with(read, odt(text, automatic=automatic, styles=styles))
    assert seen(extraction) == [
        ("title", "Ships"),
        ("heading", "1 One"),
        ("heading", "1.a Two"),
        ("heading", "2 Three"),
        ("heading", "Annex"),
        ("code", "if x:\n    y = 1"),
    ]
    assert [block.level for block in extraction.blocks] == [None, 1, 2, 1, 1, None]


def test_odt_lists_have_the_numbers_that_are_shown() -> None:
    """Levels count on their own, only an item's first paragraph has a number, bullets and heads have none."""
    inner = items(p("x"), p("x"), more="")
    text = items(p("x") + p("on"), p("x") + inner, p("x") + inner)
    assert words_of(text, NUMBERS) == ["1. x", "on", "2. x", "(a) x", "(b) x", "3. x", "(a) x", "(b) x"]
    text = "<text:list text:style-name='L'><text:list-header><text:p>Head</text:p></text:list-header></text:list>"
    assert words_of(text + items(p("x"), more="text:style-name='B'"), NUMBERS) == ["Head", "x"]


def test_odt_lists_go_on_where_they_say_so() -> None:
    """A list begins anew, goes on with the last of its style or with one that it names, or starts where it says."""
    again = 'text:style-name="L" text:continue-numbering="true"'
    text = items(p("x"), more='text:style-name="L" xml:id="a"') + items(p("x")) + items(p("x"), more=again)
    text += items(p("x"), more='text:style-name="L" text:continue-list="a"')
    text += items(p("x")).replace("<text:list-item", '<text:list-item text:start-value="7"')
    assert words_of(text, NUMBERS) == ["1. x", "1. x", "2. x", "2. x", "7. x"]


def test_odt_items_stand_under_the_items_they_belong_to() -> None:
    """What hangs on an item is found with it."""
    extraction = read_with(read, odt(items(p("Cargo") + items(p("coal"), more="")), automatic=NUMBERS))
    assert [block.above for block in extraction.blocks] == [(), ("1. Cargo",)]


def test_odt_tracked_and_hidden_text() -> None:
    """Deleted and hidden text is no text; spaces, tabs and line breaks are what they stand for."""
    deleted = "<text:changed-region><text:deletion><text:p>never</text:p></text:deletion></text:changed-region>"
    automatic = style("T", '<style:text-properties text:display="none"/>', family="text")
    text = (
        f"<text:tracked-changes>{deleted}</text:tracked-changes>"
        "<text:p>He <text:change text:change-id='a'/>always<text:s/>paid<text:tab/>in\n full.<text:line-break/>So"
        "<text:span text:style-name='T'>secret</text:span><text:hidden-text text:is-hidden='true'>no</text:hidden-text>"
        "<text:script>alert()</text:script>.</text:p>"
        f"<text:section text:display='none'>{p('Hidden.')}</text:section><text:section>{p('Shown.')}</text:section>"
    )
    extraction = read_with(read, odt(text, automatic=automatic))
    assert seen(extraction) == [("prose", "He always paid in full.\nSo."), ("prose", "Shown.")]
    assert extraction.report.left_out == ("text deleted by tracked changes, in 1 place",)


def test_odt_notes_frames_and_comments() -> None:
    """Notes with their mark and frames stand once behind their paragraph; comments and objects are counted."""
    note = (
        "<text:note><text:note-citation>3</text:note-citation><text:note-body>"
        f"{p('See page 9.')}{p('And 10.')}</text:note-body></text:note>"
    )
    frame = f"<draw:frame><draw:text-box>{p('In the box.')}</draw:text-box></draw:frame>"
    comment = f"<office:annotation>{p('Why?')}</office:annotation>"
    thing = '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image/></draw:frame>'
    shape = f"<draw:custom-shape>{p('On the shape.')}</draw:custom-shape>"
    extraction = read_with(read, odt(f"<text:p>It rose{note}{frame}{comment}{thing}{shape}.</text:p>{p('So.')}"))
    assert seen(extraction) == [
        ("prose", "It rose."),
        ("prose", "In the box."),
        ("prose", "On the shape."),
        ("note", "3 See page 9. And 10."),
        ("prose", "So."),
    ]
    assert extraction.report.left_out == ("1 comment", "1 embedded object")


def test_odt_formulas_are_text() -> None:
    """A formula is written in a line."""
    math = (
        '<math xmlns="urn:m"><semantics><mrow><mi>E</mi><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup>'
        "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>12</mn></mfrac></mrow><annotation>no</annotation></semantics></math>"
    )
    text = '<text:p>So <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>.</text:p>'
    extraction = read_with(read, odt(text, parts={"Object 1/content.xml": math}))
    assert seen(extraction) == [("prose", "So E=c^2(a+b)/12.")]


def test_odt_tables_say_their_heads_with_each_row() -> None:
    """Rows under a head, in groups or not, say it; a caption is the title; merged cells are said again."""
    head = f"<table:table-header-rows>{row('Ship', 'Port', 'Crew')}</table:table-header-rows>"
    spanned = (
        '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Ann</text:p></table:table-cell>'
        "<table:table-cell><text:p>Hull</text:p></table:table-cell><table:table-cell><text:p>4</text:p></table:table-cell>"
        "</table:table-row><table:table-row><table:covered-table-cell/>"
        "<table:table-cell><text:p>York</text:p></table:table-cell><table:table-cell><text:p>5</text:p></table:table-cell>"
        "</table:table-row>"
    )
    label = (
        '<table:table-row><table:table-cell table:number-columns-spanned="3"><text:p>Sold</text:p></table:table-cell>'
        '<table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>'
    )
    body = f"<table:table-rows>{spanned}{label}{row('Bee', 'Rye', '6')}</table:table-rows>"
    table = f"<table:table>{head}{body}</table:table>"
    extraction = read_with(read, odt(table + p("Table 1: Ships") + p("Text.")))
    heads = ("Table 1: Ships", "Ship | Port | Crew")
    assert stands_under(extraction) == [
        ("Ann | Hull | 4", heads),
        ("Ann | York | 5", heads),
        ("Bee | Rye | 6", (*heads, "Sold")),
    ]
    assert ("caption", "Table 1: Ships") in seen(extraction)


def test_odt_blank_cells_keep_their_place() -> None:
    """A blank cell between others leaves its bar, one that the file counts as several leaves one for each."""
    head = f"<table:table-header-rows>{row('', '2021', '2022', '2023')}</table:table-header-rows>"
    blank = (
        f"<table:table-row><table:table-cell>{p('Pears')}</table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"/>'
        f"<table:table-cell>{p('5')}</table:table-cell></table:table-row>"
    )
    body = blank + row("Plums", "3", "", "4")
    assert stands_under(read_with(read, odt(f"<table:table>{head}{body}</table:table>"))) == [
        ("Pears | | | 5", ("2021 | 2022 | 2023",)),
        ("Plums | 3 | | 4", ("2021 | 2022 | 2023",)),
    ]


def test_odt_tables_that_place_text_are_read_as_text() -> None:
    """A table of one column, or with a table inside, is read like the body."""
    assert words_of(f"<table:table>{row('One.')}{row('Two.')}</table:table>") == ["One.", "Two."]
    inner = f"<table:table>{row('a', 'b')}{row('c', 'd')}</table:table>"
    outer = row("|", "Beside.").replace(p("|"), inner)
    assert words_of(f"<table:table>{outer}</table:table>") == ["a | b", "c | d", "Beside."]


def test_odt_tables_of_contents_are_no_text() -> None:
    """An index made of the headings is navigation; a bibliography is text."""
    text = f"<text:table-of-content><text:index-body>{p('One 1')}</text:index-body></text:table-of-content>"
    text += f"<text:bibliography><text:index-body>{p('Lee, 2001.')}</text:index-body></text:bibliography>"
    assert seen(read_with(read, odt(text))) == [("navigation", "One 1"), ("prose", "Lee, 2001.")]


PAGES = (
    style("New", '<style:paragraph-properties fo:break-before="page"/>')
    + style("Body", more='style:master-page-name="Main"')
    + style("One", '<style:paragraph-properties style:page-number="1"/>', 'style:master-page-name="Main"')
)


def test_odt_pages_are_those_that_were_saved() -> None:
    """Soft breaks and ordered ones count; a page is called as its master numbers it."""
    text = p("One <text:soft-page-break/>two.") + p("Three.", "New") + "<text:soft-page-break/>" + p("Four.", "One")
    extraction = read_with(read, odt(text, automatic=PAGES))
    assert [block.pages for block in extraction.blocks] == [
        (PageSpan(1, 0, 3), PageSpan(2, 4, 8)),
        (PageSpan(3, 10, 16),),
        (PageSpan(5, 18, 23, "p. 1 (page 5)"),),
    ]
    assert extraction.page_count == 5


def test_odt_pages_that_do_not_add_up_are_not_told() -> None:
    """Where the program counted other pages than the breaks say, no page is better than a wrong one."""
    text = p("One <text:soft-page-break/>two.")

    def count(pages: int) -> int | None:
        meta = f'<m xmlns:meta="urn:m"><meta:document-statistic meta:page-count="{pages}"/></m>'
        return read_with(read, odt(text, parts={"meta.xml": meta})).page_count

    assert (count(2), count(3)) == (2, None)


def test_odt_headers_and_metadata() -> None:
    """Headers and footers of the masters in use are running heads; properties give title, author, date, language."""
    styles = (
        "<office:styles><style:default-style style:family='paragraph'><style:text-properties fo:language='nl' "
        "fo:country='BE'/></style:default-style></office:styles><office:master-styles>"
        f"<style:master-page style:name='Standard'><style:header>{p('Draft')}</style:header>"
        f"<style:footer>{p('iv')}</style:footer></style:master-page>"
        f"<style:master-page style:name='Main'><style:footer>{p('Port of Hull')}</style:footer></style:master-page>"
        f"<style:master-page style:name='Unused'><style:header>{p('Never')}</style:header></style:master-page>"
        "</office:master-styles>"
    )
    meta = (
        '<m xmlns:meta="urn:m" xmlns:dc="urn:dc"><meta:meta><dc:title>Ships</dc:title>'
        "<meta:initial-creator>Ann Lee</meta:initial-creator><dc:creator>Bo</dc:creator>"
        "<meta:creation-date>2024-06-20</meta:creation-date><dc:date>2024-06-21</dc:date></meta:meta></m>"
    )
    extraction = read_with(
        read, odt(p("One.") + p("Two.", "Body"), automatic=PAGES, styles=styles, parts={"meta.xml": meta})
    )
    assert seen(extraction) == [
        ("running head", "Draft"),
        ("prose", "One."),
        ("prose", "Two."),
        ("running head", "Port of Hull"),
    ]
    found = extraction.title, extraction.author, extraction.date, extraction.language
    assert found == ("Ships", "Ann Lee", "2024-06-20", "nl-BE")


def test_odt_protected_files_need_a_password() -> None:
    """An encrypted document is told from a damaged one."""
    manifest = '<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(PasswordError, match="protected by a password"):
        read_with(read, packed({"content.xml": b"\x01\x02\x03", "META-INF/manifest.xml": manifest}))


def test_odt_harm_and_damage_are_one_error() -> None:
    """Nesting, missing parts and cut files are refused; lists and frames as deep as the parser allows are read."""
    with pytest.raises(UnreadableFileError, match="nested more than 256 deep"):
        read_with(read, odt("<text:section>" * 20_000 + "</text:section>" * 20_000))
    with pytest.raises(UnreadableFileError, match="a part of it is missing"):
        read_with(read, packed({"mimetype": "application/vnd.oasis.opendocument.text"}))
    with pytest.raises(UnreadableFileError, match="the part of it that holds the text is missing"):
        read_with(read, packed({"content.xml": "<a/>"}))
    with pytest.raises(UnreadableFileError, match="its archive cannot be unpacked"):
        read_with(read, odt(p("Text."))[:-30])
    assert words_of("<text:list><text:list-item>" * 100 + p("deep") + "</text:list-item></text:list>" * 100) == ["deep"]
    frames = "<text:p><draw:frame><draw:text-box>" * 70, "</draw:text-box></draw:frame></text:p>" * 70
    assert words_of(p("deep").join(frames)) == ["deep"]


PIECES = (
    *("text:p", "text:h", "text:list", "text:list-item", "text:list-header", "text:span", "text:s", "text:note"),
    *("table:table", "table:table-row", "table:table-cell", "table:covered-table-cell", "table:table-header-rows"),
    *("draw:frame", "draw:text-box", "draw:object", "text:soft-page-break", "text:section", "text:note-body"),
    *("text:table-of-content", "text:index-body", "office:annotation", "text:numbered-paragraph", "draw:g", "text:a"),
)
TREES = st.recursive(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(("1", "0", "-3", "99999999", "x", "L", "New", "true"))),
    lambda inner: st.tuples(st.sampled_from(PIECES), st.lists(inner, max_size=5)),
    max_leaves=30,
)
NAMES = (
    *("style-name", "outline-level", "start-value", "c", "continue-numbering", "continue-list"),
    *("number-columns-spanned", "number-columns-repeated", "is-hidden"),
)


def xml_of(tree: tuple[str, object]) -> str:
    """Write a random tree of elements."""
    tag, inner = tree
    if isinstance(inner, str):
        marks = " ".join(f'text:{name}="{inner}"' for name in NAMES)
        return f"<{tag} {marks}>word {inner}</{tag}>"
    return f"<{tag}>{''.join(map(xml_of, inner))}</{tag}>"  # type: ignore[call-overload]


@settings(deadline=None, max_examples=150)
@given(st.lists(TREES, max_size=6))
def test_odt_any_tree_of_elements_is_read(trees: list[tuple[str, object]]) -> None:
    """Elements in places where no program writes them make no crash, and blocks stay in order."""
    read_with(read, odt("".join(map(xml_of, trees)), automatic=NUMBERS + PAGES))
