"""Callers of a group that are cancelled leave their neighbours alone, and hand over where they lead."""

from collections.abc import Collection

import anyio
import pytest
from anyio.lowlevel import checkpoint
from support.faulty import Call
from support.scenario import task_id
from support.staged import lanes, paint, send, staged_home
from support.task_groups import Gate, behind_a_write, warm

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.runtime.request import Receipt
from ascend.testing import ADA, HOME


@pytest.mark.parametrize("where", ["before", "after"])
async def test_a_cancelled_leader_hands_over_and_its_neighbours_are_answered(
    where: str, without: Collection[str]
) -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    ids = [home.new_id() for _ in range(4)]
    receipts: dict[int, Receipt] = {}
    stopped = anyio.Event()
    leader = anyio.CancelScope()

    async def stop(call: Call) -> None:
        if call.method == "put" and not stopped.is_set():
            stopped.set()
            await anyio.sleep_forever()

    setattr(tables, where, stop)

    async def lead() -> None:
        with leader:
            await send(store, paint("led"), id=ids[0])

    async def follow(number: int) -> None:
        receipts[number] = await send(store, paint(number), id=ids[number])

    async with anyio.create_task_group() as group:
        group.start_soon(lead)
        await stopped.wait()
        for number in (1, 2, 3):
            group.start_soon(follow, number)
        await anyio.wait_all_tasks_blocked()
        leader.cancel()
    assert leader.cancelled_caught
    applied = await home.applied()
    assert [applied.count(id) for id in ids] == [int(where == "after"), 1, 1, 1]
    assert len(receipts) == 3
    if "groups" not in without:
        assert {receipt.position for receipt in receipts.values()} == {home.head}
    assert (await send(store, paint("led"), id=ids[0])).events == 1
    assert (await home.applied()).count(ids[0]) == 1
    assert all(lane.is_idle(1e9) for lane in lanes(store).values())


async def test_a_follower_that_is_cancelled_leaves_its_neighbours_alone() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    receipts, scope = list[Receipt](), anyio.CancelScope()

    async def leave() -> None:
        with scope:
            await send(store, paint("left"))

    async def stay() -> None:
        receipts.append(await send(store, paint("stayed")))

    async with behind_a_write(store, tables) as group:
        group.start_soon(leave)
        group.start_soon(stay)
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
    assert [receipt.position for receipt in receipts] == [home.head]
    assert len((await home.log())[-1].records) == 1


async def test_a_caller_that_is_cancelled_when_it_is_told_to_lead_hands_over() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    gate, scope, receipts = Gate(tables), anyio.CancelScope(), list[Receipt]()

    async def first() -> None:
        await send(store, paint("first"))
        scope.cancel()  # in the moment in which the next caller is told to lead

    async def leave() -> None:
        with scope:
            await send(store, paint("left"))

    async def stay() -> None:
        receipts.append(await send(store, paint("stayed")))

    async with anyio.create_task_group() as group:
        group.start_soon(first)
        await gate.reached.wait()
        group.start_soon(leave)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(stay)
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()
    assert len(receipts) == 1
    assert await home.applied() == list(dict.fromkeys(await home.applied()))


def test_a_store_is_used_by_one_event_loop_after_another() -> None:
    """Also if a caller was cancelled that had waited for an event of the first one."""
    store = ascend.Store(MemoryTables())

    async def execute(name: str) -> None:
        await store.execute(HOME, ascend.CreateTask(task_id=task_id(name), title="Paint"), actor=ADA)

    async def leave() -> None:
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        async with anyio.create_task_group() as group:
            for name in ("first", "second"):
                group.start_soon(execute, name)
            async with anyio.create_task_group() as left:
                left.start_soon(execute, "third")
                await checkpoint()
                left.cancel_scope.cancel()

    async def send_more() -> None:
        async with anyio.create_task_group() as group:
            for name in ("fourth", "fifth", "sixth"):
                group.start_soon(execute, name)

    anyio.run(leave)
    anyio.run(send_more)
