"""The next occurrence of a Task that recurs: what still holds of the Task, at the next date of its series."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.scenario import BEA, MAX, MEMBERS, VERA, asset_id, fact, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset
from ascend.domain.errors import NotAllowed
from ascend.domain.event import Event
from ascend.domain.ids import POLICIES, Ref, TaskId
from ascend.domain.links import LinkAsset
from ascend.domain.tasks.commands import (
    AssignTask,
    CancelTask,
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    PrioritiseTask,
    ReopenTask,
)
from ascend.domain.tasks.dependencies import BlockTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import (
    Priority,
    Status,
    Task,
    TaskAssigned,
    TaskCompleted,
    TaskCreated,
    TaskPrioritised,
    TaskRecurred,
    TaskScheduled,
)
from ascend.domain.things.commands import Children, CreateThing, DeleteThing
from ascend.domain.values import Due
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import ArchiveWorkspace
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.workspace import WorkspaceIsArchived
from ascend.testing import Scenario, given

CHORES = task_id("chores")
WATER, FIRST, WEEKLY = task_id("water"), date(2026, 5, 1), "FREQ=WEEKLY"
CREATE = CreateTask(task_id=WATER, title="Water", description="All of them", tags=("plants",), metadata={"l": "2"})
EVERY_WEEK = ScheduleTask(task_id=WATER, due=FIRST, recurrence=WEEKLY)
DONE, OPEN_NEXT = CompleteTask(task_id=WATER), OpenNextOccurrence(task_id=WATER)


def recurring(*commands: Command, schedule: ScheduleTask = EVERY_WEEK) -> Scenario:
    return given(*MEMBERS).after(CREATE, schedule, *commands)


def opened(task: TaskId, attempt: int = 0, **more: Any) -> list[Event]:
    """Return the events by which a policy opens a copy of the Task above, a week after the first one."""
    new = next_id(task, attempt)
    texts: dict[str, Any] = {
        "title": "Water",
        "description": "All of them",
        "tags": ("plants",),
        "metadata": {"l": "2"},
    }
    dates: dict[str, Any] = {"due": FIRST + timedelta(weeks=1), "recurrence": WEEKLY, "first": FIRST}
    return [
        fact(TaskRecurred, by=POLICIES, task_id=task, next=new),
        fact(TaskCreated, by=POLICIES, task_id=new, **{**texts, **more}),
        fact(TaskScheduled, by=POLICIES, task_id=new, **dates),
    ]


def test_the_next_occurrence_is_opened_once_when_the_task_is_done() -> None:
    recurring(DONE).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))
    recurring(DONE).after(OPEN_NEXT, by=POLICIES).when(OPEN_NEXT, by=POLICIES).nothing()
    state = recurring(DONE).after(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.status, state.due, state.created_by) == (Status.OPEN, date(2026, 5, 8), POLICIES)


def test_the_event_says_if_there_may_be_a_next_occurrence() -> None:
    recurs = fact(TaskCompleted, task_id=WATER, recurs=True)
    recurring().when(DONE).then(recurs)
    given(*MEMBERS).after(CREATE).when(DONE).then(fact(TaskCompleted, task_id=WATER))
    again = recurring(DONE).after(OPEN_NEXT, by=POLICIES).after(ReopenTask(task_id=WATER))
    again.when(DONE).then(fact(TaskCompleted, task_id=WATER))  # the next one is there already
    again.after(DONE).when(OPEN_NEXT, by=POLICIES).nothing()


@pytest.mark.parametrize(
    "meanwhile",
    [
        [],
        [DONE, ReopenTask(task_id=WATER)],
        [CancelTask(task_id=WATER)],
        [DONE, ScheduleTask(task_id=WATER, recurrence=None)],
        [DONE, ScheduleTask(task_id=WATER, due=None, recurrence=None)],
        [DONE, ScheduleTask(task_id=WATER, due=FIRST, recurrence="FREQ=WEEKLY;COUNT=1")],
        [DONE, ScheduleTask(task_id=WATER, due=FIRST, recurrence="FREQ=WEEKLY;UNTIL=20260507")],
    ],
    ids=["open", "reopened", "cancelled", "once", "never", "over by count", "over by date"],
)
def test_no_occurrence_is_opened_when_there_is_nothing_to_repeat(meanwhile: list[Command]) -> None:
    recurring(*meanwhile).when(OPEN_NEXT, by=POLICIES).nothing()


def test_a_series_goes_on_if_the_task_is_deleted_before_the_policy_runs() -> None:
    recurring(DONE, DeleteTask(task_id=WATER)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_a_task_with_the_id_of_the_next_occurrence_does_not_end_the_series() -> None:
    """Anybody can derive that id."""
    theirs = CreateTask(task_id=next_id(WATER), title="Mine"), DeleteTask(task_id=next_id(WATER))
    recurring(*theirs, DONE).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, 1))
    recurring(*theirs, DONE).after(OPEN_NEXT, by=POLICIES).when(OPEN_NEXT, by=POLICIES).nothing()


def test_a_task_that_does_not_exist_has_no_next_occurrence() -> None:
    given(*MEMBERS).when(OPEN_NEXT, by=POLICIES).nothing()


def test_the_next_occurrence_is_opened_also_if_the_task_was_deleted_since() -> None:
    """Otherwise the order of commands would matter. The parent may be deleted by then, too."""
    recurring(DONE, DeleteTask(task_id=WATER)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))
    chores, part = CreateTask(task_id=CHORES, title="Chores"), CREATE.model_copy(update={"parent": CHORES})
    history = given(*MEMBERS).after(chores, part, EVERY_WEEK, DONE, DeleteTask(task_id=WATER))
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, parent=CHORES))
    history.after(DeleteTask(task_id=CHORES)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_a_member_may_open_the_next_occurrence_but_not_in_an_archived_workspace() -> None:
    """An archived workspace accepts only the answers of policies."""
    assert recurring(DONE).when(OPEN_NEXT).outcome
    recurring(DONE, ArchiveWorkspace()).when(OPEN_NEXT).refused(WorkspaceIsArchived)
    recurring(DONE).when(OPEN_NEXT, by=VERA).refused(NotAllowed)


def test_the_next_occurrence_is_opened_also_if_the_workspace_was_archived_meanwhile() -> None:
    recurring(DONE, ArchiveWorkspace()).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_the_next_occurrence_is_opened_from_the_latest_state_of_the_task() -> None:
    edited = recurring(DONE, EditTask(task_id=WATER, title="Water them", tags=()))
    edited.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, title="Water them", tags=()))


def test_the_next_occurrence_has_the_same_priority() -> None:
    urgent = recurring(PrioritiseTask(task_id=WATER, priority=Priority.URGENT), DONE)
    prioritised = fact(TaskPrioritised, by=POLICIES, task_id=next_id(WATER), priority=Priority.URGENT)
    urgent.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER), prioritised)


def test_assignees_who_are_still_members_are_assigned_again() -> None:
    both = recurring(AssignTask(task_id=WATER, users=(BEA, MAX)), DONE)
    bea, max = (fact(TaskAssigned, by=POLICIES, task_id=next_id(WATER), users=users) for users in ((BEA, MAX), (MAX,)))
    both.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER), bea)
    one = both.after(RemoveMember(user_id=BEA))
    one.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER), max)
    one.after(RemoveMember(user_id=MAX)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_the_next_occurrence_is_about_the_things_that_still_live() -> None:
    """A Thing lives if all its ancestors live."""
    house, room, shed, garden = (thing_id(name) for name in ("house", "room", "shed", "garden"))
    about = EditTask(task_id=WATER, about=(room, shed, garden))
    things = (
        *(CreateThing(thing_id=thing, name="x") for thing in (house, shed, garden)),
        CreateThing(thing_id=room, name="Room", parent=house),
    )
    history = given(*MEMBERS).after(CREATE, EVERY_WEEK, *things, about, DONE)
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, about=(room, shed, garden)))
    history = history.after(DeleteThing(thing_id=shed))
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, about=(room, garden)))
    history = history.after(DeleteThing(thing_id=house, children=Children.CASCADE))
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, about=(garden,)))


def test_the_next_occurrence_has_the_same_parent() -> None:
    chores, part = CreateTask(task_id=CHORES, title="Chores"), CREATE.model_copy(update={"parent": CHORES})
    history = given(*MEMBERS).after(chores, part, EVERY_WEEK, DONE)
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, parent=CHORES))
    assert history.after(OPEN_NEXT, by=POLICIES).state(Task, CHORES).subtasks == 2


def test_blockers_and_links_are_not_repeated() -> None:
    buy, photo = CreateTask(task_id=task_id("buy"), title="Buy"), asset_id("photo")
    asset = CreateAsset(asset_id=photo, kind=AssetKind.FILE, name="Photo")
    history = recurring(buy, asset, BlockTask(task_id=WATER, blockers=(task_id("buy"),)))
    history = history.after(
        LinkAsset(asset_id=photo, to=Ref("task", WATER)), CompleteTask(task_id=task_id("buy")), DONE
    )
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_a_series_goes_on_from_its_first_date() -> None:
    """COUNT counts from the first date, and the 31st comes back after a February."""
    history = recurring(
        schedule=ScheduleTask(task_id=WATER, due=date(2026, 1, 31), recurrence="FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3")
    )
    dues: list[Due | None] = []
    task = WATER
    while any(isinstance(event, TaskCreated) and event.task_id == task for event in history.events):
        dues.append(history.state(Task, task).due)
        history = history.after(CompleteTask(task_id=task)).after(OpenNextOccurrence(task_id=task), by=POLICIES)
        task = next_id(task)
    assert dues == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_an_occurrence_that_was_moved_is_followed_by_the_next_date_of_the_series() -> None:
    later = ScheduleTask(task_id=WATER, due=date(2026, 5, 4), recurrence=WEEKLY)
    recurring(later, DONE).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))
    twice = recurring(later, later.model_copy(update={"due": date(2026, 5, 20)}), DONE)
    twice.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_an_occurrence_that_was_moved_does_not_move_later_starts() -> None:
    """Otherwise each would start as much earlier as the first one was moved."""
    early = ScheduleTask(task_id=WATER, start=date(2026, 4, 30), due=FIRST, recurrence=WEEKLY)
    for start in (date(2026, 4, 30), date(2026, 5, 10), None):
        later = ScheduleTask(task_id=WATER, start=start, due=date(2026, 5, 15), recurrence=WEEKLY)
        history = recurring(later, DONE, schedule=early).after(OPEN_NEXT, by=POLICIES)
        second = history.state(Task, next_id(WATER))
        assert (second.start, second.due) == (date(2026, 5, 7), date(2026, 5, 8))
        history = history.after(CompleteTask(task_id=second.id)).after(
            OpenNextOccurrence(task_id=second.id), by=POLICIES
        )
        third = history.state(Task, next_id(second.id))
        assert (third.start, third.due) == (date(2026, 5, 14), date(2026, 5, 15))


def test_a_series_may_span_the_whole_calendar() -> None:
    wide = ScheduleTask(task_id=WATER, start=date(2, 1, 1), due=date(3, 1, 1), recurrence="FREQ=YEARLY")
    put_off = wide.model_copy(update={"due": date(9998, 1, 1)})
    state = recurring(put_off, DONE, schedule=wide).after(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.start, state.due) == (date(3, 1, 1), date(4, 1, 1))


def test_another_rule_begins_another_series() -> None:
    other = ScheduleTask(task_id=WATER, due=date(2026, 5, 4), recurrence="FREQ=DAILY")
    state = recurring(other, DONE).after(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.due, state.first, state.slot) == (date(2026, 5, 5), date(2026, 5, 4), date(2026, 5, 5))
