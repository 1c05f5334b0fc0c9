"""What a paragraph of OpenDocument says: its text as it is shown, without notes, comments and hidden text."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from index.reading.office.docx.runs import Type
from index.reading.office.odt.styles import over
from index.reading.office.package import attribute_of, integer_of, local_name
from index.reading.office.symbols import raised

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from index.reading.office.odt.styles import Style, Styles
    from index.reading.office.pages import Pages
    from index.reading.office.words import Words

_UNSEEN = frozenset((
    "annotation-end", "tracked-changes", "script", "ruby-text", "change", "change-start", "change-end", "title", "desc",
    "event-listeners", "control", "image", "forms", "glue-point",
))  # fmt: skip
_DRAWN = "drawing:1.0}"
_MOST_SPACES = 200


class TextReader:
    """Reads paragraphs and keeps what hangs on them, to be read after.

    Attributes:
        left_out: What cannot be read, by what it is.
    """

    def __init__(self, styles: Styles, pages: Pages, formula_at: Callable[[str], str | None]) -> None:
        self.left_out: Counter[str] = Counter()
        self._boxes: deque[etree._Element] = deque()
        self._notes: deque[etree._Element] = deque()
        self._styles = styles
        self._pages = pages
        self._formula_at = formula_at

    def take(self) -> tuple[list[etree._Element], list[etree._Element]]:
        """Give the frames and shapes, and the notes, that were passed since they were last taken."""
        taken = list(self._boxes), list(self._notes)
        self._boxes.clear()
        self._notes.clear()
        return taken

    def gather(self, paragraph: etree._Element, style: Style, words: Words) -> Type:
        """Add what a paragraph says to `words`, and say how it is set."""
        kind = Type()
        as_is = style.kind == "code"
        stack: list[tuple[etree._Element | str, Style]] = []
        self._push(stack, paragraph, style)
        while stack:
            element, look = stack.pop()
            if isinstance(element, str):
                self._write(element, words, look, kind, as_is=as_is)
                continue
            if element.tail:
                stack.append((element.tail, look))
            tag = local_name(element)
            if tag in ("span", "a", "meta", "meta-field"):
                own = self._styles.of("text", attribute_of(element, "style-name"))
                self._push(stack, element, over(own, look))
            elif tag in ("s", "tab", "line-break"):
                self._write(_sign(element, tag), words, look, kind, as_is=True)
            elif tag == "soft-page-break":
                self._pages.turn()
            elif not self._notice(element, tag, words):
                self._push(stack, element, look)
        return kind

    @staticmethod
    def _push(stack: list[tuple[etree._Element | str, Style]], element: etree._Element, look: Style) -> None:
        stack.extend((child, look) for child in reversed(element))
        if element.text:
            stack.append((element.text, look))

    def _write(self, text: str, words: Words, look: Style, kind: Type, *, as_is: bool) -> None:
        if look.is_hidden:
            return
        letters = len(text.strip())
        if letters:
            kind.letters += letters
            kind.bold += letters if look.is_bold else 0
            kind.size = kind.size or look.size or 0
            text = raised(text) if look.is_raised else text
        if not as_is:
            text = text.replace("\n", " ").replace("\r", " ")
        words.add(text, self._pages.write() if letters else self._pages.page, as_is=as_is and text != " ")

    def _notice(self, element: etree._Element, tag: str, words: Words) -> bool:
        """Take note of what is no text; gives whether nothing inside is to be read here."""
        if tag == "note":
            self._notes.append(element)
        elif tag == "annotation":
            self.left_out["comment"] += 1
        elif tag in ("hidden-text", "hidden-paragraph"):
            return attribute_of(element, "is-hidden") == "true"
        elif isinstance(element.tag, str) and _DRAWN in element.tag and tag != "a":
            inner = next((child for child in element if local_name(child) == "object"), None)
            if tag != "frame" or inner is None or not self.add_object(inner, words):
                self._boxes.append(element)
        else:
            return tag in _UNSEEN
        return True

    def add_object(self, element: etree._Element, words: Words) -> bool:
        """Add the formula that an embedded object is, or count it as left out; gives whether either was done."""
        name = (attribute_of(element, "href") or "").removeprefix("./")
        formula = self._formula_at(f"{name}/content.xml")
        if formula is None:
            self.left_out["embedded object"] += 1
        else:
            words.add(formula, self._pages.write())
        return True


def _sign(element: etree._Element, tag: str) -> str:
    if tag == "s":
        return " " * min(max(integer_of(element, "c") or 1, 1), _MOST_SPACES)
    return "\n" if tag == "line-break" else " "
