"""How well the right document is found among similar ones, and in it the figure that was asked for.

    python benchmarks/filings.py DATASET_FOLDER

DATASET_FOLDER holds pdfs/, such as quarterly reports of several companies, and questions.jsonl (id, question, answers:
prose, documents: file names). Everything goes through the public calls that a user makes: `qa.open` and `retrieve`.

**documents** is the share of questions for which one of `documents` is among the files cited by the first 5 passages.

**figures** is the share of the figure questions for which one of the first 5 passages stands in the named document and
holds the figure. Nobody judged these by hand; the rule is:

- A figure question has one entry in `documents`, and its answer's main statement holds a figure. The main statement is
  the answer's first sentence; with the first point of the list that it opens, and with the second sentence where the
  first says no more than yes or no.
- The figure is the statement's first amount of money; without one its first percentage; without one its first count
  ("102,673,000 shares"). Years, dates, quarters, numbers of notes and names of forms ("10-Q") are none of these.
- It has to stand somewhere in the named document: what the answer worked out itself cannot be found, and such questions
  are left out. `--verbose` lists every question with its figure, so that a person can check the rule.
- A passage holds an amount if one of its numbers is the same in units, thousands, millions or billions: "$81,797
  million" is 81,797 in a table in millions. An amount in billions or trillions with three digits or more is also held
  by a number that rounds to it: "$3.72 billion" by 3,719. A percentage has to be the same number before a percent sign.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import qa
from qa.sentences import sentences

K = 5
SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
LEFT_OUT = (0, 3, 6, 9)  # powers of ten that a table may leave out of its numbers

_DIGITS = r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w)"
_NUMBER = rf"(?P<number>{_DIGITS})(?:\s+(?P<scale>thousand|million|billion|trillion)\b)?"
_MONEY = (
    re.compile(rf"[$€£¥]\s?{_NUMBER}", re.IGNORECASE),
    re.compile(rf"{_NUMBER}\s+(?:dollars|euros?|pounds|yen)\b", re.IGNORECASE),
)
_PERCENTAGE = re.compile(rf"(?P<number>{_DIGITS})\s*\)?\s*(?:%|percent\b|per cent\b)", re.IGNORECASE)
_COUNT = re.compile(rf"(?=\d{{1,3}},\d{{3}}|\S+\s+(?:thousand|million|billion)\b){_NUMBER}", re.IGNORECASE)
_ANY_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YES_OR_NO = re.compile(r"(?:yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as an answer gives it.

    Attributes:
        text: In the answer's words.
        number: The number without its scale.
        power: Of ten, by which it is to be multiplied: 6 for millions.
        is_percentage: It is a share.
    """

    text: str
    number: Decimal
    power: int
    is_percentage: bool = False

    def stands_in(self, text: str) -> bool:
        """Tell whether a text holds this figure."""
        if self.is_percentage:
            return any(_decimal(match["number"]) == self.number for match in _PERCENTAGE.finditer(text))
        return any(self._is(match) for match in _ANY_NUMBER.finditer(text) if not _YEAR.fullmatch(match["number"]))

    def _is(self, match: re.Match[str]) -> bool:
        _, digits, exponent = self.number.as_tuple()
        # "$3.72 billion" may be 3,719 rounded; of "$2.4 billion" too many numbers might be.
        apart = Decimal(0)
        if self.power >= SCALES["billion"] and len(digits) >= 3 and isinstance(exponent, int):
            apart = Decimal("0.5").scaleb(exponent)
        powers = (SCALES[match["scale"].lower()],) if match["scale"] else LEFT_OUT
        number = _decimal(match["number"])
        return any(abs(number.scaleb(power - self.power) - self.number) <= apart for power in powers)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question; `figure_found` is None where it is no figure question."""

    id: str
    question: str
    documents: tuple[str, ...]
    figure: Figure | None
    document_found: bool
    figure_found: bool | None
    cited: tuple[str, ...]


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, help="a folder with pdfs/ and questions.jsonl")
    parser.add_argument("--index", type=Path, help="keep the index here, so that the next run need not embed again")
    parser.add_argument("--verbose", action="store_true", help="print every question, its figure and what was cited")
    arguments = parser.parse_args()
    with (arguments.dataset / "questions.jsonl").open(encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as temporary:
        started = time.perf_counter()
        with qa.open(arguments.dataset / "pdfs", index=arguments.index or Path(temporary, "index")) as folder:
            seconds_to_open = time.perf_counter() - started
            started = time.perf_counter()
            outcomes = [ask(folder, row) for row in questions]
            seconds = time.perf_counter() - started
            documents = len(folder.documents())
    if arguments.verbose:
        for outcome in outcomes:
            print_outcome(outcome)
    figures = [outcome.figure_found for outcome in outcomes if outcome.figure_found is not None]
    results = {
        "documents": sum(outcome.document_found for outcome in outcomes) / len(outcomes),
        "figures": sum(figures) / max(1, len(figures)),
    }
    print(f"{arguments.dataset.name}: {documents:,} documents, {len(outcomes):,} questions, {len(figures)} of figures")
    for name, value in results.items():
        print(f"  {name:<10} {value:.3f}")
    print(f"  opened in {seconds_to_open:.0f} s, {1000 * seconds / len(outcomes):.1f} ms a question")
    print(json.dumps({"dataset": arguments.dataset.name, **results}))


def ask(folder: qa.Folder, row: dict[str, Any]) -> Outcome:
    """Ask a question, and judge what is cited."""
    passages = folder.retrieve(row["question"], K)
    documents = tuple(row["documents"])
    figure = figure_asked_for(row["answers"][0]) if len(documents) == 1 else None
    if figure is not None and not figure.stands_in(folder.document(documents[0]).text):
        figure = None
    own = [passage.text for passage in passages if passage.source in documents]
    return Outcome(
        id=row["id"],
        question=row["question"],
        documents=documents,
        figure=figure,
        document_found=bool(own),
        figure_found=None if figure is None else any(map(figure.stands_in, own)),
        cited=tuple(f"{passage.source} ¶ {passage.paragraph}" for passage in passages),
    )


def figure_asked_for(answer: str) -> Figure | None:
    """Give the figure that an answer's main statement leads with; None where it holds none."""
    statement = main_statement(answer)
    amounts = [match for pattern in _MONEY for match in pattern.finditer(statement)]
    if amounts:
        match = min(amounts, key=lambda amount: amount.start())
    elif percentage := _PERCENTAGE.search(statement):
        return Figure(percentage[0], _decimal(percentage["number"]), 0, is_percentage=True)
    elif count := _COUNT.search(statement):
        match = count
    else:
        return None
    return Figure(match[0], _decimal(match["number"]), SCALES.get((match["scale"] or "").lower(), 0))


def main_statement(answer: str) -> str:
    """Give an answer's first sentence, and what has to be read with it."""
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    first, *more = [lines[0][start:end] for start, end in sentences(lines[0])]
    if first.endswith(":") and not more:
        return " ".join(lines[:2])
    if more and _YES_OR_NO.match(first) and not any(character in first for character in "$€£¥%"):
        return f"{first} {more[0]}"
    return first


def print_outcome(outcome: Outcome) -> None:
    """Print what came of one question."""
    document = "document" if outcome.document_found else "-"
    figure = {None: "", True: "figure", False: "-"}[outcome.figure_found]
    text = outcome.figure.text if outcome.figure else ""
    print(f"{outcome.id:<12} {document:<9} {figure:<7} {text:<20} {outcome.question}")
    print(f"{'':<12} named: {', '.join(outcome.documents)}; cited: {', '.join(outcome.cited)}")


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


if __name__ == "__main__":
    main()
