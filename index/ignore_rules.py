"""What the `.askfolderignore` of a folder leaves out: patterns as in a `.gitignore`, with git's meaning of each.

Knows nothing of the file system: a path comes as text, and whoever walks the folders asks for each on the way down.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

IGNORE_FILE = ".askfolderignore"

# As git does: where the file system takes "A" and "a" for the same name, so does a pattern.
_CASE = re.IGNORECASE if sys.platform in ("win32", "darwin") else re.NOFLAG
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r" \t\n\r\f\v",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_CLASS = re.compile(r"\[:([^\]]*):\]")
_ESCAPED = re.compile(r"(?:[^\\]|\\.)*?( *)", re.DOTALL)
_STAR = "*"  # in a segment, beside regular expressions for one character each
_ANY_FOLDERS = ["**"]  # a segment that stands for any number of folders
_SHOWN = 60  # characters of a pattern in a message


@dataclass(frozen=True, slots=True)
class BadPattern:
    """A line that is no pattern, and why; it leaves nothing out."""

    line: int
    pattern: str
    why: str

    def __str__(self) -> str:
        shown = self.pattern if len(self.pattern) <= _SHOWN else f"{self.pattern[:_SHOWN]}…"
        return f"line {self.line}, {shown!r}: {self.why}"


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns of one ignore file.

    Attributes:
        rules: What each says of the paths that it matches (True: left out), the last of the file first. Patterns that
            follow one another and say the same are one expression.
        bad: The lines that are no patterns.
    """

    rules: tuple[tuple[bool, re.Pattern[str]], ...]
    bad: tuple[BadPattern, ...]

    def decide(self, path: str, *, is_folder: bool) -> bool | None:
        """Say whether a path is left out; None where no pattern matches, so that the folder above decides.

        Args:
            path: Relative to the folder of the ignore file, with forward slashes.
            is_folder: Whether it is a folder, and no link to one.
        """
        path = _composed(path) + ("/" if is_folder else "")
        return next((ignored for ignored, pattern in self.rules if pattern.fullmatch(path)), None)


def parse_ignore_rules(text: str) -> IgnoreRules:
    """Make rules of an ignore file's text; lines that are no patterns are skipped and told."""
    found: list[tuple[bool, str]] = []
    bad: list[BadPattern] = []
    for number, line in enumerate(text.split("\n"), start=1):
        pattern = _without_blanks_at_the_end(line.removesuffix("\r"))
        if not pattern or pattern.startswith("#"):
            continue
        ignored = not pattern.startswith("!")
        try:
            expression = _expression(_composed(pattern.removeprefix("!")))
        except ValueError as error:
            bad.append(BadPattern(number, pattern, str(error)))
        else:
            found.append((ignored, expression))
    rules = [
        (ignored, re.compile("|".join(expression for _, expression in run), _CASE | re.DOTALL))
        for ignored, run in groupby(reversed(found), key=lambda rule: rule[0])
    ]
    return IgnoreRules(tuple(rules), tuple(bad))


def _composed(text: str) -> str:
    # macOS may keep "ü" in two characters where a keyboard writes one.
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_blanks_at_the_end(line: str) -> str:
    match = _ESCAPED.fullmatch(line)
    return line[: match.start(1)] if match else line  # no match: it ends in a lone backslash


def _expression(pattern: str) -> str:
    """Write a pattern as a regular expression for paths that end in "/" where they are folders.

    Raises:
        ValueError: It can match nothing; the message says why.
    """
    only_folders = pattern.endswith("/") and not pattern.endswith("\\/")
    pattern = pattern.removesuffix("/") if only_folders else pattern
    is_bound = "/" in pattern  # to the folder of the ignore file
    segments = _segments(pattern.removeprefix("/"))
    if not is_bound:
        segments = [_ANY_FOLDERS, [_STAR] if segments[0] is _ANY_FOLDERS else segments[0]]
    return _path_expression(segments) + ("/" if only_folders else "/?")


def _segments(pattern: str) -> list[list[str]]:
    """Cut a pattern into its segments, and each into stars and expressions for one character.

    Raises:
        ValueError: As for `_expression`.
    """
    segments: list[list[str]] = [[]]
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "/":
            segments.append([])
        elif character == "[":
            expression, at = _bracket(pattern, at)
            segments[-1].append(expression)
        elif character == "\\":
            if at == len(pattern):
                raise ValueError("nothing stands behind the last backslash")
            segments[-1].append(re.escape(pattern[at]))
            at += 1
        else:
            segments[-1].append({"*": _STAR, "?": "[^/]"}.get(character) or re.escape(character))
    for segment in segments:
        if segment in ([], [r"\."], [r"\.", r"\."]):
            raise ValueError("no part of a path is empty, '.' or '..'; paths begin in the folder of this file")
    return [_ANY_FOLDERS if len(segment) > 1 and set(segment) == {_STAR} else segment for segment in segments]


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    """Read the characters that a bracket allows, from behind it; give the expression and where the pattern goes on.

    Raises:
        ValueError: The bracket is not closed, or names a class that there is not.
    """
    negated = pattern.startswith(("!", "^"), at)
    at += negated
    first = at
    allowed: list[str] = []
    while True:
        if match := _CLASS.match(pattern, at):
            if match[1] not in _CLASSES:
                raise ValueError(f"there is no class of characters [:{match[1]}:]")
            allowed.append(_CLASSES[match[1]])
            at = match.end()
        elif pattern[at : at + 1] == "]" and at > first:
            break
        else:
            low, at = _member(pattern, at)
            high = low
            if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]"):
                high, at = _member(pattern, at + 1)
            # git matches the first character of a range that runs backwards.
            allowed.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low))
    members = "".join(allowed)
    if negated:
        return f"[^/{members}]", at + 1
    return (f"(?!/)[{members}]" if members else "(?!)"), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    if pattern[at : at + 1] == "\\":
        at += 1
    if at >= len(pattern):
        raise ValueError("a bracket is not closed; for the character itself write \\[")
    return pattern[at], at + 1


# A run without a star matches soonest or not at all, so everything up to the next star is an atomic group: no pattern,
# however hostile, makes the search go back and forth.
def _path_expression(segments: Sequence[list[str]]) -> str:
    runs: list[list[str]] = [[]]
    for segment in segments:
        if segment is _ANY_FOLDERS:
            runs.append([])
        else:
            runs[-1].append(_segment_expression(segment))
    first, *rest = ["/".join(run) for run in runs]
    expression = f"{first}/" if first and rest else first
    for run in (run for run in rest[:-1] if run):
        expression += f"(?>(?:[^/]+/)*?{run}/)"
    if rest:
        expression += f"(?:[^/]+/)*{rest[-1]}" if rest[-1] else "(?:[^/]+/)*[^/]+"
    return expression


def _segment_expression(segment: Sequence[str]) -> str:
    if segment == [_STAR]:
        return "[^/]+"
    runs = [""]
    for expression in segment:
        if expression == _STAR:
            runs.append("")
        else:
            runs[-1] += expression
    first, *rest = runs
    if not rest:
        return first
    return first + "".join(f"(?>[^/]*?{run})" for run in rest[:-1] if run) + f"[^/]*{rest[-1]}"
