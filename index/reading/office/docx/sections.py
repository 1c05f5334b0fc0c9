"""The sections of a Word document: where each begins, how its pages are numbered, and its headers and footers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.office.package import attribute_of, child_of, integer_of, local_name
from index.reading.office.pages import PageRun

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the document with one layout of the page.

    Attributes:
        begins_page: Whether it begins on a new page.
        start: The number of its first page; None to go on counting.
        format: Of its page numbers, as WordprocessingML names it.
        heads: The relations of its headers.
        feet: The relations of its footers.
    """

    begins_page: bool = True
    start: int | None = None
    format: str = "decimal"
    heads: tuple[str, ...] = ()
    feet: tuple[str, ...] = ()


def sections_of(body: etree._Element) -> list[Section]:
    """Read the sections of a document's body, in order; the last is that of the body itself."""
    found = []
    for element in body.iter("{*}sectPr"):
        if local_name(element.getparent()) == "sectPrChange":  # what it was before a tracked change
            continue
        numbers = child_of(element, "pgNumType")
        found.append(
            Section(
                begins_page=attribute_of(child_of(element, "type"), "val") not in ("continuous", "nextColumn"),
                start=integer_of(numbers, "start"),
                format=attribute_of(numbers, "fmt") or "decimal",
                heads=_references(element, "headerReference"),
                feet=_references(element, "footerReference"),
            )
        )
    return found


def _references(section: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(attribute_of(child, "id") or "" for child in section if local_name(child) == name)


def page_runs(sections: list[Section], first_pages: dict[int, int]) -> list[PageRun]:
    """Give how pages are numbered from each section's first page on; sections without text have none."""
    runs = []
    for place, page in sorted(first_pages.items()):
        section = sections[place] if place < len(sections) else Section()
        runs.append(PageRun(page, section.start, section.format))
    return runs
