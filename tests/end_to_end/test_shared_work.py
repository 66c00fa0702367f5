"""Workers of one store share its work, see commits of other processes at once, and take over from each other."""

from collections.abc import Sequence

import anyio
from support.workers.house import create, create_many, find_lagging, following, rename

import ascend
from ascend.adapters.table.port import Tables
from ascend.projections.workers.worker import Worker

TAKE_OVER = 10.0
"""Seconds after which the shards of a killed worker have another owner."""


async def wait_until_all_is_rendered(store: ascend.Store, seconds: float) -> float:
    began = anyio.current_time()
    with anyio.fail_after(seconds):
        while await find_lagging(store):  # noqa: ASYNC110 - another process renders it
            await anyio.sleep(0.05)
    return anyio.current_time() - began


async def test_on_every_engine_a_commit_of_another_process_is_visible_within_a_second(any_tables: Tables) -> None:
    writer, reader = ascend.Store(any_tables), ascend.Store(any_tables)
    home, *_ = await create_many(writer, 20)
    async with following(reader.worker):
        await wait_until_all_is_rendered(writer, 60)
        times: list[float] = []
        for number in range(5):
            receipt = await rename(writer, home, f"Home {number}")
            began = anyio.current_time()
            await writer.wait_for(receipt)
            times.append(anyio.current_time() - began)

    assert sorted(times)[2] <= 1, times


async def test_on_every_engine_two_workers_share_and_one_takes_over_from_the_other(any_tables: Tables) -> None:
    writer = ascend.Store(any_tables)
    workspaces = await create_many(writer, 20)
    workers = [ascend.Store(any_tables).worker for _ in range(2)]
    async with anyio.create_task_group() as group:
        scope = anyio.CancelScope()

        async def follow_until_stopped() -> None:
            with scope:
                await workers[0].follow()

        group.start_soon(follow_until_stopped)
        group.start_soon(workers[1].follow)
        with anyio.fail_after(30):
            while not all(find_swept(worker) for worker in workers):  # noqa: ASYNC110 - leases change hands
                await anyio.sleep(0.1)
        assert set(find_swept(workers[0])).isdisjoint(find_swept(workers[1]))

        scope.cancel()
        await change_all(writer, workspaces)
        await wait_until_all_is_rendered(writer, TAKE_OVER)
        with anyio.fail_after(TAKE_OVER):
            while len(find_swept(workers[1])) < 8:  # noqa: ASYNC110 - leases change hands
                await anyio.sleep(0.1)
        group.cancel_scope.cancel()


def find_swept(worker: Worker) -> Sequence[int]:
    followers = worker._followers  # pyright: ignore[reportPrivateUsage]
    return [shard for follower in followers for shard in follower.sweep._turns]  # pyright: ignore[reportPrivateUsage]


async def change_all(store: ascend.Store, workspaces: Sequence[ascend.WorkspaceId]) -> None:
    for workspace in workspaces:
        await rename(store, workspace, "Ours")


async def test_on_every_engine_a_workspace_that_is_created_later_is_seen(any_tables: Tables) -> None:
    writer, reader = ascend.Store(any_tables), ascend.Store(any_tables)
    await create_many(writer, 1)
    async with following(reader.worker):
        await wait_until_all_is_rendered(writer, 60)
        await create(writer, "late")

        assert await wait_until_all_is_rendered(writer, 5) <= 2
