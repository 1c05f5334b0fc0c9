"""Fit how sure an answer is: qa/confidence.json, from questions that no training of the reader has seen.

    python training/fit_confidence.py --data DATA [--indexes FOLDER] [--cases FOLDER]

The questions of squad_train's development articles are asked of its 4,661 paragraphs; again, with every paragraph that
holds their answer hidden; and of policyqa and mtrag, which know nothing of them. Scientific claims are put to
squad_train. A quotation is right if it holds an accepted answer.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from questions import CLAIMS_LEFT_OUT, DEVELOPMENT_ARTICLES, rows
from sklearn.linear_model import LogisticRegression

import qa
from qa import answerer
from qa.confidence import COEFFICIENTS, Evidence
from qa.evaluation.matching import holds, normal_words
from qa.retrieval import clean_question

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from retrieval import write_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


SEED = 0
CANDIDATES = 5  # of a question, the strongest
MOST = {"own": 400, "hidden": 200, "policyqa": 80, "mtrag": 80, "claims": 80}  # questions of each kind
# An answer is shown where it is more likely right than wrong; without a reader, which tells less, somewhat sooner.
THRESHOLDS = {"with_reader": 0.5, "without_reader": 0.3}
WRONG = 0.1  # what the threshold would have to be for at most this share of wrong answers is told besides
FEATURES = {
    "with_reader": ("reader", "lead", "rank", "nearness", "words", "unmatched", "agreeing"),
    "without_reader": ("closeness", "unmatched"),  # the others stand in closeness
}


@dataclass(frozen=True, slots=True)
class Case:
    """A possible answer: its evidence, whether it is right, the number and kind of its question, and its article."""

    evidence: Evidence
    is_right: bool
    question: int
    kind: str
    article: str


def main() -> None:
    """Fit both models and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, help="keep the indexes here")
    parser.add_argument("--cases", type=Path, help="keep what was found here; what is here is not asked again")
    chosen = parser.parse_args()
    models = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name, features in FEATURES.items():
            kept = (chosen.cases or Path(temporary)) / f"{name}.jsonl"
            if not kept.exists():
                found = collect(chosen.data, chosen.indexes or Path(temporary), fast=name == "without_reader")
                kept.write_text("".join(json.dumps(asdict(case)) + "\n" for case in found), encoding="utf-8")
            cases = [Case(**row | {"evidence": Evidence(**row["evidence"])}) for row in rows(kept)]
            models[name] = fit(cases, features, THRESHOLDS[name])
            print(name, json.dumps(models[name], indent=1), flush=True)
    COEFFICIENTS.write_text(json.dumps(models, indent=2) + "\n", encoding="utf-8")


def collect(data: Path, indexes: Path, *, fast: bool) -> Iterator[Case]:
    """Ask all kinds of question."""
    chance = random.Random(SEED)
    titles = {row["doc_id"]: row["title"] for row in rows(data / "squad_train" / "corpus.jsonl")}
    own = []
    for row in rows(data / "squad_train" / "questions.jsonl"):
        article = titles[row["relevant"][0]]
        if article in DEVELOPMENT_ARTICLES:
            own.append(row | {"article": article})
    claims = list(rows(data / "scifact" / "questions_train.jsonl"))[::CLAIMS_LEFT_OUT]
    asked = {
        "squad_train": {"own": own, "hidden": own, "claims": claims},
        "policyqa": {"policyqa": own},
        "mtrag": {"mtrag": own},
    }
    number = 0
    for collection, kinds in asked.items():
        corpus = list(rows(data / collection / "corpus.jsonl"))
        with tempfile.TemporaryDirectory() as temporary:
            sources = write_documents(corpus, Path(temporary, "documents"))
            texts = {source: _plain(row["text"]) for source, row in zip(sources, corpus, strict=True)}
            with qa.open(Path(temporary, "documents"), index=indexes / collection, fast=fast) as folder:
                for kind, questions in kinds.items():
                    for row in chance.sample(questions, min(len(questions), MOST.get(kind, len(questions)))):
                        number += 1
                        yield from _cases(folder, row, kind, number, texts)


def _cases(folder: qa.Folder, row: dict[str, Any], kind: str, number: int, texts: dict[str, str]) -> Iterator[Case]:
    documents = None
    if kind == "hidden":
        answers = [_plain(answer) for answer in row["answers"]]
        documents = [source for source, text in texts.items() if not any(answer in text for answer in answers)]
    question = clean_question(row["question"])
    seen = answerer.consider(folder.index, folder.reader, question, documents)
    found = answerer.possible(folder.index, folder.reader, question, seen)
    accepted = row["answers"] if kind == "own" else []
    for one in sorted(found, key=lambda one: -max(one.evidence.rank, one.evidence.closeness))[:CANDIDATES]:
        is_right = holds(one.citations[0].quote, accepted)
        yield Case(one.evidence, is_right, number, kind, row.get("article", str(number % 4)))


def _plain(text: str) -> str:
    return f" {' '.join(normal_words(text))} "


def fit(cases: Sequence[Case], features: Sequence[str], threshold: float) -> dict[str, Any]:
    """Fit a logistic model, with the questions that are answered weighing as much as all the others together.

    Returns:
        Intercept and coefficients for the evidence as it is, fitted on all cases; the threshold, and how good it is,
        from models that had not seen the article of the question.
    """
    values = np.array([[getattr(case.evidence, name) for name in features] for case in cases])
    right = np.array([case.is_right for case in cases])
    kinds = np.array([case.kind for case in cases])
    own = kinds == "own"
    numbers = np.array([case.question for case in cases])
    weights = np.where(own, 0.5 / len(set(numbers[own])), 0.5 / len(set(numbers[~own]))) * len(set(numbers))
    articles = np.array([case.article for case in cases])
    unseen = np.zeros(len(cases))
    for fold in range(4):
        out = np.array([article in (DEVELOPMENT_ARTICLES[fold], str(fold)) for article in articles])
        unseen[out] = _fitted(values[~out], right[~out], weights[~out])(values[out])
    first = np.zeros(len(cases), bool)
    for number in np.unique(numbers):
        places = np.flatnonzero(numbers == number)
        first[places[np.argmax(unseen[places])]] = True
    model = _fitted(values, right, weights)
    told = {}
    for each in (threshold, least(unseen[first], right[first], weights[first])):
        shown = first & (unseen >= each)
        told[f"at threshold {each}"] = {
            "wrong among the answers shown": round(1 - float(np.average(right[shown], weights=weights[shown])), 3),
            "answered of those that are answered": round(float((shown & own).sum() / (first & own).sum()), 3),
            "refused of the others": {
                kind: round(1 - float((shown & (kinds == kind)).sum() / (first & (kinds == kind)).sum()), 3)
                for kind in MOST
                if kind != "own"
            },
        }
    return {
        "intercept": round(model.intercept, 4),
        "coefficients": dict(zip(features, np.round(model.coefficients, 4).tolist(), strict=True)),
        "threshold": threshold,
        "fitted": {
            "by": "training/fit_confidence.py",
            "questions": {kind: len(set(numbers[kinds == kind])) for kind in dict.fromkeys(kinds.tolist())},
        }
        | told,
    }


@dataclass(frozen=True, slots=True)
class _Fitted:
    intercept: float
    coefficients: np.ndarray

    def __call__(self, values: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(self.intercept + values @ self.coefficients)))


def _fitted(values: np.ndarray, right: np.ndarray, weights: np.ndarray) -> _Fitted:
    spread = values.std(axis=0) + 1e-9  # the penalty shall weigh on all alike
    model = LogisticRegression(C=1.0, max_iter=1000).fit(values / spread, right, sample_weight=weights)
    return _Fitted(float(model.intercept_[0]), model.coef_[0] / spread)


def least(sure: np.ndarray, right: np.ndarray, weights: np.ndarray) -> float:
    """Give the lowest threshold, in hundredths, above which at most `WRONG` of the answers are wrong."""
    for hundredth in range(5, 100):
        shown = sure >= hundredth / 100
        if shown.any() and 1 - np.average(right[shown], weights=weights[shown]) <= WRONG:
            return hundredth / 100
    return 0.99


if __name__ == "__main__":
    main()
