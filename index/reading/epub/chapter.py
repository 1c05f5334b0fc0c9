"""One chapter of an e-book: its XHTML made fit for the walk through HTML, and where printed pages begin in it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import LimitError
from index.reading.decoding import decode
from index.reading.html.blocks import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.reading.extraction import BlockKind

# A tag, a comment or a CDATA section. Nothing here reads on over a "<", so that one pass is linear in any text.
_MARKUP = re.compile(
    r"<!--(?:(?!-->).)*+(?:-->)?+"
    r"|<!\[CDATA\[(?P<data>(?:(?!\]\]>).)*+)(?:\]\]>)?+"
    r"""|<(?P<slash>/?)(?P<name>[A-Za-z_][\w:.-]*+)(?P<rest>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# A declaration of entities, which HTML does not know, would be shown as text.
_PROLOGUE = re.compile(r"(.{0,2000}?)<!DOCTYPE[^\[>]{0,1000}(?:\[[^\]]*+\])?[^>]{0,100}>", re.IGNORECASE | re.DOTALL)
_FURIGANA = re.compile(r"[^<]{0,200}</(?:\w+:)?rt\s*>")  # the reading of the characters before it
_PAGE_NUMBER = re.compile(r"\s*([^<]{0,20}?)\s*</[\w:.-]+\s*>")
_LABEL_IN_ID = re.compile(r"(?:page|pg|p)[-_]?0*(\d{1,5}|[ivxlc]{1,9})", re.IGNORECASE)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_LEFT_OPEN = _VOID | {"p", "li", "td", "tr", "th", "dt", "dd", "tbody", "thead", "tfoot", "option"}  # HTML closes them
# Boxes and the ends of letters are the book's own text, not a web site's frame; of alternatives the last is read.
_RENAMED = {"aside": "div", "footer": "div", "case": "template"}
_DRAWN = {"svg": "div", "text": "p", "tspan": "span", "title": "template", "desc": "template", "style": "template"}
_MARKS = re.compile("[\ufdd0-\ufdef]")  # code points that stand for nothing; those used here are taken out of the text
_MARK_START, _MARK_END, _DIGIT = "\ufdd0", "\ufdd1", 0xFDE0
_PAGE_MARK = re.compile("\ufdd0([\ufde0-\ufde9]{1,9})\ufdd1")


@dataclass(frozen=True, slots=True)
class ChapterBlock:
    """A block of a chapter.

    Attributes:
        kind, level, above: As in `Block`.
        text: Its words.
        pages: The label of each printed page that begins in it, with the offset in the text; one that begins before
            its first word has the offset 0.
    """

    kind: BlockKind
    level: int | None
    text: str
    above: tuple[str, ...] = ()
    pages: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Chapter:
    """What a chapter's file holds.

    Attributes:
        blocks: In order.
        has_images: Whether it shows any.
        pages_at_end: Labels of printed pages that begin behind the last block.
    """

    blocks: list[ChapterBlock] = field(default_factory=list)
    has_images: bool = False
    pages_at_end: tuple[str, ...] = ()


def read_chapter(data: bytes, page_labels: Mapping[str, str], nesting: int, *, is_drawing: bool = False) -> Chapter:
    """Read the file of a chapter.

    Args:
        data: Its bytes: XHTML, HTML, or SVG.
        page_labels: What the book's list of pages calls the pages that begin at its elements, by the elements' ids.
        nesting: How deep elements may stand in each other.
        is_drawing: Whether it is SVG, of which the text is read.

    Raises:
        LimitError: Its elements stand too deep in each other.
        UnreadableFileError: Its bytes are no text.
    """
    source = _MARKS.sub("", decode(data, declares=True).text)
    prologue = _PROLOGUE.match(source)
    source = source[prologue.end() :] if prologue else source
    writer = _HtmlWriter(source, page_labels, nesting, is_drawing=is_drawing)
    walk = Walk(writer.write())
    labels = writer.labels
    chapter = Chapter(has_images=re.search(r"<(?:\w+:)?(?:img|image|svg)\b", source) is not None)
    waiting: list[str] = []
    for seen in walk.blocks():
        if seen.region == "hidden" and seen.kind != "note":
            continue
        kind = "navigation" if seen.region == "frame" else seen.kind
        text, pages = _unmarked(seen.text, labels)
        if not text:
            waiting.extend(label for label, _ in pages)
            continue
        above = tuple(_unmarked(words, labels)[0] for words in seen.above)
        starts = (*((label, 0) for label in waiting), *pages)
        chapter.blocks.append(ChapterBlock(kind, seen.level if kind == "heading" else None, text, above, starts))
        waiting = []
    chapter.pages_at_end = tuple(waiting)
    if not chapter.blocks and not is_drawing and "<text" in source:
        return read_chapter(data, page_labels, nesting, is_drawing=True)  # pages of fixed layout may be drawn
    return chapter


class _HtmlWriter:
    """Writes XHTML as HTML, with a mark where each printed page begins.

    Attributes:
        labels: What the marked pages are called, in the order of their marks' numbers.
    """

    def __init__(self, source: str, page_labels: Mapping[str, str], nesting: int, *, is_drawing: bool) -> None:
        self.labels: list[str] = []
        self._source = source
        self._page_labels = page_labels
        self._nesting = nesting
        self._is_drawing = is_drawing
        self._pieces: list[str] = []
        self._depth = 0

    def write(self) -> str:
        """Give the HTML.

        Raises:
            LimitError: Its elements stand too deep in each other.
        """
        at = 0
        for found in _MARKUP.finditer(self._source):
            if found.start() < at:  # it was skipped with what it stands in
                continue
            self._pieces.append(self._source[at : found.start()])
            at = found.end()
            if found["name"] is None:
                self._pieces.append(html.escape(found["data"] or ""))
                continue
            name = found["name"].rsplit(":", 1)[-1].lower()
            shown = _RENAMED.get(name, name)
            shown = _DRAWN.get(shown, shown) if self._is_drawing else shown
            if found["slash"]:
                self._end(shown)
            elif name == "rt" and (reading := _FURIGANA.match(self._source, at)):
                at = reading.end()
            else:
                at = self._start(shown, found["rest"], at)
        self._pieces.append(self._source[at:])
        return "".join(self._pieces)

    def _start(self, name: str, rest: str, at: int) -> int:
        """Write a start tag, of which `rest` are the attributes; gives the offset at which to go on."""
        is_empty = rest.endswith("/")
        if "pagebreak" in rest or (self._page_labels and "id" in rest):
            number = _PAGE_NUMBER.match(self._source, at) if not is_empty else None
            words = html.unescape(number[1]).strip() if number else ""
            if label := _page_label(rest, self._page_labels, words):
                self._pieces.append(_mark(len(self.labels)))
                self.labels.append(label)
                if number and "pagebreak" in rest:
                    return number.end()
        self._pieces.append(f"<{name}{rest.rstrip('/')}>")
        if is_empty and name not in _VOID:  # HTML has no empty tags: it would stay open
            self._pieces.append(f"</{name}>")
        elif name not in _LEFT_OPEN:
            self._depth += 1
            if self._depth > self._nesting:  # HTML's parser takes time that grows as the square of the depth
                raise LimitError(f"its elements stand more than {self._nesting:,} deep in each other", "nesting")
        return at

    def _end(self, name: str) -> None:
        if name not in _VOID:  # HTML takes </br> for one more line break
            self._pieces.append(f"</{name}>")
        if name not in _LEFT_OPEN:
            self._depth = max(0, self._depth - 1)


def _page_label(rest: str, page_labels: Mapping[str, str], words: str) -> str:
    """Give the label of the printed page that begins at an element; "" where none does."""
    attributes = {name.lower(): html.unescape(one or two) for name, one, two in _ATTRIBUTE.findall(rest)}
    listed = page_labels.get(attributes.get("id", ""), "")
    kinds = f"{attributes.get('epub:type', '')} {attributes.get('role', '')}".split()
    if not {"pagebreak", "doc-pagebreak"} & set(kinds):
        return listed
    in_id = _LABEL_IN_ID.fullmatch(attributes.get("id", ""))
    label = listed or attributes.get("title") or attributes.get("aria-label") or words or (in_id[1] if in_id else "")
    return clean_label(label)


def clean_label(label: str) -> str:
    """Give a page's label without the word for page: "Page 12" and "p. 12." are 12."""
    label = " ".join(_MARKS.sub("", label).split())
    return re.sub(r"^(?:page|pg|p)\b[.: ]*|[. ]+$", "", label, flags=re.IGNORECASE)[:20].strip()


def _unmarked(text: str, labels: Sequence[str]) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Take the marks out of a block's text; gives the labels of the pages that begin in it, with their offsets."""
    if _MARK_START not in text:
        return text, ()
    pages: list[tuple[str, int]] = []
    pieces: list[str] = []
    length = 0
    for n, piece in enumerate(_PAGE_MARK.split(text)):
        if n % 2:
            pages.append((labels[_number(piece)], length))
            continue
        if not pieces or pieces[-1][-1] in " \n":  # the white space on one side of a mark is enough
            piece = piece.lstrip(" \n")
        if piece:
            pieces.append(piece)
            length += len(piece)
    shown = "".join(pieces).rstrip()
    return shown, tuple((label, min(offset, len(shown))) for label, offset in pages)


def _mark(number: int) -> str:
    return _MARK_START + "".join(chr(_DIGIT + int(digit)) for digit in str(number)) + _MARK_END


def _number(digits: str) -> int:
    return int("".join(str(ord(digit) - _DIGIT) for digit in digits))
