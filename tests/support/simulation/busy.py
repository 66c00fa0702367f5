"""A store with a life behind it, in memory, all of it projected; and copies of it to spoil."""

import random

from support.environment import FakeEnvironment
from support.simulation.histories import History
from support.simulation.truth import check_stored

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables


async def a_busy_store(
    seed: int = 1, commits: int = 80, environment: FakeEnvironment | None = None, tables: Tables | None = None
) -> tuple[ascend.Store, History]:
    environment = environment or FakeEnvironment(seed)
    store = ascend.Store(tables or MemoryTables(), environment)
    history = await History(store, environment, random.Random(seed)).begin()
    while len(history.commits) < commits:
        await history.live(1)
    await store.worker.run_once()
    await history.look()
    return store, history


async def everything(tables: Tables) -> list[tuple[Table, Item]]:
    return [(table, item) for table in Table async for page in scan_pages(tables, table) for item in page]


async def a_copy(
    tables: Tables, *, without: tuple[Key, ...] = (), events: bool = True, views: bool = True
) -> MemoryTables:
    copy = MemoryTables()
    kept = {Table.EVENTS: events, Table.VIEWS: views}
    for table, item in await everything(tables):
        if kept[table] and item.key not in without:
            await copy.put(table, item, Absent())
    return copy


async def overwrite(tables: Tables, table: Table, item: Item) -> None:
    """As nobody should: without looking at what stands there."""
    await tables.delete(table, item.key, Equals({}))
    await tables.put(table, item, Absent())


async def check(store: ascend.Store, history: History) -> None:
    """When all is projected, what is read is what a naive replay says."""
    await store.worker.run_once()
    await history.look()
    await check_stored(store, history.workspace, history.commits)


async def an_owner(store: ascend.Store, history: History) -> ascend.UserId:
    members = (await store.queries.members(history.workspace, viewer=ascend.OPERATOR)).items
    return next(member.user for member in members if member.role is ascend.Role.OWNER)
