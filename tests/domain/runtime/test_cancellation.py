"""A cancelled call has an unknown outcome: the command sent again is applied once, and the store goes on."""

import anyio
import pytest
from anyio.lowlevel import checkpoint
from support.faulty import Call
from support.scenario import task_id
from support.staged import StagedTables, lanes, paint, send, staged_home

from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.tasks.commands import CompleteTask, ReopenTask
from ascend.domain.workspaces.command import Command
from ascend.store import Limits


@pytest.mark.parametrize("command", [paint(), CompleteTask(task_id=task_id("before")), paint("before")])
@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("warm", [False, True])
async def test_a_command_cancelled_at_any_call_is_applied_once_when_it_is_sent_again(
    command: Command, where: str, warm: bool
) -> None:
    limits = Limits(commands=CommandLimits(cached_commits=3))  # so that a warm process reads as well
    number, struck = 1, True
    while struck:
        home = await staged_home(paint("before"), limits=limits)
        await home.caught_up()
        tables = StagedTables(home.tables)
        store, id = home.process(tables), home.new_id()
        if warm:
            for n in range(3):
                await send(store, paint(n))
        tables.calls.clear()
        with anyio.CancelScope() as scope:

            async def cancel(call: Call, scope: anyio.CancelScope = scope, at: int = number) -> None:
                if call.number == at:
                    scope.cancel()
                    await checkpoint()

            setattr(tables, where, cancel)
            await send(store, command, id=id)
        setattr(tables, where, None)
        struck = scope.cancelled_caught
        await send(store, command, id=id)
        assert (await home.applied()).count(id) == 1
        assert (await send(store, ReopenTask(task_id=task_id("before")))).events == (type(command) is CompleteTask)
        assert (await send(store, paint("after"))).position == home.head
        number += 1
    assert number > 2


async def test_a_cancelled_call_that_waits_for_its_turn_leaves_no_trace() -> None:
    home = await staged_home()
    tables = StagedTables(home.tables)
    store = home.process(tables)
    blocked, waiting = anyio.Event(), anyio.Event()

    async def stay(_: Call) -> None:
        waiting.set()
        await blocked.wait()

    tables.before = stay
    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await waiting.wait()
        with anyio.move_on_after(0.01):
            await send(store, paint("second"))
        blocked.set()
    assert (await home.tags()).count("task.created") == 1
    assert all(lane.is_idle(home.environment.elapsed()) for lane in lanes(store).values())
