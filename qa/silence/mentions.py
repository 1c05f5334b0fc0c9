"""Whether a passage mentions what a question asks for, under any usual spelling."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.words import words_of
from qa.silence.numbers_and_dates import ROMAN, asked_date_parts, date_parts, number_forms
from qa.silence.spellings import CAPITALS, distinctive_words, spellings, undotted

if TYPE_CHECKING:
    from qa.silence.terms import Term

LONGEST_TEXT = 20_000  # characters of a passage that are looked at

_CAPITALISED = re.compile(r"\b[A-Z][^\W\d_]{3,}")
_PEOPLE = re.compile(r"(?<=[a-z]{3})(?:i?ans?|ns?|ese|ish|ism|ists?|ain|ia|[aeoiy])$")
_LANDS_AND_PEOPLES = """
france french spain spanish poland polish greece greek ireland irish turkey turkish switzerland swiss denmark danish
sweden swedish finland finnish norway norwegian netherlands dutch holland dutch england english wales welsh scotland
scottish
"""
_LANDS = dict(zip(_LANDS_AND_PEOPLES.split()[::2], _LANDS_AND_PEOPLES.split()[1::2], strict=True))
_TITLED = re.compile(r"[A-Z][\w’'-]*(?:\s+(?:(?:of|and|the|for|on|in|&)\s+){0,2}[A-Z][\w’'-]*)+")


def mentions(text: str, term: Term) -> bool:
    """Tell whether a text mentions a term of a question.

    Args:
        text: A passage with what it inherits; of more than 20,000 characters the first. What was found in the last
            ones is kept, so that further terms cost little.
        term: A name is mentioned where the text has all of its words but ranks, or its last word, or its initials; a
            number where the text has the same value; a date where the text names all of its parts.
    """
    text = text[:LONGEST_TEXT]
    if term.kind == "number":
        return not number_forms(term.text, asked=True).isdisjoint(_numbers_in(text))
    if term.kind == "date":
        # A year may be a number after all: "2000 people" is written "2,000" elsewhere.
        is_number = term.text.isdigit() and not number_forms(term.text).isdisjoint(_numbers_in(text))
        return is_number or asked_date_parts(term.text) <= _dates_in(text)
    distinctive = distinctive_words(term.text)
    if all(_has_word(text, word) for word in distinctive):
        return True
    if term.kind == "term":
        return False
    initials = "".join(word[0] for word in undotted(term.text).split() if word[0].isupper())
    if len(initials) > 1 and re.search(rf"\b{re.escape(initials)}\b", text):
        return True
    last = distinctive[-1]
    return len(distinctive) > 1 and last.isalpha() and last not in ROMAN and _words_in(text).issuperset(words_of(last))


def _has_word(text: str, word: str) -> bool:
    held = _words_in(text)
    if any(held.issuperset(words_of(spelling)) for spelling in (word, *spellings(word))):
        return True
    if CAPITALS.fullmatch(word):
        return word.removesuffix("s") in _initials_in(text)
    return word[0].isupper() and _people(word) in _peoples_in(text)


@lru_cache(maxsize=256)
def _words_in(text: str) -> frozenset[str]:
    joined = " ".join(re.sub(r"[-/]", "", word) for word in text.split() if "-" in word or "/" in word)
    plain = undotted(text)
    return frozenset(words_of(f"{text}\n{joined}" if plain == text else f"{text}\n{joined}\n{plain}"))


@lru_cache(maxsize=256)
def _numbers_in(text: str) -> frozenset[str]:
    return number_forms(text)


@lru_cache(maxsize=256)
def _dates_in(text: str) -> frozenset[str]:
    return date_parts(text)


@lru_cache(maxsize=256)
def _initials_in(text: str) -> frozenset[str]:
    """Give what capitalised words in a row may be shortened to: "WHO" for "World Health Organization"."""
    found = set()
    for match in _TITLED.finditer(text):
        for words in (match[0].split(), [word for word in match[0].split() if word[0].isupper()]):
            letters = "".join(word[0].upper() for word in words)
            found |= {letters[i:j] for i in range(len(letters)) for j in range(i + 2, min(len(letters), i + 6) + 1)}
    return frozenset(found)


@lru_cache(maxsize=256)
def _peoples_in(text: str) -> frozenset[str]:
    return frozenset(_people(match[0]) for match in _CAPITALISED.finditer(text))


def _people(word: str) -> str:
    """Give what a country and its people share: "americ" for "America" and "Americans", "french" for "France"."""
    lower = word.lower()
    land = _LANDS.get(lower, lower)
    return land if land in _LANDS.values() else _PEOPLE.sub("", land)
