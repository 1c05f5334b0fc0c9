"""The body of an OpenDocument text in reading order: its paragraphs, lists and tables, and what hangs on them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from index.reading.office.drafts import Draft
from index.reading.office.odt import tables as odt_tables
from index.reading.office.odt.lists import LEVELS, Count, Lists, OpenList, label_of
from index.reading.office.odt.text import TextReader
from index.reading.office.package import attribute_of, child_of, integer_of, local_name
from index.reading.office.pages import PageRun
from index.reading.office.tables import Cell, Row, table_drafts
from index.reading.office.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml import etree

    from index.reading.office.odt.styles import Style, Styles
    from index.reading.office.pages import Pages

    Step = etree._Element | Callable[[], None]

_CONTAINERS = frozenset((
    "body", "text", "text-box", "frame", "g", "a", "custom-shape", "rect", "ellipse", "circle", "line", "connector",
    "polygon", "polyline", "path", "regular-polygon", "measure", "caption", "index-title", "index-body", "bibliography",
    "table-cell", "header", "footer", "header-left", "footer-left", "header-first", "footer-first", "note-body",
    "numbered-paragraph", "covered-table-cell", "region-left", "region-center", "region-right",
))  # fmt: skip
_INDEXES = frozenset((
    "table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index",
))  # fmt: skip
_FORMATS = {"1": "decimal", "i": "lowerRoman", "I": "upperRoman", "a": "lowerLetter", "A": "upperLetter", "": "none"}


class Body:
    """Goes through a document's body and gathers its blocks.

    Attributes:
        drafts: What was gathered, in reading order.
        runs: How pages are numbered, from each page on where that changes.
        masters: The names of the masters of its pages.
        left_out: What cannot be read, by what it is.
    """

    def __init__(self, styles: Styles, lists: Lists, pages: Pages, formula_at: Callable[[str], str | None]) -> None:
        """Take what to read with; `formula_at` gives the formula in a member of the package, None where it is none."""
        self.drafts: list[Draft] = []
        self.runs: list[PageRun] = []
        self.masters: list[str] = ["Standard"]
        self.left_out: Counter[str] = Counter()
        self._styles = styles
        self._known = lists
        self._pages = pages
        self._text = TextReader(styles, pages, formula_at)
        self._lists: list[OpenList] = []
        self._contents = 0
        self._has_title = False
        self._has_begun = False
        self._page_is_new = True

    def read(self, element: etree._Element) -> None:
        """Add the blocks inside an element, in order, from a stack of what is still to be read."""
        stack: list[Step] = [element]
        while stack:
            step = stack.pop()
            if callable(step):
                step()
                continue
            tag = local_name(step)
            if tag in ("p", "h"):
                self._paragraph(step, is_heading=tag == "h")
            elif tag == "list":
                stack.extend(reversed(self._list(step)))
            elif tag == "table":
                stack.extend(reversed(self._table(step)))
            elif tag in _INDEXES:
                self._contents += 1
                stack.extend(reversed([*step, self._leave_contents]))
            elif tag == "section":
                if attribute_of(step, "display") != "none" and attribute_of(step, "is-hidden") != "true":
                    stack.extend(reversed(step))
            elif tag == "soft-page-break":
                self._pages.turn()
            elif tag == "object":
                self._object(step)
            elif tag == "object-ole":
                self.left_out["embedded object"] += 1
            elif tag in _CONTAINERS:
                stack.extend(reversed(step))

    def _leave_contents(self) -> None:
        self._contents -= 1

    def _object(self, element: etree._Element) -> None:
        words = Words()
        if self._text.add_object(element, words):
            self.drafts.append(Draft(words))

    def _list(self, element: etree._Element) -> list[Step]:
        """Give the steps through a list."""
        outer = self._lists[-1] if self._lists else None
        style = attribute_of(element, "style-name") or (outer.style if outer is not None else "")
        if outer is None:
            place, count = 0, self._count_of(element, style)
        else:
            place, count = min(outer.place + 1, LEVELS - 1), outer.count
            if attribute_of(element, "style-name") not in (None, outer.style):
                count = Count([*outer.count.numbers[:place], *[None] * (LEVELS - place)])
        inner = OpenList(self._known.styles.get(style, {}), count, place, style)
        steps: list[Step] = [lambda: self._lists.append(inner)]
        for item in element:
            if local_name(item) in ("list-item", "list-header"):
                start = integer_of(item, "start-value")
                is_due = local_name(item) == "list-item"
                steps.extend((_item_step(inner, start, is_due=is_due), *item))
        return [*steps, self._leave_list]

    def _leave_list(self) -> None:
        self._lists.pop()

    def _count_of(self, element: etree._Element, style: str) -> Count:
        """Give the count of a list that is in no other: a new one, or that of the list which it goes on with."""
        known = self._known
        before = known.by_id.get(attribute_of(element, "continue-list") or "")
        if before is None and attribute_of(element, "continue-numbering") == "true":
            before = known.by_style.get(style)
        count = before if before is not None else Count()
        known.by_style[style] = count
        key = attribute_of(element, "id")
        if key:
            known.by_id[key] = count
        return count

    def _paragraph(self, element: etree._Element, *, is_heading: bool) -> None:
        style = self._styles.of("paragraph", attribute_of(element, "style-name"))
        self._break_before(style)
        words = Words()
        look = self._text.gather(element, style, words)
        label, depth = self._label(element, words, is_heading=is_heading)
        draft = Draft(words, style.kind or "prose", depth=depth, label=label, is_bold=look.is_bold, size=look.size)
        if self._contents:
            draft.kind = "navigation"
        elif is_heading:
            draft.kind, draft.level = "heading", max(1, integer_of(element, "outline-level") or 1)
        elif self._lists and draft.kind == "prose":
            draft.kind = "item"
        if draft.kind == "title" and self._has_title and self.drafts and self.drafts[-1].kind != "title":
            draft.kind, draft.level = "heading", 1
        if label and draft.kind != "navigation":
            words.put_before(f"{label} ")
        if words.text:
            self._has_title = self._has_title or draft.kind == "title"
            self._has_begun, self._page_is_new = True, False
            self.drafts.append(draft)
        self.drafts.extend(self._beside())
        if style.breaks_after:
            self._pages.turn()
            self._page_is_new = True

    def _break_before(self, style: Style) -> None:
        """Begin a new page where the style says so; it may also say how pages are numbered from there on."""
        if self._pages.is_still:
            return
        if (style.breaks_before or style.master) and self._has_begun and not self._page_is_new:
            self._pages.turn()
            self._page_is_new = True
        if style.master or style.page_number:
            master = style.master or self.masters[-1]
            if style.master and style.master not in self.masters:
                self.masters.append(style.master)
            form = _FORMATS.get(self._styles.page_format(master), "decimal")
            self.runs.append(PageRun(self._pages.page, style.page_number or None, form))

    def _label(self, element: etree._Element, words: Words, *, is_heading: bool) -> tuple[str, int | None]:
        """Count a paragraph that has a number, and give that with its depth among the items."""
        if self._lists:
            inner = self._lists[-1]
            if not inner.is_due:
                return "", None
            inner.count.next(inner.place, inner.levels, inner.start)
            inner.is_due = False
            return label_of(inner.count, inner.place, inner.levels), inner.place
        if not is_heading or attribute_of(element, "is-list-header") == "true" or not words.text:
            return "", None
        place = min(max(integer_of(element, "outline-level") or 1, 1), LEVELS) - 1
        start = integer_of(element, "start-value") if attribute_of(element, "restart-numbering") == "true" else None
        self._known.headings.next(place, self._known.outline, start)
        return label_of(self._known.headings, place, self._known.outline), None

    def _beside(self) -> list[Draft]:
        """Give the frames and notes that hang on what was just read."""
        found: list[Draft] = []
        boxes, notes = self._text.take()
        self.left_out.update(self._text.left_out)
        self._text.left_out.clear()
        for box in boxes:
            found.extend(self._apart(box))
        for note in notes:
            found.extend(self._note(note))
        return found

    def _apart(self, element: etree._Element) -> list[Draft]:
        """Read what stands apart from the text; the parser's limit of nesting bounds how deep that goes."""
        outer = self.drafts, self._lists, self._pages.is_still
        self.drafts, self._lists, self._pages.is_still = [], [], True
        self.read(element)
        found = self.drafts
        self.drafts, self._lists, self._pages.is_still = outer
        return found

    def gathered(self, element: etree._Element, between: str) -> Words:
        """Give the words of all that stands in a note, a header or a footer."""
        words = Words()
        for draft in self._apart(element):
            if words.pieces:
                words.add(between, self._pages.page)
            words.add_words(draft.words)
        return words

    def _note(self, note: etree._Element) -> list[Draft]:
        body = child_of(note, "note-body")
        if body is None:
            return []
        words = self.gathered(body, " ")
        mark = " ".join("".join(_texts(child_of(note, "note-citation"))).split())[:20]
        words.put_before(f"{mark} " if mark else "")
        return [Draft(words, "note")]

    def _table(self, table: etree._Element) -> list[Step]:
        """Add a table's rows, or give the steps through one that only places text on the page."""
        rows = odt_tables.rows_of(table)
        if odt_tables.is_layout(rows):
            return [step for row in rows for step in (*row.breaks, *row.cells)]
        read = []
        for row in rows:
            for _ in row.breaks:
                self._pages.turn()
            read.append(self._row(row))
        for draft in table_drafts(read, self._pages.page):
            if draft.words.text:
                self._has_begun, self._page_is_new = True, False
            self.drafts.append(draft)
        return []

    def _row(self, row: odt_tables.RowElement) -> Row:
        cells = []
        beside: list[Draft] = []
        page = last = self._pages.page
        for cell in row.cells:
            self._pages.page = page
            words, is_bold, notes = self._cell(cell)
            last = max(last, self._pages.page)
            beside.extend(notes)
            cells.append(Cell(words, row.columns[cell], row.spans[cell], is_bold, cell in row.going_on))
        self._pages.page = last
        return Row(cells, row.is_head, beside)

    def _cell(self, cell: etree._Element) -> tuple[Words, bool, list[Draft]]:
        outer = self.drafts, self._lists
        self.drafts, self._lists = [], []
        for element in cell:
            self.read(element)
        found = self.drafts
        self.drafts, self._lists = outer
        words = Words()
        said = [draft for draft in found if draft.kind != "note"]
        for draft in said:
            words.add(" ", self._pages.page)
            words.add_words(draft.words)
        is_bold = bool(said) and all(draft.is_bold for draft in said)
        return words, is_bold, [draft for draft in found if draft.kind == "note"]


def _item_step(of: OpenList, start: int | None, *, is_due: bool) -> Callable[[], None]:
    def begin() -> None:
        of.is_due, of.start = is_due, start

    return begin


def _texts(element: etree._Element | None) -> Iterable[str]:
    return () if element is None else (str(text) for text in element.itertext())
