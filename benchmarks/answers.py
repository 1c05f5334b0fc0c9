"""How well questions are answered, and how honestly not: reader, ranking, answers, silence, confidence, time.

    python benchmarks/answers.py DATA [--indexes FOLDER] [--most N] [--only PART ...]

DATA holds xquad_en, squad_train, scifact, policyqa and mtrag, each with corpus.jsonl and questions.jsonl. Of
squad_train only the questions of the articles that no training saw are asked, and of policyqa those that none saw.
Everything goes through the public calls that a user makes. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ir_measures
import numpy as np
from ir_measures import Success, nDCG
from retrieval import rank, read_lines, write_documents
from sklearn.metrics import roc_auc_score

import qa
from index.embedding import fastest_precision
from qa import answerer, confidence
from qa.entries import candidates, group
from qa.evaluation.curves import bins_of, calibration_error
from qa.evaluation.matching import exact_match, f1, holds
from qa.extractive import load_reader
from qa.retrieval import clean_question, retrieve
from qa.second_look import CONSIDERED, look_again

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))

from questions import HELD_OUT_ARTICLES, policy_questions


@dataclass(frozen=True)
class Given:
    """A question, the answer given to it whatever its confidence, and the ids of the documents it was found in."""

    row: dict[str, Any]
    answer: qa.Answer
    ranked: dict[str, float]
    is_cut: bool  # whether each quotation is a slice of its document, and each marked answer one of its quotation

    @property
    def is_shown(self) -> bool:
        """Whether it would be shown at the usual threshold."""
        return self.answer.confidence >= confidence.threshold(with_reader=True)

    @property
    def is_right(self) -> bool:
        """Whether the first quotation holds an accepted answer."""
        entries = self.answer.entries
        return bool(entries) and holds(entries[0].citations[0].quote, self.row["answers"])


@dataclass
class Benchmark:
    """The data, the indexes that were made of it, and the figures found so far."""

    data: Path
    indexes: Path
    most: int
    figures: dict[str, float] = field(default_factory=dict)
    _given: dict[tuple[str, str, int | None], list[Given]] = field(default_factory=dict)

    def questions(self, name: str, most: int | None = None) -> list[dict[str, Any]]:
        """Give a set's questions that no training saw; at most so many, drawn with a fixed seed."""
        rows = read_lines(self.data / name / "questions.jsonl")
        if name == "squad_train":
            titles = {row["doc_id"]: row["title"] for row in read_lines(self.data / name / "corpus.jsonl")}
            rows = [row for row in rows if titles[row["relevant"][0]] in HELD_OUT_ARTICLES]
        if name == "policyqa":
            seen = {row["question"] for row in policy_questions(self.data / name)}
            rows = [row for row in rows if row["question"] not in seen]
        rows = list({row["question"]: row for row in rows}.values())
        most = min(self.most, most or self.most)
        return rows if len(rows) <= most else random.Random(0).sample(rows, most)

    @contextmanager
    def opened(self, name: str, *, fast: bool = False) -> Iterator[tuple[qa.Folder, dict[str, str]]]:
        """Give a set's paragraphs as an open folder, and the id of each file."""
        with tempfile.TemporaryDirectory() as temporary:
            documents = write_documents(read_lines(self.data / name / "corpus.jsonl"), Path(temporary, "documents"))
            with qa.open(Path(temporary, "documents"), index=self.indexes / name, fast=fast) as folder:
                yield folder, documents

    def given(self, asked: str, source: str, most: int | None = None) -> list[Given]:
        """Ask the questions of one set of the paragraphs of another, each once in a run of this program."""
        key = asked, source, most
        if key not in self._given:
            given = []
            with self.opened(asked) as (folder, documents):
                for row in self.questions(source, most):
                    answer = folder.ask(row["question"], threshold=0.0)
                    is_cut = all(
                        c.quote == folder.document(c.source).text[c.start : c.end]
                        and (c.answer_start is None or (0 <= c.answer_start < (c.answer_end or 0) <= len(c.quote)))
                        for c in answer.citations
                    )
                    given.append(Given(row, answer, rank(answer.passages, documents), is_cut))
            self._given[key] = given
        return self._given[key]

    def note(self, name: str, value: float) -> None:
        """Print a figure and keep it."""
        self.figures[name] = round(value, 4)
        print(f"  {name:<60} {value:.3f}", flush=True)


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--indexes", type=Path, help="keep the indexes here, so that the next run need not embed again")
    parser.add_argument("--most", type=int, default=10**6, help="ask at most so many questions of a set")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        benchmark = Benchmark(arguments.data, arguments.indexes or Path(temporary), arguments.most)
        for part in arguments.only:
            print(PARTS[part].__doc__)
            PARTS[part](benchmark)
    print(json.dumps(benchmark.figures))


def reader_alone(benchmark: Benchmark) -> None:
    """The reader alone, in the paragraph that holds the answer."""
    reader = load_reader()
    texts = {row["doc_id"]: row["text"] for row in read_lines(benchmark.data / "xquad_en" / "corpus.jsonl")}
    shown = []
    rows = benchmark.questions("xquad_en")
    for row in rows:
        text = texts[row["relevant"][0]]
        (look,) = reader.read(row["question"], [text])
        shown.append(text[look.spans[0].start : look.spans[0].end])
    benchmark.note("xquad_en EM", _mean(exact_match(s, row["answers"]) for s, row in zip(shown, rows, strict=True)))
    benchmark.note("xquad_en F1", _mean(f1(s, row["answers"]) for s, row in zip(shown, rows, strict=True)))
    passages = list(texts.values())[:64]
    for precision in ("fastest", "float32"):
        seconds = _seconds_to_read(reader, rows[0]["question"], passages, precision)
        benchmark.note(f"milliseconds a passage, {precision}", 1000 * seconds / len(passages))


def ranking(benchmark: Benchmark) -> None:
    """Passages with and without the reader: Success@1, and nDCG@10 for scifact.

    The public split of scifact has claims of training and test about the same abstracts; the others stand apart.
    """
    for name, measure in (("xquad_en", Success @ 1), ("squad_train", Success @ 1), ("scifact", nDCG @ 10)):
        rows = [row for row in benchmark.questions(name) if row.get("relevant")]
        judgments = {row["id"]: dict.fromkeys(row["relevant"], 1) for row in rows}
        with benchmark.opened(name, fast=True) as (folder, documents):
            without = {row["id"]: rank(folder.retrieve(row["question"], k=10), documents) for row in rows}
        with_reader = {given.row["id"]: given.ranked for given in benchmark.given(name, name)}
        for which, run in (("without", without), ("with", with_reader)):
            value = ir_measures.calc_aggregate([measure], judgments, run)[measure]
            benchmark.note(f"{name} {measure} {which} the reader", value)
            if name == "scifact":
                trained = read_lines(benchmark.data / name / "questions_train.jsonl")
                known = {relevant for row in trained for relevant in row["relevant"]}
                apart = {row["id"]: judgments[row["id"]] for row in rows if known.isdisjoint(row["relevant"])}
                value = ir_measures.calc_aggregate([measure], apart, {id_: run[id_] for id_ in apart})[measure]
                benchmark.note(f"{name} {measure} {which} it, {len(apart)} claims about other abstracts", value)


def answers(benchmark: Benchmark) -> None:
    """Answers end to end, whatever their confidence: what the first entry and its marked words hold."""
    for name in ("xquad_en", "squad_train"):
        given = benchmark.given(name, name)
        marked = [
            (one.answer.entries[0].answer or "" if one.answer.entries else "", one.row["answers"]) for one in given
        ]
        benchmark.note(f"{name} first entry holds an accepted answer", _mean(one.is_right for one in given))
        benchmark.note(f"{name} EM of the marked words", _mean(exact_match(*pair) for pair in marked))
        benchmark.note(f"{name} F1 of the marked words", _mean(f1(*pair) for pair in marked))
        any_of_five = [
            any(holds(e.citations[0].quote, one.row["answers"]) for e in one.answer.entries[:5]) for one in given
        ]
        benchmark.note(f"{name} one of the first five does", _mean(any_of_five))
        benchmark.note(f"{name} quotations are slices of their text", _mean(one.is_cut for one in given))


def silence(benchmark: Benchmark) -> None:
    """Questions about other things: refused; the collection's own: answered."""
    own = benchmark.given("xquad_en", "xquad_en")
    benchmark.note("xquad_en asked of itself: refused", _mean(not one.is_shown for one in own))
    for asked, source in (("xquad_en", "policyqa"), ("xquad_en", "mtrag"), ("scifact", "xquad_en")):
        other = benchmark.given(asked, source, 400)
        benchmark.note(f"{source} asked of {asked}: refused", _mean(not one.is_shown for one in other))
        if asked == "xquad_en":
            benchmark.note(f"AUROC, xquad_en's own against {source}'s", _auroc(own, other))
    asked_of_itself = benchmark.given("mtrag", "mtrag")
    for level in ("UNANSWERABLE", "PARTIAL", "UNDERSPECIFIED"):
        able = [one for one in asked_of_itself if "ANSWERABLE" in one.row["answerability"]]
        unable = [one for one in asked_of_itself if level in one.row["answerability"]]
        benchmark.note(f"AUROC, mtrag answerable against {level.lower()}", _auroc(able, unable))


def calibration(benchmark: Benchmark) -> None:
    """Expected calibration error, on questions that nothing saw: as many that the paragraphs answer as others."""
    cases: list[tuple[float, bool]] = []
    for asked, most in (("squad_train", None), ("xquad_en", 800)):
        own = benchmark.given(asked, asked)[:most]
        others = [one for source in ("policyqa", "mtrag") for one in benchmark.given(asked, source, 400)]
        cases += [(one.answer.confidence, one.is_right) for one in own]
        cases += [(one.answer.confidence, False) for one in others[: len(own)]]
    benchmark.note("expected calibration error", calibration_error(bins_of(cases)) or 0.0)
    shown = [is_right for sure, is_right in cases if sure >= confidence.threshold(with_reader=True)]
    benchmark.note("share of the answers shown that are wrong", 1 - _mean(shown))


def steps(benchmark: Benchmark) -> None:
    """Milliseconds of one ask at the paragraphs of squad_train, by step: medians."""
    rows = benchmark.questions("squad_train", 60)
    taken: dict[str, list[float]] = {}
    with benchmark.opened("squad_train") as (folder, _):
        reader = folder.reader
        assert reader is not None
        folder.ask(rows[0]["question"])
        for row in rows:
            question = clean_question(row["question"])
            marks = [("", time.perf_counter())]
            passages = retrieve(folder.index, question, CONSIDERED)
            marks.append(("finding", time.perf_counter()))
            seen = look_again(reader, question, passages)
            marks.append(("reading", time.perf_counter()))
            group(candidates(seen))
            marks.append(("sentences and entries", time.perf_counter()))
            answerer.possible(folder.index, reader, question, seen)
            marks.append(("these again, with confidence", time.perf_counter()))
            folder.ask(row["question"])
            marks.append(("ask, whole", time.perf_counter()))
            taken.setdefault("passages read", []).append(len(seen.looks) / 1000)
            for (_, before), (step, after) in pairwise(marks):
                taken.setdefault(step, []).append(after - before)
        benchmark.note("paragraphs", folder.index.paragraph_count())
    for step, seconds in taken.items():
        benchmark.note(step, 1000 * statistics.median(seconds))


def _seconds_to_read(reader: Any, question: str, passages: Sequence[str], precision: str) -> float:
    import torch

    import qa.extractive

    if precision == "float32":
        qa.extractive.fastest_precision = lambda _: torch.inference_mode()
    try:
        reader.read(question, passages)
        started = time.perf_counter()
        for _ in range(3):
            reader.read(question, passages)
        return (time.perf_counter() - started) / 3
    finally:
        qa.extractive.fastest_precision = fastest_precision


def _auroc(positive: Sequence[Given], negative: Sequence[Given]) -> float:
    sure = [one.answer.confidence for one in (*positive, *negative)]
    return float(roc_auc_score([1] * len(positive) + [0] * len(negative), sure))


def _mean(values: Any) -> float:
    return float(np.mean([float(value) for value in values]))


PARTS = {
    "reader": reader_alone,
    "ranking": ranking,
    "answers": answers,
    "silence": silence,
    "calibration": calibration,
    "steps": steps,
}

if __name__ == "__main__":
    main()
