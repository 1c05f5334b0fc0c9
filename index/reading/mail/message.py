"""A mail's bytes into its headers and the parts that people read; knows nothing of what is said in them.

The parser runs with the policy of old: that of today raises on some headers that real mails have.
"""

from __future__ import annotations

import codecs
import email
import email.policy
from copy import copy
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

from index.errors import UnreadableFileError
from index.reading.mail.encoding import decoded, header_words, of_base64

_SAYS_MAIL = frozenset((
    "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version", "delivered-to", "sender",
    "reply-to", "cc", "bcc", "content-type", "x-mailer", "in-reply-to",
))  # fmt: skip
_UNSPOKEN = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-encrypted", "text/calendar", "application/ics", "text/x-amp-html", "text/rfc822-headers",
    "message/delivery-status", "message/disposition-notification",
))  # fmt: skip
_ENCRYPTED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"))
_DEEPEST = 20  # mails attached to mails attached to …
_LONGEST_NAME = 100  # characters of an attachment's name
_Header = Literal["From", "To", "Cc", "Date", "Subject"]
HEADERS: tuple[_Header, ...] = ("From", "To", "Cc", "Date", "Subject")


@dataclass(frozen=True, slots=True)
class Body:
    """A part that people read.

    Attributes:
        text: Normalised where it is plain text; else the source of an HTML page.
        is_html: Which of the two.
        is_flowed: Whether lines that end with a space go on in the next one (RFC 3676).
        drops_space: Whether that space is no part of the text.
    """

    text: str
    is_html: bool = False
    is_flowed: bool = False
    drops_space: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as sent.

    Attributes:
        headers: What `HEADERS` say, decoded; without those that are missing.
        is_reply: Whether it says to which mail it is the answer.
        bodies: Its parts in order; of an alternative in plain text and in HTML both, one after the other.
        attached: The mails that are attached to it.
        left_out: What is not read, in words.
    """

    headers: dict[_Header, str]
    is_reply: bool
    bodies: tuple[tuple[Body, Body | None], ...]
    attached: tuple[Mail, ...]
    left_out: tuple[str, ...]

    @property
    def author(self) -> str | None:
        """Who sent it: the name, or the address without one."""
        for name, address in getaddresses([self.headers.get("From", "")]):
            return name.strip() or address or None
        return None

    @property
    def date(self) -> str | None:
        """The day it was sent, in ISO 8601 and in the sender's time zone."""
        try:
            return parsedate_to_datetime(self.headers.get("Date", "")).date().isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


def parse_mail(data: bytes) -> Mail:
    """Take a mail apart.

    Raises:
        UnreadableFileError: It is no mail, or it is encrypted.
    """
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        names = {name.lower() for name in message}
        if not names & _SAYS_MAIL:
            raise UnreadableFileError(
                "it is no mail although its name says so: no header such as From or Subject stands at its top; "
                "if it is plain text, rename it to .txt"
            )
        return _mail(message, 1)
    except RecursionError as error:
        raise UnreadableFileError("its parts are nested too deep, which no mail needs") from error


def _mail(message: Message, depth: int) -> Mail:
    parts = _Parts(depth)
    parts.walk(message)
    if message.get_content_type() in _ENCRYPTED and not parts.bodies and depth == 1:
        raise UnreadableFileError(
            "the mail is encrypted or packed in its signature; save its text as a file to have it read"
        )
    headers = {name: words for name in HEADERS if (words := _header(message, name))}
    return Mail(
        headers=headers,
        is_reply=any(name.lower() == "in-reply-to" for name in message),
        bodies=tuple(parts.bodies),
        attached=tuple(parts.attached),
        left_out=(*parts.left_out, *parts.images_left_out()),
    )


class _Parts:
    """Goes through a mail's parts in order, and sorts them."""

    def __init__(self, depth: int) -> None:
        self.bodies: list[tuple[Body, Body | None]] = []
        self.attached: list[Mail] = []
        self.left_out: list[str] = []
        self._images = 0
        self._depth = depth

    def images_left_out(self) -> list[str]:
        """Say how many images stand within the text."""
        if not self._images:
            return []
        return ["an image within the mail" if self._images == 1 else f"{self._images} images within the mail"]

    def walk(self, message: Message) -> None:
        stack = [message]
        while stack:
            part = stack.pop()
            kind = part.get_content_type()
            inside = part.get_payload() if part.is_multipart() else ()
            children = [child for child in inside if isinstance(child, Message)]
            if kind == "message/rfc822" and children:
                self._attach(children)
            elif kind == "multipart/alternative" and children:
                stack.extend(reversed(self._alternative(children)))
            elif children and kind not in _UNSPOKEN:
                stack.extend(reversed(children))
            elif kind not in _UNSPOKEN:
                self._leaf(part, kind)

    def _attach(self, inside: list[Message]) -> None:
        for mail in inside:
            if self._depth < _DEEPEST:
                self.attached.append(_mail(mail, self._depth + 1))
            else:
                self.left_out.append(f"mails attached to mails more than {_DEEPEST} deep")

    def _alternative(self, parts: list[Message]) -> list[Message]:
        """Take the texts of an alternative; give what is left of it."""
        found: dict[str, Message] = {}
        rest: list[Message] = []
        for part in parts:
            texts = [leaf for leaf in part.walk() if not leaf.is_multipart() and not _is_attachment(leaf)]
            text = next((leaf for leaf in texts if leaf.get_content_type() in ("text/plain", "text/html")), None)
            kind = text.get_content_type() if text is not None else ""
            if text is not None and kind not in found:
                found[kind] = text
                rest.extend(leaf for leaf in part.walk() if leaf is not text and not leaf.is_multipart())
            else:
                rest.append(part)
        plain, html = found.get("text/plain"), found.get("text/html")
        bodies = [self._body(part) for part in (plain, html) if part is not None]
        read = [body for body in bodies if body is not None]
        if read:
            self.bodies.append((read[0], read[1] if len(read) > 1 else None))
        return rest

    def _leaf(self, part: Message, kind: str) -> None:
        is_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")  # one that was cut off
        if is_text and not _is_attachment(part):
            body = self._body(part)
            if body is not None:
                self.bodies.append((body, None))
        elif kind.startswith("image/") and (part.get("Content-ID") or not _file_name(part)):
            self._images += 1
        elif kind not in _ENCRYPTED or self._depth > 1 or self.bodies:
            size = len(_content(part))
            name = _escaped(_file_name(part) or "without a name")
            self.left_out.append(
                f"attachment {name} ({_escaped(kind)}, {_size(size)}): save it into the folder to have it read"
            )

    def _body(self, part: Message) -> Body | None:
        is_html = part.get_content_type() == "text/html"
        try:
            text = decoded(_content(part), part.get_content_charset() or "", is_html=is_html)
        except UnreadableFileError:
            self.left_out.append("a part of the mail that says it is text, and whose bytes are not")
            return None
        return Body(
            text,
            is_html=is_html,
            is_flowed=_parameter(part, "format") == "flowed",
            drops_space=_parameter(part, "delsp") == "yes",
        )


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    return value.lower() if isinstance(value, str) else ""


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or (
        _file_name(part) is not None and part.get_content_type() != "text/html" and not part.get("Content-ID")
    )


def _file_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return None
    return header_words(name) or None if isinstance(name, str) else None


def _content(part: Message) -> bytes:
    """Give a part's bytes, and where its encoding is broken as many as it gives."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        bare = copy(part)  # the module gives base64 that was cut off as it is written, and not what can be had of it
        del bare["Content-Transfer-Encoding"]
        written = bare.get_payload(decode=True)
        return of_base64(written) if isinstance(written, bytes) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _header(message: Message, name: str) -> str:
    """Give a header's words decoded, on one line; "" where it is missing."""
    found = next((value for key, value in message.raw_items() if key.lower() == name.lower()), None)
    return header_words(str(found)) if found is not None else ""


def _escaped(name: str) -> str:
    """Give a name that a stranger chose without anything that is not seen, or that changes how the rest is seen."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name[: _LONGEST_NAME + 1])
    return shown if len(name) <= _LONGEST_NAME else shown[:_LONGEST_NAME] + "…"


def _size(size: int) -> str:
    return (
        f"{size / 1e6:.1f} MB" if size >= 999_500 else f"{round(size / 1000)} kB" if size >= 1000 else f"{size} bytes"
    )
