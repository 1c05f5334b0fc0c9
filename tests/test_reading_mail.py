"""Mails are read as their writers meant them: their own words, below the headers; what they quote is tagged."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFileError
from index.reading import read_document
from index.reading.mail.reader import read
from index.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from index.reading.extraction import Extraction

OWN = "The port pays 1.2 million in 2025, and nothing in 2026. The treasurer has confirmed it by telephone."


def extraction_of(mail: str | bytes) -> Extraction:
    """Read a mail; lines end as they do on the wire."""
    return read(mail.replace("\n", "\r\n").encode() if isinstance(mail, str) else mail, ReadingSettings())


def mail_of(body: str, subject: str = "Re: Budget", more: str = "", kind: str = "text/plain; charset=utf-8") -> str:
    """Make a mail from Ann."""
    return (
        f"From: Ann Lee <ann@example.org>\nTo: ben@example.org\nDate: Fri, 3 May 2024 10:11:12 +0200\n"
        f"Subject: {subject}\n{more}MIME-Version: 1.0\nContent-Type: {kind}\n\n{body}"
    )


def spoken(mail: str | bytes) -> list[tuple[str, str]]:
    """Give kind and words of each block below the headers."""
    extraction = extraction_of(mail)
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks[1:]]


def own(mail: str) -> list[str]:
    """Give the words that are searched."""
    return [words for kind, words in spoken(mail) if kind in ("prose", "item", "row")]


def test_mail_headers_are_metadata_and_stand_above_the_text() -> None:
    """Sender, day and subject are author, date and title; the headers are shown and tagged."""
    extraction = extraction_of(mail_of(OWN, more="Cc: chi@example.org\n"))
    assert (extraction.title, extraction.author, extraction.date) == ("Re: Budget", "Ann Lee", "2024-05-03")
    head = extraction.blocks[0]
    assert head.kind == "navigation"
    assert extraction.text[: head.end] == (
        "From: Ann Lee <ann@example.org>\nTo: ben@example.org\nCc: chi@example.org\n"
        "Date: Fri, 3 May 2024 10:11:12 +0200\nSubject: Re: Budget"
    )


def test_mail_headers_are_decoded_however_they_were_written() -> None:
    """Encoded words of known and unknown charsets, cut in the middle of a letter, and bytes as they are."""
    cut = "é".encode()
    words = "".join(f" =?utf-8?b?{base64.b64encode(half).decode()}?=" for half in (b"caf" + cut[:1], cut[1:] + b"!"))
    raw = (
        b"From: J\xfcrgen <j@example.org>\nSubject:" + words.encode() + b" =?x-none?q?_und_mehr=21?= \xc3\xa4\n\nGut.\n"
    )
    extraction = extraction_of(raw)
    assert (extraction.title, extraction.author, extraction.date) == ("café! und mehr! ä", "Jürgen", None)


@pytest.mark.parametrize(
    "quoted",
    [
        "On Thu, 2 May 2024 at 17:03, Ben via the port's\nlist <ben@example.org> wrote:\n\n> Is it right?\n>> older",
        "Am 02.05.24 um 17:03 schrieb Ben Okafor:\n> Ist es richtig?",
        "Le jeu. 2 mai 2024 à 17:03, Ben <ben@example.org> a écrit :\n\n> Est-ce juste ?",
        "El jue, 2 may 2024 a las 17:03, Ben (<ben@example.org>) escribió:\n\n> ¿Es correcto?",
        "Ben Okafor, 02/05/2024 17:03:\n> Is it right?",
        "-----Original Message-----\nFrom: Ben\nSent: Thursday, May 02, 2024 5:03 PM\nSubject: Budget\n\nIs it right?",
        "-----Ursprüngliche Nachricht-----\nVon: Ben\nGesendet: Donnerstag\nBetreff: Budget\n\nIst es richtig?",
        "________________________________\nFrom: Ben\nSent: Thursday\nTo: Ann\nSubject: Budget\n\nIs it right?",
        "Von: Ben <ben@example.org>\nGesendet: Donnerstag, 2. Mai 2024\nAn: Ann\nBetreff: Budget\n\nIst es richtig?",
        "De : Ben <ben@example.org>\nEnvoyé : jeudi 2 mai 2024\nÀ : Ann\nObjet : Budget\n\nEst-ce juste ?",
        "De: Ben\nEnviado el: jueves\nPara: Ann\nAsunto: Presupuesto\n\n¿Es correcto?",
        "*From:* Ben\n*Sent:* Thursday\n*To:* Ann\n*Subject:* Budget\n\nIs it right?",
    ],
)
def test_mail_quoted_history_is_tagged(quoted: str) -> None:
    """Whatever program quoted the earlier mail, in the common languages: it is one block of history."""
    (words, history) = spoken(mail_of(f"{OWN}\n\n{quoted}\n"))
    assert words == ("prose", OWN)
    kind, text = history
    assert kind == "quoted history"
    assert text.split()[:2] == quoted.split()[:2]
    assert text.split()[-1] == quoted.split()[-1]


def test_mail_answers_between_quotations_are_paragraphs() -> None:
    """Questions are history, and the answers below them are not."""
    assert spoken(mail_of("Ben wrote on 02.05.2024 17:03:\n> When?\n\nOn 1 June.\n\n> Who pays?\n\nThe city.\n")) == [
        ("quoted history", "Ben wrote on 02.05.2024 17:03:\n> When?"),
        ("prose", "On 1 June."),
        ("quoted history", "> Who pays?"),
        ("prose", "The city."),
    ]


def test_mail_a_list_of_places_is_no_header() -> None:
    """The words "From", "To" and "Date" in a text begin no earlier mail."""
    assert len(own(mail_of(f"From: Oslo\nTo: Bergen\nDate: 3 May\n\n{OWN}\n"))) == 2


def test_mail_signatures_are_tagged() -> None:
    """What stands below "-- ", and what a telephone adds, is no content; so is a mailing list's foot."""
    assert own(mail_of(f"{OWN}\n\n-- \nAnn Lee\nTreasurer\n")) == [OWN]
    assert own(mail_of(f"{OWN}\n\nSent from my iPhone\n")) == [OWN]
    assert own(mail_of(f"{OWN}\n\n{'_' * 47}\nbridge mailing list\nhttps://lists.example.org/bridge\n")) == [OWN]


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "-------- Weitergeleitete Nachricht --------",
        "Begin forwarded message:\n",
    ],
)
@pytest.mark.parametrize("quote", ["", "> "])
def test_mail_what_was_forwarded_is_content(mark: str, quote: str) -> None:
    """A forwarded mail stands under its sender and subject, be it behind marks of quotation or not."""
    lines = ["From: Minister X <x@example.org>", "Date: Thu, 2 May 2024", "Subject: Offer", "", "We offer 3 million."]
    mail = mail_of(f"FYI\n\n{mark}\n" + "\n".join(quote + line for line in lines), "Fwd: Offer")
    found = spoken(mail)
    assert found[0] == ("prose", "FYI")
    assert ("heading", "From: Minister X <x@example.org>") in found
    assert ("heading", "Subject: Offer") in found
    assert found[-1] == ("prose", "We offer 3 million.")


def test_mail_a_forwarded_thread_is_content_throughout() -> None:
    """Of a mail that Outlook forwards each mail of the thread stands under its own sender."""
    block = "From: {0}\nSent: Thursday\nTo: Ann\nSubject: {1}\n\n{2}\n\n"
    mail = mail_of(
        "See below.\n\n" + block.format("X", "Offer", "We offer.") + block.format("Ann", "Ask", "How much?"),
        "FW: Offer",
    )
    assert spoken(mail) == [
        ("prose", "See below."),
        ("heading", "From: X"),
        ("navigation", "Sent: Thursday\nTo: Ann"),
        ("heading", "Subject: Offer"),
        ("prose", "We offer."),
        ("heading", "From: Ann"),
        ("navigation", "Sent: Thursday\nTo: Ann"),
        ("heading", "Subject: Ask"),
        ("prose", "How much?"),
    ]


def test_mail_a_short_answer_does_not_forward() -> None:
    """A word of thanks above a quotation leaves it history."""
    assert own(mail_of("Thanks!\n\nOn 2 May 2024 17:03, Ben <b@example.org> wrote:\n> It is signed.\n")) == ["Thanks!"]


def test_mail_wrapped_lines_are_joined_as_in_plain_text() -> None:
    """Lines that were wrapped are one paragraph, and lists are lists."""
    words = OWN.replace("nothing", "nothing at all\nnot even a cent", 1)
    assert spoken(mail_of(f"{words}\n\n* first\n* second\n")) == [
        ("prose", words),
        ("item", "first"),
        ("item", "second"),
    ]


def test_mail_flowed_lines_are_one_line() -> None:
    """Lines that end with a space go on in the next one, as deep as they are quoted; a signature's mark does not."""
    body = "One line that \nwas cut \nin three.\n\n> Two \n> lines.\n\nAnswer.\n-- \nAnn\n"
    mail = mail_of(body, kind="text/plain; format=flowed; delsp=no")
    assert spoken(mail)[0] == ("prose", "One line that was cut in three.")
    assert spoken(mail)[1:3] == [("quoted history", "> Two lines."), ("prose", "Answer.")]
    assert own(mail_of("half\u00ad \nword\n", kind="text/plain; charset=utf-8; format=flowed; delsp=yes")) == [
        "half\u00adword"
    ]


def _html(body: str, subject: str = "Re: Budget") -> str:
    return mail_of(f"<html><body>{body}</body></html>", subject, kind="text/html; charset=utf-8")


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On 2 May 2024, Ben &lt;b@example.org&gt; wrote:<br></div>'
        '<blockquote class="gmail_quote">Is it right?</blockquote></div>',
        '<div class="moz-cite-prefix">Am 02.05.24 um 17:03 schrieb Ben:<br></div><blockquote type="cite">'
        "<p>Is it right?</p></blockquote>",
        "<div style='border-top:solid'><p><b>From:</b> Ben<br><b>Sent:</b> Thursday<br><b>To:</b> Ann<br>"
        "<b>Subject:</b> Budget</p></div><p>Is it right?</p>",
        '<hr><div id="divRplyFwdMsg"><b>Von:</b> Ben<br><b>Gesendet:</b> Donnerstag<br><b>Betreff:</b> Budget</div>'
        "<div>Is it right?</div>",
    ],
)
def test_mail_history_in_html_is_tagged(quoted: str) -> None:
    """The quotations of the common programs are history in HTML as well."""
    found = spoken(_html(f"<p>{OWN}</p>{quoted}"))
    assert found[0] == ("prose", OWN)
    assert {kind for kind, _ in found[1:]} == {"quoted history"}
    assert found[-1][1].endswith("Is it right?")


def test_mail_html_is_read_with_tables_and_without_what_is_hidden() -> None:
    """All visible text is read; rows stand under their heads; a signature is tagged."""
    body = (
        '<div style="display:none">Preview</div><p>Dear Ann,</p><table><tr><th>Port</th><th>Cranes</th></tr>'
        '<tr><td>Oslo</td><td>12</td></tr></table><div class="gmail_signature">Ben<br>Port office</div>'
    )
    extraction = extraction_of(_html(body))
    blocks = [(block.kind, extraction.text[block.start : block.end], block.above) for block in extraction.blocks[1:]]
    assert blocks == [
        ("prose", "Dear Ann,", ()),
        ("table head", "Port | Cranes", ()),
        ("row", "Oslo | 12", ("Port | Cranes",)),
        ("navigation", "Ben\nPort office", ()),
    ]


def test_mail_the_plain_form_is_read_unless_it_says_nothing() -> None:
    """Of an alternative the plain text is read; a note that the mail needs a viewer of HTML gives way to the HTML."""
    for plain, read_words in (
        (OWN, OWN),
        ("Your program cannot show HTML; view this message in a browser.", "Rich."),
        ("\n", "Rich."),
    ):
        message = EmailMessage()
        message["Subject"] = "Offer"
        message.set_content(plain)
        message.add_alternative("<p>Rich.</p>", subtype="html")
        extraction = extraction_of(message.as_bytes())
        assert [extraction.text[block.start : block.end] for block in extraction.blocks[1:]] == [read_words]


def test_mail_attachments_are_named_and_attached_mails_are_read() -> None:
    """Names that strangers chose are made harmless; an attached mail stands below under its own headers."""
    message, inner = EmailMessage(), EmailMessage()
    message["From"], message["Subject"] = "Ann <a@example.org>", "Papers"
    message.set_content("Here they are.")
    message.add_attachment(b"x" * 120_000, maintype="application", subtype="pdf", filename="contract.pdf")
    message.add_attachment(b"x", maintype="application", subtype="zip", filename="../\u202egpj.exe")
    inner["From"], inner["Subject"] = "X <x@example.org>", "Plan"
    inner.set_content("Sell the port.")
    message.add_attachment(inner)
    extraction = extraction_of(message.as_bytes())
    assert extraction.report.left_out == (
        "attachment contract.pdf (application/pdf, 120 kB): save it into the folder to have it read",
        "attachment ../\\u202egpj.exe (application/zip, 1 bytes): save it into the folder to have it read",
    )
    assert spoken(message.as_bytes()) == [
        ("prose", "Here they are."),
        ("heading", "From: X <x@example.org>"),
        ("heading", "Subject: Plan"),
        ("prose", "Sell the port."),
    ]


def test_mail_that_only_carries_an_attachment_is_found_by_its_subject() -> None:
    """The subject is a paragraph where nothing else is said."""
    extraction = extraction_of("Subject: Signed contract\nContent-Type: application/pdf; name=c.pdf\n\nxxx\n")
    assert extraction.text.endswith("\n\nSigned contract")
    assert extraction.blocks[-1].kind == "prose"
    assert extraction.report.left_out[0].startswith("attachment c.pdf (application/pdf, ")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("text/plain; charset=x-none", "Größe".encode("cp1252")),
        ("text/plain; charset=utf-8", "Größe".encode("cp1252")),
        ("text/plain; charset=us-ascii", "Größe".encode()),
        ('text/plain; charset="utf-8', "Größe".encode()),
        ("text/plain; charset=zip", "Größe".encode()),
        ("text/plain; charset=utf-16", b"\xff\xfe" + "Größe".encode("utf-16-le")),
        ("text/plain\nContent-Transfer-Encoding: base64", base64.b64encode("Größe.".encode()) + b"!!"),
        ("text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", b"Gr=C3=B6=C3=9Fe ="),
    ],
)
def test_mail_bodies_are_decoded_whatever_they_claim(header: str, body: bytes) -> None:
    """Charsets that are wrong, unknown or none, and broken encodings, give the words that are there."""
    transfer = b"" if "base64" in header or "quoted" in header else b"Content-Transfer-Encoding: 8bit\n"
    if b"\xff\xfe" in body:
        transfer, body = b"Content-Transfer-Encoding: base64\n", base64.b64encode(body)
    mail = b"From: a@example.org\nContent-Type: " + header.encode() + b"\n" + transfer + b"\n" + body
    assert spoken(mail)[0][1].rstrip(".").startswith("Größe")


def test_mail_in_the_form_of_a_mailbox_is_read() -> None:
    """The line "From " above the headers is none of the mail, and a quoted "From " no quotation."""
    mail = "From ann@example.org Fri May  3 10:11:12 2024\n" + mail_of("Hello there.\n\n>From now on all is well.\n")
    assert own(mail) == ["Hello there.", ">From now on all is well."]


def test_mail_that_is_none_is_said_to_be_none() -> None:
    """A letter, a mail of Outlook's own kind and an encrypted mail are errors that say what to do."""
    with pytest.raises(UnreadableFileError, match=r"it is no mail although its name says so.*rename it to \.txt"):
        extraction_of("Dear all,\n\nthis is a letter.\n")
    with pytest.raises(UnreadableFileError, match=r"Outlook's own kind \(\.msg\); save it as \.eml"):
        extraction_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    with pytest.raises(UnreadableFileError, match="the mail is encrypted"):
        extraction_of("Subject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAAAA\n")


def test_mail_nested_without_end_is_refused() -> None:
    """Parts in parts in parts cost an error, not the program."""
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    with pytest.raises(UnreadableFileError, match="nested too deep"):
        extraction_of("Subject: x\n" + parts + "\n\nhi\n")


_LINES = st.sampled_from(
    ["", "> q", ">> r", "-- ", "Words of mine.", "On 2 May 2024, Ben <b@c.d> wrote:", "From: X", "Sent: y",
     "Subject: z", "To: t", "-----Original Message-----", "---------- Forwarded message ---------", "* item", "\t"]
)  # fmt: skip


@given(st.lists(_LINES, max_size=30), st.sampled_from(["Re: a", "Fwd: a", "a"]), st.booleans(), st.booleans())
def test_mail_blocks_cover_the_text(lines: list[str], subject: str, is_html: bool, is_flowed: bool) -> None:
    """Blocks are in order, do not overlap, and hold all that is not blank but the marks of lists."""
    body = "\n".join(lines)
    if is_html:
        body = "".join(f"<p>{line.replace('<', '&lt;')}</p>" for line in lines)
    kind = "text/html" if is_html else "text/plain; format=flowed" if is_flowed else "text/plain"
    extraction = extraction_of(mail_of(body, subject, kind=kind))
    end = 0
    for block in extraction.blocks:
        assert extraction.text[end : block.start].strip() in ("", "*")
        words = extraction.text[block.start : block.end]
        assert words
        assert words == words.strip()
        end = block.end
    assert extraction.text[end:].strip() == ""


def test_mail_of_a_heading_alone_is_found_by_it() -> None:
    """A mail whose page holds nothing but a heading says that."""
    data = b"Content-Type: text/html\n\n<h1>The harbour is closed.</h1>"
    document = read_document(data, "a.eml")
    assert [document.text[p.start : p.end] for p in document.paragraphs] == ["The harbour is closed."]
