"""Years, quarters, halves and days in the spellings that people use, brought into one: "2023", "q3", "h1", "june"."""

from __future__ import annotations

import re

_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_FISCAL_YEAR = re.compile(r"(?<![a-z])(?:fy|fiscal|financial)[\s_-]?(?:year[\s_-])?['’]?(\d\d)(?!\d)", re.IGNORECASE)
# Q3, 3Q, Q3'23, 3Q23, Q3 2023; "Q3 10" is no year
_PART = re.compile(
    r"(?<![a-z\d])(q[1-4]|[1-4]q|h[12]|[12]h)(?:['’]?(\d\d)(?!\d)|[ _-]?((?:19|20)\d\d)(?!\d))?(?![a-z])", re.IGNORECASE
)
_SPOKEN_PART = re.compile(
    rf"\b({'|'.join(_ORDINALS)})[\s-]+(?:(?:fiscal|financial|calendar)[\s-]+)?(quarter|half)\b", re.IGNORECASE
)
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_YEAR_FIRST = re.compile(rf"(?<!\d)((?:19|20)\d\d)([-_./]?){_MONTH}(?:\2{_DAY})?(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d){_DAY}\.{_MONTH}\.((?:19|20)\d\d)(?!\d)")


def periods(text: str) -> list[str]:
    """Give the years ("2023"), quarters ("q3"), halves ("h1"), months ("june") and days ("5 june") that a text names.

    Months and days are those of dates in digits, such as 2023-06-05, 20230605 and 05.06.2023.
    """
    found: list[str] = [match[1] for match in _YEAR.finditer(text)]
    found += [f"20{match[1]}" for match in _FISCAL_YEAR.finditer(text)]
    for match in _PART.finditer(text):
        part = match[1].lower()
        found.append(part if part[0] in "qh" else part[::-1])
        found += [match[3] or f"20{match[2]}"] if match[2] or match[3] else []
    found += [f"{match[2][0].lower()}{_ORDINALS[match[1].lower()]}" for match in _SPOKEN_PART.finditer(text)]
    for year, month, day in _dates(text):
        found += [year, _MONTHS[int(month) - 1], *([f"{int(day)} {_MONTHS[int(month) - 1]}"] if day else [])]
    return found


def date_named(text: str) -> str | None:
    """Give the date that a file's name gives, ISO 8601, as exact as it is; the last month of a quarter or half.

    None where it gives no more than a year: that of a report is seldom the year in which it was written.
    """
    for year, month, day in _dates(text):
        return f"{year}-{month}-{day}" if day else f"{year}-{month}"
    given = periods(text)
    years = [period for period in given if len(period) == 4 and period.isdigit()]
    parts = [period for period in given if period[0] in "qh" and len(period) == 2]
    if not years or not parts:
        return None
    return f"{years[0]}-{int(parts[0][1]) * (3 if parts[0][0] == 'q' else 6):02}"


def _dates(text: str) -> list[tuple[str, str, str | None]]:
    found = [(match[1], match[3], match[4]) for match in _YEAR_FIRST.finditer(text)]
    return found + [(match[3], match[2], match[1]) for match in _DAY_FIRST.finditer(text)]
