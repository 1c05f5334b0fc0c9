"""Answers as Markdown, in which nothing that stands in a document, a name or a question is markup.

What is written is CommonMark, and shows the same with the extensions that are usual: tables, links made of addresses,
strikethrough, formulas, footnotes, emoji.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from qa.answer import SHOWN, one_line
from qa.answer_text import cut, how_sure
from qa.export import conversation as words
from qa.export.conversation import counted, missing_words, moment, nearest, numbered_from, with_first_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.answer import Answer, Citation
    from qa.answer_text import Numbered
    from qa.export.conversation import Conversation, Exchange

DIGITS = 12  # of a file's SHA-256
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # unlike a backslash, every Markdown there is knows them
# A point, a slash or a colon may make an address of what follows; two points or dashes may become another character.
_MARKUP = re.compile(r"""[\\`*_\[\]#|~$^{}@&<>]|(?<!\d):(?=\S)|:(?=[^\s\d])|\.(?=[^\W\d_]|\.)|/(?=/)|(?<=[-+=])[-+=]""")
_AT_THE_START = re.compile(r"[-+=:%]|(?<!\S)\d+[.)]")


def answer_as_markdown(answer: Answer, *, with_question: bool = True) -> str:
    """Write an answer with its citations as Markdown: the question, the quotations, then where each stands.

    The words that answer are bold. Citations are numbered as in `Answer.citations`.
    """
    asked = [f"**{inert(answer.question)}**"] if with_question else []
    return _joined([*asked, *_answer(answer, 1)])


def conversation_as_markdown(conversation: Conversation) -> str:
    """Write a whole conversation as Markdown, with citations numbered through all of it."""
    blocks = [
        f"# Questions to {inert(conversation.folder)}",
        f"{counted(conversation.document_count)} · {inert(moment(conversation.exported_at))}",
        f"{words.VERBATIM} {words.SURE}",
    ]
    for first, exchange in with_first_numbers(conversation):
        blocks += [f"## {inert(exchange.question)}", f"Asked {_asked(exchange)}"]
        blocks += _answer(exchange.answer, first) if exchange.answer else [f"No answer: {inert(exchange.said)}"]
    return _joined(blocks)


def inert(text: str) -> str:
    """Write text on one line so that Markdown shows its very characters.

    Control characters and those that turn a line around become escapes, as by `one_line`.
    """
    line = _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), one_line(text))
    start = _AT_THE_START.match(line)
    return f"{line[: start.end() - 1]}\\{line[start.end() - 1 :]}" if start else line


def _joined(blocks: Sequence[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def _asked(exchange: Exchange) -> str:
    of = f", looking only in {', '.join(map(inert, exchange.documents))}" if exchange.documents else ""
    return f"{inert(moment(exchange.asked_at))}{of}"


def _answer(answer: Answer, first: int) -> Iterator[str]:
    """Write what was answered, a block at a time; the citations are numbered from `first` on."""
    if answer.found:
        entries = numbered_from(answer, first)
        yield from map(_entry, entries[:SHOWN])
        if entries[SHOWN:]:
            yield words.FURTHER
            yield from map(_entry, entries[SHOWN:])
    else:
        yield f"**{inert(answer.text)}**"
        if absent := missing_words(answer):
            yield inert(absent)
        yield from _nearest(answer)
    for warning in answer.warnings:
        yield f"**Note:** {inert(warning)}"
    if answer.found:
        yield "Sources:"
        for each in entries:
            cited = [(number, citation, False) for number, citation in each.same]
            cited += [(number, citation, True) for number, citation in each.other]
            for number, citation, quoted in sorted(cited, key=lambda one: one[0]):
                yield _citation(number, citation, quoted=quoted)


def _entry(each: Numbered) -> str:
    also = f", also {_numbers(each.other)}" if each.other else ""
    return f"> “{_marked(each.entry.citations[0])}” {_numbers(each.same)}{also}\n>\n> {_sure(each)}"


def _sure(each: Numbered) -> str:
    return how_sure(each.entry.confidence).capitalize()


def _nearest(answer: Answer) -> Iterator[str]:
    near = nearest(answer)
    if near:
        yield words.NEAREST_ONE if len(near) == 1 else words.NEAREST_SEVERAL
    for each in near:
        yield f"> “{inert(each.excerpt)}”\n>\n> {_place(each.citation)}"


def _numbers(cited: Sequence[tuple[int, Citation]]) -> str:
    return "".join(rf"\[{number}\]" for number, _ in cited)


def _citation(number: int, citation: Citation, *, quoted: bool) -> str:
    quotation = f": “{_marked(citation)}”" if quoted else ""
    return rf"\[{number}\] {_place(citation)}{quotation}"


def _place(citation: Citation) -> str:
    title = f"{inert(citation.title)}, " if citation.title and citation.title.strip() else ""
    return (
        f"{title}{inert(citation.place)}, characters {citation.start} to {citation.end}, "
        f"SHA-256 {citation.sha256[:DIGITS]}…"
    )


def _marked(citation: Citation) -> str:
    """Write a quotation with the words that answer in bold."""
    before, answer, after = cut(citation)
    if not answer:
        return inert(before + after)
    left, right = _inner(before).lstrip(" "), _inner(after).rstrip(" ")
    stars = _opens(left or "“", one_line(answer)[0]) and _closes(one_line(answer)[-1], right or "”")
    return f"{left}{'**' if stars else '<strong>'}{inert(answer)}{'**' if stars else '</strong>'}{right}"


def _inner(text: str) -> str:
    """Write a piece of a quotation, with the blank at each end that has one."""
    written = inert(text)
    return f"{' ' * text[:1].isspace()}{written}{' ' * text[-1:].isspace()}" if written else " " * bool(text)


def _opens(before: str, first: str) -> bool:
    """Say whether two asterisks between these would begin what is bold, by CommonMark's rule of flanking runs."""
    return first.isalnum() or _parts(before[-1])


def _closes(last: str, after: str) -> bool:
    return last.isalnum() or _parts(after[0])


def _parts(character: str) -> bool:
    return character == " " or unicodedata.category(character).startswith("P")
