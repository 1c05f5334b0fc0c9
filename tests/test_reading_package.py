"""A packed document that was made to do harm becomes one clear error, and nothing of it is unfolded or fetched."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import packed

from index.errors import LimitError, PasswordError, UnreadableFileError
from index.reading.office.package import Package, integer_of, parse, resolved
from index.reading.settings import Limits, ReadingSettings

SETTINGS = ReadingSettings()


def test_package_that_unpacks_to_more_than_the_limit_is_refused_with_the_way_out() -> None:
    """The message says both sizes and which limit reads it, before anything is unpacked."""
    data = packed({"a.xml": b"\0" * 3_400_000, "b.xml": b"\0" * 100_000})
    with pytest.raises(
        LimitError, match=r"unpacks to 4 MB, and more than 2 MB are not read; --limit unpacked_mb=4 re"
    ) as e:
        Package(data, ReadingSettings(Limits(unpacked_mb=2)))
    assert e.value.lacking == ("unpacked_mb",)
    assert Package(data, ReadingSettings(Limits(unpacked_mb=4))).names == {"a.xml", "b.xml"}


def test_package_bombs_are_refused_within_the_limit() -> None:
    """What unpacks to hundreds of times its size was made to do harm, whatever the limit."""
    data = packed({"word/document.xml": b" " * 60_000_000}, compresslevel=9)
    with pytest.raises(UnreadableFileError, match=r"it unpacks to 60 MB, \d+ times its size"):
        Package(data, SETTINGS)


def test_package_members_are_not_read_beyond_the_size_they_claim() -> None:
    """A member that holds more than it says is damage."""
    data = bytearray(packed({"a.xml": b"x" * 5_000_000}))
    sizes = data.rfind(b"PK\x01\x02") + 24
    data[sizes : sizes + 4] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableFileError, match="its archive cannot be unpacked"):
        Package(bytes(data), SETTINGS).bytes_of("a.xml")


def test_package_members_packed_in_other_ways_are_refused() -> None:
    """Ways of packing that documents never use have no bound on what they unpack at once."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.xml", "<a/>")
    with pytest.raises(UnreadableFileError, match="packed in a way that documents are not"):
        Package(data.getvalue(), SETTINGS).part("a.xml")


def test_package_encrypted_members_need_a_password() -> None:
    """An encrypted member is told from a damaged one."""
    data = bytearray(packed({"a.xml": "<a/>"}))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PasswordError, match="protected by a password"):
        Package(bytes(data), SETTINGS)


def test_package_names_are_harmless() -> None:
    """Of two members of one name the last counts; names that lead upwards are names; case and slashes do not matter."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in (("a.xml", "<one/>"), ("../../up.xml", "<up/>"), ("W\\Doc.xml", "<w/>")):
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.xml", "<two/>")
    package = Package(data.getvalue(), SETTINGS)
    assert package.part("a.xml").tag == "two"
    assert package.part("../../up.xml").tag == "up"
    assert package.part("w/doc.xml").tag == "w"
    with pytest.raises(UnreadableFileError, match="a part of it is missing"):
        package.part("b.xml")


@pytest.mark.parametrize(
    ("folder", "target", "name"),
    [
        ("word", "media/a.png", "word/media/a.png"),
        ("word", "/word/b.xml", "word/b.xml"),
        ("word", "../../../etc/passwd", "etc/passwd"),
        ("", "a%20b.xml#part", "a b.xml"),
        ("ppt/slides", "..\\media\\c.png", "ppt/media/c.png"),
    ],
)
def test_package_references_stay_inside(folder: str, target: str, name: str) -> None:
    """A reference names a member of the package, wherever it points."""
    assert resolved(folder, target) == name


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>',
        '<!DOCTYPE x [<!ENTITY e "ha">]><x/>',
        '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://localhost/"> %e;]><x/>',
        f'<!DOCTYPE x [<!ENTITY e0 "ha">{"".join(f"""<!ENTITY e{n} "{f"&e{n - 1};" * 10}">""" for n in range(1, 10))}]>'
        "<x>&e9;</x>",
    ],
)
def test_package_entities_are_refused(declared: str) -> None:
    """No entity is unfolded, from inside or outside."""
    with pytest.raises(UnreadableFileError, match="its XML declares entities"):
        parse(declared.encode())


def test_package_plain_document_types_are_fine() -> None:
    """An e-book's DOCTYPE is read and its address is not opened."""
    assert parse(b'\xef\xbb\xbf\n<!DOCTYPE html PUBLIC "-//x" "http://localhost/x.dtd"><html/>').tag == "html"


def test_package_nesting_ends_at_the_parsers_limit() -> None:
    """20,000 elements in each other are one error and no crash."""
    with pytest.raises(UnreadableFileError, match="nested more than 256 deep"):
        parse(b"<a>" * 20_000 + b"</a>" * 20_000)


@given(st.binary(max_size=200))
def test_package_no_bytes_crash_it(data: bytes) -> None:
    """Any bytes are a package or one error."""
    with pytest.raises(UnreadableFileError, match="damaged"):
        Package(b"PK\x03\x04" + data, SETTINGS)


@given(st.text(max_size=15))
def test_package_numbers_are_whole_or_none(value: str) -> None:
    """Whatever an attribute holds, it is a number in bounds or none."""
    try:
        element = parse(b"<a/>")
        element.set("val", value)
    except ValueError:
        return
    number = integer_of(element)
    assert number is None or abs(number) <= 1_000_000


def test_package_damage_in_the_packed_bytes_is_said() -> None:
    """A member whose bytes were changed is damage."""
    data = bytearray(packed({"a.xml": zlib.compress(bytes(range(256)) * 20)}))
    data[60] ^= 0xFF
    with pytest.raises(UnreadableFileError, match="its archive cannot be unpacked"):
        Package(bytes(data), SETTINGS).bytes_of("a.xml")
