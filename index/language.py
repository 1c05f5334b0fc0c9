"""Which language a text is in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from py3langid.langid import LanguageIdentifier

    from index.documents import Paragraph

_SHORTEST, _SAMPLE = 60, 6_000  # bytes of letters below which it is a guess; characters beyond which nothing changes
_PIECE = 600  # characters of a paragraph that are looked at
_SURE = 0.7  # the classifier's probability of its choice
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"[a-z]{2}")
# The words that no English text goes without and that together make no other language. They spare loading the
# classifier, which takes half a second, for most of the documents that most people have.
_ENGLISH = frozenset(("the", "of", "and", "to", "that", "is", "was", "for", "with", "by", "are", "be", "this", "from"))
_SHARE_IN_ENGLISH = 0.2


def language_of(text: str, paragraphs: Sequence[Paragraph], declared: str | None) -> str | None:
    """Find the language of a text: by its words where there are enough of them, else what the file declares.

    What files declare is often their program's default.

    Args:
        text: Normalised.
        paragraphs: Where its paragraphs stand; tables' rows, whose words are few and names, are passed over.
        declared: As the file says, such as "en-US".

    Returns:
        ISO 639-1, such as "en"; None where neither tells.
    """
    code = (declared or "").replace("_", "-").split("-")[0].strip().lower()
    known = code if _CODE.fullmatch(code) else None
    sample = _sample(text, paragraphs)
    words = _WORD.findall(sample.lower())
    if sum(len(word.encode()) for word in words) < _SHORTEST:
        return known
    common = sum(word in _ENGLISH for word in words)
    if common >= _SHARE_IN_ENGLISH * len(words) and "the" in words and "and" in words:
        return "en"
    language, probability = _identifier().classify(" ".join(words))
    return str(language) if probability >= _SURE else known


def _sample(text: str, paragraphs: Sequence[Paragraph]) -> str:
    """Take the beginnings of paragraphs from all over the text: many papers begin with a summary in English."""
    told = [paragraph for paragraph in paragraphs if paragraph.kind not in ("row", "code")]
    step = max(1, len(told) * _PIECE // _SAMPLE)
    pieces = [text[paragraph.start : min(paragraph.end, paragraph.start + _PIECE)] for paragraph in told[::step]]
    return "\n".join(pieces)[:_SAMPLE]


@cache
def _identifier() -> LanguageIdentifier:
    """Load the classifier, for the languages that ISO 639-1 names: the rest are mostly varieties of these."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([label for label in identifier.labels if _CODE.fullmatch(label)])
    return identifier
