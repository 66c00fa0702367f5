"""Verify: fold the log into a scratch store in a temporary folder, and list every difference. Exits with 1 if any."""

from dataclasses import asdict

import typer

from ascend.adapters.operations.verify import Difference, Verified
from ascend.cli.desk import Desk
from ascend.cli.errors import STALLED
from ascend.cli.terminal.printing import Printer, counted
from ascend.cli.terminal.progress import spinner


async def verify(desk: Desk) -> None:
    with spinner(desk.printer.err, "Folding the log, and comparing"):
        verified = await desk.store.verify()
    say(desk.printer, verified)
    if not verified.clean:
        raise typer.Exit(STALLED)


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
        printer.note(f"not rendered yet, and so not verified: {counted(verified.lag, 'commit')}: run a worker first")
    printer.text(summary(verified))


def sentence(found: Difference) -> str:
    detail = f"  ({found.detail})" if found.detail else ""
    return f"{found.what:<8} {found.partition}  {found.sort}{detail}"


def summary(verified: Verified) -> str:
    count = len(verified.differences) + verified.more
    what = "Clean" if verified.clean else counted(count, "difference")
    compared = (
        counted(verified.workspaces, "workspace"),
        counted(verified.commits, "commit"),
        counted(verified.items, "item"),
    )
    return f"{what}: {', '.join(compared)} compared."
