"""The work of a command, counted in calls of Python functions: on the memory engine, where nothing waits for an answer.

The numbers are ceilings a little above what was counted. Lower them when a command makes fewer calls.
"""

from collections.abc import Sequence

import pytest
from support.python_calls import count_python_calls, counting_python_calls
from support.scenario import task_id
from support.staged import staged_home

import ascend
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.tasks.commands import CompleteTask, CreateTask, ReopenTask
from ascend.domain.workspaces.command import Command
from ascend.store import Limits
from ascend.testing import ADA, HOME

GROUP = 64
CALLS_ALONE = 350
"""579 before commands left in groups."""
CALLS_IN_A_GROUP = 257
"""For each command of the group."""
T = task_id()


async def calls_of(store: ascend.Store, commands: Sequence[Command]) -> int:
    """Return the calls of all commands, which are sent at once."""

    async def send(command: Command) -> None:
        await store.execute(HOME, command, actor=ADA)

    with counting_python_calls() as count:
        return await count_python_calls(count, lambda: for_each(commands, send, limit=len(commands)))


def tasks(first: int, count: int) -> list[Command]:
    return [CreateTask(task_id=task_id(f"task {number}"), title="Paint") for number in range(first, first + count)]


async def warm_store() -> ascend.Store:
    store = (await staged_home()).process()
    await calls_of(store, tasks(0, 3))
    return store


async def test_a_warm_command_alone_makes_few_calls() -> None:
    assert await calls_of(await warm_store(), tasks(10, 1)) <= CALLS_ALONE


@pytest.mark.needs_optimisation("groups")
async def test_a_warm_command_of_a_group_makes_few_calls() -> None:
    assert await calls_of(await warm_store(), tasks(100, GROUP)) <= CALLS_IN_A_GROUP * GROUP


@pytest.mark.needs_optimisation("groups")
async def test_a_group_makes_as_many_calls_after_two_commands_that_met() -> None:
    store = await warm_store()
    before = await calls_of(store, tasks(100, GROUP))
    await calls_of(store, tasks(10, 2))  # one leads, one waits, and nobody waits behind them

    assert await calls_of(store, tasks(300, GROUP)) <= 1.01 * before


async def test_a_warm_command_makes_as_many_calls_in_a_large_workspace_as_in_a_small_one() -> None:
    home = await staged_home(CreateTask(task_id=T, title="Paint"))
    store = home.process()
    calls: list[int] = []
    sent = 0
    for events in (100, 2_000):
        while sent < events:
            await calls_of(store, tasks(sent, GROUP))
            sent += GROUP
        home.environment.advance(seconds=1)  # an id of the same moment as a folded commit has to be looked up
        await calls_of(store, [CompleteTask(task_id=T)])
        calls.append(await calls_of(store, [ReopenTask(task_id=T)]))

    small, large = calls
    assert large <= small + 1


async def test_commands_that_wait_make_as_many_calls_behind_many_as_behind_a_few() -> None:
    """Each commit takes one of them, and does not wake all others."""
    calls: list[float] = []
    for waiting in (16, 128):
        home = await staged_home(limits=Limits(commands=CommandLimits(group_commands=1)))
        store = home.process()
        await calls_of(store, tasks(0, 3))
        calls.append(await calls_of(store, tasks(100, waiting)) / waiting)

    few, many = calls
    assert many <= 1.02 * few
