"""For each training question the passages that our own search finds near it and that do not answer."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedding import load_embedder
from index.fusion import fuse
from index.words import WordReader, WordWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from questions import Question, TrainingSet

DEPTH = 50  # how many passages each search brings
NEAR = 12  # how many of them are kept


def with_near_passages(training: TrainingSet) -> list[Question]:
    """Give the questions with the nearest passages of all collections that do not hold their answer.

    Source:
        Hard negatives of the retriever that the reader will work behind: Clark and Gardner 2018, "Simple and effective
        multi-paragraph reading comprehension", with the fused search of this project in place of TF-IDF.
    """
    embedder = load_embedder()
    vectors, owners = embedder.embed_paragraphs(training.passages)
    questions = embedder.embed_questions([question.text for question in training.questions])
    with tempfile.TemporaryDirectory() as folder:
        with WordWriter(Path(folder)) as words:
            words.add(1, enumerate(training.passages))
            words.commit(1)
        reader = WordReader(Path(folder))
        found = []
        for place, question in enumerate(training.questions):
            near = _by_cosine(vectors @ questions[place], owners)
            ids, scores = reader.nearest(question.text, DEPTH)
            by_words = dict(zip(ids.tolist(), scores.tolist(), strict=True))
            found.append(replace(question, near=_that_do_not_answer(training, question, fuse([near, by_words], DEPTH))))
    return found


def _by_cosine(cosines: np.ndarray, owners: np.ndarray) -> dict[int, float]:
    best: dict[int, float] = {}
    for piece in np.argpartition(-cosines, DEPTH)[:DEPTH]:
        owner = int(owners[piece])
        best[owner] = max(best.get(owner, -1.0), float(cosines[piece]))
    return best


def _that_do_not_answer(training: TrainingSet, question: Question, scores: Mapping[int, float]) -> tuple[int, ...]:
    answer = (
        "" if question.start is None else training.passages[question.passage][question.start : question.end].lower()
    )
    ranked = sorted(scores, key=lambda passage: -scores[passage])
    near = [
        passage
        for passage in ranked
        if passage not in (question.passage, *question.also)
        and not (answer and answer in training.passages[passage].lower())
    ]
    return tuple(near[:NEAR])
