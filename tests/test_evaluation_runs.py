"""Run files, comparison, page and table."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from evaluation_answers import SETTINGS, answer, entry, outcome, passage, passages, run_of, six_outcomes

from qa.evaluation.compare import compare
from qa.evaluation.curves import curve
from qa.evaluation.errors import EvaluationError
from qa.evaluation.outcomes import Verdict
from qa.evaluation.questions import Question
from qa.evaluation.report import pieces, report
from qa.evaluation.run_files import Run, read_run, write_run
from qa.evaluation.scores import scores
from qa.evaluation.table import comparison_lines, miss_lines, print_scores

if TYPE_CHECKING:
    from qa.evaluation.outcomes import Outcome

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>&\u202e[red]"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, their attributes, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        self.text += " " if tag in ("dt", "dd") else ""

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


def hostile_outcome() -> Outcome:
    """Give a miss of which every text is markup."""
    shown = passage(HOSTILE, f"{HOSTILE} in 1931")
    question = Question(f"When {HOSTILE}?", (HOSTILE,), (HOSTILE,), True, 1, HOSTILE)
    made = answer(question.text, (shown,), (entry(shown, HOSTILE, 0.3),), 0.3)
    return replace(outcome(question, made), missing=(HOSTILE,))


def changed(before: Outcome, after: Outcome) -> Outcome:
    """Give what became of one question as what became of another."""
    return replace(after, question=before.question)


def test_run_comes_back_from_its_file(tmp_path: Path) -> None:
    """Every outcome with all that was shown; scores and curve beside it for other programs."""
    run = run_of(six_outcomes())
    write_run(tmp_path / "run.json", run, scores(run.outcomes), curve(run.outcomes))
    assert read_run(tmp_path / "run.json") == run
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert (record["format"], record["complete"]) == (1, True)
    assert record["scores"][0]["name"] == "Success@1"
    assert record["scores"][0]["value"] == 0.75
    assert len(record["curve"]) == 101
    assert record["outcomes"][1]["entries"][0]["quotations"][0]["place"] == "treaty.txt, ¶ 1"
    assert [one["rank"] for one in record["outcomes"]] == [1, 2, 1, None, None, 1]


def test_run_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """A run from before questions could come from judgements holds none that did."""
    run = run_of(six_outcomes())
    write_run(tmp_path / "run.json", run, (), ())
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    for one in record["outcomes"]:
        assert one["question"].pop("judged") is False
    (tmp_path / "run.json").write_text(json.dumps(record))
    assert read_run(tmp_path / "run.json") == run


def _broken(record: dict[str, Any], *path: object, value: object) -> str:
    at: Any = record
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(record)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("format",), 2, r"has format 2, not 1: another version"),
        (("outcomes",), 3, r"is damaged: it\.outcomes is not a list"),
        (("outcomes", 0, "confidence"), "high", r"it\.outcomes\[0\]\.confidence is not of the type float"),
        (("outcomes", 0, "confidence"), float("nan"), r"it\.outcomes\[0\]\.confidence is not a number"),
        (("outcomes", 0, "verdict"), "great", r"'great' is not a valid Verdict"),
        (("outcomes", 0, "question"), {}, r'it\.outcomes\[0\]\.question has no "text"'),
        (("outcomes", 0, "question"), [], r"it\.outcomes\[0\]\.question is not an object"),
        (("settings", "reader"), 1, r"it\.settings\.reader is not of the type str"),
    ],
)
def test_damaged_run_is_an_error(tmp_path: Path, path: tuple[object, ...], value: object, said: str) -> None:
    """What is wrong with it is named, and nothing of it is used."""
    run = run_of(six_outcomes())
    write_run(tmp_path / "run.json", run, (), ())
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    (tmp_path / "run.json").write_text(_broken(record, *path, value=value))
    with pytest.raises(EvaluationError, match=said):
        read_run(tmp_path / "run.json")


def test_file_that_is_no_run_is_an_error(tmp_path: Path) -> None:
    """Not there, not JSON, and JSON of something else; a place that cannot be written."""
    with pytest.raises(EvaluationError, match=r"none\.json cannot be read: No such file"):
        read_run(tmp_path / "none.json")
    for text, said in (("{", "is not JSON"), ("[" * 100_000, "is not JSON"), ("{}", "is not a run that `askfolder")):
        (tmp_path / "other.json").write_text(text)
        with pytest.raises(EvaluationError, match=said):
            read_run(tmp_path / "other.json")
    with pytest.raises(EvaluationError, match=r"run\.json cannot be written: "):
        write_run(tmp_path / "none" / "run.json", run_of(six_outcomes()), (), ())
    with pytest.raises(EvaluationError, match=r"cannot be written: it is there, and no file"):
        write_run(tmp_path, run_of(six_outcomes()), (), ())


def test_comparison_tells_what_changed_question_by_question() -> None:
    """Newly right, newly wrong, and wrong in another way; with the tests on the questions in common."""
    right, wrong, refused, silent, unfounded, named = six_outcomes()
    before = run_of([right, wrong, refused, silent, unfounded, named])
    after = run_of(
        [
            changed(right, wrong),
            changed(wrong, right),
            changed(refused, wrong),
            silent,
            changed(unfounded, silent),
        ]
    )
    after = replace(after, settings=replace(after.settings, threshold=0.4, started="2026-02-02T00:00:00+00:00"))
    found = compare(before, after)
    assert (found.common, found.only_before, found.only_after, found.judged_otherwise) == (5, 1, 0, 0)
    assert [pair[1].question.text for pair in found.newly_right] == [wrong.question.text, unfounded.question.text]
    assert found.newly_wrong == ((right, after.outcomes[0]),)
    assert found.otherwise == ((refused, after.outcomes[2]),)
    assert found.settings == (("threshold", "0.5", "0.4"),)
    assert [(d.name, d.before, d.after, d.count, d.changed) for d in found.differences] == [
        ("As it should be", 2 / 5, 3 / 5, 5, 3),
        ("RR@10", 2.5 / 3, 2 / 3, 3, 3),
        ("F1", 1 / 3, 1 / 3, 3, 2),
    ]
    # 2 against 1: all eight outcomes of three coins are as uneven or more
    assert found.differences[0].p == 1
    lines = list(comparison_lines(found))
    assert lines[0] == "Compared on the 5 questions that both runs asked; 1 only in the other run, 0 only in this one."
    assert "As it should be: 0.400 → 0.600 on 5 questions, 3 of them changed; p = 1.000 (McNemar, exact)." in lines
    assert (
        "    before: wrong: “The treaty was signed in Oslo in 1931. It has nine articles.” (treaty.txt, ¶ 1)" in lines
    )


def test_comparison_compares_no_marks_that_one_run_has_on_some_questions_only() -> None:
    """Without a reader only what is refused has an F1, of 0: a comparison would be on just these questions."""
    right, _, refused, *_ = six_outcomes()
    fast = run_of([replace(right, exact=None, f1=None), refused])
    found = compare(fast, run_of([right, changed(refused, right)]))
    assert [difference.name for difference in found.differences] == ["As it should be", "RR@10"]


def test_comparison_says_nothing_of_what_cannot_be_judged() -> None:
    """An answer to a question of which only is known that it has one may be right or wrong."""
    right, _, refused, *_ = six_outcomes()
    question = replace(right.question, answers=(), documents=())
    answered, not_answered = (
        replace(one, question=question, verdict=verdict)
        for one, verdict in ((right, Verdict.UNJUDGED), (refused, Verdict.REFUSED))
    )
    found = compare(run_of([right, not_answered]), run_of([right, answered]))
    assert (found.newly_right, found.newly_wrong, found.otherwise) == ((), (), ())


def test_comparison_leaves_out_what_is_judged_otherwise() -> None:
    """A question with other answers than before is not compared; with no other, nothing is."""
    right, wrong, *_ = six_outcomes()
    corrected = replace(right, question=replace(right.question, answers=("June 1931",)))
    found = compare(run_of([right, wrong]), run_of([corrected, wrong]))
    assert (found.common, found.judged_otherwise) == (1, 1)
    with pytest.raises(EvaluationError, match=r"none of the 1 questions of this run was asked .* has 2; 1 have other"):
        compare(run_of([right, wrong]), run_of([corrected]))
    with pytest.raises(
        EvaluationError, match=r"none of the 1 questions of this run was asked in the same way .* has 1\."
    ):
        compare(run_of([right]), run_of([wrong]))


def test_page_shows_every_miss_with_what_was_shown() -> None:
    """Question, what was expected, what was shown with its place; what was held back; no question that was right."""
    run = run_of(six_outcomes())
    page = Page(report(run, scores(run.outcomes)))
    assert "Misses: 3" in page.text
    text = " ".join(page.text.split())
    assert "wrong line 2 · confidence 0.80 · first passage looked for: place 2 Who built the bridge?" in text
    assert "Expected “Ada Holm” Documents bridge.txt Shown “The treaty was signed in Oslo in 1931." in text
    assert "Shown The documents do not say. Held back “The ferry stopped running in 1952.”" in text
    assert "answered, though there is no answer line 5" in text
    assert "When was the treaty signed?" not in text
    assert [tag for tag, _ in page.elements].count("svg") == 3
    assert [tag for tag, _ in page.elements].count("mark") == 3


def test_page_escapes_whatever_documents_and_questions_hold() -> None:
    """Markup and control characters in any text stay text, in the comparison too."""
    made = hostile_outcome()
    run = Run(replace(SETTINGS, folder=HOSTILE, questions_file=HOSTILE, model=HOSTILE, reader=HOSTILE), (made,))
    right = changed(made, six_outcomes()[0])
    html = report(run, scores(run.outcomes), compare(run_of([right]), run))
    page = Page(html)
    assert {tag for tag, _ in page.elements} & {"script", "img", "red"} == set()
    assert page.text.count("<script>alert(1)</script>") > 10
    assert "\u202e" not in html
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_page_asks_nothing_of_any_place() -> None:
    """No address but names of its own, and a policy that would forbid any."""
    run = run_of(six_outcomes())
    html = report(run, scores(run.outcomes), compare(run, run))
    page = Page(html)
    for _, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "srcset", "action", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    assert (
        "meta",
        {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"},
    ) in (page.elements)
    assert re.findall(r"url\((?!#)|@import", html) == []
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))


def test_page_of_questions_alone_says_what_is_not_drawn() -> None:
    """One plot, and why there are no others; a run that was stopped, and drafts left out, are told."""
    treaty, *_ = passages()
    made = outcome(Question("?"), answer("?", (treaty,), (entry(treaty, "Oslo", 0.9),), 0.9))
    run = Run(replace(SETTINGS, questions=4, drafts=2), (made,))
    text = Page(report(run, scores(run.outcomes))).text
    assert text.count("Not drawn: no question has answers") == 2
    assert "Stopped after 1 of 4 questions." in text
    assert "2 more questions are still marked as drafts and not asked." in text
    assert "No question that can be judged was missed." in text


def test_pieces_of_a_quotation_join_to_it() -> None:
    """The words marked are cut out, with the blanks around them kept."""
    wrong = six_outcomes()[1].entries[0].quotations[0]
    assert pieces(wrong) == ("The treaty was signed in ", "Oslo", " in 1931. It has nine articles.")
    assert pieces(replace(wrong, quote="in\n 19\t31 ", answer_start=3, answer_end=9)) == ("in ", " 19 31", "")
    assert pieces(replace(wrong, answer_start=None, answer_end=None)) == (wrong.quote, "", "")


def test_table_shows_what_was_measured_and_why_the_rest_was_not() -> None:
    """A row a score, without markup being obeyed; then the reasons."""
    printed = io.StringIO()
    treaty, *_ = passages()
    print_scores(scores(six_outcomes()), printed)
    assert re.search(r"Success@1 ↑ +75\.0 % +30\.1 – 95\.4 % +4 +a passage", printed.getvalue())
    assert re.search(r"Median time ↓ +100 ms +6 +half", printed.getvalue())
    printed = io.StringIO()
    print_scores(scores([outcome(Question("?"), answer("?", (treaty,), (), 0.1))]), printed)
    assert "Not measured: First right, EM, F1: no question has answers." in printed.getvalue()


def test_misses_are_listed_safely() -> None:
    """The first ten, each with what was expected and shown; the others are counted."""
    lines = list(miss_lines(six_outcomes(), None))
    assert lines[:4] == [
        "3 misses:",
        "- line 2, wrong: Who built the bridge?",
        "    expected: “Ada Holm”",
        "    shown: “The treaty was signed in Oslo in 1931. It has nine articles.” (treaty.txt, ¶ 1)",
    ]
    many = list(miss_lines([hostile_outcome()] * 12, "page.html"))
    assert many[-1] == "… and 2 more; page.html has them."
    assert not any("\u202e" in line for line in many)
    assert list(miss_lines(six_outcomes()[:1], None)) == []
