"""The words that a reader points at become whole sentences, and the same answer becomes one entry."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.entries import MOST_CITATIONS, candidates, group, leans_back, quotation, same_answer
from qa.reader import Look, Span
from qa.second_look import Seen
from qa.sentences import sentences

TREATY = "The Antarctic Treaty was signed in 1959. It replaces an older pact. Twelve states took part."


def passage(text: str, source: str = "a.txt", number: int = 1) -> qa.Passage:
    """A passage that starts its document."""
    return qa.Passage(text, source, None, source * 10, None, number, 0, len(text), (), 0.5, 0.5, None)


def seen(passages: list[qa.Passage], looks: list[Look]) -> Seen:
    """All passages read, and equally near for the searches."""
    return Seen(tuple(passages), tuple(looks), (0.5,) * len(looks))


def look(text: str, *answers: str) -> Look:
    """Point at these words of a text, the first the surest."""
    spans = (Span(text.index(a), text.index(a) + len(a), 10.0 - n) for n, a in enumerate(answers))
    return Look(tuple(spans), 0.0)


@pytest.mark.parametrize(
    ("answer", "quoted"),
    [
        ("1959", "The Antarctic Treaty was signed in 1959."),
        ("an older pact", "The Antarctic Treaty was signed in 1959. It replaces an older pact."),
        ("Twelve states", "Twelve states took part."),
        ("1959. It", "The Antarctic Treaty was signed in 1959. It replaces an older pact."),
    ],
)
def test_quotation_is_whole_sentences(answer: str, quoted: str) -> None:
    """A quotation is the sentence of the answer, all that it touches, and the one before where it leans on it."""
    (span,) = look(TREATY, answer).spans
    start, end, core = quotation(TREATY, sentences(TREATY), span)
    assert start <= core <= span.start
    assert TREATY[start:end] == quoted


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("It replaces an older pact.", True),
        ("However, they left in May.", True),
        ("These rules apply to all.", True),
        ("The latter was dropped.", True),
        ("That was the end of it.", True),
        ("“It replaces an older pact,” he said.", True),
        ("2. They pay the rent.", True),
        ("As a result, they left.", True),
        ("Nor did he sign.", True),
        ("But the treaty held.", False),
        ("The pact was signed.", False),
        ("Italy joined in 1981.", False),
        ("That parliament voted no.", False),
        ("Hermann left.", False),
        ("", False),
    ],
)
def test_leans_back_tells_what_needs_the_sentence_before(sentence: str, leans: bool) -> None:
    """Pronouns and the like at the beginning do, names that begin with the same letters do not."""
    assert leans_back(sentence) is leans


def test_candidates_come_best_first_and_a_sentence_once() -> None:
    """Two spans of one sentence are one candidate, with the better of them marked."""
    text = "Ada built it in Leeds in 1931. Bob sold it in York."
    found = candidates(seen([passage(text)], [look(text, "1931", "Leeds", "York")]))
    assert [(c.answer, c.citation.quote) for c in found] == [
        ("1931", "Ada built it in Leeds in 1931."),
        ("York", "Bob sold it in York."),
    ]
    assert [c.citation.answer for c in found] == ["1931", "York"]


def test_candidates_of_passages_without_spans_are_none() -> None:
    """A passage in which the reader saw nothing gives nothing."""
    assert candidates(seen([passage("")], [Look((), 1.0)])) == []


def test_group_puts_the_same_answer_together() -> None:
    """One entry with several citations, whatever the wording around it; another answer is another entry."""
    texts = ["It was signed in 1959.", "They met on 1 December 1959 in Washington.", "He was born in 1961."]
    looks = [look(texts[0], "1959"), look(texts[1], "1 December 1959"), look(texts[2], "1961")]
    groups = group(candidates(seen([passage(t, f"{n}.txt") for n, t in enumerate(texts)], looks)))
    assert [[c.answer for c in members] for members in groups] == [["1959", "1 December 1959"], ["1961"]]


def test_group_keeps_at_most_five_citations_of_an_entry() -> None:
    """The sixth place with the same answer is left out, and makes no entry of its own."""
    text = "It was signed in 1959."
    groups = group(candidates(seen([passage(text, f"{n}.txt") for n in range(7)], [look(text, "1959")] * 7)))
    assert [len(members) for members in groups] == [MOST_CITATIONS]
    assert [c.citation.source for c in groups[0]] == ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]


def test_group_quotes_no_sentence_twice() -> None:
    """A sentence that is part of a longer quotation already is not quoted again."""
    found = candidates(seen([passage(TREATY)], [look(TREATY, "an older pact", "1959")]))
    assert [[c.answer for c in members] for members in group(found)] == [["an older pact"]]


def test_group_quotes_a_sentence_alone_where_what_it_leans_on_is_quoted() -> None:
    """Of a list over two sentences both are entries, and the first sentence is not repeated."""
    groups = group(candidates(seen([passage(TREATY)], [look(TREATY, "1959", "an older pact")])))
    assert [members[0].words for members in groups] == [
        "The Antarctic Treaty was signed in 1959.",
        "It replaces an older pact.",
    ]


def test_copy_is_marked_like_the_first() -> None:
    """The same sentence with other words marked is no other answer, and does not keep a third source away."""
    copied, other = "The pact was signed in Oslo in 1931.", "The signing took place in 1931."
    passages = [passage(copied, "a.txt"), passage(f"At last.  {copied}", "b.txt"), passage(other, "c.txt")]
    looks = [look(copied, "1931"), look(passages[1].text, "Oslo"), look(other, "1931")]
    (entry,) = group(candidates(seen(passages, looks)))
    assert [(each.passage.source, each.citation.answer) for each in entry] == [
        ("a.txt", "1931"),
        ("b.txt", "1931"),
        ("c.txt", "1931"),
    ]


def test_group_takes_no_second_source_that_the_reader_doubts() -> None:
    """The same year in a sentence about something else is no citation, unless it is the same sentence."""
    texts = ["The pump was built in 1931.", "The lighthouse burnt down in 1931.", "The pump was built in 1931."]
    doubtful = Look((Span(27, 31, 2.0),), 8.0)
    looks = [look(texts[0], "1931"), replace(doubtful, spans=(Span(29, 33, 2.0),)), Look((Span(22, 26, 1.0),), 8.0)]
    groups = group(candidates(seen([passage(t, f"{n}.txt") for n, t in enumerate(texts)], looks)))
    assert [[c.citation.source for c in members] for members in groups] == [["0.txt", "2.txt"]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the Treaty", "Treaty", True),
        ("1959", "1 December 1959", True),
        ("Ada Lovelace", "Lovelace", False),
        ("5", "5 million", False),
        ("3.5 percent", "5 percent", False),
        ("Lovelace", "Babbage", False),
        ("not signed", "signed", False),
        ("did", "did not", False),
        ("“Leeds”", "Leeds", True),
        ("$ 81,797", "$ 82,959", False),
        ("$5", "€5", False),
        ("-5", "5", False),
        ("10²", "102", False),
        ("Vitamin A", "Vitamin", False),
        ("Not Paris", "Paris", False),
        ("1959", "before 1959", False),
        ("1959", "1959–1961", False),
        ("1200 BC", "1200", False),
        ("North Korea", "Korea", False),
        ("Henry VIII", "Henry", False),
        ("May 1959", "1959", True),
        ("3rd of May, 1959", "1959", True),
    ],
)
def test_same_answer_compares_words_never_numbers(one: str, other: str, same: bool) -> None:
    """Letter case, punctuation and articles do not count; a number, a negation or another name does."""
    assert same_answer(one, other) is same
    assert same_answer(other, one) is same


@given(st.text(), st.data())
def test_quotation_holds_its_span(text: str, data: st.DataObject) -> None:
    """Whatever the text, a quotation is a slice of it around the answer, and the citation marks the same words."""
    stripped = [(m, n) for m in range(len(text)) for n in range(m + 1, min(len(text), m + 4) + 1)]
    if not stripped:
        return
    start, end = data.draw(st.sampled_from(stripped))
    span = Span(start, end, 1.0)
    from_, to, core = quotation(text, sentences(text), span)
    assert 0 <= from_ <= core <= start < end <= to <= len(text)
    citation = passage(text).cite(from_, to, (start, end))
    assert citation.quote == text[from_:to]
    assert citation.answer == text[start:end]


def test_citation_without_marked_words_has_no_answer() -> None:
    """A quotation that no reader chose marks nothing."""
    cited = passage(TREATY).cite(0, 5)
    assert (cited.answer, cited.answer_start, cited.answer_end) == (None, None, None)
    assert replace(cited, answer_start=0, answer_end=3).answer == "The"
