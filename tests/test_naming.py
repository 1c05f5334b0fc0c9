"""Naming: which documents a question means by their names, and what their paragraphs inherit of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import DocumentIndex
from index.catalogue import Catalogue
from index.naming import Names, _question_words
from index.records import Holding
from index.words import WordReader

Opener = Callable[..., DocumentIndex]

ONCE = "\nSomebody on the train had spoken of the Orchard and of all the lamps that he had once bought there.\n"
SAME = "Revenue grew by a tenth.\n\nCosts fell a little.\n\nNothing else happened.\n"


def fill(folder: Path, texts: dict[str, str]) -> None:
    """Write files."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def sources(index: DocumentIndex, question: str, k: int = 3) -> list[str]:
    """Where the best k hits stand."""
    return [hit.source for hit in index.search(question, k)]


@pytest.mark.parametrize(
    ("question", "names", "others"),
    [
        ("What did Apple earn?", {"appl"}, {"what", "did", "earn"}),
        ("Apple's and Orange’s revenue", {"appl", "orang"}, {"revenu"}),
        ("NVIDIA revenue", {"nvidia"}, {"revenu"}),
        ("Is it so? Then when? Did Rome fall", {"rome"}, {"so", "did", "when", "fall"}),
        ("What's new?", set(), {"what", "new"}),
        ("the third quarter of 2023", {"q3", "2023"}, {"third", "quarter"}),
        ("chapter 5 of the book", {"5 chapter"}, {"chapter", "book"}),
        ("15 June 2022", {"15 june", "june", "2022"}, set()),
        ("10-Q of Acme", {"10 q", "acm"}, set()),
        ("", set(), set()),
    ],
)
def test_question_words_are_names_by_their_capitals_and_digits(
    question: str, names: set[str], others: set[str]
) -> None:
    """Capitals inside a sentence, possessives, capitals inside a word and numbers make names; others do not."""
    words = _question_words(question)
    assert {word for word, is_name in words.items() if is_name} == names
    assert {word for word, is_name in words.items() if not is_name} == others


@given(st.text(max_size=200))
def test_question_words_take_any_text(question: str) -> None:
    """No text is refused, and no word is empty."""
    assert all(_question_words(question))


def test_search_prefers_the_file_whose_name_the_question_gives(folder: Path, open_index: Opener) -> None:
    """Of documents with the same words, those of the quarter and year that were asked for come first, spelt anyhow."""
    fill(folder, {f"{year} Q{q} acme.txt": f"{SAME}\nMark {year}{q}.\n" for year in (2021, 2022) for q in (1, 2, 3)})
    with open_index() as index:
        index.sync()
        for question in (
            "revenue in Q2 2022",
            "Revenue in the second quarter of 2022?",
            "2Q22 revenue",
            "REVENUE Q2'22",
        ):
            hits = index.search(question, 2)
            assert hits[0].source == "2022 Q2 acme.txt"
            assert hits[0].named == 1.0
            assert hits[1].named is not None
            assert hits[1].named < 1.0


def test_search_prefers_the_document_that_speaks_of_a_name_throughout(folder: Path, open_index: Opener) -> None:
    """A paragraph inherits the name that the rest of its document is full of, though neither it nor the file has it."""
    about = "{0} makes lamps.\n\n{0} is old.\n\n{0} has a mill.\n\n{0} pays well.\n\nRevenue grew by a tenth.\n"
    fill(folder, {"a.txt": about.format("Orchard"), "b.txt": about.format("Harbour"), "c.txt": SAME + ONCE})
    with open_index() as index:
        index.sync()
        assert sources(index, "How did the revenue of Harbour grow?", 1) == ["b.txt"]
        first = index.search("How did the revenue of Orchard grow?", 1)[0]
        assert (first.source, first.named) == ("a.txt", 1.0)


def test_search_without_names_is_as_it_was(folder: Path, open_index: Opener) -> None:
    """A question that names no document is answered by both searches alone."""
    fill(folder, {"a.txt": SAME, "b.txt": "Pears grow in autumn.\n"})
    with open_index() as index:
        index.sync()
        hits = index.search("how much did revenue grow", 4)
        assert {hit.named for hit in hits} == {None}
        assert hits[0].score == 1.0


def test_search_in_one_document_weighs_no_names(folder: Path, open_index: Opener) -> None:
    """Where only one document is looked in, there is nothing to choose from."""
    fill(folder, {"2021 report.txt": SAME, "2022 report.txt": f"{SAME}\nMore.\n"})
    with open_index() as index:
        index.sync()
        assert {hit.named for hit in index.search("revenue in 2021", 3, ["2022 report.txt"])} == {None}


def test_search_finds_a_named_document_behind_hundreds_of_others(folder: Path, open_index: Opener) -> None:
    """The paragraphs of the document that is named are looked at, however many others are nearer."""
    fill(folder, {f"minutes {n:03}.txt": f"The council met. The harbour gate was painted. {n}\n" for n in range(150)})
    others = "Pears grow by the harbour in autumn.\n\nA lamp hung in the tower.\n\nThe ferry was late.\n"
    fill(folder, {"minutes Jones.txt": f"The council met. The harbour gate was painted blue yesterday.\n\n{others}"})
    with open_index() as index:
        index.sync()
        question = "The council met and the harbour gate was painted"
        assert "minutes Jones.txt" not in sources(index, question, 100)
        assert sources(index, f"{question}, by the minutes of Jones", 1) == ["minutes Jones.txt"]


@pytest.mark.parametrize("word", ["latest", "most recent", "newest", "current"])
def test_search_for_the_latest_prefers_the_newest_by_name(folder: Path, open_index: Opener, word: str) -> None:
    """Among documents that match alike, the newest comes first, and the oldest where that is asked for."""
    fill(
        folder,
        {f"{year}-0{month} accounts.txt": f"{SAME}\n{year}{month}.\n" for year in (2020, 2021) for month in (3, 9)},
    )
    with open_index() as index:
        index.sync()
        assert sources(index, f"What was the revenue in the {word} accounts?", 1) == ["2021-09 accounts.txt"]
        assert sources(index, "What was the revenue in the oldest accounts?", 1) == ["2020-03 accounts.txt"]


def test_search_for_the_latest_prefers_the_newest_by_its_date(folder: Path, open_index: Opener) -> None:
    """Where names give no date, the documents' own dates count; a document without one stands in the middle."""
    for name, date in (("a", "2020-05-01"), ("b", "2022-05-01"), ("c", "2021-05-01")):
        (folder / f"{name}.md").write_text(f"---\ndate: {date}\n---\n\n{SAME}\nMark {name}.\n")
    (folder / "d.md").write_text(f"{SAME}\nMark d.\n")
    with open_index() as index:
        index.sync()
        assert sources(index, "latest revenue", 3) == ["b.md", "d.md", "c.md"]
        assert sources(index, "earliest revenue", 3) == ["a.md", "d.md", "c.md"]


def test_search_for_the_latest_of_a_name_stays_with_the_name(folder: Path, open_index: Opener) -> None:
    """The newest of all documents does not count where an older one is the newest of those that are named."""
    fill(
        folder, {f"{year} {name}.txt": f"{SAME}\n{year}{name}.\n" for year, name in ((2020, "Acme"), (2023, "Zenith"))}
    )
    fill(folder, {"2021-05 Acme.txt": f"{SAME}\n5.\n", "2021-01 Acme.txt": f"{SAME}\n1.\n"})
    with open_index() as index:
        index.sync()
        assert sources(index, "What is the latest revenue of Acme?", 1) == ["2021-05 Acme.txt"]


def test_a_renamed_file_is_named_by_its_new_name(folder: Path, open_index: Opener) -> None:
    """Names are those of the files as they are, without embedding anything again; a copy's name counts as well."""
    fill(folder, {"a.txt": SAME, "b.txt": f"{SAME}\nMore.\n"})
    with open_index() as index:
        index.sync()
        assert {hit.named for hit in index.search("revenue of Zenith")} == {None}
        (folder / "b.txt").rename(folder / "Zenith.txt")
        assert index.sync().paragraphs_embedded == 0
        assert sources(index, "revenue of Zenith", 1) == ["Zenith.txt"]
        (folder / "Acme.txt").write_text(SAME)
        index.sync()
        assert sources(index, "revenue of Acme", 1) == ["Acme.txt"]


def test_a_small_number_names_only_with_its_neighbour(folder: Path, open_index: Opener) -> None:
    """The 5 of "5 %" does not mean chapter 5, and "chapter 5" does."""
    fill(folder, {f"chapter {n:02}.txt": f"{SAME}\n{n * 'x'}\n" for n in range(1, 8)})
    with open_index() as index:
        index.sync()
        assert {hit.named for hit in index.search("Revenue grew by 5 %?")} == {None}
        assert sources(index, "How did revenue grow in chapter 5?", 1) == ["chapter 05.txt"]


def test_names_of_ten_thousand_files_are_found_in_them_all(tmp_path: Path, open_index: Opener, folder: Path) -> None:
    """The weight of a word is that of BM25, over documents; a name that all bear tells nothing apart."""
    fill(folder, {"a.txt": SAME})
    with open_index() as index:
        index.sync()
        words = WordReader(index.path / "words")
    holdings = [Holding(f"acme/{n:05}-of-1999.txt", n, f"{n}", 10 + n, 11 + n) for n in range(10_000)]
    names = Names(Catalogue(holdings))
    everyone = names.named_by("Files of Acme in 1999", words)
    assert everyone is not None
    assert set(everyone.documents.tolist()) == {1.0}
    one = names.named_by("number 04321 of 1999", words)
    assert one is not None
    assert one.best().tolist() == [4321]
    assert names.named_by("Zenith", words) is None
