"""The container of office documents and e-books: a zip archive of XML parts, which may have been made to do harm.

Nothing is ever unpacked to disk, so that names with "../" are names like any other; nothing is read beyond the limit
of the unpacked size; and no XML fetches or unfolds anything.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import unquote

from lxml import etree

from index.errors import LimitError, PasswordError, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.settings import ReadingSettings

PROTECTED = "it is protected by a password; save a copy without one"

_MB = 1_000_000  # bytes
_HARMLESS = 50  # MB; up to it a package may be packed as tightly as can be
_MOST_RATIO = 200  # of unpacked to packed; long tables of the same words reach 100, and nothing exceeds 1,032
_IS_ENCRYPTED = 0x1
_TOO_DEEP = "Excessive depth"  # what libxml2 says of more than 256 nested elements
_UNFOLDS = "amplification"  # and of entities that unfold to many times their size
_ENTITIES = "its XML declares entities, which no document needs: it was made to do harm"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, ValueError, EOFError, OSError, NotImplementedError,
    OverflowError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part says of another: the last word of the relation's type ("footnotes"), and the other part's name.

    Attributes:
        kind: "officeDocument", "styles", "slide", "image", …; the same in strict and transitional documents.
        target: The name of the part in the package; an address where `is_external`.
        is_external: Whether it points out of the package; nothing there is ever opened.
    """

    kind: str
    target: str
    is_external: bool


class _Declarations(Protocol):
    """What lxml's DTD offers, and its stubs do not know."""

    def iterentities(self) -> Iterator[object]: ...
    def iterelements(self) -> Iterator[object]: ...


class Package:
    """A zip archive of XML parts that may have been made to do harm.

    Attributes:
        names: The names of its members, with forward slashes.
    """

    def __init__(self, data: bytes, settings: ReadingSettings) -> None:
        """Open the archive in memory and check what it claims before anything is read.

        Raises:
            LimitError: It unpacks to more than the limit.
            PasswordError: A member is encrypted.
            UnreadableFileError: It is no zip archive, or a damaged one.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            members = self._archive.infolist()
        except _DAMAGE as error:
            raise UnreadableFileError("the file is damaged: its archive cannot be unpacked") from error
        self._refuse_too_large(sum(member.file_size for member in members), len(data), settings.limits.unpacked_mb)
        if any(member.flag_bits & _IS_ENCRYPTED for member in members):
            raise PasswordError(PROTECTED)
        # Of two members of one name the last counts, as everywhere in zip archives.
        by_name = {member.filename.replace("\\", "/").lstrip("/"): member for member in members}
        self.names = frozenset(by_name)
        self._members = {name.lower(): member for name, member in by_name.items()} | by_name

    @staticmethod
    def _refuse_too_large(unpacked: int, packed: int, limit: int) -> None:
        if unpacked > limit * _MB:
            size = -(-unpacked // _MB)
            raise LimitError(
                f"it unpacks to {size:,} MB, and more than {limit:,} MB are not read; "
                f"--limit unpacked_mb={size} reads it",
                "unpacked_mb",
            )
        if unpacked > _HARMLESS * _MB and unpacked > _MOST_RATIO * packed:
            raise UnreadableFileError(
                f"it unpacks to {unpacked // _MB:,} MB, {unpacked // packed} times its size: it was made to do harm"
            )

    def holds(self, name: str) -> bool:
        """Say whether there is a member of a name, in whatever case its letters are."""
        return self._member(name) is not None

    def _member(self, name: str) -> zipfile.ZipInfo | None:
        return self._members.get(name) or self._members.get(name.lower())

    def bytes_of(self, name: str) -> bytes:
        """Unpack a member, up to the size that it claims.

        Raises:
            UnreadableFileError: There is no such member, or it is damaged.
        """
        member = self._member(name)
        if member is None:
            raise UnreadableFileError("the file is damaged: a part of it is missing")
        # Other ways of packing, which no standard of documents allows, have no bound on what is unpacked at once.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFileError("the file is damaged: it is packed in a way that documents are not")
        try:
            with self._archive.open(member) as opened:
                return opened.read(member.file_size)
        except _DAMAGE as error:
            raise UnreadableFileError("the file is damaged: its archive cannot be unpacked") from error

    def part(self, name: str) -> etree._Element:
        """Parse a part.

        Raises:
            UnreadableFileError: There is no such part, it is damaged, or it declares entities.
        """
        return parse(self.bytes_of(name))

    def relations(self, name: str = "") -> dict[str, Relation]:
        """Give what a part says of other parts, by the relation's id; empty where it says nothing.

        Args:
            name: Of the part; "" for the package itself.

        Raises:
            UnreadableFileError: The list is damaged.
        """
        folder, file = posixpath.split(name)
        path = posixpath.join(folder, "_rels", f"{file}.rels")
        if not self.holds(path):
            return {}
        found = {}
        for relation in self.part(path):
            target = relation.get("Target") or ""
            is_external = relation.get("TargetMode") == "External"
            if not is_external:
                target = resolved(folder, target)
            kind = (relation.get("Type") or "").rstrip("/").rsplit("/", 1)[-1]
            found[relation.get("Id") or ""] = Relation(kind, target, is_external)
        return found

    def related(self, name: str, kind: str) -> str | None:
        """Give the name of the first part, of those there are, that a part names as its `kind`."""
        targets = (relation.target for relation in self.relations(name).values() if relation.kind == kind)
        return next((target for target in targets if self.holds(target)), None)

    def main_part(self, usual: str = "word/document.xml") -> str:
        """Find the part that holds the text; where the package does not say, it is the usual one."""
        return self.related("", "officeDocument") or usual

    def core_properties(self) -> dict[str, str]:
        """Give the properties that Office keeps of every document: title, creator, created, modified, language.

        Only those that say something; empty where their part is missing or damaged.
        """
        name = self.related("", "core-properties") or "docProps/core.xml"
        try:
            root = self.part(name)
        except UnreadableFileError:
            return {}
        found = {local_name(element): " ".join((element.text or "").split()) for element in root}
        return {key: value for key, value in found.items() if key and value}


def parse(data: bytes) -> etree._Element:
    """Parse XML that may have been made to do harm: no entity is unfolded, nothing outside is opened.

    Raises:
        UnreadableFileError: It is not well formed, nested more than 256 deep, or declares entities.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), parser)
    except etree.XMLSyntaxError as error:
        if _TOO_DEEP in str(error):
            raise UnreadableFileError(
                "its elements are nested more than 256 deep, which no document needs: it was made to do harm"
            ) from error
        if _UNFOLDS in str(error):
            raise UnreadableFileError(_ENTITIES) from error
        raise UnreadableFileError("the file is damaged: its XML breaks off or is not well formed") from error
    except ValueError as error:  # an encoding that does not exist
        raise UnreadableFileError("the file is damaged: its XML is not in any encoding") from error
    # A plain <!DOCTYPE html …> is harmless, and common in e-books.
    if _declares_anything(root):
        raise UnreadableFileError(_ENTITIES)
    return root


def _declares_anything(root: etree._Element) -> bool:
    dtd = cast("_Declarations | None", root.getroottree().docinfo.internalDTD)
    return dtd is not None and (any(True for _ in dtd.iterentities()) or any(True for _ in dtd.iterelements()))


def resolved(folder: str, target: str) -> str:
    """Give the name of the member that a reference in `folder` means; `..` never leads out of the package."""
    path = unquote(target.replace("\\", "/").split("#", 1)[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def local_name(element: etree._Element | None) -> str:
    """Give an element's name without its namespace; strict and transitional documents differ only there."""
    tag = element.tag if element is not None else None
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def child_of(element: etree._Element | None, name: str) -> etree._Element | None:
    """Give an element's first child of a name, in any namespace; None of None."""
    return next(element.iterchildren(f"{{*}}{name}"), None) if element is not None else None


def attribute_of(element: etree._Element | None, name: str) -> str | None:
    """Give an element's attribute of a name, in any namespace; None of None."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if str(key).rsplit("}", 1)[-1] == name), None)


def integer_of(element: etree._Element | None, name: str = "val", *, most: int = 1_000_000) -> int | None:
    """Give an element's attribute as a whole number in [-most, most]; None where it is no such number."""
    value = (attribute_of(element, name) or "").strip()
    if not value.lstrip("+-").isdecimal() or not value.isascii() or len(value) > 12:
        return None
    try:
        number = int(value)
    except ValueError:  # "+-1"
        return None
    return number if -most <= number <= most else None
