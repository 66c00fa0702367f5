"""An entity that cannot be rendered is parked by a build; the others are built, and a retry mends it."""

import pytest
from support.building.given import afresh, begin, builder_of, project, stored_record
from support.scenario import task_id, thing_id
from support.simulation import projected
from support.simulation.acting import execute_all
from support.simulation.projected import POISON, tree_process
from support.simulation.truth import counts, stored, truths

import ascend
from ascend.domain.ids import Ref
from ascend.projections.build import Generation
from ascend.projections.engine.retry import ParkedRetry
from ascend.testing import ADA, HOME

WITHOUT_TALE = tuple(projection for projection in projected.NEW if projection is not projected.TALE)
HOUSE, ROOM = thing_id("house"), thing_id("room")
TASK, GOOD = Ref("task", task_id("bad")), Ref("task", task_id("good"))


@pytest.fixture
async def store() -> ascend.Store:
    """A poisoned house with a room in it, a poisoned task and a good one."""
    store = tree_process(projections=WITHOUT_TALE)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await execute_all(
        store,
        ascend.CreateThing(thing_id=HOUSE, name="house"),
        ascend.CreateThing(thing_id=ROOM, name="room", parent=HOUSE),
        ascend.RenameThing(thing_id=HOUSE, name=POISON),
        ascend.CreateTask(task_id=task_id("bad"), title=POISON),
        ascend.CreateTask(task_id=task_id("good"), title="good"),
    )
    await store.worker.run_once()
    return store


async def build(store: ascend.Store, generation: Generation, start: int, writes_per_chunk: int = 800) -> None:
    record = await begin(store, HOME, generation, start)
    await builder_of(store, writes_per_chunk=writes_per_chunk).build(record)


async def check_mended(store: ascend.Store, generation: Generation) -> None:
    """Retry everything that is parked, then compare the live items and counts with a naive replay that renders all."""
    await ParkedRetry(store.worker.projector).run(HOME, generation, lambda _: True)
    record = await stored_record(store, HOME, generation)
    commits = await store.log.commits(HOME, 1, 100, consistent=True)
    expected = truths(store.model, store.current.projections, HOME, commits)
    assert record.parked == 0
    assert dict(record.counts) == dict(counts(expected.values()))
    for build in generation.builds:
        live = {key: line.data for key, line in (await stored(store.tables, build, HOME)).items() if line.data}
        assert live == {key: line.data for key, line in expected[build.projection].lines.items() if line.data}


@pytest.mark.parametrize("writes", [1, 800])
async def test_the_rest_is_built_and_a_retry_mends_what_is_parked(
    store: ascend.Store, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    generation = afresh(store)
    head = (await store.log.head(HOME)).position
    await build(store, generation, head, writes_per_chunk=writes)
    record = await stored_record(store, HOME, generation)
    parked = {(entity.build.projection, entity.ref, entity.position) for entity in await store.views.parked(record)}
    things = {("tree", Ref("thing", id), head) for id in (HOUSE, ROOM)}
    assert parked == things | {("tasks", TASK, head)}
    assert record.parked == 3
    (tasks,) = (build for build in generation.builds if build.projection == "tasks")
    assert len(await stored(store.tables, tasks, HOME)) == 1
    monkeypatch.setattr(projected, "check_edible", str)
    await check_mended(store, generation)


async def test_what_is_parked_in_a_shared_build_is_taken_over(
    store: ascend.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    current, head = store.current.generation, (await store.log.head(HOME)).position
    fresh = next(build for build in afresh(store).builds if build.projection == "tasks")
    shared = tuple(build for build in current.builds if build.projection != "tasks")
    generation = Generation(current.snapshots, tuple(sorted((*shared, fresh))))
    record = await begin(store, HOME, generation, head, shared=shared)
    monkeypatch.setattr(projected, "check_edible", str)  # it would be rendered now, but nobody has written it
    record = await builder_of(store).build(record)
    own = await stored_record(store, HOME, current)
    there = {e.ref: e for e in await store.views.parked(own) if e.build.projection == "tree"}
    assert {e.ref: e for e in await store.views.parked(record)} == there
    assert len(there) == record.parked == 2
    await check_mended(store, generation)


async def test_what_is_parked_beyond_the_start_is_left_to_the_batches(
    store: ascend.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, head = afresh(store), (await store.log.head(HOME)).position
    later = dict.fromkeys(generation.builds, head)
    record = await begin(store, HOME, generation, 2, later)
    record = await builder_of(store).build(record)
    assert (record.rendered, record.parked) == (2, 0)
    record = await project(store, HOME, generation)
    assert record.parked == 3
    monkeypatch.setattr(projected, "check_edible", str)
    await check_mended(store, generation)


async def test_lines_that_cannot_be_rendered_park_their_entity_at_the_first_of_them() -> None:
    store = tree_process(projections=projected.NEW)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await execute_all(
        store,
        ascend.CreateTask(task_id=task_id("bad"), title=POISON),
        ascend.CreateTask(task_id=task_id("good"), title="good"),
        ascend.EditTask(task_id=task_id("bad"), title=POISON + "ed"),
        ascend.EditTask(task_id=task_id("bad"), title=POISON),
    )
    await store.worker.run_once()
    generation = afresh(store)
    await build(store, generation, (await store.log.head(HOME)).position, writes_per_chunk=1)
    record, own = (
        await stored_record(store, HOME, generation),
        await stored_record(store, HOME, store.current.generation),
    )
    tale = [
        {e.ref: e.position for e in await store.views.parked(r) if e.build.projection == "tale"} for r in (record, own)
    ]
    assert tale[0] == tale[1] != {}
    told = [next(b for b in r.generation.builds if b.projection == "tale") for r in (record, own)]
    assert await stored(store.tables, told[0], HOME) == await stored(store.tables, told[1], HOME)
