"""A command leaves nothing behind that only the collector of cyclic garbage would free: neither applied nor refused."""

import gc
from collections.abc import Generator
from contextlib import suppress

import pytest
from support.scenario import task_id
from support.staged import send, staged_home

from ascend.domain.errors import NotFound
from ascend.domain.tasks.commands import CompleteTask, CreateTask
from ascend.domain.workspaces.command import Command

COMMANDS = 20


@pytest.fixture
def no_collector() -> Generator[None]:
    """Leave all cyclic garbage where it is."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("kind", [CreateTask, CompleteTask])
@pytest.mark.usefixtures("no_collector")
async def test_commands_leave_no_cyclic_garbage(kind: type[Command]) -> None:
    store = (await staged_home()).process()
    await send(store, CreateTask(task_id=task_id("first"), title="Warm the store up"))
    gc.collect()

    for number in range(COMMANDS):
        task = task_id(f"task {number}")
        command = CreateTask(task_id=task, title="Paint") if kind is CreateTask else CompleteTask(task_id=task)
        with suppress(NotFound):
            await send(store, command)

    assert gc.collect() < COMMANDS
