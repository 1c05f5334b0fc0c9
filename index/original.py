"""The very file that a document was read from: found again, and known by the SHA-256 of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from index.errors import FileChangedError, UnreadableFileError
from index.files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from index.reading.settings import Limits


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was when its document was read.

    Attributes:
        source: Path below the folder, with forward slashes, as in `Document`.
        data: All of its bytes.
    """

    source: str
    data: bytes


class FilePlace(NamedTuple):
    """Where a file is: its source, its path, and the folder out of which no link may lead."""

    source: str
    path: Path
    within: Path


def read_original(places: Iterable[FilePlace], sha256: str, limits: Limits) -> Original:
    """Read the first of some files whose bytes are those of a document.

    Args:
        places: At least one.
        sha256: The document's id.
        limits: `file_mb` is the size of the largest file to read.

    Raises:
        FileChangedError: None of them has these bytes.
    """
    failures = []
    sources = []
    for source, path, within in places:
        sources.append(source)
        try:
            file = read_bytes(path, limits, within=within)
        except UnreadableFileError as error:
            failures.append(error)
            continue
        if file.sha256 == sha256:
            return Original(source, file.data)
    because = f" ({failures[0]})" if failures else ""
    raise FileChangedError(
        f"{sources[0]} has changed or is gone since it was read{because}. Sync the folder to read it anew."
    ) from (failures[0] if failures else None)
