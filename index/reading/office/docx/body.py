"""The body of a Word document in reading order: its paragraphs and tables, and what hangs on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from index.reading.office.docx import tables as docx_tables
from index.reading.office.docx.kinds import goes_on, kind_of
from index.reading.office.docx.runs import DELETED, Fields, RunReader, is_spare
from index.reading.office.docx.styles import switch_of
from index.reading.office.drafts import Draft
from index.reading.office.drawing.charts import chart_pieces
from index.reading.office.drawing.diagrams import diagram_pieces
from index.reading.office.package import attribute_of, child_of, integer_of, local_name
from index.reading.office.tables import Cell, Row, table_drafts
from index.reading.office.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml import etree

    from index.reading.office.docx.notes import Notes
    from index.reading.office.docx.numbering import Numbering
    from index.reading.office.docx.parts import Parts
    from index.reading.office.docx.runs import NoteMark
    from index.reading.office.docx.sections import Section
    from index.reading.office.docx.styles import Style, Styles
    from index.reading.office.pages import Pages

    Step = etree._Element | Callable[[], None]

_CONTAINERS = frozenset((
    "document", "body", "sdtContent", "ins", "customXml", "smartTag", "moveTo", "AlternateContent", "Choice",
    "Fallback", "txbxContent", "tc",
))  # fmt: skip
_READ_OTHERWISE = frozenset(("txbxContent", "p", *DELETED))  # paragraphs inside are read with these, or not at all
_OBJECTS = {"altChunk": "embedded document", "subDoc": "linked document"}
_CONTENTS = re.compile(r"table of (?:contents|authorities|figures)|index", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """What a document's body is read with."""

    styles: Styles
    numbering: Numbering
    notes: Notes
    parts: Parts
    sections: list[Section]
    pages: Pages
    has_pages: bool


@dataclass(slots=True)
class _LaidRow:
    """A row whose cells stand beside each other: each begins on the page where the row does."""

    page: int
    last_page: int


class Body:
    """Goes through a document's body and gathers its blocks.

    Attributes:
        drafts: What was gathered, in reading order.
        first_pages: Of each section that holds text, by its place, the page on which it begins.
        runs: The reader of its paragraphs.
    """

    def __init__(self, source: Source, root: etree._Element) -> None:
        self.drafts: list[Draft] = []
        self.first_pages: dict[int, int] = {}
        self.runs = RunReader(source.styles, source.pages, Fields(root))
        self._source = source
        self._pages = source.pages
        self._section = 0
        self._has_title = False
        self._contents = 0  # how many tables of contents one is inside
        self._carried: Words | None = None  # of a paragraph that goes on in the next
        self._rows: list[_LaidRow] = []
        self._row_was_split = False

    def read(self, element: etree._Element) -> None:
        """Add the blocks inside an element, in order, from a stack of what is still to be read."""
        stack: list[Step] = [element]
        while stack:
            step = stack.pop()
            if callable(step):
                step()
                continue
            tag = local_name(step)
            if is_spare(step):
                continue
            if tag == "p":
                self._paragraph(step)
            elif tag == "tbl":
                stack.extend(reversed(self._table(step)))
            elif tag == "sdt":
                stack.extend(reversed(self._control(step)))
            elif tag in _CONTAINERS:
                stack.extend(reversed(step))
            elif tag in _OBJECTS:
                self.runs.left_out[_OBJECTS[tag]] += 1

    def _control(self, control: etree._Element) -> list[Step]:
        """Give the steps through a content control, which may be a table of contents."""
        gallery = child_of(child_of(child_of(control, "sdtPr"), "docPartObj"), "docPartGallery")
        if not _CONTENTS.match(attribute_of(gallery, "val") or ""):
            return list(control)
        self._contents += 1
        return [*control, self._leave_contents]

    def _leave_contents(self) -> None:
        self._contents -= 1

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = child_of(paragraph, "pPr")
        self._row_was_split = self._row_was_split and bool(self._rows)
        if switch_of(properties, "pageBreakBefore"):
            self._pages.order()
        is_contents = self._in_contents
        draft = self._draft(paragraph)
        if draft is not None:
            if is_contents or self._in_contents:
                draft.kind, draft.level = "navigation", None
            self._add(draft)
        if child_of(properties, "sectPr") is not None:
            self._section += 1
            after = self._source.sections[self._section :]
            if not after or after[0].begins_page:
                self._pages.order()
        self.drafts.extend(self.beside())

    @property
    def _in_contents(self) -> bool:
        return self._contents > 0 or self.runs.fields.in_contents

    def _add(self, draft: Draft) -> None:
        page = draft.words.page
        if page is not None:
            if draft.kind == "title" and self._has_title and self.drafts[-1].kind != "title":
                draft.kind, draft.level = "heading", 1
            self._has_title = self._has_title or draft.kind == "title"
            self.first_pages.setdefault(self._section, page)
            self.drafts.append(draft)

    def _draft(self, paragraph: etree._Element) -> Draft | None:
        """Read a paragraph; None where it goes on in the next one."""
        properties = child_of(paragraph, "pPr")
        style = self._source.styles.paragraph(attribute_of(child_of(properties, "pStyle"), "val"))
        words, self._carried = self._carried or Words(), None
        look = self.runs.gather(paragraph, style, words)
        if goes_on(properties):
            self._carried = words
            return None
        number, depth = self._place_in_list(properties, style)
        label = None
        if number is not None and (words.text or not switch_of(child_of(properties, "rPr"), "vanish")):
            label = self._source.numbering.next_label(number, depth)
        kind, level = kind_of(properties, style, words, label)
        if label is not None and label.text and kind != "navigation":
            words.put_before(label.text + label.gap)
        return Draft(
            words,
            kind,
            level,
            depth=depth if label is not None else None,
            label=label.text if label is not None else "",
            is_bold=look.is_bold,
            size=look.size,
        )

    def _place_in_list(self, properties: etree._Element | None, style: Style) -> tuple[str | None, int]:
        """Give the list to which a paragraph belongs, by itself or by its style, and its level there, from 0."""
        own = child_of(properties, "numPr")
        named = attribute_of(child_of(own, "numId"), "val")
        number = style.number if named is None else named
        if number is None or number == "0":
            return None, 0
        depth = integer_of(child_of(own, "ilvl"))
        if depth is None and named is None:
            depth = style.depth
            if depth is None:
                depth = self._source.numbering.level_of(number, style.names)
        return number, depth or 0

    def beside(self) -> list[Draft]:
        """Give the text boxes, diagrams and notes that hang on what was just read."""
        found: list[Draft] = []
        while self.runs.boxes or self.runs.drawings or self.runs.cited:
            if self.runs.boxes:
                found.extend(self._box(self.runs.boxes.popleft()))
            elif self.runs.drawings:
                found.extend(self._drawing(*self.runs.drawings.popleft()))
            else:
                found.extend(self._note(self.runs.cited.popleft()))
        return found

    def _box(self, box: etree._Element) -> list[Draft]:
        """Read a text box; boxes in boxes are as few as the parser's limit of nesting lets them be."""
        outer = self.drafts, self._carried, self.runs.fields, self._pages.is_still
        self.drafts, self._carried, self.runs.fields, self._pages.is_still = [], None, Fields(box), True
        self.read(box)
        found = self.drafts
        self.drafts, self._carried, self.runs.fields, self._pages.is_still = outer
        return found

    def _drawing(self, tag: str, relation: str) -> list[Draft]:
        root = self._source.parts.by_id(relation)
        if root is None:
            return []
        found = []
        for piece in chart_pieces(root) if tag == "chart" else diagram_pieces(root):
            words = Words()
            words.add(piece.text, self._pages.page)
            found.append(Draft(words, piece.kind, piece.level if piece.kind == "heading" else None, piece.above))
        return found

    def _note(self, mark: NoteMark) -> list[Draft]:
        taken = self._source.notes.take(mark, self._section, self._pages.page if self._source.has_pages else None)
        if taken is None:
            return []
        note, number = taken
        words, _ = self.gathered(note)
        words.put_before(f"{number} " if number else "")
        return [Draft(words, "note")]

    def gathered(self, element: etree._Element, *, between: str = " ") -> tuple[Words, bool]:
        """Give the words of all paragraphs inside a note, a header or a cell, and whether they all are bold.

        Breaks of pages inside count for nothing, but for those of a cell.
        """
        is_cell = local_name(element) == "tc"
        outer = self._carried, self.runs.fields, self._pages.is_still
        self._carried = None
        if not is_cell:
            self.runs.fields, self._pages.is_still = Fields(element), True
        words = Words()
        is_bold = True
        for paragraph in element.iter("{*}p"):
            above = takewhile(lambda one: one is not element, paragraph.iterancestors())
            if any(local_name(one) in _READ_OTHERWISE or is_spare(one) for one in above):
                continue
            draft = self._draft(paragraph)
            if draft is not None and draft.words.text:
                words.add(between, self._pages.page)
                words.add_words(draft.words)
                is_bold = is_bold and draft.is_bold
        self._carried = outer[0]
        if not is_cell:
            self.runs.fields, self._pages.is_still = outer[1:]
        return words, is_bold and bool(words.text)

    def _table(self, table: etree._Element) -> list[Step]:
        """Add a table's rows, or give the steps through one that only places text on the page."""
        rows = docx_tables.rows_of(table)
        cells = [docx_tables.cells_of(row) for row in rows]
        if docx_tables.is_layout(cells, self._source.styles):
            return [step for row, inner in zip(rows, cells, strict=True) for step in self._steps(row, inner)]
        read = [self._row(row, inner) for row, inner in zip(rows, cells, strict=True)]
        is_apart = docx_tables.is_set_apart(table, self._source.styles)
        for draft in table_drafts(read, self._pages.page, heads_by_style=is_apart):
            self._add(draft)
        return []

    def _steps(self, row: etree._Element, cells: Iterable[etree._Element]) -> list[Step]:
        steps: list[Step] = [lambda: self._enter_row(row)]
        for cell in cells:
            steps.extend((self._enter_cell, cell))
        return [*steps, self._leave_row]

    def _row(self, row: etree._Element, cells: Iterable[etree._Element]) -> Row:
        self._enter_row(row)
        column = docx_tables.columns_before(row)
        read = []
        for cell in cells:
            self._enter_cell()
            words, is_bold = self.gathered(cell)
            span = docx_tables.span_of(cell)
            read.append(Cell(words, column, span, is_bold, docx_tables.goes_on(cell)))
            column += span
        self._leave_row()
        return Row(read, docx_tables.is_head(row), self.beside())

    def _enter_row(self, row: etree._Element) -> None:
        """Begin a row: on a new page if a break comes first, and that is not the one that split the row before it."""
        if self._pages.is_due or (docx_tables.breaks_first(row) and not self._row_was_split):
            self._pages.turn()
        self._rows.append(_LaidRow(self._pages.page, self._pages.page))

    def _enter_cell(self) -> None:
        """Go back to the page where the row begins, for cells stand beside each other."""
        row = self._rows[-1]
        row.last_page = max(row.last_page, self._pages.page)
        self._pages.page, self._pages.ignores_next = row.page, True

    def _leave_row(self) -> None:
        row = self._rows.pop()
        self._row_was_split = max(row.last_page, self._pages.page) > row.page
        self._pages.page, self._pages.ignores_next = max(row.last_page, self._pages.page), False
