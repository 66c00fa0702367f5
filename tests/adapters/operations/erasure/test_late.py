"""A process that stopped before an erasure and goes on after it leaves nothing: a worker, a writer, a creator."""

from contextlib import suppress

import pytest
from support.erasure.house import DOOMED, HOUSE, KEPT, PAINT, ROOM, SHELF, WORDS, find_traces, send_all
from support.erasure.sleepers import Work, count_calls, erase_during_sleep
from support.limits import projection_limits
from support.scenario import BEA
from support.simulation.busy import a_copy
from support.staged import send
from support.workers.deployments import announce

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.store import Limits
from ascend.testing import ADA, FakeEnvironment

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
    """Return a store with commits that are not projected: only the new ones if `projected`, otherwise all."""
    tables, environment = MemoryTables(), FakeEnvironment(1)
    store = ascend.Store(tables, environment)
    await send_all(store, KEPT, (ascend.CreateWorkspace(name="Kept", owner_name="Ada"),))
    if not projected:
        await store.worker.run_once()  # policies are installed
    await send_all(store, DOOMED, BEFORE)
    if projected:
        await store.worker.run_once()
    await send_all(store, DOOMED, NEW)
    return tables


async def project(store: ascend.Store) -> None:
    result = await store.worker.run_once()
    assert result.stalled == ()


async def write(store: ascend.Store) -> None:
    """Send two commands, so that the second one uses the cache of the workspace."""
    for name in ("Zebra shed", "Zebra hut"):
        rename = ascend.RenameThing(thing_id=HOUSE, name=name)
        try:
            await send(store, rename, to=DOOMED)
        except ascend.ProjectionBehind:  # its small batch slept too long: a sender sends the command again
            await send(store, rename, to=DOOMED)


async def create(store: ascend.Store) -> None:
    await send(store, CREATE, to=DOOMED)


async def create_another(store: ascend.Store) -> None:
    await send(store, CREATE, BEA, to=DOOMED)


@pytest.mark.parametrize("minutes", [9, 20])
@pytest.mark.parametrize("projected", [True, False])
async def test_a_late_worker_leaves_nothing(projected: bool, minutes: float) -> None:
    limits = projection_limits(commits_per_batch=4, descendants_per_chunk=1)
    await check_at_every_call(await a_house(projected=projected), project, minutes, limits=limits)


async def build_afresh(store: ascend.Store) -> None:
    """Build all read items anew, as of the end of the log."""
    await announce(store, lambda state: state.afresh([build.projection for build in state.current.builds]))
    await project(store)


@pytest.mark.parametrize("minutes", [9, 20])
async def test_a_late_builder_leaves_nothing(minutes: float) -> None:
    limits = projection_limits(writes_per_chunk=5, descendants_per_chunk=1)
    house = await a_house(projected=True)
    await project(ascend.Store(house, FakeEnvironment(1)))
    await check_at_every_call(house, build_afresh, minutes, limits=limits)


@pytest.mark.parametrize("minutes", [9, 20])
@pytest.mark.parametrize("tail", [3, 1_000], ids=["catches up first", "reads the tail"])
async def test_a_late_writer_leaves_nothing(tail: int, minutes: float) -> None:
    limits = Limits(commands=CommandLimits(tail_commits=tail))
    every = 1 if tail == 1_000 else 4
    await check_at_every_call(await a_house(projected=False), write, minutes, every=every, limits=limits)


@pytest.mark.parametrize("minutes", [9, 20])
async def test_a_late_creator_leaves_nothing(minutes: float) -> None:
    """Somebody else creates a workspace with the same id first."""

    async def create_first(store: ascend.Store) -> None:
        with suppress(ascend.Refusal):  # the late creator was faster
            await send_all(store, DOOMED, BEFORE)

    await check_at_every_call(MemoryTables(), create_another, minutes, first=create_first)


async def check_at_every_call(
    house: MemoryTables,
    work: Work,
    minutes: float,
    *,
    every: int = 1,
    first: Work | None = None,
    limits: Limits | None = None,
) -> None:
    limits = limits or Limits()
    calls = await count_calls(await a_copy(house), work, limits)
    assert calls
    for stops_at in range(1, calls + 1, every):
        tables, environment = await a_copy(house), FakeEnvironment(2)
        environment.advance(days=1)
        await erase_during_sleep(tables, environment, work, stops_at, minutes, first, limits)
        assert await find_traces(tables) == [], stops_at
        store = ascend.Store(tables, environment)
        assert DOOMED not in [workspace async for workspace in store.log.workspaces()]
        with pytest.raises(WorkspaceIsErased):
            await create(store)
        await project(store)
        assert await find_traces(tables) == [], stops_at
