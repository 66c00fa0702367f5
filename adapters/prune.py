"""Removes what earlier generations left: their records first, so that nobody trusts their snapshots, then the rest."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ascend.adapters import keys
from ascend.adapters.scans import scan_pages
from ascend.adapters.table import Equals, Item, Table, Tables
from ascend.adapters.views import to_epochs, to_record
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId
from ascend.domain.ports import World
from ascend.domain.together import each
from ascend.projections.projection import Generation

IN_USE = timedelta(minutes=15)
"""A generation whose record moved this short a time ago still has workers."""
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Pruned:
    records: int
    items: int


async def prune(tables: Tables, world: World, current: Generation, *, even_if_in_use: bool = False) -> Pruned:
    """Removes every generation but `current`. Raises `InvalidInput` when one of them seems to be in use.

    Run it when no process with the old code, or from before the rebuild, is left. Whatever such a process writes
    afterwards is read by nobody, and gone with the next run.
    """
    epochs = to_epochs(await tables.get(Table.VIEWS, keys.EPOCHS))
    if any(build.epoch != epochs.get(build.projection, 0) for build in current.builds):
        raise InvalidInput("a rebuild has switched meanwhile: prune again")
    records = [item async for item in records_of_others(tables, current)]
    if not even_if_in_use:
        check_unused(records, world.now() - IN_USE, {build.projection for build in current.builds})
    await remove(tables, records)
    keep = {current.id, *(str(build) for build in current.builds)}
    removed = 0
    async for items in scan_pages(tables):
        old = [item for item in items if item.key.pk.startswith(("W#", "U#")) and keys.owner(item.key) not in keep]
        old = [item for item in old if keys.owner(item.key) != keys.GENERATIONS]
        removed += len(old)
        await remove(tables, old)
    return Pruned(len(records), removed)


def check_unused(records: list[Item], recent: datetime, known: set[str]) -> None:
    for record in records:
        if datetime.fromisoformat(str(record.attributes["moved"])) > recent:
            minutes = int(IN_USE.total_seconds() // 60)
            raise InvalidInput(
                f"a worker moved an old generation within {minutes} minutes: stop it, or prune with --now"
            )
        builds = to_record(WorkspaceId(record.key.pk.split("#")[1]), record).generation.builds
        if foreign := sorted({build.projection for build in builds} - known):
            raise InvalidInput(
                f"this process does not know the projection {foreign[0]}: prune with --now if it is gone"
            )


async def records_of_others(tables: Tables, current: Generation) -> AsyncIterator[Item]:
    async for items in scan_pages(tables):
        for item in items:
            if keys.owner(item.key) == keys.GENERATIONS and item.key.sk != current.id:
                yield item


async def remove(tables: Tables, items: list[Item]) -> None:
    async def one(item: Item) -> None:
        name = "rendered" if keys.owner(item.key) == keys.GENERATIONS else "position"
        await tables.delete(Table.VIEWS, item.key, Equals({name: item.attributes[name]}))

    await each(items, one, limit=AT_ONCE)
