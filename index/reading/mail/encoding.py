"""The words of a mail's headers and parts, out of the many ways in which mails write them, and those that are wrong."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.decoding import decode, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENCODED_WORDS = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"))
_WESTERN = frozenset(("ascii", "iso8859-1", "cp1252"))


def header_words(raw: str) -> str:
    """Decode what a header says: encoded words, and the bytes that some programs put there as they are."""
    try:
        raw = raw.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        raw = raw.encode("ascii", "surrogateescape").decode("cp1252", "replace")
    except UnicodeEncodeError:
        pass  # it was decoded already
    decoded = "".join(_encoded_pieces(" ".join(raw.split())))
    return " ".join(normalise(decoded).split())


def _encoded_pieces(words: str) -> Iterator[str]:
    """Decode encoded words; bytes of neighbours of one charset are put together, for some programs cut characters."""
    at, charset, held = 0, "", b""
    for found in _ENCODED_WORDS.finditer(words):
        is_neighbour = found.start() == at and held and found[1].lower() == charset
        if not is_neighbour:
            yield _of_bytes(held, charset)
            held = b""
        yield words[at : found.start()]
        charset = found[1].lower()
        if found[2] in "bB":
            held += of_base64(found[3].encode("utf-8", "replace"))
        else:
            held += binascii.a2b_qp(found[3].encode("utf-8", "replace"), header=True)
        at = found.end()
    yield _of_bytes(held, charset)
    yield words[at:]


def _of_bytes(held: bytes, charset: str) -> str:
    if not held:
        return ""
    try:
        return decoded(held, charset, is_html=False)
    except UnreadableFileError:
        return "\ufffd"


def of_base64(written: bytes) -> bytes:
    """Decode base64 as far as it goes, past whatever is none."""
    letters = _NOT_BASE64.sub(b"", written)
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def decoded(data: bytes, charset: str, *, is_html: bool) -> str:
    """Decode a part by the charset it claims, where there is such a one and it fits, else by what its bytes say.

    Raises:
        UnreadableFileError: They are not text.
    """
    name = _codec(charset.strip("\"' "))
    for codec in ("utf-8", "cp1252") if name in _WESTERN else (name,):
        if codec:
            try:
                return normalise(data.decode(codec))
            except (UnicodeError, ValueError):
                continue
    return decode(data, declares=is_html).text


def _codec(charset: str) -> str:
    """Give Python's name of a charset; "" where there is none of that name for text."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):  # a name with a NUL
        return ""
    try:
        "".encode(name)  # refuses what Python calls a codec and is none of characters, such as zip
    except LookupError:
        return ""
    return "" if name.replace("_", "-") in _NO_CHARSETS else name
