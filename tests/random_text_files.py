"""Random documents as plain text, Markdown, HTML, mail and delimited text."""

from __future__ import annotations

import base64
import csv
import html
import io
import quopri
from typing import TYPE_CHECKING

from random_parts import seen, wrapped

if TYPE_CHECKING:
    from random_parts import RandomPart


def txt_file(parts: list[RandomPart]) -> bytes:
    """Write plain text, in one of several encodings."""
    chunks = []
    for part in seen(parts):
        if part.kind == "heading":
            rule = "=" * len(part.text)
            chunks.append(f"{'#' * part.level} {part.text}" if part.variant % 2 else f"{part.text}\n{rule}")
        elif part.kind == "item":
            chunks.append(f"{('-', '*', '1.', '(a)', '•', '2)')[part.variant]} {part.text}")
        elif part.kind == "table":
            chunks.append("\n".join("   ".join(row) for row in part.rows))
        else:
            chunks.append("\n".join(wrapped(part.text, (40, 60, 70, 80, 500, 5000)[part.variant])))
    style = parts[0].variant
    text = ("\n\n", "\r\n\r\n", "\n", "\n\n\n", "\r\r", "\n\n")[style].join(chunks)
    return text.encode(("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-8", "utf-16")[style])


def md_file(parts: list[RandomPart]) -> bytes:
    """Write Markdown."""
    chunks = []
    for part in seen(parts):
        if part.kind == "heading":
            chunks.append(f"{'#' * part.level} {part.text}" if part.variant % 2 else f"{part.text}\n---")
        elif part.kind == "item":
            chunks.append(f"{('-', '*', '1.', '+', '  -', '2)')[part.variant]} {part.text}")
        elif part.kind == "table":
            lines = [" | ".join(row) for row in part.rows]
            chunks.append("\n".join([lines[0], "|".join(["---"] * part.width), *lines[1:]]))
        elif part.kind == "note":
            chunks.append(("> ", "    ", "```\n", "~~~ python\n", "> > ", "> - ")[part.variant] + part.text)
            chunks[-1] += "\n```" if part.variant == 2 else "\n~~~" if part.variant == 3 else ""
        else:
            chunks.append("\n".join(wrapped(part.text, (40, 60, 70, 80, 500, 5000)[part.variant])))
    return "\n\n".join(chunks).encode()


def xml_text(text: str) -> str:
    """Write a text as XML and HTML have it, without the characters that XML forbids."""
    return html.escape("".join(c for c in text if c in "\t\n" or c >= " "))


def html_body(parts: list[RandomPart]) -> str:
    """Write the body of a page."""
    chunks = []
    for part in parts:
        text, variant = xml_text(part.text), part.variant
        if part.kind == "heading":
            chunks.append(f"<h{part.level}>{text}</h{part.level}>")
        elif part.kind == "item":
            chunks.append(f"<ul><li>{text}</li></ul>" if variant % 2 else f"<dl><dt/><dd>{text}</dd></dl>")
        elif part.kind == "table":
            mark = "th" if variant % 2 else "td"
            rows = ["".join(f"<{mark}>{xml_text(cell)}</{mark}>" for cell in part.rows[0])]
            rows += ["".join(f"<td>{xml_text(cell)}</td>" for cell in row) for row in part.rows[1:]]
            chunks.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        elif part.kind == "note":
            tags = ("blockquote", "pre", "section", "figcaption", "address", "div")
            chunks.append(f"<{tags[variant]}>{text}</{tags[variant]}>")
        elif part.kind == "hidden":
            hidden = (
                f"<script>{text}</script>", f"<style>{text}</style>", f"<!-- {text.replace('-', '')} -->",
                f"<template>{text}</template>", f"<p hidden='hidden'>{text}</p>", f"<p style='display:none'>{text}</p>",
            )  # fmt: skip
            chunks.append(hidden[variant])
        elif part.kind == "paragraph":
            chunks.append((f"<p>{text}</p>", f"<div><span>{text}</span></div>", f"{text}<br/>")[variant % 3])
    return "\n".join(chunks)


def html_file(parts: list[RandomPart]) -> bytes:
    """Write a page."""
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{html_body(parts)}</body></html>".encode()


def eml_file(parts: list[RandomPart]) -> bytes:
    """Write a mail whose body is plain text, a page, or both."""
    text = "\r\n\r\n".join(
        "\r\n".join(" ".join(row) for row in part.rows) if part.kind == "table" else part.text for part in seen(parts)
    )
    page = f"<html><body>{html_body(parts)}</body></html>"
    style = parts[0].variant
    head = "From: A <a@example.org>\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"
    plain = _mail_body(text, "plain", style)
    if style < 3:
        return (head + plain).encode()
    if style == 3:
        return (head + _mail_body(page, "html", style)).encode()
    both = f"--edge\r\n{plain}\r\n--edge\r\n{_mail_body(page, 'html', style)}\r\n--edge--\r\n"
    return f'{head}Content-Type: multipart/alternative; boundary="edge"\r\n\r\n{both}'.encode()


def _mail_body(text: str, kind: str, style: int) -> str:
    data = text.encode()
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: "
    if style % 3 == 0:
        return f"{head}base64\r\n\r\n{base64.encodebytes(data).decode()}"
    if style % 3 == 1:
        return f"{head}quoted-printable\r\n\r\n{quopri.encodestring(data).decode()}"
    return f"{head}8bit\r\n\r\n{text}"


def csv_file(parts: list[RandomPart]) -> bytes:
    """Write delimited text: the rows of all tables, as wide as the first, or a line a part."""
    style = parts[0].variant
    written = io.StringIO()
    writer = csv.writer(
        written, delimiter=",;\t|,;"[style], lineterminator="\n" if style % 2 else "\r\n", quoting=csv.QUOTE_ALL
    )
    for part in seen(parts):
        writer.writerows(part.rows)
    return written.getvalue().encode("utf-8-sig" if style == 4 else "utf-8")
