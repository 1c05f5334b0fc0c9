"""Where a folder's index is kept."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from index.errors import FolderError
from index.store import DATABASE

INDEX_NAME = ".askfolder"


def has_index(folder: str | os.PathLike[str], index: str | os.PathLike[str] | None = None) -> bool:
    """Tell whether a folder has an index; arguments as for `DocumentIndex`."""
    return (find_place(Path(folder).expanduser().absolute(), index) / DATABASE).is_file()


def find_place(folder: Path, index: str | os.PathLike[str] | None) -> Path:
    """Give the place of a folder's index, whether there is one or not."""
    path = folder / INDEX_NAME if index is None else Path(index).expanduser().absolute()
    if index is None and not os.access(path if path.exists() else folder, os.W_OK):
        import platformdirs

        name = f"{folder.name}-{hashlib.sha256(str(folder).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
        path = platformdirs.user_data_path("askfolder") / name
    return path


def make_place(folder: Path, index: str | os.PathLike[str] | None) -> Path:
    """Give the place of a folder's index, made if need be."""
    path = find_place(folder, index)
    try:
        path.mkdir(parents=True, exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")  # an index is no source: keep it out of repositories
    except OSError as error:
        raise FolderError(
            f"The index cannot be written to {path} ({error.strerror}). Name another place with --index PATH."
        ) from error
    return path


def empty_place(path: Path) -> None:
    """Delete what an index consists of, and nothing else that somebody may keep in its folder."""
    shutil.rmtree(path / "words", ignore_errors=True)
    # The database goes last: broken off in between, the rest can be made from it again.
    for file in [*path.glob("vectors*"), *path.glob(f"{DATABASE}*")]:
        file.unlink()
