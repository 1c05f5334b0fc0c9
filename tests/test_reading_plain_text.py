"""Plain text splits where its blank lines, indents and line lengths say so."""

from __future__ import annotations

import textwrap
import time

from hypothesis import given
from hypothesis import strategies as st

from index.reading.plain_text import read

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


@given(st.text(st.sampled_from("aB1 .\n\t-#*=>|“”é中🙂\u2003\u3000\r"), max_size=200))
def test_plain_text_blocks_hold_every_character_but_marks(text: str) -> None:
    """Blocks are in order, without blanks at their ends, and hold all but marks."""
    extraction = read(text.encode())
    at = 0
    for block in extraction.blocks:
        words = extraction.text[block.start : block.end]
        assert block.start >= at
        assert words == words.strip() != ""
        assert set(extraction.text[at : block.start]) <= set("-#*=+ \n\t\u2003\u3000")
        at = block.end
    assert set(extraction.text[at:]) <= set("-#*=+ \n\t\u2003\u3000")
