"""Words: BM25 against its formula, any question without an error, and damage that is noticed or mended."""

from __future__ import annotations

import math
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamagedError
from index.words import SEQ_FILE, WordReader, WordWriter, committed_seq, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

K1, B = 1.2, 0.75

HARBOUR = {
    1: {
        10: "The harbour master keeps the harbour open in winter.",
        11: "A boat waits. Boats wait for the tide, and the tide waits for no boat.",
    },
    2: {20: "Harbour seals sleep on the northern pier.", 21: "Nothing about water."},
    3: {30: "Élan of the crème brûlée at the harbour café.", 31: "гавань открыта зимой", 32: "港口 在 冬天 开放"},
}


def write(folder: Path, documents: dict[int, dict[int, str]], seq: int = 1) -> None:
    """Add documents, each with its paragraphs by id, and commit."""
    with WordWriter(folder) as writer:
        for document, paragraphs in documents.items():
            writer.add(document, paragraphs.items())
        writer.commit(seq)


def bm25(question: str, paragraphs: dict[int, str]) -> dict[int, float]:
    """The formula over all paragraphs: the scores above 0."""
    words = {id_: words_of(text) for id_, text in paragraphs.items()}
    n, mean = len(words), sum(map(len, words.values())) / len(words)
    scores = dict.fromkeys(paragraphs, 0.0)
    for word in dict.fromkeys(words_of(question)):
        holding = sum(word in held for held in words.values())
        weight = math.log(1 + (n - holding + 0.5) / (holding + 0.5))
        for id_, held in words.items():
            tf = held.count(word)
            scores[id_] += weight * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(held) / mean))
    return {id_: score for id_, score in scores.items() if score > 0}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A word index of three documents."""
    folder = tmp_path_factory.mktemp("harbour") / "words"
    write(folder, HARBOUR)
    return folder


def test_words_are_lower_case_folded_stemmed_and_without_stop_words() -> None:
    """A text is cut into the words by which it is found."""
    assert list(words_of("The Élan of 2 harbours' BOATS, waiting_now")) == [
        *("elan", "2", "harbour", "boat", "wait", "now"),
    ]
    assert list(words_of("гавань 港口 x" + "y" * 255)) == ["гавань", "港口"]
    assert list(words_of("")) == []


@pytest.mark.parametrize(
    "question",
    ["harbour", "Where do the boats wait for the tide?", "creme brulee harbours harbour", "гавань", "港口 winter"],
)
def test_words_scores_are_those_of_bm25(harbour: Path, question: str) -> None:
    """Every score is that of the formula, best first, and whatever shares a word is found."""
    expected = bm25(question, {id_: text for held in HARBOUR.values() for id_, text in held.items()})
    ids, scores = WordReader(harbour).nearest(question, 10)
    assert dict(zip(ids.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-5)
    assert (np.diff(scores) <= 0).all()
    assert len(expected) > 0
    assert ids.dtype == np.int64
    assert scores.dtype == np.float32


def test_words_scores_are_those_of_bm25_in_a_larger_set(tmp_path: Path) -> None:
    """The formula holds for 300 paragraphs in several commits, for lengths up to 39 words, whatever k is."""
    random = np.random.default_rng(5)
    vocabulary = [f"w{number}q" for number in range(60)]
    paragraphs = {
        id_: " ".join(random.choice(vocabulary, int(random.integers(1, 40))).tolist()) for id_ in range(1, 301)
    }
    for commit in range(3):
        write(tmp_path / "words", {commit: {i: t for i, t in paragraphs.items() if i % 3 == commit}}, commit + 1)
    reader = WordReader(tmp_path / "words")
    for _ in range(10):
        question = " ".join(random.choice(vocabulary, 4).tolist())
        expected = bm25(question, paragraphs)
        for k in (1, 20, 300):
            ids, scores = reader.nearest(question, k)
            best = sorted(expected.values(), reverse=True)[:k]
            assert scores.tolist() == pytest.approx(best, rel=1e-4)
            assert scores.tolist() == pytest.approx([expected[id_] for id_ in ids.tolist()], rel=1e-4)


def test_words_equal_scores_come_by_id(tmp_path: Path) -> None:
    """Paragraphs with equal scores come in the order of their ids, however they were added."""
    write(tmp_path / "words", {2: {9: "harbour gate", 5: "harbour lamp"}})
    write(tmp_path / "words", {1: {7: "harbour wall", 3: "harbour bell"}}, 2)
    assert WordReader(tmp_path / "words").nearest("harbour", 10)[0].tolist() == [3, 5, 7, 9]


@pytest.mark.parametrize(
    "question",
    [
        *("", "   ", "?", "the of and", "zeppelin", "\0", "harbo\0ur", "x" * 100_000),
        *('"harbour', "harbour AND (", "text:harbour^2 ~ * ? [a TO b] {x} -boat +tide", "document:1", "/ha.*/", "\\"),
        *("🚢" * 50, "سفينة", "ท่าเรือ", "\u202eharbour", "a" * 254 + "é"),
    ],
)
def test_words_no_question_is_an_error(harbour: Path, question: str) -> None:
    """A question is words and nothing else: no sign in it is a command, and none of it raises."""
    reader = WordReader(harbour)
    ids, scores = reader.nearest(question, 5)
    expected = bm25(question, {id_: text for held in HARBOUR.values() for id_, text in held.items()})
    assert dict(zip(ids.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-5)


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_words_no_text_whatever_is_an_error(harbour: Path, question: str) -> None:
    """Whatever characters a question is made of, it gives at most k paragraphs, all with scores above 0."""
    ids, scores = WordReader(harbour).nearest(question, 3)
    assert len(ids) <= 3
    assert (scores > 0).all()


def test_words_question_of_five_thousand_words_is_answered(harbour: Path) -> None:
    """A page pasted as a question is looked up word for word."""
    question = " ".join(f"word{number}" for number in range(5_000)) + " pier"
    assert WordReader(harbour).nearest(question, 5)[0].tolist() == [20]


def test_words_in_chosen_documents_have_the_scores_of_all(harbour: Path) -> None:
    """To look in some documents only leaves others out and changes no score."""
    reader = WordReader(harbour)
    everywhere = dict(zip(*(each.tolist() for each in reader.nearest("harbour boats crème", 10)), strict=True))
    assert sorted(everywhere) == [10, 11, 20, 30]
    for chosen in ([1], [2], [3, 1], [1, 2, 3], [99], []):
        wanted = {id_: score for id_, score in everywhere.items() if id_ // 10 in chosen}
        ids, scores = reader.nearest("harbour boats crème", 10, chosen)
        assert dict(zip(ids.tolist(), scores.tolist(), strict=True)) == wanted


def test_words_removed_are_gone_after_the_commit(tmp_path: Path) -> None:
    """A removal counts from the commit on, for those who refresh; other documents stay."""
    folder = tmp_path / "words"
    write(folder, HARBOUR)
    reader = WordReader(folder)
    with WordWriter(folder) as writer:
        writer.remove(1)
        assert writer.holds(1)
        reader.refresh()
        assert reader.nearest("harbour", 10)[0].tolist() == [10, 20, 30]
        writer.commit(2)
        assert [writer.holds(document) for document in (1, 2, 3, 4)] == [False, True, True, False]
    assert reader.nearest("harbour", 10)[0].tolist() == [10, 20, 30]
    reader.refresh()
    assert reader.nearest("harbour", 10)[0].tolist() == [20, 30]
    assert reader.nearest("tide boat", 10)[0].tolist() == []
    assert reader.paragraph_count == 5


def test_words_not_committed_are_forgotten(tmp_path: Path) -> None:
    """What was added without a commit is in no later index."""
    folder = tmp_path / "words"
    write(folder, {1: {10: "harbour"}}, 7)
    with WordWriter(folder) as writer:
        writer.add(2, [(20, "harbour")])
    with WordWriter(folder) as writer:
        assert writer.seq == 7
        assert not writer.holds(2)
        writer.commit(8)
    assert WordReader(folder).nearest("harbour", 5)[0].tolist() == [10]


def test_words_document_of_a_large_number_is_held_and_removed(tmp_path: Path) -> None:
    """Keys beyond 32 bits are kept whole."""
    large = 2**40 + 1
    write(tmp_path / "words", {large: {large * 2: "harbour"}, 1: {5: "harbour"}})
    with WordWriter(tmp_path / "words") as writer:
        assert writer.holds(large)
        writer.remove(large)
        writer.commit(2)
        assert not writer.holds(large)
    assert WordReader(tmp_path / "words").nearest("harbour", 5)[0].tolist() == [5]


def test_words_count_says_in_how_many_paragraphs_a_word_stands(harbour: Path) -> None:
    """Words are counted as `words_of` gives them; one that stands nowhere counts 0."""
    reader = WordReader(harbour)
    assert [reader.count(word) for word in ("harbour", "boat", "tide", "boats", "nowher")] == [3, 1, 1, 0, 0]
    assert reader.paragraph_count == 7


def test_words_committed_seq_is_that_of_the_last_commit(tmp_path: Path) -> None:
    """The last change is known without a writer; a folder that is not there holds none."""
    folder = tmp_path / "words"
    assert committed_seq(folder) is None
    for seq in (3, 12):
        write(folder, {seq: {seq: "harbour"}}, seq)
        assert committed_seq(folder) == seq
    with WordWriter(folder) as writer:
        assert writer.seq == 12


def damage(folder: Path, how: str) -> None:
    """Damage a word index in one of the ways that happen."""
    segment = next(file for file in folder.iterdir() if file.suffix == ".term")
    if how == "no folder":
        shutil.rmtree(folder)
    elif how == "no files":
        for file in folder.iterdir():
            file.unlink()
    elif how == "no meta":
        (folder / "meta.json").unlink()
    elif how == "cut meta":
        (folder / "meta.json").write_bytes((folder / "meta.json").read_bytes()[:100])
    elif how == "no segment":
        segment.unlink()
    elif how == "cut segment":
        segment.write_bytes(segment.read_bytes()[:50])
    else:
        (folder / "meta.json").write_text('{"index_settings": {}, "segments": [], "schema": [], "opstamp": 0}')


DAMAGES = ["no folder", "no files", "no meta", "cut meta", "no segment", "cut segment", "other schema"]


@pytest.mark.parametrize("how", DAMAGES)
def test_words_damaged_or_missing_are_an_error_for_the_reader(tmp_path: Path, how: str) -> None:
    """The reader says where the word index is and what to do; the last change is then unknown."""
    folder = tmp_path / "words"
    write(folder, HARBOUR)
    damage(folder, how)
    with pytest.raises(IndexDamagedError, match=r"^The word index in .*words cannot be read \(.*\)\. Index the folder"):
        WordReader(folder)
    assert committed_seq(folder) is None


@pytest.mark.parametrize("how", DAMAGES)
def test_words_damaged_or_missing_are_begun_anew_by_the_writer(tmp_path: Path, how: str) -> None:
    """The writer starts with an empty index that holds no change, and it can be filled."""
    folder = tmp_path / "words"
    write(folder, HARBOUR, 9)
    damage(folder, how)
    with WordWriter(folder) as writer:
        assert writer.seq == 0
        assert not writer.holds(1)
        writer.add(1, [(10, "harbour")])
        writer.commit(4)
    assert WordReader(folder).nearest("harbour seals", 5)[0].tolist() == [10]


def test_words_never_committed_are_begun_anew_each_time(tmp_path: Path) -> None:
    """A writer that is left without a commit, again and again, is no obstacle to the next."""
    for _ in range(60):
        with WordWriter(tmp_path / "words") as writer:
            assert writer.seq == 0
            writer.add(1, [(10, "harbour")])
    assert WordReader(tmp_path / "words").paragraph_count == 0


def test_words_begun_anew_outlast_a_file_that_comes_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is put into the folder while it is being deleted does not stop the writer."""
    folder = tmp_path / "words"
    delete = shutil.rmtree
    calls = []

    def delete_and_be_late(path: Path, ignore_errors: bool = False) -> None:
        delete(path, ignore_errors=ignore_errors)
        calls.append(path)
        if len(calls) == 1:
            folder.mkdir()
            (folder / ".managed.json").write_text("[]")

    monkeypatch.setattr(shutil, "rmtree", delete_and_be_late)
    with WordWriter(folder) as writer:
        assert writer.seq == 0
    assert calls == [folder, folder]


@pytest.mark.parametrize("seq", ["", "x", "1\0"])
def test_words_without_their_change_are_begun_anew(tmp_path: Path, seq: str) -> None:
    """An index that does not say which changes it holds may hold any, so it is made again."""
    folder = tmp_path / "words"
    write(folder, HARBOUR)
    (folder / SEQ_FILE).write_text(seq)
    assert committed_seq(folder) is None
    with WordWriter(folder) as writer:
        assert (writer.seq, writer.holds(1)) == (0, False)


def test_words_files_that_a_crash_left_behind_are_no_obstacle(tmp_path: Path) -> None:
    """A file of deletions that was written and never taken into the index does not stop later removals."""
    folder = tmp_path / "words"
    write(folder, HARBOUR)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with WordWriter(folder) as writer:
        writer.remove(1)
        writer.commit(2)
    # As if the power had failed after the deletions were written and before the index named them.
    for name in ("meta.json", SEQ_FILE):
        (folder / name).write_bytes(before[name])
    with WordWriter(folder) as writer:
        assert (writer.seq, writer.holds(1)) == (1, True)
        writer.remove(1)
        writer.commit(2)
    assert WordReader(folder).nearest("harbour", 5)[0].tolist() == [20, 30]


def several(seed: int) -> Sequence[str]:
    """Paragraphs made of a few words, so that many are equal or nearly so."""
    random = np.random.default_rng(seed)
    return [" ".join(random.choice(["harbour", "boat", "tide", "pier"], 3).tolist()) for _ in range(12)]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=8), st.integers(0, 99))
def test_words_hold_exactly_what_was_added_and_not_removed(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[bool, int]], seed: int
) -> None:
    """After any additions and removals, each in its own commit, exactly the documents that are left are found."""
    folder = tmp_path_factory.mktemp("any") / "words"
    texts, held = several(seed), {}
    with WordWriter(folder) as writer:
        for seq, (add, document) in enumerate(operations, 1):
            if add and document not in held:
                held[document] = {
                    document * 10 + i: f"common {t}" for i, t in enumerate(texts[document : document + 3])
                }
                writer.add(document, held[document].items())
            elif not add:
                held.pop(document, None)
                writer.remove(document)
            writer.commit(seq)
        assert [writer.holds(document) for document in range(1, 5)] == [d in held for d in range(1, 5)]
    if operations:
        found = WordReader(folder).nearest("common", 99)[0].tolist()
        assert sorted(found) == sorted(id_ for paragraphs in held.values() for id_ in paragraphs)
