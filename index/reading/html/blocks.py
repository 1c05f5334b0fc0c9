"""An HTML page's blocks as a browser would show them, in order. Scripts, styles and their like are no text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from index.errors import LimitError
from index.reading.decoding import normalise
from index.reading.html.inline import NOT_SEEN, WHITE_SPACE, formula, raise_last
from index.reading.html.regions import DROPPED, is_note, is_note_mark, is_unseen, region_of
from index.reading.html.rows import table_blocks
from index.reading.html.tables import is_layout, read_table
from index.reading.plain_text.reader import blocks_of, is_typed_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from index.reading.extraction import BlockKind
    from index.reading.html.regions import Region

_BLOCKS = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "th", "tr", "dt", "dd", "figcaption",
    "div", "section", "article", "main", "ul", "ol", "table", "tbody", "thead", "tfoot", "body", "address",
    "figure", "caption", "header", "footer", "nav", "aside", "form", "center", "dl", "details", "summary",
    "fieldset", "hr", "menu", "dialog", "hgroup", "legend", "search", "noframes", "listing", "xmp", "plaintext",
    "noscript",
))  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(_HEADINGS, "heading"),
    **dict.fromkeys(("blockquote", "article", "section", "td", "th"), "prose"),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), "code"),
}
_TEXT_SECTIONS = frozenset(("article", "main", "section", "blockquote", "figure", "li", "dd"))
_BUTTONS_SHOWN_IN = frozenset((*_HEADINGS, "summary", "dt"))  # questions that unfold their answer
_NESTING_TAG = re.compile(
    r"<(/?)(?:div|section|article|main|blockquote|ul|ol|dl|table|span|center|fieldset|aside|nav|header|footer|figure"
    r"|details|address|menu|dir)(?=[\s>/])",
    re.IGNORECASE,
)
_SPACES = re.compile("[ \t\r\f\v\u00a0]+")
_INDENTED_LINE = re.compile("\n[ ]?\u00a0[\u00a0 ]+(?=\\S)")
_BACK_ARROW = re.compile(r"(?:\s*[↩↵⤴⏎][\ufe0e\ufe0f]?)+$")
_STOP = re.compile(r"[.!?…:;。！？؟][\"'”’»)\]]*$")
_LONG_LINE = 120  # characters; lines as long as this that end sentences are paragraphs
_LONG_HEADING = 12  # words; one that long which ends like a sentence is one
_LONGEST_EXCUSE = 400  # characters of "Please enable JavaScript"
_LONGEST_TERM = 200  # characters of a term that its definition is read with


@dataclass(slots=True)
class Seen:
    """A block as a browser would show it.

    Attributes:
        kind: As in `Block`.
        level: Depth of a heading.
        text: Its words.
        region: What the page's own marks make of the place where it stands; None for the page's content.
        above: For a table's row, as in `Block`.
        place: The number of the element that it stands in, an index into `Walk.parents`.
        links: How many of its characters are links.
    """

    kind: BlockKind
    level: int | None
    text: str
    region: Region | None = None
    above: tuple[str, ...] = ()
    place: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element makes of the text inside it."""

    kind: BlockKind = "prose"
    level: int | None = None
    region: Region | None = None
    place: int = 0
    in_text: bool = False
    in_note: bool = False
    in_noscript: bool = False
    is_term: bool = False
    shows_buttons: bool = False


def check_nesting(source: str, limit: int) -> None:
    """Refuse a page whose elements stand too deep in each other: to parse it takes time that grows as their square.

    Raises:
        LimitError: They stand deeper than `limit`.
    """
    depth = 0
    for tag in _NESTING_TAG.finditer(source):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > limit:
            raise LimitError(f"its elements stand more than {limit:,} deep in each other", "nesting")


class Walk:
    """Goes through a page's elements with a stack of its own: pages of 20,000 nested elements exist.

    Attributes:
        tree: The parsed page.
        depth: How deep its elements stand in each other; known when `blocks` is done.
        parents: For each element that blocks stand in, the number of the one around it; the first is its own.
        mains: The numbers of those that the page calls its main part or an article.
    """

    def __init__(self, source: str) -> None:
        self.tree = LexborHTMLParser(source)
        self.depth = 0
        self.parents = [0]
        self.mains: dict[str, list[int]] = {"main": [], "article": []}
        self._seen: list[Seen] = []
        self._buffer: list[str] = []
        self._links = 0  # characters of links in the buffer
        self._open_links = 0
        self._raised: list[tuple[int, int]] = []  # for each open <sup>, where its words and their links begin
        self._is_note = False
        self._term: Seen | None = None  # of a definition list, or a question, waiting for what it stands above

    def blocks(self) -> list[Seen]:
        """Give the page's blocks in order, hidden ones too."""
        body = self.tree.body
        if body is None:
            return []
        contexts = [_Context()]
        stack: list[tuple[LexborNode, int, bool]] = [(body, 1, False)]
        while stack:
            node, depth, is_closing = stack.pop()
            tag = node.tag or ""
            if is_closing:
                self._close(tag, contexts.pop())
            elif tag == "-text":
                self._add(node.text_content or "", contexts[-1])
            elif tag == "br":
                self._buffer.append("\n")
            elif tag in ("img", "math"):
                self._buffer.append(formula(node))
            elif tag == "noscript" and not _replaces_the_page(node, contexts[-1]):
                continue
            elif tag == "table" and not is_layout(node):
                self._table(node, contexts[-1])
            elif tag not in DROPPED and (tag != "button" or contexts[-1].shows_buttons):
                context = self._open(node, tag, contexts[-1])
                if context is not None:
                    self.depth = max(self.depth, depth)
                    contexts.append(context)
                    stack.append((node, depth, True))
                    stack.extend((child, depth + 1, False) for child in reversed(list(_children(node))))
        self._flush(contexts[-1])
        return self._seen

    def _add(self, text: str, context: _Context) -> None:
        words = text if context.kind == "code" else WHITE_SPACE.sub(" ", text)
        self._buffer.append(words)
        if self._open_links:
            self._links += len(words.strip())

    def _open(self, node: LexborNode, tag: str, around: _Context) -> _Context | None:
        """Begin an element; None where a browser shows nothing of it."""
        attributes = node.attributes
        if tag not in _BLOCKS:
            if is_unseen(attributes):
                return None
            if tag == "q":
                self._buffer.append("“")
            elif tag == "sup":
                self._raised.append((len(self._buffer), self._links))
            elif tag == "a":
                self._open_links += 1
                self._is_note = self._is_note or (is_note_mark(attributes) and not "".join(self._buffer).strip())
            return around
        self._flush(around)
        self.parents.append(around.place)
        if tag in self.mains or attributes.get("role") == "main":
            self.mains["article" if tag == "article" else "main"].append(len(self.parents) - 1)
        kind = _KINDS.get(tag, "prose" if around.kind == "code" else around.kind)
        in_note = around.in_note or is_note(attributes)
        is_source = tag == "footer" and node.parent is not None and node.parent.tag in ("blockquote", "figure")
        return _Context(
            kind=kind,
            level=int(tag[1]) if tag in _HEADINGS else around.level if kind == "heading" else None,
            region=around.region
            if in_note or is_source
            else region_of(tag, attributes, around.region, in_text=around.in_text),
            place=len(self.parents) - 1,
            in_text=around.in_text or tag in _TEXT_SECTIONS,
            in_note=in_note,
            in_noscript=around.in_noscript or tag == "noscript",
            is_term=tag in ("dt", "summary"),
            shows_buttons=around.shows_buttons or tag in _BUTTONS_SHOWN_IN,
        )

    def _close(self, tag: str, context: _Context) -> None:
        if tag in _BLOCKS:
            self._flush(context)
            if tag in ("dl", "details"):
                self._term = None
        elif tag == "q":
            self._buffer.append("”")
        elif tag == "sup":
            first, links = self._raised.pop()
            raise_last(self._buffer, first, is_link=self._links > links)
        elif tag == "a":
            self._open_links -= 1

    def _table(self, node: LexborNode, around: _Context) -> None:
        """Read a table of data in one go: nothing in it asks for more than its cells' words."""
        self._flush(around)
        self._term = None
        region = region_of("table", node.attributes, around.region, in_text=around.in_text)
        self.parents.append(around.place)
        for block in table_blocks(*read_table(node)):
            place = len(self.parents) - 1
            kind = "note" if around.in_note and block.kind == "prose" else block.kind
            self._seen.append(Seen(kind, None, block.text, region, block.above, place, block.links))

    def _flush(self, context: _Context) -> None:
        """End a block; an empty line made of two line breaks ends one as well."""
        text = "".join(self._buffer)
        links, is_note = self._links, self._is_note
        self._buffer.clear()
        self._links, self._is_note = 0, False
        if not text or text.isspace():
            return
        text = NOT_SEEN.sub("", text)
        kind, level = context.kind, context.level
        if kind == "heading" and level != 1 and text.count(" ") >= _LONG_HEADING and text.rstrip()[-1:] in ".!…":
            kind, level = "prose", None  # an article's lead
        if kind == "code" and is_typed_text(text):
            self._seen.extend(_typed(normalise(text), context))
            return
        pieces = [normalise(text)] if kind == "code" else _paragraphs(text)
        if (context.in_note or is_note) and kind in ("prose", "item"):
            kind, level = "note", None
            pieces = [_BACK_ARROW.sub("", piece) for piece in pieces]
        for piece in pieces:
            words = piece.strip("\n").rstrip() if kind == "code" else piece.strip()
            if words.strip():
                share = links if len(pieces) == 1 else round(links * len(words) / len(text))
                self._emit(Seen(kind, level, words.strip(), context.region, (), context.place, share), context)

    def _emit(self, block: Seen, context: _Context) -> None:
        term, self._term = self._term, None
        if term is not None and block.kind in ("item", "prose") and not context.is_term:
            term.text = f"{term.text}\n{block.text}"
            term.links += block.links
            return
        self._seen.append(block)
        if context.is_term and len(block.text) <= _LONGEST_TERM:
            self._term = block


def _replaces_the_page(noscript: LexborNode, around: _Context) -> bool:
    """Whether a page is written for browsers without scripts too, and does not only ask for a better one."""
    return not around.in_noscript and len(noscript.text()) > _LONGEST_EXCUSE


def _typed(text: str, context: _Context) -> Iterator[Seen]:
    """Read a whole text that a page shows as it was typed, such as a statute or an old filing."""
    for block in blocks_of(text):
        words = text[block.start : block.end]
        yield Seen(block.kind, block.level, words, context.region, block.above, context.place)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _paragraphs(text: str) -> list[str]:
    """Split a block at its empty lines, at lines that indents begin, and at long lines that each end a sentence."""
    text = _INDENTED_LINE.sub("\n\n", text) if text.count("\n") > 1 else text
    lines = normalise(_SPACES.sub(" ", text)).replace(" \n", "\n").replace("\n ", "\n").strip("\n")
    pieces = re.split(r"\n\n+", lines)
    parted: list[str] = []
    for piece in pieces:
        single = piece.split("\n")
        long = sum(len(line) >= _LONG_LINE and _STOP.search(line[-8:]) is not None for line in single)
        parted.extend(single if len(single) > 1 and long >= 0.6 * len(single) else [piece])
    return parted
