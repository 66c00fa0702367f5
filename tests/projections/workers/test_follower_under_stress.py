"""A follower whose surroundings are slow, or fail in part: what works goes on."""

from collections.abc import AsyncGenerator, Collection, Sequence

import anyio
from support.applications import life_os
from support.workers.house import CountingTables, create, create_many, find_lagging, following, rename
from support.workers.virtual import FakeHints, FakeLeases, share

import ascend
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.errors import StoreMissing, StoreUnavailable
from ascend.domain.workspaces.workspace import WorkspaceRenamed
from ascend.projections.policies.policy import Policy, PolicyContext
from ascend.projections.workers.follower import Sharing
from ascend.projections.workers.lease_keeper import LeaseKeeper
from ascend.testing import VirtualEnvironment, run_in_virtual_time


def test_a_policy_that_fails_for_good_delays_no_read_item_of_its_workspace() -> None:
    seen: list[float] = []

    async def fail(renamed: WorkspaceRenamed, context: PolicyContext) -> AsyncGenerator[ascend.Reaction]:
        seen.append(anyio.current_time())
        raise RuntimeError("a bug")
        yield

    async def main() -> None:
        tables = CountingTables()
        store = ascend.Store(tables, VirtualEnvironment(), life_os(policies=[Policy("fail", {WorkspaceRenamed: fail})]))
        store.worker.share = share(FakeHints(), FakeLeases())
        (home,) = await create_many(store, 1)
        async with following(store.worker):
            await rename(store, home, "Ours")
            await anyio.sleep(300)
            assert len(seen) <= 300 / 10 + 10  # not more often than the sweep

            for number in range(5):
                receipt = await rename(store, home, f"Home {number}")
                began = anyio.current_time()
                await store.wait_for(receipt)
                assert anyio.current_time() - began < 1
                await anyio.sleep(1)

    run_in_virtual_time(main)


def test_a_throttled_workspace_keeps_no_other_from_being_settled() -> None:
    async def main() -> None:
        tables = CountingTables()
        store = ascend.Store(tables, VirtualEnvironment())
        store.worker.share = share(FakeHints(), FakeLeases())
        workspaces = await create_many(store, 5)
        first = workspaces[0]

        async def refuse(request: str, partitions: Collection[str]) -> None:
            if any(partition.startswith(f"W#{first}") for partition in partitions):
                raise StoreUnavailable("throttled")

        async with following(store.worker):
            await anyio.sleep(5)
            for workspace in workspaces:
                await rename(store, workspace, "Ours")
            await anyio.sleep(0.5)
            unsettled = [known.record.workspace for known in store.worker.projector.known.unsettled()]
            assert set(unsettled) == set(workspaces)
            first = unsettled[0]
            tables.before = refuse
            await anyio.sleep(3)  # before the next turn of the sweep
            assert [known.record.workspace for known in store.worker.projector.known.unsettled()] == [first]

            tables.before = None
            await anyio.sleep(5)
            assert not store.worker.projector.known.unsettled()

    run_in_virtual_time(main)


class SlowlyListed(FakeHints):
    """Hints of a store that takes 6 s to list their shards."""

    async def shards(self) -> Sequence[str]:
        await anyio.sleep(6)
        return self.names


def test_a_slow_listing_of_the_shards_costs_no_lease() -> None:
    async def main() -> None:
        tables, environment = CountingTables(), VirtualEnvironment()
        store = ascend.Store(tables, environment)
        keeper = LeaseKeeper(TableLeases(tables), environment)
        store.worker.share = lambda: Sharing(SlowlyListed(), keeper)
        await create(store, "home")
        async with following(store.worker):
            await anyio.sleep(20)
            for _ in range(300):
                await anyio.sleep(0.1)
                assert keeper.owned

    run_in_virtual_time(main)


class RecordedQueries(CountingTables):
    """Remembers which queries of logs were consistent."""

    def __init__(self) -> None:
        super().__init__()
        self.consistent: list[bool] = []

    async def query(self, query: Query) -> TablePage:
        if query.descending and query.limit == 1:
            self.consistent.append(query.consistent)
        return await super().query(query)


def test_where_hints_may_have_been_lost_the_sweep_reads_consistently() -> None:
    async def main() -> None:
        tables = RecordedQueries()
        store = ascend.Store(tables, VirtualEnvironment())
        store.worker.share = share(FakeHints(), FakeLeases())
        await create(store, "home")
        await store.worker.run_once()
        tables.consistent.clear()
        async with following(store.worker):
            await anyio.sleep(5)
            assert tables.consistent
            assert all(tables.consistent)  # leases were taken, and a listener has begun
            tables.consistent.clear()
            await anyio.sleep(100)
            assert tables.consistent
            assert not any(tables.consistent)  # its turn: the next one sees what this one misses

    run_in_virtual_time(main)


class FailsAtTheEnd(FakeHints):
    """Hints whose listener ends with an error when it is cancelled."""

    async def listen(self, shard: str) -> AsyncGenerator[Collection[ascend.WorkspaceId]]:
        try:
            async for changed in super().listen(shard):
                yield changed
        finally:
            raise StoreUnavailable("closing failed")


def test_a_listener_that_fails_when_its_lease_is_lost_makes_no_sweep_faster() -> None:
    async def main() -> None:
        tables, leases = CountingTables(), FakeLeases()
        store = ascend.Store(tables, VirtualEnvironment())
        store.worker.share = share(FailsAtTheEnd(), leases)
        await create(store, "home")
        async with following(store.worker):
            await anyio.sleep(5)
            leases.change(lambda name: name.startswith("sweep"))
            await anyio.sleep(30)
            tables.counts.clear()
            await anyio.sleep(100)
            assert tables.counts["query events"] <= 2 * 100 / 10 * 10

    run_in_virtual_time(main)


def test_a_table_that_is_dropped_while_policies_are_being_installed_does_not_end_the_worker() -> None:
    async def ignore(renamed: WorkspaceRenamed, context: PolicyContext) -> AsyncGenerator[ascend.Reaction]:
        return
        yield

    async def main() -> None:
        tables = CountingTables()
        store = ascend.Store(
            tables, VirtualEnvironment(), life_os(policies=[Policy("ignore", {WorkspaceRenamed: ignore})])
        )
        store.worker.share = share(FakeHints(), FakeLeases())
        home = await create(store, "home")
        await store.ownership.claim()
        await store.worker.deployment.announce()
        requests: list[str] = []

        async def fail(request: str, partitions: Collection[str]) -> None:
            requests.extend([request] if request.endswith("views") else [])
            if len(requests) > 1:  # at the start, it reads the state of the generations
                raise StoreMissing("the views table was dropped")

        tables.before = fail
        async with following(store.worker):
            await anyio.sleep(100)
            tables.before = None
            await anyio.sleep(100)
            assert await find_lagging(store) == []
            assert store.policies.installation.has_begun_in(home)

    run_in_virtual_time(main)
