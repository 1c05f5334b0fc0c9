"""Files become documents: the kind is chosen by what they hold, and every failure is one clear sentence."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFileError, UnsupportedFileError
from index.reading import choose_reader, has_reader, read_document

if TYPE_CHECKING:
    from index.documents import Document

SHARED = Path(__file__).parents[2] / "shared"


def texts_of(document: Document) -> list[str]:
    """Give the words of a document's paragraphs."""
    return [document.text[paragraph.start : paragraph.end] for paragraph in document.paragraphs]


def zipped(name: str, data: bytes = b"<a/>") -> bytes:
    """Make an archive with one member."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("source", "head", "reader"),
    [
        ("a.txt", b"Text", "text"),
        ("README", b"Text", "text"),
        ("Report v1.2", b"Text", "text"),
        ("a.MD", b"# T", "markdown"),
        ("a.htm", b"<p>x", "html"),
        ("a.pdf", b"%PDF-1.7", "pdf"),
        ("a.pdf", b"junk before %PDF-1.7", "pdf"),
        ("scan", b"%PDF-1.7", "pdf"),
        ("a.txt", b"\n%PDF-1.7", "pdf"),
        ("a.txt", b"The header %PDF-1.7 begins a PDF.", "text"),
        ("a.pdf", b"\xef\xbb\xbf <!-- saved --> <!DOCTYPE html><p>x", "html"),
        ("page", b'<?xml version="1.0"?>\n<html xmlns="x">', "html"),
        ("a.docx", b"PK\x03\x04", "docx"),
        ("letter", zipped("word/document.xml"), "docx"),
        ("a.zip", zipped("ppt/presentation.xml"), "pptx"),
        ("a.docx", zipped("xl/workbook.xml"), "spreadsheet"),
        ("a.pdf", zipped("mimetype", b"application/epub+zip"), "epub"),
        ("a.eml", b"From: Ann", "mail"),
        ("a.CSV", b"a,b", "csv"),
        ("a.mht", b"From: <Saved by Blink>", "html"),
        ("a.rst", b"Text", "text"),
        ("a.pdf", b"", "pdf"),
    ],
)
def test_reading_reader_is_chosen_by_content_before_name(source: str, head: bytes, reader: str) -> None:
    """First bytes that cannot lie win over the suffix."""
    assert choose_reader(head, source).name == reader


@pytest.mark.parametrize(
    ("source", "head", "message"),
    [
        ("a.xyz", b"Text", r"^no reader for \.xyz files; read are \.adoc, .*\.docx, .*\.xlsx$"),
        ("a.zip", zipped("a.txt"), r"^no reader for \.zip files"),
        ("a.txt", zipped("a.txt"), "^it is an archive, or an Office document of a kind that is not read$"),
        ("archive", zipped("a.txt"), "^it is an archive"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "^it is a PNG image$"),
        ("a.pdf", b"\xff\xd8\xff\xe0", "^it is a JPEG image$"),
        ("letter", b"{\\rtf1", "^it is an RTF document; save it as .docx$"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "^it is an Office document of the kind before 2007"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "^it is protected by a password; save a copy without one$",
        ),
    ],
)
def test_reading_other_kinds_are_named(source: str, head: bytes, message: str) -> None:
    """A kind of file without a reader is refused by its name or by what it is."""
    with pytest.raises(UnsupportedFileError, match=message):
        choose_reader(head, source)


def test_reading_photos_are_told_by_their_names() -> None:
    """The name alone says what is worth opening: a file without a known suffix but with another is not."""
    assert all(map(has_reader, ("a/b.txt", "a.PDF", "LICENSE", "Report v1.2", "a.mhtml")))
    assert not any(map(has_reader, ("a.jpg", "a.zip", "a/b.mp4")))


def test_reading_document_says_where_it_is_from() -> None:
    """A document carries the hash of its bytes, its path, and the encoding where it was guessed."""
    data = "Le café était déjà fermé.".encode("cp1252")
    document = read_document(data, "notes/a.txt")
    assert (document.id, document.source) == (hashlib.sha256(data).hexdigest(), "notes/a.txt")
    assert (document.report.encoding, document.page_count) == ("cp1252", None)
    assert texts_of(document) == ["Le café était déjà fermé."]


def test_reading_document_knows_its_language() -> None:
    """The language is that of the words, else that which the file declares."""
    german = "Der Rat trat am Montag zusammen, um über den Haushalt der Stadt zu beraten. Niemand sprach dagegen."
    assert read_document(german.encode(), "a.txt").language == "de"
    assert read_document(f"<html lang='en'><p>{german}".encode(), "a.html").language == "de"
    assert read_document(b"<html lang='fr'><p>Total 5", "a.html").language == "fr"
    assert read_document(b"---\nlang: nl\n---\nTotal 5\n", "a.md").language == "nl"
    assert read_document(b"Total 5", "a.txt").language is None


def test_reading_html_saved_as_pdf_is_read_as_html() -> None:
    """A browser's page with the wrong suffix is read for what it is."""
    assert texts_of(read_document(b"<!doctype html><p>A page, not a PDF.", "a.pdf")) == ["A page, not a PDF."]


@pytest.mark.parametrize(
    ("data", "source", "message"),
    [
        (b"", "a.pdf", "^the file is empty$"),
        (b" \n\t", "a.txt", "^it holds no text$"),
        (b"***\n\n---\n", "a.md", "^it holds no text$"),
        (b"---\ntitle: Only metadata\n---\n", "a.md", "^it holds no text$"),
        (b"<html><body></body></html>", "a.html", "^it holds no text$"),
        (bytes(range(256)), "a.txt", "^it is not text"),
        (zipped("other.xml"), "a.docx", "^the file is damaged: the part of it that holds the text is missing$"),
        (b"Text", "a.docx", "^the file is damaged: its archive cannot be unpacked$"),
    ],
)
def test_reading_failure_is_one_sentence(data: bytes, source: str, message: str) -> None:
    """An empty, blank, binary or damaged file says so."""
    with pytest.raises(UnreadableFileError, match=message):
        read_document(data, source)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.docx", "a"]))
def test_reading_any_bytes_are_a_document_or_an_error(data: bytes, source: str) -> None:
    """No bytes crash a reader, and what is read can be cited."""
    try:
        document = read_document(data, source)
    except UnreadableFileError:
        return
    at = 0
    for paragraph in document.paragraphs:
        words = document.text[paragraph.start : paragraph.end]
        assert paragraph.start >= at
        assert words == words.strip() != ""
        at = paragraph.end


def test_reading_loads_libraries_only_when_used() -> None:
    """Choosing a reader loads none of the libraries that read."""
    heavy = "lxml", "selectolax", "trafilatura", "pypdfium2", "markdown_it", "yaml", "charset_normalizer"
    code = (
        "import sys; import index.reading; index.reading.choose_reader(b'', 'a.pdf'); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    root = str(Path(__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the seed texts are not beside this checkout")
def test_reading_seed_texts_are_whole() -> None:
    """Two saved articles: what page breaks cut is whole, bylines and tails are no paragraphs."""
    first, second = (read_document(path.read_bytes(), path.name) for path in sorted((SHARED / "seeds").glob("*.txt")))
    assert first.title == "Putin meets North Korea's Kim for summit as US, NATO threats of global war grow"
    assert (first.author, first.date) == ("Ben McGrath", "2024-06-20")
    assert [part.role for part in first.parts] == ["title", "byline", "tail", "tail"]
    joined = [text for text in texts_of(first) if "\n" in text]
    assert [
        "made an unannounced\n\nappearance at" in joined[0],
        "struggle against US\n\nimperialism." in joined[1],
    ] == [
        True,
        True,
    ]
    assert (len(joined), len(first.paragraphs)) == (2, 24)
    assert second.title is not None
    assert second.title.startswith("Kim Jong Un And Putin’s Mutual Defense Pact")
    assert [part.role for part in second.parts] == ["title", "tail"]
    assert [text for text in texts_of(second) if "\n" in text] == []
    assert len(second.paragraphs) == 6


@pytest.mark.skipif(not (SHARED / "hostile").is_dir(), reason="the hostile files are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("gen_cp1252_nometa.html", "“Naïve” résumé – it’s déjà vu, said the señor."),
        ("gen_deep.html", "bottom text of a deeply nested page"),
        ("gen_html_named.pdf", "This is really HTML, saved with a .pdf name by a browser."),
        ("gen_mixed_newlines_nul.txt", "Para four e\u0301 combining, 🙂 emoji, 𝕏 math."),
        ("gen_utf16le_nobom.txt", "Second paragraph, héllo."),
        ("mammoth_footnotes.docx", "2 Fin."),
        ("mammoth_strict-format.docx", "Test"),
        ("pydocx_par-rendered-page-breaks.docx", "Two page>> <<breaks>> <<in one run."),
        ("gen_laughs.docx", None),
        ("gen_xxe.docx", None),
        ("gen_zipbomb.docx", None),
        ("gen_empty.pdf", None),
    ],
)
def test_reading_hostile_files_are_read_or_refused(name: str, last: str | None) -> None:
    """Files on which readers crash end with the right paragraph, or with one error."""
    data = (SHARED / "hostile" / name).read_bytes()
    if last is None:
        with pytest.raises(UnreadableFileError, match=r"damaged|entities|unpacks|empty"):
            read_document(data, name)
    else:
        assert texts_of(read_document(data, name))[-1] == last
