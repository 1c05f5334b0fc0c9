"""Formulas of MathML in one line, as one would type them: a/b, x^2, √(x)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.office.package import local_name

if TYPE_CHECKING:
    from lxml import etree

_SIGNS = {
    "mfrac": ("/",), "msup": ("^",), "msub": ("_",), "msubsup": ("_", "^"), "munder": ("_",), "mover": ("^",),
    "munderover": ("_", "^"),
}  # fmt: skip
_LONGEST_NAME = 20  # characters
_UNSEEN = ("annotation", "annotation-xml", "mphantom")


def formula_in_line(root: etree._Element) -> str:
    """Give a formula's signs in reading order."""
    written: list[str] = []
    stack: list[etree._Element | str] = [root]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            written.append(element)
            continue
        tag = local_name(element)
        children = list(element)
        if tag in _UNSEEN:
            continue
        if tag in _SIGNS and len(children) == len(_SIGNS[tag]) + 1:
            pieces: list[etree._Element | str] = [*_grouped(children[0])] if tag == "mfrac" else [children[0]]
            for sign, child in zip(_SIGNS[tag], children[1:], strict=True):
                pieces.extend((sign, *_grouped(child)))
        elif tag == "msqrt":
            pieces = ["√(", *children, ")"]
        elif tag == "mroot" and len(children) == 2:
            pieces = [children[1], "√(", children[0], ")"]
        elif tag in ("mtr", "mtable"):
            pieces = [piece for child in children for piece in (child, " " if tag == "mtr" else "; ")][:-1]
        else:
            written.append(" ".join((element.text or "").split()))
            pieces = list(children)
        stack.extend(reversed(pieces))
    return "".join(written)


def _grouped(element: etree._Element) -> list[etree._Element | str]:
    """Put a part in brackets where it is more than a number or a name."""
    text = ""
    for piece in element.itertext():
        text += str(piece).strip()
        if text and (not text.isalnum() or len(text) > _LONGEST_NAME):
            return ["(", element, ")"]
    return [element]
