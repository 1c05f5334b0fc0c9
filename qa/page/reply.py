"""An answer as the conversation shows it: Markdown in which nothing of the documents has an effect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.answer import SHOWN
from qa.answer_text import ALMOST_CERTAIN, LIKELY, POSSIBLE, cut, numbered, percentage
from qa.page.inert import inert, line, seen
from qa.page.words import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.answer import Answer, Citation
    from qa.answer_text import Numbered
    from qa.evaluation.judgements import Verdict
    from qa.page.words import Words

EXCERPT_CHARACTERS = 320  # shown of a passage that is no answer
NEAREST_SHOWN = 3
_GAP = "\u2003"


def reply(
    answer: Answer,
    words: Words,
    *,
    turn: int,
    judged: Mapping[int | None, Verdict],
    least: float,
    explained: bool = False,
) -> str:
    """Write an answer.

    Args:
        answer: What to write.
        words: The page's language.
        turn: The place of its question in the conversation, from 0.
        judged: What the user thinks of the entries, by their places.
        least: The confidence that an answer has to have.
        explained: Whether it was said before what a percentage means.
    """
    if answer.found:
        entries = [
            _entry(each, words, _verdicts(f"{turn}:{place}", words, judged.get(place)))
            for place, each in enumerate(numbered(answer.entries))
        ]
        parts = [words.verbatim if explained else f"{words.verbatim} {words.sure}", *entries[:SHOWN]]
        if entries[SHOWN:]:
            summary = words.count(len(entries) - SHOWN, words.more)
            parts += [f"<details><summary>{summary}</summary>", *entries[SHOWN:], "</details>"]
    elif answer.passages:
        parts = [f"**{_silence(answer, words)}**"]
        if 0 < answer.confidence < least:
            shares = {"share": percentage(answer.confidence), "least": percentage(least)}
            parts.append(words.not_enough.format(**shares))
        parts += _nearest(answer, words)
    else:
        parts = [inert(line(answer.text))]
    parts += [f"**{words.note}** {inert(line(warning))}" for warning in answer.warnings]
    return "\n\n".join(parts)


def actions(turn: int, words: Words, *, of: Answer | None, judged: Mapping[int | None, Verdict] | None = None) -> str:
    """Offer what can be done with a reply: addresses that the page's script takes for commands.

    Args:
        turn: The place of its question in the conversation, from 0.
        words: The page's language.
        of: The answer; None where there is none.
        judged: What the user thinks of its silence, under None.
    """
    offered = [f"[{words.again}](#do=again:{turn})", f"[{words.edit}](#do=edit:{turn})"]
    if of is not None and of.passages:
        offered.insert(0, f"[{words.copy}](#do=copy:{turn})")
        if not of.found:
            offered.append(_verdicts(f"{turn}:", words, (judged or {}).get(None)))
    return _GAP.join(offered)


def _verdicts(place: str, words: Words, given: Verdict | None) -> str:
    offered = []
    for verdict, label in (("right", words.right), ("wrong", words.wrong)):
        offered.append(f"[{'✓ ' if given == verdict else ''}{label}](#do={verdict}:{place})")
    return _GAP.join(offered)


def link(number: int, citation: Citation) -> str:
    """Write a citation's number as a link that opens it."""
    return rf"[\[{number}\]]({citation.anchor})"


def how_sure(confidence: float, words: Words) -> str:
    """Write a probability in words and as a number; see `qa.answer_text.how_sure`."""
    share = percentage(confidence)
    levels = (
        (ALMOST_CERTAIN, words.almost_certain),
        (LIKELY, words.likely),
        (POSSIBLE, words.possible),
        (0, words.unlikely),
    )
    return next(form for lowest, form in levels if share >= lowest).format(share=share)


def _silence(answer: Answer, words: Words) -> str:
    if words is ENGLISH:
        return inert(line(answer.text))
    terms = ", ".join(f"“{inert(line(term))}”" for term in answer.missing)
    nowhere = words.nowhere[len(answer.missing) != 1].format(terms=terms)
    return f"{words.silent} {nowhere}" if terms else words.silent


def _entry(each: Numbered, words: Words, verdicts: str) -> str:
    (number, citation), *same = each.same
    before, answer, after = (inert(re.sub(r"\s+", " ", seen(piece))) for piece in cut(citation))
    marked = f"<mark>{answer}</mark>" if answer else ""
    sure = inert(words.sure)
    parts = [
        f"“{before.lstrip()}{marked}{after.rstrip()}”\u00a0{link(number, citation)}",
        f'<span class="sure" title="{sure}">{how_sure(each.entry.confidence, words)}</span>{_GAP}{verdicts}',
        *_place(citation, words),
    ]
    for label, others in ((words.same_words, same), (words.other_words, each.other)):
        if others:
            cited = "; ".join(f"{_where(other, words)}\u00a0{link(n, other)}" for n, other in others)
            parts.append(f"{label} {cited}")
    return "\n>\n".join(f"> {part}" for part in parts)


def _nearest(answer: Answer, words: Words) -> list[str]:
    """Write the passages that come nearest to a question without an answer."""
    near = [passage.citation for passage in answer.passages[:NEAREST_SHOWN]]
    parts = [words.count(len(near), words.nearest)]
    for number, citation in enumerate(near, 1):
        excerpt = f"- “{inert(_excerpt(line(citation.quote)))}”\u00a0{link(number, citation)}"
        parts.append("\n\n  ".join([excerpt, *_place(citation, words)]))
    return parts


def _place(citation: Citation, words: Words) -> list[str]:
    """Say where a quotation stands, as paragraphs of inert Markdown: title, file, page and paragraph; what is above."""
    title = f"**{inert(line(citation.title))}** " if citation.title else ""
    return [title + _where(citation, words), *([inert(line(citation.above))] if citation.headings else [])]


def _where(citation: Citation, words: Words) -> str:
    """Name file, page and paragraph of a quotation, as inert Markdown; the file's letters turn none of the others."""
    parts = [f"<bdi>{inert(line(citation.source))}</bdi>", words.paragraph.format(n=words.number(citation.paragraph))]
    if citation.page is not None:
        page = (
            inert(line(citation.page_name)) if citation.page_name else words.page.format(n=words.number(citation.page))
        )
        parts.insert(1, page)
    if citation.ocr is not None:
        parts.append(words.recognised.format(share=round(citation.ocr * 100)))
    return " · ".join(parts)


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    return text[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"
