"""Mails: what the writer wrote, below the headers; the earlier mails that it quotes are tagged.

A mail that was forwarded or attached is content, under its own sender and subject.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.documents import ReadingReport
from index.errors import UnreadableFileError
from index.reading.extraction import Block, Extraction
from index.reading.mail.bodies import Said, better_of, header_lines, html, plain_text
from index.reading.mail.message import HEADERS, Body, Mail, parse_mail

if TYPE_CHECKING:
    from index.reading.settings import ReadingSettings

_OLE = b"\xd0\xcf\x11\xe0"


def read(data: bytes, settings: ReadingSettings) -> Extraction:
    """Read a mail.

    Raises:
        LimitError: Its HTML is nested deeper than the limit.
        UnreadableFileError: It is no mail, is encrypted, or says nothing.
    """
    if data.startswith(_OLE):
        raise UnreadableFileError("it is a mail of Outlook's own kind (.msg); save it as .eml")
    mail = parse_mail(data)
    text = _MailText(settings)
    text.add_mail(mail)
    if not text.has_content:
        text.let_subject_speak(mail)
    if all(block.kind == "navigation" for block in text.blocks):
        because = "".join(f"; {words}" for words in mail.left_out)
        raise UnreadableFileError(f"the mail says nothing{because}")
    return Extraction(
        text=str(text),
        blocks=tuple(text.blocks),
        title=mail.headers.get("Subject"),
        author=mail.author,
        date=mail.date,
        pre_mended=True,
        report=ReadingReport(left_out=tuple(text.left_out)),
    )


class _MailText:
    """A mail's text as it grows, and its blocks."""

    def __init__(self, settings: ReadingSettings) -> None:
        self.blocks: list[Block] = []
        self.left_out: list[str] = []
        self._nesting = settings.limits.nesting
        self._pieces: list[str] = []
        self._length = 0

    def __str__(self) -> str:
        return "\n\n".join(self._pieces)

    @property
    def has_content(self) -> bool:
        """Whether anything was said besides headings, by whomever."""
        return any(block.kind not in ("navigation", "heading", "title") for block in self.blocks)

    def add_mail(self, mail: Mail) -> None:
        """Add a mail and those attached to it, each below its headers."""
        waiting = [(mail, False)]
        while waiting:
            mail, is_attached = waiting.pop()
            self._add_headers(mail, is_attached)
            for plain, rich in mail.bodies:
                self._add_body(better_of(plain, rich), mail)
            self.left_out.extend(mail.left_out)
            waiting.extend((attached, True) for attached in reversed(mail.attached))

    def let_subject_speak(self, mail: Mail) -> None:
        """Make a paragraph of the subject: of a mail that only carries an attachment it is all there is to find."""
        subject = mail.headers.get("Subject")
        if subject:
            self._add(Said(subject, (Block(0, len(subject)),)))

    def _add(self, said: Said) -> None:
        if not said.blocks:
            return
        at = self._length + (2 if self._pieces else 0)
        self.blocks.extend(replace(block, start=block.start + at, end=block.end + at) for block in said.blocks)
        self._pieces.append(said.text)
        self._length = at + len(said.text)

    def _add_headers(self, mail: Mail, is_attached: bool) -> None:
        lines = [f"{name}: {mail.headers[name]}" for name in HEADERS if name in mail.headers]
        if is_attached:
            self._add(header_lines(lines))
        elif lines:
            text = "\n".join(lines)
            self._add(Said(text, (Block(0, len(text), "navigation"),)))

    def _add_body(self, body: Body, mail: Mail) -> None:
        subject = mail.headers.get("Subject", "")
        if body.is_html:
            self._add(html(body, subject, is_reply=mail.is_reply, nesting=self._nesting))
        else:
            self._add(plain_text(body, subject, is_reply=mail.is_reply))
