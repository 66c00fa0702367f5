"""Prune: delete what earlier generations left behind.

Their records go first, so that nobody trusts their snapshots any more. All other items follow.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ascend.adapters.layout import keys
from ascend.adapters.operations.stored_items import workspace_of
from ascend.adapters.store.view_items import naming_item, show_key, to_record
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import InvalidInput, UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.projections.build import Generation
from ascend.projections.ports import GenerationRecord, find_record

IN_USE = timedelta(minutes=15)
"""The time after the last move of a record during which its generation may still have workers."""

LISTED = 1_000
"""The number of unreadable records and items that are listed."""


class InUse(InvalidInput):
    """An earlier generation is or will be in use, so nothing was removed."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The number of items that `prune` deleted."""

    records: int
    items: int
    unreadable: Sequence[str] = ()
    """Why something was left alone: the keys of records and items that cannot be read, at most 1,000 of them."""


async def prune(tables: Tables, views: TableViews, current: Generation, *, even_if_in_use: bool = False) -> Pruned:
    """Delete every generation but `current`.

    Run it when no process with the old code, or from before the rebuild, is left. Nobody reads what such a process
    writes afterwards, and the next run deletes it. The job may stop anywhere and run again.

    Raises:
        InUse: another generation is or will be in use (not checked if `even_if_in_use`), or `current` is not current.
    """
    if not await has_current_epochs(views, current):
        raise InUse("something was rebuilt a moment ago, and this process did not know yet: prune again")
    if not await has_current_epochs(views, current):
        raise InUse("a rebuild has switched seconds ago: prune again")
    unreadable: dict[str, None] = {}
    old_records = [item async for item in find_old_records(tables, current)]
    if not even_if_in_use:
        old_records = [item for item in old_records if await is_unused(views, item, current, unreadable)]
    await delete_items(tables, old_records)
    count = 0
    async for items in scan_pages(tables):
        unused = await find_unused(views, items, current, unreadable)
        count += len(unused)
        await delete_items(tables, unused)
    return Pruned(len(old_records), count, tuple(unreadable))


async def is_unused(views: TableViews, item: Item, current: Generation, unreadable: dict[str, None]) -> bool:
    """Return True if nobody uses the record. Add one that cannot be read to `unreadable`. Raises `InUse`."""
    try:
        await check_unused(views, item, current)
    except UnreadableLog as error:
        remember(unreadable, [str(error)])
        return False
    return True


async def has_current_epochs(views: TableViews, generation: Generation) -> bool:
    epochs = await views.epochs()
    return all(epochs.get(build.projection, 0) == build.epoch for build in generation.builds)


async def check_unused(views: TableViews, item: Item, current: Generation) -> None:
    """Raise `InUse` if the record shows that its generation is worked on, or is newer or ahead of the current one.

    Raises `DamagedViews` if it cannot be read.
    """
    with naming_item(item):
        record = to_record(WorkspaceId(workspace_of(item)), item)
        was_moved_lately = datetime.fromisoformat(str(item.attributes["moved"])) > views.environment.now() - IN_USE
    if was_moved_lately:
        minutes = int(IN_USE.total_seconds() // 60)
        raise InUse(
            f"a worker moved an old generation within the last {minutes} minutes: stop workers that run older code, wait "
            f"{minutes} minutes, then prune again (or, when none of them is left, prune with --now)"
        )
    check_older(record, current)
    current_record = find_record(await views.records(record.workspace), current)
    if current_record is None or int(current_record.folded) < int(record.rendered):
        raise InUse(f"workspace {record.workspace} is not rendered as far as in the old generation: run a worker first")


def check_older(record: GenerationRecord, current: Generation) -> None:
    """Raise `InUse` if the record's generation holds a build that is newer than, or unknown to, this process."""
    versions = {build.projection: build.version for build in current.builds}
    for build in record.generation.builds:
        if build.projection not in versions:
            raise InUse(f"this process does not know the projection {build.projection}: prune with --now if it is gone")
        if build.version > versions[build.projection] or record.generation.snapshots > current.snapshots:
            raise InUse(f"{build} is newer than this process: prune with the newest code")


async def find_unused(
    views: TableViews, items: Sequence[Item], current: Generation, unreadable: dict[str, None]
) -> list[Item]:
    """Return the items whose build or incarnation is named by no record.

    Policy positions in the views, which releases up to 0.2 wrote, stay: a process of such a release that finds none would
    answer the whole log from its beginning.

    The records are read after the items: a generation that begins meanwhile writes its record before all else. Where a
    record cannot be read, nobody knows what it names, so the items of that workspace stay, and the record is added to
    `unreadable`, as is an item that names no workspace.
    """
    kept = {keys.GENERATIONS, keys.POLICIES, *(str(build) for build in current.builds)}
    candidates = [
        item for item in items if item.key.pk.startswith(("W#", "U#")) and keys.parse_owner(item.key) not in kept
    ]
    named: dict[str, set[str]] = {}
    for workspace in {workspace_of(item) for item in candidates if names_workspace(item)}:
        stored = await views.stored_records(WorkspaceId(workspace))
        remember(unreadable, map(str, stored.unreadable.values()))
        if not stored.unreadable:
            builds = {str(build) for record in stored.readable for build in record.generation.builds}
            named[workspace] = builds | {record.incarnation for record in stored.readable}
    remember(unreadable, (show_key(item) for item in candidates if not names_workspace(item)))
    return [
        item
        for item in candidates
        if workspace_of(item) in named and keys.parse_owner(item.key) not in named[workspace_of(item)]
    ]


def remember(unreadable: dict[str, None], reasons: Iterable[str]) -> None:
    """Add reasons, each once, as long as there are fewer than `LISTED`."""
    for reason in reasons:
        if len(unreadable) < LISTED:
            unreadable[reason] = None


def names_workspace(item: Item) -> bool:
    return WorkspaceId.pattern.fullmatch(workspace_of(item)) is not None


async def find_old_records(tables: Tables, current: Generation) -> AsyncIterator[Item]:
    """Yield the records of every generation but `current`."""
    async for items in scan_pages(tables):
        for item in items:
            if keys.parse_owner(item.key) == keys.GENERATIONS and item.key.sk != current.id:
                yield item


async def delete_items(tables: Tables, items: Sequence[Item]) -> None:
    """Delete the items that have not moved since they were read."""

    async def delete(item: Item) -> None:
        name = "rendered" if keys.parse_owner(item.key) == keys.GENERATIONS else "position"
        await tables.delete(Table.VIEWS, item.key, Equals({name: item.attributes.get(name)}))

    await for_each(items, delete)
