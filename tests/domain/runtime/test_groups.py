"""Commands of one workspace that are sent at the same time are decided in order and leave as one commit."""

from collections.abc import Awaitable, Sequence
from functools import partial
from typing import ClassVar

import anyio
import pytest
from pydantic import TypeAdapter, ValidationError
from support.faulty import Call, Fault
from support.scenario import MAX, id_of, task_id
from support.staged import Home, StagedTables, cache_of, lanes, paint, send, staged_home

from ascend import Store
from ascend.adapters.layout.keys import format_position, log_partition
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.query import Query
from ascend.domain.errors import (
    AccessDenied,
    AscendError,
    DamagedViews,
    InvalidInput,
    OutcomeUnknown,
    QueueFull,
    StoreBusy,
    StoreUnavailable,
    VersionConflict,
)
from ascend.domain.ids import OPERATOR_USER, POLICIES, CommandId, Ref, ThingId, UserId, WorkspaceId
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.tasks.commands import CompleteTask, CreateTask, EditTask, ReopenTask
from ascend.domain.things.commands import CreateThing, DeleteThing, RenameThing
from ascend.domain.things.thing import ThingDeleted
from ascend.domain.workspaces.command import Command, Decision
from ascend.domain.workspaces.lifecycle import CreateWorkspace, EraseWorkspace
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned, View
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.sending import Sending, Sent
from ascend.store import Limits
from ascend.testing import ADA, HOME

T = task_id()
Answers = dict[int, Receipt | AscendError]


class Gate:
    """Holds up the first put of a process, so that calls gather behind it."""

    def __init__(self, tables: StagedTables) -> None:
        self.reached, self.opened = anyio.Event(), anyio.Event()
        self._tables = tables
        tables.before = self._stop

    async def _stop(self, call: Call) -> None:
        if call.method == "put" and call.table is Table.EVENTS:
            self._tables.before = None
            self.reached.set()
            await self.opened.wait()


async def warm(home: Home) -> tuple[Store, StagedTables]:
    tables = StagedTables(home.tables)
    store = home.process(tables)
    await send(store, paint("warm"))
    tables.made()
    return store, tables


async def send_behind(store: Store, tables: StagedTables, commands: Sequence[Command], **options: object) -> Answers:
    """Send a command, and these while it is written. Return their answers."""
    gate, answers = Gate(tables), Answers()

    async def answer(number: int, command: Command) -> None:
        try:
            answers[number] = await send(store, command, **options)  # type: ignore[arg-type]
        except AscendError as error:
            answers[number] = error

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        for number, command in enumerate(commands):
            group.start_soon(answer, number, command)
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()
    return dict(sorted(answers.items()))


async def test_commands_that_wait_are_written_as_one_commit_in_their_order() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    sent = [CompleteTask(task_id=T), ReopenTask(task_id=T), CompleteTask(task_id=T), *map(paint, range(5))]
    answers = await send_behind(store, tables, sent)
    assert tables.made() == ["put events", "put events"]
    assert {receipt.position for receipt in answers.values() if isinstance(receipt, Receipt)} == {home.head}
    last = (await home.log())[-1]
    assert [event.tag for event in last.events()] == [
        "task.completed",
        "task.reopened",
        "task.completed",
        *["task.created"] * 5,
    ]
    assert len({record.command_id for record in last.records}) == len(sent)


async def test_a_lone_command_is_written_at_once() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    await send(store, CompleteTask(task_id=T))
    await send(store, ReopenTask(task_id=T))
    assert tables.made() == ["put events", "put events"]


async def test_each_command_of_a_group_gets_its_own_answer() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    known = await send(store, CompleteTask(task_id=T), id=(id := home.new_id()))
    tables.made()
    outcomes: list[object] = []
    gate = Gate(tables)

    async def answer(command: Command, id: CommandId | None = None, version: int | None = None) -> None:
        expected = None if version is None else {Ref("task", T): version}
        try:
            outcomes.append(await send(store, command, id=id, expected=expected))
        except AscendError as error:
            outcomes.append(type(error).__name__)

    twice = home.new_id()
    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        group.start_soon(answer, ReopenTask(task_id=T))  # version 3
        await anyio.wait_all_tasks_blocked()
        group.start_soon(answer, CompleteTask(task_id=T), None, 2)  # it has seen the version before
        group.start_soon(answer, CompleteTask(task_id=T), None, 3)
        group.start_soon(answer, CompleteTask(task_id=T), id)  # applied before
        group.start_soon(answer, ReopenTask(task_id=T), id)  # the id of another command
        group.start_soon(answer, paint("twice"), twice)
        group.start_soon(answer, paint("twice"), twice)
        group.start_soon(answer, paint("other"), twice)
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()
    position = home.head
    events = [outcome.events if isinstance(outcome, Receipt) else outcome for outcome in outcomes]
    assert events == [1, "VersionConflict", 1, 1, "CommandIdReused", 1, 1, "CommandIdReused"]
    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert [receipt.position for receipt in receipts] == [position, position, known.position, position, position]
    assert [receipt.repeated for receipt in receipts] == [False, False, True, False, True]
    assert (await home.applied()).count(twice) == 1
    assert tables.made() == ["put events", "put events"]


async def test_a_refusal_is_not_given_before_the_commit_that_it_was_decided_behind() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    tables.made()
    gate, refused = Gate(tables), anyio.Event()
    again: list[Gate] = []

    async def complete() -> None:
        with pytest.raises(VersionConflict):
            await send(store, CompleteTask(task_id=T), expected={Ref("task", T): 1})
        refused.set()

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        group.start_soon(send, store, EditTask(task_id=T, title="Draw"))
        await anyio.wait_all_tasks_blocked()
        group.start_soon(complete)
        await anyio.wait_all_tasks_blocked()
        again.append(Gate(tables))
        gate.opened.set()
        await again[0].reached.wait()
        await anyio.wait_all_tasks_blocked()
        assert not refused.is_set()
        again[0].opened.set()
    assert refused.is_set()


async def test_after_a_conflict_the_whole_group_is_decided_again() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    gate, answers = Gate(tables), Answers()

    async def answer(number: int, command: Command) -> None:
        answers[number] = await send(store, command)

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        for number, command in enumerate((CompleteTask(task_id=T), paint("second"))):
            group.start_soon(answer, number, command)
        await anyio.wait_all_tasks_blocked()
        second = Gate(tables)
        gate.opened.set()
        await second.reached.wait()
        await send(home.process(), CompleteTask(task_id=T))
        second.opened.set()
    completed, created = answers[0], answers[1]
    assert isinstance(completed, Receipt)
    assert isinstance(created, Receipt)
    assert (completed.events, created.events) == (0, 1)
    assert completed.position == created.position == home.head


@pytest.mark.parametrize("most", [1, 3])
async def test_a_group_has_a_limit(most: int) -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(group_commands=most)))
    store, tables = await warm(home)
    await send_behind(store, tables, [paint(n) for n in range(6)])
    assert tables.made() == ["put events"] * (1 + 6 // most)


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


async def test_a_fault_in_one_decision_is_the_outcome_of_that_command_alone() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)

    class Broken(CompleteTask):
        def decide(self, view: View) -> Decision:
            raise ZeroDivisionError

    store._known_commands |= {Broken}  # pyright: ignore[reportPrivateUsage]
    gate, failed, receipts = Gate(tables), anyio.Event(), list[Receipt]()

    async def fail() -> None:
        with pytest.raises(ZeroDivisionError):
            await send(store, Broken(task_id=T))
        failed.set()

    async def keep(command: Command) -> None:
        receipts.append(await send(store, command))

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        for work in (partial(keep, paint("a")), fail, partial(keep, paint("b"))):
            group.start_soon(work)
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()
    assert failed.is_set()
    assert [receipt.position for receipt in receipts] == [home.head, home.head]


# Callers that leave


@pytest.mark.parametrize("where", ["before", "after"])
async def test_a_cancelled_leader_hands_over_and_its_neighbours_are_answered(where: str) -> None:
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
    assert {receipt.position for receipt in receipts.values()} == {home.head}
    assert (await send(store, paint("led"), id=ids[0])).events == 1
    assert (await home.applied()).count(ids[0]) == 1
    assert all(lane.is_idle(1e9) for lane in lanes(store).values())


async def test_a_follower_that_is_cancelled_leaves_its_neighbours_alone() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    gate, receipts, scope = Gate(tables), list[Receipt](), anyio.CancelScope()

    async def leave() -> None:
        with scope:
            await send(store, paint("left"))

    async def stay() -> None:
        receipts.append(await send(store, paint("stayed")))

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        group.start_soon(leave)
        group.start_soon(stay)
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()
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


# Writes without an answer


async def test_each_command_of_a_commit_without_an_answer_is_unknown_and_sent_again_gets_its_receipt() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    ids, gate, unknown = [home.new_id() for _ in range(3)], Gate(tables), list[CommandId]()
    after_first = format_position(home.head + 2)

    async def answer(number: int) -> None:
        with pytest.raises(OutcomeUnknown):
            await send(store, paint(number), id=ids[number])
        unknown.append(ids[number])

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        for number in range(3):
            group.start_soon(answer, number)
        await anyio.wait_all_tasks_blocked()
        tables.go_wrong(lambda call: Fault.LOST_REPLY if call.is_write and call.keys[0].sk == after_first else None)
        gate.opened.set()
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
        await written.wait()
        leader.cancel()
    assert outcomes == [OutcomeUnknown]
    assert (await home.applied()).count(id) == 1


async def test_a_call_that_cannot_be_loaded_harms_no_other() -> None:
    home = await staged_home(paint(), paint("damaged"))
    await home.caught_up()
    bad = Ref("task", task_id("damaged"))
    store, tables = await warm(home)
    real = store.views.to_state

    def to_state(ref: Ref, item: Item | None) -> Versioned:
        if ref == bad:
            raise DamagedViews("a snapshot")
        return real(ref, item)

    store.views.to_state = to_state  # type: ignore[method-assign]
    sent = [*map(paint, range(10)), CompleteTask(task_id=task_id("damaged")), *map(paint, range(10, 20))]
    answers = await send_behind(store, tables, sent)
    kinds = [type(answer) for answer in answers.values()]
    assert kinds == [Receipt] * 10 + [DamagedViews] + [Receipt] * 10
    assert tables.made().count("put events") == 2


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


async def test_commands_that_change_nothing_count_in_the_cache() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    before = cache_of(store).events
    await send_behind(store, tables, [CompleteTask(task_id=T)] * 5)
    assert cache_of(store).events == before + 6


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


async def test_commands_of_many_workspaces_that_come_at_once_take_one_commit_in_each() -> None:
    """Only the very first of them finds nobody else, and leaves alone."""
    home = await staged_home()
    store, tables = await warm(home)
    others = [WorkspaceId.derive(str(n)) for n in range(5)]
    for other in others:
        await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=other)
        await send(store, paint("warm"), to=other)
    tables.made()
    async with anyio.create_task_group() as group:
        for number in range(4):
            for other in others:
                group.start_soon(partial(send, store, paint(number), to=other))
    assert tables.made().count("put events") == len(others) + 1


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


async def test_what_is_loaded_in_the_middle_of_a_group_has_the_changes_of_the_calls_before() -> None:
    """The first command touches the box without asking for it; the second one asks for it, unannounced."""

    class Dissolve(DeleteThing):
        def preloads(self) -> tuple[Ref, ...]:
            return ()

        def decide(self, view: View) -> Decision:
            return [ThingDeleted(at=view.at, by=view.actor, thing_id=shed, parent=house, reparented=(box,))]

    class Rename(RenameThing):
        def preloads(self) -> tuple[Ref, ...]:
            return ()

    house, shed, box = (id_of(ThingId, name) for name in ("house", "shed", "box"))
    things = [(house, None), (shed, house), (box, shed)]
    home = await staged_home(*(CreateThing(thing_id=id, name="Thing", parent=parent) for id, parent in things))
    await home.caught_up()
    store, tables = await warm(home)
    store._known_commands |= {Dissolve, Rename}  # pyright: ignore[reportPrivateUsage]
    answers = await send_behind(store, tables, [Dissolve(thing_id=shed), Rename(thing_id=box, name="Box")])
    assert [type(answer) for answer in answers.values()] == [Receipt] * 2
    known = cache_of(store).entities[Ref("thing", box)]
    states = {Ref("thing", box): NEVER_EXISTED}
    for commit in await home.log():
        states.update(store.model.fold(states, commit.position, commit.events()))
    assert known == states[Ref("thing", box)]
    assert "'Box'" in str(known.state)


async def test_the_commit_of_an_erasure_holds_nothing_else() -> None:
    """It stays when the rest of the log is emptied."""
    home = await staged_home(paint())
    store, tables = await warm(home)
    gate, outcomes = Gate(tables), list[object]()
    erase = Request(workspace=HOME, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=home.new_id())

    async def answer(name: str) -> None:
        try:
            outcomes.append((await send(store, paint(name))).position)
        except AscendError as error:
            outcomes.append(type(error))

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        group.start_soon(answer, "before")
        group.start_soon(store.commands.execute, erase)
        group.start_soon(answer, "after")
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()
    assert outcomes == [home.head - 1, WorkspaceIsErased]
    items = (await home.tables.query(Query(Table.EVENTS, log_partition(HOME)))).items
    assert "workspace.erased" in str(items[-1].attributes["body"])
    assert "task.created" not in str(items[-1].attributes["body"])


async def test_execute_all_applies_commands_in_their_order_and_in_few_commits() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    numbers = list[int]()
    sendings = [Sending(workspace=HOME, command=paint(n), actor=ADA) for n in range(1_200)]
    sendings.insert(
        7, Sending(workspace=HOME, command=CompleteTask(task_id=T), actor=ADA, expected={Ref("task", T): 9})
    )
    sent = [one async for one in store.execute_all(sendings, progress=numbers.append)]
    assert [one.sending for one in sent] == sendings
    assert [type(one.error) for one in sent if one.receipt is None] == [VersionConflict]
    assert numbers == list(range(1, 1_202))
    assert tables.made() == ["put events"] * 3
    made = [event.touches()[0].id for commit in (await home.log())[-3:] for event in commit.events()]
    assert made == [task_id(n) for n in range(1_200)]


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


async def test_execute_all_sends_to_several_workspaces_in_the_order_of_each() -> None:
    home = await staged_home(paint())
    store, other = home.process(), WorkspaceId.derive("other")
    create = Sending(workspace=other, command=CreateWorkspace(name="Other", owner_name="Ada"), actor=ADA)
    mixed = [Sending(workspace=to, command=paint(f"{to}{n}"), actor=ADA) for n in range(20) for to in (HOME, other)]
    sent = [one async for one in store.execute_all([create, *mixed])]
    assert [one.error for one in sent] == [None] * 41
    assert {one.receipt.position for one in sent if one.receipt and one.sending.workspace == other} == {1, 2}
