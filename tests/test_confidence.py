"""How sure an answer is: a model that can be read, and whose numbers are those that were fitted."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from qa.confidence import COEFFICIENTS, Evidence, probability, threshold

NOTHING = Evidence(reader=0, lead=0, rank=0, closeness=0, nearness=0, words=0, unmatched=0, agreeing=0)
MODELS = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["with_reader", "without_reader"])
def test_confidence_file_says_how_it_came_about(name: str) -> None:
    """Coefficients are for evidence that exists; beside them stands what fitted them."""
    model = MODELS[name]
    assert set(model["coefficients"]) <= {field.name for field in fields(Evidence)}
    assert 0 < model["threshold"] < 1
    assert model["fitted"]["by"]


@pytest.mark.parametrize("name", ["with_reader", "without_reader"])
def test_confidence_was_fitted_and_says_how_often_it_is_wrong(name: str) -> None:
    """The questions it was fitted on, and at its threshold and a stricter one what share of the answers was wrong."""
    fitted = MODELS[name]["fitted"]
    assert fitted["by"] == "training/fit_confidence.py"
    assert set(fitted["questions"]) == {"own", "hidden", "claims", "policyqa", "mtrag"}
    rates = {name: rate for name, rate in fitted.items() if name.startswith("at threshold ")}
    assert f"at threshold {MODELS[name]['threshold']}" in rates
    assert all(0 <= rate["wrong among the answers shown"] < 0.25 for rate in rates.values())
    assert any(rate["wrong among the answers shown"] <= 0.1 for rate in rates.values())


def test_probability_is_the_logistic_of_the_weighted_evidence() -> None:
    """The number that a reader of the file would work out."""
    model = MODELS["with_reader"]
    score = model["intercept"] + 4 * model["coefficients"]["reader"] + 0.5 * model["coefficients"]["words"]
    assert probability(replace(NOTHING, reader=4, words=0.5), with_reader=True) == pytest.approx(
        1 / (1 + 2.718281828**-score)
    )


@pytest.mark.parametrize("with_reader", [True, False])
def test_probability_grows_with_what_speaks_for_an_answer(with_reader: bool) -> None:
    """Each piece of evidence acts in the direction that it should, or not at all; every value stays within [0, 1]."""
    usual = replace(NOTHING, reader=2, closeness=0.4, nearness=0.1, words=0.6)
    base = probability(usual, with_reader=with_reader)
    for name in ("reader", "lead", "rank", "closeness", "nearness", "words"):
        assert probability(replace(usual, **{name: getattr(usual, name) + 0.1}), with_reader=with_reader) >= base, name
    assert probability(replace(usual, unmatched=1), with_reader=with_reader) <= base
    extreme = Evidence(reader=-15, lead=-8, rank=0, closeness=0, nearness=-1, words=0, unmatched=3, agreeing=0)
    assert 0 <= probability(extreme, with_reader=with_reader) < threshold(with_reader=with_reader)
