"""What the operator does to a store: create it, look how far it is, rebuild, prune, digest."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from ascend.cli.desk import Desk
from ascend.cli.terminal.printing import Column, counted
from ascend.cli.terminal.progress import progress, spinner
from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.status import WorkspaceStatus


async def init(desk: Desk) -> None:
    url = desk.options.url
    desk.printer.result({"store": url}, f"The store {url} is ready.")


async def status(desk: Desk) -> None:
    """A line for each workspace; below it, what is parked, why one stalls, and which policies are behind."""
    if desk.printer.json:
        await desk.printer.array(to_data(one) async for one in desk.store.status())
        return
    troubles: list[str] = []

    async def watched() -> AsyncIterator[WorkspaceStatus]:
        async for one in desk.store.status():
            troubles.extend(troubles_of(one))
            yield one

    columns = (
        Column[WorkspaceStatus]("WORKSPACE", 36, lambda one: one.workspace),
        Column[WorkspaceStatus]("   HEAD", 7, lambda one: f"{one.head:>7}"),
        Column[WorkspaceStatus]("RENDERED", 8, lambda one: f"{one.rendered:>8}"),
        Column[WorkspaceStatus](" FOLDED", 7, lambda one: f"{one.folded:>7}"),
        Column[WorkspaceStatus]("  LAG", 5, lambda one: f"{one.lag:>5}"),
        Column[WorkspaceStatus]("STATE", 0, condition),
    )
    await desk.printer.listing(columns, watched())
    for trouble in troubles:
        desk.printer.text(trouble)


def condition(one: WorkspaceStatus) -> str:
    if one.stalled:
        return "stalled"
    if one.parked:
        return f"{len(one.parked)} parked"
    return "policy stalled" if any(policy.stalled for policy in one.policies) else "ok"


def troubles_of(one: WorkspaceStatus) -> list[str]:
    stalled = [f"{one.workspace} stalled: {one.stalled}"] if one.stalled else []
    parked = [f"{one.workspace} parked: {p.build} {p.ref} since position {p.position}: {p.error}" for p in one.parked]
    others = len(one.other_generations)
    old = [
        f"{one.workspace} keeps {counted(others, 'other generation')}: `ascend prune` removes what is no longer used"
    ]
    return stalled + parked + policies_of(one) + (old if others else [])


def policies_of(one: WorkspaceStatus) -> list[str]:
    """Those that have not answered all that is rendered."""
    return [
        f"{one.workspace} policy {policy.policy} is at position {policy.position}"
        + (f", stalled: {policy.stalled}" if policy.stalled else "")
        for policy in one.policies
        if policy.stalled or policy.position < one.rendered
    ]


def to_data(one: WorkspaceStatus) -> dict[str, Any]:
    return {
        "workspace": one.workspace,
        "head": one.head,
        "rendered": one.rendered,
        "folded": one.folded,
        "lag": one.lag,
        "stalled": one.stalled or None,
        "parked": [
            {"build": str(p.build), "entity": str(p.ref), "position": p.position, "error": p.error} for p in one.parked
        ],
        "other_generations": [
            {"id": r.generation.id, "builds": [str(build) for build in r.generation.builds], "rendered": r.rendered}
            for r in one.other_generations
        ],
        "policies": [
            {"name": policy.policy, "position": policy.position, "stalled": policy.stalled or None}
            for policy in one.policies
        ],
    }


async def rebuild(desk: Desk, projection: str | None) -> None:
    store = desk.store
    names = [] if projection is None else [projection]
    total = len([workspace async for workspace in store.log.workspaces()])
    done: list[WorkspaceId] = []
    with progress(desk.printer.err, "Rebuilding") as report:

        def built(workspace: WorkspaceId) -> None:
            done.append(workspace)
            report(len(done), total)

        report(0, total)
        epochs = await store.rebuild(*names, progress=built)
    rebuilt = names or [known.name for known in store.current.projections]
    what = (
        f"Rebuilt {', '.join(rebuilt)} for {counted(total, 'workspace')}; `ascend prune` removes the old items later."
    )
    desk.printer.result({"rebuilt": rebuilt, "workspaces": total, "epochs": epochs}, what)


async def prune(desk: Desk, *, now: bool) -> None:
    with spinner(desk.printer.err, "Pruning"):
        pruned = await desk.store.prune(even_if_in_use=now)
    desk.printer.result(
        asdict(pruned),
        f"Removed {counted(pruned.records, 'record')} of old generations and {counted(pruned.items, 'item')}.",
    )


async def digest(desk: Desk) -> None:
    with spinner(desk.printer.err, "Reading all read items"):
        hexadecimal, items = await desk.store.digest()
    lag = sum([one.lag async for one in desk.store.status()])
    if lag:
        desk.printer.note(f"not rendered yet: {counted(lag, 'commit')}: run `ascend worker --until-caught-up` first")
    desk.printer.result({"digest": hexadecimal, "items": items}, f"{hexadecimal}  {counted(items, 'item')}")
