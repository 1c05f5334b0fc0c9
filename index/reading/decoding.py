"""Bytes to normalised text: which encoding a file is in, and one kind of newline. Knows nothing of any file format."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from index.errors import UnreadableFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_DECLARED = re.compile(
    rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})|\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{1,40})""",
    re.IGNORECASE,
)
_DECLARATION_BYTES = 4096  # browsers look at the first 1024; content management systems write longer heads
_SAMPLE_BYTES = 65_536
_SHORTEST_GUESSABLE = 200  # bytes; below it charset-normalizer's statistics are noise

# The encodings a page may ask for, by Python's name, and what browsers take them to mean. Anything else that Python
# knows (punycode, unicode_escape, ...) is not an encoding of documents and some are slow on purpose-made input.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}
_CODE_PAGES = [f"cp{n}" for n in (437, 850, 866, 874, 932, 949, *range(1250, 1259))]
_ISO_LATIN = [f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
_OTHERS = ["utf-8", "big5", "big5hkscs", "gb18030", "euc_jp", "iso2022_jp", "koi8-r", "koi8-u", "mac-roman", "tis-620"]
_ASKABLE = frozenset((*_CODE_PAGES, *_ISO_LATIN, *_OTHERS))
_GUESSABLE = [
    "cp1252",
    "cp1251",
    "koi8_r",
    "cp932",
    "gb18030",
    "euc_kr",
    "big5",
    "cp1253",
    "cp1255",
    "cp1256",
    "euc_jp",
]

_NEWLINES = re.compile("\r\n|[\r\u2028\u2029\x85\x0b]")
_REMOVED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")  # escape sequences do occur in text: console logs
_MOST_BINARY = 0.05  # share of characters that no text holds; text that was slightly damaged stays below 0.01


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A file's characters.

    Attributes:
        text: Normalised, see `normalise`.
        encoding: Where it had to be guessed, its name; None where a mark or the file says it, or it is plain UTF-8.
        page_starts: Where form feeds begin a new page: offsets into the text of its first characters.
    """

    text: str
    encoding: str | None = None
    page_starts: tuple[int, ...] = ()


def normalise(text: str) -> str:
    r"""Give text the one form that all offsets refer to.

    CRLF, CR, NEL, vertical tab and the Unicode line and paragraph separators become "\n", a form feed a blank line.
    NUL, byte order marks and all other control characters but tab are removed, so that no terminal escape survives.
    A lone surrogate becomes U+FFFD.
    """
    text = _NEWLINES.sub("\n", text).replace("\x0c", "\n\n")
    return _SURROGATES.sub("\ufffd", _REMOVED.sub("", text))


def decode(data: bytes, *, declares: bool = False) -> DecodedText:
    """Decode a file of text and normalise it.

    Args:
        data: The file's bytes.
        declares: Whether the bytes may name their encoding themselves, as HTML does.

    Raises:
        UnreadableFileError: The bytes are not text in any encoding.
    """
    text, encoding = _decode(data, declares)
    sample = text[:_SAMPLE_BYTES]
    if len(_BINARY.findall(sample)) > _MOST_BINARY * len(sample) + 2:
        raise UnreadableFileError(
            "it is not text, although its name says so: its bytes are not letters in any encoding"
        )
    pages = [normalise(page) for page in text.split("\x0c")]
    page_starts = []
    at = 0
    for page in pages[:-1]:
        at += len(page) + 2  # the blank line that a form feed becomes
        page_starts.append(at)
    while page_starts and not "".join(pages[len(page_starts) :]).strip():
        page_starts.pop()  # a form feed at the end begins no page
    return DecodedText("\n\n".join(pages), encoding, tuple(page_starts))


def _decode(data: bytes, declares: bool) -> tuple[str, str | None]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), None
    text = _decode_as_declared(data) if declares else None
    if text is not None:
        return text, None
    if wide := _wide_encoding(data):
        return data.decode(wide, "replace"), wide
    text = _decode_utf8(data)
    if text is not None:
        return text, None
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged <= max(3, 0.001 * len(text)) and len(text.encode("utf-8")) - len(text) > 8 * damaged:
        return text, "utf-8 (damaged)"
    encoding = _statistical_guess(data) if len(data) >= _SHORTEST_GUESSABLE else "cp1252"
    return data.decode(encoding, "replace"), encoding


def _decode_utf8(data: bytes) -> str | None:
    """Decode strict UTF-8, or what Java and some databases write: each half of a pair of surrogates by itself."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        halves = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decode_as_declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARATION_BYTES])
    if found is None:
        return None
    try:
        name = codecs.lookup((found[1] or found[2]).decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return None
    name = _MEANT.get(name, name)
    if name not in _ASKABLE:
        return None
    # Latin-1 is what page templates say by default; several bytes that happen to be strict UTF-8 are UTF-8.
    for encoding in ("utf-8", name) if name == "cp1252" else (name,):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: its NULs, the high halves of common letters and spaces, all stand on one side."""
    sample = data[:_SAMPLE_BYTES]
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    nuls = low + high
    if len(sample) < 4 or nuls < 0.005 * len(sample) or max(low, high) < 0.95 * nuls:
        return None
    if nuls <= 0.25 * len(sample) and _is_utf8_with_stray_nuls(sample):
        return None
    encoding = "utf-16-le" if high > low else "utf-16-be"
    text = sample.decode(encoding, "replace")
    return None if len(_BINARY.findall(text)) > 0.01 * len(text) + 1 else encoding


def _is_utf8_with_stray_nuls(sample: bytes) -> bool:
    text = sample.replace(b"\0", b"").decode("utf-8", "ignore")
    return len(_BINARY.findall(text)) <= 0.01 * len(text) + 1 and len(text.encode("utf-8")) >= 0.98 * len(text)


def _statistical_guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE_BYTES]
    if len(data) > len(sample):  # end at a line or word, lest the last character be cut in two
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" "), len(sample) // 2)]
    best = from_bytes(sample, cp_isolation=_GUESSABLE).best()
    if best is not None:
        return best.encoding
    # Central European is not among the guesses: it would win too many Western texts, whose letters it shares.
    return "cp1250" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", sample) else "cp1252"
