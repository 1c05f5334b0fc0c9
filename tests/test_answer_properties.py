"""Whatever the folder and the question, an answer keeps its promises: quotations, marks, numbers, confidence, JSON."""

from __future__ import annotations

import json
import random
import re
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hashed_embedder import HashedEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_reader import MatchingReader

import qa
from index import UnknownDocumentError
from qa.answer import SHOWN, one_line
from qa.confidence import threshold
from qa.entries import candidates, group
from qa.reader import SPANS, Look, Span
from qa.second_look import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


SUBJECTS = (
    *("The pump", "It", "However, they", "Kim Jong Un", "Kim", "North Korea", "Korea", "Ada Lovelace", "Neither side"),
    *("Die Brücke", "Der Vertrag", "The “old” [1] mill", "Vitamin A", "Zoë", "<b>Ann</b>", "Λάμδα"),
)
VERBS = ("was built", "was not built", "signed the pact", "weighs", "lost", "wurde gebaut", "costs", "became")
RESTS = (
    *("in Leeds in 1931", "on 1 December 1959", "on 3 May 1959", "before 1959", "5%", "5 million", "$5", "€5", "-5 °C"),
    *("1959–1961", "at 10:30", "for four minutes", "by Dr. J. Smith", "“[2]”", "1,000 tons", "3.5 percent", "naïve 🙂"),
)
WHOLE = (
    *("他于1959年签署了条约。它取代了旧条约。", "عقدت المعاهدة في عام 1959.", "a\u0301 \u200bb c", "It fell."),
    *("| pump | 1931 |", "1959.", "…", "Yes.", "The \ufeffbelt.\tGrease it once a month!", "What now?"),
)
ENDS = (".", "!", "?", ".", "…", ";")
ASKED = ("Where", "When", "Who", "Which of the", "What are the", "List", "How many", "", "Why not")

questions = st.builds(
    lambda asked, subject, verb, rest: f"{asked} {subject} {verb} {rest}?",
    *map(st.sampled_from, (ASKED, (*SUBJECTS, "Atlantis", ""), (*VERBS, ""), (*RESTS, "", ""))),
)


def a_sentence(chance: random.Random) -> str:
    """A sentence of our words, at times a strange one."""
    if chance.random() < 0.15:
        return chance.choice(WHOLE)
    return f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(RESTS)}{chance.choice(ENDS)}"


def texts(files: int) -> list[str]:
    """Texts of up to four paragraphs; some share a paragraph, as press releases do."""
    chance = random.Random(files)
    paragraphs = [" ".join(a_sentence(chance) for _ in range(chance.randint(1, 5))) for _ in range(2 * files)]
    return ["\n\n".join(chance.choices(paragraphs, k=chance.randint(1, 4))) + "\n" for _ in range(files)]


class ScatteredReader:
    """Points anywhere, with any score, but always the same for one question and passage: no order can be relied on."""

    name = fingerprint = "scattered"
    budget = 60

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(text.split()) for text in texts]

    def read(self, question: str, passages: Sequence[str], above: Sequence[str] | None = None) -> tuple[Look, ...]:
        """Cut each passage into runs of words, and score each by chance."""
        return tuple(self._look(random.Random(zlib.crc32(f"{question}\n{text}".encode())), text) for text in passages)

    def _look(self, chance: random.Random, passage: str) -> Look:
        words = [match.span() for match in re.finditer(r"\w+", passage)]
        spans, at = [], 0
        while at < len(words):
            last = min(len(words), at + chance.choice((1, 1, 2, 5))) - 1
            spans.append(Span(words[at][0], words[last][1], chance.uniform(-20.0, 20.0)))
            at = last + chance.randint(1, 3)
        return Look(tuple(sorted(spans, key=lambda span: -span.score)[:SPANS]), chance.uniform(-20.0, 20.0))


READERS: dict[str, type[MatchingReader | ScatteredReader] | None] = {
    "matching": MatchingReader,
    "scattered": ScatteredReader,
    "none": None,
}
FILES = (0, 1, 30)
repeated = settings(max_examples=40, deadline=None)
with_each_reader = pytest.mark.parametrize("kind", list(READERS))


class Opened:
    """Folders of no file, of one and of thirty, each to be asked with each kind of reader."""

    def __init__(self, place: Path, stack: ExitStack) -> None:
        self.folders: dict[tuple[int, str], qa.Folder] = {}
        self.anew: dict[tuple[int, str], qa.Folder] = {}
        for files in FILES:
            path = place / f"{files} files"
            path.mkdir()
            for number, text in enumerate(texts(files)):
                (path / f"{number}.txt").write_bytes(text.encode())
            for folders, index in ((self.folders, "index"), (self.anew, "another index")):
                if folders is self.anew and files < max(FILES):
                    continue
                for kind, made in READERS.items():
                    at, reader = path.with_name(f"{files} {index}"), made() if made else None
                    folder = qa.Folder(path, index=at, model=HashedEmbedder(), reader=reader, fast=reader is None)
                    folders[files, kind] = stack.enter_context(folder)
                folder.sync()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The folders, read once for all tests."""
    with ExitStack() as stack:
        yield Opened(tmp_path_factory.mktemp("folders"), stack)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and which documents of which folder it is put to; to all of them where `documents` is None."""

    question: str
    files: int
    documents: tuple[str, ...] | None

    def ask(self, folders: dict[tuple[int, str], qa.Folder], kind: str, threshold: float | None = None) -> qa.Answer:
        """Give the answer with this kind of reader."""
        return folders[self.files, kind].ask(self.question, self.documents, threshold=threshold)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Some documents of a folder, which are as good as a small folder of their own."""
    files = draw(st.sampled_from(FILES))
    chosen = st.sets(st.integers(0, files - 1), max_size=5) if files else st.just(set[int]())
    documents = chosen.map(lambda numbers: tuple(f"{number}.txt" for number in sorted(numbers)))
    return Case(draw(questions), files, draw(st.none() | documents))


@with_each_reader
@repeated
@given(case=cases())
def test_answer_quotes_its_documents_and_marks_its_quotations(opened: Opened, kind: str, case: Case) -> None:
    """A quotation is `text[start:end]` of its document, and the words that answer are a slice of it."""
    answer = case.ask(opened.folders, kind, threshold=0.0)
    folder = opened.folders[case.files, kind]
    for citation in answer.citations:
        assert folder.document(citation.sha256).text[citation.start : citation.end] == citation.quote
        assert citation.quote == citation.quote.strip() != ""
        assert (citation.answer is None) is (kind == "none")
        if citation.answer_start is not None and citation.answer_end is not None:
            assert 0 <= citation.answer_start < citation.answer_end <= len(citation.quote)
            assert citation.quote[citation.answer_start : citation.answer_end] == citation.answer
    for passage in answer.passages:
        assert folder.document(passage.sha256).text[passage.start : passage.end] == passage.text


@with_each_reader
@repeated
@given(case=cases())
def test_answer_quotes_no_place_twice(opened: Opened, kind: str, case: Case) -> None:
    """No two citations of an answer overlap, in one entry or in two."""
    cited = case.ask(opened.folders, kind, threshold=0.0).citations
    for one, other in combinations(cited, 2):
        assert one.source != other.source or one.end <= other.start or other.end <= one.start


@with_each_reader
@repeated
@given(case=cases())
def test_answer_is_found_or_says_why_not(opened: Opened, kind: str, case: Case) -> None:
    """Found means entries, the surest first, each sure enough; not found means none, and words that say so."""
    usual, least = case.ask(opened.folders, kind), threshold(with_reader=kind != "none")
    unsure = case.ask(opened.folders, kind, threshold=0.0)
    assert usual.confidence == unsure.confidence
    assert usual.found is (unsure.found and usual.confidence >= least)
    for answer in (usual, unsure):
        sure = [entry.confidence for entry in answer.entries]
        assert answer.found is bool(sure)
        assert sure == sorted(sure, reverse=True)
        assert all((least if answer is usual else 0) <= share <= answer.confidence <= 1 for share in sure)
        assert answer.confidence == sure[0] if sure else 0 <= answer.confidence < least
        assert all(entry.citations for entry in answer.entries)
        assert answer.text.strip()
        assert len(answer.entries) <= 10 >= len(answer.passages)
        assert all(0 <= passage.score <= 1 for passage in answer.passages)
        assert all(term in case.question for term in answer.missing)


@with_each_reader
@repeated
@given(case=cases())
def test_answer_numbers_its_citations_in_order(opened: Opened, kind: str, case: Case) -> None:
    """Numbers right after a quotation are of places with its very words, those after "also" of all others."""
    answer = case.ask(opened.folders, kind, threshold=0.0)
    lines = answer.text.split("\n\n") if answer.found else []
    assert len(lines) == min(len(answer.entries), SHOWN)
    next_number = 1
    for line, entry in zip(lines, answer.entries, strict=False):
        words = one_line(entry.citations[0].quote)
        assert line.startswith(f"“{words}” ")
        numbers = re.fullmatch(r"((?:\[\d+\])+)(?:, also ((?:\[\d+\])+))?", line.removeprefix(f"“{words}” "))
        assert numbers is not None
        same, other = ([int(number) for number in re.findall(r"\d+", part or "")] for part in numbers.groups())
        assert sorted(same + other) == list(range(next_number, next_number + len(entry.citations)))
        assert all(one_line(answer.citations[number - 1].quote) == words for number in same)
        assert all(one_line(answer.citations[number - 1].quote) != words for number in other)
        next_number += len(entry.citations)


@with_each_reader
@repeated
@given(case=cases())
def test_answer_is_the_same_every_time_and_strict_json(opened: Opened, kind: str, case: Case) -> None:
    """Asked again, or of a new index of the same files, a question has the same answer, and all of it is JSON."""
    answer = case.ask(opened.folders, kind)
    assert case.ask(opened.folders, kind) == answer
    if case.files == max(FILES):
        assert case.ask(opened.anew, kind) == answer
    written = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert written["citations"] == [citation for entry in written["entries"] for citation in entry["citations"]]
    assert (written["text"], written["found"], written["confidence"]) == (answer.text, answer.found, answer.confidence)


@with_each_reader
@repeated
@given(case=cases())
def test_answer_cites_only_the_documents_asked(opened: Opened, kind: str, case: Case) -> None:
    """What was not chosen is neither quoted nor among the nearest passages; of no documents there is no answer."""
    answer = case.ask(opened.folders, kind, threshold=0.0)
    all_ = {f"{number}.txt" for number in range(case.files)}
    chosen = all_ if case.documents is None else set(case.documents)
    assert {citation.source for citation in answer.citations} <= chosen
    assert {passage.source for passage in answer.passages} <= chosen
    assert chosen or not answer.found


@with_each_reader
def test_answer_from_an_unknown_document_is_an_error(opened: Opened, kind: str) -> None:
    """A document that is not there is not the same as one that does not say."""
    with pytest.raises(UnknownDocumentError, match=r"nowhere\.txt"):
        opened.folders[max(FILES), kind].ask("Where was the pump built?", ["nowhere.txt"])


@settings(max_examples=200, deadline=None)
@given(chosen=st.lists(st.sampled_from(texts(30)), min_size=4, max_size=12), question=questions)
def test_group_puts_each_place_into_one_group_once(chosen: list[str], question: str) -> None:
    """Wherever a reader points, no two quotations overlap, whatever groups they are in."""
    passages = [
        qa.Passage(text, f"{n}.txt", None, f"{n}", None, 1, 0, len(text), (), 0.5, 0.5, None)
        for n, text in enumerate(chosen)
    ]
    looks = ScatteredReader().read(question, chosen)
    quoted = [
        candidate for members in group(candidates(Seen(passages, looks, (0.5,) * len(looks)))) for candidate in members
    ]
    for one, other in combinations(quoted, 2):
        assert one.passage is not other.passage or one.end <= other.start or other.end <= one.start
