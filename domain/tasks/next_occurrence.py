"""The next occurrence of a Task that recurs: opened by a policy when one is completed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from ascend.domain.event import Event
from ascend.domain.ids import Ref, TaskId, UserId
from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.recurrence import check_zone, next_due
from ascend.domain.tasks.rules import check_writable
from ascend.domain.tasks.task import (
    Priority,
    Status,
    Task,
    TaskAssigned,
    TaskCreated,
    TaskPrioritised,
    TaskRecurred,
    TaskScheduled,
    task_refs,
)
from ascend.domain.things.commands import is_living
from ascend.domain.things.thing import thing_refs
from ascend.domain.values import Due, ZonedTime, is_after
from ascend.domain.workspaces.command import NOTHING, Decision

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View


ATTEMPTS = 10


class OpenNextOccurrence(TaskCommand):
    """Does nothing when the Task does not recur, was reopened, or its series is over. A policy sends it."""

    while_archived: ClassVar[bool] = True

    def preloads(self) -> tuple[Ref, ...]:
        return task_refs(self.task_id, next_id(self.task_id))

    def decide(self, view: "View") -> Decision:
        check_writable(view)
        task = view.find(Task, self.task_id)
        if task is None or task.status is not Status.DONE or task.next is not None:
            return NOTHING  # deleted since it was done, the series goes on: else it would depend on who was faster
        if task.recurrence is None or task.due is None:
            return NOTHING
        due = next_due(task.recurrence, task.first or task.due, task.slot or task.due)
        new = next((id for id in next_ids(task.id) if view.find(Task, id) is None), None)
        if due is None or new is None:
            return NOTHING
        return [
            TaskRecurred(at=view.at, by=view.actor, task_id=task.id, next=new),
            *events_of_next(view, task, new, due),
        ]


def next_id(task: TaskId, attempt: int = 0) -> TaskId:
    return TaskId.derive("next occurrence", task, *([str(attempt)] if attempt else []))


def next_ids(task: TaskId) -> Iterator[TaskId]:
    """Anybody can work them out, and take one for a Task of their own: then it is the one behind it."""
    return (next_id(task, attempt) for attempt in range(ATTEMPTS))


def events_of_next(view: "View", task: Task, new: TaskId, due: Due) -> list[Event]:
    """What opens the next occurrence, with what is still true of the Task."""
    by, at = view.actor, view.at
    view.load(*thing_refs(*task.about))
    about = tuple(thing for thing in task.about if is_living(view, thing))
    parent = None if task.parent is None else view.find(Task, task.parent)
    events: list[Event] = [
        TaskCreated(
            at=at,
            by=by,
            task_id=new,
            title=task.title,
            description=task.description,
            about=about,
            tags=task.tags,
            metadata=task.metadata,
            parent=parent.id if parent is not None and not parent.deleted else None,
        ),
        TaskScheduled(
            at=at,
            by=by,
            task_id=new,
            start=None
            if task.slot_start is None or task.slot is None
            else shift_start(task.slot_start, task.slot, due),
            due=due,
            recurrence=task.recurrence,
            first=task.first or task.due,
        ),
    ]
    if task.priority is not Priority.NORMAL:
        events.append(TaskPrioritised(at=at, by=by, task_id=new, priority=task.priority))
    if users := still_members(view, task):
        events.append(TaskAssigned(at=at, by=by, task_id=new, users=users))
    return events


def still_members(view: "View", task: Task) -> tuple[UserId, ...]:
    return tuple(user for user in task.assignees if user in view.workspace.members)


def shift_start(start: Due, old: Due, new: Due) -> Due:
    """As many days before the new due date as it was before the old one, at the same time of day; never behind it.

    Where start and due have different zones, a change of clocks in one of them would bring it there.
    """
    days = timedelta(days=(local_time(new).date() - local_time(old).date()).days)
    if not isinstance(start, ZonedTime):
        return start + days
    then = ZonedTime(instant=(local_time(start) + days).replace(tzinfo=check_zone(start.zone)), zone=start.zone)
    return new if is_after(then, new) else then


def local_time(due: Due) -> datetime:
    """On the clocks of its zone, without the zone."""
    if isinstance(due, ZonedTime):
        return due.instant.astimezone(check_zone(due.zone)).replace(tzinfo=None)
    return datetime(due.year, due.month, due.day)  # noqa: DTZ001  no moment: a day
