"""Commands: CPU and time of a command in one warm workspace, one at a time. Uses `commands`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from bench.figure import TakeTurn
from bench.measuring import Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspace, measure_raw_puts, send_commands, warm_up


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("commands"), create=True) as store:
        await warm_up(store)

        async def take_turn() -> Turn:
            raw = await measure_raw_puts(store.tables, sizes.commands)
            workspace = await create_workspace(store)
            async with stopwatch() as watch:
                await send_commands(store, workspace, sizes.commands)
            return Turn(raw, {"a command": watch.for_each_of(sizes.commands)})

        yield take_turn
