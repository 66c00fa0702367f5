"""Removes what earlier generations left: their records first, so that nobody trusts their snapshots, then the rest."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ascend.adapters.layout import keys
from ascend.adapters.store.views import TableViews, to_record
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.projections.projection import Generation

IN_USE = timedelta(minutes=15)
"""A generation whose record moved this short a time ago still has workers."""


class InUse(InvalidInput):
    """Something earlier is, or will be, of use, so nothing was removed."""


@dataclass(frozen=True, slots=True)
class Pruned:
    records: int
    items: int


async def prune(tables: Tables, views: TableViews, current: Generation, *, even_if_in_use: bool = False) -> Pruned:
    """Removes every generation but `current`. Raises `InUse` when one of them is, or will be, of use.

    Run it when no process with the old code, or from before the rebuild, is left. Whatever such a process writes
    afterwards is read by nobody, and gone with the next run. Safe to stop and to run again.
    """
    epochs = await views.epochs()
    if any(epochs.get(build.projection, 0) != build.epoch for build in current.builds):
        raise InUse("something was rebuilt a moment ago, and this process did not know yet: prune again")
    epochs = await views.epochs()
    if any(build.epoch != epochs.get(build.projection, 0) for build in current.builds):
        raise InUse("a rebuild has switched seconds ago: prune again")
    old = [item async for item in records_of_others(tables, current)]
    if not even_if_in_use:
        for item in old:
            await check_unused(views, item, current)
    await remove(tables, old)
    removed = 0
    async for items in scan_pages(tables):
        doomed = await nobodys(views, items, current)
        removed += len(doomed)
        await remove(tables, doomed)
    return Pruned(len(old), removed)


async def check_unused(views: TableViews, item: Item, current: Generation) -> None:
    """Raises `InUse` where this record tells that its generation is worked on, newer, or ahead of the current."""
    record = to_record(workspace_of(item), item)
    if datetime.fromisoformat(str(item.attributes["moved"])) > views.environment.now() - IN_USE:
        minutes = int(IN_USE.total_seconds() // 60)
        raise InUse(
            f"a worker moved an old generation within the last {minutes} minutes: stop workers that run older code, wait "
            f"{minutes} minutes, then prune again (or, when none of them is left, prune with --now)"
        )
    known = {build.projection: build.version for build in current.builds}
    for build in record.generation.builds:
        if build.projection not in known:
            raise InUse(f"this process does not know the projection {build.projection}: prune with --now if it is gone")
        if build.version > known[build.projection] or record.generation.snapshots > current.snapshots:
            raise InUse(f"{build} is newer than this process: prune with the newest code")
    records = await views.records(record.workspace)
    mine = next((other for other in records if other.generation == current), None)
    if mine is None or int(mine.folded) < int(record.rendered):
        raise InUse(f"workspace {record.workspace} is not rendered as far as in the old generation: run a worker first")


async def nobodys(views: TableViews, items: Sequence[Item], current: Generation) -> list[Item]:
    """Those that no record names: neither as the incarnation of its snapshots, nor as a build.

    Records are read after the items: a generation that begins meanwhile has its record written before all else.
    """
    kept = {keys.GENERATIONS, keys.POLICIES, *(str(build) for build in current.builds)}
    doubtful = [item for item in items if item.key.pk.startswith(("W#", "U#")) and keys.owner(item.key) not in kept]
    named: dict[WorkspaceId, set[str]] = {}
    for workspace in {workspace_of(item) for item in doubtful}:
        records = await views.records(workspace)
        builds = {str(build) for record in records for build in record.generation.builds}
        named[workspace] = builds | {record.incarnation for record in records}
    return [item for item in doubtful if keys.owner(item.key) not in named[workspace_of(item)]]


def workspace_of(item: Item) -> WorkspaceId:
    stored = item.attributes.get("workspace")
    return WorkspaceId(str(stored) if stored is not None else item.key.pk.split("#")[1])


async def records_of_others(tables: Tables, current: Generation) -> AsyncIterator[Item]:
    async for items in scan_pages(tables):
        for item in items:
            if keys.owner(item.key) == keys.GENERATIONS and item.key.sk != current.id:
                yield item


async def remove(tables: Tables, items: Sequence[Item]) -> None:
    async def one(item: Item) -> None:
        name = "rendered" if keys.owner(item.key) == keys.GENERATIONS else "position"
        await tables.delete(Table.VIEWS, item.key, Equals({name: item.attributes[name]}))

    await for_each(items, one)
