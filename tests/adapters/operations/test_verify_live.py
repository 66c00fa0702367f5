"""Verify runs beside writers and followers without a false alarm, ends, and still finds what is damaged."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from support.faulty import Call, Crash, Fault
from support.scenario import task_id
from support.simulation.busy import everything, overwrite
from support.staged import StagedTables, paint, send, staged_home
from support.workers.house import create_many, following

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verified import Verified
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.testing import ADA, Faults, FaultyTables, VirtualEnvironment, run_in_virtual_time

HOT = ("Wash", "Dry")


async def write_one(store: ascend.Store, workspace: ascend.WorkspaceId, number: int, rng: random.Random) -> None:
    """Open a task, change one that changes all the time, or end one."""
    old = task_id(f"{workspace}{rng.randrange(number + 1)}")
    title = f"{rng.choice(HOT)} {number}"
    commands = (
        ascend.CreateTask(task_id=task_id(f"{workspace}{number}"), title=title),
        ascend.EditTask(task_id=task_id(f"{workspace}0"), title=title),
        ascend.CompleteTask(task_id=old),
        ascend.DeleteTask(task_id=old),
    )
    with suppress(ascend.Refusal):
        await store.execute(workspace, commands[0 if number == 0 else rng.randrange(4)], actor=ADA)


@asynccontextmanager
async def writing(
    store: ascend.Store, workspaces: list[ascend.WorkspaceId], pause: float, seed: int
) -> AsyncGenerator[list[int]]:
    """Write into the workspaces as long as the block runs, one command after the other, with short pauses."""
    rng, written = random.Random(seed), [0]

    async def write(workspace: ascend.WorkspaceId) -> None:
        for number in range(100_000):
            await write_one(store, workspace, number, rng)
            written[0] += 1
            await anyio.sleep(rng.random() * pause)

    async with anyio.create_task_group() as group:
        for workspace in workspaces:
            group.start_soon(write, workspace)
        yield written
        group.cancel_scope.cancel()


@pytest.mark.parametrize("seed", range(6))
def test_beside_followers_in_virtual_time(seed: int) -> None:
    async def main() -> None:
        environment, shared = VirtualEnvironment(seed), MemoryTables()
        delayed = (
            0.3 if seed % 2 else 1.0
        )  # with 1.0, an index never shows what an item holds that changes all the time
        faults = Faults.none().but(fast_seconds=0.02, delayed_read=delayed, delay_seconds=2.0, early_end=0.1)
        tables = FaultyTables(shared, faults, seed, environment)
        store, other = (ascend.Store(tables, environment) for _ in range(2))
        workspaces = list(await create_many(store, 4))
        async with following(store.worker), following(other.worker), writing(store, workspaces[1:], 0.2, seed) as count:
            await anyio.sleep(20)
            item = next(item for _, item in await everything(shared) if item.attributes.get("type") == "MemberLine")
            before = count[0]
            clean = await verify(store, tables)
            assert count[0] > before + 10  # it went on
            await overwrite(shared, Table.VIEWS, replace(item, attributes={**item.attributes, "data": "{}"}))
            damaged = await verify(store, tables)
        assert (clean.differences, clean.unsettled) == ([], [])
        assert [(d.what, d.partition, d.sort) for d in damaged.differences] == [("wrong", item.key.pk, item.key.sk)]
        assert damaged.unsettled == []

    run_in_virtual_time(main)


async def test_beside_a_follower_on_sqlite(tmp_path: Path) -> None:
    async with ascend.open_store(f"sqlite:///{tmp_path}/live.db", create=True) as store:
        workspaces = list(await create_many(store, 4))
        async with following(store.worker), writing(store, workspaces[1:], 0.05, 1) as count:
            await anyio.sleep(2)
            for _ in range(3):
                before = count[0]
                verified = await store.verify()
                assert (verified.differences, verified.unsettled) == ([], [])
                assert verified.items > 0
                assert count[0] > before


def die_when_rendered(call: Call) -> Fault | None:
    """Crash when *rendered* has moved: the snapshots are not written yet."""
    return Fault.CRASH_AFTER if call.is_write and call.keys[0].pk.endswith("#generations") else None


async def test_a_workspace_that_a_worker_left_in_the_middle_of_a_batch_is_unsettled() -> None:
    home = await staged_home(paint(1))
    await home.caught_up()
    store = home.process(StagedTables(home.tables, die_when_rendered))
    await send(home.process(), paint(2))
    with pytest.raises(Crash):
        await store.worker.catch_up(home.workspace)

    verified = await home.process().verify()
    await home.caught_up()

    assert (verified.differences, verified.unsettled) == ([], [home.workspace])
    assert (await home.process().verify()).clean


async def test_a_workspace_with_which_a_worker_begins_meanwhile_is_only_behind() -> None:
    home = await staged_home(paint(1))
    tables = StagedTables(home.tables)

    async def begin(call: Call) -> None:
        if call.method == "scan":
            await home.caught_up()

    tables.before = begin
    verified = await verify(home.process(), tables)
    assert (verified.differences, verified.unsettled, verified.lag) == ([], [], home.head)


async def verify(store: ascend.Store, tables: Tables) -> Verified:
    return await Verifier(tables, MemoryTables(), store.model, store.current, store.environment).run()
