"""Which of a page's blocks are its text, and which are the page around it.

Trafilatura finds articles well and cuts pages that are none: minutes, statutes, threads, lists. So its choice counts
where it holds most of what could be text; what it lets fall inside the text's own element is taken back; and elsewhere
all is text but what the page itself marks as its frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.bylines import opens_tail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.reading.html.blocks import Seen
    from index.reading.html.regions import Region

_ENOUGH = 0.5  # share of the unlinked letters that may be text which an article must hold
_ENOUGH_OF_NEWS = 0.1  # the same where the page says that it is an article
_MAIN = 0.9  # share of the article's letters that the text's own element must hold
_LEAST_MAIN = 200  # unlinked letters of an element that the page calls its main part
_MOSTLY_LINKS = 0.7
_ALL_LINKS = 0.9
_FEW_LETTERS = 300  # below it there is no text beside the comments
_TOO_SHORT_TO_FIND = 15  # letters; "Share" and "Comment" stand in any article's words by chance
_LONG = 120  # letters
_LEAST_ANNOUNCEMENT = 25  # letters of what stands above a list; "Read more:" has fewer
_LONGEST_COUNTER = 3  # digits
_LONGEST_LEAD = 12  # blocks
_SHORT = 60  # letters; such a block has one sentence at most


@dataclass(frozen=True, slots=True)
class Page:
    """A page's blocks, without the hidden ones, and what helps to tell which of them are its text.

    Attributes:
        seen: The blocks.
        parents: For each element the number of the one around it, as `Walk` gives them.
        mains: The numbers of the elements that the page calls main, and of its articles, as `Walk` gives them.
        title: The page's own title; the heading that it names is text wherever it stands.
        is_news: Whether the page says of itself that it is an article.
    """

    seen: Sequence[Seen]
    parents: Sequence[int]
    mains: Mapping[str, Sequence[int]]
    title: str
    is_news: bool = False


def content(page: Page, article: str | None) -> list[bool]:
    """Say of each block of a page whether it is the page's text.

    Args:
        page: The page.
        article: What trafilatura takes for its text; None where it was not asked or found nothing.
    """
    keys = [letters_of(block.text) for block in page.seen]
    found = _found(page.seen, keys, article) if article else [False] * len(keys)
    is_open = _open(page, keys, found)
    kept = _of_article(page, keys, is_open, found)
    if kept is None:
        kept = _without_menus(page.seen, keys, is_open)
    for n, (block, key) in enumerate(zip(page.seen, keys, strict=True)):
        if block.kind == "prose" and key.isdigit() and len(key) <= _LONGEST_COUNTER:  # votes, shares, comments
            kept[n] = False
    _trim(page.seen, kept)
    _keep_headings(page, keys, kept, is_open)
    return kept if any(kept) else is_open if any(is_open) else [True] * len(keys)


def letters_of(text: str) -> str:
    """Give a text's letters and digits, in lower case: what two ways to read the same page agree on."""
    return re.sub(r"\W+", "", text.lower())


def _open(page: Page, keys: Sequence[str], found: Sequence[bool]) -> list[bool]:
    """Say which blocks the page does not mark as something else; a mark on nearly everything marks nothing."""
    letters: dict[Region | None, int] = {None: 0, "comments": 0, "extra": 0}
    for block, key in zip(page.seen, keys, strict=True):
        letters[block.region] = letters.get(block.region, 0) + len(key)
    allowed: set[Region | None] = {None}
    if letters["extra"] > 2 * letters[None]:
        allowed.add("extra")
    if letters["comments"] > _FEW_LETTERS and letters[None] < _FEW_LETTERS:
        allowed.add("comments")
    is_open = [block.region in allowed for block in page.seen]
    for name in ("main", "article"):
        if len(page.mains[name]) == 1:
            inside = _inside(page.mains[name][0], page.parents)
            narrowed = [may and inside[block.place] for block, may in zip(page.seen, is_open, strict=True)]
            if _is_main(page, keys, found, narrowed):
                return narrowed
    return is_open


def _is_main(page: Page, keys: Sequence[str], found: Sequence[bool], inside: Sequence[bool]) -> bool:
    """Whether an element that the page calls its main part is it: it holds text, and most of what was found."""
    held = sum(len(key) for key, is_found, is_in in zip(keys, found, inside, strict=True) if is_found and is_in)
    text = sum(_unlinked(block, key) for block, key, is_in in zip(page.seen, keys, inside, strict=True) if is_in)
    return text >= _LEAST_MAIN and held >= 0.7 * sum(
        len(key) for key, is_found in zip(keys, found, strict=True) if is_found
    )


def _of_article(page: Page, keys: Sequence[str], is_open: Sequence[bool], found: Sequence[bool]) -> list[bool] | None:
    """Keep what was found, and what stands between it in the text's own element; None where it is too little."""
    unlinked = [_unlinked(block, key) for block, key in zip(page.seen, keys, strict=True)]
    possible = sum(letters for letters, may in zip(unlinked, is_open, strict=True) if may)
    held = sum(letters for letters, is_found in zip(unlinked, found, strict=True) if is_found)
    if not any(found) or held < (_ENOUGH_OF_NEWS if page.is_news else _ENOUGH) * possible:
        return None
    kept = _with_neighbours(page, keys, is_open, found)
    return _without_repeats(keys, kept) if page.is_news else kept


def _with_neighbours(page: Page, keys: Sequence[str], is_open: Sequence[bool], found: Sequence[bool]) -> list[bool]:
    """Take back what trafilatura let fall between the headline and the end of the text's own element."""
    inside = _inside(_main(page, keys, found), page.parents)
    heads, textual = _heads(page.seen, found)
    first, last = found.index(True), len(found) - 1 - list(reversed(found)).index(True)
    top = _top(page, keys, first)
    kept = list(found)
    lists_links = not page.is_news  # whether a list of links here is the text's own
    for n, (block, key) in enumerate(zip(page.seen, keys, strict=True)):
        if block.kind != "item":
            announces = found[n] and len(key) >= _LEAST_ANNOUNCEMENT and block.text.endswith(":")
            lists_links = announces or not page.is_news
        if found[n] or heads[n] not in textual or (block.kind == "heading" and len(key) <= _LONG):
            continue
        trails = block.kind in ("note", "caption") or (block.kind == "item" and lists_links)
        is_near = inside[block.place] and (first < n < last or (n > last and trails))
        if not (is_near or top < n < first):
            continue
        linked = len(key) - _unlinked(block, key)
        if is_open[n]:
            is_alone = len(key) <= _SHORT and block.kind == "prose" and (page.is_news or not is_near)
            is_alone = is_alone and not (is_near and found[n - 1] and found[n + 1])
            is_link = linked >= _MOSTLY_LINKS * len(key) and not (block.kind == "item" and lists_links)
            kept[n] = not is_alone and not is_link
        else:  # a class that sounds like an advertisement's may be a lead's or a box's
            kept[n] = block.region == "extra" and len(key) > _LONG and linked < (1 - _MOSTLY_LINKS) * len(key)
    return kept


def _top(page: Page, keys: Sequence[str], first: int) -> int:
    """Find the page's headline a few blocks above the first block that was found: the lead stands between the two."""
    title = letters_of(page.title)
    for n in range(first - 1, max(-1, first - _LONGEST_LEAD), -1):
        if page.seen[n].kind == "heading" and (page.seen[n].level == 1 or (len(keys[n]) > 9 and keys[n] in title)):
            return n
    return first


def _heads(seen: Sequence[Seen], found: Sequence[bool]) -> tuple[list[int], set[int]]:
    """Give each block's nearest heading above, and those that lead to no other page: a teaser's heading is a link."""
    heads = []
    head = -1
    textual = {-1}
    for n, (block, is_found) in enumerate(zip(seen, found, strict=True)):
        if block.kind == "heading":
            head = n
            if block.links < _MOSTLY_LINKS * len(block.text) and not opens_tail(block.text):
                textual.add(n)
        elif is_found:
            textual.add(head)
        heads.append(head)
    return heads, textual


def _without_repeats(keys: Sequence[str], kept: list[bool]) -> list[bool]:
    """Drop the second of two long blocks with the same words: pages hold copies for other screens."""
    known: set[str] = set()
    for n, key in enumerate(keys):
        if kept[n] and len(key) > _SHORT:
            kept[n] = key not in known
            known.add(key)
    return kept


def _unlinked(block: Seen, key: str) -> float:
    """Count a block's letters outside links."""
    return len(key) * max(0.0, 1 - block.links / len(block.text))


def _found(seen: Sequence[Seen], keys: Sequence[str], article: str) -> list[bool]:
    """Say which blocks stand in the article's text; headings wait for what stands below them."""
    finder = _Finder(article)
    sure = [_stands_in(block, key, finder) for block, key in zip(seen, keys, strict=True)]
    kept = []
    for n, key in enumerate(keys):
        is_kept = sure[n]
        if is_kept is None:  # short blocks go with their neighbours
            is_kept = key != "" and any(sure[max(0, n - 2) : n + 3]) and finder.has(key)
        kept.append(is_kept)
    return kept


def _stands_in(block: Seen, key: str, finder: _Finder) -> bool | None:
    """Whether a block is the article's; None where it is too short to say."""
    if block.region is not None and len(key) <= _SHORT:  # a link in a menu has the words of its heading
        return False
    if len(key) <= _TOO_SHORT_TO_FIND and block.kind != "heading":
        return None
    if key and finder.has(key):
        return True
    if len(key) <= _SHORT or block.region is not None:
        return False
    sentences = re.split(r"(?<=[.!?])\s", block.text)  # trafilatura may have left out or moved a part
    return 2 * sum(finder.has(letters_of(sentence)) for sentence in sentences) >= len(sentences)


def _main(page: Page, keys: Sequence[str], found: Sequence[bool]) -> int:
    """Find the smallest element that holds nearly all of what was found."""
    weights = [0] * len(page.parents)
    for block, key, is_found in zip(page.seen, keys, found, strict=True):
        if is_found:
            weights[block.place] += len(key)
    for place in range(len(weights) - 1, 0, -1):  # an element is numbered before those in it
        weights[page.parents[place]] += weights[place]
    enough = _MAIN * weights[0]
    return max(place for place, weight in enumerate(weights) if weight >= enough)


def _inside(main: int, parents: Sequence[int]) -> list[bool]:
    inside = [place == main for place in range(len(parents))]
    for place in range(1, len(parents)):
        inside[place] = inside[place] or inside[parents[place]]
    return inside


def _without_menus(seen: Sequence[Seen], keys: Sequence[str], is_open: Sequence[bool]) -> list[bool]:
    """Keep all that may be text, but for the short links above its first words and below its last."""
    kept = list(is_open)
    places = [n for n, may in enumerate(is_open) if may]
    texts = [n for n in places if _unlinked(seen[n], keys[n]) > _SHORT or seen[n].kind in ("heading", "row")]
    if not texts:
        return kept
    for n in places:
        if not texts[0] <= n <= texts[-1]:
            kept[n] = _unlinked(seen[n], keys[n]) > (1 - _MOSTLY_LINKS) * len(keys[n])
    return kept


def _trim(seen: Sequence[Seen], kept: list[bool]) -> None:
    """Let go of the menus above the first long words, and of the links below the last that are no list."""
    long = [n for n, block in enumerate(seen) if kept[n] and len(block.text) - block.links > _LONG]
    if not long:
        return
    for n in (*range(long[0]), *range(long[-1] + 1, len(seen))):
        if seen[n].kind == "prose" and seen[n].links >= _ALL_LINKS * len(seen[n].text.replace("\n", "")):
            kept[n] = False


def _keep_headings(page: Page, keys: Sequence[str], kept: list[bool], is_open: Sequence[bool]) -> None:
    """Keep a heading where something of its own section is kept, and the one that the page is named after."""
    has_text = False  # below the heading and above the next
    next_level, next_is_kept = 0, False
    for n in range(len(kept) - 1, -1, -1):
        block = page.seen[n]
        if block.kind != "heading":
            has_text = has_text or kept[n]
            continue
        level = block.level or 1
        leads = has_text or (next_level > level and next_is_kept)
        kept[n] = kept[n] or (leads and is_open[n] and not opens_tail(block.text))
        has_text, next_level, next_is_kept = False, level, kept[n]
    title = letters_of(page.title)
    for n, (block, key) in enumerate(zip(page.seen, keys, strict=True)):
        is_top = block.kind == "heading" and block.level == 1 and block.region in (None, "aside")
        if is_top and len(key) >= 4 and key in title:
            kept[n] = True
            break


class _Finder:
    """Finds blocks in an article's letters, from where the last one stood: the order is nearly always the same."""

    _WINDOW = 100_000

    def __init__(self, article: str) -> None:
        self.text = letters_of(article)
        self._lines = set(map(letters_of, article.split("\n")))
        self._at = 0

    def has(self, key: str) -> bool:
        """Whether the article holds these letters; an empty key it does."""
        if not key or key in self._lines:
            return True
        found = self.text.find(key, self._at, self._at + self._WINDOW + len(key))
        if found < 0:
            found = self.text.find(key)
        if found >= 0:
            self._at = found
        return found >= 0
