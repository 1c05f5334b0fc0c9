"""The page for those who do not see it, or use no mouse: axe-core in each state, names and roles, and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import LAST, PHONE, Contexts, ask, focused
from harbour_papers import UNKNOWN, WHO_KEEPS, WHO_PAYS, opened, write_papers
from hashed_embedder import SlowEmbedder
from serving import serving

import ui
from qa.page.words import ENGLISH, GERMAN
from qa.service.guard import Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from qa.folder import Folder

FERRY = b"The ferry at Oldbridge leaves at seven."
TOKEN = "a long secret of the tests"


@pytest.fixture(scope="module")
def embedder() -> SlowEmbedder:
    """Give the embedder of the folder."""
    return SlowEmbedder()


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, embedder: SlowEmbedder) -> Iterator[Folder]:
    """Open the folder that the module's server serves."""
    with opened(write_papers(tmp_path_factory.mktemp("papers")), embedder) as papers:
        yield papers


@pytest.fixture(scope="module")
def address(papers: Folder) -> Iterator[str]:
    """Serve the page and give its address."""
    with serving(lambda: ui.make_app(papers, suggestions=[WHO_PAYS, WHO_KEEPS])) as address:
        yield address


def assert_accessible(page: Page) -> None:
    """Assert that axe-core finds no violation of any of its rules in the page as it is."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed").Axe()
    violations = axe.run(page).response["violations"]
    found = [(each["id"], node["target"], node["html"][:200]) for each in violations for node in each["nodes"]]
    assert found == []


@pytest.mark.parametrize(
    "page",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE, PHONE | {"color_scheme": "dark", "locale": "de-DE"}],
    indirect=True,
    ids=["light", "dark", "phone", "phone, dark and German"],
)
def test_page_has_no_accessibility_violation(page: Page, papers: Folder, embedder: SlowEmbedder) -> None:
    """At the start, with an answer, its source, no answer; while documents are added, and when one is to be removed."""
    words = GERMAN if page.get_attribute("html", "lang") == "de" else ENGLISH
    assert_accessible(page)
    ask(page, WHO_PAYS)
    assert_accessible(page)
    page.click('#chat a[href^="#cite="]')
    page.wait_for_function("document.querySelector('.frame img')?.naturalWidth > 0")
    assert_accessible(page)
    ask(page, UNKNOWN)
    page.click(f"text={words.to_documents}")
    page.get_by_label(words.ask_only.format(title="Chart")).check()
    embedder.go_on.clear()
    page.set_input_files(".picker", {"name": "ferry.txt", "mimeType": "", "buffer": FERRY})
    page.wait_for_selector(".news:has-text('ferry.txt')")
    assert_accessible(page)
    embedder.go_on.set()
    page.click(".rows .remove")
    page.wait_for_selector(".rows .sure")
    assert_accessible(page)
    page.click(".rows .bar .remove")
    page.wait_for_selector(".rows .remove", state="detached")
    assert papers.uploads() == ()


@pytest.mark.parametrize("options", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"])
def test_login_page_has_no_accessibility_violation(contexts: Contexts, papers: Folder, options: dict[str, str]) -> None:
    """As it is first seen, and when the token was wrong; the right one leads to the citation that was asked for."""
    anchor = papers.ask(WHO_KEEPS).citations[0].anchor
    access = Access(token=TOKEN)
    with serving(lambda: ui.make_app(papers, access=access, suggestions=[])) as address:
        page = contexts.get(options).new_page()
        page.goto(f"{address}/{anchor}")
        assert_accessible(page)
        assert page.get_by_label("Token").evaluate("(box) => box === document.activeElement")
        page.keyboard.type("a wrong secret of the tests")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        assert_accessible(page)
        page.fill("#token", TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_selector("#viewer mark")
        assert page.inner_text("#viewer mark") == papers.ask(WHO_KEEPS).citations[0].quote
        page.close()


def test_page_names_its_parts_to_a_screen_reader(page: Page) -> None:
    """Headings, fields, lists, buttons and the source have their roles, and names that say what they are."""
    ask(page, WHO_KEEPS)
    main = page.get_by_role("main")
    main.get_by_role("heading", name="Harbour papers", level=1).wait_for()
    main.get_by_role("log", name=ENGLISH.conversation).wait_for()
    main.get_by_role("textbox", name=ENGLISH.question).wait_for()
    main.get_by_role("button", name=ENGLISH.ask, exact=True).wait_for()
    pane = main.get_by_role("region", name=ENGLISH.documents)
    pane.get_by_role("heading", name=ENGLISH.documents, level=2).wait_for()
    pane.get_by_role("searchbox", name=ENGLISH.filter).wait_for()
    pane.get_by_role("listitem").get_by_role("checkbox", name="Ask only “Chart”").wait_for()
    assert pane.get_by_role("listitem").count() == 5
    main.get_by_role("blockquote").first.get_by_role("button", name=ENGLISH.right).wait_for()
    link = main.get_by_role("blockquote").first.get_by_role("link")
    assert link.all_inner_texts() == ["[1]"]
    link.click()
    source = main.get_by_role("region", name=ENGLISH.source)
    source.get_by_role("heading", name="Minutes of March 1988", level=2).wait_for()
    source.get_by_role("region", name=ENGLISH.source_text).wait_for()
    source.get_by_role("button", name=ENGLISH.next).wait_for()
    ask(page, WHO_PAYS)
    page.click(f'{LAST} >> a[href^="#cite="]')
    source.get_by_role("img", name=ENGLISH.page_image_marked.format(i=2)).wait_for()


def tab_to(page: Page, name: str, *, back: bool = False, most: int = 40) -> None:
    """Press Tab until a part with this text or label has the focus."""
    reached = []
    while name not in reached and len(reached) < most:
        page.keyboard.press("Shift+Tab" if back else "Tab")
        reached.append(focused(page))
    assert name in reached


def test_page_works_by_keyboard_alone_all_the_way(page: Page) -> None:
    """Ask, citation, source, next citation, back, documents, add and remove, in an order that follows the page."""
    page.keyboard.type(WHO_KEEPS)  # the question has the focus when the page is opened
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat blockquote")
    page.wait_for_selector("#q .submit-button")
    tab_to(page, "[1]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewer mark")
    assert focused(page) == "Minutes of March 1988"
    tab_to(page, ENGLISH.next, back=True, most=2)
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewer mark:has-text('Newbridge')")
    tab_to(page, ENGLISH.back, back=True, most=1)
    page.keyboard.press("Enter")
    assert focused(page) == "[2]"
    tab_to(page, ENGLISH.to_documents)
    page.keyboard.press("Enter")
    assert focused(page) == ENGLISH.documents
    tab_to(page, ENGLISH.filter, most=1)
    page.keyboard.type("chart")
    tab_to(page, ENGLISH.add, most=1)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "chart of the ferry.txt", "mimeType": "", "buffer": FERRY})
    page.wait_for_selector(".news:has-text('1 document was added.')")
    page.wait_for_selector(".rows .remove")
    assert focused(page) == ENGLISH.add
    tab_to(page, "Ask only “Chart”", most=1)
    page.keyboard.press("Space")
    assert page.inner_text("#scope") == "Asking 1 document only. Ask all"
    tab_to(page, "Remove: chart of the ferry.txt", most=5)
    page.keyboard.press("Enter")
    assert focused(page) == ENGLISH.keep
    tab_to(page, ENGLISH.remove, back=True, most=1)
    page.keyboard.press("Enter")
    page.wait_for_selector(".news:has-text('was removed.')")
    assert focused(page) == ENGLISH.documents
