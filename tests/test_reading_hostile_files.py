"""Files that broke other readers, where they are at hand, and all hostile files through the processes that read."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from pdf_files import column, pdf_file
from random_packed_files import docx_file, xlsx_file
from test_reading_hostile import DEEP, MAIN_PART, PART, SENTENCE, main_part, protected_pdf, texts, with_member

from index.errors import PasswordError, UnreadableFileError
from index.reading import ReadingSettings, read_document
from index.reading.workers import ReadingWorkers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.documents import Document

HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"
MOST_SECONDS = 60
MOST_MEMORY = 2_000_000_000  # bytes

needs_files = pytest.mark.skipif(not HOSTILE.is_dir(), reason="the files are not at hand")


def read(name: str, *passwords: str) -> Document:
    """Read one of the files."""
    return read_document((HOSTILE / name).read_bytes(), name, ReadingSettings(passwords=passwords))


def words(document: Document) -> str:
    """The text with its white space run together."""
    return " ".join(document.text.split())


@needs_files
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gen_empty.pdf", r"^the file is empty$"),
        ("gen_laughs.docx", r"^its XML declares entities"),
        ("gen_truncated.pdf", r"^the file is damaged"),
        ("gen_xxe.docx", r"^its XML declares entities"),
        ("gen_zipbomb.docx", r"^it unpacks to 31\d MB"),
        ("pdfjs_poppler-395-0-fuzzed.pdf", r"^the file is damaged"),
        ("pdfjs_poppler-937-0-fuzzed.pdf", r"cannot be opened|can be opened"),
    ],
)
def test_hostile_files_that_give_no_text_say_why(name: str, message: str) -> None:
    """What cannot be read is one clear error."""
    with pytest.raises(UnreadableFileError, match=message):
        read(name)


@needs_files
@pytest.mark.parametrize(
    ("name", "paragraphs"),
    [
        ("gen_cp1252_nometa.html", ["“Naïve” résumé – it’s déjà vu, said the señor."]),
        ("gen_deep.html", ["bottom text of a deeply nested page"]),
        ("gen_html_named.pdf", ["This is really HTML, saved with a .pdf name by a browser."]),
        (
            "gen_mixed_newlines_nul.txt",
            [
                "Para one line a\nline b",
                "Para two with NUL and \nLS and \nPS",
                "Para three  with inner BOM and a zero\u200bwidth.",
                "Para four e\u0301 combining, 🙂 emoji, 𝕏 math.",
            ],
        ),
        ("gen_utf16le_nobom.txt", ["First paragraph of the text file.", "Second paragraph, héllo."]),
        ("kz_trackedChanges.odt", ["Some text with and inserted text."]),
        ("mammoth_footnotes.docx", ["Ouch.", "1 A tachyon walks into a bar.", "2 Fin."]),
        ("mammoth_strict-format.docx", ["Test"]),
    ],
)
def test_hostile_files_give_their_paragraphs(name: str, paragraphs: list[str]) -> None:
    """What can be read comes out whole, and nothing else does."""
    assert texts(read(name)) == paragraphs


@needs_files
def test_hostile_epub_gives_its_chapters() -> None:
    """The words of the first and of the last chapter are there."""
    text = words(read("kz_features.epub"))
    assert "Reflowable EPUB 3 Conformance Test Document" in text
    assert "UNDER DEVELOPMENT" in text


@needs_files
def test_hostile_scan_gives_the_text_that_lies_behind_it() -> None:
    """A scan with a hidden layer of recognised text is read by that."""
    document = read("kz_scanned.pdf")
    assert "Thank you in advance for helping us move forward." in words(document)
    assert document.report.pages_without_text == ()


@needs_files
def test_hostile_text_boxes_are_read_once() -> None:
    """A text box that is there for new and for old programs is read once."""
    text = words(read("kz_textbox.docx"))
    for phrase in ("Whether the epidemic has eased.", "Case closed.", "must be submitted within 24 hours"):
        assert text.count(phrase) == 1


@needs_files
def test_hostile_page_tree_that_runs_in_circles_gives_its_good_page() -> None:
    """The first page is read, and the second is said to have failed."""
    document = read("pdfjs_Pages-tree-refs.pdf")
    assert texts(document) == ["Testcase: ’Pages loop’"]
    assert (document.page_count, document.report.failed_pages) == (2, (2,))


@needs_files
def test_hostile_ligatures_are_letters() -> None:
    """Ligatures come out as the letters that they stand for."""
    (text,) = texts(read("pdfjs_copy_paste_ligatures.pdf"))
    assert text.startswith("abcdeffffiflffiffl")
    assert text.endswith("ghijklmno")


@needs_files
def test_hostile_pages_that_are_the_same_are_not_taken_for_running_heads() -> None:
    """Text that stands on each of three pages is read on each."""
    document = read("pdfjs_issue1350.pdf")
    spans = [(p.pages[0].page, document.text[p.start : p.end]) for p in document.paragraphs]
    for phrase in ("Location must be selected at checkout.", "Cannot be combined with other offers or promotions."):
        assert [page for page, text in spans if phrase in text] == [1, 2, 3]


@needs_files
def test_hostile_characters_beyond_unicode_are_no_text() -> None:
    """A font that names characters that there are not is no text, and the file says so."""
    with pytest.raises(UnreadableFileError, match=r"page 1 has a font that does not say which letters it draws"):
        read("pdfjs_issue18117.pdf")


@needs_files
def test_hostile_protected_pdf_opens_with_its_password() -> None:
    """AES-256 of revision 6 opens with the user's password, and says that it is protected without it."""
    with pytest.raises(PasswordError, match=r"^it is protected by a password"):
        read("pdfminer_aes-256-r6.pdf")
    assert "Hello World" in words(read("pdfminer_aes-256-r6.pdf", "wrong", "usersecret"))


@needs_files
def test_hostile_objects_that_hold_themselves_do_not_blow_up() -> None:
    """Forms that draw themselves are drawn a bounded number of times."""
    document = read("pdfminer_issue-1113-evil-xobjects.pdf")
    assert len(document.text) < 10_000
    assert words(document).startswith("Hello world Hello world")


@needs_files
def test_hostile_cross_references_are_mended() -> None:
    """A PDF whose table of objects is wrong still gives its text."""
    text = words(read("pdfminer_zen_of_python_corrupted.pdf"))
    assert "Beautiful is better than ugly. Explicit is better than implicit." in text
    assert "In the face of ambiguity, refuse the temptation to guess." in text


@needs_files
def test_hostile_page_breaks_in_words_do_not_glue() -> None:
    """The pages are those that Word saved, and words on both sides of a break stay apart."""
    document = read("pydocx_par-rendered-page-breaks.docx")
    assert texts(document) == [
        "Page break here>> <<followed by more text.",
        "Page break in>> <<this hyperlink and another one here>> <<with text following",
        "Two page>> <<breaks>> <<in one run.",
    ]
    assert document.page_count == 6
    assert [[span.page for span in p.pages] for p in document.paragraphs] == [[1, 2], [2, 3, 4], [4, 5, 6]]


@needs_files
def test_hostile_columns_are_read_in_order() -> None:
    """The two columns of a paper come one after the other, and a hyphen at a line's end is gone."""
    text = words(read("pdfjs_tracemonkey.pdf"))
    assert "Trace-based Just-in-Time Type Specialization for Dynamic Languages" in text
    places = [text.index(f"{number}. {title}") for number, title in ((1, "Introduction"), (3, "Trace Trees"))]
    assert places == sorted(places)
    assert "Dynamic languages such as JavaScript are more difficult to compile than statically typed ones." in text


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Give the files that try the limits of time and memory: ours, and those at hand."""
    page = f"<!DOCTYPE html><html><body>{'<ul><li>' * DEEP}{SENTENCE}</body></html>"
    yield "deep.html", page.encode()
    yield "deep.md", ("> " * DEEP + SENTENCE).encode()
    yield "line.txt", b"word " * 400_000
    yield "line.html", b"<!DOCTYPE html><p>" + b"word " * 400_000
    yield "line.csv", b"a," * 1_000_000
    yield "marks.md", b"*a" * 1_000_000
    yield "brackets.md", b"[" * 2_000_000
    yield "tags.html", b"<a" * 1_000_000
    yield "protected.pdf", protected_pdf("grey stone", SENTENCE)
    yield "pages.pdf", pdf_file(*[column(72, 700, SENTENCE)] * 2_000)
    yield "bomb.docx", with_member(docx_file(PART), "word/media/a.xml", bytes(600_000_000))
    repeated = main_part(docx_file(PART), "a.docx").replace("</w:body>", "<w:p/>" * 300_000 + "</w:body>")
    yield "paragraphs.docx", with_member(docx_file(PART), MAIN_PART["a.docx"], repeated.encode())
    far = main_part(xlsx_file(PART), "a.xlsx").replace('r="A1"', 'r="XFD1048576"')
    yield "far.xlsx", with_member(xlsx_file(PART), MAIN_PART["a.xlsx"], far.encode())
    if HOSTILE.is_dir():
        for path in sorted(HOSTILE.iterdir()):
            if path.suffix != ".md":
                yield path.name, path.read_bytes()


def test_hostile_files_keep_within_time_and_memory() -> None:
    """Each file is read or refused within 60 s and 2 GB, and the same processes go on to read the next."""
    most = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not is_over.wait(0.05):
            for child in psutil.Process().children(recursive=True):
                try:
                    most = max(most, child.memory_info().rss)
                except psutil.Error:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with ReadingWorkers(1, ReadingSettings()) as workers:
            for name, data in hostile_files():
                started = time.monotonic()
                reading = workers.read(data, name)
                seconds = time.monotonic() - started
                assert (reading.document is None) == (reading.reason is not None), name
                assert "does not foresee" not in (reading.reason or ""), (name, reading.reason)
                assert seconds < MOST_SECONDS, name
                assert most < MOST_MEMORY, name
                after = workers.read(SENTENCE.encode(), "a.txt").document
                assert after is not None
                assert texts(after) == [SENTENCE], name
    finally:
        is_over.set()
        watcher.join()
