"""Silence: what of a question occurs nowhere, what the nearest passage lacks, and how both are said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hashed_embedder import HashedEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index import DocumentIndex, UnknownDocumentError
from qa.answer import Passage
from qa.retrieval import clean_question
from qa.silence import missing, reply_without_search, said, unmatched

TREATY = """# The harbour treaty

The Treaty of Kalmar was signed on 17 June 1397 by Queen Margaret. It named 1,250 ships and cost 3.5 million crowns.

Wi-Fi came in the third quarter of 2021. The U.S. envoy, Angela Stone, left before the eighteenth century.

Marie Antoinette never saw it.

The Curie institute did, and seven pilots of XJ-4471 with it.
"""
LEDGER = "Pears were sold to Stone & Sons in 2023-05-04 at 12 % below the price of Q2 2022.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentIndex]:
    """The index of two small files."""
    folder = tmp_path_factory.mktemp("silence")
    (folder / "treaty.md").write_text(TREATY, encoding="utf-8")
    (folder / "Orchard ledger.txt").write_text(LEDGER, encoding="utf-8")
    with DocumentIndex(folder, model=HashedEmbedder()) as opened:
        opened.sync()
        yield opened


def passage(text: str, title: str | None = None, source: str = "a.txt") -> Passage:
    """A passage that holds a text."""
    return Passage(text, source, title, "0" * 64, None, 1, 0, len(text), (), 1.0, 1.0, None)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who signed the Treaty of Kalmar?", ()),
        ("Who signed the Treaty of Lisbon?", ("Treaty of Lisbon",)),
        ("Did Queen Margaret or King Margaret name ships?", ()),
        ("When did Atlantis sink in 1987?", ("Atlantis", "1987", "sink")),
        ("Did Marie Curie see the harbour?", ("Marie Curie",)),
        ("What of Marie Antoinette's pilot?", ()),
        ("Who leaves, and who sells there?", ()),
        ("How many of the 1250 ships?", ()),
        ("How many of the 1,250 ships?", ()),
        ("How many of the 1,251 ships?", ("1,251",)),
        ("Was it 3.5 million crowns?", ()),
        ("Was it 12% below?", ()),
        ("And 7 pilots?", ()),
        ("Was it signed on June 17, 1397?", ()),
        ("Was it signed on June 18, 1397?", ("June 18, 1397",)),
        ("Did they sell pears on 4 May 2023?", ()),
        ("Wi-Fi in Q3 2021?", ()),
        ("What happened in Q4 2021?", ("Q4 2021",)),
        ("What about the 1390s and the 18th century?", ()),
        ("What about the 1940s?", ("1940s",)),
        ("Which US envoy left?", ()),
        ("Which U.S. envoys left?", ()),
        ("Which u.s. envoys left, e.g. in 2021?", ()),
        ("What is the XJ-4471?", ()),
        ("What is the XJ-4472?", ("XJ-4472",)),
        ("What is in the orchard ledgers?", ()),
        ("the zebra, the Zebra and a zebra", ("Zebra",)),
        ("谁签署了条约？", ()),
        ("?", ()),
    ],
)
def test_missing_is_what_occurs_nowhere(index: DocumentIndex, question: str, expected: tuple[str, ...]) -> None:
    """Names, numbers, dates and words that no paragraph, title or file's name has, names and the like first."""
    assert missing(index, question) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What did the U.S. Congress decide?", "The U.S. Congress decided on Monday."),
        ("What did the US Congress decide?", "The U.S. Congress decided on Monday."),
        ("What did J.P. Morgan decide?", "J.P. Morgan decided on Monday."),
        ("Did the Wi-Fi Alliance decide?", "The WiFi Alliance decided."),
        ("Within 25 days?", "Within twenty-five days."),
        ("Were there 100 members?", "There were one hundred members."),
        ("Was it $10,000?", "It was ten thousand dollars."),
        ("Was it in World War 2?", "It was in World War II."),
        ("Was it on 1 July 2023?", "It was on 07/01/23."),
        ("Was it on July 1, 2023?", "It was on the first day of July 2023."),
        ("Was it on 22 July 2023?", "It was on the twenty-second day of July 2023."),
        ("Was it M\u00fcller?", "It was Mu\u0308ller."),
        ("Was it Mu\u0308ller?", "It was M\u00fcller."),
        ("Did they cooperate?", "They co\u00adoperate; that is, cooper\u00adate."),
    ],
)
def test_no_usual_spelling_is_called_missing(tmp_path: Path, question: str, text: str) -> None:
    """What stands there in another way, or with its letters taken apart, is there; another name or number is not."""
    (tmp_path / "a.txt").write_text(f"{text} They met again, and spoke of the decision for an hour.", encoding="utf-8")
    with DocumentIndex(tmp_path, model=HashedEmbedder()) as index:
        index.sync()
        absent = missing(index, clean_question(question))
        assert not [word for word in absent if word[0].isupper() or any(map(str.isdigit, word))], absent
        assert missing(index, "Was it the E.U. Senate, 46 or 2 July 1987?") == ("E.U. Senate", "46", "2 July 1987")


def test_missing_looks_at_what_is_in_no_paragraph(tmp_path: Path) -> None:
    """The people, dates and quoted words of a mail stand in the documents, though no answer is made of them."""
    (tmp_path / "a.eml").write_text(
        "From: Ada Kowalski <ada@example.org>\nTo: Bert Lund <bert@example.org>\nSubject: The ferry\n"
        "Date: Fri, 5 Mar 2021 09:00:00 +0000\nContent-Type: text/plain\n\n"
        "The ferry sails on Monday as it did before.\n\n> On Thursday Lena Brandt wrote of 7,300 tickets.\n",
        encoding="utf-8",
    )
    with DocumentIndex(tmp_path, model=HashedEmbedder()) as index:
        index.sync()
        question = "Did Bert Lund, Lena Brandt or Olaf Palme buy 7,300 or 7,301 tickets on 5 March 2021?"
        assert missing(index, question) == ("Olaf Palme", "7,301", "buy")
        (tmp_path / "a.eml").unlink()
        (tmp_path / "b.txt").write_text("The ferry sails on Monday, and it is late.", encoding="utf-8")
        index.sync()
        assert missing(index, "Lena Brandt?") == ("Lena Brandt",)


def test_nothing_is_said_of_a_passage_that_is_too_long_to_look_through() -> None:
    """Only its beginning is looked at, so what it lacks is not known."""
    long = passage("The ferry sails. " * 2_000 + "It did so in 1987.")
    assert said("Did the ferry sail in 1987?", (), [long]) == "The documents do not say."


def test_missing_in_chosen_documents_looks_in_no_others(index: DocumentIndex) -> None:
    """Where some documents are asked, only these count."""
    question = "Did Queen Margaret sell pears to Stone?"
    assert missing(index, question) == ()
    assert missing(index, question, ["treaty.md"]) == ("sell", "pears")
    assert missing(index, question, ["Orchard ledger.txt"]) == ("Queen Margaret",)
    assert missing(index, question, []) == ("Queen Margaret", "Stone", "sell", "pears")
    with pytest.raises(UnknownDocumentError, match=r"nowhere\.txt"):
        missing(index, question, ["nowhere.txt"])


def test_missing_forgets_documents_that_are_gone(tmp_path: Path) -> None:
    """What stood in a removed file only is missing from the next sync on."""
    for name in ("harbour", "zeppelin"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} is old.\n")
    with DocumentIndex(tmp_path, model=HashedEmbedder()) as opened:
        assert missing(opened, "Is the Zeppelin old?") == ("Zeppelin", "old")
        opened.sync()
        assert missing(opened, "Is the Zeppelin old?") == ()
        (tmp_path / "zeppelin.txt").unlink()
        opened.sync()
        assert missing(opened, "Is the Zeppelin old?") == ("Zeppelin",)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_missing_takes_any_question(index: DocumentIndex, question: str) -> None:
    """No question is an error, and what is missing is written as in it."""
    assert all(word in question for word in missing(index, question))
    assert all(word in question for word in unmatched(question, TREATY))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When did the U.S. envoy leave?", "The US envoy left in May."),
        ("When did the US envoy leave?", "The U.S. envoy left in May."),
        ("What did the WHO say?", "The World Health Organization said so."),
        ("What did the World Health Organization say?", "The WHO said so."),
        ("Where was Barack Obama born?", "Obama was born on an island."),
        ("What did Apple's managers earn?", "Managers of Apple earn much."),
        ("How do Huguenots live?", "A Huguenot lives well."),
        ("Who was President Lincoln?", "Lincoln came from Kentucky."),
        ("Is Wi-Fi safe?", "wifi is safe"),
        ("Is COVID-19 over?", "covid19 is over"),
        ("What do Brazilians eat?", "Brazil eats beans."),
        ("Who ruled France?", "French kings ruled."),
        ("How long did World War 2 last?", "World War II lasted six years."),
        ("What fell by 20 percent in the 1960s?", "Prices fell by 20% in 1963."),
        ("What fell to 2,000 people?", "It fell to 2000 people."),
        ("How many of 2000 people fell?", "Of 2,000 people two fell."),
        ("What of the third quarter of 2022?", "Net sales, Q3 2022"),
        ("Who lives in São Paulo?", "Sao Paulo has many people."),
        ("who is barack obama", "nothing of the kind"),
    ],
)
def test_unmatched_knows_other_spellings(question: str, text: str) -> None:
    """A text that mentions a thing under another usual spelling lacks nothing."""
    assert unmatched(question, text) == ()


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When was Marie Curie born in 1867?", "She was born in 1868 in Warsaw.", ("Marie Curie", "1867")),
        ("Who won in 1987?", "Benfica won in 1988.", ("1987",)),
        ("Who was Henry VIII?", "Henry VII was king.", ("Henry VIII",)),
        ("Did 5 million leave Austria?", "5 billion left Australia.", ("5 million", "Austria")),
        ("What did Apple earn in Q3 2022?", "Apple earned a lot in Q2 2022.", ("Q3 2022",)),
        ("What is 12% of it?", "", ("12%",)),
    ],
)
def test_unmatched_is_what_a_text_does_not_mention(question: str, text: str, expected: tuple[str, ...]) -> None:
    """Names, numbers and dates that a text lacks are told, as written in the question."""
    assert unmatched(question, text) == expected


def test_said_names_what_is_missing() -> None:
    """At most three things are named, and the rest counted."""
    near = [passage("The harbour is old.")]
    assert said("Who?", ("Atlantis",), near) == "The documents do not say. “Atlantis” occurs nowhere in them."
    assert said("Who?", ("Atlantis", "1987"), near) == (
        "The documents do not say. “Atlantis” and “1987” occur nowhere in them."
    )
    assert said("Who?", tuple("abcde"), near) == (
        "The documents do not say. “a”, “b”, “c” and 2 more occur nowhere in them."
    )
    assert said("Who?", ("x\x1b[2J",), near, chosen=True) == (
        "The chosen documents do not say. “x\\u001b[2J” occurs nowhere in them."
    )


def test_said_names_what_the_nearest_passage_lacks() -> None:
    """A passage that has something of the question is told to lack the rest, its title and file's name included."""
    near = [passage("Benfica won in 1988.", title="The cup of Lisbon", source="cups/1989.txt")]
    assert said("Did Benfica of Lisbon win in 1989?", (), near) == "The documents do not say."
    assert said("Did Benfica win in 1987?", (), near) == (
        "The documents do not say. The nearest passage does not mention “1987”."
    )
    assert said("Did Benfica win in 1987 and 1986 with Eusébio?", (), near) == (
        "The documents do not say. The nearest passage does not mention “1987”, “1986” or “Eusébio”."
    )
    assert said("Where is Atlantis?", (), near) == "The documents do not say."


def test_said_of_an_empty_folder() -> None:
    """Without a passage there is nothing to say it."""
    assert said("Who?", (), []) == "There is no document here to answer from."


def test_reply_without_search_asks_the_documents_for_questions(index: DocumentIndex) -> None:
    """Only what is no question has a reply of its own; a code of the documents is a question."""
    assert reply_without_search(index, "Who signed the treaty?") is None
    assert reply_without_search(index, "XJ-4471") is None
    assert (reply_without_search(index, "hello") or "").startswith("Hello!")
    assert (reply_without_search(index, "asdf qwer") or "").startswith("“asdf qwer” stands nowhere in what was read.")
