"""Prune removes what nobody uses any more. Lost views are rebuilt. Commands notice neither."""

import logging
import random
from dataclasses import replace

import pytest
from support.faulty import Call
from support.limits import limited_process
from support.scenario import task_id
from support.simulation.busy import a_busy_store, an_owner, check_store, everything
from support.simulation.histories import History
from support.staged import StagedTables
from support.workers.deployments import announce

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.operations.results import InUse
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Key, Table
from ascend.adapters.table.port import Tables
from ascend.projections.generation_record import find_record
from ascend.projections.generation_state import LEASE
from ascend.testing import FakeEnvironment

WAITED = LEASE + 15 * 60
"""Seconds that a prune waits at least, so that nobody writes into an old generation any more."""


async def test_prune_gives_up_the_way_back_waits_and_removes_the_old_generation_whole() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    before = await store.digest()
    await store.rebuild()
    began = environment.elapsed()
    assert (await store.prune()).records == 1
    assert environment.elapsed() - began > WAITED
    generation = store.current.generation
    kept = {"epochs", keys.GENERATIONS, keys.POLICIES, keys.STARTS, generation.id, *map(str, generation.builds)}
    remaining = [item for table, item in await everything(store.tables) if table is Table.VIEWS]
    assert {keys.parse_generation(keys.parse_owner(item.key)) for item in remaining} <= kept
    assert len([item for item in remaining if keys.parse_owner(item.key) == keys.GENERATIONS]) == 1
    assert await store.digest() == before
    await check_store(store, history)
    with pytest.raises(ascend.InvalidInput, match="there is no previous generation"):
        await store.roll_back()


async def test_prune_says_how_long_it_waits(caplog: pytest.LogCaptureFixture) -> None:
    store, _ = await a_busy_store()
    await store.rebuild("feed")

    with caplog.at_level(logging.INFO, "ascend.operations"):
        await store.prune()

    assert [record.getMessage() for record in caplog.records] == ["prune.waiting seconds=905 records=1"]


async def test_prune_removes_nothing_if_a_worker_moves_an_old_generation_while_it_waits() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    old = store.current.generation
    await store.rebuild()
    before, began = await views_of(store.tables), environment.elapsed()

    async def work_with_a_clock_that_stood_still(call: Call) -> None:
        record = find_record(await store.views.records(history.workspace), old)
        if (
            call.method == "scan"
            and record is not None
            and not record.stalled
            and environment.elapsed() - began > WAITED
        ):
            await store.views.move(record, replace(record, stalled="at work"))

    staged = StagedTables(store.tables)
    staged.before = work_with_a_clock_that_stood_still
    with pytest.raises(
        InUse, match=r"^An earlier generation is.* nothing was removed\..* wait 15 minutes, then prune again"
    ):
        await ascend.Store(staged, environment).prune()
    assert await views_of(store.tables) == before

    assert (await store.prune()).records == 1


async def test_what_is_announced_while_prune_waits_stays() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    await store.rebuild()
    other, began = ascend.Store(store.tables, environment), environment.elapsed()

    async def announce_tasks(call: Call) -> None:
        state = (await other.views.state()).state
        is_over = environment.elapsed() - began > WAITED
        if call.keys == (keys.EPOCHS,) and is_over and state is not None and not state.announced:
            announced = (await announce(other, lambda state: state.afresh(["tasks"]))).announced
            await other.worker.catch_up(history.workspace, announced)  # builds it: a pass leaves that to the rebuild

    staged = StagedTables(store.tables)
    staged.before = announce_tasks
    assert (await ascend.Store(staged, environment).prune()).records == 1

    state = (await store.views.state()).state
    assert state is not None
    assert state.announced is not None
    record = find_record(await store.views.records(history.workspace), state.announced)
    assert record is not None
    before = await store.digest()
    await store.rebuild("tasks")
    assert store.current.generation == state.announced
    assert await store.digest() == before
    await check_store(store, history)


async def test_a_record_that_was_announced_again_and_leads_since_it_was_read_stays() -> None:
    store, history = await a_busy_store()
    old = store.current.generation
    await store.rebuild()
    record = find_record(await store.views.records(history.workspace), old)
    assert record is not None
    leader = replace(record, leads=7)

    async def lead(call: Call) -> None:
        if call.method == "delete" and call.keys == (keys.record_key(history.workspace, old.id),):
            assert await store.views.move(record, leader)

    staged = StagedTables(store.tables)
    staged.before = lead
    await ascend.Store(staged, store.environment).prune(even_if_in_use=True)

    assert find_record(await store.views.records(history.workspace), old) == leader


async def test_prune_deletes_nothing_long_after_it_has_read_the_state() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    await store.rebuild()
    asked_at, ages = 0.0, list[float]()

    async def sleep_before_the_fifth_delete(call: Call) -> None:
        nonlocal asked_at
        if call.keys == (keys.EPOCHS,):
            asked_at = environment.elapsed()
        if call.method == "delete":
            ages.append(environment.elapsed() - asked_at)
            if len(ages) == 5:
                environment.advance(seconds=WAITED)

    staged = StagedTables(store.tables)
    staged.before = sleep_before_the_fifth_delete
    await ascend.Store(staged, environment).prune()
    assert len(ages) >= 5
    assert max(ages) < WAITED

    await store.prune()  # the rest
    remaining = {keys.parse_owner(key) for key in await views_of(store.tables)}
    assert remaining.isdisjoint(map(str, store.current.at_epochs({}).builds))
    await check_store(store, history)


async def views_of(tables: Tables) -> set[Key]:
    return {item.key for table, item in await everything(tables) if table is Table.VIEWS}


async def test_prune_by_a_process_that_does_not_know_of_a_rebuild_removes_nothing_that_is_read() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    late = ascend.Store(store.tables, store.environment)
    await late.worker.generation()
    before = await store.digest()
    await store.rebuild()
    assert late.current.generation != store.current.generation
    assert (await late.prune(even_if_in_use=True)).records == 1
    assert await store.digest() == before
    await check_store(store, history)


async def test_commands_of_a_warm_process_still_work_after_its_generation_was_pruned() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    warm = History(ascend.Store(store.tables, environment), environment, random.Random(3))
    warm.workspace, warm.commits, warm.states = history.workspace, history.commits, history.states
    await warm.run_random(10)
    await store.rebuild()
    await store.prune(even_if_in_use=True)
    await warm.run_random(40)
    await check_store(store, history)


async def test_commands_of_a_warm_process_see_no_old_state_while_lost_views_are_rebuilt() -> None:
    store, history = await a_busy_store()
    warm = ascend.Store(store.tables, store.environment)
    owner = await an_owner(store, history)
    first = ascend.CreateTask(task_id=task_id("first"), title="First")
    await store.execute(history.workspace, first, actor=owner)
    await store.worker.run_once()
    await warm.execute(history.workspace, ascend.RenameWorkspace(name="Warm"), actor=owner)
    await empty_views(store.tables)
    await limited_process(store, commits_per_batch=2).worker.projector.step(history.workspace, store.current.generation)
    assert (await warm.execute(history.workspace, first, actor=owner)).events == 0  # the task exists: nothing to do


async def test_emptied_views_are_rebuilt_with_the_same_content() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    before = await store.digest()
    await store.rebuild("feed")
    await empty_views(store.tables)
    environment.advance(seconds=10)
    await check_store(store, history)
    assert await store.digest() == before


async def empty_views(tables: Tables) -> None:
    for table, item in await everything(tables):
        if table is Table.VIEWS:
            await tables.delete(table, item.key, Equals({}))
