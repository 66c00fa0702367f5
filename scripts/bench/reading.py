"""Reading: a commit read from the log and decoded, beside an item of its size read from the bare store. Uses `commands`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspace, make_raw_items, send_commands, warm_up

PAGE = 1_000


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("reading"), create=True) as store:
        await warm_up(store)
        workspace = await create_workspace(store)
        await send_commands(store, workspace, sizes.commands)
        items = make_raw_items(sizes.commands)
        for item in items:
            await store.tables.put(Table.EVENTS, item, Absent())

        async def take_turn() -> Turn:
            raw = await read_raw(store.tables, items[0].key.pk)
            return Turn(raw, {"a commit": await read_log(store, workspace)})

        yield take_turn


async def read_raw(tables: Tables, partition: str) -> Quantities:
    count, after = 0, None
    async with stopwatch() as watch:
        while True:
            page = await tables.query(Query(Table.EVENTS, partition, after=after))
            count += len(page.items)
            if (after := page.next) is None:
                break
    return watch.for_each_of(count)


async def read_log(store: ascend.Store, workspace: ascend.WorkspaceId) -> Quantities:
    position = 1
    async with stopwatch() as watch:
        while commits := await store.log.commits(workspace, position, PAGE):
            position = commits[-1].position + 1
    return watch.for_each_of(position - 1)
