"""Letters that stand in files in another way than they are shown: those of the font Symbol, and raised figures."""

from __future__ import annotations

import re

_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
)  # from 0x20 and from 0xA0
_WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x76: "❖",
    0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_IN_PRIVATE = re.compile("[\uf000-\uf0ff]")
_NUMBER = re.compile(r"\s*[+\-−–]?\d+\s*")
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_PRIVATE = 0xF000  # where Word puts the letters of such fonts


def symbol(code: int, font: str) -> str:
    """Give the character that a font shows at a place; "" where none is known.

    Args:
        code: The place, from 0, or in the private area of Unicode that Word keeps for such fonts.
        font: The font's name.
    """
    place = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    name = font.lower()
    if name.startswith("wingdings"):
        return _WINGDINGS.get(place, "") if name == "wingdings" else ""
    if place <= 0xFF and (name.startswith("symbol") or place != code):
        for first, letters in zip((0x20, 0xA0), _SYMBOL, strict=True):
            if first <= place < first + len(letters):
                return letters[place - first]
        return ""
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xF8FF else ""


def raised(text: str) -> str:
    """Give a superscript number in raised figures, for 10⁶ is not 106; other text as it is."""
    return text.translate(_RAISED) if _NUMBER.fullmatch(text) else text


def has_symbols(text: str) -> bool:
    """Say whether a text holds letters of Word's private area."""
    return _IN_PRIVATE.search(text) is not None


def with_symbols(text: str, font: str) -> str:
    """Replace letters of Word's private area in a text set in a font."""
    return "".join(symbol(ord(letter), font) if "\uf000" <= letter <= "\uf0ff" else letter for letter in text)
