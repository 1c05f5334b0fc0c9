"""Which groups of a PDF's lines are a form's: a name and what stands for it, a box, a signature. Also: lost marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.pdf.layout import SENTENCE_END

if TYPE_CHECKING:
    from index.reading.pdf.layout import Group

_NAMED = re.compile(r"[^\W\d_][^:.;,]{1,40}:\s+\S")
_SIGNED = re.compile(r"(?:^|\s)/s/\s?\S|^(?:By|Signature|Signed|Name|Title|Date):")
_BRACKETED = re.compile(r"\([^()]+\)")
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # one sign may be a word there
_BOX = re.compile(r"[☐☒☑]|\[[ xX]\]")
_LONGEST_LINE = 80  # characters
_LONGEST_MARK = 6
_MOST_LINES = 6


def is_mark(group: Group) -> bool:
    """Say whether a group is a mark that has lost its word, such as the number of a footnote or an exponent."""
    text = group.rough_text
    return len(text) <= _LONGEST_MARK and not _WORD.search(text)


def is_filled_in(group: Group, following: Group | None) -> bool:
    """Say whether a group of text is a form's: short lines that are no sentence, beginning with what they tell.

    Args:
        group: Of text.
        following: The group after it, of which it must not be the first line.
    """
    lines = [line.text for line in group.lines]
    if len(lines) > _MOST_LINES or max(map(len, lines)) > _LONGEST_LINE or SENTENCE_END.search(lines[-1]):
        return False
    if following is not None and following.kind == "text" and len(following.rough_text) > _LONGEST_LINE:
        last, first = group.lines[-1], following.lines[0]
        if last.page == first.page and 0 < last.baseline - first.baseline < 1.5 * first.size:
            return False
    if any(_SIGNED.search(line) for line in lines):
        return True
    if len(lines) > 1:
        return False
    line = lines[0]
    named = _NAMED.match(line) or _BRACKETED.fullmatch(line) or _BOX.search(line)
    return named is not None or not _WORD.search(line)
