"""The loop that keeps leases: it tells of changes in time, hands over at the end, and outlives a store that fails."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager

import anyio
import pytest
from support.faulty import FaultyTables
from support.leases import NAMES
from support.virtual_time import VirtualTime

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.errors import StoreClosed, StoreMissing, StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.lease_keeper import BELIEF, HAND_OVER, LONGEST_WAIT, LeaseKeeper


async def names() -> Collection[str]:
    return NAMES


def nothing() -> Collection[WorkspaceId]:
    return ()


class DroppableTables(MemoryTables):
    """Tables whose queries may fail with a given error, and which may stop to answer queries and puts."""

    error: Exception | None = None
    hangs = False

    async def query(self, query: Query) -> TablePage:
        if self.hangs:
            await anyio.sleep_forever()
        if self.error is not None:
            raise self.error
        return await super().query(query)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        if self.hangs:
            await anyio.sleep_forever()
        return await super().put(table, item, when)


@asynccontextmanager
async def keeping(tables: Tables, time: VirtualTime) -> AsyncGenerator[LeaseKeeper]:
    """Run a keeper until the block ends."""
    keeper = LeaseKeeper(TableLeases(tables), time)
    async with anyio.create_task_group() as group:
        group.start_soon(keeper.keep, names, nothing)
        yield keeper
        group.cancel_scope.cancel()


@asynccontextmanager
async def noting(keeper: LeaseKeeper, time: VirtualTime) -> AsyncGenerator[list[tuple[float, int]]]:
    """Note the elapsed time of every change, and the number of leases after it."""
    changes: list[tuple[float, int]] = []

    async def note() -> None:
        while True:
            await keeper.wait_for_change()
            changes.append((time.elapsed(), len(keeper.owned)))

    async with anyio.create_task_group() as group:
        group.start_soon(note)
        yield changes
        group.cancel_scope.cancel()


async def test_a_worker_hears_of_its_leases_at_once() -> None:
    time = VirtualTime()
    async with keeping(MemoryTables(), time) as keeper, noting(keeper, time) as changes:
        await time.pass_time(60)

    assert changes == [(0, len(NAMES))]


async def test_a_worker_that_ends_hands_its_leases_over() -> None:
    tables, time = MemoryTables(), VirtualTime()
    async with keeping(tables, time) as staying:
        async with keeping(tables, time) as ending:
            await time.pass_time(30)
            assert {len(ending.owned), len(staying.owned)} == {4, 5}
        assert ending.owned == set()
        await time.pass_time(2)
        assert staying.owned == set(NAMES)
        assert (await TableLeases(tables).read()).heartbeats.keys() == {staying.worker}


async def test_a_hand_over_to_a_store_that_does_not_answer_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ascend.projections.workers.lease_keeper.HAND_OVER", 0.05)
    tables, time = DroppableTables(), VirtualTime()
    with anyio.fail_after(HAND_OVER):
        async with keeping(tables, time):
            await time.pass_time(3)
            tables.hangs = True


async def test_a_worker_hears_that_it_owns_nothing_while_a_request_hangs() -> None:
    tables, time = DroppableTables(), VirtualTime()
    async with keeping(tables, time) as keeper, noting(keeper, time) as changes:
        await time.pass_time(5)
        tables.hangs = True
        await time.pass_time(30)

    assert [owned for _, owned in changes] == [len(NAMES), 0]
    assert changes[1][0] <= 5 + BELIEF


@pytest.mark.parametrize("error", [StoreMissing("no such table"), StoreUnavailable("no answer")])
async def test_a_dropped_or_silent_views_table_ends_all_leases_until_it_is_back(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    tables, time = DroppableTables(), VirtualTime()
    async with keeping(tables, time) as keeper, noting(keeper, time) as changes:
        await time.pass_time(5)
        tables.error = error
        await time.pass_time(300)
        assert keeper.owned == set()
        tables.error = None
        await time.pass_time(LONGEST_WAIT)
        assert keeper.owned == set(NAMES)

    assert [owned for _, owned in changes] == [len(NAMES), 0, len(NAMES)]
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["leases.no_answer"]


async def test_a_closed_store_ends_the_keeper() -> None:
    tables, time = DroppableTables(), VirtualTime()
    tables.error = StoreClosed("memory://")

    with pytest.raises(StoreClosed):
        await LeaseKeeper(TableLeases(tables), time).keep(names, nothing)


async def test_a_worker_keeps_its_leases_while_nobody_can_tell_the_names() -> None:
    time, known = VirtualTime(), [True]

    async def forgotten() -> Collection[str]:
        if not known[0]:
            raise StoreUnavailable("no description of the stream")
        return NAMES

    keeper = LeaseKeeper(TableLeases(MemoryTables()), time)
    async with anyio.create_task_group() as group:
        group.start_soon(keeper.keep, forgotten, nothing)
        await time.pass_time(5)
        known[0] = False
        await time.pass_time(60)
        assert keeper.owned == set(NAMES)
        group.cancel_scope.cancel()


async def test_a_worker_without_a_lease_sends_a_put_and_a_query_every_two_seconds() -> None:
    tables, time = MemoryTables(), VirtualTime()
    counted = FaultyTables(tables)

    async def one_name() -> Collection[str]:
        return ("sweep#0",)

    owner, idle = LeaseKeeper(TableLeases(tables), time), LeaseKeeper(TableLeases(counted), time)
    async with anyio.create_task_group() as group:
        group.start_soon(owner.keep, one_name, nothing)
        await time.pass_time(1)
        group.start_soon(idle.keep, one_name, nothing)
        await time.pass_time(59)
        sent = [call.method for call in counted.calls]
        assert (sent.count("put"), sent.count("query"), len(sent)) == (30, 30, 60)
        group.cancel_scope.cancel()


async def test_only_a_worker_that_has_just_looked_knows_that_nobody_else_is_alive() -> None:
    """A worker that read the leases before an outage does not know who has begun meanwhile."""
    tables, time = DroppableTables(), VirtualTime()
    async with keeping(tables, time) as keeper:
        await time.pass_time(1)
        assert (keeper.sees_other_than("sweep#"), keeper.sees_other_than("other#")) == (False, True)
        tables.hangs = True
        await time.pass_time(2 * BELIEF)
        assert keeper.sees_other_than("sweep#")
