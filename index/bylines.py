"""Who wrote a text, when, and where its content ends: recognises bylines, dates and the tails of saved articles."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12]\d{3})"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:the )?{_DAY} (?:of )?{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
        rf"{_YEAR}([-/.])(?P<month>\d{{1,2}})(?:\2(?P<day>\d{{1,2}}))?",
        rf"(?:d:)?{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:\d{{2,6}}[\d+'z-]*)?",
        rf"(?P<one>\d{{1,2}})([-/.])(?P<two>\d{{1,2}})\2{_YEAR}",
        _YEAR,
    )
)
_BEFORE_DATE = re.compile(
    r"(?:(?:first |last )?(?:published|updated|posted|modified|created|issued|revised|date|dated)(?: on| at)?:? )?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:,? (?:at )?|t)\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\.\d+)? ?(?:[ap]\.?m\.?)? ?"
    r"(?:z|[a-z]{2,5}|(?:gmt|utc)?[+-]\d\d:?\d\d)?(?: \([a-z]{2,5}\))?$",
    re.IGNORECASE,
)

_BY = re.compile(r"(?:(?:written |reported |story |text )?by|authors?:|from:) (?=\S)", re.IGNORECASE)
_DESK = re.compile(
    r"(?:the |our )?(?:[\w'’-]+ ){0,4}(?:desk|staff|team|editors?|newsroom|bureau|reporters?|correspondents?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r" ?[|·•—–] ?| - ")
_BETWEEN_NAMES = re.compile(r", and |, | and | & |; ")
_BESIDE = re.compile(
    r"\d{1,3}[- ]min(?:ute)?s?(?: read)?|(?:updated )?\d{1,2} (?:hours?|days?|minutes?) ago", re.IGNORECASE
)
_PARTICLES = frozenset(
    ("de", "van", "von", "der", "den", "la", "le", "di", "da", "del", "bin", "al", "el", "ter", "dos", "du")
)
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.]*(?:['’.-][^\W\d_]*)*")
_NO_NAME = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|the|an?|our|all|" + _MONTH.replace("?P<month>", "?:"), re.I
)
_LONGEST_BYLINE = 160  # characters of a block

_LINK = r"(?:https?://|www\.)[^\s()\[\]<>]+"
_LONE_LINK = re.compile(
    rf"[*_<(\s]*(?:{_LINK}|[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,6}}(?:/\S*)?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|\[[^\[\]]{{1,80}}\]\({_LINK}\))[*_>)\s.]*"
)
_OPENS_TAIL = re.compile(
    r"(?:(?:related|recommended|suggested|more)"
    r"(?: (?:articles?|stor(?:y|ies)|posts?|content|topics?|news|reading|links?|coverage))?"
    r"|you (?:may|might) also like|most (?:read|popular|viewed)|read (?:more|next|also)|also read"
    r"|share this(?: \w+)?):?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:to contact (?:the|us)\b.*(?::$|@|\b(?:visit|e-?mail|write to|call|click)\b)"
    r"|contact (?:us|the (?:author|editors?|reporter|writer))\b"
    r"|(?:read|see|find out|learn) more\b(?:.{0,60}[^.]|.?)$|read (?:also|next|the (?:full|original))\b|also read\b"
    r"|more (?:on|from|about) .{0,60}[^.]$"
    r"|share (?:this|on|via|with (?:your )?friends)\b|(?:tweet|print|e-?mail|share|advertisement)$"
    r"|like this:|loading\.\.\.$|leave a (?:reply|comment)|\d* ?comments?$"
    r"|follow (?:us|me|@\w)|follow .{1,60} on (?:twitter|x|facebook|instagram|linkedin|youtube|telegram|bluesky)\b"
    r"|sign up (?:for|to|here|now|today)\b|subscribe(?: (?:to|now|here|today|for)\b|$)|join (?:our|us on)\b"
    r"|(?:tags?|topics?|filed under|categor(?:y|ies)):|(?:previous|next) (?:article|post|story)\b"
    r"|(?:copyright|©|\(c\)).{0,20}\b(?:19|20)\d\d\b|(?:.{0,150}\b)?all rights reserved\b)",
    re.IGNORECASE,
)
_FORMAL_TAIL = re.compile(r"©|\(c\)|\bcopyright\b|\breserved\b|@|https?:|www\.", re.IGNORECASE)
_LONGEST_INVITATION = 120  # characters; beyond it "Sign up for ..." is the beginning of a sentence about something
_LONGEST_TAIL = 300  # characters
_MARKS = re.compile(r"[*_#>`]+")


@dataclass(frozen=True, slots=True)
class Byline:
    """What a block that is no content says of its text.

    Attributes:
        author: The names, without "By".
        date: ISO 8601.
        certain: Whether a date or a "By" says so; without either, a name may be any two words in capitals.
        is_signed: Whether it holds a "By".
    """

    author: str | None
    date: str | None
    certain: bool
    is_signed: bool = False


def iso_date(words: str | None) -> str | None:
    """Give a date as ISO 8601, as exact as it is known, or None for what is no date or could be two.

    Reads English months, ISO 8601, the dates of PDF files, and numbers where day and month cannot be mistaken for
    each other: 03/04/2024 is a day in March or in April.
    """
    if not words:
        return None
    core = _date_alone(" ".join(words.split())[:80])
    for pattern in _DATES:
        if found := pattern.fullmatch(core):
            return _iso(found.groupdict())
    return None


def _date_alone(words: str) -> str:
    """Take "Published Thursday," from before a date and the time of day from behind it."""
    before = _BEFORE_DATE.match(words)
    return _TIME.sub("", words[before.end() :] if before else words).strip(" .,")


def _iso(found: dict[str, str | None]) -> str | None:
    year, month, day = found.get("year"), found.get("month"), found.get("day")
    if (one := found.get("one")) and (two := found.get("two")):
        if one == two or int(one) > 12:
            day, month = one, two
        elif int(two) > 12:
            month, day = one, two
        else:
            return None
    if year is None:
        return None
    number = 1 if month is None else int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        date = datetime.date(int(year), number, int(day or 1))
    except ValueError:
        return None
    return date.isoformat()[: 10 if day else 7 if month else 4]


def read_byline(block: str) -> Byline | None:
    """Read a block that holds names and dates only, such as "By Ann Lee | 20 June 2024"; None for any other block."""
    if len(block) > _LONGEST_BYLINE:
        return None
    read = [_read_line(" ".join(_MARKS.sub(" ", line).split())) for line in block.split("\n") if line.strip()]
    lines = [line for line in read if line is not None]
    if not 1 <= len(lines) <= 4 or len(lines) < len(read):
        return None
    return Byline(
        author=next((line.author for line in lines if line.author), None),
        date=next((line.date for line in lines if line.date), None),
        certain=any(line.certain for line in lines),
        is_signed=any(line.is_signed for line in lines),
    )


def _read_line(line: str) -> Byline | None:
    author = date = None
    is_signed = is_dated = False
    for piece in _pieces(line):
        signed = _BY.match(piece)
        names = re.sub(r" in [A-Z].*", "", piece[signed.end() :]) if signed else piece
        if _is_date(piece):
            is_dated, date = True, date or iso_date(piece)
        elif _are_names(names, signed is not None) or (signed and _DESK.fullmatch(names)):
            author = author or names.strip(" ,")
            is_signed = is_signed or signed is not None
        elif not _BESIDE.fullmatch(piece):
            return None
    if not (author or is_dated):
        return None
    return Byline(author, date, certain=is_signed or is_dated, is_signed=is_signed)


def _pieces(line: str) -> list[str]:
    """Split "By Ann Lee, 20 June 2024" and the like at what stands between names and dates."""
    pieces: list[str] = []
    for piece in _BETWEEN.split(line):
        name, comma, rest = piece.partition(", ")
        parts = [name, rest] if comma and _BY.match(name) and _is_date(rest) else [piece]
        pieces.extend(part.strip() for part in parts if part.strip())
    return pieces


def _is_date(words: str) -> bool:
    """Whether these words are a date of at least a month; a lone year stands in too many headings."""
    core = _date_alone(words[:80])
    return len(words) <= 80 and any(pattern.fullmatch(core) for pattern in _DATES[:-1])


def _are_names(words: str, is_signed: bool) -> bool:
    """Whether these are two to five capitalised words; behind a "By" several people, or an agency after a comma."""
    names = _BETWEEN_NAMES.split(words.strip(" ,")) if is_signed else [words]
    for n, name in enumerate(names):
        parts = name.split()
        named = [part for part in parts if part not in _PARTICLES]
        if not (1 if n else 2) <= len(parts) <= 5 or not named:
            return False
        if not all(part[0].isupper() and _NAME_WORD.fullmatch(part) and not _NO_NAME.fullmatch(part) for part in named):
            return False
    return not words.endswith((".", "!", "?")) or len(words.split()[-1]) <= 3


def is_tail(block: str) -> bool:
    """Whether a block at a text's end is none of its content: a contact, an invitation, a copyright, a lone link."""
    if len(block) > _LONGEST_TAIL:
        return False
    words = " ".join(_MARKS.sub(" ", block).split())
    if len(words) > _LONGEST_INVITATION and words.endswith(".") and not _FORMAL_TAIL.search(words):
        return False
    return is_lone_link(block) or opens_tail(block) or _TAIL.match(words) is not None


def opens_tail(block: str) -> bool:
    """Whether a block is the title of a list of links to other texts."""
    return len(block) <= 40 and _OPENS_TAIL.fullmatch(" ".join(_MARKS.sub(" ", block).split())) is not None


def is_lone_link(block: str) -> bool:
    """Whether a block is one address and nothing else."""
    return len(block) <= _LONGEST_TAIL and _LONE_LINK.fullmatch(block.strip()) is not None
