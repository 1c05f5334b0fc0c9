"""A folder of small files of every sort that the page has to show: PDFs, some turned or damaged, notes, Arabic."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader
from pdf_files import column, pdf_file
from pdf_objects import Page, file_of, grey_image, paragraph

from qa import Folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILLER = (
    "Entries of the ledger of the harbour office, one a line, as",
    "they were kept in the room above the shop of the chandler.",
)
DREDGING = "The parties share the cost of dredging in equal halves."
OVER = (
    "The arbiter of the pilots decides every quarrel over tolls, of",
    "ships and of boats, and sends his ruling to both of the courts.",
)
RULING = " ".join(OVER)
TREATY = pdf_file(
    [*column(72, 740, *FILLER), *column(72, 690, "The grey lighthouse of the harbour is older than both towns.")],
    [*column(72, 740, *FILLER), *column(72, 220, DREDGING), *column(72, 100, OVER[0])],
    [*column(72, 740, OVER[1]), *column(72, 680, *FILLER)],
    info={"Title": "Treaty on the Shared Harbour", "Author": "Harbour Commission", "CreationDate": "D:19870514"},
)
LANTERN = "The lantern of Cape Wrath burns whale oil."
TURNED = pdf_file(column(72, 700, LANTERN, *FILLER), info={"Title": "Chart"}, rotation=90)
BARRELS = "The customs house weighs every barrel twice."
SCANNED = file_of(
    Page(paragraph(72, 700, BARRELS)),
    Page("q 400 0 0 400 100 200 cm /Im Do Q\n", resources="/XObject << /Im 4 0 R >>"),
    extra=[grey_image()],
)
TOWNS = "The mayor of Oldbridge keeps the seal of the harbour."
MINUTES = f"# Minutes of March 1988\n\n{TOWNS}\n\nThe mayor of Newbridge keeps the seal of the bridge.\n"
ARABIC = "وقعت المعاهدة في مدينة الميناء عام ألف وتسعمئة."
ARABIC_QUESTION = "أين وقعت المعاهدة؟"

WHO_PAYS = "How do the parties share the cost of dredging?"
WHO_RULES = "Who is the arbiter of the pilots and every quarrel?"
WHAT_BURNS = "What does the lantern of Cape Wrath have that it burns?"
WHO_WEIGHS = "How often is it that the customs house weighs every barrel?"
WHO_KEEPS = "Which mayor keeps the seal?"
UNKNOWN = "Which bicycle did the painter prefer?"

SOURCES = ("barrels.pdf", "chart.pdf", "minutes.md", "treaty.pdf", "ميناء.txt")
PARAGRAPHS = 11


def write_papers(place: Path) -> Path:
    """Fill a new folder, named "Harbour papers", and give it."""
    folder = place / "Harbour papers"
    folder.mkdir()
    for name, data in (("barrels.pdf", SCANNED), ("chart.pdf", TURNED), ("treaty.pdf", TREATY)):
        (folder / name).write_bytes(data)
    (folder / "minutes.md").write_text(MINUTES, encoding="utf-8")
    (folder / "ميناء.txt").write_text(ARABIC, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    return folder


@contextmanager
def opened(folder: Path, embedder: HashedEmbedder | None = None) -> Iterator[Folder]:
    """Open a folder and read it."""
    with Folder(folder, model=embedder or HashedEmbedder(), reader=MatchingReader()) as papers:
        papers.sync()
        yield papers
