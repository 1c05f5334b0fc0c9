"""Lines of PDF pages grouped into paragraphs, tables' rows and running heads. Knows nothing of pdfium or of offsets."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from index.reading.pdf.cells import BULLET
from index.reading.pdf.listings import listing_lines
from index.reading.pdf.marks import with_marks
from index.reading.pdf.reading_order import in_reading_order
from index.reading.pdf.tables import Table, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    from index.reading.pdf.lines import Line, PageLines

GroupKind = Literal["text", "title", "row", "table head", "navigation", "code", "label", "running head"]

CAPTION = re.compile(r"(?:Fig(?:ure|\.)|Table|Chart|Exhibit|Listing|Algorithm)\s?[A-Z]?\d+(?:\.\d+)*\s?[.:–—]\s?\S")
SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*\d{0,3}$")
_BOXES = "☐☒☑"
_SHORTEST_CAPITALS = 4  # characters
_DEEPEST_HANG = 6  # sizes of the type by which the lines of a list's item are set in at most
_LINES_FOR_LEADING, _LINES_FOR_WIDTH = 8, 100  # looked back, so that a page of very many lines takes no square of time


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, in reading order; the lines of a paragraph may come from several pages.

    Attributes:
        lines: Of a table, pieces of lines: each stands in one cell.
        kind: What they are.
        cells: Of a table's row or head, how many of the lines each cell takes, 0 for a blank one; else empty.
        labels: Of a table's row, the labels that it stands under, outermost first.
        above: Of a table's row, all that it stands under: the table's title, the heads of its columns, its labels.
        table: The table that it belongs to.
    """

    lines: tuple[Line, ...]
    kind: GroupKind = "text"
    cells: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    table: Table | None = None

    @property
    def size(self) -> float:
        """Height of its type, in points."""
        if len(self.lines) == 1:
            return self.lines[0].size
        return statistics.median(line.size for line in self.lines)

    @property
    def rough_text(self) -> str:
        """Its lines with a space between, before words are mended."""
        if len(self.lines) == 1:
            return self.lines[0].text
        return " ".join(line.text for line in self.lines)


def join_rows(page: PageLines) -> PageLines:
    """Join neighbours on one baseline, such as a name and its footnote mark, which pdfium gives apart."""
    rows: list[Line] = []
    for line in with_marks(page.lines):
        last = rows[-1] if rows else None
        if last and not last.hyphenated and _follows_on_baseline(last, line):
            gap = line.left - last.right
            larger = last if len(last.text) >= len(line.text) else line
            joint = " " if gap > 0.12 * larger.size else ""
            rows[-1] = replace(
                larger,
                text=last.text + joint + line.text,
                left=last.left,
                right=max(last.right, line.right),
                hyphenated=line.hyphenated,
                wide_gaps=last.wide_gaps + line.wide_gaps + (gap > larger.size),
                words=_joined_words(last, line, apart=bool(joint)),
            )
        else:
            rows.append(line)
    return replace(page, lines=in_reading_order(rows))


def group_lines(pages: Sequence[PageLines], heads: Set[Line], outline: Set[str]) -> list[Group]:
    """Group all pages' lines, each page by itself.

    Args:
        pages: In order, their rows joined.
        heads: The lines that are running heads, feet or page numbers.
        outline: What `letters_of` makes of the titles in the document's outline; a line that is one stands alone.
    """
    body = body_type(line for page in pages for line in page.lines if line not in heads)
    groups: list[Group] = []
    for page in pages:
        listing = frozenset() if body.monospaced else listing_lines(page.lines)
        groups += _page_groups(page, heads, listing, outline)
    return groups


def _page_groups(page: PageLines, heads: Set[Line], listing: Set[Line], outline: Set[str]) -> Iterator[Group]:
    tables: dict[Line, Table] = {}
    for found in tables_of([line for line in page.lines if line not in heads and line not in listing]):
        tables.update(dict.fromkeys(found.lines, found))
    current: list[Line] = []
    kind: GroupKind = "text"
    shown: Table | None = None
    for line in page.lines:
        table: Table | None = tables.get(line)
        now: GroupKind = "running head" if line in heads else "code" if line in listing else "text"
        if current and (table or now != kind or _breaks(current, line, kind, outline)):
            yield Group(tuple(current), kind)
            current = []
        if table:
            if table is not shown:
                yield from _table_groups(table)
            shown = table
            continue
        current.append(line)
        kind = now
    if current:
        yield Group(tuple(current), kind)


def _table_groups(table: Table) -> Iterator[Group]:
    """Give a table's head as one group and each of its rows as one."""
    if table.head:
        lines = tuple(line for cell in table.head for line in cell.lines)
        kind: GroupKind = "navigation" if table.is_contents else "table head"
        yield Group(lines, kind, tuple(len(cell.lines) for cell in table.head), table=table)
    for row in table.rows:
        lines = tuple(line for cell in row.cells for line in cell.lines)
        kind = "navigation" if table.is_contents else "table head" if row.is_label else "row"
        counts = row.counts(table.places if kind == "row" else ())
        yield Group(lines, kind, counts, row.labels, table=table)


@dataclass(frozen=True, slots=True)
class BodyType:
    """The type that most of a document is set in; size in points."""

    size: float
    monospaced: bool


def body_type(lines: Iterable[Line]) -> BodyType:
    """Find the type that most characters are set in."""
    sizes: Counter[int] = Counter()
    monospaced = 0
    for line in lines:
        sizes[round(line.size * 2)] += len(line.text)
        monospaced += len(line.text) if line.monospaced else 0
    if not sizes:
        return BodyType(10.0, monospaced=False)
    return BodyType(max(0.5, sizes.most_common(1)[0][0] / 2), monospaced=monospaced > 0.5 * sizes.total())


def letters_of(text: str) -> str:
    """Reduce a heading to its letters and digits, without its number, for comparing with the outline."""
    return re.sub(r"[\W_]+", "", re.sub(r"^(?:[\dIVX]+(?:\.\d+)*|[A-Z])[.):]?\s+", "", text.strip())).casefold()


def _follows_on_baseline(last: Line, line: Line) -> bool:
    size = max(last.size, line.size)
    gap = line.left - last.right
    rise = line.baseline - last.baseline
    raised = (
        line.size < 0.85 * last.size and -0.3 * size < rise < 0.7 * size and len(line.text) < 6 and gap < 0.5 * size
    )
    near = (abs(rise) < 0.35 * size or raised) and -0.4 * size <= gap <= 1.5 * size and line.left > last.left
    return near and not (last.slanted or line.slanted)


def _joined_words(last: Line, line: Line, *, apart: bool) -> tuple[tuple[float, float], ...]:
    """Give the edges of the words of two lines joined into one."""
    if apart or not (last.words and line.words):
        return last.words + line.words
    return (*last.words[:-1], (last.words[-1][0], line.words[0][1]), *line.words[1:])


def _breaks(current: list[Line], line: Line, kind: GroupKind, outline: Set[str]) -> bool:
    """Say whether `line` begins a new group of the same kind."""
    last = current[-1]
    if kind == "running head":
        return True
    size = max(last.size, line.size, 1.0)
    drop = last.top - line.top
    same_row = abs(last.baseline - line.baseline) < 0.35 * size and line.left >= last.left
    if same_row:
        return False
    left, right = _extent(current)
    if drop < -0.5 * size or min(right, line.right) <= max(left, line.left):
        return True
    if kind == "code":
        return drop > 3 * size
    if outline and (letters_of(last.text) in outline or letters_of(line.text) in outline):
        return True
    if last.bold and line.bold and (abs(last.size - line.size) > 0.4 or _aligned_otherwise(last, line, size)):
        return True
    return _type_changes(current, line, size) or _leads_apart(current, drop, size) or _starts_paragraph(current, line)


def _extent(current: Sequence[Line]) -> tuple[float, float]:
    recent = current[-_LINES_FOR_WIDTH:]
    return min(line.left for line in recent), max(line.right for line in recent)


def _aligned_otherwise(last: Line, line: Line, size: float) -> bool:
    """Say whether of two lines in bold one begins at the left and one is centred."""
    centres = abs(last.left + last.right - line.left - line.right) / 2
    return min(abs(last.left - line.left), abs(last.right - line.right), centres) > 2 * size


def _type_changes(current: list[Line], line: Line, size: float) -> bool:
    last = current[-1]
    if abs(last.size - line.size) > 0.12 * size:
        return True
    shouted = last.text.isupper() and not line.text.isupper() and len(last.text) > _SHORTEST_CAPITALS
    if (
        shouted
        and all(above.text.isupper() for above in current)
        and last.right < line.right - 0.2 * (line.right - line.left)
    ):
        return True
    return last.bold != line.bold and current[0].bold == last.bold and not last.hyphenated


def _leads_apart(current: list[Line], drop: float, size: float) -> bool:
    if drop > 2.0 * size:
        return True
    leads = [above.top - below.top for above, below in pairwise(current[-_LINES_FOR_LEADING:])]
    return bool(leads) and drop > 1.3 * max(statistics.median(leads), 0.9 * size)


def _starts_paragraph(current: list[Line], line: Line) -> bool:
    last = current[-1]
    size = max(last.size, line.size, 1.0)
    left, right = _extent(current)
    width = max(right - left, 1.0)
    several = len(current) > 1
    ended = SENTENCE_END.search(last.text) is not None and not last.hyphenated
    short = several and last.right < right - 0.18 * width
    indented = several and line.left > left + 0.7 * size and last.left <= left + 0.7 * size
    capital = line.text[:1].isupper()
    if line.left > current[0].left + _DEEPEST_HANG * size and BULLET.match(current[0].text):
        return True
    if line.text[0] in _BOXES:
        return True
    if (bullet := _bullet_shape(line.text)) and (ended or bullet == _bullet_shape(current[0].text)):
        return True
    if ended and (indented or (short and capital)):
        return True
    if last.bold and line.bold and capital and abs(last.left - line.left) < size:
        # A heading of several lines is broken where the next word would not have fitted.
        first_word = line.text.partition(" ")[0]
        return last.right + (len(first_word) + 1) * 0.6 * size < right
    return short and not last.hyphenated and capital and last.right < right - 0.45 * width


def _bullet_shape(text: str) -> str:
    """Give what precedes a list item with its number or letter taken out, or nothing."""
    match = BULLET.match(text)
    return re.sub(r"\d+|[^\W\d]+", "0", match[0]) if match else ""
