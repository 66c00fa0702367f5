"""The next occurrence of a Task that recurs. A policy opens it when the Task is completed."""

from collections.abc import Iterator
from typing import ClassVar

from ascend.domain.event import Event
from ascend.domain.ids import Ref, TaskId, UserId
from ascend.domain.labels import distinct_labels
from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.rules import check_writable
from ascend.domain.tasks.series import Occurrence, follow_completion
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
from ascend.domain.things.rules import is_living
from ascend.domain.things.thing import thing_refs
from ascend.domain.values import ZonedTime
from ascend.domain.workspaces.command import NOTHING, Decision
from ascend.domain.workspaces.view import View
from ascend.domain.zones import by_present_rules

ATTEMPTS = 10
"""The number of ids that are tried for the next occurrence."""


class OpenNextOccurrence(TaskCommand):
    """Opens the next occurrence of a Task that is done. Sent by a policy.

    Does nothing if the Task does not recur, was reopened, or if its series is over.
    """

    while_archived: ClassVar[bool] = True

    def preloads(self) -> tuple[Ref, ...]:
        return task_refs(self.task_id, next_id(self.task_id))

    def decide(self, view: View) -> Decision:
        check_writable(view)
        task = view.find(Task, self.task_id)
        if task is None or task.status is not Status.DONE or task.next is not None:
            return NOTHING  # a Task deleted since it was done has a next occurrence: else the order of commands would matter
        following = follow_completion(task)
        new = next((id for id in next_ids(task.id) if view.find(Task, id) is None), None)
        if following is None or new is None:
            return NOTHING
        return [
            TaskRecurred(at=view.at, by=view.actor, task_id=task.id, next=new),
            *events_of_next(view, task, new, following),
        ]


def next_id(task: TaskId, attempt: int = 0) -> TaskId:
    return TaskId.derive("next occurrence", task, *([str(attempt)] if attempt else []))


def next_ids(task: TaskId) -> Iterator[TaskId]:
    """Yield the ids that the next occurrence may have, the usual one first.

    Anybody can derive these ids. If a Task already has one of them, the next id is used.
    """
    return (next_id(task, attempt) for attempt in range(ATTEMPTS))


def events_of_next(view: View, task: Task, new: TaskId, dates: Occurrence) -> list[Event]:
    """Return the events that open the next occurrence, with what still holds of the Task."""
    events: list[Event] = [create_next(view, task, new), schedule_next(view, task, new, dates)]
    if task.priority is not Priority.NORMAL:
        events.append(TaskPrioritised(at=view.at, by=view.actor, task_id=new, priority=task.priority))
    if users := still_members(view, task):
        events.append(TaskAssigned(at=view.at, by=view.actor, task_id=new, users=users))
    return events


def create_next(view: View, task: Task, new: TaskId) -> TaskCreated:
    view.load(*thing_refs(*task.about))
    about = tuple(thing for thing in task.about if is_living(view, thing))
    parent = None if task.parent is None else view.find(Task, task.parent)
    return TaskCreated(
        at=view.at,
        by=view.actor,
        task_id=new,
        title=task.title,
        description=task.description,
        about=about,
        tags=distinct_labels(task.tags),
        metadata=task.metadata,
        parent=parent.id if parent is not None and not parent.deleted else None,
    )


def schedule_next(view: View, task: Task, new: TaskId, dates: Occurrence) -> TaskScheduled:
    """Return the event with the dates of the next occurrence. The wall time of the first one is recorded from here on."""
    first = None if task.completion_zone is not None else task.first or task.due
    return TaskScheduled(
        at=view.at,
        by=view.actor,
        task_id=new,
        start=dates.start,
        due=dates.due,
        recurrence=task.recurrence,
        first=by_present_rules(first) if isinstance(first, ZonedTime) else first,
        completion_zone=task.completion_zone,
    )


def still_members(view: View, task: Task) -> tuple[UserId, ...]:
    return tuple(user for user in task.assignees if user in view.workspace.members)
