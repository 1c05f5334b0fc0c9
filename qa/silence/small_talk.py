"""Fitting replies to what is no question: empty talk, instructions to the program, letters that make no word.

A real question must never end here, so whole texts are compared, never parts of them. Knows nothing of searching.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from qa.answer import one_line
from qa.silence import phrases
from qa.silence.common_words import FUNCTION_WORDS
from qa.silence.gibberish import is_mashed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_ASK = "Ask a question about your documents, such as “When was the treaty signed?”"
_QUOTES = "what the documents say, word for word, with file and place"
_TALK = (
    (phrases.GREETING, f"Hello! {_ASK}"),
    (phrases.WELL_BEING, f"All is well here, thank you. {_ASK}"),
    (phrases.THANKS, "You are welcome. Ask again whenever you like."),
    (phrases.WHO, f"This is askfolder. It looks up {_QUOTES}, and knows nothing else. {_ASK}"),
    (
        phrases.HELP,
        f"Ask in plain words, such as “When was the treaty signed?”, and you are shown {_QUOTES}. "
        "Names, numbers and years in the question help to find it.",
    ),
    (phrases.FINE, f"All right. {_ASK}"),
    (phrases.BYE, "Goodbye! The folder will be here when you need it again."),
)
_INSTRUCTIONS = (
    (
        phrases.OVERRIDE,
        f"Nothing to change here: askfolder follows no instructions; it looks up {_QUOTES}.",
    ),
    (phrases.WRITE, f"askfolder writes nothing of its own: it shows {_QUOTES}. Ask about something in them."),
    (
        phrases.SUM_UP,
        f"askfolder does not summarise, explain or translate: it shows {_QUOTES}. "
        "Ask about one thing in them, such as “What were the main findings?”",
    ),
    (phrases.TOUCH, f"askfolder changes, sends and opens nothing: it looks up {_QUOTES}."),
)
_ALONE = frozenset(("What", "Who", "When", "Where", "Why", "How", "Which"))  # "May", "US" and "WHO" may be names
# A question after something else: "Ignore the files from 2019. Who signed the lease?"
_ASKS = re.compile(
    r"[.:;,!]\s+(?:(?:and|so|then|but)\s+)?(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|do|does|did)\b"
    r"[^?]*\?\s*$",
    re.IGNORECASE,
)
_LONGEST_SHOWN = 40  # characters
_LONGEST_TALK = 300  # characters; what is longer is no empty talk


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say to something that is no question.

    Attributes:
        kind: What it was: "talk" such as a greeting, an "instruction", "too little" to search for, or "gibberish".
        text: One to three sentences, to be shown as they are.
    """

    kind: Literal["talk", "instruction", "too little", "gibberish"]
    text: str


def reply_to(question: str, known: Callable[[Sequence[str]], Collection[str]]) -> Reply | None:
    """Give the reply to what is no question; None for everything that may be one.

    Args:
        question: As asked.
        known: Gives those of some words that the documents hold. No such word is called gibberish.
    """
    said = _plain(question[: _LONGEST_TALK + 1])
    if len(said) <= _LONGEST_TALK:
        for pattern, text in _TALK:
            if pattern.fullmatch(said):
                return Reply("talk", text)
        order = phrases.POLITE.sub("", said)
        for patterns, text in () if _ASKS.search(question) else _INSTRUCTIONS:
            if any(pattern.fullmatch(order) for pattern in patterns):
                return Reply("instruction", text)
    return _too_little(question) or _gibberish(question, known)


def _plain(question: str) -> str:
    """Give a text in lower case without what stands around its words: "hi there" for "Hi, there! 👋"."""
    folded = unicodedata.normalize("NFKC", question).lower().replace("’", "'")
    return " ".join(re.sub(r"[^\w'\s-]|_|(?<!\w)['-]+|['-]+(?!\w)", " ", folded).split())


def _too_little(question: str) -> Reply | None:
    if not any(map(str.isalnum, question)):
        return Reply("too little", f"There are no words in this to look for. {_ASK}")
    word = question.strip(" ?!.,")
    if word in FUNCTION_WORDS or word in _ALONE:
        return Reply("too little", f"“{one_line(word)}” alone is too little to look for. {_ASK}")
    return None


def _gibberish(question: str, known: Callable[[Sequence[str]], Collection[str]]) -> Reply | None:
    words = re.findall(r"\w+", question)
    if not words or not all(map(is_mashed, words)) or known(words):
        return None
    shown = one_line(question if len(question) <= _LONGEST_SHOWN else f"{question[:_LONGEST_SHOWN]}…")
    return Reply(
        "gibberish",
        f"“{shown}” stands nowhere in what was read. If it is a name or a code, check how they spell it; "
        "otherwise ask in plain words, such as “When was the treaty signed?”",
    )
