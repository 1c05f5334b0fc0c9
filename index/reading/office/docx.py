"""Word documents (.docx): paragraphs, tables, text boxes and notes in reading order, with the pages that Word saved.

Reads the package's XML itself, for both namespaces of OOXML and without its schema. Text that tracked changes have
deleted, hidden text and field codes are no text; headers and footers are left out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from index.documents import PageSpan
from index.errors import UnreadableFileError
from index.reading.decoding import normalise
from index.reading.extraction import Block, Extraction
from index.reading.office.docx_styles import Style, paragraph_styles
from index.reading.office.package import DAMAGE, Package, attribute_of, child_of, damage_in_words, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from index.reading.extraction import BlockKind

_LONGEST_ROW = 1_500  # characters; a longer one is a page laid out as a table
_CONTAINERS = frozenset(
    ("body", "sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo", "AlternateContent", "Choice", "Fallback")
)
_UNSEEN = frozenset(
    ("del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "tblPr", "fldData", "rubyPr")
)


def read(data: bytes) -> Extraction:
    """Read a Word document.

    Raises:
        UnreadableFileError: It is damaged, protected by a password, too large when unpacked, or declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(Package(archive))
    except DAMAGE as error:
        raise UnreadableFileError(f"the file is damaged: {damage_in_words(error)}") from error
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        raise UnreadableFileError("it is protected by a password; save a copy without one") from error


def _read(package: Package) -> Extraction:
    main = package.main_part()
    folder = posixpath.dirname(main)
    body = package.part(main)
    has_pages = next(body.iter("{*}lastRenderedPageBreak"), None) is not None
    walk = _Walk(paragraph_styles(package, folder), _notes(package, folder), has_pages=has_pages)
    walk.read(body)
    core = {local_name(element): (element.text or "").strip() for element in _core(package)}
    return Extraction(
        text="\n\n".join(walk.texts),
        blocks=tuple(walk.blocks),
        title=normalise(core.get("title", "")) or None,
        author=normalise(core.get("creator", "")) or None,
        date=core.get("created") or core.get("modified") or None,
        page_count=walk.page if walk.has_pages else None,
        pre_mended=True,
    )


def _core(package: Package) -> Iterator[etree._Element]:
    if "docProps/core.xml" in package.names:
        yield from package.part("docProps/core.xml")


def _notes(package: Package, folder: str) -> dict[tuple[str, str], etree._Element]:
    notes = {}
    for kind in ("footnote", "endnote"):
        name = posixpath.join(folder, f"{kind}s.xml")
        if name in package.names:
            for note in package.part(name):
                if attribute_of(note, "type") in (None, "normal"):
                    notes[kind, attribute_of(note, "id") or ""] = note
    return notes


@dataclass(slots=True)
class _Words:
    """The text of one block as it is gathered, with the offset in it where each page begins."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    page_starts: list[tuple[int, int]] = field(default_factory=list)  # (page, offset)

    @property
    def last(self) -> str:
        return self.pieces[-1][-1] if self.pieces else ""

    def add(self, text: str, page: int) -> None:
        """Add a run's text, its white space run together; a page break keeps two words apart as a line break does."""
        text = re.sub(r"[ \t\u00a0\u3000]+", " ", normalise(text))
        if self.last in ("", " ", "\n"):
            text = text.lstrip(" " if self.pieces else None)
        if not text:
            return
        if not self.page_starts or self.page_starts[-1][0] != page:
            if self.last and not self.last.isspace() and not text[0].isspace() and _takes_space(self.last, text[0]):
                text = f" {text}"
            self.page_starts.append((page, self.length))
        self.pieces.append(text)
        self.length += len(text)


def _takes_space(before: str, after: str) -> bool:
    """Whether a line break between these two stood for a space: not behind a hyphen, nor in a script without spaces."""
    return before not in "-‐‑–—/" and max(before, after) < "\u2e80"


class _Walk:
    """Goes through a document's body and gathers its blocks."""

    def __init__(
        self, styles: dict[str, Style], notes: dict[tuple[str, str], etree._Element], *, has_pages: bool
    ) -> None:
        self.texts: list[str] = []
        self.blocks: list[Block] = []
        self.page = 1
        self.has_pages = has_pages
        self._page_is_due = False  # a break was ordered, and Word has not said yet that the next page began
        self._styles = styles
        self._notes = notes
        self._cited: list[tuple[str, str]] = []
        self._boxes: list[etree._Element] = []
        self._at = 0

    def read(self, element: etree._Element) -> None:
        """Add the blocks inside an element, in order, from a stack of what is still to be read."""
        stack = [element]
        while stack:
            element = stack.pop()
            tag = local_name(element)
            if tag == "p":
                self._paragraph(element)
            elif tag == "tbl":
                stack.extend(reversed(self._table(element)))
            elif tag in _CONTAINERS or tag in ("document", "txbxContent", "tc"):
                stack.extend(child for child in reversed(element) if not _is_spare(child))

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = child_of(paragraph, "pPr")
        style = self._style(properties)
        if _is_on(child_of(properties, "pageBreakBefore")):
            self._page_is_due = True
        words = _Words()
        self._gather(paragraph, words)
        self._end(words, style.kind, style.level)
        if child_of(properties, "sectPr") is not None and _break_kind(child_of(properties, "sectPr")) != "continuous":
            self._page_is_due = True
        self._beside()

    def _beside(self) -> None:
        """Add the text boxes and notes that hang on what was just read."""
        while self._boxes or self._cited:
            if self._boxes:
                self.read(self._boxes.pop(0))
            elif (note := self._notes.pop(self._cited.pop(0), None)) is not None:
                self._end(self._gathered(note), "note")

    def _style(self, properties: etree._Element | None) -> Style:
        style = self._styles.get(attribute_of(child_of(properties, "pStyle"), "val") or "", Style())
        outline = attribute_of(child_of(properties, "outlineLvl"), "val")
        if outline is not None and outline.isdigit() and style.kind != "title":
            return Style("heading", int(outline) + 1) if int(outline) < 9 else Style()
        if style.kind == "title" and any(block.kind == "title" for block in self.blocks):
            return Style("heading", 1)
        if style.kind == "prose" and child_of(properties, "numPr") is not None:
            return Style("item")
        return style

    def _gathered(self, element: etree._Element) -> _Words:
        """Give the words of all paragraphs inside an element as those of one block."""
        words = _Words()
        for paragraph in element.iter("{*}p"):
            between = takewhile(lambda above: above is not element, paragraph.iterancestors())
            if not any(local_name(above) in ("txbxContent", "Fallback") for above in between):
                words.add(" ", self.page)
                self._gather(paragraph, words)
        return words

    def _gather(self, paragraph: etree._Element, words: _Words) -> None:
        stack = list(reversed(paragraph))
        while stack:
            element = stack.pop()
            tag = local_name(element)
            if tag in _UNSEEN or _is_spare(element) or (tag == "r" and _is_hidden(element)):
                continue
            if tag == "txbxContent":
                self._boxes.append(element)
            elif tag == "lastRenderedPageBreak":
                self.page, self._page_is_due = self.page + 1, False
            elif tag == "br" and attribute_of(element, "type") == "page":
                self._page_is_due = True
            elif tag in ("footnoteReference", "endnoteReference"):
                self._cited.append((tag.removesuffix("Reference"), attribute_of(element, "id") or ""))
            elif text := _text_of(element, tag):
                self._write(text, words)
            else:
                stack.extend(reversed(element))

    def _write(self, text: str, words: _Words) -> None:
        if self._page_is_due and text.strip():
            self.page, self._page_is_due = self.page + 1, False
        words.add(text, self.page)

    def _table(self, table: etree._Element) -> list[etree._Element]:
        """Add a table's rows, or give the cells of one that only places text on the page, to be read like a body."""
        rows = [list(_inside(row, "tc")) for row in _inside(table, "tr")]
        if max(map(len, rows), default=0) <= 1 or any(_is_long(row) for row in rows):
            return [cell for row in rows for cell in row]
        first_is_head = child_of(child_of(next(_inside(table, "tr")), "trPr"), "tblHeader") is not None
        for n, row in enumerate(rows):
            joined = _Words()
            for cell in row:
                words = self._gathered(cell)
                if text := " ".join("".join(words.pieces).split()):
                    if joined.pieces:
                        joined.add(" | ", self.page)
                    joined.add(text, self.page)
            self._end(joined, "row", 0 if n == 0 and first_is_head else None)
            self._beside()
        return []

    def _end(self, words: _Words, kind: BlockKind, level: int | None = None) -> None:
        """Add a block, unless it is blank."""
        raw = "".join(words.pieces)
        text = raw.rstrip()
        if not text:
            return
        pages = []
        ends = [start for _, start in words.page_starts[1:]] + [len(text)]
        for (page, start), end in zip(words.page_starts, ends, strict=True):
            piece = text[start:end]
            if piece.strip() and self.has_pages:
                left = self._at + start + len(piece) - len(piece.lstrip())
                pages.append(PageSpan(page, left, self._at + start + len(piece.rstrip())))
        self.texts.append(text)
        self.blocks.append(Block(self._at, self._at + len(text), kind, level, tuple(pages)))
        self._at += len(text) + 2


def _text_of(element: etree._Element, tag: str) -> str:
    if tag == "t":
        return element.text or ""
    return {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(tag, "")


def _is_long(row: list[etree._Element]) -> bool:
    return sum(len(text.text or "") for cell in row for text in cell.iter("{*}t")) > _LONGEST_ROW


def _inside(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Give a table's rows or a row's cells, through the controls and marks that may stand between."""
    for inner in element:
        tag = local_name(inner)
        if tag == wanted:
            yield inner
        elif tag in _CONTAINERS:
            yield from _inside(inner, wanted)


def _is_hidden(run: etree._Element) -> bool:
    return _is_on(child_of(child_of(run, "rPr"), "vanish"))


def _is_spare(element: etree._Element) -> bool:
    """Whether an element only says again, for older programs, what the one before it says."""
    return local_name(element) == "Fallback" and local_name(element.getprevious()) == "Choice"


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and attribute_of(switch, "val") not in ("0", "false", "off")


def _break_kind(section: etree._Element | None) -> str:
    return attribute_of(child_of(section, "type"), "val") or "nextPage"
