"""The page's words: the same ones in every language, and the language that a browser asks for."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from qa.page.words import ENGLISH, GERMAN, LANGUAGES, Words, words_for


def blanks(words: Words, name: str) -> list[set[str]]:
    """Give the names in braces of a phrase, of each of its forms."""
    phrase = getattr(words, name)
    forms = (phrase,) if isinstance(phrase, str) else phrase
    return [set(re.findall(r"{(\w+)}", form)) for form in forms]


@pytest.mark.parametrize("name", [field.name for field in fields(Words)])
def test_words_fill_in_the_same_in_every_language(name: str) -> None:
    """What one language has a place for, the others have too; only a form for one may leave out its number."""
    for words in LANGUAGES.values():
        ours, theirs = blanks(words, name), blanks(ENGLISH, name)
        assert [each - {"n"} for each in ours] == [each - {"n"} for each in theirs]
        assert ours[-1] == theirs[-1]


def test_words_count_in_the_form_that_goes_with_the_number() -> None:
    """One, several and none, with thousands as the language writes them."""
    assert [ENGLISH.count(n, ENGLISH.document_count) for n in (0, 1, 1204)] == [
        "0 documents",
        "1 document",
        "1,204 documents",
    ]
    assert GERMAN.count(1204, GERMAN.searching_some, chosen="3") == "Suche in 3 von 1.204 Dokumenten …"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.4, en;q=0.6", "en"),
        ("en;q=0, de;q=0.1", "de"),
        ("de;q=x", "en"),
        ("*", "en"),
        ("ja,zh", "en"),
    ],
)
def test_words_are_in_the_language_asked_for(asked: str | None, language: str) -> None:
    """By the browser's preference, English where it has none that is here."""
    assert words_for(asked).language == language
