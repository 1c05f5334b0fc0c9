"""Sentences and headings to draft questions, by rule. English only; knows nothing of documents."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_WORDS = 40  # of a sentence that gives a question
LONGEST_SUBJECT = 8  # words
LONGEST_HEADING = 8  # words

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_YEAR = r"(?:1[0-9]|20)\d\d"
_DATE = (
    rf"(?:\d{{1,2}} {_MONTH},? {_YEAR}|{_MONTH} \d{{1,2}},? {_YEAR}|{_MONTH} {_YEAR}|{_YEAR})"
    r"(?![\w%]|[,.-]\d| (?:per cent|percent|dollars|euros|people)\b)"
)
_NUMBER = (
    r"(?:\d[\d,.]*\d|\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty"
    r"|thirty|forty|fifty)"
)
_NAME = r"[A-Z][\w’'-]+(?: (?:(?:of|de|van|von) )?[A-Z][\w’'-]+)*"
_SUBJECT = rf"(?P<subject>(?:The|A|An|Each|Every|[A-Z][\w’'-]+)(?: [\w’'-]+){{0,{LONGEST_SUBJECT - 1}}}?)"
_PLAIN = r"[^.,;:()“”\"]"  # of one clause
_END = r"(?=[.,;]|$)"
_PAST = (
    r"(?:\w+ed|was|were|had|did|came|took|made|gave|became|began|won|lost|went|rose|fell|grew|met|held|left|sent|drove"
    r"|built|paid|sold|bought|led|wrote|broke|chose|found|kept|brought|fought|spoke|ran|saw|set|put|cut)"
)

_WHEN_WAS = re.compile(
    rf"{_SUBJECT} (?P<verb>was|were) (?P<rest>{_PLAIN}+?) (?:in|on) (?P<answer>{_DATE})(?P<more>{_PLAIN}*?){_END}"
)
_WHEN = re.compile(rf"(?P<clause>{_SUBJECT} {_PAST} {_PLAIN}+?) (?:in|on) (?P<answer>{_DATE}){_END}")
_WHEN_FIRST = re.compile(
    rf"(?:In|On) (?P<answer>{_DATE}),? (?P<clause>(?:[Tt]he |[Aa]n? )?{_PLAIN}* {_PAST}\b{_PLAIN}*?){_END}"
)
_HOW_MANY = re.compile(rf"{_SUBJECT} (?P<verb>has|have|had) (?P<answer>{_NUMBER}) (?P<rest>[a-z][a-z -]+?){_END}")
_WHO = re.compile(rf"(?P<answer>{_NAME}) (?P<verb>was|is) (?P<rest>the {_PLAIN}+?){_END}")
_BY_WHOM = re.compile(
    rf"{_SUBJECT} (?P<verb>was|were) (?P<rest>\w+(?:ed|en|wn|de|lt|ht|und)) by (?P<answer>{_NAME})"
    r"(?= (?:in|on|at|and) |[.,;]|$)"
)

# Sentences that begin so lean on others, and questions made of them would too.
_LEANS = re.compile(
    r"(?:it|its|he|his|she|her|they|their|this|that|these|those|such|there|here|we|our|you|your|i|my|what|which|who"
    r"|when|where|while|if|as|although|however|but|and|so|thus|both|one|another|other|some|many|most|in|on|at|after"
    r"|before|since|during|for|from|with|by|not|no|nobody|nothing)\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"(?:The|A|An|Each|Every)\b")
_ASKABLE = re.compile(r"(?:The|A|An|What|Who|When|Where|How|Why|Which|Whether)\b")
_NOT_SAID = re.compile(
    r"(?:contents|table of contents|introduction|conclusions?|summary|abstract|overview|background|discussion|notes?"
    r"|references|bibliography|appendix|annex|index|acknowledge?ments|preface|foreword|general|other|miscellaneous"
    r"|see also|external links|further reading|sources|figures?|tables?|chapter|section|part|page)\b"
    r"(?:\s+(?:[\divxlc.]+|[a-z]))?$",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"^(?:(?:chapter|section|part|article|item)\s+(?:\d+(?:\.\d+)*|[ivxlc]+|[a-z])[.):]?"
    r"|\d+(?:\.\d+)*[.):]?|[ivxlc]+[.):]|[a-z][.)])\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question drafted from a sentence, and the words of the sentence that answer it."""

    question: str
    answer: str


def question_of_sentence(sentence: str) -> Drafted | None:
    """Turn a plain sentence with a date, a number or a name into a question for it; None where no rule fits."""
    flat = " ".join(sentence.split())
    if len(flat.split()) > MOST_WORDS:
        return None
    if match := _WHEN_FIRST.match(flat):
        return _drafted(f"When was it that {_inside(match['clause'])}?", match)
    if _LEANS.match(flat):
        return None
    if match := _BY_WHOM.match(flat):
        return _drafted(f"By whom {match['verb']} {_inside(match['subject'])} {match['rest']}?", match)
    if match := _WHEN_WAS.match(flat):
        return _drafted(f"When {match['verb']} {_inside(match['subject'])} {match['rest']}{match['more']}?", match)
    if match := _WHEN.match(flat):
        return _drafted(f"When was it that {_inside(match['clause'])}?", match)
    if match := _HOW_MANY.match(flat):
        does = {"has": "does", "have": "do", "had": "did"}[match["verb"]]
        return _drafted(f"How many {match['rest']} {does} {_inside(match['subject'])} have?", match)
    if match := _WHO.match(flat):
        return _drafted(f"Who or what {match['verb']} {match['rest']}?", match)
    return None


def subject_of_heading(heading: str) -> str | None:
    """Give what a heading is about, without its number; None where it says nothing ("Introduction") or too much."""
    words = _LETTERED.sub("", " ".join(heading.split())).strip(" .:")
    if not words[:1].isalnum() or words.isdecimal() or len(words.split()) > LONGEST_HEADING or _NOT_SAID.match(words):
        return None
    # "What it replaced" and "The treaty of 1961" can be asked about; "It sets off a race" is a sentence.
    return words if len(words) > 2 and (_ASKABLE.match(words) or not _LEANS.match(words)) else None


def question_of_heading(subject: str, document: str | None) -> str:
    """Ask what is said about a heading's subject; `document` names where, if other documents have the heading too."""
    if subject.endswith("?"):
        return subject
    about = subject[0].lower() + subject[1:] if _ASKABLE.match(subject) else subject
    return f"What does “{document}” say about {about}?" if document else f"What is said about {about}?"


def names_in(question: str) -> list[str]:
    """Give the names in a question, in order: its words with capitals, but the first and months."""
    found = (match for match in re.finditer(_NAME, question) if match.start() > 0)
    return [match[0] for match in found if not re.match(rf"{_MONTH}(?:$| )", match[0])]


def _drafted(question: str, match: re.Match[str]) -> Drafted:
    return Drafted(question, match["answer"])


def _inside(clause: str) -> str:
    """Write the beginning of a sentence as it is written inside one."""
    return clause[0].lower() + clause[1:] if _DETERMINER.match(clause) else clause
