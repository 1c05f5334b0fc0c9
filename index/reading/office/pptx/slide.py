"""One slide's title, body, tables, charts, diagrams and notes, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.office.drawing.charts import chart_pieces
from index.reading.office.drawing.diagrams import diagram_pieces
from index.reading.office.drawing.text import Piece, seen_children, words_of
from index.reading.office.package import Package, child_of, integer_of, local_name
from index.reading.office.pptx.masters import RUNNING_HEADS, TITLES, Layout, Placeholder, box_of, placeholder_of
from index.reading.office.pptx.reading_order import Box, Placed, around, in_reading_order
from index.reading.office.pptx.tables import table_pieces
from index.reading.office.pptx.text import notes_of, paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from index.reading.extraction import BlockKind

# Programs whose embedded files hold text; the others are drawings, equations and what add-ins keep on slides.
_DOCUMENTS = ("Excel.", "Word.", "PowerPoint.", "AcroExch.", "Acrobat.", "Visio.", "Package", "Foxit")
_NOWHERE = Box(0, 0, 0, 0)
_USUAL_SIZE = 1_800  # hundredths of a point
_LONGEST_TITLE = 120  # characters, of a title that only its place and size make one


@dataclass(slots=True)
class Slide:
    """What a slide holds.

    Attributes:
        pieces: In reading order, without the notes.
        notes: The speaker's notes.
        title: None without one.
        has_images: Whether it shows pictures, drawings made of pictures, or films.
        has_hidden_shapes: Whether text was left out that the slide's author had hidden.
        embedded: Whether files are embedded in it whose own text is not read.
        damaged: What could not be opened: "a chart", "a diagram", "the notes", ….
        comments: Number of reviewers' comments, which are not read.
    """

    pieces: list[Piece] = field(default_factory=list)
    notes: list[Piece] = field(default_factory=list)
    title: str | None = None
    has_images: bool = False
    has_hidden_shapes: bool = False
    embedded: bool = False
    damaged: list[str] = field(default_factory=list)
    comments: int = 0


@dataclass(slots=True, eq=False)
class _Shape:
    """A shape's text and what may make it the slide's title."""

    pieces: list[Piece]
    placeholder: Placeholder | None = None
    box: Box = _NOWHERE
    size: int = _USUAL_SIZE  # of its largest letters, in hundredths of a point
    is_text: bool = False

    @property
    def kind(self) -> str:
        return self.placeholder.kind if self.placeholder is not None else ""

    @property
    def words(self) -> str:
        return " ".join(" ".join(piece.text for piece in self.pieces).split())


class SlideReader:
    """Reads slides; a chart or diagram that several of them show is read where it comes first."""

    def __init__(self, package: Package, height: int, *, right_to_left: bool) -> None:
        self._package = package
        self._height = height
        self._right_to_left = right_to_left
        self._read_parts: set[str] = set()

    def read(self, name: str, root: etree._Element, layout: Layout, *, opens: bool) -> Slide:
        """Read a slide.

        Args:
            name: Of its part.
            root: Its part, parsed.
            layout: What it inherits.
            opens: Whether it is the first.
        """
        slide = Slide()
        walk = _Walk(self, name, layout, slide)
        shapes = walk.shapes(root)
        if self._right_to_left:
            _mirror(shapes)
        ordered = in_reading_order(shapes)
        heads = [shape for shape in ordered if shape.kind in RUNNING_HEADS]
        texts = [shape for shape in ordered if shape.kind not in RUNNING_HEADS]
        title = next((shape for shape in texts if shape.kind in TITLES), None) or self._title_by_look(
            texts, opens=opens
        )
        if title is not None:
            slide.title = title.words
            is_of_deck = opens and title.kind in TITLES and (title.kind == "ctrTitle" or layout.kind == "title")
            # A title that stands alone is all that the slide says, and people look for it.
            is_alone = len(texts) == 1 and not slide.notes
            kind: BlockKind = "title" if is_of_deck else "prose" if is_alone else "heading"
            slide.pieces.append(Piece(kind, slide.title, level=1 if kind == "heading" else None))
        slide.pieces.extend(piece for shape in texts if shape is not title for piece in shape.pieces)
        slide.pieces.extend(Piece("running head", piece.text) for shape in heads for piece in shape.pieces)
        slide.has_images = next(root.iter("{*}blip", "{*}pic", "{*}videoFile"), None) is not None
        return slide

    def part_once(self, name: str) -> etree._Element | None:
        """Parse a part, or give None if that was done before."""
        if name.lower() in self._read_parts:
            return None
        self._read_parts.add(name.lower())
        return self._package.part(name)

    @property
    def package(self) -> Package:
        """The presentation."""
        return self._package

    def _title_by_look(self, texts: Sequence[_Shape], *, opens: bool) -> _Shape | None:
        """Find the title of a slide whose author put it in a common text box: larger than the rest, and at the top.

        The title of the slide that opens the presentation may stand anywhere on it.
        """
        frames = [shape for shape in texts if shape.is_text]
        if len(texts) < 2 or not frames:
            return None
        largest = max(frames, key=lambda shape: shape.size)
        is_largest = all(largest.size > shape.size for shape in frames if shape is not largest)
        is_high = opens or (
            largest.box.top <= self._height / 3
            and largest.box.top <= min(shape.box.top for shape in texts) + self._height / 20
        )
        is_short = len(largest.words) <= _LONGEST_TITLE and len(largest.pieces) <= 2
        is_sentence = largest.words.endswith((".", ",", ";", ":"))
        has_letters = sum(map(str.isalpha, largest.words)) >= 3
        is_title = is_largest and is_high and is_short and not is_sentence and has_letters
        return largest if is_title and all(piece.kind == "prose" for piece in largest.pieces) else None


class _Walk:
    """Goes through a slide's shapes, with the places of those in groups carried over to the slide's own."""

    def __init__(self, reader: SlideReader, name: str, layout: Layout, slide: Slide) -> None:
        self._reader = reader
        self._layout = layout
        self._slide = slide
        try:
            self._relations = reader.package.relations(name)
        except UnreadableFileError:
            self._relations = {}
            slide.damaged.append("notes and charts")
        self._read_beside()

    def _read_beside(self) -> None:
        """Read the notes, and count the comments."""
        for relation in self._relations.values():
            if relation.kind not in ("notesSlide", "comments") or relation.is_external:
                continue
            try:
                part = self._reader.part_once(relation.target)
            except UnreadableFileError:
                self._slide.damaged.append("the notes" if relation.kind == "notesSlide" else "the comments")
                continue
            if part is None:
                continue
            if relation.kind == "comments":
                self._slide.comments += sum(1 for _ in part.iter("{*}cm", "{*}reply"))
            else:
                self._slide.notes.extend(notes_of(part))

    def shapes(self, root: etree._Element) -> list[Placed[_Shape]]:
        """Give the slide's shapes that hold text, those of a group together."""
        top: list[Placed[_Shape]] = []
        groups: list[tuple[Placed[_Shape], list[Placed[_Shape]]]] = []  # and where each belongs, outermost first
        tree = next(root.iter("{*}spTree"), None)
        stack = [(element, _SAME, top) for element in reversed(list(seen_children(tree)) if tree is not None else [])]
        while stack:
            element, scale, into = stack.pop()
            if _is_hidden(element):
                self._slide.has_hidden_shapes |= any(map(words_of, element.iter("{*}p")))
            elif local_name(element) == "grpSp":
                group: Placed[_Shape] = Placed(_NOWHERE)
                groups.append((group, into))
                inner = _Scale.of_group(element, scale)
                stack.extend((child, inner, group.group) for child in reversed(list(seen_children(element))))
            elif (shape := self._shape(element)) is not None:
                shape.box = scale.carried(shape.box)
                into.append(Placed(shape.box, shape))
        for group, into in reversed(groups):
            if group.group:
                group.box = around(group.group)
                into.append(group)
        return top

    def _shape(self, element: etree._Element) -> _Shape | None:
        tag = local_name(element)
        placeholder = placeholder_of(element)
        box = box_of(child_of(child_of(element, "spPr"), "xfrm")) or box_of(child_of(element, "xfrm"))
        if box is None and placeholder is not None:
            box = self._layout.box(placeholder)
        shape = _Shape([], placeholder, box or _NOWHERE)
        text = child_of(element, "txBody")
        if tag == "sp" and text is not None:
            shape.is_text = True
            shape.pieces = list(paragraphs_of(text, self._layout.bullets(placeholder)))
            sizes = (integer_of(run, "sz") for run in text.iter("{*}rPr"))
            shape.size = max((size for size in sizes if size), default=_USUAL_SIZE)
        elif tag == "graphicFrame":
            shape.pieces = self._graphic(element)
        return shape if shape.pieces else None

    def _graphic(self, frame: etree._Element) -> list[Piece]:
        pieces: list[Piece] = []
        for element in frame.iter("{*}tbl", "{*}chart", "{*}relIds", "{*}oleObj"):
            tag = local_name(element)
            if tag == "tbl":
                pieces.extend(table_pieces(element))
            elif tag == "oleObj":
                self._slide.embedded |= (element.get("progId") or "").startswith(_DOCUMENTS)
            else:
                pieces.extend(self._drawn(element, tag))
        return pieces

    def _drawn(self, element: etree._Element, tag: str) -> list[Piece]:
        """Read the chart or diagram that an element names by a relation."""
        wanted = "dm" if tag == "relIds" else "id"
        ids = [value for key, value in element.attrib.items() if str(key).endswith(f"}}{wanted}")]
        relation = self._relations.get(str(ids[0])) if ids else None
        if relation is None or relation.is_external:
            return []
        try:
            root = self._reader.part_once(relation.target)
        except UnreadableFileError:
            self._slide.damaged.append("a chart" if tag == "chart" else "a diagram")
            return []
        if root is None:
            return []
        return chart_pieces(root) if tag == "chart" else diagram_pieces(root)


@dataclass(frozen=True, slots=True)
class _Scale:
    """How the places in a group become places on the slide: `factor * place + offset`, for x and for y."""

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def of_group(cls, group: etree._Element, outer: _Scale) -> _Scale:
        transform = child_of(child_of(group, "grpSpPr"), "xfrm")
        outside, inside = box_of(transform), box_of(transform, "chOff", "chExt")
        if outside is None or inside is None:
            return outer
        outside = outer.carried(outside)
        return cls(
            _onto(inside.left, inside.right, outside.left, outside.right),
            _onto(inside.top, inside.bottom, outside.top, outside.bottom),
        )

    def carried(self, box: Box) -> Box:
        (x, right), (y, down) = self.x, self.y
        return Box(x * box.left + right, y * box.top + down, x * box.right + right, y * box.bottom + down)


_SAME = _Scale((1.0, 0.0), (1.0, 0.0))


def _onto(start: float, end: float, new_start: float, new_end: float) -> tuple[float, float]:
    factor = (new_end - new_start) / (end - start) if end > start else 1.0
    return factor, new_start - factor * start


def _mirror(shapes: Sequence[Placed[_Shape]]) -> None:
    """Turn the places round, so that what stands at the right comes first."""
    stack = list(shapes)
    while stack:
        one = stack.pop()
        left, top, right, bottom = one.box
        one.box = Box(-right, top, -left, bottom)
        stack.extend(one.group)


def _is_hidden(element: etree._Element) -> bool:
    head = next((child for child in element if local_name(child).startswith("nv")), None)
    properties = child_of(head, "cNvPr")
    return properties is not None and properties.get("hidden") in ("1", "true")
