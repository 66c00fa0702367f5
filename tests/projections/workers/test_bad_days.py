"""Bad days of following workers: each is survived without a hand, or stops one workspace, loudly, until it is mended."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager

import anyio
import pytest
from support.simulation.projected import POISON, tree_process
from support.workers.house import CountingTables, create, create_many, find_lagging, following, rename

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import StoreMissing
from ascend.testing import ADA, VirtualEnvironment, run_in_virtual_time

RENDERED = 1.0
"""Seconds within which a commit is visible."""


@asynccontextmanager
async def all_following(*stores: ascend.Store) -> AsyncGenerator[None]:
    """Let the workers of several processes follow, until each has its share."""
    async with anyio.create_task_group() as group:
        for store in stores:
            group.start_soon(store.worker.follow)
        await anyio.sleep(30)
        yield
        group.cancel_scope.cancel()


async def drop_views(tables: MemoryTables) -> None:
    async for items in scan_pages(tables, Table.VIEWS):
        for item in items:
            await tables.delete(Table.VIEWS, item.key, Equals({}))


async def remove_commits(tables: Tables, workspace: ascend.WorkspaceId, first: int) -> None:
    """Bring the log of a workspace back to an earlier moment, as a restored events table is."""
    position = first
    while await tables.delete(Table.EVENTS, keys.commit_key(workspace, position), Equals({})) is None:
        position += 1


@pytest.mark.parametrize("seconds", [3_600, -3_600])
def test_a_clock_that_is_an_hour_off_delays_no_commit_and_takes_no_lease(seconds: float) -> None:
    stores: list[ascend.Store] = []

    async def main() -> None:
        tables, environment = MemoryTables(), VirtualEnvironment()
        right = ascend.Store(tables, environment)
        wrong = ascend.Store(tables, environment.elsewhere(1, seconds=seconds))
        home = await create(right, "home")
        async with all_following(right, wrong):
            before = (await TableLeases(tables).read()).leases
            for number in range(10):
                for writer in (right, wrong):
                    receipt = await rename(writer, home, f"Home {number} of {writer.environment.now()}")
                    await right.wait_for(receipt, seconds=RENDERED)
                await anyio.sleep(20)
            after = (await TableLeases(tables).read()).leases

        assert after == before
        assert len({lease.owner for lease in after.values()}) == 2
        assert (await right.log.head(home)).position == 21
        stores.append(right)

    run_in_virtual_time(main)
    verify(*stores)


def test_a_checkpoint_ahead_of_a_restored_log_stalls_its_workspace_until_a_rebuild(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stores: list[ascend.Store] = []

    async def main() -> None:
        tables = MemoryTables()
        store = ascend.Store(tables, VirtualEnvironment())
        await store.ownership.claim_empty_store()
        bad, good = await create(store, "bad"), await create(store, "good")
        for number in range(5):
            for workspace in (bad, good):
                await rename(store, workspace, f"Name {number}")
        await store.worker.run_once()
        await remove_commits(tables, bad, 4)

        process = ascend.Store(tables, VirtualEnvironment(seed=1))
        async with following(process.worker):
            await anyio.sleep(30)
            receipt = await rename(process, good, "Good")
            await process.wait_for(receipt, seconds=RENDERED)
            stalled = {status.workspace: status.stalled async for status in process.status()}
            assert stalled[good] == ""
            assert "rebuild" in stalled[bad]

            await process.rebuild()
            receipt = await rename(process, bad, "Mended")
            await process.wait_for(receipt, seconds=60)
        assert receipt.position == 4
        stores.append(process)

    run_in_virtual_time(main)
    verify(*stores)
    stalls = [line for line in caplog.text.splitlines() if "workspace.stalled" in line]
    assert len([line for line in stalls if "generation=" not in line]) == 1
    assert len(stalls) <= 2  # the generation of the lost log is kept, under its name, until the rebuild has retired it


def test_a_render_that_raises_parks_one_entity_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        store = tree_process(environment=VirtualEnvironment())
        home = await create(store, "home")
        async with following(store.worker):
            await anyio.sleep(5)
            for title in (POISON, "Good"):
                task = ascend.CreateTask(task_id=ascend.TaskId.derive(title), title=title)
                receipt = await store.execute(home, task, actor=ADA)
                await store.wait_for(receipt, seconds=RENDERED)
            await anyio.sleep(600)
            (status,) = [status async for status in store.status()]

        assert (status.lag, status.stalled) == (0, "")
        assert {entity.ref.id for entity in status.parked} == {ascend.TaskId.derive(POISON)}

    run_in_virtual_time(main)
    assert 1 <= caplog.text.count("entity.parked") <= 3  # once for each projection


class DroppableTables(CountingTables):
    """Tables whose views can be dropped: then every request for them fails, until they are created again."""

    async def drop(self) -> None:
        await drop_views(self)
        self.before = self._refuse_views

    async def create(self) -> None:
        self.before = None

    async def _refuse_views(self, request: str, partitions: Collection[str]) -> None:
        if request.endswith("views"):
            raise StoreMissing("the views table was dropped")


def test_after_the_views_were_dropped_and_created_again_everything_is_built_from_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stores: list[ascend.Store] = []

    async def main() -> None:
        tables = DroppableTables()
        workers = [ascend.Store(tables, VirtualEnvironment(seed=seed)) for seed in (1, 2)]
        store = workers[0]
        workspaces = await create_many(store, 50)
        async with all_following(*workers):
            assert await find_lagging(store) == []
            await tables.drop()
            await anyio.sleep(300)
            await tables.create()
            await anyio.sleep(60)
            receipts = [await rename(store, workspace, "Ours") for workspace in workspaces]
            for receipt in receipts:
                await store.wait_for(receipt, seconds=30)
            leases = (await TableLeases(tables).read()).leases

        assert len({lease.owner for lease in leases.values()}) == 2
        assert await find_lagging(store) == []
        stores.append(store)

    run_in_virtual_time(main)
    verify(*stores)
    assert caplog.text.count("leases.no_answer") == 2  # once in each process


def test_nothing_but_the_views_is_lost_when_they_are_emptied_behind_the_back_of_a_worker() -> None:
    stores: list[ascend.Store] = []

    async def main() -> None:
        tables = MemoryTables()
        store = ascend.Store(tables, VirtualEnvironment())
        workspaces = await create_many(store, 20)
        async with all_following(store):
            await drop_views(tables)
            await wait_until(store, workspaces)

        stores.append(store)

    run_in_virtual_time(main)
    verify(*stores)


def verify(store: ascend.Store) -> None:
    """Compare the whole store with a replay: with a scratch file, so in real time."""
    assert anyio.run(store.verify).clean


async def wait_until(store: ascend.Store, workspaces: Sequence[ascend.WorkspaceId]) -> None:
    """Wait until all of these are rendered."""
    with anyio.fail_after(600):
        while {status.workspace async for status in store.status() if not status.lag} != set(workspaces):  # noqa: ASYNC110 - others work
            await anyio.sleep(1)
