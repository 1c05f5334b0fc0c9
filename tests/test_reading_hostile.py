"""Files made to break readers: each gives a clean result or one clear error, in bounded time and memory."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pdf_files import column, pdf_file
from random_documents import FORMATS
from random_packed_files import docx_file, epub_file, odt_file, pptx_file, xlsx_file
from random_parts import RandomPart

from index.errors import LimitError, PasswordError, UnreadableFileError, UnsupportedFileError
from index.reading import Limits, ReadingSettings, read_document

if TYPE_CHECKING:
    from index.documents import Document

HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"
SENTENCE = "The harbour was built of grey stone in the years after the great flood."
PART = [RandomPart("paragraph", (SENTENCE,), 1, 1, 0)]
PACKED = {"a.docx": docx_file, "a.odt": odt_file, "a.pptx": pptx_file, "a.epub": epub_file, "a.xlsx": xlsx_file}
MAIN_PART = {
    "a.docx": "word/document.xml",
    "a.odt": "content.xml",
    "a.pptx": "ppt/slides/slide1.xml",
    "a.epub": "book/c0.xhtml",
    "a.xlsx": "xl/worksheets/sheet1.xml",
}
DAMAGED = {
    "a.docx": r"^the file is damaged",
    "a.odt": r"^the file is damaged",
    "a.pptx": r"page 1 cannot be opened|none of its pages can be opened",
    "a.epub": r"^none of its chapters can be read: book/c0.xhtml: damaged$",
    "a.xlsx": r"damaged",
}
DEEP = 20_000  # elements

packed_formats = pytest.mark.parametrize("name", list(PACKED))


def texts(document: Document) -> list[str]:
    """The words of each paragraph."""
    return [document.text[paragraph.start : paragraph.end] for paragraph in document.paragraphs]


def with_member(file: bytes, name: str, content: bytes) -> bytes:
    """Put another member into an archive, in the place of one of that name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return packed.getvalue()


def main_part(file: bytes, name: str) -> str:
    """Give the part of a packed document that holds its text."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read(MAIN_PART[name]).decode()


@pytest.mark.parametrize("name", [of.name for of in FORMATS])
def test_hostile_empty_files_are_refused(name: str) -> None:
    """A file without bytes says that it is empty, whatever its name."""
    with pytest.raises(UnreadableFileError, match=r"^the file is empty$"):
        read_document(b"", name)


@packed_formats
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_hostile_truncated_archives_are_damaged(name: str, share: float) -> None:
    """A packed document whose end is missing says that it is damaged."""
    file = PACKED[name](PART)
    with pytest.raises(UnreadableFileError, match=r"^the file is damaged: "):
        read_document(file[: int(share * len(file))], name)


def test_hostile_truncated_pdf_is_damaged() -> None:
    """A PDF of which only the start is left says so."""
    file = pdf_file(column(72, 700, SENTENCE))
    with pytest.raises(UnreadableFileError, match=r"^the file is damaged"):
        read_document(file[:400], "a.pdf")


def test_hostile_wrong_suffixes_do_not_mislead() -> None:
    """What a file surely is counts for more than its name; what it surely is not is refused."""
    page = f"<!DOCTYPE html><html><body><p>{SENTENCE}</p></body></html>".encode()
    pdf = pdf_file(column(72, 700, SENTENCE))
    files = [page, pdf, *(write(PART) for write in PACKED.values())]
    for file in files:
        for name in ("a.pdf", "a.docx", "a.txt", "a.html", "a.xlsx", "a", "a.unknown"):
            assert texts(read_document(file, name)) == [SENTENCE]
    for name in ("a.pdf", "a.docx", "a.odt", "a.pptx", "a.epub"):
        with pytest.raises(UnreadableFileError, match=r"^the file is damaged"):
            read_document(SENTENCE.encode(), name)
    assert texts(read_document(SENTENCE.encode(), "a.xlsx")) == [SENTENCE]  # programs export tables of text so
    with pytest.raises(UnsupportedFileError, match=r"^it is a PNG image$"):
        read_document(b"\x89PNG\r\n\x1a\n" + bytes(100), "a.txt")
    with pytest.raises(UnsupportedFileError, match=r"^it is a program$"):
        read_document(b"\x7fELF" + bytes(100), "a")


@packed_formats
def test_hostile_zip_bomb_is_refused_by_its_declared_size(name: str) -> None:
    """An archive that says that it unpacks to more than the limit is not unpacked."""
    chance = random.Random(1)
    incompressible = with_member(PACKED[name](PART), "media/image.xml", chance.randbytes(2_000_001))
    settings = ReadingSettings(limits=Limits(unpacked_mb=2))
    message = r"^it unpacks to 3 MB, and more than 2 MB are not read; --limit unpacked_mb=3 reads it$"
    with pytest.raises(LimitError, match=message) as caught:
        read_document(incompressible, name, settings)
    assert caught.value.lacking == ("unpacked_mb",)
    bomb = with_member(PACKED[name](PART), "media/image.xml", bytes(300_000_000))
    assert len(bomb) < 400_000
    with pytest.raises(
        UnreadableFileError, match=r"^it unpacks to \d+ MB, \d+ times its size: it was made to do harm$"
    ):
        read_document(bomb, name)


@packed_formats
def test_hostile_zip_bomb_that_lies_about_its_size_is_damaged(name: str) -> None:
    """An archive that unpacks to more than it says is not unpacked beyond what it says."""
    file = PACKED[name](PART)
    start = main_part(file, name).encode()
    file = with_member(file, MAIN_PART[name], start + b" " * 50_000_000)
    claimed = struct.pack("<I", len(start) + 50_000_000)
    assert file.count(claimed) == 2
    lie = file.replace(claimed, struct.pack("<I", len(start)))
    with pytest.raises(UnreadableFileError, match=DAMAGED[name]):
        read_document(lie, name)


@packed_formats
@pytest.mark.parametrize("kind", ["external", "billion laughs", "parameter"])
def test_hostile_entities_are_not_unfolded(name: str, kind: str, tmp_path: Path) -> None:
    """No entity of an XML part fetches a file or unfolds; nothing of them is in the text."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the harbour")
    declarations = {
        "external": f'<!ENTITY e SYSTEM "{secret.as_uri()}">',
        "billion laughs": '<!ENTITY a0 "ha">' + "".join(
            f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
        ) + '<!ENTITY e "&a11;">',
        "parameter": f'<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p; <!ENTITY e "x">',
    }[kind]  # fmt: skip
    file = PACKED[name](PART)
    part = f"<!DOCTYPE d [{declarations}]>" + main_part(file, name).replace(SENTENCE, f"{SENTENCE} &e;")
    harmful = with_member(file, MAIN_PART[name], part.encode())
    if name == "a.epub":  # its chapters are read as HTML, which has no entities of its own making
        assert texts(read_document(harmful, name)) == [f"{SENTENCE} &e;"]
        return
    what = "its XML declares entities" if name in ("a.docx", "a.odt") else DAMAGED[name]
    with pytest.raises(UnreadableFileError, match=what):
        read_document(harmful, name)


def test_hostile_html_entities_are_not_unfolded() -> None:
    """HTML has no entities of its own making: they are text, and fetch nothing."""
    page = f'<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><body><p>{SENTENCE} &e;</p></body></html>'
    document = read_document(page.encode(), "a.html")
    assert "root:" not in document.text
    assert SENTENCE in document.text


@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "ul><li", "b", "table><tr><td", "section"])
def test_hostile_nesting_in_html_is_read(tag: str) -> None:
    """20,000 elements in each other are one paragraph."""
    opened = "".join(f"<{name}>" for name in tag.split("><"))
    page = f"<!DOCTYPE html><html><body>{opened * DEEP}{SENTENCE}</body></html>"
    assert texts(read_document(page.encode(), "a.html")) == [SENTENCE]


@pytest.mark.parametrize(
    ("name", "opening", "closing"),
    [
        ("a.docx", "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("a.docx", "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("a.odt", "<text:section>", "</text:section>"),
        ("a.odt", "<text:list><text:list-item>", "</text:list-item></text:list>"),
        ("a.pptx", "<p:grpSp>", "</p:grpSp>"),
        ("a.epub", "<div>", "</div>"),
    ],
)
def test_hostile_nesting_in_packed_documents_is_told_or_read(name: str, opening: str, closing: str) -> None:
    """20,000 elements in each other are read, or refused with what is the matter; nothing recurses."""
    file = PACKED[name](PART)
    part = main_part(file, name)
    start, end = {
        "a.docx": ("<w:body>", "</w:body>"),
        "a.odt": ("<office:text>", "</office:text>"),
        "a.pptx": ("<p:spTree>", "</p:spTree>"),
        "a.epub": ("<body>", "</body>"),
    }[name]
    part = part.replace(start, start + opening * DEEP).replace(end, closing * DEEP + end)
    deep = with_member(file, MAIN_PART[name], part.encode())
    if name == "a.epub":
        assert texts(read_document(deep, name)) == [SENTENCE]
        return
    what = r"nested more than 256 deep" if name in ("a.docx", "a.odt") else DAMAGED[name]
    with pytest.raises(UnreadableFileError, match=what):
        read_document(deep, name)


@pytest.mark.parametrize("mark", ["> ", ">", "- ", "* ", "1. ", "    ", "[", "*", "` ", "<b>", "![", "(", "| ", "#"])
def test_hostile_nesting_in_markdown_is_read(mark: str) -> None:
    """20,000 marks before a sentence do not take the sentence away."""
    assert SENTENCE in read_document((mark * DEEP + SENTENCE).encode(), "a.md").text


def test_hostile_nesting_of_lists_in_markdown_is_read() -> None:
    """Lists in lists in lists keep every item."""
    lines = "\n".join("  " * depth + f"- item {depth}" for depth in range(1_000))
    text = read_document(lines.encode(), "a.md").text
    assert all(f"item {depth}" in text for depth in range(1_000))


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822"])
def test_hostile_nesting_in_mail_is_refused(kind: str) -> None:
    """Parts in parts, 20,000 deep, are refused; nothing recurses without end."""
    head = "From: a@example.org\nMIME-Version: 1.0\n"
    if kind == "message/rfc822":
        mail = "From: a@example.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * DEEP
    else:
        mail = head + "".join(
            f'Content-Type: multipart/mixed; boundary="e{depth}"\n\n--e{depth}\n' for depth in range(DEEP)
        )
    mail += f"Content-Type: text/plain\n\n{SENTENCE}\n"
    with pytest.raises(UnreadableFileError, match=r"^its parts are nested too deep"):
        read_document(mail.encode(), "a.eml")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv", "a.eml"])
@pytest.mark.parametrize("piece", [SENTENCE + " ", "word ", "x", "a,", "漢", "\u200b", ". ", "<", "&amp;", "#", "*a"])
def test_hostile_line_of_two_megabytes_is_read(name: str, piece: str) -> None:
    """One line of 2 MB is read whole."""
    line = piece * (2_000_000 // len(piece.encode()))
    head = "Subject: a\n\n" if name == "a.eml" else ""
    file = f"{head}{line}\n".encode()
    if piece in ("\u200b", ". ", "<", "#") or (name, piece) == ("a.html", "&amp;"):
        with pytest.raises(UnreadableFileError, match=r"^it holds no text$"):
            read_document(file, name)
        return
    document = read_document(file, name)
    if piece in (SENTENCE + " ", "word ", "x", "漢"):
        assert "".join(document.text.split()).count("".join(piece.split())) == line.count(piece)


LETTERS = "Das Café schließt um fünf, “sagt” Zoë — für 5 €."


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        (encoding, name)
        for encoding in ("utf-16-le", "utf-16-be", "cp1252", "utf-8-sig", "utf-16", "utf-32")
        for name in ("a.txt", "a.md", "a.csv", "a.html")
    ],
)
def test_hostile_encodings_are_found_out(encoding: str, name: str) -> None:
    """Text in UTF-16 without a mark, in cp1252 and in all that has a mark comes out as it was written."""
    text = f"<!DOCTYPE html><html><body><p>{LETTERS}</p></body></html>" if name == "a.html" else f"{LETTERS}\n"
    document = read_document(text.encode(encoding), name)
    assert LETTERS in document.text.replace(" | ", ", ")


def test_hostile_nul_bytes_are_dropped() -> None:
    """NULs and other control characters are in no text, and take nothing else away."""
    dirty = f"The \0har\0bour{SENTENCE[11:]} \x1b[2J \x07"
    for name, text in (("a.txt", dirty), ("a.md", dirty), ("a.csv", dirty), ("a.html", f"<html><p>{dirty}")):
        document = read_document(text.encode(), name)
        assert document.text.strip() == f"{SENTENCE} [2J"
    with pytest.raises(UnreadableFileError, match=r"^it is not text, although its name says so"):
        read_document(SENTENCE.encode() + bytes(range(32)) * 4, "a.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv"])
@pytest.mark.parametrize(
    "file",
    [
        SENTENCE.encode() + b" \xed\xa0\x80 \xed\xb0\x80\n",
        f"\ufeff{SENTENCE} \ud800 a \udc00".encode("utf-16-le", "surrogatepass"),
        f"\ufeff{SENTENCE} \ud800 a \udc00".encode("utf-16-be", "surrogatepass"),
    ],
)
def test_hostile_lone_surrogates_are_replaced(name: str, file: bytes) -> None:
    """Half a character is shown as U+FFFD, and the text can be encoded."""
    document = read_document(file, name)
    assert SENTENCE in document.text
    assert "\ufffd" in document.text
    document.text.encode()


@pytest.mark.parametrize("number", ["&#xD800;", "&#0;", "&#x1F;", "&#x110000;", "&#99999999999999999999;", "&#-1;"])
def test_hostile_character_references_in_html_are_harmless(number: str) -> None:
    """References to no character leave text that can be encoded."""
    document = read_document(f"<!DOCTYPE html><p>{SENTENCE} {number} And on.</p>".encode(), "a.html")
    assert document.text.startswith(SENTENCE)
    assert document.text.endswith("And on.")
    document.text.encode()


_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def protected_pdf(password: str, text: str) -> bytes:
    """Write a PDF of one line that opens with a password (the standard's first handler, RC4 of 40 bits)."""
    padded = (password.encode() + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", -4) + b"0123456789abcdef").digest()[:5]
    content = f"BT /F 12 Tf 72 700 Td ({text}) Tj ET".encode()
    stream_key = hashlib.md5(key + (4).to_bytes(3, "little") + bytes(2)).digest()[:10]
    content = _rc4(stream_key, content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
        % (owner.hex().encode(), _rc4(key, _PAD).hex().encode()),
    ]
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"<< /Size 7 /Root 1 0 R /Encrypt 6 0 R /ID [<{b'0123456789abcdef'.hex()}> <00>] >>"
    return data + f"xref\n0 7\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(data)}\n%%EOF".encode()


def test_hostile_protected_pdf_opens_with_its_password_only() -> None:
    """Without the password or with others a protected PDF says so; with it among others it is read."""
    file = protected_pdf("grey stone", SENTENCE)
    for passwords in ((), ("stone",), ("a", "b")):
        with pytest.raises(PasswordError, match=r"password"):
            read_document(file, "a.pdf", ReadingSettings(passwords=passwords))
    document = read_document(file, "a.pdf", ReadingSettings(passwords=("stone", "grey stone")))
    assert texts(document) == [SENTENCE]
    assert texts(read_document(protected_pdf("", SENTENCE), "a.pdf")) == [SENTENCE]


def test_hostile_protected_office_documents_are_refused() -> None:
    """A document that Office has encrypted, and an archive with an encrypted member, say that they are protected."""
    wrapped = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    for name in ("a.docx", "a.xlsx", "a.pptx"):
        with pytest.raises(UnreadableFileError, match=r"^it is protected by a password"):
            read_document(wrapped, name)
    for name, write in PACKED.items():
        file = bytearray(write(PART))
        at = -1
        while (at := file.find(b"PK\x01\x02", at + 1)) >= 0:
            file[at + 8] |= 1
        with pytest.raises(PasswordError, match=r"^it is protected by a password"):
            read_document(bytes(file), name)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.txt", "/etc/a.txt", "a\nb.txt", "a\x1b[2Jb.txt", "C:\\a.txt", "\u202etxt.a.txt", "x" * 255],
)
def test_hostile_names_are_only_names(name: str) -> None:
    """A file's path is never opened by its reader, whatever it looks like."""
    document = read_document(SENTENCE.encode(), name)
    assert (document.source, texts(document)) == (name, [SENTENCE])


@packed_formats
def test_hostile_names_in_archives_are_only_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Members that are called like files elsewhere are neither written nor taken for the document's parts."""
    monkeypatch.chdir(tmp_path)
    file = PACKED[name](PART)
    for member in ("../../evil.txt", "/tmp/evil.txt", "..\\evil.txt", "a\nb", "C:\\evil.txt", "\x1b[2J", "word/../x"):
        file = with_member(file, member, b"Not this.")
    assert texts(read_document(file, name)) == [SENTENCE]
    assert list(tmp_path.iterdir()) == []
