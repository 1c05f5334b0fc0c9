"""Lines of PDF pages grouped into paragraphs, tables' rows and running heads. Knows nothing of pdfium or of offsets."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from index.reading.pdf.tables import listing_lines, table_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from index.reading.pdf.lines import Line, PageLines
    from index.reading.pdf.tables import TablePart

GroupKind = Literal["text", "row", "code", "label", "running head"]

BULLET = re.compile(r"(?:[•◦▪‣●○■□–—*·]\s|(?:\d{1,3}\.|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})[.)])\s|\[\d{1,3}\]\s)")
CAPTION = re.compile(r"(?:Fig(?:ure|\.)|Table|Chart|Exhibit|Listing|Algorithm)\s?[A-Z]?\d+(?:\.\d+)*\s?[.:–—]\s?\S")
SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*\d{0,3}$")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*[\divxlc]+$", re.IGNORECASE)
_LONGEST_LEADERS = 300  # characters
_LINES_FOR_LEADING, _LINES_FOR_WIDTH = 8, 100  # looked back, so that a page of very many lines takes no square of time


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, in reading order; the lines of a paragraph may come from several pages."""

    lines: tuple[Line, ...]
    kind: GroupKind = "text"

    @property
    def size(self) -> float:
        """Height of its type, in points."""
        return statistics.median(line.size for line in self.lines)

    @property
    def rough_text(self) -> str:
        """Its lines with a space between, before words are mended."""
        return " ".join(line.text for line in self.lines)


def join_rows(page: PageLines) -> PageLines:
    """Join neighbours on one baseline, such as a name and its footnote mark, which pdfium gives apart."""
    rows: list[Line] = []
    for line in page.lines:
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
            )
        else:
            rows.append(line)
    return replace(page, lines=tuple(rows))


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
        table = table_parts([line for line in page.lines if line not in heads])
        listing = frozenset() if body.monospaced else listing_lines(page.lines)
        current: list[Line] = []
        kind: GroupKind = "text"
        for line in page.lines:
            now: GroupKind = "text"
            if line in heads:
                now = "running head"
            elif line in listing:
                now = "code"
            elif line in table or _LEADERS.search(line.text[-_LONGEST_LEADERS:]):
                now = "row"
            apart = kind == "row" and _parts_apart(current, line, table)
            if current and (now != kind or apart or _breaks(current, line, kind, outline)):
                groups.append(Group(tuple(current), kind))
                current = []
            current.append(line)
            kind = now
        if current:
            groups.append(Group(tuple(current), kind))
    return groups


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
    near = abs(last.baseline - line.baseline) < 0.35 * size
    return near and -0.4 * size <= gap <= 1.5 * size and line.left > last.left


def _breaks(current: list[Line], line: Line, kind: GroupKind, outline: Set[str]) -> bool:
    """Say whether `line` begins a new group of the same kind."""
    last = current[-1]
    if kind == "running head":
        return True
    size = max(last.size, line.size, 1.0)
    drop = last.top - line.top
    same_row = abs(last.baseline - line.baseline) < 0.35 * size and line.left >= last.left
    if kind == "row" or same_row:
        return False
    left, right = _extent(current)
    if drop < -0.5 * size or min(right, line.right) <= max(left, line.left):
        return True
    if kind == "code":
        return drop > 3 * size
    if outline and (letters_of(last.text) in outline or letters_of(line.text) in outline):
        return True
    return _type_changes(current, line, size) or _leads_apart(current, drop, size) or _starts_paragraph(current, line)


def _extent(current: Sequence[Line]) -> tuple[float, float]:
    recent = current[-_LINES_FOR_WIDTH:]
    return min(line.left for line in recent), max(line.right for line in recent)


def _parts_apart(current: list[Line], line: Line, table: Mapping[Line, TablePart]) -> bool:
    """Say whether `line` is a table's next row: not another cell of the head, nor the end of a label of two lines."""
    if not current:
        return False
    last, size = current[-1], max(current[-1].size, line.size)
    before, now = table.get(last), table.get(line)
    if abs(last.baseline - line.baseline) < 0.35 * size and line.left >= last.left:
        return False
    if before == now == "column head":
        return abs(last.baseline - line.baseline) > 10 * size
    wrapped = before == "label" and now == "row" and line.text[:1].islower()
    return not wrapped or last.text.endswith(":")


def _type_changes(current: list[Line], line: Line, size: float) -> bool:
    last = current[-1]
    if abs(last.size - line.size) > 0.12 * size:
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
