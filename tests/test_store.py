"""Store: what goes in comes out, is seen when a file points to it, and is gone when none does."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, PageSpan, Paragraph, Part, ReadingReport
from index.errors import IndexDamagedError, IndexMismatchError
from index.records import Change, EmbeddedDocument, FileRecord, State
from index.store import DATABASE, Store, vector_ids, vector_range

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WIDTH = 4


def embedded(name: str, pieces: tuple[int, ...] = (1, 2)) -> EmbeddedDocument:
    """A document with as many paragraphs as `pieces` says, each of so many pieces."""
    text = "".join(f"{name} {number}. " for number in range(len(pieces)))
    step = len(name) + 4
    return EmbeddedDocument(
        document=Document(
            id=hashlib.sha256(name.encode()).hexdigest(),
            source=f"{name}.txt",
            title=None,
            author=None,
            date=None,
            text=text,
            paragraphs=tuple(Paragraph(n + 1, n * step, (n + 1) * step - 1) for n in range(len(pieces))),
        ),
        kind="text",
        vectors=np.full((sum(pieces), WIDTH), 0.5, np.float32),
        owners=np.repeat(np.arange(len(pieces)), pieces),
    )


def plenty() -> Document:
    """A document that has everything that one can have."""
    return Document(
        id="ab" * 32,
        source="minutes.pdf",
        title="Minutes – “naïve” 𝒳\u2028of",
        author="A. Müller; B.",
        date="2024-06",
        text="Minutes\nFirst paragraph\nsecond 𝒳 page\nTail",
        paragraphs=(
            Paragraph(1, 8, 38, "note", ("Part I", "§ 2 “b”"), (PageSpan(3, 8, 24), PageSpan(4, 24, 38))),
            Paragraph(2, 39, 43, "row"),
        ),
        parts=(Part("title", 0, 7), Part("tail", 39, 43)),
        page_count=9,
        report=ReadingReport((1, 2), (3,), (5, 8), "cp1252"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with closing(Store(tmp_path)) as opened:
        yield opened


def publish(store: Store, *names: str, gone: tuple[str, ...] = ()) -> dict[str, int]:
    """Store documents and publish each as NAME.txt."""
    keys = store.add_documents([embedded(name) for name in names])
    records = [
        FileRecord(f"{name}.txt", "1-2-3", key, sha256=id_)
        for name, (id_, key) in zip(names, keys.items(), strict=True)
    ]
    store.publish(records, gone)
    return {name: record.document or 0 for name, record in zip(names, records, strict=True)}


def holdings(store: Store) -> list[tuple[str, int, str, int, int]]:
    """Give the files that hold a document, as tuples."""
    return [(h.source, h.document, h.id, h.first, h.end) for h in store.holdings()]


def test_store_document_comes_out_as_it_went_in(store: Store) -> None:
    """Every field of a document survives, under the source that is asked for."""
    document = plenty()
    vectors = EmbeddedDocument(document, "pdf", np.eye(2, WIDTH, dtype=np.float32), np.array([0, 1], np.int64))
    (key,) = store.add_documents([vectors]).values()
    assert store.document(key, "minutes.pdf") == document
    assert store.text(key) == document.text
    store.publish([FileRecord("minutes.pdf", None, key, sha256=document.id)])
    (summary,) = store.summaries()
    assert (summary.id, summary.source, summary.copies, summary.kind) == (document.id, "minutes.pdf", (), "pdf")
    assert (summary.title, summary.author, summary.date) == (document.title, document.author, document.date)
    assert (summary.page_count, summary.paragraph_count, summary.report) == (9, 2, document.report)
    ((source, _, id_, first, end),) = holdings(store)
    assert (source, id_) == ("minutes.pdf", document.id)
    found = store.paragraphs([first, end - 1, end])
    assert [found[id_].paragraph for id_ in (first, end - 1)] == list(document.paragraphs)
    assert (found[first].title, found[first].document_id, found[first].document) == (document.title, document.id, key)
    assert len(found) == 2


def test_store_document_is_seen_from_the_moment_a_file_points_to_it(store: Store) -> None:
    """A stored document is invisible before it is published and after its last file is gone."""
    ((id_, key),) = store.add_documents([embedded("a")]).items()
    assert store.document_ids() == {key: id_}
    for record, visible in ((None, False), (FileRecord("a.txt", "s", key, sha256=id_), True)):
        store.publish([record] if record else [])
        assert [summary.source for summary in store.summaries()] == (["a.txt"] if visible else [])
        assert [holding[:3] for holding in holdings(store)] == ([("a.txt", key, id_)] if visible else [])
    store.publish([], gone=["a.txt"])
    assert store.holdings() == []
    assert store.summaries() == []


def test_store_copies_are_one_document_under_the_first_source(store: Store) -> None:
    """Files with the same bytes are one document, cited under the first of them in alphabetical order."""
    ((id_, key),) = store.add_documents([embedded("a")]).items()
    store.publish([FileRecord(source, "s", key, sha256=id_) for source in ("z.txt", "b/a.txt", "Z.txt", "é.txt")])
    (summary,) = store.summaries()
    assert (summary.source, summary.copies) == ("Z.txt", ("b/a.txt", "z.txt", "é.txt"))
    assert [holding[:2] for holding in holdings(store)] == [
        ("Z.txt", key),
        ("b/a.txt", key),
        ("z.txt", key),
        ("é.txt", key),
    ]


def test_store_vectors_are_kept_in_half_precision_under_paragraph_and_piece(store: Store) -> None:
    """A vector's id holds its paragraph and, in the low 16 bits, which piece it is."""
    rows = np.random.default_rng(1).standard_normal((6, WIDTH)).astype(np.float32)
    document = embedded("a", (1, 3, 2))
    document = EmbeddedDocument(document.document, "text", rows, document.owners)
    store.add_documents([document])
    ((first, end),) = ((change.first, change.end) for change in store.changes_since(0))
    ids, vectors = store.vectors(first, end, WIDTH)
    assert [(id_ >> 16) - first for id_ in ids.tolist()] == [0, 1, 1, 1, 2, 2]
    assert [id_ & 0xFFFF for id_ in ids.tolist()] == [0, 0, 1, 2, 0, 1]
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, rows.astype(np.float16).astype(np.float32))
    ids, vectors = store.vectors(first + 1, first + 2, WIDTH)
    np.testing.assert_array_equal(vectors, rows[1:4].astype(np.float16).astype(np.float32))
    assert store.vectors(end, end + 5, WIDTH)[1].shape == (0, WIDTH)


@given(st.lists(st.integers(1, 5), max_size=8))
def test_vector_ids_ascend_and_lie_in_their_paragraphs_range(pieces: list[int]) -> None:
    """Ids of pieces ascend, and each lies in the range of its paragraph and of no other."""
    owners = np.repeat(np.arange(10, 10 + len(pieces)), pieces)
    ids = vector_ids(owners)
    assert (np.diff(ids) > 0).all()
    for id_, owner in zip(ids.tolist(), owners.tolist(), strict=True):
        first, end = vector_range(owner, owner + 1)
        assert first <= id_ < end


def test_store_what_no_file_holds_is_deleted_and_logged(store: Store, tmp_path: Path) -> None:
    """Deleting leaves nothing of a document but its row in the log, and all of the others."""
    keys = publish(store, "a", "b")
    store.publish([], gone=["a.txt"])
    store.delete_unheld()
    store.delete_unheld()
    assert store.changes_since(0) == [
        Change(1, "add", keys["a"], 1, 3),
        Change(2, "add", keys["b"], 3, 5),
        Change(3, "remove", keys["a"], 1, 3),
    ]
    assert store.changes_since(2) == [Change(3, "remove", keys["a"], 1, 3)]
    assert list(store.document_ids()) == [keys["b"]]
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        assert database.execute("SELECT count(*), min(id) FROM paragraphs").fetchone() == (2, 3)
        assert database.execute("SELECT count(*), min(id) >> 16 FROM vectors").fetchone() == (3, 3)


def test_store_text_that_was_deleted_is_not_left_in_the_file(tmp_path: Path) -> None:
    """A document that is forgotten leaves none of its words in the database."""
    secret = "nightingale"
    with closing(Store(tmp_path)) as store:
        publish(store, secret, "other")
        store.publish([], gone=[f"{secret}.txt"])
        store.delete_unheld()
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]
    data = (tmp_path / DATABASE).read_bytes()
    assert b"other 1." in data
    assert secret.encode() not in data


def test_store_numbers_are_never_used_twice(store: Store) -> None:
    """Keys and paragraphs of a document that was deleted, the last one included, are given to no other."""
    first = publish(store, "a", "b")
    store.publish([], gone=["a.txt", "b.txt"])
    store.delete_unheld()
    second = publish(store, "a")
    assert second["a"] > max(first.values())
    assert [holding[1:] for holding in holdings(store)] == [(second["a"], embedded("a").document.id, 5, 7)]


def test_store_state_moves_with_every_change_that_readers_see(store: Store) -> None:
    """Adding, publishing and deleting each make another state; reading makes none."""
    states = [store.state()]
    ((id_, key),) = store.add_documents([embedded("a")]).items()
    states.append(store.state())
    store.publish([FileRecord("a.txt", "s", key, sha256=id_)])
    states.append(store.state())
    store.publish([], gone=["a.txt"])
    states.append(store.state())
    store.delete_unheld()
    states.append(store.state())
    assert states == [State(0, 0), State(1, 0), State(1, 1), State(1, 2), State(2, 2)]


def test_store_snapshot_sees_one_state_whatever_others_write(store: Store, tmp_path: Path) -> None:
    """Within a snapshot a reader sees what it saw first; after it, what was written meanwhile."""
    publish(store, "a")
    with closing(Store(tmp_path)) as reader:
        with reader.snapshot():
            before = (reader.state(), reader.summaries())
            publish(store, "b", gone=("a.txt",))
            store.delete_unheld()
            assert (reader.state(), reader.summaries()) == before
        assert [summary.source for summary in reader.summaries()] == ["b.txt"]


def test_store_batch_that_fails_leaves_nothing(store: Store) -> None:
    """An error in the middle of a transaction takes all of it back."""

    def documents() -> Iterator[EmbeddedDocument]:
        yield embedded("a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        store.add_documents(documents())
    assert store.document_ids() == {}
    assert store.state() == State(0, 0)
    assert publish(store, "a") == {"a": 1}


def test_store_files_are_remembered_as_recorded(store: Store) -> None:
    """Files come back as they were published, the latest record of each."""
    key = publish(store, "a")["a"]
    records = [FileRecord("b.txt", None, reason="it cannot be opened: x"), FileRecord("c.txt", "1-1-1", sha256="00")]
    store.publish(records)
    store.publish([FileRecord("c.txt", "2-2-2", reason="the file is empty", sha256="11")])
    assert store.files() == {
        "a.txt": FileRecord("a.txt", "1-2-3", key, sha256=embedded("a").document.id),
        "b.txt": records[0],
        "c.txt": FileRecord("c.txt", "2-2-2", reason="the file is empty", sha256="11"),
    }


def test_store_settings_are_kept(tmp_path: Path) -> None:
    """Settings survive closing; one that was never made is None."""
    with closing(Store(tmp_path)) as store:
        assert store.setting("model") is None
        store.change_settings({"model": "m", "width": "4"})
        store.change_settings({"width": "5"})
    with closing(Store(tmp_path)) as store:
        assert (store.setting("model"), store.setting("width")) == ("m", "5")


def test_store_of_another_format_is_refused(tmp_path: Path) -> None:
    """A later version's database is not touched; the message holds both versions and what to do."""
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        database.execute("PRAGMA user_version = 1")
    with pytest.raises(
        IndexMismatchError, match=r"has format 1; this version of askfolder reads format 2\..*--rebuild"
    ):
        Store(tmp_path)


def test_store_waits_for_another_that_is_making_the_database(tmp_path: Path) -> None:
    """Who opens a database while another has it to itself waits for a while, and then opens it."""
    with closing(sqlite3.connect(tmp_path / DATABASE, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.2, other.execute, ["COMMIT"])
        timer.start()
        with closing(Store(tmp_path)) as store:
            assert store.state() == State(0, 0)
        timer.join()


@pytest.mark.parametrize(
    "data", [b"This is no database, and it never was one.\n" * 40, b"SQLite format 3\0" + b"\7" * 500]
)
def test_store_that_is_no_database_is_damaged(tmp_path: Path, data: bytes) -> None:
    """Other bytes in the database's place are an error that says how to begin anew, and stay as they are."""
    (tmp_path / DATABASE).write_bytes(data)
    with pytest.raises(
        IndexDamagedError, match=r"^The index in .* cannot be read \(.*\)\. Make it anew with: .*--rebuild"
    ):
        Store(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == data


def test_store_damaged_in_its_middle_is_an_error_with_advice(tmp_path: Path) -> None:
    """Damage that shows only when the rows are read is the same error as damage at the beginning."""
    with closing(Store(tmp_path)) as store:
        publish(store, *(f"document {number}" for number in range(40)))
    file = tmp_path / DATABASE
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    with closing(Store(tmp_path)) as store:
        with (
            pytest.raises(IndexDamagedError, match=r"^The index in .* cannot be read \(.*malformed.*--rebuild"),
            store.snapshot(),
        ):
            store.summaries()
        with pytest.raises(IndexDamagedError, match=r"^The index in .* cannot be read \(.*malformed.*--rebuild"):
            publish(store, "one more")


def test_store_finds_a_documents_paragraphs_without_reading_all(store: Store, tmp_path: Path) -> None:
    """No query about one document goes through the paragraphs of the others."""
    publish(store, "a", "b")
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        for query in ("SELECT number FROM paragraphs WHERE document = 1 ORDER BY number",):
            steps = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert steps == ["SEARCH paragraphs USING INDEX paragraphs_by_document (document=?)"] or steps == [
                "SEARCH paragraphs USING COVERING INDEX paragraphs_by_document (document=?)"
            ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("vwxyz") | st.none(), min_size=1), max_size=6))
def test_store_holds_what_was_published_last(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[dict[str, str | None]]
) -> None:
    """After any rounds of files coming, changing, being copied and going, exactly what they hold now is there."""
    held: dict[str, str] = {}
    with closing(Store(tmp_path_factory.mktemp("store"))) as store:
        for files in rounds:
            keys = {id_: key for key, id_ in store.document_ids().items()}
            new = {name for name in files.values() if name and embedded(name).document.id not in keys}
            keys |= store.add_documents([embedded(name) for name in sorted(new)])
            records = [
                FileRecord(source, "s", keys[embedded(name).document.id], sha256=embedded(name).document.id)
                for source, name in files.items()
                if name
            ]
            gone = [source for source, name in files.items() if name is None]
            store.publish(records, gone)
            store.delete_unheld()
            held = {source: name for source, name in {**held, **files}.items() if name}
            expected: dict[str, list[str]] = {}
            for source in sorted(held):
                expected.setdefault(embedded(held[source]).document.id, []).append(source)
            assert {s.id: [s.source, *s.copies] for s in store.summaries()} == expected
            assert set(store.document_ids().values()) == expected.keys()
            ranges = sorted({(holding.first, holding.end) for holding in store.holdings()})
            assert all(a[1] <= b[0] for a, b in pairwise(ranges))
