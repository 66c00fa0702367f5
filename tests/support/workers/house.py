"""Stores with many workspaces, and a follower in a block."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager

import anyio

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.query import Query, TablePage
from ascend.projections.workers.worker import PAUSE, Worker
from ascend.testing import ADA


class CountingTables(MemoryTables):
    """Counts the requests, and calls `before` with the method and the partitions of each."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.before: Callable[[str, Collection[str]], Awaitable[None]] | None = None

    async def _count(self, method: str, table: Table, partitions: Collection[str], requests: int = 1) -> None:
        name = f"{method} {table.value}"
        self.counts[name] = self.counts.get(name, 0) + requests
        if self.before is not None:
            await self.before(name, partitions)

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        await self._count("get", table, [key.pk])
        return await super().get(table, key, consistent=consistent)

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        await self._count("batch_get", table, [key.pk for key in keys], -(-len(keys) // 100))
        return await super().batch_get(table, keys, consistent=consistent)

    async def query(self, query: Query) -> TablePage:
        await self._count("query", query.table, [query.pk])
        return await super().query(query)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        await self._count("put", table, [item.key.pk])
        return await super().put(table, item, when)


async def create(store: ascend.Store, name: str) -> ascend.WorkspaceId:
    workspace = ascend.WorkspaceId.derive(name)
    await store.execute(workspace, ascend.CreateWorkspace(name=name, owner_name="Ada"), actor=ADA)
    return workspace


async def create_many(store: ascend.Store, count: int) -> Sequence[ascend.WorkspaceId]:
    """Create workspaces in a store that was opened as empty, so that the application is recorded and policies installed."""
    await store.ownership.claim_empty_store()
    await store.policies.installation.install_in_empty_store()
    return [await create(store, str(number)) for number in range(count)]


async def find_lagging(store: ascend.Store) -> Sequence[ascend.WorkspaceId]:
    return [status.workspace async for status in store.status() if status.lag]


async def rename(store: ascend.Store, workspace: ascend.WorkspaceId, name: str) -> ascend.Receipt:
    return await store.execute(workspace, ascend.RenameWorkspace(name=name), actor=ADA)


@asynccontextmanager
async def following(worker: Worker, pause: float = PAUSE) -> AsyncGenerator[None]:
    """Follow as long as the block runs."""
    async with anyio.create_task_group() as group:
        group.start_soon(worker.follow, pause)
        yield
        group.cancel_scope.cancel()
