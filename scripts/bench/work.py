"""The work that figures measure: raw puts, workspaces, commands, projecting."""

import itertools
import time

import ascend
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.concurrency import for_each
from bench.measuring import Quantities, stopwatch

ACTOR = ascend.UserId("bench")
WARM_UP = 50
AT_ONCE = 16
_partitions = itertools.count()


def make_raw_items(count: int) -> list[Item]:
    """Return items of the size of a small commit, in a partition of their own."""
    pk = f"BENCH#{time.time_ns()}#{next(_partitions)}"
    return [
        Item(Key(pk, f"{number:016d}"), {"id": "x" * 36, "clock": number, "body": "x" * 450}) for number in range(count)
    ]


async def measure_raw_puts(tables: Tables, count: int) -> Quantities:
    """Return the cost of a conditional put to the bare store, sent one at a time."""
    items = make_raw_items(count)
    async with stopwatch() as watch:
        for item in items:
            await tables.put(Table.EVENTS, item, Absent())
    return watch.for_each_of(count)


async def create_workspace(store: ascend.Store) -> ascend.WorkspaceId:
    workspace = ascend.new_id(ascend.WorkspaceId)
    await store.execute(workspace, ascend.CreateWorkspace(name="Bench", owner_name="Bench"), actor=ACTOR)
    return workspace


async def create_workspaces(store: ascend.Store, count: int) -> list[ascend.WorkspaceId]:
    workspaces: list[ascend.WorkspaceId] = []

    async def create_one(_: int) -> None:
        workspaces.append(await create_workspace(store))

    await for_each(range(count), create_one, limit=AT_ONCE)
    return workspaces


async def create_task(store: ascend.Store, workspace: ascend.WorkspaceId, number: int = 0) -> ascend.Receipt:
    task = ascend.CreateTask(task_id=ascend.new_id(ascend.TaskId), title=f"Task {number}", description="x" * 200)
    return await store.execute(workspace, task, actor=ACTOR)


async def send_commands(store: ascend.Store, workspace: ascend.WorkspaceId, count: int) -> ascend.Receipt:
    """Send commands one at a time. Return the receipt of the last one."""
    for number in range(count - 1):
        await create_task(store, workspace, number)
    return await create_task(store, workspace, count)


async def warm_up(store: ascend.Store) -> None:
    """Send some of everything, so that no turn pays for imports, connections and a cold emulator."""
    await measure_raw_puts(store.tables, WARM_UP)
    await send_commands(store, await create_workspace(store), WARM_UP)
    await store.worker.run_once()
