"""How well passages are found: nDCG@10, RR@10, Success@1 and Success@5 on a set of documents and judged questions.

    python benchmarks/retrieval.py DATASET_FOLDER

DATASET_FOLDER holds corpus.jsonl (doc_id, title, text) and questions.jsonl (id, question, relevant: doc_ids). Each row
of the corpus becomes a Markdown file with its title in the front matter, and everything goes through the public calls
that a user makes: `qa.open` and `retrieve`. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, Success, nDCG

import qa

MEASURES = [nDCG @ 10, RR @ 10, Success @ 1, Success @ 5]


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, help="a folder with corpus.jsonl and questions.jsonl")
    parser.add_argument("--index", type=Path, help="keep the index here, so that the next run need not embed again")
    arguments = parser.parse_args()
    corpus = read_lines(arguments.dataset / "corpus.jsonl")
    questions = [row for row in read_lines(arguments.dataset / "questions.jsonl") if row.get("relevant")]

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "documents")
        documents = write_documents(corpus, folder)
        started = time.perf_counter()
        with qa.open(folder, index=arguments.index or Path(temporary, "index"), fast=True) as opened:
            seconds_to_open = time.perf_counter() - started
            started = time.perf_counter()
            run = {row["id"]: rank(opened.retrieve(row["question"], k=20), documents) for row in questions}
            seconds = time.perf_counter() - started

    judgments = {row["id"]: dict.fromkeys(row["relevant"], 1) for row in questions}
    figures = {str(measure): value for measure, value in ir_measures.calc_aggregate(MEASURES, judgments, run).items()}
    print(f"{arguments.dataset.name}: {len(corpus):,} documents, {len(questions):,} questions")
    for name, value in figures.items():
        print(f"  {name:<10} {value:.4f}")
    print(f"  opened in {seconds_to_open:.0f} s, {1000 * seconds / len(questions):.1f} ms a question")
    print(json.dumps({"dataset": arguments.dataset.name, **figures}))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_documents(corpus: list[dict[str, Any]], folder: Path) -> dict[str, str]:
    """Write each row as a file; give the row's id for each file's name."""
    folder.mkdir()
    documents = {}
    for number, row in enumerate(corpus):
        name = f"{number:06d}.md"
        documents[name] = row["doc_id"]
        # A JSON string is a YAML string too.
        (folder / name).write_text(f"---\ntitle: {json.dumps(row['title'])}\n---\n\n{row['text']}\n", encoding="utf-8")
    return documents


def rank(passages: tuple[qa.Passage, ...], documents: dict[str, str]) -> dict[str, float]:
    """Give each document the score of its best passage; the rank breaks ties, as a reader of the list would."""
    scores: dict[str, float] = {}
    for place, passage in enumerate(passages):
        scores.setdefault(documents[passage.source], passage.score - place * 1e-9)
    return scores


if __name__ == "__main__":
    main()
