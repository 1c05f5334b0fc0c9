"""What a line of an HTML page shows besides its words: formulas, raised figures, the marks of footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

WHITE_SPACE = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
NOT_SEEN = re.compile("[\u00ad\u200b\u2060]")  # where a word may be broken
_MATHS = re.compile(r"math|tex|formula|equation", re.IGNORECASE)
_DISPLAYED = re.compile(r"\{\\displaystyle (.*)\}", re.DOTALL)
_NOTE_MARK = re.compile(r"[^\W_]{1,3}|[*†‡§]{1,3}")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_FIGURES = re.compile(r"[-+−]?[0-9]{1,4}")
_LONGEST_RAISED = 8  # characters


def formula(node: LexborNode) -> str:
    """Give the words of a formula: what it is written in, or the text beside the picture of one; else nothing."""
    attributes = node.attributes
    if node.tag == "math":
        source = node.css_first("annotation")
        words = (source.text() if source is not None else None) or attributes.get("alttext") or node.text()
    else:
        words = (attributes.get("alt") or "") if _MATHS.search(attributes.get("class") or "") else ""
    return _DISPLAYED.sub(r"\1", words.strip())


def raise_last(buffer: list[str], first: int, *, is_link: bool) -> None:
    """Rewrite the end of a line, `buffer[first:]`, as what its raised letters say, lest "10⁶" become "106".

    A raised link is a footnote's mark and goes into brackets, so that the word before it stays a word.
    """
    raised = "".join(buffer[first:]).strip()
    if not raised or len(raised) > _LONGEST_RAISED:
        return
    before = "".join(buffer[max(0, first - 2) : first])[-1:]
    if not before.strip():
        return
    if is_link and _NOTE_MARK.fullmatch(raised):
        buffer[first:] = [f"[{raised}]"]
    elif before.isalnum() and _FIGURES.fullmatch(raised):
        buffer[first:] = [raised.translate(_RAISED)]
