"""What holds of every format, for random documents, for damaged ones and for random bytes."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_documents import FORMATS, Format
from random_parts import ANSI_HOSTILE, HOSTILE, RandomPart, random_parts, words_of

from index.errors import UnreadableFileError
from index.paragraphs import divide
from index.reading import ReadingSettings, choose_reader
from index.reading.decoding import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.documents import PageSpan
    from index.reading.extraction import Extraction

SETTINGS = ReadingSettings()
# What may stand outside of blocks in Markdown and plain text: marks that only make a block what it is.
MARKS = re.compile(r"(?:[\s>|*+\-#=_~`:•‣◦▪·]|\(?(?:\d+|[a-z]|[ivx]+)(?:\.\d+)*[.)]|\[[ xX]\])*")

every_format = pytest.mark.parametrize("of", FORMATS, ids=[of.name.removeprefix("a.") for of in FORMATS])
frugal = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def check_pages(start: int, end: int, pages: Sequence[PageSpan], page_count: int | None, text: str) -> None:
    """The spans lie in order within their block, and cover what can be seen of it."""
    for span in pages:
        assert start <= span.start < span.end <= end
        assert 1 <= span.page <= (page_count or 0)
    for span, after in pairwise(pages):
        assert span.end <= after.start
        assert span.page != after.page
    if pages:
        uncovered = set(range(start, end)).difference(*(range(span.start, span.end) for span in pages))
        assert all(text[at].isspace() for at in uncovered)


def check_extraction(extraction: Extraction, *, has_marks: bool = False) -> None:
    """The blocks are stretches of a normalised text, in order, and leave nothing out."""
    text = extraction.text
    assert normalise(text) == text
    at = 0
    for block in extraction.blocks:
        words = text[block.start : block.end]
        assert at <= block.start < block.end <= len(text)
        assert words.strip() == words
        gap = text[at : block.start]
        assert not gap.strip() or (has_marks and MARKS.fullmatch(gap)), gap
        assert (block.kind == "heading") == (block.level is not None)
        assert not block.above or block.kind in ("row", "prose")  # a long cell that fills a row is prose
        assert all(words.strip() for words in block.above)
        check_pages(block.start, block.end, block.pages, extraction.page_count, text)
        at = block.end
    assert not text[at:].strip() or (has_marks and MARKS.fullmatch(text[at:])), text[at:]
    if extraction.layout is not None:
        for block in extraction.blocks:
            for box in extraction.layout.boxes(block.start, block.end):
                assert 1 <= box.page <= (extraction.page_count or 0)
                assert 0 <= box.left <= box.right <= 1
                assert 0 <= box.top <= box.bottom <= 1


def check_division(extraction: Extraction) -> None:
    """Paragraphs and parts together are the blocks again, and the paragraphs are numbered in order."""
    division = divide(extraction)
    text = extraction.text
    stretches = [(paragraph.start, paragraph.end) for paragraph in division.paragraphs]
    stretches += [(part.start, part.end) for part in division.parts]
    covered = bytearray(len(text))
    for start, end in stretches:
        assert not any(covered[start:end])
        covered[start:end] = b"\1" * (end - start)
        assert text[start:end].strip() == text[start:end] != ""
    for block in extraction.blocks:
        assert all(covered[block.start : block.end])
    assert [paragraph.number for paragraph in division.paragraphs] == list(range(1, len(division.paragraphs) + 1))
    assert [p.start for p in division.paragraphs] == sorted(p.start for p in division.paragraphs)
    assert [part.start for part in division.parts] == sorted(part.start for part in division.parts)
    for paragraph in division.paragraphs:
        check_pages(paragraph.start, paragraph.end, paragraph.pages, extraction.page_count, text)
    searchable = (block for block in extraction.blocks if block.kind not in ("navigation", "running head"))
    words = "".join(text[block.start : block.end] for block in searchable)
    assert bool(division.paragraphs) == any(map(str.isalnum, words))


def check(data: bytes, name: str) -> Extraction | None:
    """Read a file and check all that holds of any; None where it cannot be read, which only one kind of error says."""
    try:
        reader = choose_reader(data, name)
        extraction = reader.read(data, SETTINGS)
    except UnreadableFileError:
        return None
    check_extraction(extraction, has_marks=reader.name in ("text", "markdown"))
    check_division(extraction)
    return extraction


def check_words(parts: list[RandomPart], text: str, *, reveals: bool) -> None:
    """What was put in is there once, what was hidden is not."""
    seen, hidden = words_of(parts, hidden=False), words_of(parts, hidden=True)
    assert {word: text.count(word) for word in seen} == dict.fromkeys(seen, 1)
    if reveals:
        tagged = [part.text for part in parts if part.kind == "hidden" and part.variant >= 4]
        if 2 * len(" ".join(tagged)) > len(" ".join(part.text for part in parts if part.kind != "hidden")):
            return
    assert [word for word in hidden if word in text] == []


@every_format
@settings(frugal, max_examples=40)
@given(data=st.data())
def test_reading_gives_every_word_once_and_every_character_a_place(of: Format, data: st.DataObject) -> None:
    """Whatever a document is made of, its words are read once, in blocks that are stretches of the text."""
    parts = data.draw(random_parts(ANSI_HOSTILE if of.is_ansi else HOSTILE))
    file = of.write(parts)
    extraction = check(file, of.name)
    if extraction is None:
        assert words_of(parts, hidden=False) == []
    else:
        check_words(parts, extraction.text, reveals=of.reveals)


@every_format
@settings(frugal, max_examples=40)
@given(data=st.data())
def test_reading_of_damaged_files_ends_in_text_or_one_error(of: Format, data: st.DataObject) -> None:
    """A file with bytes lost, doubled or changed, in its archive or in its XML, is read or refused, never worse."""
    parts = data.draw(random_parts(ANSI_HOSTILE if of.is_ansi else HOSTILE))
    check(damaged(of.write(parts), data), of.name)


@every_format
@settings(frugal, max_examples=25)
@given(data=st.data())
def test_reading_of_random_bytes_ends_in_text_or_one_error(of: Format, data: st.DataObject) -> None:
    """Bytes that mean nothing, behind the first bytes of the format, are read or refused, never worse."""
    start = of.write([RandomPart("paragraph", ("One.",), 1, 1, 0)])[:64] if data.draw(st.booleans()) else b""
    check(start + data.draw(st.binary(max_size=2000)), of.name)


def damaged(file: bytes, data: st.DataObject) -> bytes:
    """Damage a file; where it is an archive, often one of its members."""
    if file.startswith(b"PK") and data.draw(st.integers(0, 3)):
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(file)) as archive, zipfile.ZipFile(packed, "w") as out:
            names = archive.namelist()
            victim = data.draw(st.sampled_from(names))
            for name in names:
                content = archive.read(name)
                if name == victim and data.draw(st.integers(0, 9)) == 0:
                    continue
                out.writestr(name, torn(content, data) if name == victim else content)
        return packed.getvalue()
    return torn(file, data)


def torn(content: bytes, data: st.DataObject) -> bytes:
    """Take a piece out, or put one in: of the content itself, or of random bytes."""
    for _ in range(data.draw(st.integers(1, 3))):
        first, last = sorted((data.draw(st.integers(0, len(content))), data.draw(st.integers(0, len(content)))))
        way = data.draw(st.integers(0, 3))
        if way == 0:
            content = content[:first] + content[last:]
        elif way == 1:
            content = content[:last] + content[first:last][:5000] + content[last:]
        elif way == 2:
            content = content[:first] + data.draw(st.binary(max_size=20)) + content[first:]
        else:
            content = content[:first]
    return content
