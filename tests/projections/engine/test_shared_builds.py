"""Generations that share a build: what one of them has parked there is parked in the others, too, and mended once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from support.building.given import CountingTables, afresh, begin, builder_of, stored_record
from support.faulty import Call, FaultyTables
from support.limits import projection_limits
from support.scenario import task_id, thing_id
from support.simulation import projected
from support.simulation.acting import execute_all
from support.simulation.busy import a_copy
from support.simulation.projected import POISON, tree_process
from support.simulation.truth import counts, stored, truths
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.ids import Ref
from ascend.projections.build import Generation
from ascend.projections.engine.projector import Projector
from ascend.projections.engine.retry import ParkedRetry, Retried
from ascend.projections.engine.step import Overtaken
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Parked
from ascend.testing import ADA, HOME

WITHOUT_TALE = tuple(projection for projection in projected.NEW if projection is not projected.TALE)
TASK, OTHER = Ref("task", task_id("bad")), Ref("task", task_id("good"))


class Sharing:
    """Two generations that share all builds but one. Nobody leads. The old one is rendered, the new one is begun there."""

    def __init__(self, store: ascend.Store) -> None:
        self.store = store
        self.old = store.current.generation
        (fresh,) = (build for build in afresh(store).builds if build.projection == "comments")
        shared = [build for build in self.old.builds if build.projection != "comments"]
        self.new = Generation(self.old.snapshots, tuple(sorted((*shared, fresh))))
        self.shared = tuple(shared)
        (self.titles,) = (build for build in shared if build.projection == "tasks")

    def projector(self, tables: object = None, **limits: int) -> Projector:
        """Return the projector of a new process."""
        on = self.store.tables if tables is None else cast("Tables", tables)
        store = tree_process(on, WITHOUT_TALE, self.store.environment)
        return Projector(
            store.log, store.views, store.model, WITHOUT_TALE, store.environment, projection_limits(**limits).projection
        )

    async def build(self) -> None:
        head = (await self.store.log.head(HOME)).position
        await builder_of(self.store).build(await begin(self.store, HOME, self.new, head, shared=self.shared))

    async def project(
        self, generation: Generation, commits: int = 500, tables: CountingTables | None = None
    ) -> GenerationRecord:
        projector = self.projector(tables, commits_per_batch=commits)
        while not (await projector.step(HOME, generation, exact=True)).idle:
            pass
        return await stored_record(self.store, HOME, generation)

    async def edit(self, *titles: str, task: Ref = TASK) -> None:
        edits = [ascend.EditTask(task_id=ascend.TaskId(task.id), title=title) for title in titles]
        await execute_all(self.store, *edits)

    async def retry(self, generation: Generation) -> Sequence[Retried]:
        return await ParkedRetry(self.projector()).run(HOME, generation, lambda _: True)

    async def parked(self, generation: Generation) -> dict[Ref, Parked]:
        record = await stored_record(self.store, HOME, generation)
        return {parked.ref: parked for parked in await self.store.views.parked(record) if record.parked}

    async def check(self, generation: Generation) -> None:
        """Check that nothing is parked, and that live items and counts are those of a naive replay that renders all."""
        record = await stored_record(self.store, HOME, generation)
        assert record.parked == 0
        commits = await self.store.log.commits(HOME, 1, record.rendered, consistent=True)
        expected = truths(self.store.model, WITHOUT_TALE, HOME, commits)
        for build in generation.builds:
            live = {key: line.data for key, line in (await stored(self.store.tables, build, HOME)).items() if line.data}
            assert live == {key: one.data for key, one in expected[build.projection].lines.items() if one.data}, build
        assert dict(record.counts) == dict(counts(expected.values()))


@pytest.fixture
async def sharing() -> Sharing:
    """Two tasks, both good, rendered by both generations."""
    store = tree_process(projections=WITHOUT_TALE)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await execute_all(
        store,
        ascend.CreateTask(task_id=task_id("bad"), title="good"),
        ascend.CreateTask(task_id=task_id("good"), title="good"),
    )
    await store.worker.run_once()
    sharing = Sharing(store)
    await sharing.build()
    return sharing


fail_on_poison = projected.check_edible


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projected, "check_edible", str)


async def without_tombstones(sharing: Sharing) -> None:
    """Remove the tombstones of the titles, as if their life was over."""
    async for items in scan_pages(sharing.store.tables):
        for item in items:
            if keys.parse_owner(item.key) == str(sharing.titles) and "data" not in item.attributes:
                await sharing.store.tables.delete(Table.VIEWS, item.key, Equals({}))


@pytest.mark.parametrize("commits", [1, 500])
async def test_what_is_parked_further_ahead_is_parked_here_until_a_later_change(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    await sharing.edit(POISON, "better", POISON)
    await sharing.edit("better", task=OTHER)
    await sharing.project(sharing.old)
    mend(monkeypatch)  # the code of the other process can render it
    await sharing.project(sharing.new, commits)
    there, here = await sharing.parked(sharing.old), await sharing.parked(sharing.new)
    assert here.keys() == there.keys() == {TASK}
    assert set(here[TASK].keys) > set(there[TASK].keys)  # those of the title that it had here, too
    await sharing.edit("best")
    await sharing.project(sharing.new, commits)
    await sharing.check(sharing.new)
    await sharing.project(sharing.old)
    await sharing.check(sharing.old)


async def test_a_retry_mends_what_was_taken_over(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    await sharing.edit(POISON)
    await sharing.project(sharing.old)
    mend(monkeypatch)
    await sharing.project(sharing.new)
    assert [retried.error for retried in await sharing.retry(sharing.new)] == [""]
    await sharing.check(sharing.new)
    assert (await sharing.parked(sharing.old)).keys() == {TASK}
    assert [retried.error for retried in await sharing.retry(sharing.old)] == [""]
    await sharing.check(sharing.old)


async def test_what_is_parked_within_a_subtree_is_taken_over_with_the_first_chunk(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, *rooms = [thing_id(name) for name in ("house", *"abcde")]
    await execute_all(sharing.store, ascend.CreateThing(thing_id=house, name="good"))
    await execute_all(sharing.store, *(ascend.CreateThing(thing_id=room, name="good", parent=house) for room in rooms))
    await sharing.project(sharing.old)
    await sharing.project(sharing.new)
    await execute_all(
        sharing.store,
        ascend.RenameThing(thing_id=house, name=POISON),
        ascend.EditTask(task_id=task_id("bad"), title=POISON),
    )
    await sharing.project(sharing.old)
    mend(monkeypatch)
    before = await stored_record(sharing.store, HOME, sharing.new)
    await sharing.projector(descendants_per_chunk=2, chunks_per_step=1).step(HOME, sharing.new)
    half_way = await stored_record(sharing.store, HOME, sharing.new)
    assert (half_way.rendered, half_way.cursor != ()) == (before.rendered, True)
    assert len(await sharing.parked(sharing.new)) == half_way.parked == 7
    await sharing.project(sharing.new)
    assert (await sharing.parked(sharing.new)).keys() == (await sharing.parked(sharing.old)).keys()
    await sharing.retry(sharing.new)
    await sharing.check(sharing.new)


async def test_keys_that_another_generation_has_written_since_are_taken_over_as_well(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sharing.edit(POISON)
    await sharing.project(sharing.old)
    await sharing.project(sharing.new)
    await sharing.edit("better", POISON)  # un-parked with new keys, and parked again
    await sharing.project(sharing.old)
    mend(monkeypatch)
    await sharing.project(sharing.new)
    there, here = await sharing.parked(sharing.old), await sharing.parked(sharing.new)
    assert set(here[TASK].keys) > set(there[TASK].keys) != set()
    await sharing.edit("best")
    await sharing.project(sharing.new)
    await sharing.check(sharing.new)


async def test_a_generation_with_parked_entities_holds_the_rest_of_its_builds(sharing: Sharing) -> None:
    await sharing.edit(POISON)
    await sharing.edit("better", "best", task=OTHER)
    await sharing.project(sharing.old)
    counting = CountingTables(sharing.store.tables)
    await sharing.project(sharing.new, tables=counting)
    assert counting.puts
    assert [key for key in counting.puts if f"#{sharing.titles}" in key and f"P#{sharing.titles}" not in key] == []


async def test_a_retry_waits_until_no_generation_that_shares_the_build_is_further(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sharing.edit(POISON)
    await sharing.project(sharing.old)
    await sharing.project(sharing.new)
    mend(monkeypatch)
    await sharing.edit("better")  # this removes what the retry would write
    await sharing.project(sharing.old)
    await without_tombstones(sharing)
    with pytest.raises(Overtaken):
        await sharing.retry(sharing.new)
    await sharing.project(sharing.new)
    await sharing.check(sharing.new)


async def test_whoever_unparks_an_entity_removes_what_a_retry_elsewhere_has_written(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sharing.edit(POISON)
    await sharing.project(sharing.old)
    await sharing.project(sharing.new)
    mend(monkeypatch)
    assert [retried.error for retried in await sharing.retry(sharing.old)] == [""]
    await sharing.edit("best")
    await sharing.project(sharing.new)  # it knows nothing of that retry
    await sharing.project(sharing.old)
    await sharing.check(sharing.new)
    await sharing.check(sharing.old)


async def test_what_is_parked_after_the_start_of_a_build_is_taken_over_when_it_is_built(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fresh,) = (build for build in sharing.new.builds if build.projection == "comments")
    again = fresh._replace(epoch=fresh.epoch + 1)
    latest = Generation(sharing.old.snapshots, tuple(sorted((*sharing.shared, again))))
    head = (await sharing.store.log.head(HOME)).position
    record = await begin(sharing.store, HOME, latest, head, shared=sharing.shared)
    await sharing.edit(POISON)
    await sharing.project(sharing.old)
    mend(monkeypatch)
    built = await builder_of(sharing.store).build(record)
    assert (built.rendered, built.parked) == (head, 0)
    await sharing.project(latest)
    assert (await sharing.parked(latest)).keys() == {TASK}
    await sharing.retry(latest)
    await sharing.check(latest)


async def test_a_build_is_not_left_to_a_generation_that_is_not_rendered_up_to_its_start(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot say yet what is parked there."""
    await sharing.edit(POISON)
    head = (await sharing.store.log.head(HOME)).position
    behind, ahead = afresh(sharing.store), afresh(sharing.store)
    ahead = replace(ahead, builds=tuple(b._replace(epoch=2) if b.projection == "comments" else b for b in ahead.builds))
    later = dict.fromkeys(behind.builds, head)
    first = await begin(sharing.store, HOME, behind, head - 1, later)
    second = await begin(sharing.store, HOME, ahead, head)
    await builder_of(sharing.store).build(first)
    built = await builder_of(sharing.store).build(second)
    assert (built.rendered, built.parked) == (head, 1)
    mend(monkeypatch)
    await sharing.project(behind)
    await sharing.retry(ahead)
    await sharing.check(ahead)


@pytest.mark.parametrize("is_mended", [True, False])
async def test_a_generation_that_moves_on_while_it_is_looked_at_leaves_nothing_behind(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch, is_mended: bool
) -> None:
    """It un-parks the entity with new keys, and parks it again, at any call of the other one's batch."""
    await sharing.edit(POISON)
    await sharing.project(sharing.old)
    await sharing.edit("good")
    counted = FaultyTables(await a_copy(sharing.store.tables))
    await sharing.projector(counted).step(HOME, sharing.new, exact=True)
    for number in range(1, len(counted.calls) + 1):
        tables = await a_copy(sharing.store.tables)
        there = Sharing(tree_process(tables, WITHOUT_TALE, sharing.store.environment))
        staged = StagedTables(tables)

        async def move_on(call: Call, number: int = number, there: Sharing = there) -> None:
            if call.number == number:
                with monkeypatch.context() as patch:
                    patch.setattr(projected, "check_edible", fail_on_poison)
                    await there.edit("better", POISON)
                    await there.project(there.old)

        staged.before = move_on
        with monkeypatch.context() as patch:
            if is_mended:
                mend(patch)
            await there.projector(staged).step(HOME, there.new, exact=True)
            mend(patch)
            await there.project(there.new)
            await there.edit("best")
            await there.project(there.new)
            await there.project(there.old)
            await there.check(there.new)
            await there.check(there.old)
