"""Fold the log into a scratch store in a temporary folder, and list every difference, and what was mended.

Exits with 1 if a difference is left, if a workspace or a policy is stalled, or if an entity is parked.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from anyio import to_thread

from ascend import WorkspaceStatus
from ascend.adapters.operations.verified import Difference, Verified
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.operations.heads import read_heads_file
from ascend.cli.operations.status import describe_problems, status_to_json
from ascend.cli.terminal.printing import Printer, count_noun
from ascend.cli.terminal.progress import show_spinner


async def verify_store(context: CommandContext, against: Path | None, *, sample: int | None, repair: bool) -> None:
    heads = () if against is None else await to_thread.run_sync(read_heads_file, against)
    with show_spinner(context.printer.err, "Folding the log and comparing"):
        verified = await context.store.verify(heads, sample=sample, repair=repair)
    problems = [status async for status in context.store.status() if status.has_problem]
    print_verified(context.printer, verified, problems)
    if problems or not verified.clean:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def print_verified(printer: Printer, verified: Verified, problems: Sequence[WorkspaceStatus]) -> None:
    if printer.json:
        listed = [status_to_json(status) for status in problems]
        printer.document({"clean": verified.clean, **asdict(verified), "problems": listed})
        return
    for mended in verified.repaired:
        printer.line(f"mended: {describe_difference(mended)}")
    for difference in verified.differences:
        printer.line(describe_difference(difference))
    if verified.more:
        printer.line(f"… and {verified.more} more")
    for workspace in verified.unsettled:
        printer.line(f"unsettled {workspace}: a batch is unfinished: run a worker, then verify again")
    if verified.lag:
        commits = count_noun(verified.lag, "commit")
        printer.note(f"not rendered yet and therefore not verified: {commits}: run a worker first")
    for status in problems:
        for problem in describe_problems(status):
            printer.line(problem)
    printer.line(summarize_verified(verified))


def describe_difference(difference: Difference) -> str:
    detail = f"  ({difference.detail})" if difference.detail else ""
    return f"{difference.what:<8} {difference.partition}  {difference.sort}{detail}"


def summarize_verified(verified: Verified) -> str:
    count = len(verified.differences) + verified.more
    verdict = "Clean" if verified.clean else count_noun(count, "difference")
    if verified.repaired:
        verdict = f"{count_noun(len(verified.repaired), 'difference')} mended; {verdict[0].lower()}{verdict[1:]}"
    workspaces = count_noun(verified.workspaces, "workspace")
    compared = (
        f"a sample of {workspaces} of {verified.registered}" if verified.sampled else workspaces,
        count_noun(verified.commits, "commit"),
        count_noun(verified.items, "item"),
    )
    return f"{verdict}: {', '.join(compared)} compared."
