"""Verify: fold the log into a scratch store in a temporary folder, and list every difference. Exits with 1 if any."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import typer
from anyio import CancelScope, to_thread

from ascend.adapters.cli.desk import Desk
from ascend.adapters.cli.errors import STALLED
from ascend.adapters.cli.printing import Printer, counted
from ascend.adapters.cli.progress import spinner
from ascend.adapters.sqlite import open_sqlite
from ascend.adapters.table import Tables
from ascend.adapters.verify import Difference, Verified, Verifier


async def verify(desk: Desk) -> None:
    store = desk.store
    with spinner(desk.printer.err, "Folding the log, and comparing"):
        async with scratch_tables() as scratch:
            verifier = Verifier(store.tables, scratch, store.model, store.current, store.world)
            verified = await verifier.run()
    say(desk.printer, verified)
    if not verified.clean:
        raise typer.Exit(STALLED)


@asynccontextmanager
async def scratch_tables() -> AsyncGenerator[Tables]:
    """On disk, because a store need not fit into memory."""
    folder = await to_thread.run_sync(lambda: tempfile.TemporaryDirectory(prefix="ascend-verify-"))
    try:
        async with open_sqlite(Path(folder.name) / "scratch.db", durable=False) as scratch:
            await scratch.create()
            yield scratch
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(folder.cleanup)


def say(printer: Printer, verified: Verified) -> None:
    if printer.json:
        printer.document({"clean": verified.clean, **asdict(verified)})
        return
    for found in verified.differences:
        printer.text(sentence(found))
    if verified.more:
        printer.text(f"… and {verified.more} more")
    for workspace in verified.unsettled:
        printer.text(f"unsettled {workspace}: it kept moving, or a batch is half done: run a worker, then verify again")
    if verified.lag:
        printer.note(f"{verified.lag} commits are not rendered yet, and so not verified: run a worker first")
    printer.text(summary(verified))


def sentence(found: Difference) -> str:
    detail = f"  ({found.detail})" if found.detail else ""
    return f"{found.what:<8} {found.partition}  {found.sort}{detail}"


def summary(verified: Verified) -> str:
    count = len(verified.differences) + verified.more
    what = "Clean" if verified.clean else counted(count, "difference")
    return f"{what}: {verified.workspaces} workspaces, {verified.commits} commits, {verified.items} items compared."
