"""An HTML page becomes the blocks a reader sees, the article apart from what stands around it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LimitError, UnreadableFileError
from index.reading.html.reader import read as read_html
from index.reading.settings import Limits, ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import Extraction

PROSE = (
    "The council met on Monday to discuss the budget of the town. Its chair, Ann Lee, said that no decision would be "
    "taken before June, and that the bridge would have to wait."
)
PAGE = f"""<!doctype html><html><head><title>Bridge must wait | The Daily</title>
<meta name="author" content="Ann Lee"><meta property="article:published_time" content="2024-06-20T10:00:00Z">
<style>p {{ color: red }}</style></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Bridge must wait</h1><p>{PROSE}</p><p>{PROSE.replace("Monday", "Friday")}</p>
<h2>What comes next</h2><p>{PROSE.replace("Monday", "Sunday")}</p>
<ul><li>First the council hears the engineers</li><li>Then it votes on the <b>budget</b></li></ul>
<table><caption>Budget of the town by year</caption><tr><th>Year</th><th>Sum</th></tr>
<tr><td>2023</td><td>5 million</td></tr></table>
<figure><img src="x.png"><figcaption>The old bridge, seen from the river bank</figcaption></figure></article>
<aside>Buy our boots now, they are cheap</aside><footer>Terms of use and privacy of this site</footer>
<script>var secret = "never shown"</script><noscript>Please turn it on</noscript></body></html>"""


def read(data: bytes) -> Extraction:
    """Read with the usual limits."""
    return read_html(data, ReadingSettings())


def kinds_of(page: str) -> list[tuple[str, int | None, str]]:
    """Give kind, level and words of each block."""
    extraction = read(page.encode())
    return [(block.kind, block.level, extraction.text[block.start : block.end]) for block in extraction.blocks]


def test_html_article_is_told_from_the_page_around_it() -> None:
    """The article's blocks are content with their kinds, and all around it is navigation at its place."""
    assert kinds_of(PAGE) == [
        ("navigation", None, "Home World"),
        ("heading", 1, "Bridge must wait"),
        ("prose", None, PROSE),
        ("prose", None, PROSE.replace("Monday", "Friday")),
        ("heading", 2, "What comes next"),
        ("prose", None, PROSE.replace("Monday", "Sunday")),
        ("item", None, "First the council hears the engineers"),
        ("item", None, "Then it votes on the budget"),
        ("caption", None, "Budget of the town by year"),
        ("table head", None, "Year | Sum"),
        ("row", None, "2023 | 5 million"),
        ("caption", None, "The old bridge, seen from the river bank"),
        ("navigation", None, "Buy our boots now, they are cheap"),
        ("navigation", None, "Terms of use and privacy of this site"),
    ]


def test_html_metadata_is_the_articles() -> None:
    """Title, author and date come from the page's metadata."""
    extraction = read(PAGE.encode())
    assert (extraction.author, extraction.date) == ("Ann Lee", "2024-06-20")
    assert extraction.title is not None
    assert extraction.title.startswith("Bridge must wait")


def test_html_tiny_page_is_read_whole() -> None:
    """A page too small to tell its article is content but for its navigation."""
    assert kinds_of("<nav>Menu</nav><p>One.<p>Two.") == [
        ("navigation", None, "Menu"),
        ("prose", None, "One."),
        ("prose", None, "Two."),
    ]


def test_html_cp1252_without_declaration() -> None:
    """Curly quotes of Windows-1252 are read without a declaration."""
    extraction = read("<h1>Café</h1><p>“Naïve” – it’s déjà vu.</p>".encode("cp1252"))
    assert extraction.text == "Café\n\n“Naïve” – it’s déjà vu."
    assert extraction.report.encoding == "cp1252"


def test_html_white_space_is_the_browsers() -> None:
    """Space runs together, two line breaks end a block, preformatted text stays as it is, quotations get marks."""
    page = "<p> a\n  b&nbsp; c<br>d<br><br>e <q>f</q></p><pre>x\n  y</pre>"
    assert [words for _, _, words in kinds_of(page)] == ["a b c\nd", "e “f”", "x\n  y"]


def test_html_character_references_bring_no_control_characters() -> None:
    """A reference to ESC, NUL or a line separator cannot bring in what decoding takes out."""
    assert read(b"<p>a&#27;[31m&#0;b&#x9b;1m&#8232;c</p>").text == "a[31m\ufffdb\u203a1m c"


def test_html_layout_tables_are_read_like_the_page() -> None:
    """A table that holds paragraphs only places them."""
    page = "<table><tr><td><p>One is here.</p><p>Two is here.</p></td><td><table><tr><td>1</td><td>2</td></tr></table>"
    assert [(kind, words) for kind, _, words in kinds_of(page)] == [
        ("prose", "One is here."),
        ("prose", "Two is here."),
        ("row", "1 | 2"),
    ]


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "table><tr><td", "b", "p", "font", "section"])
def test_html_twenty_thousand_nested_elements(tag: str) -> None:
    """Nesting beyond any recursion is one paragraph, soon."""
    began = time.process_time()
    extraction = read((f"<{tag}>" * 20_000 + "the bottom").encode())
    assert extraction.text == "the bottom"
    assert time.process_time() - began < 3


def test_html_nesting_beyond_the_limit_is_refused_before_parsing() -> None:
    """A page whose elements stand deeper than the limit is refused at once, and one that closes them is not."""
    began = time.process_time()
    with pytest.raises(LimitError, match="more than 50,000 deep") as refused:
        read(b"<div>" * 400_000 + b"x")
    assert refused.value.lacking == ("nesting",)
    assert time.process_time() - began < 3
    with pytest.raises(LimitError, match="more than 100 deep"):
        read_html(b"<ul><li>" * 101 + b"x", ReadingSettings(limits=Limits(nesting=100)))
    assert len(read_html(b"<div>x</div>" * 500, ReadingSettings(limits=Limits(nesting=100))).blocks) == 500


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "word " * 400_000,
        "<ul>" + f"<li><a href='#'>An entry</a> with a <b>description</b> of {'words ' * 10}</li>" * 20_000,
        "<table>" + "<tr><td>2023</td><td>5 million</td><td>more</td></tr>" * 20_000,
        "<div class='comment-body related-articles'><span aria-label='x'>a</span> b</div>" * 20_000,
        "<table>" + "<tr><td rowspan=60000 colspan=1000>x</td><td>y</td></tr>" * 5_000,
        "<p>" + "a<br>" * 200_000,
        "<sup>" * 5_000 + "<a href='#a'>" * 5_000 + "x",
    ],
    ids=["one line", "links", "table", "classes", "spans", "breaks", "marks"],
)
def test_html_large_pages_take_seconds(page: str) -> None:
    """Pages of one to two megabytes are read in time that grows with their size."""
    began = time.process_time()
    assert read(page.encode()).blocks
    assert time.process_time() - began < 8


def test_html_without_text_has_no_blocks() -> None:
    """An empty page and one of scripts hold no block."""
    assert read(b"<html><body><script>x</script></body></html>").blocks == ()
    assert read(b"<html></html>").blocks == ()


def rows_of(page: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Give kind, words and what stands above of each block."""
    extraction = read(page.encode())
    return [(block.kind, extraction.text[block.start : block.end], block.above) for block in extraction.blocks]


def test_html_rows_carry_their_caption_heads_and_labels() -> None:
    """A head over several columns stands in each of them; a label holds until the next one."""
    page = """<table><caption>Sales</caption><thead><tr><th></th><th colspan=2>Quarter ended</th></tr>
    <tr><th></th><th>July 1, 2023</th><th>June 25, 2022</th></tr></thead>
    <tr><th colspan=3>Goods</th></tr><tr><th>Boats</th><td>5</td><td>4</td></tr>
    <tr><td>Services:</td></tr><tr><td>Repairs</td><td>3</td><td></td></tr></table>"""
    heads = "Quarter ended July 1, 2023 | Quarter ended June 25, 2022"
    assert rows_of(page) == [
        ("caption", "Sales", ()),
        ("table head", "Quarter ended", ()),
        ("table head", "July 1, 2023 | June 25, 2022", ()),
        ("table head", "Goods", ()),
        ("row", "Boats | 5 | 4", ("Sales", heads, "Goods")),
        ("table head", "Services:", ()),
        ("row", "Repairs | 3", ("Sales", heads, "Services:")),
    ]


def test_html_unmarked_heads_are_seen() -> None:
    """Bold cells, a blank first cell, or words above figures make a head; signs in cells of their own go back."""
    filing = """<table><tr><td></td><td colspan=3>2023</td><td colspan=3>2022</td></tr>
    <tr><td>Net sales</td><td>$</td><td>81,797</td><td></td><td>$</td><td>82,959</td><td></td></tr>
    <tr><td>Loss</td><td></td><td>(5</td><td>)</td><td></td><td>(1</td><td>)%</td></tr></table>"""
    assert rows_of(filing) == [
        ("table head", "2023 | 2022", ()),
        ("row", "Net sales | $ 81,797 | $ 82,959", ("2023 | 2022",)),
        ("row", "Loss | (5) | (1)%", ("2023 | 2022",)),
    ]
    bold = "<table><tr><td><b>Port</b></td><td><b>Depth</b></td></tr><tr><td>Genoa</td><td>deep</td></tr></table>"
    assert [kind for kind, _, _ in rows_of(bold)] == ["table head", "row"]
    words = "<table><tr><td>Port</td><td>Ships</td></tr><tr><td>Genoa</td><td>15</td></tr></table>"
    assert [kind for kind, _, _ in rows_of(words)] == ["table head", "row"]
    none = "<table><tr><td>Genoa</td><td>15</td></tr><tr><td>Bari</td><td>5</td></tr></table>"
    assert [kind for kind, _, _ in rows_of(none)] == ["row", "row"]


def test_html_cells_over_several_rows_count_for_each() -> None:
    """A cell that reaches down stands in its own row and above the others."""
    page = """<table><tr><th>Land</th><th>Year</th><th>Sum</th></tr>
    <tr><td rowspan=2>Peru</td><td>2020</td><td>5</td></tr><tr><td>2021</td><td>6</td></tr></table>"""
    assert rows_of(page)[1:] == [
        ("row", "Peru | 2020 | 5", ("Land | Year | Sum",)),
        ("row", "2021 | 6", ("Land | Year | Sum", "Peru")),
    ]


def test_html_tables_of_texts_are_prose() -> None:
    """A table of one column or of long texts is no table, and one of bullets is a list."""
    column = "<table><tr><td>One is here.</td></tr><tr><td>Two is.<br><br>Three is.</td></tr></table>"
    assert rows_of(column) == [("prose", "One is here.", ()), ("prose", "Two is.", ()), ("prose", "Three is.", ())]
    letter = f"<table><tr><td>{PROSE}</td><td>{PROSE * 2}</td></tr></table>"
    assert [kind for kind, _, _ in rows_of(letter)] == ["prose", "prose"]
    bullets = f"<table><tr><td>•</td><td>{PROSE}</td></tr><tr><td>(a)</td><td>{PROSE}</td></tr></table>"
    assert rows_of(bullets) == [("item", PROSE, ()), ("item", f"(a) {PROSE}", ())]


def test_html_what_no_browser_shows_is_not_read() -> None:
    """Hidden elements, texts for programs that read aloud and links to a heading are left out."""
    page = (
        f"<p>{PROSE}</p><p hidden>One</p><div style='display: none'><p>Two</p></div><p aria-hidden='true'>Three</p>"
        "<p>Four<span class='sr-only'> (opens elsewhere)</span></p><h2>Five<a class='headerlink' href='#5'>¶</a></h2>"
        "<dialog>Six</dialog><noscript>Turn it on</noscript><p hidden='until-found'>Sev&shy;en</p>"
    )
    assert [words for _, _, words in kinds_of(page)] == [PROSE, "Four", "Five", "Seven"]


def test_html_page_hidden_as_a_whole_is_read() -> None:
    """A page saved while a dialog lay over it marks all its text as hidden, and is read all the same."""
    assert [words for _, _, words in kinds_of(f"<div aria-hidden='true'><p>{PROSE}</p></div>")] == [PROSE]


def test_html_notes_are_notes() -> None:
    """Footnotes are known by their role, their id or the link back, their marks stand in brackets."""
    page = (
        "<p>Sales<sup><a href='#fn1'>1</a></sup> of 10<sup>6</sup> tons</p><ol><li id='fn1'>One <a>↩</a></li></ol>"
        "<aside role='doc-footnote'>Two</aside><p><a name='_ftn3' href='#_ftnref3'>[3]</a> Three</p>"
    )
    assert [(kind, words) for kind, _, words in kinds_of(page)] == [
        ("prose", "Sales[1] of 10⁶ tons"),
        ("note", "One"),
        ("note", "Two"),
        ("note", "[3] Three"),
    ]


def test_html_terms_stand_with_their_definitions() -> None:
    """A term and the first paragraph of its definition are one block, and so are a question and its answer."""
    page = "<dl><dt>Ship</dt><dd>A vessel.</dd><dd>Large.</dd></dl><details><summary>Who?</summary>Ann.</details>"
    assert [(kind, words) for kind, _, words in kinds_of(page)] == [
        ("item", "Ship\nA vessel."),
        ("item", "Large."),
        ("prose", "Who?\nAnn."),
    ]


def test_html_text_shown_as_typed_is_read_like_plain_text() -> None:
    """A statute in one preformatted element has paragraphs and headings; a program has none."""
    typed = "\n\n".join(
        f"{n}. Payment\n\nThe tenant of house {n} pays the rent\nevery month in advance." for n in range(1, 9)
    )
    kinds = kinds_of(f"<pre>{typed}</pre>")
    assert [kind for kind, _, _ in kinds] == ["heading", "prose"] * 8
    assert kinds[1][2] == "The tenant of house 1 pays the rent\nevery month in advance."
    program = "\n".join(f"x[{n}] = call({n}, y={n} + 1)  # the next one." for n in range(30))
    assert [kind for kind, _, _ in kinds_of(f"<pre>{program}</pre>")] == ["code"]


MINUTES = [f"Item {n}: the council resolved to repair bridge number {n} before the winter." for n in range(60)]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" + "".join(f"<div>{line}</div>" for line in MINUTES),
        "<body>" + "<br><br>".join(MINUTES),
        "<table><tr><td>" + "".join(f"<p>{line}" for line in MINUTES),
        "<main><ul>" + "".join(f"<li><a href='/{n}.pdf'>{line}</a>" for n, line in enumerate(MINUTES)) + "</ul></main>",
        "<dl>" + "".join(f"<dt>{n}</dt><dd>{line}</dd>" for n, line in enumerate(MINUTES)),
        "<article><p>" + PROSE + "</article>" + "".join(f"<section><h2>{n}</h2>{s}" for n, s in enumerate(MINUTES)),
    ],
    ids=["divs", "breaks", "layout", "links", "terms", "sections"],
)
def test_html_pages_that_are_no_article_are_read_whole(page: str) -> None:
    """Of minutes, lists and documentation nothing becomes navigation but the page's own menus."""
    extraction = read(f"<!doctype html><title>Minutes</title><nav>Home</nav>{page}".encode())
    kept = [extraction.text[block.start : block.end] for block in extraction.blocks if block.kind != "navigation"]
    assert [line for line in MINUTES if not any(line in words for words in kept)] == []
    assert "Home" not in kept


def test_html_comments_below_an_article_are_navigation() -> None:
    """What readers wrote is no part of the article; of a page of comments only it is the text."""
    comments = f"<div id='comments'><p>{PROSE.replace('Monday', 'Never')}</p></div>"
    article = "".join(f"<p>{PROSE.replace('Monday', day)}</p>" for day in ("Monday", "Tuesday", "Friday"))
    kinds = [kind for kind, _, _ in kinds_of(f"<article><h1>Bridge</h1>{article}</article>{comments}")]
    assert kinds == ["heading", "prose", "prose", "prose", "navigation"]
    assert [kind for kind, _, _ in kinds_of(comments * 3)] == ["prose"] * 3


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Bridge must wait | The Daily</title>", "<h1>Bridge must wait</h1>", "Bridge must wait"),
        ("<title>The Daily</title>", "<h1>Bridge must wait</h1>", "Bridge must wait"),
        ("<title>The Daily</title><meta property=og:title content='A bridge'>", "", "A bridge"),
        ("<title>A bridge - Town</title><meta property='og:site_name' content='Town'>", "", "A bridge"),
        ("<title>Act 5 – Schedule</title>", "", "Act 5 – Schedule"),
        ("", "", None),
    ],
)
def test_html_title_is_the_texts_own(head: str, body: str, title: str | None) -> None:
    """The heading comes before the page's name, and that without the site's."""
    assert read(f"<!doctype html>{head}<body>{body}<p>{PROSE}</p>".encode()).title == title


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ("<html lang='de-AT'>", "de-AT"),
        ("<html xml:lang='fr'>", "fr"),
        ("<meta http-equiv='Content-Language' content='es'>", "es"),
        ("<meta property='og:locale' content='en_GB'>", "en_GB"),
        ("<html lang='{{ lang }}'>", None),
        ("", None),
    ],
)
def test_html_declared_language(page: str, language: str | None) -> None:
    """A page says its language in several ways, and a template that was not filled in says none."""
    assert read(f"{page}<p>Word</p>".encode()).language == language


def test_html_frames_are_named() -> None:
    """A page that only frames others says which."""
    with pytest.raises(UnreadableFileError, match=r"only frames for other pages: menu\.html, text\.html"):
        read(b"<html><frameset><frame src='menu.html'><frame src='text.html'></frameset></html>")


def test_html_page_saved_with_its_parts_is_read() -> None:
    """The page is found in a browser's MHTML, in the encoding that its part declares."""
    page = "<html><head><title>Bridge</title></head><body><h1>Bridge</h1><p>Café.</p></body></html>"
    data = (
        b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html";\r\n'
        b'\tboundary="b"\r\n\r\n--b\r\nContent-Type: text/css\r\n\r\np { }\r\n'
        b"--b\r\nContent-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + page.encode("cp1252").replace(b"\xe9", b"=E9")
        + b"\r\n--b--\r\n"
    )
    assert read(data).text == "Bridge\n\nCafé."
    with pytest.raises(UnreadableFileError, match="a saved page without the page"):
        read(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b--\r\n")


TAGS = (
    *("p", "div", "li", "h2", "td", "tr", "table", "b", "pre", "nav", "br", "blockquote", "th", "caption", "q", "ul"),
    *("dl", "dt", "dd", "details", "summary", "sup", "a", "thead", "main", "article", "aside", "noscript", "math"),
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["word ", "A sentence. ", "&#27;", "&nbsp;", "é", "\n", "<!-- x -->", "|"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_html_blocks_are_the_text(pieces: list[str]) -> None:
    """The blocks, joined by blank lines, are the text, and none has a blank end."""
    extraction = read("".join(pieces).encode())
    words = [extraction.text[block.start : block.end] for block in extraction.blocks]
    assert "\n\n".join(words) == extraction.text
    assert all(word == word.strip() != "" for word in words)


def test_html_menu_is_not_kept_for_the_headings_it_names() -> None:
    """A link of the navigation with a heading's very words stays navigation; the heading stays a heading."""
    prose = "<p>The harbour board met every month of that year and kept its minutes in a ledger that survived.</p>"
    menu = "<nav><ul><li><a href='#w'>Who keeps the long watch</a></li></ul></nav>"
    head = "<h2>Who keeps the long watch</h2>"
    article = f"<article><h1>The harbour</h1>{prose}{prose}{head}{prose}</article>"
    page = f"<!doctype html><title>The harbour</title><body>{menu}{article}"
    extraction = read(page.encode())
    kinds = [block.kind for block in extraction.blocks if extraction.text[block.start : block.end].startswith("Who")]
    assert kinds == ["navigation", "heading"]
