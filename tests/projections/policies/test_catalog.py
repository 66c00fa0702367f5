"""The policies that every store has, with the commands that they send."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.policies.given import LIFE
from support.scenario import BEA, MAX, task_id
from support.staged import paint, send

import ascend
from ascend import Store, TaskId, WorkspaceId
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables
from ascend.domain.ids import POLICIES
from ascend.domain.tasks.next_occurrence import next_id
from ascend.testing import ADA, HOME, FakeEnvironment

T = task_id()
WORK = WorkspaceId.derive("work")
BERLIN = ZoneInfo("Europe/Berlin")


def store_on(tables: Tables) -> Store:
    return Store(tables, FakeEnvironment())


@pytest.fixture
async def store() -> Store:
    return await with_policies(store_on(MemoryTables()))


@pytest.fixture
async def any_store(any_tables: Tables) -> Store:
    return await with_policies(store_on(any_tables))


async def with_policies(store: Store) -> Store:
    """Installed; then Ada's two workspaces, each with Bea, Max and a task of Bea's and Max's."""
    await store.worker.run_once()
    for home in (HOME, WORK):
        for command in (*LIFE, paint(), ascend.AssignTask(task_id=T, users=(BEA, MAX))):
            await send(store, command, to=home)
    await store.worker.run_once()
    return store


async def assignees(store: Store, task: TaskId = T, home: WorkspaceId = HOME) -> tuple[ascend.UserId, ...]:
    return (await store.queries.task(home, task, viewer=ADA)).assignees


async def answers(store: Store) -> list[str]:
    """The events that policies caused, in Ada's home."""
    commits = await store.log.commits(HOME, 1, 1_000, consistent=True)
    records = [record for commit in commits for record in commit.records if record.actor == POLICIES]
    return [event.tag for record in records for event in record.events]


# Who is removed


async def test_a_removed_members_open_tasks_in_this_workspace_are_unassigned(any_store: Store) -> None:
    await send(any_store, ascend.RemoveMember(user_id=BEA))

    await any_store.worker.run_once()

    assert await assignees(any_store) == (MAX,)
    assert await assignees(any_store, home=WORK) == (BEA, MAX)
    assert (await any_store.verify()).clean


async def test_also_of_one_who_leaves(store: Store) -> None:
    await send(store, ascend.LeaveWorkspace(), by=MAX)

    await store.worker.run_once()

    assert await assignees(store) == (BEA,)


async def test_who_was_added_again_in_the_meantime_keeps_the_tasks(store: Store) -> None:
    await send(store, ascend.RemoveMember(user_id=BEA))
    await send(store, ascend.AddMember(user_id=BEA, name="Bea"))

    await store.worker.run_once()

    assert await assignees(store) == (BEA, MAX)
    assert (await answers(store), store.policies.counts.nothing) == ([], 0)


async def test_what_is_done_stays_as_it_was(store: Store) -> None:
    await send(store, ascend.CompleteTask(task_id=T))
    await send(store, ascend.RemoveMember(user_id=BEA))

    await store.worker.run_once()

    assert await assignees(store) == (BEA, MAX)


async def test_all_tasks_however_many_pages(store: Store) -> None:
    tasks = [task_id(n) for n in range(120)]
    for n, task in enumerate(tasks):
        await send(store, paint(n))
        await send(store, ascend.AssignTask(task_id=task, users=(BEA,)))
    await send(store, ascend.RemoveMember(user_id=BEA))

    await store.worker.run_once()

    assert [await assignees(store, task) for task in tasks] == [()] * 120
    assert len(await answers(store)) == 121


# What recurs


def nine(day: int) -> ascend.Due:
    """Nine o'clock in Berlin; on 29 March 2026, the clocks go forward."""
    return ascend.ZonedTime.of(datetime(2026, 3, day, 9, tzinfo=BERLIN))


async def repeated(store: Store, rule: str) -> None:
    await send(store, ascend.ScheduleTask(task_id=T, due=nine(28), recurrence=rule))


async def complete(store: Store, task: TaskId) -> None:
    await send(store, ascend.CompleteTask(task_id=task))
    await store.worker.run_once()


async def card(store: Store, task: TaskId) -> Any:
    return await store.queries.task(HOME, task, viewer=ADA)


async def test_when_an_occurrence_is_completed_the_next_is_opened_on_its_own_clock(any_store: Store) -> None:
    store, second, third = any_store, next_id(T), next_id(next_id(T))
    await repeated(store, "FREQ=DAILY;COUNT=3")

    await complete(store, T)
    before, after = await card(store, T), await card(store, second)
    assert (before.status, after.status) == (ascend.Status.DONE, ascend.Status.OPEN)
    assert after.due == nine(29)
    assert after.due.instant.astimezone(UTC) == datetime(2026, 3, 29, 7, tzinfo=UTC)  # 23 hours after the first
    assert (after.title, after.assignees) == ("Paint", (BEA, MAX))

    await complete(store, second)
    assert (await card(store, third)).due == nine(30)

    await complete(store, third)  # the last of the series
    with pytest.raises(ascend.NotFound):
        await card(store, next_id(third))
    open_tasks = (await store.queries.tasks_of(BEA, HOME, viewer=ADA)).items
    assert (open_tasks, (await store.verify()).clean) == ([], True)


async def test_a_task_that_does_not_recur_costs_no_command(store: Store) -> None:
    await complete(store, T)

    counts = store.policies.counts
    assert (counts.applied, counts.nothing, counts.refused) == (0, 0, 0)


async def test_one_that_was_reopened_in_the_meantime_opens_no_other(store: Store) -> None:
    await repeated(store, "FREQ=DAILY")
    await send(store, ascend.CompleteTask(task_id=T))
    await send(store, ascend.ReopenTask(task_id=T))

    await store.worker.run_once()
    assert await answers(store) == []

    await complete(store, T)
    assert (await card(store, next_id(T))).due == nine(29)


async def test_completed_twice_it_opens_one(store: Store) -> None:
    await repeated(store, "FREQ=DAILY")
    await complete(store, T)
    await send(store, ascend.ReopenTask(task_id=T))

    await complete(store, T)

    assert (await answers(store)).count("task.created") == 1


# Never in a rebuild


async def test_only_workers_run_policies(store: Store) -> None:
    await repeated(store, "FREQ=DAILY")
    await send(store, ascend.CompleteTask(task_id=T))
    await send(store, ascend.RemoveMember(user_id=BEA))

    await store.worker.catch_up(HOME)
    await store.rebuild()
    assert (await store.verify()).clean
    await store.commands.dependencies.inline_work.run_small_batch(HOME)
    assert await answers(store) == []

    await store.worker.run_once()
    assert len(await answers(store)) > 0


async def test_a_rebuild_after_the_answers_answers_nothing_again(store: Store) -> None:
    await repeated(store, "FREQ=DAILY")
    await complete(store, T)
    before = (await store.log.head(HOME)).position, await store.digest()

    await store.rebuild()
    await store.worker.run_once()

    assert ((await store.log.head(HOME)).position, await store.digest()) == before


async def test_pruning_leaves_the_positions(store: Store) -> None:
    before = await store.policies.positions.read(HOME)
    await store.rebuild()

    await store.prune(even_if_in_use=True)

    assert await store.policies.positions.read(HOME) == before != {}
