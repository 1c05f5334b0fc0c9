"""Letters that make no word: keys pressed at random. Knows no language, only which letters stand side by side."""

from __future__ import annotations

import re
from itertools import pairwise

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn")
_LAYOUTS = frozenset(("qwerty", "qwertz", "azerty"))  # have become words
_RUNS = frozenset(row[::way][i : i + 3] for row in _ROWS for way in (1, -1) for i in range(len(row) - 2))
# Letters that follow each other in under 6 of 100,000 places in words of English and in the names of countries and
# languages in 40 other languages in Latin letters.
_RARE = {
    **{"b": "fgkqxz", "c": "bfgjqvwx", "d": "qx", "f": "bcdghjkmnpqvwxz", "g": "pqxz", "h": "fghkqvxz"},
    **{"j": "bfghjklmpqrtvwxyz", "k": "bdfgjqxz", "l": "qxz", "m": "fgjkqwxz", "n": "x", "p": "bfjkqwxz"},
    **{"q": "bcdefghjklmnpqrstvwxyz", "r": "qx", "s": "x", "t": "kq", "u": "q", "v": "bcdfghjklmnpqtvwxz"},
    **{"w": "bcdfgjkmpqtuvwxz", "x": "bdfgjklmnqrsvwxz", "y": "fhqvwxy", "z": "cdfmpqrvwx"},
}


def is_mashed(word: str) -> bool:
    """Tell whether a word looks as if keys had been pressed at random; "xqvzkt" does, "Szczecin" and "mrna" do not."""
    letters = word.lower()
    if len(letters) < 4 or not (letters.isascii() and letters.isalpha()) or letters in _LAYOUTS:
        return False
    vowels = sum(letter in "aeiouy" for letter in letters)
    if (_lies_on_rows(letters) and vowels <= len(letters) / 3) or (len(set(letters)) == 1 and word.islower()):
        return True
    # Abbreviations may be any letters.
    if word.isupper() or any(c.isupper() for c in word[1:]) or len(letters) < 6:
        return False
    pairs = [second in _RARE.get(first, "") for first, second in pairwise(letters)]
    crowded = re.search(r"[^aeiouy]{6}", letters) is not None and vowels <= 0.15 * len(letters)
    return sum(pairs) >= 0.36 * len(pairs) or crowded


def _lies_on_rows(letters: str) -> bool:
    """Tell whether all letters stand in runs of at least three neighbouring keys: "asdf", "qweqwe", "lkjasdf"."""
    inside = {i + j for i in range(len(letters) - 2) if letters[i : i + 3] in _RUNS for j in range(3)}
    return len(inside) == len(letters)
