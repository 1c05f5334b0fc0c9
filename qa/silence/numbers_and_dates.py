"""Numbers and dates in the spellings that people use, brought into forms that can be compared: 5 million, 5,000,000."""

from __future__ import annotations

import re
from decimal import Decimal

from index.periods import periods

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {month[:3]: month for month in MONTHS} | {"sept": "september"}
MONTH = rf"(?:(?:{'|'.join(MONTHS)})\b|(?:{'|'.join(short for short in _SHORT if short != 'may')})\b\.?)"

LONGEST_NUMBER = 28  # digits and signs; what is longer is a code, and Decimal would round it
_SCALES = {
    **dict.fromkeys(("hundred",), 2),
    **dict.fromkeys(("thousand", "k"), 3),
    **dict.fromkeys(("million", "millions", "mn", "m", "mio"), 6),
    **dict.fromkeys(("billion", "billions", "bn", "b"), 9),
    **dict.fromkeys(("trillion", "trillions", "tn"), 12),
}
_DIGITS = r"\d+(?:[.,:/'’\u00a0\u2009\u202f]\d+)*"
_SCALE = r"(?:[\s\u00a0-]?(?:hundred|thousand|millions?|billions?|trillions?|mio|mn|bn|tn)|[kmb])"
NUMBER = re.compile(
    rf"(?P<digits>(?<![\w.,])(?:{_DIGITS})|(?<=[^\W\d_])\d+)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<scale>{_SCALE})\b|\s?(?:%|percent\b|per cent\b)|[a-zµ]{{1,3}}\b)?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}([,.'’\u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?:[.,]\d{1,2})?")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")

_TO_NINETEEN = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_BY_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TO_TWENTY_FIRST = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth twenty-first
"""
_SMALL, _TENS, _ORDINALS = _TO_NINETEEN.split(), _BY_TENS.split(), _TO_TWENTY_FIRST.split()
_WRITTEN = {word: value for value, word in enumerate(_SMALL)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
WRITTEN = (*_SMALL, *_TENS, *_ORDINALS)
_SPELLED = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>{'|'.join(_SMALL[1:10])}))?|(?P<small>{'|'.join(_SMALL)}))"
    rf"(?:[\s-](?P<scale>hundred|thousand|million|billion|trillion))?\b"
    rf"|\b(?P<ordinal>{'|'.join(reversed(_ORDINALS))})\b"
)

# From II: "I" is a word. World War II is World War 2.
ROMAN = {
    f"{ten}{one}": value
    for tens, ten in enumerate(("", "X", "XX"))
    for ones, one in enumerate(("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"))
    if (value := 10 * tens + ones) > 1 and value not in (5, 10)
}
_ROMAN = re.compile(rf"\b(?:{'|'.join(sorted(ROMAN, key=len, reverse=True))})\b")

_DAY_AND_MONTH = re.compile(
    rf"\b(?:(?P<m1>{MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m2>{MONTH}))"
)
_LONE_MONTH = re.compile(rf"\b{MONTH}")
_DIGIT_DATE = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./]([12]\d{3}|\d\d)(?!\d)")
_YEAR = re.compile(r"(?<![\d.,])([12]\d{3})(['’]?s\b)?(?!\d)(?:\s?[-–/]\s?(\d\d)(?!\d))?")
_SHORT_DECADE = re.compile(r"(?<![\w.,])['’‘]?([2-9])0['’]?s\b")
_CENTURY = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)|({'|'.join(reversed(_ORDINALS))}))[\s-]centur(?:y|ies)\b")


def in_words(value: int, *, ordinal: bool = False) -> str:
    """Write a number in English: "forty-five", "three hundred", "ten thousand"; blank where that is not usual."""
    for scale, power in (("", 0), ("hundred", 2), ("thousand", 3), ("million", 6), ("billion", 9)):
        count, rest = divmod(value, 10**power)
        if rest or not 0 < count < 100:
            continue
        tens, ones = divmod(count, 10)
        if count < 20:
            words = (_ORDINALS[count - 1] if count <= len(_ORDINALS) else "") if ordinal else _SMALL[count]
        else:
            last = _ORDINALS[ones - 1] if ordinal and ones else _SMALL[ones]
            words = f"{_TENS[tens - 2]}-{last}" if ones else _TENS[tens - 2].replace("ty", "tieth" if ordinal else "ty")
        return f"{words} {scale}".strip()
    return ""


def number_forms(text: str, *, asked: bool = False) -> frozenset[str]:
    """Give the forms of all numbers in a text; the same number has a form in common however it is written.

    Args:
        text: A number from a question, or a whole passage.
        asked: Whether it is from a question. Those of questions are compared with those of passages, never with each
            other: "5 million" agrees with "5,000,000" and with a table's bare "5", but not with "5 billion".
    """
    forms: set[str] = set()
    for match in NUMBER.finditer(text):
        if match["ordinal"]:
            forms.add(f"{match['digits']}th")
            continue
        power = _SCALES[match["scale"].strip("- \u00a0").lower()] if match["scale"] else 0
        values = _values(match["digits"])
        forms |= {match["digits"]} if not values else set()
        for value in values:
            forms |= _forms(value, power, asked)
        if asked and not power and match["digits"].isdigit():
            forms.add(f"{match['digits']}th")  # season 11 is the eleventh
    for match in _SPELLED.finditer(text.lower()):
        if match["ordinal"]:
            forms.add(f"{_ORDINALS.index(match['ordinal']) + 1}th")
            continue
        written = sum(_WRITTEN[word] for word in match.group("tens", "ones", "small") if word)
        power = _SCALES[match["scale"]] if match["scale"] else 0
        forms |= _forms(Decimal(written), power, asked)
    for match in _ROMAN.finditer(text):
        forms |= _forms(Decimal(ROMAN[match[0]]), 0, asked)
    return frozenset(forms)


def _values(digits: str) -> list[Decimal]:
    """Give what digits with their signs may be worth; "1.234" may be either of two, "1.2.3" is a code and no value."""
    values: list[Decimal] = []
    if len(digits) > LONGEST_NUMBER:
        return values
    if grouped := _THOUSANDS.fullmatch(digits):
        whole, _, cents = digits.replace(grouped[1], "").replace(",", ".").partition(".")
        values.append(Decimal(f"{whole}.{cents or 0}"))
    if _DECIMAL.fullmatch(digits) and not (grouped and grouped[1] == ","):
        values.append(Decimal(digits.replace(",", ".")))
    return values


def _forms(value: Decimal, power: int, asked: bool) -> set[str]:
    plain, scaled = (f"{number.normalize():f}" for number in (value, value.scaleb(power)))
    beside = "bare" if (power == 0) != asked else "scaled"
    return {f"= {scaled}", f"{beside} {plain}"}


def date_parts(text: str) -> frozenset[str]:
    """Give the years ("1987"), decades ("1980s"), centuries ("c20"), quarters, halves, months and days ("5 june").

    A year brings its decade and century, and a decade its first year, so that "1960s" agrees with "1960" and "1963".
    """
    parts = set(periods(text))
    for year, decade, end in _YEAR.findall(text):
        parts.add(_century(year) if decade and year.endswith("00") else f"{year}s" if decade else year)
        parts |= {f"{year[:2]}{end}"} if end > year[2:] and not decade else set()
    parts |= {f"19{match[1]}0s" for match in _SHORT_DECADE.finditer(text)}
    lower = text.lower()
    for number, word in _CENTURY.findall(lower):
        parts.add(f"c{number or _ORDINALS.index(word) + 1}")
    for match in _DAY_AND_MONTH.finditer(lower):
        month = full_month(match["m1"] or match["m2"])
        parts |= {month, f"{int(match['d1'] or match['d2'])} {month}"}
    parts |= {full_month(match[0]) for match in _LONE_MONTH.finditer(lower)}
    for first, second, year in _DIGIT_DATE.findall(text):
        parts.add(year if len(year) == 4 else f"20{year}")
        for day, month in ((first, second), (second, first)):
            if 1 <= int(month) <= 12:
                parts |= {MONTHS[int(month) - 1], f"{int(day)} {MONTHS[int(month) - 1]}"}
    years = [part for part in parts if len(part) == 4 and part.isdigit()]
    decades = [part[:-1] for part in parts if len(part) == 5 and part.endswith("s") and part[:4].isdigit()]
    return frozenset(parts.union(decades, (f"{year[:3]}0s" for year in years), map(_century, years + decades)))


def _century(year: str) -> str:
    """Give the century that a year is counted to: "c18" for "1755", and for "1700", which is meant so by "1700s"."""
    return f"c{int(year[:2]) + 1}"


def asked_date_parts(text: str) -> frozenset[str]:
    """Give the parts of a question's date that a passage must name to agree with it."""
    parts = date_parts(text)
    decades = {part for part in parts if part.endswith("0s")}
    centuries = {part for part in parts if part[0] == "c"}
    if decades and (_SHORT_DECADE.search(text) or any(decade for _, decade, _ in _YEAR.findall(text))):
        return parts - {decade[:-1] for decade in decades} - centuries
    if centuries == parts:
        return parts
    parts -= centuries
    if _DIGIT_DATE.search(text) and any(" " in part for part in parts):
        # Which of the two is the day nobody can tell, so that the year alone decides.
        return frozenset(part for part in parts if part.isdigit())
    days = {part.split(" ")[1] for part in parts if " " in part}
    return parts - decades - days


def full_month(name: str) -> str:
    """Give a month's whole name, lower case: "september" for "Sept."."""
    lower = name.lower().rstrip(".")
    return _SHORT.get(lower, lower)
