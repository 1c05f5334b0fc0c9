"""A hostile document, file name, title, upload and question: all text, in the page, in what is saved, in a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser import ask
from click.testing import CliRunner
from harbour_papers import opened
from hashed_embedder import HashedEmbedder
from markdown_it import MarkdownIt
from serving import serving

import ui
from index import document_index
from qa.command_line import askfolder
from qa.page.words import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser import Contexts
    from playwright.sync_api import Page

    from qa.folder import Folder

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MARKUP = (
    "<img src=x onerror=\"window.ran='img'\"> <script>window.ran='script'</script> <style>body{display:none}</style> "
    "<form action=//elsewhere.invalid><input autofocus></form> <iframe src=//elsewhere.invalid></iframe> "
    "<link rel=stylesheet href=//elsewhere.invalid> <a href=javascript:alert(1)>a link</a> </textarea></script>--> "
    "![image](http://elsewhere.invalid/a.png) [link](javascript:alert(1)) ${alert(1)} {{value}} `code` *star* "
    "&lt;b&gt; &#60;img src=x onerror=alert(1)&#62; \x1b[31mred\x1b[0m \x1b]0;title\x07 "
    "\u202etfel\u202c \u2067apart\u2069"
)
SENTENCE = f"The keeper of the lamp and of the wick is {MARKUP} indeed"
QUESTION = f"Who is the keeper of the lamp and of the wick? {MARKUP}"
NAME = "<img src=x onerror=window.ran=1>\x1b[31m \u202egpj.txt"
UPLOAD = "<svg onload=window.ran=2><b>\u202egnp.txt"
TITLE = "<script>alert(2)</script><b onclick=alert(3)>Title</b> ${alert(4)} \u202egpj.exe"
PAGE = f"<title>{TITLE.replace('<', '&lt;')}</title><p>The wharf of the title is made of oak and of tar.</p>"
ELEMENTS = "img, script, style, form, iframe, link, i, svg, input:not([type=checkbox]), a[href^=javascript]"


def seen(text: str) -> str:
    """Give a text without the characters that the page leaves out."""
    return UNSEEN.sub("", text)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Open a folder, itself with a hostile name, of hostile files."""
    folder = tmp_path_factory.mktemp("papers") / "<img src=x onerror=window.ran=3>"
    folder.mkdir()
    (folder / NAME).write_text(SENTENCE, encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / f"{NAME}.pdf").write_bytes(b"%PDF-1.7 and nothing")
    with opened(folder) as papers:
        yield papers


@pytest.fixture(scope="module")
def address(papers: Folder) -> Iterator[str]:
    """Serve the page and give its address."""
    with serving(lambda: ui.make_app(papers, suggestions=[QUESTION])) as address:
        yield address


def assert_only_text(page: Page) -> None:
    """Assert that nothing in the conversation, the source, the documents and the header was made by hostile text."""
    assert page.locator(f":is(.message, .viewer, .rows, .news, .unread, #header) :is({ELEMENTS})").count() == 0
    assert not UNSEEN.search(page.inner_text("body").replace("\n", ""))


def assert_harmless(page: Page, html: str) -> None:
    """Assert that a page of its own shows the hostile characters, makes nothing of them and loads nothing; close it."""
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.set_content(html)
    text = page.inner_text("h2 >> nth=0")
    assert "<img src=x onerror=\"window.ran='img'\"> <script>" in text
    assert "&#60;img src=x onerror=alert(1)&#62;" in text
    assert page.locator(f"body :is({ELEMENTS})").count() == 0
    assert (page.evaluate("window.ran"), asked) == (None, [])
    page.close()


def test_page_shows_hostile_documents_names_and_questions_as_text(page: Page, papers: Folder) -> None:
    """Header, list, reasons, labels, suggestion, reply, source, messages: every character shown, none obeyed."""
    assert page.inner_text("#header h1") == papers.path.name
    assert page.inner_text("#chat .example") == seen(QUESTION)
    assert page.locator(".rows a").all_inner_texts() == [seen(NAME), seen(TITLE)]
    labels = page.locator(".rows input").evaluate_all("(boxes) => boxes.map((box) => box.ariaLabel)")
    assert labels == [f"Ask only “{seen(NAME)}”", f"Ask only “{seen(TITLE)}”"]
    page.click(".unread summary")
    assert page.inner_text(".unread li") == f"{seen(NAME)}.pdf: the file is damaged or not a PDF"
    ask(page, QUESTION)
    assert page.inner_text("#chat .user-row") == seen(QUESTION)
    assert page.inner_text("#chat blockquote p >> nth=0") == f"“{seen(SENTENCE)}”\u00a0[1]"
    page.click('#chat a[href^="#cite="]')
    page.wait_for_selector("#viewer mark")
    assert page.inner_text("#viewer mark") == seen(SENTENCE)
    assert page.inner_text(".viewer h2") == seen(NAME)
    assert_only_text(page)


def test_page_shows_hostile_uploads_as_text(page: Page, papers: Folder) -> None:
    """While one is added, when it fails, when it is asked about and when it is removed."""
    page.set_input_files(
        ".picker",
        [
            {"name": UPLOAD, "mimeType": "", "buffer": b"The winch of the upload is rusty."},
            {"name": f"{UPLOAD}.exe", "mimeType": "", "buffer": b"MZ"},
        ],
    )
    page.wait_for_selector(".news li")
    assert page.inner_text(".news li") == f"{seen(UPLOAD)}.exe: no reader for .exe files"
    page.wait_for_selector(".rows .remove")
    assert page.get_attribute(".rows .remove", "aria-label") == f"Remove: {seen(UPLOAD)}"
    assert_only_text(page)
    page.click(".rows .remove")
    assert page.inner_text(".rows .sure") == ENGLISH.remove_sure.format(title=seen(UPLOAD))
    page.click(".rows .bar .remove")
    page.wait_for_selector(f".news:has-text('{ENGLISH.removed.format(title='').strip('“” ')}')")
    assert page.inner_text(".news") == ENGLISH.removed.format(title=seen(UPLOAD))
    assert papers.uploads() == ()
    assert_only_text(page)


def test_saved_conversation_shows_hostile_text_and_runs_nothing(page: Page, contexts: Contexts) -> None:
    """The page that is saved, and what a program makes of the Markdown, hold the characters and load nothing."""
    ask(page, QUESTION)
    kept = []
    for label in (ENGLISH.save_page, ENGLISH.save_markdown):
        with page.expect_download() as saved:
            page.click(f"text={label}")
        kept.append(saved.value.path().read_text(encoding="utf-8"))
    for html in (kept[0], MarkdownIt("commonmark").render(kept[1])):
        assert not UNSEEN.search(html.replace("\n", ""))
        assert_harmless(contexts.get({}).new_page(), html)


def test_terminal_is_sent_no_control_character(papers: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an answer nor the status holds what colours, names or turns around a line of the terminal."""
    monkeypatch.setattr(document_index, "load_embedder", lambda _: HashedEmbedder())
    asked = CliRunner().invoke(askfolder, ["ask", "--fast", str(papers.path), QUESTION])
    status = CliRunner().invoke(askfolder, ["status", str(papers.path)])
    for result, held in ((asked, "<img src=x onerror=window.ran=1>"), (status, "the file is damaged or not a PDF")):
        assert held in result.output
        assert not UNSEEN.search(result.output.replace("\n", ""))
