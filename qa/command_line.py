"""The askfolder command: chat, ask, search, index, status, eval, mcp. Puts what `qa` gives on a terminal."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import AskfolderError, has_index
from index.losses import losses
from qa.answer import one_line
from qa.answer_text import answer_lines
from qa.command_options import (
    asking_options,
    documents_option,
    folder_argument,
    index_option,
    json_option,
    opening_options,
    passages_option,
    question_argument,
)
from qa.eval_command import eval_command
from qa.folder import Folder
from qa.progress_bars import progress_bars
from qa.unread import remarks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index import SyncReport
    from qa.command_options import Opening

NO_ANSWER, ERROR, INTERRUPTED = 1, 2, 130  # exit statuses; 130 is what shells give for Ctrl-C


def main() -> None:
    """Run the command. Exit status: 0, 1 when the documents do not say, 2 for an error."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character gets a stand-in for it, not a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        status = askfolder(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = ERROR
    except (AskfolderError, ValueError) as error:
        print(f"askfolder: {one_line(str(error))}", file=sys.stderr)
        status = ERROR
    except (KeyboardInterrupt, click.Abort):
        print("Stopped. What was finished is kept; the same command goes on from there.", file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status or 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="askfolder", message="%(version)s")
def askfolder() -> None:
    """Answers from the documents in a folder, in their own words, with citations that open."""


@askfolder.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Serve the page on this address.")
@click.option("--port", type=click.IntRange(1, 65535), default=7860, show_default=True, help="Serve it on this port.")
@click.option("--browser/--no-browser", default=True, help="Whether to open a browser.")
@click.option("--token", envvar="ASKFOLDER_TOKEN", hidden=True, help="Not shown: a command line is seen by others.")
@asking_options
def chat(folder: Path | None, host: str, port: int, browser: bool, token: str | None, opening: Opening) -> None:
    """Open the chat page on the documents of FOLDER, or on a small sample collection.

    On another address than this machine's own, a token is asked for. It is printed once; to choose it, set
    ASKFOLDER_TOKEN.
    """
    suggestions: tuple[str, ...] | None = None
    place = None
    if folder is None:
        from qa.sample import QUESTIONS, sample_folder, sample_index

        folder, place, suggestions = sample_folder(), sample_index(), QUESTIONS
    with _synced(opening.open(folder, place)) as opened:
        import ui  # takes seconds to import, so only here
        from qa.service.serving import is_local

        made = None if token or is_local(host) else secrets.token_urlsafe(24)

        def say_where(address: str) -> None:
            print(f"The page is at {address}  (Ctrl-C stops it)", flush=True)
            if made:
                print(f"Its token, which browsers and programs are asked for: {made}", flush=True)

        ui.serve(
            opened,
            host=host,
            port=port,
            open_browser=browser,
            token=token or made,
            suggestions=suggestions,
            on_ready=say_where,
        )


@askfolder.command()
@folder_argument
@asking_options
def mcp(folder: Path, opening: Opening) -> None:
    """Offer FOLDER to another program's language model as tools, by the Model Context Protocol.

    It is spoken over standard input and output, so this is a command for that program's settings and not for typing.
    The chat page offers the same tools at its address, under /mcp.
    """
    with _synced(opening.open(folder)) as opened:
        from qa.service.desk import Desk
        from qa.service.tools import make_tools

        make_tools(Desk(opened)).run("stdio")


@askfolder.command()
@folder_argument
@question_argument
@documents_option
@json_option
@passages_option(3, "How many passages to show where the documents do not say.")
@click.option("--all", "more", is_flag=True, help="Show more than the first five quotations, where there are more.")
@asking_options
def ask(
    folder: Path, question: str, documents: tuple[str, ...], as_json: bool, k: int, more: bool, opening: Opening
) -> None:
    """Answer QUESTION in the documents' own sentences.

    Exit status 0: answered. 1: the documents do not say. 2: an error.
    """
    with _synced(opening.open(folder)) as opened:
        answer = opened.ask(question, documents or None)
    if as_json:
        print(json.dumps(answer.to_dict(), indent=2))
    else:
        click.echo("\n".join(answer_lines(answer, k, more=more, styled=sys.stdout.isatty())))
    if not answer.found:
        raise click.exceptions.Exit(NO_ANSWER)


@askfolder.command()
@folder_argument
@question_argument
@documents_option
@json_option
@passages_option(5, "How many passages to show.")
@asking_options
def search(folder: Path, question: str, documents: tuple[str, ...], as_json: bool, k: int, opening: Opening) -> None:
    """Show the passages nearest to QUESTION, the nearest first.

    Exit status 0: some. 1: there are none. 2: an error.
    """
    with _synced(opening.open(folder)) as opened:
        passages = opened.retrieve(question, k, documents or None)
        missing = opened.missing(documents or None)
    if missing:
        print(f"Note: {missing}", file=sys.stderr)
    if as_json:
        print(json.dumps([passage.to_dict() for passage in passages], indent=2))
    else:
        for number, passage in enumerate(passages, 1):
            print(f"[{number}] {passage.citation.place}  score {passage.score:.2f}\n{one_line(passage.text)}\n")
    if not passages:
        raise click.exceptions.Exit(NO_ANSWER)


@askfolder.command()
@folder_argument
@click.option("--rebuild", is_flag=True, help="Throw the index away and read everything again.")
@opening_options
def index(folder: Path, rebuild: bool, opening: Opening) -> None:
    """Read what is new or changed in FOLDER, and say what could not be read."""
    with opening.open(folder, rebuild=rebuild) as opened:
        with progress_bars() as report_progress:
            report = opened.sync(report_progress)
        for line in (_summary(opened, report), *_loss_lines(opened)):
            print(line)


@askfolder.command()
@folder_argument
@index_option
def status(folder: Path, place: Path | None) -> None:
    """Show what the index of FOLDER holds, as of the last time it was read."""
    if not has_index(folder, place):
        raise AskfolderError(f"{folder} has not been indexed yet. Do so with: askfolder index {folder}")
    with Folder(folder, index=place) as opened:
        documents = opened.documents()
        print(f"Folder      {one_line(str(opened.path))}")
        print(f"Index       {one_line(str(opened.index.path))}, {opened.index.size_on_disk() / 1e6:,.1f} MB")
        print(f"Model       {one_line(opened.index.model_name)}")
        print(f"Documents   {len(documents):,}")
        print(f"Paragraphs  {sum(document.paragraph_count for document in documents):,}")
        for line in (*_loss_lines(opened), *_remark_lines(opened)):
            print(line)


askfolder.add_command(eval_command)


def _synced(opened: Folder) -> Folder:
    """Bring a folder's index up to date, with progress bars on a terminal."""
    try:
        with progress_bars() as report_progress:
            opened.sync_unless_busy(report_progress)
    except BaseException:
        opened.close()
        raise
    return opened


def _summary(opened: Folder, report: SyncReport) -> str:
    documents = opened.documents()
    paragraphs = sum(document.paragraph_count for document in documents)
    parts = {"added": report.added, "updated": report.updated, "renamed": report.renamed, "removed": report.removed}
    changes = ", ".join(f"{len(files):,} {what}" for what, files in parts.items() if files) or "nothing has changed"
    return f"{_count(len(documents), 'document')}, {_count(paragraphs, 'paragraph')}: {changes}."


def _loss_lines(opened: Folder) -> Iterator[str]:
    """Say what could not be read: files, then parts of files."""
    unread = opened.unread()
    if unread:
        yield f"Not read    {_count(len(unread), 'file')}:"
    for file in unread:
        yield f"- {one_line(file.source)}: {one_line(file.reason)}"
    incomplete = [(document, said) for document in opened.index.incomplete() if (said := losses(document.report))]
    if incomplete:
        yield f"In part     {_count(len(incomplete), 'document')}:"
    for document, said in incomplete:
        yield f"- {one_line(document.source)}: {one_line('; '.join(said))}"


def _remark_lines(opened: Folder) -> Iterator[str]:
    remarked = [(document, said) for document in opened.index.incomplete() if (said := remarks(document))]
    if remarked:
        yield f"With care   {_count(len(remarked), 'document')}:"
    for document, said in remarked:
        yield f"- {one_line(document.source)}: {one_line('; '.join(said))}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
