"""The extractive reader: spans are whole words of the passage, scores are the model's, windows leave nothing out."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_readers import WINDOW, save_random_bert, save_random_roberta, save_table_reader
from transformers import AutoModelForQuestionAnswering, BertModel

from index import ModelError, embedding
from index.embedding import default_model_folder
from qa import extractive
from qa.extractive import BATCH_PIECES, READER_FOLDER, ExtractiveReader, batches, load_reader, window_starts
from qa.reader import SPANS, Look
from qa.spans import LONGEST_ANSWER, best_spans, is_inside_word, span_scores, trimmed, whole_words

CLOSE = 1e-3
FILLER = "the talks was by the states "


@pytest.fixture(autouse=True)
def float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute alike on every processor, so that scores can be compared closely."""
    monkeypatch.setattr(embedding, "cpu_has_bfloat16", lambda: False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small models lie."""
    folder = tmp_path_factory.mktemp("readers")
    scores = {"paris": (5.0, 5.0), "oslo": (4.0, 4.0), "1998": (2.0, 3.0), "three": (6.0, -9.0), "states": (-9.0, 6.0)}
    save_table_reader(folder / "table", {**scores, "[CLS]": (1.0, 0.5), "##s": (-9.0, 4.5)})
    save_random_bert(folder / "bert")
    save_random_roberta(folder / "roberta")
    return folder


@pytest.fixture(scope="module")
def table(folder: Path) -> ExtractiveReader:
    """A reader that likes "Paris" (10), "Oslo" (8), "1998" (5), "three … states" (12), and silence (1.5)."""
    return ExtractiveReader(str(folder / "table"))


@pytest.fixture(scope="module")
def bert(folder: Path) -> ExtractiveReader:
    """A reader with random weights, whose outputs depend on all that it reads."""
    return ExtractiveReader(str(folder / "bert"))


@pytest.fixture(scope="module")
def roberta(folder: Path) -> ExtractiveReader:
    """A reader without token types, whose pieces are bytes and whose positions begin at 2."""
    return ExtractiveReader(str(folder / "roberta"))


def found(text: str, look: Look) -> list[str]:
    """Give the words of each span."""
    return [text[span.start : span.end] for span in look.spans]


def numbers(look: Look) -> list[float]:
    """Give silence and the scores of the spans."""
    return [look.silence, *(span.score for span in look.spans)]


def test_reader_gives_the_best_words_first(table: ExtractiveReader) -> None:
    """A span's score is the sum of both outputs; silence is that at the first mark."""
    text = "The treaty was signed in Paris, after talks in Oslo."
    (look,) = table.read("Where was the treaty signed?", [text])
    assert found(text, look)[:2] == ["Paris", "Oslo"]
    assert [look.score, look.spans[1].score, look.silence] == pytest.approx([10, 8, 1.5], abs=CLOSE)
    assert look.margin == pytest.approx(8.5, abs=2 * CLOSE)


def test_reader_gives_a_look_for_each_passage(table: ExtractiveReader) -> None:
    """In the order of the passages; none for no passages."""
    passages = ["In Oslo.", "", "By three of the states.", "In Paris."]
    looks = table.read("Where?", passages)
    assert [found(text, look)[:1] for text, look in zip(passages, looks, strict=True)] == [
        ["Oslo"], [], ["three of the states"], ["Paris"],
    ]  # fmt: skip
    assert table.read("Where?", []) == ()


@pytest.mark.parametrize(("between", "is_found"), [(LONGEST_ANSWER - 2, True), (LONGEST_ANSWER - 1, False)])
def test_answers_are_not_too_long(table: ExtractiveReader, between: int, is_found: bool) -> None:
    """A span has at most 30 word pieces."""
    text = "three " + "the " * between + "states"
    (look,) = table.read("Who?", [text])
    assert (look.score == pytest.approx(12, abs=CLOSE)) is is_found


@pytest.mark.parametrize("text", ["", " \n\t ", "--- . , ! …", "\u200b", "🎉 🎉"])
@pytest.mark.parametrize("name", ["table", "roberta"])
def test_passage_without_words_has_no_spans(name: str, text: str, request: pytest.FixtureRequest) -> None:
    """Neither white space nor punctuation is an answer; how well silence fits is told all the same."""
    reader: ExtractiveReader = request.getfixturevalue(name)
    (look,) = reader.read("Where?", [text], ["In Paris"])
    assert (look.spans, look.score, np.isfinite(look.silence)) == ((), -np.inf, True)


def test_reader_never_points_at_what_stands_above(table: ExtractiveReader) -> None:
    """Title and headings are read and never an answer, and the offsets are into the passage alone."""
    text = "The treaty was signed in Oslo."
    (look,) = table.read("Where?", [text], ["Paris\nThree states"])
    assert found(text, look)[0] == "Oslo"
    assert look.score == pytest.approx(8, abs=CLOSE)


def test_reader_reads_what_stands_above(bert: ExtractiveReader) -> None:
    """It changes what is seen; of much of it the end counts, which stands nearest to the passage."""
    text = "It was signed by three states after talks."
    tail = "treaty in oslo after trade " * 3  # 15 word pieces, more than a quarter of the room
    plain, headed, long, longer = bert.read("Who?", [text] * 4, ["", "Oslo", "paris " * 90 + tail, "who " * 70 + tail])
    assert numbers(plain) != pytest.approx(numbers(headed), abs=CLOSE)
    assert numbers(long) != pytest.approx(numbers(headed), abs=CLOSE)
    assert numbers(long) == pytest.approx(numbers(longer), abs=CLOSE)


def test_above_must_fit_the_passages(table: ExtractiveReader) -> None:
    """One for each passage, or none at all."""
    with pytest.raises(ValueError, match="There are 2 passages, but titles and headings for 1"):
        table.read("Where?", ["In Oslo.", "In Paris."], ["Talks"])


@pytest.mark.parametrize("name", ["table", "roberta"])
def test_long_passages_are_read_to_their_end(name: str, request: pytest.FixtureRequest) -> None:
    """However long: a text beyond the model's own maximum takes several windows, and gives one look."""
    reader: ExtractiveReader = request.getfixturevalue(name)
    text = FILLER * 50 + "paris"
    (look,) = reader.read("Where?", [text], ["Talks"])
    assert len(look.spans) == SPANS
    if name == "table":
        assert (look.spans[0].start, look.spans[0].end) == (len(text) - 5, len(text))


@pytest.mark.parametrize("before", range(0, 120, 7))
def test_answer_is_found_wherever_it_stands(table: ExtractiveReader, before: int) -> None:
    """An answer of the greatest length is in one window as a whole, wherever it begins."""
    text = "was " * before + "three " + "the " * 8 + "states" + " was" * (120 - before)
    (look,) = table.read("Where?", [text], ["Talks"])
    assert look.score == pytest.approx(12, abs=CLOSE)
    assert found(text, look)[0] == "three " + "the " * 8 + "states"


def test_look_at_a_long_passage_is_that_at_its_windows(bert: ExtractiveReader) -> None:
    """Of each span the best score of any window, of silence the least."""
    words = [["treaty", "in", "oslo", "by", "who"][(n * n) % 5] for n in range(150)]
    room = WINDOW - 3 - 2  # [CLS], [SEP], [SEP]; "where", "who"
    starts = window_starts(len(words), room)
    (whole,) = bert.read("where who", [" ".join(words)])
    parts = bert.read("where who", [" ".join(words[start : start + room]) for start in starts])
    assert len(starts) == 4
    assert whole.score == pytest.approx(max(part.score for part in parts), abs=CLOSE)
    assert whole.silence == pytest.approx(min(part.silence for part in parts), abs=CLOSE)


def test_windows_overlap_and_leave_nothing_out() -> None:
    """Each begins in the last quarter of the one before, the last is full, and a text that fits has one."""
    assert window_starts(25, 8) == [0, 6, 12, 17]
    assert (window_starts(8, 8), window_starts(0, 8), window_starts(9, 8)) == ([0], [0], [0, 1])


def test_batches_are_bounded_and_hold_each_window_once() -> None:
    """Windows of like length together, at most so many word pieces with their filling; one too long stands alone."""
    lengths = [BATCH_PIECES + 1, 5, BATCH_PIECES // 2, BATCH_PIECES // 2, 7]
    assert batches(lengths) == [[0], [2, 3], [4, 1]]


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_looks_do_not_depend_on_the_other_passages(name: str, request: pytest.FixtureRequest) -> None:
    """The same passages in another order, or one by one, give the same looks."""
    reader: ExtractiveReader = request.getfixturevalue(name)
    passages = [("three states signed a treaty " * 8)[: 9 * n] for n in range(1, 20)]
    looks = reader.read("Who signed?", passages)
    back = reader.read("Who signed?", passages[::-1])[::-1]
    alone = [reader.read("Who signed?", [passage])[0] for passage in passages]
    for one, two, three in zip(looks, back, alone, strict=True):
        assert [one.score, one.silence] == pytest.approx([two.score, two.silence], abs=CLOSE)
        assert [one.score, one.silence] == pytest.approx([three.score, three.silence], abs=CLOSE)


def test_bfloat16_changes_scores_little(bert: ExtractiveReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a few hundredths of their size, where the processor computes in it."""
    passages = [FILLER * n for n in range(1, 5)]
    exact = bert.read("Who signed?", passages)
    monkeypatch.setattr(embedding, "cpu_has_bfloat16", lambda: True)
    for one, two in zip(exact, bert.read("Who signed?", passages), strict=True):
        assert [one.score, one.silence] == pytest.approx([two.score, two.silence], rel=0.05, abs=0.2)
        assert [one.score, one.silence] != [two.score, two.silence]


def test_looks_are_the_same_from_several_threads(bert: ExtractiveReader) -> None:
    """Readers may be shared."""
    passages = ["three states signed a treaty", "in oslo"]
    once = bert.read("Who?", passages)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: bert.read("Who?", passages), range(8))) == [once] * 8


def test_long_questions_leave_room_for_the_passage(bert: ExtractiveReader) -> None:
    """Of a question longer than half of the window, that half is read."""
    long, longer = (bert.read("who signed " * n, ["three states in oslo"])[0] for n in (WINDOW // 4, 500))
    other = bert.read("in signed " * 500, ["three states in oslo"])[0]
    assert numbers(long) == pytest.approx(numbers(longer), abs=CLOSE)
    assert numbers(long) != pytest.approx(numbers(other), abs=CLOSE)


def test_marks_written_in_a_text_are_text(table: ExtractiveReader, folder: Path, tmp_path: Path) -> None:
    """A document cannot speak to the model: "[CLS]" in it is a word between brackets."""
    save_table_reader(tmp_path, {"[CLS]": (50.0, 50.0), "[SEP]": (70.0, 70.0), "oslo": (4.0, 4.0)})
    text = "[CLS] [SEP] the treaty [SEP] in Oslo </s> [MASK]"
    (look,) = ExtractiveReader(str(tmp_path)).read("[SEP] Where? [CLS]", [text], ["[SEP]"])
    assert (found(text, look)[0], look.score, look.silence) == ("Oslo", pytest.approx(8, abs=CLOSE), pytest.approx(100))


def test_parts_of_words_are_made_whole(table: ExtractiveReader) -> None:
    """A model that points at half a word has the whole word quoted."""
    text = "Trades after talks"  # "trade", "##s", of which the model likes "##s" as an end
    (look,) = table.read("Who?", [text])
    assert found(text, look)[0] == "Trades"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Nach 👨‍👩‍👧 und 🇫🇷: in Paris 🎉", "Paris"),
        ("\U0001d4df und \u200bParis\u0301 heute", "Paris\u0301"),
        ("é e\u0301 ﬁ Å\u00a0Paris\u00a0–", "Paris"),
        ("東京Paris東京", "Paris"),
    ],
)
def test_offsets_are_in_characters(table: ExtractiveReader, text: str, answer: str) -> None:
    """Code points of the text as it stands, whatever the tokenizer makes of it."""
    (look,) = table.read("Where?", [text])
    assert found(text, look)[0] == answer


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("rose by 1,000 or so", "000", "1,000"),
        ("at 12:30 sharp", "12", "12:30"),
        ("cost $3.50.", "3", "$3.50"),
        ("cost 5€, no more", "5", "5€"),
        ("rose by 54%.", "54", "54%"),
        ("fell to -3 °C", "3", "-3"),
        ("between 1990-95", "95", "95"),
        ("the 1990s were", "1990", "1990s"),
        ("a well-known man", "known", "known"),
        ("France's capital", "France", "France"),
        ("co\u00adoperate now", "operate", "co\u00adoperate"),
        ("a cafe\u0301 here", "cafe", "cafe\u0301"),
        ("the snake_case name", "case", "snake_case"),
        ("ein Straßenname", "name", "Straßenname"),
        ("日本の首都は東京です", "東京", "東京"),
        ("กรุงเทพมหานคร", "มหา", "มหา"),
        ("हिन्दी में", "हि", "हिन्दी"),
        ("👨\u200d👩 da", "👨", "👨\u200d👩"),
        ("see 3.", "3", "3"),
        ("fell by \u20135%", "5", "\u20135%"),
        ("a loss of -$5 million", "5", "-$5"),
        ("pages 3-$5", "5", "$5"),
        ("x", "x", "x"),
    ],
)
def test_whole_words(text: str, part: str, whole: str) -> None:
    """Words, numbers with their sign and unit, and composed characters stay together; scripts without spaces do not."""
    start = text.rindex(part)
    start, end = whole_words(text, start, start + len(part))
    assert text[start:end] == whole


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (" in Paris, ", "in Paris"),
        ("1685)", "1685"),
        ("(2 ft 6 in", "2 ft 6 in"),
        ("Sulla (the dictator)", "Sulla (the dictator)"),
        ("“War”", "“War”"),
        ("“War", "War"),
        ("Acme Inc.", "Acme Inc."),
        ("at 9 p.m.", "at 9 p.m."),
        ("in 2000.", "in 2000"),
        ("the Rhine.", "the Rhine"),
        (":- 3;]", "- 3"),
        (",(\u0301a", "(\u0301a"),
    ],
)
def test_loose_ends_are_trimmed(words: str, kept: str) -> None:
    """Separators and halves of brackets are no part of an answer; a full stop may be part of a name."""
    start, end = trimmed(f"x {words} y", 2, 2 + len(words))
    assert f"x {words} y"[start:end] == kept


def test_span_scores_are_sums() -> None:
    """[i, j] is the score of pieces i to i + j."""
    scores = span_scores(np.array([1, 2, 4], np.float32), np.array([10, 20, 40], np.float32))
    inf = np.inf
    np.testing.assert_array_equal(scores[:, :3], [[11, 21, 41], [22, 42, -inf], [44, -inf, -inf]])
    assert (scores.shape, np.isneginf(scores[:, 3:]).all()) == ((3, LONGEST_ANSWER), True)
    assert span_scores(np.zeros(0, np.float32), np.zeros(0, np.float32)).shape == (0, LONGEST_ANSWER)


def check(text: str, look: Look) -> None:
    """What holds for every look at a text."""
    assert len(look.spans) <= SPANS
    for span in look.spans:
        assert 0 <= span.start < span.end <= len(text)
        words = text[span.start : span.end]
        assert words == words.strip()
        assert any(character.isalnum() for character in words)
        for edge in (span.start, span.end):
            assert not 0 < edge < len(text) or not is_inside_word(text, edge)
    assert [span.score for span in look.spans] == sorted((span.score for span in look.spans), reverse=True)
    taken = sorted((span.start, span.end) for span in look.spans)
    assert all(one[1] <= two[0] for one, two in pairwise(taken))


ODD_TEXTS = st.text(
    st.sampled_from("ab é\u0301\u200d\u200b\u00a0\u00ad\n\t.,:;()“-$%19_'ß中文ก🎉👨İ\ufb01[]")
    | st.characters(exclude_categories=("Cs",))
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(passages=st.lists(ODD_TEXTS, max_size=4), question=ODD_TEXTS)
@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_every_span_is_words_of_its_passage(
    name: str, passages: list[str], question: str, request: pytest.FixtureRequest
) -> None:
    """Whatever the texts: spans lie in them, are of whole words, do not overlap, and come best first."""
    reader: ExtractiveReader = request.getfixturevalue(name)
    looks = reader.read(question, passages, passages[::-1])
    assert len(looks) == len(passages)
    for text, look in zip(passages, looks, strict=True):
        check(text, look)


@settings(max_examples=200, deadline=None)
@given(text=ODD_TEXTS, data=st.data())
def test_best_spans_of_any_scores(text: str, data: st.DataObject) -> None:
    """The best is that of the highest score whose ends are no space and that has words; offsets may leave gaps."""
    edges = data.draw(st.lists(st.integers(0, len(text)), max_size=12).map(sorted))
    offsets = np.array([edges[:-1], edges[1:]], np.int64).T.reshape(-1, 2)
    outputs = st.lists(st.integers(-9, 9), min_size=len(offsets), max_size=len(offsets))
    starts, ends = (np.array(data.draw(outputs), np.float32) for _ in range(2))
    spans = best_spans(text, offsets, span_scores(starts, ends))
    check(text, Look(spans, 0.0))
    shown = [number for number, (start, end) in enumerate(offsets.tolist()) if text[start:end].strip()]
    allowed = [
        starts[i] + ends[j]
        for i in shown
        for j in shown
        if i <= j and any(map(str.isalnum, text[offsets[i, 0] : offsets[j, 1]]))
    ]
    assert spans[:1] == () if not allowed else spans[0].score == max(allowed)


def test_pieces_are_counted(table: ExtractiveReader, roberta: ExtractiveReader) -> None:
    """Without the marks around a text."""
    assert table.pieces(["The treaty.", "", "trades " * 300]) == [3, 0, 600]
    assert roberta.pieces(["é🎉"]) == [6]
    assert table.pieces([]) == []


def test_budget_depends_on_the_processor(table: ExtractiveReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """More is read where bfloat16 is fast."""
    monkeypatch.setattr(extractive, "cpu_has_bfloat16", lambda: True)
    assert table.budget == 2800
    monkeypatch.setattr(extractive, "cpu_has_bfloat16", lambda: False)
    if not torch.accelerator.is_available():
        assert table.budget == 1000


def test_fingerprint_tells_models_apart(folder: Path, table: ExtractiveReader, tmp_path: Path) -> None:
    """Equal for a copy in another place, different for other weights."""
    shutil.copytree(folder / "table", tmp_path / "copy")
    assert ExtractiveReader(str(tmp_path / "copy")).fingerprint == table.fingerprint
    save_table_reader(tmp_path / "other", {"paris": (5.0, 5.25)})
    assert ExtractiveReader(str(tmp_path / "other")).fingerprint != table.fingerprint


def test_half_precision_on_disk_is_float32_in_memory(folder: Path, table: ExtractiveReader, tmp_path: Path) -> None:
    """So a model takes half the room in a package."""
    shutil.copytree(folder / "table", tmp_path / "half")
    AutoModelForQuestionAnswering.from_pretrained(folder / "table", dtype=torch.float16).save_pretrained(
        tmp_path / "half"
    )
    half = ExtractiveReader(str(tmp_path / "half"))
    assert {weight.dtype for weight in half._model.parameters()} == {torch.float32}
    assert numbers(half.read("Where?", ["Oslo"])[0]) == pytest.approx(
        numbers(table.read("Where?", ["Oslo"])[0]), abs=CLOSE
    )


def test_model_without_a_span_head_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Random weights never answer, and what transformers found is not printed."""
    save_random_bert(tmp_path, model_class=BertModel)
    capfd.readouterr()
    with pytest.raises(ModelError, match=r"no trained weights for qa_outputs\.bias, qa_outputs\.weight\. .* --reader"):
        ExtractiveReader(str(tmp_path))
    with pytest.raises(ModelError, match="is not one for extractive question answering"):
        ExtractiveReader(str(default_model_folder()))
    assert capfd.readouterr() == ("", "")


def test_loading_prints_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither progress nor a report."""
    ExtractiveReader(str(folder / "bert"))
    assert capfd.readouterr() == ("", "")


def test_model_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    """A name that is no folder and not in the cache says what to do; nothing is fetched."""
    with pytest.raises(
        ModelError, match=r"'no-such/model' is neither a folder nor in this machine's cache\. Give the path"
    ):
        load_reader("no-such/model")
    with pytest.raises(ModelError, match="cannot be loaded for extractive question answering: "):
        load_reader(str(tmp_path))


def test_model_in_the_cache_is_found_by_its_name(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a tool of the hub left it there."""
    cached = tmp_path / "models--someone--small"
    shutil.copytree(folder / "bert", cached / "snapshots" / ("0" * 40))
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0" * 40)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    reader = ExtractiveReader("someone/small")
    assert (reader.name, len(reader.read("Who?", ["three states"]))) == ("someone/small", 1)


def test_pickled_weights_are_not_opened(folder: Path, tmp_path: Path) -> None:
    """Opening them may run what they say."""
    shutil.copytree(folder / "bert", tmp_path / "pickled")
    (tmp_path / "pickled" / "model.safetensors").rename(tmp_path / "pickled" / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"no file named model\.safetensors"):
        ExtractiveReader(str(tmp_path / "pickled"))


@pytest.mark.parametrize("damage", ["cut", "flip", "config"])
def test_damaged_model_is_an_error(folder: Path, tmp_path: Path, damage: str) -> None:
    """A sentence, not a traceback of another library."""
    shutil.copytree(folder / "bert", tmp_path / "model")
    weights, config = tmp_path / "model" / "model.safetensors", tmp_path / "model" / "config.json"
    if damage == "config":
        config.write_text('{"model_type": "nothing-known"}')
    else:
        data = weights.read_bytes()
        weights.write_bytes(data[:200] if damage == "cut" else b"\xff" * 16 + data[16:])
    with pytest.raises(
        ModelError, match=r"The model in '.*model' cannot be loaded for extractive question answering: "
    ):
        ExtractiveReader(str(tmp_path / "model"))


def test_model_for_another_task_is_an_error(folder: Path, tmp_path: Path) -> None:
    """A kind of model that never answers with spans."""
    shutil.copytree(folder / "bert", tmp_path / "vision")
    (tmp_path / "vision" / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(ModelError, match="cannot be loaded for extractive question answering: "):
        ExtractiveReader(str(tmp_path / "vision"))


def test_tokenizer_without_offsets_is_refused(folder: Path, tmp_path: Path) -> None:
    """Words that cannot be found in the text again are no quotation."""
    shutil.copytree(folder / "bert", tmp_path / "slow")
    (tmp_path / "slow" / "tokenizer.json").unlink()
    (tmp_path / "slow" / "tokenizer_config.json").write_text('{"tokenizer_class": "CanineTokenizer"}')
    with pytest.raises(ModelError, match="does not tell which characters a word piece stands for"):
        ExtractiveReader(str(tmp_path / "slow"))


def test_own_model_that_is_missing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how to mend it, and how to go on without."""
    monkeypatch.setattr(extractive, "READER_FOLDER", tmp_path / "gone")
    with pytest.raises(ModelError, match=r"is missing or damaged\. Install askfolder again .* --fast"):
        ExtractiveReader()


def test_one_model_is_loaded_once(folder: Path) -> None:
    """A second folder in the same process shares the reader."""
    assert load_reader(str(folder / "bert")) is load_reader(str(folder / "bert"))


shipped = pytest.mark.skipif(not (READER_FOLDER / "model.safetensors").is_file(), reason="needs the shipped model")
MINUTES = (
    "The committee met in Bergen on 14 March 2019. Ingrid Solheim chaired the meeting, and eleven members came.",
    "Members agreed to spend $2,400 on a new roof for the boathouse, because the old one leaked.",
    "The weather was fine, and the talk after dinner was cheerful.",
)


@shipped
@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [
        ("Who chaired the meeting?", 0, "Ingrid Solheim"),
        ("Where did the committee meet?", 0, "Bergen"),
        ("When did the committee meet?", 0, "14 March 2019"),
        ("How many members came?", 0, "eleven"),
        ("How much will the members spend on the roof?", 1, "$2,400"),
    ],
)
def test_own_model_answers(question: str, passage: int, answer: str) -> None:
    """The words that answer, in the passage that holds them, rather than silence."""
    looks = load_reader().read(question, MINUTES, ["Minutes"] * len(MINUTES))
    assert max(range(len(looks)), key=lambda number: looks[number].score) == passage
    assert found(MINUTES[passage], looks[passage])[0] == answer
    assert looks[passage].margin > max(0, looks[2].margin)


@shipped
def test_own_model_is_silent_where_nothing_answers() -> None:
    """A question about something else."""
    looks = load_reader().read("Which enzyme unwinds the double helix?", MINUTES)
    assert max(look.margin for look in looks) < 0
