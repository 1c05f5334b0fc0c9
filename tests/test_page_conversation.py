"""What can be done with replies in a real browser, over a real folder: copied, saved, judged, asked again; German."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from browser import LAST, ask
from click.testing import CliRunner
from harbour_papers import DREDGING, PARAGRAPHS, TOWNS, UNKNOWN, WHO_KEEPS, WHO_PAYS, opened, write_papers
from hashed_embedder import HashedEmbedder
from serving import serving

import ui
from index import document_index
from qa.answer_text import percentage
from qa.eval_command import eval_command
from qa.export import answer_as_markdown
from qa.page.words import ENGLISH, GERMAN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser import Contexts
    from playwright.sync_api import Page

    from qa.folder import Folder

GERMAN_BROWSER = {"locale": "de-DE"}
MAY_COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Open the folder that the module's server serves."""
    with opened(write_papers(tmp_path_factory.mktemp("papers"))) as papers:
        yield papers


@pytest.fixture(scope="module")
def address(papers: Folder) -> Iterator[str]:
    """Serve the page and give its address."""
    with serving(lambda: ui.make_app(papers, suggestions=[])) as address:
        yield address


def told(page: Page, text: str) -> None:
    """Wait until the page tells a text at the question."""
    page.wait_for_selector(f"#told:has-text({text!r})")


@pytest.mark.parametrize("page", [MAY_COPY], indirect=True)
def test_page_copies_a_reply_with_its_citations(page: Page, papers: Folder) -> None:
    """The clipboard then holds the Markdown of that very reply, and the page says that it does."""
    ask(page, WHO_PAYS)
    ask(page, WHO_KEEPS)
    page.click(f"text={ENGLISH.copy} >> nth=0")
    told(page, ENGLISH.copied)
    assert page.evaluate("navigator.clipboard.readText()") == answer_as_markdown(papers.ask(WHO_PAYS))


def test_page_saves_the_conversation_as_markdown_and_as_a_page(page: Page, contexts: Contexts) -> None:
    """Both hold every question and quotation; the page opens by itself, loads nothing and shows the quotations."""
    page.click(f"text={ENGLISH.save_markdown}")
    told(page, ENGLISH.nothing_to_save)
    ask(page, WHO_PAYS)
    ask(page, UNKNOWN)
    with page.expect_download() as saved:
        page.click(f"text={ENGLISH.save_markdown}")
    markdown = saved.value.path().read_text(encoding="utf-8")
    assert saved.value.suggested_filename.startswith("askfolder Harbour papers 20")
    assert saved.value.suggested_filename.endswith(".md")
    assert f"## {WHO_PAYS}" in markdown
    assert "> “The parties share the cost of dredging **in equal halves**.” \\[1\\]" in markdown
    with page.expect_download() as saved:
        page.click(f"text={ENGLISH.save_page}")
    assert saved.value.suggested_filename.endswith(".html")
    kept = contexts.get({}).new_page()
    asked: list[str] = []
    kept.on("request", lambda sent: asked.append(sent.url))
    kept.on("console", lambda message: asked.append(message.text))
    kept.set_content(saved.value.path().read_text(encoding="utf-8"))
    assert kept.locator("h2").all_inner_texts() == [WHO_PAYS, UNKNOWN, "Sources"]
    assert kept.inner_text("blockquote .quotation") == f"“{DREDGING}”\u00a0[1]"
    assert (kept.inner_text(".sources mark"), kept.inner_text(".sources mark strong")) == (DREDGING, "in equal halves")
    assert asked == []
    kept.close()


def test_page_notes_what_was_right_and_wrong(
    page: Page, papers: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A click notes it in the index, a second one takes it back, and `askfolder eval` asks what was noted."""
    noted = papers.index.path / ui.FEEDBACK
    ask(page, WHO_KEEPS)
    page.click(f"{LAST} >> text={ENGLISH.right} >> nth=0")
    told(page, ENGLISH.judged_right)
    page.click(f"{LAST} >> text={ENGLISH.wrong} >> nth=1")
    told(page, ENGLISH.judged_wrong)
    shown = [f"✓ {ENGLISH.right}", ENGLISH.wrong, ENGLISH.right, f"✓ {ENGLISH.wrong}"]
    assert page.locator(f"{LAST} >> blockquote a[href^='#do=']").all_inner_texts() == shown
    page.click(f"{LAST} >> text=✓ {ENGLISH.wrong}")
    told(page, ENGLISH.judged_not)
    ask(page, UNKNOWN)
    page.click(f"{LAST} >> a:text-is('{ENGLISH.right}')")
    told(page, ENGLISH.judged_right)
    lines = [json.loads(line) for line in noted.read_text(encoding="utf-8").splitlines()]
    verdicts = [(line["question"], line["judgement"]["verdict"]) for line in lines]
    assert verdicts == [(WHO_KEEPS, "right"), (WHO_KEEPS, "wrong"), (WHO_KEEPS, "withdrawn"), (UNKNOWN, "right")]
    assert (lines[0]["answers"], lines[0]["documents"]) == (["of the harbour"], ["minutes.md"])
    monkeypatch.setattr(document_index, "load_embedder", lambda _: HashedEmbedder())
    written = tmp_path / "run.json"
    result = CliRunner().invoke(eval_command, ["--fast", str(papers.path), str(noted), "--json", str(written)])
    assert result.exit_code == 0
    outcomes = json.loads(written.read_text(encoding="utf-8"))["outcomes"]
    assert [one["question"]["text"] for one in outcomes] == [WHO_KEEPS, UNKNOWN]


def test_page_asks_again_and_lets_a_question_be_edited(page: Page) -> None:
    """Again asks the same at once; editing puts it into the box, with the cursor at its end."""
    ask(page, WHO_KEEPS)
    page.click(f"text={ENGLISH.edit}")
    page.wait_for_function("text => document.querySelector('#q textarea').value === text", arg=WHO_KEEPS)
    page.wait_for_function("document.activeElement.matches('#q textarea')")
    page.keyboard.type(" Tell me")
    assert page.input_value("#q textarea") == f"{WHO_KEEPS} Tell me"
    page.click(f"text={ENGLISH.again}")
    page.wait_for_function("document.querySelectorAll('#chat blockquote').length === 4")
    assert page.locator("#chat .user-row").all_inner_texts() == [WHO_KEEPS, WHO_KEEPS]


@pytest.mark.parametrize("page", [GERMAN_BROWSER], indirect=True)
def test_page_speaks_german_to_a_german_browser(page: Page, papers: Folder) -> None:
    """Labels, counts, replies and the documents; the document's words stay their own."""
    assert page.get_attribute("html", "lang") == "de"
    assert page.inner_text("#header .counts") == f"5 Dokumente · {PARAGRAPHS} Absätze"
    assert page.inner_text("#q .submit-button") == GERMAN.ask
    assert page.get_attribute("#q textarea", "placeholder") == GERMAN.question_here
    assert page.inner_text("#new") == GERMAN.new
    assert page.inner_text("#hint") == GERMAN.hint
    assert page.locator("#saving a").all_inner_texts() == [GERMAN.save_markdown, GERMAN.save_page]
    assert page.locator("#viewer .rows .facts").nth(3).inner_text() == "pdf · 3 Seiten · 6 Absätze · 1987-05-14"
    assert page.inner_text("#viewer .unread summary") == "1 Datei konnte nicht gelesen werden"
    ask(page, WHO_KEEPS)
    sure = GERMAN.likely.format(share=percentage(papers.ask(WHO_KEEPS).entries[0].confidence))
    assert (
        page.locator("#chat blockquote >> nth=0").inner_text().startswith(f"“{TOWNS}”\u00a0[1]\n\n{sure}\u2003Richtig")
    )
    assert page.locator(LAST).locator("p").first.inner_text() == f"{GERMAN.verbatim} {GERMAN.sure}"
    page.click('#chat a[href^="#cite="] >> nth=0')
    page.wait_for_selector("#viewer mark")
    assert page.inner_text(".viewer .where") == f"minutes.md · Absatz\u00a01 · {GERMAN.open_file}"
    assert page.inner_text(".viewer .back") == GERMAN.back
    ask(page, UNKNOWN)
    said = page.locator(LAST).locator("p").first.inner_text()
    assert said == f"{GERMAN.silent} “bicycle”, “painter”, “prefer” kommen nirgends darin vor."
    page.click("#new")
    page.wait_for_selector("#viewer .rows")
    assert page.evaluate("document.activeElement.matches('#q textarea')")
