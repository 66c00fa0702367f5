"""The next occurrence of a Task that recurs: what is still true of the Task, at the next date of its series."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.scenario import BEA, MAX, MEMBERS, VERA, History, asset_id, fact, given, task_id, thing_id

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
    ScheduleTask,
)
from ascend.domain.tasks.dependencies import BlockTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
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

CHORES = task_id("chores")
WATER, FIRST, WEEKLY = task_id("water"), date(2026, 5, 1), "FREQ=WEEKLY"
CREATE = CreateTask(task_id=WATER, title="Water", description="All of them", tags=("plants",), metadata={"l": "2"})
EVERY_WEEK = ScheduleTask(task_id=WATER, due=FIRST, recurrence=WEEKLY)
DONE, OPEN_NEXT = CompleteTask(task_id=WATER), OpenNextOccurrence(task_id=WATER)


def recurring(*commands: Command, schedule: ScheduleTask = EVERY_WEEK) -> History:
    return given(*MEMBERS).do(CREATE, schedule, *commands)


def opened(task: TaskId, attempt: int = 0, **more: Any) -> list[Event]:
    """By a policy, as a copy of the Task above, a week later than the first."""
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


def test_it_is_opened_once_when_the_task_is_done() -> None:
    recurring(DONE).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))
    recurring(DONE).do(OPEN_NEXT, by=POLICIES).when(OPEN_NEXT, by=POLICIES).nothing()
    state = recurring(DONE).do(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.status, state.due, state.created_by) == (Status.OPEN, date(2026, 5, 8), POLICIES)


def test_the_event_says_whether_there_may_be_a_next() -> None:
    recurs = fact(TaskCompleted, task_id=WATER, recurs=True)
    recurring().when(DONE).then(recurs)
    given(*MEMBERS).do(CREATE).when(DONE).then(fact(TaskCompleted, task_id=WATER))
    again = recurring(DONE).do(OPEN_NEXT, by=POLICIES).do(ReopenTask(task_id=WATER))
    again.when(DONE).then(fact(TaskCompleted, task_id=WATER))  # the next one is there already
    again.do(DONE).when(OPEN_NEXT, by=POLICIES).nothing()


@pytest.mark.parametrize(
    "meanwhile",
    [
        [],
        [DONE, ReopenTask(task_id=WATER)],
        [CancelTask(task_id=WATER)],
        [DONE, ScheduleTask(task_id=WATER, due=FIRST)],
        [DONE, ScheduleTask(task_id=WATER)],
        [DONE, ScheduleTask(task_id=WATER, due=FIRST, recurrence="FREQ=WEEKLY;COUNT=1")],
        [DONE, ScheduleTask(task_id=WATER, due=FIRST, recurrence="FREQ=WEEKLY;UNTIL=20260507")],
    ],
    ids=["open", "reopened", "cancelled", "once", "never", "over by count", "over by date"],
)
def test_it_is_not_opened_when_there_is_nothing_to_repeat(meanwhile: list[Command]) -> None:
    recurring(*meanwhile).when(OPEN_NEXT, by=POLICIES).nothing()


def test_a_series_goes_on_when_what_was_done_is_deleted_before_the_policy_came() -> None:
    recurring(DONE, DeleteTask(task_id=WATER)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_who_takes_the_id_of_the_next_occurrence_does_not_end_the_series() -> None:
    """Anybody can work it out."""
    theirs = CreateTask(task_id=next_id(WATER), title="Mine"), DeleteTask(task_id=next_id(WATER))
    recurring(*theirs, DONE).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, 1))
    recurring(*theirs, DONE).do(OPEN_NEXT, by=POLICIES).when(OPEN_NEXT, by=POLICIES).nothing()


def test_that_of_no_task_is_nothing() -> None:
    given(*MEMBERS).when(OPEN_NEXT, by=POLICIES).nothing()


def test_it_is_opened_also_where_the_task_was_deleted_since_it_was_done() -> None:
    """Else it would depend on who was faster. What it was a part of may be gone by then, too."""
    recurring(DONE, DeleteTask(task_id=WATER)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))
    chores, part = CreateTask(task_id=CHORES, title="Chores"), CREATE.model_copy(update={"parent": CHORES})
    history = given(*MEMBERS).do(chores, part, EVERY_WEEK, DONE, DeleteTask(task_id=WATER))
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, parent=CHORES))
    history.do(DeleteTask(task_id=CHORES)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_a_member_may_open_it_too_but_not_in_an_archived_workspace() -> None:
    """There, only what policies answer is let in."""
    assert recurring(DONE).when(OPEN_NEXT).outcome
    recurring(DONE, ArchiveWorkspace()).when(OPEN_NEXT).refused(WorkspaceIsArchived)
    recurring(DONE).when(OPEN_NEXT, by=VERA).refused(NotAllowed)


def test_it_is_opened_also_where_the_workspace_was_archived_meanwhile() -> None:
    recurring(DONE, ArchiveWorkspace()).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_it_is_opened_from_what_the_task_says_by_then() -> None:
    edited = recurring(DONE, EditTask(task_id=WATER, title="Water them", tags=()))
    edited.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, title="Water them", tags=()))


def test_what_is_not_normal_is_as_urgent_again() -> None:
    urgent = recurring(PrioritiseTask(task_id=WATER, priority=Priority.URGENT), DONE)
    prioritised = fact(TaskPrioritised, by=POLICIES, task_id=next_id(WATER), priority=Priority.URGENT)
    urgent.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER), prioritised)


def test_who_is_still_there_is_on_it_again() -> None:
    both = recurring(AssignTask(task_id=WATER, users=(BEA, MAX)), DONE)
    bea, max = (fact(TaskAssigned, by=POLICIES, task_id=next_id(WATER), users=users) for users in ((BEA, MAX), (MAX,)))
    both.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER), bea)
    both.do(RemoveMember(user_id=BEA)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER), max)
    both.do(RemoveMember(user_id=MAX)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_it_is_about_what_lives_still() -> None:
    """A Thing lives if all those that it is in live."""
    house, room, shed, garden = (thing_id(name) for name in ("house", "room", "shed", "garden"))
    about = EditTask(task_id=WATER, about=(room, shed, garden))
    things = (
        *(CreateThing(thing_id=thing, name="x") for thing in (house, shed, garden)),
        CreateThing(thing_id=room, name="Room", parent=house),
    )
    history = given(*MEMBERS).do(CREATE, EVERY_WEEK, *things, about, DONE)
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, about=(room, shed, garden)))
    history.do(DeleteThing(thing_id=shed)).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, about=(room, garden)))
    history.do(DeleteThing(thing_id=house, children=Children.CASCADE))
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, about=(garden,)))


def test_it_is_a_part_of_the_same_whole() -> None:
    chores, part = CreateTask(task_id=CHORES, title="Chores"), CREATE.model_copy(update={"parent": CHORES})
    history = given(*MEMBERS).do(chores, part, EVERY_WEEK, DONE)
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER, parent=CHORES))
    assert history.do(OPEN_NEXT, by=POLICIES).state(Task, CHORES).subtasks == 2


def test_what_stood_in_its_way_and_what_was_linked_with_it_is_not_repeated() -> None:
    buy, photo = CreateTask(task_id=task_id("buy"), title="Buy"), asset_id("photo")
    asset = CreateAsset(asset_id=photo, kind=AssetKind.FILE, name="Photo")
    history = recurring(buy, asset, BlockTask(task_id=WATER, blockers=(task_id("buy"),)))
    history.do(LinkAsset(asset_id=photo, to=Ref("task", WATER)), CompleteTask(task_id=task_id("buy")), DONE)
    history.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_a_series_goes_on_from_its_first_date() -> None:
    """So that COUNT counts, and the 31st comes back after a February."""
    history = recurring(
        schedule=ScheduleTask(task_id=WATER, due=date(2026, 1, 31), recurrence="FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3")
    )
    dues: list[Due | None] = []
    task = WATER
    while (state := history.entities.get(Ref("task", task))) is not None:
        assert isinstance(state.state, Task)
        dues.append(state.state.due)
        history.do(CompleteTask(task_id=task)).do(OpenNextOccurrence(task_id=task), by=POLICIES)
        task = next_id(task)
    assert dues == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_one_that_was_put_off_is_followed_by_the_one_that_comes_after_its_place() -> None:
    later = ScheduleTask(task_id=WATER, due=date(2026, 5, 4), recurrence=WEEKLY)
    recurring(later, DONE).when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))
    twice = recurring(later, later.model_copy(update={"due": date(2026, 5, 20)}), DONE)
    twice.when(OPEN_NEXT, by=POLICIES).then(*opened(WATER))


def test_one_that_was_put_off_leaves_the_start_of_those_behind_it_alone() -> None:
    """Else each would start as much earlier as the first one was put off."""
    early = ScheduleTask(task_id=WATER, start=date(2026, 4, 30), due=FIRST, recurrence=WEEKLY)
    for start in (date(2026, 4, 30), date(2026, 5, 10), None):
        later = ScheduleTask(task_id=WATER, start=start, due=date(2026, 5, 15), recurrence=WEEKLY)
        history = recurring(later, DONE, schedule=early).do(OPEN_NEXT, by=POLICIES)
        second = history.state(Task, next_id(WATER))
        assert (second.start, second.due) == (date(2026, 5, 7), date(2026, 5, 8))
        history.do(CompleteTask(task_id=second.id)).do(OpenNextOccurrence(task_id=second.id), by=POLICIES)
        third = history.state(Task, next_id(second.id))
        assert (third.start, third.due) == (date(2026, 5, 14), date(2026, 5, 15))


def test_the_widest_series_goes_on_to_the_edge_of_the_calendar() -> None:
    wide = ScheduleTask(task_id=WATER, start=date(2, 1, 1), due=date(3, 1, 1), recurrence="FREQ=YEARLY")
    put_off = wide.model_copy(update={"due": date(9998, 1, 1)})
    state = recurring(put_off, DONE, schedule=wide).do(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.start, state.due) == (date(3, 1, 1), date(4, 1, 1))


def test_another_rule_begins_another_series() -> None:
    other = ScheduleTask(task_id=WATER, due=date(2026, 5, 4), recurrence="FREQ=DAILY")
    state = recurring(other, DONE).do(OPEN_NEXT, by=POLICIES).state(Task, next_id(WATER))
    assert (state.due, state.first, state.slot) == (date(2026, 5, 5), date(2026, 5, 4), date(2026, 5, 5))
