"""An installed package with readers of its own, made in a folder: one that reads, and some that misbehave."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
import time

from index.reading import Reader
from index.reading.extraction import Block, Extraction

def shout(data, settings):
    text = data.decode().upper()
    print("what a library prints does no harm", flush=True)
    return Extraction(text, (Block(0, len(text)),))

def hang(data, settings):
    while True:
        time.sleep(0.01)

def hoard(data, settings):
    held = []
    while True:
        held.append(bytes(10_000_000).replace(b"\\0", b"x"))

def fail(data, settings):
    return data[10**9]

def leave(data, settings):
    import os
    os._exit(7)

SHOUT = Reader("shout", 1, frozenset((".shout",)), shout)
HANG = Reader("hang", 1, frozenset((".hang",)), hang)
HOARD = Reader("hoard", 1, frozenset((".hoard",)), hoard)
FAIL = Reader("fail", 1, frozenset((".fail",)), fail)
LEAVE = Reader("leave", 1, frozenset((".leave",)), leave)
TEXT = Reader("own text", 1, frozenset((".txt",)), shout)
NOTHING = "no reader"
"""


def install(folder: Path, *names: str) -> Path:
    """Make the package in a folder, which then has to be put on `sys.path`, with these entry points."""
    (folder / "odd_readers.py").write_text(MODULE)
    metadata = folder / "odd_readers-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-readers\nVersion: 1.0\n")
    lines = "".join(f"{name.lower()} = odd_readers:{name}\n" for name in names)
    (metadata / "entry_points.txt").write_text(f"[askfolder.readers]\n{lines}")
    return folder
