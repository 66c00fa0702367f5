"""Operations on the whole store: create it, rebuild, prune, digest."""

from dataclasses import asdict

from ascend import WorkspaceId
from ascend.cli.context import CommandContext
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import show_progress, show_spinner


async def report_ready(context: CommandContext) -> None:
    """Say that the store is ready: opening it has created what was missing. Record the application that it is for."""
    await context.store.ownership.claim()
    url = context.options.place
    context.printer.result({"store": url}, f"The store {url} is ready.")


async def rebuild_items(context: CommandContext, projection: str | None, budget: float | None = None) -> None:
    store = context.store
    names = [] if projection is None else [projection]
    total = len([workspace async for workspace in store.log.workspaces()])
    built: list[WorkspaceId] = []
    unreadable: dict[WorkspaceId, str] = {}
    with show_progress(context.printer.err, "Rebuilding") as report:

        def report_built(workspace: WorkspaceId) -> None:
            built.append(workspace)
            report(len(built), total)

        report(0, total)
        state = await store.rebuild(
            *names,
            budget=budget,
            progress=report_built,
            report_unreadable=lambda workspace, error: unreadable.update({workspace: str(error)}),
        )
    rebuilt = names or [known.name for known in store.current.projections]
    workspaces = count_noun(total, "workspace")
    text = f"Rebuilt {', '.join(rebuilt)} for {workspaces}; `ascend prune` removes the old items later."
    for workspace, reason in unreadable.items():
        context.printer.note(f"{workspace} cannot be read to its end: {reason}")
    data = {"rebuilt": rebuilt, "workspaces": total, "epochs": dict(state.current_epochs), "unreadable": unreadable}
    context.printer.result(data, text)


async def prune_store(context: CommandContext, *, now: bool) -> None:
    with show_spinner(context.printer.err, "Pruning"):
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
