"""Pages that a browser saved with all their parts in one file (MHTML): finds the page among them."""

from __future__ import annotations

import email
import email.policy
import re
from email.errors import MessageError
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.decoding import DecodedText, decode

if TYPE_CHECKING:
    from email.message import Message

_HEADER = re.compile(rb"\s{0,100}[A-Za-z][\w-]{1,40}:[ \t]")
_HOLDS_PAGE = re.compile(rb"^content-type:\s*(?:multipart/|text/html)", re.IGNORECASE | re.MULTILINE)
_HEAD_BYTES = 8192


def is_mhtml(data: bytes) -> bool:
    """Say whether these bytes are a page saved by a browser with its parts."""
    head = data[:_HEAD_BYTES]
    return _HEADER.match(head) is not None and _HOLDS_PAGE.search(head) is not None


def page_of(data: bytes) -> DecodedText:
    """Decode the page itself.

    Raises:
        UnreadableFileError: The file holds no page.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        for part in message.walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                return _decoded(part)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableFileError("the file is damaged: the page saved in it cannot be unpacked") from error
    raise UnreadableFileError("it is a saved page without the page itself; save it again")


def _decoded(part: Message) -> DecodedText:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if charset:  # as the browser says it, before the page's own word
        body = b'<meta charset="' + charset.encode("ascii", "ignore")[:40] + b'">' + body
    return decode(body, declares=True)
