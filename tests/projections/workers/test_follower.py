"""A follower visits a workspace when there is a reason: a hint, a commit or a wait of its process, or its turn in the sweep."""

import logging
from collections.abc import Collection
from dataclasses import replace

import anyio
import pytest
from support.workers.house import CountingTables, create, create_many, find_lagging, following, rename
from support.workers.virtual import FakeHints, FakeLeases, share

import ascend
from ascend.domain.errors import StoreUnavailable
from ascend.projections.workers.follower import PERIOD
from ascend.projections.workers.work_queue import BATCH_SECONDS
from ascend.testing import ADA, VirtualEnvironment, run_in_virtual_time


class House:
    """A store with one process that follows, and another one that writes. Nothing tells the first one of its commits."""

    def __init__(self, hints: FakeHints | None = None, leases: FakeLeases | None = None) -> None:
        self.tables = CountingTables()
        self.hints, self.leases = hints or FakeHints(), leases or FakeLeases()
        self.store = ascend.Store(self.tables, VirtualEnvironment())
        self.store.worker.share = share(self.hints, self.leases)
        self.writer = ascend.Store(self.tables, VirtualEnvironment(seed=1))

    async def is_rendered(self, workspace: ascend.WorkspaceId) -> bool:
        return workspace not in await find_lagging(self.writer)

    async def wait_until_rendered(self, workspace: ascend.WorkspaceId) -> float:
        """Return the seconds until everything in the workspace is rendered."""
        began = anyio.current_time()
        while not await self.is_rendered(workspace):
            assert anyio.current_time() - began < 600
            await anyio.sleep(0.01)
        return anyio.current_time() - began


def test_a_hint_makes_a_commit_of_another_process_visible_within_a_tenth_of_a_second() -> None:
    async def main() -> None:
        house = House()
        home = await create(house.writer, "home")
        async with following(house.store.worker):
            await anyio.sleep(5)
            await rename(house.writer, home, "Ours")
            house.hints.send(home)

            assert await house.wait_until_rendered(home) <= 0.1

    run_in_virtual_time(main)


def test_under_a_stream_of_commits_a_batch_carries_those_of_fifty_milliseconds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="ascend.worker")

    async def main() -> None:
        house = House()
        home = await create(house.writer, "home")
        async with following(house.store.worker):
            await anyio.sleep(5)
            caplog.clear()
            for number in range(100):  # one every 10 ms
                await rename(house.writer, home, f"Home {number}")
                house.hints.send(home)
                await anyio.sleep(0.01)
            await house.wait_until_rendered(home)

        assert 15 <= caplog.text.count("workspace.projected") <= 25

    run_in_virtual_time(main)


def test_a_workspace_for_which_somebody_in_this_process_waits_is_due_at_once() -> None:
    async def main() -> None:
        house = House(leases=FakeLeases(lambda _: False))  # other workers hold all leases
        async with following(house.store.worker):
            await anyio.sleep(5)
            receipt = await house.store.execute(
                ascend.WorkspaceId.derive("home"), ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA
            )
            began = anyio.current_time()
            await house.store.wait_for(receipt)

            assert anyio.current_time() - began < 0.05

    run_in_virtual_time(main)


@pytest.mark.parametrize(
    ("shards", "owned", "is_visited"),
    [
        (["one", "two"], ["one", "two"], True),  # alone: nobody else hears of it
        (["one", "two"], ["one"], False),  # the owner of the other shard may hear of it
        (["one"], [], False),
        ([], [], True),  # nobody hears of it
    ],
)
def test_only_a_worker_that_hears_everything_takes_commits_of_its_process_for_hints(
    shards: list[str], owned: list[str], is_visited: bool
) -> None:
    async def main() -> None:
        leases = FakeLeases(lambda name: name.partition("#")[2] in owned)
        house = House(FakeHints(shards), leases)
        async with following(house.store.worker):
            await anyio.sleep(5)
            home = await create(house.store, "home")
            await anyio.sleep(1)

            assert await house.is_rendered(home) == is_visited

    run_in_virtual_time(main)


def test_the_sweep_finds_what_no_hint_named() -> None:
    async def main() -> None:
        house = House()
        home = await create(house.writer, "home")
        async with following(house.store.worker):
            await anyio.sleep(5)
            new = await create(house.writer, "new")
            await rename(house.writer, home, "Ours")

            assert await house.wait_until_rendered(home) <= PERIOD + 1
            assert await house.wait_until_rendered(new) <= 1

    run_in_virtual_time(main)


def test_without_hints_the_sweep_looks_as_often_as_the_pause_says() -> None:
    async def main() -> None:
        house = House(FakeHints([]))
        home = await create(house.writer, "home")
        async with following(house.store.worker, 2.0):
            await anyio.sleep(5)
            await rename(house.writer, home, "Ours")

            assert await house.wait_until_rendered(home) <= 2.1

    run_in_virtual_time(main)


def test_what_happened_before_a_lease_was_taken_over_is_found_at_once() -> None:
    async def main() -> None:
        house = House(leases=FakeLeases(lambda _: False))
        workspaces = await create_many(house.writer, 50)
        async with following(house.store.worker):
            await anyio.sleep(60)
            assert len(await find_lagging(house.writer)) == len(workspaces)

            house.leases.change(lambda name: name.startswith("sweep"))
            await anyio.sleep(1)
            assert await find_lagging(house.writer) == []

    run_in_virtual_time(main)


def test_whoever_takes_over_a_hint_shard_looks_at_all_workspaces_because_hints_were_lost() -> None:
    async def main() -> None:
        house = House(leases=FakeLeases(lambda _: False))
        await create_many(house.writer, 50)
        async with following(house.store.worker):
            await anyio.sleep(60)
            house.leases.change(lambda name: name.startswith("hints"))
            await anyio.sleep(1)

            assert await find_lagging(house.writer) == []

    run_in_virtual_time(main)


def test_a_worker_without_a_lease_asks_the_store_nothing() -> None:
    async def main() -> None:
        house = House(leases=FakeLeases(lambda _: False))
        await create_many(house.writer, 20)
        async with following(house.store.worker):
            await anyio.sleep(10)
            house.tables.counts.clear()
            await anyio.sleep(3_600)

        assert house.tables.counts == {}

    run_in_virtual_time(main)


def test_a_worker_that_cannot_renew_its_leases_begins_nothing_more() -> None:
    async def main() -> None:
        house = House()
        home = await create(house.writer, "home")
        async with following(house.store.worker):
            await anyio.sleep(5)
            await rename(house.writer, home, "Ours")
            house.hints.send(home)
            await anyio.sleep(BATCH_SECONDS / 2)  # heard, and not due yet
            house.leases.change(lambda _: False)
            await rename(house.writer, home, "Theirs")
            house.hints.send(home)
            await anyio.sleep(60)

            assert not await house.is_rendered(home)

    run_in_virtual_time(main)


def test_workers_of_other_versions_share_no_lease() -> None:
    async def main() -> None:
        names: list[Collection[str]] = []
        for app in (ascend.LIFE_OS, replace(ascend.LIFE_OS, projections=ascend.LIFE_OS.projections[:-1])):
            leases = FakeLeases()
            store = ascend.Store(CountingTables(), VirtualEnvironment(), app)
            store.worker.share = share(FakeHints(), leases)
            async with following(store.worker):
                await anyio.sleep(3)
            names.append(leases.names)

        assert all(len(own) == 9 for own in names)
        assert set(names[0]).isdisjoint(names[1])

    run_in_virtual_time(main)


def test_while_hints_fail_the_sweep_goes_on_and_afterwards_they_come_back(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        house = House()
        home = await create(house.writer, "home")
        async with following(house.store.worker):
            await anyio.sleep(5)
            house.hints.fail(StoreUnavailable("the stream is disabled"))
            await rename(house.writer, home, "Ours")
            assert await house.wait_until_rendered(home) <= 2.5  # as in a store without hints

            await rename(house.writer, home, "Theirs")
            house.hints.error = None
            await anyio.sleep(40)  # it listens again, and then looks at everything
            assert await house.is_rendered(home)
            await rename(house.writer, home, "Mine")
            house.hints.send(home)
            assert await house.wait_until_rendered(home) <= 0.1

    run_in_virtual_time(main)
    assert "worker.no_hints shard='only'" in caplog.text
    assert "[the stream is disabled]" in caplog.text


def test_an_idle_store_costs_at_most_eight_queries_a_second_and_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        house = House()
        await create_many(house.writer, 400)
        async with following(house.store.worker):
            await anyio.sleep(120)
            assert await find_lagging(house.writer) == []
            house.tables.counts.clear()
            caplog.clear()
            await anyio.sleep(300)

        seconds, checked = 300, 300 * 8
        assert house.tables.counts.pop("query events") <= checked + seconds / 2  # and pages of the registry
        assert house.tables.counts.pop("batch_get views") <= seconds / 2  # fifty workspaces are one shard here
        assert house.tables.counts.pop("batch_get events") <= seconds  # two positions each
        assert house.tables.counts.pop("get views") <= seconds / 5  # epochs
        assert house.tables.counts == {}
        assert caplog.text == ""

    run_in_virtual_time(main)


def test_cancelling_it_ends_it_at_any_moment() -> None:
    async def main() -> None:
        house = House()
        await create_many(house.writer, 5)
        for moment in range(200):
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as group:
                    group.start_soon(house.store.worker.follow)
                    for _ in range(moment):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()
        await house.store.worker.run_once()

        assert await find_lagging(house.writer) == []

    run_in_virtual_time(main)
