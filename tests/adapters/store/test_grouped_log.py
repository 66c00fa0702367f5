"""The log where commits hold the commands of many callers: each read is bounded by events as well as by commits."""

from collections.abc import Sequence

import pytest
from support.faulty import FaultyTables
from support.grouped import append_records
from support.scenario import task_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store import event_log
from ascend.domain.ids import CommandId, UserId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import START, Point
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import TaskCreated
from ascend.testing import ADA, HOME, FakeEnvironment

ENVIRONMENT = FakeEnvironment()


def created(number: int, by: UserId = ADA) -> CommandRecord:
    task = TaskCreated(at=ENVIRONMENT.now(), task_id=task_id(number), title=f"Task {number}", by=by)
    return CommandRecord(CommandId(ENVIRONMENT.new_id()), f"digest {number}", by, (task,))


async def log_of(*sizes: int) -> tuple[ascend.Store, Sequence[Commit]]:
    """Return a store with one workspace, whose commits hold so many commands each."""
    store, numbers = ascend.Store(MemoryTables(), ENVIRONMENT), iter(range(100_000))
    commits = [await append_records(store, HOME, [created(next(numbers)) for _ in range(size)]) for size in sizes]
    return store, commits


def point(commit: Commit) -> Point:
    return Point(commit.position, commit.clock, commit.hash)


async def test_a_tail_ends_with_the_commit_with_which_it_holds_so_many_events() -> None:
    store, commits = await log_of(3, 3, 3, 0, 3)

    for events, taken in ((1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3)):
        tail = await store.log.tail(HOME, START, 100, events)
        assert (tail.commits, tail.head) == (commits[:taken], None)
    tail = await store.log.tail(HOME, START, 100, 12)
    assert (tail.commits, tail.head and tail.head.point) == (commits, point(commits[-1]))


async def test_a_tail_behind_a_known_commit_does_not_count_its_events() -> None:
    store, commits = await log_of(3, 3, 3)

    tail = await store.log.tail(HOME, point(commits[0]), 100, 6)
    assert (tail.commits, tail.head and tail.head.point) == (commits[1:], point(commits[-1]))
    assert (await store.log.tail(HOME, point(commits[0]), 100, 3)).head is None
    tail = await store.log.tail(HOME, point(commits[-1]), 100, 1)
    assert (tail.commits, tail.head and tail.head.point) == ([], point(commits[-1]))


async def test_a_command_without_events_counts_as_one_in_a_tail() -> None:
    store, _ = await log_of(1)
    nothing = [CommandRecord(CommandId(ENVIRONMENT.new_id()), "digest", ADA, ()) for _ in range(10)]
    for _ in range(2):
        await append_records(store, HOME, nothing)

    assert (await store.log.tail(HOME, START, 100, 11)).head is None
    assert (await store.log.tail(HOME, START, 100, 12)).head is not None


async def test_a_tail_reads_no_page_behind_its_events(monkeypatch: pytest.MonkeyPatch) -> None:
    store, commits = await log_of(*[2] * 10)
    tables = FaultyTables(store.tables)
    monkeypatch.setattr("ascend.adapters.memory.tables.PAGE_BYTES", 1)  # each commit is a page

    tail = await ascend.Store(tables, ENVIRONMENT).log.tail(HOME, START, 100, 4)

    assert (tail.commits, tail.head) == (commits[:2], None)
    assert len(tables.calls) == 3


async def test_a_page_ends_with_the_commit_with_which_it_holds_enough_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "PAGE_EVENTS", 5)
    store, commits = await log_of(2, 2, 2, 9, 0, 1, 1)

    assert await store.log.commits(HOME, 1, 100) == commits[:3]
    assert await store.log.commits(HOME, 4, 100, predecessor=commits[2].hash) == commits[3:4]
    assert await store.log.commits(HOME, 5, 100) == commits[4:]


async def test_the_latest_commits_are_no_more_than_hold_the_wanted_events() -> None:
    store, commits = await log_of(1, 4, 4, 0, 4)

    assert await store.log.latest(HOME, None, 3) == [commits[4]]
    assert await store.log.latest(HOME, None, 5) == [commits[4], commits[3], commits[2]]
    assert await store.log.latest(HOME, 5, 2) == [commits[3], commits[2]]
    assert await store.log.latest(HOME, None, 50) == commits[::-1]
