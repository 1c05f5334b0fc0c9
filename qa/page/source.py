"""A document as the source pane shows it: its text around a quotation, cut where that begins and ends, and its page."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from index.documents import page_at
from index.errors import AskfolderError, UnknownDocumentError
from qa.page.inert import line, seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index import Document, PageSpan
    from qa.folder import Folder
    from qa.page.words import Words

CONTEXT_CHARACTERS = 8_000  # shown of a document on either side of the quotation

_HEADINGS = ("title", "heading")
_REST = "rest"  # what is neither paragraph nor part
_SHA256 = re.compile("[0-9a-f]{64}")


class Quotation(NamedTuple):
    """`document.text[start:end]`, in which `[answer_start:answer_end]` answers: nothing at its end if unmarked."""

    start: int
    answer_start: int
    answer_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or part of a document.

    It is cut where the quotation begins and ends; what of the quotation is in it, where the answer begins and ends.
    """

    kind: str
    heading: bool
    number: int | None
    page: str
    before: str
    marked: tuple[str, str, str]
    after: str


@dataclass(frozen=True, slots=True)
class PageImage:
    """The page on which a quotation begins.

    Attributes:
        address: Of the image, without the page's number: the script puts it in for "PAGE".
        page: Counted from 1.
        count: How many pages the document has.
        tops: For each page on which the quotation stands, written as JSON's keys are, its upper edge as a share of the
            page's height.
    """

    address: str
    page: int
    count: int
    tops: dict[str, float]


def open_source(folder: Folder, place: object, words: Words) -> dict[str, Any]:
    """Give what the source pane shows for a citation's place, or for a whole document, or why it cannot; JSON types."""
    quotation = None
    match place:
        case {"sha256": str(sha256), "start": int(start), "end": int(end), "answer": [int(first), int(last)]}:
            quotation = Quotation(start, first, last, end)
        case {"sha256": str(sha256), "start": int(start), "end": int(end), **rest} if not rest:
            quotation = Quotation(start, end, end, end)
        case {"sha256": str(sha256), **rest} if not rest:
            pass
        case _:
            return {"error": words.no_passage}
    if not _SHA256.fullmatch(sha256) or (quotation and list(quotation) != sorted(quotation)):
        return {"error": words.no_passage}
    try:
        document = folder.document(sha256)
    except UnknownDocumentError:
        return {"error": words.not_here.format(folder=seen(folder.path.name))}
    except AskfolderError as error:
        return {"error": seen(str(error))}
    if quotation and not 0 <= quotation.start < quotation.end <= len(document.text):
        return {"error": words.no_passage}
    return _source(document, quotation or Quotation(0, 0, 0, 0), words)


def _source(document: Document, quotation: Quotation, words: Words) -> dict[str, Any]:
    start, end = quotation.start, quotation.end
    paragraph = next((p for p in document.paragraphs if p.start <= start < p.end), None) if end else None
    places = []
    if paragraph:
        page = _page_name(paragraph.pages, start, words)
        number = words.paragraph.format(n=words.number(paragraph.number))
        places = [*([page] if page else []), number]
    image = _page_image(document, quotation)
    return {
        "title": line(document.name),
        "facts": " · ".join(line(fact) for fact in (document.author, document.date) if fact),
        "file": line(document.source),
        "file_address": f"api/documents/{document.id}/file",
        "places": places,
        "image": asdict(image) if image else None,
        "cut_before": start > CONTEXT_CHARACTERS,
        "cut_after": end + CONTEXT_CHARACTERS < len(document.text),
        "blocks": [asdict(block) for block in _blocks(document, quotation, words)],
    }


def _page_image(document: Document, quotation: Quotation) -> PageImage | None:
    """Give the image of a document's page; None for kinds of file that do not say where their words stand."""
    if document.layout is None or not document.page_count:
        return None
    boxes = document.boxes(quotation.start, quotation.end)
    tops: dict[int, float] = {}
    for box in boxes:
        tops[box.page] = min(box.top, tops.get(box.page, 1.0))
    address = f"api/documents/{document.id}/pages/PAGE.png"
    if boxes:
        address += f"?start={quotation.start}&end={quotation.end}"
        if quotation.answer_start < quotation.answer_end:
            address += f"&answer_start={quotation.answer_start}&answer_end={quotation.answer_end}"
    return PageImage(address, min(tops, default=1), document.page_count, {str(page): top for page, top in tops.items()})


class _Stretch(NamedTuple):
    """`document.text[start:end]`: a paragraph, a part or what lies between."""

    start: int
    end: int
    kind: str
    number: int | None = None
    page: str = ""


def _stretches(document: Document, words: Words) -> Iterator[_Stretch]:
    """Cover a document's text in order."""
    known = [
        _Stretch(p.start, p.end, p.kind, p.number, _page_name(p.pages, p.start, words)) for p in document.paragraphs
    ]
    known += [_Stretch(p.start, p.end, p.role, None, _page_name(p.pages, p.start, words)) for p in document.parts]
    known.sort(key=lambda stretch: stretch.start)
    reached = 0
    for stretch in known:
        if stretch.start > reached:
            yield _Stretch(reached, stretch.start, _REST)
        yield stretch
        reached = max(reached, stretch.end)
    yield _Stretch(reached, len(document.text), _REST)


def _blocks(document: Document, quotation: Quotation, words: Words) -> list[Block]:
    """Give the blocks around a quotation, with it and its answer cut out in them."""
    low, high = quotation.start - CONTEXT_CHARACTERS, quotation.end + CONTEXT_CHARACTERS

    def piece(first: int, last: int) -> str:
        return re.sub(r"\n{3,}", "\n\n", seen(document.text[max(first, low) : min(last, high)]))

    blocks = []
    for first, last, kind, number, page in _stretches(document, words):
        if last <= low or first >= high:
            continue
        opens, answers, answered, closes = (min(max(edge, first), last) for edge in quotation)
        text = document.text[first:last]
        if not text.strip() or (kind == _REST and opens == closes and not any(map(str.isalnum, text))):
            continue  # marks of Markdown, rules and the like, which the blocks' looks stand for
        blocks.append(
            Block(
                kind=kind.replace(" ", "-"),
                heading=kind in _HEADINGS,
                number=number,
                page=page,
                before=piece(first, opens).lstrip("\n"),
                marked=(piece(opens, answers), piece(answers, answered), piece(answered, closes)),
                after=piece(closes, last).rstrip("\n"),
            )
        )
    return blocks


def _page_name(pages: tuple[PageSpan, ...], offset: int, words: Words) -> str:
    """Name the page on which a character stands; "" for kinds of file without pages."""
    span = page_at(pages, offset)
    if span is None:
        return ""
    return line(span.name) if span.name else words.page.format(n=words.number(span.page))
