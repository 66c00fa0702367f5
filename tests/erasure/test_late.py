"""Who was stopped before an erasure and wakes after it leaves nothing: a worker, a writer, a creator."""

import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import pytest
from erasure.house import DOOMED, HOUSE, KEPT, PAINT, ROOM, SHELF, WORDS, say, traces
from erasure.sleepers import Work, calls_of, erased_meanwhile
from scenario import ADA, BEA
from simulation.busy import a_copy, everything
from staged import send
from world import FakeWorld

import ascend
from ascend.adapters.memory import MemoryTables
from ascend.domain import execution
from ascend.projections import projector

CREATE = ascend.CreateWorkspace(name="Zebra home", owner_name="Ada Zebra")
BEFORE: tuple[ascend.Command, ...] = (
    CREATE,
    ascend.AddMember(user_id=BEA, name="Bea Zebra"),
    ascend.CreateThing(thing_id=HOUSE, name="Zebra house"),
    ascend.CreateThing(thing_id=ROOM, name="Zebra room"),
    ascend.CreateThing(thing_id=SHELF, name="Zebra shelf", parent=ROOM),
    ascend.CreateTask(task_id=PAINT, title="Paint the zebra"),
)
NEW: tuple[ascend.Command, ...] = (
    ascend.AssignTask(task_id=PAINT, users=(ADA, BEA)),
    ascend.MoveThing(thing_id=ROOM, parent=HOUSE),
    ascend.PostComment(comment_id=WORDS, task_id=PAINT, text="Zebra?", mentions=(BEA,)),
)


async def a_house(*, projected: bool) -> MemoryTables:
    """With commits that are not projected: all of them, or the new ones."""
    tables, world = MemoryTables(), FakeWorld(1)
    store = ascend.Store(tables, world)
    await say(store, KEPT, (ascend.CreateWorkspace(name="Kept", owner_name="Ada"),))
    if not projected:
        await store.worker.run_once()  # policies are installed
    await say(store, DOOMED, BEFORE)
    if projected:
        await store.worker.run_once()
    await say(store, DOOMED, NEW)
    return tables


async def work(store: ascend.Store) -> None:
    done = await store.worker.run_once()
    assert done.stalled == ()


@pytest.mark.parametrize("minutes", [9, 20])
@pytest.mark.parametrize("projected", [True, False])
async def test_a_late_worker(projected: bool, minutes: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "COMMITS", 4)
    monkeypatch.setattr(projector, "CHUNK", 1)
    house = await a_house(projected=projected)
    for stops_at in range(1, await calls_of(await a_copy(house), work) + 1):
        await check(house, work, stops_at, minutes)


async def check(house: MemoryTables, work: Work, stops_at: int, minutes: float) -> None:
    tables, world = await a_copy(house), FakeWorld(2)
    world.advance(days=1)
    await erased_meanwhile(tables, world, work, stops_at, minutes)
    assert await traces(tables) == [], stops_at
    await ascend.Store(tables, world).worker.run_once()
    assert await traces(tables) == [], stops_at
