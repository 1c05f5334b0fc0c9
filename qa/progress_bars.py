"""Two progress bars on a terminal: files read, paragraphs embedded. Silent where there is no terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from qa.answer import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index import Progress

LONGEST_NAME = 40  # characters of a file's name beside the bar


@contextmanager
def progress_bars() -> Iterator[Callable[[Progress], None]]:
    """Show bars from the first progress that is reported until the end of the block.

    Yields:
        What to call with each `Progress`.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    bars = Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[name]}", markup=False),
        console=console,
        transient=True,
    )
    reading = bars.add_task("Reading", start=False, visible=False, rate="files", name="")
    embedding = bars.add_task("Embedding", start=False, visible=False, rate="paragraphs", name="")

    def show(progress: Progress) -> None:
        if not bars.live.is_started:
            bars.start()
            bars.start_task(reading)
        name = one_line(progress.source)
        name = name if len(name) <= LONGEST_NAME else "…" + name[1 - LONGEST_NAME :]
        bars.update(reading, visible=True, total=progress.files, completed=progress.files_read, name=name)
        if progress.paragraphs_found:
            task = bars.tasks[embedding]
            if task.start_time is None:
                bars.start_task(embedding)
            # How many there will be in all is known only at the end: until then it is judged by the bytes.
            share = progress.bytes_read / progress.bytes if progress.bytes else 1.0
            total = max(progress.paragraphs_found, round(progress.paragraphs_found / max(share, 1e-9)))
            rate = progress.paragraphs_embedded / task.elapsed if task.elapsed else 0.0
            words = f"paragraphs, {rate:,.0f}/s" if rate else "paragraphs"
            bars.update(embedding, visible=True, total=total, completed=progress.paragraphs_embedded, rate=words)

    try:
        yield show
    finally:
        bars.stop()
