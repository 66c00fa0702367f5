"""Commands in many workspaces at the same time, one at a time in each. Uses `commands` (of all workspaces)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from ascend.domain.runtime.concurrency import for_each
from bench.figure import TakeTurn
from bench.measuring import Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspaces, measure_raw_puts, send_commands, warm_up

WORKSPACES = 50


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    count = min(WORKSPACES, sizes.commands)
    share = sizes.commands // count
    async with ascend.open_store(place.url("many"), create=True) as store:
        await warm_up(store)

        async def take_turn() -> Turn:
            raw = await measure_raw_puts(store.tables, sizes.commands)
            workspaces = await create_workspaces(store, count)
            async with stopwatch() as watch:
                await for_each(workspaces, lambda workspace: send_commands(store, workspace, share), limit=count)
            return Turn(raw, {f"a command, {count} workspaces": watch.for_each_of(share * count)})

        yield take_turn
