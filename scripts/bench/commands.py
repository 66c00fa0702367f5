"""Commands: CPU and time of a command in one warm workspace, one at a time, and with several at once. Uses `commands`.

Beside a put of the same size to the bare store, without Ascend's own engine.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from bench.at_once import measure_senders
from bench.figure import TakeTurn
from bench.measuring import Turn, stopwatch
from bench.place import Place
from bench.raw import measure_puts, open_raw, with_rate
from bench.sizes import Sizes
from bench.work import create_workspace, send_commands, warm_up

GROUP = 64


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    group = min(GROUP, sizes.at_once)
    rounds = max(1, sizes.commands // group)
    async with ascend.open_store(place.url("commands"), create=True) as store, open_raw(place) as raw:
        await warm_up(store)

        async def take_turn() -> Turn:
            put = await measure_puts(raw, sizes.commands)
            workspace = await create_workspace(store)
            async with stopwatch() as watch:
                await send_commands(store, workspace, sizes.commands)
            alone = with_rate(watch, sizes.commands)
            grouped = await measure_senders(store, [await create_workspace(store)], group, rounds)
            return Turn(put, {"a command": alone, f"a command, {group} at once": grouped})

        yield take_turn
