"""The files below a folder, and how to tell without reading one whether it has changed."""

from __future__ import annotations

import hashlib
import math
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LimitError, UnreadableFileError
from index.ignore_rules import IGNORE_FILE, IgnoreRules, parse_ignore_rules
from index.reading import Limits, has_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_LIMITS = Limits()

_LARGEST_IGNORE_FILE = 100_000  # bytes
_MOST_BAD_PATTERNS = 5  # that one message shows
_MB = 1_000_000  # bytes
_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT: what Windows has beside symbolic links
# Not to wait for somebody to write into a pipe that has taken a file's place since it was looked at.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below the folder.

    Attributes:
        source: Path below the folder, with forward slashes.
        size: Bytes.
        stamp: Size and times: a file whose stamp is the same has the same bytes.
        reason: Why it is not to be opened; None for a file to read.
        path: Where it is; None for its source's place below the folder.
    """

    source: str
    size: int
    stamp: str
    reason: str | None = None
    path: Path | None = None


def find_files(folder: Path, leave_out: Path, limits: Limits = DEFAULT_LIMITS) -> list[FoundFile]:
    """List the files below a folder in the order of their paths.

    Hidden files and folders, Office's lock files, the folder `leave_out` and what the patterns of an `.askfolderignore`
    name are passed over, as if they were not there. What can be seen and not read is listed with the reason: files of
    an unknown kind, files above the limit of size, links that lead out of the folder, pipes and devices, folders that
    may not be opened, and ignore files with lines that are no patterns.

    Args:
        folder: Where to look.
        leave_out: A folder that is not looked into, wherever it is; the index.
        limits: `file_mb` is the size of the largest file to read.
    """
    return sorted(_Walk(folder, leave_out, limits).files(), key=lambda file: file.source)


@dataclass(frozen=True, slots=True)
class _Branch:
    """A folder to look into, and the ignore rules that hold in it.

    Attributes:
        path: The folder.
        source: Its path below the folder to read, with a slash at the end; "" for that folder itself.
        rules: Of each ignore file above and in it, the nearest first, with the length of its folder's `source`.
    """

    path: str
    source: str
    rules: tuple[tuple[int, IgnoreRules], ...] = ()

    def leaves_out(self, name: str, *, is_folder: bool) -> bool:
        """Say whether the patterns leave out what the folder holds under a name."""
        source = self.source + name
        for start, rules in self.rules:
            if (decision := rules.decide(source[start:], is_folder=is_folder)) is not None:
                return decision
        return False


class _Walk:
    """One look at a folder and all below it."""

    def __init__(self, folder: Path, leave_out: Path, limits: Limits) -> None:
        self._folder = folder
        self._root = folder.resolve()
        # Resolved, because the same folder may be written with dots or through a link.
        left_out = leave_out.resolve()
        below = left_out.is_relative_to(self._root) and left_out != self._root
        self._left_out = left_out.relative_to(self._root).as_posix() if below else None
        self._limits = limits

    def files(self) -> Iterator[FoundFile]:
        pending = [_Branch(os.fspath(self._folder), "")]
        while pending:
            branch = pending.pop()
            try:
                with os.scandir(branch.path) as scan:
                    entries = list(scan)
            except OSError as error:
                source = _shown(branch.source.removesuffix("/")) or "."
                yield FoundFile(source, 0, "", f"the folder cannot be opened: {error.strerror}")
                continue
            ignore_file = next((entry for entry in entries if entry.name == IGNORE_FILE), None)
            if ignore_file is not None:
                rules, complaint = _read_ignore_file(ignore_file, branch.source + IGNORE_FILE)
                branch = _Branch(branch.path, branch.source, ((len(branch.source), rules), *branch.rules))
                if complaint is not None:
                    yield complaint
            for entry in entries:
                # Office's lock files begin with "~$".
                if entry.name.startswith((".", "~$")) or branch.source + entry.name == self._left_out:
                    continue
                is_folder = _is_folder(entry)
                if branch.leaves_out(entry.name, is_folder=is_folder):
                    continue
                if is_folder:
                    pending.append(_Branch(entry.path, f"{branch.source}{entry.name}/", branch.rules))
                else:
                    yield self._found(entry, branch.source + entry.name)

    def _found(self, entry: os.DirEntry[str], source: str) -> FoundFile:
        shown = _shown(source)
        is_link = entry.is_symlink()
        try:
            # Not the times that the folder's listing holds, which Windows does not keep up to date.
            status = Path(entry.path).stat()
            inside = not is_link or Path(entry.path).resolve().is_relative_to(self._root)
        except OSError as error:
            return FoundFile(shown, 0, "", error.strerror or "it cannot be looked at")
        stamp = stamp_of(status)
        if shown != source:
            return FoundFile(shown, 0, stamp, "its name is not valid text: rename it")
        if not inside:
            return FoundFile(shown, 0, stamp, "it is a link that leads out of the folder")
        if stat.S_ISDIR(status.st_mode):
            return FoundFile(shown, 0, stamp, "it is a link to a folder, and those are not followed")
        if not stat.S_ISREG(status.st_mode):
            return FoundFile(shown, 0, stamp, "it is no ordinary file")
        if not has_reader(source):
            return FoundFile(shown, status.st_size, stamp, f"no reader for {Path(source).suffix.lower()} files")
        return FoundFile(shown, status.st_size, stamp, too_large(status.st_size, self._limits))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a folder to look into; links and Windows' junctions to folders are none."""
    try:
        if not entry.is_dir(follow_symlinks=False):
            return False
        tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) if os.name == "nt" else 0
    except OSError:
        return False  # what is the matter comes out when it is looked at as a file
    return tag != _JUNCTION


def _shown(source: str) -> str:
    """Write a path as text; bytes of a name that are none are written as escapes."""
    return source if source.isascii() else source.encode("utf-8", "backslashreplace").decode()


def too_large(size: int, limits: Limits) -> str | None:
    """Say that a file of `size` bytes is above the limit, and how to have it read; None where it is not."""
    if size <= limits.file_mb * _MB:
        return None
    return f"it is larger than {limits.file_mb} MB; --limit file_mb={math.ceil(size / _MB)} reads it"


def _read_ignore_file(entry: os.DirEntry[str], source: str) -> tuple[IgnoreRules, FoundFile | None]:
    """Read an ignore file; what of it leaves nothing out is told as if it were a file that cannot be read."""
    size, stamp = 0, ""
    try:
        if entry.is_symlink():
            raise UnreadableFileError("it is a link")
        data, _, status = _read(Path(entry.path), _LARGEST_IGNORE_FILE)
        size, stamp = status.st_size, stamp_of(status)
        rules = parse_ignore_rules(_text_of(data))
    except UnreadableFileError as error:
        return IgnoreRules((), ()), FoundFile(_shown(source), size, stamp, f"nothing is left out by it: {error}")
    if not rules.bad:
        return rules, None
    shown = "; ".join(map(str, rules.bad[:_MOST_BAD_PATTERNS]))
    more = len(rules.bad) - _MOST_BAD_PATTERNS
    reason = f"{shown}{f'; and {more:,} more lines' if more > 0 else ''}"
    return rules, FoundFile(_shown(source), size, stamp, reason)


def _text_of(ignore_file: bytes) -> str:
    if len(ignore_file) > _LARGEST_IGNORE_FILE:
        raise UnreadableFileError(f"it is larger than {_LARGEST_IGNORE_FILE // 1000} kB")
    is_wide = ignore_file.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = ignore_file.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError("it is no UTF-8 text; save it as that") from error
    if "\0" in text:
        raise UnreadableFileError("it is no text")
    return text


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


def read_bytes(path: Path, limits: Limits = DEFAULT_LIMITS, *, within: Path | None = None) -> FileBytes:
    """Read a file, which may be another by now than the one that was found.

    Args:
        path: The file.
        limits: `file_mb` is the size of the largest file to read.
        within: A folder out of which no link may lead.

    Raises:
        UnreadableFileError: It cannot be opened, is no ordinary file, or is not in the folder `within`.
        LimitError: It has grown beyond the limit.
    """
    now = time.time_ns()
    largest = limits.file_mb * _MB
    data, before, status = _read(path, largest, within)
    if (reason := too_large(max(len(data), status.st_size), limits)) and len(data) > largest:
        raise LimitError(reason, "file_mb")
    stamp = stamp_of(status)
    # File systems that keep whole seconds (FAT keeps even ones) give two writes in a row the same time.
    coarse = status.st_mtime_ns % 1_000_000_000 == 0
    settled = now - max(status.st_mtime_ns, status.st_ctime_ns) > (2_000_000_000 if coarse else 100_000_000)
    return FileBytes(data, hashlib.sha256(data).hexdigest(), stamp if settled and stamp == stamp_of(before) else None)


def _read(path: Path, largest: int, within: Path | None = None) -> tuple[bytes, os.stat_result, os.stat_result]:
    """Read at most `largest` + 1 bytes of an ordinary file; give its state before and after as well."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFileError("it is no ordinary file")
        with open(path, "rb", opener=_open_without_waiting) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise UnreadableFileError("it is no ordinary file")
            if within is not None and not _is_within(path, before, within):
                raise UnreadableFileError("it is a link that leads out of the folder")
            data = file.read(min(before.st_size, largest) + 1)
            if before.st_size < len(data) <= largest:
                data += file.read(largest + 1 - len(data))  # it has grown since
            return data, before, os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableFileError(f"it cannot be opened: {error.strerror}") from error


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_WAIT)


def _is_within(path: Path, opened: os.stat_result, folder: Path) -> bool:
    """Say whether the file that was opened at a path stands in a folder, even if the path leads elsewhere by now."""
    real = path.resolve(strict=True)
    return real.is_relative_to(folder.resolve()) and os.path.samestat(real.stat(follow_symlinks=False), opened)
