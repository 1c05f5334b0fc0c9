"""An HTML page's blocks as a browser would show them, in order. Scripts, styles and their like are no text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from index.reading.decoding import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from index.reading.extraction import BlockKind

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


@dataclass(slots=True)
class Seen:
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


class Walk:
    """Goes through a page's elements with a stack of its own: pages of 20,000 nested elements exist."""

    def __init__(self, source: str) -> None:
        tree = LexborHTMLParser(source)
        title = tree.css_first("title")
        self.title = _WHITE_SPACE.sub(" ", title.text()).strip() if title is not None else ""
        self.depth = 0
        self._body = tree.body
        self._seen: list[Seen] = []
        self._buffer: list[str] = []
        self._cells: list[str] = []
        self._cell_is_head: list[bool] = []

    def blocks(self) -> list[Seen]:
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
            self._seen.extend(Seen("prose", None, cell, context.is_chrome) for cell in cells)
        elif cells:
            self._seen.append(Seen("row", 0 if is_head else None, row, context.is_chrome))

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
                self._seen.append(Seen(context.kind, context.level, piece.strip(), context.is_chrome))


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
