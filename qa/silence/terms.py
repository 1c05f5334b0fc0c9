"""What a question asks for: its names, numbers, dates and content terms, each where it stands in the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from qa.silence.common_words import AMBIGUOUS, AUXILIARIES, COMMON_WORDS, FOREIGN_WORDS, FUNCTION_WORDS, JOINING
from qa.silence.numbers_and_dates import MONTH, NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["name", "number", "date", "term"]

SHORTEST_TERM = 3  # letters of a word without a capital
LONGEST_QUOTED = 80  # characters; what is longer between quotation marks is a sentence and no name


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a question asks for.

    Attributes:
        text: As written: `question[start:end]`, without a possessive's ending.
        start: First character, an offset into the question.
        end: One past the last.
        kind: "name" for capitalised words and what stands in quotation marks, "number", "date", or "term" for the
            content words that remain.
    """

    text: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question, `question[start:end]`; `text` is without a possessive's ending, which ends a name."""

    text: str
    start: int
    end: int
    possessive: bool
    opens: bool
    is_common: bool

    @property
    def has_inner_sign(self) -> bool:
        """Whether it is spelled like "NVIDIA", "iPhone", "G20": as only names are."""
        return len(self.text) > 1 and any(c.isupper() or c.isdigit() for c in self.text[1:])


_YEAR = r"(?<![\d.,$€£¥#])(?<!\b\d/)(?<!\b\d\d/)[12]\d{3}(?!\d|[.,:]\d|\s?%)"
_PART = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal[\s-]+|financial[\s-]+)?(?:quarter|half)"
_DATE = re.compile(
    rf"""(?ix)\b(?:
    {MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+[12]\d{{3}}(?!\d))?   # July 1, 2023
    |\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}(?:,?\s+[12]\d{{3}}(?!\d))?
    |{MONTH},?\s+(?:of\s+)?[12]\d{{3}}(?!\d)
    |[12]\d{{3}}-\d\d-\d\d(?!\d)|\d{{1,2}}[./]\d{{1,2}}[./](?:[12]\d{{3}}|\d\d)(?![\d./])
    |(?:q[1-4]|h[12])(?:\s+(?:of\s+)?(?:fy|fiscal\s+)?|['’]?)(?:[12]\d{{3}}|['’]?\d\d)(?!\d)|[1-4]q\s?['’]?\d\d(?:\d\d)?|q[1-4]
    |{_PART}(?:\s+of)?(?:\s+(?:fiscal|financial|the)?\s*(?:year\s+)?[12]\d{{3}})?
    |fy[\s-]?(?:[12]\d{{3}}|['’]?\d\d)|(?:fiscal|financial)(?:\s+year)?\s+[12]\d{{3}}
    |\d{{1,2}}(?:st|nd|rd|th)[\s-]centur(?:y|ies)
    |{_YEAR}['’]?s?
    )(?!\w)|(?<![\w.,])['’]?[2-9]0['’]?s\b"""
)
# A month alone may be a person or a verb.
_LONE_MONTH = re.compile(
    r"\b(?:in|of|since|until|till|by|during|last|next|this|from|to|through|before|after|between|and|early|late|mid)\s+"
    r"(January|February|March|April|May|June|July|August|September|October|November|December)\b(?!\s+[A-Z])"
)
_QUOTED = re.compile(
    r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]|(?<!\w)‘([^‘’]+)’(?!\w)|(?<!\w)'([^']+)'(?!\w)"
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[^\W_]|[\u0300-\u036f]|(?<=\w)[-'’&.](?=[^\W_]))*")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_CONTRACTED = re.compile(r"(?:what|who|where|when|how|why|it|that|there|here|let|he|she)['’]s$", re.IGNORECASE)
_SHORTENED = re.compile(r"[a-z](?:n['’]t|['’](?:m|re|ve|ll|d))$")
_VERBAL = re.compile(r"[a-z]{2}(?:ing|ed|ly)$")
_SENTENCE_END = re.compile(r"[.?!:;]\s|[(\[]|[\"“„«‘]")
_PREFIX = re.compile(r"(?:(?:\bno\.|\bnr\.|\bnos\.)\s?|#|§\s?|(?:US)?[$€£¥]\s?)$", re.IGNORECASE)
# Scripts that put no spaces between words, whose words nobody can tell without a dictionary.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")


@lru_cache(maxsize=64)
def terms(question: str) -> tuple[Term, ...]:
    """Give what a question asks for, in the order in which it stands there; nothing overlaps.

    Capitals make no names in a question that is all in capitals, or In Title Case. Words in scripts that are written
    without spaces are left out.
    """
    found = [Term(question[start:end], start, end, kind) for start, end, kind in _marked(question)]
    taken = [(term.start, term.end) for term in found]
    words = [
        word for word in _words(question) if not any(word.start < end and start < word.end for start, end in taken)
    ]
    capitals = _capitals_tell(question)
    number = 0
    while number < len(words):
        length = _name_at(words, number, question) if capitals else 0
        name = words[number : number + max(1, length)]
        start, end = name[0].start, name[-1].start + len(name[-1].text)
        if length:
            found.append(Term(question[start:end], start, end, "name"))
        elif not name[0].is_common and (len(name[0].text) >= SHORTEST_TERM or name[0].text.isupper()):
            found.append(Term(question[start:end], start, end, "term"))
        number += len(name)
    return tuple(sorted(found, key=lambda term: term.start))


def _marked(question: str) -> Iterator[tuple[int, int, Kind]]:
    """Give what its signs or digits tell: quotations, dates, numbers."""
    taken: list[tuple[int, int]] = []

    def is_free(start: int, end: int) -> bool:
        return not any(start < after and before < end for before, after in taken)

    for match in _QUOTED.finditer(question):
        start, end = match.span(match.lastindex or 0)
        if end - start <= LONGEST_QUOTED and not _UNSPACED.search(match[0]) and any(map(str.isalpha, match[0])):
            taken.append((start, end))
            yield start, end, "name"
    spans = [match.span() for match in _DATE.finditer(question)] + [m.span(1) for m in _LONE_MONTH.finditer(question)]
    for start, end in spans:
        if is_free(start, end):
            taken.append((start, end))
            yield start, end, "date"
    for match in NUMBER.finditer(question):
        start, end = match.span()
        before = _PREFIX.search(question[:start])
        start = before.start() if before else start
        # "G20", "COVID-19" and "5G" are names.
        in_name = re.search(r"[^\W\d_][-.]?$", question[:start]) or re.match(r"\w|-[^\W\d_]", question[end:])
        if is_free(start, end) and not in_name and not re.fullmatch(r"\d+[A-Z]", match[0]):
            taken.append((start, end))
            yield start, end, "number"


def _words(question: str) -> Iterator[_Word]:
    before = 0
    common = _common_words(question)
    for match in _WORD.finditer(question):
        opens = before == 0 or bool(_SENTENCE_END.search(question[before : match.start()]))
        before = match.end()
        if _UNSPACED.search(match[0]) or match[0].isdigit():
            continue
        contracted = _CONTRACTED.match(match[0])
        ending = _POSSESSIVE.search(match[0] + question[match.end() : match.end() + 1].strip(" ?.,"))
        text = match[0][: ending.start()] if ending else match[0]
        lower = text.lower()
        is_common = bool(lower in common or contracted or _SHORTENED.search(lower))
        yield _Word(text, match.start(), match.end(), bool(ending) and not contracted, opens, is_common)


def _common_words(question: str) -> frozenset[str]:
    """Give the words that say nothing of what the question is about, those of other languages where it is in one."""
    words = set(re.findall(r"[^\W\d_]+", question.lower()))
    is_foreign = len(words & (FOREIGN_WORDS - AMBIGUOUS)) > len(words & FUNCTION_WORDS)
    return COMMON_WORDS | FOREIGN_WORDS if is_foreign else COMMON_WORDS


def _capitals_tell(question: str) -> bool:
    words = [word for word in _words(question) if word.text[0].isalpha()]
    if len(words) >= 3 and not any(c.islower() for c in question):
        return False
    later = [word.text for word in words[1:] if not word.opens]
    common = [text.lower() for text in later if text.lower() in FUNCTION_WORDS and text.istitle() and text != "May"]
    plain = [text for text in later if text.islower() and text not in FUNCTION_WORDS]
    return bool(plain) or (len(common) < 2 and AUXILIARIES.isdisjoint(common))


def _name_at(words: list[_Word], first: int, question: str) -> int:
    """Give of how many words the name that begins at a word is; 0 where none does."""
    word = words[first]
    if not (word.text[0].isupper() or word.has_inner_sign):
        return 0
    is_abbreviation = len(word.text) > 1 and word.text.isupper() and word.text.isalpha()
    # At the start of a sentence every word has a capital; elsewhere "Time" is a name and "time" is none.
    is_plain = word.is_common if word.opens else _is_function_word(word)
    if is_plain and not is_abbreviation:
        return 0
    if word.opens and not word.possessive and word.text.istitle() and _VERBAL.search(word.text):
        return 0
    last = first
    while not words[last].possessive:
        beyond = last + 1
        while beyond < len(words) and beyond - last <= 2 and words[beyond].text in JOINING:
            beyond += 1
        if beyond >= len(words) or not _goes_on(words, last, beyond, question):
            break
        last = beyond
    return last - first + 1


def _is_function_word(word: _Word) -> bool:
    return word.is_common and word.text.lower() not in COMMON_WORDS - FUNCTION_WORDS


def _goes_on(words: list[_Word], last: int, beyond: int, question: str) -> bool:
    """Tell whether a name goes on with the word `beyond`, past nothing but the joining words between."""
    word = words[beyond]
    is_name = word.text[0].isupper() or (word.has_inner_sign and beyond == last + 1)
    if not is_name or (_is_function_word(word) and word.text.istitle()):
        return False
    for left, right in zip(words[last:beyond], words[last + 1 : beyond + 1], strict=True):
        between = question[left.start + len(left.text) : right.start]
        is_initial = len(left.text) == 1 or left.text in ("St", "Dr", "Mr", "Mrs", "Ms", "Jr", "Prof")
        if between.strip() not in (("", "&", ".") if is_initial else ("", "&")):
            return False
    return True
