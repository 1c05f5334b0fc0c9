"""The chat page, asked by HTTP and driven in a real browser. Run as a script, it serves the same page until stopped."""

from __future__ import annotations

import hashlib
import html
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import httpx
import pytest
from browser import LAST, ask, mark_is_visible, overflow, phone
from hypothesis import given
from hypothesis import strategies as st
from serving import serving

import ui
from index.documents import Document, DocumentSummary, PageSpan, Paragraph, Part, ReadingReport
from index.errors import AskfolderError, UnknownDocumentError
from qa.answer import SHOWN, Answer, Citation, Entry, Passage
from qa.page.inert import inert, seen
from qa.page.words import ENGLISH
from qa.service.serving import DEFAULT_PORT, PORTS_TRIED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Page

    from qa.folder import Folder

DREDGING = "The parties share the cost of dredging in equal halves."
HALVES = "in equal halves"
CLERK = "The clerk reported that dredging began on 12 February 1988."
KEPT = "kept in the room above the chandler's shop"
HOSTILE = (
    "<img src=x onerror=\"window.ran='img'\"><script>window.ran='script'</script><style>body{display:none}</style>"
    "<form action=//elsewhere.invalid><input autofocus></form><iframe src=//elsewhere.invalid></iframe> "
    "![image](http://elsewhere.invalid/a.png) [link](javascript:alert(1)) <http://elsewhere.invalid> "
    "www.elsewhere.invalid ${alert(1)} ${window.ran} {{value}} {{{value}}} `code` *star* _line_ ~~gone~~ | cell | "
    "$$x$$ \\(x\\) \\u \\ # &lt;b&gt; &#60;b&#62; \x1b[31mred\x1b[0m \u202etfel\u202c \u2067apart\u2069 a@b.invalid"
)
HOSTILE_TITLE = "</script><script>alert(2)</script><b onclick=alert(3)>Title</b> ${alert(4)} \u202egpj.exe"
HOSTILE_ANSWER = HOSTILE[HOSTILE.index("<script>") : HOSTILE.index(" _line_")]
FOLDER_NAME = "Harbour & <b>pier ${alert(5)}"

PAYS = "Who pays for dredging?"
UNKNOWN = "What colour was the bicycle?"
SILENCE = "The documents do not say. “bicycle” occurs nowhere in them."
WHERE = "Where are the entries kept?"
HELLO = "Hello!"
WELCOME = "Hello. Ask me what <i>these</i> documents say."
EVIL = "What does the <img src=x onerror=alert(6)> hostile page say?"
REFUSED = "Why is this refused?"
FAULTY = "Why does this fail?"
SLOW = "Why does this take so long?"


def shown(text: str) -> str:
    """Give a text without the control characters that the page leaves out."""
    return re.sub("[\x1b\u202e\u202c\u2067\u2069]", "", text)


def make_document(source: str, title: str | None, texts: Sequence[str], *, paged: bool = False) -> Document:
    """Make a document of paragraphs, three to a page; a text that begins with "# " is a heading, as in Markdown."""
    text = ""
    paragraphs: list[Paragraph] = []
    parts: list[Part] = []
    for written in texts:
        start = len(text) + (2 if written.startswith("# ") else 0)
        text += written
        if written.startswith("# "):
            parts.append(Part("heading", start, len(text)))
        else:
            pages = (PageSpan(len(paragraphs) // 3 + 1, start, len(text)),) if paged else ()
            paragraphs.append(Paragraph(len(paragraphs) + 1, start, len(text), pages=pages))
        text += "\n\n\n\n"
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    author, date = ("Harbour Commission", "1987-05-14") if paged else (None, None)
    return Document(sha256, source, title, author, date, text, tuple(paragraphs), tuple(parts))


FILLER = [
    f"Entry {n} of the ledger, kept in the room above the chandler's shop." + " Nothing was owed." * 12
    for n in range(1, 31)
]
TREATY = make_document(
    "treaties/harbour.pdf",
    "Treaty on the Shared Harbour",
    [
        *FILLER[:10],
        "# Article 7. Cost",
        f"{DREDGING} Either may begin when the pier has less than 5.2 metres.",
        *FILLER,
    ],
    paged=True,
)
MINUTES = make_document("minutes/1988-03.md", "Minutes of March 1988", [*FILLER[:5], CLERK, *FILLER])
WEB_PAGE = make_document("web/<i>page</i>.html", HOSTILE_TITLE, [*FILLER[:8], HOSTILE, *FILLER[:8]])
DOCUMENTS = (TREATY, MINUTES, WEB_PAGE)


def cite(document: Document, quote: str, answer: str = "") -> Citation:
    """Cite a quotation in a document where it first stands, with the words that answer marked in it."""
    start = document.text.index(quote)
    paragraph = next(p for p in document.paragraphs if p.start <= start < p.end)
    start -= paragraph.start
    first = start + quote.index(answer)
    marked = (first, first + len(answer)) if answer else None
    return passage_of(document, paragraph).cite(start, start + len(quote), marked)


def passage_of(document: Document, paragraph: Paragraph) -> Passage:
    """Give a paragraph as a passage."""
    return Passage(
        text=document.text[paragraph.start : paragraph.end],
        source=document.source,
        title=document.title,
        sha256=document.id,
        page=paragraph.pages[0].page if paragraph.pages else None,
        paragraph=paragraph.number,
        start=paragraph.start,
        end=paragraph.end,
        headings=paragraph.headings,
        score=0.2,
        dense=0.1,
        words=None,
        pages=paragraph.pages,
        ocr=paragraph.ocr,
    )


def first_passages(documents: Sequence[Document]) -> tuple[Passage, ...]:
    """Give the first paragraph of each document as a passage."""
    return tuple(passage_of(document, document.paragraphs[0]) for document in documents)


LINES = [filler.split(". ")[0] + "." for filler in FILLER]
ENTRIES = {
    PAYS: (Entry((cite(TREATY, DREDGING, HALVES),), 0.97), Entry((cite(MINUTES, CLERK),), 0.4)),
    EVIL: (Entry((cite(WEB_PAGE, HOSTILE, HOSTILE_ANSWER),), 0.6),),
    WHERE: (
        Entry((cite(TREATY, LINES[0], KEPT), cite(TREATY, LINES[1], KEPT), cite(MINUTES, LINES[0], KEPT)), 0.9),
        *(Entry((cite(TREATY, line, KEPT),), 0.5) for line in LINES[2 : SHOWN + 3]),
    ),
}


def summary_of(document: Document) -> DocumentSummary:
    """Give a document without its text."""
    return DocumentSummary(
        id=document.id,
        source=document.source,
        copies=(),
        kind=document.source.rsplit(".", 1)[-1],
        title=document.title,
        author=document.author,
        date=document.date,
        language=None,
        page_count=None,
        paragraph_count=len(document.paragraphs),
        report=ReadingReport(),
    )


@dataclass(frozen=True, slots=True)
class Index:
    """What the page knows of the index: where it is, and that it never changes."""

    path: Path

    def version(self) -> str:
        """Name its one state."""
        return "1"


class Askable(Protocol):
    """What the page calls of a folder."""

    @property
    def path(self) -> Path: ...  # noqa: D102
    @property
    def index(self) -> Index: ...  # noqa: D102
    def documents(self) -> tuple[DocumentSummary, ...]: ...  # noqa: D102
    def unread(self) -> tuple[()]: ...  # noqa: D102
    def uploads(self) -> tuple[()]: ...  # noqa: D102
    def document(self, source_or_id: str) -> Document: ...  # noqa: D102
    def ask(  # noqa: D102
        self, question: str, documents: Sequence[str] | None = None, *, report_reading: Callable[[int], None] = ...
    ) -> Answer: ...


class Ledger:
    """A folder of three documents with an answer for each question of these tests."""

    path = Path("/home/ana") / FOLDER_NAME

    def __init__(self, place: Path = Path()) -> None:
        self.go_on = threading.Event()
        self.index = Index(place)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Give the three documents."""
        return tuple(map(summary_of, DOCUMENTS))

    def unread(self) -> tuple[()]:
        """Say that all files were read."""
        return ()

    def uploads(self) -> tuple[()]:
        """Say that none was handed over."""
        return ()

    def document(self, source_or_id: str) -> Document:
        """Give the document of that id."""
        for each in DOCUMENTS:
            if each.id == source_or_id:
                return each
        raise UnknownDocumentError(f"{source_or_id} is not in this folder.")

    def ask(
        self,
        question: str,
        documents: Sequence[str] | None = None,
        *,
        report_reading: Callable[[int], None] = lambda _: None,
    ) -> Answer:
        """Answer by the question's words alone."""
        chosen = [d for d in DOCUMENTS if documents is None or d.source in documents]
        if question == REFUSED:
            raise ValueError("The question has <b>too many</b> characters; ask one of at most 10.")
        if question == FAULTY:
            raise RuntimeError("a fault")
        if question == SLOW:
            report_reading(15)
            self.go_on.wait(10)
        if question == HELLO:
            return Answer(question, False, WELCOME, (), (), 0.0)
        sources = {d.source for d in chosen}
        entries = tuple(e for e in ENTRIES.get(question, ()) if sources.issuperset(c.source for c in e.citations))
        warnings = ("2 of 14 pages of <i>harbour.pdf</i> hold no text.",) if question == PAYS else ()
        missing = () if entries else ("bicycle",)
        text = "…" if entries else SILENCE
        return Answer(question, bool(entries), text, entries, first_passages(chosen), 0.5, missing, warnings)


def as_folder(ledger: Askable) -> Folder:
    """Call a stand-in a folder."""
    return cast("Folder", ledger)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Give the folder that the module's server serves."""
    return Ledger(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def address(ledger: Ledger) -> Iterator[str]:
    """Serve the page and give its address."""
    with serving(lambda: ui.make_app(as_folder(ledger), suggestions=[PAYS, EVIL, UNKNOWN])) as address:
        yield address


@pytest.fixture(scope="module")
def http(address: str) -> Iterator[httpx.Client]:
    """Give a client of the server."""
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


JUDGE = f"\u2003{ENGLISH.right}\u2003{ENGLISH.wrong}"
AGAIN = f"{ENGLISH.again}\u2003{ENGLISH.edit}"


def fragment(citation: Citation) -> str:
    """Give the address of a citation on the page."""
    address = f"#cite={citation.sha256}:{citation.start}:{citation.end}"
    if citation.answer_start is None or citation.answer_end is None:
        return address
    return f"{address}:{citation.start + citation.answer_start}:{citation.start + citation.answer_end}"


def test_page_answer_is_quotations_with_their_places(page: Page) -> None:
    """An answer quotes the documents, and says under each quotation how sure it is, and where it stands."""
    ask(page, PAYS)
    assert page.locator("#chat .user-row").all_inner_texts() == [PAYS]
    assert page.locator("#chat blockquote").all_inner_texts() == [
        f"“{DREDGING}”\u00a0[1]\n\nAlmost certain (97%){JUDGE}\n\nTreaty on the Shared Harbour\n"
        "treaties/harbour.pdf · page\u00a04 · paragraph\u00a011",
        f"“{CLERK}”\u00a0[2]\n\nPossible (40%){JUDGE}\n\nMinutes of March 1988\nminutes/1988-03.md · paragraph\u00a06",
    ]
    assert page.locator("#chat mark").all_inner_texts() == [HALVES]


def test_page_answer_names_every_place_that_says_it(page: Page) -> None:
    """An entry's further citations stand under it: those of the same words apart from those of another sentence."""
    ask(page, WHERE)
    lines = page.locator("#chat blockquote >> nth=0").locator("p").all_inner_texts()
    assert lines[0] == f"“{LINES[0]}”\u00a0[1]"
    assert lines[-2:] == [
        f"{ENGLISH.same_words} minutes/1988-03.md · paragraph\u00a01\u00a0[3]",
        f"{ENGLISH.other_words} treaties/harbour.pdf · page\u00a01 · paragraph\u00a02\u00a0[2]",
    ]
    page.click("#chat a:text-is('[2]')")
    assert page.inner_text("#viewer mark") == LINES[1]
    assert page.inner_text("#viewer mark strong") == KEPT


def test_page_shows_five_entries_and_the_rest_by_a_key(page: Page) -> None:
    """What goes beyond five entries opens by keyboard, keeps its numbers, and stays open at the next question."""
    ask(page, WHERE)
    quotations = page.locator("#chat blockquote:visible")
    assert quotations.count() == SHOWN
    page.locator("#chat summary").focus()
    assert page.inner_text("#chat summary") == "2 more quotations"
    page.keyboard.press("Enter")
    quotations.nth(SHOWN).wait_for()
    assert quotations.locator("p:first-child a").all_inner_texts() == ["[1]"] + [f"[{n}]" for n in range(4, 10)]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "[8]"
    ask(page, UNKNOWN)
    assert quotations.count() == SHOWN + 2


def test_page_explains_the_percentage_once(page: Page) -> None:
    """The first answer of a conversation says what its percentages are; later ones do not."""
    ask(page, UNKNOWN)
    for _ in range(2):
        ask(page, PAYS)
    first = page.locator("#chat .bot-row .md > p:first-child")
    assert first.all_inner_texts() == [SILENCE, f"{ENGLISH.verbatim} {ENGLISH.sure}", ENGLISH.verbatim]


def test_page_replies_to_empty_talk_with_its_text_alone(page: Page) -> None:
    """An answer that considered no passage is its text, with nothing of it obeyed."""
    ask(page, HELLO)
    assert page.inner_text(LAST) == f"{WELCOME}\n\n{AGAIN}"


def test_page_answer_shows_its_warnings(page: Page) -> None:
    """What may be missing from an answer is said under it, as text."""
    ask(page, PAYS)
    assert (
        page.locator(LAST).locator("p").nth(-2).inner_text()
        == "Note: 2 of 14 pages of <i>harbour.pdf</i> hold no text."
    )


def test_page_citation_opens_its_quotation_marked_and_visible(page: Page) -> None:
    """A click on a citation shows the quotation marked, in the visible part, with the place in the heading focused."""
    ask(page, PAYS)
    page.click('#chat a[href^="#cite="] >> nth=0')
    assert page.inner_text("#viewer mark") == DREDGING
    assert page.inner_text("#viewer mark strong") == HALVES
    assert mark_is_visible(page)
    assert page.evaluate("document.activeElement.innerText") == "Treaty on the Shared Harbour"
    assert page.inner_text(".viewer .facts") == "Harbour Commission · 1987-05-14"
    places = "treaties/harbour.pdf · page\u00a04 · paragraph\u00a011"
    assert page.inner_text("#viewer .where") == f"{places} · {ENGLISH.open_file}"
    assert page.evaluate("location.hash") == fragment(cite(TREATY, DREDGING, HALVES))


def test_page_source_numbers_paragraphs_and_tells_headings(page: Page) -> None:
    """The source shows headings as headings without their marks, and the cited paragraph bears its number."""
    ask(page, PAYS)
    page.click('#chat a[href^="#cite="] >> nth=0')
    page.wait_for_selector("#viewer mark")
    assert page.locator("#viewer h3").all_inner_texts() == ["Article 7. Cost"]
    assert "#" not in page.inner_text("#viewer .doc")
    assert page.locator("#viewer .cited").get_attribute("data-number") == "11"
    assert page.locator("#viewer .page").all_inner_texts()[:4] == [f"page\u00a0{n}" for n in (1, 2, 3, 4)]


def test_page_works_by_keyboard_alone(page: Page) -> None:
    """Tab reaches a citation, Enter opens it, and from the source Enter leads back to the citation."""
    ask(page, PAYS)
    page.locator("#q textarea").focus()
    wanted = fragment(cite(TREATY, DREDGING, HALVES))
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == wanted:
            break
    assert page.evaluate("document.activeElement.getAttribute('href')") == wanted
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert outline.endswith("solid 3px")
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewer mark")
    assert mark_is_visible(page)
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.innerText") == ENGLISH.back
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('href')") == fragment(cite(TREATY, DREDGING, HALVES))


@phone
def test_page_on_a_phone_works_by_touch_and_never_scrolls_sideways(page: Page) -> None:
    """At 390 pixels everything fits, and a tap brings the marked quotation into the window."""
    widths = [overflow(page)]
    ask(page, PAYS)
    widths.append(overflow(page))
    page.tap('#chat a[href^="#cite="] >> nth=1')
    page.wait_for_selector("#viewer mark")
    assert mark_is_visible(page)
    widths.append(overflow(page))
    ask(page, EVIL)
    page.tap('#chat a[href^="#cite="] >> nth=-1')
    page.wait_for_selector("#viewer mark")
    widths.append(overflow(page))
    assert widths == [0, 0, 0, 0]


def test_page_citation_address_can_be_opened_again(page: Page, address: str) -> None:
    """The address of a citation, with or without an answer, opens in a new tab, and in a tab that shows another."""
    page.goto("about:blank")
    page.goto(f"{address}/{fragment(cite(MINUTES, CLERK))}")
    assert page.inner_text("#viewer mark") == CLERK
    assert mark_is_visible(page)
    assert page.locator("#viewer mark strong").count() == 0
    page.evaluate("hash => { location.hash = hash; }", fragment(cite(TREATY, DREDGING, HALVES)))
    page.wait_for_selector(".viewer h2:has-text('Treaty')")
    assert page.inner_text("#viewer mark") == DREDGING
    assert page.inner_text("#viewer mark strong") == HALVES
    assert mark_is_visible(page)


def test_page_says_why_an_address_cannot_be_opened(page: Page) -> None:
    """An address of a document that is gone, or of no passage, gives a sentence."""
    reasons = {
        f"#cite={'0' * 64}:1:2": ENGLISH.not_here.format(folder=FOLDER_NAME),
        f"#cite={TREATY.id}:5:99999999": ENGLISH.no_passage,
        f"#cite={'2' * 64}:5:10:": ENGLISH.no_passage,
        f"#cite={'3' * 64}:5:10:4:9": ENGLISH.no_passage,
        f"#cite={'1' * 64}:7:7": ENGLISH.not_here.format(folder=FOLDER_NAME),
        "#cite=../../etc/passwd:1:2": ENGLISH.no_passage,
    }
    for fragment_of_nothing, reason in reasons.items():
        page.evaluate("hash => { location.hash = hash; }", fragment_of_nothing)
        page.wait_for_function("text => document.querySelector('#viewer [role=alert]')?.innerText === text", arg=reason)


def test_page_that_finds_no_answer_says_so_and_offers_the_nearest_passages(page: Page) -> None:
    """Without an answer the page says that the documents do not say, what is missing, and what is no answer."""
    ask(page, UNKNOWN)
    answer = page.locator(LAST)
    assert answer.locator("p").all_inner_texts()[:2] == [SILENCE, ENGLISH.nearest[1]]
    assert answer.locator("blockquote").count() == 0
    assert answer.locator("li a").all_inner_texts() == ["[1]", "[2]", "[3]"]
    answer.locator("li a").first.click()
    assert page.inner_text("#viewer mark") == FILLER[0]


def test_page_shows_hostile_text_and_runs_nothing_of_it(page: Page, address: str) -> None:
    """Markup, scripts, templates, entities and control characters of a document, its title and a question are text."""
    ask(page, EVIL)
    assert page.locator("#chat .user-row").all_inner_texts() == [EVIL]
    assert page.inner_text("#chat blockquote p >> nth=0") == f"“{shown(HOSTILE)}”\u00a0[1]"
    assert page.locator("#chat mark").all_inner_texts() == [shown(HOSTILE_ANSWER)]
    assert page.inner_text("#chat blockquote strong") == shown(HOSTILE_TITLE)
    assert page.locator("#chat blockquote a").all_inner_texts() == ["[1]", ENGLISH.right, ENGLISH.wrong]
    page.click('#chat a[href^="#cite="]')
    assert page.inner_text("#viewer mark") == shown(HOSTILE)
    assert page.inner_text("#viewer mark strong") == shown(HOSTILE_ANSWER)
    assert page.inner_text(".viewer h2") == shown(HOSTILE_TITLE)
    assert page.locator("#chat .message, .viewer").locator("img, script, style, form, input, iframe, b, i").count() == 0
    page.goto("about:blank")
    page.goto(f"{address}/{fragment(cite(WEB_PAGE, HOSTILE, HOSTILE_ANSWER))}")
    assert page.inner_text("#viewer mark") == shown(HOSTILE)
    page.wait_for_timeout(200)  # for what would load or run late


def test_page_header_names_the_folder_and_counts_it(page: Page) -> None:
    """The header gives the folder's name and path as text, and how much is in it."""
    assert page.inner_text("#header h1") == FOLDER_NAME
    count = sum(len(d.paragraphs) for d in DOCUMENTS)
    assert page.locator("#header span").all_inner_texts() == [f"3 documents · {count} paragraphs", str(Ledger.path)]
    assert page.title() == f"{FOLDER_NAME} · askfolder"


def test_page_asks_for_a_question_when_there_is_none(page: Page) -> None:
    """An empty question changes nothing but the line under it."""
    page.fill("#q textarea", "  ")
    page.press("#q textarea", "Enter")
    page.wait_for_selector("#hint .wanting")
    assert page.inner_text("#hint") == ENGLISH.no_question
    assert page.locator("#chat .message-row").count() == 0


def test_page_shows_an_error_as_a_sentence_of_the_conversation(page: Page) -> None:
    """The sentence of an error is the reply, as text; a fault is owned up to; both leave the page usable."""
    ask(page, REFUSED, until="#chat .bot-row:has-text('too many') >> nth=0")
    assert page.inner_text(LAST) == f"The question has <b>too many</b> characters; ask one of at most 10.\n\n{AGAIN}"
    ask(page, FAULTY, until=f"text={ENGLISH.failed}")
    ask(page, PAYS)
    assert page.locator("#chat blockquote").count() == 2


def test_page_suggested_question_is_asked_by_a_click(page: Page) -> None:
    """The suggestions stand at the beginning as text, and a click asks one."""
    assert page.locator("#chat .example").all_inner_texts() == [PAYS, EVIL, UNKNOWN]
    page.click("#chat .example >> nth=0")
    page.wait_for_selector("#chat blockquote")
    assert page.locator("#chat .user-row").all_inner_texts() == [PAYS]


def test_page_looks_only_in_the_chosen_documents(page: Page) -> None:
    """The documents whose boxes are ticked are all that is asked, and the page says so until all are asked again."""
    boxes = page.locator("#viewer .rows input")
    titles = ["Treaty on the Shared Harbour", "Minutes of March 1988", shown(HOSTILE_TITLE)]
    assert page.locator("#viewer .rows a").all_inner_texts() == titles
    boxes.nth(1).check()
    assert page.inner_text("#scope") == "Asking 1 document only. Ask all"
    ask(page, PAYS)
    assert page.locator("#chat blockquote p:first-child").all_inner_texts() == [f"“{CLERK}”\u00a0[1]"]
    page.click("#scope button")
    assert (page.inner_text("#scope"), boxes.nth(1).is_checked()) == ("", False)


def test_page_shows_that_it_searches_and_can_be_stopped(page: Page, ledger: Ledger) -> None:
    """While a question is answered the page says so; Stop ends it, and the late answer does not appear."""
    ledger.go_on.clear()
    ask(page, SLOW, until="#q .stop-button")
    page.wait_for_selector(f"{LAST} >> text=Reading 15 passages…")
    page.fill("#q textarea", PAYS)
    page.press("#q textarea", "Enter")  # one question at a time: this one waits in its box
    page.click("#q .stop-button")
    page.wait_for_selector("#q .submit-button")
    assert page.input_value("#q textarea") == PAYS
    assert page.locator("#chat .user-row").count() == 1
    page.press("#q textarea", "Enter")
    page.wait_for_selector("#chat blockquote")
    ledger.go_on.set()
    ask(page, UNKNOWN)
    replies = page.locator("#chat .bot-row")
    assert (replies.count(), replies.first.inner_text()) == (3, f"{ENGLISH.stopped}\n\n{AGAIN}")
    assert page.locator("#chat blockquote").count() == 2


def test_page_begins_a_new_conversation(page: Page) -> None:
    """A new conversation empties the chat, the source and the address, and waits for a question."""
    ask(page, PAYS)
    page.click('#chat a[href^="#cite="] >> nth=0')
    page.wait_for_selector("#viewer mark")
    page.click("#new")
    page.wait_for_selector("#chat .example")
    assert page.locator("#chat .message-row").count() == 0
    assert page.is_visible("#viewer .documents")
    assert not page.is_visible("#viewer .viewer")
    assert page.evaluate("location.hash") == ""
    assert page.evaluate("document.activeElement === document.querySelector('#q textarea')") is True


@pytest.mark.parametrize(
    ("page", "paper"),
    [({"color_scheme": "light"}, "rgb(246, 245, 241)"), ({"color_scheme": "dark"}, "rgb(20, 22, 25)")],
    indirect=["page"],
)
def test_page_follows_the_system_between_light_and_dark(page: Page, paper: str) -> None:
    """The page is light or dark as the system asks."""
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


@pytest.mark.parametrize("page", [{"reduced_motion": "reduce"}], indirect=True)
def test_page_keeps_still_for_those_who_ask_for_it(page: Page, ledger: Ledger) -> None:
    """Nothing is animated where the system asks for reduced motion."""
    ledger.go_on.clear()
    ask(page, SLOW, until="#q .stop-button")
    assert page.evaluate("getComputedStyle(document.querySelector('#chat em')).animationName") == "none"
    ledger.go_on.set()
    page.wait_for_selector("#q .submit-button")


def test_server_sends_security_headers_with_everything(http: httpx.Client) -> None:
    """Every response forbids other sites to frame, sniff or script it, refusals too."""
    for path, status in (("/", 200), ("/theme.css", 200), ("/nowhere", 404)):
        response = http.get(path)
        assert response.status_code == status
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")


@pytest.mark.parametrize(
    "host", ["elsewhere.invalid", "127.0.0.1.elsewhere.invalid", "localhost@elsewhere.invalid", ""]
)
def test_server_refuses_another_host_name(http: httpx.Client, host: str) -> None:
    """A page of elsewhere cannot reach the server under a name of its own."""
    assert http.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["http://elsewhere.invalid", "null", "http://127.0.0.1:1"])
def test_server_gives_nothing_to_another_origin(http: httpx.Client, origin: str) -> None:
    """A page of elsewhere may neither read a response nor send a question."""
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for response in (
        http.get("/config", headers=headers),
        http.options("/gradio_api/run/predict", headers=headers),
        http.post("/gradio_api/run/predict", headers=headers, json={"data": []}),
    ):
        assert not [name for name in response.headers if name.startswith("access-control-allow")]
    assert response.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["docs", "redoc", "api", "monitoring", "login", "robots.txt"]
    + [
        f"gradio_api/{name}"
        for name in ("info", "upload", "file=/etc/passwd", "file/etc/passwd", "openapi.json", "runs")
    ]
    + [
        f"gradio_api/{name}"
        for name in ("proxy=http://elsewhere.invalid", "stream/a", "call/ask", "api/predict", "mcp/")
    ]
    + ["gradio_api/deep_link", "gradio_api/queue/status", "static/%2e%2e/%2e%2e/config.json", "assets/..%2findex.html"],
)
def test_server_has_no_route_but_those_of_the_page(http: httpx.Client, path: str) -> None:
    """Uploads, files, proxies, descriptions and monitoring are not there."""
    assert http.get(f"/{path}").status_code in (404, 403)
    assert http.post(f"/{path}").status_code in (404, 405, 403)


def test_server_file_is_refused_through_every_input(http: httpx.Client) -> None:
    """No input takes a file of the server, as a message of the chat or as anything else."""
    config = http.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    # A state is kept by the server; what a client sends for it is ignored.
    proper: dict[str, Any] = {"textbox": PAYS, "json": [], "state": None}
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    message = {"role": "user", "content": [{"type": "file", "file": file}]}
    statuses: dict[tuple[str, str], set[int]] = {}
    for event in config["dependencies"]:
        inputs = [kinds[name] for name in event["inputs"]]
        for place, kind in enumerate(inputs):
            for path in ("run/predict", "queue/join"):
                data: list[Any] = [proper[each] for each in inputs]
                data[place] = [file, message]
                asked = {"data": data, "fn_index": event["id"], "session_hash": "file", "event_data": None}
                response = http.post(f"/gradio_api/{path}", json=asked)
                assert "root:" not in response.text
                statuses.setdefault((kind, path), set()).add(response.status_code)
    assert {kind for kind, _ in statuses} == {"textbox", "json", "state"}  # the chat is no input of any event
    assert statuses["textbox", "run/predict"] == statuses["json", "run/predict"] == {500}
    assert http.get("/gradio_api/file=/etc/passwd").status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        None,
        "x",
        [],
        {},
        {"sha256": TREATY.id, "path": "/etc/passwd"},
        {"sha256": TREATY.id, "start": 0},
        {"sha256": TREATY.id, "start": "0", "end": "5"},
        {"sha256": TREATY.id, "start": 0.5, "end": 5},
        {"sha256": TREATY.id, "start": -5, "end": 5},
        {"sha256": TREATY.id, "start": 5, "end": 5},
        {"sha256": TREATY.id, "start": 0, "end": len(TREATY.text) + 1},
        {"sha256": TREATY.id, "start": 0, "end": 10**400},
        {"sha256": TREATY.id, "start": 0, "end": 5, "answer": None},
        {"sha256": TREATY.id, "start": 0, "end": 5, "answer": [0]},
        {"sha256": TREATY.id, "start": 0, "end": 5, "answer": [0, "5"]},
        {"sha256": TREATY.id, "start": 0, "end": 5, "answer": [0, 6]},
        {"sha256": TREATY.id, "start": 2, "end": 5, "answer": [1, 4]},
        {"sha256": TREATY.id, "start": 0, "end": 5, "answer": [4, 3]},
        {"sha256": TREATY.source, "start": 0, "end": 5},
        {"sha256": TREATY.id.upper(), "start": 0, "end": 5},
        {"sha256": f"{TREATY.id}\n", "start": 0, "end": 5},
        {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    ],
)
def test_source_is_opened_by_exact_places_only(http: httpx.Client, place: object) -> None:
    """Whatever is no whole citation address gives the sentence that says so."""
    viewer = next(c for c in http.get("/config").json()["components"] if c["props"].get("elem_id") == "viewer")
    asked = {"session_hash": "s", "component_id": viewer["id"], "fn_name": "open_source"}
    for data in (place, {"place": place, "language": "en"}, {"place": place, "language": "x", "path": "/etc/passwd"}):
        response = http.post("/gradio_api/component_server", json=asked | {"data": data})
        assert response.json() == {"error": ENGLISH.no_passage}


def test_serve_says_that_a_port_is_in_use() -> None:
    """A port that was asked for and is taken is an error that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            AskfolderError, match=f"^Port {port} is in use by another program; choose another with --port"
        ):
            ui.serve(as_folder(Ledger()), port=port, open_browser=False)


def test_serve_refuses_a_number_that_is_no_port() -> None:
    """A port beyond 65535 is a fault of the caller."""
    with pytest.raises(ValueError, match=r"^70000 is no port; choose one from 0 to 65535\.$"):
        ui.serve(as_folder(Ledger()), port=70_000, open_browser=False)


def test_serve_says_that_a_host_is_not_of_this_machine() -> None:
    """An address that this machine does not have is an error that names it."""
    with pytest.raises(AskfolderError, match=r"^'192\.0\.2\.1' is no address of this machine"):
        ui.serve(as_folder(Ledger()), host="192.0.2.1", port=0, open_browser=False, token="a long secret")


@pytest.mark.parametrize(("host", "token"), [("0.0.0.0", None), ("127.0.0.1", "too short")])
def test_serve_asks_for_a_token_worth_the_name(host: str, token: str | None) -> None:
    """None is not served to others without one, and a short one could be guessed."""
    with pytest.raises(ValueError, match=r"could read these documents: a token of at least 12 characters is needed\.$"):
        ui.serve(as_folder(Ledger()), host=host, port=0, open_browser=False, token=token)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_serve_takes_the_next_port_and_stops_at_once_while_a_page_is_open() -> None:
    """Where the default port is in use, the next free one serves; SIGTERM ends it quietly, pages open or not."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", DEFAULT_PORT))
        taken.listen()
    except OSError:
        pass  # another program has it, which is just as well
    root = str(Path(__file__).parents[1])
    command = [sys.executable, __file__]
    environment = {**os.environ, "PYTHONPATH": root}
    with (
        taken,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", url)[1])  # type: ignore[index]
        with (
            httpx.Client(base_url=url, trust_env=False) as client,
            client.stream("GET", "/gradio_api/heartbeat/a") as open_page,
        ):
            assert open_page.status_code == 200
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            rest, errors = process.communicate(timeout=10)
    assert DEFAULT_PORT < port < DEFAULT_PORT + PORTS_TRIED
    assert (process.returncode, rest, errors) == (0, "", "")
    assert time.monotonic() - began < 5


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])))
def test_inert_text_reads_as_written_and_holds_no_markup(text: str) -> None:
    """Inert text is letters, digits, white space and numeric entities, and stands for the text that is shown."""
    written = inert(text)
    assert all(c.isalnum() or c in " \n" for c in re.sub(r"&#\d+;", "", written))
    assert html.unescape(written) == seen(text)


if __name__ == "__main__":
    ui.serve(as_folder(Ledger()), open_browser=False, on_ready=lambda url: print(url, flush=True))
