"""An event that cannot be folded stalls its own workspace only, which is shown. After an upgrade or a rebuild it continues."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import anyio
import pytest
from support.applications import life_os
from support.chained import chained
from support.scenario import task_id
from support.simulation.busy import a_busy_store, a_copy, everything, overwrite
from support.simulation.histories import History
from support.workers.house import following

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.stored_commits import to_item
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.port import Tables
from ascend.domain.event import Event
from ascend.domain.ids import CommandId
from ascend.domain.runtime.body import encode
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Kind, Model
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import Task, TaskEvent, TaskStarted, evolve
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, FakeEnvironment, VirtualEnvironment, run_in_virtual_time

BAD, GOOD = (ascend.WorkspaceId.derive(name) for name in ("bad", "good"))
CHORE, NOBODY = task_id("chore"), task_id("nobody")
BODY = '{"commands": [{"id": "%s", "digest": "", "actor": "ada", "events": [%s]}]}'


class Painted(TaskEvent, tag="task.painted"):
    """An event that only the next version of the program knows."""


class StartedIn(TaskEvent, tag="task.started", version=2):
    room: str


def evolve_newer(task: Task | None, event: Any, me: str) -> Task:
    match event:
        case Painted() if task is not None:
            return replace(task, title=f"{task.title}, painted")
        case StartedIn():
            return evolve(task, TaskStarted(at=event.at, by=event.by, task_id=event.task_id), me)
        case _:
            return evolve(task, event, me)


def with_a_room(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "room": "?"}


def newer() -> Model:
    kinds = {**LIFE_OS.model.kinds, "task": Kind(Task, Painted | StartedIn, evolve_newer)}
    newer_events: dict[str, type[Event]] = {Painted.tag: Painted, StartedIn.tag: StartedIn}
    events = {**LIFE_OS.model.events, **newer_events}
    return replace(LIFE_OS.model, kinds=kinds, events=events, upcasters={("task.started", 1): with_a_room})


async def two_homes(tables: Tables) -> tuple[ascend.Store, FakeEnvironment]:
    """A task in each; the bad one gets three more commits, of which nothing is projected."""
    environment = FakeEnvironment()
    store = ascend.Store(tables, environment)
    for home in (BAD, GOOD):
        await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        await store.execute(home, ascend.CreateTask(task_id=CHORE, title="Chore"), actor=ADA)
    await store.worker.run_once()
    return store, environment


async def append(store: ascend.Store, position: int, events: Sequence[Event], **changed: Value) -> None:
    record = CommandRecord(CommandId(store.environment.new_id()), "", ADA, tuple(events))
    now = store.environment.now()
    clock = int(now.timestamp() * 1_000)
    commit = Commit(BAD, position, store.environment.new_id(), clock, now, (record,), b"")
    item = to_item(commit, encode([record]))
    item = replace(item, attributes={**item.attributes, **changed})
    predecessor = (await store.log.head(BAD)).hash
    await store.tables.put(Table.EVENTS, chained(BAD, predecessor, item), Absent())


def about(kind: type[TaskEvent], store: ascend.Store, **data: str) -> Event:
    return kind.model_validate({"at": store.environment.now(), "by": ADA, "task_id": CHORE, **data})


@pytest.mark.parametrize("what", ["type", "version", "format", "body", "fold"])
async def test_it_stalls_alone_and_loudly_right_before_what_it_cannot_read(what: str) -> None:
    store, _ = await two_homes(MemoryTables())
    await store.execute(BAD, ascend.PrioritiseTask(task_id=CHORE, priority=ascend.Priority.LOW), actor=ADA)
    await store.execute(GOOD, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    match what:
        case "type":
            await append(store, 4, [about(Painted, store)])
        case "version":
            await append(store, 4, [about(StartedIn, store, room="hall")])
        case "format":
            await append(store, 4, [], format="json/9")
        case "body":
            await append(store, 4, [], body="{")
        case _:
            nobody = about(TaskStarted, store).model_copy(update={"task_id": task_id("nobody")})
            await append(store, 4, [nobody])
    for _ in range(2):
        assert (await store.worker.run_once()).stalled == (BAD,)
    bad, good = sorted([status async for status in store.status()], key=lambda status: status.workspace == GOOD)
    assert (bad.rendered, bad.folded, bad.lag) == (3, 3, 1)
    assert bad.stalled
    assert (good.rendered, good.stalled) == (3, "")
    with pytest.raises(ascend.Damaged if what == "body" else ascend.UpgradeRequired, match=r"commit 4 of|at 4 cannot"):
        await store.execute(BAD, ascend.CompleteTask(task_id=NOBODY if what == "fold" else CHORE), actor=ADA)
    assert (await store.verify()).lag == 1


async def test_after_an_upgrade_it_goes_on() -> None:
    store, environment = await two_homes(MemoryTables())
    await append(store, 3, [about(Painted, store)])
    await append(store, 4, [about(StartedIn, store, room="hall")])
    await store.worker.run_once()
    upgraded = ascend.Store(store.tables, environment, life_os(model=newer()))
    assert (await upgraded.worker.run_once()).stalled == ()
    assert [one.stalled async for one in upgraded.status()] == ["", ""]
    card = await upgraded.queries.task(BAD, CHORE, viewer=ADA)
    assert (card.title, card.status) == ("Chore, painted", ascend.Status.STARTED)
    assert (await upgraded.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)).position == 5


def test_old_workers_that_follow_go_on_with_the_other_workspaces_until_newer_ones_take_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        environment = VirtualEnvironment()
        store = ascend.Store(MemoryTables(), environment)
        for home in (BAD, GOOD):
            await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
            await store.execute(home, ascend.CreateTask(task_id=CHORE, title="Chore"), actor=ADA)
        async with following(store.worker):
            await anyio.sleep(5)
            await append(store, 3, [about(Painted, store)])
            await anyio.sleep(600)
            receipt = await store.execute(GOOD, ascend.CompleteTask(task_id=CHORE), actor=ADA)
            await store.wait_for(receipt, seconds=1)
            assert {status.workspace: status.stalled != "" async for status in store.status()} == {
                BAD: True,
                GOOD: False,
            }

            upgraded = ascend.Store(store.tables, environment, life_os(model=newer()))
            async with following(upgraded.worker):
                await anyio.sleep(60)
                receipt = await upgraded.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)
                await upgraded.wait_for(receipt, seconds=10)
                assert [status.stalled async for status in upgraded.status()] == ["", ""]
                assert (await upgraded.queries.task(BAD, CHORE, viewer=ADA)).title == "Chore, painted"

    run_in_virtual_time(main)
    stalls = [record for record in caplog.records if record.getMessage().startswith("workspace.stalled")]
    assert len(stalls) <= 2  # one for each reason


async def test_a_rebuild_by_a_process_that_reads_less_than_was_read_does_not_switch() -> None:
    store, environment = await two_homes(MemoryTables())
    await append(store, 3, [about(Painted, store)])
    await ascend.Store(store.tables, environment, life_os(model=newer())).worker.run_once()
    with pytest.raises(ascend.UpgradeRequired):
        await store.rebuild()
    assert (await store.views.state()).epochs == {}


async def test_a_rebuild_is_not_held_up_by_a_workspace_that_stalls_anyway() -> None:
    store, _ = await two_homes(MemoryTables())
    await append(store, 3, [about(Painted, store)])
    await store.worker.run_once()
    await store.rebuild()
    assert [status.rendered async for status in store.status()] == [2, 2]


async def restored(store: ascend.Store, history: History, *, replaced: bool) -> Tables:
    """The views as they are, the log from a backup, and gone another way since."""
    lost = tuple(keys.commit_key(history.workspace, position) for position in range(51, len(history.commits) + 1))
    tables = await a_copy(store.tables, without=lost)
    if replaced:
        copy = await store.tables.get(Table.EVENTS, lost[-1])
        assert copy is not None
        for key in lost:
            changed = {"id": store.environment.new_id(), "body": BODY % (store.environment.new_id(), "")}
            predecessor = (await ascend.Store(tables).log.head(history.workspace)).hash
            again = chained(history.workspace, predecessor, Item(key, {**copy.attributes, **changed}))
            await tables.put(Table.EVENTS, again, Absent())
    return tables


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_log_from_a_backup_stalls_until_all_is_rebuilt(*, replaced: bool) -> None:
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    other = ascend.WorkspaceId(environment.new_id())
    await store.execute(other, ascend.CreateWorkspace(name="Other", owner_name="Ada"), actor=ADA)
    back = ascend.Store(await restored(store, history, replaced=replaced), environment)
    assert (await back.worker.run_once()).stalled == (history.workspace,)
    status = {status.workspace: status async for status in back.status()}
    assert "rebuild" in status[history.workspace].stalled
    assert (status[other].rendered, status[other].stalled) == (1, "")
    assert {d.what for d in (await back.verify()).differences} == {"log"}
    with pytest.raises(ascend.LogDiverged):
        await back.rebuild("feed")
    await back.rebuild()
    assert (await back.worker.run_once()).stalled == ()
    assert (await back.verify()).clean


async def test_when_the_right_log_is_back_nothing_stalls_any_more() -> None:
    store, history = await a_busy_store()
    tables = await restored(store, history, replaced=False)
    back = ascend.Store(tables, store.environment)
    await back.worker.run_once()
    for table, item in await everything(store.tables):
        if table is Table.EVENTS:
            await overwrite(tables, table, item)
    assert (await back.worker.run_once()).stalled == ()
    assert [status.stalled async for status in back.status()] == [""]


async def test_a_gap_in_the_log_stalls() -> None:
    store, environment = await two_homes(MemoryTables())
    await append(store, 3, [])
    await append(store, 4, [about(TaskStarted, store)])
    key = keys.commit_key(BAD, 3)
    missing = await store.tables.get(Table.EVENTS, key)
    assert missing is not None
    await store.tables.delete(Table.EVENTS, key, Equals({}))
    assert (await store.worker.run_once()).stalled == (BAD,)
    assert "gap at 3" in next(one.stalled for one in [s async for s in store.status()] if one.workspace == BAD)
    await store.tables.put(Table.EVENTS, missing, Absent())
    assert (await ascend.Store(store.tables, environment).worker.run_once()).stalled == ()
