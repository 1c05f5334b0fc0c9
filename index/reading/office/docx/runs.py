"""What a paragraph of Word says: its runs as Word would show them, without field codes, deletions and hidden text."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.reading.office.docx.math import formula_pieces
from index.reading.office.docx.styles import Style, over, run_style, switch_of
from index.reading.office.package import attribute_of, child_of, integer_of, local_name
from index.reading.office.symbols import has_symbols, raised, symbol, with_symbols

if TYPE_CHECKING:
    from lxml import etree

    from index.reading.office.docx.styles import Styles
    from index.reading.office.pages import Pages
    from index.reading.office.words import Words

DELETED = frozenset(("del", "moveFrom"))
_UNSEEN = frozenset(
    ("instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "fldData", "rubyPr", "rt")
)
_CONTENTS = re.compile(r"\s*(?:TOC|TOA|INDEX)\b", re.IGNORECASE)
_OBJECTS = {"object": "embedded object", "altChunk": "embedded document", "subDoc": "linked document"}
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_MATH = "/math"  # what the namespace of formulas ends with, in strict documents too


@dataclass(slots=True)
class _Field:
    code: list[str] = field(default_factory=list)
    shows: bool = False  # whether its result has begun
    is_contents: bool = False


class Fields:
    """The fields that are open at a place: their codes are hidden, their results are shown."""

    def __init__(self, story: etree._Element) -> None:
        ends = Counter(attribute_of(mark, "fldCharType") for mark in story.iter("{*}fldChar"))
        self._is_sound = ends["begin"] == ends["end"]  # else a code without an end would hide all that follows
        self._open: list[_Field] = []
        self._codes = 0
        self._contents = 0

    @property
    def in_code(self) -> bool:
        """Whether a field's code goes on here."""
        return self._codes > 0 and self._is_sound

    @property
    def in_contents(self) -> bool:
        """Whether this is the result of a field that makes a table of contents or an index."""
        return self._contents > 0 and self._is_sound

    def mark(self, kind: str | None) -> None:
        """Take note of a field's begin, separation or end."""
        if kind == "begin":
            self._open.append(_Field())
            self._codes += 1
        elif self._open and kind == "separate" and not self._open[-1].shows:
            last = self._open[-1]
            last.shows, last.is_contents = True, _CONTENTS.match("".join(last.code)) is not None
            self._codes -= 1
            self._contents += last.is_contents
        elif self._open and kind == "end":
            last = self._open.pop()
            self._codes -= not last.shows
            self._contents -= last.is_contents

    def add_code(self, text: str) -> None:
        """Take note of a piece of the innermost field's code."""
        if self._open and not self._open[-1].shows and len(self._open[-1].code) < 20:
            self._open[-1].code.append(text)


@dataclass(slots=True)
class Type:
    """How the text of a paragraph is set: how much of it is bold, and the size of its first run in half points."""

    letters: int = 0
    bold: int = 0
    size: int = 0

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return 0 < self.letters == self.bold


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A place in the text that cites a note.

    Attributes:
        kind: "footnote" or "endnote".
        id: Of the note.
        is_numbered: Whether Word numbers it; else the author set a sign.
    """

    kind: str
    id: str
    is_numbered: bool


class RunReader:
    """Reads paragraphs and keeps what hangs on them, to be read after.

    Attributes:
        boxes: Text boxes that were passed, still to be read.
        cited: Notes that were cited, still to be read.
        drawings: Diagrams ("relIds") and charts ("chart") that were passed, still to be read: which, and its relation.
        left_out: What cannot be read, by what it is.
        deletions: Places where a tracked change deleted text.
    """

    def __init__(self, styles: Styles, pages: Pages, fields: Fields) -> None:
        self.boxes: deque[etree._Element] = deque()
        self.cited: deque[NoteMark] = deque()
        self.drawings: deque[tuple[str, str]] = deque()
        self.left_out: Counter[str] = Counter()
        self.deletions = 0
        self.fields = fields
        self._styles = styles
        self._pages = pages

    def gather(self, paragraph: etree._Element, style: Style, words: Words) -> Type:
        """Add what a paragraph says to `words`, and say how it is set."""
        kind = Type()
        as_is = style.kind == "code"
        stack: list[tuple[etree._Element | str, Style]] = [(child, style) for child in reversed(paragraph)]
        while stack:
            element, look = stack.pop()
            if isinstance(element, str):
                self._write(element, words, look, kind, as_is=as_is)
                continue
            tag = local_name(element)
            if tag in _UNSEEN or tag in DELETED or is_spare(element):
                self._pass(element, tag)
            elif tag == "r":
                look = self._look(element, style)
                if look.is_hidden:
                    self._pass(element, tag)
                else:
                    stack.extend((child, look) for child in reversed(element))
            elif tag in ("checkBox", "ddList"):  # of a form: they stand in a field's code, and are shown
                words.add(_form_value(element, tag), self._pages.write(), as_is=as_is)
            elif text := self._sign(element, tag):
                self._write(text, words, look, kind, as_is=as_is)
            elif not self._notice(element, tag):
                pieces = formula_pieces(element, tag) if _is_formula(element) else None
                stack.extend((piece, look) for piece in reversed(element if pieces is None else pieces))
        return kind

    def _look(self, run: etree._Element, style: Style) -> Style:
        """Give how a run is set, by itself or by its style, else as the paragraph is."""
        properties = child_of(run, "rPr")
        if properties is None:
            return style
        named = attribute_of(child_of(properties, "rStyle"), "val")
        by_name = over(self._styles.of(named), style) if named else style
        return over(run_style(properties), by_name)

    def _pass(self, element: etree._Element, tag: str) -> None:
        """Pass over what is not shown, but for the marks of fields inside."""
        if tag in ("instrText", "delInstrText"):
            self.fields.add_code(element.text or "")
            return
        if tag in DELETED and any((text.text or "").strip() for text in element.iter("{*}delText", "{*}t")):
            self.deletions += 1
        if not is_spare(element):
            for mark in element.iter("{*}fldChar"):
                self.fields.mark(attribute_of(mark, "fldCharType"))

    def _sign(self, element: etree._Element, tag: str) -> str:
        """Give the text that an element itself stands for."""
        if tag == "t":
            text = element.text or ""
            return with_symbols(text, _font(element.getparent())) if has_symbols(text) else text
        if tag == "sym":
            code = attribute_of(element, "char") or ""
            is_code = re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) is not None
            return symbol(int(code, 16), attribute_of(element, "font") or "") if is_code else ""
        if tag == "br" and attribute_of(element, "type") == "page":
            self._pages.order()
            return " "
        return _SIGNS.get(tag, "")

    def _write(self, text: str, words: Words, look: Style, kind: Type, *, as_is: bool) -> None:
        if self.fields.in_code:
            return
        letters = len(text.strip())
        if letters:
            kind.letters += letters
            kind.bold += letters if look.is_bold else 0
            kind.size = kind.size or look.size or 0
            text = raised(text) if look.is_raised else text
        words.add(text, self._pages.write() if letters else self._pages.page, as_is=as_is)

    def _notice(self, element: etree._Element, tag: str) -> bool:
        """Take note of what is no text; gives whether nothing inside is to be read here."""
        if tag == "txbxContent":
            self.boxes.append(element)
        elif tag == "lastRenderedPageBreak":
            self._pages.turn()
        elif tag in ("footnoteReference", "endnoteReference"):
            is_numbered = not switch_of_attribute(element, "customMarkFollows")
            note = NoteMark(tag.removesuffix("Reference"), attribute_of(element, "id") or "", is_numbered)
            if not self.fields.in_code:
                self.cited.append(note)
        elif tag == "fldChar":
            self.fields.mark(attribute_of(element, "fldCharType"))
            return False  # it may hold a form's field
        elif tag in ("relIds", "chart"):
            self.drawings.append((tag, attribute_of(element, "dm" if tag == "relIds" else "id") or ""))
        elif tag in _OBJECTS:
            self.left_out[_OBJECTS[tag]] += 1
            return tag != "object"  # a text box may stand for it
        else:
            return False
        return True


def is_spare(element: etree._Element) -> bool:
    """Say whether an element only says again, for other programs, what the one before it says."""
    return local_name(element) in ("Choice", "Fallback") and local_name(element.getprevious()) == "Choice"


def switch_of_attribute(element: etree._Element, name: str) -> bool:
    """Say whether an element's attribute switches something on."""
    return attribute_of(element, name) in ("1", "true", "on")


def _font(run: etree._Element | None) -> str:
    fonts = child_of(child_of(run, "rPr"), "rFonts")
    return attribute_of(fonts, "ascii") or attribute_of(fonts, "hAnsi") or ""


def _form_value(element: etree._Element, tag: str) -> str:
    """Give what an old form's box or list shows."""
    if tag == "checkBox":
        checked = switch_of(element, "checked")
        return "☒" if (switch_of(element, "default") if checked is None else checked) else "☐"
    entries = [attribute_of(child, "val") or "" for child in element if local_name(child) == "listEntry"]
    chosen = integer_of(child_of(element, "result")) or integer_of(child_of(element, "default")) or 0
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def _is_formula(element: etree._Element) -> bool:
    tag = element.tag
    return isinstance(tag, str) and tag.split("}", 1)[0].endswith(_MATH)
