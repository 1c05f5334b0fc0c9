"""Text of documents and users made harmless for Markdown and HTML."""

from __future__ import annotations

import re

# Embeddings, overrides and isolates can make a line read otherwise than it is written.
_REORDERING = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_UNSEEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_REORDERING}]")


def seen(text: str) -> str:
    """Drop the control characters and those that reorder a line; new line and tab stay."""
    return _UNSEEN.sub("", text)


def line(text: str) -> str:
    """Write a text on one line, without the characters that are not seen."""
    return " ".join(seen(text).split())


def inert(text: str) -> str:
    """Write text so that Markdown and HTML show its characters and obey none, those that may be markup as &#NN;."""
    return "".join(c if c.isalnum() or c in " \n" else f"&#{ord(c)};" for c in seen(text))
