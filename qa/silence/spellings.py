"""How documents may spell what a question asks for: the texts to look up for a name, a number, a date or a word."""

from __future__ import annotations

import re
from itertools import pairwise, product
from typing import TYPE_CHECKING

from index.words import words_of
from qa.silence.common_words import GENERIC_IN_NAMES, IRREGULAR
from qa.silence.numbers_and_dates import MONTHS, ROMAN, WRITTEN, asked_date_parts, in_words, number_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.silence.terms import Term

CAPITALS = re.compile(r"[A-Z]{2,6}s?")
_JOINED = re.compile(r"[^\W_]+(?:[-/][^\W_]+)+")
_JOINT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b(?:[^\W\d_]\.)+[^\W\d_]\b")


def requirements(term: Term) -> Iterator[tuple[str, ...]]:
    """Give what the documents must hold for a term to occur in them: of each tuple at least one text."""
    if term.kind == "date":
        yield from (tuple(_date_spellings(part, term)) for part in sorted(asked_date_parts(term.text)))
    elif term.kind == "number":
        yield _number_spellings(term.text)
    else:
        distinctive = distinctive_words(term.text)
        undotted_words = set(distinctive).difference(term.text.split())
        written = [
            (word, *spellings(word), *([" ".join(word)] if word in undotted_words else [])) for word in distinctive
        ]
        yield from written
        if len(distinctive) > 1:
            pairs = (pair for one, other in pairwise(written) for pair in product(one, other))
            yield (*(" ".join(pair) for pair in pairs), "".join(distinctive))


def distinctive_words(name: str) -> list[str]:
    """Give the words of a name without ranks and the like; all of them where it has no others."""
    words = undotted(name).split()
    return [word for word in words if word.lower().strip(".,’'") not in GENERIC_IN_NAMES and words_of(word)] or words


def spellings(word: str) -> Iterator[str]:
    """Give other ways to write a word: "wifi" for "Wi-Fi", "COVID 19" for "COVID19", "U S" for "US", "7" for "VII"."""
    if _JOINED.fullmatch(word):
        yield re.sub(r"[-/]", "", word)
    if _JOINT.search(word):
        yield _JOINT.sub(" ", word)
    if CAPITALS.fullmatch(word):
        yield " ".join(word.removesuffix("s"))
    yield from IRREGULAR.get(word.lower(), IRREGULAR.get(word.lower().removesuffix("s"), ()))
    yield from (form.removeprefix("= ") for form in number_forms(word) if form.startswith("= "))


def _number_spellings(text: str) -> tuple[str, ...]:
    digits = re.sub(r"[^\d.,:/]+", " ", text).strip(" .,")
    forms = sorted(number_forms(text, asked=True))
    if not any(form.startswith("= ") for form in forms):
        return (text, *(word for word in WRITTEN if not number_forms(word).isdisjoint(forms)))
    values = sorted({form.split()[-1] for form in forms})
    grouped = [f"{int(value):,}" for value in values if value.isdigit()]
    written = [word for word in WRITTEN if not number_forms(word).isdisjoint(forms)]
    written += [in_words(int(value)) for value in values if value.isdigit()]
    written += [roman for roman, value in ROMAN.items() if str(value) in values]
    return (text, digits, *values, *grouped, *filter(None, written))


def _date_spellings(part: str, term: Term) -> Iterator[str]:
    """Give the texts of which one must be held for a part of a date, as `asked_date_parts` gives it."""
    year = next((p for p in asked_date_parts(term.text) if len(p) == 4 and p.isdigit()), None)
    if part in MONTHS:
        yield from (part, part[:3], f"{MONTHS.index(part) + 1:02}", *(["sept"] if part == "september" else []))
    elif " " in part:
        day, month = part.split()
        yield from _day_spellings(day, month, year)
    elif part[0] in "qh" and len(part) == 2:
        letter, number = part[0], part[1]
        spelled = ("first", "second", "third", "fourth")[int(number) - 1]
        kind = "quarter" if letter == "q" else "half"
        yield from (
            part,
            f"{number}{letter}",
            f"{spelled} {kind}",
            f"{_ordinal(int(number))} {kind}",
            f"{kind} {number}",
        )
        if year:
            yield from (f"{part}{year}", f"{part}{year[2:]}", f"{number}{letter}{year[2:]}")
    elif part[0] == "c":
        hundred = int(part[1:]) - 1
        ordinal = next((word for word in WRITTEN if f"{part[1:]}th" in number_forms(word)), "")
        yield from (f"{_ordinal(int(part[1:]))} century", f"{ordinal} century", f"{hundred}00s")
        yield from (f"{hundred}{year:02}" for year in range(100))
    elif part.endswith("s"):
        yield from (part, part[:-1], f"{part[2:]}", *(f"{part[:3]}{digit}" for digit in range(10)))
    else:
        short = part[2:]
        yield from (
            part,
            f"{part[0]},{part[1:]}",
            f"{part}s",
            f"fy{part}",
            f"fy{short}",
            *(f"{q}q{short}" for q in range(1, 5)),
        )
        for day, month in (p.split() for p in asked_date_parts(term.text) if " " in p):
            place = MONTHS.index(month) + 1
            yield from (f"{place:02} {int(day):02} {short}", f"{place} {day} {short}")


def _ordinal(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _day_spellings(day: str, month: str, year: str | None) -> Iterator[str]:
    number = MONTHS.index(month) + 1
    for name in (month, month[:3], f"{number:02}", f"{number}", *(["sept"] if month == "september" else [])):
        yield from (f"{name} {day}", f"{name} {int(day):02}", f"{name} {_ordinal(int(day))}")
        yield f"{name} {in_words(int(day), ordinal=True)}"
    if year:
        yield f"{year}{number:02}{int(day):02}"


def undotted(text: str) -> str:
    """Write "U.S." as "US"."""
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
