"""Progress of long work, where a person looks on: standard error is a terminal. Elsewhere nothing is shown."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Report = Callable[[int, int | None], None]
"""How much is done, and of how much where that is known."""


def nothing(_done: int, _total: int | None) -> None: ...


@contextmanager
def progress(err: Console, label: str) -> Generator[Report]:
    if not err.is_terminal:
        yield nothing
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


@contextmanager
def spinner(err: Console, label: str) -> Generator[None]:
    if not err.is_terminal:
        yield
        return
    with err.status(label):
        yield
