"""The source pane in a real browser, over a real folder: what is marked and boxed, and where one goes from it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from browser import DESKTOP, LAST, PHONE, ask, focused, mark_is_visible, overflow
from harbour_papers import (
    ARABIC,
    ARABIC_QUESTION,
    BARRELS,
    DREDGING,
    LANTERN,
    OVER,
    RULING,
    TOWNS,
    TREATY,
    TURNED,
    WHAT_BURNS,
    WHO_KEEPS,
    WHO_PAYS,
    WHO_RULES,
    WHO_WEIGHS,
    opened,
    write_papers,
)
from marked_pages import Edges, edges, marks, pdfium_edges
from serving import serving

import ui
from qa.page.words import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser import Contexts
    from playwright.sync_api import Page

    from qa.folder import Folder

# A box lies round its words: at most so many pixels of the page away from them; both edges are rounded.
AROUND, ROUNDED = 5, 1.5
BOXED = "i => document.querySelector('.frame img[src*=\"pages/' + i + '.png\"]')?.naturalWidth > 0"

# Where the first letter of an element's text stands: nearer to which edge of the element.
START = """(element) => {
  const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
  let text = words.nextNode();
  while (!text.data.trim()) text = words.nextNode();
  const first = text.data.search(/\\S/), whole = element.getBoundingClientRect();
  range.setStart(text, first);
  range.setEnd(text, first + 1);
  const letter = range.getBoundingClientRect();
  return letter.left - whole.left < whole.right - letter.right ? 'left' : 'right';
}"""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Open the folder that the module's server serves."""
    with opened(write_papers(tmp_path_factory.mktemp("papers"))) as papers:
        yield papers


@pytest.fixture(scope="module")
def address(papers: Folder) -> Iterator[str]:
    """Serve the page and give its address."""
    with serving(lambda: ui.make_app(papers, suggestions=[WHO_PAYS])) as address:
        yield address


def open_citation(page: Page, question: str) -> None:
    """Ask, open the answer's first citation and wait for its mark."""
    ask(page, question)
    page.click(f'{LAST} >> a[href^="#cite="] >> nth=0')
    page.wait_for_selector("#viewer[aria-busy]", state="detached")
    page.wait_for_selector("#viewer mark")


def box_and_words(page: Page, data: bytes, number: int, words: str) -> tuple[Edges, Edges]:
    """Give where a page's image is marked in the window, and where pdfium puts the words at the image's place there."""
    page.wait_for_function(BOXED, arg=number)
    page.evaluate("() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))")
    left, top, width, height = page.evaluate(
        "() => { const box = document.querySelector('.frame img').getBoundingClientRect();"
        " return [box.left, box.top, box.width, box.height]; }"
    )
    frame = page.locator(".frame").bounding_box()
    assert frame is not None
    shot = edges(marks(page.screenshot(clip=frame, scale="css"), 60))
    shown = Edges(*(edge + frame["xy"[at % 2]] for at, edge in enumerate(shot)))
    drawn = pdfium_edges(data, number, words, (round(width), round(height)))
    return shown, Edges(*(edge + (left, top)[at % 2] for at, edge in enumerate(drawn)))


def assert_boxed_in_view(page: Page, data: bytes, number: int, words: str) -> None:
    """Assert that these words are boxed on the page's image, the whole box in the visible part of its frame."""
    box, inner = box_and_words(page, data, number, words)
    frame = page.locator(".frame").bounding_box()
    size = page.viewport_size
    assert frame is not None
    assert size is not None
    assert -ROUNDED <= inner.left - box.left <= AROUND
    assert -ROUNDED <= inner.top - box.top <= AROUND
    assert -ROUNDED <= box.right - inner.right <= AROUND
    assert -ROUNDED <= box.bottom - inner.bottom <= AROUND
    assert frame["x"] < box.left
    assert max(frame["y"], 0) < box.top
    assert box.right < min(frame["x"] + frame["width"], size["width"])
    assert box.bottom < min(frame["y"] + frame["height"], size["height"])


@pytest.mark.parametrize(
    "page",
    [DESKTOP | {"color_scheme": "light"}, PHONE | {"color_scheme": "dark"}],
    indirect=True,
    ids=["wide and light", "phone and dark"],
)
def test_page_boxes_the_very_words_on_the_page_as_it_looks(page: Page) -> None:
    """On an upright page, a turned one and over two pages the box lies round the words, in view, text marked below."""
    open_citation(page, WHO_PAYS)
    assert_boxed_in_view(page, TREATY, 2, DREDGING)
    assert page.inner_text("#viewer mark") == DREDGING
    assert mark_is_visible(page)
    open_citation(page, WHAT_BURNS)
    assert_boxed_in_view(page, TURNED, 1, LANTERN)
    open_citation(page, WHO_RULES)
    assert_boxed_in_view(page, TREATY, 2, OVER[0])
    assert page.inner_text("#viewer mark") == RULING
    page.click(f"[aria-label='{ENGLISH.page_after}']")
    assert_boxed_in_view(page, TREATY, 3, OVER[1])
    assert overflow(page) == 0


def test_page_goes_through_the_pages_of_a_file(page: Page) -> None:
    """Page by page from the first to the last, each named; a page without the quotation has no box."""
    open_citation(page, WHO_PAYS)
    page.wait_for_function(BOXED, arg=2)
    before, after = (page.locator(f"[aria-label='{label}']") for label in (ENGLISH.page_before, ENGLISH.page_after))
    frame, image = page.locator(".frame"), page.locator(".frame img")
    assert image.get_attribute("alt") == ENGLISH.page_image_marked.format(i=2)
    assert (before.is_disabled(), after.is_disabled()) == (False, False)
    after.click()
    page.wait_for_function(BOXED, arg=3)
    assert (page.inner_text(".sheet .bar span"), after.is_disabled()) == ("Page 3 of 3", True)
    assert image.get_attribute("alt") == ENGLISH.page_image.format(i=3)
    assert not marks(frame.screenshot(), 60).any()
    before.click()
    before.click()
    page.wait_for_function(BOXED, arg=1)
    assert (page.inner_text(".sheet .bar span"), before.is_disabled()) == ("Page 1 of 3", True)
    assert frame.get_attribute("aria-label") == ENGLISH.page_image.format(i=1)


def test_page_turned_with_the_keyboard_keeps_the_focus(page: Page) -> None:
    """Where the key that was pressed has nothing more to do, its neighbour takes over."""
    open_citation(page, WHO_PAYS)
    page.wait_for_function(BOXED, arg=2)
    page.locator(f"[aria-label='{ENGLISH.page_after}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(BOXED, arg=3)
    assert focused(page) == ENGLISH.page_before


def test_page_goes_from_citation_to_citation(page: Page) -> None:
    """Through those of the answer that one was opened from, and back to the very citation that is shown."""
    ask(page, WHO_PAYS)
    open_citation(page, WHO_KEEPS)
    assert page.inner_text("#viewer mark") == TOWNS
    before, after = (page.locator(f"[aria-label='{label}']") for label in (ENGLISH.previous, ENGLISH.next))
    assert (page.inner_text(".viewer header .bar span"), before.is_disabled()) == ("Citation 1 of 2", True)
    after.click()
    page.wait_for_selector("#viewer mark:has-text('Newbridge')")
    assert page.inner_text(".viewer header .bar span") == "Citation 2 of 2"
    assert (before.is_disabled(), after.is_disabled()) == (False, True)
    assert page.locator("#chat a[aria-current]").all_inner_texts() == ["[2]"]
    page.click(".viewer .back")
    assert focused(page) == "[2]"
    page.click(f"text={ENGLISH.to_documents}")
    assert focused(page) == ENGLISH.documents
    assert page.is_visible("#viewer .rows")


def test_page_opens_the_address_of_a_citation_or_a_document_in_a_new_tab(
    page: Page, contexts: Contexts, address: str, papers: Folder
) -> None:
    """The same words, boxed and marked, from the address alone; a document opens at its beginning, unmarked."""
    open_citation(page, WHO_PAYS)
    fragment = page.evaluate("location.hash")
    assert fragment == papers.ask(WHO_PAYS).citations[0].anchor
    with contexts.opened(f"{address}/{fragment}", until="#viewer mark") as tab:
        assert tab.inner_text("#viewer mark") == DREDGING
        assert mark_is_visible(tab)
        assert_boxed_in_view(tab, TREATY, 2, DREDGING)
        assert tab.locator(".viewer .back").count() == 0
    whole = f"{address}/#doc={papers.document('treaty.pdf').id}"
    with contexts.opened(whole, until=".viewer .doc") as tab:
        assert tab.inner_text(".viewer h2") == "Treaty on the Shared Harbour"
        assert tab.inner_text(".viewer .facts") == "Harbour Commission · 1987-05-14"
        tab.wait_for_function(BOXED, arg=1)
        assert tab.locator("#viewer mark").count() == 0
        assert RULING in tab.inner_text(".viewer .doc")


def test_page_saves_the_very_file(page: Page) -> None:
    """Byte for byte, under its own name."""
    open_citation(page, WHO_PAYS)
    with page.expect_download() as saved:
        page.click(f"text={ENGLISH.open_file}")
    assert (saved.value.suggested_filename, saved.value.path().read_bytes()) == ("treaty.pdf", TREATY)


def test_page_of_a_changed_file_is_a_sentence(contexts: Contexts, address: str, papers: Folder) -> None:
    """Where the file is no longer the one that was read, the page says so in place of the image; the text stays."""
    file, kept = papers.path / "barrels.pdf", papers.path.parent / "barrels.pdf"
    shutil.copy(file, kept)
    file.write_bytes(TREATY)
    try:
        with contexts.opened(address, expected="410") as page:
            open_citation(page, WHO_WEIGHS)
            said = page.locator(".frame .message")
            said.wait_for()
            assert said.inner_text().startswith("barrels.pdf has changed or is gone since it was read.")
            assert page.inner_text("#viewer mark") == BARRELS
    finally:
        shutil.copy(kept, file)


@pytest.mark.parametrize("page", [{}, PHONE], indirect=True, ids=["wide", "phone"])
def test_page_sets_arabic_from_right_to_left(page: Page) -> None:
    """Question, quotation and document stand at the right; labels and places stay at the left."""
    open_citation(page, ARABIC_QUESTION)
    for place in ("#chat .user-row p", "#chat blockquote p >> nth=0", ".viewer .doc .cited"):
        assert page.locator(place).evaluate(START) == "right"
    for place in ("#chat blockquote p >> nth=1", ".viewer .where", "#viewer .back"):
        assert page.locator(place).evaluate(START) == "left"
    assert page.inner_text("#viewer mark") == ARABIC
    assert page.inner_text(".viewer .where") == f"ميناء.txt · paragraph\u00a01 · {ENGLISH.open_file}"
    assert overflow(page) == 0
