"""The worker: catches up and exits, or follows until it is told to stop."""

import signal

import anyio
import typer

from ascend.cli.desk import Desk
from ascend.cli.errors import STALLED
from ascend.cli.terminal.printing import counted
from ascend.cli.terminal.progress import Report, progress
from ascend.projections.workers.worker import Pass

LOOK = 1.0
"""Seconds between two looks at how far the worker is."""


async def follow(desk: Desk) -> None:
    """Until SIGINT or SIGTERM; whatever is half done is whole after the next start."""
    desk.printer.note("Following all workspaces; Ctrl-C stops.")
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with anyio.create_task_group() as group:
            group.start_soon(desk.store.worker.follow)
            async for _ in signals:
                group.cancel_scope.cancel()
    desk.printer.note("Stopped.")


async def catch_up(desk: Desk) -> None:
    """Exits with 1 when a workspace stalls."""
    done = await (watched(desk) if desk.printer.err.is_terminal else desk.store.worker.run_once())
    said = {"workspaces": done.workspaces, "batches": done.batches, "stalled": list(done.stalled)}
    desk.printer.result(said, sentence(done))
    if done.stalled:
        await name_stalled(desk)
        raise typer.Exit(STALLED)


async def watched(desk: Desk) -> Pass:
    """With a progress bar."""
    passes: list[Pass] = []
    with progress(desk.printer.err, "Catching up") as report:
        async with anyio.create_task_group() as group:
            group.start_soon(watch, desk, report)
            passes.append(await desk.store.worker.run_once())
            group.cancel_scope.cancel()
    return passes[0]


async def watch(desk: Desk, report: Report) -> None:
    """Commits rendered, of those that there are."""
    while True:
        rendered, head = 0, 0
        async for one in desk.store.status():
            rendered, head = rendered + one.rendered, head + one.head
        report(rendered, head)
        await anyio.sleep(LOOK)


def sentence(done: Pass) -> str:
    stalled = f"; {counted(len(done.stalled), 'workspace')} stalled" if done.stalled else ""
    caught_up = counted(done.workspaces - len(done.stalled), "workspace")
    return f"Caught up with {caught_up} in {counted(done.batches, 'batch', 'batches')}{stalled}."


async def name_stalled(desk: Desk) -> None:
    async for one in desk.store.status():
        if one.stalled:
            desk.printer.note(f"{one.workspace} stalled: {one.stalled}")
