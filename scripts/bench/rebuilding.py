"""Rebuilding: all read items of a store anew, at ten and at three events an entity. Uses `commands` (events), the first of
`workspaces`, and `workers` (processes that share the work).

CPU and time of an event, how often each item is put, and the peak memory of a process. Waits for leases are cut short.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import structlog

import ascend
from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.concurrency import for_each
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.memory import KIB, read_peak
from bench.place import Place
from bench.sizes import Sizes
from bench.work import ACTOR, AT_ONCE, create_workspaces, measure_raw_puts, warm_up
from bench.wrapped import Wrapper

if TYPE_CHECKING:
    from ascend.adapters.table.puts import Put  # code from before `put_all` has no such module

EVENTS_PER_ENTITY = (10, 3)
LONGEST_WAIT = 0.05
WARNING = 30


class HurriedEnvironment(SystemEnvironment):
    """Cuts waits short: no other process is there whose knowledge must lapse."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, LONGEST_WAIT))


class CountedPuts(Wrapper):
    """Counts how often each item is put among many."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.puts: Counter[object] = Counter()

    async def put_all(self, table: Table, puts: "Sequence[Put]", *check: Any) -> Sequence[bool]:
        self.puts.update(put.item.key for put in puts)
        written: Sequence[bool] = await self.wrapped.put_all(table, puts, *check)
        return written


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    count = min(sizes.workspaces[0], sizes.commands)
    urls = {events: place.url(f"rebuilding{events}") for events in EVENTS_PER_ENTITY}
    for events, url in urls.items():
        await fill_store(url, count, sizes.commands // count, events)

    async def take_turn() -> Turn:
        async with ascend.open_store(urls[EVENTS_PER_ENTITY[0]]) as store:
            raw = await measure_raw_puts(store.tables, sizes.commands)
        rows: dict[str, Quantities] = {}
        for events, url in urls.items():
            for processes in sizes.workers:
                name = f"an event, {events} an entity, {processes} processes"
                rows[name] = await measure_rebuild(url, processes, count * (sizes.commands // count))
        return Turn(raw, rows)

    yield take_turn


async def fill_store(url: str, workspaces: int, events: int, events_per_entity: int) -> None:
    """Create workspaces with so many events each, and render them."""
    async with ascend.open_store(url, create=True) as store:
        await warm_up(store)
        created = await create_workspaces(store, workspaces)
        at_once = max(1, AT_ONCE // workspaces)

        async def fill(workspace: ascend.WorkspaceId) -> None:
            await send_events(store, workspace, events, events_per_entity, at_once)

        await for_each(created, fill, limit=AT_ONCE)
        await store.worker.run_once()


async def send_events(
    store: ascend.Store, workspace: ascend.WorkspaceId, count: int, per_entity: int, at_once: int
) -> None:
    """Send commands of one event each, for so many tasks at once: they are created, changed and completed."""

    async def send_life(first: int) -> None:
        task = ascend.new_id(ascend.TaskId)
        life: list[ascend.Command] = [ascend.CreateTask(task_id=task, title=f"Task {first}", description="x" * 200)]
        life += [ascend.AssignTask(task_id=task, users=(ACTOR,))]
        life += [ascend.EditTask(task_id=task, title=f"Task {first}, {n}") for n in range(per_entity - 3)]
        life += [ascend.CompleteTask(task_id=task)]
        for command in life[: min(per_entity, count - first)]:
            await store.execute(workspace, command, actor=ACTOR)

    await for_each(range(0, count, per_entity), send_life, limit=at_once)


async def measure_rebuild(url: str, processes: int, events: int) -> Quantities:
    """Rebuild in so many processes at once."""
    results: list[dict[str, float]] = []

    async def run_one(_: int) -> None:
        process = await anyio.run_process([sys.executable, "-m", "bench.rebuilding", url], stderr=None)
        results.append(json.loads(process.stdout.split(b"\n")[-2]))

    await for_each(range(processes), run_one, limit=processes)
    wall = max(each["ended"] for each in results) - min(each["began"] for each in results)
    items, puts = sum(each["items"] for each in results), sum(each["puts"] for each in results)
    return {
        "cpu_ms": sum(each["cpu"] for each in results) * 1_000 / events,
        "wall_ms": wall * 1_000 / events,
        "puts_an_item": puts / items,
        "peak_mib": max(each["peak_mib"] for each in results),
    }


async def rebuild(url: str) -> None:
    """Rebuild a store, and print what that took."""
    async with ascend.open_store(url) as opened:
        tables: Any = CountedPuts(opened.tables)
        store = ascend.Store(tables, HurriedEnvironment())
        await store.worker.generation()
        began = time.time()
        async with stopwatch() as watch:
            await store.rebuild()
        print(
            json.dumps(
                {
                    "began": began,
                    "ended": began + watch.wall,
                    "cpu": watch.cpu,
                    "items": len(tables.puts),
                    "puts": tables.puts.total(),
                    "peak_mib": read_peak() / KIB,
                }
            )
        )


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(WARNING))
    anyio.run(rebuild, sys.argv[1])
