"""Author and date of an office document, where its program did not just fill something in."""

from __future__ import annotations

_NOBODY = frozenset(
    (
        "admin", "administrator", "author", "default", "microsoft", "microsoft office user", "microsoft user", "owner",
        "pc", "python-docx", "python-pptx", "standard", "unknown", "unknown author", "user", "utilisateur",
        "utilisateur windows", "windows user", "windows-benutzer", "un-named", "unnamed", "anonymous", "apache poi",
        "openpyxl", "benutzer", "usuario", "usuario de windows", "test", "temp", "dell", "hp", "lenovo", "acer", "asus",
    )
)  # fmt: skip
_TEMPLATE_DATES = ("2013-12-23T23:15:00", "2013-01-27T09:14:16")  # of the templates of python-docx and python-pptx


def author_of(name: str | None) -> str | None:
    """Give a person's name; None for what programs and machines are called."""
    plain = " ".join((name or "").split())
    return None if not plain or plain.lower() in _NOBODY else plain


def date_of(*dates: str | None) -> str | None:
    """Give the first date that was not taken over from a program's template or from before there were such files."""
    for date in dates:
        if date and not date.startswith((*_TEMPLATE_DATES, "1601-", "1899-", "1900-", "1970-01-01", "1980-01-01", "0")):
            return date
    return None
