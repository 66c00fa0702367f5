"""Show how far every workspace is rendered and folded, and what is parked or stalled. Exits with 1 if anything is."""

from collections.abc import AsyncIterator
from typing import Any

import typer

from ascend import GenerationState, WorkspaceStatus
from ascend.adapters.store.view_items import show_key
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.operations.generations import describe_generations
from ascend.cli.terminal.printing import Column, count_noun


async def show_status(context: CommandContext) -> None:
    """Print a line for each workspace; below, the generations, what is parked or stalled, and policies that are behind.

    If the store belongs to another application, say so first: then this one's items are not kept up to date.
    """
    if (mismatch := context.store.ownership.find_mismatch()) is not None:
        context.printer.note(str(mismatch))
    notes: list[str] = []
    has_problem = False

    async def read_status() -> AsyncIterator[WorkspaceStatus]:
        nonlocal has_problem
        async for status in context.store.status():
            notes.extend(describe_problems(status) + describe_leftovers(status, context.store.current.state))
            has_problem = has_problem or status.has_problem
            yield status

    if context.printer.json:
        await context.printer.array(status_to_json(status) async for status in read_status())
    else:
        await print_table(context, read_status())
        notes = describe_generations(await context.store.ready()) + notes
        notes += [f"no workspace: {show_key(entry)}" async for entry in context.store.log.stray_entries()]
        for note in notes:
            context.printer.line(note)
    if has_problem:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


async def print_table(context: CommandContext, statuses: AsyncIterator[WorkspaceStatus]) -> None:
    columns = (
        Column[WorkspaceStatus]("WORKSPACE", 36, lambda status: status.workspace),
        Column[WorkspaceStatus]("   HEAD", 7, lambda status: f"{status.head:>7}"),
        Column[WorkspaceStatus]("RENDERED", 8, lambda status: f"{status.rendered:>8}"),
        Column[WorkspaceStatus](" FOLDED", 7, lambda status: f"{status.folded:>7}", wide_only=True),
        Column[WorkspaceStatus]("  LAG", 5, lambda status: f"{status.lag:>5}"),
        Column[WorkspaceStatus]("SECONDS", 7, lambda status: f"{describe_age(status):>7}"),
        Column[WorkspaceStatus]("STATE", 0, describe_state),
    )
    await context.printer.table(columns, statuses)


def describe_age(status: WorkspaceStatus) -> str:
    """Return the whole seconds since the oldest commit that is not rendered; "?" if its time is unreadable."""
    return "?" if status.lag_seconds is None else f"{status.lag_seconds:.0f}"


def describe_state(status: WorkspaceStatus) -> str:
    if status.unreadable:
        return "unreadable"
    if status.stalled:
        return "stalled"
    if status.parked:
        return f"{len(status.parked)} parked"
    return "policy stalled" if any(policy.stalled for policy in status.policies) else "ok"


def describe_problems(status: WorkspaceStatus) -> list[str]:
    """Return a line for whatever is unreadable, stalled or parked, and for each policy that is behind."""
    workspace = status.workspace
    stalled = [f"{workspace} stalled: {status.stalled}"] if status.stalled else []
    parked = [f"{workspace} parked: {p.build} {p.ref} since position {p.position}: {p.error}" for p in status.parked]
    unreadable = [f"{workspace} unreadable: {reason}" for reason in status.unreadable]
    return unreadable + stalled + parked + describe_policies(status)


def describe_leftovers(status: WorkspaceStatus, state: GenerationState) -> list[str]:
    """Return a line if `prune` may remove something: neither the current generation nor the announced one."""
    used = (state.current, state.announced)
    others = sum(record.generation not in used for record in status.other_generations)
    generations = count_noun(others, "other generation")
    left = f"{status.workspace} keeps {generations}: `ascend prune` removes those that are no longer used"
    return [left] if others else []


def describe_policies(status: WorkspaceStatus) -> list[str]:
    """Return a line for each policy that is stalled or has not answered all rendered events."""
    return [
        f"{status.workspace} policy {policy.policy} is at position {policy.position}"
        + (f", stalled: {policy.stalled}" if policy.stalled else "")
        for policy in status.policies
        if policy.stalled or policy.position < status.rendered
    ]


def status_to_json(status: WorkspaceStatus) -> dict[str, Any]:
    return {
        "workspace": status.workspace,
        "head": status.head,
        "rendered": status.rendered,
        "folded": status.folded,
        "lag": status.lag,
        "lag_seconds": status.lag_seconds,
        "stalled": status.stalled or None,
        "unreadable": list(status.unreadable),
        "parked": [
            {"build": str(p.build), "entity": str(p.ref), "position": p.position, "error": p.error}
            for p in status.parked
        ],
        "other_generations": [
            {"id": r.generation.id, "builds": [str(build) for build in r.generation.builds], "rendered": r.rendered}
            for r in status.other_generations
        ],
        "policies": [
            {"name": policy.policy, "position": policy.position, "stalled": policy.stalled or None}
            for policy in status.policies
        ],
    }
