"""The chat page, asked by HTTP and driven in a real browser. Run as a script, it serves the same page until it is stopped."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

import ui
from index.documents import Document, PageSpan, Paragraph, Part
from index.errors import AskfolderError, UnknownDocumentError
from qa.answer import Answer, Citation, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Locator, Page

    from qa.folder import DocumentSummary, Folder

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")

DREDGING = "The parties share the cost of dredging in equal halves."
NOTICE = "Either may begin when the northern pier has less than 5.2 metres of water."
CLERK = "The clerk reported that dredging began on 12 February 1988."
HOSTILE = (
    "<img src=x onerror=\"window.ran='img'\"><script>window.ran='script'</script><style>body{display:none}</style>"
    "<form action=//elsewhere.invalid><input autofocus></form><iframe src=//elsewhere.invalid></iframe> "
    "![image](http://elsewhere.invalid/a.png) [link](javascript:alert(1)) <http://elsewhere.invalid> www.elsewhere.invalid "
    "${alert(1)} ${window.ran} {{value}} {{{value}}} `code` *star* _line_ ~~gone~~ | cell | $$x$$ \\(x\\) \\u \\ # "
    "&lt;b&gt; &#60;b&#62; \x1b[31mred\x1b[0m \u202etfel\u202c \u2067isolated\u2069 a@elsewhere.invalid"
)
HOSTILE_SHOWN = re.sub("[\x1b\u202e\u202c\u2067\u2069]", "", HOSTILE)
HOSTILE_TITLE = "</script><script>alert(2)</script><b onclick=alert(3)>Title</b> ${alert(4)} \u202egpj.exe"
HOSTILE_TITLE_SHOWN = HOSTILE_TITLE.replace("\u202e", "")

PAYS = "Who pays for dredging?"
UNKNOWN = "What colour was the bicycle?"
EVIL = "What does the hostile page say?"
REFUSED = "Why is this refused?"
FAULTY = "Why does this fail?"
SLOW = "Why does this take so long?"


def document(source: str, title: str | None, texts: Sequence[str | Part], *, paged: bool = False) -> Document:
    """Make a document of paragraphs and, written as Parts with their text in `role`, headings; three paragraphs a page."""
    text, paragraphs, parts = "", [], []
    for piece in texts:
        start, written = len(text), piece if isinstance(piece, str) else piece.role
        text += written
        if isinstance(piece, Part):
            parts.append(Part("heading", start, len(text)))
        else:
            number = len(paragraphs) + 1
            pages = (PageSpan((number - 1) // 3 + 1, start, len(text)),) if paged else ()
            paragraphs.append(Paragraph(number, start, len(text), pages=pages))
        text += "\n\n\n\n\n"
    return Document(
        id=hashlib.sha256(source.encode()).hexdigest(),
        source=source,
        title=title,
        author="Harbour Commission" if paged else None,
        date="1987-05-14" if paged else None,
        text=text,
        paragraphs=tuple(paragraphs),
        parts=tuple(parts),
        page_count=(len(paragraphs) + 2) // 3 if paged else None,
    )
