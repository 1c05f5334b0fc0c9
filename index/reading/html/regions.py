"""What a page's own marks say of a place in it: the page's frame, comments, an advertisement, a footnote, hidden."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Region = Literal[
    "hidden",  # no browser shows it
    "frame",  # navigation, the site's head and foot
    "aside",  # beside the text; it may belong to it
    "comments",
    "extra",  # by its class or id only: boxes to share, subscribe, read more
]
_RANKS: tuple[Region, ...] = ("hidden", "frame", "comments", "extra", "aside")

DROPPED = frozenset((
    "script", "style", "template", "svg", "iframe", "select", "textarea", "head", "object", "canvas",
    "video", "audio", "datalist", "rp", "rt", "-comment",
))  # fmt: skip
_FRAME_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog", "toolbar", "tablist",
    "alert",
))  # fmt: skip
_WHOLE = frozenset(("html", "body", "main", "article"))

_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|show-for-sr|off-?screen|assistive-text|mw-editsection|mw-cite-backlink"
    r"|headerlink|header-?anchor|anchor-?link|anchorjs-link|hash-link|heading-anchor|permalink-anchor"
    r"|footnote-back(?:ref|link)?|reversefootnote|data-footnote-backref"
    r"|linenos?|line-?numbers?(?:-rows)?|blob-num|hljs-ln-numbers)(?:\s|$)",
    re.IGNORECASE,
)
_NOTE_ID = re.compile(
    r"(?:_?(?:fn|ftn|edn|footnote|endnote|note|cite_note)|sdfootnote)[-_:.]?(?:[\w.]+[-_:])?\d+(?:sym)?", re.IGNORECASE
)
_NOTE_CLASS = re.compile(r"(?:^|\s)(?:footnotes?|endnotes?|footnote-(?:item|text|body))(?:\s|$)", re.IGNORECASE)
_NOTE_ROLES = ("doc-footnote", "doc-endnote", "doc-endnotes")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_COMMENT_WORDS = frozenset(("comment", "comments", "commentlist", "disqus", "respond"))
_EXTRA_WORDS = frozenset((
    "share", "sharing", "sharedaddy", "social", "related", "relatedposts", "recommend", "recommended",
    "recommendation", "recommendations", "promo", "promotion", "promotions", "newsletter", "newsletters", "subscribe",
    "subscription", "signup", "advert", "adverts", "advertisement", "advertising", "ad", "ads", "sponsor", "sponsored",
    "outbrain", "taboola", "cookie", "cookies", "consent", "gdpr", "breadcrumb", "breadcrumbs", "pagination", "pager",
    "paywall", "popup", "modal", "teaser", "teasers", "trending", "sidebar", "widget", "widgets", "menu", "navbar",
    "nav", "navbox", "navigation", "toc", "toolbar", "masthead", "tags", "tagcloud", "popular", "footer", "donate",
    "donation",
))  # fmt: skip
_EXTRA_PAIRS = frozenset((
    ("read", "more"), ("most", "read"), ("most", "viewed"), ("also", "read"), ("also", "like"), ("sign", "up"),
    ("site", "header"), ("author", "box"), ("author", "bio"), ("skip", "link"), ("more", "stories"), ("more", "news"),
))  # fmt: skip
_LAYOUT_WORDS = frozenset(("has", "with", "no", "without", "layout", "main", "page", "body"))
_LONGEST_NAMES = 300  # characters of an element's classes that are looked at


def region_of(
    tag: str, attributes: Mapping[str, str | None], around: Region | None, *, in_text: bool = False
) -> Region | None:
    """Say what an element makes of its place; what is around it has the last word where that says more.

    Args:
        tag: Its name.
        attributes: As the page gives them.
        around: What the place is without it.
        in_text: Whether it stands in an article, a section or their like, whose headers and footers are their own.
    """
    if around in ("hidden", "frame"):
        return around
    own = _own_region(tag, attributes, in_text)
    if own is None or (around is not None and _RANKS.index(around) < _RANKS.index(own)):
        return around
    return own


def _own_region(tag: str, attributes: Mapping[str, str | None], in_text: bool) -> Region | None:
    if tag == "dialog" and "open" not in attributes:
        return "hidden"
    if attributes:
        role = (attributes.get("role") or "").lower()
        if is_unseen(attributes):
            return "hidden"
        if role in _FRAME_ROLES:
            return "frame"
        named = _region_named(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_LONGEST_NAMES])
        if named and tag not in _WHOLE:
            return named
        if role == "complementary":
            return "aside"
    if tag == "nav" or (tag == "footer" and not in_text):
        return "frame"
    return "aside" if tag in ("aside", "footer") or (tag == "header" and not in_text) else None


@lru_cache(maxsize=4096)  # pages give the same classes over and over
def _region_named(names: str) -> Region | None:
    """Read classes and ids, whatever their style: "related-articles", "relatedArticles", "article__related"."""
    for name in names.split():
        words = [word.lower() for word in _WORD.findall(name)]
        if _LAYOUT_WORDS.isdisjoint(words):
            if not _COMMENT_WORDS.isdisjoint(words):
                return "comments"
            if not _EXTRA_WORDS.isdisjoint(words) or not _EXTRA_PAIRS.isdisjoint(pairwise(words)):
                return "extra"
    return None


def is_unseen(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element's attributes keep it from being shown, or it is there only for programs that read aloud."""
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if attributes.get("aria-hidden") == "true" or _HIDDEN_STYLE.search(attributes.get("style") or ""):
        return True
    return _UNSEEN_CLASS.search((attributes.get("class") or "")[:_LONGEST_NAMES]) is not None


def is_note(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is a footnote, or the list of them."""
    if not attributes:
        return False
    if attributes.get("role") in _NOTE_ROLES or "note" in (attributes.get("epub:type") or ""):
        return True
    by_class = _NOTE_CLASS.search(attributes.get("class") or "") is not None
    return by_class or _NOTE_ID.fullmatch(attributes.get("id") or "") is not None


def is_note_mark(attributes: Mapping[str, str | None]) -> bool:
    """Whether a link is the mark with which a footnote begins: it leads back to its place in the text."""
    if not (attributes.get("href") or "").startswith("#"):
        return False
    return any(_NOTE_ID.fullmatch(attributes.get(name) or "") for name in ("id", "name"))
