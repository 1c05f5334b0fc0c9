"""Bytes become the right characters in one normal form, or are refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFileError
from index.reading.decoding import decode, normalise

FRENCH = "Le président a déclaré qu’il était prêt à négocier. "
RUSSIAN = "Совет принял решение в среду и сообщил о нём жителям города. "


def test_decoding_plain_utf8_is_not_reported() -> None:
    """UTF-8 needs no guess, so no encoding is reported."""
    decoded = decode("naïve – 🙂".encode())
    assert (decoded.text, decoded.encoding) == ("naïve – 🙂", None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_decoding_follows_a_byte_order_mark(encoding: str) -> None:
    """A byte order mark says the encoding and is no character of the text."""
    assert decode(RUSSIAN.encode(encoding)).text == RUSSIAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["First paragraph.\n\nhéllo.", RUSSIAN])
def test_decoding_finds_utf16_without_a_mark(encoding: str, text: str) -> None:
    """UTF-16 without a mark is known by where its NULs stand."""
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_decoding_stray_nuls_do_not_make_utf16() -> None:
    """A NUL in a text of bytes is dropped and the text stays what it is."""
    assert decode(b"ab\0cd").text == "abcd"


@pytest.mark.parametrize("times", [1, 20])
def test_decoding_short_and_long_cp1252(times: int) -> None:
    """Western text is read as Windows-1252, however short."""
    decoded = decode((FRENCH * times).encode("cp1252"))
    assert (decoded.text, decoded.encoding) == (FRENCH * times, "cp1252")


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r"])
def test_decoding_guesses_cyrillic(encoding: str) -> None:
    """Enough Cyrillic text tells its encoding by its letters."""
    decoded = decode((RUSSIAN * 10).encode(encoding))
    assert (decoded.text, decoded.encoding) == (RUSSIAN * 10, encoding)


def test_decoding_keeps_utf8_with_one_broken_byte() -> None:
    """One broken byte in a long UTF-8 text costs one character and not the encoding."""
    data = (RUSSIAN * 10).encode() + b"\xff" + FRENCH.encode()
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (RUSSIAN * 10 + "\ufffd" + FRENCH, "utf-8 (damaged)")


def test_decoding_follows_a_pages_declaration() -> None:
    """A page's own charset is believed where the page may declare one, and only there."""
    page = '<meta charset="windows-1251"><p>' + RUSSIAN
    assert decode(page.encode("cp1251"), declares=True).text == page
    assert decode(page.encode("cp1251"), declares=True).encoding is None


def test_decoding_latin1_declaration_over_utf8_bytes_is_not_believed() -> None:
    """A template's Latin-1 does not turn valid UTF-8 into mojibake."""
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">' + FRENCH
    assert decode(page.encode(), declares=True).text == page


@pytest.mark.parametrize("name", ["punycode", "unicode_escape", "rot13", "hex", "utf-7", "nonsense"])
def test_decoding_ignores_declarations_of_no_document_encoding(name: str) -> None:
    """A page cannot ask for one of Python's codecs that no browser knows."""
    page = f'<meta charset="{name}">+ADw-\\u0041'
    assert decode(page.encode(), declares=True).text == page


def test_decoding_makes_one_kind_of_newline() -> None:
    """Every kind of line end is a newline, a form feed a blank line, and NUL and inner marks are gone."""
    assert normalise("a\rb\r\nc\u2028d\u2029e\x85f\x0bg\x0ch\0i\ufeffj") == "a\nb\nc\nd\ne\nf\ng\n\nhij"


def test_decoding_tells_where_form_feeds_begin_pages() -> None:
    """A form feed becomes a blank line, and the page behind it begins where its first character stands."""
    decoded = decode(b"one\r\n\x0c\x0ctwo\x0cthree\x0c\n")
    assert decoded.text == "one\n\n\n\n\ntwo\n\nthree\n\n\n"
    assert [decoded.text[start:].split("\n")[0] for start in decoded.page_starts] == ["", "two", "three"]
    assert decode(b"one\x0c").page_starts == ()


@given(st.lists(st.text(st.sampled_from("ab \n\r\t")), min_size=1, max_size=5))
def test_decoding_pages_are_the_text(pages: list[str]) -> None:
    """The text is that of the pages, each normalised, whatever stands at their ends."""
    decoded = decode(("\x0c".join(["x", *pages, "y"])).encode())
    starts = [0, *decoded.page_starts]
    assert [
        decoded.text[start : start + len(normalise(page))] for start, page in zip(starts, ["x", *pages], strict=False)
    ] == [normalise(page) for page in ["x", *pages]]
    assert decoded.text == normalise("\x0c".join(["x", *pages, "y"]))


def test_decoding_leaves_no_terminal_escape() -> None:
    """What a terminal would obey is not in the text."""
    assert normalise("a\x1b[31mred\x1b]0;title\x07 \x9b1mb\x7f\tc") == "a[31mred]0;title 1mb\tc"


@given(st.text(st.characters(exclude_categories=[])))
def test_decoding_normal_form_is_normal(text: str) -> None:
    """Normalised text holds no control character, no lone surrogate, no mark, and normalising it changes nothing."""
    normal = normalise(text)
    assert normalise(normal) == normal
    assert "\ufeff" not in normal
    assert {c for c in normal if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n", "\t"}


@pytest.mark.parametrize("data", [b"\0" * 500, bytes(range(256)) * 20, b"\x7fELF" + bytes(range(32)) * 9])
def test_decoding_refuses_bytes_that_are_not_text(data: bytes) -> None:
    """A binary file named like a text is one clear error."""
    with pytest.raises(UnreadableFileError, match="it is not text"):
        decode(data)
