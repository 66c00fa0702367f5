"""Stores in virtual time, with tables that take some time for each request and note what is written when."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.puts import Put
from ascend.architect.cost.units import count_put_units
from ascend.projections.deadline import Check, send_always
from ascend.testing import ADA, VirtualEnvironment

LATENCY = 0.005


@dataclass(frozen=True, slots=True)
class Written:
    """A put, whether its condition held or not: both are billed."""

    at: float
    units: float
    item: Item


class TimedTables(MemoryTables):
    """Tables in memory, for one process. Use them in virtual time only."""

    def __init__(self, *, seconds_per_put: float = 0.0) -> None:
        """`seconds_per_put` is the time that each of many puts adds to that of its request."""
        super().__init__()
        self.seconds_per_put = seconds_per_put
        self.written: list[Written] = []

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        self._note(table, item)
        await anyio.sleep(LATENCY)
        return await super().put(table, item, when)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        for put in puts:
            self._note(table, put.item)
        await anyio.sleep(LATENCY + self.seconds_per_put * len(puts))
        check()
        return [await MemoryTables.put(self, table, put.item, put.when) is None for put in puts]

    def _note(self, table: Table, item: Item) -> None:
        if item.key != keys.EPOCHS:
            units = sum(count_put_units(table, None, item).values())
            self.written.append(Written(anyio.current_time(), units, item))


async def fill_store(
    tables: MemoryTables, sizes: Sequence[int], events_per_task: int = 5, *, renders: bool = True
) -> ascend.Store:
    """Return a store with a workspace for each number of tasks. With `renders`, all of it is rendered."""
    store = ascend.Store(tables, VirtualEnvironment())
    for size in sizes:
        workspace = ascend.WorkspaceId(store.environment.new_id())
        await store.execute(workspace, ascend.CreateWorkspace(name="House", owner_name="Ada"), actor=ADA)
        for number in range(size):
            await add_task(store, workspace, number, events_per_task)
    if renders:
        await store.worker.run_once()
    return store


async def add_task(store: ascend.Store, workspace: ascend.WorkspaceId, number: int, events: int) -> None:
    task = ascend.TaskId(store.environment.new_id())
    created = ascend.CreateTask(task_id=task, title=f"Task {number}", description="x" * (number % 7) * 100)
    await store.execute(workspace, created, actor=ADA)
    for change in range(events - 1):
        renamed = ascend.EditTask(task_id=task, title=f"Task {number}, {change}")
        await store.execute(workspace, renamed, actor=ADA)
