"""A write that got no answer may still land: what its commands are told, and what a refusal behind it does."""

from collections.abc import Awaitable
from functools import partial
from typing import ClassVar

import anyio
import pytest
from support.faulty import Call, Fault
from support.scenario import MAX
from support.staged import StagedTables, paint, send, staged_home
from support.task_groups import Gate, T, behind_a_write, warm

from ascend.adapters.layout.keys import format_position
from ascend.domain.errors import (
    AccessDenied,
    AscendError,
    OutcomeUnknown,
    StoreBusy,
    StoreUnavailable,
    VersionConflict,
)
from ascend.domain.ids import OPERATOR_USER, POLICIES, CommandId, Ref
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.commands import CompleteTask, ReopenTask
from ascend.domain.workspaces.command import Decision
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.view import View
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.testing import ADA, HOME


@pytest.mark.needs_optimisation("groups")
async def test_each_command_of_a_commit_without_an_answer_is_unknown_and_sent_again_gets_its_receipt() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    ids, unknown = [home.new_id() for _ in range(3)], list[CommandId]()
    after_first = format_position(home.head + 2)

    async def answer(number: int) -> None:
        with pytest.raises(OutcomeUnknown):
            await send(store, paint(number), id=ids[number])
        unknown.append(ids[number])

    async with behind_a_write(store, tables) as group:
        for number in range(3):
            group.start_soon(answer, number)
        await anyio.wait_all_tasks_blocked()
        tables.go_wrong(lambda call: Fault.LOST_REPLY if call.is_write and call.keys[0].sk == after_first else None)
    assert unknown == ids
    tables.go_wrong(lambda _: None)
    receipts = [await send(store, paint(number), id=ids[number]) for number in range(3)]
    assert [receipt.position for receipt in receipts] == [home.head] * 3
    assert [(await home.applied()).count(id) for id in ids] == [1, 1, 1]


class Moody(CompleteTask):
    """It completes a Task, or is refused: as if a neighbour had made the difference."""

    refuses: ClassVar[bool] = False

    def decide(self, view: View) -> Decision:
        if Moody.refuses:
            raise VersionConflict("today")
        return super().decide(view)


class LateWrites:
    """Writes of the events table that get no answer, and may be delivered later."""

    def __init__(self, tables: StagedTables) -> None:
        self.writes: list[partial[Awaitable[object]]] = []
        self._tables, self._real = tables, tables._tables.put  # pyright: ignore[reportPrivateUsage]
        self._put(self._lose)

    def _put(self, put: object) -> None:
        self._tables._tables.put = put  # type: ignore[method-assign,assignment]  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]

    async def _lose(self, *args: object) -> object:
        self.writes.append(partial(self._real, *args))  # type: ignore[arg-type]
        raise StoreUnavailable("no answer")

    def end(self) -> None:
        self._put(self._real)

    def fail_with(self, error: Exception) -> None:
        async def fail(*_: object) -> object:
            raise error

        self._put(fail)


@pytest.mark.parametrize("error", [None, AccessDenied("no right"), StoreBusy("locked")], ids=str)
async def test_a_refusal_behind_an_own_write_without_an_answer_takes_its_slot_first(
    error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the command could be refused now, and applied by that write afterwards."""
    home = await staged_home(paint())
    store, tables = await warm(home)
    store._known_commands |= {Moody}  # pyright: ignore[reportPrivateUsage]
    id, late = home.new_id(), LateWrites(tables)
    with pytest.raises(OutcomeUnknown):
        await send(store, Moody(task_id=T), id=id)
    if error is not None:  # a later write to the same position that has certainly failed changes nothing about that
        late.fail_with(error)
        with pytest.raises(type(error)):
            await send(store, paint("another"))
    late.end()
    head = home.head
    with pytest.raises(VersionConflict):
        await send(store, ReopenTask(task_id=T), expected={Ref("task", T): 7})
    assert home.head == head  # it is not in that write
    monkeypatch.setattr(Moody, "refuses", True)
    with pytest.raises(VersionConflict):
        await send(store, Moody(task_id=T), id=id)
    assert home.head == head + 1
    assert (await home.log())[-1].records == ()
    assert await late.writes[0]() is not None  # it is too late
    assert id not in await home.applied()


@pytest.mark.needs_optimisation("groups")
async def test_a_command_that_may_have_been_written_is_never_told_that_nothing_was_written() -> None:
    """The leader is cancelled behind its write, which has landed; the next leader cannot read the store."""
    home = await staged_home(paint())
    store, tables = await warm(home)
    id, leader, written = home.new_id(), anyio.CancelScope(), anyio.Event()

    async def stop(call: Call) -> None:
        if call.method == "put" and (await home.applied()).count(id):
            tables.go_wrong(lambda call: Fault.LOST_REQUEST if not call.is_write else None)
            written.set()
            await anyio.sleep_forever()

    async def lead() -> None:
        with leader:
            await send(store, paint("led"))
            await send(store, paint("led again"))

    outcomes: list[object] = []

    async def follow() -> None:
        try:
            outcomes.append(await send(store, paint("followed"), id=id))
        except AscendError as error:
            outcomes.append(type(error))

    gate = Gate(tables)
    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        group.start_soon(lead)
        group.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        tables.after = stop
        gate.opened.set()
        with anyio.fail_after(5):
            await written.wait()
        leader.cancel()
    assert outcomes == [OutcomeUnknown]
    assert (await home.applied()).count(id) == 1


async def test_a_command_of_a_late_write_that_takes_the_slot_is_not_told_that_nothing_was_written() -> None:
    """The command is sent again. Its first write lands behind the last look at the log, and then no read is answered."""
    home = await staged_home(paint())
    store, tables = await warm(home)
    id, late = home.new_id(), LateWrites(tables)
    with pytest.raises(OutcomeUnknown):
        await send(store, paint("late"), id=id)
    late.end()

    async def land(call: Call) -> None:
        if call.method == "put":
            tables.before = None
            assert await late.writes[0]() is None
            tables.go_wrong(lambda call: None if call.is_write else Fault.LOST_REQUEST)

    tables.before = land
    with pytest.raises(OutcomeUnknown):
        await send(store, paint("late"), id=id)
    assert (await home.applied()).count(id) == 1


@pytest.mark.parametrize(("age", "written"), [(0, 0), (3, 1)])
async def test_the_refusal_of_an_id_that_may_have_been_sent_before_takes_a_slot(age: int, written: int) -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    id = home.new_id()
    home.environment.advance(seconds=age)
    with pytest.raises(VersionConflict):
        await send(store, ReopenTask(task_id=T), id=id, expected={Ref("task", T): 7})
    assert tables.made() == (["put events"] if written else ["query events"])
    assert [commit.records for commit in await home.log()].count(()) == written


async def test_the_refusal_of_somebody_who_is_no_member_writes_nothing() -> None:
    home = await staged_home(paint(), RemoveMember(user_id=MAX))
    store, tables = await warm(home)
    for id in (CommandId.derive("old"), home.new_id()):
        home.environment.advance(seconds=5)
        with pytest.raises(AscendError):
            await send(store, CompleteTask(task_id=T), MAX, id=id)
    assert "put events" not in tables.made()


async def test_nobody_appends_behind_an_erasure() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    erase = Request(workspace=HOME, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=home.new_id())
    await store.commands.execute(erase)
    tables.made()
    for actor, id in ((POLICIES, CommandId.derive("a policy's")), (ADA, CommandId.derive("old"))):
        request = Request(workspace=HOME, command=CompleteTask(task_id=T), actor=actor, command_id=id)
        with pytest.raises(WorkspaceIsErased):
            await store.commands.execute(request)
    assert "put events" not in tables.made()
