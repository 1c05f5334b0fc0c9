"""The documents pane in a real browser, over a real folder: listed, filtered, chosen, added, cancelled and removed."""

from __future__ import annotations

import base64
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from browser import LAST, LIST, ask, focused, overflow, phone
from harbour_papers import DREDGING, PARAGRAPHS, SOURCES, WHO_KEEPS, WHO_PAYS, opened, write_papers
from hashed_embedder import SlowEmbedder
from serving import serving

import ui
from qa.page.words import ENGLISH
from qa.service.rest import LOOK_EVERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from browser import Contexts
    from playwright.sync_api import FilePayload, Page

    from qa.folder import Folder

FERRY = b"The ferry at Oldbridge leaves at seven.\n\nThe captain of the ferry is Bo Reed."
WHO_SAILS = "Who is the captain of the ferry?"
CAPTAIN = "The captain of the ferry is Bo Reed."
NEWS = "#viewer .news"
# Files dropped on the page, as names and bytes in base64, after being dragged over it.
DROP = """(files) => {
  const dragged = new DataTransfer();
  for (const [name, data] of files)
    dragged.items.add(new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], name));
  const send = (type) => document.querySelector('#chat').dispatchEvent(
    new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: dragged}));
  send('dragenter');
  send('dragover');
  const said = document.querySelector('.documents').dataset.drop;
  send('drop');
  return said;
}"""


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
    with serving(lambda: ui.make_app(papers, suggestions=[])) as address:
        yield address


@pytest.fixture(autouse=True)
def as_before(papers: Folder, embedder: SlowEmbedder) -> Iterator[None]:
    """Remove after a test what it has added."""
    yield
    embedder.go_on.set()
    uploads = papers.uploads()
    for upload in uploads:
        papers.remove(upload.id)
    if uploads:
        papers.sync()


def file(name: str, data: bytes) -> FilePayload:
    """Give a file as the picker takes it."""
    return {"name": name, "mimeType": "", "buffer": data}


def pick(page: Page, *files: FilePayload) -> None:
    """Choose files in the picker that the button opens."""
    with page.expect_file_chooser() as chooser:
        page.click(f"text={ENGLISH.add}")
    chooser.value.set_files(files)


def drop(page: Page, files: Sequence[tuple[str, bytes]]) -> str:
    """Drop files on the page and give what it says while they are over it."""
    return str(page.evaluate(DROP, [[name, base64.b64encode(data).decode()] for name, data in files]))


def wait_for(page: Page, text: str, place: str = NEWS) -> None:
    """Wait until a text stands at a place."""
    page.wait_for_selector(f"{place}:has-text({text!r})")


def look_again(page: Page) -> None:
    """Wait until the page has looked at the list twice more."""
    for _ in range(2):
        page.wait_for_event("response", lambda response: response.url.endswith("/api/documents"))


def listed(page: Page) -> list[str]:
    """Give the files of the documents that are listed."""
    return page.locator("#viewer .rows .file").all_inner_texts()


def test_page_lists_the_documents_with_what_they_are(page: Page) -> None:
    """Title, file, kind, pages, paragraphs, date and what could not be read of each; the files not read, with why."""
    assert listed(page) == list(SOURCES)
    assert page.locator("#viewer .rows a").all_inner_texts() == [
        "barrels.pdf",
        "Chart",
        "Minutes of March 1988",
        "Treaty on the Shared Harbour",
        "ميناء.txt",
    ]
    assert page.locator("#viewer .rows .facts").all_inner_texts() == [
        "pdf · 2 pages · 1 paragraph",
        "pdf · 1 page · 1 paragraph",
        "markdown · 2 paragraphs",
        "pdf · 3 pages · 6 paragraphs · 1987-05-14",
        "text · 1 paragraph",
    ]
    losses = page.locator("#viewer .losses").all_inner_texts()
    assert losses == ["read in part: page 2 is an image without text"]
    assert page.inner_text("#header .counts") == f"5 documents · {PARAGRAPHS} paragraphs"
    assert page.inner_text(".documents .counts") == "5 documents"
    page.click("#viewer .unread summary")
    assert page.locator("#viewer .unread li").all_inner_texts() == ["broken.pdf: the file is damaged or not a PDF"]
    look_again(page)
    assert page.is_visible("#viewer .unread li")


def test_page_filters_the_documents(page: Page) -> None:
    """By words of title or file, in any order and case; where none is left the page says so."""
    page.fill("#viewer .filter", "HARBOUR treaty")
    assert listed(page) == ["treaty.pdf"]
    page.fill("#viewer .filter", ".pdf")
    assert listed(page) == ["barrels.pdf", "chart.pdf", "treaty.pdf"]
    page.fill("#viewer .filter", "no such")
    assert (listed(page), page.inner_text("#viewer .rest")) == ([], ENGLISH.none_match)
    page.fill("#viewer .filter", "")
    assert (listed(page), page.inner_text("#viewer .rest")) == (list(SOURCES), "")


def test_page_asks_the_chosen_documents_alone(page: Page) -> None:
    """What the others say is then not found; the choice is told, and outlives a filter."""
    box = page.get_by_label("Ask only “Minutes of March 1988”")
    assert box.evaluate("(box) => getComputedStyle(box).appearance") == "auto"  # as the system draws one that is ticked
    box.check()
    page.fill("#viewer .filter", "treaty")
    assert page.inner_text("#scope") == "Asking 1 document only. Ask all"
    ask(page, WHO_PAYS)
    assert page.locator(LAST).locator("blockquote").count() == 0
    ask(page, WHO_KEEPS)
    assert page.locator(LAST).locator("blockquote").count() == 2
    page.click("#scope button")
    ask(page, WHO_PAYS)
    assert DREDGING in page.inner_text(f"{LAST} >> blockquote")


def test_page_adds_by_the_picker_while_questions_are_answered(
    page: Page, contexts: Contexts, address: str, embedder: SlowEmbedder
) -> None:
    """Progress is seen, asking goes on, and the new document is found; a second open page knows of it too."""
    with contexts.opened(address) as second:
        embedder.go_on.clear()
        pick(page, file("ferry.txt", FERRY))
        wait_for(page, "Reading ferry.txt (")
        bar = page.get_by_role("progressbar", name=ENGLISH.add)
        assert bar.evaluate("(bar) => bar.max - bar.value") == 2  # paragraphs
        assert page.get_by_role("button", name=ENGLISH.add).is_disabled()
        ask(page, WHO_KEEPS)
        assert page.locator(LAST).locator("blockquote").count() == 2
        embedder.go_on.set()
        wait_for(page, "1 document was added.")
        assert not bar.is_visible()
        for each in (page, second):
            each.bring_to_front()
            wait_for(each, f"6 documents · {PARAGRAPHS + 2} paragraphs", "#header .counts")
            assert sorted(listed(each)) == sorted([*SOURCES, "uploads/ferry.txt"])
            ask(each, WHO_SAILS)
            assert CAPTAIN in each.inner_text(f"{LAST} >> blockquote")
        pick(page, file("ferry again.txt", FERRY), file("photo.exe", b"MZ"))
        wait_for(page, "photo.exe: no reader for .exe files")


def test_page_adds_what_is_dropped_and_says_why_it_could_not(page: Page) -> None:
    """Where files are held over the page it says what dropping does; each file that fails has its reason."""
    files = [("ferry.txt", FERRY), ("setup.exe", b"MZ"), ("empty.txt", b"")]
    assert drop(page, files) == ENGLISH.drop_here
    wait_for(page, "1 document was added. 2 files were not added:")
    assert page.locator(f"{NEWS} li").all_inner_texts() == [
        "setup.exe: no reader for .exe files",
        "empty.txt: the file is empty",
    ]
    assert "uploads/ferry.txt" in listed(page)
    assert page.locator(".documents[data-drop]").count() == 0


def test_page_says_it_where_nothing_could_be_added(contexts: Contexts, address: str, papers: Folder) -> None:
    """A single file that fails is told with its reason."""
    with contexts.opened(address, expected="422") as page:
        pick(page, file("broken.pdf", b"%PDF-1.7 and nothing"))
        wait_for(page, "broken.pdf: the file is damaged or not a PDF")
        assert papers.uploads() == ()


def test_page_cancels_adding_and_the_index_stays_sound(page: Page, papers: Folder, embedder: SlowEmbedder) -> None:
    """It says so; nothing of what was not read stays; and the same file can be added after it."""
    embedder.go_on.clear()
    pick(page, file("ferry.txt", FERRY))
    wait_for(page, "Reading ferry.txt")
    page.click(f"text={ENGLISH.cancel}")
    wait_for(page, ENGLISH.cancelled)
    assert focused(page) == ENGLISH.add
    page.wait_for_timeout(3_000 * LOOK_EVERY)  # so often the server looks whether the client is there
    embedder.go_on.set()
    wait_for(page, "5 documents", ".documents .counts")
    look_again(page)
    assert (listed(page), papers.uploads()) == (list(SOURCES), ())
    ask(page, WHO_KEEPS)
    assert page.locator(LAST).locator("blockquote").count() == 2
    pick(page, file("ferry.txt", FERRY))
    wait_for(page, "1 document was added.")
    ask(page, WHO_SAILS)
    assert CAPTAIN in page.inner_text(f"{LAST} >> blockquote")


def test_page_removes_what_was_added_when_it_is_sure(page: Page, papers: Folder) -> None:
    """Only what was handed over; one may keep it; what is removed is in no answer, and its choice is gone."""
    pick(page, file("ferry.txt", FERRY))
    wait_for(page, "1 document was added.")
    assert page.locator(".rows .remove").count() == 1
    page.get_by_label("Ask only “ferry.txt”").check()
    remove = page.get_by_role("button", name="Remove: ferry.txt")
    remove.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("label => document.activeElement.innerText === label", arg=ENGLISH.keep)
    assert page.inner_text(".rows .sure") == "Remove “ferry.txt”? The file that was handed over is deleted."
    page.keyboard.press("Enter")
    assert (focused(page), len(papers.uploads())) == ("Remove: ferry.txt", 1)
    page.keyboard.press("Enter")
    page.click(".rows .bar .remove")
    wait_for(page, "“ferry.txt” was removed.")
    assert (listed(page), papers.uploads()) == (list(SOURCES), ())
    assert (focused(page), page.inner_text("#scope")) == (ENGLISH.documents, "")
    assert page.inner_text("#header .counts") == f"5 documents · {PARAGRAPHS} paragraphs"
    ask(page, WHO_SAILS)
    assert page.locator(LAST).locator("blockquote").count() == 0


def test_page_keeps_the_focus_where_it_is_when_the_list_changes(page: Page, papers: Folder, tmp_path: Path) -> None:
    """Whoever is at a box or at a title stays there when documents come."""
    for label, name in (("Ask only “Chart”", "one.txt"), ("Treaty on the Shared Harbour", "two.txt")):
        page.locator(f"[aria-label='{label}'], .rows a:text-is('{label}')").focus()
        with (tmp_path / name).open("w+b") as stream:
            stream.write(name.encode() + b" is new.")
            stream.seek(0)
            papers.add(stream, name)
        papers.sync()
        wait_for(page, f"uploads/{name}", LIST)
        assert focused(page) == label


def test_page_of_an_empty_folder_says_how_to_fill_it(contexts: Contexts, tmp_path: Path) -> None:
    """Nothing is there to ask, and the page says what to do; then documents are added, and asked."""
    folder = tmp_path / "Empty"
    folder.mkdir()
    with (
        opened(folder) as papers,
        serving(lambda: ui.make_app(papers)) as address,
        contexts.opened(address, until=f"text={ENGLISH.no_documents}") as page,
    ):
        assert page.inner_text("#header .counts") == "0 documents · 0 paragraphs"
        ask(page, WHO_SAILS)
        assert page.inner_text(LAST).startswith("There is no document here to answer from.")
        drop(page, [("ferry.txt", FERRY)])
        wait_for(page, "1 document · 2 paragraphs", "#header .counts")
        ask(page, WHO_SAILS)
        assert CAPTAIN in page.inner_text(f"{LAST} >> blockquote")


def test_page_whose_server_is_gone_says_so(contexts: Contexts, papers: Folder) -> None:
    """Among the documents, at the question, and to whoever opens a citation; what was typed is not lost."""
    with ExitStack() as page_open:
        with serving(lambda: ui.make_app(papers, suggestions=[])) as address:
            page = page_open.enter_context(contexts.opened(address, expected="ERR_CONNECTION_REFUSED"))
            ask(page, WHO_KEEPS)
        wait_for(page, ENGLISH.offline)
        page.click(f'{LAST} >> a[href^="#cite="] >> nth=0')
        page.wait_for_selector(f"#viewer [role=alert]:has-text('{ENGLISH.not_loaded}')")
        page.fill("#q textarea", WHO_PAYS)
        page.press("#q textarea", "Enter")
        wait_for(page, ENGLISH.offline, "#told")
        assert page.input_value("#q textarea") == WHO_PAYS


@phone
def test_page_on_a_phone_lists_adds_and_removes(page: Page, papers: Folder) -> None:
    """Everything fits at 390 pixels, and each step says what came of it."""
    widths = [overflow(page)]
    pick(page, file("ferry.txt", FERRY))
    wait_for(page, "1 document was added.")
    widths.append(overflow(page))
    page.tap("text=Remove")
    widths.append(overflow(page))
    page.tap(".rows .bar .remove")
    wait_for(page, "“ferry.txt” was removed.")
    assert (widths, papers.uploads()) == ([0, 0, 0], ())
