"""A throttled workspace among many: the time until all others are rendered, and the share that is rendered by then.

Uses `workspaces` (two rows each) and `seconds`, after which the worker is stopped. `wall_ms` is for one workspace.
"""

import itertools
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import anyio

import ascend
from ascend.adapters.table.port import Tables
from bench.figure import TakeTurn
from bench.measuring import Quantities, Stopwatch, Turn
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspaces, measure_raw_puts, warm_up
from bench.wrapped import Throttled, wrap_store

LOOK = 0.2
"""Seconds between two looks at the first workspace that is not rendered yet."""


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    numbers = itertools.count()

    async def take_turn() -> Turn:
        raw: Quantities = {}
        rows: dict[str, Quantities] = {}
        for count in sizes.workspaces:
            for one in (False, True):
                async with ascend.open_store(place.url(f"throttled{next(numbers)}"), create=True) as store:
                    await warm_up(store)
                    workspaces = await create_workspaces(store, count)
                    raw = await measure_raw_puts(store.tables, sizes.commands)
                    tables = Throttled(store.tables, workspaces.pop(count // 2)) if one else store.tables
                    name = f"{count:,} workspaces, {'one throttled' if one else 'none throttled'}"
                    rows[name] = await render_others(store, tables, workspaces, sizes.seconds)
        return Turn(raw, rows)

    yield take_turn


async def render_others(
    store: ascend.Store, tables: Tables | Throttled, others: Sequence[ascend.WorkspaceId], seconds: float
) -> Quantities:
    """Follow until all others are rendered, or `seconds` are over."""
    waiting = list(others)
    watch = Stopwatch()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wrap_store(tables).worker.follow)
        with anyio.move_on_after(seconds):
            while waiting:
                while waiting and await is_rendered(store, waiting[-1]):
                    waiting.pop()
                await anyio.sleep(LOOK if waiting else 0)
        watch.stop()
        tasks.cancel_scope.cancel()
    rendered = len(others) - sum([not await is_rendered(store, workspace) for workspace in waiting])
    return watch.for_each_of(max(1, len(others))) | {
        "seconds": watch.wall,
        "rendered_share": rendered / max(1, len(others)),
    }


async def is_rendered(store: ascend.Store, workspace: ascend.WorkspaceId) -> bool:
    return await store.reader.attempt(store.current.turn()).rendered(workspace) > 0
