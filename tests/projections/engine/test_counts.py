"""Counts of live items lie in the record: they move with *rendered* (or a fan-out's cursor), whatever crashes."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from support.applications import life_os
from support.faulty import Call, Crash, Fault, FaultyTables
from support.scenario import task_id, thing_id
from support.simulation.acting import execute_all
from support.simulation.busy import a_copy, everything, overwrite
from support.simulation.projected import NEW, POISON, TREE, TREE_MODEL, Branch, tree_process
from support.simulation.truth import check_stored, counts, stored, truths
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.prune import delete_items
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.item import Item, Table
from ascend.domain.tasks.task import Task
from ascend.projections.engine.counts import NAME_CHARACTERS, NAMES
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection, RenderContext
from ascend.testing import HOME, FakeEnvironment

HERE, THERE, ROOT = (thing_id(name) for name in ("here", "there", "root"))


async def fill_tree(store: ascend.Store) -> ascend.Store:
    """here ── root ── six, one in another; a task; projected."""
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    for thing, parent in ((HERE, None), (THERE, None), (ROOT, HERE), *((thing_id(n), ROOT) for n in range(3))):
        await execute_all(store, ascend.CreateThing(thing_id=thing, name="x", parent=parent))
    for n in range(3):
        await execute_all(store, ascend.CreateThing(thing_id=thing_id(n + 3), name="x", parent=thing_id(n)))
    await execute_all(store, ascend.CreateTask(task_id=task_id(), title="good"))
    await store.worker.run_once()
    return store


async def record_of(store: ascend.Store) -> GenerationRecord:
    (record,) = await store.views.records(HOME)
    return record


STORY: tuple[ascend.Command, ...] = (
    ascend.EditTask(task_id=task_id(), title="better"),
    ascend.MoveThing(thing_id=ROOT, parent=None),
    ascend.EditTask(task_id=task_id(), title=POISON),
    ascend.RenameThing(thing_id=ROOT, name=POISON),
    ascend.EditTask(task_id=task_id(), title="good"),
    ascend.DeleteThing(thing_id=thing_id(3)),
    ascend.RenameThing(thing_id=ROOT, name="x"),
    ascend.DeleteThing(thing_id=ROOT, children=ascend.Children.CASCADE),
)


@pytest.mark.parametrize("commits", [1, 3])
async def test_wherever_it_crashes_the_counts_are_those_of_what_is_rendered(commits: int) -> None:
    process = partial(tree_process, commits_per_batch=commits, descendants_per_chunk=2)
    store = await fill_tree(process())
    await execute_all(store, *STORY)
    log = await store.log.commits(HOME, 1, 100)
    whole = FaultyTables(await a_copy(store.tables))
    await process(whole).worker.run_once()
    halfway = 0
    for point in [call.number for call in whole.calls if call.is_write and (matters(call) or call.number % 7 == 0)]:
        tables = await a_copy(store.tables)
        with suppress(Crash):
            await process(FaultyTables(tables, {point: Fault.CRASH_AFTER})).worker.run_once()
        record = await record_of(process(tables))
        halfway += bool(record.cursor)
        if not record.cursor:
            expected = truths(TREE_MODEL, NEW, HOME, log[: record.rendered])
            assert record.counts == counts(expected.values()), point
        again = process(tables)
        await again.worker.run_once()
        await check_stored(again, HOME, log, point)
    assert halfway


def matters(call: Call) -> bool:
    """A write of a record, or of what is parked."""
    return keys.parse_owner(call.keys[0]) == keys.GENERATIONS or call.keys[0].sk.startswith("P#")


async def test_in_the_middle_of_a_fan_out_they_are_those_at_its_cursor() -> None:
    store = await fill_tree(tree_process())
    await execute_all(store, ascend.MoveThing(thing_id=ROOT, parent=None))
    staged, depths = StagedTables(store.tables), list[Counter[str]]()

    async def look_at_the_items(call: Call) -> None:
        if call.is_write and keys.parse_owner(call.keys[0]) == keys.GENERATIONS:
            lines = (await stored(store.tables, store.current.build(TREE))).values()
            depths.append(Counter(Branch.from_content(line.data).counted for line in lines if line.data))
            counted = (await record_of(store)).counts
            assert depths[-1] == {name: count for name, count in counted.items() if name.startswith("depth.")}

    staged.after = look_at_the_items
    await tree_process(staged, descendants_per_chunk=2).worker.run_once()
    chunks, itself, folded = 3, 1, 1
    assert len(depths) == chunks + itself + folded
    assert [counts_then.total() for counts_then in depths] == [9] * 5
    assert depths[0] != depths[1] != depths[2] != depths[3] == depths[4] == {"depth.1": 3, "depth.2": 3, "depth.3": 3}


async def test_what_comes_to_nothing_is_left_out() -> None:
    store = await fill_tree(tree_process())
    assert (await store.reader.attempt(store.current.turn()).counts(HOME))["titles.good"] == 1
    await execute_all(store, ascend.DeleteTask(task_id=task_id()))
    await store.worker.run_once()
    assert "titles.good" not in await store.reader.attempt(store.current.turn()).counts(HOME)
    assert (await record_of(store)).counts == await store.reader.attempt(store.current.turn()).counts(HOME)


async def test_reading_them_is_one_request_also_after_a_rebuild_by_another_process() -> None:
    environment = FakeEnvironment()
    store = await fill_tree(tree_process(environment=environment))
    tables = StagedTables(store.tables)
    process = tree_process(tables, environment=environment)
    reader = process.reader.attempt(process.current.turn())
    assert await reader.counts(HOME) == (await record_of(store)).counts
    assert tables.made() == ["batch_get views"]
    await store.rebuild()
    await execute_all(store, ascend.DeleteTask(task_id=task_id()))
    await store.worker.run_once()
    environment.advance(seconds=60)
    assert await reader.counts(HOME) == await store.reader.attempt(store.current.turn()).counts(HOME)
    assert await reader.counts(ascend.WorkspaceId.derive("nowhere")) == {}


async def test_a_workspace_without_a_record_counts_nothing() -> None:
    assert await tree_process().reader.attempt(tree_process().current.turn()).counts(HOME) == {}


async def test_what_was_parked_is_known_until_the_record_is_past_it_however_long_that_takes() -> None:
    """A worker dies after it wrote that an entity is rendered again; for days nobody works, and the store tidies up."""
    environment = FakeEnvironment()
    store = await fill_tree(tree_process(environment=environment))
    await execute_all(store, ascend.EditTask(task_id=task_id(), title=POISON))
    await store.worker.run_once()
    assert (await store.reader.attempt(store.current.turn()).counts(HOME))["titles.good"] == 1
    await execute_all(store, ascend.EditTask(task_id=task_id(), title="better"))

    def once_it_is_written(call: Call) -> Fault | None:
        return Fault.CRASH_AFTER if call.is_write and call.keys[0].sk.startswith("P#tasks") else None

    with suppress(Crash):
        await tree_process(FaultyTables(store.tables, once_it_is_written), environment=environment).worker.run_once()
    environment.advance(days=9)
    await tidy_up(store)
    await store.worker.run_once()
    counted = await store.reader.attempt(store.current.turn()).counts(HOME)
    assert (counted.get("titles.good"), counted["titles.better"]) == (None, 1)
    assert [
        item for _, item in await everything(store.tables) if item.key.sk.startswith("P#tasks") and not item.expires
    ] == []
    environment.advance(days=9)
    await tidy_up(store)
    assert (await store.verify()).clean


async def tidy_up(store: ascend.Store) -> None:
    now = store.environment.now().timestamp()
    expired = [item for _, item in await everything(store.tables) if item.expires and item.expires < now]
    await delete_items(store.views, expired, store.environment.elapsed())


async def test_verify_finds_a_record_that_miscounts() -> None:
    store = await fill_tree(tree_process())
    (item,) = [item for _, item in await everything(store.tables) if keys.parse_owner(item.key) == keys.GENERATIONS]
    await overwrite(store.tables, Table.VIEWS, miscounted(item))
    verified = await Verifier(store.tables, MemoryTables(), store.model, store.current, store.environment).run()
    (difference,) = verified.differences
    assert (difference.what, difference.partition, difference.sort) == ("wrong", item.key.pk, item.key.sk)
    assert difference.detail == "counts cats: 1, should be 0; depth.1: 7, should be 2; depth.4: 0, should be 3"


def miscounted(item: Item) -> Item:
    stored = item.attributes["counts"]
    assert isinstance(stored, dict)
    told = {name: count for name, count in stored.items() if name != "depth.4"} | {"depth.1": 7, "cats": 1}
    return replace(item, attributes={**item.attributes, "counts": told})


# Names


class Named(ReadItem, key=("W#{workspace}", "{task}")):
    task: ascend.TaskId
    title: str

    @property
    def counted(self) -> str:
        return self.title


def named(task: Task, context: RenderContext) -> Iterable[Named]:
    if not task.deleted:
        yield Named(workspace=context.workspace, task=task.id, title=task.title)


NAMED = Projection("named", 1, (Named,), {Task: named})


@pytest.mark.parametrize("length", [NAME_CHARACTERS, NAME_CHARACTERS + 1])
async def test_an_item_that_counts_under_too_long_a_name_parks_its_entity(length: int) -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment(), life_os(projections=(NAMED,)))
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    await execute_all(store, ascend.CreateTask(task_id=task_id(), title="x" * length))
    await store.worker.run_once()
    (status,) = [status async for status in store.status()]
    assert len(status.parked) == length - NAME_CHARACTERS
    assert sum((await store.reader.attempt(store.current.turn()).counts(HOME)).values()) == 1 - len(status.parked)


async def test_ever_new_names_stall_the_workspace_before_anything_is_counted_wrong() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment(), life_os(projections=(NAMED,)))
    other = ascend.WorkspaceId.derive("other")
    for home in (HOME, other):
        await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"), home=home)
    for n in range(NAMES):
        await execute_all(store, ascend.CreateTask(task_id=task_id(n), title=f"name {n}"))
    assert (await store.worker.run_once()).stalled == ()
    assert len(await store.reader.attempt(store.current.turn()).counts(HOME)) == NAMES
    await execute_all(
        store, ascend.DeleteTask(task_id=task_id(7)), ascend.CreateTask(task_id=task_id("a"), title="one")
    )
    assert (await store.worker.run_once()).stalled == ()
    await execute_all(store, ascend.CreateTask(task_id=task_id("b"), title="one too many"))
    await execute_all(store, ascend.CreateTask(task_id=task_id("c"), title="other"), home=other)
    assert (await store.worker.run_once()).stalled == (HOME,)
    status = {status.workspace: status async for status in store.status()}
    assert (status[HOME].lag, status[other].lag) == (1, 0)
    assert f"more than {NAMES} names" in status[HOME].stalled
    assert await store.reader.attempt(store.current.turn()).counts(HOME) == {
        **{f"name {n}": 1 for n in range(NAMES) if n != 7},
        "one": 1,
    }
