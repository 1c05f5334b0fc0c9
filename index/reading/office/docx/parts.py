"""The parts of a Word document beside its body, found as the body names them; one that is damaged is left out."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError

if TYPE_CHECKING:
    from lxml import etree

    from index.reading.office.package import Package, Relation

_NEEDED_FOR = {
    "numbering": "the numbers of headings and items",
    "styles": "what paragraphs are by their styles",
    "footnotes": "the footnotes",
    "endnotes": "the endnotes",
    "diagramData": "a diagram",
    "header": "a header",
    "footer": "a footer",
    "comments": "the number of comments",
}


class Parts:
    """The parts that belong to a document's body.

    Attributes:
        damage: What could not be read, in words that stand alone.
    """

    def __init__(self, package: Package, main: str) -> None:
        """Look around `main`, the part that holds the body."""
        self.damage: list[str] = []
        self._package = package
        self._folder = posixpath.dirname(main)
        self._relations: dict[str, Relation] = {}
        try:
            self._relations = package.relations(main)
        except UnreadableFileError as error:
            self.damage.append(f"what hangs on the text's parts: {error}")

    def root(self, kind: str) -> etree._Element | None:
        """Give the root of the first part of a kind, such as "styles"; None where there is none to be read."""
        named = [relation.target for relation in self._relations.values() if relation.kind == kind]
        usual = posixpath.join(self._folder, f"{kind}.xml")
        name = next((name for name in (*named, usual) if self._package.holds(name)), None)
        return self._read(name, kind) if name is not None else None

    def by_id(self, key: str) -> etree._Element | None:
        """Give the root of the part that a relation's id names; None where there is none to be read."""
        relation = self._relations.get(key)
        if relation is None or relation.is_external or not self._package.holds(relation.target):
            return None
        return self._read(relation.target, relation.kind)

    def _read(self, name: str, kind: str) -> etree._Element | None:
        try:
            return self._package.part(name)
        except UnreadableFileError as error:
            if kind in _NEEDED_FOR:
                self.damage.append(f"{_NEEDED_FOR[kind]}: {error}")
            return None
