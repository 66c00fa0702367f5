"""A store in memory with a random history, all of it projected; and copies of it for a test to damage."""

import random

from support.simulation.histories import History
from support.simulation.truth import check_stored

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.testing import FakeEnvironment


async def a_busy_store(
    seed: int = 1, commits: int = 80, environment: FakeEnvironment | None = None, tables: Tables | None = None
) -> tuple[ascend.Store, History]:
    environment = environment or FakeEnvironment(seed)
    store = ascend.Store(tables or MemoryTables(), environment)
    history = await History(store, environment, random.Random(seed)).begin()
    while len(history.commits) < commits:
        await history.run_random(1)
    await store.worker.run_once()
    await history.read_new_commits()
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
    """Write an item without any condition, as no code of ours does."""
    await tables.delete(table, item.key, Equals({}))
    await tables.put(table, item, Absent())


async def check_store(store: ascend.Store, history: History) -> None:
    """Project everything, then compare what is stored with a naive replay."""
    await store.worker.run_once()
    await history.read_new_commits()
    await check_stored(store, history.workspace, history.commits)


async def an_owner(store: ascend.Store, history: History) -> ascend.UserId:
    members = (await store.queries.members(history.workspace, viewer=ascend.OPERATOR)).items
    return next(member.user for member in members if member.role is ascend.Role.OWNER)
