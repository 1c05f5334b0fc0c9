"""An HTML table's cells, with the words and the spans that the page gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.decoding import normalise
from index.reading.html.inline import NOT_SEEN, WHITE_SPACE, formula, raise_last
from index.reading.html.regions import DROPPED, is_unseen
from index.reading.html.rows import Cell, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborNode

_LAYOUT_INSIDE = "table, h1, h2, h3, p ~ p ~ p, article, form"
_COUNTED = frozenset(("thead", "a", "b", "strong"))
_AROUND_BREAK = re.compile(" *\n *")
_BREAKS = {"p": "\n\n", "div": "\n", "li": "\n", "ul": "\n", "ol": "\n", "blockquote": "\n\n", "hr": "\n", "pre": "\n"}


def is_layout(table: LexborNode) -> bool:
    """Whether a table only places things on the page: it holds tables, headings or several paragraphs in a cell."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    child = table.child
    while child is not None:
        if child.css_first(_LAYOUT_INSIDE) is not None:  # a search includes its own root
            return True
        child = child.next
    return False


def read_table(table: LexborNode) -> tuple[str, list[Row]]:
    """Read a table's caption and its rows; `table_blocks` takes them."""
    reading = _TableReading()
    stack: list[tuple[LexborNode, bool]] = [(table, False)]
    while stack:
        node, is_closing = stack.pop()
        tag = node.tag or ""
        if is_closing:
            reading.close(tag)
        elif tag == "-text":
            reading.add(node.text_content or "")
        elif tag in ("img", "math"):
            reading.add(formula(node))
        elif tag == "br":
            reading.add_break("\n")
        elif tag not in DROPPED and tag != "button" and (node is table or not is_unseen(node.attributes)):
            reading.open(tag, node.attributes)
            stack.append((node, True))
            child = node.last_child
            while child is not None:
                stack.append((child, False))
                child = child.prev
    return " ".join(normalise(reading.caption).split()), reading.rows


class _TableReading:
    """Gathers the words of a table's cells."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.caption = ""
        self._words: list[str] = []
        self._open: dict[str, int] = {}  # how many of these elements are open: thead, a, b, strong
        self._letters = self._bold = 0
        self._cell: Cell | None = None
        self._raised = 0  # where the words of an open <sup> begin

    def open(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag in _COUNTED:
            self._open[tag] = self._open.get(tag, 0) + 1
        elif tag == "tr":
            self.rows.append(Row(in_head=self._open.get("thead", 0) > 0))
        elif tag in ("td", "th"):
            if not self.rows:
                self.rows.append(Row())
            self._cell = Cell(
                text="",
                is_head=tag == "th",
                columns=_span(attributes.get("colspan")),
                rows=_span(attributes.get("rowspan")),
            )
            self.rows[-1].cells.append(self._cell)
        elif tag == "sup":
            self._raised = len(self._words)
        elif tag in _BREAKS:
            self.add_break(_BREAKS[tag])
        if tag in ("td", "th", "caption"):
            self._words.clear()
            self._letters = self._bold = 0

    def add(self, text: str) -> None:
        self._words.append(WHITE_SPACE.sub(" ", text))
        letters = len(text.strip())
        self._letters += letters
        if self._cell is not None and self._open.get("a"):
            self._cell.links += letters
        if self._open.get("b") or self._open.get("strong"):
            self._bold += letters

    def add_break(self, mark: str) -> None:
        self._words.append(mark)

    def close(self, tag: str) -> None:
        if tag in _COUNTED:
            self._open[tag] -= 1
        elif tag in ("td", "th", "caption"):
            text = _AROUND_BREAK.sub("\n", normalise(NOT_SEEN.sub("", "".join(self._words)))).strip()
            self._words.clear()
            if tag == "caption":
                self.caption = self.caption or text
            elif self._cell is not None:
                self._cell.text = text
                self._cell.is_bold = self._bold > 0 and self._bold >= 0.8 * self._letters
                self._cell = None
        elif tag == "sup":
            raise_last(self._words, self._raised, is_link=False)
        elif tag in _BREAKS:
            self.add_break(_BREAKS[tag])


def _span(number: str | None) -> int:
    digits = (number or "").strip()
    return max(1, int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 1
