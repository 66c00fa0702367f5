"""A generation that is built as of a position holds what ordinary batches would have written, and goes on from there."""

import random
from collections.abc import Iterable
from functools import partial
from typing import cast

import anyio
import pytest
from support.building.given import (
    CountingTables,
    afresh,
    begin,
    builder_of,
    project,
    stored_record,
)
from support.faulty import Crash, Fault, FaultyTables
from support.limits import limited_process
from support.simulation.busy import a_busy_store, a_copy
from support.simulation.histories import History
from support.simulation.truth import counts, stored, truths

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.sqlite.scratch_states import scratch_states
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.projections.build import Build, Generation
from ascend.projections.engine.building import entity_pass
from ascend.projections.engine.building.builder import GenerationBuilder
from ascend.projections.engine.building.claims import LASTS
from ascend.projections.engine.building.entity_states import SpillingStates
from ascend.projections.engine.rendering import RenderResult, StatesContext, render
from ascend.projections.engine.step import LeftToBuilder, Overtaken
from ascend.projections.generation_record import BuildProgress, GenerationRecord


async def check_built(
    store: ascend.Store, history: History, record: GenerationRecord, generation: Generation, end: int
) -> None:
    """Compare items, positions, counts and snapshots with those of a naive replay up to `end`."""
    commits = history.commits[:end]
    expected = truths(store.model, store.current.projections, history.workspace, commits, record.starts)
    for build in generation.builds:
        assert await stored(store.tables, build, history.workspace) == expected[build.projection].lines, build
    assert dict(record.counts) == dict(counts(expected.values()))
    assert (record.rendered, record.folded, record.parked, record.progress) == (end, end, 0, None)
    assert record.rendered_hash == record.folded_hash == (commits[-1].hash if commits else record.rendered_hash)


async def kept(store: ascend.Store, owner: str) -> dict[tuple[str, str], object]:
    """Return edges and snapshots of an incarnation. Edges that ended are left out."""
    found: dict[tuple[str, str], object] = {}
    async for items in scan_pages(store.tables):
        for item in items:
            if keys.parse_owner(item.key) == owner and ("state" in item.attributes or item.attributes.get("there")):
                found[item.key.pk.partition(owner)[2], item.key.sk] = dict(item.attributes)
    return found


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_built_is_what_batches_would_write_and_batches_go_on_from_there(seed: int) -> None:
    rng = random.Random(seed)
    store, history = await a_busy_store(seed, 60)
    generation, head = afresh(store), len(history.commits)
    start = rng.choice((0, 1, head // 2, head))
    await begin(store, history.workspace, generation, start)
    record = await builder_of(
        store, writes_per_chunk=rng.choice((1, 7, 800)), descendants_per_chunk=rng.choice((1, 10))
    ).build(await stored_record(store, history.workspace, generation))
    assert record == await stored_record(store, history.workspace, generation)
    await check_built(store, history, record, generation, start)
    await history.run_random(20)
    await history.read_new_commits()  # also those without events
    small = limited_process(
        store, commits_per_batch=rng.choice((1, 3, 500)), descendants_per_chunk=rng.choice((1, 250))
    )
    current = await project(store, history.workspace, store.current.generation)  # the current one is written first
    record = await project(small, history.workspace, generation)
    await check_built(store, history, record, generation, len(history.commits))
    ours, theirs = await kept(store, record.incarnation), await kept(store, current.incarnation)
    assert {key: value for key, value in ours.items() if "state" in cast("dict[str, object]", value)} == {
        key: value for key, value in theirs.items() if "state" in cast("dict[str, object]", value)
    }
    assert ours.keys() == theirs.keys()


@pytest.mark.parametrize("seed", range(6))
async def test_builds_are_written_as_of_positions_of_their_own(seed: int) -> None:
    store, history = await a_busy_store(seed, 60)
    generation, head = afresh(store), len(history.commits)
    rng = random.Random(seed)
    later = {build: rng.randint(head // 3, head) for build in generation.builds[::2]}
    record = await begin(store, history.workspace, generation, head // 3, later)
    record = await builder_of(store, writes_per_chunk=5).build(record)
    assert record.rendered == head // 3
    record = await project(store, history.workspace, generation)
    await check_built(store, history, record, generation, head)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_build_that_is_killed_at_any_write_goes_on_and_ends_the_same(fault: Fault) -> None:
    store, history = await a_busy_store(3, 25)
    generation, head = afresh(store), len(history.commits)
    later = {generation.builds[0]: head, generation.builds[-1]: head}
    await begin(store, history.workspace, generation, head - 5, later)
    counted = FaultyTables(await a_copy(store.tables))
    other = ascend.Store(counted, store.environment)
    record = await stored_record(other, history.workspace, generation)
    await builder_of(other, writes_per_chunk=20).build(record)
    writes = [call.number for call in counted.calls if call.is_write]
    assert len(writes) > 50
    for number in writes[::3]:
        tables = await a_copy(store.tables)
        dying = ascend.Store(FaultyTables(tables, {number: fault}), store.environment)
        with pytest.raises((Crash, BaseExceptionGroup)):
            await builder_of(dying, writes_per_chunk=20).build(
                await stored_record(dying, history.workspace, generation)
            )
        later_process = ascend.Store(tables, store.environment)
        await store.environment.sleep(LASTS + 1)
        left = await stored_record(later_process, history.workspace, generation)
        if left.progress is not None:
            left = await builder_of(later_process, writes_per_chunk=20).build(left)
        await project(later_process, history.workspace, generation)
        left = await stored_record(later_process, history.workspace, generation)
        await check_built(later_process, history, left, generation, head)


async def test_each_item_is_put_once_and_each_entity_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store, history = await a_busy_store(4, 60)
    generation = afresh(store)
    counting = CountingTables(store.tables)
    process = ascend.Store(cast("Tables", counting), store.environment)
    record = await begin(process, history.workspace, generation, len(history.commits))
    rendered: list[tuple[str, object]] = []

    def count(projection: ascend.Projection, ref: ascend.Ref, context: StatesContext) -> RenderResult:
        rendered.append((projection.name, ref))
        return render(projection, ref, context)

    monkeypatch.setattr(entity_pass, "render", count)
    await builder_of(process, writes_per_chunk=50).build(record)
    assert set(counting.puts.values()) == {1}
    assert len(counting.puts) > 100
    assert len(rendered) == len(set(rendered)) > 20


async def test_states_that_do_not_fit_into_memory_lie_in_a_file_meanwhile() -> None:
    store, history = await a_busy_store(5, 60)
    generation = afresh(store)
    head = len(history.commits)
    record = await begin(store, history.workspace, generation, head)
    states = partial(lambda: SpillingStates(scratch_states(store.model), kept=4))
    record = await builder_of(store, states, commits_per_batch=7, states_kept=2).build(record)
    await check_built(store, history, record, generation, head)


async def test_of_two_builders_at_once_one_builds_and_puts_each_item_once() -> None:
    store, history = await a_busy_store(6, 60)
    generation, head = afresh(store), len(history.commits)
    await begin(store, history.workspace, generation, head)
    counting, left = CountingTables(store.tables), list[LeftToBuilder]()
    process = ascend.Store(cast("Tables", counting), store.environment)

    async def build() -> None:
        builder = builder_of(process, writes_per_chunk=30)
        while (record := await stored_record(store, history.workspace, generation)).progress is not None:
            try:
                await builder.build(record)
            except (LeftToBuilder, Overtaken) as error:
                left.extend([error] if isinstance(error, LeftToBuilder) else [])
                await store.environment.sleep(0.1)

    async with anyio.create_task_group() as group:
        group.start_soon(build)
        group.start_soon(build)
    assert left
    assert set(counting.puts.values()) == {1}
    record = await stored_record(store, history.workspace, generation)
    await check_built(store, history, record, generation, head)


async def test_a_builder_that_is_taken_over_too_early_stops_and_the_result_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, history = await a_busy_store(6, 60)
    generation, head = afresh(store), len(history.commits)
    await begin(store, history.workspace, generation, head)
    slow, hasty = builder_of(store, writes_per_chunk=30), builder_of(store, writes_per_chunk=30)

    def is_free(_: BuildProgress) -> bool:
        return True

    monkeypatch.setattr(hasty.claims, "is_free", is_free)
    overtaken: list[object] = []

    async def build(builder: GenerationBuilder) -> None:
        try:
            await builder.build(await stored_record(store, history.workspace, generation))
        except Overtaken:
            overtaken.append(builder)

    async with anyio.create_task_group() as group:
        group.start_soon(build, slow)
        await anyio.lowlevel.checkpoint()
        while (await stored_record(store, history.workspace, generation)).progress == BuildProgress(
            head, generation.builds
        ):
            await anyio.lowlevel.checkpoint()
        group.start_soon(build, hasty)
    assert overtaken == [slow]
    record = await stored_record(store, history.workspace, generation)
    await check_built(store, history, record, generation, head)


async def test_builds_that_another_generation_holds_are_not_written_but_counted() -> None:
    store, history = await a_busy_store(7, 60)
    current, head = store.current.generation, len(history.commits)
    fresh = afresh(store).builds[:2]
    generation = Generation(current.snapshots, (*fresh, *current.builds[2:]))
    counting = CountingTables(store.tables)
    process = ascend.Store(cast("Tables", counting), store.environment)
    record = await begin(process, history.workspace, generation, head, shared=current.builds[2:])
    record = await builder_of(process).build(record)
    written = {owner for key in counting.puts for owner in owners([*fresh, *current.builds]) if f"#{owner}" in key}
    assert written <= owners(fresh)
    (own,) = [r for r in await store.views.records(history.workspace) if r.generation == current]
    assert record.counts == own.counts


def owners(builds: Iterable[Build]) -> set[str]:
    return {str(build) for build in builds}


async def test_it_works_on_every_engine(any_tables: Tables) -> None:
    store, history = await a_busy_store(8, 40, tables=any_tables)
    generation, head = afresh(store), len(history.commits)
    record = await begin(store, history.workspace, generation, head)
    record = await builder_of(store, writes_per_chunk=40).build(record)
    await check_built(store, history, record, generation, head)


async def test_an_empty_generation_starts_at_zero() -> None:
    store = ascend.Store(MemoryTables())
    generation, workspace = afresh(store), ascend.WorkspaceId.derive("empty")
    record = await begin(store, workspace, generation, 0)
    record = await builder_of(store).build(record)
    assert (record.rendered, record.folded, record.progress) == (0, 0, None)
