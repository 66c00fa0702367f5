"""One bad entity stops only itself: it is parked with its last good items, and listed; the others go on."""

import random
from collections.abc import Iterable
from contextlib import suppress

import pytest
from faulty import Crash, Fault, FaultyTables
from scenario import ADA, HOME, task_id, thing_id

import ascend
from ascend.adapters.memory import MemoryTables
from ascend.adapters.table import Prefix, Table, Tables
from ascend.domain.task import Task
from ascend.domain.thing import Thing
from ascend.projections import projector
from ascend.projections.item import ReadItem
from ascend.projections.tasks import TaskCard
from ascend.projections.things import living_path

GOOD, BAD = task_id("good"), task_id("bad")


class TaskName(ReadItem, key=("W#{workspace}", "name#{task}")):
    task: ascend.TaskId
    title: str


class ThingPath(ReadItem, key=("W#{workspace}", "path#{thing}")):
    thing: ascend.ThingId
    names: str


def name(task: Task, look: ascend.Look) -> Iterable[ReadItem]:
    if "poison" in task.title:
        raise ValueError("cannot be rendered")
    if not task.deleted:
        yield TaskName(workspace=look.workspace, task=task.id, title=task.title)


def path(thing: Thing, look: ascend.Look) -> Iterable[ReadItem]:
    links = [look.get(Thing, link) for link in living_path(thing, look) or ()]
    if any(link is not None and link.archived for link in links):
        raise ValueError("something above cannot be rendered")
    yield ThingPath(workspace=look.workspace, thing=thing.id, names="/".join(link.name for link in links if link))


NAMES = ascend.Projection("names", 1, (TaskName, ThingPath), {Task: name, Thing: path})
PROJECTIONS = (*ascend.PROJECTIONS, NAMES)


def opened(tables: Tables) -> ascend.Store:
    return ascend.Store(tables, projections=PROJECTIONS)


async def begun(tables: Tables) -> ascend.Store:
    store = opened(tables)
    await send(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    for task in (GOOD, BAD):
        await send(store, ascend.CreateTask(task_id=task, title="Fine"))
    await store.worker.run_once()
    return store


async def send(store: ascend.Store, command: ascend.Command) -> None:
    await store.execute(HOME, command, actor=ADA)


async def retitle(store: ascend.Store, task: ascend.TaskId, title: str) -> None:
    await send(store, ascend.EditTask(task_id=task, title=title))


async def parked(store: ascend.Store) -> list[str]:
    (status,) = [one async for one in store.status()]
    assert status.lag == 0
    return sorted(f"{one.build.projection} {one.ref.id}" for one in status.parked)


async def titles(store: ascend.Store) -> dict[str, str]:
    """What the projection says, as it is stored."""
    page = await store.tables.query(Table.VIEWS, f"W#{HOME}#names.1.0", Prefix("name#"))
    items = [TaskName.of(str(item.attributes["data"])) for item in page.items if "data" in item.attributes]
    return {item.task: item.title for item in items}


async def test_only_the_bad_entity_of_the_failing_projection_stops() -> None:
    store = await begun(MemoryTables())
    await retitle(store, BAD, "poison")
    await retitle(store, GOOD, "Better")
    await store.worker.run_once()

    assert await parked(store) == [f"names {BAD}"]
    assert await titles(store) == {GOOD: "Better", BAD: "Fine"}  # the last good item stays
    assert (await store.queries.task(HOME, BAD, viewer=ADA)).title == "poison"  # other projections go on


async def test_it_is_rendered_again_once_it_can_be() -> None:
    store = await begun(MemoryTables())
    for title in ("poison", "poison again", "Well"):
        await retitle(store, BAD, title)
        await store.worker.run_once()

    assert await parked(store) == []
    assert await titles(store) == {GOOD: "Fine", BAD: "Well"}
    assert (await store.verify()).clean


async def test_what_vanished_while_it_was_parked_leaves_a_tombstone() -> None:
    store = await begun(MemoryTables())
    await retitle(store, BAD, "poison")
    await store.worker.run_once()
    await retitle(store, BAD, "Well")
    await send(store, ascend.DeleteTask(task_id=BAD))
    await store.worker.run_once()

    assert await parked(store) == []
    assert await titles(store) == {GOOD: "Fine"}
    assert (await store.verify()).clean


async def test_what_renders_through_it_is_parked_with_it_and_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "CHUNK", 2)
    store = await begun(MemoryTables())
    house, shed = thing_id("house"), thing_id("shed")
    for thing, parent in ((house, None), (shed, None), *((thing_id(n), house) for n in range(5))):
        await send(store, ascend.CreateThing(thing_id=thing, name="Thing", parent=parent))
    await send(store, ascend.ArchiveThing(thing_id=shed))
    await store.worker.run_once()
    assert await parked(store) == [f"names {shed}"]

    await send(store, ascend.CreateThing(thing_id=thing_id("x"), name="X"))
    await send(store, ascend.MoveThing(thing_id=house, parent=thing_id("x")))
    await send(store, ascend.RestoreThing(thing_id=shed))
    await send(store, ascend.MoveThing(thing_id=house, parent=shed))
    await store.worker.run_once()

    assert await parked(store) == []
    assert (await store.verify()).clean


@pytest.mark.parametrize("seed", range(25))
async def test_positions_do_not_depend_on_the_boundaries_of_batches(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verify folds the log in batches of its own and compares positions, tombstones and what is parked."""
    dice = random.Random(seed)
    store = await begun(MemoryTables())
    for _ in range(25):
        task = dice.choice((GOOD, BAD))
        await retitle(store, task, dice.choice(("poison", "poison again", "Well", "Fine")))
        if dice.random() < 0.4:
            monkeypatch.setattr(projector, "COMMITS", dice.randint(1, 4))
            await store.worker.run_once()
    await store.worker.run_once()
    monkeypatch.undo()

    assert (await store.verify()).differences == []


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_crash_at_any_call_changes_nothing_of_it(fault: Fault) -> None:
    call = 0
    while True:
        call += 1
        tables = MemoryTables()
        store = await begun(tables)
        for title in ("poison", "Well", "poison", "Better", "poison"):
            await retitle(store, BAD, title)
        faulty = FaultyTables(tables, {call: fault})
        with suppress(Crash):
            await opened(faulty).worker.run_once()
        if not faulty.crashed:
            break
        again = opened(tables)
        await again.worker.run_once()
        assert await parked(again) == [f"names {BAD}"]
        assert (await again.verify()).differences == []
    assert call > 20


async def test_an_item_too_large_for_the_store_parks_its_entity() -> None:
    class Large(ReadItem, key=("W#{workspace}", "large#{task}")):
        task: ascend.TaskId
        text: str

    def large(task: Task, look: ascend.Look) -> Iterable[ReadItem]:
        yield Large(workspace=look.workspace, task=task.id, text="x" * 400_000)

    huge = ascend.Projection("huge", 1, (Large,), {Task: large})
    store = ascend.Store(MemoryTables(), projections=(*ascend.PROJECTIONS, huge))
    await send(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    await send(store, ascend.CreateTask(task_id=GOOD, title="Fine"))
    await store.worker.run_once()

    assert await parked(store) == [f"huge {GOOD}"]
    assert isinstance(await store.queries.task(HOME, GOOD, viewer=ADA), TaskCard)
