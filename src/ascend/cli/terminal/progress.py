"""Progress of long work. Shown only if standard error is a terminal."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # most commands show no bars: rich imports them slowly
    from rich.console import Console
    from rich.progress import Progress, TaskID

MINUTE = 60

ReportProgress = Callable[[int, int | None], None]
"""Takes the amount done and the total, None if the total is unknown."""


def ignore_progress(_done: int, _total: int | None) -> None: ...


@contextmanager
def show_progress(err: "Console", label: str) -> Generator[ReportProgress]:
    """Show a progress bar as long as the block runs. Yields the function that moves it."""
    if not err.is_terminal:
        yield ignore_progress
        return
    from rich import progress as rich_progress  # noqa: PLC0415  only where bars are shown

    columns = (
        rich_progress.SpinnerColumn(),
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeElapsedColumn(),
    )
    with rich_progress.Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class WorkBars:
    """A bar for the whole work, with the time that is left, and one for each of its parts that is under way."""

    def __init__(self, bars: "Progress", label: str) -> None:
        self._bars = bars
        self._whole = bars.add_task(label, total=1.0, left="")
        self._parts: dict[str, TaskID] = {}

    def show(self, share: float, left: float | None, label: str) -> None:
        self._bars.update(self._whole, completed=share, left=describe_left(left), description=label)

    def show_parts(self, parts: Mapping[str, tuple[float, float | None]]) -> None:
        """Show these parts, by name, and no others: the share that is done, and the seconds that are left."""
        for name in self._parts.keys() - parts.keys():
            self._bars.remove_task(self._parts.pop(name))
        for name, (share, left) in parts.items():
            if name not in self._parts:
                self._parts[name] = self._bars.add_task(f"  {name}", total=1.0, left="")
            self._bars.update(self._parts[name], completed=share, left=describe_left(left))


@contextmanager
def show_work(err: "Console", label: str) -> Generator[WorkBars | None]:
    """Show bars as long as the block runs. Yields None if nobody looks: standard error is no terminal."""
    if not err.is_terminal:
        yield None
        return
    from rich import progress as rich_progress  # noqa: PLC0415  only where bars are shown

    columns = (
        rich_progress.SpinnerColumn(),
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.TaskProgressColumn(),
        rich_progress.TextColumn("{task.fields[left]}"),
    )
    with rich_progress.Progress(*columns, console=err, transient=True) as bars:
        yield WorkBars(bars, label)


def describe_left(seconds: float | None) -> str:
    """Return a text such as "2 min left"."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return f"{seconds:.0f} s left"
    minutes = round(seconds / MINUTE)
    return f"{minutes} min left" if minutes < MINUTE else f"{minutes // MINUTE} h {minutes % MINUTE} min left"


@contextmanager
def show_spinner(err: "Console", label: str) -> Generator[None]:
    if not err.is_terminal:
        yield
        return
    with err.status(label):
        yield
