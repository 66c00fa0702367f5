"""An entity that cannot be rendered stops only itself: it is parked, listed, and rendered again when it can be."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from support.applications import life_os
from support.faulty import Call, Crash, Fault, FaultyTables
from support.limits import limited_process
from support.scenario import task_id, thing_id
from support.simulation.acting import check_home, execute_all
from support.simulation.busy import a_copy
from support.simulation.histories import History
from support.simulation.projected import NEW, POISON, TALE, TREE_MODEL, tree_process
from support.simulation.truth import check_stored, parked, stored

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.tasks.task import Task
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection, RenderContext
from ascend.testing import ADA, HOME, FakeEnvironment

HOUSE, ROOM, BOX, SHED = (thing_id(name) for name in ("house", "room", "box", "shed"))


async def a_house() -> ascend.Store:
    """house ── room ── box, a shed beside it, and a task; projected."""
    store = tree_process()
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for thing, parent in ((HOUSE, None), (ROOM, HOUSE), (BOX, ROOM), (SHED, None)):
        await execute_all(store, ascend.CreateThing(thing_id=thing, name="good", parent=parent))
    await execute_all(store, ascend.CreateTask(task_id=task_id(), title="good"))
    await store.worker.run_once()
    return store


async def parked_things(store: ascend.Store) -> set[str]:
    """But not for the lines of their events, which never come back."""
    return {ref.id for projection, ref in await parked(store, HOME) if projection != TALE.name}


async def test_only_the_one_is_parked_and_its_last_good_items_stay() -> None:
    store = await a_house()
    await execute_all(
        store, ascend.EditTask(task_id=task_id(), title=POISON), ascend.RenameThing(thing_id=SHED, name="better")
    )
    assert (await store.worker.run_once()).stalled == ()
    (status,) = [status async for status in store.status()]
    assert (status.lag, status.stalled) == (0, "")
    (task,) = [entity for entity in status.parked if entity.build.projection != TALE.name]
    assert (task.build.projection, task.position, task.error) == ("tasks", 7, f"ZeroDivisionError: {POISON}")
    lines = await stored(store.tables, task.build)
    assert [line.position for line in lines.values()] == [6]
    await check_home(store)
    assert (await store.verify()).clean


class Card(ReadItem, key=("W#{workspace}", "{task}")):
    task: ascend.TaskId
    title: str


def render_card(task: Task, context: RenderContext) -> Iterable[Card]:
    """Leave a field out if the title says so."""
    fields: dict[str, Any] = {"workspace": context.workspace, "task": task.id}
    yield Card.model_construct(**fields) if task.title == POISON else Card(**fields, title=task.title)


async def test_an_item_that_lacks_a_field_parks_its_entity() -> None:
    """It was made without validation, and cannot be compared with the item before."""
    store = ascend.Store(
        MemoryTables(), FakeEnvironment(), life_os(projections=(Projection("cards", 1, (Card,), {Task: render_card}),))
    )
    tasks = [ascend.CreateTask(task_id=task_id(number), title="good") for number in range(2)]
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"), *tasks)
    await store.worker.run_once()

    for title in (POISON, "better"):
        await execute_all(store, *(ascend.EditTask(task_id=task.task_id, title=title) for task in tasks[:1]))
        await execute_all(store, ascend.EditTask(task_id=task_id(1), title=f"{title} elsewhere"))
        assert (await store.worker.run_once()).stalled == ()

        (status,) = [status async for status in store.status()]
        errors = [entity.error for entity in status.parked]
        assert (status.lag, errors) == (0, ["KeyError: 'title'"] if title == POISON else [])


async def test_rendered_again_it_is_parked_no_more_and_what_vanished_is_removed() -> None:
    store = await a_house()
    await execute_all(store, ascend.EditTask(task_id=task_id(), title=POISON))
    await store.worker.run_once()
    await execute_all(store, ascend.EditTask(task_id=task_id(), title="another key"))
    await store.worker.run_once()
    assert await parked_things(store) == set()
    await check_home(store)


async def test_what_renders_through_it_is_parked_with_it() -> None:
    store = await a_house()
    await execute_all(store, ascend.RenameThing(thing_id=HOUSE, name=POISON))
    await store.worker.run_once()
    assert await parked_things(store) == {HOUSE, ROOM, BOX}
    await check_home(store)
    await execute_all(store, ascend.MoveThing(thing_id=ROOM, parent=SHED))
    await store.worker.run_once()
    assert await parked_things(store) == {HOUSE}
    await execute_all(store, ascend.MoveThing(thing_id=SHED, parent=HOUSE))
    await store.worker.run_once()
    assert await parked_things(store) == {HOUSE, SHED, ROOM, BOX}
    await check_home(store)
    await execute_all(store, ascend.DeleteThing(thing_id=HOUSE, children=ascend.Children.CASCADE))
    await store.worker.run_once()
    assert await parked_things(store) == set()
    await check_home(store)


STORY: Sequence[ascend.Command] = (
    ascend.RenameThing(thing_id=HOUSE, name=POISON),
    ascend.EditTask(task_id=task_id(), title=POISON),
    ascend.RenameThing(thing_id=HOUSE, name="better"),
    ascend.EditTask(task_id=task_id(), title="better"),
    ascend.RenameThing(thing_id=ROOM, name=POISON),
    ascend.EditTask(task_id=task_id(), title=POISON),
    ascend.MoveThing(thing_id=BOX, parent=SHED),
    ascend.EditTask(task_id=task_id(), title="best"),
    ascend.EditTask(task_id=task_id(), title=POISON),
    ascend.RenameThing(thing_id=SHED, name=POISON),
    ascend.EditTask(task_id=task_id(), title="good again"),
    ascend.RenameThing(thing_id=ROOM, name="good"),
)


@pytest.mark.parametrize("commits", [1, 2, 3, 500])
@pytest.mark.parametrize("kept", [0, 3, 7])
async def test_whatever_the_batches(commits: int, kept: int) -> None:
    """The first few commits in one batch, the rest in batches of a size: parked and unparked within and across them."""
    store = await a_house()
    await execute_all(store, *STORY[:kept])
    await store.worker.run_once()
    await execute_all(store, *STORY[kept:])
    await limited_process(store, commits_per_batch=commits, descendants_per_chunk=1).worker.run_once()
    await check_home(store)


SUBTREE_PARKED = STORY[:1]
AND_UNPARKED = (STORY[0], STORY[2])
BATCHES = [(500, 1), (3, 2), (500, 500)]
PLAYS = [(SUBTREE_PARKED, 1, 1), (AND_UNPARKED, 1, 1), *((STORY, *sizes) for sizes in BATCHES)]


@pytest.mark.parametrize(("story", "commits", "then"), PLAYS)
async def test_a_crash_anywhere_around_it(story: Sequence[ascend.Command], commits: int, then: int) -> None:
    store = await a_house()
    await execute_all(store, *story)
    counted = FaultyTables(await a_copy(store.tables))
    await tree_process(counted, descendants_per_chunk=1).worker.run_once()
    for point in [call.number for call in counted.calls if call.is_write]:
        tables = await a_copy(store.tables)
        batch = commits
        try:
            crashing = FaultyTables(tables, {point: Fault.CRASH_AFTER})
            await tree_process(crashing, commits_per_batch=batch, descendants_per_chunk=1).worker.run_once()
        except Crash:
            batch = then
        again = tree_process(tables, commits_per_batch=batch, descendants_per_chunk=1)
        await again.worker.run_once()
        await check_home(again)


async def test_what_a_dead_worker_parked_ahead_of_the_record_is_not_parked_yet() -> None:
    store = await a_house()
    await execute_all(store, ascend.RenameThing(thing_id=SHED, name=POISON))
    await store.worker.run_once()
    await execute_all(store, *(ascend.EditTask(task_id=task_id(), title=title) for title in ("better", POISON)))

    def once_it_is_parked(call: Call) -> Fault | None:
        return Fault.CRASH_AFTER if call.is_write and call.keys[0].sk.startswith("P#tasks") else None

    with pytest.raises(Crash):
        await tree_process(FaultyTables(store.tables, once_it_is_parked)).worker.run_once()
    await limited_process(store, commits_per_batch=1).worker.run_once()
    await check_home(store)


@pytest.mark.parametrize("seed", range(10))
async def test_random_histories_with_poison(seed: int) -> None:
    rng, environment = random.Random(seed), FakeEnvironment(seed)
    store = ascend.Store(MemoryTables(), environment, life_os(model=TREE_MODEL, projections=NEW))
    history = await History(store, environment, rng, names=("good", "better", POISON)).begin()
    while len(history.commits) < 50:
        await history.run_random(rng.choice((1, 5, 20)))
        commits, chunk = rng.choice((1, 2, 7, 500)), rng.choice((1, 2, 250))
        await limited_process(store, commits_per_batch=commits, descendants_per_chunk=chunk).worker.run_once()
    await history.read_new_commits()  # policies may have answered the last ones
    await check_stored(store, history.workspace, history.commits)


async def test_the_record_counts_what_is_parked_also_when_one_came_and_went_in_one_batch() -> None:
    store = await a_house()
    await execute_all(store, ascend.RenameThing(thing_id=SHED, name=POISON))
    await store.worker.run_once()
    await execute_all(store, *(ascend.EditTask(task_id=task_id(), title=title) for title in (POISON, "good again")))
    await store.worker.run_once()
    (record,) = await store.views.records(HOME)
    the_shed, lost_lines = 1, 2
    assert record.parked == the_shed + lost_lines
    await check_home(store)
