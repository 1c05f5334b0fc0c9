"""A presentation becomes its slides in order, and a harmful one one clear error."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import PageSpan, ReadingReport
from index.errors import LimitError, UnreadableFileError
from index.reading.office.drawing.charts import shown_number
from index.reading.office.pptx.reader import read
from index.reading.office.pptx.reading_order import Box, Placed, in_reading_order
from index.reading.settings import Limits, ReadingSettings

OPEN = "http://schemas.openxmlformats.org"
STRICT = "http://purl.oclc.org/ooxml"
SETTINGS = ReadingSettings()


@dataclass
class Deck:
    """A presentation in the making; slides are given as the XML of their shapes."""

    slides: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    relations: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)  # by slide: id, kind, target
    attributes: dict[int, str] = field(default_factory=dict)
    order: list[int] | None = None
    base: str = OPEN
    presentation: str = '<p:sldSz cx="9144000" cy="6858000"/>'

    def packed(self) -> bytes:
        """Give the file."""
        office = f"{self.base}/officeDocument/{'' if self.base == STRICT else '2006/'}relationships"
        kind = "" if self.base == STRICT else "2006/"
        spaces = " ".join(
            f'xmlns:{prefix}="{uri}"'
            for prefix, uri in {
                "p": f"{self.base}/presentationml/{kind}main",
                "a": f"{self.base}/drawingml/{kind}main",
                "c": f"{self.base}/drawingml/{kind}chart",
                "dgm": f"{self.base}/drawingml/{kind}diagram",
                "r": office,
                "mc": "urn:mc",
            }.items()
        )
        order = self.order if self.order is not None else list(range(1, len(self.slides) + 1))
        listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in order)
        parts = {
            "_rels/.rels": _relations([("rId1", f"{office}/officeDocument", "/ppt/presentation.xml")]),
            "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst>"
            f"{self.presentation}</p:presentation>",
            "ppt/_rels/presentation.xml.rels": _relations(
                [(f"rId{n}", f"{office}/slide", f"slides/slide{n}.xml") for n in range(1, len(self.slides) + 1)]
            ),
        }
        for n, shapes in enumerate(self.slides, start=1):
            tree = f"<p:cSld><p:spTree><p:nvGrpSpPr/><p:grpSpPr/>{shapes}</p:spTree></p:cSld>"
            parts[f"ppt/slides/slide{n}.xml"] = f"<p:sld {spaces} {self.attributes.get(n, '')}>{tree}</p:sld>"
            related = [(key, f"{office}/{kind}", target) for key, kind, target in self.relations.get(n, [])]
            parts[f"ppt/slides/_rels/slide{n}.xml.rels"] = _relations(related)
        parts |= {name: text.replace("SPACES", spaces) for name, text in self.parts.items()}
        return packed(parts)


def _relations(relations: list[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{to}"/>' for key, kind, to in relations)
    return f'<Relationships xmlns="{OPEN}/package/2006/relationships">{inner}</Relationships>'


def packed(parts: dict[str, str]) -> bytes:
    """Zip parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def p(words: str, properties: str = "") -> str:
    """Make a paragraph."""
    return f"<a:p><a:pPr {properties}/><a:r><a:rPr/><a:t>{words}</a:t></a:r></a:p>"


def bullet(words: str, level: int = 0) -> str:
    """Make a paragraph with a bullet of its own."""
    return f'<a:p><a:pPr lvl="{level}"><a:buChar char="•"/></a:pPr><a:r><a:t>{words}</a:t></a:r></a:p>'


def place(left: float, top: float, width: float = 1, height: float = 1) -> str:
    """Make a shape's place, in inches."""
    x, y, cx, cy = (round(914_400 * inches) for inches in (left, top, width, height))
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'


def shape(paragraphs: str, placeholder: str = "", at: str = "", head: str = "") -> str:
    """Make a shape, or with a type a placeholder."""
    mark = f"<p:ph {placeholder}/>" if placeholder else ""
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr {head}/><p:cNvSpPr/><p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:spPr>{at}</p:spPr>"
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
    )


def title(words: str, kind: str = "title") -> str:
    """Make a title placeholder."""
    return shape(p(words), f'type="{kind}"', place(0, 0, 9, 1))


def seen(data: bytes) -> list[tuple[str, str]]:
    """Give kind and words of each block."""
    extraction = read(data, SETTINGS)
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks]


def test_pptx_slides_stand_in_the_order_of_the_presentation() -> None:
    """The order is that of the presentation, not of the files' names; each slide is a page with a name."""
    deck = Deck([title(f"Slide {n}") + shape(p(f"Text {n}.")) for n in (1, 2, 3)], order=[3, 1, 2])
    deck.attributes[1] = 'show="0"'
    extraction = read(deck.packed(), SETTINGS)
    assert extraction.text == "Slide 3\n\nText 3.\n\nSlide 1\n\nText 1.\n\nSlide 2\n\nText 2."
    assert extraction.page_count == 3
    assert extraction.pre_mended
    assert [block.pages for block in extraction.blocks[:4]] == [
        (PageSpan(1, 0, 7, "slide 1"),),
        (PageSpan(1, 9, 16, "slide 1"),),
        (PageSpan(2, 18, 25, "slide 2 (hidden)"),),
        (PageSpan(2, 27, 34, "slide 2 (hidden)"),),
    ]
    assert [(block.kind, block.level) for block in extraction.blocks[:2]] == [("heading", 1), ("prose", None)]


def test_pptx_strict_ooxml_is_read_alike() -> None:
    """The strict namespaces of OOXML make no difference."""
    slides = [title("Ships") + shape(p("They sail."))]
    assert seen(Deck(slides, base=STRICT).packed()) == [("heading", "Ships"), ("prose", "They sail.")]
    assert seen(Deck(slides).packed()) == seen(Deck(slides, base=STRICT).packed())


def test_pptx_bullets_carry_the_bullets_above_them() -> None:
    """A bullet of a lower level, and one after a line that announces it, stand under what they belong to."""
    body = bullet("Costs") + bullet("Fell by a tenth", 1) + bullet("In both ports", 2) + bullet("Sales") + p("A line.")
    body += p("We will:") + bullet("dredge the lock")
    extraction = read(Deck([title("Results") + shape(body, 'type="body" idx="1"')]).packed(), SETTINGS)
    assert [(b.kind, b.level, extraction.text[b.start : b.end], b.above) for b in extraction.blocks[1:]] == [
        ("item", None, "Costs", ()),
        ("item", None, "Fell by a tenth", ("Costs",)),
        ("item", None, "In both ports", ("Costs", "Fell by a tenth")),
        ("item", None, "Sales", ()),
        ("prose", None, "A line.", ()),
        ("prose", None, "We will:", ()),
        ("item", None, "dredge the lock", ("We will:",)),
    ]


def test_pptx_bullets_and_places_are_inherited() -> None:
    """A placeholder that says nothing itself has the bullets and the place of its layout, or of its master."""
    deck = Deck([shape(p("Lower."), 'idx="1"') + shape(p("Upper."), 'type="body" idx="2"') + title("Top")])
    deck.relations[1] = [("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml")]
    low = shape("", 'type="body" idx="1"', place(1, 5)).replace("<a:lstStyle/>", "")
    high = shape("", 'type="body" idx="2"', place(1, 2)).replace(
        "<a:lstStyle/>", "<a:lstStyle><a:lvl1pPr><a:buNone/></a:lvl1pPr></a:lstStyle>"
    )
    deck.parts["ppt/slideLayouts/slideLayout1.xml"] = f"<p:sldLayout SPACES>{low}{high}</p:sldLayout>"
    deck.parts["ppt/slideLayouts/_rels/slideLayout1.xml.rels"] = _relations(
        [("rId1", f"{OPEN}/officeDocument/2006/relationships/slideMaster", "../slideMasters/slideMaster1.xml")]
    )
    style = '<p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr></p:bodyStyle></p:txStyles>'
    deck.parts["ppt/slideMasters/slideMaster1.xml"] = f"<p:sldMaster SPACES>{style}</p:sldMaster>"
    assert seen(deck.packed()) == [("heading", "Top"), ("prose", "Upper."), ("item", "Lower.")]


def test_pptx_lines_of_a_text_box_stay_together() -> None:
    """What is no sentence goes on in the next line; a sentence, an empty line and a bullet end a block."""
    box = shape(p("12 %") + p("of all ships") + p("") + p("One sentence.") + p("Another one."))
    broken = shape(bullet("a disorder that involves") + p("the 21st chromosome") + p("Apart"))
    assert seen(Deck([box + broken]).packed()) == [
        ("prose", "12 %\nof all ships"),
        ("prose", "One sentence."),
        ("prose", "Another one."),
        ("item", "a disorder that involves\nthe 21st chromosome"),
        ("prose", "Apart"),
    ]


def test_pptx_reading_order_is_that_of_the_slide() -> None:
    """Columns are read one after the other, whatever lies on top; a group is read as one, in its own scale."""
    transform = place(0, 1, 4, 4).replace("</a:xfrm>", '<a:chOff x="0" y="0"/><a:chExt cx="40" cy="40"/></a:xfrm>')
    grouped = [
        shape(p(words), at=f'<a:xfrm><a:off x="0" y="{top}"/><a:ext cx="40" cy="15"/></a:xfrm>')
        for words, top in (("Left, below.", 25), ("Left, above.", 0))
    ]
    group = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr>{transform}</p:grpSpPr>{''.join(grouped)}</p:grpSp>"
    right = shape(p("Right, below."), at=place(5, 3.5, 4)) + shape(p("Right, above."), at=place(5, 1, 4))
    foot = shape(p("3"), 'type="sldNum" idx="9"', place(8, 0)) + shape(p("The end."), at=place(0, 6, 9))
    assert seen(Deck([foot + right + group + title("Two columns")]).packed()) == [
        ("heading", "Two columns"),
        ("prose", "Left, above."),
        ("prose", "Left, below."),
        ("prose", "Right, above."),
        ("prose", "Right, below."),
        ("prose", "The end."),
        ("running head", "3"),
    ]


def test_reading_order_reads_cards_by_rows_and_labels_with_their_texts() -> None:
    """Equal gaps make rows; wider ones between columns make columns; a narrow column labels the one beside it."""

    def order(*boxes: tuple[str, float, float, float, float]) -> str:
        placed = [Placed(Box(x, y, x + width, y + height), name) for name, x, y, width, height in boxes]
        return "".join(in_reading_order(placed))

    assert order(("d", 6, 6, 5, 5), ("c", 0, 6, 5, 5), ("b", 6, 0, 5, 5), ("a", 0, 0, 5, 5)) == "abcd"
    assert order(("d", 8, 6, 5, 5), ("b", 0, 6, 5, 5), ("c", 8, 0, 5, 5), ("a", 0, 0, 5, 5)) == "abcd"
    assert order(("d", 3, 6, 9, 5), ("c", 0, 6, 2, 5), ("b", 3, 0, 9, 5), ("a", 0, 0, 2, 5)) == "abcd"
    assert order(("b", 1, 1, 5, 5), ("a", 0, 0, 5, 5)) == "ab"


@given(st.lists(st.tuples(*[st.integers(-5, 20)] * 4), max_size=40))
def test_reading_order_loses_nothing(boxes: list[tuple[int, int, int, int]]) -> None:
    """Whatever the boxes, each thing comes once."""
    placed = [Placed(Box(x, y, x + width, y + height), n) for n, (x, y, width, height) in enumerate(boxes)]
    assert sorted(in_reading_order(placed)) == list(range(len(boxes)))


def test_pptx_a_right_to_left_presentation_reads_columns_from_the_right() -> None:
    """In a presentation that runs from right to left the right column comes first."""
    slide = shape(p("Left."), at=place(0, 1, 4, 4)) + shape(p("Right."), at=place(5, 1, 4, 4))
    deck = Deck([slide])
    assert seen(deck.packed()) == [("prose", "Left."), ("prose", "Right.")]
    data = packed(
        {
            name: text.replace("<p:presentation ", '<p:presentation rtl="1" ')
            for name, text in _unpacked(deck.packed()).items()
        }
    )
    assert seen(data) == [("prose", "Right."), ("prose", "Left.")]


def _unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_pptx_title_without_a_placeholder_is_known_by_its_look() -> None:
    """A larger line at the top of a slide is its title; on a slide of equal texts nothing is."""
    large = p("What we found").replace("<a:rPr/>", '<a:rPr sz="3200"/>')
    text = shape(p("It floats."), at=place(0, 3, 9))
    assert seen(Deck([text, text + shape(large, at=place(0, 0.5, 9))]).packed())[1:] == [
        ("heading", "What we found"),
        ("prose", "It floats."),
    ]
    below = shape(large, at=place(0, 5, 9))
    assert seen(Deck([text, text + below]).packed())[1:] == [("prose", "It floats."), ("prose", "What we found")]


def test_pptx_title_that_stands_alone_is_text() -> None:
    """A slide that says nothing but its title says it in a paragraph, so that it is found and can be cited."""
    slides = [title("Opening") + shape(p("By us.")), title("Sales rose by 12 % in 2023")]
    assert seen(Deck(slides).packed())[2:] == [("prose", "Sales rose by 12 % in 2023")]


def test_pptx_metadata() -> None:
    """The opening slide's title comes before that of the properties, which are often those of an older presentation."""
    core = (
        '<c xmlns:dc="d" xmlns:t="t"><dc:title>%s</dc:title><dc:creator>Ann Lee</dc:creator>'
        "<t:created>2006-08-16T00:00:00Z</t:created><t:modified>2023-05-02T10:00:00Z</t:modified></c>"
    )
    slide = title("The lock", "ctrTitle") + shape(p("Annual report").replace("<a:rPr/>", '<a:rPr lang="en-GB"/>'))
    deck = Deck([slide], parts={"docProps/core.xml": core % "Template of 2006"})
    extraction = read(deck.packed(), SETTINGS)
    assert (extraction.author, extraction.date, extraction.language) == ("Ann Lee", "2023-05-02T10:00:00Z", "en-GB")
    assert [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks] == [
        ("title", "The lock"),
        ("prose", "Annual report"),
    ]
    for junk in ("PowerPoint Presentation", "Slide 1", "Folie 1", "Présentation PowerPoint", "PowerPoint 演示文稿"):
        deck.parts["docProps/core.xml"] = core % junk
        assert read(deck.packed(), SETTINGS).title == "The lock"
    dated = Deck([title("The lock", "ctrTitle") + shape(p("Board") + p("14 March 2024"))], parts=deck.parts)
    assert read(dated.packed(), SETTINGS).date == "14 March 2024"


def frame(inner: str, at: str = "") -> str:
    """Make a graphic frame."""
    data = f"<a:graphic><a:graphicData>{inner}</a:graphicData></a:graphic>"
    return f"<p:graphicFrame><p:nvGraphicFramePr/>{at.replace('a:xfrm', 'p:xfrm')}{data}</p:graphicFrame>"


def cells(*texts: str, marks: str = "") -> str:
    """Make a table's row."""
    inner = "".join(f"<a:tc {marks if not n else ''}><a:txBody>{p(t)}</a:txBody></a:tc>" for n, t in enumerate(texts))
    return f"<a:tr>{inner}</a:tr>"


def test_pptx_tables_give_a_block_a_row() -> None:
    """Rows carry their column heads and the places of blank cells; merged cells are said again; one column is prose."""
    rows = (
        cells("", "2022", "2023") + cells("Wharfage", "10", "12") + cells("Pilotage", "4", "") + cells("Tolls", "", "9")
    )
    rows += cells("Pilotage", "5", "6", marks='vMerge="1"')
    table = f'<a:tbl><a:tblPr firstRow="1"/>{rows}</a:tbl>'
    single = f"<a:tbl><a:tblPr/>{cells('Only words.')}{cells('And more.')}</a:tbl>"
    data = Deck([title("Income") + frame(table, place(0, 2, 9, 2)) + frame(single, place(0, 5, 9, 1))]).packed()
    extraction = read(data, SETTINGS)
    assert [(b.kind, extraction.text[b.start : b.end], b.above) for b in extraction.blocks[1:]] == [
        ("table head", "2022 | 2023", ()),
        ("row", "Wharfage | 10 | 12", ("2022 | 2023",)),
        ("row", "Pilotage | 4", ("2022 | 2023",)),
        ("row", "Tolls | | 9", ("2022 | 2023",)),
        ("row", "Tolls | 5 | 6", ("2022 | 2023",)),
        ("prose", "Only words.", ()),
        ("prose", "And more.", ()),
    ]


def points(*values: str, code: str = "", kind: str = "num") -> str:
    """Make the cache of a chart's series; "" leaves a point out."""
    inner = "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values) if value)
    return f"<c:{kind}Ref><c:{kind}Cache><c:formatCode>{code}</c:formatCode>{inner}</c:{kind}Cache></c:{kind}Ref>"


def test_pptx_charts_give_a_row_a_category() -> None:
    """A chart's title is a caption; a row has the heads of the series that have a value there; filters are obeyed."""
    quarters = f"<c:cat>{points('Q1', 'Q2', kind='str')}</c:cat>"
    grain = f"<c:tx>{points('Grain', kind='str')}</c:tx>{quarters}<c:val>{points('0.123', '0.2', code='0.0%')}</c:val>"
    ore = f"<c:tx>{points('Ore', kind='str')}</c:tx>{quarters}<c:val>{points('', '1234.5', code='#,##0')}</c:val>"
    chart = (
        f"<c:chartSpace SPACES><c:chart><c:title><c:tx><c:rich>{p('Tonnage')}</c:rich></c:tx></c:title><c:plotArea>"
        f"<c:barChart><c:ser>{grain}</c:ser><c:ser>{ore}</c:ser></c:barChart>"
        f"<c:ext><c:filtered><c:ser>{grain}</c:ser></c:filtered></c:ext></c:plotArea></c:chart></c:chartSpace>"
    )
    drawn = frame('<c:chart r:id="rId7"/>')
    deck = Deck([title("Trade") + drawn + drawn], parts={"ppt/charts/chart1.xml": chart})
    deck.relations[1] = [("rId7", "chart", "../charts/chart1.xml")]
    extraction = read(deck.packed(), SETTINGS)
    assert [(b.kind, extraction.text[b.start : b.end], b.above) for b in extraction.blocks[1:]] == [
        ("caption", "Tonnage", ()),
        ("table head", "Grain | Ore", ()),
        ("row", "Q1 | 12.3%", ("Tonnage", "Grain")),
        ("row", "Q2 | 20.0% | 1,234", ("Tonnage", "Grain | Ore")),
    ]


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("0.5", "General", "0.5"),
        ("2000", "", "2000"),
        ("0.30000000000000004", "General", "0.3"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("-4.25", "0.0;[Red]-0.0", "-4.2"),
        ("0.125", "0%", "12%"),
        ("44927", "m/d/yyyy", "2023-01-01"),
        ("44927", "mmm-yy", "2023-01"),
        ("44927", "yyyy", "2023"),
        ("12", '0" ships"', "12"),
        ("n/a", "0.0", "n/a"),
        ("1e400", "0", "inf"),
        ("5", "0.00E+00", "5"),
    ],
)
def test_chart_numbers_are_shown_as_their_format_says(stored: str, code: str, shown: str) -> None:
    """Percentages, thousands, decimals and dates look as in the chart."""
    assert shown_number(stored, code) == shown


def test_pptx_diagrams_are_lists_in_their_own_order() -> None:
    """A diagram's nodes are items under the nodes they hang on; circles among them do no harm."""
    nodes = "".join(
        f'<dgm:pt modelId="{key}" {kind}><dgm:t>{p(words)}</dgm:t></dgm:pt>'
        for key, kind, words in (
            ("0", 'type="doc"', ""),
            ("3", "", "Build"),
            ("1", "", "Plan"),
            ("2", "", "Ask the county"),
            ("9", 'type="pres"', "Plan"),
            ("7", "", "Circle one"),
            ("8", "", "Circle two"),
        )
    )
    lines = [("0", "1", 0), ("0", "3", 1), ("1", "2", 0), ("7", "8", 0), ("8", "7", 0), ("7", "nobody", 0)]
    drawn = "".join(f'<dgm:cxn srcId="{one}" destId="{two}" srcOrd="{at}"/>' for one, two, at in lines)
    data = f"<dgm:dataModel SPACES><dgm:ptLst>{nodes}</dgm:ptLst><dgm:cxnLst>{drawn}</dgm:cxnLst></dgm:dataModel>"
    deck = Deck([frame('<dgm:relIds r:dm="rId4"/>')], parts={"ppt/diagrams/data1.xml": data})
    deck.relations[1] = [("rId4", "diagramData", "../diagrams/data1.xml")]
    extraction = read(deck.packed(), SETTINGS)
    assert [(b.kind, b.level, extraction.text[b.start : b.end], b.above) for b in extraction.blocks] == [
        ("item", None, "Plan", ()),
        ("item", None, "Ask the county", ("Plan",)),
        ("item", None, "Build", ()),
        ("item", None, "Circle one", ()),
        ("item", None, "Circle two", ("Circle one",)),
    ]


def test_pptx_notes_follow_their_slide() -> None:
    """The speaker's notes are notes; the notes page's own number, date, header and footer are not read."""
    number = '<a:p><a:fld type="slidenum"><a:t>1</a:t></a:fld></a:p>'
    shapes = [shape(p("A heading"), 'type="hdr"'), shape(p("Mention the crane."), 'type="body"')]
    shapes += [shape(number, 'type="body"'), shape(p("1"), 'type="sldNum"')]
    page = f"<p:notes SPACES>{''.join(shapes)}</p:notes>"
    deck = Deck([title("Cranes")], parts={"ppt/notesSlides/notesSlide1.xml": page})
    deck.relations[1] = [("rId2", "notesSlide", "../notesSlides/notesSlide1.xml")]
    extraction = read(deck.packed(), SETTINGS)
    assert seen(deck.packed()) == [("heading", "Cranes"), ("note", "Mention the crane.")]
    assert extraction.blocks[1].pages == (PageSpan(1, 8, 26, "slide 1"),)


def test_pptx_running_heads_are_tagged() -> None:
    """Dates, footers and slide numbers are running heads, also in common text boxes that hold only such a field."""
    number = '<a:p><a:fld type="slidenum"><a:t>4</a:t></a:fld></a:p>'
    dated = '<a:p><a:r><a:t>Seen on </a:t></a:r><a:fld type="datetime1"><a:t>2 May</a:t></a:fld></a:p>'
    slide = shape(p("Port of Elm"), 'type="ftr"') + shape(number) + shape(dated)
    assert sorted(seen(Deck([slide]).packed())) == [
        ("prose", "Seen on 2 May"),
        ("running head", "4"),
        ("running head", "Port of Elm"),
    ]


def test_pptx_alternatives_line_breaks_and_formulas() -> None:
    """Of alternatives for old and new programs one is read; a line break is kept; formulas give their letters."""
    formula = "<mc:AlternateContent><mc:Choice><m:oMath xmlns:m='m'><m:r><m:t>E = mc</m:t></m:r></m:oMath></mc:Choice>"
    formula += "<mc:Fallback><a:r><a:t>a picture</a:t></a:r></mc:Fallback></mc:AlternateContent>"
    words = f"<a:p><a:r><a:t>First,\u00a0</a:t></a:r><a:br/><a:r><a:t>then</a:t></a:r>{formula}</a:p>"
    box = f"<mc:AlternateContent><mc:Choice>{shape(words)}</mc:Choice><mc:Fallback>{shape(p('Old.'))}</mc:Fallback>"
    assert seen(Deck([box + "</mc:AlternateContent>"]).packed()) == [("prose", "First,\nthenE = mc")]


def test_pptx_report_says_what_was_not_read() -> None:
    """Slides of images, damaged and missing slides, comments, hidden text and embedded files are all named."""
    picture = '<p:pic><p:nvPicPr><p:cNvPr id="2" descr="A ship"/></p:nvPicPr><p:blipFill><a:blip/></p:blipFill></p:pic>'
    slides = [
        title("Fine") + picture + shape(p("Seen.")),
        picture + shape(p("2"), 'type="sldNum"'),
        "<broken",
        shape(p("Secret.") + p("Very."), head='hidden="1"') + shape(p("Open.")),
        shape(p("Beside a sheet.")) + frame('<p:oleObj progId="Excel.Sheet.12"/>') + frame('<c:chart r:id="rId1"/>'),
        shape(p("Gone.")),
    ]
    deck = Deck(slides, order=[1, 2, 3, 4, 5, 6])
    deck.relations[4] = [("rId1", "comments", "../comments/comment1.xml")]
    deck.relations[5] = [("rId1", "chart", "../charts/missing.xml")]
    deck.parts["ppt/comments/comment1.xml"] = "<p:cmLst SPACES><p:cm/><p:cm/></p:cmLst>"
    parts = _unpacked(deck.packed())
    del parts["ppt/slides/slide6.xml"]
    extraction = read(packed(parts), SETTINGS)
    assert extraction.text == "Fine\n\nSeen.\n\n2\n\nOpen.\n\nBeside a sheet."
    assert extraction.page_count == 6
    assert extraction.report == ReadingReport(
        pages_without_text=(2,),
        failed_pages=(3, 6),
        left_out=(
            "hidden text on slide 4: what is not shown is not read",
            "2 comments on slide 4: comments are not read",
            "a chart on slide 5: damaged",
            "embedded files on slide 5: they are not read; save them beside the presentation",
        ),
    )


def test_pptx_limit_of_slides() -> None:
    """Slides beyond the limit are left out and said to be; without any slide there is nothing to read."""
    data = Deck([shape(p(f"Slide {n}.")) for n in range(1, 5)]).packed()
    extraction = read(data, ReadingSettings(Limits(pages=2)))
    assert extraction.text == "Slide 1.\n\nSlide 2."
    assert extraction.page_count == 4
    assert extraction.report.left_out == ("slides 3 to 4: more than 2 are not read; --limit pages=4 reads them",)
    assert extraction.report.lacking == ("pages",)
    with pytest.raises(LimitError, match="not a single slide may be read; --limit pages=4 reads them"):
        read(data, ReadingSettings(Limits(pages=0)))
    with pytest.raises(UnreadableFileError, match="it has no slides"):
        read(Deck().packed(), SETTINGS)


def test_pptx_slides_and_parts_that_are_named_often_are_read_once() -> None:
    """A list that names a slide a thousand times, in capitals too, gives one slide."""
    deck = Deck([shape(p("Once."))], order=[1] * 1_000)
    parts = _unpacked(deck.packed())
    relation = f'<Relationship Id="rId2" Type="{OPEN}/x/slide" Target="../PPT/slides/SLIDE1.xml"/></Relationships>'
    name = "ppt/_rels/presentation.xml.rels"
    parts[name] = parts[name].replace("</Relationships>", relation)
    parts["ppt/presentation.xml"] = parts["ppt/presentation.xml"].replace(
        "</p:sldIdLst>", '<p:sldId r:id="rId2"/></p:sldIdLst>'
    )
    assert read(packed(parts), SETTINGS).text == "Once."


def test_pptx_harmful_files_are_refused() -> None:
    """No archive, an archive that breaks off, entities, a bomb and protected members each give one clear error."""
    good = Deck([shape(p("Text."))]).packed()
    with pytest.raises(UnreadableFileError, match="the file is damaged"):
        read(b"PK\x03\x04 and nothing else", SETTINGS)
    with pytest.raises(UnreadableFileError, match="the file is damaged"):
        read(good[: len(good) // 2], SETTINGS)
    with pytest.raises(LimitError, match="it unpacks to 2 MB, and more than 1 MB are not read"):
        read(Deck([shape(p("x" * 1_500_000))]).packed(), ReadingSettings(Limits(unpacked_mb=1)))
    parts = _unpacked(good)
    parts["ppt/presentation.xml"] = '<!DOCTYPE p [<!ENTITY a "b">]>' + parts["ppt/presentation.xml"]
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read(packed(parts), SETTINGS)
    parts = _unpacked(good)
    parts["ppt/slides/slide1.xml"] = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;</p>'
    assert read(packed(parts), SETTINGS).report.failed_pages == (1,)


def test_pptx_slide_of_nested_groups_and_of_many_shapes_ends() -> None:
    """20,000 groups in each other make one slide that cannot be opened; 5,000 shapes are read in little time."""
    nested = "<p:grpSp>" * 20_000 + shape(p("Deep.")) + "</p:grpSp>" * 20_000
    many = "".join(shape(p(f"Word {n}."), at=place(n % 7, n % 11)) for n in range(5_000))
    started = time.monotonic()
    extraction = read(Deck([nested, many]).packed(), SETTINGS)
    assert extraction.report.failed_pages == (1,)
    assert len(extraction.blocks) == 5_000
    assert time.monotonic() - started < 20


@given(st.lists(st.lists(st.text(max_size=20), max_size=4), min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_pptx_blocks_hold_the_whole_text(texts: list[list[str]]) -> None:
    """Blocks stand in order, apart, without white space at their ends, and nothing is outside of them."""
    escaped = [["".join(f"&#{ord(c)};" for c in words if c.isprintable()) for words in box] for box in texts]
    data = Deck(["".join(shape("".join(map(p, box))) for box in escaped)]).packed()
    extraction = read(data, SETTINGS)
    at = 0
    for block in extraction.blocks:
        words = extraction.text[block.start : block.end]
        assert words
        assert words == words.strip()
        assert extraction.text[at : block.start].strip() == ""
        assert block.pages == (PageSpan(1, block.start, block.end, "slide 1"),)
        at = block.end
    assert extraction.text[at:] == ""
