"""ExtractiveReader: any extractive question-answering model as a Reader; the only module that loads transformers."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedding import NO_LIMIT, cpu_has_bfloat16, fastest_precision
from index.errors import ModelError
from qa.reader import Look
from qa.spans import LONGEST_ANSWER, best_spans, span_scores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

DEFAULT_READER = "askfolder-reader"
READER_FOLDER = Path(__file__).parent / "reader_model"
DEFAULT_WINDOW = 320  # word pieces; trained on up to 224, which a paragraph seldom exceeds by much
WIDEST_WINDOW = 512  # word pieces; attention costs their square, and few models are trained for this task on more
WINDOW_OVERLAP = 0.25  # share of a window's text that the next one repeats
ABOVE_SHARE = 0.25  # share of the room beside the question that title and headings may take
LONGEST_QUESTION = 64  # word pieces; never more than half of the window
BATCH_PIECES = 2048  # word pieces read at once, padding included; larger ones are no faster
BUDGET = 1000  # word pieces in about 0.3 s on two cores with the default model
BUDGET_BFLOAT16 = 2800  # the same where the processor multiplies bfloat16 in hardware


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: their ids, and of shape (n, 2) the range of characters that each stands for."""

    ids: list[int]
    offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a model puts around a question and a passage: ids of its marks, and the types of all five parts."""

    before: list[int]
    between: list[int]
    after: list[int]
    types: tuple[int, int, int, int, int]  # of before, question, between, passage, after
    silence: int  # place in `before` of the mark whose score means "not here"

    @property
    def size(self) -> int:
        """How many word pieces it takes."""
        return len(self.before) + len(self.between) + len(self.after)


@dataclass(frozen=True, slots=True)
class Window:
    """Word pieces that are read at once, with some of those of passage number `owner`.

    Those at `ids[place : place + count]` are the passage's from its piece number `first` on.
    """

    ids: list[int]
    types: list[int]
    owner: int
    place: int
    first: int
    count: int


class ExtractiveReader:
    """Any extractive question-answering model in Hugging Face format; the default one is shipped with the package.

    A span's score is the sum of the model's outputs for its first and its last word piece; silence is the same sum at
    the model's first mark ([CLS] or <s>), as in Devlin et al. 2019, "BERT". Of a passage that takes several windows,
    a span has the best of its scores, and silence the least. Safe to call from several threads, one at a time.
    """

    def __init__(self, model: str | None = None) -> None:
        """Load a model; the network is never asked for it, and no code that it brings is run.

        Args:
            model: The path of a folder, or the name of a model in this machine's cache; None means our own.

        Raises:
            ModelError: The model is missing, damaged, not one for extractive question answering, or has a tokenizer
                that does not tell which characters a word piece stands for.
        """
        self.name = model or DEFAULT_READER
        self._model, self._tokenizer = _load(self.name, model or str(READER_FOLDER))
        self._frame = _frame(self._tokenizer)
        self._window = _window(self._model, self._tokenizer, DEFAULT_WINDOW if model is None else WIDEST_WINDOW)
        self._takes_types = (
            "token_type_ids" in inspect.signature(self._model.forward).parameters
            and "token_type_ids" in self._tokenizer.model_input_names
        )
        self.fingerprint = _fingerprint(self._model, self._window)
        self._lock = threading.Lock()  # a tokenizer cannot be shared by two threads at once

    @property
    def budget(self) -> int:
        """How many word pieces of passages to read for one question; see `Reader`."""
        is_fast = self._model.device.type != "cpu" or cpu_has_bfloat16()
        return BUDGET_BFLOAT16 if is_fast else BUDGET

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text; see `Reader`."""
        with self._lock:
            return [len(pieces.ids) for pieces in self._pieces(texts)]

    def read(self, question: str, passages: Sequence[str], above: Sequence[str] | None = None) -> tuple[Look, ...]:
        """Look for the answer to a question in each of n passages; see `Reader`.

        Args:
            question: In plain words; of more than 64 word pieces the first 64 are read.
            passages: Their texts.
            above: For each its title and headings; where they are long, what stands nearest to the passage is read.

        Returns:
            One look for each passage, in their order. Its spans begin and end with whole words, as far as the script
            parts words by spaces.

        Raises:
            ValueError: `above` is not as long as `passages`.
        """
        if above is not None and len(above) != len(passages):
            raise ValueError(f"There are {len(passages)} passages, but titles and headings for {len(above)}.")
        with self._lock:
            texts = self._pieces(passages)
            windows = self._cut(question, texts, above or [""] * len(passages))
            outputs = self._outputs(windows)
        scores = [np.full((len(text.ids), LONGEST_ANSWER), -np.inf, np.float32) for text in texts]
        silences = np.full(len(passages), np.inf)
        for window, (starts, ends) in zip(windows, outputs, strict=True):
            places = slice(window.place, window.place + window.count)
            read = scores[window.owner][window.first : window.first + window.count]
            np.maximum(read, span_scores(starts[places], ends[places]), out=read)
            silence = float(starts[self._frame.silence] + ends[self._frame.silence])
            silences[window.owner] = min(silences[window.owner], silence)
        return tuple(
            Look(best_spans(passage, text.offsets, score), float(silence))
            for passage, text, score, silence in zip(passages, texts, scores, silences, strict=True)
        )

    def _pieces(self, texts: Sequence[str]) -> list[Pieces]:
        if not texts:
            return []
        encoded = self._tokenizer(
            list(texts),
            add_special_tokens=False,
            return_offsets_mapping=True,
            truncation=False,
            verbose=False,
            split_special_tokens=True,  # "[SEP]" in a document is text, not a mark
        )
        return [
            # An offset that goes back, as normalisation may give, is moved on: searching needs them ascending.
            Pieces(ids, np.maximum.accumulate(np.array(offsets, np.int64).reshape(-1, 2), axis=0))
            for ids, offsets in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]

    def _cut(self, question: str, texts: Sequence[Pieces], above: Sequence[str]) -> list[Window]:
        """Put the question before each passage, and cut a long passage into overlapping windows."""
        asked = self._pieces([question])[0].ids[: min(LONGEST_QUESTION, self._window // 2)]
        room = max(8, self._window - self._frame.size - len(asked))
        lines = sorted({line for line in above if line.strip()})
        encoded = self._pieces([line + "\n" for line in lines])
        heads = {line: pieces.ids[-int(room * ABOVE_SHARE) :] for line, pieces in zip(lines, encoded, strict=True)}
        windows = []
        for owner, (text, line) in enumerate(zip(texts, above, strict=True)):
            head = heads.get(line, [])
            for first in window_starts(len(text.ids), room - len(head)):
                part = text.ids[first : first + room - len(head)]
                windows.append(self._put_together(asked, head, part, owner, first))
        return windows

    def _put_together(self, asked: list[int], head: list[int], part: list[int], owner: int, first: int) -> Window:
        frame = self._frame
        ids = [*frame.before, *asked, *frame.between, *head, *part, *frame.after]
        sizes = (len(frame.before), len(asked), len(frame.between), len(head) + len(part), len(frame.after))
        types = [kind for kind, size in zip(frame.types, sizes, strict=True) for _ in range(size)]
        return Window(ids, types, owner, sum(sizes[:3]) + len(head), first, len(part))

    def _outputs(self, windows: Sequence[Window]) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Give the model's outputs for beginning and end at each word piece of each window, in their order."""
        outputs: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
        for batch in batches([len(window.ids) for window in windows]):
            starts, ends = self._run([windows[number] for number in batch])
            for row, number in enumerate(batch):
                outputs[number] = starts[row], ends[row]
        return [outputs[number] for number in range(len(windows))]

    def _run(self, windows: Sequence[Window]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        import torch

        shape = (len(windows), max(len(window.ids) for window in windows))
        filling = self._tokenizer.pad_token_id
        ids = torch.full(shape, 0 if filling is None else filling)
        mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, window in enumerate(windows):
            size = len(window.ids)
            ids[row, :size] = torch.tensor(window.ids)
            types[row, :size] = torch.tensor(window.types)
            mask[row, :size] = 1
        device = self._model.device
        inputs = {"input_ids": ids, "attention_mask": mask} | ({"token_type_ids": types} if self._takes_types else {})
        with fastest_precision(device):
            output = self._model(**{name: values.to(device) for name, values in inputs.items()})
        return output.start_logits.float().cpu().numpy(), output.end_logits.float().cpu().numpy()


def window_starts(count: int, room: int) -> list[int]:
    """Give the first word piece of each of the windows that cover a text of `count`, each of `room`.

    Each repeats a quarter of the one before; the last is moved back to be full. A text that fits has one window.
    """
    step = room - int(room * WINDOW_OVERLAP)
    number = -(-max(0, count - room) // step) + 1
    return [min(n * step, max(0, count - room)) for n in range(number)]


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Put windows of like length together, at most BATCH_PIECES when filled up to the longest; give their numbers."""
    parts: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if parts and (len(parts[-1]) + 1) * lengths[parts[-1][0]] <= BATCH_PIECES:
            parts[-1].append(number)
        else:
            parts.append([number])
    return parts


@cache
def load_reader(model: str | None = None) -> ExtractiveReader:
    """Give the reader of a model, the same one each time: a process needs it in memory once.

    Raises:
        ModelError: As for `ExtractiveReader`.
    """
    return ExtractiveReader(model)


def _load(name: str, path: str) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """Load a model and its tokenizer from a folder or this machine's cache; our own is float16 on disk."""
    import torch
    from huggingface_hub import snapshot_download
    from safetensors import SafetensorError
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer, PreTrainedTokenizerFast

    try:
        # Given a name, transformers may ask the network for weights in a newer format even if told not to.
        folder = path if Path(path).is_dir() else snapshot_download(path, local_files_only=True)
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            model, report = AutoModelForQuestionAnswering.from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,  # else it may ask on the terminal whether to run the model's own code
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
    except (OSError, ValueError, RuntimeError, KeyError, ImportError, SafetensorError) as error:
        raise ModelError(_why_not(name, path, error)) from error
    missing = sorted({*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])})
    if missing:
        raise ModelError(
            f"The model {name!r} is not one for extractive question answering: it holds no trained weights for "
            f"{', '.join(missing[:3])}. Give one that was trained for that task, or leave out --reader."
        )
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise ModelError(
            f"The tokenizer of {name!r} does not tell which characters a word piece stands for, so its answers could "
            f"not be found in the text. Give a model with a tokenizer.json, or leave out --reader."
        )
    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return model.to(device or torch.device("cpu")).eval(), tokenizer


def _why_not(name: str, path: str, error: Exception) -> str:
    if path == str(READER_FOLDER):
        return (
            f"The reader's own model in {READER_FOLDER} is missing or damaged. Install askfolder again "
            "(pip install --force-reinstall askfolder), or ask with --fast, which needs none."
        )
    if Path(path).is_dir():
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return f"The model in {name!r} cannot be loaded for extractive question answering: {lines[0]}"
    return (
        f"The model {name!r} is neither a folder nor in this machine's cache. Give the path of an extractive "
        f"question-answering model in Hugging Face format, or leave out --reader to use our own."
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from printing progress and what it found in a file; what is missing becomes an error."""
    from transformers.utils import logging

    verbosity, shows_progress = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shows_progress:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _frame(tokenizer: PreTrainedTokenizerFast) -> Frame:
    """Find out what the tokenizer puts around two texts, from an example."""
    encoded = tokenizer("a", "a", return_token_type_ids=True)
    owners, ids, kinds = encoded.sequence_ids(0), encoded["input_ids"], encoded["token_type_ids"]
    first, second = owners.index(0), owners.index(1)
    question_end = len(owners) - owners[::-1].index(0)
    passage_end = len(owners) - owners[::-1].index(1)
    before = ids[:first]
    return Frame(
        before,
        ids[question_end:second],
        ids[passage_end:],
        tuple((kinds[at : at + 1] or [0])[0] for at in (0, first, question_end, second, passage_end)),
        before.index(tokenizer.cls_token_id) if tokenizer.cls_token_id in before else 0,
    )


def _window(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, widest: int) -> int:
    """Give how many word pieces the model reads at once: what its tokenizer and its positions allow, within limits."""
    limits = [widest]
    if tokenizer.model_max_length and tokenizer.model_max_length < NO_LIMIT:  # else it says that it does not know
        limits.append(int(tokenizer.model_max_length))
    positions = getattr(model.config, "max_position_embeddings", None)
    if positions and positions > 0:
        # RoBERTa and its like count positions from beyond the padding's id.
        offsets = [
            module.padding_idx + 1
            for path, module in model.named_modules()
            if path.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None
        ]
        limits.append(int(positions) - max(offsets, default=0))
    return min(limits)


def _fingerprint(model: PreTrainedModel, window: int) -> str:
    """Hash the shapes and the first 1,024 values of the model's weights, and its window: 64 hexadecimal digits."""
    digest = hashlib.sha256(str(window).encode())
    for name, weight in sorted(model.state_dict().items()):
        values = weight.detach().flatten()[:1024].float().cpu().numpy()
        digest.update(f"{name} {tuple(weight.shape)} ".encode() + values.tobytes())
    return digest.hexdigest()
