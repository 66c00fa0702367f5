"""A parked entity is rendered again without a new event, once the cause is gone. Nothing else changes, whoever crashes."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from support.applications import life_os
from support.faulty import Call, Crash, Fault, FaultyTables
from support.scenario import task_id, thing_id
from support.simulation import projected
from support.simulation.acting import execute_all
from support.simulation.busy import a_copy
from support.simulation.projected import POISON, TALE, TREE_MODEL, tree_process
from support.staged import StagedTables

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.raw_log import raw_items
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Rendered
from ascend.projections.engine.retry import ParkedRetry
from ascend.projections.engine.step import Overtaken
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection
from ascend.testing import ADA, HOME, FakeEnvironment

HOUSE, ROOM = thing_id("house"), thing_id("room")
TASK = Ref("task", task_id())
WITHOUT_TALE = tuple(projection for projection in projected.NEW if projection is not TALE)


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the projections render everything, poison as well."""
    monkeypatch.setattr(projected, "check_edible", str)


def process(tables: Tables | None = None, environment: FakeEnvironment | None = None) -> ascend.Store:
    return tree_process(tables, WITHOUT_TALE, environment)


@pytest.fixture
async def store() -> ascend.Store:
    """A house with a room, and a task, all of them poisoned, so that they are parked."""
    store = process()
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await execute_all(
        store,
        ascend.CreateThing(thing_id=HOUSE, name="good"),
        ascend.CreateThing(thing_id=ROOM, name="good", parent=HOUSE),
        ascend.CreateTask(task_id=task_id(), title="good"),
    )
    await store.worker.run_once()
    await execute_all(
        store,
        ascend.RenameThing(thing_id=HOUSE, name=POISON),
        ascend.EditTask(task_id=task_id(), title=POISON),
    )
    await store.worker.run_once()
    return store


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch, store: ascend.Store) -> ascend.Store:
    """The same store, once its projections can render everything."""
    mend(monkeypatch)
    return store


async def names(entities: AsyncIterator[ascend.ParkedEntity]) -> list[tuple[str, Ref]]:
    return [(entity.projection, entity.ref) async for entity in entities]


async def retry(store: ascend.Store, *choice: object, projection: str | None = None) -> dict[Ref, str]:
    retried = store.retry_parked(*choice, projection=projection)  # type: ignore[arg-type]  # nonsense is tested, too
    return {outcome.entity.ref: outcome.error async for outcome in retried}


async def check_like_a_rebuild(store: ascend.Store) -> None:
    """Check that nothing is parked, and that items and counts are those of a new build."""
    assert await names(store.parked()) == []
    assert (await store.verify()).differences == []
    (record,) = await store.views.records(HOME)
    counts, content = await store.reader.attempt(store.current.turn()).counts(HOME), await store.digest()
    assert (record.parked, record.retried) == (0, ())
    await store.rebuild()
    assert (await store.reader.attempt(store.current.turn()).counts(HOME), await store.digest()) == (counts, content)


async def check_content_like_a_rebuild(store: ascend.Store) -> None:
    """Check that nothing is parked, and that what readers see is that of a new build. Tombstones may be fewer."""
    assert await names(store.parked()) == []
    assert {difference.what for difference in (await store.verify()).differences} <= {"missing"}
    counts, content = await store.reader.attempt(store.current.turn()).counts(HOME), await store.digest()
    await store.rebuild()
    assert (await store.reader.attempt(store.current.turn()).counts(HOME), await store.digest()) == (counts, content)


PARKED = [("tasks", TASK), ("tree", Ref("thing", HOUSE)), ("tree", Ref("thing", ROOM))]


async def test_parked_entities_are_listed_with_the_reason_and_what_is_left_of_them(store: ascend.Store) -> None:
    listed = [entity async for entity in store.parked(HOME)]
    assert sorted((entity.projection, entity.ref) for entity in listed) == sorted(PARKED)
    task = next(entity for entity in listed if entity.ref == TASK)
    assert (task.workspace, task.position, task.error) == (HOME, 6, f"ZeroDivisionError: {POISON}")
    assert len(task.keys) == 1


async def test_a_retry_that_fails_again_says_why_and_changes_nothing(store: ascend.Store) -> None:
    before = await store.views.records(HOME)
    assert set((await retry(store)).values()) == {f"ZeroDivisionError: {POISON}"}
    assert sorted(await names(store.parked())) == sorted(PARKED)
    assert await store.views.records(HOME) == before


async def test_a_retry_needs_no_new_event(mended: ascend.Store) -> None:
    head = await mended.log.head(HOME)
    assert await retry(mended, HOME) == dict.fromkeys((ref for _, ref in PARKED), "")
    assert await mended.log.head(HOME) == head
    await check_like_a_rebuild(mended)


async def test_a_retry_works_on_every_engine(
    any_tables: Tables, store: ascend.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async for items in scan_pages(store.tables):
        for item in items:
            await any_tables.put(Table.VIEWS, item, Absent())
    async for item in raw_items(store.tables, HOME, 1):
        await any_tables.put(Table.EVENTS, item, Absent())
    mend(monkeypatch)
    there = process(any_tables, FakeEnvironment(1))
    assert await retry(there, HOME) == dict.fromkeys((ref for _, ref in PARKED), "")
    assert await names(there.parked(HOME)) == []


async def test_one_entity_or_one_projection_is_chosen(mended: ascend.Store) -> None:
    assert await retry(mended, HOME, TASK) == {TASK: ""}
    assert TASK not in {ref for _, ref in await names(mended.parked())}
    assert await retry(mended, None, Ref("thing", ROOM), projection="tree") == {Ref("thing", ROOM): ""}
    assert await names(mended.parked(HOME)) == [("tree", Ref("thing", HOUSE))]
    assert await retry(mended, projection="tasks") == {}


async def test_more_entities_than_one_run_renders(store: ascend.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [thing_id(f"thing {number}") for number in range(60)]
    await execute_all(store, *(ascend.CreateThing(thing_id=thing, name=POISON) for thing in many))
    await store.worker.run_once()
    mend(monkeypatch)
    assert len(await retry(store)) == len(many) + len(PARKED)
    await check_like_a_rebuild(store)


async def test_a_crash_anywhere_is_repaired_by_whoever_comes_next(mended: ascend.Store) -> None:
    counted = FaultyTables(await a_copy(mended.tables))
    assert set((await retry(process(counted))).values()) == {""}
    writes = [call.number for call in counted.calls if call.is_write]
    assert len(writes) >= 9  # items, the record twice, and what is released
    environment = mended.environment
    assert isinstance(environment, FakeEnvironment)
    for number, by_retry in [(number, again) for number in writes for again in (True, False)]:
        tables = await a_copy(mended.tables)
        with pytest.raises((Crash, BaseExceptionGroup)):
            await retry(process(FaultyTables(tables, {number: Fault.CRASH_AFTER})))
        later = process(tables, environment)
        if not by_retry:
            await execute_all(later, ascend.RenameThing(thing_id=HOUSE, name="later"))
            await later.worker.run_once()
        await retry(later)
        await check_like_a_rebuild(later)


async def test_what_an_unfinished_retry_wrote_vanishes_with_the_next_change(mended: ascend.Store) -> None:
    counted = FaultyTables(await a_copy(mended.tables))
    await retry(process(counted))
    environment = mended.environment
    assert isinstance(environment, FakeEnvironment)
    for number in [call.number for call in counted.calls if call.is_write]:
        tables = await a_copy(mended.tables)
        with pytest.raises((Crash, BaseExceptionGroup)):
            await retry(process(FaultyTables(tables, {number: Fault.CRASH_AFTER})))
        later = process(tables, environment)
        await execute_all(later, ascend.EditTask(task_id=task_id(), title="later"))
        await later.worker.run_once()
        await retry(later)
        await check_content_like_a_rebuild(later)


async def test_a_worker_that_overtakes_a_retry_anywhere_leaves_nothing_of_it(mended: ascend.Store) -> None:
    counted = FaultyTables(await a_copy(mended.tables))
    await retry(process(counted), HOME, TASK)
    environment = mended.environment
    assert isinstance(environment, FakeEnvironment)
    for number in range(1, len(counted.calls) + 1):
        tables = await a_copy(mended.tables)
        retrying = StagedTables(tables)
        later = process(tables, environment)

        async def overtake(call: Call, number: int = number, later: ascend.Store = later) -> None:
            if call.number == number:
                await execute_all(later, ascend.EditTask(task_id=task_id(), title="later"))
                await later.worker.run_once()

        retrying.before = overtake
        await retry(process(retrying), HOME, TASK)
        await retry(later)
        await check_content_like_a_rebuild(later)


async def test_a_retry_in_the_middle_of_a_batch_leaves_nothing_of_itself(mended: ascend.Store) -> None:
    environment = mended.environment
    assert isinstance(environment, FakeEnvironment)
    generation = mended.current.generation
    await execute_all(mended, ascend.EditTask(task_id=task_id(), title="later"))
    counted = FaultyTables(await a_copy(mended.tables))
    await process(counted, environment).worker.run_once()
    for number in [call.number for call in counted.calls if call.is_write]:
        tables = await a_copy(mended.tables)
        working, retries = StagedTables(tables), ParkedRetry(process(tables, environment).worker.projector)

        async def retry_now(call: Call, number: int = number, again: ParkedRetry = retries) -> None:
            if call.number == number:
                with suppress(Overtaken):
                    await again.run(HOME, generation, lambda parked: parked.ref == TASK)

        working.before = retry_now
        await process(working, environment).worker.run_once()
        await retry(process(tables, environment))
        await check_content_like_a_rebuild(process(tables, environment))


async def test_an_unfinished_retry_is_listed_as_done(mended: ascend.Store) -> None:
    def once_the_record_names_it(call: Call) -> Fault | None:
        return Fault.CRASH_AFTER if call.method == "put" and call.keys[0].pk.endswith("#generations") else None

    with pytest.raises((Crash, BaseExceptionGroup)):
        await retry(process(FaultyTables(mended.tables, once_the_record_names_it)), HOME, TASK)
    (record,) = await mended.views.records(HOME)
    assert [(build.projection, ref) for build, ref in record.retried] == PARKED[:1]
    assert sorted(await names(mended.parked())) == sorted(PARKED[1:])


async def test_a_worker_that_read_the_record_before_a_retry_cannot_move_it(mended: ascend.Store) -> None:
    (before,) = await mended.views.records(HOME)
    await retry(mended, HOME, TASK)
    assert not await mended.views.move(before, replace(before, rendered=Rendered(before.rendered + 1)))
    await retry(mended)
    await check_like_a_rebuild(mended)


async def test_a_reparked_entity_is_retried_again(mended: ascend.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await retry(mended)
    monkeypatch.undo()
    await execute_all(mended, ascend.EditTask(task_id=task_id(), title=POISON + "ed"))
    await execute_all(mended, ascend.EditTask(task_id=task_id(), title=POISON))
    await mended.worker.run_once()
    assert await names(mended.parked()) == [("tasks", TASK)]
    mend(monkeypatch)
    assert await retry(mended) == {TASK: ""}
    await check_like_a_rebuild(mended)


async def test_a_workspace_that_cannot_be_caught_up_with_holds_up_no_other(mended: ascend.Store) -> None:
    others = [ascend.WorkspaceId.derive(str(number)) for number in range(4)]  # some are listed before the home
    for other in others:
        await mended.execute(other, ascend.CreateWorkspace(name="Other", owner_name="Ada"), actor=ADA)
        await mended.worker.run_once()
        (record,) = await mended.views.records(other)
        assert await mended.views.move(record, replace(record, parked=1, rendered_hash=b"of another log"))
    retried: list[Ref] = []

    async def retry_all() -> None:
        async for outcome in mended.retry_parked():
            retried.append(outcome.entity.ref)  # noqa: PERF401  the error comes after the last one

    with pytest.raises(ascend.LogDiverged):
        await retry_all()
    assert sorted(retried) == sorted(ref for _, ref in PARKED)


# ---- lines of events -----------------------------------------------------------------------------------------------


class Told(ReadItem, key=("W#{workspace}", "{position}.{index}")):
    position: int
    index: int


def tell(commit: Commit, index: int, event: Event) -> Iterable[Told]:
    projected.check_edible(str(event.model_dump().get("title")))
    yield Told(workspace=commit.workspace, position=commit.position, index=index)


TOLD = Projection("told", 1, (Told,), events=tell)


async def test_missing_lines_of_events_are_written_at_their_own_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    app = life_os(model=TREE_MODEL, projections=(projected.TREE, TOLD))
    store = ascend.Store(MemoryTables(), FakeEnvironment(), app)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    titles: Sequence[str] = ("good", POISON, "better", POISON, "best")
    await execute_all(store, ascend.CreateTask(task_id=task_id(), title="first"))
    await execute_all(store, *(ascend.EditTask(task_id=task_id(), title=title) for title in titles))
    await store.worker.run_once()
    assert await names(store.parked()) == [("told", TASK)]
    mend(monkeypatch)
    assert await retry(store) == {TASK: ""}
    await check_like_a_rebuild(store)


async def test_counted_lines_of_events_stay_parked_and_the_error_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = tree_process(projections=(TALE,))
    await store.execute(HOME, ascend.CreateWorkspace(name=POISON, owner_name="Ada"), actor=ADA)
    await store.worker.run_once()
    mend(monkeypatch)
    (error,) = (await retry(store)).values()
    assert "rebuild" in error


@pytest.mark.parametrize(
    ("choice", "projection"), [(("nonsense",), None), ((HOME, "task"), None), ((HOME, TASK), "tsaks")]
)
async def test_nonsense_is_refused(store: ascend.Store, choice: tuple[object, ...], projection: str | None) -> None:
    with pytest.raises(ascend.InvalidInput):
        await retry(store, *choice, projection=projection)
