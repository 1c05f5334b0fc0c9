"""The PDF reader, on files written here byte by byte."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pdf_objects
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_files import Ink, column, pdf_file

from index.documents import PageSpan, ReadingReport
from index.errors import UnreadableFileError
from index.reading import read_document
from index.reading.pdf import reader
from index.reading.pdf.characters import text_of
from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.reading.extraction import Extraction


def read(data: bytes, settings: ReadingSettings | None = None) -> Extraction:
    """Read a file as it is read without any settings."""
    return reader.read(data, settings or ReadingSettings())


def blocks(extraction: Extraction) -> list[tuple[str, str]]:
    """Give every block's kind and text."""
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks]


HARBOUR = (
    "The harbour was built of grey stone in the years after the",
    "great flood, and its two long arms still keep the winter",
    "storms away from the boats of the fishing village.",
)
MARKET = (
    "On market days the farmers from the hills came down with",
    "cheese and wool, and stayed until the last bell had rung.",
)


def test_pdf_lines_become_paragraphs() -> None:
    """Lines of one paragraph are joined by blanks, and two paragraphs stand apart by an empty line."""
    extraction = read(pdf_file([*column(72, 700, *HARBOUR), *column(72, 640, *MARKET)]))

    first, second = " ".join(HARBOUR), " ".join(MARKET)
    assert extraction.text == f"{first}\n\n{second}"
    assert blocks(extraction) == [("prose", first), ("prose", second)]
    assert [block.pages for block in extraction.blocks] == [
        (PageSpan(1, 0, len(first)),),
        (PageSpan(1, len(first) + 2, len(first) + 2 + len(second)),),
    ]
    assert (extraction.page_count, extraction.pre_mended) == (1, True)


def test_pdf_columns_are_read_one_after_the_other_and_joined() -> None:
    """A paragraph that a column cuts is one block on one page."""
    left = column(
        50,
        700,
        "Every ship that entered the port",
        "had to pay a toll of three silver",
        "coins, which the keeper of the",
    )
    right = column(320, 700, "tower wrote down in a large book", "bound in the skin of a calf.")

    extraction = read(pdf_file([*left, *right]))

    text = (
        "Every ship that entered the port had to pay a toll of three silver coins, which the keeper of the tower "
        "wrote down in a large book bound in the skin of a calf."
    )
    assert extraction.text == text
    assert extraction.blocks[0].pages == (PageSpan(1, 0, len(text)),)


def test_pdf_paragraph_over_two_pages_says_what_stands_on_each() -> None:
    """A paragraph that a page cuts is one block with a span for each page, and what stood between comes after it."""
    first = [*column(72, 700, *HARBOUR[:2], "storms away from the boats that every spring"), Ink(295, 30, "1")]
    second = [
        *column(72, 700, "are painted blue, as their fathers did before them."),
        *column(72, 660, *MARKET),
        Ink(295, 30, "2"),
    ]

    extraction = read(pdf_file(first, second))

    joined = " ".join([*HARBOUR[:2], "storms away from the boats that every spring "])
    rest = "are painted blue, as their fathers did before them."
    assert blocks(extraction) == [
        ("prose", joined + rest),
        ("running head", "1"),
        ("prose", " ".join(MARKET)),
        ("running head", "2"),
    ]
    spans = extraction.blocks[0].pages
    assert spans == (PageSpan(1, 0, len(joined)), PageSpan(2, len(joined), len(joined + rest)))
    assert extraction.text[spans[1].start : spans[1].end] == rest


def test_pdf_word_cut_at_a_page_is_whole_and_its_halves_know_their_page() -> None:
    """The hyphen that only ends a line goes, and the second half of the word belongs to the second page."""
    first = column(72, 700, *HARBOUR[:2], "storms away from the boats that lie at anchor in the har-")
    second = column(72, 700, "bour and wait for better weather and a fair wind.")

    extraction = read(pdf_file(first, second))

    assert "at anchor in the harbour and wait" in extraction.text
    before, after = extraction.blocks[0].pages
    assert extraction.text[before.start : before.end].endswith("in the har")
    assert extraction.text[after.start : after.end].startswith("bour and wait")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("They spoke of the exam-", "ple that was set.", "They spoke of the example that was set."),
        ("A long-term plan needs a long-", "term view.", "A long-term plan needs a long-term view."),
        ("The letters from Anne-", "Marie were kept.", "The letters from Anne-Marie were kept."),
        ("It covers the years both pre-", "and post-war.", "It covers the years both pre- and post-war."),
        ("See the report on pages 291-", "300 of the second.", "See the report on pages 291-300 of the second."),
    ],
)
def test_pdf_hyphens_at_line_ends_follow_the_words(first: str, second: str, expected: str) -> None:
    """A hyphen that belongs to a word, a name, a pair or a range stays; one that only ends the line goes."""
    assert read(pdf_file(column(72, 700, first, second))).text == expected


def test_pdf_running_heads_are_tagged_and_kept() -> None:
    """The line that repeats on every page and the page's number are running heads; nothing of them is lost."""
    pages = [
        [
            Ink(72, 770, "Annals of the Port"),
            *column(72, 700, *HARBOUR),
            *column(72, 640, *MARKET),
            Ink(295, 30, str(number)),
        ]
        for number in (7, 8, 9, 10)
    ]
    for page, word in zip(pages, ("north", "south", "east", "west"), strict=True):
        page[1:4] = column(
            72, 700, f"The {word} wall was finished before the others, by masons who", f"came from the {word}."
        )

    found = blocks(read(pdf_file(*pages)))

    assert [text for kind, text in found if kind == "running head"] == [
        line for number in (7, 8, 9, 10) for line in ("Annals of the Port", str(number))
    ]
    assert ("prose", "The east wall was finished before the others, by masons who came from the east.") in found


def test_pdf_page_that_is_mostly_repeated_keeps_its_text() -> None:
    """Lines that repeat are no running heads where they take more than 30 % of a page."""
    head = Ink(72, 770, "The annual meeting of the harbour company")
    pages = [[head, *column(72, 400, f"Item {word} was read.")] for word in ("one", "two", "six")]

    assert {kind for kind, _ in blocks(read(pdf_file(*pages)))} == {"prose"}


def test_pdf_copies_of_one_page_keep_their_text() -> None:
    """Three copies of a page have no running heads: what stands between their edges repeats too."""
    page = [
        Ink(72, 770, "Voucher"),
        *column(72, 700, *HARBOUR),
        *column(72, 600, *MARKET),
        Ink(72, 40, "Keep it safe."),
    ]

    found = blocks(read(pdf_file(page, page, page)))

    assert [text for _, text in found].count("Voucher") == 3
    assert "running head" not in {kind for kind, _ in found}


def test_pdf_headings_have_levels_by_their_type() -> None:
    """Larger type is a higher heading; bold type of the body's size is the lowest."""
    page = [
        *column(72, 740, "The History of a Port", size=20, font="Bold"),
        *column(72, 700, "Origins", size=14, font="Bold"),
        *column(72, 680, *HARBOUR),
        *column(72, 620, "Trade and tolls", font="Bold"),
        *column(72, 604, *MARKET),
        *column(72, 560, "Decline", size=14, font="Bold"),
        *column(72, 540, *HARBOUR),
    ]

    extraction = read(pdf_file(page))

    assert [
        (block.kind, block.level, extraction.text[block.start : block.end])
        for block in extraction.blocks
        if block.kind != "prose"
    ] == [
        ("title", None, "The History of a Port"),
        ("heading", 2, "Origins"),
        ("heading", 3, "Trade and tolls"),
        ("heading", 2, "Decline"),
    ]


def test_pdf_outline_names_headings_that_type_does_not_show() -> None:
    """A line that is a title of the outline is a heading of the outline's level, even in the body's type."""
    page = [*column(72, 700, "1. The first walls"), *column(72, 688, *HARBOUR), *column(72, 640, "Tolls", *MARKET)]

    extraction = read(pdf_file(page, outline=[("The first walls", 1), ("Tolls", 1)], info={"Title": "A port"}))

    assert [(block.kind, block.level) for block in extraction.blocks] == [
        ("heading", 1),
        ("prose", None),
        ("heading", 1),
        ("prose", None),
    ]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("matrix", "place"),
    [
        ("1 0 0 1", lambda x, y: (x, y)),
        ("0 1 -1 0", lambda x, y: (800 - y, x)),
        ("-1 0 0 -1", lambda x, y: (600 - x, 800 - y)),
        ("0 -1 1 0", lambda x, y: (y, 600 - x)),
    ],
    ids=["upright", "anticlockwise", "upside down", "clockwise"],
)
def test_pdf_page_set_sideways_reads_like_an_upright_one(
    matrix: str, place: Callable[[float, float], tuple[float, float]], rotation: int
) -> None:
    """Whichever way the text and the page are turned, paragraphs come out whole and in their order."""
    page = []
    for ink in [*column(72, 700, *HARBOUR), *column(72, 640, *MARKET)]:
        x, y = place(ink.x, ink.y)
        page.append(replace(ink, x=x, y=y, matrix=matrix))

    data = pdf_file(page, rotation=rotation)

    assert blocks(read(data)) == [("prose", " ".join(HARBOUR)), ("prose", " ".join(MARKET))]


def test_pdf_list_items_stand_alone() -> None:
    """Every item is a block with all its lines."""
    page = column(72, 700, "• one rope of hemp, forty", "fathoms long", "• two anchors", "• a lamp")

    assert blocks(read(pdf_file(page))) == [
        ("item", "• one rope of hemp, forty fathoms long"),
        ("item", "• two anchors"),
        ("item", "• a lamp"),
    ]


def test_pdf_listing_keeps_its_lines_and_indentation() -> None:
    """Lines of program text keep their breaks, and their indentation as blanks."""
    page = [
        *column(72, 700, *HARBOUR),
        Ink(72, 640, "while ships:", font="Mono"),
        Ink(96, 628, "toll += 3", font="Mono"),
        Ink(96, 616, "ships -= 1", font="Mono"),
    ]

    assert blocks(read(pdf_file(page)))[1] == ("code", "while ships:\n    toll += 3\n    ships -= 1")


def test_pdf_footnote_is_a_note_and_does_not_cut_the_paragraph() -> None:
    """Small type with a mark at a page's foot is a note, and the paragraph above it goes on over the page."""
    first = [
        *column(72, 700, *HARBOUR[:2], "storms away from the boats that every spring"),
        *column(72, 80, "1 The older wall is under the sand.", size=7),
    ]
    second = column(72, 700, "are painted blue, as their fathers did before them.", "They are small.")

    kinds = [kind for kind, _ in blocks(read(pdf_file(first, second)))]

    assert kinds == ["prose", "note"]


def test_pdf_accent_drawn_over_a_letter_is_composed_with_it() -> None:
    """An accent that stands over the next letter becomes one with it; one beside it stays as it is."""
    over = [Ink(72, 700, "A na"), Ink(93, 700, "¨"), Ink(93.3, 700, "i"), Ink(96, 700, "ve plan")]

    assert read(pdf_file(over)).text == "A naïve plan"
    assert read(pdf_file([Ink(72, 700, "Beside ´a")])).text == "Beside ´a"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0x41, "A"),
        (0xFB03, "ffi"),
        (0xA0, " "),
        (0xAD, ""),
        (0x07, ""),
        (0x202E, ""),
        (0x1F600, "\U0001f600"),
        (0xE38081, "、"),
        (0xF0A9AC80, "\U00029b00"),
        (0xFFFFFFFF, "\ufffd"),
    ],
)
def test_pdf_numbers_of_characters_become_text(code: int, expected: str) -> None:
    """Ligatures are spelt out, controls go, and values beyond Unicode are read as the UTF-8 bytes that they are."""
    assert text_of(code) == expected


def test_pdf_says_its_title_author_and_date() -> None:
    """Metadata is given where it says something, the date as a calendar date."""
    info = {"Title": " A port\tand its people ", "Author": "Ada Miller", "CreationDate": "D:20240620093000+02'00'"}

    extraction = read(pdf_file(column(72, 700, *HARBOUR), info=info))

    assert (extraction.title, extraction.author, extraction.date) == (
        "A port and its people",
        "Ada Miller",
        "2024-06-20",
    )


@pytest.mark.parametrize(
    "junk",
    ["untitled", "Microsoft Word - port.doc", "port.pdf", "Port FINAL.docx", "0001045810-23-000093", "12", "Document1"],
)
def test_pdf_title_that_is_a_file_name_is_ignored(junk: str) -> None:
    """What programs write into the title for want of one is no title."""
    assert read(pdf_file(column(72, 700, *HARBOUR), info={"Title": junk})).title is None


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("D:2024", "2024"),
        ("D:202406", "2024-06"),
        ("20240620", "2024-06-20"),
        ("D:20240231", "2024"),
        ("yesterday", None),
    ],
)
def test_pdf_date_is_as_exact_as_the_file(stamp: str, expected: str | None) -> None:
    """A date is given as far as it is one."""
    assert read(pdf_file(column(72, 700, *HARBOUR), info={"CreationDate": stamp})).date == expected


def test_pdf_of_blank_pages_has_no_blocks() -> None:
    """A file of empty pages gives no block, and nothing is missing."""
    extraction = read(pdf_file([], []))

    assert (extraction.text, extraction.blocks, extraction.page_count) == ("", (), 2)
    assert extraction.report == ReadingReport()


def test_pdf_without_a_paragraph_is_refused_with_the_reason() -> None:
    """Blank pages and pages that cannot be opened are told apart."""
    with pytest.raises(UnreadableFileError, match=r"^it holds no text$"):
        read_document(pdf_file([], []), "scan.pdf")
    damaged = pdf_file(column(72, 700, *HARBOUR)).replace(b"/Kids [7 0 R", b"/Kids [1 0 R")
    assert b"/Kids [1 0 R" in damaged
    with pytest.raises(UnreadableFileError, match=r"^it holds no text: page 1 cannot be opened$"):
        read_document(damaged, "damaged.pdf")


def test_pdf_blank_page_among_others_keeps_their_numbers() -> None:
    """An empty page does not keep the paragraphs around it from their pages."""
    extraction = read(pdf_file(column(72, 700, *HARBOUR), [], column(72, 700, *MARKET)))

    assert [block.pages[0].page for block in extraction.blocks] == [1, 3]


def test_pdf_page_that_cannot_be_loaded_is_reported_and_the_rest_is_read() -> None:
    """A page that leads nowhere is a failed page; the others are read."""
    data = pdf_file(column(72, 700, *HARBOUR), column(72, 700, *MARKET))
    damaged = data.replace(b"/Kids [7 0 R", b"/Kids [1 0 R")
    assert damaged != data

    extraction = read(damaged)

    assert extraction.report.failed_pages == (1,)
    assert blocks(extraction) == [("prose", " ".join(MARKET))]
    assert extraction.blocks[0].pages[0].page == 2


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4\n", b"<!doctype html><p>No PDF.</p>", b"\x00" * 4096],
    ids=["header alone", "html", "zeros"],
)
def test_pdf_that_is_none_is_refused_in_words(data: bytes) -> None:
    """What pdfium cannot open is called damaged."""
    with pytest.raises(UnreadableFileError, match=r"^the file is damaged or not a PDF$"):
        read(data)


def test_pdf_cut_short_is_refused_in_words() -> None:
    """A file whose page tree was cut off is called damaged."""
    data = pdf_file(column(72, 700, *HARBOUR))
    with pytest.raises(UnreadableFileError, match=r"^the file is damaged or not a PDF$"):
        read(data[:12])


def test_pdf_of_no_bytes_is_called_empty() -> None:
    """A file of no bytes has its own message."""
    with pytest.raises(UnreadableFileError, match=r"^the file is empty$"):
        read(b"")


def test_pdf_with_a_password_is_refused_in_words() -> None:
    """A file that the empty password does not open is called protected."""
    lock = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "00" * 32 + "> /U <" + "11" * 32 + "> >> /ID [<00> <00>]"
    )
    with pytest.raises(UnreadableFileError, match=r"^it is protected by a password"):
        read(pdf_file(column(72, 700, *HARBOUR), trailer=lock))


def test_pdf_files_read_in_threads_do_not_mix() -> None:
    """Files read at once in several threads give what they give alone."""
    files = [
        pdf_file(*[column(72, 700, f"File {name}, page {page}, says no more.") for page in range(5)]) for name in "abcd"
    ]
    alone = [read(data) for data in files]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(read, files * 6))

    assert together == alone * 6


HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the folder of hostile files is not beside the checkout")
def test_pdf_hostile_files_are_read_or_refused() -> None:
    """Damaged, looping and locked files of the wild give what they hold, or one clear error."""

    def hostile(name: str) -> Extraction:
        return read((HOSTILE / name).read_bytes())

    loop = hostile("pdfjs_Pages-tree-refs.pdf")
    assert (loop.text, loop.report.failed_pages) == ("Testcase: ’Pages loop’", (2,))
    assert hostile("pdfjs_copy_paste_ligatures.pdf").text == "abcdeffffiflffifflſtstghijklmno"
    assert hostile("pdfjs_poppler-937-0-fuzzed.pdf").report.failed_pages == (1,)
    assert "Although never is often better than *right* now." in hostile("pdfminer_zen_of_python_corrupted.pdf").text
    assert "running head" not in {block.kind for block in hostile("pdfjs_issue1350.pdf").blocks}
    paper = hostile("pdfjs_tracemonkey.pdf").text
    assert "achieving 2x-20x speedups on many programs." in paper
    assert "such as JavaScript, Python, and Ruby, are popular since they are expressive" in paper
    assert "a naïve implementation" in paper
    for name in ("gen_truncated.pdf", "gen_html_named.pdf", "pdfjs_poppler-395-0-fuzzed.pdf"):
        with pytest.raises(UnreadableFileError, match=r"^the file is damaged or not a PDF$"):
            hostile(name)
    with pytest.raises(UnreadableFileError, match=r"^it is protected by a password"):
        hostile("pdfminer_aes-256-r6.pdf")


def test_pdf_page_of_very_many_lines_is_read() -> None:
    """Ten thousand lines on a page come out, all of them."""
    page = [Ink(72 + 5 * (at % 2), 790 - 0.078 * at, f"line{at}", size=0.078) for at in range(10_000)]

    # They stand two in a row, and so read as a table.
    found = read(pdf_file(page)).text.replace("|", " ").split()
    assert sorted(found) == sorted(f"line{at}" for at in range(10_000))


words = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéß-.,;:!?()[]0123456789 \u00a0\u00ad•", min_size=1, max_size=60)
inks = st.builds(
    Ink,
    x=st.integers(-20, 560),
    y=st.integers(-20, 810),
    text=words,
    size=st.sampled_from([1, 6, 10, 10, 10, 14, 40]),
    font=st.sampled_from(["Regular", "Bold", "Mono"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(inks, max_size=12), min_size=1, max_size=4))
def test_pdf_blocks_and_spans_hold_whatever_a_page_draws(pages: list[list[Ink]]) -> None:
    """Blocks are in order and cover all that is not blank; the spans of each follow each other from end to end."""
    extraction = read(pdf_file(*pages))

    outside = 0
    for block in extraction.blocks:
        text = extraction.text[block.start : block.end]
        assert text
        assert text == text.strip()
        assert not extraction.text[outside : block.start].strip()
        outside = block.end
        assert (block.pages[0].start, block.pages[-1].end) == (block.start, block.end)
        assert (block.level is not None) == (block.kind == "heading")
        assert all(span.start < span.end for span in block.pages)
        assert all(a.end == b.start and a.page < b.page for a, b in pairwise(block.pages))
    assert outside == len(extraction.text)


lines_of_prose = st.lists(
    st.text(alphabet="abcdefghij ", min_size=30, max_size=70).map(lambda text: " ".join(text.split()) or "a"),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(lines_of_prose)
def test_pdf_loses_no_word(lines: list[str]) -> None:
    """Whatever way lines are grouped, all their letters come out in their order."""
    pages = [column(72, 700, *lines[at : at + 15]) for at in range(0, len(lines), 15)]

    assert "".join(read(pdf_file(*pages)).text.split()) == "".join("".join(lines).split())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2000), st.binary(max_size=30))
def test_pdf_damage_is_read_or_refused(place: int, garbage: bytes) -> None:
    """Bytes overwritten anywhere never raise anything but the reader's own error."""
    data = bytearray(pdf_file(column(72, 700, *HARBOUR), column(72, 700, *MARKET), outline=[("Tolls", 2)]))
    data[place : place + len(garbage)] = garbage
    try:
        extraction = read(bytes(data))
    except UnreadableFileError:
        return
    assert extraction.page_count is not None
    assert all(1 <= span.page <= extraction.page_count for block in extraction.blocks for span in block.pages)


def test_pdf_figures_as_far_apart_as_cells_are_two() -> None:
    """Where the file sets figures apart by the spacing of its letters alone, "9" and "0" are not 90."""
    apart = pdf_objects.Page("BT /F 6 Tf 17 Tc 72 700 Td (90) Tj ET\n")
    spaced = pdf_objects.Page("BT /F 10 Tf 3 Tc 72 700 Td (HARBOUR) Tj ET\n")
    assert read(pdf_objects.file_of(apart)).text == "9 0"
    assert read(pdf_objects.file_of(spaced)).text == "HARBOUR"
