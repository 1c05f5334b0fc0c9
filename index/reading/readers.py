"""What a reader is, and which are installed. A package adds one of its own by an entry point of `askfolder.readers`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from index.errors import AskfolderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.reading.extraction import Extraction
    from index.reading.settings import ReadingSettings

GROUP = "askfolder.readers"
_OURS = "askfolder"


def _never(data: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Reader:
    """A kind of file, how it is known, and how it is read.

    Attributes:
        name: One word that people see: "pdf".
        version: Grows whenever the same bytes are read differently; documents read by a lower one are read again.
        suffixes: In lower case, with the dot.
        read: Gives a file's extraction from its bytes. Runs in a process of its own, which is ended at the limit of
            time or memory. Raises UnreadableFileError, or one of those below it, with a message without the file's
            name ("it is protected by a password"), and nothing else.
        recognises: Says from a file's bytes that it is surely of this kind, whatever its name says.
    """

    name: str
    version: int
    suffixes: frozenset[str]
    read: Callable[[bytes, ReadingSettings], Extraction]
    recognises: Callable[[bytes], bool] = _never

    @property
    def by_name_only(self) -> bool:
        """Whether any text may be of this kind, so that only the name tells."""
        return self.recognises is _never


@cache
def readers() -> tuple[Reader, ...]:
    """Give the installed readers: those of other packages first, so that they may take over a kind of file.

    Raises:
        AskfolderError: An installed package names a reader that is none.
    """
    points = sorted(
        entry_points(group=GROUP), key=lambda point: (point.dist is not None and point.dist.name == _OURS, point.name)
    )
    return tuple(_loaded(point.name, point.load) for point in points)


def _loaded(name: str, load: Callable[[], object]) -> Reader:
    try:
        reader = load()
    except (ImportError, AttributeError) as error:
        raise AskfolderError(f"The reader {name!r} of an installed package cannot be loaded: {error}.") from error
    if not isinstance(reader, Reader):
        raise AskfolderError(f"The entry point {name!r} of {GROUP} is no index.reading.Reader but {reader!r}.")
    return reader
