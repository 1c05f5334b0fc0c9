"""The files below a folder, and how to tell without reading one whether it has changed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError, UnsupportedFileError
from index.reading import reader_name

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 200 << 20  # bytes


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below the folder.

    Attributes:
        source: Path below the folder, with forward slashes.
        size: Bytes.
        stamp: Size and times: a file whose stamp is the same has the same bytes.
        reason: Why it is not to be opened; None for a file to read.
    """

    source: str
    size: int
    stamp: str
    reason: str | None = None


def find_files(folder: Path, leave_out: Path) -> list[FoundFile]:
    """List the files below a folder in the order of their paths.

    Hidden files and folders, Office's lock files and the folder `leave_out` are passed over. What can be seen and not
    read is listed with the reason: files of an unknown kind, links that lead out of the folder, pipes and devices,
    folders that may not be opened.
    """
    return sorted(_walk(folder, folder.resolve(), leave_out.resolve()), key=lambda file: file.source)


def _walk(folder: Path, root: Path, leave_out: Path) -> Iterator[FoundFile]:
    pending = [folder]
    while pending:
        parent = pending.pop()
        try:
            entries = list(os.scandir(parent))
        except OSError as error:
            yield FoundFile(_source(parent, folder), 0, "", f"the folder cannot be opened: {error.strerror}")
            continue
        for entry in entries:
            path = Path(entry.path)
            # Resolved, because the same folder may be written with dots or through a link.
            if entry.name.startswith((".", "~$")) or root / path.relative_to(folder) == leave_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                yield _found(path, folder, root)


def _found(path: Path, folder: Path, root: Path) -> FoundFile:
    source = _source(path, folder)
    try:
        status = path.stat()
        inside = path.resolve().is_relative_to(root)
    except OSError as error:
        return FoundFile(source, 0, "", error.strerror or "it cannot be looked at")
    stamp = stamp_of(status)
    if source != str(path.relative_to(folder).as_posix()):
        return FoundFile(source, 0, stamp, "its name is not valid text: rename it")
    if not inside:
        return FoundFile(source, 0, stamp, "it is a link that leads out of the folder")
    if stat.S_ISDIR(status.st_mode):
        return FoundFile(source, 0, stamp, "it is a link to a folder, and those are not followed")
    if not stat.S_ISREG(status.st_mode):
        return FoundFile(source, 0, stamp, "it is no ordinary file")
    try:
        reader_name(source, b"")
    except UnsupportedFileError as error:
        return FoundFile(source, status.st_size, stamp, str(error))
    if status.st_size > LARGEST_FILE:
        return FoundFile(source, status.st_size, stamp, f"it is larger than {LARGEST_FILE >> 20} MB")
    return FoundFile(source, status.st_size, stamp)


def _source(path: Path, folder: Path) -> str:
    """Write a path below the folder as text; bytes of a name that are none are written as escapes."""
    source = path.relative_to(folder).as_posix()
    return source.encode("utf-8", "backslashreplace").decode()


def stamp_of(status: os.stat_result) -> str:
    """Write a file's size and times as text."""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


@dataclass(frozen=True, slots=True)
class FileBytes:
    """A file's bytes as read at one moment.

    Attributes:
        data: The bytes.
        sha256: Of the bytes, 64 hexadecimal digits.
        stamp: As in `FoundFile`; None where the file was changing while it was read, or so shortly before that a
            further change might leave the same times.
    """

    data: bytes
    sha256: str
    stamp: str | None


def read_bytes(path: Path) -> FileBytes:
    """Read a file.

    Raises:
        UnreadableFileError: It cannot be opened.
    """
    try:
        now = time.time_ns()
        with path.open("rb") as file:
            before = stamp_of(os.fstat(file.fileno()))
            data = file.read()
            status = os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableFileError(f"it cannot be opened: {error.strerror}") from error
    stamp = stamp_of(status)
    # File systems that keep whole seconds (FAT keeps even ones) give two writes in a row the same time.
    coarse = status.st_mtime_ns % 1_000_000_000 == 0
    settled = now - max(status.st_mtime_ns, status.st_ctime_ns) > (2_000_000_000 if coarse else 100_000_000)
    return FileBytes(data, hashlib.sha256(data).hexdigest(), stamp if settled and stamp == before else None)
