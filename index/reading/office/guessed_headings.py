"""Headings of a document whose author made them bold and did not say that they are headings."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.office.drafts import Draft

_LONGEST = 120  # characters
_ENDS_OTHERWISE = re.compile(r"[.,;:…。，；：]$")
_TYPED_NUMBER = re.compile(r"\d{1,3}((?:\.\d{1,3})*)\.?\s")
_NAMED = re.compile(
    r"(?:article|section|chapter|part|title|schedule|annex|appendix|clause|artikel|abschnitt|kapitel|chapitre|artículo"
    r"|articolo|artigo|annexe|anhang)\s+(?:\d{1,3}|[ivxlc]{1,7}|[A-Z])\b",
    re.IGNORECASE,
)
_MOST = 0.35  # share of the paragraphs; beyond it bold type means something else here


def guess_headings(drafts: Sequence[Draft]) -> None:
    """Make headings of short bold paragraphs, and of lines such as "Article 3", that ordinary text follows.

    Nothing is done where the file says itself what its headings are, but for one at the very top, or where a large
    part of it is bold. Larger type stands above smaller, and a typed number such as 4.2 says the level.
    """
    body = [draft for draft in drafts if draft.table is None and draft.kind in ("prose", "item", "heading", "note")]
    first = next((n for n, draft in enumerate(body) if draft.kind != "heading"), len(body))
    if any(draft.kind == "heading" for draft in body[first:]):
        return
    found = [draft for draft, after in pairwise([*body, None]) if draft is not None and _is_heading(draft, after)]
    lines = _with_lines_above(body, found)
    if len(found) < (2 if first else 1) or len(lines) > _MOST * len(body) + 1:
        return
    sizes = sorted({draft.size for draft in lines}, reverse=True)
    for draft in lines:
        typed = _TYPED_NUMBER.match(draft.words.text)
        draft.level = typed[1].count(".") + 1 if typed else min(9, sizes.index(draft.size) + 1)
        draft.kind = "heading"


def _could_be(draft: Draft) -> bool:
    words = draft.words.text
    if (
        not (draft.is_bold or _NAMED.match(words))
        or draft.kind not in ("prose", "item")
        or (draft.kind == "item" and not draft.label)
    ):
        return False
    if len(words) > _LONGEST or "\n" in words or _ENDS_OTHERWISE.search(words):
        return False
    return any(map(str.isalpha, words))


def _is_heading(draft: Draft, after: Draft | None) -> bool:
    return _could_be(draft) and after is not None and not _could_be(after) and after.kind in ("prose", "item")


def _with_lines_above(body: Sequence[Draft], found: Sequence[Draft]) -> list[Draft]:
    """Add the bold lines that stand directly above a heading: "Part One" above "Definitions"."""
    headings = {id(draft) for draft in found}
    lines: list[Draft] = []
    after: Draft | None = None
    for draft in reversed(body):
        if id(draft) in headings or (after is not None and id(after) in headings and _could_be(draft)):
            headings.add(id(draft))
            lines.append(draft)
        after = draft
    return lines[::-1]
