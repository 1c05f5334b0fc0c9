"""How well and how fast files are read: whole paragraphs and pages a second, against pdfminer.six and trafilatura.

    python benchmarks/reading.py FILE_OR_FOLDER ... [--rounds 3]

A paragraph of prose that does not end like a sentence was cut in two, glued to a table, or is none. The same rule says
for every program what prose is: at least 12 words, most of their characters letters. PDFs are compared with the text
boxes of pdfminer.six, HTML with trafilatura's paragraphs; other files are read by askfolder alone. The programs take
turns, and times are the medians of the rounds. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import trafilatura
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextContainer

from index.errors import UnreadableFileError
from index.files import find_files
from index.reading import read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Given = TypeVar("Given")

END = re.compile(r"""[.!?…:;。！？]["'”’»)\]*]*(?:\s?\[?\d{1,3}\]?)?$""")  # a footnote's number may follow
LEAST_WORDS = 12
LEAST_LETTERS = 0.65  # of the characters; tables and formulas have fewer


@dataclass(frozen=True)
class Result:
    """What a program made of a file.

    Attributes:
        seconds: The median of the rounds.
        prose: Paragraphs of prose.
        cut: Those of them that do not end like a sentence.
        pages: None where the format has none.
    """

    seconds: float
    prose: int
    cut: int
    pages: int | None

    @property
    def share(self) -> float | None:
        """The share of prose paragraphs that do not end like a sentence; None without prose."""
        return self.cut / self.prose if self.prose else None


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+", help="files, or folders with files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="print the paragraphs that do not end like a sentence")
    arguments = parser.parse_args()
    rows: list[dict[str, object]] = []
    print(f"{'file':<40} {'pages':>5} {'pages/s':>8} {'cut':>12} {'other cut':>12} {'cut ratio':>9} {'time ratio':>10}")
    for path in files_of(arguments.paths):
        try:
            ours, other = compare(path, arguments.rounds)
        except UnreadableFileError as error:
            print(f"{path.name[:40]:<40} not read: {error}")
            continue
        row = row_of(path, ours, other)
        rows.append(row)
        print(line_of(row))
        if arguments.show:
            for paragraph in cut_off(our_paragraphs(path.read_bytes(), path.name)[0]):
                print(f"    {paragraph[:60]} … {paragraph[-90:]}")
    print(json.dumps({"files": rows}))


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Give the files themselves, and those in the folders that can be read."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            listed = find_files(path, path / ".askfolder")
            found.extend(path / file.source for file in listed if file.reason is None)
        else:
            found.append(path)
    return found


def compare(path: Path, rounds: int) -> tuple[Result, Result | None]:
    """Let askfolder and the other program for this kind of file take turns."""
    data = path.read_bytes()
    others = {".pdf": pdfminer_paragraphs, ".html": trafilatura_paragraphs, ".htm": trafilatura_paragraphs}
    other = others.get(path.suffix.lower())
    ours_seconds: list[float] = []
    other_seconds: list[float] = []
    our_paragraphs(data, path.name)  # loads libraries and models
    for _ in range(rounds):
        (ours, pages), seconds = timed(lambda: our_paragraphs(data, path.name))
        ours_seconds.append(seconds)
        if other is not None:
            theirs, seconds = timed(lambda: other(data))
            other_seconds.append(seconds)
    result = Result(statistics.median(ours_seconds), len(prose(ours)), len(cut_off(ours)), pages)
    if other is None:
        return result, None
    return result, Result(statistics.median(other_seconds), len(prose(theirs)), len(cut_off(theirs)), pages)


def timed(call: Callable[[], Given]) -> tuple[Given, float]:
    """Give what a call gives, and its seconds."""
    started = time.perf_counter()
    given = call()
    return given, time.perf_counter() - started


def our_paragraphs(data: bytes, name: str) -> tuple[list[str], int | None]:
    """Give askfolder's paragraphs but for tables' rows, code and captions, and the number of pages."""
    document = read_document(data, name)
    kinds = ("prose", "item", "note")
    texts = [document.text[p.start : p.end] for p in document.paragraphs if p.kind in kinds]
    return texts, document.page_count


def pdfminer_paragraphs(data: bytes) -> list[str]:
    """Give the text boxes of pdfminer.six."""
    return [
        box.get_text() for page in extract_pages(io.BytesIO(data)) for box in page if isinstance(box, LTTextContainer)
    ]


def trafilatura_paragraphs(data: bytes) -> list[str]:
    """Give the paragraphs of the article that trafilatura finds."""
    return (trafilatura.extract(data, include_comments=False, include_tables=True) or "").split("\n")


def prose(paragraphs: Sequence[str]) -> list[str]:
    """Give those that are prose."""
    return [
        words
        for words in (" ".join(paragraph.split()) for paragraph in paragraphs)
        if words.count(" ") + 1 >= LEAST_WORDS and sum(map(str.isalpha, words)) >= LEAST_LETTERS * len(words)
    ]


def cut_off(paragraphs: Sequence[str]) -> list[str]:
    """Give those that are prose and do not end like a sentence."""
    return [words for words in prose(paragraphs) if not END.search(words[-12:])]


def row_of(path: Path, ours: Result, other: Result | None) -> dict[str, object]:
    """Put a file's figures together; ratios are askfolder's figure over the other's."""
    row: dict[str, object] = {
        "file": path.name,
        "pages": ours.pages,
        "pages_a_second": ours.pages / ours.seconds if ours.pages else None,
        "seconds": ours.seconds,
        "prose": ours.prose,
        "cut": ours.share,
    }
    if other is not None:
        row |= {"other_prose": other.prose, "other_cut": other.share, "time_ratio": ours.seconds / other.seconds}
        row["cut_ratio"] = ours.share / other.share if ours.share is not None and other.share else None
    return row


def line_of(row: dict[str, object]) -> str:
    """Write a row of the table."""

    def shown(key: str, digits: int) -> str:
        value = row.get(key)
        return f"{value:.{digits}f}" if isinstance(value, float) else "" if value is None else str(value)

    ours, other = (f"{shown(cut, 2)} of {shown(n, 0)}" for cut, n in (("cut", "prose"), ("other_cut", "other_prose")))
    return (
        f"{str(row['file'])[:40]:<40} {shown('pages', 0):>5} {shown('pages_a_second', 1):>8} {ours:>12} "
        f"{other if 'other_cut' in row else '':>12} {shown('cut_ratio', 2):>9} {shown('time_ratio', 2):>10}"
    )


if __name__ == "__main__":
    main()
