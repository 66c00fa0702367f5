"""Idle workers: the share of a core and the requests a second of all workers together, with nothing to do.

Uses `workspaces` × `workers` (a row each), `seconds`, and `commands` for the raw puts. `cpu_ms` is the CPU of a second: its
ratio says as how many raw puts a second that is. Requests of DynamoDB are all that the client sends; those of other engines
are calls of the table port.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio

import ascend
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.place import Place
from bench.requests import count_requests
from bench.sizes import Sizes
from bench.work import create_workspaces, measure_raw_puts, warm_up
from bench.wrapped import Counted, wrap_store

SETTLING = 2.0
"""Seconds that workers have before they are watched: they find out what there is."""


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with AsyncExitStack() as stack:
        stores: dict[int, ascend.Store] = {}
        for count in sizes.workspaces:
            url = place.url(f"idle{count}")
            stores[count] = await stack.enter_async_context(ascend.open_store(url, create=True))
            await warm_up(stores[count])
            await create_workspaces(stores[count], count)
            await stores[count].worker.run_once()

        async def take_turn() -> Turn:
            raw = await measure_raw_puts(next(iter(stores.values())).tables, sizes.commands)
            rows = {
                f"{count:,} workspaces, {workers} workers": await watch_workers(store, workers, sizes.seconds)
                for count, store in stores.items()
                for workers in sizes.workers
            }
            return Turn(raw, rows)

        yield take_turn


async def watch_workers(store: ascend.Store, workers: int, seconds: float) -> Quantities:
    calls = Counter[str]()
    measured: Quantities = {}
    async with anyio.create_task_group() as tasks:
        for _ in range(workers):
            tasks.start_soon(wrap_store(Counted(store.tables, calls)).worker.follow)
        await anyio.sleep(min(SETTLING, seconds))
        measured = await watch_process(calls, seconds)
        tasks.cancel_scope.cancel()
    return measured


async def watch_process(calls: Counter[str], seconds: float) -> Quantities:
    """Watch this process, and what is counted in `calls`, for so many seconds."""
    calls.clear()
    with count_requests() as sent:
        async with stopwatch() as watch:
            await anyio.sleep(seconds)
        requests = sent.total() or calls.total()
    return {
        "cpu_ms": watch.cpu * 1_000 / watch.wall,
        "cpu_share": watch.cpu / watch.wall,
        "requests_a_second": requests / watch.wall,
    }
