"""OpenDocument texts (.odt): paragraphs, lists, tables, frames and notes in reading order, as they would be shown.

Numbers of headings and items are counted here; what tracked changes deleted, hidden text and comments are no text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import PasswordError, UnreadableFileError
from index.reading.decoding import normalise
from index.reading.office.drafts import Draft, Story, assemble
from index.reading.office.mathml import formula_in_line
from index.reading.office.odt.body import Body
from index.reading.office.odt.lists import Lists, levels_of
from index.reading.office.odt.styles import Styles
from index.reading.office.package import PROTECTED, Package, attribute_of, child_of, integer_of, local_name
from index.reading.office.pages import PageNames, Pages
from index.reading.office.properties import author_of, date_of
from index.reading.office.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

    from index.reading.extraction import Extraction
    from index.reading.settings import ReadingSettings

_PAGE_NUMBER = re.compile(r"[\divxlcIVXLC.\-–— ]+")
_HEADERS = ("header", "header-left", "header-first")
_FOOTERS = ("footer", "footer-left", "footer-first")


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read an OpenDocument text.

    Raises:
        LimitError: It is too large when unpacked.
        PasswordError: It is protected by a password.
        UnreadableFileError: It is damaged or declares entities.
    """
    package = Package(data, settings)
    _refuse_encrypted(package)
    root = package.part("content.xml")
    story = Story()
    named = _optional(package, "styles.xml", "what paragraphs are by their styles, and the headers", story)
    roots = [named, root] if named is not None else [root]
    styles = Styles(*roots)
    pages = Pages()
    body = Body(styles, _lists(roots), pages, lambda name: _formula(package, name))
    text = child_of(child_of(root, "body"), "text")
    if text is None:
        raise UnreadableFileError("the file is damaged: the part of it that holds the text is missing")
    body.read(text)
    meta = _optional(package, "meta.xml", "", story)
    story.drafts, story.left_out = body.drafts, body.left_out
    story.page_count = pages.page
    story.has_pages = _knows_pages(text) and _page_count(meta) in (None, pages.page)
    story.page_name = PageNames(body.runs)
    deletions = sum(1 for change in text.iter("{*}deletion") if any(word.strip() for word in change.itertext()))
    if deletions:
        story.notes.append(f"text deleted by tracked changes, in {deletions:,} place{'s' * (deletions > 1)}")
    _add_running_heads(story, body, styles)
    _describe(story, meta, styles.language)
    return assemble(story, settings.limits.pages)


def _refuse_encrypted(package: Package) -> None:
    name = "META-INF/manifest.xml"
    if package.holds("encrypted-package"):
        raise PasswordError(PROTECTED)
    if package.holds(name) and next(package.part(name).iter("{*}encryption-data"), None) is not None:
        raise PasswordError(PROTECTED)


def _optional(package: Package, name: str, what: str, story: Story) -> etree._Element | None:
    """Parse a part that may be missing; one that is damaged is left out, and so it is said."""
    if not package.holds(name):
        return None
    try:
        return package.part(name)
    except UnreadableFileError as error:
        if what:
            story.notes.append(f"{what}: {error}")
        return None


def _lists(roots: Iterable[etree._Element]) -> Lists:
    lists = Lists({}, {})
    for root in roots:
        for group in root:
            if local_name(group) in ("styles", "automatic-styles"):
                for element in group:
                    if local_name(element) == "list-style":
                        lists.styles[attribute_of(element, "name") or ""] = levels_of(element)
                    elif local_name(element) == "outline-style":
                        lists.outline = levels_of(element)
    return lists


def _formula(package: Package, name: str) -> str | None:
    try:
        root = package.part(name)
    except UnreadableFileError:
        return None
    return formula_in_line(root) if local_name(root) == "math" else None


def _knows_pages(text: etree._Element) -> bool:
    is_said = attribute_of(text, "use-soft-page-breaks") == "true"
    return is_said or next(text.iter("{*}soft-page-break"), None) is not None


def _page_count(meta: etree._Element | None) -> int | None:
    """Give the number of pages that the program counted; where it is not ours, our pages are not those people see."""
    statistic = None if meta is None else next(meta.iter("{*}document-statistic"), None)
    return integer_of(statistic, "page-count")


def _add_running_heads(story: Story, body: Body, styles: Styles) -> None:
    """Put each distinct header above the text and each distinct footer below it."""
    masters = list(body.masters)
    for name in masters:  # a first page names the master of those after it
        following = attribute_of(styles.masters.get(name), "next-style-name")
        if following in styles.masters and following not in masters:
            masters.append(following)
    seen: set[str] = set()
    pages = [styles.masters[name] for name in masters if name in styles.masters]
    for names, page in ((_HEADERS, 1), (_FOOTERS, story.page_count)):
        drafts = []
        for element in (child for master in pages for child in master if local_name(child) in names):
            text = body.gathered(element, "\n").text if attribute_of(element, "display") != "false" else ""
            if text not in seen and any(map(str.isalpha, text)) and not _PAGE_NUMBER.fullmatch(text):
                seen.add(text)
                words = Words()
                words.add(text, page)
                drafts.append(Draft(words, "running head"))
        story.drafts = [*drafts, *story.drafts] if names is _HEADERS else [*story.drafts, *drafts]


def _describe(story: Story, meta: etree._Element | None, language: str | None) -> None:
    found: dict[str, str] = {}
    for element in () if meta is None else meta.iter():
        text = normalise(" ".join((element.text or "").split()))
        if text:
            found.setdefault(local_name(element), text)
    story.title = found.get("title")
    story.author = author_of(found.get("initial-creator")) or author_of(found.get("creator"))
    story.date = date_of(found.get("creation-date"), found.get("date"))
    story.language = found.get("language") or language
