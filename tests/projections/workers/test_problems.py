"""Operators are told: a stalled workspace and a parked entity are logged once by each process, and named in each pass."""

from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from support.scenario import task_id, thing_id
from support.simulation.acting import execute_all
from support.simulation.projected import POISON, tree_process

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table, Value
from ascend.projections.workers.problems import NAMED
from ascend.testing import ADA, HOME, FakeEnvironment

T, BAD = task_id(), "a format of tomorrow"


async def a_parked_task() -> ascend.Store:
    store = tree_process()
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await execute_all(store, ascend.CreateTask(task_id=T, title="good"))
    await store.worker.run_once()
    await execute_all(store, ascend.EditTask(task_id=T, title=POISON))
    return store


def find(lines: Sequence[MutableMapping[str, Any]], event: str) -> list[MutableMapping[str, Any]]:
    return [line for line in lines if line["event"] == event]


async def test_a_parked_entity_is_logged_once_by_each_process_and_named_in_each_pass() -> None:
    store = await a_parked_task()
    with capture_logs() as lines:
        first = await store.worker.run_once()
        again = await store.worker.run_once()

    assert first.parked == again.parked == len(again.parked_entities) > 0
    named = {(entity.workspace, entity.projection, entity.ref) for entity in again.parked_entities}
    assert (HOME, "tasks", ascend.Ref("task", T)) in named
    logged = find(lines, "entity.parked")
    assert len(logged) == first.parked
    (line,) = [line for line in logged if line["projection"] == "tasks"]
    assert line == {
        "event": "entity.parked",
        "log_level": "warning",
        "workspace": HOME,
        "projection": "tasks",
        "kind": "task",
        "id": T,
        "error": "ZeroDivisionError",
    }
    assert POISON not in repr(lines)

    with capture_logs() as lines:
        await tree_process(store.tables).worker.run_once()
    assert len(find(lines, "entity.parked")) == first.parked


async def test_an_entity_that_was_rendered_again_is_logged_again_when_it_is_parked_again() -> None:
    store = await a_parked_task()
    await store.worker.run_once()
    await execute_all(store, ascend.EditTask(task_id=T, title="better"))
    with capture_logs() as lines:
        await store.worker.run_once()
        await execute_all(store, ascend.EditTask(task_id=T, title=POISON))
        await store.worker.run_once()
    assert "tasks" in {line["projection"] for line in find(lines, "entity.parked")}


async def test_a_pass_names_some_parked_entities_and_counts_all() -> None:
    store = await a_parked_task()
    for number in range(NAMED):
        await execute_all(store, ascend.CreateThing(thing_id=thing_id(number), name=POISON))
    result = await store.worker.run_once()
    assert result.parked > len(result.parked_entities) == NAMED


async def damage(store: ascend.Store, position: int, **changed: Value) -> None:
    key = keys.commit_key(HOME, position)
    item = await store.tables.get(Table.EVENTS, key)
    assert item is not None
    changes = replace(item, attributes={**item.attributes, **changed})
    await store.tables.put(Table.EVENTS, changes, Equals({"id": item.attributes["id"]}))


async def a_stalled_home() -> tuple[ascend.Store, FakeEnvironment]:
    """A home with two commits, of which the second cannot be decoded, and none is rendered."""
    environment = FakeEnvironment()
    store = ascend.Store(MemoryTables(), environment)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.worker.run_once()
    await execute_all(store, ascend.CreateTask(task_id=T, title="good"))
    await damage(store, 2, format=BAD)
    return store, environment


async def test_a_stalled_workspace_is_logged_at_warning_once_by_each_process() -> None:
    store, environment = await a_stalled_home()
    for process in (store, ascend.Store(store.tables, environment)):
        with capture_logs() as lines:
            for _ in range(2):
                assert (await process.worker.run_once()).stalled == (HOME,)
        (line,) = find(lines, "workspace.stalled")
        assert (line["log_level"], line["workspace"], line["error"]) == ("warning", HOME, "Damaged")


async def read_status(store: ascend.Store) -> ascend.WorkspaceStatus:
    (status,) = [status async for status in store.status()]
    return status


async def test_the_lag_in_seconds_is_the_age_of_the_oldest_commit_that_is_not_rendered() -> None:
    store, environment = await a_stalled_home()
    before = environment.now()
    await environment.sleep(90)
    status = await read_status(store)
    assert status.lag == 1
    assert status.lag_seconds is not None
    assert 90 <= status.lag_seconds <= (environment.now() - before + timedelta(seconds=5)).total_seconds()


async def test_a_workspace_that_is_rendered_has_no_lag_and_costs_no_further_read() -> None:
    store = await a_parked_task()
    await store.worker.run_once()
    assert ((await read_status(store)).lag, (await read_status(store)).lag_seconds) == (0, 0.0)


@pytest.mark.parametrize(
    ("time", "seconds"), [("9999-01-01T00:00:00+00:00", 0.0), ("garbage", None), ("2026-01-01", None)]
)
async def test_the_lag_in_seconds_is_never_negative_and_unknown_where_the_time_is_unreadable(
    time: str, seconds: float | None
) -> None:
    store, _ = await a_stalled_home()
    await damage(store, 2, time=time)
    assert (await read_status(store)).lag_seconds == seconds


async def test_a_status_tells_whether_somebody_must_act() -> None:
    store, _ = await a_stalled_home()
    assert not (await read_status(store)).has_problem  # behind, not yet found to be stalled
    await store.worker.run_once()
    assert (await read_status(store)).has_problem
    parked = await a_parked_task()
    await parked.worker.run_once()
    assert (await read_status(parked)).has_problem
