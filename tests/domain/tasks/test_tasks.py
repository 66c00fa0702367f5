"""Tasks: a table of every transition, assignees, dates, and the Things that a Task is about."""

from datetime import UTC, date, datetime

import pytest
from support.scenario import BEA, MAX, MEMBERS, NEWEST_EVENTS, STRANGER, VERA, fact, task_id, thing_id

from ascend.domain.errors import InvalidInput
from ascend.domain.event import Event
from ascend.domain.ids import UserId
from ascend.domain.role import Role
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
    StartTask,
    UnassignTask,
)
from ascend.domain.tasks.rules import (
    DueBeforeStart,
    NoSuchTask,
    RecursWithoutDue,
    TaskExists,
    TaskIsCancelled,
    TaskIsDone,
    TooManyAssignees,
)
from ascend.domain.tasks.stopping import StopTask
from ascend.domain.tasks.task import (
    Priority,
    Status,
    Task,
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskEdited,
    TaskPrioritised,
    TaskReopened,
    TaskScheduled,
    TaskStarted,
    TaskStopped,
    TaskUnassigned,
)
from ascend.domain.things.commands import CreateThing, DeleteThing
from ascend.domain.things.rules import NoSuchThing
from ascend.domain.values import FEW, Due, ZonedTime
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import NoSuchMember
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, NOON, Scenario, given, member_added

T, HOUSE, SHED = task_id(), thing_id("house"), thing_id("shed")
CREATED = fact(TaskCreated, task_id=T, title="Paint")


def task(*more: Event, app: Application = LIFE_OS) -> Scenario:
    return given(*MEMBERS, CREATED, *more, app=app)


STARTED, STOPPED, COMPLETED = (fact(kind, task_id=T) for kind in (TaskStarted, TaskStopped, TaskCompleted))
CANCELLED, REOPENED, DELETED = (fact(kind, task_id=T) for kind in (TaskCancelled, TaskReopened, TaskDeleted))
STATUS = {Status.OPEN: task(), Status.STARTED: task(STARTED), Status.DONE: task(COMPLETED)}
STATUS[Status.CANCELLED] = task(CANCELLED)
START, STOP, COMPLETE = StartTask(task_id=T), StopTask(task_id=T), CompleteTask(task_id=T)
REOPEN, CANCEL = ReopenTask(task_id=T), CancelTask(task_id=T)

TRANSITIONS: dict[tuple[Status, Command], Event | type | None] = {
    (Status.OPEN, START): STARTED,
    (Status.OPEN, STOP): None,
    (Status.OPEN, COMPLETE): COMPLETED,
    (Status.OPEN, REOPEN): None,
    (Status.OPEN, CANCEL): CANCELLED,
    (Status.STARTED, START): None,
    (Status.STARTED, STOP): STOPPED,
    (Status.STARTED, COMPLETE): COMPLETED,
    (Status.STARTED, REOPEN): None,
    (Status.STARTED, CANCEL): CANCELLED,
    (Status.DONE, START): TaskIsDone,
    (Status.DONE, STOP): TaskIsDone,
    (Status.DONE, COMPLETE): None,
    (Status.DONE, REOPEN): REOPENED,
    (Status.DONE, CANCEL): TaskIsDone,
    (Status.CANCELLED, START): TaskIsCancelled,
    (Status.CANCELLED, STOP): TaskIsCancelled,
    (Status.CANCELLED, COMPLETE): TaskIsCancelled,
    (Status.CANCELLED, REOPEN): REOPENED,
    (Status.CANCELLED, CANCEL): None,
}
AFTER = {
    "task.started": Status.STARTED,
    "task.stopped": Status.OPEN,
    "task.completed": Status.DONE,
    "task.cancelled": Status.CANCELLED,
    "task.reopened": Status.OPEN,
}


@pytest.mark.parametrize(
    ("status", "command"), TRANSITIONS, ids=lambda value: type(value).__name__ if isinstance(value, Command) else value
)
def test_every_transition_of_the_status(status: Status, command: Command) -> None:
    match TRANSITIONS[status, command]:
        case None:
            STATUS[status].when(command).nothing()
        case Event() as event:
            STATUS[status].when(command).then(event)
            after = given(*STATUS[status].events, event).state(Task, T)
            assert after.status is AFTER[event.tag]
            assert (after.closed_at is None) == (after.is_open)
        case rule:
            STATUS[status].when(command).refused(rule)


def test_a_task_is_created_once() -> None:
    task().when(CreateTask(task_id=T, title="Paint")).nothing()
    task().when(CreateTask(task_id=T, title="Draw")).refused(TaskExists)
    task(DELETED).when(CreateTask(task_id=T, title="Paint")).refused(TaskExists)
    made = task().state(Task, T)
    assert (made.created_by, made.created_at, made.status, made.priority) == (ADA, NOON, Status.OPEN, Priority.NORMAL)


@pytest.mark.parametrize(
    "command",
    [
        *(START, STOP, COMPLETE, REOPEN, CANCEL),
        EditTask(task_id=T, title="x"),
        ScheduleTask(task_id=T),
        PrioritiseTask(task_id=T, priority=Priority.LOW),
        AssignTask(task_id=T, users=(ADA,)),
        UnassignTask(task_id=T, users=(ADA,)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_task_that_does_not_exist_cannot_be_changed(command: Command) -> None:
    given(*MEMBERS).when(command).refused(NoSuchTask)
    task(DELETED).when(command).refused(NoSuchTask)


def test_a_task_is_deleted_once() -> None:
    task(COMPLETED).when(DeleteTask(task_id=T)).then(DELETED)
    task(DELETED).when(DeleteTask(task_id=T)).nothing()
    given(*MEMBERS).when(DeleteTask(task_id=T)).refused(NoSuchTask)


def test_a_task_is_about_things_that_live() -> None:
    houses = (CreateThing(thing_id=HOUSE, name="House"), CreateThing(thing_id=SHED, name="Shed"))
    things = given(*MEMBERS, app=NEWEST_EVENTS).after(*houses)
    about = CreateTask(task_id=T, title="Paint", about=(HOUSE,))
    things.when(about).then(fact(TaskCreated, task_id=T, title="Paint", about=(HOUSE,)))
    given(*MEMBERS).when(about).refused(NoSuchThing)
    things = things.after(about, DeleteThing(thing_id=HOUSE))
    things.when(EditTask(task_id=T, about=(HOUSE, SHED))).then(  # what it is about already stays, though it is gone
        fact(TaskEdited, task_id=T, about=(HOUSE, SHED))
    )
    things = things.after(EditTask(task_id=T, about=()))
    things.when(EditTask(task_id=T, about=(HOUSE,))).refused(NoSuchThing)


def test_fields_that_are_not_edited_stay_as_they_are() -> None:
    described = task(app=NEWEST_EVENTS).after(EditTask(task_id=T, description="blue", tags=("a",), metadata={"k": "v"}))
    described.when(EditTask(task_id=T, title="Draw", tags=("a",))).then(fact(TaskEdited, task_id=T, title="Draw"))
    described.when(EditTask(task_id=T, title="Paint", tags=("a",))).nothing()
    described.when(EditTask(task_id=T)).nothing()
    drawn = described.after(EditTask(task_id=T, title="Draw")).state(Task, T)
    assert (drawn.title, drawn.description, drawn.tags, drawn.metadata) == ("Draw", "blue", ("a",), {"k": "v"})


def test_fields_that_are_edited_to_nothing_are_empty() -> None:
    described = task(app=NEWEST_EVENTS).after(EditTask(task_id=T, description="blue", tags=("a",), metadata={"k": "v"}))
    emptied = fact(TaskEdited, task_id=T, description="", tags=(), metadata={})
    described.when(EditTask(task_id=T, description="", tags=(), metadata={})).then(emptied)
    state = given(*described.events, emptied).state(Task, T)
    assert (state.title, state.description, state.tags, state.metadata) == ("Paint", "", (), {})


def test_a_task_is_prioritised_once() -> None:
    urgent = fact(TaskPrioritised, task_id=T, priority=Priority.URGENT)
    task().when(PrioritiseTask(task_id=T, priority=Priority.URGENT)).then(urgent)
    task(urgent).when(PrioritiseTask(task_id=T, priority=Priority.URGENT)).nothing()
    task().when(PrioritiseTask(task_id=T, priority=Priority.NORMAL)).nothing()


def at(hour: int, day: int = 1) -> ZonedTime:
    return ZonedTime(instant=datetime(2026, 5, day, hour, tzinfo=UTC), zone="Europe/Berlin")


def test_dates_are_set_kept_and_removed() -> None:
    dates = fact(TaskScheduled, task_id=T, start=date(2026, 5, 1), due=at(12))
    task().when(ScheduleTask(task_id=T, start=date(2026, 5, 1), due=at(12))).then(dates)
    task(dates).when(ScheduleTask(task_id=T, start=date(2026, 5, 1), due=at(12))).nothing()
    task(dates).when(ScheduleTask(task_id=T, start=None, due=None)).then(fact(TaskScheduled, task_id=T))
    later = fact(TaskScheduled, task_id=T, start=date(2026, 5, 1), due=at(13))
    task(dates).when(ScheduleTask(task_id=T, due=at(13))).then(later)
    for scheduled in (task(), task(dates)):
        scheduled.when(ScheduleTask(task_id=T)).nothing()


def test_dates_that_are_kept_must_go_with_the_new_ones() -> None:
    weekly = fact(TaskScheduled, task_id=T, start=date(2026, 5, 1), due=at(12), recurrence="FREQ=WEEKLY", first=at(12))
    task(weekly).when(ScheduleTask(task_id=T, due=date(2026, 4, 1))).refused(DueBeforeStart)
    task(weekly).when(ScheduleTask(task_id=T, due=None)).refused(RecursWithoutDue)
    task().when(ScheduleTask(task_id=T, recurrence="FREQ=WEEKLY")).refused(RecursWithoutDue)
    moved = weekly.model_copy(update={"due": at(13)})  # the series stays
    task(weekly).when(ScheduleTask(task_id=T, due=at(13))).then(moved)


DAY = date(2026, 5, 2)
ORDER: list[tuple[Due, Due, bool]] = [
    (DAY, DAY, True),
    (DAY, date(2026, 5, 1), False),
    (at(9), at(9), True),
    (at(10), at(9), False),
    (DAY, at(0, day=2), True),
    (DAY, at(23, day=1), True),  # in Berlin it is the second already
    (at(1, day=3), DAY, True),  # in New York it is still the second
    (DAY, at(23, day=0 + 1).model_copy(update={"instant": datetime(2026, 4, 30, tzinfo=UTC)}), False),
    (at(0, day=4), DAY, False),
    (date.max, at(9), False),
    (at(9), date.max, True),
    (at(9), date.min, False),
]


@pytest.mark.parametrize(("start", "due", "good"), ORDER)
def test_a_task_is_not_due_before_it_starts(start: Due, due: Due, good: bool) -> None:
    if good:
        assert ScheduleTask(task_id=T, start=start, due=due).due == due
    else:
        with pytest.raises(InvalidInput, match="due before it starts"):
            ScheduleTask(task_id=T, start=start, due=due)


def test_members_are_assigned_each_once_and_unassigned() -> None:
    both = fact(TaskAssigned, task_id=T, users=(BEA, MAX))
    task().when(AssignTask(task_id=T, users=(BEA, MAX, BEA))).then(both)
    task(both).when(AssignTask(task_id=T, users=(MAX, BEA))).nothing()
    task(both).when(AssignTask(task_id=T, users=(MAX, VERA))).then(fact(TaskAssigned, task_id=T, users=(VERA,)))
    task(both).when(UnassignTask(task_id=T, users=(MAX, VERA))).then(fact(TaskUnassigned, task_id=T, users=(MAX,)))
    task(both).when(UnassignTask(task_id=T, users=(ADA,))).nothing()
    assert task(both, fact(TaskUnassigned, task_id=T, users=(BEA,))).state(Task, T).assignees == (MAX,)


def test_only_members_are_assigned() -> None:
    task().when(AssignTask(task_id=T, users=(MAX, STRANGER))).refused(NoSuchMember)


def test_assignees_are_limited() -> None:
    crowd = [UserId(f"user{n}") for n in range(FEW + 1)]
    members = [member_added(user, Role.MEMBER) for user in crowd]
    full = given(*MEMBERS, *members, CREATED, fact(TaskAssigned, task_id=T, users=crowd[:FEW]))
    full.when(AssignTask(task_id=T, users=(crowd[FEW],))).refused(TooManyAssignees)
    full.when(AssignTask(task_id=T, users=(crowd[0],))).nothing()
