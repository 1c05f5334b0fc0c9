"""How fast and how large: embedding and indexing rates, the parts of a question's time, memory, size on disk.

    python benchmarks/speed.py CORPUS.jsonl [--paragraphs 5000] [--questions QUESTIONS.jsonl]

The rates are ratios against plain `SentenceTransformer.encode` over the same texts in the same run, because machines
differ and are noisy: the runs take turns. Texts are the `text` of each row.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from sentence_transformers import SentenceTransformer

from index import DocumentIndex, searcher
from index.embedding import BATCH_SIZE, SentenceTransformerEmbedder, cpu_has_bfloat16, default_model_folder
from index.store import Store
from index.vectors import Vectors
from index.words import WordReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUNDS = 6  # pairs
RATE_PARAGRAPHS = 400  # for the rates: short turns, because a shared machine changes its pace within minutes
FITTING = 900  # characters that the model reads at once: plain encode cuts off what is longer, and so does less
ASKED = 100


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="a file of one JSON object a line, with `title` and `text`")
    parser.add_argument("--paragraphs", type=int, default=5_000)
    parser.add_argument("--questions", type=Path, help="a file of one JSON object a line, with `question`")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.corpus.open(encoding="utf-8")][: arguments.paragraphs]
    questions = [row["title"] for row in rows[:: max(1, len(rows) // ASKED)]]
    if arguments.questions:
        questions = [json.loads(line)["question"] for line in arguments.questions.open(encoding="utf-8")]

    with tempfile.TemporaryDirectory() as temporary:
        short = [row for row in rows if len(row["text"]) <= FITTING]
        figures = rates(short[:RATE_PARAGRAPHS], Path(temporary, "rates"))
        folder = Path(temporary, "documents")
        write(rows, folder)
        with DocumentIndex(folder) as index:
            index.sync()
            figures |= question_times(index, questions[:ASKED])
        with DocumentIndex(folder) as index:  # opened anew: closing has put the write-ahead log in its place
            figures["paragraphs"] = index.paragraph_count()
            figures["bytes a paragraph on disk, its text included"] = index.size_on_disk() / index.paragraph_count()
            figures["bytes a paragraph of text"] = sum(len(row["text"].encode()) for row in rows) / len(rows)
        figures |= memory(folder)
    for name, value in figures.items():
        print(f"{name:<58} {value:10,.2f}")
    print(json.dumps(figures))


def write(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """Write each row as a text file."""
    folder.mkdir()
    for number, row in enumerate(rows):
        (folder / f"{number:06d}.txt").write_text(f"{row['title']}\n\n{row['text']}\n", encoding="utf-8")


def rates(rows: Sequence[dict[str, Any]], work: Path) -> dict[str, float]:
    """Compare indexing a folder and `embed_paragraphs` with plain encoding of the same texts."""
    work.mkdir()
    write(rows, work / "documents")
    embedder = SentenceTransformerEmbedder()
    with DocumentIndex(work / "documents", index=work / "once", model=embedder) as index:
        index.sync()
        texts = []
        for summary in index.documents():
            document = index.document(summary.source)
            texts += [f"{document.context(p)}\n{document.text[p.start : p.end]}" for p in document.paragraphs]
    model = SentenceTransformer(str(default_model_folder()), local_files_only=True)

    def plain(dtype: torch.dtype | None) -> None:
        with torch.inference_mode(), torch.autocast("cpu", dtype=dtype, enabled=dtype is not None):
            model.encode(texts, batch_size=BATCH_SIZE)

    def index_anew(place: Path) -> None:
        with DocumentIndex(work / "documents", index=place, model=embedder) as index:
            index.sync()

    places = (work / f"anew-{number}" for number in itertools.count())
    own = torch.bfloat16 if cpu_has_bfloat16() else None
    fastest = "bfloat16" if own is not None else "float32"
    plain(own)  # warms up
    float32 = paired(lambda: plain(None), lambda: plain(own))
    ours = paired(lambda: embedder.embed_paragraphs(texts), lambda: plain(own))
    spent: dict[str, float] = {}
    embedder.embed_paragraphs = watched(embedder.embed_paragraphs, "embedding", spent)  # type: ignore[method-assign]
    indexing = paired(lambda: index_anew(next(places)), lambda: plain(own))
    spent.clear()
    seconds = timed(lambda: index_anew(next(places)))
    return {
        "share of indexing that is spent in embed_paragraphs": spent["embedding"] / seconds,
        f"rate of plain {fastest} / plain float32": 1 / float32,
        f"rate of embed_paragraphs / plain {fastest}": ours,
        "rate of embed_paragraphs / plain float32": ours / float32,
        f"rate of indexing / plain {fastest}": indexing,
        "rate of indexing / plain float32": indexing / float32,
    }


def paired(one: Callable[[], Any], other: Callable[[], Any]) -> float:
    """Give how many times as fast `one` is as `other`, by their seconds over all pairs, whose order alternates."""
    seconds_of_one = seconds_of_other = 0.0
    for number in range(ROUNDS):
        if number % 2:
            seconds_of_other += timed(other)
        seconds_of_one += timed(one)
        if not number % 2:
            seconds_of_other += timed(other)
    return seconds_of_other / seconds_of_one


PARTS: list[tuple[str, Any, str]] = [
    ("embedding", SentenceTransformerEmbedder, "embed_questions"),
    ("dense", Vectors, "nearest"),
    ("words", WordReader, "nearest"),
    ("fusion", searcher, "fuse"),
    ("fetching", Store, "paragraphs"),
    ("fetching", Store, "text"),
]


def question_times(index: DocumentIndex, questions: Sequence[str]) -> dict[str, float]:
    """Split the time of a question into its parts, in milliseconds: the median over the questions."""
    index.search(questions[0])  # loads what is loaded once
    spent: dict[str, float] = {}
    for part, owner, name in PARTS:
        setattr(owner, name, watched(getattr(owner, name), part, spent))
    parts: dict[str, list[float]] = {}
    for question in questions:
        spent.clear()
        whole = timed(lambda question=question: index.search(question, 10))  # type: ignore[misc]
        for part, seconds in {**spent, "all the rest": whole - sum(spent.values()), "a question in all": whole}.items():
            parts.setdefault(part, []).append(seconds)
    medians = {f"ms, {part}": 1000 * statistics.median(values) for part, values in parts.items()}
    beyond = medians["ms, a question in all"] - medians["ms, embedding"]
    return {**medians, "search beyond the embedding / embedding": beyond / medians["ms, embedding"]}


def watched(inner: Callable[..., Any], part: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Wrap a function so that the seconds spent in it are added up under `part`."""

    def outer(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return inner(*arguments, **options)
        finally:
            spent[part] = spent.get(part, 0.0) + time.perf_counter() - started

    return outer


MEMORY = """
import pathlib, resource, sys
def peak():  # in MB
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # what getrusage gives on Linux includes the process that started this one
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
import torch
with_torch = peak()
import sentence_transformers
with_libraries = peak()
import qa
with qa.open(sys.argv[1]) as folder:
    folder.ask("What is it about?")
    folder.ask("When did it begin and who was the first to say so?")
print(with_torch, with_libraries, peak())
"""


def memory(folder: Path) -> dict[str, float]:
    """Measure the peak memory of a process that opens the folder and answers, in MB."""
    printed = subprocess.run([sys.executable, "-c", MEMORY, str(folder)], check=True, capture_output=True, text=True)
    with_torch, with_libraries, peak = map(float, printed.stdout.split())
    return {
        "MB, peak of an answering process": peak,
        "of which importing torch, share": with_torch / peak,
        "of which importing sentence-transformers besides, share": (with_libraries - with_torch) / peak,
    }


def timed(run: Callable[[], Any]) -> float:
    """Give the seconds that a call takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
