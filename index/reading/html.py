"""HTML pages: the blocks that a browser would show; the article's own are content, the rest is tagged navigation.

Selectolax says where a block begins and ends; trafilatura says which text is the article. Neither does the other's part
well.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import trafilatura
from lxml import etree
from trafilatura.settings import Document as Article

from index.documents import ReadingReport
from index.reading.decoding import decode, normalise
from index.reading.extraction import Block, Extraction
from index.reading.html_blocks import Seen, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.extraction import BlockKind

# Without a handler of their own, what these libraries find odd in a page would go to the user's terminal.
for _name in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_LONGEST_ARTICLE_SOURCE = 3_000_000  # characters; beyond it trafilatura takes minutes
_DEEPEST_FOR_TRAFILATURA = 180  # elements; its recursion and libxml2's limit of 256 stand above
_DATE_OPTIONS = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
_TRAFILATURA_FAILS = (
    etree.LxmlError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError, OverflowError,
)  # fmt: skip


def read(data: bytes) -> Extraction:
    """Read an HTML page.

    Raises:
        UnreadableFileError: The bytes are not text.
    """
    decoded = decode(data, declares=True)
    walk = Walk(decoded.text)
    seen = walk.blocks()
    article = _article(decoded.text) if walk.depth <= _DEEPEST_FOR_TRAFILATURA else None
    kept = _kept(seen, article.text or "") if article is not None else _not_chrome(seen)
    text, blocks = _joined(seen, kept)
    heads = [block.text for block, is_kept in zip(seen, kept, strict=True) if is_kept and block.kind == "heading"]
    return Extraction(
        text=text,
        blocks=blocks,
        title=_title(walk.title, article.title if article is not None else None, heads),
        author=normalise(article.author or "") or None if article is not None else None,
        date=article.date if article is not None else None,
        pre_mended=True,
        report=ReadingReport(encoding=decoded.encoding),
    )


def _title(in_head: str, guessed: str | None, heads: Sequence[str]) -> str | None:
    """Choose a title: the heading that the page's own title names, else trafilatura's where something supports it."""
    named = _letters(in_head)
    for heading in heads:
        if len(_letters(heading)) >= 4 and _letters(heading) in named:
            return heading
    if guessed and (not named or _letters(guessed) in named or guessed in heads):
        return normalise(guessed)
    return normalise(in_head) or None


def _joined(seen: Sequence[Seen], kept: Sequence[bool]) -> tuple[str, tuple[Block, ...]]:
    """Put the blocks one below the other."""
    blocks = []
    at = 0
    for block, is_kept in zip(seen, kept, strict=True):
        kind: BlockKind = block.kind if is_kept else "navigation"
        blocks.append(Block(at, at + len(block.text), kind, block.level if is_kept else None))
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in seen), tuple(blocks)


def _article(source: str) -> Article | None:
    """Let trafilatura find the article, its title, author and date; None where it finds none or fails."""
    if len(source) > _LONGEST_ARTICLE_SOURCE:
        return None
    try:
        found = trafilatura.bare_extraction(
            source,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params=dict(_DATE_OPTIONS),
        )
    except _TRAFILATURA_FAILS:
        return None
    return found if isinstance(found, Article) else None


def _not_chrome(seen: Sequence[Seen]) -> list[bool]:
    """Keep what no element calls navigation, or everything where nothing else is there."""
    kept = [not block.is_chrome for block in seen]
    return kept if any(kept) else [True] * len(seen)


def _kept(seen: Sequence[Seen], article: str) -> list[bool]:
    """Say which blocks stand in the article's text."""
    lines = {_letters(line) for line in article.split("\n")}
    finder = _Finder(_letters(article), lines)
    keys = [_letters(block.text) for block in seen]
    # Short blocks ("Share", "Comment") stand in the article's words by chance: they go with their neighbours.
    sure = [_stands_in(block, key, finder) for block, key in zip(seen, keys, strict=True)]
    kept = [False] * len(seen)
    for n, (block, key) in enumerate(zip(seen, keys, strict=True)):
        is_kept = sure[n]
        if is_kept is None:
            is_kept = key != "" and any(sure[max(0, n - 2) : n + 3]) and finder.has(key)
        elif block.kind == "heading" and not is_kept:
            is_kept = (block.level or 1) > 1 and any(sure[n + 1 : n + 3]) and any(kept[:n])
        elif block.kind == "caption" and not is_kept:  # trafilatura leaves figures out
            is_kept = not block.is_chrome and (any(kept[max(0, n - 2) : n]) or any(sure[n + 1 : n + 3]))
        kept[n] = is_kept
    kept_letters = sum(len(key) for key, is_kept in zip(keys, kept, strict=True) if is_kept)
    return kept if kept_letters >= 0.25 * len(finder.text) and any(kept) else _not_chrome(seen)


def _stands_in(block: Seen, key: str, finder: _Finder) -> bool | None:
    """Whether a block is the article's; None where it is too short to say."""
    if block.is_chrome and len(key) <= 60:  # a link in a menu has the words of the heading that it leads to
        return False
    if len(key) <= 15 and block.kind != "heading":
        return None
    if key and finder.has(key):
        return True
    if len(key) <= 60:
        return False
    sentences = re.split(r"(?<=[.!?])\s", block.text)  # trafilatura may have left out or moved a part
    return 2 * sum(finder.has(_letters(sentence)) for sentence in sentences) >= len(sentences)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


class _Finder:
    """Finds blocks in an article's letters, from where the last one stood: the order is nearly always the same."""

    _WINDOW = 100_000
    _LONGEST_SEARCHED_WHOLE = 2_000_000

    def __init__(self, text: str, lines: set[str]) -> None:
        self.text = text
        self._lines = lines
        self._at = 0

    def has(self, key: str) -> bool:
        """Whether the article holds these letters; an empty key it does."""
        if not key or key in self._lines:
            return True
        found = self.text.find(key, self._at, self._at + self._WINDOW + len(key))
        if found < 0 and len(self.text) < self._LONGEST_SEARCHED_WHOLE:
            found = self.text.find(key)
        if found >= 0:
            self._at = found
        return found >= 0
