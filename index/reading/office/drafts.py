"""What was gathered from a word processor's document, put in its final form: drafts become blocks of one text.

Knows nothing of any file format. What needs a look at several blocks at once is done here: titles and code of several
lines, captions beside their tables, items of lists within lists, and the limit of pages.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.documents import PageSpan, ReadingReport
from index.reading.extraction import Block, Extraction
from index.reading.office.guessed_headings import guess_headings
from index.reading.settings import beyond_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.reading.extraction import BlockKind
    from index.reading.office.words import Words

_CAPTION = re.compile(
    r"(?i:table|tableau|tabelle|tabla|tabella|tabela|tabell|tab\.|exhibit|schedule|таблица|表)\s?"
    r"(?:\d|[A-Z]\b|[IVXLC]+\b)[\w.\-–—]*\s*(?:[:.–—|\n]|\s\S|$)"
)
_FIGURE = re.compile(r"(?:figure|fig\.|abbildung|abb\.|chart|photo|image|illustration|graph)\s?\d", re.IGNORECASE)
_LONGEST_CAPTION = 300  # characters
_LONGEST_LEAD = 200  # characters of an item that the items below it are shown under


@dataclass(slots=True)
class Table:
    """A table that rows belong to; its title is known once what stands after it is."""

    title: str | None = None


@dataclass(slots=True)
class Draft:
    """A block as it is gathered.

    Attributes:
        words: Its text.
        kind: What the file says it is.
        level: Of a heading, from 1.
        above: Of a table's row: column heads and labels, without the table's title.
        table: The table whose row it is.
        depth: Of a list's item or a numbered clause: how deep it stands in the list, from 0.
        label: The number shown before it, which is part of its text.
        is_bold: Whether all of its text is bold.
        size: Of its type, in half points; 0 where the file does not say.
    """

    words: Words
    kind: BlockKind = "prose"
    level: int | None = None
    above: tuple[str, ...] = ()
    table: Table | None = None
    depth: int | None = None
    label: str = ""
    is_bold: bool = False
    size: int = 0


@dataclass(slots=True)
class Story:
    """What a document says, as far as it was gathered.

    Attributes:
        drafts: In reading order.
        has_pages: Whether the file says where its pages end.
        page_count: Of the whole document, where it has pages.
        page_name: Gives what people call a page where that is not "p. N", else None.
        left_out: What was not read, counted by what it is, in the singular: "comment".
        notes: What else was left out and why, each in words that stand alone.
        title, author, date, language: As in `Extraction`.
    """

    drafts: list[Draft] = field(default_factory=list)
    has_pages: bool = False
    page_count: int = 0
    page_name: Callable[[int], str | None] = lambda page: None
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None


def assemble(story: Story, most_pages: int) -> Extraction:
    """Make blocks of a story's drafts, in order, parted by blank lines; what lies beyond `most_pages` is left out."""
    drafts = _joined([draft for draft in story.drafts if draft.words.text])
    guess_headings(drafts)
    _find_captions(drafts)
    _hang_items(drafts)
    notes = [_counted(what, count) for what, count in story.left_out.items() if count]
    is_cut = story.has_pages and story.page_count > most_pages
    if is_cut:
        drafts = [draft for draft in drafts if (draft.words.page or 1) <= most_pages]
        notes.append(beyond_limit("page", most_pages + 1, story.page_count, "pages"))
    blocks = []
    at = 0
    for draft in drafts:
        blocks.append(_block(draft, at, story))
        at = blocks[-1].end + 2
    return Extraction(
        text="\n\n".join(draft.words.text for draft in drafts),
        blocks=tuple(blocks),
        title=story.title,
        author=story.author,
        date=story.date,
        language=story.language,
        page_count=story.page_count if story.has_pages else None,
        pre_mended=True,
        report=ReadingReport(left_out=(*story.notes, *notes), lacking=("pages",) if is_cut else ()),
    )


def _counted(what: str, count: int) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _block(draft: Draft, at: int, story: Story) -> Block:
    text = draft.words.text
    pages = []
    starts = draft.words.page_starts if story.has_pages else []
    for (page, start), end in zip(starts, [*(start for _, start in starts[1:]), len(text)], strict=False):
        piece = text[start:end]
        if piece.strip():
            left = at + start + len(piece) - len(piece.lstrip())
            pages.append(PageSpan(page, left, at + start + len(piece.rstrip()), story.page_name(page)))
    title = (draft.table.title,) if draft.table is not None and draft.table.title and draft.kind == "row" else ()
    lead = len(text) - len(text.lstrip())
    return Block(at + lead, at + len(text), draft.kind, draft.level, tuple(pages), (*title, *draft.above))


def _joined(drafts: Sequence[Draft]) -> list[Draft]:
    """Join the lines of a title and of code that stand in paragraphs of their own."""
    joined: list[Draft] = []
    for draft in drafts:
        before = joined[-1] if joined else None
        if before is not None and before.kind == draft.kind in ("title", "code") and before.table is draft.table:
            before.words.add("\n", draft.words.page or 1, as_is=True)
            before.words.add_words(draft.words)
        else:
            joined.append(draft)
    return joined


def _find_captions(drafts: Sequence[Draft]) -> None:
    """Give each table the caption right before it, or else right after it, as its title."""
    taken: set[int] = set()
    for n, draft in enumerate(drafts):
        table = draft.table
        if table is None or (n and drafts[n - 1].table is table):
            continue
        last = n
        while last + 1 < len(drafts) and drafts[last + 1].table is table:
            last += 1
        before, after = _beside(drafts, n, -1), _beside(drafts, last, 1)
        for place in (before, after):
            if place is None or place in taken or not _is_caption(drafts[place]):
                continue
            following = _beside(drafts, place, 1)
            is_of_next = place == after and following is not None and drafts[following].table is not None
            # Between two tables it belongs to the second, unless captions stand below tables here.
            if is_of_next and before is not None and not (before in taken or n == 0):
                continue
            taken.add(place)
            drafts[place].kind = "caption"
            words = " ".join(drafts[place].words.text.split())
            table.title = words if table.title is None else f"{words} | {table.title}"
            break


def _beside(drafts: Sequence[Draft], n: int, step: int) -> int | None:
    """Give the place of the next draft before or after the nth, past its notes."""
    n += step
    while 0 <= n < len(drafts) and drafts[n].kind == "note":
        n += step
    return n if 0 <= n < len(drafts) else None


def _is_caption(draft: Draft) -> bool:
    words = draft.words.text
    if len(words) > _LONGEST_CAPTION or draft.table is not None or _FIGURE.match(words):
        return False
    return draft.kind == "caption" or (draft.kind == "prose" and _CAPTION.match(words) is not None)


def _hang_items(drafts: Sequence[Draft]) -> None:
    """Put above each item of a list within a list the items that it hangs on: (b) says little without its 4.2."""
    path: list[Draft] = []
    for draft in drafts:
        if draft.kind in ("heading", "title", "row"):
            path = []
        elif draft.kind == "item" and draft.depth is not None:
            depth = draft.depth
            path = [above for above in path if above.depth is not None and above.depth < depth]
            draft.above = tuple(filter(None, map(_lead, path)))
            path.append(draft)


def _lead(draft: Draft) -> str:
    words = " ".join(draft.words.text.split())
    return words if len(words) <= _LONGEST_LEAD else draft.label
