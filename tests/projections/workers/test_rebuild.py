"""Rebuild, while life goes on: beside what is read, then switched in one write."""

import random

import anyio
import pytest
from support.faulty import Crash, Fault, FaultyTables
from support.limits import projection_limits
from support.scenario import task_id
from support.simulation.busy import a_busy_store, a_copy, an_owner, check_store
from support.simulation.histories import History
from support.staged import StagedTables
from support.workers.deployments import announce

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.testing import ADA, HOME, FakeEnvironment

NAMES = [projection.name for projection in ascend.LIFE_OS.projections]


@pytest.mark.parametrize("names", [["feed"], ["things", "members"], []])
async def test_a_rebuild_gives_the_same_content_at_the_next_epoch(names: list[str]) -> None:
    store, history = await a_busy_store()
    before = await store.digest()
    epochs = await store.rebuild(*names)
    assert epochs.current_epochs == dict.fromkeys(names or NAMES, 1)
    assert await store.digest() == before
    await check_store(store, history)
    await store.rebuild(*names)
    await check_store(store, history)


async def test_an_unknown_projection_cannot_be_rebuilt() -> None:
    store, _ = await a_busy_store()
    with pytest.raises(ascend.InvalidInput):
        await store.rebuild("faces")


async def test_a_rebuild_does_not_go_on_with_a_roll_back_that_was_stopped() -> None:
    """It would switch back to the old items, and say that it has built them anew."""
    store, _ = await a_busy_store()
    await store.rebuild("feed")
    await announce(store, lambda state: state.mixed(["feed"]))

    with pytest.raises(ascend.SwitchConflict, match="`ascend withdraw`"):
        await store.rebuild("feed")

    assert (await store.roll_back("feed")).current.build_of("feed").epoch == 0
    assert (await store.rebuild("feed")).current.build_of("feed").epoch == 2


@pytest.mark.parametrize("is_new", [False, True])
async def test_a_workspace_is_caught_up_with_although_a_rebuild_was_stopped(*, is_new: bool) -> None:
    """What is announced leads there, and the current generation goes nowhere before it."""
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    state = await announce(store, lambda state: state.afresh(["feed"]))
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    if not is_new:
        for generation in (state.current, state.announced):
            await store.worker.catch_up(HOME, generation)
    await store.execute(HOME, ascend.RenameWorkspace(name="House"), actor=ADA)

    await store.worker.catch_up(HOME)

    assert (await store.queries.workspace(HOME, viewer=ADA)).card.name == "House"


@pytest.mark.parametrize("names", [["tasks"], ["members"], []])
async def test_readers_see_every_state_whole_while_commands_and_workers_run(names: list[str]) -> None:
    """Tasks only ever come: whoever reads sees at least what they saw before, and never what was not yet there."""
    limits = projection_limits(commits_per_batch=3)
    environment, rebuilt, ended = FakeEnvironment(), anyio.Event(), anyio.Event()
    store, _ = await a_busy_store(environment=environment)
    home = await History(store, environment, random.Random(9)).begin()

    async def write() -> None:
        for n in range(40):
            await home.send(ascend.CreateTask(task_id=task_id(n), title=str(n)), ADA)
            await anyio.lowlevel.checkpoint()
        await rebuilt.wait()
        ended.set()

    async def work() -> None:
        worker = ascend.Store(store.tables, environment, limits=limits)
        while not ended.is_set():
            await worker.worker.run_once()

    async def read() -> None:
        reader = ascend.Store(store.tables, environment)
        seen: set[ascend.TaskId] = set()
        while not ended.is_set():
            found = {line.task for line in (await reader.queries.tasks(home.workspace, viewer=ADA)).items}
            assert seen <= found
            seen = found
            card = (await reader.queries.workspace(home.workspace, viewer=ADA)).card
            assert card.members == len((await reader.queries.members(home.workspace, viewer=ADA)).items)
            await environment.sleep(1)

    await store.worker.run_once()
    async with anyio.create_task_group() as group:
        for task in (write, work, read, read):
            group.start_soon(task)
        await ascend.Store(store.tables, environment, limits=limits).rebuild(*names)
        rebuilt.set()
    await check_store(store, home)
    assert store.current.state.current_epochs == dict.fromkeys(names or NAMES, 1)


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
    other = ascend.Store(store.tables, store.environment)
    await other.queries.check(history.workspace, ascend.OPERATOR)
    receipt = await store.execute(
        history.workspace, ascend.CreateTask(task_id=task_id("t"), title="T"), actor=await an_owner(store, history)
    )
    await store.rebuild()
    await other.wait_for(receipt)


@pytest.mark.parametrize("names", [["feed"], []])
async def test_a_rebuild_that_was_interrupted_goes_on_where_it_was(names: list[str]) -> None:
    limits = projection_limits(commits_per_batch=10, writes_per_chunk=10)
    store, history = await a_busy_store(commits=60)
    before = await store.digest()
    whole = FaultyTables(await a_copy(store.tables))
    await ascend.Store(whole, store.environment, limits=limits).rebuild(*names)
    middle = len(whole.calls) // 2
    for point in (1, 2, 5, 10, middle, len(whole.calls) - 3, len(whole.calls)):
        tables = await a_copy(store.tables)
        first = FaultyTables(tables, {point: Fault.CRASH_AFTER})
        with pytest.raises(Crash):
            await ascend.Store(first, store.environment, limits=limits).rebuild(*names)
        again = FaultyTables(tables)
        rebuilt = ascend.Store(again, store.environment, limits=limits)
        await rebuilt.rebuild(*names)
        assert await rebuilt.digest() == before
        await check_store(rebuilt, history)
        if point == middle and not names:
            assert writes(again) < 0.7 * writes(whole)


def writes(tables: FaultyTables) -> int:
    return sum(call.is_write for call in tables.calls)


@pytest.mark.parametrize("seed", range(5))
async def test_concurrent_rebuilds_never_lose_an_epoch(seed: int) -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment, commits=30)
    rng = random.Random(seed)
    await store.rebuild("members")
    won: list[tuple[str, ...]] = [("members",)]

    async def one(names: tuple[str, ...]) -> None:
        for _ in range(rng.randrange(40)):
            await anyio.lowlevel.checkpoint()
        try:
            await ascend.Store(store.tables, store.environment).rebuild(*names)
        except ascend.Contention:
            return
        won.append(names)

    async with anyio.create_task_group() as group:
        for names in (("feed",), ("tasks",), ("feed", "things"), ("comments",)):
            group.start_soon(one, names)
    assert len(won) > 1
    epochs = (await store.views.state()).epochs
    assert {name: sum(name in names for names in won) for name in epochs} == epochs
    environment.advance(seconds=60)
    await check_store(store, history)


async def test_the_same_rebuild_twice_at_once_is_one() -> None:
    store, history = await a_busy_store(commits=30)
    switched = StagedTables(store.tables)
    late = ascend.Store(switched, store.environment)

    async def another_is_faster(call: object) -> None:
        if keys.EPOCHS in getattr(call, "keys", ()) and getattr(call, "is_write", False):
            switched.before = None
            await store.rebuild()

    switched.before = another_is_faster
    await late.rebuild()  # they built the same
    assert (await store.views.state()).epochs == dict.fromkeys(NAMES, 1)
    await check_store(store, history)


async def test_a_rebuild_after_a_restore_leaves_the_unfinished_one_of_the_lost_log_behind() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    assert isinstance(store.tables, MemoryTables)
    backup = store.tables.copy()
    while len(history.commits) < 90:
        await history.run_random(1)
    await store.worker.run_once()
    target = store.current.at_epochs(dict.fromkeys(NAMES, 1))
    await store.worker.catch_up(history.workspace, target)  # a rebuild that stops before it switches
    store.tables.restore(backup, Table.EVENTS)
    restored = ascend.Store(store.tables, environment)

    epochs = await restored.rebuild()

    assert epochs.current_epochs == dict.fromkeys(NAMES, 2)
    assert (await restored.verify()).clean
