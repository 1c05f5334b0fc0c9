"""A Word document becomes its paragraphs, rows and notes as Word shows them, and a harmful one one clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import STRICT, WORD, docx, p, packed, read_with, relation, row, run, seen, stands_under

from index.documents import PageSpan
from index.errors import LimitError, UnreadableFileError
from index.reading.office.docx.reader import read
from index.reading.settings import Limits, ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import Extraction

BOLD = "<w:b/>"
STYLES = """<w:styles xmlns:w="%s">
<w:style w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>
<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style>
<w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>
<w:style w:styleId="C"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="Cap"><w:name w:val="caption"/></w:style>
<w:style w:styleId="Code"><w:name w:val="HTML Preformatted"/></w:style>
<w:style w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>
</w:styles>"""


def extraction_of(body: str, **options: object) -> Extraction:
    """Read a document made of a body's XML."""
    return read_with(read, docx(body, **options))  # type: ignore[arg-type]


def styled(body: str) -> Extraction:
    """Read a document that has the styles above."""
    return extraction_of(body, parts={"word/styles.xml": STYLES})


def words_of(body: str, **options: object) -> list[str]:
    """Give the words of each block."""
    return [words for _, words in seen(extraction_of(body, **options))]


@pytest.mark.parametrize("namespace", [WORD, STRICT])
def test_docx_headings_come_from_styles(namespace: str) -> None:
    """Title and heading styles, inherited ones too, say what a paragraph is, in both namespaces of OOXML."""
    body = p("Ships", "T") + p("One", "H1") + p("Two", "Mine") + p("Text.", "A") + p("Ships 4", "C") + p("Again", "T")
    extraction = extraction_of(body, namespace=namespace, parts={"word/styles.xml": STYLES})
    assert seen(extraction) == [
        ("title", "Ships"),
        ("heading", "One"),
        ("heading", "Two"),
        ("prose", "Text."),
        ("navigation", "Ships 4"),
        ("heading", "Again"),
    ]
    assert [block.level for block in extraction.blocks] == [None, 1, 2, None, None, 1]


def test_docx_outline_level_makes_a_heading() -> None:
    """A paragraph's own outline level counts without a style."""
    extraction = extraction_of(p("Deep", properties='<w:outlineLvl w:val="2"/>') + p("Text."))
    assert seen(extraction)[0] == ("heading", "Deep")
    assert extraction.blocks[0].level == 3


def test_docx_title_and_code_of_several_paragraphs_are_one_block() -> None:
    """Lines of a title, and lines of code with their indent, stand together."""
    body = p("A report", "T") + p("on ships", "T") + p("if x:", "Code") + p("    y = 1", "Code") + p("Text.")
    assert seen(styled(body)) == [("title", "A report\non ships"), ("code", "if x:\n    y = 1"), ("prose", "Text.")]


def test_docx_clause_in_a_headings_style_is_text() -> None:
    """What law firms set in a heading's style and reads like a sentence is found; a short heading stays one."""
    clause = "The Supplier shall deliver the ships to the port within thirty days."
    assert seen(styled(p("Delivery.", "H1") + p(clause, "H2"))) == [("heading", "Delivery."), ("prose", clause)]


def test_docx_bold_lines_are_headings_where_nothing_else_is() -> None:
    """Short bold lines before ordinary text are headings, larger ones above smaller; bold sentences are not."""

    def bold(text: str, size: int = 24) -> str:
        return f'<w:p>{run(text, f"""{BOLD}<w:sz w:val="{size}"/>""")}</w:p>'

    body = bold("Part One", 32) + bold("Delivery") + p("It came.") + bold("It was late.") + p("It fell.") + p("So.")
    body += bold("Payment") + p("It was paid.") + p("In full.") + p("At once.")
    extraction = extraction_of(body)
    found = [(words, block.level) for (_, words), block in zip(seen(extraction), extraction.blocks, strict=True)]
    assert [(words, level) for words, level in found if level] == [("Part One", 1), ("Delivery", 2), ("Payment", 2)]
    assert ("prose", "It was late.") in seen(extraction)
    assert all(kind == "prose" for kind, _ in seen(extraction_of(bold("All") + bold("of") + bold("it"))))


def test_docx_named_articles_are_headings() -> None:
    """Lines such as "Article 2" part a text that says nothing of its headings."""
    text = p("The parties agreed on what follows.")
    body = "".join(p(f"Article {n}") + text + text for n in ("1", "2", "IV")) + p("Article 9 is dead.")
    assert [words for kind, words in seen(extraction_of(body)) if kind == "heading"] == [
        "Article 1", "Article 2", "Article IV",
    ]  # fmt: skip


def test_docx_raised_figures_stay_raised() -> None:
    """A power of ten is not a larger number; raised letters and lowered figures are plain."""
    up, down = ('<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>')
    runs = run("10") + run("-6", up) + run(" m on the 1") + run("st", up) + run(", H") + run("2", down) + run("O")
    assert words_of(f"<w:p>{runs}</w:p>") == ["10⁻⁶ m on the 1st, H2O"]


NUMBERING = (
    '<w:numbering xmlns:w="%s"><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>{more}</w:numbering>'
)


def level(place: int, form: str, text: str, more: str = "") -> str:
    """Make a level of a list."""
    inner = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{place}">{inner}</w:lvl>'


def item(place: int, number: int = 1) -> str:
    """Make a paragraph of a list that says only "x"."""
    return p("x", properties=f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="{number}"/></w:numPr>')


def numbers_of(places: list[tuple[int, int]], levels: str, more: str = "") -> list[str]:
    """Give the numbers shown before paragraphs of lists, from each one's level and list."""
    parts = {"word/numbering.xml": NUMBERING.format(levels=levels, more=more)}
    words = words_of("".join(item(place, number) for place, number in places), parts=parts)
    return [word.removesuffix("x").rstrip() for word in words]


LEGAL = (
    level(0, "decimal", "%1.")
    + level(1, "decimal", "%1.%2")
    + level(2, "lowerLetter", "(%3)")
    + level(3, "lowerRoman", "(%4)")
)


def test_docx_items_have_the_numbers_that_word_shows() -> None:
    """Each level counts on its own and begins anew below a higher one."""
    places = [(n, 1) for n in (0, 1, 1, 2, 2, 3, 3, 2, 1, 2, 0, 1)]
    assert numbers_of(places, LEGAL) == [
        "1.",
        "1.1",
        "1.2",
        "(a)",
        "(b)",
        "(i)",
        "(ii)",
        "(c)",
        "1.3",
        "(a)",
        "2.",
        "2.1",
    ]


@pytest.mark.parametrize(
    ("form", "text", "shown"),
    [
        ("upperRoman", "Article %1", ["Article I", "Article II"]),
        ("upperLetter", "%1)", ["A)", "B)"]),
        ("decimalZero", "%1", ["01", "02"]),
        ("ordinal", "%1", ["1st", "2nd"]),
        ("cardinalText", "Part %1:", ["Part One:", "Part Two:"]),
        ("ordinalText", "%1", ["First", "Second"]),
        ("chineseCounting", "第%1条", ["第一条", "第二条"]),
        ("bullet", "\uf0b7", ["", ""]),
        ("bullet", "☐", ["☐", "☐"]),
        ("none", "", ["", ""]),
        ("neverHeardOf", "%1", ["1", "2"]),
    ],
)
def test_docx_numbers_are_written_in_their_format(form: str, text: str, shown: list[str]) -> None:
    """Roman, letters, words; bullets are not written, but for boxes that are ticked or not."""
    assert numbers_of([(0, 1), (0, 1)], level(0, form, text)) == shown


def test_docx_lists_restart_and_go_on() -> None:
    """Lists of one definition count together, unless one sets where it starts."""
    second = '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    third = (
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
        "</w:lvlOverride></w:num>"
    )
    places = [(0, 1), (0, 2), (0, 3), (0, 3), (0, 1)]
    assert numbers_of(places, level(0, "decimal", "%1."), second + third) == ["1.", "2.", "7.", "8.", "9."]


def test_docx_levels_follow_their_own_rules() -> None:
    """A level may never begin anew, or show all numbers in figures; one passed over counts as begun."""
    never = level(0, "decimal", "%1") + level(1, "decimal", "%2", '<w:lvlRestart w:val="0"/>')
    assert numbers_of([(0, 1), (1, 1), (0, 1), (1, 1)], never) == ["1", "1", "2", "2"]
    legal = level(0, "upperRoman", "%1") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    assert numbers_of([(0, 1), (1, 1), (0, 1), (1, 1)], legal) == ["I", "1.1", "II", "2.1"]
    assert numbers_of([(1, 1), (0, 1)], legal) == ["1.1", "II"]


def test_docx_numbers_come_with_styles() -> None:
    """A heading's style names its list, and the list names the level of each style."""
    styles = (
        '<w:styles xmlns:w="%s"><w:style w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
        '<w:style w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/></w:style>'
        '<w:style w:styleId="Un"><w:name w:val="Unnumbered"/><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
        '<w:numId w:val="0"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    levels = level(0, "decimal", "%1", '<w:pStyle w:val="H1"/>') + level(
        1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/>'
    )
    parts = {"word/styles.xml": styles, "word/numbering.xml": NUMBERING.format(levels=levels, more="")}
    body = p("Scope", "H1") + p("Ships", "H2") + p("Preface", "Un") + p("Term", "H1")
    assert words_of(body, parts=parts) == ["1 Scope", "1.1 Ships", "Preface", "2 Term"]


def test_docx_blank_paragraphs_are_counted_and_hidden_ones_are_not() -> None:
    """Word shows the number of an empty item, so the next has the next; an item that is hidden whole takes none."""
    parts = {"word/numbering.xml": NUMBERING.format(levels=level(0, "decimal", "%1."), more="")}
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    hidden = f"<w:p><w:pPr>{number}<w:rPr><w:vanish/></w:rPr></w:pPr>{run('no', '<w:vanish/>')}</w:p>"
    assert words_of(item(0) + p("", properties=number) + hidden + item(0), parts=parts) == ["1. x", "3. x"]


def test_docx_items_stand_under_the_items_they_belong_to() -> None:
    """What hangs on a clause is found with it: (b) says little alone."""
    parts = {"word/numbering.xml": NUMBERING.format(levels=LEGAL, more="")}
    extraction = extraction_of(item(1) + item(2) + item(3) + item(2) + item(1), parts=parts)
    assert [block.above for block in extraction.blocks] == [(), ("1.1 x",), ("1.1 x", "(a) x"), ("1.1 x",), ()]


def test_docx_tracked_and_hidden_text() -> None:
    """Insertions are text; deletions, moves away, hidden runs and field codes are not; deletions are said."""
    body = (
        "<w:p><w:r><w:t>He </w:t></w:r><w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>always </w:t></w:r></w:ins><w:moveFrom><w:r><w:t>gone </w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly </w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>paid.</w:t></w:r></w:p>" + p("Gone", "Gone")
    )
    extraction = styled(body)
    assert seen(extraction) == [("prose", "He always paid.")]
    assert extraction.report.left_out == ("text deleted by tracked changes, in 2 places",)


def test_docx_deleted_paragraph_marks_join_paragraphs() -> None:
    """Where a change deleted the end of a paragraph, and behind a large first letter, the text goes on."""
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p>"
    letter = '<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr><w:r><w:t>O</w:t></w:r></w:p>'
    assert words_of(joined + p("two") + letter + p("nce.")) == ["one two", "Once."]


def field(code: str, result: str) -> str:
    """Make a field."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{marks[1]}{result}{marks[2]}"


def test_docx_fields_show_their_results() -> None:
    """A field in another's code is not shown; a form's box and list are; a field that never ends hides nothing."""
    inner = field("MERGEFIELD a", run("hidden"))
    code = inner.join(("IF</w:instrText></w:r>", "<w:r><w:instrText>= 1"))
    begin, end = (f'<w:fldChar w:fldCharType="{kind}">' for kind in ("begin", "end"))
    box = f"{begin}<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar>{end}</w:fldChar>"
    body = f"<w:p>{run('Paid ')}{field(code, run('in full'))}{run(' ')}<w:r>{box}</w:r></w:p>"
    assert words_of(body) == ["Paid in full ☒"]
    assert words_of(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("Shown.")}</w:p>') == ["Shown."]


def test_docx_tables_of_contents_are_no_text() -> None:
    """What a field or a content control made of the headings is navigation."""
    control = "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
    body = f"{control}<w:sdtContent>{p('Contents')}</w:sdtContent></w:sdt><w:p>{field('TOC', run('One 1'))}</w:p>"
    start, end = field("TOC", "|").split("|")
    body += f"<w:p>{start}{run('Two 2')}</w:p>{p('Three 3')}<w:p>{end}</w:p>{p('Text.')}"
    assert [kind for kind, words in seen(extraction_of(body)) if words != "One 1"] == ["navigation"] * 3 + ["prose"]


def test_docx_symbols_and_formulas_are_text() -> None:
    """Letters of symbol fonts are the letters one sees, and a formula is written in a line."""
    symbols = '<w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:char="00E9"/>'
    sup = "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    part = "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>12</m:t></m:r></m:den></m:f>"
    root = "<m:rad><m:deg/><m:e><m:r><m:t>n</m:t></m:r></m:e></m:rad>"
    body = f"<w:p><w:r>{symbols}</w:r></w:p><w:p>{run('So ')}<m:oMath>{sup}{part}{root}</m:oMath>{run('.')}</w:p>"
    assert words_of(body) == ["≥☑é", "So x^2(a+b)/12√(n)."]
    assert words_of(f"<w:p>{run(chr(0xF061), '<w:rFonts w:ascii=' + chr(34) + 'Symbol' + chr(34) + '/>')}</w:p>") == [
        "α"
    ]


def test_docx_text_boxes_are_read_once() -> None:
    """A text box that is there twice, for new and for old programs, is read once, after its paragraph."""
    box = f"<w:txbxContent>{p('In the box.')}<w:tbl>{row('a', 'b')}</w:tbl></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Beside.</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert words_of(body) == ["Beside.", "In the box.", "a | b"]


def notes(*texts: str, kind: str = "footnote") -> str:
    """Make a part of notes, from id 1 on."""
    inner = "".join(
        f'<w:{kind} w:id="{n}"><w:p><w:r><w:{kind}Ref/></w:r>{run(f" {text}")}</w:p></w:{kind}>'
        for n, text in enumerate(texts, 1)
    )
    return f'<w:{kind}s xmlns:w="%s"><w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>{inner}</w:{kind}s>'


def test_docx_notes_follow_their_paragraph_with_their_numbers() -> None:
    """A note stands after the paragraph that cites it, numbered as cited; notes nobody cites are left out."""

    def cited(text: str, number: int, kind: str = "footnote", more: str = "") -> str:
        return f'<w:p>{run(text)}<w:r><w:{kind}Reference w:id="{number}" {more}/></w:r></w:p>'

    body = cited("It rose.", 2) + cited("It fell.", 1) + cited("So.", 4, more='w:customMarkFollows="1"')
    parts = {
        "word/footnotes.xml": notes("First.", "Second.", "Nobody cites it.", "Starred."),
        "word/endnotes.xml": notes("At the end.", kind="endnote"),
    }
    assert seen(extraction_of(body + cited("End.", 1, "endnote"), parts=parts)) == [
        ("prose", "It rose."),
        ("note", "1 Second."),
        ("prose", "It fell."),
        ("note", "2 First."),
        ("prose", "So."),
        ("note", "Starred."),
        ("prose", "End."),
        ("note", "i At the end."),
    ]


def test_docx_headers_and_footers_are_read_once() -> None:
    """Each distinct header stands above the text and each footer below it; a bare page number is none."""
    keys = ("".join(f'<w:{kind}Reference r:id="{key}"/>' for kind, key in refs) for refs in (
        (("header", "a"), ("footer", "c")), (("header", "b"), ("header", "a"), ("footer", "d")),
    ))  # fmt: skip
    first, second = (f"<w:sectPr>{inner}</w:sectPr>" for inner in keys)
    parts = {
        f"word/{key}.xml": f'<w:hdr xmlns:w="%s">{p(text)}</w:hdr>'
        for key, text in (("a", "Draft"), ("b", "Draft"), ("c", "Port of Hull"), ("d", "Page iv"))
    }
    parts["word/d.xml"] = f'<w:ftr xmlns:w="%s">{p("iv")}</w:ftr>'
    relations = relation("a", "header", "a.xml") + relation("b", "header", "b.xml")
    relations += relation("c", "footer", "c.xml") + relation("d", "footer", "d.xml")
    body = p("One.") + p("", properties=first) + p("Two.") + second
    assert seen(extraction_of(body, relations=relations, parts=parts)) == [
        ("running head", "Draft"),
        ("prose", "One."),
        ("prose", "Two."),
        ("running head", "Port of Hull"),
    ]


def test_docx_what_is_left_out_is_said() -> None:
    """Comments and embedded things are counted; a part that is damaged is named; the text is there."""
    body = p("Text.") + "<w:altChunk/><w:p><w:r><w:object/></w:r><w:r><w:object/></w:r></w:p>"
    comments = f'<w:comments xmlns:w="%s"><w:comment>{p("Why?")}</w:comment><w:comment>{p("")}</w:comment></w:comments>'
    extraction = extraction_of(body, parts={"word/comments.xml": comments, "word/footnotes.xml": "<w:footnotes"})
    assert extraction.text == "Text."
    assert extraction.report.left_out == (
        "the footnotes: the file is damaged: its XML breaks off or is not well formed",
        "1 embedded document",
        "2 embedded objects",
        "1 comment",
    )


def test_docx_tables_say_their_heads_and_labels_with_each_row() -> None:
    """Caption, heads of two rows over merged cells, and labels of parts stand above each row of figures."""
    head = "<w:trPr><w:tblHeader/></w:trPr>"

    def cell(text: str, more: str = "") -> str:
        return f"<w:tc><w:tcPr>{more}</w:tcPr>{p(text)}</w:tc>"

    two, three = '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="3"/>'
    body = p("Table 1. Sales", "Cap") + "<w:tbl>"
    body += row(cell("Goods", '<w:vMerge w:val="restart"/>'), cell("Year to July", two), properties=head)
    body += row(cell("", "<w:vMerge/>"), cell("2023"), cell("2022"), properties=head)
    body += row(cell("At home", three)) + row(cell("Ships"), cell("5"), cell("4"))
    body += row(cell("Abroad", three)) + row(cell("Ships"), cell("7"), cell("6")) + "</w:tbl>"
    extraction = styled(body + p("Text."))
    heads = "Goods | Year to July 2023 | Year to July 2022"
    assert stands_under(extraction) == [
        ("Ships | 5 | 4", ("Table 1. Sales", heads, "At home")),
        ("Ships | 7 | 6", ("Table 1. Sales", heads, "Abroad")),
    ]
    assert [kind for kind, _ in seen(extraction)] == [
        "caption", "table head", "table head", "table head", "row", "table head", "row", "prose",
    ]  # fmt: skip


def test_docx_blank_cells_keep_their_place() -> None:
    """A figure is never read under the head of a blank cell; blank cells at the right are left out."""
    rows = row("Item", "2022", "2023") + row("Pears", "", "5") + row("Plums", "4", "") + row("", "4", "5")
    assert stands_under(extraction_of(f"<w:tbl>{rows}</w:tbl>")) == [
        ("Pears | | 5", ("Item | 2022 | 2023",)),
        ("Plums | 4", ("Item | 2022 | 2023",)),
        ("| 4 | 5", ("Item | 2022 | 2023",)),
    ]


def test_docx_merged_cells_count_once_where_heads_are_merged_alike() -> None:
    """A cell over two columns is one place, unless a row parts them; then their head is said for each of them."""

    def cell(text: str, span: int = 1) -> str:
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{p(text)}</w:tc>'

    head = row(cell("Item"), cell("2022", 2), cell(""), cell("Note"), properties="<w:trPr><w:tblHeader/></w:trPr>")
    alike = row(cell("Pears"), cell("5", 2), cell("6"), cell("a"))
    parted = row(cell("Plums"), cell("$"), cell("7"), cell("8"), cell("b"))
    assert stands_under(extraction_of(f"<w:tbl>{head}{alike}</w:tbl>")) == [
        ("Pears | 5 | 6 | a", ("Item | 2022 | | Note",)),
    ]
    assert stands_under(extraction_of(f"<w:tbl>{head}{alike}{parted}</w:tbl>")) == [
        ("Pears | 5 | | 6 | a", ("Item | 2022 | 2022 | | Note",)),
        ("Plums | $ | 7 | 8 | b", ("Item | 2022 | 2022 | | Note",)),
    ]


def test_docx_heads_are_guessed_where_rows_differ() -> None:
    """A first row of short words above figures heads them, a bold one heads anything; a row like the rest does not."""
    figures = "<w:tbl>" + row("Ship", "Cars", "Crew") + row("Ann", "10", "4") + row("Bee", "20", "5") + "</w:tbl>"
    bold = (
        "<w:tbl>"
        + row(*(f"<w:p>{run(head, BOLD)}</w:p>" for head in ("Who", "What")))
        + row("Ann", "cook")
        + "</w:tbl>"
    )
    plain = "<w:tbl>" + row("Ann", "cook") + row("Bee", "mate") + row("Cy", "boy") + "</w:tbl>"
    assert stands_under(extraction_of(figures)) == [
        ("Ann | 10 | 4", ("Ship | Cars | Crew",)),
        ("Bee | 20 | 5", ("Ship | Cars | Crew",)),
    ]
    assert stands_under(extraction_of(bold)) == [("Ann | cook", ("Who | What",))]
    assert stands_under(extraction_of(plain)) == [("Ann | cook", ()), ("Bee | mate", ()), ("Cy | boy", ())]


def test_docx_captions_belong_to_the_table_beside_them() -> None:
    """A caption before a table is its title, one after it where there is none before; a figure's is not."""
    table = "<w:tbl>" + row("a", "b") + row("c", "d") + "</w:tbl>"
    before = styled(p("Table 1: One", "Cap") + table + p("Text.") + p("Table 2: Two") + table)
    assert [above for _, above in stands_under(before)] == [("Table 1: One",)] * 2 + [("Table 2: Two",)] * 2
    after = styled(table + p("Table 1: One", "Cap") + p("Text.") + table + p("Table 2: Two", "Cap"))
    assert [above for _, above in stands_under(after)] == [("Table 1: One",)] * 2 + [("Table 2: Two",)] * 2
    assert [above for _, above in stands_under(styled(p("Figure 1: A ship", "Cap") + table))] == [(), ()]


def test_docx_merged_cells_are_read_with_each_row() -> None:
    """A cell that reaches over several rows is said again in each of them."""
    start, on = (
        '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>%s</w:tc>',
        "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>",
    )
    body = "<w:tbl>" + row(start % p("Hull"), "Ann") + row(on, "Bee") + row("York", "Cy") + "</w:tbl>"
    assert words_of(body) == ["Hull | Ann", "Hull | Bee", "York | Cy"]


def test_docx_tables_that_place_text_are_read_as_text() -> None:
    """One column, a table inside, or long prose in cells: what stands there is read like the body."""
    inner = f"<w:tbl>{row('a', 'b')}{row('c', 'd')}</w:tbl><w:p/>"
    assert words_of(f"<w:tbl><w:tr><w:tc>{p('One.')}{p('Two.')}</w:tc></w:tr></w:tbl>") == ["One.", "Two."]
    assert words_of(f"<w:tbl>{row(inner, 'Beside.')}</w:tbl>") == ["a | b", "c | d", "Beside."]
    prose = "It came to the port. " * 20
    long = "".join(p(f"{prose}{n}") for n in range(3))
    assert len(words_of(f"<w:tbl>{row(long, long)}</w:tbl>")) == 6


def test_docx_long_rows_give_a_block_a_cell() -> None:
    """A row that is too long for a line keeps its cells apart, each under the heads and the row's name."""
    prose = "It came to the port and left again. " * 30
    body = f"<w:tbl>{row('Clause', 'Ours', 'Theirs')}{row('Term', prose, prose)}{row('Cost', prose, 'None.')}</w:tbl>"
    heads = "Clause | Ours | Theirs"
    assert [above for _, above in stands_under(extraction_of(body))][:3] == [(heads,), (heads, "Term"), (heads, "Term")]


def test_docx_deleted_rows_are_no_text() -> None:
    """A row that a tracked change deleted is left out."""
    gone = row("a", "b", properties="<w:trPr><w:del/></w:trPr>")
    assert words_of(f"<w:tbl>{row('c', 'd')}{gone}</w:tbl>") == ["c | d"]


BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"


def test_docx_pages_are_those_that_word_saved() -> None:
    """A paragraph across a page break says what stands on which page; an ordered break is not counted twice."""
    body = (
        "<w:p><w:r><w:t>It began </w:t><w:lastRenderedPageBreak/><w:t>and ended.</w:t></w:r></w:p>"
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Third.</w:t></w:r></w:p>"
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("Fourth.")
    )
    extraction = extraction_of(body)
    assert extraction.text == "It began and ended.\n\nThird.\n\nFourth."
    assert [block.pages for block in extraction.blocks] == [
        (PageSpan(1, 0, 8), PageSpan(2, 9, 19)),
        (PageSpan(3, 21, 27),),
        (PageSpan(4, 29, 36),),
    ]
    assert extraction.page_count == 4


def test_docx_pages_are_called_as_they_are_numbered() -> None:
    """Sections say how their pages are numbered: small Roman first, then from 1."""
    front = '<w:sectPr><w:pgNumType w:fmt="lowerRoman"/></w:sectPr>'
    body = (
        p("Preface.")
        + f"<w:p><w:pPr>{front}</w:pPr></w:p><w:p>{BREAK}{run('One.')}</w:p><w:p>{BREAK}{run('Two.')}</w:p>"
    )
    extraction = extraction_of(body + '<w:sectPr><w:pgNumType w:start="1"/></w:sectPr>')
    assert [(span.page, span.name) for block in extraction.blocks for span in block.pages] == [
        (1, "p. i (page 1)"),
        (2, "p. 1 (page 2)"),
        (3, "p. 2 (page 3)"),
    ]


def test_docx_cells_of_a_row_stand_on_the_same_pages() -> None:
    """Breaks in cells beside each other are one break, and a note's breaks are not the body's."""

    def cell(text: str) -> str:
        return f"<w:p>{BREAK}{run(text)}</w:p>"

    body = p("One.") + f"<w:tbl>{row(cell('a'), cell('b'))}{row('c', 'd')}</w:tbl>"
    body += f'<w:p>{run("Two.")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    extraction = extraction_of(
        body, parts={"word/footnotes.xml": notes("Far").replace("<w:t ", "<w:lastRenderedPageBreak/><w:t ")}
    )
    assert [[span.page for span in block.pages] for block in extraction.blocks] == [[1], [2], [2], [2], [2]]


def test_docx_a_row_that_is_split_turns_one_page() -> None:
    """The break inside a row and the one that Word saves at the next row's first cell are the same."""

    def cell(*pieces: str) -> str:
        return f"<w:p>{BREAK.join(run(piece) if piece else '' for piece in pieces)}</w:p>"

    rows = row("a", cell("b ", "c")) + row(cell("", "d"), "e") + row("f", "g") + row(cell("", "h"), cell("", "i"))
    extraction = extraction_of(f"<w:tbl>{rows}</w:tbl>" + p("End."))
    assert [[span.page for span in block.pages] for block in extraction.blocks] == [[1], [2], [2], [3], [3]]


def test_docx_pages_beyond_the_limit_are_left_out_and_said() -> None:
    """What lies beyond the limit is not read, and the report says which pages, and what reads them."""
    body = "".join(f"<w:p>{BREAK if n else ''}{run(f'Page {n + 1}.')}</w:p>" for n in range(5))
    extraction = read(docx(body), ReadingSettings(Limits(pages=3)))
    assert extraction.text == "Page 1.\n\nPage 2.\n\nPage 3."
    assert extraction.page_count == 5
    assert extraction.report.left_out == ("pages 4 to 5: more than 3 are not read; --limit pages=5 reads them",)
    assert extraction.report.lacking == ("pages",)


def test_docx_words_at_a_page_break_are_not_glued() -> None:
    """A page break between two words parts them, one behind a hyphen does not; soft hyphens are not seen."""
    body = "<w:p><w:r><w:t>one</w:t><w:lastRenderedPageBreak/><w:t>two well-</w:t><w:lastRenderedPageBreak/>"
    assert words_of(body + "<w:t>kno\u00adwn</w:t></w:r></w:p>") == ["one two well-known"]


def test_docx_without_saved_breaks_there_are_no_pages() -> None:
    """Breaks that were only ordered tell no page number."""
    extraction = extraction_of(p("One.") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("Two."))
    assert extraction.page_count is None
    assert [block.pages for block in extraction.blocks] == [(), ()]


def test_docx_metadata_comes_from_its_properties() -> None:
    """Title, author, date and language are those of the properties, unless a program only filled them in."""
    core = (
        '<c:p xmlns:c="urn:c" xmlns:d="urn:d"><d:title>Ships</d:title><d:creator>{}</d:creator>'
        "<c:created>{}</c:created><c:modified>2024-06-21T08:00:00Z</c:modified></c:p>"
    )
    language = '<w:rPrDefault><w:rPr><w:lang w:val="de-AT"/></w:rPr></w:rPrDefault>'
    styles = f'<w:styles xmlns:w="%s"><w:docDefaults>{language}</w:docDefaults></w:styles>'

    def described(author: str, created: str) -> tuple[str | None, ...]:
        found = extraction_of(
            p("Text."), parts={"docProps/core.xml": core.format(author, created), "word/styles.xml": styles}
        )
        return found.title, found.author, found.date, found.language

    assert described("Ann Lee", "2024-06-20T08:00:00Z") == ("Ships", "Ann Lee", "2024-06-20T08:00:00Z", "de-AT")
    assert described("python-docx", "2013-12-23T23:15:00Z") == ("Ships", None, "2024-06-21T08:00:00Z", "de-AT")


def test_docx_charts_and_diagrams_are_text() -> None:
    """What a diagram's points say stands after the paragraph that holds it."""
    points = "".join(
        f'<pt modelId="{n}"><t><p><r><t>{text}</t></r></p></t></pt>' for n, text in enumerate(("Top", "Below"))
    )
    body = '<w:p><w:r><w:t>See.</w:t></w:r><w:r><d:relIds xmlns:d="urn:d" r:dm="x"/></w:r></w:p>'
    parts = {"word/diagrams/data1.xml": f"<dataModel><ptLst>{points}</ptLst></dataModel>"}
    relations = relation("x", "diagramData", "diagrams/data1.xml")
    assert words_of(body, relations=relations, parts=parts) == ["See.", "Top", "Below"]


def test_docx_harm_is_refused() -> None:
    """Entities, bombs and nesting are one clear error each; deep tables that the parser allows are read."""
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read_with(read, docx(p("&e;"), before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'))
    with pytest.raises(LimitError, match="--limit unpacked_mb=3 reads it"):
        read(docx(" " * 2_900_000), ReadingSettings(Limits(unpacked_mb=2)))
    with pytest.raises(UnreadableFileError, match="nested more than 256 deep"):
        read_with(read, docx("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000))
    tables = "<w:tbl><w:tr><w:tc>" * 60, "</w:tc></w:tr></w:tbl>" * 60
    assert words_of(p("deep").join(tables)) == ["deep"]
    boxes = "<w:p><w:r><w:txbxContent>" * 60, "</w:txbxContent></w:r></w:p>" * 60
    assert words_of(p("deep").join(boxes)) == ["deep"]


def test_docx_references_in_circles_end() -> None:
    """Styles, lists and relations that refer to themselves or to nothing are passed over."""
    numbering = (
        '<w:numbering xmlns:w="%s"><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="9"/></w:num>'
        "</w:numbering>"
    )
    styles = (
        '<w:styles xmlns:w="%s"><w:style w:type="numbering" w:styleId="L"><w:name w:val="L"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="A"><w:basedOn w:val="A"/></w:style>'
        "</w:styles>"
    )
    parts = {"word/numbering.xml": numbering, "word/styles.xml": styles}
    body = item(0) + item(0, 2) + item(0, 5) + p("x", "A") + '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    assert words_of(body, parts=parts, relations=relation("a", "header", "document.xml")) == ["x"] * 4


def test_docx_damage_is_said_in_words() -> None:
    """A cut archive, a missing part and broken XML are told apart."""
    whole = docx(p("Text."))
    with pytest.raises(UnreadableFileError, match="its archive cannot be unpacked"):
        read_with(read, whole[:-30])
    with pytest.raises(UnreadableFileError, match="its XML breaks off"):
        read_with(read, docx("<w:p>"))
    with pytest.raises(UnreadableFileError, match="the part of it that holds the text is missing"):
        read_with(read, packed({"word/other.xml": "<a/>"}))


@settings(deadline=None)
@given(st.data())
def test_docx_no_damage_crashes(data: st.DataObject) -> None:
    """A document with any bytes changed is read or refused."""
    whole = bytearray(docx(p("Text.") * 3, parts={"word/styles.xml": STYLES}))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_with(read, bytes(whole))
    except UnreadableFileError:
        return


PIECES = (
    *(
        "w:p",
        "w:r",
        "w:t",
        "w:tbl",
        "w:tr",
        "w:tc",
        "w:pPr",
        "w:rPr",
        "w:sdt",
        "w:sdtContent",
        "w:txbxContent",
        "w:numPr",
    ),
    *("w:gridSpan", "w:vMerge", "w:tcPr", "w:trPr", "w:tblHeader", "w:fldChar", "w:sectPr", "w:br", "w:del", "w:ins"),
    *("w:lastRenderedPageBreak", "w:footnoteReference", "w:numId", "w:ilvl", "w:outlineLvl", "m:f", "m:num", "w:sym"),
    *(
        "mc:AlternateContent",
        "mc:Choice",
        "mc:Fallback",
        "w:framePr",
        "w:pStyle",
        "w:altChunk",
        "w:tblPr",
        "w:tblStyle",
    ),
)
TREES = st.recursive(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(("1", "0", "-3", "99999999", "x", "begin", "end", "page", "T"))),
    lambda inner: st.tuples(st.sampled_from(PIECES), st.lists(inner, max_size=5)),
    max_leaves=30,
)


def xml_of(tree: tuple[str, object]) -> str:
    """Write a random tree of elements."""
    tag, inner = tree
    if isinstance(inner, str):
        marks = " ".join(f'w:{name}="{inner}"' for name in ("val", "type", "fldCharType", "id", "char", "dropCap"))
        return f"<{tag} {marks}>word {inner}</{tag}>"
    return f"<{tag}>{''.join(map(xml_of, inner))}</{tag}>"  # type: ignore[call-overload]


@settings(deadline=None, max_examples=150)
@given(st.lists(TREES, max_size=6))
def test_docx_any_tree_of_elements_is_read(trees: list[tuple[str, object]]) -> None:
    """Elements in places where no program writes them make no crash, and blocks stay in order."""
    parts = {"word/styles.xml": STYLES, "word/numbering.xml": NUMBERING.format(levels=LEGAL, more="")}
    extraction_of("".join(map(xml_of, trees)), parts=parts)


RUNS = (
    *("<w:t>word</w:t>", "<w:t xml:space='preserve'> a b </w:t>", "<w:t>é中-</w:t>", "<w:t>\u00a0</w:t>"),
    *("<w:tab/>", "<w:br/>", "<w:lastRenderedPageBreak/>", '<w:br w:type="page"/>', "<w:noBreakHyphen/>"),
)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(RUNS), max_size=8), max_size=6))
def test_docx_blocks_and_pages_are_exact(paragraphs: list[list[str]]) -> None:
    """Blocks joined by blank lines are the text; the pages of a block, in order, hold every non-blank character."""
    extraction = extraction_of("".join(f"<w:p><w:r>{''.join(runs)}</w:r></w:p>" for runs in paragraphs))
    assert "\n\n".join(words for _, words in seen(extraction)) == extraction.text
    if extraction.page_count is None:
        return
    pages = [span for block in extraction.blocks for span in block.pages]
    assert [span.page for span in pages] == sorted(span.page for span in pages)
    assert "".join("".join(extraction.text[s.start : s.end] for s in pages).split()) == "".join(extraction.text.split())
