"""Lines of events: added once, never changed; one that cannot be rendered is missed, listed, and holds nobody up."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import pytest
from support.faulty import Crash, Fault, FaultyTables
from support.scenario import task_id, thing_id
from support.simulation.acting import check_home, execute_all
from support.simulation.busy import a_copy
from support.simulation.projected import POISON, TALE, TREE, Told, tree_process
from support.simulation.truth import stored
from support.workers.deployments import deploy

import ascend
from ascend.adapters.store.stored_commits import to_item
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.domain.event import Event
from ascend.domain.ids import CommandId
from ascend.domain.runtime.body import encode
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import ThingCreated
from ascend.projections.projection import Projection, RenderEvent
from ascend.testing import ADA, HOME

HOUSE, SHED = thing_id("house"), thing_id("shed")

start = partial(tree_process, projections=(TREE, TALE))
"""Starts a process with these two projections."""


async def told(store: ascend.Store, tale: Projection = TALE) -> list[tuple[int, int, str]]:
    """Position, number and what happened, of every first line."""
    lines = (await stored(store.tables, store.current.build(tale))).values()
    tales = sorted(
        (Told.from_content(line.data) for line in lines if line.data), key=lambda line: (line.position, line.index)
    )
    return [(line.position, line.index, line.tag) for line in tales if line.line == 0]


async def a_house(store: ascend.Store) -> ascend.Store:
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    await execute_all(store, *(ascend.CreateThing(thing_id=thing, name="x") for thing in (HOUSE, SHED)))
    await execute_all(store, ascend.CreateTask(task_id=task_id(), title="good"))
    return store


async def test_every_event_has_its_lines_and_they_stay() -> None:
    store = await a_house(start())
    await store.worker.run_once()
    await execute_all(store, ascend.DeleteTask(task_id=task_id()), ascend.DeleteThing(thing_id=SHED))
    await store.worker.run_once()
    tags = ["workspace.created", "thing.created", "thing.created", "task.created", "task.deleted", "thing.deleted"]
    assert await told(store) == [(position + 1, 0, tag) for position, tag in enumerate(tags)]
    assert (await store.verify()).clean
    await check_home(store)


async def test_a_line_is_in_an_index_only_where_it_has_a_key_there() -> None:
    store = await a_house(start())
    await store.worker.run_once()
    lines = await stored(store.tables, store.current.build(TALE))
    named = {Told.from_content(line.data).name for line in lines.values() if line.data and line.gsi1 is not None}
    assert named == {"home", "x", "good"}
    assert {line.gsi1 for line in lines.values() if line.data and Told.from_content(line.data).name is None} == {None}


@pytest.mark.parametrize("chunk", [1, 250])
async def test_a_commit_that_changes_a_subtree_has_its_lines_once_whatever_crashes(chunk: int) -> None:
    store = await a_house(start())
    await execute_all(store, *(ascend.CreateThing(thing_id=thing_id(n), name="y", parent=HOUSE) for n in range(3)))
    await store.worker.run_once()
    await execute_all(
        store, ascend.RenameThing(thing_id=HOUSE, name=POISON), ascend.MoveThing(thing_id=HOUSE, parent=SHED)
    )
    whole = FaultyTables(await a_copy(store.tables))
    await start(whole, descendants_per_chunk=chunk).worker.run_once()
    for point in [call.number for call in whole.calls if call.is_write]:
        tables = await a_copy(store.tables)
        crashing = FaultyTables(tables, {point: Fault.CRASH_AFTER})
        with pytest.raises(Crash):
            await start(crashing, descendants_per_chunk=chunk).worker.run_once()
        again = start(tables, descendants_per_chunk=chunk)
        await again.worker.run_once()
        await check_home(again)


async def test_an_event_that_cannot_be_rendered_stops_nothing_and_is_listed_for_ever() -> None:
    store = await a_house(start())
    await execute_all(
        store, ascend.EditTask(task_id=task_id(), title=POISON), ascend.RenameThing(thing_id=SHED, name="better")
    )
    await execute_all(
        store, ascend.EditTask(task_id=task_id(), title="good"), ascend.EditTask(task_id=task_id(), title=POISON)
    )
    for _ in range(2):
        assert (await store.worker.run_once()).stalled == ()
        (status,) = [status async for status in store.status()]
        assert status.lag == 0
        (lost,) = status.parked
        assert (lost.build.projection, lost.ref, lost.position) == ("tale", ("task", task_id()), 5)
        assert lost.error == f"ZeroDivisionError: {POISON}"
        await execute_all(store, ascend.StartTask(task_id=task_id()))
    await store.worker.run_once()
    assert [position for position, _, _ in await told(store)] == [1, 2, 3, 4, 6, 7, 9]
    assert (await store.verify()).clean
    await check_home(store)


async def test_the_lines_that_were_lost_come_with_a_version_that_can_render_them() -> None:
    store = await a_house(start())
    await execute_all(store, ascend.EditTask(task_id=task_id(), title=POISON))
    await store.worker.run_once()
    mended = replace(TALE, version=2, events=brave)
    newer = start(store.tables, projections=(TREE, mended))
    await deploy(newer)
    assert [position for position, _, _ in await told(newer, mended)] == [1, 2, 3, 4, 5]
    (status,) = [status async for status in newer.status()]
    assert not status.parked
    await newer.prune(even_if_in_use=True)
    assert await told(store) == []
    before = await newer.digest()
    await newer.rebuild()
    assert await newer.digest() == before


def brave(commit: Commit, index: int, event: Event) -> Iterable[Told]:
    yield Told(workspace=commit.workspace, position=commit.position, index=index, line=0, tag=event.tag)


def forgetful(commit: Commit, index: int, event: Event) -> Iterable[Told]:
    return (line.model_copy(update={"index": 0}) for line in brave(commit, index, event))


def loud(commit: Commit, index: int, event: Event) -> Iterable[Told]:
    return (line.model_copy(update={"tag": f"{line.tag}{'!' * 400_000}"}) for line in brave(commit, index, event))


@pytest.mark.parametrize(("tell", "lines", "parked"), [(brave, 2, 0), (forgetful, 1, 1), (loud, 0, 2)])
async def test_no_line_takes_anothers_place_or_is_larger_than_a_store_would_take(
    tell: RenderEvent, lines: int, parked: int
) -> None:
    """A commit of two events."""
    store = start(projections=(TREE, replace(TALE, events=tell)))
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    now = store.environment.now()
    events = tuple(
        ThingCreated(at=now, by=ADA, thing_id=thing_id(n), kind=ascend.ThingKind.DIGITAL, name="x") for n in range(2)
    )
    record = CommandRecord(CommandId(store.environment.new_id()), "", ADA, events)
    id, clock, body = store.environment.new_id(), int(now.timestamp() * 1_000), encode([record])
    head = await store.log.head(HOME)
    commit = make_commit(head.hash, HOME, 2, id=id, clock=clock, time=now, records=[record], body=body)
    await store.tables.put(Table.EVENTS, to_item(commit, body), Absent())
    await store.worker.run_once()
    (status,) = [status async for status in store.status()]
    assert (
        status.lag,
        len([parked_entity for parked_entity in status.parked if parked_entity.ref.kind == "thing"]),
    ) == (0, parked)
    assert len([line for line in await told(store) if line[0] == 2]) == lines


def test_a_projection_is_of_entities_or_of_events() -> None:
    with pytest.raises(ascend.InvalidInput, match="make it two"):
        Projection("both", 1, (Told,), {Task: lambda task, context: ()}, events=brave)
