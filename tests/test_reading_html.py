"""An HTML page becomes the blocks a reader sees, the article apart from what stands around it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.html import read

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
        ("row", 0, "Year | Sum"),
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


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "table><tr><td", "b", "ul><li"])
def test_html_twenty_thousand_nested_elements(tag: str) -> None:
    """Nesting beyond any recursion is one paragraph, soon."""
    began = time.perf_counter()
    extraction = read((f"<{tag}>" * 20_000 + "the bottom").encode())
    assert extraction.text == "the bottom"
    assert time.perf_counter() - began < 30


def test_html_without_text_has_no_blocks() -> None:
    """An empty page and one of scripts hold no block."""
    assert read(b"<html><body><script>x</script></body></html>").blocks == ()
    assert read(b"<html></html>").blocks == ()


TAGS = ("p", "div", "li", "h2", "td", "tr", "table", "b", "pre", "nav", "br", "blockquote", "th", "caption", "q", "ul")
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
