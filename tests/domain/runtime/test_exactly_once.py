"""A command sent again with the same id has no second effect and gets the first receipt, whatever happened between."""

from dataclasses import replace

import anyio
import pytest
from support.faulty import Crash, Fault
from support.scenario import MAX, comment_id, task_id
from support.staged import StagedTables, paint, send, staged_home

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.command_records import to_applied
from ascend.adapters.table.pages import scan_pages
from ascend.domain.comments.commands import PostComment
from ascend.domain.errors import (
    CommandFromTheFuture,
    CommandIdReused,
    CommandTooOld,
    OutcomeUnknown,
    Refusal,
    StoreUnavailable,
)
from ascend.domain.ids import CommandId, Ref
from ascend.domain.runtime.request import AHEAD, Receipt
from ascend.domain.runtime.service import RETENTION
from ascend.domain.tasks.commands import CompleteTask, CreateTask, ReopenTask
from ascend.domain.tasks.rules import TaskExists
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import RenameWorkspace
from ascend.testing import ADA, FakeEnvironment

DERIVED = CommandId.derive("an importer's")


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("derived", [False, True])
async def test_a_command_sent_again_on_the_same_or_another_process_gets_the_first_receipt(
    folded: bool, derived: bool
) -> None:
    home = await staged_home()
    store, id = home.process(), DERIVED if derived else home.new_id()
    first = await send(store, paint(), id=id)
    if folded:
        await home.caught_up()
    assert await send(store, paint(), id=id) == first
    assert await send(home.process(), paint(), id=id) == first
    assert await send(home.process(), paint("other")) == replace(
        first, command_id=(await home.applied())[-1], position=first.position + 1
    )
    assert await send(store, paint(), id=id) == first
    assert (await home.applied()).count(id) == 1


async def test_a_command_sent_again_does_not_bring_back_an_effect_that_was_undone() -> None:
    home = await staged_home(paint())
    store, id = home.process(), home.new_id()
    first = await send(store, CompleteTask(task_id=task_id()), id=id)
    await send(store, ReopenTask(task_id=task_id()))
    assert await send(home.process(), CompleteTask(task_id=task_id()), id=id) == first
    assert (await home.tags())[-1] == "task.reopened"


@pytest.mark.parametrize("id", [DERIVED, None])
async def test_a_command_sent_at_once_on_several_processes_is_applied_once(id: CommandId | None) -> None:
    home = await staged_home()
    id = id or home.new_id()
    receipts = set[Receipt]()

    async def send_once() -> None:
        receipts.add(await send(home.process(), paint(), id=id))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(send_once)
    assert len(receipts) == 1
    assert (await home.applied()).count(id) == 1


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST_REPLY, Fault.LOST_REQUEST])
@pytest.mark.parametrize("warm", [False, True])
async def test_a_command_is_applied_once_whatever_fault_happens_at_any_call(fault: Fault, warm: bool) -> None:
    """After a failed read or a crash, the sender sends again. A write without an answer is resolved by the process."""
    number, struck = 1, True
    while struck:
        home = await staged_home(paint("before"))
        tables = StagedTables(home.tables)
        store, id = home.process(tables), home.new_id()
        if warm:
            await send(store, paint("warm"))
        tables.go_wrong({number: fault})
        try:
            await send(store, paint(), id=id)
        except (Crash, StoreUnavailable):
            store = home.process()
        struck = len(tables.calls) >= number
        again = await send(store, paint(), id=id)
        assert (await home.applied()).count(id) == 1
        assert (await home.applied()).index(id) == again.position - 1
        number += 1
    assert number > 2 - warm


async def test_a_lost_reply_is_resolved_by_the_write_itself() -> None:
    home = await staged_home()
    tables = StagedTables(home.tables)
    store = home.process(tables)
    await send(store, paint("warm"))
    tables.go_wrong({1: Fault.LOST_REPLY})
    assert (await send(store, paint())).position == home.head
    assert tables.made() == ["put events", "put events"]
    assert (store.commands.counts.resent, store.commands.counts.conflicts) == (1, 0)


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_REPLY])
async def test_no_answer_to_any_send_is_an_unknown_outcome_which_sending_again_resolves(fault: Fault) -> None:
    home = await staged_home()
    tables = StagedTables(home.tables, lambda call: fault if call.is_write else None)
    store, id = home.process(tables), home.new_id()
    with pytest.raises(OutcomeUnknown):
        await send(store, paint(), id=id)
    assert sum(call.is_write for call in tables.calls) == home.limits.commands.sends
    tables.go_wrong({})
    receipt = await send(store, paint(), id=id)
    assert (receipt.position, receipt.events) == (4, 1)
    assert home.head == 4


async def test_a_write_that_arrives_after_its_sender_gave_up_is_found() -> None:
    home = await staged_home()
    tables = StagedTables(home.tables, lambda call: Fault.LOST_REQUEST if call.is_write else None)
    store, id = home.process(tables), home.new_id()
    with pytest.raises(OutcomeUnknown):
        await send(store, paint(), id=id)
    late = await send(home.process(), paint(), id=id)  # the delayed write, as far as anybody can see
    tables.go_wrong({})
    assert await send(store, paint(), id=id) == late
    assert (await home.applied()).count(id) == 1


OTHERS: list[tuple[Command, dict[Ref, int]]] = [
    (paint("other"), {}),
    (CompleteTask(task_id=task_id()), {}),
    (paint(), {Ref("task", task_id()): 0}),
]


@pytest.mark.parametrize(("command", "expected"), OTHERS)
@pytest.mark.parametrize("folded", [False, True])
async def test_an_id_cannot_be_used_for_another_command(
    command: Command, expected: dict[Ref, int], folded: bool
) -> None:
    home = await staged_home()
    id = home.new_id()
    await send(home.process(), paint(), id=id)
    if folded:
        await home.caught_up()
    store = home.process()
    with pytest.raises(CommandIdReused):
        await send(store, command, id=id, expected=expected)
    with pytest.raises(CommandIdReused):
        await send(store, paint(), MAX, id=id)
    assert (await send(store, paint(), ADA, id=id)).events == 1


async def test_a_refused_command_leaves_no_trace_and_is_decided_again() -> None:
    home = await staged_home(paint())
    store, refused = home.process(), home.new_id()
    text = PostComment(comment_id=comment_id(), task_id=task_id("later"), text="?")
    with pytest.raises(Refusal):
        await send(store, text, id=refused)
    await send(store, paint("later"))
    assert (await send(store, text, id=refused)).events == 1


@pytest.mark.parametrize("is_folded", [False, True])
async def test_a_command_that_changed_nothing_has_no_effect_when_it_is_sent_again_later(is_folded: bool) -> None:
    home = await staged_home(paint())
    store, nothing, task = home.process(), home.new_id(), task_id()
    await send(store, CompleteTask(task_id=task))
    first = await send(store, CompleteTask(task_id=task), id=nothing)
    assert (first.events, first.repeated, first.position) == (0, False, home.head)
    await send(store, ReopenTask(task_id=task))
    if is_folded:
        await home.caught_up()
    for process in (store, home.process()):
        again = await send(process, CompleteTask(task_id=task), id=nothing)
        assert (again, again.repeated) == (first, True)
        with pytest.raises(CommandIdReused):
            await send(process, RenameWorkspace(name="House"), id=nothing)
    assert (await home.tags())[-1] == "task.reopened"


async def test_an_id_from_the_future_is_refused_at_the_edge() -> None:
    home = await staged_home()
    early = CommandId(home.environment.id_of(home.environment.now() + AHEAD))
    receipt = await send(home.process(), paint(), id=early)
    late = home.process(ahead=-1)
    assert await send(late, paint(), id=early) == receipt  # a host whose clock was ahead has sent it before
    with pytest.raises(CommandFromTheFuture):
        await send(late, paint("x"), id=CommandId(home.environment.id_of(home.environment.now() + AHEAD)))


async def test_an_id_older_than_its_record_is_refused() -> None:
    home = await staged_home()
    id, store = home.new_id(), home.process()
    first = await send(store, paint(), id=id)
    await send(store, paint("derived"), id=DERIVED)
    await home.caught_up()
    home.environment.advance(seconds=RETENTION.total_seconds())
    assert await send(store, paint(), id=id) == first
    home.environment.advance(seconds=1)
    for process in (store, home.process()):
        with pytest.raises(CommandTooOld):
            await send(process, paint(), id=id)
        assert (await send(process, paint("derived"), id=DERIVED)).events == 1
    with pytest.raises(TaskExists):
        await send(store, CreateTask(task_id=task_id(), title="Paint it blue"))


async def test_records_outlive_the_retention_and_those_of_ids_without_a_time_never_expire() -> None:
    home = await staged_home()
    store, id = home.process(), home.new_id()
    await send(store, paint(), id=id)
    await send(store, paint("derived"), id=DERIVED)
    await home.caught_up()
    records = {
        applied.command_id: item.expires
        async for page in scan_pages(home.tables)
        for item in page
        if item.key.sk.startswith((keys.COMMAND_PREFIX, keys.PACK_PREFIX))
        for applied in to_applied(item)
    }
    made = (id.time or 0) / 1_000
    assert records[DERIVED] is None
    assert (records[id] or 0) >= made + RETENTION.total_seconds() + AHEAD.total_seconds()


async def test_an_expected_entity_whose_id_cannot_be_is_refused_before_and_after_a_worker_ran() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    home = ascend.WorkspaceId(store.environment.new_id())
    ada = ascend.UserId("ada")
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ada)
    rename = ascend.RenameWorkspace(name="House")
    for _ in range(2):
        cold = ascend.Store(store.tables, store.environment)
        with pytest.raises(ascend.InvalidInput):
            await cold.execute(home, rename, actor=ada, expected={ascend.Ref("task", "a#b"): 0})
        await store.worker.run_once()
