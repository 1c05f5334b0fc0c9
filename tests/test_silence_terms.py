"""Terms: what a question asks for, where it stands in it; numbers and dates however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.silence.numbers_and_dates import asked_date_parts, date_parts, number_forms
from qa.silence.terms import terms


def found(question: str) -> list[tuple[str, str]]:
    """The terms and their kinds."""
    return [(term.text, term.kind) for term in terms(question)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Who signed the Treaty of Versailles on June 28, 1919?",
            [("signed", "term"), ("Treaty of Versailles", "name"), ("June 28, 1919", "date")],
        ),
        ("What was Apple's revenue in Q3 2022?", [("Apple", "name"), ("revenue", "term"), ("Q3 2022", "date")]),
        (
            "How did Apple's iPhone 14 sales change between 2021 and 2022?",
            [
                *(("Apple", "name"), ("iPhone", "name"), ("14", "number"), ("sales", "term"), ("change", "term")),
                *(("2021", "date"), ("2022", "date")),
            ],
        ),
        ("Did sales rise by 12% to $81,797 or 3.5 million?", [
            *(("sales", "term"), ("rise", "term"), ("12%", "number"), ("$81,797", "number"), ("3.5 million", "number")),
        ]),
        ("What does “acts of God” mean in § 12?", [("acts of God", "name"), ("§ 12", "number")]),
        ("Which HGTX gene is linked to COVID-19?", [
            *(("HGTX", "name"), ("gene", "term"), ("linked", "term"), ("COVID-19", "name")),
        ]),
        ("who is barack obama", [("barack", "term"), ("obama", "term")]),
        ("Obama signed which law in March?", [
            *(("Obama", "name"), ("signed", "term"), ("law", "term"), ("March", "date")),
        ]),
        ("What may Marie Curie have said?", [("Marie Curie", "name")]),
        ("WHO SIGNED THE TREATY?", [("SIGNED", "term"), ("TREATY", "term")]),
        ("What Is The Capital Of France?", [("Capital", "term"), ("France", "term")]),
        ("Where is The Hague?", [("Hague", "name")]),
        ("When did the United States join Time Warner?", [
            *(("United States", "name"), ("join", "term"), ("Time Warner", "name")),
        ]),
        ("Who were J. R. R. Tolkien and St. Louis' mayor?", [
            *(("J. R. R. Tolkien", "name"), ("St. Louis", "name"), ("mayor", "term")),
        ]),
        ("What did Johnson & Johnson and AT&T sell?", [
            *(("Johnson & Johnson", "name"), ("AT&T", "name"), ("sell", "term")),
        ]),
        ("Don't you think I'm right about Alexander the Great?", [("right", "term"), ("Alexander the Great", "name")]),
        ("Based on what did the fifth court decide No. 7?", [
            *(("Based", "term"), ("fifth", "term"), ("court", "term"), ("decide", "term"), ("No. 7", "number")),
        ]),
        ("What happened on July 4th, in the '60s and in the 18th century?", [
            *(("July 4th", "date"), ("'60s", "date"), ("18th century", "date")),
        ]),
        ("What caused the war?", [("caused", "term"), ("war", "term")]),
        ("Wer war der Präsident im Jahr 1987?", [("Präsident", "name"), ("1987", "date")]),
        ("¿Quién fue Simón Bolívar?", [("Simón Bolívar", "name")]),
        ("Кто подписал Договор в 1919 году?", [
            *(("подписал", "term"), ("Договор", "name"), ("1919", "date"), ("году", "term")),
        ]),
        ("谁签署了1919年条约？", []),
        ("What is it?", []),
        ("", []),
    ],
)  # fmt: skip
def test_terms_are_names_numbers_dates_and_content_words(question: str, expected: list[tuple[str, str]]) -> None:
    """A question's names, numbers, dates and content words are found, in its order, as written."""
    assert found(question) == expected


@given(st.text(max_size=200))
def test_terms_stand_where_they_say(question: str) -> None:
    """Each is a slice of the question; they are in order and do not overlap."""
    end = 0
    for term in terms(question):
        assert question[term.start : term.end] == term.text != ""
        assert end <= term.start < term.end
        end = term.end


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("81,797", "81797"),
        ("$81,797", "a total of 81,797 dollars"),
        ("81,797.50", "81797.5"),
        ("20 percent", "20%"),
        ("5 %", "5%"),
        ("3.5 million", "3,500,000"),
        ("3.5 million", "$3.5m"),
        ("3.5 million", "in millions: 3.5"),
        ("€2bn", "2 billion euros"),
        ("7", "seven dwarfs"),
        ("25", "twenty-five"),
        ("200", "two hundred"),
        ("5th", "the fifth element"),
        ("11", "the eleventh season"),
        ("2", "World War II"),
        ("1.234,50", "1234.5"),
        ("10km", "10 km"),
        ("1.2.3", "version 1.2.3"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_numbers_agree_however_they_are_written(asked: str, written: str) -> None:
    """The same number has a form in common."""
    assert number_forms(asked, asked=True) & number_forms(written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("5 million", "5 billion"),
        ("81,797", "81,798"),
        ("81,797", "81 and 797"),
        ("5", "50 or 15 or 0.5"),
        ("5th", "5 of them"),
        ("20%", "2.0%"),
        ("1.2.3", "1.2.4 and 1.2"),
    ],
)
def test_numbers_differ_where_they_do(asked: str, written: str) -> None:
    """Other numbers have nothing in common."""
    assert not number_forms(asked, asked=True) & number_forms(written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("1960s", "in 1963"),
        ("1960s", "the 1960s"),
        ("1960", "the 1960s"),
        ("'60s", "1968"),
        ("1700s", "in 1755"),
        ("18th century", "in 1755"),
        ("15th century", "the fifteenth century"),
        ("July 1, 2023", "on 1 July of the year 2023"),
        ("July 1, 2023", "2023-07-01"),
        ("July 1, 2023", "Jul 1st, 2023"),
        ("1 July 2023", "01.07.2023"),
        ("March 2021", "from 5 March 2020 to 2021"),
        ("Q3 2022", "the third quarter of 2022"),
        ("Q3 2022", "3Q22"),
        ("third quarter of 2022", "Q3 2022"),
        ("FY2022", "fiscal 2022"),
        ("1918", "1914–18"),
        ("Sept. 2001", "September 11, 2001"),
    ],
)
def test_dates_agree_however_they_are_written(asked: str, written: str) -> None:
    """A text that names a date in another spelling names all parts of it."""
    assert asked_date_parts(asked) <= date_parts(written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("1960s", "in 1973"),
        ("1987", "in 1986 and 1988"),
        ("July 1, 2023", "July 2023"),
        ("July 1, 2023", "July 1, 2022"),
        ("Q3 2022", "Q2 2022"),
        ("Q3 2022", "Q3 2021"),
        ("18th century", "in 1655"),
    ],
)
def test_dates_differ_where_they_do(asked: str, written: str) -> None:
    """A text that lacks a part of a date does not name it."""
    assert not asked_date_parts(asked) <= date_parts(written)
