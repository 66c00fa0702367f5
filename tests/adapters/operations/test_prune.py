"""Prune removes what nobody uses any more. Lost views are rebuilt. Commands notice neither."""

import random

import pytest
from support.limits import limited_process
from support.scenario import task_id
from support.simulation.busy import a_busy_store, an_owner, check_store, everything
from support.simulation.histories import History

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.operations.prune import InUse
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.testing import FakeEnvironment


async def test_prune_refuses_while_an_old_generation_may_be_in_use_and_then_removes_it_whole() -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    before = await store.digest()
    await store.rebuild()
    with pytest.raises(
        InUse, match=r"^An earlier generation is.* nothing was removed\..* wait 15 minutes, then prune again"
    ):
        await store.prune()
    environment.advance(seconds=16 * 60)
    await store.prune()
    generation = store.current.generation
    kept = {"epochs", keys.GENERATIONS, keys.POLICIES, generation.id, *map(str, generation.builds)}
    remaining = [item for table, item in await everything(store.tables) if table is Table.VIEWS]
    assert {keys.parse_generation(keys.parse_owner(item.key)) for item in remaining} <= kept
    assert len([item for item in remaining if keys.parse_owner(item.key) == keys.GENERATIONS]) == 1
    assert await store.digest() == before
    await check_store(store, history)


async def test_prune_by_a_process_that_does_not_know_of_a_rebuild_is_refused() -> None:
    environment = FakeEnvironment()
    store, _ = await a_busy_store(environment=environment)
    late = ascend.Store(store.tables, store.environment)
    await late.worker.generation()
    await store.rebuild()
    environment.advance(seconds=4)
    with pytest.raises(ascend.InvalidInput):
        await late.prune(even_if_in_use=True)


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
    await limited_process(store, commits_per_batch=2).projector.step(history.workspace, store.current.generation)
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
