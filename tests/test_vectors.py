"""Vectors: exact nearest neighbours against numpy, and files that are whole or are not read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import atomic_files
from index import vectors as vectors_module
from index.vectors import MANIFEST, Vectors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH = 8


def unit_rows(n: int, seed: int, width: int = WIDTH) -> NDArray[np.float32]:
    """Rows of length 1 in half precision, which are stored without a further loss."""
    rows = np.random.default_rng(seed).standard_normal((n, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


def filled(n: int, seed: int = 0, step: int = 3) -> tuple[Vectors, NDArray[np.int64], NDArray[np.float32]]:
    """A set of n vectors under every third id."""
    ids, rows = np.arange(n, dtype=np.int64) * step + 1, unit_rows(n, seed)
    vectors = Vectors(WIDTH)
    vectors.add(ids, rows)
    return vectors, ids, rows


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(0, 60),
    k=st.integers(1, 70),
    seed=st.integers(0, 10_000),
    removals=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=3),
    ranges=st.none() | st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=3),
)
@example(n=2, k=2, seed=0, removals=[], ranges=[(0, 2), (0, 2)])
def test_vectors_nearest_are_those_of_brute_force(
    n: int, k: int, seed: int, removals: list[tuple[int, int]], ranges: list[tuple[int, int]] | None
) -> None:
    """Whatever was removed and wherever it is to look, the nearest are exactly those that numpy finds."""
    vectors, ids, rows = filled(n, seed)
    question = unit_rows(1, seed + 1)[0]
    kept = np.ones(n, bool)
    for first, length in removals:
        vectors.remove(first, first + length)
        kept &= (ids < first) | (ids >= first + length)
    assert len(vectors) == kept.sum()
    spans = None if ranges is None else [(first, first + length) for first, length in ranges]
    if spans is not None:
        kept &= np.array([any(first <= id_ < end for first, end in spans) for id_ in ids], bool)
    cosines = rows[kept] @ question
    order = np.argsort(-cosines, kind="stable")[:k]

    found, scores = vectors.nearest(question, k, spans)

    assert found.tolist() == ids[kept][order].tolist()
    assert found.dtype == np.int64
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, cosines[order], atol=1e-5)


def test_vectors_half_precision_moves_a_cosine_by_less_than_a_thousandth() -> None:
    """Vectors of full precision are found with cosines that differ by less than 0.001."""
    rows = np.random.default_rng(4).standard_normal((500, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = Vectors(384)
    vectors.add(np.arange(500, dtype=np.int64), rows)
    found, scores = vectors.nearest(rows[7], 500)
    assert found[0] == 7
    assert np.abs(scores - rows[found] @ rows[7]).max() < 0.001


def test_vectors_equal_ones_have_equal_scores() -> None:
    """Of vectors that are the same, any may come first, but all have one score, and none comes twice."""
    vectors = Vectors(WIDTH)
    row = unit_rows(1, 3)
    vectors.add(np.arange(40, dtype=np.int64), np.repeat(row, 40, axis=0))
    found, scores = vectors.nearest(row[0], 25)
    assert len(set(found.tolist())) == 25
    assert len(set(scores.tolist())) == 1


def test_vectors_of_an_empty_set_or_no_range_are_none() -> None:
    """Nothing to look in gives nothing, of the right types."""
    question = unit_rows(1, 0)[0]
    for vectors, ranges in ((Vectors(WIDTH), None), (filled(5)[0], []), (filled(5)[0], [(2, 4), (900, 999)])):
        ids, scores = vectors.nearest(question, 3, ranges)
        assert (len(ids), ids.dtype == np.int64) == (0, True)
        assert (len(scores), scores.dtype == np.float32) == (0, True)


@pytest.mark.parametrize("ids", [[5, 5], [6, 5], [4, 9], [1, 9]])
def test_vectors_ids_that_do_not_ascend_are_refused(ids: list[int]) -> None:
    """Ids must ascend among themselves and beyond all that are there; a refusal changes nothing."""
    vectors = Vectors(WIDTH)
    vectors.add(np.array([1, 4], np.int64), unit_rows(2, 0))
    with pytest.raises(ValueError, match=r"^Vector ids must ascend, beyond those already there\.$"):
        vectors.add(np.array(ids, np.int64), unit_rows(2, 1))
    assert len(vectors) == 2


def test_vectors_adding_none_is_allowed() -> None:
    """A document without vectors adds nothing."""
    vectors = filled(2)[0]
    vectors.add(np.zeros(0, np.int64), np.zeros((0, WIDTH), np.float32))
    assert len(vectors) == 2


@pytest.mark.parametrize("k", [0, -1])
def test_vectors_k_below_one_is_refused(k: int) -> None:
    """To ask for fewer than one is an error of the caller."""
    with pytest.raises(ValueError, match=f"^k must be at least 1, not {k}\\.$"):
        filled(3)[0].nearest(unit_rows(1, 0)[0], k)


@pytest.mark.parametrize(
    "question",
    [np.zeros(WIDTH + 1, np.float32), np.zeros((1, WIDTH), np.float32), np.zeros(WIDTH, np.float64)],
)
def test_vectors_question_of_another_shape_or_type_is_refused(question: NDArray[np.float32]) -> None:
    """A question is one row of float32 of the right width, and the message says what it was."""
    with pytest.raises(ValueError, match=r"^A question is 8 values of float32, not \(.*\) of float(32|64)\.$"):
        filled(3)[0].nearest(question, 1)


def test_vectors_saved_are_loaded_as_they_were(tmp_path: Path) -> None:
    """What was saved comes back with the change that it held, and can be added to and removed from."""
    vectors, ids, _ = filled(30)
    vectors.remove(1, 20)
    vectors.save(tmp_path, 17)
    loaded = Vectors.load(tmp_path, WIDTH)
    assert loaded is not None
    again, seq = loaded
    assert (seq, len(again), again.width) == (17, len(vectors), WIDTH)
    question = unit_rows(1, 9)[0]
    assert again.nearest(question, 99)[0].tolist() == vectors.nearest(question, 99)[0].tolist()
    again.add(np.array([1000], np.int64), question[None, :])
    again.remove(int(ids[-1]), int(ids[-1]) + 1)
    assert again.nearest(question, 1)[0].tolist() == [1000]
    assert len(again) == len(vectors)


def test_vectors_saved_again_leave_one_file(tmp_path: Path) -> None:
    """The newer file replaces the older one; nothing else stays behind."""
    vectors = filled(4)[0]
    for seq in (1, 2, 3):
        vectors.save(tmp_path, seq)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vectors-3.faiss", MANIFEST]


def test_vectors_never_saved_are_not_loaded(tmp_path: Path) -> None:
    """Without a file there is nothing to load."""
    assert Vectors.load(tmp_path, WIDTH) is None


def test_vectors_of_another_width_are_not_loaded(tmp_path: Path) -> None:
    """A file of vectors of another width is as good as none."""
    filled(4)[0].save(tmp_path, 1)
    assert Vectors.load(tmp_path, WIDTH + 1) is None


def test_vectors_file_with_any_byte_changed_or_missing_is_not_loaded(tmp_path: Path) -> None:
    """A flipped bit, or an end that is missing, anywhere in the file is noticed."""
    filled(6)[0].save(tmp_path, 1)
    file = tmp_path / "vectors-1.faiss"
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        assert Vectors.load(tmp_path, WIDTH) is None
        file.write_bytes(whole[:place])
        assert Vectors.load(tmp_path, WIDTH) is None
    file.write_bytes(whole + b"\0")
    assert Vectors.load(tmp_path, WIDTH) is None
    file.write_bytes(whole)
    assert Vectors.load(tmp_path, WIDTH) is not None


def test_vectors_manifest_with_any_byte_changed_never_gives_another_state(tmp_path: Path) -> None:
    """A damaged manifest gives no vectors, or those that were saved under the change that they hold."""
    filled(6)[0].save(tmp_path, 12)
    manifest = tmp_path / MANIFEST
    whole = manifest.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            manifest.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            loaded = Vectors.load(tmp_path, WIDTH)
            assert loaded is None or (loaded[1], len(loaded[0])) == (12, 6)
        manifest.write_bytes(whole[:place])
        assert Vectors.load(tmp_path, WIDTH) is None


@pytest.mark.parametrize("manifest", ["[]", "3", "{}", '{"file": 3, "seq": 1, "sha256": ""}', "\\xff", "null"])
def test_vectors_manifest_that_is_something_else_is_not_loaded(tmp_path: Path, manifest: str) -> None:
    """Whatever else stands in the manifest's place is as good as none."""
    (tmp_path / MANIFEST).write_text(manifest)
    assert Vectors.load(tmp_path, WIDTH) is None


class Crash(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("crash_at", [1, 2])
@pytest.mark.parametrize("half", [False, True])
def test_vectors_broken_off_saving_leaves_the_older_or_the_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash_at: int, half: bool
) -> None:
    """A crash before or in the middle of either file leaves the older state whole."""
    vectors = filled(4)[0]
    vectors.save(tmp_path, 1)
    vectors.add(np.array([1000], np.int64), unit_rows(1, 5))
    calls = []

    def replace_or_crash(path: Path, data: bytes) -> None:
        calls.append(path.name)
        if len(calls) == crash_at:
            if half:
                path.with_name(path.name + ".new").write_bytes(data[: len(data) // 2])
            raise Crash
        atomic_files.replace_file(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(vectors_module, "replace_file", replace_or_crash)
        with pytest.raises(Crash, match=r"^$"):
            vectors.save(tmp_path, 2)
    assert calls == ["vectors-2.faiss", MANIFEST][:crash_at]
    loaded = Vectors.load(tmp_path, WIDTH)
    assert loaded is not None
    assert (loaded[1], len(loaded[0])) == (1, 4)
    vectors.save(tmp_path, 2)
    loaded = Vectors.load(tmp_path, WIDTH)
    assert loaded is not None
    assert (loaded[1], len(loaded[0])) == (2, 5)
    assert json.loads((tmp_path / MANIFEST).read_bytes())["file"] == "vectors-2.faiss"
