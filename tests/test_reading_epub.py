"""An e-book becomes its chapters in order, with printed pages where it marks them; a harmful one is one clear error."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import PageSpan, ReadingReport
from index.errors import LimitError, PasswordError, UnreadableFileError
from index.reading.epub.chapter import clean_label
from index.reading.epub.reader import read
from index.reading.settings import Limits, ReadingSettings

SETTINGS = ReadingSettings()
EPUB_TYPE = 'xmlns:epub="http://www.idpf.org/2007/ops"'
HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"


@dataclass
class Book:
    """An e-book in the making; chapters are given as what stands in their bodies, by their files' names."""

    chapters: dict[str, str]
    metadata: str = "<dc:title>The Lock</dc:title>"
    items: str = ""  # further ones of the manifest
    spine: str | None = None
    guide: str = ""
    parts: dict[str, str] = field(default_factory=dict)

    def parts_of_file(self) -> dict[str, str]:
        """Give the archive's members."""
        items = "".join(
            f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
            for n, name in enumerate(self.chapters)
        )
        spine = self.spine or "".join(f'<itemref idref="c{n}"/>' for n in range(len(self.chapters)))
        opf = (
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:opf="http://www.idpf.org/2007/opf"><metadata>{self.metadata}</metadata>'
            f"<manifest>{items}{self.items}</manifest><spine>{spine}</spine><guide>{self.guide}</guide></package>"
        )
        rootfile = '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>'
        parts = {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": f"<container><rootfiles>{rootfile}</rootfiles></container>",
            "OPS/book.opf": opf,
        }
        for name, body in self.chapters.items():
            head = f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" {EPUB_TYPE}>'
            parts[f"OPS/{name}"] = f"{head}<head><title/><style>p {{}}</style></head><body>{body}</body></html>"
        return parts | self.parts

    def packed(self) -> bytes:
        """Give the file."""
        return packed(self.parts_of_file())


def packed(parts: dict[str, str]) -> bytes:
    """Zip parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def seen(data: bytes) -> list[tuple[str, str]]:
    """Give kind and words of each block."""
    extraction = read(data, SETTINGS)
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks]


def seen_within(data: bytes, nesting: int) -> str:
    """Give the text of a book whose elements may stand so deep in each other."""
    return read(data, ReadingSettings(Limits(nesting=nesting))).text


def test_epub_chapters_stand_in_the_order_of_the_spine() -> None:
    """The spine's order counts, not that of names or of the manifest; headings keep their levels."""
    chapters = {"a.xhtml": "<h2>Two</h2><p>Second.</p>", "b.xhtml": "<h1>One</h1><p>First,<br/>and on.</p>"}
    data = Book(chapters, spine='<itemref idref="c1"/><itemref idref="c0" linear="no"/>').packed()
    extraction = read(data, SETTINGS)
    assert extraction.text == "One\n\nFirst,\nand on.\n\nTwo\n\nSecond."
    assert [(block.kind, block.level) for block in extraction.blocks] == [
        ("heading", 1),
        ("prose", None),
        ("heading", 2),
        ("prose", None),
    ]
    assert extraction.page_count is None
    assert extraction.pre_mended
    assert extraction.report == ReadingReport()


def test_epub_metadata() -> None:
    """Title, authors without translators, date of publication and language come from the package."""
    metadata = (
        '<dc:title id="t2">A subtitle</dc:title><dc:title id="t1">The  Lock</dc:title>'
        '<meta refines="#t1" property="title-type">main</meta><dc:creator id="c1">Ann Lee</dc:creator>'
        '<meta refines="#c1" property="role">aut</meta><dc:creator opf:role="aut">Bo Ray</dc:creator>'
        '<dc:creator opf:role="trl">Cy Poe</dc:creator><dc:date>0101-01-01T00:00:00+00:00</dc:date>'
        '<dc:date opf:event="modification">2020</dc:date><dc:date opf:event="publication">1998-05</dc:date>'
        "<dc:language>en-GB</dc:language>"
    )
    extraction = read(Book({"a.xhtml": "<p>Text.</p>"}, metadata).packed(), SETTINGS)
    assert extraction.title == "The Lock"
    assert extraction.author == "Ann Lee, Bo Ray"
    assert extraction.date == "1998-05"
    assert extraction.language == "en-GB"


def test_epub_printed_pages_are_named() -> None:
    """Marks of printed pages give the pages' names and are no text; before the first there is none."""
    chapters = {
        "a.xhtml": '<p>Before.</p><p>It <span epub:type="pagebreak" id="p1" title="iv"/>goes un<span epub:type='
        '"pagebreak" title="Page 5"></span>der.</p><div role="doc-pagebreak" aria-label="6">6</div><p>Six.</p>'
        '<p>Still.<span epub:type="pagebreak" id="page_7">7</span></p>',
        "b.xhtml": "<p>Seven.</p>",
    }
    extraction = read(Book(chapters).packed(), SETTINGS)
    assert extraction.text == "Before.\n\nIt goes under.\n\nSix.\n\nStill.\n\nSeven."
    assert extraction.page_count == 4
    assert [block.pages for block in extraction.blocks] == [
        (),
        (PageSpan(1, 12, 19, "p. iv"), PageSpan(2, 19, 23, "p. 5")),
        (PageSpan(3, 25, 29, "p. 6"),),
        (PageSpan(3, 31, 37, "p. 6"),),
        (PageSpan(4, 39, 45, "p. 7"),),
    ]


def test_epub_printed_pages_of_older_books() -> None:
    """The lists of pages of an NCX, a navigation document and a page map name the elements where pages begin."""
    ncx = (
        '<ncx><pageList><pageTarget value="9"><navLabel><text>9</text></navLabel><content src="a.xhtml#x"/>'
        "</pageTarget></pageList></ncx>"
    )
    nav = f'<html {EPUB_TYPE}><nav epub:type="page-list"><ol><li><a href="a.xhtml#x">9</a></li></ol></nav></html>'
    page_map = '<page-map><page name="9" href="a.xhtml#x"/></page-map>'
    for text, item in (
        (ncx, 'media-type="application/x-dtbncx+xml"'),
        (nav, 'media-type="application/xhtml+xml" properties="nav"'),
        (page_map, 'media-type="application/oebps-page-map+xml"'),
    ):
        book = Book({"a.xhtml": '<p>Eight.</p><p id="x">Nine.</p>'}, items=f'<item id="n" href="list.xml" {item}/>')
        book.parts["OPS/list.xml"] = text
        extraction = read(book.packed(), SETTINGS)
        assert [block.pages for block in extraction.blocks] == [(), (PageSpan(1, 8, 13, "p. 9"),)]


@pytest.mark.parametrize(
    ("given", "shown"), [("Page 12", "12"), ("p. 12.", "12"), ("xii", "xii"), ("pp", "pp"), (" 3-4 ", "3-4")]
)
def test_epub_page_labels_lose_the_word_for_page(given: str, shown: str) -> None:
    """A label is what is printed on the page."""
    assert clean_label(given) == shown


def test_epub_notes_boxes_and_navigation() -> None:
    """Footnotes are notes even where they pop up, asides are text, tables of contents are navigation."""
    nav = f'<nav epub:type="toc" {EPUB_TYPE}><ol><li><a href="a.xhtml">One</a></li></ol></nav>'
    chapters = {
        "nav.xhtml": nav,
        "toc.xhtml": "<h1>Contents</h1><p>One, page 1</p>",
        "a.xhtml": '<h1>One</h1><p>It rose.<a epub:type="noteref" href="#n">1</a></p>'
        '<aside epub:type="footnote" id="n"><p>By a tenth.</p></aside>'
        "<aside><p>Beside the lock stands an inn.</p></aside><footer><p>Elm, 1923</p></footer>",
    }
    data = Book(chapters, guide='<reference type="toc" href="toc.xhtml"/>').packed()
    assert [(kind, words) for kind, words in seen(data) if "rose" not in words] == [
        ("navigation", "One"),
        ("navigation", "Contents"),
        ("navigation", "One, page 1"),
        ("heading", "One"),
        ("note", "By a tenth."),
        ("prose", "Beside the lock stands an inn."),
        ("prose", "Elm, 1923"),
    ]


def test_epub_tables_carry_their_heads() -> None:
    """A table's rows are found by its caption and its column heads."""
    table = "<table><caption>Tolls</caption><tr><th></th><th>1922</th><th>1923</th></tr>"
    table += '<tr><td>Barges</td><td><span epub:type="pagebreak" title="8"/>10</td><td>12</td></tr></table>'
    extraction = read(Book({"a.xhtml": table}).packed(), SETTINGS)
    assert [(block.kind, extraction.text[block.start : block.end], block.above) for block in extraction.blocks] == [
        ("caption", "Tolls", ()),
        ("table head", "1922 | 1923", ()),
        ("row", "Barges | 10 | 12", ("Tolls", "1922 | 1923")),
    ]


def test_epub_headings_that_only_the_contents_know() -> None:
    """Where a chapter marks no headings, the lines that the table of contents names are its headings."""
    ncx = (
        "<ncx><navMap><navPoint><navLabel><text>Part I</text></navLabel><content src='a.xhtml'/><navPoint><navLabel>"
        "<text>1. The Gate</text></navLabel><content src='a.xhtml#g'/></navPoint></navPoint></navMap></ncx>"
    )
    body = '<p class="big">PART&nbsp;I</p><p id="g"><b>1. The Gate</b></p><p>It opens.</p>'
    book = Book({"a.xhtml": body}, items='<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>')
    book.parts["OPS/toc.ncx"] = ncx
    extraction = read(book.packed(), SETTINGS)
    assert [(b.kind, b.level, extraction.text[b.start : b.end]) for b in extraction.blocks] == [
        ("heading", 1, "PART I"),
        ("heading", 2, "1. The Gate"),
        ("prose", None, "It opens."),
    ]


def test_epub_headings_have_the_levels_of_the_contents() -> None:
    """Where the table of contents has levels its own count; a heading that it does not name keeps its distance."""
    nav = (
        f'<html {EPUB_TYPE}><nav epub:type="toc"><ol><li><a href="a.xhtml">One</a>'
        '<ol><li><a href="a.xhtml#b">Gates</a></li></ol></li></ol></nav></html>'
    )
    body = '<h2>One</h2><p>A.</p><h2 id="b">Gates</h2><p>B.</p><h3>Of iron</h3><p>C.</p>'
    book = Book({"a.xhtml": body}, items='<item id="n" href="nav.xhtml" media-type="text/html" properties="nav"/>')
    book.parts["OPS/nav.xhtml"] = nav
    assert [block.level for block in read(book.packed(), SETTINGS).blocks] == [1, None, 2, None, 3, None]
    book.parts["OPS/nav.xhtml"] = nav.replace('<ol><li><a href="a.xhtml#b">Gates</a></li></ol>', "")
    assert [block.level for block in read(book.packed(), SETTINGS).blocks] == [2, None, 2, None, 3, None]


def test_epub_xhtml_is_read_as_xml_means_it() -> None:
    """Empty elements close, prefixes are dropped, CDATA is text, comments and alternatives that follow are not."""
    body = (
        '<script src="x.js"/><p><a id="x"/>One <i/>word.</p><div/><h:p>Two.<br></br>Three.</h:p>'
        "<!-- <p>Not <rt>this</rt></p> --><p><![CDATA[4 < 5 & 6]]></p><p>7 &gt; 6 &mdash; yes</p>"
        '<p title="a > b">漢<ruby>字<rt>じ</rt></ruby>。</p>'
        '<epub:switch><epub:case required-namespace="c"><p>Chemistry</p></epub:case>'
        "<epub:default><p>Water</p></epub:default></epub:switch>"
    )
    assert [words for _, words in seen(Book({"a.xhtml": body}).packed())] == [
        "One word.",
        "Two.\nThree.",
        "4 < 5 & 6",
        "7 > 6 — yes",
        "漢字。",
        "Water",
    ]


def test_epub_drawings_give_their_words() -> None:
    """The text of SVG is read where a drawing is a page of its own, not where it decorates a chapter."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>Page</title><text x="1">Up <tspan>here</tspan></text></svg>'
    spine = '<itemref idref="c0"/><itemref idref="s"/><itemref idref="c1"/>'
    item = '<item id="s" href="page.svg" media-type="image/svg+xml"/>'
    chapters = {"a.xhtml": f"<p>Text.</p>{svg}", "fixed.xhtml": f"<div>{svg}</div>"}
    data = Book(chapters, items=item, spine=spine, parts={"OPS/page.svg": svg}).packed()
    assert seen(data) == [("prose", "Text."), ("prose", "Up here"), ("prose", "Up here")]


def test_epub_names_are_found_as_they_are_meant() -> None:
    """Percent signs, paths with dots, and letters that zip programs wrote in their own ways lead to the file."""
    book = Book({"x y.xhtml": "", "é.xhtml": ""})
    parts = book.parts_of_file()
    parts["OPS/book.opf"] = (
        parts["OPS/book.opf"]
        .replace("x y.xhtml", "../OPS/./x%20y.xhtml#here")
        .replace("é.xhtml", "e\N{COMBINING ACUTE ACCENT}.xhtml")
    )
    parts["OPS/x y.xhtml"], parts["OPS/é.xhtml"] = "<p>One.</p>", "<p>Two.</p>"
    assert [words for _, words in seen(packed(parts))] == ["One.", "Two."]
    parts["OPS/é.xhtml".encode().decode("cp437")] = parts.pop("OPS/é.xhtml")
    assert [words for _, words in seen(packed(parts))] == ["One.", "Two."]
    parts["OPS/book.opf"] = parts["OPS/book.opf"].replace("../OPS/./x", "../../../etc/passwd?x")
    report = read(packed(parts), SETTINGS).report
    assert report.left_out == ("etc/passwd?x y.xhtml: missing from the file",)


def test_epub_report_says_what_was_not_read() -> None:
    """Missing, damaged and foreign parts are named; a cover and two plates are not, many images are."""
    chapters = {"cover.xhtml": '<img src="c.png"/>', "a.xhtml": "<p>Text.</p>", "b.xhtml": ""}
    items = '<item id="f" href="data.bin" media-type="application/pdf"/>'
    for n in range(3):
        chapters[f"plate{n}.xhtml"] = '<p><img src="p.png"/></p>'
    spine = "".join(f'<itemref idref="{key}"/>' for key in ("c0", "c1", "c2", "f", "nobody", "c3", "c4", "c5"))
    book = Book(chapters, items=items, spine=spine, parts={"OPS/data.bin": "%PDF"})
    parts = book.parts_of_file()
    parts["OPS/b.xhtml"] = "\x01\x02\x03\x04" * 100
    extraction = read(packed(parts), SETTINGS)
    assert extraction.text == "Text."
    assert extraction.report.left_out == (
        "nobody: missing from the file",
        "OPS/b.xhtml: damaged",
        "OPS/data.bin: of a kind that is not read",
        "OPS/plate0.xhtml, OPS/plate1.xhtml, OPS/plate2.xhtml: images without text",
    )
    assert read(Book({"a.xhtml": "<p>T.</p>", "b.xhtml": "<img/>"}).packed(), SETTINGS).report == ReadingReport()
    with pytest.raises(UnreadableFileError, match="its pages are images without text"):
        read(Book({f"{n}.xhtml": "<img/>" for n in range(3)}).packed(), SETTINGS)
    with pytest.raises(UnreadableFileError, match="none of its chapters can be read: nobody: missing from the file"):
        read(Book({"a.xhtml": ""}, spine='<itemref idref="nobody"/>').packed(), SETTINGS)


def test_epub_protected_books_are_refused_and_hidden_fonts_are_not() -> None:
    """Encrypted text is an error that says so; fonts that are only obfuscated do not matter."""

    def encrypted(method: str, name: str) -> bytes:
        data = f'<e:EncryptedData xmlns:e="e"><e:EncryptionMethod Algorithm="{method}"/><e:CipherData>'
        data += f'<e:CipherReference URI="{name}"/></e:CipherData></e:EncryptedData>'
        parts = {"META-INF/encryption.xml": f"<encryption>{data}</encryption>"}
        return Book({"a b.xhtml": "<p>Text.</p>"}, parts=parts).packed()

    aes = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    with pytest.raises(UnreadableFileError, match=r"it is protected \(DRM\); only the program"):
        read(encrypted(aes, "OPS/a%20b.xhtml"), SETTINGS)
    assert seen(encrypted("http://www.idpf.org/2008/embedding", "OPS/a%20b.xhtml")) == [("prose", "Text.")]
    assert seen(encrypted(aes, "OPS/font.otf")) == [("prose", "Text.")]
    flagged = bytearray(Book({"a.xhtml": ""}).packed())
    for at in (flagged.find(b"PK\x03\x04") + 6, flagged.find(b"PK\x01\x02") + 8):
        flagged[at] |= 1
    with pytest.raises(PasswordError, match="protected by a password"):
        read(bytes(flagged), SETTINGS)


def test_epub_lists_that_are_not_quite_xml_are_read() -> None:
    """HTML's entities and prefixes that nobody declared are common, and do no harm."""
    parts = Book({"a.xhtml": "<p>Text.</p>"}, "<dc:title>Caf&eacute; &amp; Bar</dc:title>").parts_of_file()
    parts["OPS/book.opf"] = parts["OPS/book.opf"].replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', "")
    extraction = read(packed(parts), SETTINGS)
    assert (extraction.title, extraction.text) == ("Café & Bar", "Text.")
    del parts["META-INF/container.xml"]
    assert read(packed(parts), SETTINGS).text == "Text."


def test_epub_loops_are_read_once() -> None:
    """A spine that names a chapter a thousand times, and fallbacks in a circle, come to an end."""
    items = '<item id="x" href="x.bin" media-type="a/b" fallback="y"/>'
    items += '<item id="y" href="y.bin" media-type="a/b" fallback="x"/>'
    items += "".join(
        f'<item id="k{n}" href="{name}" media-type="text/html"/>'
        for n, name in enumerate(("A.xhtml", "../OPS/a.XHTML"))
    )
    spine = '<itemref idref="c0"/>' * 1_000 + '<itemref idref="x"/><itemref idref="k0"/><itemref idref="k1"/>'
    extraction = read(Book({"a.xhtml": "<p>Once.</p>"}, items=items, spine=spine).packed(), SETTINGS)
    assert extraction.text == "Once."
    assert extraction.report.left_out == ("OPS/x.bin: missing from the file",)


def test_epub_limits() -> None:
    """The unpacked size, the nesting and the printed pages have their limits, each with a message."""
    with pytest.raises(LimitError, match="it unpacks to 2 MB, and more than 1 MB are not read"):
        read(Book({"a.xhtml": "x" * 1_500_000}).packed(), ReadingSettings(Limits(unpacked_mb=1)))
    deep = Book({"a.xhtml": "<div>" * 20_000 + "Deep." + "</div>" * 20_000})
    assert seen(deep.packed()) == [("prose", "Deep.")]
    for body in (deep.chapters["a.xhtml"], "<b>" * 101):
        with pytest.raises(LimitError, match="its elements stand more than 100 deep in each other"):
            read(Book({"a.xhtml": body}).packed(), ReadingSettings(Limits(nesting=100)))
    ruby = Book({"a.xhtml": "<ruby>漢<rt>かん</rt></ruby>" * 200 + '<i epub:type="pagebreak">1</i>' * 200})
    assert seen_within(ruby.packed(), 50) == "漢" * 200
    pages = "".join(f'<p><span epub:type="pagebreak" title="{n}"/>Page {n}.</p>' for n in range(1, 6))
    extraction = read(Book({"a.xhtml": pages}).packed(), ReadingSettings(Limits(pages=2)))
    assert extraction.text == "Page 1.\n\nPage 2."
    assert extraction.page_count == 5
    assert extraction.report.left_out == ("the pages after the first 2: more are not read; --limit pages=5 reads them",)
    assert extraction.report.lacking == ("pages",)


def test_epub_a_bomb_that_lies_about_its_size_is_cut_off() -> None:
    """A member that is longer than it says is read as far as it says, or the archive is damaged."""
    data = Book({"a.xhtml": "<p>" + "x" * 100_000 + "</p>"}).packed()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = archive.getinfo("OPS/a.xhtml")
    size = member.file_size.to_bytes(4, "little")
    lying = data.replace(size, (1_000).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(UnreadableFileError, match=r"OPS/a\.xhtml: damaged"):
        read(lying, SETTINGS)


def test_epub_entities_unfold_nothing() -> None:
    """Entities that a chapter declares stay as they stand; a package that declares some is refused."""
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    parts = Book({"a.xhtml": ""}).parts_of_file()
    parts["OPS/a.xhtml"] = f'<?xml version="1.0"?>\n{bomb}<html><body><p>One &b; &f;</p></body></html>'
    assert seen(packed(parts)) == [("prose", "One &b; &f;")]
    parts["OPS/book.opf"] = bomb.replace("html", "package", 1) + parts["OPS/book.opf"]
    with pytest.raises(UnreadableFileError, match="list of its parts cannot be read"):
        read(packed(parts), SETTINGS)


def test_epub_damaged_files_give_one_error() -> None:
    """No archive, one that breaks off, and one without a package each say so."""
    good = Book({"a.xhtml": "<p>Text.</p>"}).packed()
    for data in (b"", b"PK\x03\x04", good[: len(good) // 2]):
        with pytest.raises(UnreadableFileError, match="the file is damaged: its archive cannot be unpacked"):
            read(data, SETTINGS)
    with pytest.raises(UnreadableFileError, match="list of its parts is missing"):
        read(packed({"mimetype": "application/epub+zip"}), SETTINGS)


def test_epub_time_grows_with_length_only() -> None:
    """Chapters of tags that never close, of marks and of comments without an end are read in little time."""
    bodies = ["<p id='" * 100_000, "<!-- " * 100_000, "<![CDATA[" * 100_000, "<rt>" * 5_000, "<!DOCTYPE [" * 50_000]
    bodies.append('<span epub:type="pagebreak" title="1"/>' * 50_000)
    started = time.monotonic()
    extraction = read(Book({f"{n}.xhtml": f"<p>Text.</p>{body}" for n, body in enumerate(bodies)}).packed(), SETTINGS)
    assert extraction.text.startswith("Text.")
    assert time.monotonic() - started < 30


@given(
    st.lists(
        st.lists(st.text(alphabet=st.sampled_from("ab \u00a0\n\ufdd0\ufde3\ufdd1é界"), max_size=12), max_size=6),
        max_size=3,
    )
)
@settings(deadline=None, max_examples=60)
def test_epub_blocks_hold_the_whole_text_and_spans_lie_in_them(chapters: list[list[str]]) -> None:
    """Whatever stands between the marks of pages, blocks cover the text, and spans their blocks."""
    mark = '<span epub:type="pagebreak" title="{}"/>'
    bodies = {
        f"{n}.xhtml": f"<p>{''.join(f'{words}{mark.format(k % 3)}' for k, words in enumerate(chapter))}end</p>"
        for n, chapter in enumerate(chapters)
    }
    extraction = read(Book(bodies | {"z.xhtml": "<p>Last.</p>"}).packed(), SETTINGS)
    text = extraction.text
    assert not {"\ufdd0", "\ufdd1", "\ufde3"} & set(text)
    at = 0
    for block in extraction.blocks:
        words = text[block.start : block.end]
        assert words
        assert words == words.strip()
        assert text[at : block.start].strip() == ""
        covered = "".join(text[span.start : span.end] for span in block.pages)
        if block.pages and block.pages[0].start == block.start:
            assert "".join(covered.split()) == "".join(words.split())
        assert all(block.start <= span.start < span.end <= block.end for span in block.pages)
        at = block.end
    assert at == len(text)


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the shared files are not here")
def test_epub_of_the_shared_files() -> None:
    """An e-book of another's making is read from its front page to its last chapter."""
    extraction = read((HOSTILE / "kz_features.epub").read_bytes(), SETTINGS)
    assert extraction.title == "EPUBTEST 0100 - Reflowable Content Tests"
    assert extraction.text.startswith("Reflowable EPUB 3 Conformance Test Document: 0100\n\nStatus of this Document")
    assert extraction.blocks[0].kind == "heading"
