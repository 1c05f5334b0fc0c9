"""Footnotes and endnotes of Word, with the numbers that Word shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.office.numbers import written
from index.reading.office.package import attribute_of, child_of, integer_of

if TYPE_CHECKING:
    from lxml import etree

    from index.reading.office.docx.parts import Parts
    from index.reading.office.docx.runs import NoteMark

_KINDS = ("footnote", "endnote")
_USUAL_FORMAT = {"footnote": "decimal", "endnote": "lowerRoman"}


class Notes:
    """The notes of a document, each given once, in the order in which they are cited."""

    def __init__(self, parts: Parts, settings: etree._Element | None) -> None:
        """Read the notes' parts; `settings` is the root of settings.xml."""
        self._notes: dict[tuple[str, str], etree._Element] = {}
        self._settings = {kind: child_of(settings, f"{kind}Pr") for kind in _KINDS}
        self._counts: dict[str, int] = {}
        self._places: dict[str, int] = {}
        for kind in _KINDS:
            root = parts.root(f"{kind}s")
            for note in () if root is None else root:
                if attribute_of(note, "type") in (None, "normal"):
                    self._notes[kind, attribute_of(note, "id") or ""] = note

    def take(self, mark: NoteMark, section: int, page: int | None) -> tuple[etree._Element, str] | None:
        """Give a note with its number, or "" where Word shows none; None for one that was given or does not exist.

        Args:
            mark: That cites it.
            section: Of the document, in which the mark stands.
            page: On which the mark stands, if that is known.
        """
        number = self._number(mark, section, page) if mark.is_numbered else ""
        note = self._notes.pop((mark.kind, mark.id), None)
        if note is None:
            return None
        shows_number = next(note.iter("{*}footnoteRef", "{*}endnoteRef"), None) is not None
        return note, number if shows_number else ""

    def _number(self, mark: NoteMark, section: int, page: int | None) -> str:
        settings = self._settings[mark.kind]
        restart = attribute_of(child_of(settings, "numRestart"), "val")
        if restart == "eachPage" and page is None:
            return ""
        place = section if restart == "eachSect" else page if restart == "eachPage" and page is not None else 0
        start = integer_of(child_of(settings, "numStart")) or 1
        is_new = self._places.get(mark.kind) != place
        self._counts[mark.kind] = start if is_new else self._counts[mark.kind] + 1
        self._places[mark.kind] = place
        form = attribute_of(child_of(settings, "numFmt"), "val") or _USUAL_FORMAT[mark.kind]
        return written(self._counts[mark.kind], form)
