"""Rebuild, while life goes on: beside what is read, then switched in one write; and what remains is pruned."""

import random

import anyio
import pytest
from faulty import Crash, Fault, FaultyTables
from scenario import ADA, task_id
from simulation.busy import a_busy_store, a_copy, everything
from simulation.histories import History
from simulation.truth import stored, truths
from staged import StagedTables
from world import FakeWorld

import ascend
from ascend.adapters import keys
from ascend.adapters.table import Equals, Table, Tables
from ascend.projections import projector

NAMES = [projection.name for projection in ascend.PROJECTIONS]


async def check(store: ascend.Store, history: History) -> None:
    """What is read now is what a naive replay says."""
    await store.worker.run_once()
    expected = truths(store.model, ascend.PROJECTIONS, history.workspace, history.commits)
    for build in store.current.generation.builds:
        assert await stored(store.tables, build, history.workspace) == expected[build.projection].lines


@pytest.mark.parametrize("names", [["feed"], ["things", "members"], []])
async def test_a_rebuild_gives_the_same_content_at_the_next_epoch(names: list[str]) -> None:
    store, history = await a_busy_store()
    before = await store.digest()
    epochs = await store.rebuild(*names)
    assert epochs == dict.fromkeys(names or NAMES, 1)
    assert await store.digest() == before
    await check(store, history)
    await store.rebuild(*names)
    await check(store, history)


async def test_an_unknown_projection_cannot_be_rebuilt() -> None:
    store, _ = await a_busy_store()
    with pytest.raises(ascend.InvalidInput):
        await store.rebuild("faces")


@pytest.mark.parametrize("names", [["tasks"], ["members"], []])
async def test_readers_see_every_state_whole_while_commands_and_workers_run(
    names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks only ever come: whoever reads sees at least what they saw before, and never what was not yet there."""
    monkeypatch.setattr(projector, "COMMITS", 3)
    world, rebuilt, ended = FakeWorld(), anyio.Event(), anyio.Event()
    store, _ = await a_busy_store(world=world)
    home = await History(store, world, random.Random(9)).begin()

    async def write() -> None:
        for n in range(40):
            await home.send(ascend.CreateTask(task_id=task_id(n), title=str(n)), ADA)
            await anyio.lowlevel.checkpoint()
        await rebuilt.wait()
        ended.set()

    async def work() -> None:
        worker = ascend.Store(store.tables, world)
        while not ended.is_set():
            await worker.worker.run_once()

    async def read() -> None:
        reader = ascend.Store(store.tables, world)
        seen: set[ascend.TaskId] = set()
        while not ended.is_set():
            found = {line.task for line in (await reader.queries.tasks(home.workspace, viewer=ADA)).items}
            assert seen <= found
            seen = found
            card = await reader.queries.workspace(home.workspace, viewer=ADA)
            assert card.members == len((await reader.queries.members(home.workspace, viewer=ADA)).items)
            await world.sleep(1)

    await store.worker.run_once()
    async with anyio.create_task_group() as group:
        for task in (write, work, read, read):
            group.start_soon(task)
        await ascend.Store(store.tables, world).rebuild(*names)
        rebuilt.set()
    await check(store, home)
    assert store.current.epochs == dict.fromkeys(names or NAMES, 1)


async def test_a_page_that_was_begun_before_a_rebuild_goes_on_after_it() -> None:
    store, history = await a_busy_store()
    ask = store.queries.subtree
    whole = [node.thing for node in (await ask(history.workspace, None, viewer=ascend.OPERATOR)).items]
    first = await ask(history.workspace, None, viewer=ascend.OPERATOR, limit=1)
    await store.rebuild()
    rest = await ask(history.workspace, None, viewer=ascend.OPERATOR, cursor=first.cursor)
    assert [node.thing for node in (*first.items, *rest.items)] == whole


async def test_waiting_for_a_receipt_outlasts_a_rebuild_by_another_process() -> None:
    store, history = await a_busy_store()
    other = ascend.Store(store.tables, store.world)
    await other.queries.check(history.workspace, ascend.OPERATOR)
    receipt = await store.execute(
        history.workspace, ascend.CreateTask(task_id=task_id("t"), title="T"), actor=await an_owner(store, history)
    )
    await store.rebuild()
    await other.wait_for(receipt)


async def an_owner(store: ascend.Store, history: History) -> ascend.UserId:
    members = (await store.queries.members(history.workspace, viewer=ascend.OPERATOR)).items
    return next(member.user for member in members if member.role is ascend.Role.OWNER)


@pytest.mark.parametrize("names", [["feed"], []])
async def test_a_rebuild_that_was_interrupted_goes_on_where_it_was(
    names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "COMMITS", 10)
    store, history = await a_busy_store(commits=60)
    before = await store.digest()
    whole = FaultyTables(await a_copy(store.tables))
    await ascend.Store(whole, store.world).rebuild(*names)
    middle = len(whole.calls) // 2
    for point in (1, 2, 5, 10, middle, len(whole.calls) - 3, len(whole.calls)):
        tables = await a_copy(store.tables)
        first = FaultyTables(tables, {point: Fault.CRASH_AFTER})
        with pytest.raises(Crash):
            await ascend.Store(first, store.world).rebuild(*names)
        again = FaultyTables(tables)
        rebuilt = ascend.Store(again, store.world)
        await rebuilt.rebuild(*names)
        assert await rebuilt.digest() == before
        await check(rebuilt, history)
        if point == middle:
            assert writes(again) < 0.7 * writes(whole)


def writes(tables: FaultyTables) -> int:
    return sum(call.is_write for call in tables.calls)


@pytest.mark.parametrize("seed", range(5))
async def test_concurrent_rebuilds_never_lose_an_epoch(seed: int) -> None:
    world = FakeWorld()
    store, history = await a_busy_store(world=world, commits=30)
    rng = random.Random(seed)
    won: list[tuple[str, ...]] = []

    async def one(names: tuple[str, ...]) -> None:
        for _ in range(rng.randrange(40)):
            await anyio.lowlevel.checkpoint()
        try:
            await ascend.Store(store.tables, store.world).rebuild(*names)
        except ascend.Contention:
            return
        won.append(names)

    async with anyio.create_task_group() as group:
        for names in (("feed",), ("tasks",), ("feed", "things"), ("comments",)):
            group.start_soon(one, names)
    assert won
    epochs = await store.views.epochs()
    assert {name: sum(name in names for names in won) for name in epochs} == epochs
    world.advance(seconds=60)
    await check(store, history)


async def test_the_same_rebuild_twice_at_once_is_one() -> None:
    store, history = await a_busy_store(commits=30)
    switched = StagedTables(store.tables)
    late = ascend.Store(switched, store.world)

    async def another_is_faster(call: object) -> None:
        if keys.EPOCHS in getattr(call, "keys", ()) and getattr(call, "is_write", False):
            switched.before = None
            await store.rebuild()

    switched.before = another_is_faster
    await late.rebuild()  # they built the same
    assert await store.views.epochs() == dict.fromkeys(NAMES, 1)
    await check(store, history)


async def test_prune_refuses_while_an_old_generation_may_be_in_use_and_then_removes_it_whole() -> None:
    world = FakeWorld()
    store, history = await a_busy_store(world=world)
    before = await store.digest()
    await store.rebuild()
    with pytest.raises(ascend.InvalidInput):
        await store.prune()
    world.advance(seconds=16 * 60)
    await store.prune()
    generation = store.current.generation
    kept = {"epochs", keys.GENERATIONS, generation.id, *map(str, generation.builds)}
    left = [item for table, item in await everything(store.tables) if table is Table.VIEWS]
    assert {keys.generation_of(keys.owner(item.key)) for item in left} == kept
    assert len([item for item in left if keys.owner(item.key) == keys.GENERATIONS]) == 1
    assert await store.digest() == before
    await check(store, history)


async def test_prune_by_a_process_that_does_not_know_of_a_rebuild_is_refused() -> None:
    world = FakeWorld()
    store, _ = await a_busy_store(world=world)
    late = ascend.Store(store.tables, store.world)
    await late.worker.generation()
    await store.rebuild()
    world.advance(seconds=4)
    with pytest.raises(ascend.InvalidInput):
        await late.prune(even_if_in_use=True)


async def test_commands_of_a_warm_process_go_on_after_its_generation_was_pruned() -> None:
    world = FakeWorld()
    store, history = await a_busy_store(world=world)
    warm = History(ascend.Store(store.tables, world), world, random.Random(3))
    warm.workspace, warm.commits, warm.states = history.workspace, history.commits, history.states
    await warm.live(10)
    await store.rebuild()
    await store.prune(even_if_in_use=True)
    await warm.live(40)
    await check(store, history)


async def test_commands_of_a_warm_process_see_nothing_old_while_lost_views_are_built_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, history = await a_busy_store()
    warm = ascend.Store(store.tables, store.world)
    owner = await an_owner(store, history)
    first = ascend.CreateTask(task_id=task_id("first"), title="First")
    await store.execute(history.workspace, first, actor=owner)
    await store.worker.run_once()
    await warm.execute(history.workspace, ascend.RenameWorkspace(name="Warm"), actor=owner)
    await empty(store.tables)
    monkeypatch.setattr(projector, "COMMITS", 2)
    await store.projector.step(history.workspace, store.current.generation)
    assert (await warm.execute(history.workspace, first, actor=owner)).events == 0  # it is there: nothing to do


async def test_views_that_were_emptied_are_built_anew_with_the_same_content() -> None:
    world = FakeWorld()
    store, history = await a_busy_store(world=world)
    before = await store.digest()
    await store.rebuild("feed")
    await empty(store.tables)
    world.advance(seconds=10)
    await check(store, history)
    assert await store.digest() == before


async def empty(tables: Tables) -> None:
    for table, item in await everything(tables):
        if table is Table.VIEWS:
            await tables.delete(table, item.key, Equals({}))
