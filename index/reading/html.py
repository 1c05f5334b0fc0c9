"""HTML pages: the blocks that a browser would show; the article's own are content, the rest is tagged navigation.

Selectolax says where a block begins and ends; trafilatura says which text is the article. Neither does the other's part
well. Scripts, styles and what stands for absent scripts are no text.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trafilatura
from lxml import etree
from selectolax.lexbor import LexborHTMLParser
from trafilatura.settings import Document as Article

from index.documents import ReadingReport
from index.reading.decoding import decode, normalise
from index.reading.extraction import Block, Extraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from index.reading.extraction import BlockKind

# Without a handler of their own, what these libraries find odd in a page would go to the user's terminal.
for _name in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea", "head", "object",
    "canvas", "math", "video", "audio", "-comment",
))  # fmt: skip
_BLOCKS = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "th", "tr", "dt", "dd", "figcaption",
    "div", "section", "article", "main", "ul", "ol", "table", "tbody", "thead", "tfoot", "body", "address",
    "figure", "caption", "header", "footer", "nav", "aside", "form", "center", "dl", "details", "summary",
    "fieldset", "hr", "menu", "dialog", "hgroup", "legend", "search",
))  # fmt: skip
_CHROME = frozenset(("nav", "footer", "aside"))
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("blockquote", "article", "section", "td", "th"), "prose"),
    "pre": "code",
}
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_WHITE_SPACE = re.compile(r"[\s\u00a0]+")
_LONGEST_ROW = 1_500  # characters; a longer one is a page laid out as a table
_LONGEST_ARTICLE_SOURCE = 3_000_000  # characters; beyond it trafilatura takes minutes
_DEEPEST_FOR_TRAFILATURA = 180  # elements; its recursion and libxml2's limit of 256 stand above
_DATE_OPTIONS = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
_TRAFILATURA_FAILS = (
    etree.LxmlError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError, OverflowError,
)  # fmt: skip


@dataclass(slots=True)
class _Seen:
    """A block as a browser would show it."""

    kind: BlockKind
    level: int | None
    text: str
    is_chrome: bool


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element makes of the text inside it."""

    kind: BlockKind = "prose"
    level: int | None = None
    is_chrome: bool = False
    in_data_table: bool = False
    in_head: bool = False


def read(data: bytes) -> Extraction:
    """Read an HTML page.

    Raises:
        UnreadableFileError: The bytes are not text.
    """
    decoded = decode(data, declares=True)
    walk = _Walk(decoded.text)
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
        if 4 <= len(_letters(heading)) and _letters(heading) in named:
            return heading
    if guessed and (not named or _letters(guessed) in named or guessed in heads):
        return normalise(guessed)
    return normalise(in_head) or None


def _joined(seen: Sequence[_Seen], kept: Sequence[bool]) -> tuple[str, tuple[Block, ...]]:
    """Put the blocks one below the other."""
    blocks = []
    at = 0
    for block, is_kept in zip(seen, kept, strict=True):
        kind: BlockKind = block.kind if is_kept else "navigation"
        blocks.append(Block(at, at + len(block.text), kind, block.level if is_kept else None))
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in seen), tuple(blocks)


class _Walk:
    """Goes through a page's elements with a stack of its own: pages of 20,000 nested elements exist."""

    def __init__(self, source: str) -> None:
        tree = LexborHTMLParser(source)
        title = tree.css_first("title")
        self.title = _WHITE_SPACE.sub(" ", title.text()).strip() if title is not None else ""
        self.depth = 0
        self._body = tree.body
        self._seen: list[_Seen] = []
        self._buffer: list[str] = []
        self._cells: list[str] = []
        self._cell_is_head: list[bool] = []

    def blocks(self) -> list[_Seen]:
        """Give the page's blocks in order."""
        if self._body is None:
            return []
        contexts = [_Context()]
        stack: list[tuple[LexborNode, int, bool]] = [(self._body, 1, False)]
        while stack:
            node, depth, is_closing = stack.pop()
            tag = node.tag or ""
            if is_closing:
                self._close(tag, contexts.pop())
            elif tag == "-text":
                self._add(node.text_content or "", contexts[-1])
            elif tag == "br":
                self._buffer.append(" " if contexts[-1].in_data_table else "\n")
            elif tag not in _DROPPED:
                self.depth = max(self.depth, depth)
                contexts.append(self._open(node, tag, contexts[-1]))
                stack.append((node, depth, True))
                stack.extend((child, depth + 1, False) for child in reversed(list(_children(node))))
        self._flush(contexts[-1])
        return self._seen

    def _add(self, text: str, context: _Context) -> None:
        self._buffer.append(text if context.kind == "code" else _WHITE_SPACE.sub(" ", text))

    def _open(self, node: LexborNode, tag: str, around: _Context) -> _Context:
        if tag == "q":
            self._buffer.append("“")
        if tag not in _BLOCKS:
            return around
        if around.in_data_table and tag not in ("tr", "td", "th", "caption", "thead", "tbody", "tfoot"):
            self._buffer.append(" ")
            return around
        self._flush(around)
        if tag == "tr":
            self._end_row(around)
        in_data_table = around.in_data_table or (tag == "table" and not _is_layout(node))
        kind = _KINDS.get(tag, "prose" if around.kind == "code" else around.kind)
        return _Context(
            kind=kind,
            level=int(tag[1]) if tag in _KINDS and kind == "heading" else around.level if kind == "heading" else None,
            is_chrome=around.is_chrome or tag in _CHROME or (node.attributes.get("role") == "navigation"),
            in_data_table=in_data_table and tag != "caption",
            in_head=around.in_head or tag == "thead",
        )

    def _close(self, tag: str, context: _Context) -> None:
        if tag == "q":
            self._buffer.append("”")
        if tag not in _BLOCKS:
            return
        if not context.in_data_table:
            self._flush(context)
        elif tag in ("td", "th"):
            words = " ".join("".join(self._buffer).split())
            self._buffer.clear()
            self._cells.append(words)
            self._cell_is_head.append(tag == "th" or context.in_head)
        elif tag in ("tr", "table"):
            self._end_row(context)
        else:
            self._buffer.append(" ")

    def _end_row(self, context: _Context) -> None:
        cells = [cell for cell in map(normalise, self._cells) if cell]
        is_head = all(self._cell_is_head)
        self._cells, self._cell_is_head = [], []
        row = " | ".join(cells)
        if len(row) > _LONGEST_ROW or (len(cells) == 1 and len(row) > 100):
            self._seen.extend(_Seen("prose", None, cell, context.is_chrome) for cell in cells)
        elif cells:
            self._seen.append(_Seen("row", 0 if is_head else None, row, context.is_chrome))

    def _flush(self, context: _Context) -> None:
        """End a block; an empty line made of two line breaks ends one as well."""
        text = "".join(self._buffer)
        self._buffer.clear()
        if context.kind == "code":
            pieces = [normalise(text)]
        else:
            lines = normalise(_SPACES.sub(" ", text)).replace(" \n", "\n").replace("\n ", "\n")
            pieces = re.split(r"\n\n+", lines)
        for piece in pieces:
            if piece.strip():
                self._seen.append(_Seen(context.kind, context.level, piece.strip(), context.is_chrome))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only places things on the page: it holds tables, headings or several paragraphs in a cell."""
    if table.attributes.get("role") == "presentation":
        return True
    inner = "table, h1, h2, h3, p ~ p"
    return any(child.css_first(inner) is not None for child in _children(table))  # a search includes its own root


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


def _not_chrome(seen: Sequence[_Seen]) -> list[bool]:
    """Keep what no element calls navigation, or everything where nothing else is there."""
    kept = [not block.is_chrome for block in seen]
    return kept if any(kept) else [True] * len(seen)


def _kept(seen: Sequence[_Seen], article: str) -> list[bool]:
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


def _stands_in(block: _Seen, key: str, finder: _Finder) -> bool | None:
    """Whether a block is the article's; None where it is too short to say."""
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
