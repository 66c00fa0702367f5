"""Projecting: load first, then project. CPU and time of a projected event. Uses `commands`.

The second row is the same code with every put as a request of its own.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspace, measure_raw_puts, send_commands, warm_up
from bench.wrapped import SinglePuts, wrap_store


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("projecting"), create=True) as store:
        await warm_up(store)

        async def take_turn() -> Turn:
            raw = await measure_raw_puts(store.tables, sizes.commands)
            in_bulk = await measure_projecting(store, store, sizes.commands)
            single = await measure_projecting(store, wrap_store(SinglePuts(store.tables)), sizes.commands)
            return Turn(raw, {"an event": in_bulk, "an event, by single puts": single})

        yield take_turn


async def measure_projecting(loading: ascend.Store, projecting: ascend.Store, count: int) -> Quantities:
    """Load a new workspace with one store, and project it with another one."""
    workspace = await create_workspace(loading)
    await send_commands(loading, workspace, count)
    worker = projecting.worker_for([workspace])
    async with stopwatch() as watch:
        await worker.run_once()
    return watch.for_each_of(count)
