"""Periods: one spelling for the many in which people write years, quarters and days."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.periods import date_named, periods


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022 Q3 report", {"2022", "q3"}),
        ("3Q23", {"q3", "2023"}),
        ("Q3'23 results", {"q3", "2023"}),
        ("Q32022", {"q3", "2022"}),
        ("the third quarter of 2023", {"q3", "2023"}),
        ("2nd fiscal quarter", {"q2"}),
        ("FY23", {"2023"}),
        ("fiscal year 2024", {"2024"}),
        ("H1 2024", {"h1", "2024"}),
        ("the first half of 2024", {"h1", "2024"}),
        ("2022-06-05 minutes", {"2022", "june", "5 june"}),
        ("20220605_minutes", {"2022", "june", "5 june"}),
        ("05.06.2022", {"2022", "june", "5 june"}),
        ("report_2021_04", {"2021", "april"}),
        ("2021/04", {"2021", "april"}),
        ("2012-2013", {"2012", "2013"}),
        ("", set()),
    ],
)
def test_periods_are_found_in_every_spelling(text: str, expected: set[str]) -> None:
    """Years have four digits, quarters a q, halves an h, and days the name of their month."""
    assert set(periods(text)) == expected


@pytest.mark.parametrize(
    "text", ["H2O", "Q5", "MP3", "12345678", "Q3 10-K of the 2nd of May", "page 20233", "h3", "4h"]
)
def test_periods_are_not_seen_in_other_numbers(text: str) -> None:
    """Formulas, long numbers, forms and headings name no year and no half; "Q3 10-K" names a quarter only."""
    assert set(periods(text)) <= {"q3"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2022-06-15 minutes.pdf", "2022-06-15"),
        ("scan 19991231.pdf", "1999-12-31"),
        ("15.06.2022 letter.docx", "2022-06-15"),
        ("report 2021-04.docx", "2021-04"),
        ("2022 Q3 results.pdf", "2022-09"),
        ("H1 2024.pdf", "2024-06"),
        ("annual report 2022.pdf", None),
        ("minutes.pdf", None),
    ],
)
def test_date_of_a_name_is_as_exact_as_the_name(name: str, expected: str | None) -> None:
    """A day, a month, or the end of a quarter or half; a year alone says too little of when something was written."""
    assert date_named(name) == expected


@given(st.text())
def test_periods_of_any_text_are_words(text: str) -> None:
    """Whatever the text, each period is a year, a part of one, a month or a day of one, and a date is ISO 8601."""
    for period in periods(text):
        assert period
        assert period == period.lower()
    date = date_named(text)
    assert date is None or len(date) in (7, 10)
