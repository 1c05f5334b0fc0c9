"""Nearest vectors by cosine, exact, in memory: the only module that imports faiss."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from index.atomic_files import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MANIFEST = "vectors.json"


class Vectors:
    """Unit vectors under integer ids, kept in half precision and scanned whole for every question.

    Half precision moves a cosine by less than 0.001, and a scan has no recall to lose. Searching is safe from several
    threads; adding and removing are not.
    """

    def __init__(self, width: int) -> None:
        """Make an empty set of vectors of length `width`."""
        import faiss

        # One thread a question: faiss and torch would fight over the processors, and a scan takes milliseconds.
        faiss.omp_set_num_threads(1)
        self._faiss = faiss
        quantizer = faiss.IndexScalarQuantizer(width, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index = faiss.IndexIDMap2(quantizer)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def __contains__(self, id_: int) -> bool:
        ids = self._ids()
        at = int(np.searchsorted(ids, id_))
        return at < len(ids) and int(ids[at]) == id_

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def end(self) -> int:
        """One more than the greatest id; 0 where there is none."""
        return int(self._index.id_map.at(len(self) - 1)) + 1 if len(self) else 0

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add unit rows of shape (n, width), float32, under n ids that are new and greater than all before.

        Raises:
            ValueError: The ids do not ascend beyond those that are there.
        """
        if len(ids) == 0:
            return
        if np.any(np.diff(ids) <= 0) or (len(self) and ids[0] <= self._index.id_map.at(len(self) - 1)):
            raise ValueError("Vector ids must ascend, beyond those already there.")
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, first: int, end: int) -> None:
        """Remove the vectors with `first` <= id < `end`."""
        self._index.remove_ids(self._faiss.IDSelectorRange(first, end))

    def nearest(
        self, question: NDArray[np.float32], k: int, ranges: list[tuple[int, int]] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k vectors closest in angle to a question, exactly.

        Args:
            question: A unit vector of shape (width,), float32.
            k: How many to return, at least 1.
            ranges: Look only at ids in these half-open ranges; everywhere when None.

        Returns:
            ids, scores: Both of shape (n,) with n <= k. Scores are cosines in [-1, 1], best first.

        Raises:
            ValueError: `k` is below 1, or `question` is not one float32 vector of this width.

        Source:
            Inner product equals cosine only for unit vectors: faiss wiki, MetricType and distances.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}.")
        if question.shape != (self.width,) or question.dtype != np.float32:
            raise ValueError(f"A question is {self.width} values of float32, not {question.shape} of {question.dtype}.")
        parameters = None
        if ranges is not None:
            held = self._ids()
            edges = np.searchsorted(held, np.array(ranges, np.int64).reshape(-1, 2))
            allowed = np.unique(np.concatenate([held[:0], *(held[first:end] for first, end in edges)]))
            # The selector keeps a pointer into `allowed`, which therefore has to live until the search is done.
            selector = self._faiss.IDSelectorBatch(allowed)
            parameters = self._faiss.SearchParameters()
            parameters.sel = selector
            k = min(k, len(allowed))
        k = min(k, len(self))
        if k == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, ids = self._index.search(question[None, :], k, params=parameters)
        return ids[0], scores[0]

    def save(self, folder: Path, seq: int) -> None:
        """Write the vectors beside a manifest that names them, their checksum and the last change they hold.

        A crash at any moment leaves the manifest with a whole file: the older or the newer one.
        """
        data = self._faiss.serialize_index(self._index).tobytes()
        name = f"vectors-{seq}.faiss"
        replace_file(folder / name, data)
        manifest = {"file": name, "seq": seq, "sha256": hashlib.sha256(data).hexdigest()}
        replace_file(folder / MANIFEST, json.dumps(manifest).encode())
        for old in folder.glob("vectors-*.faiss"):
            if old.name != name:
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path, width: int) -> tuple[Vectors, int] | None:
        """Read what `save` wrote: the vectors and the last change they hold; None if it is missing or not whole.

        The caller then builds the vectors again from the store, so nothing is lost.
        """
        vectors = cls(width)
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            seq = int(manifest["seq"])
            # The name holds the number a second time, so that a damaged manifest cannot pass for another state.
            data = (folder / f"vectors-{seq}.faiss").read_bytes()
            # faiss reads most damaged files without complaint, so only the checksum can tell.
            if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        vectors._index = vectors._faiss.deserialize_index(np.frombuffer(data, np.uint8))
        return (vectors, seq) if vectors.width == width else None

    def _ids(self) -> NDArray[np.int64]:
        """Give the ids in the order of the rows, which ascends because ids are never reused."""
        ids: NDArray[np.int64] = self._faiss.vector_to_array(self._index.id_map)
        return ids
