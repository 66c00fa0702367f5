"""Replaying: an event read from the log and typed, in grouped commits, beside a raw row. Uses `replayed` and `at_once`.

The log is written with `at_once` commands at once, so that code with group commit groups them. On DynamoDB, `units` are the read units
of an event; the raw row's are those of an item for each event.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import ascend
from bench.at_once import measure_senders
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.metering import metered
from bench.place import Place
from bench.raw import RawStore, fill_partition, open_raw
from bench.sizes import Sizes
from bench.work import create_workspace, warm_up

PAGE = 1_000
SAMPLE = 100
"""Raw rows that are read to count their units."""
READS = 10
"""Times that a turn reads the log. A full collection of garbage, which takes as long as reading it once, falls into some of them."""
BATCH = 1_000
"""Commands between two runs of the worker, so that no command is refused because too many commits wait for one."""


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("replaying"), create=True) as store, open_raw(place) as raw:
        await warm_up(store)
        workspace = await create_workspace(store)
        await send_in_batches(store, workspace, sizes.replayed, sizes.at_once)
        partition = await fill_partition(raw, sizes.replayed)

        row_units, event_units = await count_units(place, workspace)

        async def take_turn() -> Turn:
            row = await read_raw(raw, partition, sizes.replayed)
            return Turn(row | row_units, {"an event": await read_events(store, workspace, READS) | event_units})

        yield take_turn


async def send_in_batches(store: ascend.Store, workspace: ascend.WorkspaceId, count: int, at_once: int) -> None:
    """Create so many tasks, with `at_once` senders, and let a worker run in between."""
    worker, sent = store.worker_for([workspace]), 0
    while sent < count:
        batch = min(BATCH, count - sent)
        senders = min(at_once, batch)
        await measure_senders(store, [workspace], senders, rounds=batch // senders)
        sent += senders * (batch // senders)
        await worker.run_once()


async def read_raw(raw: RawStore, partition: str, count: int) -> Quantities:
    async with stopwatch() as watch:
        await raw.read(partition)
    return watch.for_each_of(count)


async def read_events(store: ascend.Store, workspace: ascend.WorkspaceId, times: int = 1) -> Quantities:
    events = position = 0
    async with stopwatch() as watch:
        for _ in range(times):
            events = position = 0
            while commits := await store.log.commits(workspace, position + 1, PAGE):
                events += sum(1 for commit in commits for _ in commit.events())
                position = commits[-1].position
    return watch.for_each_of(times * events) | {"events": events, "events_a_commit": events / position}


async def count_units(place: Place, workspace: ascend.WorkspaceId) -> tuple[Quantities, Quantities]:
    """Return the read units of a raw row and of an event, and nothing where there are no units."""
    if place.kind != "dynamodb":
        return {}, {}
    with metered(place.root) as meter:
        through = Place(place.kind, meter.url)
        async with ascend.open_store(through.url("replaying")) as store, open_raw(through) as raw:
            meter.clear()
            events = (await read_events(store, workspace))["events"]
            event = meter.read_units / events
            partition = await fill_partition(raw, SAMPLE)
            meter.clear()
            return {"units": await raw.read(partition) and meter.read_units / SAMPLE}, {"units": event}
