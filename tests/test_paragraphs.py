"""Blocks become paragraphs, and what is no paragraph is told apart."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bylines import iso_date, read_byline
from index.documents import PageSpan, Paragraph, Part
from index.paragraphs import Division, divide
from index.reading.extraction import Block, Extraction
from index.reading.plain_text.reader import read as read_text
from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import BlockKind

LONG = "The council met on Monday to discuss the budget of the town and the bridge. Nobody spoke against the plan."


def division_of(*blocks: str) -> tuple[Division, str]:
    """Divide a plain text of these blocks."""
    extraction = read_text("\n\n".join(blocks).encode(), ReadingSettings())
    return divide(extraction), extraction.text


def paragraphs_of(*blocks: str) -> list[str]:
    """Give the words of a plain text's paragraphs."""
    division, text = division_of(*blocks)
    return [text[paragraph.start : paragraph.end] for paragraph in division.paragraphs]


def parts_of(*blocks: str) -> list[tuple[str, str]]:
    """Give role and words of a plain text's parts."""
    division, text = division_of(*blocks)
    return [(part.role, text[part.start : part.end]) for part in division.parts]


def test_paragraphs_cut_in_mid_sentence_are_one_span() -> None:
    """A paragraph that a page break cut is whole again, the gap in it."""
    cut = "Less than a month ago the minister made an unannounced", "appearance at the conference in the capital."
    assert paragraphs_of(LONG, *cut, LONG) == [LONG, "\n\n".join(cut), LONG]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LONG, "and so it went on for the rest of the week without an end."),
        ("A heading of several words that stands above", "The text begins with a capital letter."),
        ("Too short to be cut", "while this goes on in small letters."),
        ("These are the things that the council wants to buy", "- apples and pears for the winter."),
        ("The firm uses what you tell it to answer your questions; and", "improve, check and change its services."),
        ("The office of the town is on the first floor of the house", "555-0100 or by letter"),
        ("The office of the town is on the first floor of the house", "facebook"),
        ("The shop sells a great many things that people may want", "iPhone cases of all kinds are among them."),
        ("A sentence that does not end but is followed by a link to", "www.example.org"),
        (
            "委員会は月曜日に町の予算について話し合いました委員会は月曜日に町の予算について話し合いました",
            "次の会議は水曜日に開かれます",
        ),
    ],
)
def test_paragraphs_that_are_whole_are_not_joined(before: str, after: str) -> None:
    """A sentence's end, a capital, a list, an address or a script without capitals gives no reason to join."""
    division, _ = division_of(LONG, before, after, LONG)
    assert len(division.paragraphs) + len(division.parts) == 4


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It was on that day, they said, in the year of", "2024 that the bridge fell into the river."),
        ("On Friday the council met the ambassador of the", "United States and spoke of the bridge."),
        ("Nobody at the meeting could say what she meant by", "“better days” for the town and the bridge."),
    ],
)
def test_paragraphs_hanging_words_join(before: str, after: str) -> None:
    """Behind "the", "of" and their like a sentence goes on, with a capital or a number too."""
    assert paragraphs_of(LONG, before, after, LONG) == [LONG, f"{before}\n\n{after}", LONG]


def test_paragraphs_joined_across_pages_keep_both() -> None:
    """A joined paragraph stands on the pages of its pieces, those of one page in one span."""
    text = "The minister made an unannounced and early\n\nappearance at\n\nthe town."
    pieces = [(0, 42, 1), (44, 57, 2)]
    blocks = tuple(Block(start, end, pages=(PageSpan(page, start, end),)) for start, end, page in pieces)
    joined = divide(Extraction(text[:57], blocks)).paragraphs
    assert [(p.start, p.end, p.pages) for p in joined] == [(0, 57, (PageSpan(1, 0, 42), PageSpan(2, 44, 57)))]
    mended = divide(Extraction(text[:57], blocks, pre_mended=True)).paragraphs
    assert [(p.start, p.end) for p in mended] == [(0, 42), (44, 57)]


def test_paragraphs_title_byline_and_tail_are_parts() -> None:
    """A saved article's title, byline and tail are parts, and tell its title, author and date."""
    blocks = "# The bridge must wait", "Ann Lee  \n20 June 2024", LONG, LONG, "To contact the editors write to:"
    division, _ = division_of(*blocks, "**[example.org/contact](https://www.example.org/contact)**")
    assert (division.title, division.author, division.date) == ("The bridge must wait", "Ann Lee", "2024-06-20")
    assert [part.role for part in division.parts] == ["title", "byline", "tail", "tail"]
    assert len(division.paragraphs) == 2


def test_paragraphs_first_line_that_reads_like_a_title_is_one() -> None:
    """One line without a full stop above sentences is the title, a question too."""
    assert division_of("Where does the bridge lead?", LONG)[0].title == "Where does the bridge lead?"
    assert division_of("The bridge", LONG)[0].title == "The bridge"


@pytest.mark.parametrize("first", ["It rained.", "Dear Ann,", "as I said", "https://example.org/a"])
def test_paragraphs_first_line_that_is_no_title(first: str) -> None:
    """A sentence, a salutation, small letters or an address is no title."""
    assert division_of(first, LONG)[0].title is None


def test_paragraphs_title_needs_sentences_below() -> None:
    """The first of two lines of the same kind is a paragraph like the other."""
    assert paragraphs_of("Revenue was 5 million", "Costs were 3 million") == [
        "Revenue was 5 million",
        "Costs were 3 million",
    ]


def test_paragraphs_metadata_title_finds_its_block() -> None:
    """A title in the metadata is found in the text, also with a site's name behind it; a program's is not believed."""
    text = "The bridge must wait\n\n" + LONG
    blocks = Block(0, 20, "heading", 1), Block(22, len(text))
    known = divide(Extraction(text, blocks, title="The bridge must wait | The Daily"))
    assert (known.title, [part.role for part in known.parts]) == ("The bridge must wait", ["title"])
    assert divide(Extraction(text, blocks[1:], title="Microsoft Word - final.doc")).title is None
    assert divide(Extraction(text, blocks[1:], title="Bridges")).title == "Bridges"


def test_paragraphs_know_the_headings_above_them() -> None:
    """Headings nest by level, the title is not repeated, and a heading's marks are not in its words."""
    division, _ = division_of("# T", LONG, "## A `b`", "### B [c](d)", LONG, "## C", LONG)
    assert [paragraph.headings for paragraph in division.paragraphs] == [(), ("A b", "B c"), ("C",)]
    assert [part.role for part in division.parts] == ["title", "heading", "heading", "heading"]
    assert [paragraph.number for paragraph in division.paragraphs] == [1, 2, 3]


def test_paragraphs_one_of_several_first_headings_is_no_title() -> None:
    """Chapters of the same level are headings, each of its own paragraphs."""
    division, _ = division_of("# One", LONG, "# Two", LONG)
    assert division.title is None
    assert [paragraph.headings for paragraph in division.paragraphs] == [("One",), ("Two",)]


def test_paragraphs_rows_know_what_they_stand_under() -> None:
    """What a row stands under comes below the headings, and the blocks that say it are parts."""
    text = "Sales Year 5 Text"
    blocks = (
        Block(0, 5, "heading", 1),
        Block(6, 10, "table head"),
        Block(11, 12, "row", above=("Boats", "Year")),
        Block(13, 17),
    )
    division = divide(Extraction(text, blocks, title="Of boats"))
    assert [(p.kind, p.headings) for p in division.paragraphs] == [
        ("row", ("Sales", "Boats", "Year")),
        ("prose", ("Sales",)),
    ]
    assert [part.role for part in division.parts] == ["heading", "table head"]


@pytest.mark.parametrize("kind", ["row", "item", "code", "note"])
def test_paragraphs_of_lists_and_tables_are_never_title_byline_or_tail(kind: BlockKind) -> None:
    """A row or an item that reads like a title, a byline or a tail is content: a sheet or a slide holds such."""
    words = [
        "The bridge must wait",
        "By Ann Lee",
        "20 June 2024",
        LONG,
        "Related",
        "© 2024 The Daily",
        "ann@example.org",
    ]
    text = "\n".join(words)
    starts = [text.index(word) for word in words]
    blocks = tuple(Block(at, at + len(word), kind) for at, word in zip(starts, words, strict=True))
    division = divide(Extraction(text, blocks, pre_mended=True))
    assert (len(division.paragraphs), division.parts, division.title) == (len(words), (), None)
    assert (division.author, division.date) == (None, None)


def test_paragraphs_items_below_related_are_content() -> None:
    """A heading "Related" takes the titles below it with it, but not a list."""
    text = f"{LONG} Related Boats"
    blocks = (
        Block(0, len(LONG)),
        Block(len(LONG) + 1, len(LONG) + 8, "heading", 1),
        Block(len(LONG) + 9, len(text), "item"),
    )
    assert [p.kind for p in divide(Extraction(text, blocks)).paragraphs] == ["prose", "item"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("The bridge must wait", "The bridge must wait"),
        ("Introduction to it", "Letter of the council"),
        ("1 The bridge", "Letter of the council"),
        ("TOWN COUNCIL", "Letter of the council"),
        ("Bridge", "Letter of the council"),
    ],
)
def test_paragraphs_title_of_the_text_wins_over_its_metadata(heading: str, title: str) -> None:
    """Programs keep the title of the file that a text was made from; a letterhead or a chapter is no better one."""
    text = f"{heading}\n{LONG}"
    blocks = Block(0, len(heading), "heading", 1), Block(len(heading) + 1, len(text))
    assert divide(Extraction(text, blocks, title="Letter of the council")).title == title


def test_paragraphs_second_title_is_a_heading() -> None:
    """Of several blocks that a reader calls titles the first is the document's, the others are headings."""
    text = "One a Two b"
    blocks = Block(0, 3, "title"), Block(4, 5), Block(6, 9, "title"), Block(10, 11)
    division = divide(Extraction(text, blocks))
    assert (division.title, [p.headings for p in division.paragraphs]) == ("One", [(), ("Two",)])


def test_paragraphs_names_of_programs_keep_their_marks_in_headings() -> None:
    """Marks that enclose words are taken off a heading, those of names are not."""
    division, _ = division_of(
        "# T", LONG, "## **Use** of `a` and *b*", LONG, "## The __init__.py and _private 5 * 3", LONG
    )
    assert [paragraph.headings for paragraph in division.paragraphs[1:]] == [
        ("Use of a and b",),
        ("The __init__.py and _private 5 * 3",),
    ]


def test_paragraphs_something_is_always_left() -> None:
    """A file of one line, of headings or of a link alone is found by it."""
    assert paragraphs_of("Revenue was 5 million") == ["Revenue was 5 million"]
    assert paragraphs_of("# Only a title", "## And a heading") == ["Only a title", "And a heading"]
    assert paragraphs_of("https://example.org") == ["https://example.org"]
    assert paragraphs_of("By Ann Lee") == ["By Ann Lee"]
    assert paragraphs_of("***", "---") == []


@pytest.mark.parametrize(
    "tail",
    ["Related", "Read more: The new bridge", "Share this article", "Sign up for our newsletter", "ann@example.org",
     "© 2024 The Daily. All rights reserved.", "Contact us", "Tags: bridge, town", "Follow us on X"],
)  # fmt: skip
def test_paragraphs_tails_are_parts_at_the_end_only(tail: str) -> None:
    """A tail is a part behind the text and content in the middle of it."""
    assert parts_of("The bridge", LONG, tail) == [("title", "The bridge"), ("tail", tail)]
    assert tail in paragraphs_of("The bridge", LONG, tail, LONG)


@pytest.mark.parametrize(
    "last",
    ["Share prices fell on Monday.", "Related to this is the war.", "Copyright law is hard.", "Yes.",
     "To contact the ambassador, he used a radio.", "Read more books and you will learn."],
)  # fmt: skip
def test_paragraphs_last_sentence_is_content(last: str) -> None:
    """A sentence that only begins like a tail is none."""
    assert paragraphs_of("The bridge", LONG, last) == [LONG, last]


def test_paragraphs_titles_of_other_texts_are_tails() -> None:
    """Short lines under "Related" at the end are tails with it."""
    parts = parts_of("The bridge", LONG, "Related stories", "A new road for the town", "Ferries are back")
    assert [role for role, _ in parts] == ["title", "tail", "tail", "tail"]
    assert len(paragraphs_of("The bridge", LONG, "Related", LONG)) == 3


def test_paragraphs_names_need_a_sign_to_be_a_byline() -> None:
    """Two words in capitals are a byline beside a date or behind "By", and else a paragraph."""
    assert parts_of("The bridge", "Ann Lee", "June 20, 2024", LONG)[1:] == [
        ("byline", "Ann Lee"),
        ("byline", "June 20, 2024"),
    ]
    assert parts_of("The bridge", "North Korea", LONG) == [("title", "The bridge")]
    assert parts_of("The bridge", "It is old and must wait, they said.", "By Ann Lee", LONG)[1:] == [
        ("byline", "By Ann Lee")
    ]


@pytest.mark.parametrize(
    ("block", "author", "date"),
    [
        ("By the harbour news desk, 20 June 2024", "the harbour news desk", "2024-06-20"),
        ("By Ann Lee", "Ann Lee", None),
        ("By ANN LEE and Bob O’Neill", "ANN LEE and Bob O’Neill", None),
        ("By Ann Lee | 20 June 2024", "Ann Lee", "2024-06-20"),
        ("By Ann Lee, June 20, 2024", "Ann Lee", "2024-06-20"),
        ("By Ann Lee in London", "Ann Lee", None),
        ("**Author: Ludwig van Beethoven**", "Ludwig van Beethoven", None),
        ("Published June 20, 2024 · 5 min read", None, "2024-06-20"),
    ],
)
def test_paragraphs_bylines_give_author_and_date(block: str, author: str | None, date: str | None) -> None:
    """Names and dates are read in the forms newspapers print."""
    byline = read_byline(block)
    assert byline is not None
    assert (byline.author, byline.date, byline.certain) == (author, date, True)


@pytest.mark.parametrize("block", ["By the end of June", "By Friday Morning", "2024", "20 June 2024 was a day", LONG])
def test_paragraphs_other_blocks_are_no_bylines(block: str) -> None:
    """Sentences, beginnings of sentences and lone years are no bylines."""
    assert read_byline(block) is None


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("20 June 2024", "2024-06-20"),
        ("June 20th, 2024", "2024-06-20"),
        ("Thu, 20 Jun 2024 10:00:00 GMT", "2024-06-20"),
        ("2024-06-20T10:11:12.5+02:00", "2024-06-20"),
        ("D:20240620123000-07'00'", "2024-06-20"),
        ("Last updated: Thursday, 20 June 2024 at 10:30 am", "2024-06-20"),
        ("June 2024", "2024-06"),
        ("2024", "2024"),
        ("20/06/2024", "2024-06-20"),
        ("06/20/2024", "2024-06-20"),
        ("4/4/2024", "2024-04-04"),
        ("03/04/2024", None),
        ("31 February 2024", None),
        ("20 June", None),
        ("", None),
        (None, None),
    ],
)
def test_paragraphs_dates_are_as_exact_as_known(words: str | None, date: str | None) -> None:
    """A date is ISO 8601 to the day, month or year that is known, and None where it could be two."""
    assert iso_date(words) == date


def test_paragraphs_long_files_take_a_moment() -> None:
    """A chain of 20,000 blocks that all go on with the one before is joined in time that grows with their number."""
    began = time.perf_counter()
    text = "\n\n".join(["a line in small letters that never comes to an end"] * 20_000)
    blocks = tuple(Block(n * 52, n * 52 + 50) for n in range(20_000))
    assert len(divide(Extraction(text, blocks)).paragraphs) == 1
    assert time.perf_counter() - began < 10


WORDS = st.sampled_from(
    ["By Ann Lee", "20 June 2024", "Related", "a sentence goes on", "It ends here.", LONG, "TITLE", "---", "5", "é.",
     "Read more", "https://example.org", "1. Pears", "- x", "## Heading"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12))
def test_paragraphs_and_parts_hold_every_word(blocks: list[str]) -> None:
    """Paragraphs and parts do not overlap, are in order, have no blank ends and hold every letter and digit."""
    division, text = division_of(*blocks)
    assert [paragraph.number for paragraph in division.paragraphs] == list(range(1, len(division.paragraphs) + 1))
    assert list(division.parts) == sorted(division.parts, key=lambda part: part.start)
    at = 0
    pieces: list[Paragraph | Part] = [*division.paragraphs, *division.parts]
    for piece in sorted(pieces, key=lambda piece: piece.start):
        assert piece.start >= at
        assert text[piece.start : piece.end] == text[piece.start : piece.end].strip() != ""
        assert set(text[at : piece.start]) <= set("\n #-")
        at = piece.end
    assert set(text[at:]) <= set("\n #-")


def test_paragraphs_of_pages_that_stand_alone_inherit_no_heading() -> None:
    """A slide without a title does not stand under that of the slide before it."""
    text = "Costs\n\nThey rise.\n\nThey fall."
    blocks = (
        Block(0, 5, "heading", 1, (PageSpan(1, 0, 5),)),
        Block(7, 17, pages=(PageSpan(1, 7, 17),)),
        Block(19, 29, pages=(PageSpan(2, 19, 29),)),
    )
    for alone, headings in ((True, [("Costs",), ()]), (False, [("Costs",), ("Costs",)])):
        division = divide(Extraction(text, blocks, "Deck", pages_stand_alone=alone, pre_mended=True))
        assert [paragraph.headings for paragraph in division.paragraphs] == headings


def test_paragraphs_with_a_depth_end_the_headings_of_that_depth() -> None:
    """A clause that is too long for a heading does not stand under the clause before it."""
    text = "1. Terms\n\n1.1 Records\n\n1.2 The supplier keeps them for ten years."
    blocks = (Block(0, 8, "heading", 1), Block(10, 21, "heading", 2), Block(23, len(text), "item", 2))
    (paragraph,) = divide(Extraction(text, blocks, "Contract", pre_mended=True)).paragraphs
    assert paragraph.headings == ("1. Terms",)
