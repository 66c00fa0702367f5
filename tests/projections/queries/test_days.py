"""The days of a person: a query with a time zone answers what a naive look at each task's local day answers."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.scenario import task_id
from support.simulation.looking import pages

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables
from ascend.projections.pattern import LAST
from ascend.projections.queries.days import Days, FieldRange
from ascend.testing import ADA, HOME, FakeEnvironment

AUCKLAND, HONOLULU, BERLIN = "Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin"
CHANGES: dict[str, Sequence[date]] = {
    AUCKLAND: [date(2026, 9, 27), date(2026, 4, 5)],
    HONOLULU: [date(2026, 3, 1)],
    BERLIN: [date(2026, 3, 29), date(2026, 10, 25)],
    "America/Santiago": [date(2026, 9, 6), date(2026, 4, 4), date(2026, 4, 5)],  # at midnight
    "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)],  # at midnight
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 29), date(2026, 10, 30)],  # at midnight
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],  # a midnight that comes twice
    "America/St_Johns": [date(2006, 10, 29), date(2006, 10, 28)],  # a minute after midnight: back to yesterday
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)],  # the 30th did not exist
    "America/Juneau": [date(1867, 10, 17), date(1867, 10, 18)],  # a day that came twice
    "America/Toronto": [date(1919, 3, 30), date(1919, 3, 31)],  # from 23:30 to 00:30
    "UTC": [date(2026, 1, 1)],
}
"""Days on which the clocks of a zone do something odd."""
HALF_HOUR = timedelta(minutes=30)
EDGES: list[ascend.Due | None] = [
    None,
    date.min,
    date.max,
    ascend.ZonedTime.of(datetime.min.replace(tzinfo=UTC)),
    ascend.ZonedTime.of(datetime.max.replace(tzinfo=UTC)),
]


def at(text: str) -> ascend.ZonedTime:
    return ascend.ZonedTime.of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def local_day(due: ascend.Due | None, zone: str | None) -> date | None:
    """Return the day that a calendar on the person's wall shows."""
    if not isinstance(due, ascend.ZonedTime):
        return due
    try:
        return due.instant.astimezone(ZoneInfo(zone or "UTC")).date()
    except OverflowError:
        return date.min if due.instant.year == 1 else date.max


def are_due(
    dues: Sequence[ascend.Due | None], start: date | None, end: date | None, zone: str | None
) -> list[ascend.TaskId]:
    """Return the tasks of these days, in the order of a feed: look at each of them."""

    def key(number: int) -> tuple[str, str]:
        due = dues[number]
        return (due.instant.isoformat() if isinstance(due, ascend.ZonedTime) else str(due or "~"), task_id(number))

    chosen = [
        number
        for number, due in enumerate(dues)
        if (start is None and end is None)
        or ((day := local_day(due, zone)) is not None and (start or date.min) <= day <= (end or date.max))
    ]
    return [task_id(number) for number in sorted(chosen, key=key)]


async def open_tasks(dues: Sequence[ascend.Due | None], tables: Tables | None = None) -> ascend.Store:
    """Return a store in which Ada has a task for each due date, by number."""
    store = ascend.Store(tables or MemoryTables(), FakeEnvironment())
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for number, due in enumerate(dues):
        task = task_id(number)
        await store.execute(HOME, ascend.CreateTask(task_id=task, title="Paint"), actor=ADA)
        await store.execute(HOME, ascend.AssignTask(task_id=task, users=(ADA,)), actor=ADA)
        if due is not None:
            await store.execute(HOME, ascend.ScheduleTask(task_id=task, due=due), actor=ADA)
    await store.worker.run_once()
    return store


async def feed_of(store: ascend.Store, limit: int, **days: Any) -> list[ascend.TaskId]:
    entries = await pages(partial(store.queries.feed, ADA, viewer=ADA, **days), limit)
    return [entry.line.task for entry in entries]


async def list_of(store: ascend.Store, limit: int, **days: Any) -> list[ascend.TaskId]:
    lines = await pages(partial(store.queries.tasks_by_status, HOME, ascend.Status.OPEN, viewer=ADA, **days), limit)
    return [line.task for line in lines]


def around(day: date, zone: str) -> list[ascend.Due]:
    """Return days, and moments every half hour, around a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moments = [ascend.ZonedTime.of(noon + n * HALF_HOUR) for n in range(-100, 101)]
    return [*moments, *(day + timedelta(days=n) for n in range(-3, 4))]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (AUCKLAND, date(2026, 3, 1), 24),
        (HONOLULU, date(2026, 3, 1), 24),
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Asia/Beirut", date(2026, 10, 24), 25),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_has_its_own_hours_and_the_tasks_of_the_whole_day(zone: str, day: date, hours: int) -> None:
    days = Days.of(day, day, zone)

    dues = [due for due in around(day, zone) if days.contain_due(due)]

    moments = sorted(due.instant for due in dues if isinstance(due, ascend.ZonedTime))
    assert len(moments) == 2 * hours
    assert moments == [moments[0] + n * HALF_HOUR for n in range(2 * hours)] if hours else not moments
    assert [due for due in dues if isinstance(due, date)] == [day]


@pytest.mark.parametrize(("zone", "day"), [(zone, day) for zone, days in CHANGES.items() for day in days])
def test_the_range_of_keys_covers_the_days_where_clocks_change(zone: str, day: date) -> None:
    for start, end in ((day, day), (day, None), (None, day)):
        days = Days.of(start, end, zone)
        for due in [*around(day, zone), *EDGES]:
            local = local_day(due, zone)
            inside = local is not None and (start or date.min) <= local <= (end or date.max)
            assert days.contain_due(due) == inside, due
            if inside:
                assert covers(days.dues, due)
            if inside and isinstance(due, ascend.ZonedTime):
                assert covers(days.moments, due)


def covers(between: FieldRange, due: ascend.Due | None) -> bool:
    """Return True if the key of the due date lies in the range, as an engine compares texts."""
    assert due is not None
    return (between.low or "") <= f"{ascend.due_text(due)}#{task_id()}" <= (between.high or "") + LAST


def test_the_range_reaches_a_day_to_each_side_at_most() -> None:
    """Lines of other days are read for nothing: east of Greenwich none, west of it those of the hours between."""
    for zone, low, high in (
        (AUCKLAND, "2026-02-28T11:00:00", "2026-03-02T10:59:59"),
        (HONOLULU, "2026-03-01", "2026-03-03T09:59:59"),
        ("UTC", "2026-03-01", "2026-03-02T23:59:59"),
    ):
        assert Days.of(date(2026, 3, 1), date(2026, 3, 2), zone).dues == FieldRange(low, high, zone)
    assert Days.of(date(2026, 3, 1), date(2026, 3, 2), None).dues == FieldRange("2026-03-01", "2026-03-02")


TASKS = [
    *EDGES,
    *(date(2026, 3, day) for day in (1, 2, 2, 3, 3, 3)),
    *(at(f"2026-03-0{day}T{hour:02}:30") for day in (1, 2, 3) for hour in (0, 9, 10, 11, 23)),
    *(at("2026-03-29T00:30"), at("2026-03-28T23:00"), at("2026-03-28T22:59:59.999999"), at("2026-03-29T22:00")),
    *(at("2026-10-24T22:00"), at("2026-10-25T22:59:59"), at("2026-10-25T23:00"), date(2026, 10, 25)),
]
ASKED: list[tuple[str | None, date | None, date | None]] = [
    *((zone, date(2026, 3, 2), date(2026, 3, 2)) for zone in (None, "UTC", AUCKLAND, HONOLULU)),
    (AUCKLAND, None, date(2026, 3, 2)),
    (HONOLULU, date(2026, 3, 2), None),
    (BERLIN, date(2026, 3, 29), date(2026, 3, 29)),
    (BERLIN, date(2026, 10, 25), date(2026, 10, 25)),
    (HONOLULU, date.min, date.max),
    (AUCKLAND, date.min, date.max),
    (AUCKLAND, None, None),
]


async def test_feeds_and_task_lists_give_exactly_the_tasks_of_local_days_on_every_engine(any_tables: Tables) -> None:
    store = await open_tasks(TASKS, any_tables)

    for zone, start, end in ASKED:
        expected = are_due(TASKS, start, end, zone)
        for limit in (2, 99):
            assert await feed_of(store, limit, start=start, end=end, zone=zone) == expected, (zone, start, end)
            assert sorted(await list_of(store, limit, start=start, end=end, zone=zone)) == sorted(expected)


HOURS = st.sampled_from(sorted(CHANGES)).flatmap(
    lambda zone: st.tuples(st.just(zone), st.sampled_from(CHANGES[zone]), st.integers(-72, 72))
)


def to_due(hour: tuple[str, date, int], whole: bool) -> ascend.Due:
    zone, day, hours = hour
    moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(hours=hours)
    return moment.date() if whole else ascend.ZonedTime.of(moment)


@for_all(
    dues=st.lists(st.builds(to_due, HOURS, st.booleans()) | st.sampled_from(EDGES), max_size=8),
    where=HOURS,
    length=st.integers(0, 3) | st.none(),
    limit=st.integers(1, 3),
)
async def test_any_days_of_any_zone_are_those_of_a_naive_filter(
    dues: list[ascend.Due | None], where: tuple[str, date, int], length: int | None, limit: int
) -> None:
    zone, day, _ = where
    end = None if length is None else day + timedelta(days=length)
    store = await open_tasks(dues)

    assert await feed_of(store, limit, start=day, end=end, zone=zone) == are_due(dues, day, end, zone)


async def test_tasks_that_are_done_are_found_by_the_local_day_on_which_they_were_closed() -> None:
    store = await open_tasks([None] * 4)
    closed = [datetime(2026, 3, day, hour, 59, tzinfo=UTC) for day, hour in ((1, 10), (1, 11), (2, 10), (2, 11))]
    for number, moment in enumerate(closed):
        complete = ascend.CompleteTask(task_id=task_id(number), at=moment)
        await store.importing().execute(HOME, complete, actor=ADA)
    await store.worker.run_once()
    ask: Callable[..., Awaitable[ascend.Page[Any]]] = partial(
        store.queries.done, ADA, viewer=ADA, start=date(2026, 3, 2), end=date(2026, 3, 2)
    )

    auckland, utc = [await pages(partial(ask, zone=zone), 1) for zone in (AUCKLAND, None)]

    assert [entry.line.task for entry in auckland] == [task_id(2), task_id(1)]
    assert [entry.line.task for entry in utc] == [task_id(3), task_id(2)]


async def test_a_cursor_belongs_to_its_zone() -> None:
    store = await open_tasks(TASKS)
    ask = partial(store.queries.feed, ADA, viewer=ADA, start=date(2026, 1, 1), limit=1)
    cursors = [(zone, (await ask(zone=zone)).cursor) for zone in ("Asia/Tokyo", "Asia/Seoul", None)]

    for zone, cursor in cursors:
        await ask(zone=zone, cursor=cursor)
        for other in (other for other, _ in cursors if other != zone):
            with pytest.raises(ascend.InvalidCursor):
                await ask(zone=other, cursor=cursor)


@pytest.mark.parametrize("zone", ["Atlantis", "", "../etc/passwd", "+02:00", "localtime", UTC, 5])
async def test_an_unknown_zone_is_refused(zone: Any) -> None:
    store = await open_tasks([])
    for ask in (feed_of, list_of):
        with pytest.raises(ascend.InvalidInput, match=r"zone|Atlantis|localtime"):
            await ask(store, 9, start=date(2026, 3, 2), zone=zone)


async def test_what_a_zone_may_be_is_said_by_the_names_of_python() -> None:
    queries = (await open_tasks([])).queries
    wrong: Any = UTC
    with pytest.raises(ascend.InvalidInput, match=r"pass zoneinfo\.ZoneInfo or str\]"):
        await queries.feed(ADA, viewer=ADA, zone=wrong)


async def test_a_zone_may_be_a_zone_info() -> None:
    store = await open_tasks(TASKS)
    day = date(2026, 3, 2)

    assert await feed_of(store, 9, start=day, end=day, zone=ZoneInfo(AUCKLAND)) == are_due(TASKS, day, day, AUCKLAND)
