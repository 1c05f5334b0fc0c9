"""Whether what a PDF page gives for its letters are letters: fonts need not say which ones they draw."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.reading.pdf.lines import PageLines

_GARBLED = 0.3  # share of a page's characters
_FEWEST_COMMON_WORDS = 0.2  # of a page's words; prose in these languages has about twice as many
_STRANGE = ("Co", "Cn", "Cc", "Cs")  # categories: private use, unassigned, control, surrogate
_WORD = re.compile(r"[^\W\d_]{2,}")
_COMMON_WORDS = re.compile(
    r"the|of|and|to|in|is|that|for|on|with|as|by|it|this|be|are|was|from|at|or|an|not|which|we|have|has|were"
    r"|der|die|das|und|zu|den|von|mit|ist|im|des|nicht|eine?|dem|auf|für|als|auch|sich|es|werden|aus|er"
    r"|les?|la|des?|du|et|en|une?|que|qui|dans|pour|est|au|par|sur|ne|pas|plus|ce|se|il|sont|avec"
    r"|el|los|las|del|por|con|una|su|para|al|lo|como|más|pero|sus"
    r"|di|che|per|non|si|della|dei|da|nel|sono|alla|come|os|do|das?|dos|em|uma?|não|com|mais|na|no|ao"
    r"|het|een|van|dat|op|te|zijn|voor|met|niet|aan|om|ook|door"
)


def is_strange(text: str) -> bool:
    """Say whether what stands for a character is none that people write."""
    return text == "\ufffd" or not text or unicodedata.category(text[0]) in _STRANGE


def is_garbled(page: PageLines) -> bool:
    """Say whether a page's text is no text.

    Where most of its words are words all the same, as in old TeX files, whose fonts say nothing and use ASCII, it is.
    """
    if page.garbled <= _GARBLED:
        return False
    words = [word for line in page.lines for word in _WORD.findall(line.text.casefold())]
    return sum(_COMMON_WORDS.fullmatch(word) is not None for word in words) < _FEWEST_COMMON_WORDS * max(1, len(words))
