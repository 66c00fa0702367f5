"""Erase a workspace for good. Without --yes, say what would be erased. A stopped erasure can be run again."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict

from ascend import OPERATOR, Erased, NotFound, WorkspaceId
from ascend.adapters.operations.erase import LATE_WRITE_SECONDS
from ascend.adapters.operations.results import Progress
from ascend.cli.context import CommandContext
from ascend.cli.errors import UnknownName
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import ReportProgress, show_progress
from ascend.domain.errors import InvalidInput, UnreadableLog

BACKUPS = {
    "dynamodb": "Backups still hold the workspace: point-in-time recovery for up to 35 days, other backups and exports"
    " until you delete them.",
    "sqlite": "Copies of the file still hold the workspace, and so does the file itself until you run VACUUM on it.",
}
"""A note on remaining copies, by the scheme of the store's URL."""


class NotConfirmed(InvalidInput):
    """Nothing was erased: add --yes to erase it for good; its id can never be used again."""


async def erase_workspace(context: CommandContext, name: str, *, yes: bool, workers_stopped: bool) -> None:
    workspace = await context.names.find_workspace(name)
    head = await context.store.log.last_position(workspace)
    if not head:
        raise UnknownName(f"workspace {name!r}")
    description = f"workspace {await describe_workspace(context, workspace)} with {count_noun(head, 'commit')}"
    if not yes:
        raise NotConfirmed(description)
    duration = "" if workers_stopped else f" This takes more than {LATE_WRITE_SECONDS / 60:.0f} minutes."
    context.printer.note(f"Erasing {description}.{duration} If it is stopped, run it again with the id.")
    with show_stages(context) as report:
        erased = await context.store.erase(workspace, progress=report, workers_stopped=workers_stopped)
    context.printer.result(asdict(erased), summarize_erasure(erased))
    if note := BACKUPS.get(context.options.url.partition(":")[0]):
        context.printer.note(note)


async def describe_workspace(context: CommandContext, workspace: WorkspaceId) -> str:
    """Return the name and the id, or only the id if no name is rendered."""
    with suppress(NotFound, UnreadableLog):
        return f"{(await context.store.queries.workspace(workspace, viewer=OPERATOR)).card.name!r} ({workspace})"
    return workspace


@contextmanager
def show_stages(context: CommandContext) -> Generator[Progress]:
    """Show a progress bar for each stage of the erasure, one after the other."""
    stages: dict[str, ReportProgress] = {}
    with ExitStack() as bar:

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in stages:
                bar.close()
                stages[stage] = bar.enter_context(show_progress(context.printer.err, stage))
            stages[stage](done, total)

        yield report


def summarize_erasure(erased: Erased) -> str:
    items = ", ".join(f"{kind}: {count:,}" for kind, count in erased.removed.items())
    total = count_noun(sum(erased.removed.values()), "item")
    return (
        f"Erased {erased.workspace}: emptied {count_noun(erased.commits, 'commit')}, removed {total}"
        f"{f' ({items})' if items else ''}."
    )
