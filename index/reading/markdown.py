"""Markdown: CommonMark and tables, as blocks of the file's own text; its front matter is metadata.

Marks that only make a block what it is (`#`, `-`, `1.`, `>`, fences, rules) are left out of every block.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.reading.decoding import decode
from index.reading.extraction import Block, Extraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import yaml
    from markdown_it.token import Token

    from index.reading.extraction import BlockKind
    from index.reading.settings import ReadingSettings

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML_FRONT_MATTER = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST_FRONT_MATTER = 10_000  # characters; beyond it no one typed it, and YAML is slow
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,1000}>")
_IMAGE = re.compile(r"\[?!\[([^\]\[]{0,500})\]\([^()\n]{0,1000}\)(?:\]\([^()\n]{0,1000}\))?")
_LINK_INSIDE = re.compile(r"\**\[[^\[\]]{0,500}\]\(#[^()\s]{0,500}\)\**")  # a line of a table of contents
_PURE_MARK = re.compile(r"(?:[\s>|*+\-]|\d{1,9}[.)](?!\S)|\[[ xX]\])*")
_UNSEEN = re.compile(r"[\s>]*(?:\[[^\]^][^\]]*\]:|```|~~~|:::)")  # definitions of links and the names of fences
_NOTE = re.compile(r"\[\^[^\]\s]{1,100}\]:", re.MULTILINE)
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+\w")  # its text is indented, as code is
_CONTAINER = re.compile(r":{3,}[^\n]{0,200}")
_TABLE_TITLE = re.compile(
    r"[*_]{0,2}(?:table|tab\.|tabelle|tableau|tabla|tabella)(?:\s+\w{1,6})?\s*[.:–—-]", re.IGNORECASE
)
_CONTAINER_END = re.compile(r"(?<=\n):{3,}[ \t]*\Z")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_LONGEST_TABLE_TITLE = 300  # characters
_ROW = re.compile(r"[\s|>]*(\S.*?)[\s|]*", re.DOTALL)
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class _FrontMatter:
    end: int = 0
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None


def read(data: bytes, settings: ReadingSettings) -> Extraction:
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
        language=front.language,
        report=ReadingReport(encoding=decoded.encoding),
    )


def _front_matter(text: str) -> _FrontMatter:
    """Read the metadata between the first line and its closing mark, where it is a mapping in YAML or TOML."""
    if found := _FRONT_MATTER.match(text, 0, _LONGEST_FRONT_MATTER):
        known = _yaml(found[1])
    elif found := _TOML_FRONT_MATTER.match(text, 0, _LONGEST_FRONT_MATTER):
        known = _toml(found[1])
    else:
        return _FrontMatter()
    if known is None:
        return _FrontMatter()
    return _FrontMatter(
        end=found.end(),
        title=known.get("title") or None,
        author=known.get("author") or known.get("authors") or None,
        date=known.get("date") or known.get("published") or None,
        language=known.get("lang") or known.get("language") or known.get("locale") or None,
    )


def _yaml(source: str) -> dict[str, str] | None:
    """Read a mapping's scalars; None for what is none.

    The nodes are composed and not constructed: aliases and merge keys, which can grow without bound, stay unexpanded.
    """
    import yaml

    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    known: dict[str, str] = {}
    for key, value in root.value:
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        words = [_scalar(node) for node in nodes]
        known[str(key.value).lower()] = ", ".join(word for word in words if word and word not in ("~", "null"))
    return known


def _scalar(node: yaml.Node) -> str:
    """Give a scalar, or of a mapping such as an author's the name in it."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if str(key.value).lower() == "name"), node)
    return node.value.strip() if isinstance(node, yaml.ScalarNode) else ""


def _toml(source: str) -> dict[str, str] | None:
    try:
        found = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    known = {}
    for key, value in found.items():
        values = value if isinstance(value, list) else [value]
        known[key.lower()] = ", ".join(str(word) for word in values if not isinstance(word, dict | list))
    return known


class _Blocks:
    """The blocks of the Markdown that begins at an offset of a text."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._body = text[start:]
        self._table_title = ""
        self._above: tuple[str, ...] = ()  # what the rows of the open table stand under
        self._lines = [start]
        for line in self._body.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def walk(self) -> Iterator[Block]:
        """Give the blocks in order, with gaps where a mark stands alone."""
        from markdown_it import MarkdownIt

        # Without the inline rules: offsets need lines only, and the time stays linear in the file's length.
        parser = MarkdownIt("commonmark").enable("table").disable("inline")
        depth = 0  # of list items
        indented: BlockKind = "code"  # what indented text is
        tokens = parser.parse(self._body)
        for n, token in enumerate(tokens):
            if token.type in ("list_item_open", "list_item_close"):
                depth += token.nesting
            elif token.map is None:
                continue
            elif token.type == "heading_open":
                yield from self._heading(token, tokens[n + 1])
            elif token.type == "paragraph_open":
                words = tokens[n + 1].content
                indented = "note" if _NOTE.match(words) else "prose" if _ADMONITION.match(words) else "code"
                before_table = n + 3 < len(tokens) and tokens[n + 3].type == "table_open"
                yield from self._paragraph(tokens[n + 1], "item" if depth else "prose", before_table=before_table)
            elif token.type in ("table_open", "tr_open"):
                yield from self._table_line(token, is_head=tokens[n - 1].type == "thead_open")
            elif token.type == "code_block":
                yield from self._lines_between(token.map[0], token.map[0] + token.content.count("\n"), indented)
            elif token.type == "fence":
                yield from self._lines_between(token.map[0] + 1, token.map[0] + 1 + token.content.count("\n"), "code")
            elif token.type == "html_block":
                yield from self._html(token)

    def _heading(self, token: Token, inline: Token) -> Iterator[Block]:
        start, end = self._content(inline, is_closed=token.markup[0] == "#")
        yield from self._trimmed(start, end, "heading", int(token.tag[1:]))

    def _paragraph(self, inline: Token, kind: BlockKind, *, before_table: bool) -> Iterator[Block]:
        start, end = self._content(inline)
        words = inline.content.strip()
        self._table_title = ""
        if "![" in words and not _IMAGE.sub("", words).strip():
            told = "" if words.startswith("[") else " ".join(_IMAGE.findall(words))
            kind = "caption" if len(told.split()) >= 4 else "navigation"  # a figure's words or a badge
        elif _LINK_INSIDE.fullmatch(words) or (words[:1] == "<" and not _has_words(_seen(words))):
            kind = "navigation"
        elif _NOTE.match(words):
            marks = [mark.start() for mark in _NOTE.finditer(self._text, start, end)]
            for first, last in pairwise([*marks, end] if marks else [start, end]):
                yield from self._trimmed(first, last, "note")
            return
        elif before_table and len(words) <= _LONGEST_TABLE_TITLE and _TABLE_TITLE.match(words):
            kind = "caption"
            self._table_title = " ".join(words.split())
        for mark in (_CONTAINER.match(self._text, start, end), _CONTAINER_END.search(self._text, start, end)):
            if mark is not None and mark.start() == start:
                start = mark.end()
            elif mark is not None:
                end = mark.start()
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

    def _table_line(self, token: Token, *, is_head: bool) -> Iterator[Block]:
        """Give a row of a table, or the row of its heads, which the others then carry."""
        if token.type == "table_open":
            self._above = (self._table_title,) if self._table_title else ()
            self._table_title = ""
            return
        first_line = token.map[0] if token.map else 0
        start = self._lines[first_line]
        line = self._text[start : self._lines[first_line + 1] - 1]
        words = _ROW.fullmatch(line)
        if words is None:
            return
        left, right = words.span(1)
        if is_head:
            heads = " |".join(f" {cell.strip()}".rstrip() for cell in _PIPE.split(words[1]))
            self._above = (*self._above, heads.strip())
            yield Block(start + left, start + right, "table head")
        else:
            yield Block(start + left, start + right, "row", above=self._above)

    def _html(self, token: Token) -> Iterator[Block]:
        start, end = (self._lines[n] for n in token.map or (0, 0))
        yield from self._trimmed(start, end - 1, "prose" if _has_words(_seen(self._text[start:end])) else "navigation")

    def _lines_between(self, first: int, last: int, kind: BlockKind) -> Iterator[Block]:
        """Give indented or fenced lines; those that are no code are parted at their empty lines."""
        if first >= last:
            return
        start, end = self._lines[first], self._lines[last] - 1
        gaps = [] if kind == "code" else [gap.span() for gap in _EMPTY_LINES.finditer(self._text, start, end)]
        for gap_start, gap_end in [*gaps, (end, end)]:
            yield from self._trimmed(start, gap_start, kind)
            start = gap_end

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
                kind: BlockKind = "note" if _NOTE.match(words) else "navigation" if _UNSEEN.match(words) else "prose"
                yield Block(start, start + len(words), kind)
        if block.start < block.end:
            yield block
        at = block.end


def _seen(source: str) -> str:
    """Give what a browser would show of a piece of HTML."""
    return _TAG.sub("", _COMMENT.sub("", source))


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
