"""Retime finds planned tasks that are no longer at their wall time, and corrects each once, by an ordinary command."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.faulty import Call
from support.scenario import task_id
from support.staged import StagedTables
from support.zone_rules import rules_of_zone

import ascend
from ascend.adapters.layout.keys import commit_key
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.retime import Retiming
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.domain import zones
from ascend.domain.tasks.next_occurrence import next_id
from ascend.testing import ADA, HOME, FakeEnvironment

CALL, DAY, STARTED, DONE, ROME, OLD = (task_id(name) for name in ("call", "day", "started", "done", "rome", "old"))
WEEKLY = "FREQ=WEEKLY"
UTC_1_ALWAYS = "Africa/Lagos"
GONE = ascend.WorkspaceId.derive("cannot be read, or was erased")


def at(text: str, zone: str = "Europe/Berlin") -> ascend.ZonedTime:
    return ascend.ZonedTime.of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def schedules() -> list[ascend.ScheduleTask]:
    return [
        ascend.ScheduleTask(task_id=CALL, start=at("2026-05-31 20:00"), due=at("2026-06-01 09:00"), recurrence=WEEKLY),
        ascend.ScheduleTask(task_id=DAY, due=at("2026-06-01 09:00").instant.date()),
        ascend.ScheduleTask(task_id=STARTED, start=at("2026-01-01 09:00"), due=at("2026-06-01 09:00")),
        ascend.ScheduleTask(task_id=DONE, due=at("2026-06-01 09:00")),
        ascend.ScheduleTask(task_id=ROME, due=at("2026-06-01 09:00", "Europe/Rome")),
    ]


async def fill(store: ascend.Store, workspace: ascend.WorkspaceId = HOME) -> None:
    commands = [
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        *(
            command
            for schedule in schedules()
            for command in (ascend.CreateTask(task_id=schedule.task_id, title="Call"), schedule)
        ),
        ascend.StartTask(task_id=STARTED),
        ascend.CompleteTask(task_id=DONE),
    ]
    for command in commands:
        await store.execute(workspace, command, actor=ADA)
    await store.worker.run_once()


def stale(store: ascend.Store) -> Retiming:
    """Return a run that sees what is rendered now: others have changed the workspace since."""

    async def leave_as_it_is(workspace: ascend.WorkspaceId) -> None: ...

    return Retiming(store.queries, store.commands, leave_as_it_is, apply=True)


@pytest.fixture
async def store() -> ascend.Store:
    store = ascend.Store(StagedTables(MemoryTables()), FakeEnvironment())
    await fill(store)
    return store


async def collect(found: AsyncIterator[ascend.ShiftedTime]) -> list[tuple[ascend.TaskId, str, str, bool]]:
    return sorted(
        [
            (time.task, time.field, time.right.instant.isoformat() if time.right else time.reason, time.corrected)
            async for time in found
        ]
    )


SHIFTED = sorted(
    [
        (CALL, "start", "2026-05-31T19:00:00+00:00"),
        (CALL, "due", "2026-06-01T08:00:00+00:00"),
        (STARTED, "due", "2026-06-01T08:00:00+00:00"),
    ]
)


async def test_nothing_is_listed_while_the_rules_are_those_of_then(store: ascend.Store) -> None:
    assert await collect(store.retime()) == []


async def test_the_second_moment_of_a_time_that_comes_twice_is_right_too(store: ascend.Store) -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    for task, fold in ((DAY, 0), (CALL, 1)):
        due = ascend.ZonedTime.of(twice.replace(fold=fold))
        await store.execute(HOME, ascend.ScheduleTask(task_id=task, due=due), actor=ADA)
    await store.worker.run_once()
    assert await collect(store.retime(apply=True)) == []


async def test_open_and_started_tasks_are_listed_whose_moment_is_not_their_wall_time(
    store: ascend.Store, tmp_path: Path
) -> None:
    """Not those that are done, are due on a day, or lie where the new rules change nothing."""
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        assert await collect(store.retime()) == [(*row, False) for row in SHIFTED]
        assert await collect(store.retime(HOME)) == [(*row, False) for row in SHIFTED]
        [due] = [time async for time in store.retime() if (time.task, time.field) == (CALL, "due")]
        assert (due.workspace, due.title, due.stored.instant) == (HOME, "Call", datetime(2026, 6, 1, 7, tzinfo=UTC))


async def test_each_is_corrected_once_and_its_series_goes_on(store: ascend.Store, tmp_path: Path) -> None:
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        assert await collect(store.retime(apply=True)) == [(*row, True) for row in SHIFTED]
        head = await store.log.last_position(HOME)
        assert await collect(stale(store).run(HOME)) == [(*row, True) for row in SHIFTED]
        assert await store.log.last_position(HOME) == head
        assert await collect(store.retime(apply=True)) == []
        assert await store.log.last_position(HOME) == head

        card = await store.queries.task(HOME, CALL, viewer=ADA)
        assert (card.start, card.due, card.recurrence) == (at("2026-05-31 20:00"), at("2026-06-01 09:00"), WEEKLY)
        await store.execute(HOME, ascend.CompleteTask(task_id=CALL), actor=ADA)
        await store.worker.run_once()
        following = await store.queries.task(HOME, next_id(CALL), viewer=ADA)
        assert (following.start, following.due) == (at("2026-06-07 20:00"), at("2026-06-08 09:00"))
        assert (await store.verify()).clean


@pytest.mark.parametrize("stop", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_that_is_killed_anywhere_is_finished_by_the_next_one(
    store: ascend.Store, tmp_path: Path, stop: int, when: str
) -> None:
    tables, writes = store.tables, 0
    assert isinstance(tables, StagedTables)

    async def kill(call: Call) -> None:
        nonlocal writes
        writes += call.method == "put"
        if writes >= stop:
            raise RuntimeError("killed")

    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        setattr(tables, when, kill)
        with suppress(RuntimeError, ascend.AscendError):
            await collect(store.retime(apply=True))
        assert writes >= stop
        setattr(tables, when, None)
        fresh = ascend.Store(tables, FakeEnvironment(1))
        await collect(fresh.retime(apply=True))
        await fresh.worker.run_once()
        assert await collect(fresh.retime()) == []
        history = (await fresh.queries.history_of(HOME, ascend.Ref("task", CALL), viewer=ADA)).items
        assert [line.event for line in history].count("task.scheduled") == 2


async def test_a_task_that_has_changed_since_it_was_rendered_is_left_to_the_next_run(
    store: ascend.Store, tmp_path: Path
) -> None:
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        await store.execute(HOME, ascend.ScheduleTask(task_id=STARTED, due=at("2026-06-02 18:00")), actor=ADA)
        found = [time async for time in stale(store).run(HOME) if time.task == STARTED]
        assert [(time.corrected, "has changed" in time.reason) for time in found] == [(False, True)]
        await store.worker.run_once()
        assert await collect(store.retime()) == []


async def test_an_archived_workspace_is_listed_and_stays_as_it_is(store: ascend.Store, tmp_path: Path) -> None:
    await store.execute(HOME, ascend.ArchiveWorkspace(), actor=ADA)
    await store.worker.run_once()
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        found = [time async for time in store.retime(apply=True)]
        assert {(time.corrected, "archived" in time.reason) for time in found} == {(False, True)}
        assert len(found) == len(SHIFTED)


async def test_a_zone_that_this_machine_does_not_know_is_named(
    store: ascend.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zones, "MACHINE_DEPENDENT", frozenset({"Europe/Rome"}))
    zones.check_zone.cache_clear()
    [found] = [time async for time in store.retime(apply=True)]
    assert (found.task, found.right, found.corrected) == (ROME, None, False)
    assert "'Europe/Rome' is not a time zone that this machine knows" in found.reason
    zones.check_zone.cache_clear()


async def test_a_workspace_that_cannot_be_read_is_reported_and_the_others_go_on(
    store: ascend.Store, tmp_path: Path
) -> None:
    await store.execute(GONE, ascend.CreateWorkspace(name="New", owner_name="Ada"), actor=ADA)
    await store.tables.put(Table.EVENTS, Item(commit_key(GONE, 2), {}), Absent())
    reported: list[ascend.WorkspaceId] = []
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        found = store.retime(report_unreadable=lambda workspace, _: reported.append(workspace))
        assert await collect(found) == [(*row, False) for row in SHIFTED]
        assert reported == [GONE]
        with pytest.raises(ascend.Damaged):
            await collect(store.retime(GONE))


async def test_what_no_worker_has_rendered_is_found_and_an_erased_workspace_is_no_fault(
    store: ascend.Store, tmp_path: Path
) -> None:
    await store.execute(GONE, ascend.CreateWorkspace(name="Old", owner_name="Ada"), actor=ADA)
    await store.erase(GONE, workers_stopped=True)
    task = ascend.TaskId(store.environment.new_id())
    await store.execute(HOME, ascend.CreateTask(task_id=task, title="Late"), actor=ADA)
    await store.execute(HOME, ascend.ScheduleTask(task_id=task, due=at("2026-07-01 09:00")), actor=ADA)
    reported: list[ascend.WorkspaceId] = []
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        found = [
            time.task async for time in store.retime(report_unreadable=lambda workspace, _: reported.append(workspace))
        ]
    assert (task in found, reported) == (True, [])
    with pytest.raises(ascend.NotFound):
        await collect(store.retime(GONE))


async def test_any_number_of_tasks_is_read_page_by_page(tmp_path: Path) -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for n in range(120):
        await store.execute(HOME, ascend.CreateTask(task_id=task_id(n), title="x"), actor=ADA)
        due = at(f"2026-06-{1 + n % 28:02} 09:00")
        await store.execute(HOME, ascend.ScheduleTask(task_id=task_id(n), due=due), actor=ADA)
    await store.worker.run_once()
    with rules_of_zone(tmp_path, "Europe/Berlin", like=UTC_1_ALWAYS):
        assert len({time.task async for time in store.retime(apply=True)}) == 120
        await store.worker.run_once()
        assert await collect(store.retime()) == []
