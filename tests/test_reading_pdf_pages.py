"""What a PDF's pages hold besides lines of text, what is said where they cannot be read, and locks and limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from pdf_objects import Page, file_of, grey_image, paragraph, stream, string

from index.errors import PasswordError, UnreadableFileError
from index.reading.pdf import reader
from index.reading.pdf.garbling import is_garbled
from index.reading.pdf.lines import Line, PageLines
from index.reading.pdf.pages import Clock, page_ranges
from index.reading.pdf.reader import read
from index.reading.settings import Limits, ReadingSettings

if TYPE_CHECKING:
    from index.documents import ReadingReport

SETTINGS = ReadingSettings()
HARBOUR = (
    "The harbour was built of grey stone in the years after the",
    "great flood, and its two long arms still keep the winter",
    "storms away from the boats of the fishing village.",
)
PROSE = paragraph(72, 700, *HARBOUR)
IMAGE = "/XObject << /Im 4 0 R >>"
MEDIA = "/MediaBox [0 0 600 800]"


def image(left: float, bottom: float, width: float, height: float) -> str:
    """Draw the image /Im."""
    return f"q {width} 0 0 {height} {left} {bottom} cm /Im Do Q\n"


def report(*pages: Page, **settings: object) -> ReadingReport:
    """Read a file whose first extra object is an image."""
    return read(file_of(*pages, extra=[grey_image()]), ReadingSettings(**settings)).report  # type: ignore[arg-type]


def kinds(data: bytes) -> list[tuple[str, str]]:
    """Give every block's kind and text."""
    extraction = read(data, SETTINGS)
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks]


@pytest.mark.parametrize("password", ["usersecret", "Schlüssel"])
def test_pdf_opens_with_one_of_the_passwords(password: str) -> None:
    """The passwords are tried in turn, and a file that none was set on opens whatever they are."""
    locked = file_of(Page(PROSE), lock=(password, b"sixteen bytes it"))
    settings = ReadingSettings(passwords=("wrong", "", "\ud800", password))

    assert read(locked, settings).text == " ".join(HARBOUR)
    assert read(file_of(Page(PROSE)), settings).text == " ".join(HARBOUR)


@pytest.mark.parametrize("passwords", [(), ("wrong",), ("",)])
def test_pdf_that_no_password_opens_says_how_to_give_one(passwords: tuple[str, ...]) -> None:
    """Without the right password the file is refused, and what it lacks is a password."""
    locked = file_of(Page(PROSE), lock=("usersecret", b"sixteen bytes it"))

    says = "it is protected by a password; name a file that holds it with --password-file, or set ASKFOLDER_PASSWORD"
    with pytest.raises(PasswordError, match=f"^{says}$") as raised:
        read(locked, ReadingSettings(passwords=passwords))
    assert raised.value.lacking == ("password",)


def test_pdf_blank_pages_are_no_loss() -> None:
    """A page on which nothing is drawn, or white on white, or a rule alone, is not reported."""
    white = Page("1 1 1 rg 0 0 600 800 re f")
    rule = Page("72 750 m 528 750 l S")

    assert report(Page(PROSE), Page(), white, rule) == report(Page(PROSE))


@pytest.mark.parametrize(
    "page",
    [
        Page(image(0, 0, 600, 800), resources=IMAGE),
        Page(image(250, 400, 100, 100), resources=IMAGE),
        Page(
            "".join(image(0, 100 * at, 600, 100) for at in range(8)) + string(400, 20, "ACME-000123"), resources=IMAGE
        ),
        Page("4 w 100 100 m 300 600 l 500 100 l s"),
    ],
    ids=["scan", "figure", "scan in strips with a stamp", "drawing"],
)
def test_pdf_page_that_shows_what_it_does_not_say_is_reported(page: Page) -> None:
    """A page whose only content is an image or a drawing has no text; the words of a stamp are no text of it."""
    found = report(Page(PROSE), page)

    assert (found.pages_without_text, found.lacking) == ((2,), ("ocr",))


@pytest.mark.parametrize(
    "page",
    [
        Page(image(0, 0, 600, 800) + PROSE, resources=IMAGE),
        Page(image(0, 0, 600, 800) + "3 Tr " + string(72, 700, "A short note"), resources=IMAGE),
        Page(string(72, 700, "A short note") + image(0, 0, 600, 800), resources=IMAGE),
        Page(image(250, 400, 100, 100) + string(72, 700, "A title"), resources=IMAGE),
    ],
    ids=["prose over it", "hidden text", "text under it", "small image"],
)
def test_pdf_page_with_its_text_is_no_picture(page: Page) -> None:
    """A scan whose text somebody recognised, and a page of few words with a small image, are read."""
    assert report(page).pages_without_text == ()


def test_pdf_stamp_on_a_scan_is_read() -> None:
    """The few words on a page that is an image can be found."""
    page = Page(image(0, 0, 600, 800) + string(400, 20, "ACME-000123"), resources=IMAGE)

    assert read(file_of(page, extra=[grey_image()]), SETTINGS).text == "ACME-000123"


def test_pdf_image_inside_of_forms_is_seen() -> None:
    """A scan that is drawn by a drawing that is drawn by the page is one."""
    inner = stream(
        b"1 0 0 1 0 0 cm /Im Do", "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << " + IMAGE + " >>"
    )
    outer = stream(
        b"600 0 0 800 0 0 cm /In Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /In 5 0 R >> >>",
    )
    page = Page("/Out Do " + string(400, 20, "ACME-000123"), resources="/XObject << /Out 6 0 R >>")

    found = read(file_of(page, extra=[grey_image(), inner, outer]), SETTINGS).report

    assert found.pages_without_text == (1,)


def test_pdf_garbled_page_is_reported_and_left_out() -> None:
    """Where the font does not say which letters it draws, what it gives for them is not cited as words."""
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /CharProcs << >>"
        f" /FirstChar 33 /LastChar 126 /Widths [{'6 ' * 94}]"
        f" /Encoding << /Differences [33 {' '.join(f'/q{code}' for code in range(33, 127))}] >> >>"
    )
    letters = paragraph(72, 700, *["7KH KDUERXU ZDV EXLOW RI JUH VWRQH"] * 9).replace("/F ", "/G ")
    # The page's second font stands beside the first one in the same dictionary.
    data = file_of(Page(PROSE), Page(letters, resources="/G 4 0 R"), extra=[font])
    data = data.replace(b"/Font << /F 3 0 R >> /G 4 0 R", b"/Font << /F 3 0 R /G 4 0 R >>")

    extraction = read(data, SETTINGS)

    assert extraction.text == " ".join(HARBOUR)
    assert (extraction.report.garbled_pages, extraction.report.lacking) == ((2,), ("ocr",))


def line(text: str) -> Line:
    """Make a line of some text."""
    return Line(text, 1, 0, 100, 10, 0, 10)


@pytest.mark.parametrize(
    ("text", "share", "expected"),
    [
        ("7KH KDUERXU ZDV EXLOW RI JUH VWRQH", 1.0, True),
        ("The harbour was built of grey stone in the years after the flood", 1.0, False),
        ("Der Hafen wurde in den Jahren nach der Flut aus grauem Stein gebaut", 1.0, False),
        ("7KH KDUERXU ZDV EXLOW RI JUH VWRQH", 0.3, False),
    ],
)
def test_pdf_page_of_unmapped_letters_is_garbled_unless_they_make_words(
    text: str, share: float, expected: bool
) -> None:
    """Old fonts say nothing of their letters and mean ASCII: then common words are among the words."""
    assert is_garbled(PageLines(1, 0, 800, (line(text),), garbled=share)) is expected


def test_pdf_pages_beyond_the_limit_are_left_out_and_said() -> None:
    """The pages before the limit are read; the rest is named, with the setting that reads it."""
    pages = [
        Page(string(72, 700, f"This is what page {word} says of itself.")) for word in ("one", "two", "three", "four")
    ]

    extraction = read(file_of(*pages), ReadingSettings(limits=Limits(pages=2)))

    assert extraction.page_count == 4
    assert "page two" in extraction.text
    assert "three" not in extraction.text
    assert extraction.report.left_out == ("pages 3 to 4: more than 2 are not read; --limit pages=4 reads them",)
    assert extraction.report.lacking == ("pages",)
    (said,) = read(file_of(*pages), ReadingSettings(limits=Limits(pages=3))).report.left_out
    assert said == "page 4: more than 3 are not read; --limit pages=4 reads them"


def test_pdf_pages_for_which_there_is_no_time_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reading takes long the pages that were read are kept; how much time the rest would take is said."""
    seconds = iter(range(0, 10_000, 10))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(seconds)))

    extraction = read(file_of(*[Page(PROSE)] * 12), SETTINGS)

    (said,) = extraction.report.left_out
    assert said == "pages 5 to 12: reading them takes too long; --limit seconds=450 reads them"
    assert extraction.report.lacking == ("seconds",)
    assert [span.page for block in extraction.blocks for span in block.pages] == [1, 2, 3, 4]


def test_pdf_time_grows_with_the_file() -> None:
    """A file of 30 MB has three times as long as one of 10 MB or less."""
    assert 170 < Clock(SETTINGS, 30_000_000).left(1.0) <= 180
    assert 50 < Clock(SETTINGS, 1).left(1.0) <= 60


def test_pdf_that_claims_a_million_pages_is_given_up_after_a_thousand() -> None:
    """Pages that a damaged file names and does not hold cost no time, and are said."""
    data = file_of(Page(PROSE)).replace(b"/Count 1 /Kids [4 0 R]", b"/Count 1000000 /Kids [4 0 R]")

    extraction = read(data, ReadingSettings(limits=Limits(pages=1_000_000)))

    assert extraction.text == " ".join(HARBOUR)
    assert extraction.report.failed_pages == tuple(range(2, 1002))
    assert extraction.report.left_out == ("pages 1,002 to 1,000,000: the 1,000 before them cannot be opened",)


def test_pdf_without_pages_is_damaged() -> None:
    """A file whose page tree is empty is refused."""
    with pytest.raises(UnreadableFileError, match=r"^the file is damaged or not a PDF$"):
        read(file_of(), SETTINGS)


FIELD = "/Type /Annot /Subtype /Widget /F 4"


def form(*fields: str, page: str = "") -> bytes:
    """Write a file of one page with the fields of a form."""
    numbers = " ".join(f"{5 + at} 0 R" for at in range(len(fields)))
    page_keys = f"{MEDIA} /Annots [{numbers}]"
    catalog = f"/AcroForm << /Fields [{numbers}] /DA (/Helv 10 Tf) >>"
    return file_of(
        Page(page, page_keys), extra=[grey_image(), *(f"<< {field} >>" for field in fields)], catalog=catalog
    )


def test_pdf_filled_in_fields_are_read_where_they_stand() -> None:
    """What is typed into a field follows the words before it in its row, and has its place on the page."""
    page = (
        string(72, 700, "Name:") + string(72, 670, "Signed at the town of") + string(72, 640, "This is the last line.")
    )
    data = form(
        f"{FIELD} /FT /Tx /T (town) /V (Grey Harbour) /Rect [180 665 400 682]",
        f"{FIELD} /FT /Tx /T (name) /V (Ada Miller) /Rect [110 695 300 712]",
        page=page,
    )

    extraction = read(data, SETTINGS)

    assert "Name: Ada Miller" in extraction.text
    assert "Signed at the town of Grey Harbour" in extraction.text
    assert extraction.layout is not None
    start = extraction.text.index("Ada")
    (box,) = extraction.layout.boxes(start, start + 3)
    assert (box.left, box.page) == (pytest.approx(110 / 600, abs=1e-3), 1)


def test_pdf_ticks_are_read_and_empty_hidden_and_secret_fields_are_not() -> None:
    """A box that is ticked is a mark before its words; one that is not, a hidden field and a password are nothing."""
    page = string(100, 700, "married") + string(100, 670, "single")
    states = "/AP << /N << /Yes 4 0 R /Off 4 0 R >> >>"
    data = form(
        f"{FIELD} /FT /Btn /T (m) /V /Yes /AS /Yes {states} /Rect [80 698 92 710]",
        f"{FIELD} /FT /Btn /T (s) /V /Off /AS /Off {states} /Rect [80 668 92 680]",
        f"{FIELD.replace('/F 4', '/F 2')} /FT /Tx /T (h) /V (hidden) /Rect [300 600 400 620]",
        f"{FIELD} /FT /Tx /Ff 8192 /T (p) /V (secret) /Rect [300 500 400 520]",
        f"{FIELD} /FT /Tx /T (e) /V () /Rect [300 400 400 420]",
        page=page,
    )

    assert read(data, SETTINGS).text.replace("\n\n", "\n") == "☒ married\nsingle"


def test_pdf_field_of_several_lines_and_a_page_without_other_text_are_read() -> None:
    """Lines that are typed into one field come out in their order, without controls."""
    data = form(f"{FIELD} /FT /Tx /Ff 4096 /T (t) /V (The first line,\\rthe second\\001 one.) /Rect [72 600 400 700]")

    assert " ".join(read(data, SETTINGS).text.split()) == "The first line, the second one."


def test_pdf_typed_remarks_are_read_and_comments_and_files_are_counted() -> None:
    """Text that somebody typed onto a page is read; notes that open, and files, are said to be left out."""
    remark = "/Type /Annot /Subtype /FreeText /Contents (Seen by the mayor) /Rect [72 600 300 620] /DA (/Helv 10 Tf)"
    note = "/Type /Annot /Subtype /Text /Contents (Is that true?) /Rect [500 600 520 620]"
    pinned = "/Type /Annot /Subtype /FileAttachment /Rect [500 500 520 520]"
    data = form(remark, note, note, pinned, page=PROSE)

    extraction = read(data, SETTINGS)

    assert "Seen by the mayor" in extraction.text
    assert extraction.report.left_out == ("1 attached file", "2 comments on its pages")


def test_pdf_attached_files_are_said_to_be_left_out() -> None:
    """Files inside of the file are counted."""
    names = "/Names << /EmbeddedFiles << /Names [(a.txt) 4 0 R (b.txt) 4 0 R] >> >>"
    attached = ["<< /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> >>", stream(b"a")]

    assert read(file_of(Page(PROSE), extra=attached, catalog=names), SETTINGS).report.left_out == ("2 attached files",)


def names_of(labels: str, count: int) -> list[str | None]:
    """Give what the pages of a file are called."""
    pages = [Page(string(72, 700, f"This is what {word} says of itself.")) for word in "abcdefgh"[:count]]
    extraction = read(file_of(*pages, catalog=f"/PageLabels << /Nums [{labels}] >>"), SETTINGS)
    return [block.pages[0].name for block in extraction.blocks]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("0 << /S /r >> 2 << /S /D >>", ["p. i (page 1)", "p. ii (page 2)", "p. 1 (page 3)", "p. 2 (page 4)"]),
        ("0 << /S /D >>", [None] * 4),
        ("0 << /P (p. ) /S /D /St 17 >>", [f"p. {at} (page {at - 16})" for at in range(17, 21)]),
        (
            "0 << /P (Cover) >> 1 << /S /D /P (A-) >>",
            ["Cover (page 1)", *(f"p. A-{n} (page {n + 1})" for n in (1, 2, 3))],
        ),
        ("0 << /P (the same) >>", [None] * 4),
        ("0 << /P (\\001\\002) /S /D >>", [None] * 4),
        ("0 << /P (a label that is far too long to print) /S /D >>", [None] * 4),
        ("0 << /P (Page ) /S /D >>", [None] * 4),
    ],
    ids=["roman", "numbers", "prefix", "words", "worn", "controls", "long", "page"],
)
def test_pdf_pages_are_called_what_is_printed_on_them(labels: str, expected: list[str | None]) -> None:
    """A page has a name where its label is not its number; a label that says nothing is ignored."""
    assert names_of(labels, 4) == expected


def test_pdf_watermark_is_no_part_of_a_paragraph() -> None:
    """Words across the page, drawn before the text or after it, stand alone and are not searched."""
    across = string(150, 300, "DRAFT COPY", 72, "0.7 0.7 -0.7 0.7")

    for content in (across + PROSE, PROSE + across):
        assert sorted(kinds(file_of(Page(content)))) == [("prose", " ".join(HARBOUR)), ("running head", "DRAFT COPY")]


def test_pdf_stamp_along_the_margin_is_no_part_of_a_paragraph() -> None:
    """Words that run up the margin stand alone."""
    along = string(30, 300, "Preprint 2005.1234, 3 May 2020", 14, "0 1 -1 0")

    assert ("running head", "Preprint 2005.1234, 3 May 2020") in kinds(file_of(Page(along + PROSE)))


def test_pdf_page_half_of_which_is_turned_keeps_its_words() -> None:
    """Where much of a page is turned against the rest, it is no stamp, and stays text."""
    turned = "".join(string(300 + 12 * at, 100, words, matrix="0 1 -1 0") for at, words in enumerate(HARBOUR))

    found = kinds(file_of(Page(PROSE + turned)))

    assert "running head" not in {kind for kind, _ in found}


@pytest.mark.parametrize("shift", [0, 0.3])
def test_pdf_text_drawn_twice_is_read_once(shift: float) -> None:
    """Type that is made bold by drawing it over itself is not doubled."""
    line_by_line = "".join(string(72 + x, 700 - 12 * at, words) for at, words in enumerate(HARBOUR) for x in (0, shift))
    all_and_again = PROSE + paragraph(72 + shift, 700, *HARBOUR)

    assert read(file_of(Page(line_by_line)), SETTINGS).text == " ".join(HARBOUR)
    assert read(file_of(Page(all_and_again)), SETTINGS).text == " ".join(HARBOUR)


def test_pdf_invisible_and_white_text_is_kept() -> None:
    """Text that cannot be seen is in the file, as under a scan, and is read."""
    content = f"3 Tr {PROSE} 0 Tr 1 1 1 rg {paragraph(72, 500, 'White on white is also in the file.')}"

    assert read(file_of(Page(content)), SETTINGS).text.endswith("White on white is also in the file.")


@pytest.mark.parametrize(("back", "expected"), [(278, "to define it"), (0, "to defi ne it")])
def test_pdf_blank_that_takes_no_room_behind_a_ligature_is_none(back: int, expected: str) -> None:
    """Some programs write a blank behind a ligature and go back over it; one that takes room parts two words."""
    font = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
        " /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [2 /fi] >> >>"
    )
    content = f"BT /F 10 Tf 72 700 Td [(to de\\002) ( ) {back} (ne it)] TJ ET"
    data = file_of(Page(content), extra=[font]).replace(b"/F 3 0 R", b"/F 4 0 R")

    assert read(data, SETTINGS).text == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("(en-GB)", "en-GB"), ("(de)", "de"), ("()", None), ("(no language \\001 at all)", None), ("12", None)],
)
def test_pdf_says_its_language(language: str, expected: str | None) -> None:
    """The catalogue's language is given where it is one."""
    assert read(file_of(Page(PROSE), catalog=f"/Lang {language}"), SETTINGS).language == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([3], "page 3"),
        ([1, 2, 3], "pages 1 to 3"),
        ([1, 2, 4, 1200], "pages 1 to 2, 4, 1,200"),
        (list(range(1, 20, 2)), "pages 1, 3, 5, 7, 9, …"),
    ],
)
def test_pdf_page_numbers_are_written_as_people_do(numbers: list[int], expected: str) -> None:
    """Stretches are named by their ends, and very many are cut off."""
    assert page_ranges(numbers) == expected


def test_pdf_reader_says_that_recognition_would_read_more() -> None:
    """Where nothing is missing nothing is lacking."""
    assert reader.read(file_of(Page(PROSE)), SETTINGS).report.lacking == ()
