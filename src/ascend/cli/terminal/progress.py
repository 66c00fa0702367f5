"""Progress of long work. Shown only if standard error is a terminal."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

ReportProgress = Callable[[int, int | None], None]
"""Takes the amount done and the total, None if the total is unknown."""


def ignore_progress(_done: int, _total: int | None) -> None: ...


@contextmanager
def show_progress(err: Console, label: str) -> Generator[ReportProgress]:
    """Show a progress bar as long as the block runs. Yields the function that moves it."""
    if not err.is_terminal:
        yield ignore_progress
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def show_spinner(err: Console, label: str) -> Generator[None]:
    if not err.is_terminal:
        yield
        return
    with err.status(label):
        yield
