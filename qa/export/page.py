"""A conversation as one page of HTML with its sources. The page loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answer import SHOWN, one_line
from qa.answer_text import cut, how_sure
from qa.export import conversation as words
from qa.export.conversation import counted, missing_words, moment, nearest, numbered_from, with_first_numbers
from qa.export.sources import sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Template

    from index import Document
    from qa.answer import Citation
    from qa.answer_text import Numbered
    from qa.export.conversation import Conversation, Exchange, Nearest

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Turn:
    """An exchange as the page shows it.

    Attributes:
        exchange: Itself.
        entries: Those that are shown first, their citations numbered.
        further: The others.
        nearest: The passages nearest to a question that was not answered.
        missing: What of such a question occurs nowhere, in a sentence; "" where that is said otherwise.
    """

    exchange: Exchange
    entries: tuple[Numbered, ...] = ()
    further: tuple[Numbered, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    missing: str = ""


def conversation_as_html(conversation: Conversation, document: Callable[[str], Document]) -> str:
    """Write a conversation as one page: the questions and answers, then each quotation where it stands in its source.

    Args:
        conversation: Its citations are numbered through all of it.
        document: Gives a document by its id, such as `Folder.document`; UnknownDocumentError where it is gone, which
            the page then says.
    """
    turns = [_turn(first, exchange) for first, exchange in with_first_numbers(conversation)]
    cited = [pair for turn in turns for each in (*turn.entries, *turn.further) for pair in (*each.same, *each.other)]
    style = f"\n{(_HERE / 'page.css').read_text('utf-8').strip()}\n"
    html = _template().render(
        conversation=conversation,
        turns=turns,
        sources=sources(sorted(cited, key=lambda pair: pair[0]), document),
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        words=words,
    )
    return html.strip() + "\n"


def pieces(citation: Citation) -> tuple[str, str, str]:
    """Cut a quotation before and behind the words that answer, each piece on one line; the second may be empty."""
    before, answer, after = (
        f"{' ' * part[:1].isspace()}{one_line(part)}{' ' * part[-1:].isspace()}" if part.strip() else " " * bool(part)
        for part in cut(citation)
    )
    return (before.lstrip(), answer, after.rstrip()) if answer else (before.strip(), "", "")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Everything that is not markup of the template is escaped where it is put in, except the style, which is our own.
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"line": one_line, "pieces": pieces, "moment": moment, "sure": _sure, "count": counted}
    return environment.get_template("page.html")


def _turn(first: int, exchange: Exchange) -> Turn:
    answer = exchange.answer
    if answer is None:
        return Turn(exchange)
    if not answer.found:
        return Turn(exchange, nearest=tuple(nearest(answer)), missing=missing_words(answer))
    entries = tuple(numbered_from(answer, first))
    return Turn(exchange, entries[:SHOWN], entries[SHOWN:])


def _sure(each: Numbered) -> str:
    return how_sure(each.entry.confidence).capitalize()
