"""A series that counts from completion: two weeks after it was done, in the days of a time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from support.scenario import MEMBERS, task_id

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import POLICIES
from ascend.domain.tasks.commands import CompleteTask, CreateTask, ReopenTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.rules import CountFromCompletion
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.skip_occurrence import SkipOccurrence
from ascend.domain.tasks.task import Task
from ascend.domain.values import Due, ZonedTime
from ascend.testing import Scenario, given

FILTER, FORTNIGHT = task_id("filter"), "FREQ=WEEKLY;INTERVAL=2"
CREATE, DONE = CreateTask(task_id=FILTER, title="Clean the filter"), CompleteTask(task_id=FILTER)
OPEN_NEXT = OpenNextOccurrence(task_id=FILTER)
DUE = date(2026, 6, 1)


def at(text: str, zone: str = "Europe/Berlin") -> ZonedTime:
    return ZonedTime.of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def counted(
    rule: str = FORTNIGHT, due: Due = DUE, zone: str | None = "Europe/Berlin", start: Due | None = None
) -> Scenario:
    schedule = ScheduleTask(task_id=FILTER, start=start, due=due, recurrence=rule, completion_zone=zone)
    return given(*MEMBERS).after(CREATE, schedule)


def following(history: Scenario, done: str) -> Task:
    """Return the next occurrence of the Task, which is done at this moment."""
    moment = datetime.fromisoformat(done).astimezone(UTC)
    return history.after(DONE, at=moment).after(OPEN_NEXT, by=POLICIES, at=moment).state(Task, next_id(FILTER))


def test_two_weeks_after_it_was_done() -> None:
    for done, due in (("2026-06-20T12:00Z", date(2026, 7, 4)), ("2026-05-20T12:00Z", date(2026, 6, 3))):
        state = following(counted(), done)
        assert (state.due, state.recurrence, state.completion_zone) == (due, FORTNIGHT, "Europe/Berlin")
    assert following(counted(zone=None), "2026-06-20T12:00Z").due == date(2026, 6, 15)


@pytest.mark.parametrize(
    ("zone", "due"),
    [("UTC", date(2026, 6, 24)), ("Pacific/Auckland", date(2026, 6, 25)), ("Pacific/Honolulu", date(2026, 6, 24))],
)
def test_the_day_of_completion_is_that_of_the_given_zone(zone: str, due: date) -> None:
    assert following(counted(zone=zone), "2026-06-10T13:00Z").due == due
    assert following(counted(zone="Pacific/Honolulu"), "2026-06-10T09:59Z").due == date(2026, 6, 23)


def test_the_time_of_day_stays_on_the_wall_and_the_start_as_many_days_before() -> None:
    history = counted(due=at("2026-03-01 09:00"), start=at("2026-02-27 08:00"))
    state = following(history, "2026-03-20T22:30Z")  # in Berlin still the 20th; its clocks change on the 29th
    assert (state.start, state.due) == (at("2026-04-01 08:00"), at("2026-04-03 09:00"))


def test_the_occurrence_after_the_next_is_counted_from_the_next_completion() -> None:
    first, second = datetime(2026, 6, 20, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)
    history = counted().after(DONE, at=first).after(OPEN_NEXT, by=POLICIES, at=first)
    task = next_id(FILTER)
    history = history.after(CompleteTask(task_id=task), at=second)
    history = history.after(OpenNextOccurrence(task_id=task), by=POLICIES, at=second)
    assert history.state(Task, next_id(task)).due == date(2026, 7, 15)


def test_the_last_completion_counts_and_opens_one_occurrence() -> None:
    early, late = datetime(2026, 6, 2, 12, tzinfo=UTC), datetime(2026, 6, 20, 12, tzinfo=UTC)
    again = counted().after(DONE, at=early).after(ReopenTask(task_id=FILTER), DONE, at=late)
    opened = again.after(OPEN_NEXT, by=POLICIES, at=late)
    assert opened.state(Task, next_id(FILTER)).due == date(2026, 7, 4)
    opened.when(OPEN_NEXT, by=POLICIES, at=late).nothing()


@pytest.mark.parametrize(
    ("rule", "done", "due"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "2026-06-10T12:00Z", date(2026, 6, 15)),
        ("FREQ=DAILY", "2026-06-10T12:00Z", date(2026, 6, 11)),
        ("FREQ=MONTHLY", "2026-01-31T12:00Z", date(2026, 2, 28)),  # nobody chose the 31st: the shorter month counts
        ("FREQ=MONTHLY;INTERVAL=3", "2026-03-31T12:00Z", date(2026, 6, 30)),
        ("FREQ=MONTHLY", "2026-01-15T12:00Z", date(2026, 2, 15)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31T12:00Z", date(2026, 3, 31)),
        ("FREQ=YEARLY", "2028-02-29T12:00Z", date(2029, 2, 28)),
        ("FREQ=YEARLY;BYMONTH=2", "2026-01-31T12:00Z", date(2026, 2, 28)),
        ("FREQ=YEARLY;BYMONTH=2,7", "2026-08-31T12:00Z", date(2027, 2, 28)),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2,9", "2026-08-31T12:00Z", date(2026, 9, 30)),
        ("FREQ=YEARLY;BYMONTH=1,7;BYSETPOS=-1", "2026-01-31T12:00Z", date(2026, 7, 31)),
    ],
)
def test_a_rule_counts_from_the_day_of_completion(rule: str, done: str, due: date) -> None:
    assert following(counted(rule, due=date(2026, 1, 1)), done).due == due


def test_a_moved_occurrence_does_not_move_the_time_of_day() -> None:
    moved = counted(due=at("2026-06-01 09:00")).after(ScheduleTask(task_id=FILTER, due=at("2026-06-05 18:00")))
    assert following(moved, "2026-06-08T12:00Z").due == at("2026-06-22 09:00")


def test_a_skipped_occurrence_is_followed_by_one_counted_from_its_due_date() -> None:
    skipped = counted().after(SkipOccurrence(task_id=FILTER))
    assert skipped.state(Task, FILTER).due == date(2026, 6, 15)
    assert following(skipped, "2026-06-20T12:00Z").due == date(2026, 7, 4)


def test_the_series_ends_by_a_day_but_not_by_a_number() -> None:
    counted(FORTNIGHT).when(ScheduleTask(task_id=FILTER, recurrence="FREQ=DAILY;COUNT=3")).refused(CountFromCompletion)
    ends = counted(f"{FORTNIGHT};UNTIL=20260620").after(DONE, at=datetime(2026, 6, 20, tzinfo=UTC))
    ends.when(OPEN_NEXT, by=POLICIES).nothing()


@pytest.mark.parametrize("done", ["0001-01-01T00:30Z", "9999-12-31T23:30Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_a_series_is_over_when_it_is_done_at_the_edge_of_the_calendar(done: str, zone: str) -> None:
    imported = CompleteTask(task_id=FILTER, at=datetime.fromisoformat(done))
    for due in (DUE, at("2026-06-01 23:00", zone)):
        history = counted("FREQ=DAILY", due=due, zone=zone).after(imported, imported=True)
        history.when(OPEN_NEXT, by=POLICIES).nothing()


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match="'Europe/Atlantis' is not a time zone"):
        counted(zone="Europe/Atlantis")
    with pytest.raises(InvalidInput, match="'Europe/Atlantis' is not a time zone"):  # also while it does not recur
        given(*MEMBERS).after(CREATE, ScheduleTask(task_id=FILTER, completion_zone="Europe/Atlantis"))


def test_a_series_changes_to_count_from_completion_and_back() -> None:
    fixed = counted(zone=None)
    from_completion = fixed.after(ScheduleTask(task_id=FILTER, completion_zone="UTC"))
    assert following(from_completion, "2026-06-20T12:00Z").due == date(2026, 7, 4)
    back = from_completion.after(ScheduleTask(task_id=FILTER, completion_zone=None))
    assert following(back, "2026-06-20T12:00Z").due == date(2026, 6, 15)
