"""Following: commands with a worker that follows in the same process, beside loading first and projecting then.

CPU and time of a command, projection included. Uses `commands`.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

import ascend
from bench.figure import TakeTurn
from bench.measuring import Quantities, Stopwatch, Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspace, measure_raw_puts, send_commands, warm_up

PATIENCE = 600.0


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("following"), create=True) as store:
        await warm_up(store)

        async def take_turn() -> Turn:
            raw = await measure_raw_puts(store.tables, sizes.commands)
            loaded = await load_then_project(store, sizes.commands)
            followed = await follow_at_once(store, sizes.commands)
            return Turn(raw, {"loaded, then projected": loaded, "followed at once": followed})

        yield take_turn


async def load_then_project(store: ascend.Store, count: int) -> Quantities:
    workspace = await create_workspace(store)
    worker = store.worker_for([workspace])
    async with stopwatch() as watch:
        await send_commands(store, workspace, count)
        await worker.run_once()
    return watch.for_each_of(count)


async def follow_at_once(store: ascend.Store, count: int) -> Quantities:
    workspace = await create_workspace(store)
    worker = store.worker_for([workspace])
    watch = Stopwatch()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(worker.follow)
        last = await send_commands(store, workspace, count)
        await store.wait_for(last, seconds=PATIENCE)
        watch.stop()
        tasks.cancel_scope.cancel()
    return watch.for_each_of(count)
