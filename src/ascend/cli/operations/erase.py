"""Erase: a workspace, for good. Says what it would do until it is told to do it; can be stopped and run again."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict

from ascend import OPERATOR, Erased, NotFound, WorkspaceId
from ascend.adapters.operations.erase import LATE, Progress
from ascend.cli.desk import Desk
from ascend.cli.errors import UnknownName
from ascend.cli.terminal.printing import counted
from ascend.cli.terminal.progress import Report, progress
from ascend.domain.errors import InvalidInput

BACKUPS = {
    "dynamodb": "Backups still hold it: point-in-time recovery up to 35 days back, backups and exports until you delete them.",
    "sqlite": "Copies of the file still hold it, and so does the file itself until VACUUM has run on it.",
}


class NotConfirmed(InvalidInput):
    """Nothing was erased: with --yes it is, for good, and its id can never be used again."""


async def erase(desk: Desk, text: str, *, yes: bool, workers_stopped: bool) -> None:
    workspace = await desk.names.workspace(text)
    head = (await desk.store.log.head(workspace)).position
    if not head:
        raise UnknownName(f"workspace {text!r}")
    what = f"workspace {await named(desk, workspace)} with {counted(head, 'commit')}"
    if not yes:
        raise NotConfirmed(what)
    wait = "" if workers_stopped else f" It takes more than {LATE / 60:.0f} minutes."
    desk.printer.note(f"Erasing {what}.{wait} If it is stopped, run it again with the id.")
    with stages(desk) as report:
        erased = await desk.store.erase(workspace, progress=report, workers_stopped=workers_stopped)
    desk.printer.result(asdict(erased), sentence(erased))
    if note := BACKUPS.get(desk.options.url.partition(":")[0]):
        desk.printer.note(note)


async def named(desk: Desk, workspace: WorkspaceId) -> str:
    """Its name, where it still is there, and its id."""
    with suppress(NotFound):
        return f"{(await desk.store.queries.workspace(workspace, viewer=OPERATOR)).card.name!r} ({workspace})"
    return workspace


@contextmanager
def stages(desk: Desk) -> Generator[Progress]:
    """A progress bar for each thing that is being done."""
    shown: dict[str, Report] = {}
    with ExitStack() as bar:

        def report(what: str, done: int, total: int | None) -> None:
            if what not in shown:
                bar.close()
                shown[what] = bar.enter_context(progress(desk.printer.err, what))
            shown[what](done, total)

        yield report


def sentence(erased: Erased) -> str:
    items = ", ".join(f"{kind}: {count:,}" for kind, count in erased.removed.items())
    total = counted(sum(erased.removed.values()), "item")
    return (
        f"Erased {erased.workspace}: emptied {counted(erased.commits, 'commit')}, removed {total}"
        f"{f' ({items})' if items else ''}."
    )
