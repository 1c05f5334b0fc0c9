"""Documents that were handed over instead of being put into the folder: kept inside the index, by their content.

`uploads/SHA256.pdf` is a file, `uploads/SHA256.upload.json` says under which name it came. The name is only shown: no
path is ever made of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from filelock import FileLock

from index.atomic_files import replace_file
from index.errors import LimitError, UnknownDocumentError, UnreadableFileError, UnsupportedFileError
from index.files import FoundFile, stamp_of, too_large
from index.reading import has_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Set
    from typing import IO, BinaryIO

    from index.reading import Limits

UPLOADS = "uploads"
LONGEST_NAME = 120  # characters

_PART = ".part"  # of a file that is still on its way
_STALE = 24 * 3600  # seconds after which such a file has been given up
_CHUNK = 1 << 20  # bytes
_ID = re.compile("[0-9a-f]{64}")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories: control characters, and those that reorder a line


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed over.

    Attributes:
        id: SHA-256 of its bytes, 64 hexadecimal digits: the id of its document.
        source: What it is called where files below the folder are called by their path: "uploads/report.pdf".
        path: Where it is.
    """

    id: str
    source: str
    path: Path


class Uploads:
    """The uploads of one index. Safe to use from several threads and processes."""

    def __init__(self, index: Path) -> None:
        """Look at the uploads of the index at a path; nothing is made there before the first `add`."""
        self._folder = index / UPLOADS

    def __iter__(self) -> Iterator[Upload]:
        """Give the uploads in the order of their sources."""
        return iter(sorted(self._kept(), key=lambda upload: upload.source))

    def _kept(self) -> Iterator[Upload]:
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if _ID.fullmatch(path.stem):
                    yield Upload(path.stem, self._source(path), path)

    def _source(self, path: Path) -> str:
        try:
            source = json.loads(_note(path).read_text("utf-8"))["source"]
        except (OSError, ValueError, LookupError, TypeError):
            source = None
        # A name that was lost, or that somebody has put there, must not pass for a file of the folder.
        return source if isinstance(source, str) and _is_ours(source) else f"{UPLOADS}/{path.name}"

    def find(self, id_: str) -> Upload | None:
        """Give the upload with these bytes; None where there is none."""
        return next((upload for upload in self._kept() if upload.id == id_), None)

    def version(self) -> int:
        """Give a number that changes when an upload comes or goes: when their folder last changed, in nanoseconds."""
        try:
            return self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def files(self, limits: Limits, taken: Set[str] = frozenset()) -> list[FoundFile]:
        """List the uploads as `find_files` lists the files of a folder.

        Args:
            limits: `file_mb` is the size of the largest file to read.
            taken: Sources of other files; an upload that is called like one gets a number.
        """
        found = []
        uploads = tuple(self)
        used = taken | {upload.source for upload in uploads}
        for upload in uploads:
            try:
                status = upload.path.stat()
            except OSError:  # it was removed meanwhile
                continue
            reason = too_large(status.st_size, limits)
            source = _unlike(upload.source, used) if upload.source in taken else upload.source
            used |= {source}
            found.append(FoundFile(source, status.st_size, stamp_of(status), reason, upload.path))
        return found

    def add(self, stream: BinaryIO, name: str, limits: Limits) -> Upload:
        """Keep a file; the same bytes are kept once, under the name by which they came first.

        Args:
            stream: Its bytes, from where it stands to its end.
            name: What the file is called; only its last part is used, and of that what can be shown.
            limits: `file_mb` is the size of the largest file to take.

        Raises:
            UnsupportedFileError: There is no reader for files with this suffix.
            LimitError: It is larger than the limit; nothing of it is kept.
            UnreadableFileError: It is empty.
        """
        shown = shown_name(name)
        suffix = PurePosixPath(shown).suffix.lower()
        if not has_reader(shown):
            raise UnsupportedFileError(f"no reader for {suffix} files")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._clear_parts()
        with NamedTemporaryFile(dir=self._folder, suffix=_PART, delete=False) as part:
            try:
                id_ = _copy(stream, part, limits)
            except BaseException:
                part.close()
                Path(part.name).unlink()
                raise
        with FileLock(self._folder / "writer.lock"):
            known = self.find(id_)
            if known is not None:
                Path(part.name).unlink()
                return known
            source = _unlike(f"{UPLOADS}/{shown}", {upload.source for upload in self._kept()})
            path = self._folder / f"{id_}{suffix}"
            replace_file(_note(path), json.dumps({"source": source}).encode())
            Path(part.name).replace(path)  # last: from here on it is an upload
        return Upload(id_, source, path)

    def remove(self, id_: str) -> None:
        """Delete an upload.

        Raises:
            UnknownDocumentError: There is none with this id.
        """
        upload = self.find(id_)
        if upload is None:
            raise UnknownDocumentError(f"There is no upload {id_!r}.")
        upload.path.unlink(missing_ok=True)
        _note(upload.path).unlink(missing_ok=True)

    def _clear_parts(self) -> None:
        """Delete what a crash has left of files on their way."""
        for part in self._folder.glob(f"*{_PART}"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > _STALE:
                    part.unlink()


def _note(path: Path) -> Path:
    return path.with_name(f"{path.stem}.upload.json")


def shown_name(name: str) -> str:
    """Give the last part of a file's name or path, on one line, without what is not seen, at most 120 characters."""
    visible = _visible(re.split(r"[/\\]", name.strip())[-1]) or "document"
    suffix = PurePosixPath(visible).suffix[: LONGEST_NAME // 2]
    return visible if len(visible) <= LONGEST_NAME else visible[: LONGEST_NAME - len(suffix) - 1] + "…" + suffix


def _visible(name: str) -> str:
    kept = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(kept.split()).strip(". ")


def _is_ours(source: str) -> bool:
    folder, _, name = source.partition("/")
    return folder == UPLOADS and bool(name) and "/" not in name and name == _visible(name)


def _unlike(source: str, taken: Set[str]) -> str:
    """Give a source that is not taken: "uploads/report.pdf", "uploads/report (2).pdf"."""
    path, number, free = PurePosixPath(source), 2, source
    while free in taken:
        free, number = str(path.with_name(f"{path.stem} ({number}){path.suffix}")), number + 1
    return free


def _copy(stream: BinaryIO, part: IO[bytes], limits: Limits) -> str:
    """Copy a stream to a file, flushed to the disk; give its SHA-256."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if too_large(size, limits):  # by how much is not known before the end
            raise LimitError(f"it is larger than {limits.file_mb} MB", "file_mb")
        digest.update(chunk)
        part.write(chunk)
    if not size:
        raise UnreadableFileError("the file is empty")
    part.flush()
    os.fsync(part.fileno())
    return digest.hexdigest()
