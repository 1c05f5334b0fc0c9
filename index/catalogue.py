"""Which documents can be seen, as of one state of the store: whose paragraph an id is, and who is meant by a name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.errors import UnknownDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from index.records import Holding


class Place(NamedTuple):
    """Where a paragraph stands; sorts as documents are listed.

    Attributes:
        source: The file, the first in alphabetical order where several hold the document.
        number: The paragraph's number in the document, from 1.
    """

    source: str
    number: int


class Catalogue:
    """The documents that files hold.

    Attributes:
        holdings: The files that hold one, by source.
        documents: The first file of each, in the order of the ids of their paragraphs.
    """

    def __init__(self, holdings: Sequence[Holding]) -> None:
        """Make a catalogue of the files that hold a document, in the order of their sources."""
        self.holdings = tuple(holdings)
        self._by_source = {holding.source: holding for holding in holdings}
        self._by_id: dict[str, Holding] = {}
        for holding in holdings:
            self._by_id.setdefault(holding.id, holding)
        self.documents = tuple(sorted(self._by_id.values(), key=lambda holding: (holding.first, holding.end)))
        self._firsts = np.array([holding.first for holding in self.documents], np.int64)
        # One more than there are, so that before the first there is an end too.
        self._ends = np.array([*(holding.end for holding in self.documents), 0], np.int64)

    def places(self, paragraphs: Iterable[int]) -> dict[int, Place]:
        """Give the places of those of the paragraphs that can be seen, by id."""
        ids = list(paragraphs)
        places = {}
        for id_, number in zip(ids, self.documents_of(np.array(ids, np.int64)).tolist(), strict=True):
            if number >= 0:
                holding = self.documents[number]
                places[id_] = Place(holding.source, id_ - holding.first + 1)
        return places

    def documents_of(self, paragraphs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give for each paragraph's id the place of its document in `documents`; -1 where it cannot be seen."""
        # A document's paragraphs have contiguous ids in the order of their numbers.
        before = np.searchsorted(self._firsts, paragraphs, side="right") - 1
        return np.where(paragraphs < self._ends[before], before, -1)

    def find(self, names: Sequence[str]) -> list[Holding]:
        """Give the documents with these sources or ids, each once, under the name it was given by.

        Raises:
            UnknownDocumentError: There is no such document.
        """
        found: dict[str, Holding] = {}
        for name in names:
            holding = self._by_source.get(name) or self._by_id.get(name)
            if holding is None:
                near = difflib.get_close_matches(name, self._by_source, 1, cutoff=0.5)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                raise UnknownDocumentError(f"There is no document {name!r} in this folder.{hint}")
            found[holding.id] = holding
        return list(found.values())
