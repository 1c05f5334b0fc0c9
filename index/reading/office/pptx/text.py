"""The paragraphs of a slide's text boxes and of its notes: items below the items they belong to, prose, and notes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.reading.office.drawing.text import Piece, bullet_of, bullets_of, line_of, words_of
from index.reading.office.package import child_of, integer_of
from index.reading.office.pptx.masters import RUNNING_HEADS, placeholder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_LONGEST_LABEL = 150  # characters
_LONGEST_JOINED = 300  # characters
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


def paragraphs_of(text: etree._Element, inherited: dict[int, bool]) -> Iterator[Piece]:
    """Give a shape's paragraphs: those with bullets as items, under the items of higher levels that they belong to.

    Args:
        text: The shape's.
        inherited: For each level, from 0, whether paragraphs that do not say so themselves have a bullet.
    """
    if _is_number_or_date(text):
        yield Piece("running head", line_of(text))
        return
    own = bullets_of(child_of(text, "lstStyle"))
    over: list[tuple[int, str]] = []  # the paragraphs above, by their ranks: twice the level, one more with a bullet
    last: Piece | None = None
    for paragraph in text.iterfind("{*}p"):
        words = words_of(paragraph)
        properties = child_of(paragraph, "pPr")
        level = min(8, max(0, integer_of(properties, "lvl") or 0))
        is_item = bullet_of(properties)
        if is_item is None:
            is_item = own[level] if level in own else inherited.get(level, False)
        if last is not None and words and not is_item and _goes_on(last, words):
            last = replace(last, text=f"{last.text}\n{words}")
            continue
        if last is not None:
            yield last
            last = None
        rank = 2 * level + bool(is_item)
        over = [(above, label) for above, label in over if above < rank]
        if words and is_item:
            last = Piece("item", words, level=level + 1, above=tuple(label for _, label in over))
        elif words:
            last = Piece("prose", words)
        # What has no bullet stands above the bullets after it only if it announces them.
        if words and len(words) <= _LONGEST_LABEL and (is_item or not _SENTENCE_END.search(words)):
            over.append((rank, " ".join(words.split())))
    if last is not None:
        yield last


def _goes_on(last: Piece, words: str) -> bool:
    """Whether a paragraph without a bullet only breaks the line, as in "12 %" above "of all ships"."""
    if _SENTENCE_END.search(last.text) or len(last.text) + len(words) > _LONGEST_JOINED:
        return False
    return last.kind == "prose" or words[0].islower()


def _is_number_or_date(text: etree._Element) -> bool:
    """Whether a text is nothing but the slide's number or the day's date, which the program fills in."""
    kinds = {(element.get("type") or "").lower() for element in text.iter("{*}fld")}
    has_plain_words = any((run.findtext("{*}t") or "").strip() for run in text.iter("{*}r"))
    return bool(kinds) and not has_plain_words and all(kind.startswith(("slidenum", "datetime")) for kind in kinds)


def notes_of(root: etree._Element) -> Iterator[Piece]:
    """Give the paragraphs of a page of notes, without its header, footer, number and picture of the slide."""
    for shape in root.iter("{*}sp"):
        placeholder = placeholder_of(shape)
        if placeholder is None or placeholder.kind not in (*RUNNING_HEADS, "sldImg"):
            text = child_of(shape, "txBody")
            if text is not None and not _is_number_or_date(text):
                yield from (Piece("note", words) for words in map(words_of, text.iterfind("{*}p")) if words)
