"""One occurrence of a series is skipped or moved, and the series goes on."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.scenario import MEMBERS, VERA, fact, task_id
from support.zone_rules import rules_of_zone

from ascend.domain.errors import NotAllowed, Refusal, VersionConflict
from ascend.domain.ids import POLICIES, Ref, TaskId
from ascend.domain.tasks.commands import CancelTask, CompleteTask, CreateTask, ReopenTask, StartTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.rules import LastOccurrence, NoSuchTask, TaskDoesNotRecur, TaskIsCancelled, TaskIsDone
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.skip_occurrence import SkipOccurrence
from ascend.domain.tasks.task import OccurrenceSkipped, Status, Task
from ascend.domain.values import Due, ZonedTime
from ascend.domain.workspaces.command import Command
from ascend.testing import Scenario, given

PILLS = task_id("pills")
CREATE, SKIP, DONE = (
    CreateTask(task_id=PILLS, title="Pills"),
    SkipOccurrence(task_id=PILLS),
    CompleteTask(task_id=PILLS),
)


def series(rule: str, due: Due = date(2026, 5, 1), start: Due | None = None) -> Scenario:
    return given(*MEMBERS).after(CREATE, ScheduleTask(task_id=PILLS, start=start, due=due, recurrence=rule))


def list_dues(history: Scenario, task: TaskId = PILLS) -> list[Due | None]:
    """Return the due dates of the Task and of all that follow, each completed in its turn."""
    dues: list[Due | None] = []
    while any(getattr(event, "task_id", None) == task for event in history.events):
        dues.append(history.state(Task, task).due)
        history = history.after(CompleteTask(task_id=task)).after(OpenNextOccurrence(task_id=task), by=POLICIES)
        task = next_id(task)
    return dues


def test_of_three_occurrences_two_are_left_when_one_is_skipped() -> None:
    three = series("FREQ=DAILY;COUNT=3")
    assert list_dues(three) == [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)]
    three.when(SKIP).then(fact(OccurrenceSkipped, task_id=PILLS, due=date(2026, 5, 2)))
    assert list_dues(three.after(SKIP)) == [date(2026, 5, 2), date(2026, 5, 3)]
    assert list_dues(three.after(SKIP, SKIP)) == [date(2026, 5, 3)]
    three.after(SKIP, SKIP).when(SKIP).refused(LastOccurrence)


def test_the_start_moves_on_with_the_due_date() -> None:
    once = series("FREQ=WEEKLY", start=date(2026, 4, 29)).after(SKIP)
    state, twice = once.state(Task, PILLS), once.after(SKIP).state(Task, PILLS)
    assert (state.start, state.due, state.first) == (date(2026, 5, 6), date(2026, 5, 8), date(2026, 5, 1))
    assert (twice.start, twice.due) == (date(2026, 5, 13), date(2026, 5, 15))


def test_an_occurrence_that_was_moved_is_skipped_to_the_next_date_of_its_series() -> None:
    for moved in (date(2026, 4, 30), date(2026, 5, 20)):
        late = series("FREQ=WEEKLY;COUNT=3").after(ScheduleTask(task_id=PILLS, due=moved))
        assert list_dues(late.after(SKIP)) == [date(2026, 5, 8), date(2026, 5, 15)]


def test_a_started_task_is_open_again_because_nobody_has_started_the_next_occurrence() -> None:
    started = series("FREQ=DAILY").after(StartTask(task_id=PILLS))
    assert started.state(Task, PILLS).status is Status.STARTED
    assert started.after(SKIP).state(Task, PILLS).status is Status.OPEN


@pytest.mark.parametrize(
    ("before", "rule"),
    [
        ([ScheduleTask(task_id=PILLS, recurrence=None)], TaskDoesNotRecur),
        ([DONE], TaskIsDone),
        ([CancelTask(task_id=PILLS)], TaskIsCancelled),
        ([ScheduleTask(task_id=PILLS, recurrence="FREQ=DAILY;UNTIL=20260501")], LastOccurrence),
    ],
)
def test_what_cannot_be_skipped_is_refused(before: list[Command], rule: type[Refusal]) -> None:
    series("FREQ=DAILY").after(*before).when(SKIP).refused(rule)


def test_a_reopened_task_whose_next_occurrence_is_there_already_cannot_be_skipped() -> None:
    done = series("FREQ=DAILY").after(DONE)
    opened = done.after(OpenNextOccurrence(task_id=PILLS), by=POLICIES).after(ReopenTask(task_id=PILLS))
    opened.when(SKIP).refused(LastOccurrence)
    assert done.after(ReopenTask(task_id=PILLS), SKIP).state(Task, PILLS).due == date(2026, 5, 2)


def test_a_viewer_cannot_skip_and_a_task_that_does_not_exist_cannot_be_skipped() -> None:
    series("FREQ=DAILY").when(SKIP, by=VERA).refused(NotAllowed)
    given(*MEMBERS).when(SKIP).refused(NoSuchTask)


def test_two_people_who_skip_the_same_occurrence_name_its_version_to_skip_it_once() -> None:
    daily = series("FREQ=DAILY")
    daily.after(SKIP).when(SKIP, expected={Ref("task", PILLS): 2}).refused(VersionConflict)


# ---- one occurrence is moved ----------------------------------------------------------------------------------------


def at(text: str) -> ZonedTime:
    return ZonedTime.of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")))


@pytest.mark.parametrize(
    "moved", [date(2026, 5, 2), date(2026, 4, 1), date(2026, 5, 8), date(2026, 6, 1), at("2026-05-03 07:00")]
)
@pytest.mark.parametrize("done_before", [0, 1])
def test_an_occurrence_is_moved_anywhere_and_the_series_stays(moved: Due, done_before: int) -> None:
    history, task = series("FREQ=WEEKLY;COUNT=4"), PILLS
    for _ in range(done_before):
        history = history.after(CompleteTask(task_id=task)).after(OpenNextOccurrence(task_id=task), by=POLICIES)
        task = next_id(task)
    rest = list_dues(history, task)[1:]
    assert list_dues(history.after(ScheduleTask(task_id=task, due=moved)), task) == [moved, *rest]


def test_an_occurrence_moved_to_another_time_of_day_leaves_the_time_of_the_series(tmp_path: Path) -> None:
    weekly = series("FREQ=WEEKLY;COUNT=3", due=at("2026-05-01 09:00"))
    moved = weekly.after(ScheduleTask(task_id=PILLS, due=at("2026-05-02 18:00")))
    assert list_dues(moved)[1:] == [at("2026-05-08 09:00"), at("2026-05-15 09:00")]
    with rules_of_zone(tmp_path, "Europe/Berlin", like="Africa/Lagos"):
        assert list_dues(moved)[1:] == [at("2026-05-08 09:00"), at("2026-05-15 09:00")]
        assert moved.after(SKIP).state(Task, PILLS).due == at("2026-05-08 09:00")
