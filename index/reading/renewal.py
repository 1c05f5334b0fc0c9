"""Whether a file that was read in part, or not at all, would be read better today: by a newer reader or settings."""

from __future__ import annotations

import hashlib
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

    A limit that was lowered, a password that is not given any more and recognition that is switched off are no reason:
    what was read stays.

    Args:
        noted: What `note` wrote; None where the file was never opened.
        settings: How files are to be read now.
    """
    if noted is None:
        return False
    then = json.loads(noted)
    newest = max((reader.version for reader in readers() if reader.name == then["reader"]), default=0)
    return newest > then["version"] or any(
        _is_more(_state(name, settings), state) for name, state in then["lacked"].items()
    )


def _state(name: str, settings: ReadingSettings) -> int | str:
    """Give how a setting stands: a limit's number, whether recognition is possible, which passwords or release."""
    if name == "release":
        return version("askfolder")
    if name == "ocr":
        return int(settings.ocr and shutil.which("tesseract") is not None)
    if name == "password":
        return hashlib.sha256("\n".join(settings.passwords).encode()).hexdigest() if settings.passwords else ""
    return int(getattr(settings.limits, name))


def _is_more(now: int | str, then: int | str) -> bool:
    if isinstance(now, str) or isinstance(then, str):
        return now not in ("", then)
    return now > then
