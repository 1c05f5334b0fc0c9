"""SQLite: the truth about a folder's documents. Texts, paragraphs, vectors, files, and the log of changes.

What the other indexes hold can always be made again from here. A document becomes visible when a file points to it
(`publish`), in one transaction, so that a reader sees a file's old text or its new one and nothing between.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from index.documents import Document, DocumentSummary, PageSpan, Paragraph, Part, ReadingReport
from index.errors import FolderError, IndexDamagedError, IndexMismatchError
from index.layout import PageLayout
from index.records import Change, FileRecord, Holding, State, StoredParagraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import EmbeddedDocument

FORMAT = 2
DATABASE = "index.sqlite"
BUSY_SECONDS = 30  # how long to wait while others write

PIECE_BITS = 16  # a vector's id is its paragraph's id and, in the low bits, which piece of the paragraph it is

_SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again for another document
    id TEXT NOT NULL,  -- twice for a moment, while the same bytes are read anew
    kind TEXT NOT NULL,
    title TEXT, author TEXT, date TEXT, language TEXT,
    page_count INTEGER,
    report TEXT NOT NULL,
    first_paragraph INTEGER NOT NULL,
    paragraph_count INTEGER NOT NULL,
    text TEXT NOT NULL,  -- from here on large, and therefore last
    parts TEXT NOT NULL,
    layout BLOB  -- where each word stands on its page
);
CREATE INDEX documents_by_id ON documents (id);
CREATE TABLE paragraphs (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    headings TEXT NOT NULL,
    pages TEXT NOT NULL,
    ocr REAL
);
CREATE INDEX paragraphs_by_document ON paragraphs (document, number);
CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE files (
    source TEXT PRIMARY KEY,
    stamp TEXT,  -- size and times when it was read; NULL: look at its bytes again
    document INTEGER REFERENCES documents,
    reason TEXT,  -- why it was not read, where document is NULL
    sha256 TEXT,
    reading TEXT  -- by which reader, and what it lacked
) WITHOUT ROWID;
CREATE INDEX files_by_document ON files (document);
CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    operation TEXT NOT NULL CHECK (operation IN ('add', 'remove')),
    document INTEGER NOT NULL,
    first_paragraph INTEGER NOT NULL,
    end_paragraph INTEGER NOT NULL
);
"""


class Store:
    """One connection to the database. Not to be shared by two threads at once."""

    def __init__(self, folder: Path) -> None:
        """Open the database in `folder`, making it if there is none.

        Raises:
            IndexDamagedError: It is no database, or a damaged one.
            IndexMismatchError: It was written by another version of the format.
        """
        self._path = folder / DATABASE
        self._connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS
        )
        try:
            self._use_write_ahead_log()
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise self._damaged(error) from error
        except IndexMismatchError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _damaged(self, error: sqlite3.DatabaseError) -> IndexDamagedError:
        return IndexDamagedError(
            f"The index in {self._path.parent} cannot be read ({error}). "
            "Make it anew with: askfolder index FOLDER --rebuild"
        )

    @contextlib.contextmanager
    def in_words(self) -> Iterator[None]:
        """Say in words what SQLite finds out only as it reads and writes: damage, a full disk."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # the rest says more exactly where
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise self._damaged(error) from error
            if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR):
                raise FolderError(
                    f"The index in {self._path.parent} cannot be written ({error}). Nothing that was finished is lost; "
                    "make room, or name another place with --index PATH, and try again."
                ) from error
            raise

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one state of the database throughout, whatever others write meanwhile."""
        with self.in_words():
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._rollback()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._rollback()
                raise

    def _rollback(self) -> None:
        if self._connection.in_transaction:  # after a full disk, SQLite has done so by itself
            self._connection.execute("ROLLBACK")

    def _use_write_ahead_log(self) -> None:
        # At this switch SQLite does not wait while another process makes the same one: it fails at once.
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def _prepare(self) -> None:
        if self._connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            with self._transaction() as connection:
                # Another process may have made the tables between the look and the lock.
                if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                    for statement in _SCHEMA.split(";\n"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {FORMAT}")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version != FORMAT:
            raise IndexMismatchError(
                f"The index in {self._path.parent} has format {version}; this version of askfolder reads format "
                f"{FORMAT}. Make it anew with: askfolder index FOLDER --rebuild"
            )

    # Settings

    def setting(self, name: str) -> str | None:
        """Give a setting, None where it was never set."""
        row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def change_settings(self, settings: dict[str, str]) -> None:
        """Set several settings at once."""
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", settings.items())

    # Writing

    def add_documents(self, documents: Iterable[EmbeddedDocument]) -> dict[str, int]:
        """Store documents, their paragraphs and vectors in one transaction, invisible until a file points to them.

        Returns:
            The key of each by its id.
        """
        with self._transaction() as connection:
            return {embedded.document.id: self._add(connection, embedded) for embedded in documents}

    def _add(self, connection: sqlite3.Connection, embedded: EmbeddedDocument) -> int:
        document = embedded.document
        # The log remembers removed documents too, so that no id is ever used for a second paragraph.
        first = connection.execute("SELECT coalesce(max(end_paragraph), 1) FROM log").fetchone()[0]
        key = connection.execute(
            "INSERT INTO documents (id, kind, title, author, date, language, text, parts, page_count, report,"
            " first_paragraph, paragraph_count, layout) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(document.id, embedded.kind, document.title, document.author, document.date, document.language),
                *(
                    document.text,
                    json.dumps([(part.role, part.start, part.end, _spans(part.pages)) for part in document.parts]),
                ),
                *(document.page_count, json.dumps(asdict(document.report)), first, len(document.paragraphs)),
                document.layout and document.layout.packed,
            ),
        ).lastrowid
        connection.executemany(
            "INSERT INTO paragraphs VALUES (?,?,?,?,?,?,?,?,?)",
            (
                (
                    first + place,
                    key,
                    p.number,
                    p.start,
                    p.end,
                    p.kind,
                    json.dumps(p.headings),
                    json.dumps(_spans(p.pages)),
                    p.ocr,
                )
                for place, p in enumerate(document.paragraphs)
            ),
        )
        connection.executemany(
            "INSERT INTO vectors VALUES (?,?)",
            zip(
                vector_ids(first + embedded.owners).tolist(),
                (row.tobytes() for row in embedded.vectors.astype(np.float16)),
                strict=True,
            ),
        )
        connection.execute(
            "INSERT INTO log (operation, document, first_paragraph, end_paragraph) VALUES ('add',?,?,?)",
            (key, first, first + len(document.paragraphs)),
        )
        return key or 0  # there always is one after an INSERT

    def publish(self, files: Iterable[FileRecord], gone: Iterable[str] = ()) -> None:
        """Record files and forget those that are gone: from here on, readers see exactly the documents they hold."""
        with self._transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO files (source, stamp, document, reason, sha256, reading) VALUES (?,?,?,?,?,?)",
                ((f.source, f.stamp, f.document, f.reason, f.sha256, f.reading) for f in files),
            )
            connection.executemany("DELETE FROM files WHERE source = ?", ((source,) for source in gone))
            connection.execute(
                "INSERT INTO settings VALUES ('generation', 1) ON CONFLICT DO UPDATE SET value = value + 1"
            )

    def delete_unheld(self) -> None:
        """Delete every document that no file holds any more."""
        with self._transaction() as connection:
            unheld = connection.execute(
                "SELECT key, first_paragraph, first_paragraph + paragraph_count FROM documents"
                " WHERE key NOT IN (SELECT document FROM files WHERE document IS NOT NULL)"
            ).fetchall()
            for key, first, end in unheld:
                connection.execute("DELETE FROM vectors WHERE id >= ? AND id < ?", vector_range(first, end))
                connection.execute("DELETE FROM paragraphs WHERE id >= ? AND id < ?", (first, end))
                connection.execute("DELETE FROM documents WHERE key = ?", (key,))
                connection.execute(
                    "INSERT INTO log (operation, document, first_paragraph, end_paragraph) VALUES ('remove',?,?,?)",
                    (key, first, end),
                )

    # Reading: call within a snapshot where two answers have to agree

    def state(self) -> State:
        """Give what has been written until now."""
        seq = self._connection.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()[0]
        return State(seq, int(self.setting("generation") or 0))

    def changes_since(self, seq: int) -> list[Change]:
        """Give the log after change `seq`, in order."""
        rows = self._connection.execute(
            "SELECT seq, operation, document, first_paragraph, end_paragraph FROM log WHERE seq > ? ORDER BY seq",
            (seq,),
        )
        return [Change(*row) for row in rows]

    def vectors(self, first: int, end: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Give the vectors of the paragraphs `first` <= id < `end`: ids of shape (m,) and rows (m, width)."""
        rows = self._connection.execute(
            "SELECT id, vector FROM vectors WHERE id >= ? AND id < ? ORDER BY id", vector_range(first, end)
        ).fetchall()
        ids = np.array([row[0] for row in rows], np.int64)
        halves = np.frombuffer(b"".join(row[1] for row in rows), np.float16)
        return ids, halves.reshape(len(rows), width).astype(np.float32)

    def files(self) -> dict[str, FileRecord]:
        """Give all files by source."""
        rows = self._connection.execute("SELECT source, stamp, document, reason, sha256, reading FROM files")
        return {row[0]: FileRecord(*row) for row in rows}

    def document_ids(self) -> dict[int, str]:
        """Give the id of every stored document by its key, whether a file holds it or not; a later key is newer."""
        return dict(self._connection.execute("SELECT key, id FROM documents ORDER BY key").fetchall())

    def holdings(self) -> list[Holding]:
        """Give the files that hold a document, by source."""
        rows = self._connection.execute(
            "SELECT f.source, d.key, d.id, d.first_paragraph, d.first_paragraph + d.paragraph_count,"
            " d.author, d.date FROM files f JOIN documents d ON d.key = f.document ORDER BY f.source"
        )
        return [Holding(*row) for row in rows]

    def summaries(self, *, incomplete: bool = False) -> list[DocumentSummary]:
        """Give all visible documents, or those of them of which something could not be read, by source."""
        sources: dict[int, list[str]] = {}
        for holding in self.holdings():
            sources.setdefault(holding.document, []).append(holding.source)
        rows = self._connection.execute(
            "SELECT key, id, kind, title, author, date, language, page_count, paragraph_count, report FROM documents"
            " WHERE NOT ? OR report <> ?",
            (incomplete, json.dumps(asdict(ReadingReport()))),
        )
        summaries = [
            DocumentSummary(
                id=row[1],
                source=sources[row[0]][0],
                copies=tuple(sources[row[0]][1:]),
                kind=row[2],
                title=row[3],
                author=row[4],
                date=row[5],
                language=row[6],
                page_count=row[7],
                paragraph_count=row[8],
                report=_report_from_json(row[9]),
            )
            for row in rows
            if row[0] in sources
        ]
        return sorted(summaries, key=lambda summary: summary.source)

    def document(self, key: int, source: str) -> Document:
        """Give a whole document, as standing in the file `source`."""
        row = self._connection.execute(
            "SELECT id, title, author, date, text, parts, page_count, report, language, layout"
            " FROM documents WHERE key = ?",
            (key,),
        ).fetchone()
        paragraphs = self._connection.execute(
            "SELECT number, start, end, kind, headings, pages, ocr FROM paragraphs WHERE document = ? ORDER BY number",
            (key,),
        )
        return Document(
            id=row[0],
            source=source,
            title=row[1],
            author=row[2],
            date=row[3],
            text=row[4],
            paragraphs=tuple(_paragraph(values) for values in paragraphs),
            parts=tuple(Part(role, start, end, _page_spans(pages)) for role, start, end, pages in json.loads(row[5])),
            page_count=row[6],
            report=_report_from_json(row[7]),
            language=row[8],
            layout=PageLayout(row[9]) if row[9] is not None else None,
        )

    def paragraphs(self, ids: Sequence[int]) -> dict[int, StoredParagraph]:
        """Give the paragraphs with these ids, by id."""
        rows = self._connection.execute(
            "SELECT p.number, p.start, p.end, p.kind, p.headings, p.pages, p.ocr, p.id, d.key, d.id, d.title"
            " FROM paragraphs p JOIN documents d ON d.key = p.document"
            " WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[7]: StoredParagraph(_paragraph(row[:7]), *row[8:]) for row in rows}

    def paragraph_count(self) -> int:
        """Count the visible paragraphs."""
        query = "SELECT coalesce(sum(paragraph_count), 0) FROM documents WHERE key IN (SELECT document FROM files)"
        return int(self._connection.execute(query).fetchone()[0])

    def set_aside(self, key: int) -> str:
        """Give what of a document's text is in no paragraph, such as bylines and quoted mail, and its date."""
        text, parts, date = self._connection.execute(
            "SELECT text, parts, date FROM documents WHERE key = ?", (key,)
        ).fetchone()
        return "\n".join([date or "", *(text[start:end] for _, start, end, _ in json.loads(parts))])

    def kind(self, key: int) -> str:
        """Give the name of the reader that read a document."""
        return str(self._connection.execute("SELECT kind FROM documents WHERE key = ?", (key,)).fetchone()[0])

    def sources(self, key: int) -> list[str]:
        """Give the files that hold a document, in order."""
        rows = self._connection.execute("SELECT source FROM files WHERE document = ? ORDER BY source", (key,))
        return [row[0] for row in rows]

    def text(self, key: int) -> str:
        """Give a document's text."""
        return str(self._connection.execute("SELECT text FROM documents WHERE key = ?", (key,)).fetchone()[0])


def vector_ids(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give ids to vectors whose paragraphs are `owners`, ascending: the paragraph's id, then which piece it is."""
    first_of_owner = np.searchsorted(owners, owners)
    return (owners << PIECE_BITS) + (np.arange(len(owners)) - first_of_owner)


def vector_range(first: int, end: int) -> tuple[int, int]:
    """Give the range of the vectors of the paragraphs `first` <= id < `end`."""
    return first << PIECE_BITS, end << PIECE_BITS


def _paragraph(values: tuple[Any, ...]) -> Paragraph:
    number, start, end, kind, headings, pages, ocr = values
    return Paragraph(
        number=number,
        start=start,
        end=end,
        kind=kind,
        headings=tuple(json.loads(headings)),
        pages=_page_spans(json.loads(pages)),
        ocr=ocr,
    )


def _spans(pages: tuple[PageSpan, ...]) -> list[tuple[int, int, int, str | None]]:
    return [(span.page, span.start, span.end, span.name) for span in pages]


def _page_spans(spans: list[tuple[int, int, int, str | None]]) -> tuple[PageSpan, ...]:
    return tuple(PageSpan(*span) for span in spans)


def _report_from_json(report: str) -> ReadingReport:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(report).items()
    }
    return ReadingReport(**values)
