"""Train the reader: a span head on the default embedding model, by one command.

python training/train_reader.py --data DATA --extra EXTRA --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from negatives import with_near_passages
from questions import WRITTEN, Question, TrainingSet, checksums, read_all
from torch.nn.functional import cross_entropy, log_softmax
from transformers import AutoTokenizer, BertForQuestionAnswering

from index.embedding import default_model_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 0
WINDOW = 224  # word pieces of question and passage together
LONGEST_QUESTION = 48  # word pieces
LENGTHS = (128, 176, WINDOW)  # what sequences are filled up to: few, as each is compiled for itself
WARM_UP = 0.05  # share of the first stage
AVERAGED = 0.25  # share of the last stage, at its end, whose weights are averaged
SHARES = {"fairytaleqa": 0.3, "policyqa": 0.3}  # of a set that each pass takes; all where not named
NEAR_SHARE = 0.8  # of the other passages; the rest are drawn at random
HIDDEN = -1e4


@dataclass(frozen=True, slots=True)
class Stage:
    """Passes over the questions, each with so many passages, its own first, while the rate falls to `last_rate`."""

    passes: float
    passages: int
    questions: int  # a step
    rate: float
    last_rate: float


# First where the answer stands, which one passage teaches; then also which passage holds it.
STAGES = (
    Stage(passes=2.5, passages=1, questions=24, rate=1.3e-4, last_rate=5e-5),
    Stage(passes=1.0, passages=2, questions=12, rate=5.5e-5, last_rate=5e-7),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One question with one passage, as word pieces. `start` and `end` are places in `ids`; 0 where not answered."""

    ids: list[int]
    first: int  # place of the passage's first word piece
    start: int
    end: int
    is_ranking: bool
    answers: bool


class Pieces:
    """The word pieces of every passage and question, with their places in the text."""

    def __init__(self, tokenizer: AutoTokenizer, training: TrainingSet) -> None:
        self._cls, self._sep = tokenizer.cls_token_id, tokenizer.sep_token_id
        passages = tokenizer(training.passages, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        self._ids = passages["input_ids"]
        self._offsets = [np.array(offsets, np.int64).reshape(-1, 2) for offsets in passages["offset_mapping"]]
        texts = [question.text for question in training.questions]
        self._questions = [ids[:LONGEST_QUESTION] for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]]

    def sequence(self, number: int, question: Question, passage: int, chance: random.Random) -> Pair:
        """Put a question and a passage together; of a long passage a window, which holds the answer."""
        asked, ids, offsets = self._questions[number], self._ids[passage], self._offsets[passage]
        room = WINDOW - len(asked) - 3
        answers = passage == question.passage and (question.start is not None or question.is_ranking)
        start = end = None
        if answers and question.start is not None:
            start = int(np.searchsorted(offsets[:, 1], question.start, side="right"))
            end = int(np.searchsorted(offsets[:, 0], question.end, side="left")) - 1
            end = max(start, end)
        from_ = 0
        if len(ids) > room:
            lowest, highest = 0, len(ids) - room
            if start is not None and end is not None:
                lowest, highest = max(0, min(end - room + 1, start)), min(start, highest)
            from_ = chance.randint(min(lowest, highest), highest)
        cut = ids[from_ : from_ + room]
        first = len(asked) + 2
        whole = [self._cls, *asked, self._sep, *cut, self._sep]
        if start is None or end is None or end - from_ >= len(cut):
            return Pair(whole, first, 0, 0, question.is_ranking, answers and question.is_ranking)
        return Pair(whole, first, first + start - from_, first + end - from_, False, True)


def batches(
    training: TrainingSet, questions: Sequence[Question], pieces: Pieces, stage: Stage, chance: random.Random
) -> Iterator[list[list[Pair]]]:
    """Give groups of sequences, one group a question, those of like length together."""
    left = stage.passes
    while left > 0:
        order = [n for n, question in enumerate(questions) if chance.random() < SHARES.get(question.source, 1.0)]
        chance.shuffle(order)
        order = order[: int(len(order) * min(1.0, left))]
        left -= 1
        pool = stage.questions * 40
        for at in range(0, len(order), pool):
            groups = [_group(training, questions, n, pieces, stage, chance) for n in order[at : at + pool]]
            groups.sort(key=lambda group: max(len(sequence.ids) for sequence in group))
            parts = [groups[i : i + stage.questions] for i in range(0, len(groups), stage.questions)]
            chance.shuffle(parts)
            yield from (part for part in parts if len(part) == stage.questions)


def _group(
    training: TrainingSet,
    questions: Sequence[Question],
    number: int,
    pieces: Pieces,
    stage: Stage,
    chance: random.Random,
) -> list[Pair]:
    question = questions[number]
    passages = [question.passage]
    while len(passages) < stage.passages:
        is_near = question.near and chance.random() < NEAR_SHARE
        other = chance.choice(question.near) if is_near else chance.randrange(len(training.passages))
        if other not in passages and other not in question.also:
            passages.append(other)
    return [pieces.sequence(number, question, passage, chance) for passage in passages]


def loss_of(model: BertForQuestionAnswering, groups: list[list[Pair]]) -> torch.Tensor:
    """Give the loss of a step: spans among all passages of a question, and each passage's span or silence by itself.

    Source:
        The softmax over all passages of a question: Clark and Gardner 2018. Silence at the first word piece: Devlin et
        al. 2019, "BERT". Where it is known that a passage answers but not in which words, the sum over its word pieces.
    """
    flat = [sequence for group in groups for sequence in group]
    longest = max(len(sequence.ids) for sequence in flat)
    length = next(length for length in LENGTHS if length >= longest)
    ids = torch.zeros(len(flat), length, dtype=torch.long)
    kinds = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    hidden = torch.ones(len(flat), length, dtype=torch.bool)
    for row, sequence in enumerate(flat):
        size = len(sequence.ids)
        ids[row, :size] = torch.tensor(sequence.ids)
        kinds[row, sequence.first : size] = 1
        mask[row, :size] = 1
        hidden[row, sequence.first : size - 1] = False
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = model(input_ids=ids, token_type_ids=kinds, attention_mask=mask)
    per_group = len(groups[0])
    answered = [g for g, group in enumerate(groups) if group[0].answers and not group[0].is_ranking]
    ranked = [g for g, group in enumerate(groups) if group[0].is_ranking]
    by_itself = [row for row, sequence in enumerate(flat) if not sequence.is_ranking or row % per_group]
    loss = torch.zeros(())
    for logits, targets in (
        (output.start_logits.float(), [sequence.start for sequence in flat]),
        (output.end_logits.float(), [sequence.end for sequence in flat]),
    ):
        inside = logits.masked_fill(hidden, HIDDEN).view(len(groups), -1)
        if answered:
            wanted = torch.tensor([targets[g * per_group] for g in answered])
            loss = loss + cross_entropy(inside[answered], wanted, reduction="sum") / len(groups)
        if ranked:
            shares = log_softmax(inside[ranked], -1)[:, :length].logsumexp(-1)
            loss = loss - 0.5 * shares.sum() / len(groups)
        alone = logits.masked_fill(hidden & (torch.arange(length) > 0), HIDDEN)
        loss = loss + cross_entropy(alone[by_itself], torch.tensor(targets)[by_itself])
    return loss / 4


def train(
    training: TrainingSet, questions: Sequence[Question], stage: Stage, start_from: Path, out: Path, most_seconds: float
) -> None:
    """Train one stage and save the reader; that of the last stage is the mean of its last weights.

    Where the stage would take more than `most_seconds`, its rate falls sooner, and it ends after these.
    """
    chance = random.Random(SEED)
    torch.manual_seed(SEED)
    tokenizer = AutoTokenizer.from_pretrained(start_from)
    model = BertForQuestionAnswering.from_pretrained(
        start_from, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager"
    )
    model.bert.embeddings.word_embeddings.weight.requires_grad = False
    model.train()
    compiled = torch.compile(model, dynamic=False)
    decayed = [weight for weight in model.parameters() if weight.requires_grad and weight.ndim > 1]
    others = [weight for weight in model.parameters() if weight.requires_grad and weight.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}])
    in_a_pass = sum(SHARES.get(question.source, 1.0) for question in questions)
    steps = int(in_a_pass * stage.passes / stage.questions)
    pieces = Pieces(tokenizer, training)
    began, running, mean = time.monotonic(), 0.0, Mean()
    with (out / "log.txt").open("a", encoding="utf-8") as log:
        for step, groups in enumerate(batches(training, questions, pieces, stage, chance)):
            seconds = time.monotonic() - began
            done = max(step / steps, seconds / most_seconds)
            if done >= 1:
                break
            warm = min(1.0, (step + 1) / (WARM_UP * steps)) if stage is STAGES[0] else 1.0
            for parameters in optimizer.param_groups:
                parameters["lr"] = warm * (stage.rate + (stage.last_rate - stage.rate) * done)
            loss = loss_of(compiled, groups)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*decayed, *others], 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
            if step % 25 == 0 or step < 10:
                print(f"step {step} of {steps}  loss {running:.3f}  {seconds:.0f} s", file=log, flush=True)
            if stage is STAGES[-1] and done >= 1 - AVERAGED and step % 10 == 0:
                mean.add(model)
            if step % 300 == 299:
                save(model, tokenizer, out / "latest")
        mean.load_into(model)
        save(model, tokenizer, out / f"stage{1 + STAGES.index(stage)}")
        print(f"stage done  {time.monotonic() - began:.0f} s", file=log, flush=True)


class Mean:
    """The mean of a model's weights at several steps."""

    def __init__(self) -> None:
        self._count = 0
        self._weights: dict[str, torch.Tensor] = {}

    def add(self, model: BertForQuestionAnswering) -> None:
        """Take the weights as they are now."""
        self._count += 1
        for name, weight in model.state_dict().items():
            if name not in self._weights:
                self._weights[name] = weight.detach().clone()
            elif weight.is_floating_point():
                self._weights[name] += (weight - self._weights[name]) / self._count

    def load_into(self, model: BertForQuestionAnswering) -> None:
        """Give a model the mean; leave it alone where nothing was taken."""
        if self._weights:
            model.load_state_dict(self._weights)


def save(model: BertForQuestionAnswering, tokenizer: AutoTokenizer, folder: Path) -> None:
    """Write model and tokenizer."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main() -> None:
    """Train all stages, or one."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--extra", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--stage", type=int, choices=range(1, len(STAGES) + 1), help="only this stage")
    arguments.add_argument("--most-seconds", type=float, default=math.inf, help="of each stage")
    chosen = arguments.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "data.json").write_text(json.dumps(checksums(chosen.data, chosen.extra, WRITTEN), indent=1))
    training = read_all(chosen.data, chosen.extra)
    for number, stage in enumerate(STAGES, start=1):
        if chosen.stage in (None, number):
            questions = with_near_passages(training) if stage.passages > 1 else training.questions
            start_from = default_model_folder() if number == 1 else chosen.out / f"stage{number - 1}"
            train(training, questions, stage, start_from, chosen.out, chosen.most_seconds)


if __name__ == "__main__":
    main()
