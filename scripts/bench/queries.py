"""Queries: a page of a feed and a subtree of 500 Things, beside the same Query to the table, of the same items. Uses `commands`.

`to_query` is the CPU of the page beside that of the table's Query of whole items in the same turn. A page also reads the
membership with a BatchGet: `to_requests` is its CPU beside that of both requests.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import ascend
from ascend.adapters.table.item import Key, Table
from ascend.adapters.table.query import Query
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.place import Place
from bench.sizes import Sizes
from bench.work import ACTOR, create_workspace, warm_up

FEED, SUBTREE = 99, 500
"""Lines of the page of a feed, as many as it can have, and Things below another one."""
ROOMS = 20
METHODS = ("query", "query_values", "batch_get")
"""The methods of the table that may send the requests of a page."""
Ask = Callable[[], Awaitable[ascend.Page[Any]]]


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("queries"), create=True) as store:
        await warm_up(store)
        workspace = await create_workspace(store)
        house = await fill_workspace(store, workspace)
        await store.worker.run_once()
        queries = store.queries
        pages: Mapping[str, Ask] = {
            "feed": lambda: queries.feed(ACTOR, viewer=ACTOR, limit=FEED),
            "subtree": lambda: queries.subtree(workspace, house, viewer=ACTOR, limit=SUBTREE),
        }
        asked = {name: await list_requests(store, ask) for name, ask in pages.items()}
        count = max(1, sizes.commands // 4)

        async def take_turn() -> Turn:
            rows = dict[str, Quantities]()
            for name, ask in pages.items():
                rows |= await measure_page(store, name, ask, asked[name], count)
            return Turn(rows[name_query("feed")], rows)

        yield take_turn


async def fill_workspace(store: ascend.Store, workspace: ascend.WorkspaceId) -> ascend.ThingId:
    """Create tasks for a feed, and Things below one that is returned."""
    house = ascend.new_id(ascend.ThingId)
    parents = [house]
    await store.execute(workspace, ascend.CreateThing(thing_id=house, name="House"), actor=ACTOR)
    for number in range(SUBTREE):
        thing, parent = ascend.new_id(ascend.ThingId), parents[number // ROOMS]
        parents.append(thing)
        await store.execute(
            workspace, ascend.CreateThing(thing_id=thing, name=f"Thing {number}", parent=parent), actor=ACTOR
        )
    for number in range(FEED):
        task = ascend.new_id(ascend.TaskId)
        await store.execute(workspace, ascend.CreateTask(task_id=task, title=f"Task {number}"), actor=ACTOR)
        await store.execute(workspace, ascend.AssignTask(task_id=task, users=(ACTOR,)), actor=ACTOR)
    return house


async def list_requests(store: ascend.Store, ask: Ask) -> tuple[Query, list[Collection[Key]]]:
    """Return the Query that reads the items of the page, and the keys of each BatchGet beside it."""
    queries, batches = list[Query](), list[Collection[Key]]()
    tables: Any = store.tables
    methods = {name: getattr(tables, name) for name in METHODS if hasattr(tables, name)}

    def note(name: str, method: Any) -> Any:
        async def noted(first: Any, *others: Any, **options: Any) -> Any:
            if name == "batch_get":
                batches.append(others[0])
            else:
                queries.append(first)
            return await method(first, *others, **options)

        return noted

    for name, method in methods.items():
        setattr(tables, name, note(name, method))
    try:
        await ask()
    finally:
        for name in methods:
            delattr(tables, name)
    return queries[0], batches


async def measure_page(
    store: ascend.Store, name: str, ask: Ask, requests: tuple[Query, list[Collection[Key]]], count: int
) -> dict[str, Quantities]:
    query, batches = requests
    items, page = (await store.tables.query(query)).items, await ask()
    if len(page.items) != len(items):
        raise RuntimeError(f"{name}: {len(page.items)} lines of {len(items)} items")
    async with stopwatch() as raw:
        for _ in range(count):
            await store.tables.query(query)
    async with stopwatch() as beside:
        for _ in range(count):
            for keys in batches:
                await store.tables.batch_get(Table.VIEWS, keys)
    async with stopwatch() as watch:
        for _ in range(count):
            await ask()
    ratios = {"to_query": watch.cpu / raw.cpu, "to_requests": watch.cpu / (raw.cpu + beside.cpu)}
    return {name_query(name): raw.for_each_of(count), f"{name}, {len(items)} lines": watch.for_each_of(count) | ratios}


def name_query(name: str) -> str:
    return f"the table's Query of {name}"
