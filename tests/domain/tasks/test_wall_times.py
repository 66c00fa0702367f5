"""Due times keep the wall time that people meant: commands record it, series count from it, nothing else asks for zones."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from support.golden_files import commits, read_items, reads, stored
from support.scenario import MEMBERS, fact, task_id
from support.zone_rules import rules_of_zone, without_zones

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import POLICIES, Ref
from ascend.domain.tasks.commands import CompleteTask, CreateTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.recurrence import next_due
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Task, TaskScheduled
from ascend.domain.values import ZonedTime
from ascend.projections.life_os import LIFE_OS
from ascend.projections.read_models.tasks import TASKS, TaskCard
from ascend.testing import Scenario, given

WATER, WEEKLY = task_id("water"), "FREQ=WEEKLY"
CREATE, DONE, OPEN_NEXT = (
    CreateTask(task_id=WATER, title="Water"),
    CompleteTask(task_id=WATER),
    OpenNextOccurrence(task_id=WATER),
)
BERLIN = "Europe/Berlin"
ALWAYS_UTC_1 = "Africa/Lagos"


def at(text: str, zone: str = BERLIN) -> ZonedTime:
    return ZonedTime.of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def bare(time: ZonedTime) -> ZonedTime:
    """Return the time as a sender gives it who knows no wall times."""
    return ZonedTime(instant=time.instant, zone=time.zone)


def scheduled(schedule: ScheduleTask) -> Scenario:
    return given(*MEMBERS).after(CREATE).after(schedule)


# ---- the command path -----------------------------------------------------------------------------------------------

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")


def test_a_command_without_a_wall_time_records_the_one_that_the_clocks_show() -> None:
    state = scheduled(ScheduleTask(task_id=WATER, start=bare(NINE), due=bare(TEN))).state(Task, WATER)
    assert (state.start, state.due) == (NINE, TEN)


def test_a_wall_time_that_the_clocks_do_not_show_is_refused() -> None:
    wrong = NINE.model_copy(update={"wall": TEN.wall})
    with pytest.raises(InvalidInput, match=r"Europe/Berlin do not show 2026-07-01 10:00:00 at .*: leave `wall` out"):
        scheduled(ScheduleTask(task_id=WATER, due=wrong))


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize("clocks_change", ["2026-03-29 02:30", "2026-10-25 02:30"])
def test_a_time_that_is_skipped_or_comes_twice_is_kept_as_people_mean_it(clocks_change: str, fold: int) -> None:
    moment = datetime.fromisoformat(clocks_change).replace(tzinfo=ZoneInfo(BERLIN), fold=fold)
    due = ZonedTime.of(moment)
    assert scheduled(ScheduleTask(task_id=WATER, due=due)).state(Task, WATER).due == due


def test_an_unknown_zone_is_refused_where_a_task_does_not_recur_either() -> None:
    with pytest.raises(InvalidInput, match="'Europe/Atlantis' is not a time zone"):
        scheduled(ScheduleTask(task_id=WATER, due=NINE.model_copy(update={"zone": "Europe/Atlantis", "wall": None})))


def test_a_time_at_the_edge_of_the_calendar_has_no_wall_time_where_its_zone_leaves_it() -> None:
    edge = ZonedTime(instant=datetime(1, 1, 1, tzinfo=UTC), zone="America/New_York")
    assert scheduled(ScheduleTask(task_id=WATER, due=edge)).state(Task, WATER).due == edge
    with pytest.raises(InvalidInput, match="do not show"):
        scheduled(ScheduleTask(task_id=WATER, due=edge.model_copy(update={"wall": datetime(9999, 12, 31, 23)})))  # noqa: DTZ001


def test_a_time_that_is_stored_already_is_no_change_whoever_sends_it(tmp_path: Path) -> None:
    old = given(*MEMBERS).after(CREATE)
    for stored_due in (NINE, bare(NINE)):
        task = given(*old.events, fact(TaskScheduled, task_id=WATER, due=stored_due))
        task.when(ScheduleTask(task_id=WATER, due=bare(NINE))).nothing()
        with rules_of_zone(tmp_path, BERLIN, like=ALWAYS_UTC_1):
            task.when(ScheduleTask(task_id=WATER, due=stored_due)).nothing()
            task.when(ScheduleTask(task_id=WATER, due=bare(NINE))).nothing()


# ---- the rules of a zone change -------------------------------------------------------------------------------------

SUMMER = at("2026-06-01 09:00")


def test_nine_stays_nine_when_the_rules_of_the_zone_change(tmp_path: Path) -> None:
    with rules_of_zone(tmp_path, BERLIN, like=ALWAYS_UTC_1):
        eighth = next_due(WEEKLY, SUMMER, SUMMER)
        assert eighth == at("2026-06-08 09:00")
        assert isinstance(eighth, ZonedTime)
        assert eighth.instant == datetime(2026, 6, 8, 8, tzinfo=UTC)  # formerly it was 7 in UTC
    moved = next_due(WEEKLY, bare(SUMMER), bare(SUMMER))  # nobody knows what was meant, only the moment
    assert isinstance(moved, ZonedTime)
    assert moved.wall == datetime(2026, 6, 8, 9)  # noqa: DTZ001


@pytest.mark.skipif(tz.gettz(BERLIN) is None, reason="this machine has no zone files")
def test_nine_in_a_zone_of_dateutil_stays_nine_when_the_clocks_change() -> None:
    nine = ZonedTime.of(datetime(2026, 3, 26, 9, tzinfo=tz.gettz(BERLIN)))
    history = scheduled(ScheduleTask(task_id=WATER, due=nine, recurrence=WEEKLY))
    state = history.after(DONE).after(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert state.due == at("2026-04-02 09:00")
    assert isinstance(state.due, ZonedTime)
    assert state.due.instant == datetime(2026, 4, 2, 7, tzinfo=UTC)


def test_an_occurrence_whose_moment_is_from_before_the_change_is_not_followed_by_its_own_day(tmp_path: Path) -> None:
    with rules_of_zone(tmp_path, BERLIN, like=ALWAYS_UTC_1):
        for last in ("2026-06-08", "2026-06-10", "2026-06-14"):
            old_moment = ZonedTime(
                instant=datetime.fromisoformat(f"{last}T07:00Z"),
                zone=BERLIN,
                wall=datetime.fromisoformat(f"{last} 09:00"),
            )
            assert next_due(WEEKLY, SUMMER, old_moment) == at("2026-06-15 09:00")
            assert next_due("FREQ=DAILY;COUNT=9", SUMMER, old_moment) == (
                at("2026-06-09 09:00") if last == "2026-06-08" else None
            )


def test_the_next_occurrence_and_its_start_are_at_their_wall_times_by_the_new_rules(tmp_path: Path) -> None:
    schedule = ScheduleTask(task_id=WATER, start=at("2026-05-31 20:00"), due=SUMMER, recurrence=WEEKLY)
    task = scheduled(schedule)
    with rules_of_zone(tmp_path, BERLIN, like=ALWAYS_UTC_1):
        state = task.after(DONE).after(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
        assert (state.start, state.due) == (at("2026-06-07 20:00"), at("2026-06-08 09:00"))


def test_an_old_series_gets_its_wall_time_with_its_next_occurrence(tmp_path: Path) -> None:
    old = fact(TaskScheduled, task_id=WATER, due=bare(SUMMER), recurrence=WEEKLY)
    history = given(*given(*MEMBERS).after(CREATE).events, old).after(DONE).after(OPEN_NEXT, by=POLICIES)
    state = history.state(Task, next_id(WATER))
    assert (state.first, state.due) == (SUMMER, at("2026-06-08 09:00"))
    with rules_of_zone(tmp_path, BERLIN, like=ALWAYS_UTC_1):
        later = history.after(CompleteTask(task_id=state.id)).after(OpenNextOccurrence(task_id=state.id), by=POLICIES)
        assert later.state(Task, next_id(state.id)).due == at("2026-06-15 09:00")


# ---- reading never asks for a zone ----------------------------------------------------------------------------------


def test_reading_folding_and_rendering_never_ask_for_a_zone() -> None:
    """Otherwise the same log would give other states and items on a machine with another zone database."""
    bodies = dict(commits()) | stored("commits")
    was_read, was_rendered = dict(reads(bodies)), read_items()
    weekly = scheduled(ScheduleTask(task_id=WATER, due=SUMMER, recurrence=WEEKLY))
    weekly = weekly.after(DONE).after(OPEN_NEXT, by=POLICIES)
    expected = weekly.state(Task, next_id(WATER))
    with without_zones():
        with pytest.raises(AssertionError, match="the zone database was asked"):
            weekly.after(ScheduleTask(task_id=next_id(WATER), due=bare(NINE)))  # so it would be noticed
        assert (dict(reads(bodies)), read_items()) == (was_read, was_rendered)
        folded = given(*weekly.events)
        assert folded.state(Task, next_id(WATER)) == expected
        dues = [item.due for item in folded.items(TASKS) if isinstance(item, TaskCard)]
        assert dues in ([SUMMER, expected.due], [expected.due, SUMMER])
        ref = Ref(Task.entity, expected.id)
        assert LIFE_OS.model.load_state(ref, LIFE_OS.model.dump_state(ref, expected)) == expected
