"""The options that several commands share: where a folder's index is, and how its files are read."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index import Limits, ReadingSettings
from qa.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable

folder_argument = click.argument("folder", type=click.Path(path_type=Path))
question_argument = click.argument("question")
documents_option = click.option(
    "--in", "documents", metavar="DOCUMENT", multiple=True, help="Look only in this document (its path); repeatable."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
index_option = click.option(
    "--index", "place", metavar="PATH", type=click.Path(path_type=Path), help="Keep the index here, not in FOLDER."
)


def passages_option(default: int, use: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the option -k."""
    return click.option("-k", type=click.IntRange(min=1), default=default, show_default=True, help=use)


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open a folder: where its index is, with which models, and how its files are read."""

    place: Path | None
    model: str | None
    reading: ReadingSettings
    reader: str | None = None
    fast: bool = False

    def open(self, folder: Path, place: Path | None = None, *, rebuild: bool = False) -> Folder:
        """Open a folder as its index knows it; `place` is where the index is if no option says so."""
        return Folder(
            folder,
            index=self.place or place,
            model=self.model,
            reader=self.reader,
            fast=self.fast,
            reading=self.reading,
            rebuild=rebuild,
        )


def opening_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --index, --model, --ocr, --password-file and --limit, as one argument `opening`."""

    @index_option
    @click.option("--model", metavar="NAME", help="A sentence-transformers model, by name or path.")
    @click.option("--ocr", is_flag=True, help="Read pages that are images, with tesseract if it is installed.")
    @click.option(
        "--password-file",
        metavar="PATH",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Try each line of this file on protected files. One password can also stand in ASKFOLDER_PASSWORD.",
    )
    @click.option(
        "--limit",
        "limits",
        metavar="NAME=N",
        multiple=True,
        callback=_limits,
        help=f"How much reading one file may take; repeatable. {_limits_in_words()}.",
    )
    @click.option("--password", envvar="ASKFOLDER_PASSWORD", hidden=True, expose_value=True)
    @wraps(command)
    def with_opening(
        *,
        place: Path | None,
        model: str | None,
        ocr: bool,
        password_file: Path | None,
        limits: Limits,
        password: str | None,
        **others: Any,
    ) -> None:
        passwords = (*_lines(password_file), *([password] if password else []))
        command(opening=Opening(place, model, ReadingSettings(limits, passwords, ocr)), **others)

    return with_opening


def asking_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what `opening_options` gives, and --reader and --fast, in the same argument."""

    @click.option("--reader", metavar="NAME", help="An extractive question-answering model, by name or path.")
    @click.option("--fast", is_flag=True, help="Do without a reader: quicker, less exact, no words marked.")
    @opening_options
    @wraps(command)
    def with_reader(*, opening: Opening, reader: str | None, fast: bool, **others: Any) -> None:
        command(opening=replace(opening, reader=reader, fast=fast), **others)

    return with_reader


def _lines(password_file: Path | None) -> list[str]:
    if password_file is None:
        return []
    try:
        return [line for line in password_file.read_text("utf-8-sig").splitlines() if line]
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{password_file} cannot be read: {error}", param_hint="--password-file") from error


def _limits(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Limits:
    known = {field.name for field in fields(Limits)}
    chosen = {}
    for value in values:
        name, _, number = value.partition("=")
        if name not in known or not number.isdecimal() or int(number) < 1:
            raise click.BadParameter(f"{value!r} is not NAME=N with N from 1 and one of {', '.join(sorted(known))}.")
        chosen[name] = int(number)
    return Limits(**chosen)


def _limits_in_words() -> str:
    return ", ".join(f"{field.name} ({field.default:,})" for field in fields(Limits))
