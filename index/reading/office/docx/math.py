"""Formulas of Word in one line, as one would type them: a/b, x^2, √(x), ∑_(i=1)^n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.office.package import attribute_of, child_of, local_name

if TYPE_CHECKING:
    from lxml import etree

    Piece = etree._Element | str

_OPERATOR = "∫"  # of Word's n-ary formula that does not say which it is
# Of each kind of formula, its parts in reading order with what is written between them.
_PARTS: dict[str, tuple[str, ...]] = {
    "f": ("num", "/", "den"),
    "sSup": ("e", "^", "sup"),
    "sSub": ("e", "_", "sub"),
    "sSubSup": ("e", "_", "sub", "^", "sup"),
    "sPre": ("_", "sub", "^", "sup", "e"),
    "limLow": ("e", "_", "lim"),
    "limUpp": ("e", "^", "lim"),
    "func": ("fName", " ", "e"),
}
_LONGEST_NAME = 20  # characters
_GROUPED = frozenset(("num", "den", "sup", "sub", "lim"))


def formula_pieces(element: etree._Element, tag: str) -> list[Piece] | None:
    """Give what a formula is made of in reading order: elements to go into and signs to write.

    Args:
        element: Of a document's body, in any namespace.
        tag: Its local name.

    Returns:
        None where the element is no formula of a kind that needs signs.
    """
    if tag in _PARTS:
        pieces: list[Piece] = []
        for name in _PARTS[tag]:
            pieces.extend(_part(element, name) if name.isalpha() else [name])
        return _without_loose_signs(pieces)
    if tag == "d":
        properties = child_of(element, "dPr")
        start, end = (_sign(properties, name, usual) for name, usual in (("begChr", "("), ("endChr", ")")))
        between = _sign(properties, "sepChr", "|")
        inner = [child for child in element if local_name(child) == "e"]
        parts = [piece for n, child in enumerate(inner) for piece in ((between, child) if n else (child,))]
        return [start, *parts, end]
    if tag == "rad":
        degree = [child for child in element if local_name(child) == "deg" and _start(child).strip()]
        return [*degree, "√(", *(child for child in element if local_name(child) == "e"), ")"]
    if tag == "nary":
        signs: list[Piece] = [_sign(child_of(element, "naryPr"), "chr", _OPERATOR)]
        for sign, name in (("_", "sub"), ("^", "sup")):
            bound = _part(element, name)
            signs.extend([sign, *bound] if bound else [])
        return [*signs, " ", *(child for child in element if local_name(child) == "e")]
    if tag in ("mr", "eqArr"):
        cells = [child for child in element if local_name(child) == "e"]
        return [piece for n, child in enumerate(cells) for piece in ((" ", child) if n else (child,))]
    if tag == "m":
        rows = [child for child in element if local_name(child) == "mr"]
        return [piece for n, child in enumerate(rows) for piece in (("; ", child) if n else (child,))]
    return None


def _part(element: etree._Element, name: str) -> list[Piece]:
    """Give a part, in brackets where it is more than a number or a name."""
    part = child_of(element, name)
    start = _start(part) if part is not None else ""
    if part is None or not start.strip():
        return []
    is_fenced = len(part) == 1 and local_name(part[0]) == "d"
    is_base = name == "e" and local_name(element).startswith("s") and len(part) == 1 and local_name(part[0]) in _PARTS
    return ["(", part, ")"] if not start.isalnum() and (is_base or name in _GROUPED) and not is_fenced else [part]


def _start(part: etree._Element) -> str:
    """Give a part's text as far as it takes to see whether it is one number or name."""
    text = ""
    for piece in part.iter("{*}t"):
        text += (piece.text or "").strip()
        if not text.isalnum() or len(text) > _LONGEST_NAME:
            return f"{text[:_LONGEST_NAME]} "
    return text


def _without_loose_signs(pieces: list[Piece]) -> list[Piece]:
    """Drop a sign that nothing follows."""
    kept = []
    for n, piece in enumerate(pieces):
        following = pieces[n + 1] if n + 1 < len(pieces) else None
        if piece in ("/", "^", "_") and (following is None or following in ("/", "^", "_")):
            continue
        kept.append(piece)
    return kept


def _sign(properties: etree._Element | None, name: str, usual: str) -> str:
    said = child_of(properties, name)
    return usual if said is None else (attribute_of(said, "val") or "")[:2]
