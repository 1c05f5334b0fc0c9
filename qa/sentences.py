"""A text to its sentences, each where it stands."""

from __future__ import annotations

import re

LONGEST_SENTENCE = 1_500  # characters; what is longer is a list or a table without full stops


def sentences(text: str) -> list[tuple[int, int]]:
    """Give the character range of each sentence, without white space at its ends, in order.

    A line break inside a sentence does not end it. A sentence of more than 1,500 characters is given in several
    stretches that end at white space.
    """
    import sentencex

    # One for one, so that every offset stays; a line break would count as the end of a sentence.
    flat = re.sub(r"\s", " ", text)
    ranges: list[tuple[int, int]] = []
    for boundary in sentencex.get_sentence_boundaries("en", flat):
        ranges.extend(_stretches(flat, boundary["start_index"], boundary["end_index"]))
    return ranges


def _stretches(text: str, start: int, end: int) -> list[tuple[int, int]]:
    stretches: list[tuple[int, int]] = []
    while True:
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if start >= end:
            return stretches
        cut = end
        if end - start > LONGEST_SENTENCE:
            blank = text.rfind(" ", start, start + LONGEST_SENTENCE)
            cut = blank if blank > start else start + LONGEST_SENTENCE
        stretches.append((start, start + len(text[start:cut].rstrip())))
        start = cut
