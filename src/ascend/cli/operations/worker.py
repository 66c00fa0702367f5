"""Run a worker: until all workspaces are rendered, or until a signal stops it."""

import signal
from typing import Any

import anyio
import typer

from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import ReportProgress, show_progress
from ascend.projections.workers.results import Pass

REPORT_INTERVAL = 1.0
"""Seconds between two reports of the progress."""
UNFINISHED = (
    "workers of other code go first there: run one of them, see `ascend status`; or policies go on: run this again"
)


async def follow(context: CommandContext) -> None:
    """Run a worker until SIGINT or SIGTERM. The next start completes what is unfinished."""
    context.printer.note("Following all workspaces; Ctrl-C stops.")
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with anyio.create_task_group() as group:
            group.start_soon(context.store.worker.follow)
            async for _ in signals:
                group.cancel_scope.cancel()
    context.printer.note("Stopped.")


async def catch_up(context: CommandContext) -> None:
    """Render all workspaces. Exits with 1 if a workspace is stalled, or not rendered to the end of its log."""
    is_watched = context.printer.err.is_terminal
    result = await (run_with_progress(context) if is_watched else context.store.worker.run_once())
    context.printer.result(pass_to_json(result), summarize_pass(result))
    for entity in result.parked_entities:
        context.printer.note(f"{entity.workspace} parked: {entity.projection} {entity.ref}; see `ascend status`")
    for workspace in result.unfinished:
        context.printer.note(f"{workspace} unfinished: {UNFINISHED}")
    if result.stalled:
        await print_stalled(context)
    if result.stalled or result.unfinished:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


async def run_with_progress(context: CommandContext) -> Pass:
    results: list[Pass] = []
    with show_progress(context.printer.err, "Catching up") as report:
        async with anyio.create_task_group() as group:
            group.start_soon(report_positions, context, report)
            results.append(await context.store.worker.run_once())
            group.cancel_scope.cancel()
    return results[0]


async def report_positions(context: CommandContext, report: ReportProgress) -> None:
    """Report the commits rendered and the commits there are, until cancelled."""
    while True:
        rendered, head = 0, 0
        async for status in context.store.status():
            rendered, head = rendered + status.rendered, head + status.head
        report(rendered, head)
        await anyio.sleep(REPORT_INTERVAL)


def pass_to_json(result: Pass) -> dict[str, Any]:
    return {
        "workspaces": result.workspaces,
        "batches": result.batches,
        "stalled": list(result.stalled),
        "parked": result.parked,
        "parked_entities": [
            {"workspace": entity.workspace, "projection": entity.projection, "entity": str(entity.ref)}
            for entity in result.parked_entities
        ],
        "unfinished": list(result.unfinished),
    }


def summarize_pass(result: Pass) -> str:
    stalled = f"; {count_noun(len(result.stalled), 'workspace')} stalled" if result.stalled else ""
    parked = f"; {count_noun(result.parked, 'entity', 'entities')} parked" if result.parked else ""
    unfinished = f"; {count_noun(len(result.unfinished), 'workspace')} unfinished" if result.unfinished else ""
    caught_up = count_noun(result.workspaces - len({*result.stalled, *result.unfinished}), "workspace")
    return (
        f"Caught up with {caught_up} in {count_noun(result.batches, 'batch', 'batches')}{stalled}{unfinished}{parked}."
    )


async def print_stalled(context: CommandContext) -> None:
    async for status in context.store.status():
        if status.stalled:
            context.printer.note(f"{status.workspace} stalled: {status.stalled}")
