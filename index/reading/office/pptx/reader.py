"""Presentations (.pptx): slide by slide in the order in which they are shown, with the speaker's notes.

Reads the package's XML itself, for both namespaces of OOXML. What slides inherit as text from their layouts, pictures'
descriptions, and reviewers' comments are no text of the presentation.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.bylines import iso_date
from index.documents import PageSpan, ReadingReport
from index.errors import LimitError, UnreadableFileError
from index.reading.decoding import normalise
from index.reading.extraction import Block, Extraction
from index.reading.office.package import Package, child_of, integer_of
from index.reading.office.pptx.masters import Layouts
from index.reading.office.pptx.slide import Slide, SlideReader
from index.reading.settings import beyond_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from index.reading.office.drawing.text import Piece
    from index.reading.settings import ReadingSettings

_USUAL_HEIGHT = 6_858_000  # of a slide, in units of 1/914,400 inch
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")  # how the properties write control characters
# What PowerPoint calls a presentation without a title, in any of its languages: "Slide 1", "Présentation PowerPoint".
_NO_TITLE = re.compile(r"(?:[^\W\d_]+ ?1|(?:[\w-]+ ){0,3}PowerPoint(?:[- ][\w-]+){0,3}|presentation)", re.IGNORECASE)
_MOST_NAMED = 12  # slides in one sentence of the report


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a presentation.

    Raises:
        UnreadableFileError: It is damaged, protected by a password, or has no slides.
        LimitError: It unpacks to more than the limit, or not a single slide may be read.
    """
    package = Package(data, settings)
    main = package.main_part("ppt/presentation.xml")
    root = package.part(main)
    names = _slides(package, main, root)
    if not names:
        raise UnreadableFileError("it has no slides")
    size = child_of(root, "sldSz")
    height = integer_of(size, "cy", most=10**9) or _USUAL_HEIGHT
    deck = _Deck(package, SlideReader(package, height, right_to_left=root.get("rtl") in ("1", "true")))
    most = settings.limits.pages
    if most < 1:
        raise LimitError(f"not a single slide may be read; --limit pages={len(names)} reads them", "pages")
    for number, name in enumerate(names[:most], start=1):
        deck.read_slide(number, name)
    properties = {key: normalise(_ESCAPED.sub(" ", value)) for key, value in package.core_properties().items()}
    title = " ".join(properties.get("title", "").split())
    return Extraction(
        text="\n\n".join(deck.texts),
        blocks=tuple(deck.blocks),
        title=title if title and not _NO_TITLE.fullmatch(title) else deck.title,
        author=properties.get("creator") or None,
        # Presentations are made from older ones: their titles and dates of creation are often those of the first.
        date=deck.date or properties.get("modified") or properties.get("created") or None,
        language=deck.language(),
        page_count=len(names),
        pages_stand_alone=True,
        pre_mended=True,
        report=deck.report(len(names), most),
    )


def _slides(package: Package, main: str, root: etree._Element) -> list[str]:
    """Give the names of the slides' parts in the order of the presentation, each once."""
    relations = package.relations(main)
    names: dict[str, str] = {}  # names that differ in their capitals mean one part
    for element in root.iterfind("{*}sldIdLst/{*}sldId"):
        # It also has an "id" of no namespace, which numbers the slide.
        key = next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")
        if key in relations and not relations[key].is_external:
            names.setdefault(relations[key].target.lower(), relations[key].target)
    return list(names.values())


@dataclass(slots=True)
class _Deck:
    """The text of a presentation as it grows slide by slide, and what could not be read of it."""

    package: Package
    reader: SlideReader
    texts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    title: str | None = None  # of the first slide
    date: str | None = None  # that stands on the first slide
    _at: int = 0
    _layouts: Layouts = field(init=False)
    _languages: Counter[str] = field(default_factory=Counter)
    _failed: list[int] = field(default_factory=list)
    _images: list[int] = field(default_factory=list)
    _noted: dict[str, list[int]] = field(default_factory=dict)  # what was left out, and on which slides
    _comments: int = 0

    def __post_init__(self) -> None:
        self._layouts = Layouts(self.package)

    def read_slide(self, number: int, name: str) -> None:
        """Add a slide and its notes, or note that it cannot be opened."""
        try:
            root = self.package.part(name)
            slide = self.reader.read(name, root, self._layouts.of_slide(name), opens=number == 1)
        except UnreadableFileError:
            self._failed.append(number)
            return
        is_hidden = root.get("show") in ("0", "false")
        for piece in (*slide.pieces, *slide.notes):
            self._add(piece, number, f"slide {number} (hidden)" if is_hidden else f"slide {number}")
        if number == 1:
            self.title = slide.title
            lines = [line for piece in slide.pieces for line in piece.text.split("\n")]
            self.date = next((line for line in lines if iso_date(line) is not None), None)
        self._languages.update(run.get("lang") or "" for run in root.iter("{*}rPr"))
        self._note(number, slide)

    def _add(self, piece: Piece, number: int, name: str) -> None:
        start, end = self._at, self._at + len(piece.text)
        span = PageSpan(number, start, end, name)
        self.texts.append(piece.text)
        self.blocks.append(
            Block(start, end, piece.kind, piece.level if piece.kind == "heading" else None, (span,), piece.above)
        )
        self._at = end + 2

    def _note(self, number: int, slide: Slide) -> None:
        if slide.has_images and all(piece.kind == "running head" for piece in slide.pieces):
            self._images.append(number)
        noted = list(slide.damaged)
        if slide.embedded:
            noted.append("an embedded file")
        if slide.has_hidden_shapes:
            noted.append("hidden text")
        if slide.comments:
            noted.append("comments")
            self._comments += slide.comments
        for what in dict.fromkeys(noted):
            self._noted.setdefault(what, []).append(number)

    def language(self) -> str | None:
        """Give the language that most of the text is marked as."""
        self._languages.pop("", None)
        return self._languages.most_common(1)[0][0] if self._languages else None

    def report(self, count: int, most: int) -> ReadingReport:
        """Say what could not be read; `most` of `count` slides were to be."""
        left_out = []
        for what, numbers in self._noted.items():
            left_out.append(self._left_out(what, _named(numbers)))
        if count > most:
            left_out.append(beyond_limit("slide", most + 1, count, "pages"))
        return ReadingReport(
            pages_without_text=tuple(self._images),
            failed_pages=tuple(self._failed),
            left_out=tuple(left_out),
            lacking=("pages",) if count > most else (),
        )

    def _left_out(self, what: str, where: str) -> str:
        if what == "comments":
            comments = "1 comment" if self._comments == 1 else f"{self._comments:,} comments"
            return f"{comments} on {where}: comments are not read"
        if what == "an embedded file":
            return f"embedded files on {where}: they are not read; save them beside the presentation"
        if what == "hidden text":
            return f"hidden text on {where}: what is not shown is not read"
        return f"{what} on {where}: damaged"


def _named(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"slide {numbers[0]:,}"
    shown = [f"{number:,}" for number in numbers[:_MOST_NAMED]]
    if len(numbers) > _MOST_NAMED:
        return f"slides {', '.join(shown)} and {len(numbers) - _MOST_NAMED:,} more"
    return f"slides {', '.join(shown[:-1])} and {shown[-1]}"
