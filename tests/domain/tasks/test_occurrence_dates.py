"""The start and the due date of the next occurrence of a Task, by the calendar and by the wall clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.rules import rules
from support.scenario import MEMBERS, task_id

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import POLICIES
from ascend.domain.tasks.commands import CompleteTask, CreateTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Task, TaskScheduled
from ascend.domain.values import Due, ZonedTime, is_after
from ascend.testing import Scenario, given

WATER, FIRST, WEEKLY = task_id("water"), date(2026, 5, 1), "FREQ=WEEKLY"
CREATE, DONE = CreateTask(task_id=WATER, title="Water"), CompleteTask(task_id=WATER)
OPEN_NEXT = OpenNextOccurrence(task_id=WATER)


def recurring(schedule: ScheduleTask) -> Scenario:
    return given(*MEMBERS).after(CREATE, schedule, DONE)


def at(text: str, zone: str = "Europe/Berlin") -> ZonedTime:
    return ZonedTime.of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


NEW_YORK = "America/New_York"
MOVES: list[tuple[str, Due | None, Due, str, Due | None, Due]] = [
    ("no start", None, FIRST, WEEKLY, None, date(2026, 5, 8)),
    ("days", date(2026, 4, 29), FIRST, WEEKLY, date(2026, 5, 6), date(2026, 5, 8)),
    ("one day", FIRST, FIRST, "FREQ=YEARLY", date(2027, 5, 1), date(2027, 5, 1)),
    (
        "clocks go forward between",  # on 29 March, at 02:00
        at("2026-03-22 09:00"),
        at("2026-03-23 18:00"),
        WEEKLY,
        at("2026-03-29 09:00"),
        at("2026-03-30 18:00"),
    ),
    (
        "start in the hour that is skipped",
        at("2026-03-22 02:30"),
        at("2026-03-22 12:00"),
        WEEKLY,
        at("2026-03-29 02:30"),  # 03:30 on the clocks
        at("2026-03-29 12:00"),
    ),
    (
        "start in the hour that comes twice",  # on 25 October
        at("2026-10-18 02:30"),
        at("2026-10-18 12:00"),
        WEEKLY,
        ZonedTime(
            instant=datetime.fromisoformat("2026-10-25T00:30:00Z"),
            zone="Europe/Berlin",
            wall=datetime.fromisoformat("2026-10-25T02:30"),
        ),
        at("2026-10-25 12:00"),
    ),
    (
        "start in another zone",  # New York changes its clocks on 8 March, Berlin three weeks later
        at("2026-03-04 08:00", NEW_YORK),
        at("2026-03-05 18:00"),
        WEEKLY,
        at("2026-03-11 08:00", NEW_YORK),
        at("2026-03-12 18:00"),
    ),
    ("a time before a day", at("2026-04-30 22:00"), FIRST, WEEKLY, at("2026-05-07 22:00"), date(2026, 5, 8)),
    (
        "a day before a time",
        date(2026, 3, 27),
        at("2026-03-28 02:30"),
        "FREQ=DAILY",
        date(2026, 3, 28),
        at("2026-03-29 02:30"),
    ),
    (
        "never behind the due date",  # 13:30 UTC, an hour later once New York's clocks have changed
        at("2026-10-30 09:30", NEW_YORK),
        at("2026-10-30 13:45", "UTC"),
        WEEKLY,
        at("2026-11-06 13:45", "UTC"),
        at("2026-11-06 13:45", "UTC"),
    ),
]


@pytest.mark.parametrize(
    ("start", "due", "rule", "next_start", "next_due"), [row[1:] for row in MOVES], ids=[row[0] for row in MOVES]
)
def test_the_dates_of_a_task_move_by_the_calendar_and_the_wall_clock(
    start: Due | None, due: Due, rule: str, next_start: Due | None, next_due: Due
) -> None:
    history = recurring(ScheduleTask(task_id=WATER, start=start, due=due, recurrence=rule))
    state = history.after(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.start, state.due, state.recurrence, state.first) == (next_start, next_due, rule, due)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_series_lies_within_the_calendar(year: int) -> None:
    """At the edge of the calendar, a moment may lie outside it in some zone."""
    for start, due in ((None, date(year, 6, 1)), (date(1, 1, 1), date(2026, 5, 1))):
        with pytest.raises(InvalidInput, match="between the years"):
            given(*MEMBERS).after(CREATE, ScheduleTask(task_id=WATER, start=start, due=due, recurrence=WEEKLY))
        once = given(*MEMBERS).after(CREATE, ScheduleTask(task_id=WATER, start=start, due=due))
        assert once.state(Task, WATER).due == due


ZONES = st.sampled_from([ZoneInfo(name) for name in ("Europe/Berlin", NEW_YORK, "Asia/Kathmandu", "Pacific/Apia")])
TIMES = st.builds(ZonedTime.of, st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=ZONES))  # noqa: DTZ001
DUES: st.SearchStrategy[Due] = st.dates(date(2000, 1, 1), date(2040, 1, 1)) | TIMES


@for_all(DUES, DUES, rules())
def test_the_next_occurrence_could_have_been_scheduled_by_hand(start: Due, due: Due, rule: str) -> None:
    if is_after(start, due):
        start, due = due, start
    if is_after(start, due):
        return
    history = recurring(ScheduleTask(task_id=WATER, start=start, due=due, recurrence=rule))
    for event in history.after(OPEN_NEXT, by=POLICIES).events:
        if isinstance(event, TaskScheduled):
            ScheduleTask(task_id=event.task_id, start=event.start, due=event.due, recurrence=event.recurrence)
