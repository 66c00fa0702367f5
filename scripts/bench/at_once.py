"""Commands at once: many senders in one workspace and in 64, each with one command under way. Uses `at_once`.

Beside raw puts one at a time (`× raw`) and, where the store takes several, 16 at once (`to_raw_at_16`). On DynamoDB, `units` are the
write units of a command, counted in a pass of their own.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import ascend
from ascend.domain.runtime.concurrency import for_each
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.metering import metered
from bench.place import Place
from bench.raw import RawStore, measure_puts, measure_puts_at_once, open_raw, with_rate
from bench.sizes import Sizes
from bench.titles import titles
from bench.work import ACTOR, create_workspaces, warm_up

ROUNDS = 7
"""Commands of each sender in a turn. Times 256, they stay below the commits that may wait for a worker."""
WORKSPACES = 64


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("at-once"), create=True) as store, open_raw(place) as raw:
        await warm_up(store)
        counts = (1, min(WORKSPACES, sizes.at_once))
        units = {count: await count_units(place, count, sizes.at_once) for count in counts}

        async def take_turn() -> Turn:
            one, rows = await measure_puts(raw, sizes.at_once * ROUNDS), dict[str, Quantities]()
            at_16 = await measure_raw_at_16(raw, sizes.at_once * ROUNDS, rows)
            for count in counts:
                measured = await measure_senders(store, await create_workspaces(store, count), sizes.at_once)
                to_16 = {"to_raw_at_16": measured["a_second"] / at_16} if at_16 else {}
                noun = "workspace" if count == 1 else "workspaces"
                rows[f"{sizes.at_once} at once, {count} {noun}"] = measured | to_16 | units[count]
            return Turn(one, rows)

        yield take_turn


async def measure_raw_at_16(raw: RawStore, count: int, rows: dict[str, Quantities]) -> float:
    """Add the row of raw puts at 16, and return how many there were in a second; 0 where there is one writer."""
    if raw.at_once == 1:
        return 0
    measured = rows[f"raw, {raw.at_once} at once"] = await measure_puts_at_once(raw, count)
    return measured["a_second"]


async def measure_senders(
    store: ascend.Store, workspaces: Sequence[ascend.WorkspaceId], senders: int, rounds: int = ROUNDS
) -> Quantities:
    """Let senders send one command after the other, spread over the workspaces."""
    texts = titles()

    async def send(number: int) -> None:
        for _ in range(rounds):
            task = ascend.CreateTask(task_id=ascend.new_id(ascend.TaskId), title=next(texts))
            await store.execute(workspaces[number % len(workspaces)], task, actor=ACTOR)

    async with stopwatch() as watch:
        await for_each(range(senders), send, limit=senders)
    return with_rate(watch, senders * rounds)


async def count_units(place: Place, workspaces: int, senders: int) -> Quantities:
    """Return the write units of a command, and nothing where there are no units."""
    if place.kind != "dynamodb":
        return {}
    with metered(place.root) as meter:
        async with ascend.open_store(Place(place.kind, meter.url).url("units"), create=True) as store:
            created = await create_workspaces(store, workspaces)
            meter.clear()
            await measure_senders(store, created, senders, rounds=2)
            return {"units": meter.write_units / (2 * senders)}
