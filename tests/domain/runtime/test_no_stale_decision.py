"""A command is decided on the head of the log, also if it appends nothing, and if somebody else is faster."""

from collections.abc import Awaitable, Callable

import anyio
import pytest
from support.faulty import Call
from support.scenario import BEA, MAX, task_id
from support.staged import Home, StagedTables, paint, send, staged_home

from ascend import Store
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.adapters.table.query import Query
from ascend.domain.errors import InvalidInput, NotAllowed, VersionConflict
from ascend.domain.ids import Ref
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.tasks.commands import CancelTask, CompleteTask, ReopenTask, StartTask
from ascend.domain.tasks.rules import TaskIsCancelled
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import RemoveMember
from ascend.store import Limits
from ascend.testing import ADA, HOME

T = task_id()
SHORT_TAIL = Limits(commands=CommandLimits(tail_commits=10))
Rival = Callable[[], Awaitable[object]]


def once_before(tables: StagedTables, method: str, rival: Rival, *, table: Table = Table.EVENTS) -> None:
    async def hook(call: Call) -> None:
        if (call.method, call.table) == (method, table):
            tables.before = None
            await rival()

    tables.before = hook


def once_after(tables: StagedTables, method: str, rival: Rival, *, table: Table = Table.EVENTS) -> None:
    async def hook(call: Call) -> None:
        if (call.method, call.table) == (method, table):
            tables.after = None
            await rival()

    tables.after = hook


async def warm(home: Home, *commands: Command) -> tuple[Store, StagedTables]:
    """Start a process that has just executed these commands."""
    tables = StagedTables(home.tables)
    store = home.process(tables)
    for command in (*commands, paint("warm")):
        await send(store, command)
    tables.made()
    return store, tables


async def test_a_refusal_decided_on_an_old_state_is_decided_again() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home, CancelTask(task_id=T))
    await send(home.process(), ReopenTask(task_id=T))
    assert (await send(store, CompleteTask(task_id=T))).events == 1
    assert tables.made() == ["query events", "put events"]


async def test_a_no_op_decided_on_an_old_state_is_decided_again() -> None:
    home = await staged_home(paint())
    store, _ = await warm(home, CompleteTask(task_id=T))
    await send(home.process(), ReopenTask(task_id=T))
    receipt = await send(store, CompleteTask(task_id=T))
    assert (receipt.events, receipt.position) == (1, home.head)


@pytest.mark.parametrize("when", [once_before, once_after])
async def test_a_command_that_comes_before_the_confirmation_counts_and_one_that_comes_after_it_does_not(
    when: Callable[..., None],
) -> None:
    home = await staged_home(paint())
    store, tables = await warm(home, CancelTask(task_id=T))
    rival = home.process()
    when(tables, "query", lambda: send(rival, ReopenTask(task_id=T)))
    if when is once_before:
        assert (await send(store, CompleteTask(task_id=T))).events == 1
    else:
        with pytest.raises(TaskIsCancelled):
            await send(store, CompleteTask(task_id=T))
    assert (await home.tags())[-1] == ("task.completed" if when is once_before else "task.reopened")


async def test_a_refusal_costs_one_read_of_the_tail() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home, CompleteTask(task_id=T))
    with pytest.raises(VersionConflict):
        await send(store, ReopenTask(task_id=T), expected={Ref("task", T): 1})
    assert tables.made() == ["query events"]


async def test_a_member_who_was_just_removed_cannot_do_anything() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    rival = home.process()
    once_before(tables, "put", lambda: send(rival, RemoveMember(user_id=MAX)))
    with pytest.raises(NotAllowed):
        await send(store, CompleteTask(task_id=T), MAX)
    assert (await home.tags())[-1] == "workspace.member_removed"


async def test_after_a_conflict_a_command_is_decided_again_on_the_missed_commits() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    rival = home.process()
    once_before(tables, "put", lambda: send(rival, CompleteTask(task_id=T)))
    assert (await send(store, CompleteTask(task_id=T))).events == 0
    assert store.commands.counts.conflicts == 1
    assert (await home.tags()).count("task.completed") == 1


async def test_an_expected_version_is_checked_on_the_head() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    rival, seen = home.process(), {Ref("task", T): 1}
    once_before(tables, "put", lambda: send(rival, StartTask(task_id=T)))
    with pytest.raises(VersionConflict):
        await send(store, CompleteTask(task_id=T), expected=seen)
    assert (await send(store, CompleteTask(task_id=T), expected={Ref("task", T): 2})).events == 1


async def test_an_expected_version_of_an_unknown_kind_is_refused_before_anything_is_read() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    with pytest.raises(InvalidInput, match="no entity is a 'chore'"):
        await send(store, StartTask(task_id=T), expected={Ref("chore", T): 1})
    assert tables.made() == []


@pytest.mark.parametrize("is_warm", [False, True])
async def test_a_snapshot_newer_than_the_head_that_was_read_is_not_used(is_warm: bool) -> None:
    """Between the reads of tail and snapshots, a command is applied and folded. No write is tried on such a mix."""
    home = await staged_home(paint())
    await home.caught_up()
    tables, rival, quick = StagedTables(home.tables), home.process(), anyio.Event()
    store = home.process(tables)

    async def overtake(_: object = None) -> None:
        await send(rival, CompleteTask(task_id=T))
        await home.caught_up()
        quick.set()

    async def snapshots_last(call: Call) -> None:
        if call.method == "batch_get" and call.number > 1:
            await quick.wait()

    if is_warm:
        await send(store, paint("warm"))
        once_before(tables, "batch_get", overtake, table=Table.VIEWS)
    else:
        once_after(tables, "query", overtake)
        tables.before = snapshots_last
    assert (await send(store, ReopenTask(task_id=T))).events == 1
    assert store.commands.counts.conflicts == 0
    assert (await home.tags())[-2:] == ["task.completed", "task.reopened"]


async def test_a_command_runs_a_worker_s_batch_where_the_tail_is_long() -> None:
    home = await staged_home(paint(), limits=SHORT_TAIL)
    for n in range(30):
        await send(home.process(), paint(n))
    store = home.process()
    assert (await store.views.records(HOME))[0].rendered > 0
    assert (await send(store, CompleteTask(task_id=T))).events == 1
    record = (await store.views.records(HOME))[0]
    assert int(record.folded) == int(record.rendered)
    assert home.head - record.folded <= 10


async def test_a_process_far_behind_starts_cold() -> None:
    home = await staged_home(paint(), limits=SHORT_TAIL)
    store, _ = await warm(home)
    rival = home.process()
    for n in range(30):
        await send(rival, paint(n))
    await send(rival, CompleteTask(task_id=T))
    assert (await send(store, CompleteTask(task_id=T))).events == 0
    assert (await send(store, ReopenTask(task_id=T))).position == home.head


async def test_a_process_leaves_a_generation_that_is_no_longer_kept() -> None:
    home = await staged_home(paint())
    await home.caught_up()
    store, _ = await warm(home)
    operator = home.process()
    old = operator.current.generation
    await operator.rebuild()
    record = next(r for r in await operator.views.records(HOME) if r.generation == old)
    await delete_all(home, f"W#{HOME}#{record.incarnation}")
    await delete_all(home, f"W#{HOME}#generations", record.generation.id)
    home.environment.advance(seconds=60)
    assert (await send(store, CompleteTask(task_id=T), BEA)).events == 1
    assert (await send(store, paint(), ADA)).events == 0


async def delete_all(home: Home, pk: str, sk: str | None = None) -> None:
    for item in (await home.tables.query(Query(Table.VIEWS, pk))).items:
        if sk in {None, item.key.sk}:
            assert await home.tables.delete(Table.VIEWS, item.key, Equals({})) is None
