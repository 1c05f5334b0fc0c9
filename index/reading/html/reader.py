"""HTML pages: the blocks that a browser would show; the page's own text is content, the rest is tagged navigation.

Selectolax says where a block begins and ends (blocks.py), trafilatura which text is the article and who wrote it
when; article.py weighs what it says.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import trafilatura
from lxml import etree
from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document as Article

from index.documents import ReadingReport
from index.errors import UnreadableFileError
from index.reading.decoding import decode, normalise
from index.reading.extraction import Block, Extraction
from index.reading.html.article import Page, content, letters_of
from index.reading.html.blocks import Walk, check_nesting
from index.reading.html.mhtml import is_mhtml, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborHTMLParser

    from index.reading.extraction import BlockKind
    from index.reading.html.blocks import Seen
    from index.reading.settings import ReadingSettings

# Without a handler of their own, what these libraries find odd in a page would go to the user's terminal.
for _name in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_LONGEST_ARTICLE = 200_000  # characters of text; what is longer is a book, a statute or a list, and all of it counts
_MOST_ARTICLE_BLOCKS = 5_000
_LONGEST_ARTICLE_SOURCE = 3_000_000  # characters; beyond it trafilatura takes seconds
_LONGEST_HEAD = 200_000  # characters of a larger page's source that may hold its metadata
_DEEPEST_FOR_TRAFILATURA = 180  # elements; its recursion and libxml2's limit of 256 stand above
_DATE_OPTIONS = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
_TRAFILATURA_FAILS = (
    etree.LxmlError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError, OverflowError,
)  # fmt: skip
_NEWS = re.compile(
    r"""article:published_time|"@type"\s*:\s*\[?\s*"(?:\w*NewsArticle|BlogPosting|Article|Report\w*)\"""", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][\w-]{1,20})?")
_NO_AUTHOR = re.compile(
    r"https?:|www\.|@\w+\.|\d{3}|^(?:admin|administrator|editor|webmaster|root|user)$", re.IGNORECASE
)
_LONGEST_AUTHOR = 150  # characters
_BEHIND_TITLE = re.compile(r"\s+(?:[|·•»]|[-–—])\s+")


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read an HTML page, also one saved with all its parts (MHTML).

    Raises:
        UnreadableFileError: The bytes are not text, or the page only frames others.
        LimitError: Its elements stand too deep in each other.
    """
    decoded = page_of(data) if is_mhtml(data) else decode(data, declares=True)
    source = decoded.text
    check_nesting(source, settings.limits.nesting)
    walk = Walk(source)
    seen = _shown(walk.blocks())
    if not seen:
        _refuse_frames(walk.tree)
    length = sum(len(block.text) for block in seen)
    is_small = length <= _LONGEST_ARTICLE and len(seen) <= _MOST_ARTICLE_BLOCKS
    known = _asked(source, has_article=is_small and walk.depth <= _DEEPEST_FOR_TRAFILATURA)
    head = _Head(walk.tree)
    page = Page(seen, walk.parents, walk.mains, f"{head.title} {head.share_title}", head.is_article or _is_news(source))
    kept = content(page, known.text if known is not None else None)
    text, blocks = _joined(seen, kept)
    return Extraction(
        text=text,
        blocks=blocks,
        title=_title(head, known.title if known is not None else None, seen, kept),
        author=_author(known.author if known is not None else None),
        date=known.date if known is not None else None,
        language=head.language,
        pre_mended=True,
        report=ReadingReport(encoding=decoded.encoding),
    )


def _shown(seen: Sequence[Seen]) -> list[Seen]:
    """Leave out what is hidden, unless that is most of it: a page saved while a banner or a dialog lay over it."""
    hidden = sum(len(block.text) for block in seen if block.region == "hidden")
    if 2 * hidden <= sum(len(block.text) for block in seen):
        return [block for block in seen if block.region != "hidden"]
    for block in seen:
        block.region = None if block.region == "hidden" else block.region
    return list(seen)


def _refuse_frames(tree: LexborHTMLParser) -> None:
    frames = [frame.attributes.get("src") or "" for frame in tree.css("frame, iframe")]
    names = ", ".join(normalise(name)[:80] for name in frames[:5] if name)
    if names:
        raise UnreadableFileError(f"it holds no text of its own, only frames for other pages: {names}")


class _Head:
    """What a page's head says of it."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        title = tree.css_first("title")
        self.title = " ".join(title.text().split()) if title is not None else ""
        self._meta: dict[str, str] = {}
        for node in tree.css("meta[content]")[:500]:
            name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("http-equiv")
            self._meta.setdefault((name or "").lower(), (node.attributes.get("content") or "").strip())
        html = tree.css_first("html")
        declared = (html.attributes.get("lang") or html.attributes.get("xml:lang") or "") if html is not None else ""
        declared = declared or self._meta.get("content-language", "") or self._meta.get("og:locale", "")
        self.language = declared.strip() if _LANGUAGE.fullmatch(declared.strip()) else None

    @property
    def share_title(self) -> str:
        """The title for links from elsewhere, which lacks the site's name."""
        return " ".join(self._meta.get("og:title", "").split())

    @property
    def site(self) -> str:
        return self._meta.get("og:site_name", "")

    @property
    def is_article(self) -> bool:
        return self._meta.get("og:type", "").lower() in ("article", "blog", "news")


def _is_news(source: str) -> bool:
    return _NEWS.search(source, 0, _LONGEST_ARTICLE_SOURCE) is not None


def _title(head: _Head, guessed: str | None, seen: Sequence[Seen], kept: Sequence[bool]) -> str | None:
    """Choose a title: the heading that the page is named after, or its only main heading, else its name."""
    heads = [block for block, is_kept in zip(seen, kept, strict=True) if is_kept and block.kind == "heading"]
    named = letters_of(head.title), letters_of(head.share_title)
    for heading in heads:
        key = letters_of(heading.text)
        if len(key) >= 4 and any(key in name for name in named):
            return heading.text
    main = [heading.text for heading in heads if heading.level == 1]
    if len(main) == 1:
        return main[0]
    name = normalise(head.share_title or head.title or guessed or "").strip()
    parts = _BEHIND_TITLE.split(name)
    if len(parts) > 1 and letters_of(parts[-1]) == letters_of(head.site):
        name = name[: name.rindex(parts[-1])].rstrip(" |·•»-–—")
    return name or None


def _author(found: str | None) -> str | None:
    author = normalise(found or "").strip()
    return None if not author or len(author) > _LONGEST_AUTHOR or _NO_AUTHOR.search(author) else author


def _joined(seen: Sequence[Seen], kept: Sequence[bool]) -> tuple[str, tuple[Block, ...]]:
    """Put the blocks one below the other."""
    blocks = []
    at = 0
    for block, is_kept in zip(seen, kept, strict=True):
        kind: BlockKind = block.kind if is_kept else "navigation"
        level, above = (block.level, block.above) if is_kept else (None, ())
        blocks.append(Block(at, at + len(block.text), kind, level, above=above))
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in seen), tuple(blocks)


def _asked(source: str, *, has_article: bool) -> Article | None:
    """Ask trafilatura for the article, its title, author and date; None where it finds none or fails."""
    try:
        if not has_article or len(source) > _LONGEST_ARTICLE_SOURCE:
            return extract_metadata(source[:_LONGEST_HEAD], date_config=dict(_DATE_OPTIONS))
        found = trafilatura.bare_extraction(
            source,
            fast=True,  # its second opinions take as long again and change little here
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params=dict(_DATE_OPTIONS),
        )
    except _TRAFILATURA_FAILS:
        return None
    return found if isinstance(found, Article) else None
