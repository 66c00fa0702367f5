"""Operations on the whole store: create it, rebuild, prune, digest."""

from dataclasses import asdict

from ascend import RebuildProgress, WorkspaceId
from ascend.cli.context import CommandContext
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import WorkBars, show_spinner, show_work


async def report_ready(context: CommandContext) -> None:
    """Say that the store is ready: opening it has created what was missing. Record the application that it is for."""
    await context.store.ownership.claim()
    url = context.options.place
    context.printer.result({"store": url}, f"The store {url} is ready.")


async def rebuild_items(context: CommandContext, projection: str | None, budget: float | None = None) -> None:
    store = context.store
    names = [] if projection is None else [projection]
    latest = RebuildProgress(0, 0, 0.0, None)
    unreadable: dict[WorkspaceId, str] = {}
    with show_work(context.printer.err, "Rebuilding") as bars:

        def show(progress: RebuildProgress) -> None:
            nonlocal latest
            latest = progress
            if bars is not None:
                show_rebuild(bars, progress)

        state = await store.rebuild(
            *names,
            budget=budget,
            progress=show,
            report_unreadable=lambda workspace, error: unreadable.update({workspace: str(error)}),
        )
    rebuilt = names or [known.name for known in store.current.projections]
    workspaces = count_noun(latest.workspaces, "workspace")
    text = f"Rebuilt {', '.join(rebuilt)} for {workspaces}; `ascend prune` removes the old items later."
    for workspace, reason in unreadable.items():
        context.printer.note(f"{workspace} cannot be read to its end: {reason}")
    epochs = dict(state.current_epochs)
    data = {"rebuilt": rebuilt, "workspaces": latest.workspaces, "epochs": epochs, "unreadable": unreadable}
    context.printer.result(data, text)


def show_rebuild(bars: WorkBars, progress: RebuildProgress) -> None:
    label = f"Rebuilding: {progress.built} of {count_noun(progress.workspaces, 'workspace')}"
    bars.show(progress.share, progress.seconds_left, label)
    bars.show_parts({each.workspace: (each.share, each.seconds_left) for each in progress.building})


async def prune_store(context: CommandContext, *, now: bool) -> None:
    label = "Pruning" if now else "Pruning: if there is an old generation, this takes more than 15 minutes"
    with show_spinner(context.printer.err, label):
        pruned = await context.store.prune(even_if_in_use=now)
    records, items = count_noun(pruned.records, "record"), count_noun(pruned.items, "item")
    for reason in pruned.unreadable:
        context.printer.note(f"left alone: {reason}")
    if pruned.unreadable and not now:
        context.printer.note("after a rebuild, `ascend prune --now` removes the records of old generations among these")
    context.printer.result(asdict(pruned), f"Removed {records} of old generations and {items}.")


async def show_digest(context: CommandContext) -> None:
    with show_spinner(context.printer.err, "Reading all read items"):
        hexadecimal, items = await context.store.digest()
    lag = sum([status.lag async for status in context.store.status()])
    if lag:
        commits = count_noun(lag, "commit")
        context.printer.note(f"not rendered yet: {commits}: run `ascend worker --until-caught-up` first")
    context.printer.result({"digest": hexadecimal, "items": items}, f"{hexadecimal}  {count_noun(items, 'item')}")
