"""A tombstone lives until the record has moved past it, however late that is, and two days longer."""

from datetime import timedelta

import pytest
from support.faulty import Call, Crash, Fault
from support.limits import projection_limits
from support.scenario import task_id, thing_id
from support.staged import Home, StagedTables, staged_home

import ascend
from ascend.adapters.layout.items import TOMBSTONE_TTL
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.testing import ADA, HOME

CHORE, HOUSE, ROOM = task_id("chore"), thing_id("house"), thing_id("room")


async def a_home_whose_task_came_and_went() -> Home:
    """Rendered, but for one commit with which a line came into a feed, and one with which it went."""
    home = await staged_home(ascend.CreateTask(task_id=CHORE, title="Chore"))
    store = home.process()
    await store.worker.run_once()
    await store.execute(HOME, ascend.AssignTask(task_id=CHORE, users=(ADA,)), actor=ADA)
    await store.execute(HOME, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    return home


async def pass_time(home: Home, time: timedelta) -> None:
    """Let time pass. The store removes what has expired, as soon as it may."""
    home.environment.advance(seconds=time.total_seconds())
    for item in await items(home.tables):
        if item.expires is not None and item.expires < home.environment.now().timestamp():
            await home.tables.delete(Table.VIEWS, item.key, Equals({}))


async def items(tables: MemoryTables) -> list[Item]:
    return [item async for page in scan_pages(tables, Table.VIEWS) for item in page]


async def tombstones(home: Home) -> list[Item]:
    return [
        item for item in await items(home.tables) if "workspace" in item.attributes and "data" not in item.attributes
    ]


async def stop_before_the_record_moves(home: Home) -> None:
    def plan(call: Call) -> Fault | None:
        moves = call.is_write and call.keys[0].pk.endswith("#generations")
        return Fault.CRASH_BEFORE if moves else None

    with pytest.raises(Crash):
        await home.process(StagedTables(home.tables, plan)).worker.catch_up(HOME)


async def test_a_late_worker_brings_nothing_back_when_a_stopped_batch_is_picked_up_late() -> None:
    home = await a_home_whose_task_came_and_went()
    await stop_before_the_record_moves(home)
    await pass_time(home, TOMBSTONE_TTL - timedelta(minutes=1))
    late = StagedTables(home.tables)

    async def sleep(call: Call) -> None:
        if call.is_write:
            late.before = None
            await home.process().worker.catch_up(HOME)
            await pass_time(home, timedelta(minutes=5))

    late.before = sleep
    small = projection_limits(commits_per_batch=1)
    await ascend.Store(late, home.environment, limits=small).worker.catch_up(HOME)  # renders the line that came

    assert (await home.process().queries.feed(ADA, viewer=ADA)).items == []
    assert (await home.process().verify()).clean


async def test_a_tombstone_has_no_end_before_the_record_has_moved_and_two_days_from_then_on() -> None:
    home = await a_home_whose_task_came_and_went()
    await stop_before_the_record_moves(home)
    assert [item.expires for item in await tombstones(home)] == [None]
    await pass_time(home, timedelta(days=7))

    await home.process().worker.catch_up(HOME)

    end = int((home.environment.now() + TOMBSTONE_TTL).timestamp())
    assert [item.expires for item in await tombstones(home)] == [end]


async def test_an_end_stays_away_from_what_came_back_meanwhile() -> None:
    home = await a_home_whose_task_came_and_went()
    tables = StagedTables(home.tables)

    async def reopen(call: Call) -> None:
        if call.is_write and call.keys[0].pk.endswith("#generations"):
            tables.after = None
            other = home.process()
            await other.execute(HOME, ascend.ReopenTask(task_id=CHORE), actor=ADA)
            await other.worker.catch_up(HOME)

    tables.after = reopen
    await home.process(tables).worker.catch_up(HOME)

    assert len((await home.process().queries.feed(ADA, viewer=ADA)).items) == 1
    assert all(item.expires is None for item in await items(home.tables) if "data" in item.attributes)


async def test_an_edge_that_ended_gets_its_end_once_folded_has_passed_it() -> None:
    home = await staged_home(
        ascend.CreateThing(thing_id=HOUSE, name="House"), ascend.CreateThing(thing_id=ROOM, name="Room", parent=HOUSE)
    )
    store = home.process()
    await store.worker.run_once()
    await store.execute(HOME, ascend.MoveThing(thing_id=ROOM, parent=None), actor=ADA)

    await store.worker.projector.step(HOME, store.current.generation, leave_folded=True)
    assert [item.expires for item in await ended_edges(home)] == [None]

    await store.worker.projector.settle()
    end = int((home.environment.now() + TOMBSTONE_TTL).timestamp())
    assert [item.expires for item in await ended_edges(home)] == [end]


async def ended_edges(home: Home) -> list[Item]:
    return [item for item in await items(home.tables) if item.attributes.get("there") is False]
