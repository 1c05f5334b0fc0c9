"""Plain text splits where its blank lines, indents and line lengths say so."""

from __future__ import annotations

import textwrap
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.plain_text.reader import read as read_text
from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import Extraction


def read(data: bytes) -> Extraction:
    """Read with the usual limits."""
    return read_text(data, ReadingSettings())


SENTENCES = (
    "The committee met on Monday to discuss the budget. Its chair said that no decision would be taken before June, "
    "and that members would be told in time. Nobody in the room spoke against the plan."
)


def blocks_of(text: str) -> list[str]:
    """Give the words of each block, wrapped lines made one."""
    extraction = read(text.encode())
    return [" ".join(extraction.text[block.start : block.end].split()) for block in extraction.blocks]


def kinds_of(text: str) -> list[tuple[str, int | None, str]]:
    """Give kind, level and words of each block."""
    extraction = read(text.encode())
    return [(block.kind, block.level, extraction.text[block.start : block.end]) for block in extraction.blocks]


def wrapped(first: str = "", rest: str = "") -> str:
    """Wrap the sentences as an editor would."""
    return textwrap.fill(SENTENCES, 72, initial_indent=first, subsequent_indent=rest)


def test_plain_text_blank_lines_part_wrapped_paragraphs() -> None:
    """Wrapped lines stay one paragraph and a blank line ends it, be there white space on it or not."""
    assert blocks_of(f"{wrapped()}\n \t\n{wrapped()}\n") == [SENTENCES, SENTENCES]


def test_plain_text_indents_part_paragraphs_without_blank_lines() -> None:
    """An indented line begins a paragraph where the lines before it end sentences."""
    text = "\n".join([wrapped("  "), wrapped("  "), "  “Yes,” he said.", "  “No.”", wrapped("  ")])
    assert blocks_of(text) == [SENTENCES, SENTENCES, "“Yes,” he said.", "“No.”", SENTENCES]


def test_plain_text_hanging_indents_part_paragraphs() -> None:
    """A line without indent begins a paragraph where the other lines have one."""
    assert blocks_of(wrapped(rest="    ") + "\n" + wrapped(rest="    ")) == [SENTENCES, SENTENCES]


def test_plain_text_short_last_lines_part_wrapped_paragraphs() -> None:
    """Without blank lines or indents, a line that ends a sentence well before the margin ends a paragraph."""
    assert blocks_of("\n".join([wrapped()] * 3)) == [SENTENCES] * 3


def test_plain_text_one_line_a_paragraph() -> None:
    """A file whose lines all end sentences is one paragraph a line."""
    assert blocks_of(f"{SENTENCES}\n{SENTENCES}\n") == [SENTENCES, SENTENCES]
    lines = ["Revenue was 5 million.", "Costs were 3 million.", "Profit was 2 million."]
    assert blocks_of("\n".join(lines)) == lines


def test_plain_text_one_sentence_a_line_between_blank_lines_stays_together() -> None:
    """Where blank lines part the paragraphs, a line for each sentence does not."""
    text = "One sentence here.\nAnother one there, longer.\n\nA third one.\nA fourth which is a bit longer still."
    assert blocks_of(text) == [
        "One sentence here. Another one there, longer.",
        "A third one. A fourth which is a bit longer still.",
    ]


def test_plain_text_verse_stays_together() -> None:
    """Short lines that end no sentence are one block."""
    verse = "The lamp went out\nAbove the shore,\nThe boats came in"
    assert blocks_of(f"{verse}\n\n{verse}") == [" ".join(verse.split())] * 2


def test_plain_text_marks_that_people_type() -> None:
    """Titles with hashes, underlined titles, capitals, numbers and bullets are seen; the marks are in no block."""
    text = (
        "# Report\n\nBuy:\n- apples\n- pears that\n  are ripe\n* plums\nThen go home.\n\nCosts\n-----\nThey rose.\n\n"
        "PART ONE\n\n1. Payment\n\nThe tenant pays monthly.\n"
    )
    assert kinds_of(text) == [
        ("heading", 1, "Report"),
        ("prose", None, "Buy:"),
        ("item", None, "apples"),
        ("item", None, "pears that\n  are ripe"),
        ("item", None, "plums"),
        ("prose", None, "Then go home."),
        ("heading", 2, "Costs"),
        ("prose", None, "They rose."),
        ("heading", 1, "PART ONE"),
        ("heading", 1, "1. Payment"),
        ("prose", None, "The tenant pays monthly."),
    ]


def test_plain_text_numbered_lines_of_a_list_are_items() -> None:
    """A list with blank lines between its items is no row of headings, and keeps its numbers."""
    assert kinds_of("1. Apples\n\n2. Pears\n\n(a) the tenant shall pay;\n") == [
        ("item", None, "1. Apples"),
        ("item", None, "2. Pears"),
        ("item", None, "(a) the tenant shall pay;"),
    ]


def test_plain_text_a_dash_at_the_start_of_a_wrapped_line_is_no_item() -> None:
    """Wrapping may bring a dash to the start of a line."""
    assert blocks_of("He said it was late\n- very late - and went home.") == [
        "He said it was late - very late - and went home."
    ]


def test_plain_text_a_line_of_two_megabytes_is_one_block() -> None:
    """A line of 2 MB is read in a moment."""
    began = time.perf_counter()
    assert len(read(b"word " * 400_000).blocks) == 1
    assert time.perf_counter() - began < 5


def test_plain_text_long_runs_of_ragged_lines_are_split() -> None:
    """A word list of 50 lines is no paragraph."""
    assert len(read(b"word and another\n" * 50).blocks) == 50


def rows_of(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Give kind, words and what stands above of each block."""
    extraction = read(text.encode())
    return [
        (block.kind, " ".join(extraction.text[block.start : block.end].split()), block.above)
        for block in extraction.blocks
    ]


def test_plain_text_typed_tables_are_rows_below_their_heads() -> None:
    """Cells that stand below each other make a table; its heads are above a rule or above figures."""
    ruled = "Year      Boats\n----      -----\n2020         15\n2021         16\n"
    assert rows_of(ruled) == [
        ("table head", "Year Boats", ()),
        ("row", "2020 15", ("Year | Boats",)),
        ("row", "2021 16", ("Year | Boats",)),
    ]
    filing = (
        "Table 2. Sales by region\n\n                  Quarter ended\n               July 2023   June 2022\n"
        "Net sales       $ 81,797    $ 82,959\nIncome            22,998      23,076\nOther:\n"
        "Interest             265         -10\n"
    )
    heads = ("Table 2. Sales by region", "Quarter ended July 2023 | Quarter ended June 2022")
    assert rows_of(filing)[1:] == [
        ("table head", "Quarter ended", ()),
        ("table head", "July 2023 June 2022", ()),
        ("row", "Net sales $ 81,797 $ 82,959", heads),
        ("row", "Income 22,998 23,076", heads),
        ("table head", "Other:", ()),
        ("row", "Interest 265 -10", (*heads, "Other:")),
    ]


def test_plain_text_tables_with_bars_are_rows() -> None:
    """Bars and rules are in no block, and a row of a ruled grid may have several lines."""
    rule = "+-------+-----+\n"
    grid = f"{rule}| Port  | m   |\n{rule}| Genoa | 15  |\n| (IT)  |     |\n{rule}| Bari  | 12  |\n"
    assert rows_of(grid) == [
        ("table head", "Port | m", ()),
        ("row", "Genoa | 15 | | (IT)", ("Port | m",)),
        ("row", "Bari | 12", ("Port | m",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1.   The first thing to do is this one.\n2.   The second is that one.\n3.   The third is the last.",
        "He came.   She went.\nNobody saw   them there.\nIt was late.",
        "    def f(x):\n        return x\n",
    ],
)
def test_plain_text_wide_gaps_alone_make_no_table(text: str) -> None:
    """Lists, gaps between sentences and code are no tables."""
    assert "row" not in [kind for kind, _, _ in rows_of(text)]


def test_plain_text_form_feeds_part_pages() -> None:
    """Blocks know their page; what stands at the top or foot of most pages is a running head."""
    pages = [
        f"Boats and ships        June 2024\n\n{day}: {wrapped()}\n\nLee                    [Page {n}]\n"
        for n, day in enumerate(("Monday", "Tuesday", "Friday"), 1)
    ]
    extraction = read("\f".join(pages).encode())
    assert extraction.page_count == 3
    places = [(span.page, span.start, span.end) for block in extraction.blocks for span in block.pages]
    assert places[:4] == [(1, 0, 32), (1, 34, 235), (1, 237, 268), (2, 271, 303)]
    assert [block.kind for block in extraction.blocks] == ["running head", "prose", "running head"] * 3
    assert read(b"One page.\n\f").page_count is None


def test_plain_text_ebook_licence_is_navigation() -> None:
    """What Project Gutenberg puts around a book is none of it, and tells its title and author."""
    text = (
        "The Project Gutenberg eBook of Boats\n\nTitle: Boats\n\nAuthor: Ann Lee\n\nLanguage: German\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK BOATS ***\n\nIt was late.\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK BOATS ***\n\nYou may copy it.\n"
    )
    extraction = read(text.encode())
    assert (extraction.title, extraction.author, extraction.language) == ("Boats", "Ann Lee", "de")
    assert [extraction.text[b.start : b.end] for b in extraction.blocks if b.kind != "navigation"] == ["It was late."]


def test_plain_text_numbers_of_statutes_are_headings_with_their_depth() -> None:
    """Numbered titles, articles and centred lines are headings; numbered sentences are items."""
    text = (
        "2. Payment\n\n2.1 Rent\n\nThe tenant pays monthly.\n\n2.2 The tenant shall pay in time.\n\n"
        "Article 5. Notices\n\nThey shall be in writing.\n\n                    Preamble\n\nWe agree on this.\n"
    )
    assert [(kind, level) for kind, level, _ in kinds_of(text)] == [
        ("heading", 1),
        ("heading", 2),
        ("prose", None),
        ("item", None),
        ("heading", 4),
        ("prose", None),
        ("heading", 1),
        ("prose", None),
    ]


def test_plain_text_wrapped_items_stay_whole() -> None:
    """A capital at the start of a wrapped line of an item does not end it; a short line above does."""
    clause = (
        "3. You may copy the work, or any part of it, in every form, as\n"
        "Sections 1 and 2 above say, but only where all of the\nParties agree."
    )
    assert blocks_of(clause + "\nThen sign.") == [" ".join(clause.split()), "Then sign."]


def test_plain_text_turns_are_paragraphs() -> None:
    """In a transcript each turn is a paragraph, with the lines that go on with it."""
    turns = [
        "MR. SMITH: Good morning, everyone. I would like to begin with the first item.",
        "MS. LEE: Thank you, chair. I have nothing to add at\nthis point but will come back.",
        "MR. SMITH: Then let us go on to the second item of the agenda.",
        "MS. LEE: Yes.",
    ]
    assert blocks_of("\n".join(turns)) == [" ".join(turn.split()) for turn in turns]
    form = "Name: Ann\nPort: Bari\n\nName: Bob\nPort: Rome"
    assert blocks_of(form) == ["Name: Ann Port: Bari", "Name: Bob Port: Rome"]


def test_plain_text_dated_lines_are_paragraphs() -> None:
    """In a log or a chat each dated entry is a paragraph, with the lines that go on with it."""
    entries = [
        "12/05/24, 10:15 - Ann: Shall we meet?",
        "12/05/24, 10:16 - Bob: Yes,\nat the bridge",
        "12/05/24, 10:19 - Ann: Good.",
    ]
    assert blocks_of("\n".join(entries)) == [" ".join(entry.split()) for entry in entries]
    lines = [f"2024-06-20T10:00:0{n} INFO boat {n} left" for n in range(5)]
    assert blocks_of("\n".join(lines)) == lines


def test_plain_text_framed_and_other_underlined_titles() -> None:
    """Titles between two rules or above other marks are headings; a lone rule is in no block."""
    text = "=====\nShips\n=====\n\nThey sail.\n\nHarbours\n~~~~~~~~\n\nThey wait.\n\n----------\nMore text.\n"
    assert kinds_of(text) == [
        ("heading", 1, "Ships"),
        ("prose", None, "They sail."),
        ("heading", 3, "Harbours"),
        ("prose", None, "They wait."),
        ("prose", None, "More text."),
    ]


def test_plain_text_five_megabytes_take_seconds() -> None:
    """Time grows with the size only, whatever the lines look like."""
    lines = [
        "a word   and  12   more",
        "NAME: he said so.",
        "- item",
        "| a | b |",
        "word " * 14,
        "",
        "\f",
        "=====",
        "1.2 It",
    ]
    began = time.process_time()
    read("\n".join(lines * 10_000).encode())
    assert time.process_time() - began < 10


MARKS = set('-#*=+~^"|_ \n\t\u2003\u3000')


@given(st.text(st.sampled_from("aB1 .:\n\t\f-#*=>|+“”é中🙂\u2003\u3000\r"), max_size=200))
def test_plain_text_blocks_hold_every_character_but_marks(text: str) -> None:
    """Blocks are in order, without blanks at their ends, and hold all but marks."""
    extraction = read(text.encode())
    at = 0
    for block in extraction.blocks:
        words = extraction.text[block.start : block.end]
        assert block.start >= at
        assert words == words.strip() != ""
        assert set(extraction.text[at : block.start]) <= MARKS
        at = block.end
    assert set(extraction.text[at:]) <= MARKS
