"""The container of office documents: a zip archive of XML parts, which may have been made to do harm."""

from __future__ import annotations

import struct
import zipfile
import zlib

from lxml import etree

from index.errors import UnreadableFileError

MOST_UNPACKED = 200 << 20  # bytes

DAMAGE = (
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, struct.error, KeyError, ValueError, EOFError, OSError,
    NotImplementedError, RecursionError, OverflowError,
)  # fmt: skip
"""What the standard library and lxml raise on a damaged package."""


def damage_in_words(error: Exception) -> str:
    """Say what one of `DAMAGE` means for the file."""
    if isinstance(error, etree.XMLSyntaxError):
        return "its XML breaks off or is not well formed"
    if isinstance(error, KeyError):
        return "a part of it is missing"
    return "its archive cannot be unpacked"


class Package:
    """A zip archive of XML parts that may have been made to do harm."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise UnreadableFileError(
                f"it unpacks to {unpacked >> 20} MB, and more than {MOST_UNPACKED >> 20} MB are not read"
            )

    def part(self, name: str) -> etree._Element:
        """Parse a part.

        Raises:
            KeyError: There is no such part.
        """
        with self._archive.open(name) as member:
            data = member.read(MOST_UNPACKED)  # a member that is longer than it says ends here
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableFileError("its XML declares entities, which no Word document does")
        return root

    def main_part(self) -> str:
        """Find the part that holds the text."""
        if "_rels/.rels" in self.names:
            for relation in self.part("_rels/.rels"):
                if (relation.get("Type") or "").endswith("/officeDocument"):
                    return (relation.get("Target") or "").lstrip("/")
        return "word/document.xml"


def local_name(element: etree._Element | None) -> str:
    """Give an element's name without its namespace; strict and transitional documents differ only there."""
    tag = element.tag if element is not None else None
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def child_of(element: etree._Element | None, name: str) -> etree._Element | None:
    """Give an element's first child of a name, in any namespace; None of None."""
    return element.find(f"{{*}}{name}") if element is not None else None


def attribute_of(element: etree._Element | None, name: str) -> str | None:
    """Give an element's attribute of a name, in any namespace; None of None."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if str(key).rsplit("}", 1)[-1] == name), None)
