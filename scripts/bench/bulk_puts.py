"""Bulk puts: `put_all` beside single puts, 16 at once, of new items. Uses `commands` (items)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import make_raw_items, measure_raw_puts, warm_up
from bench.wrapped import SinglePuts


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("bulk"), create=True) as store:
        await warm_up(store)

        async def take_turn() -> Turn:
            raw = await measure_raw_puts(store.tables, sizes.commands)
            single = await measure_put_all(SinglePuts(store.tables), sizes.commands)
            return Turn(
                raw, {"put, 16 at once": single, "put_all": await measure_put_all(store.tables, sizes.commands)}
            )

        yield take_turn


async def measure_put_all(tables: Tables | SinglePuts, count: int) -> Quantities:
    from ascend.adapters.table.puts import Put  # noqa: PLC0415  older code, measured as a baseline, has no such module

    puts = [Put(item, Absent(), is_new=True) for item in make_raw_items(count)]
    async with stopwatch() as watch:
        await tables.put_all(Table.VIEWS, puts)
    return watch.for_each_of(count)
