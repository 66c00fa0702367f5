"""Latency: a command that comes when it comes, at half of the load of `at_once` senders in one workspace. Uses `at_once`.

First the most that the senders reach is measured, then commands start at fixed times at half of that rate, whether earlier ones are
answered or not. The time of a command counts from its fixed time. Beside raw puts, one at a time.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio

import ascend
from bench.at_once import ROUNDS, measure_senders
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn
from bench.place import Place
from bench.raw import RawStore, make_rows, measure_puts_at_once, open_raw
from bench.sizes import Sizes
from bench.titles import titles
from bench.visibility import percentile
from bench.work import ACTOR, create_workspace, warm_up


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    count = sizes.at_once * ROUNDS
    async with ascend.open_store(place.url("latency"), create=True) as store, open_raw(place) as raw:
        await warm_up(store)

        async def take_turn() -> Turn:
            alone = await time_puts(raw, count)
            at_half = await time_puts_at(raw, count, (await measure_puts_at_once(raw, count))["a_second"] / 2)
            most = await measure_senders(store, [await create_workspace(store)], sizes.at_once)
            command = await time_commands_at(store, count, most["a_second"] / 2)
            return Turn(alone, {"raw put, half of its load": at_half, "a command, half of its load": command})

        yield take_turn


async def time_puts(raw: RawStore, count: int) -> Quantities:
    times: list[float] = []
    for row in make_rows(count):
        began = time.perf_counter()
        await raw.put(row)
        times.append(time.perf_counter() - began)
    return summarise(times)


async def time_puts_at(raw: RawStore, count: int, rate: float) -> Quantities:
    rows = make_rows(count)
    return await time_starts(lambda: raw.put(next(rows)), count, rate)


async def time_commands_at(store: ascend.Store, count: int, rate: float) -> Quantities:
    workspace, texts = await create_workspace(store), titles()

    async def send() -> None:
        task = ascend.CreateTask(task_id=ascend.new_id(ascend.TaskId), title=next(texts))
        await store.execute(workspace, task, actor=ACTOR)

    return await time_starts(send, count, rate)


async def time_starts(work: Callable[[], Awaitable[object]], count: int, rate: float) -> Quantities:
    """Start `work` so many times, `rate` times a second, and time each from the moment at which it was due."""
    times: list[float] = []
    began = time.perf_counter()

    async def run(due: float) -> None:
        await work()
        times.append(time.perf_counter() - due)

    async with anyio.create_task_group() as tasks:
        for number in range(count):
            due = began + number / rate
            if (early := due - time.perf_counter()) > 0:
                await anyio.sleep(early)
            tasks.start_soon(run, due)
    return summarise(times) | {"a_second": rate}


def summarise(seconds: list[float]) -> Quantities:
    """Return the median and the 99th percentile, in milliseconds."""
    ordered = sorted(second * 1_000 for second in seconds)
    return {"p50_ms": percentile(ordered, 50), "p99_ms": percentile(ordered, 99)}
