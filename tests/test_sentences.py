"""Sentences stand where they are said to stand."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from qa.sentences import LONGEST_SENTENCE, sentences


def cut(text: str) -> list[str]:
    """Give the sentences themselves."""
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_are_cut_at_their_ends() -> None:
    """Full stops in abbreviations and numbers end no sentence."""
    text = "Dr. Lee paid 3.5 million in Jan. 2020. Was it legal? No!"
    assert cut(text) == ["Dr. Lee paid 3.5 million in Jan. 2020.", "Was it legal?", "No!"]


def test_line_break_ends_no_sentence() -> None:
    """A sentence that a page break cut is one sentence, with the break in it."""
    text = "The leader made an unannounced\n\nappearance at the forum. It was short."
    assert cut(text) == ["The leader made an unannounced\n\nappearance at the forum.", "It was short."]


def test_endless_sentence_is_given_in_stretches() -> None:
    """A list of 1,000 words without a full stop comes in stretches that end at white space and leave nothing out."""
    text = " ".join(["word"] * 1_000)
    stretches = cut(text)
    assert [len(stretch) for stretch in stretches] == [1_499, 1_499, 1_499, 499]
    assert " ".join(stretches) == text


def test_blank_text_has_no_sentences() -> None:
    """Nothing in, nothing out."""
    assert [sentences(text) for text in ("", " \n\t ")] == [[], []]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400) | st.text("Ab. !?\n\u00a0", max_size=4_000))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    """Every character that is no white space is in exactly one sentence; none begins or ends in white space."""
    ranges = sentences(text)
    assert all(start < end <= start + LONGEST_SENTENCE for start, end in ranges)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ranges))
    assert "".join("".join(text[start:end].split()) for start, end in ranges) == "".join(text.split())
    assert all(not text[start].isspace() and not text[end - 1].isspace() for start, end in ranges)
