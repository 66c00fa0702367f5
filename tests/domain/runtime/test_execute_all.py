"""`execute_all` applies many commands of one sender in their order, in few commits."""

from dataclasses import replace

import anyio
import pytest
from pydantic import TypeAdapter, ValidationError
from support.faulty import Fault
from support.scenario import task_id
from support.staged import Home, paint, send, staged_home
from support.task_groups import T, warm

from ascend.adapters.layout.keys import format_position
from ascend.domain.errors import (
    InvalidInput,
    OutcomeUnknown,
    VersionConflict,
)
from ascend.domain.ids import Ref, UserId, WorkspaceId
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.tasks.commands import CompleteTask
from ascend.domain.workspaces.command import Decision
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.view import View
from ascend.sending import Sending, Sent
from ascend.store import Limits
from ascend.testing import ADA, HOME


@pytest.mark.parametrize("where", [VersionConflict, ZeroDivisionError, ValidationError])
async def test_behind_an_error_that_is_no_verdict_nothing_more_of_the_caller_is_applied(
    where: type[Exception],
) -> None:
    home = await staged_home(paint())
    store, _ = await warm(home)

    class Failing(CompleteTask):
        def decide(self, view: View) -> Decision:
            if where is ValidationError:
                TypeAdapter(int).validate_python("no number")
            raise where

    store._known_commands |= {Failing}  # pyright: ignore[reportPrivateUsage]
    commands = [paint(1), Failing(task_id=T), paint(2), paint(3)]
    sendings = [Sending(workspace=HOME, command=command, actor=ADA) for command in commands]
    receipts = list[Sent]()

    async def load() -> None:
        async for one in store.execute_all(sendings):
            receipts.append(one)

    with anyio.fail_after(5):
        if where is VersionConflict:
            await load()
            assert [one.receipt is not None for one in receipts] == [True, False, True, True]
        else:
            with pytest.raises(where):
                await load()
            assert len(receipts) == 1
            assert (await home.tags()).count("task.created") == 3


async def test_execute_all_needs_no_more_room_than_the_queue_has() -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(queued_commands=20)))
    store, _ = await warm(home)
    sendings = [Sending(workspace=HOME, command=paint(n), actor=ADA) for n in range(100)]
    sent = [one async for one in store.execute_all(sendings)]
    assert [one.error for one in sent] == [None] * 100


async def test_execute_all_sends_what_stands_before_a_wrong_argument() -> None:
    home = await staged_home(paint())
    store, _ = await warm(home)
    sendings = [Sending(workspace=HOME, command=paint(n), actor=ADA) for n in range(3)]
    wrong = Sending(workspace=HOME, command=paint(9), actor=UserId("~policies"))
    yielded = list[Sent]()

    async def load() -> None:
        async for one in store.execute_all([*sendings, wrong, *sendings]):
            yielded.append(one)

    with pytest.raises(InvalidInput, match="system's own users"):
        await load()
    assert [one.receipt is not None for one in yielded] == [True] * 3


async def test_execute_all_applies_commands_in_their_order() -> None:
    home = await staged_home(paint())
    store, _ = await warm(home)
    numbers = list[int]()
    sendings = [Sending(workspace=HOME, command=paint(n), actor=ADA) for n in range(1_200)]
    sendings.insert(
        7, Sending(workspace=HOME, command=CompleteTask(task_id=T), actor=ADA, expected={Ref("task", T): 9})
    )
    sent = [one async for one in store.execute_all(sendings, progress=numbers.append)]
    assert [one.sending for one in sent] == sendings
    assert [type(one.error) for one in sent if one.receipt is None] == [VersionConflict]
    assert numbers == list(range(1, 1_202))
    assert (await created_tasks(home))[-1_200:] == [task_id(n) for n in range(1_200)]


@pytest.mark.needs_optimisation("groups")
async def test_execute_all_makes_few_commits() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    sendings = [Sending(workspace=HOME, command=paint(n), actor=ADA) for n in range(1_200)]
    assert [one.error async for one in store.execute_all(sendings)] == [None] * 1_200
    assert tables.made() == ["put events"] * 3


async def test_execute_all_stops_behind_an_error_that_is_no_verdict() -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(group_commands=10)))
    store, tables = await warm(home)
    lost, head = format_position(home.head + 2), home.head
    tables.go_wrong(lambda call: Fault.LOST_REQUEST if call.is_write and call.keys[0].sk == lost else None)
    ids = [home.new_id() for _ in range(40)]
    sendings = [Sending(workspace=HOME, command=paint(n), actor=ADA, command_id=id) for n, id in enumerate(ids)]
    yielded = list[Sent]()

    async def load() -> None:
        async for one in store.execute_all(sendings):
            yielded.append(one)

    with pytest.raises(OutcomeUnknown):
        await load()
    assert len(yielded) == 10
    assert home.head == head + 1
    tables.go_wrong(lambda _: None)
    again = [one async for one in store.execute_all(sendings)]
    assert [one.receipt.repeated for one in again if one.receipt] == [True] * 10 + [False] * 30
    assert (await home.applied())[-40:] == ids


async def created_tasks(home: Home) -> list[str]:
    """Return the ids of the Tasks, in the order of the log."""
    events = [event for commit in await home.log() for event in commit.events()]
    return [event.touches()[0].id for event in events if event.tag == "task.created"]


async def test_execute_all_sends_to_several_workspaces_in_the_order_of_each() -> None:
    home = await staged_home(paint())
    store, other = home.process(), WorkspaceId.derive("other")
    create = Sending(workspace=other, command=CreateWorkspace(name="Other", owner_name="Ada"), actor=ADA)
    mixed = [Sending(workspace=to, command=paint(f"{to}{n}"), actor=ADA) for n in range(20) for to in (HOME, other)]
    sent = [one async for one in store.execute_all([create, *mixed])]
    assert [one.error for one in sent] == [None] * 41
    for to in (HOME, other):
        made = await created_tasks(replace(home, workspace=to))
        assert made[-20:] == [task_id(f"{to}{n}") for n in range(20)]


@pytest.mark.needs_optimisation("groups")
async def test_execute_all_makes_one_commit_of_what_it_sends_to_a_workspace_between_others() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    workspaces = [WorkspaceId.derive("other"), WorkspaceId.derive("third")]
    for to in workspaces:
        await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=to)
    tables.made()
    mixed = [Sending(workspace=to, command=paint(f"{to}{n}"), actor=ADA) for n in range(20) for to in workspaces]
    assert [one.error async for one in store.execute_all(mixed)] == [None] * 40
    assert tables.made().count("put events") == 2
