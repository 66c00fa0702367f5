"""Who was stopped before an erasure and wakes after it leaves nothing: a worker, a writer, a creator."""

from contextlib import suppress

import pytest
from support.environment import FakeEnvironment
from support.erasure.house import DOOMED, HOUSE, KEPT, PAINT, ROOM, SHELF, WORDS, say, traces
from support.erasure.sleepers import Work, calls_of, erased_meanwhile
from support.limits import projection_limits
from support.scenario import ADA, BEA
from support.simulation.busy import a_copy
from support.staged import send

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.store import Limits

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
    tables, environment = MemoryTables(), FakeEnvironment(1)
    store = ascend.Store(tables, environment)
    await say(store, KEPT, (ascend.CreateWorkspace(name="Kept", owner_name="Ada"),))
    if not projected:
        await store.worker.run_once()  # policies are installed
    await say(store, DOOMED, BEFORE)
    if projected:
        await store.worker.run_once()
    await say(store, DOOMED, NEW)
    return tables


async def project(store: ascend.Store) -> None:
    done = await store.worker.run_once()
    assert done.stalled == ()


async def write(store: ascend.Store) -> None:
    """Twice, so that the second time it knows the workspace, or thinks so."""
    for name in ("Zebra shed", "Zebra hut"):
        await send(store, ascend.RenameThing(thing_id=HOUSE, name=name), to=DOOMED)


async def create(store: ascend.Store) -> None:
    await send(store, CREATE, to=DOOMED)


async def create_another(store: ascend.Store) -> None:
    await send(store, CREATE, BEA, to=DOOMED)


@pytest.mark.parametrize("minutes", [9, 20])
@pytest.mark.parametrize("projected", [True, False])
async def test_a_late_worker(projected: bool, minutes: float) -> None:
    limits = projection_limits(commits_per_batch=4, descendants_per_chunk=1)
    await at_every_call(await a_house(projected=projected), project, minutes, limits=limits)


@pytest.mark.parametrize("minutes", [9, 20])
@pytest.mark.parametrize("tail", [3, 1_000], ids=["catches up first", "reads the tail"])
async def test_a_late_writer(tail: int, minutes: float) -> None:
    limits = Limits(commands=CommandLimits(tail_commits=tail))
    every = 1 if tail == 1_000 else 4
    await at_every_call(await a_house(projected=False), write, minutes, every=every, limits=limits)


@pytest.mark.parametrize("minutes", [9, 20])
async def test_a_late_creator(minutes: float) -> None:
    """Somebody else's workspace of the same id came and went."""

    async def other(store: ascend.Store) -> None:
        with suppress(ascend.Refusal):  # where the late one was not late
            await say(store, DOOMED, BEFORE)

    await at_every_call(MemoryTables(), create_another, minutes, first=other)


async def at_every_call(
    house: MemoryTables,
    work: Work,
    minutes: float,
    *,
    every: int = 1,
    first: Work | None = None,
    limits: Limits | None = None,
) -> None:
    limits = limits or Limits()
    calls = await calls_of(await a_copy(house), work, limits)
    assert calls
    for stops_at in range(1, calls + 1, every):
        tables, environment = await a_copy(house), FakeEnvironment(2)
        environment.advance(days=1)
        await erased_meanwhile(tables, environment, work, stops_at, minutes, first, limits)
        assert await traces(tables) == [], stops_at
        store = ascend.Store(tables, environment)
        assert DOOMED not in [workspace async for workspace in store.log.workspaces()]
        with pytest.raises(WorkspaceIsErased):
            await create(store)
        await project(store)
        assert await traces(tables) == [], stops_at
