"""Exported answers and conversations: what they say, and that nothing of a document acts in them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from evaluation_answers import answer, entry, passage
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring
from markdown_it import MarkdownIt

from index import Document, PageSpan, Paragraph, UnknownDocumentError
from qa.answer import SHOWN, Answer, Citation, Entry, one_line
from qa.export import Conversation, Exchange, answer_as_markdown, conversation_as_html, conversation_as_markdown
from qa.export.conversation import EXCERPT
from qa.export.markdown import inert
from qa.export.page import pieces
from qa.export.sources import CONTEXT, GONE, MOVED, shown, sources

SHA256 = "0123456789ab" + "c" * 52
ASKED = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)
TEXT = "Of the pier.\n\nThe pier was built in 1931. It is of wood.\n\nA storm took it in 1952."
SECOND = TEXT.index("The pier")
THIRD = TEXT.index("A storm")
DOCUMENT = Document(
    SHA256,
    "works/pier.pdf",
    "The pier",
    "Ada Holm",
    "1960-05",
    TEXT,
    (
        Paragraph(1, 0, 12, pages=(PageSpan(2, 0, 12),)),
        Paragraph(2, SECOND, THIRD - 2, pages=(PageSpan(3, SECOND, THIRD - 2),)),
        Paragraph(3, THIRD, len(TEXT), pages=(PageSpan(4, THIRD, len(TEXT), "p. iv (page 4)"),)),
    ),
    language="en",
)
FRAGMENTS = (
    "http://", "https://a.example/", "www.", "a@b.co", ".com", "//localhost", "mailto:", "ftp:", "<b>", "</p>", "<!--",
    "<script>alert(1)</script>", "](x)", "![", "[1]: /url", "[^1]", "**", "__", "`", "```", "&amp;", "&#35;", "\\",
    "\n", "\n\n", "    ", "\t", "#", "- ", "+ ", "1. ", "12)", "===", "---", "...", "|", "~~", "$x$", "^", ":smile:",
    "\u202e", "\u2066", "\x1b[1m", "\x00", "\ud800", "\u200d", "\u3000", "\u0301", "“", "”", "’", "。", "(", ")", "\"",
    "'", " ", "x", "é", "是", "7", "©", "€", "{{ x }}", "{% x %}", "${x}", "{#a .b}", "%",
)  # fmt: skip
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=8).map("".join)
visible = hostile.filter(lambda text: bool(text.split()))


def cite(quote: str, marked: str = "", **others: object) -> Citation:
    """Cite a quotation from the second paragraph of the document about the pier."""
    start = SECOND + max(TEXT[SECOND:].find(quote), 0)
    fields: dict[str, object] = {
        "source": "works/pier.pdf", "title": "The pier", "sha256": SHA256, "page": 3, "page_name": None, "paragraph": 2,
        "start": start, "end": start + len(quote), "quote": quote,
    }  # fmt: skip
    if marked:
        first = quote.index(marked)
        fields |= {"answer_start": first, "answer_end": first + len(marked)}
    return Citation(**(fields | others))  # type: ignore[arg-type]


BUILT = cite("The pier was built in 1931.", "in 1931")
LOG = cite("They built it in 1931!", "in 1931", source="log.txt", title=None, sha256="f" * 64, page=None)
FOUND = Answer(
    "When was the pier built?", True, "", (Entry((BUILT, LOG), 0.82),), (), 0.82, (), ("a_b.pdf was not read.",)
)
SILENT = replace(
    answer("Who owns *the* pier?", (passage("a.txt", "No owner is named."), passage("b.txt", "x " * 300)), (), 0.1),
    missing=("owns",),
)


def conversation(*exchanges: Exchange) -> Conversation:
    """Give a conversation about the papers."""
    return Conversation("pier & papers", 1204, ASKED + timedelta(minutes=30), exchanges)


THREE = conversation(
    Exchange(FOUND.question, ASKED, FOUND),
    Exchange(SILENT.question, ASKED, SILENT, documents=("a.txt", "b_c.txt")),
    Exchange("And then?", ASKED, None, "Stopped before an answer was found."),
    Exchange("When, again?", datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=1))), FOUND),
)


class Rendered(HTMLParser):
    """The elements of a page, and the text of each block in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = [""]
        self.feed(html)
        self.close()
        self.texts = [text for text in self.texts if text.strip("\n")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; those of our own Markdown have no attributes."""
        self.tags.append(f"{tag} {attrs}" if attrs else tag)
        if tag in ("p", "h1", "h2"):
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if tag in ("p", "h1", "h2"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.texts[-1] += data

    def handle_comment(self, data: str) -> None:
        """Note what no text of ours has."""
        self.tags.append("comment")


def render(markdown: str, preset: str = "gfm-like") -> Rendered:
    """Render Markdown as readers do that obey most: HTML is let through and addresses become links."""
    renderer = MarkdownIt(preset, {"html": True, "linkify": preset == "gfm-like", "typographer": False})
    return Rendered(renderer.render(markdown))


def test_answer_as_markdown_quotes_and_cites() -> None:
    """The question, the quotation with the answer's words bold, how sure, warnings; then each numbered place."""
    assert answer_as_markdown(FOUND) == (
        "**When was the pier built?**\n\n"
        "> “The pier was built **in 1931**.” \\[1\\], also \\[2\\]\n>\n> Likely (82%)\n\n"
        "**Note:** a\\_b\\.pdf was not read.\n\n"
        "Sources:\n\n"
        "\\[1\\] The pier, works/pier\\.pdf, p. 3, ¶ 2, characters 14 to 41, SHA-256 0123456789ab…\n\n"
        "\\[2\\] log\\.txt, ¶ 2, characters 14 to 36, SHA-256 ffffffffffff…: “They built it **in 1931**!”\n"
    )


def test_answer_as_markdown_keeps_further_quotations_apart() -> None:
    """What the page shows only on demand comes after a line that says so, and is cited as the rest is."""
    lines = [passage("a.txt", f"Line {n}.", n) for n in range(1, SHOWN + 3)]
    made = answer("Which lines?", lines, [entry(one, None, 0.5) for one in lines], 0.5)
    texts = render(answer_as_markdown(made)).texts
    assert [t for t in texts if t.startswith(("“", "Further"))] == [
        *(f"“Line {n}.” [{n}]" for n in range(1, SHOWN + 1)),
        "Further quotations, less likely to answer:",
        "“Line 6.” [6]",
        "“Line 7.” [7]",
    ]
    assert sum(text.startswith("[") for text in texts) == SHOWN + 2


def test_answer_as_markdown_says_that_there_is_none() -> None:
    """Where the documents do not say: that sentence, what occurs nowhere, and passages that are called no answer."""
    rendered = render(answer_as_markdown(SILENT))
    start, end = "SHA-256 000000000000…", f"{'x ' * (EXCERPT // 2 - 1)}x …"
    assert rendered.texts == [
        "Who owns *the* pier?",
        "The documents do not say.",
        "Nowhere in the documents asked: “owns”.",
        "These passages come nearest to the question. They are no answer:",
        "“No owner is named.”",
        f"a.txt, ¶ 1, characters 0 to 18, {start}",
        f"“{end}”",
        f"b.txt, ¶ 1, characters 0 to 600, {start}",
    ]
    assert rendered.tags == ["p", "strong", "p", "strong", "p", "p", *["blockquote", "p", "p"] * 2]
    said = replace(SILENT, text="The documents do not say. “owns” occurs nowhere in them.", passages=())
    assert render(answer_as_markdown(said)).texts == [SILENT.question, said.text]


def test_conversation_as_markdown_numbers_all_of_it() -> None:
    """Folder, documents and moment at the head; numbers go on from answer to answer; what was not answered says so."""
    rendered = render(conversation_as_markdown(THREE))
    assert rendered.texts[:2] == ["Questions to pier & papers", "1,204 documents · 2026-11-22, 09:44 UTC"]
    assert "Asked 2026-11-22, 09:14 UTC, looking only in a.txt, b_c.txt" in rendered.texts
    assert "Asked 2026-11-22, 09:30 UTC+01:00" in rendered.texts
    at = rendered.texts.index("And then?")
    assert rendered.texts[at + 2 : at + 4] == ["No answer: Stopped before an answer was found.", "When, again?"]
    assert [text[:3] for text in rendered.texts if text.startswith("[")] == ["[1]", "[2]", "[3]", "[4]"]
    assert "“The pier was built in 1931.” [3], also [4]" in rendered.texts
    assert [tag for tag in rendered.tags if tag.startswith("h")] == ["h1", "h2", "h2", "h2", "h2"]


@settings(deadline=None)
@given(visible)
@pytest.mark.parametrize("preset", ["commonmark", "gfm-like"])
def test_inert_text_renders_as_its_characters(preset: str, text: str) -> None:
    """Whatever a text holds, at the start of a line, within one and in a heading, its very characters are shown."""
    written = inert(text)
    rendered = render(f"{written}\n\n## {written}\n\nA {written} z\n\n> {written}", preset)
    assert rendered.texts == [one_line(text), one_line(text), f"A {one_line(text)} z", one_line(text)]
    assert rendered.tags == ["p", "h2", "p", "blockquote", "p"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It cost 3.5 %, at 12:30.", "It cost 3.5 %, at 12:30."),
        ("a_b.pdf", "a\\_b\\.pdf"),
        ("See http://a.example.", "See http\\:\\//a\\.example."),
        ("1. First", "1\\. First"),
        ("- \u202eA < B & C", "\\- \\\\u202eA &lt; B &amp; C"),
    ],
)
def test_inert_text_stays_readable(text: str, written: str) -> None:
    """What no renderer takes for markup is left as it is."""
    assert inert(text) == written


@settings(deadline=None)
@given(visible, visible, hostile, st.data())
def test_answer_as_markdown_shows_hostile_documents_as_text(
    quote: str, source: str, title: str, data: st.DataObject
) -> None:
    """A question, quotation, title, file or warning of any characters renders to these; the only markup is ours."""
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    citation = Citation(source, title, SHA256, None, source, 1, 0, len(quote), quote, (), None, start, end)
    made = Answer(source, True, "", (Entry((citation,), 0.5),), (), 0.5, (), (quote,))
    rendered = render(answer_as_markdown(made))
    head = f"[1] {one_line(title)}, " if one_line(title) else "[1] "
    assert rendered.texts == [
        one_line(source),
        f"“{one_line(quote)}” [1]",
        "Possible (50%)",
        f"Note: {one_line(quote)}",
        "Sources:",
        f"{head}{citation.place}, characters 0 to {len(quote)}, SHA-256 0123456789ab…",
    ]
    marked = ["strong"] if quote[start:end].strip() else []
    assert rendered.tags == ["p", "strong", "blockquote", "p", *marked, "p", "p", "strong", "p", "p"]


def test_marked_words_are_bold_where_asterisks_would_not_make_them_so() -> None:
    """Beside letters, and for words that begin or end with a sign, HTML takes the place of the asterisks."""
    for quote, marked, written in (
        ("Costs(1931)rose", "(1931)", "Costs<strong>(1931)</strong>rose"),
        ("Costs (1931) rose", "(1931)", "Costs **(1931)** rose"),
        ("uncertainty", "certain", "un**certain**ty"),
    ):
        made = answer_as_markdown(replace(FOUND, entries=(Entry((cite(quote, marked),), 0.9),)))
        assert f"> “{written}” \\[1\\]" in made
        assert render(made).tags[:5] == ["p", "strong", "blockquote", "p", "strong"]


def page_of(made: Conversation, documents: tuple[Document, ...] = (DOCUMENT,)) -> str:
    """Write a conversation as a page, with these documents in the folder."""
    by_id = {document.id: document for document in documents}

    def document(name: str) -> Document:
        if name not in by_id:
            raise UnknownDocumentError(name)
        return by_id[name]

    return conversation_as_html(made, document)


def tidy(element: HtmlElement) -> str:
    """Give the text of an element with each run of white space as a blank."""
    return " ".join(element.text_content().split())


def test_conversation_as_html_shows_questions_answers_and_refusals() -> None:
    """The folder, each question with when it was asked and of what, its quotations, or that there is no answer."""
    page = document_fromstring(page_of(THREE))
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == "Questions to pier & papers, 2026-11-22, 09:44 UTC"
    assert tidy(page.find(".//h1")) == "Questions to pier & papers"
    assert [tidy(each) for each in page.xpath("//nav//a")] == [one.question for one in THREE.exchanges]
    first, second, third, _ = page.find_class("exchange")
    assert tidy(first) == (
        "When was the pier built? Asked 2026-11-22, 09:14 UTC “The pier was built in 1931.” [1] Likely (82%) The pier "
        "works/pier.pdf, p. 3, ¶ 2 The same answer in: “They built it in 1931!” [2] log.txt, ¶ 2 "
        "Note: a_b.pdf was not read."
    )
    assert [each.text for each in first.iter("strong")] == ["in 1931", "in 1931"]
    assert tidy(second).startswith(
        "Who owns *the* pier? Asked 2026-11-22, 09:14 UTC, looking only in a.txt, b_c.txt The documents do not say. "
        "Nowhere in the documents asked: “owns”. These passages come nearest to the question. They are no answer: "
        "“No owner is named.” a.txt, ¶ 1"
    )
    assert list(second.iter("a")) == []
    assert tidy(third) == "And then? Asked 2026-11-22, 09:14 UTC No answer: Stopped before an answer was found."


def test_conversation_as_html_shows_each_quotation_in_its_source() -> None:
    """A document once, with file, author, date and checksum; its paragraph marked, between its neighbours."""
    pier, log = document_fromstring(page_of(THREE)).xpath("//article")
    assert [tidy(each) for each in pier.iter("dt", "dd")] == [
        "File", "works/pier.pdf", "Author", "Ada Holm", "Date", "1960-05", "SHA-256", SHA256,
    ]  # fmt: skip
    assert [tidy(each) for each in pier.iter("h4")] == ["[1] [3] p. 3, ¶ 2, characters 14 to 41"]
    assert [tidy(each) for each in pier.find_class("paragraph")] == [
        "¶ 1, p. 2 Of the pier.",
        "¶ 2 The pier was built in 1931. It is of wood.",
        "¶ 3, p. iv (page 4) A storm took it in 1952.",
    ]
    assert pier.find_class("text")[0].get("lang") == "en"
    (mark,) = pier.iter("mark")
    assert (mark.text, mark[0].text, mark[0].tail) == ("The pier was built ", "in 1931", ".")
    assert tidy(log) == (
        f"log.txt File log.txt SHA-256 {'f' * 64} {GONE} [2] [4] ¶ 2, characters 14 to 36 ¶ 2 They built it in 1931!"
    )


def test_conversation_as_html_names_copies_and_keeps_further_quotations_apart() -> None:
    """Files that hold the same words are named under one quotation; beyond five entries a line parts the rest."""
    copy = replace(BUILT, source="copy.txt", sha256="e" * 64, title=None)
    first = Entry((BUILT, copy), 0.9)
    others = [Entry((cite(f"Line {n}."),), 0.5) for n in range(2, SHOWN + 2)]
    made = replace(FOUND, entries=(first, *others), warnings=())
    (only,) = document_fromstring(page_of(conversation(Exchange("When?", ASKED, made)))).find_class("exchange")
    quoted = [tidy(each) for each in only.iter("p", "blockquote")]
    assert quoted[1] == (
        "“The pier was built in 1931.” [1] [2] Likely (90%) The pier works/pier.pdf, p. 3, ¶ 2 "
        "Word for word also in: copy.txt, p. 3, ¶ 2"
    )
    assert [text for text in quoted if text.startswith(("“Line", "Further")) and "Possible" not in text] == [
        *(f"“Line {n}.” [{n + 1}]" for n in range(2, SHOWN + 1)),
        "Further quotations, less likely to answer:",
        f"“Line {SHOWN + 1}.” [{SHOWN + 2}]",
    ]


def test_conversation_as_html_says_where_a_text_has_changed() -> None:
    """A quotation that does not stand at its place any more is kept, and not shown as part of another paragraph."""
    changed = replace(DOCUMENT, text=TEXT.replace("built", "burnt"))
    (pier, _) = document_fromstring(page_of(THREE, (changed,))).xpath("//article")
    assert [tidy(each) for each in pier.find_class("paragraph")] == ["¶ 2 The pier was built in 1931."]
    assert [tidy(each) for each in pier.find_class("note")] == [MOVED]


def test_sources_cut_long_neighbours_on_the_far_side() -> None:
    """Of a long paragraph before or after the cited one, the part that is near to it is shown."""
    text = f"{'a' * 2000}b\nThe pier.\nc{'d' * 2000}"
    at = text.index("The")
    document = replace(
        DOCUMENT,
        text=text,
        paragraphs=(Paragraph(1, 0, at - 1), Paragraph(2, at, at + 9), Paragraph(3, at + 10, len(text))),
    )
    citation = cite("The pier.", start=at, end=at + 9)
    ((excerpt,),) = (source.excerpts for source in sources([(1, citation)], lambda _: document))
    assert excerpt.above is not None
    assert excerpt.above.text == f"… {'a' * (CONTEXT - 1)}b"
    assert excerpt.below is not None
    assert excerpt.below.text == f"c{'d' * (CONTEXT - 1)} …"


def check_alone(html: str) -> HtmlElement:
    """Check that a page runs nothing, asks nothing of any place, and links only to what is in it; gives it parsed."""
    page = document_fromstring(html)
    tags = {str(each.tag) for each in page.iter()}
    assert tags <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "h4", "p", "time", "nav",
        "ol", "li", "a", "section", "bdi", "blockquote", "strong", "b", "div", "article", "dl", "dt", "dd", "span",
        "mark",
    }  # fmt: skip
    names = [each.get("id") for each in page.iter() if each.get("id")]
    assert len(names) == len(set(names))
    for each in page.iter():
        assert set(each.attrib) <= {
            "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "title", "datetime", "dir",
            "aria-label",
        }  # fmt: skip
        if each.get("href") is not None:
            assert each.get("href", "")[0] == "#"
            assert each.get("href", "")[1:] in names
    style = page.findtext(".//style") or ""
    assert re.findall(r"url\(|@import|expression|</", style) == []
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert [each.get("content") for each in page.iter("meta") if each.get("http-equiv")] == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    return page


def test_conversation_as_html_runs_and_loads_nothing() -> None:
    """No script, no address but places in the page, each of which is there; and a policy that would forbid the rest."""
    html = page_of(THREE)
    assert html.startswith("<!doctype html>\n")
    page = check_alone(html)
    assert [each.get("href") for each in page.find_class("number")] == [
        "#s1", "#s2", "#s3", "#s4", "#c1", "#c3", "#c2", "#c4",
    ]  # fmt: skip
    check_alone(page_of(conversation()))


@settings(deadline=None)
@given(visible, visible, hostile, st.data())
def test_conversation_as_html_shows_hostile_documents_as_text(
    quote: str, source: str, title: str, data: st.DataObject
) -> None:
    """A text of any characters in any place stays text, and the quotation and its answer are marked exactly."""
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    text = f"{title}{quote}{source}"
    document = Document(SHA256, source, title, title, source, text, (Paragraph(1, 0, len(text)),), language="de")
    place = (len(title), len(title) + len(quote))
    citation = Citation(source, title, SHA256, None, source, 1, *place, quote, (quote,), None, start, end)
    found = Answer(source, True, "", (Entry((citation,), 0.5),), (), 0.5, (), (quote,))
    silent = replace(SILENT, text=quote, missing=(source,), passages=(passage(source, quote),))
    made = Conversation(
        source,
        1,
        ASKED,
        (
            Exchange(source, ASKED, found, documents=(source,)),
            Exchange(quote, ASKED, silent),
            Exchange(quote, ASKED, None, quote),
        ),
    )
    html = page_of(made, (document,))
    check_alone(html)
    parsed = Marks(html)
    assert parsed.marks == [(shown(quote), shown(quote[start:end].strip()))]
    assert parsed.text.count(f"“{one_line(quote)}”") >= 2
    assert not set("\x00\x1b\u202e\u2066\ud800") & set(html)


class Marks(HTMLParser):
    """All text of a page, and of each mark its text and the text of what is strong in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.marks: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.open.append(tag)
        if tag == "mark":
            self.marks.append(("", ""))

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data
        if "mark" in self.open:
            text, strong = self.marks[-1]
            self.marks[-1] = (text + data, strong + data if "strong" in self.open else strong)


@settings(deadline=None)
@given(visible, st.data())
def test_pieces_join_to_the_quotation_on_one_line(quote: str, data: st.DataObject) -> None:
    """The three pieces of a quotation make up what `one_line` makes of it."""
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    citation = replace(BUILT, quote=quote, answer_start=start, answer_end=end)
    assert "".join(pieces(citation)) == one_line(quote)
    assert pieces(citation)[1] == one_line(quote[start:end])
