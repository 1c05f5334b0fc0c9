"""Word documents (.docx): paragraphs, tables, text boxes and notes in reading order, as Word would show them.

Reads the package's XML itself, for both namespaces of OOXML and without its schema. Numbers of headings and items are
those that Word counts; text that tracked changes have deleted, hidden text, field codes and comments are no text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.decoding import normalise
from index.reading.office.docx.body import Body, Source
from index.reading.office.docx.notes import Notes
from index.reading.office.docx.numbering import Numbering
from index.reading.office.docx.parts import Parts
from index.reading.office.docx.sections import page_runs, sections_of
from index.reading.office.docx.styles import Styles
from index.reading.office.drafts import Draft, Story, assemble
from index.reading.office.package import Package, attribute_of, child_of, local_name
from index.reading.office.pages import PageNames, Pages
from index.reading.office.properties import author_of, date_of
from index.reading.office.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

    from index.reading.extraction import Extraction
    from index.reading.settings import ReadingSettings

_PAGE_NUMBER = re.compile(r"[\divxlcIVXLC.\-–— ]+")


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a Word document.

    Raises:
        LimitError: It is too large when unpacked.
        PasswordError: It is protected by a password.
        UnreadableFileError: It is damaged or declares entities.
    """
    package = Package(data, settings)
    main = package.main_part()
    if not package.holds(main):
        raise UnreadableFileError("the file is damaged: the part of it that holds the text is missing")
    root = package.part(main)
    parts = Parts(package, main)
    options = parts.root("settings")
    styles = Styles(parts.root("styles"))
    source = Source(
        styles=styles,
        numbering=Numbering(parts.root("numbering"), styles.lists),
        notes=Notes(parts, options),
        parts=parts,
        sections=sections_of(root),
        pages=Pages(),
        has_pages=next(root.iter("{*}lastRenderedPageBreak"), None) is not None,
    )
    body = Body(source, root)
    body.read(root)
    story = Story(body.drafts, has_pages=source.has_pages, left_out=body.runs.left_out, notes=parts.damage)
    story.page_count = source.pages.page
    story.page_name = PageNames(page_runs(source.sections, body.first_pages))
    _add_running_heads(story, body, source)
    _say_what_is_left_out(story, body, parts)
    _describe(story, package.core_properties(), styles.language or _theme_language(options))
    return assemble(story, settings.limits.pages)


def _add_running_heads(story: Story, body: Body, source: Source) -> None:
    """Put each distinct header above the text and each distinct footer below it."""
    heads = [key for section in source.sections for key in section.heads]
    feet = [key for section in source.sections for key in section.feet]
    seen: set[str] = set()
    above = _running(heads, body, source.parts, seen)
    below = _running(feet, body, source.parts, seen)
    story.drafts[:0] = [_running_head(text, 1) for text in above]
    story.drafts.extend(_running_head(text, story.page_count) for text in below)


def _running(keys: Iterable[str], body: Body, parts: Parts, seen: set[str]) -> list[str]:
    found = []
    for key in dict.fromkeys(keys):
        root = parts.by_id(key)
        if root is None:
            continue
        text = body.gathered(root, between="\n")[0].text
        for box in body.beside():
            text = f"{text}\n{box.words.text}".strip()
        if text not in seen and any(map(str.isalpha, text)) and not _PAGE_NUMBER.fullmatch(text):
            seen.add(text)
            found.append(text)
    return found


def _running_head(text: str, page: int) -> Draft:
    words = Words()
    words.add(text, page)
    return Draft(words, "running head")


def _say_what_is_left_out(story: Story, body: Body, parts: Parts) -> None:
    comments = parts.root("comments")
    for comment in () if comments is None else comments:
        if local_name(comment) == "comment" and any((text.text or "").strip() for text in comment.iter("{*}t")):
            story.left_out["comment"] += 1
    if body.runs.deletions:
        places = "1 place" if body.runs.deletions == 1 else f"{body.runs.deletions:,} places"
        story.notes.append(f"text deleted by tracked changes, in {places}")


def _theme_language(options: etree._Element | None) -> str | None:
    return attribute_of(child_of(options, "themeFontLang"), "val")


def _describe(story: Story, core: dict[str, str], language: str | None) -> None:
    story.title = normalise(core.get("title", "")) or None
    story.author = author_of(normalise(core.get("creator", "")))
    story.date = date_of(core.get("created"), core.get("modified"))
    story.language = core.get("language") or language
