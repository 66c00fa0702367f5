"""The limits of a group: so many commands, so many bytes, and what must stand alone in its commit."""

import anyio
import pytest
from support.scenario import task_id
from support.staged import paint, send, staged_home
from support.task_groups import behind_a_write, send_behind, warm

from ascend.adapters.layout.keys import log_partition
from ascend.adapters.table.item import Table
from ascend.adapters.table.query import Query
from ascend.domain.errors import (
    AscendError,
    QueueFull,
)
from ascend.domain.ids import OPERATOR_USER, WorkspaceId
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.tasks.commands import CreateTask
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace, EraseWorkspace
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.store import Limits
from ascend.testing import HOME


@pytest.mark.parametrize("most", [1, 3])
async def test_a_group_has_a_limit(most: int) -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(group_commands=most)))
    store, tables = await warm(home)
    await send_behind(store, tables, [paint(n) for n in range(6)])
    assert tables.made() == ["put events"] * (1 + 6 // most)


@pytest.mark.needs_optimisation("groups")
async def test_what_does_not_fit_a_commit_leaves_with_the_next_one() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    large = [
        CreateTask(task_id=task_id(n), title="Paint", description=f"{n}" + "x" * 19_000, metadata={"a": "y" * 900})
        for n in range(30)
    ]
    answers = await send_behind(store, tables, large)
    positions = [answer.position for answer in answers.values() if isinstance(answer, Receipt)]
    assert len(positions) == len(large)
    assert positions == sorted(positions)
    assert len(set(positions)) == 3
    assert tables.made() == ["put events"] * 4


async def test_the_queue_of_a_workspace_is_bounded() -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(queued_commands=3)))
    store, tables = await warm(home)
    answers = await send_behind(store, tables, [paint(n) for n in range(4)])
    assert [type(answer) for answer in answers.values()] == [Receipt, Receipt, QueueFull, QueueFull]
    assert (await send(store, paint(9))).events == 1


@pytest.mark.needs_optimisation("groups")
async def test_the_first_commit_of_a_workspace_holds_one_command() -> None:
    home = await staged_home()
    store, other = home.process(), WorkspaceId.derive("other")
    receipts: list[Receipt] = []

    async def keep(command: Command) -> None:
        receipts.append(await send(store, command, to=other))

    async with anyio.create_task_group() as group:
        for command in (CreateWorkspace(name="Other", owner_name="Ada"), paint("a"), paint("b")):
            group.start_soon(keep, command)
    assert [receipt.position for receipt in receipts] == [1, 2, 2]


async def test_the_commit_of_an_erasure_holds_nothing_else() -> None:
    """It stays when the rest of the log is emptied."""
    home = await staged_home(paint())
    store, tables = await warm(home)
    outcomes = list[object]()
    erase = Request(workspace=HOME, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=home.new_id())

    async def answer(name: str) -> None:
        try:
            outcomes.append((await send(store, paint(name))).position)
        except AscendError as error:
            outcomes.append(type(error))

    async with behind_a_write(store, tables) as group:
        group.start_soon(answer, "before")
        group.start_soon(store.commands.execute, erase)
        group.start_soon(answer, "after")
    assert outcomes == [home.head - 1, WorkspaceIsErased]
    items = (await home.tables.query(Query(Table.EVENTS, log_partition(HOME)))).items
    assert "workspace.erased" in str(items[-1].attributes["body"])
    assert "task.created" not in str(items[-1].attributes["body"])
