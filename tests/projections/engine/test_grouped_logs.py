"""Logs of few commits with many commands, through the worker, rebuild, verify, policies and queries, on every engine."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from support.grouped import append_records, regroup
from support.scenario import task_id
from support.staged import send, staged_home

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.commit import Commit
from ascend.domain.tasks.commands import CreateTask, EditTask
from ascend.domain.tasks.task import TaskCreated
from ascend.projections.engine.beginning import SHORT
from ascend.projections.limits import ProjectionLimits
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.history import HistoryLine
from ascend.testing import ADA, HOME


async def grouped(tables: Tables, commands: int, size: int) -> ascend.Store:
    """Return a store with a home of so many tasks, each of them created and edited, in commits of so many commands."""
    home = await staged_home()
    source = home.process()
    for number in range(commands // 2):
        await send(source, CreateTask(task_id=task_id(number), title=f"Task {number}"))
        await send(source, EditTask(task_id=task_id(number), title=f"Edited {number}"))
    store = ascend.Store(tables, home.environment)
    await regroup(source, store, HOME, [size] * (commands // size) + [0, 1])
    return store


async def test_every_engine_projects_rebuilds_and_verifies_grouped_commits(any_tables: Tables) -> None:
    store = await grouped(any_tables, 60, 20)

    await store.worker.catch_up(HOME)

    assert (await store.verify()).clean
    page = await store.queries.history_of(HOME, ascend.Ref("task", task_id(3)), viewer=ADA)
    assert [line.event for line in page.items] == ["task.edited", "task.created"]
    assert len({(line.position, line.index) for line in page.items}) == 2
    before = await store.digest()
    await store.rebuild()
    assert (await store.digest()) == before
    assert (await store.verify()).clean


async def test_a_log_of_few_commits_with_many_events_is_written_by_ordinary_batches() -> None:
    store = await grouped(MemoryTables(), SHORT + 20, 100)

    await store.worker.run_once()

    (record,) = await store.views.records(HOME)
    head = await store.log.last_position(HOME)
    assert (record.built_at, record.rendered) == (0, head)
    assert (await store.verify()).clean


async def test_batches_read_about_as_many_events_as_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await grouped(MemoryTables(), 120, 10)  # each commit is about five tasks
    store.worker.projector.commits.limits = ProjectionLimits(entities_per_batch=15)
    read, commits_of = list[int](), TableEventLog.commits

    async def commits(log: TableEventLog, *args: Any, **kwargs: Any) -> Sequence[Commit]:
        found = await commits_of(log, *args, **kwargs)
        read.extend(commit.position for commit in found)
        return found

    monkeypatch.setattr(TableEventLog, "commits", commits)
    await store.worker.catch_up(HOME)

    head = await store.log.last_position(HOME)
    assert set(read) == set(range(1, head + 1))
    assert len(read) <= 2 * head  # each batch begins with the commit behind which it goes on


async def test_pages_of_history_hold_all_lines_of_grouped_commits_once() -> None:
    store = await grouped(MemoryTables(), 60, 20)
    await append_records(store, HOME, [])
    await store.worker.catch_up(HOME)

    pages: list[int] = []

    async def history(cursor: str | None) -> ascend.Page[HistoryLine]:
        page = await store.queries.history(HOME, viewer=ADA, limit=5, cursor=cursor)
        pages.append(len(page.items))
        return page

    lines = [line async for line in all_items(history)]

    places = [(line.position, line.index) for line in lines]
    assert places == sorted(set(places), reverse=True)
    commits = await store.log.commits(HOME, 1, 100)
    records = [record for commit in commits for record in commit.records for _ in record.events]
    assert [line.command for line in lines] == [record.command_id for record in records[::-1]]
    assert max(pages) <= 5 + 20  # whole commits


async def test_a_policy_answers_every_command_of_a_grouped_commit() -> None:
    answered: list[str] = []

    async def note(event: TaskCreated, _: ascend.PolicyContext) -> AsyncGenerator[ascend.Reaction]:
        answered.append(event.task_id)
        yield ascend.Reaction(EditTask(task_id=event.task_id, add_tags=("seen",)), name="tag")

    home, tables = await staged_home(), MemoryTables()
    app = ascend.LIFE_OS.extended(policies=[ascend.Policy("tagging", {TaskCreated: note})])
    store = ascend.Store(tables, home.environment, app)
    await store.worker.run_once()  # installs the policy
    source = home.process()
    for number in range(6):
        await send(source, CreateTask(task_id=task_id(number), title="x"))
    await regroup(source, store, HOME, [9])

    await store.worker.run_once()
    await store.worker.run_once()

    assert set(answered) == {task_id(number) for number in range(6)}
    records = [each for commit in await store.log.commits(HOME, 2, 100) for each in commit.records]
    assert len({record.command_id for record in records}) == len(records) == 6
