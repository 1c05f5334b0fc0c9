"""Whether a file that was read in part, or not at all, would be read better today: by a newer reader or settings."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import version
from typing import TYPE_CHECKING

from index.reading.readers import readers

if TYPE_CHECKING:
    from index.reading.process import Reading
    from index.reading.settings import ReadingSettings


def note(reading: Reading, settings: ReadingSettings) -> str:
    """Write down how a file was read: by which reader, and how what it lacked was set (JSON)."""
    lacked = {name: _state(name, settings) for name in reading.lacking}
    return json.dumps({"reader": reading.reader, "version": reading.version, "lacked": lacked}, sort_keys=True)


def would_read_better(noted: str | None, settings: ReadingSettings) -> bool:
    """Say whether to read a file again though its bytes are the same.

    A limit that was lowered and recognition that is switched off are no reason: what was read stays. A file that no
    password opened is tried again whenever any are given, for nothing of a password is kept to compare them with.

    Args:
        noted: What `note` wrote; None where the file was never opened.
        settings: How files are to be read now.
    """
    if noted is None:
        return False
    then = json.loads(noted)
    newest = max((reader.version for reader in readers() if reader.name == then["reader"]), default=0)
    return newest > then["version"] or any(_would_help(name, state, settings) for name, state in then["lacked"].items())


def _state(name: str, settings: ReadingSettings) -> int | str:
    """Give how a setting stands: a limit's number, whether recognition is possible, or which release this is."""
    if name == "release":
        return version("askfolder")
    if name == "ocr":
        return int(settings.ocr and shutil.which("tesseract") is not None)
    return int(getattr(settings.limits, name, 0))  # 0 for what only another package's reader knows


def _would_help(name: str, then: int | str, settings: ReadingSettings) -> bool:
    """Say whether what a reading lacked, as it stood then, is there now, or more of it."""
    if name == "password":
        return bool(settings.passwords)
    now = _state(name, settings)
    if isinstance(now, int) and isinstance(then, int):
        return now > then
    return now != then
