"""Search: against brute force over every piece and every word, whatever the index has been through."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hashed_embedder import HashedEmbedder

from index import DocumentIndex, Hit, UnknownDocumentError
from index.words import WordReader, words_of

Opener = Callable[..., DocumentIndex]

DEPTH = 100  # paragraphs that each search brings, or k if that is more
VOCABULARY = (  # noqa: SIM905 (fifty words are easier to read so)
    "harbour gate tide boat pilot winter ledger pears orchard autumn ladder basket library valley maps archive "
    "keeper lamp rope signal flood bridge market bread miller stone tower bell clock council minutes treaty border "
    "river ferry toll salt copper wool weaver loom indigo merchant caravan desert well camel tent star compass"
).split()
QUESTIONS = (
    "Who keeps the harbour gate in winter?",
    "pears",
    "Which treaty set the border along the river, and who signed the minutes of the council?",
    "zeppelin",
    "the of and",
    "?!",
    'text:harbour AND (boat OR "tide") ^2',
)


class Place(NamedTuple):
    """Where a paragraph stands."""

    source: str
    number: int


class Scores(NamedTuple):
    """What brute force gives a paragraph."""

    fused: float
    dense: float
    words: float | None


def fill(folder: Path, seed: int = 3, files: int = 60) -> None:
    """Write files of one to seven paragraphs from a small vocabulary."""
    chance = random.Random(seed)
    for number in range(files):
        source = folder / f"shelf {number % 7}" / f"{number:02}.{'md' if number % 5 == 0 else 'txt'}"
        source.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = [
            f"{' '.join(chance.choices(VOCABULARY, k=chance.randint(3, 30)))}.".capitalize()
            for _ in range(chance.randint(1, 7))
        ]
        title = f"# {chance.choice(VOCABULARY)} and {chance.choice(VOCABULARY)}\n\n" if number % 5 == 0 else ""
        source.write_text(title + "\n\n".join(paragraphs) + "\n")


def place(hit: Hit) -> Place:
    """Where a hit stands."""
    return Place(hit.source, hit.paragraph.number)


def brute_force(index: DocumentIndex, question: str, depth: int, among: set[str] | None = None) -> dict[Place, Scores]:
    """Score every paragraph of the documents of a folder without copies, and fuse the best `depth` of each search."""
    embedder = HashedEmbedder()
    asked = embedder.embed_questions([question])[0]
    dense: dict[Place, float] = {}
    places: dict[int, Place] = {}
    for summary in index.documents():
        document = index.document(summary.source)
        chosen = among is None or summary.source in among
        vectors, owners = embedder.embed_paragraphs(
            [document.text[p.start : p.end] for p in document.paragraphs],
            [document.context(p) for p in document.paragraphs],
        )
        cosines = vectors.astype(np.float16).astype(np.float32) @ asked
        first = next(holding.first for holding in index._store.holdings() if holding.source == summary.source)
        for row, paragraph in enumerate(document.paragraphs):
            places[first + row] = Place(summary.source, paragraph.number)
            if chosen:
                dense[places[first + row]] = float(cosines[owners == row].max())
    ids, bm25 = WordReader(index.path / "words").nearest(question, 10_000)
    words = {places[id_]: score for id_, score in zip(ids.tolist(), bm25.tolist(), strict=True)}
    words = {where: score for where, score in words.items() if where in dense}
    shares = [normalised(best(ranking, depth), depth) for ranking in (dense, words)]
    return {
        where: Scores(sum(share.get(where, 0.0) for share in shares) / 2, dense[where], words.get(where))
        for where in dense
    }


def best(ranking: dict[Place, float], depth: int) -> dict[Place, float]:
    """The first of a ranking, equal ones by source and number."""
    return dict(sorted(ranking.items(), key=lambda item: (-item[1], item[0]))[:depth])


def normalised(ranking: dict[Place, float], depth: int) -> dict[Place, float]:
    """Shares from 0 to 1."""
    if not ranking:
        return {}
    low = min(ranking.values()) if len(ranking) == depth else 0.0
    high = max(ranking.values())
    return {where: (score - low) / (high - low) if high > low else 1.0 for where, score in ranking.items()}


def agree(hits: tuple[Hit, ...], expected: dict[Place, Scores], k: int) -> None:
    """Hits are the best k by brute force, with its scores, and in its order but for what rounding cannot tell."""
    assert len(hits) == min(k, len(expected))
    assert len({place(hit) for hit in hits}) == len(hits)
    ranked = sorted(expected.values(), key=lambda scores: -scores.fused)[: len(hits)]
    assert [hit.score for hit in hits] == pytest.approx([scores.fused for scores in ranked], abs=1e-5)
    for hit in hits:
        scores = expected[place(hit)]
        assert hit.score == pytest.approx(scores.fused, abs=1e-5)
        assert hit.dense == pytest.approx(scores.dense, abs=1e-5)
        if hit.words is not None:
            assert hit.words == pytest.approx(scores.words, rel=1e-5)
    for before, after in pairwise(hits):
        assert (-before.score, place(before)) < (-after.score, place(after))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentIndex]:
    """The index of sixty small files."""
    folder = tmp_path_factory.mktemp("library")
    fill(folder)
    with DocumentIndex(folder, model=HashedEmbedder()) as index:
        index.sync()
        yield index


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("k", [1, 10, 150, 1000])
def test_search_finds_what_brute_force_finds(library: DocumentIndex, question: str, k: int) -> None:
    """Over all pieces and words of sixty files the hits, their scores and their order are those of brute force."""
    assert library.paragraph_count() > DEPTH
    agree(library.search(question, k), brute_force(library, question, max(DEPTH, k)), k)


@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_search_in_chosen_documents_finds_what_brute_force_finds(library: DocumentIndex, question: str) -> None:
    """Looking in some documents ranks these as if there were no others, but with the words' weights of all."""
    sources = [document.source for document in library.documents()]
    for chosen in (sources[:1], sources[3:30:4], sources):
        expected = brute_force(library, question, DEPTH, set(chosen))
        agree(library.search(question, 10, chosen), expected, 10)


def test_search_in_chosen_documents_has_the_scores_of_the_whole_search(library: DocumentIndex) -> None:
    """Cosine and BM25 of a paragraph are the same, to the last bit, wherever else is looked."""
    question = QUESTIONS[0]
    everywhere = {place(hit): hit for hit in library.search(question, 1000)}
    sources = [document.source for document in library.documents()]
    for chosen in (sources[:1], sources[5:25:3], sources[::-1]):
        hits = library.search(question, 1000, chosen)
        assert {place(hit) for hit in hits} == {where for where in everywhere if where.source in chosen}
        for hit in hits:
            assert (hit.dense, hit.words) == (everywhere[place(hit)].dense, everywhere[place(hit)].words)


def test_search_takes_sources_and_ids_alike(library: DocumentIndex) -> None:
    """A document may be named by its source or its id, twice as well as once; none at all finds nothing."""
    one, two = library.documents()[4:6]
    expected = library.search("harbour", 20, [one.source, two.source])
    assert {hit.source for hit in expected} == {one.source, two.source}
    assert library.search("harbour", 20, [two.id, one.source, one.id]) == expected
    assert library.search("harbour", 20, []) == ()


def test_search_hits_say_what_stands_where(library: DocumentIndex) -> None:
    """A hit's text is its paragraph in its document, and its document and title are those of its file."""
    for hit in library.search("harbour gate council", 50):
        document = library.document(hit.source)
        assert document == library.document(hit.document_id)
        assert (hit.document_id, hit.title) == (document.id, document.title)
        assert document.paragraphs[hit.paragraph.number - 1] == hit.paragraph
        assert document.text[hit.paragraph.start : hit.paragraph.end] == hit.text


def test_search_of_an_unknown_document_gives_a_hint(library: DocumentIndex) -> None:
    """A name that is nearly right is put right in the message; another one is named only."""
    with pytest.raises(
        UnknownDocumentError, match=r"no document 'shelf 1/99\.txt' in .*\. Did you mean 'shelf 1/\d\d.txt'\?$"
    ):
        library.search("harbour", documents=["shelf 1/99.txt"])
    with pytest.raises(UnknownDocumentError, match=r"^There is no document 'zzzzzzz' in this folder\.$"):
        library.document("zzzzzzz")


@pytest.mark.parametrize("question", ["", "  \n\t ", "\u3000"])
def test_search_for_nothing_is_refused(library: DocumentIndex, question: str) -> None:
    """A blank question is an error of the caller."""
    with pytest.raises(ValueError, match=r"^The question is empty\.$"):
        library.search(question)


@pytest.mark.parametrize("k", [0, -3])
def test_search_for_less_than_one_is_refused(library: DocumentIndex, k: int) -> None:
    """To ask for fewer than one hit is an error of the caller."""
    with pytest.raises(ValueError, match=f"^k must be at least 1, not {k}\\.$"):
        library.search("harbour", k)


def test_search_finds_a_long_paragraph_by_its_end_and_once(folder: Path, open_index: Opener) -> None:
    """Each piece of a long paragraph is searched; the paragraph comes once, with the cosine of its best piece."""
    chance = random.Random(1)
    long = (
        " ".join(chance.choices(VOCABULARY[:30], k=280)) + " and at last the caravan crossed the desert by its compass."
    )
    (folder / "long.txt").write_text(long.capitalize())
    for number in range(30):
        (folder / f"{number}.txt").write_text(" ".join(chance.choices(VOCABULARY[:30], k=20)).capitalize() + ".")
    with open_index() as index:
        index.sync()
        hits = index.search("caravan crossed desert compass", 31)
        assert hits[0].source == "long.txt"
        assert [hit.source for hit in hits].count("long.txt") == 1
        embedder = HashedEmbedder()
        pieces, _ = embedder.embed_paragraphs([long])
        cosines = pieces @ embedder.embed_questions(["caravan crossed desert compass"])[0]
        assert len(pieces) == 11
        assert hits[0].dense == pytest.approx(cosines.max(), abs=1e-3)
        assert cosines.argmax() == 10


def test_search_fills_its_list_though_one_paragraph_has_many_pieces(folder: Path, open_index: Opener) -> None:
    """A paragraph of hundreds of pieces, all of them near, crowds no other out."""
    (folder / "long.txt").write_text("Harbour gate tide. " * 2_000)
    for number in range(120):
        (folder / f"{number:03}.txt").write_text(f"Harbour gate number {number}.")
    with open_index() as index:
        index.sync()
        hits = index.search("harbour gate tide", 10)
        assert [hit.source for hit in hits].count("long.txt") == 1
        agree(hits, brute_force(index, "harbour gate tide", DEPTH), 10)


def test_search_puts_equal_hits_in_the_order_of_source_and_paragraph(folder: Path, open_index: Opener) -> None:
    """Paragraphs with the same words have the same score, and come as they stand in the folder."""
    for name in ("c", "a", "b"):
        (folder / f"{name}.txt").write_text(f"The harbour gate.\n\nThe harbour gate.\n\nOnly in {name * 3}.\n")
    with open_index() as index:
        index.sync()
        hits = index.search("harbour gate", 6)
        assert [place(hit) for hit in hits] == [(f"{name}.txt", number) for name in "abc" for number in (1, 2)]
        assert {(hit.score, hit.words == hits[0].words) for hit in hits} == {(1.0, True)}


@pytest.mark.parametrize("order", [1, -1])
def test_search_takes_the_first_of_more_equal_paragraphs_than_it_looks_at(
    folder: Path, open_index: Opener, order: int
) -> None:
    """Where more paragraphs than a search brings are equally good, the first by source win, whenever they came."""
    names = [f"{number:03}" for number in range(150)][::order]
    with open_index() as index:
        for first in range(0, 150, 50):
            for name in names[first : first + 50]:
                (folder / f"{name}.txt").write_text(f"The harbour gate.\n\nfile {name}")
            index.sync()
        hits = index.search("harbour gate", 3)
        assert [place(hit) for hit in hits] == [("000.txt", 1), ("001.txt", 1), ("002.txt", 1)]


def test_search_does_not_depend_on_the_indexs_history(library: DocumentIndex, folder: Path, open_index: Opener) -> None:
    """The same files, added in another order and with changes in between, give the same hits and cosines."""
    files = sorted(path for path in library.folder.rglob("*.*") if ".askfolder" not in path.parts)
    with open_index() as index:
        for first in range(len(files) - 10, -1, -10):
            for path in files[first : first + 10]:
                copy = folder / path.relative_to(library.folder)
                copy.parent.mkdir(exist_ok=True)
                copy.write_text("The harbour was something else before.\n\n" + path.read_text())
                (folder / f"gone {path.name}").write_text(f"Pears of {path.name}.")
            index.sync()
            for path in files[first : first + 10]:
                (folder / path.relative_to(library.folder)).write_text(path.read_text())
                (folder / f"gone {path.name}").unlink()
        index.sync()
        assert [d.source for d in index.documents()] == [d.source for d in library.documents()]
        for question in QUESTIONS:
            hits, expected = (each.search(question, 1000) for each in (index, library))
            assert {(place(h), h.text, h.dense) for h in hits} == {(place(h), h.text, h.dense) for h in expected}
            agree(hits, brute_force(index, question, 1000), 1000)


def test_word_weights_are_inverse_document_frequencies(folder: Path, open_index: Opener) -> None:
    """The rarer a word, the more it weighs, as BM25 has it; one that stands nowhere weighs most."""
    (folder / "a.txt").write_text("Harbour gate.\n\nHarbour lamp.\n\nHarbour rope, rope, rope.\n")
    (folder / "b.txt").write_text("A boat.\n")
    with open_index() as index:
        index.sync()

        def weight(n: int) -> float:
            return math.log(1 + (4 - n + 0.5) / (n + 0.5))

        for _ in range(2):  # before the first search and after it
            assert index.word_weights("The Harbours: ropes, boats and harbour zeppelins") == pytest.approx(
                {"harbour": weight(3), "rope": weight(1), "boat": weight(1), "zeppelin": weight(0)}
            )
            index.search("harbour")
        assert index.word_weights("the and ?") == {}
    with open_index() as index:
        assert list(words_of("Harbours")) == ["harbour"]
        assert index.word_weights("Harbours") == pytest.approx({"harbour": weight(3)})


def test_search_takes_halves_of_characters_and_no_documents(
    folder: Path, open_index: Callable[..., DocumentIndex]
) -> None:
    """A lone surrogate is a character like any other, and to look in no document finds nothing."""
    (folder / "a.txt").write_text("The pump was built in Leeds.")
    index = open_index()
    index.sync()
    assert [hit.source for hit in index.search("\ud800 pump")] == ["a.txt"]
    assert index.search("pump", documents=[]) == ()


def test_held_are_the_texts_whose_words_stand_together(folder: Path, open_index: Opener) -> None:
    """All words of a text stand in one paragraph with its title and headings, or in the names of files and authors."""
    (folder / "North quay.md").write_text("# Harbour\n\nThe gate opens.\n\n## Ropes\n\nA café sells lamps.\n")
    (folder / "b.txt").write_text("A boat waits.\n")
    texts = ["gates", "harbour gate", "rope lamp", "gate lamp", "CAFE", "quay", "north quay", "boat", "zeppelin", "the"]
    with open_index() as index:
        assert index.held(texts) == frozenset()
        index.sync()
        assert index.held(texts) == frozenset(texts) - {"gate lamp", "zeppelin"}
        assert index.held(texts, ["b.txt"]) == {"boat", "the"}
        assert index.held(texts, []) == {"the"}
        assert index.held(["\ud800 boat", "boat"]) == {"\ud800 boat", "boat"}
        with pytest.raises(UnknownDocumentError, match=r"c\.txt"):
            index.held(texts, ["c.txt"])
        (folder / "b.txt").unlink()
        index.sync()
        assert "boat" not in index.held(texts)


def test_usual_cosine_is_the_median_of_the_best(folder: Path, open_index: Opener) -> None:
    """It follows the folder, embeds the questions once, and is 0 where nothing is indexed."""
    questions = ("pears in the orchard", "the lamp", "copper wool", "a zeppelin")
    index = open_index()
    assert index.usual_cosine(questions) == 0.0
    fill(folder, files=9)
    index.sync()
    for _ in range(2):
        best = [max(hit.dense for hit in index.search(question, k=1_000)) for question in questions]
        assert index.usual_cosine(questions) == pytest.approx(float(np.median(best)), abs=1e-6)
        (folder / "more.txt").write_text("Copper wool. The lamp of the zeppelin.\n")
        index.sync()


def test_usual_cosine_follows_every_change(folder: Path, open_index: Opener) -> None:
    """Only what is new is compared again, and what had the nearest words and went: as an index opened anew says."""
    questions = ("pears in the orchard", "the lamp", "copper wool", "a zeppelin")
    fill(folder, files=9)
    index = open_index()
    index.sync()
    index.usual_cosine(questions)
    values = set()
    changes: tuple[tuple[str, str | None], ...] = (
        ("near.txt", "Copper wool. The lamp of the zeppelin."),
        ("far.txt", "A quarterly statement of account."),
        ("near.txt", "Pears in the orchard."),
        ("near.txt", None),
        ("far.txt", "The lamp. A zeppelin."),
    )
    for name, text in changes:
        (folder / name).unlink() if text is None else (folder / name).write_text(text)
        index.sync()
        best = [max(hit.dense for hit in index.search(question, k=1_000)) for question in questions]
        assert index.usual_cosine(questions) == pytest.approx(float(np.median(best)), abs=1e-6)
        values.add(round(index.usual_cosine(questions), 6))
    assert len(values) >= 3


def test_check_names_the_document_that_is_not_there(library: DocumentIndex) -> None:
    """None and known documents pass; an unknown one is the error of `search`."""
    library.check(None)
    library.check([])
    library.check([library.documents()[0].source])
    with pytest.raises(UnknownDocumentError, match=r"nowhere\.txt"):
        library.check(["nowhere.txt"])
