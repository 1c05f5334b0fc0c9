"""What an e-book says of itself: its metadata, the files of its text in order, its contents and its list of pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import UnreadableFileError
from index.reading.decoding import normalise
from index.reading.epub.chapter import clean_label
from index.reading.office.package import Package, attribute_of, child_of, local_name, parse, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

# Fonts that are only made unfit for other uses: the text stays as it is.
_HARMLESS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PROTECTED = (
    "it is protected (DRM); only the program that it was bought for opens it: ask for a copy without protection"
)
_NO_TEXT = ("toc", "loi", "lot", "lov", "index", "landmarks", "page-list")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")
_PREFIX = re.compile(rb"(?<=[\s</])(?!xml:|xmlns:)[A-Za-z_][\w.-]{0,40}:(?=[A-Za-z_][\w.-]{0,40}[\s=/>])")
_MOST_AUTHORS = 5
_MOST_STEPS = 20  # from one file to the one that stands in for it


@dataclass(frozen=True, slots=True)
class SpineItem:
    """A file of the book's text.

    Attributes:
        name: Of the archive's member, or what stands for it where there is none.
        kind: Whether it is text, a drawing whose words are read, or an image; None for what is not read.
        is_navigation: Whether it is a table of contents, a list of figures or an index.
        is_cover: Whether it is the cover or the title page.
    """

    name: str
    kind: str | None
    is_navigation: bool = False
    is_cover: bool = False


@dataclass(slots=True)
class Book:
    """What an e-book's package says.

    Attributes:
        spine: The files of its text in reading order, each once.
        title, author, date, language: As in `Extraction`.
        contents: For each file, the depth from 1 of the headings that the table of contents names, by their letters.
        pages: For each file, the labels of printed pages by the ids of the elements where they begin.
    """

    spine: list[SpineItem] = field(default_factory=list)
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    contents: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    pages: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    media_type: str
    properties: frozenset[str]
    fallback: str


def letters(words: str) -> str:
    """Give the letters and digits of a text in lower case, by which a heading is known again."""
    return re.sub(r"[\W_]+", "", words.lower())


def read_package(package: Package) -> Book:
    """Read what an e-book says of itself.

    Raises:
        UnreadableFileError: Its description is missing or damaged, or its text is encrypted.
    """
    opf = _opf_name(package)
    root = _xml(package, opf)
    if root is None:
        raise UnreadableFileError("the file is damaged: the e-book's list of its parts cannot be read")
    items = _manifest(package, root, opf)
    book = Book()
    _read_metadata(root, book)
    _read_spine(root, opf, items, book)
    _refuse_encrypted(package, {item.name for item in book.spine} | {opf})
    for item in items.values():
        if "nav" in item.properties:
            _read_nav(package, item.name, book)
        elif item.media_type == "application/x-dtbncx+xml" and not book.contents:
            _read_ncx(package, item.name, book)
        elif item.media_type == "application/oebps-page-map+xml":
            _read_pages(package, item.name, "page", "name", book)
    return book


def _opf_name(package: Package) -> str:
    container = _xml(package, "META-INF/container.xml")
    roots = [one.get("full-path") or "" for one in container.iter("{*}rootfile")] if container is not None else []
    found = [resolved("", name) for name in roots if name.lower().endswith(".opf") or len(roots) == 1]
    found += sorted(name for name in package.names if name.lower().endswith(".opf"))
    for name in found:
        if package.holds(name):
            return name
    raise UnreadableFileError("the file is damaged: the e-book's list of its parts is missing")


def _xml(package: Package, name: str) -> etree._Element | None:
    """Parse a part as well as it can be: HTML's entities and prefixes that nobody declared are common; else None."""
    try:
        data = _ENTITY.sub(_as_number, package.bytes_of(name))
        try:
            return parse(data)
        except UnreadableFileError:
            return parse(_PREFIX.sub(b"", data))
    except UnreadableFileError:
        return None


def _as_number(entity: re.Match[bytes]) -> bytes:
    if entity[1] in _OF_XML:
        return entity[0]
    meant = html.unescape(entity[0].decode("ascii"))
    return "".join(f"&#{ord(letter)};" for letter in meant).encode("ascii") if not meant.startswith("&") else b""


def _manifest(package: Package, root: etree._Element, opf: str) -> dict[str, _Item]:
    folder = opf.rpartition("/")[0]
    items = {}
    for element in root.iterfind("{*}manifest/{*}item"):
        name = _as_packed(package, resolved(folder, element.get("href") or ""))
        properties = frozenset((element.get("properties") or "").split())
        media_type = (element.get("media-type") or "").strip().lower()
        items[element.get("id") or name] = _Item(name, media_type, properties, element.get("fallback") or "")
    return items


def _as_packed(package: Package, name: str) -> str:
    """Give the name under which a file is in the archive; zip programs disagree on letters outside ASCII."""
    if package.holds(name) or name.isascii():
        return name
    forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    forms += [form.encode().decode("cp437") for form in forms]  # what is read of a name that is not marked as UTF-8
    return next((form for form in forms if package.holds(form)), name)


def _read_spine(root: etree._Element, opf: str, items: dict[str, _Item], book: Book) -> None:
    folder = opf.rpartition("/")[0]
    marked: dict[str, str] = {}
    for reference in root.iterfind("{*}guide/{*}reference"):
        href = reference.get("href") or ""
        if "#" not in href:
            marked[resolved(folder, href)] = (reference.get("type") or "").lower()
    found: dict[str, SpineItem] = {}
    for n, reference in enumerate(root.iterfind("{*}spine/{*}itemref")):
        key = reference.get("idref") or ""
        item = items.get(key)
        if item is None:
            found.setdefault(key.lower(), SpineItem(key, "text"))
            continue
        kind = _kind(item)
        for _ in range(_MOST_STEPS):
            if kind in ("text", "drawing") or item.fallback not in items:
                break
            item = items[item.fallback]
            kind = _kind(item)
        mark = marked.get(item.name, "")
        file = item.name.rpartition("/")[2].lower()
        is_navigation = "nav" in item.properties or mark in _NO_TEXT
        is_cover = n == 0 or mark in ("cover", "title-page") or file.startswith(("cover", "title"))
        # Names that differ in their capitals may mean one member, which is read once.
        found.setdefault(item.name.lower(), SpineItem(item.name, kind, is_navigation, is_cover))
    book.spine = list(found.values())


def _kind(item: _Item) -> str | None:
    if item.media_type == "image/svg+xml":
        return "drawing"
    if item.media_type.startswith("image/"):
        return "image"
    is_text = "html" in item.media_type or item.media_type in ("text/x-oeb1-document", "application/x-dtbook+xml")
    return "text" if is_text or item.name.lower().endswith((".xhtml", ".html", ".htm")) else None


def _refuse_encrypted(package: Package, texts: set[str]) -> None:
    if not package.holds("META-INF/encryption.xml"):
        return
    root = _xml(package, "META-INF/encryption.xml")
    if root is None:
        return
    for data in root.iter("{*}EncryptedData"):
        method = child_of(data, "EncryptionMethod")
        names = {resolved("", one.get("URI") or "") for one in data.iter("{*}CipherReference")}
        if names & texts and (method is None or method.get("Algorithm") not in _HARMLESS):
            raise UnreadableFileError(_PROTECTED)


def _read_metadata(root: etree._Element, book: Book) -> None:
    metadata = child_of(root, "metadata")
    found: dict[str, list[etree._Element]] = defaultdict(list)
    refined: dict[str, dict[str, str]] = defaultdict(dict)  # by the id of what is refined
    for element in metadata.iter() if metadata is not None else ():
        found[local_name(element)].append(element)
        if local_name(element) == "meta" and element.get("refines"):
            refined[str(element.get("refines")).lstrip("#")][element.get("property") or ""] = _words(element)
    titles = [one for one in found["title"] if _words(one)]
    main = [one for one in titles if refined[one.get("id") or ""].get("title-type") == "main"]
    book.title = next((_words(one) for one in (*main, *titles)), None)
    creators = [one for one in found["creator"] if _words(one)]
    authors = [one for one in creators if _role(one, refined) == "aut"] or creators
    book.author = ", ".join(list(dict.fromkeys(map(_words, authors)))[:_MOST_AUTHORS]) or None
    book.language = next(filter(None, map(_words, found["language"])), None)
    dates = sorted(
        found["date"], key=lambda one: attribute_of(one, "event") not in ("publication", "original-publication")
    )
    # Programs write the year 101 where they know none.
    book.date = next((words for words in map(_words, dates) if re.match(r"[12]\d{3}", words)), None)


def _role(creator: etree._Element, refined: dict[str, dict[str, str]]) -> str:
    return attribute_of(creator, "role") or refined[creator.get("id") or ""].get("role", "")


def _words(element: etree._Element) -> str:
    return " ".join(normalise("".join(map(str, element.itertext()))).split())


def _read_nav(package: Package, name: str, book: Book) -> None:
    """Read the table of contents and the list of pages of an EPUB 3."""
    root = _xml(package, name)
    folder = name.rpartition("/")[0]
    for nav in root.iter("{*}nav") if root is not None else ():
        kinds = (attribute_of(nav, "type") or "").split()
        if "toc" in kinds:
            for link, depth in _links(nav):
                book.contents[resolved(folder, link.get("href") or "")].setdefault(letters(_words(link)), depth)
        elif "page-list" in kinds:
            for link, _ in _links(nav):
                _add_page(book, folder, link.get("href") or "", _words(link))


def _links(nav: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    """Give the links of nested lists with their depths, from 1."""
    stack = [(nav, 0)]
    while stack:
        element, depth = stack.pop()
        tag = local_name(element)
        if tag == "a":
            yield element, max(1, depth)
        else:
            stack.extend((child, depth + (tag in ("ol", "ul"))) for child in reversed(element))


def _read_ncx(package: Package, name: str, book: Book) -> None:
    """Read the table of contents and the list of pages of an EPUB 2."""
    root = _xml(package, name)
    if root is None:
        return
    folder = name.rpartition("/")[0]
    stack = [(root, 0)]
    while stack:
        element, depth = stack.pop()
        if local_name(element) == "navPoint":
            depth += 1
            label, content = child_of(element, "navLabel"), child_of(element, "content")
            if label is not None and content is not None:
                file = resolved(folder, content.get("src") or "")
                book.contents[file].setdefault(letters(_words(label)), depth)
        stack.extend((child, depth) for child in reversed(element))
    for target in root.iter("{*}pageTarget"):
        label, content = child_of(target, "navLabel"), child_of(target, "content")
        if label is not None and content is not None:
            _add_page(book, folder, content.get("src") or "", _words(label) or target.get("value") or "")


def _read_pages(package: Package, name: str, tag: str, attribute: str, book: Book) -> None:
    """Read the list of pages that Adobe's programs keep beside an EPUB 2."""
    root = _xml(package, name)
    for page in root.iter(f"{{*}}{tag}") if root is not None else ():
        _add_page(book, name.rpartition("/")[0], page.get("href") or "", page.get(attribute) or "")


def _add_page(book: Book, folder: str, href: str, label: str) -> None:
    _, _, fragment = href.partition("#")
    label = clean_label(normalise(label))
    if label and fragment:
        book.pages[resolved(folder, href)].setdefault(fragment, label)
