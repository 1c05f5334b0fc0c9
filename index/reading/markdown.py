"""Markdown: CommonMark and tables, as blocks of the file's own text; its front matter is metadata.

Marks that only make a block what it is (`#`, `-`, `1.`, `>`, fences, rules) are left out of every block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.reading.decoding import decode
from index.reading.extraction import Block, Extraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from index.reading.extraction import BlockKind

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST_FRONT_MATTER = 10_000  # characters; beyond it no one typed it, and YAML is slow
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,1000}>")
_IMAGE = re.compile(r"\[?!\[([^\]\[]{0,500})\]\([^()\n]{0,1000}\)(?:\]\([^()\n]{0,1000}\))?")
_LINK_INSIDE = re.compile(r"\**\[[^\[\]]{0,500}\]\(#[^()\s]{0,500}\)\**")  # a line of a table of contents
_PURE_MARK = re.compile(r"(?:[\s>|*+\-]|\d{1,9}[.)](?!\S)|\[[ xX]\])*")
_UNSEEN = re.compile(r"[\s>]*(?:\[[^\]]+\]:|```|~~~)")  # reference definitions and the language of a fence


@dataclass(frozen=True, slots=True)
class _FrontMatter:
    end: int = 0
    title: str | None = None
    author: str | None = None
    date: str | None = None


def read(data: bytes) -> Extraction:
    """Read a Markdown file.

    Raises:
        UnreadableFileError: The bytes are not text.
    """
    decoded = decode(data)
    text = decoded.text
    front = _front_matter(text)
    blocks = list(_Blocks(text, front.end).walk())
    if front.end:
        blocks.insert(0, Block(0, len(text[: front.end].rstrip()), "navigation"))
    return Extraction(
        text=text,
        blocks=tuple(_with_gaps_filled(text, blocks)),
        title=front.title,
        author=front.author,
        date=front.date,
        report=ReadingReport(encoding=decoded.encoding),
    )


def _front_matter(text: str) -> _FrontMatter:
    """Read the YAML between the first line and its closing mark, if it is a mapping.

    The nodes are composed and not constructed: aliases and merge keys, which can grow without bound, stay unexpanded.
    """
    import yaml

    found = _FRONT_MATTER.match(text, 0, _LONGEST_FRONT_MATTER)
    if found is None:
        return _FrontMatter()
    try:
        root = yaml.compose(found[1], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return _FrontMatter()
    if not isinstance(root, yaml.MappingNode):
        return _FrontMatter()
    known: dict[str, str] = {}
    for key, value in root.value:
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        words = [node.value.strip() for node in nodes if isinstance(node, yaml.ScalarNode)]
        known[str(key.value).lower()] = ", ".join(word for word in words if word and word not in ("~", "null"))
    return _FrontMatter(
        end=found.end(),
        title=known.get("title") or None,
        author=known.get("author") or known.get("authors") or None,
        date=known.get("date") or None,
    )


class _Blocks:
    """The blocks of the Markdown that begins at an offset of a text."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._body = text[start:]
        self._lines = [start]
        for line in self._body.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def walk(self) -> Iterator[Block]:
        """Give the blocks in order, with gaps where a mark stands alone."""
        from markdown_it import MarkdownIt

        # Without the inline rules: offsets need lines only, and the time stays linear in the file's length.
        parser = MarkdownIt("commonmark").enable("table").disable("inline")
        depth = 0  # of list items
        tokens = parser.parse(self._body)
        for n, token in enumerate(tokens):
            if token.type in ("list_item_open", "list_item_close"):
                depth += token.nesting
            elif token.map is None:
                continue
            elif token.type == "heading_open":
                yield from self._heading(token, tokens[n + 1])
            elif token.type == "paragraph_open":
                yield from self._paragraph(tokens[n + 1], "item" if depth else "prose")
            elif token.type == "tr_open":
                yield from self._row(token.map[0], is_head=tokens[n - 1].type == "thead_open")
            elif token.type in ("fence", "code_block"):
                fence = int(token.type == "fence")
                yield from self._lines_between(token.map[0] + fence, token.map[0] + fence + token.content.count("\n"))
            elif token.type == "html_block":
                yield from self._html(token)

    def _heading(self, token: Token, inline: Token) -> Iterator[Block]:
        start, end = self._content(inline, is_closed=token.markup[0] == "#")
        yield from self._trimmed(start, end, "heading", int(token.tag[1:]))

    def _paragraph(self, inline: Token, kind: BlockKind) -> Iterator[Block]:
        start, end = self._content(inline)
        words = inline.content.strip()
        if "![" in words and not _IMAGE.sub("", words).strip():
            told = "" if words.startswith("[") else " ".join(_IMAGE.findall(words))
            kind = "caption" if len(told.split()) >= 4 else "navigation"  # a figure's words or a badge
        elif _LINK_INSIDE.fullmatch(words) or (words[:1] == "<" and not _has_words(_seen(words))):
            kind = "navigation"
        yield from self._trimmed(start, end, kind)

    def _content(self, inline: Token, *, is_closed: bool = False) -> tuple[int, int]:
        """Find where a block's own words stand, behind the marks of the lists and quotations around it."""
        first, last = inline.map or (0, 0)
        start, end = self._lines[first], self._lines[last] - 1
        line = self._text[start : self._lines[first + 1] - 1].rstrip()
        if is_closed:
            open_line = line.rstrip("#")
            line = open_line.rstrip() if open_line[-1:] in (" ", "\t") else line
            end = start + len(line)
        words = inline.content.split("\n", 1)[0].rstrip()
        return (start + len(line) - len(words) if line.endswith(words) else start), end

    def _row(self, first_line: int, *, is_head: bool) -> Iterator[Block]:
        start = self._lines[first_line]
        line = self._text[start : self._lines[first_line + 1] - 1]
        left, right = len(line) - len(line.lstrip("| \t>")), len(line.rstrip("| \t"))
        if left < right:
            yield Block(start + left, start + right, "row", 0 if is_head else None)

    def _html(self, token: Token) -> Iterator[Block]:
        start, end = (self._lines[n] for n in token.map or (0, 0))
        yield from self._trimmed(start, end - 1, "prose" if _has_words(_seen(self._text[start:end])) else "navigation")

    def _lines_between(self, first: int, last: int) -> Iterator[Block]:
        if first < last:
            yield from self._trimmed(self._lines[first], self._lines[last] - 1, "code")

    def _trimmed(self, start: int, end: int, kind: BlockKind, level: int | None = None) -> Iterator[Block]:
        words = self._text[start:end]
        end = start + len(words.rstrip())
        start += len(words) - len(words.lstrip())
        if start < end:
            yield Block(start, end, kind, level)


def _with_gaps_filled(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Add what no token covers: definitions of references, and what stands deeper than the parser goes."""
    at = 0
    for block in [*blocks, Block(len(text), len(text))]:
        for piece in re.finditer(r"[^\n]+", text[at : block.start]):
            words = piece[0].strip()
            if _has_words(words) and not _PURE_MARK.fullmatch(words):
                start = at + piece.start() + piece[0].index(words)
                yield Block(start, start + len(words), "navigation" if _UNSEEN.match(words) else "prose")
        if block.start < block.end:
            yield block
        at = block.end


def _seen(source: str) -> str:
    """Give what a browser would show of a piece of HTML."""
    return _TAG.sub("", _COMMENT.sub("", source))


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
