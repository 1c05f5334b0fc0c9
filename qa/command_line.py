"""The askfolder command: chat, ask, search, index, status. Puts what `qa` gives on a terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import AskfolderError, has_index
from qa.answer import one_line
from qa.folder import Folder
from qa.progress_bars import progress_bars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index import DocumentSummary, SyncReport
    from qa.answer import Answer

NO_ANSWER, ERROR, INTERRUPTED = 1, 2, 130  # exit statuses; 130 is what shells give for Ctrl-C

folder_argument = click.argument("folder", type=click.Path(path_type=Path))
question_argument = click.argument("question")
documents_option = click.option(
    "--in", "documents", metavar="DOCUMENT", multiple=True, help="Look only in this document (its path); repeatable."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
index_option = click.option(
    "--index", "place", metavar="PATH", type=click.Path(path_type=Path), help="Keep the index here, not in FOLDER."
)
model_option = click.option("--model", metavar="NAME", help="A sentence-transformers model, by name or path.")


def passages_option(default: int, use: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the option -k."""
    return click.option("-k", type=click.IntRange(min=1), default=default, show_default=True, help=use)


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
@index_option
@model_option
def chat(folder: Path | None, host: str, port: int, browser: bool, place: Path | None, model: str | None) -> None:
    """Open the chat page on the documents of FOLDER, or on a small sample collection."""
    suggestions: tuple[str, ...] = ()
    if folder is None:
        from qa.sample import QUESTIONS, sample_folder, sample_index

        folder, place, suggestions = sample_folder(), place or sample_index(), QUESTIONS
    with _open(folder, place, model) as opened:
        import ui  # takes seconds to import, so only here

        if host not in ("127.0.0.1", "localhost", "::1"):
            print("Note: whoever can reach this address can read these documents.", file=sys.stderr)
        ui.serve(
            opened,
            host=host,
            port=port,
            open_browser=browser,
            suggestions=suggestions,
            on_ready=lambda address: print(f"The page is at {address}  (Ctrl-C stops it)", flush=True),
        )


@askfolder.command()
@folder_argument
@question_argument
@documents_option
@json_option
@passages_option(3, "How many passages to show where the documents do not say.")
@index_option
@model_option
def ask(
    folder: Path,
    question: str,
    documents: tuple[str, ...],
    as_json: bool,
    k: int,
    place: Path | None,
    model: str | None,
) -> None:
    """Answer QUESTION in the documents' own sentences.

    Exit status 0: answered. 1: the documents do not say. 2: an error.
    """
    with _open(folder, place, model) as opened:
        answer = opened.ask(question, documents or None)
    if as_json:
        print(json.dumps(answer.to_dict(), indent=2))
    else:
        print("\n".join(_answer_lines(answer, k)))
    if not answer.found:
        raise click.exceptions.Exit(NO_ANSWER)


@askfolder.command()
@folder_argument
@question_argument
@documents_option
@json_option
@passages_option(5, "How many passages to show.")
@index_option
@model_option
def search(
    folder: Path,
    question: str,
    documents: tuple[str, ...],
    as_json: bool,
    k: int,
    place: Path | None,
    model: str | None,
) -> None:
    """Show the passages nearest to QUESTION, the nearest first.

    Exit status 0: some. 1: there are none. 2: an error.
    """
    with _open(folder, place, model) as opened:
        passages = opened.retrieve(question, k, documents or None)
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
@index_option
@model_option
def index(folder: Path, rebuild: bool, place: Path | None, model: str | None) -> None:
    """Read what is new or changed in FOLDER, and say what could not be read."""
    with Folder(folder, index=place, model=model, rebuild=rebuild) as opened:
        with progress_bars() as report_progress:
            report = opened.sync(report_progress)
        for line in (_summary(opened, report), *_unread_lines(opened)):
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
        for line in (*(line for document in documents for line in _report_lines(document)), *_unread_lines(opened)):
            print(line)


def _open(folder: Path, place: Path | None, model: str | None) -> Folder:
    """Open a folder and bring its index up to date, with progress bars on a terminal."""
    opened = Folder(folder, index=place, model=model)
    try:
        with progress_bars() as report_progress:
            opened.sync_unless_busy(report_progress)
    except BaseException:
        opened.close()
        raise
    if unread := opened.unread():
        print(f"{_count(len(unread), 'file')} could not be read; `askfolder status` says which.", file=sys.stderr)
    return opened


def _answer_lines(answer: Answer, k: int) -> Iterator[str]:
    yield answer.text
    for warning in answer.warnings:
        yield f"\nNote: {warning}"
    if answer.found:
        yield ""
        for number, citation in enumerate(answer.citations, 1):
            title = f"  {one_line(citation.title)}" if citation.title else ""
            yield f"[{number}] {citation.place}{title}"
    elif answer.passages:
        yield "\nThe nearest passages, which are no answer:"
        for passage in answer.passages[:k]:
            yield f"- {passage}"


def _summary(opened: Folder, report: SyncReport) -> str:
    documents = opened.documents()
    paragraphs = sum(document.paragraph_count for document in documents)
    parts = {"added": report.added, "updated": report.updated, "renamed": report.renamed, "removed": report.removed}
    changes = ", ".join(f"{len(files):,} {what}" for what, files in parts.items() if files) or "nothing has changed"
    return f"{_count(len(documents), 'document')}, {_count(paragraphs, 'paragraph')}: {changes}."


def _report_lines(document: DocumentSummary) -> Iterator[str]:
    report = document.report
    for pages, what in (
        (report.pages_without_text, "no text (an image, perhaps)"),
        (report.garbled_pages, "text that cannot be relied on (a font without its letters)"),
        (report.failed_pages, "pages that cannot be opened"),
    ):
        if pages:
            numbers = ", ".join(map(str, pages[:10])) + (", …" if len(pages) > 10 else "")
            yield f"{one_line(document.source)}: {what} on {len(pages)} of {document.page_count} pages: {numbers}"


def _unread_lines(opened: Folder) -> Iterator[str]:
    unread = opened.unread()
    if unread:
        yield f"Not read    {_count(len(unread), 'file')}:"
    for file in unread:
        yield f"- {one_line(file.source)}: {one_line(file.reason)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
