"""Markdown becomes blocks of the file's own text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.markdown import read as read_markdown
from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import Extraction


def read(data: bytes) -> Extraction:
    """Read with the usual limits."""
    return read_markdown(data, ReadingSettings())


def kinds_of(text: str) -> list[tuple[str, int | None, str]]:
    """Give kind, level and words of each block."""
    extraction = read(text.encode())
    return [(block.kind, block.level, extraction.text[block.start : block.end]) for block in extraction.blocks]


def test_markdown_headings_of_both_kinds() -> None:
    """Hashes and underlines make headings with their level; the marks are in no block."""
    assert kinds_of("# Ships ##\n\nText\nwrapped.\n\nHarbours\n--------\n## C#\n") == [
        ("heading", 1, "Ships"),
        ("prose", None, "Text\nwrapped."),
        ("heading", 2, "Harbours"),
        ("heading", 2, "C#"),
    ]


def test_markdown_lists_give_a_block_an_item() -> None:
    """Nested items and second paragraphs of an item stand for themselves."""
    text = "- one\n- two\n  wrapped\n\n  second\n  - deep\n    1. 1\n- [ ] open\n"
    assert kinds_of(text) == [
        ("item", None, "one"),
        ("item", None, "two\n  wrapped"),
        ("item", None, "second"),
        ("item", None, "deep"),
        ("item", None, "1"),
        ("item", None, "[ ] open"),
    ]


def test_markdown_table_rows_carry_the_column_heads() -> None:
    """A table is a block a row below its heads, also inside a quotation; an escaped bar parts no cells."""
    text = "| Year |  Sum \\| net |\n|---|---|\n| 2023 | 5 |\n\n> | a | b |\n> |---|---|\n> | 3 | |\n"
    extraction = read(text.encode())
    assert [(block.kind, extraction.text[block.start : block.end], block.above) for block in extraction.blocks] == [
        ("table head", "Year |  Sum \\| net", ()),
        ("row", "2023 | 5", ("Year | Sum \\| net",)),
        ("table head", "a | b", ()),
        ("row", "3", ("a | b",)),
    ]


def test_markdown_table_knows_the_title_above_it() -> None:
    """A line that says which table follows is its caption and stands above its rows, not above those of the next."""
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    extraction = read(f"**Table 1:** Boats by port\n\n{table}\nText.\n\n{table}".encode())
    assert [(block.kind, block.above) for block in extraction.blocks] == [
        ("caption", ()),
        ("table head", ()),
        ("row", ("**Table 1:** Boats by port", "a | b")),
        ("prose", ()),
        ("table head", ()),
        ("row", ("a | b",)),
    ]


def test_markdown_footnotes_are_notes() -> None:
    """Each footnote is a note of its own, with the paragraphs that are indented below it."""
    text = "Sales rose.[^1]\n\n[^1]: Without boats.\n[^b]: Word\n\n    Second paragraph.\n\n[^3]: alone\n\n    code\n"
    assert kinds_of(text)[:4] == [
        ("prose", None, "Sales rose.[^1]"),
        ("note", None, "[^1]: Without boats."),
        ("note", None, "[^b]: Word"),
        ("note", None, "Second paragraph."),
    ]
    assert kinds_of("[^3]: alone\n") == [("note", None, "[^3]: alone")]


def test_markdown_admonitions_are_prose() -> None:
    """The indented text of an admonition is no code, and the fences of one are in no block."""
    assert kinds_of('!!! note "Mind"\n\n    The bridge is closed.\n\n    Take the ferry.\n') == [
        ("prose", None, '!!! note "Mind"'),
        ("prose", None, "The bridge is closed."),
        ("prose", None, "Take the ferry."),
    ]
    assert kinds_of(":::tip\nTake the ferry.\n:::\n") == [
        ("navigation", None, ":::tip"),
        ("prose", None, "Take the ferry."),
    ]


def test_markdown_code_is_code() -> None:
    """Fenced and indented code are code, and a fence's language is none of it."""
    assert kinds_of("```python\nx = 1\n\ny = 2\n```\n\n    indented\n") == [
        ("navigation", None, "```python"),
        ("code", None, "x = 1\n\ny = 2"),
        ("code", None, "indented"),
    ]


def test_markdown_what_nobody_sees_is_navigation() -> None:
    """Comments, bare tags, definitions of references and badges are navigation; a figure's words are a caption."""
    text = (
        '<!-- a note -->\n\n<br/>\n\n<p align="center">Hello there</p>\n\n[ref]: https://example.org "T"\n\n'
        "![badge](a.svg) [![b](c)](d)\n\n![Sales of boats by region](x.png)\n"
    )
    assert kinds_of(text) == [
        ("navigation", None, "<!-- a note -->"),
        ("navigation", None, "<br/>"),
        ("prose", None, '<p align="center">Hello there</p>'),
        ("navigation", None, '[ref]: https://example.org "T"'),
        ("navigation", None, "![badge](a.svg) [![b](c)](d)"),
        ("caption", None, "![Sales of boats by region](x.png)"),
    ]


def test_markdown_anchors_and_contents_are_navigation() -> None:
    """A line that only links into its own file and an empty anchor are navigation."""
    assert kinds_of('- **[Use](#use)**\n- [Boats](b.md)\n\n<a id="x"></a>\n') == [
        ("navigation", None, "**[Use](#use)**"),
        ("item", None, "[Boats](b.md)"),
        ("navigation", None, '<a id="x"></a>'),
    ]


def test_markdown_front_matter_is_metadata() -> None:
    """Title, authors and date come from the front matter, which is in a block of its own."""
    extraction = read(b"---\ntitle: 'Boats: a study'\nauthors: [Ann Lee, Bob Ray]\ndate: 2024-06-20\n---\nText.\n")
    assert (extraction.title, extraction.author, extraction.date) == (
        "Boats: a study",
        "Ann Lee, Bob Ray",
        "2024-06-20",
    )
    assert [(block.kind, block.start) for block in extraction.blocks] == [("navigation", 0), ("prose", 77)]


@pytest.mark.parametrize(
    ("front", "language"),
    [("lang: de-AT", "de-AT"), ("language: fr", "fr"), ("tags: [a, b]", None), ("lang:", None)],
)
def test_markdown_front_matter_declares_the_language(front: str, language: str | None) -> None:
    """The language is where site generators look for it."""
    assert read(f"---\n{front}\n---\nText.\n".encode()).language == language


def test_markdown_front_matter_of_other_kinds() -> None:
    """Metadata in TOML and authors with more than a name are read too."""
    toml = read(b'+++\ntitle = "Boats"\ndate = 2024-06-20\nauthors = ["Ann", "Bob"]\n+++\nText.\n')
    assert (toml.title, toml.author, toml.date) == ("Boats", "Ann, Bob", "2024-06-20")
    named = read(b"---\nauthor:\n  name: Ann Lee\n  email: ann@example.org\n---\nText.\n")
    assert named.author == "Ann Lee"
    assert read(b"+++\nno = metadata = here\n+++\nText.\n").title is None


def test_markdown_a_rule_at_the_top_is_no_front_matter() -> None:
    """Three dashes around what is no mapping are Markdown."""
    assert read(b"---\nJust words\n\n---\n").title is None
    assert [kind for kind, _, _ in kinds_of("---\nJust words\n\n---\n")] == ["prose"]


def test_markdown_hostile_front_matter_is_not_expanded() -> None:
    """Aliases and merge keys are not followed, and deep nesting is no metadata and no crash."""
    bomb = "a: &a [x, x]\n" + "".join(f"k{n}: &k{n} [*a, *a]\n" for n in range(50)) + "<<: [*a, *a]\ntitle: Safe\n"
    assert read(f"---\n{bomb}---\nText.\n".encode()).title == "Safe"
    assert read(("---\ntitle: " + "[" * 5000 + "\n---\nText.\n").encode()).title is None


def test_markdown_nesting_is_bounded() -> None:
    """20,000 nested quotations and lists are read in a moment, and their words are kept."""
    began = time.perf_counter()
    text = ">" * 20_000 + " deep\n\n" + "- " * 20_000 + "deeper\n"
    assert [words.split()[-1] for _, _, words in kinds_of(text)] == ["deep", "deeper"]
    assert time.perf_counter() - began < 10


PIECES = (
    *("# ", "- ", "1. ", "> ", "| ", "```", "~~~", "---", "\n", "\n\n", "    ", "a", "b c", "é"),
    *(
        "[x]: y",
        "[^1]: y",
        "!!! note",
        ":::",
        ":::tip",
        "Table 1: ",
        "+++",
        "<b>",
        "<!--",
        "-->",
        "===",
        "|-|-|",
        "\t",
        "*",
        "\\",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_markdown_blocks_hold_every_word(pieces: list[str]) -> None:
    """Blocks are in order, without blanks at their ends, and all words are in one."""
    extraction = read("".join(pieces).encode())
    at = 0
    gaps = ""
    for block in extraction.blocks:
        words = extraction.text[block.start : block.end]
        assert block.start >= at
        assert words == words.strip() != ""
        gaps += extraction.text[at : block.start]
        at = block.end
    assert not any(c.isalpha() for c in gaps + extraction.text[at:])
