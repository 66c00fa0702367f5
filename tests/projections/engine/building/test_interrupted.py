"""A build that is interrupted: killed at any write, from the first one on; with a log that is another one afterwards.

If it is not interrupted, it reads each commit once.
"""

from collections import Counter
from typing import cast

import pytest
from support.building.given import afresh, begin, builder_of, stored_record
from support.faulty import Crash, Fault, FaultyTables
from support.limits import projection_limits
from support.scenario import task_id
from support.simulation.acting import execute_all
from support.simulation.busy import a_busy_store, a_copy, everything
from support.simulation.truth import Lines, stored

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.errors import LogDiverged
from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Build, Generation
from ascend.testing import ADA, HOME, FakeEnvironment

SMALL = projection_limits(writes_per_chunk=10, commits_per_batch=7, descendants_per_chunk=4)


def process(tables: Tables, days: int = 1) -> ascend.Store:
    environment = FakeEnvironment()
    environment.advance(days=days)
    return ascend.Store(tables, environment, limits=SMALL)


async def step(store: ascend.Store, workspace: WorkspaceId, generation: Generation) -> None:
    while not (await store.worker.projector.step(workspace, generation, exact=True)).idle:
        pass


async def contents(store: ascend.Store, generation: Generation) -> dict[Build, Lines]:
    return {build: await stored(store.tables, build) for build in generation.builds}


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_killed_at_any_write_since_it_began_it_ends_the_same(fault: Fault) -> None:
    store, history = await a_busy_store(3, 25)
    workspace, generation = history.workspace, afresh(store)
    counted = FaultyTables(await a_copy(store.tables))
    undisturbed = process(counted)
    await step(undisturbed, workspace, generation)
    expected = await contents(undisturbed, generation)
    record = await stored_record(undisturbed, workspace, generation)
    assert record.built_at == len(history.commits)
    writes = [call.number for call in counted.calls if call.is_write]
    assert len(writes) > 20
    for number in writes:
        tables = await a_copy(store.tables)
        with pytest.raises((Crash, BaseExceptionGroup)):
            await step(process(FaultyTables(tables, {number: fault})), workspace, generation)
        later = process(tables, days=2)  # the claim of the killed builder has lapsed
        await step(later, workspace, generation)
        assert await contents(later, generation) == expected, number
        again = await stored_record(later, workspace, generation)
        assert (again.counts, again.rendered, again.folded) == (record.counts, record.rendered, record.folded), number


async def titled(tables: Tables, words: str, count: int) -> ascend.Store:
    """Give tasks other titles, in a process that does not know the store yet."""
    store = process(tables, len(words))
    edits = [ascend.EditTask(task_id=task_id(number % 20), title=f"{words} {number}") for number in range(count)]
    await execute_all(store, *edits)
    await store.worker.run_once()
    return store


async def with_log_of(views: Tables, log: Tables) -> MemoryTables:
    tables = await a_copy(views, events=False)
    for table, item in await everything(log):
        if table is Table.EVENTS:
            await tables.put(table, item, Absent())
    return tables


async def test_in_a_log_that_was_restored_and_went_on_otherwise_it_is_given_up() -> None:
    """Also if not one cursor was stored: what the first chunk has written would block the items of the other log."""
    store = process(MemoryTables())
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await execute_all(store, *(ascend.CreateTask(task_id=task_id(n), title=f"task {n}") for n in range(20)))
    await store.worker.run_once()
    lost, other = await a_copy(store.tables), await a_copy(store.tables)
    await titled(lost, "lost", 15)
    await titled(other, "other", 18)
    generation = afresh(store)
    counted = FaultyTables(await a_copy(lost))
    await step(process(counted), HOME, generation)
    refused = 0
    for number in [call.number for call in counted.calls if call.is_write]:
        tables = await a_copy(lost)
        with pytest.raises((Crash, BaseExceptionGroup)):
            await step(process(FaultyTables(tables, {number: Fault.CRASH_AFTER})), HOME, generation)
        resumed = process(await with_log_of(tables, other), days=9)
        begun = [record for record in await resumed.views.records(HOME) if record.generation == generation]
        if begun:
            with pytest.raises(LogDiverged):
                await step(resumed, HOME, generation)
            refused += 1
    assert refused > 20


class ReadingTables:
    """Tables that count how often each commit is read. Delegates everything."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.reads: Counter[str] = Counter()

    def __getattr__(self, name: str) -> object:
        return getattr(self._tables, name)

    async def query(self, query: Query) -> TablePage:
        page = await self._tables.query(query)
        if query.table is Table.EVENTS:
            self.reads.update(item.key.sk for item in page.items)
        return page


async def test_it_reads_each_commit_once() -> None:
    store, history = await a_busy_store(4, 60)
    generation, head = afresh(store), len(history.commits)
    reading = ReadingTables(store.tables)
    reader = process(cast("Tables", reading))
    later = dict.fromkeys(generation.builds[::2], head)
    record = await begin(reader, history.workspace, generation, head - 20, later)
    reading.reads.clear()
    await builder_of(reader, writes_per_chunk=20, commits_per_batch=7).build(record)
    assert len(reading.reads) == head
    assert set(reading.reads.values()) == {1}
