"""The training sets -> questions with their passages, as one list; knows where each stands and how it is split."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Articles of squad_train that no training sees: the first four fit weights and confidence, the others are reported on.
DEVELOPMENT_ARTICLES = ("Buckingham Palace", "John Kerry", "Pain", "Translation")
HELD_OUT_ARTICLES = ("Genghis Khan", "Gregorian calendar", "Huguenot", "Immune system")

CLAIMS_LEFT_OUT = 4  # every fourth of SciFact's training claims fits weights, too, and is not trained on

POLICIES = 1500  # questions
WRITTEN = Path(__file__).with_name("written")
WORD = re.compile(r"\w+")
LONGEST_SHOWN = 170  # words of a passage that those who wrote questions about it saw


@dataclass(frozen=True, slots=True)
class Question:
    """A question and where it is answered.

    `passage` is a place in the list of passages. `start` and `end` delimit the answer in that passage's text, where it
    is known; both are None where the passage does not answer, and also where it does but nobody said in which words
    (`is_ranking`). `also` are places of other passages that answer, `near` of those that do not, nearest first.
    """

    text: str
    passage: int
    start: int | None = None
    end: int | None = None
    is_ranking: bool = False
    source: str = ""
    also: tuple[int, ...] = ()
    near: tuple[int, ...] = ()


@dataclass(slots=True)
class TrainingSet:
    """Passages, none of them twice, and questions about them."""

    passages: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def add_passage(self, text: str) -> int:
        """Give the place of a passage, which is taken where it is new."""
        if text not in self._places:
            self._places[text] = len(self.passages)
            self.passages.append(text)
        return self._places[text]

    def add_question(self, text: str, passage: int, answer: str | None, start: int | None, source: str) -> None:
        """Take a question; one whose answer does not stand in its passage is left out."""
        if answer is None:
            self.questions.append(Question(text, passage, source=source))
            return
        place = likeliest_place(text, self.passages[passage], answer) if start is None else start
        if place < 0 or self.passages[passage][place : place + len(answer)] != answer:
            return
        self.questions.append(Question(text, passage, place, place + len(answer), source=source))


def read_all(data: Path, extra: Path) -> TrainingSet:
    """Read every training set that is there.

    Args:
        data: The folder with `squad_train`, `policyqa`, `scifact` and `mtrag`.
        extra: The folder with `squad1_train_part.json`, `squad2_train_part.json` and `fairytaleqa`.
    """
    training = TrainingSet()
    _add_squad(training, data / "squad_train")
    for source in ("squad2", "squad1"):
        _add_articles(training, extra / f"{source}_train_part.json", source)
    _add_fairytales(training, extra / "fairytaleqa")
    _add_policies(training, data / "policyqa")
    _add_claims(training, data / "scifact")
    for file in sorted(WRITTEN.glob("*.questions.jsonl")):
        _add_written(training, data, file)
    return training


def likeliest_place(question: str, passage: str, answer: str) -> int:
    """Give where an answer begins, or -1: of several places one of whole words, amid most of the question's words."""
    places = [found.start() for found in re.finditer(re.escape(answer), passage)]
    if len(places) < 2:
        return places[0] if places else -1
    whole = [
        place
        for place in places
        if not (passage[:place][-1:].isalnum() or passage[place + len(answer) :][:1].isalnum())
    ]
    asked = set(WORD.findall(question.lower()))

    def shared(place: int) -> int:
        before = passage.rfind(". ", 0, place) + 1
        after = passage.find(". ", place + len(answer))
        return len(asked.intersection(WORD.findall(passage[before : after if after >= 0 else None].lower())))

    return max(whole or places, key=shared)


def checksums(*folders: Path) -> dict[str, str]:
    """Give the SHA-256 of every file of these folders, by its path from the folder's name on."""
    return {
        file.relative_to(folder.parent).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _add_squad(training: TrainingSet, folder: Path) -> None:
    left_out = {*DEVELOPMENT_ARTICLES, *HELD_OUT_ARTICLES}
    places = {}
    for row in rows(folder / "corpus.jsonl"):
        if row["title"] not in left_out:
            places[row["doc_id"]] = training.add_passage(row["text"])
    for row in rows(folder / "questions.jsonl"):
        if (place := places.get(row["relevant"][0])) is not None:
            training.add_question(row["question"], place, row["answers"][0], None, "squad")


def _add_articles(training: TrainingSet, file: Path, source: str) -> None:
    """Take articles in the form of SQuAD, without the questions that another set has brought."""
    known = {question.text for question in training.questions}
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        if article["title"].replace("_", " ") in {*DEVELOPMENT_ARTICLES, *HELD_OUT_ARTICLES}:
            continue
        for paragraph in article["paragraphs"]:
            place = training.add_passage(paragraph["context"])
            for row in paragraph["qas"]:
                if row["question"] in known:
                    continue
                answer = row["answers"][0] if not row.get("is_impossible") else None
                text, start = (answer["text"], answer["answer_start"]) if answer else (None, None)
                training.add_question(row["question"], place, text, start, source)


def _add_fairytales(training: TrainingSet, folder: Path) -> None:
    for file in sorted((folder / "questions").glob("*-questions.csv")):
        story = folder / "stories" / file.name.replace("-questions", "-story")
        sections = {row["section"]: re.sub(r"\s+", " ", row["text"]).strip() for row in _table(story)}
        places: dict[str, int] = {}
        for row in _table(file):
            section, answer = row["cor_section"].strip(), row["answer1"].strip().rstrip(".").strip()
            if row["ex-or-im1"] != "explicit" or section not in sections or not answer:
                continue
            text = sections[section]
            if (start := text.lower().find(answer.lower())) < 0:
                continue
            if section not in places:
                places[section] = training.add_passage(text)
            training.add_question(
                row["question"].strip(), places[section], text[start : start + len(answer)], start, "fairytaleqa"
            )


def policy_questions(folder: Path) -> list[dict[str, Any]]:
    """Give the rows of PolicyQA that are trained on."""
    questions = [row for row in rows(folder / "questions.jsonl") if len(row["answers"][0].split()) <= 15]
    random.Random(0).shuffle(questions)
    return questions[:POLICIES]


def _add_policies(training: TrainingSet, folder: Path) -> None:
    places = {row["doc_id"]: training.add_passage(row["text"]) for row in rows(folder / "corpus.jsonl")}
    for row in policy_questions(folder):
        training.add_question(row["question"], places[row["relevant"][0]], row["answers"][0], None, "policyqa")


def _add_claims(training: TrainingSet, folder: Path) -> None:
    claims = list(rows(folder / "questions_train.jsonl"))
    judged = {relevant for row in claims for relevant in row["relevant"]}
    chance, places = random.Random(0), {}
    for row in rows(folder / "corpus.jsonl"):
        if row["doc_id"] in judged or chance.random() < 0.25:  # of the others a quarter, to be told apart from
            places[row["doc_id"]] = training.add_passage(row["text"])
    for number, row in enumerate(claims):
        if number % CLAIMS_LEFT_OUT == 0:
            continue
        answering = tuple(places[relevant] for relevant in row["relevant"])
        for place in answering:
            training.questions.append(
                Question(row["question"], place, is_ranking=True, source="scifact", also=answering)
            )


def _add_written(training: TrainingSet, data: Path, file: Path) -> None:
    """Take questions written for askfolder: about passages of public sets, named by set and id, or of our own."""
    kind = file.name.partition(".")[0]
    own = file.with_name(f"{kind}.passages.jsonl")
    texts = {row["passage_id"]: row["text"] for row in rows(own)} if own.exists() else {}
    places: dict[str, int] = {}
    for row in rows(file):
        name = row["passage_id"]
        if name not in places:
            if name not in texts:
                collection = name.partition(":")[0]
                texts |= {f"{collection}:{r['doc_id']}": r["text"] for r in rows(data / collection / "corpus.jsonl")}
            places[name] = training.add_passage(_beginning(texts[name]))
        training.add_question(row["question"], places[name], row["answer"], None, kind)


def _beginning(text: str) -> str:
    """Cut a long passage as it was shown to those who wrote questions about it: at the end of a sentence."""
    words = text.split()
    if len(words) <= LONGEST_SHOWN:
        return text
    shown = " ".join(words[:LONGEST_SHOWN])
    stop = text.find(". ", len(shown) - 200)
    return text[: stop + 1] if stop > 0 else shown


def _table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
