"""Prune: delete what earlier generations left behind.

Their records go first, so that nobody trusts their snapshots any more. All other items follow.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from ascend.adapters.layout import keys
from ascend.adapters.operations.results import InUse, Pruned
from ascend.adapters.operations.stored_items import workspace_of
from ascend.adapters.store.generation_items import starts_to_value, to_record, to_starts
from ascend.adapters.store.view_items import naming_item, show_key
from ascend.adapters.store.views import RECORD_STATE, TableViews
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Build
from ascend.projections.deadline import is_too_late
from ascend.projections.generation_state import LEASE, GenerationState
from ascend.projections.workers.switching import Switching

log = Log("ascend.operations")
IN_USE = timedelta(minutes=15)
"""The time after the last move of a record during which its generation may still have workers."""

WAIT = LEASE + IN_USE.total_seconds()
"""Seconds after which no worker writes into a generation any more that the state of the generations does not name."""

AT_ONCE = 100
"""Records that are deleted after one look at the state of the generations."""

LISTED = 1_000
"""The number of unreadable records and items that are listed."""


async def prune(tables: Tables, views: TableViews, switching: Switching, *, even_if_in_use: bool = False) -> Pruned:
    """Give up the way back, then delete every generation that the state of the generations does not name.

    Takes more than 15 minutes, because a worker that knows an old generation may still write during that time. The job may
    stop anywhere and run again.

    Raises:
        InUse: an old generation is in use, or further than one that shares items with it (neither is checked if
            `even_if_in_use`, and then it does not wait).
    """
    state = await switching.retire()
    unreadable: dict[str, None] = {}
    old_records = [item async for item in find_old_records(tables, state)]
    if old_records and not even_if_in_use:
        log.info("prune.waiting", seconds=round(WAIT), records=len(old_records))
        await views.environment.sleep(WAIT)
        state = await switching.claim()
        old_records = [item async for item in find_old_records(tables, state)]
        old_records = [item for item in old_records if await is_unused(views, item, state, unreadable)]
    records = await delete_records(views, switching, old_records)
    count = 0
    async for items in scan_pages(tables):
        asked_at = views.environment.elapsed()
        state = await switching.claim()  # whatever is announced meanwhile stays
        unused = await find_unused(views, items, state, unreadable)
        count += await delete_items(views, unused, asked_at)
        await trim_starts(tables, views, items, state, unreadable)
    return Pruned(records, count, tuple(unreadable))


async def is_unused(views: TableViews, item: Item, state: GenerationState, unreadable: dict[str, None]) -> bool:
    """Return True if nobody uses the record. Add one that cannot be read to `unreadable`. Raises `InUse`."""
    try:
        await check_unused(views, item, state)
    except UnreadableLog as error:
        remember(unreadable, [str(error)])
        return False
    return True


async def check_unused(views: TableViews, item: Item, state: GenerationState) -> None:
    """Raise `InUse` if the record shows that its generation is worked on, or is ahead of one that shares items with it.

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
    live = [other for other in await views.records(record.workspace) if other.generation in state.live]
    sharing = [other for other in live if set(other.generation.builds) & set(record.generation.builds)]
    if any(int(other.folded) < int(record.rendered) for other in sharing) or not live:
        raise InUse(f"workspace {record.workspace} is not rendered as far as in the old generation: run a worker first")


async def find_unused(
    views: TableViews, items: Sequence[Item], state: GenerationState, unreadable: dict[str, None]
) -> list[Item]:
    """Return the items whose build or incarnation is named by no record.

    Policy positions in the views, which releases up to 0.2 wrote, stay: a process of such a release that finds none would
    answer the whole log from its beginning.

    The records are read after the items: a generation that begins meanwhile writes its record before all else. Where a
    record cannot be read, nobody knows what it names, so the items of that workspace stay, and the record is added to
    `unreadable`, as is an item that names no workspace.
    """
    live = {str(build) for generation in state.live for build in generation.builds}
    kept = {keys.GENERATIONS, keys.POLICIES, keys.STARTS, *live}
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


async def trim_starts(
    tables: Tables, views: TableViews, items: Sequence[Item], state: GenerationState, unreadable: dict[str, None]
) -> None:
    """Remove the starts of builds that neither the state nor a record names: such a build never begins again."""
    live = {build for generation in state.live for build in generation.builds}
    for item in items:
        if keys.parse_owner(item.key) == keys.STARTS and names_workspace(item):
            try:
                await trim(tables, views, item, live)
            except UnreadableLog as error:
                remember(unreadable, [str(error)])


async def trim(tables: Tables, views: TableViews, item: Item, live: AbstractSet[Build]) -> None:
    """Trim one item of starts, unless a generation begins in the workspace meanwhile. Raises `DamagedViews`."""
    with naming_item(item):
        starts = to_starts(item.attributes["starts"])
    if starts.keys() <= live:
        return
    stored = await views.stored_records(WorkspaceId(workspace_of(item)))
    named = {build for record in stored.readable for build in record.generation.builds}
    left = {build: start for build, start in starts.items() if build in live | named}
    as_read = Equals({"starts": item.attributes["starts"]})
    if stored.unreadable or left == starts:
        return
    if left:
        await tables.put(Table.VIEWS, Item(item.key, {"starts": starts_to_value(left)}), as_read)
    else:
        await tables.delete(Table.VIEWS, item.key, as_read)


def remember(unreadable: dict[str, None], reasons: Iterable[str]) -> None:
    """Add reasons, each once, as long as there are fewer than `LISTED`."""
    for reason in reasons:
        if len(unreadable) < LISTED:
            unreadable[reason] = None


def names_workspace(item: Item) -> bool:
    return WorkspaceId.pattern.fullmatch(workspace_of(item)) is not None


async def find_old_records(tables: Tables, state: GenerationState) -> AsyncIterator[Item]:
    """Yield the records of every generation that the state does not name."""
    live = {generation.id for generation in state.live}
    async for items in scan_pages(tables):
        for item in items:
            if keys.parse_owner(item.key) == keys.GENERATIONS and item.key.sk not in live:
                yield item


async def delete_records(views: TableViews, switching: Switching, records: Sequence[Item]) -> int:
    """Delete the records of generations that are not named by now, either. Return how many."""
    count = 0
    for start in range(0, len(records), AT_ONCE):
        asked_at = views.environment.elapsed()
        live = {generation.id for generation in (await switching.claim()).live}
        unnamed = [item for item in records[start : start + AT_ONCE] if item.key.sk not in live]
        count += await delete_items(views, unnamed, asked_at)
    return count


async def delete_items(views: TableViews, items: Sequence[Item], asked_at: float) -> int:
    """Delete the items that have not moved since they were read. Return how many.

    A process that slept since it asked for the state leaves them to the next run.
    """
    deleted: list[Item] = []

    async def delete(item: Item) -> None:
        if is_too_late(views.environment, asked_at):
            return
        names = RECORD_STATE if keys.parse_owner(item.key) == keys.GENERATIONS else ("position",)
        await views.tables.delete(Table.VIEWS, item.key, Equals({name: item.attributes.get(name) for name in names}))
        deleted.append(item)

    await for_each(items, delete)
    return len(deleted)
