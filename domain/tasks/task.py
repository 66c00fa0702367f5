"""Tasks: someone opens one, people take it on, someone finishes it.

open ──start──▶ started ──complete──▶ done ──reopen──▶ open     started ──stop──▶ open
  └───────────complete───────────────▲
open, started ──cancel──▶ cancelled ──reopen──▶ open            any ──delete──▶ gone for good

A Task may be a subtask of another, be blocked by others, and recur. When a Task that recurs is completed, a policy opens
the next occurrence. The commands are in `commands`, `stopping`, `dependencies` and `next_occurrence`.
"""

from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import ClassVar, assert_never

from ascend.domain.event import Event
from ascend.domain.ids import Ref, TaskId, ThingId, UserId
from ascend.domain.values import Due, Instant


class Status(StrEnum):
    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """1 is the most urgent, so that lists sort by it."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


def task_refs(*tasks: TaskId | None) -> tuple[Ref, ...]:
    """Return the refs of the Tasks. None is left out."""
    return tuple([Ref(Task.entity, task) for task in tasks if task is not None])


class TaskEvent(Event):
    task_id: TaskId
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Task.entity, self.task_id),)


class TaskCreated(TaskEvent, tag="task.created"):
    title: str
    description: str = ""
    about: tuple[ThingId, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    parent: TaskId | None = None

    def touches(self) -> tuple[Ref, ...]:
        return task_refs(self.task_id, self.parent)


class TaskEdited(TaskEvent, tag="task.edited", version=2):
    """The changes in what describes the Task. None: no change."""

    title: str | None = None
    description: str | None = None
    about: tuple[ThingId, ...] | None = None
    tags: tuple[str, ...] | None = None
    metadata: dict[str, str] | None = None


class TaskScheduled(TaskEvent, tag="task.scheduled"):
    start: Due | None = None
    due: Due | None = None
    recurrence: str | None = None
    """An RFC 5545 rule."""
    first: Due | None = None
    """The first due date of the series to which this occurrence belongs. None where the series begins here."""
    completion_zone: str | None = None
    """The time zone in whose days the next occurrence is counted from the completion of this one."""


class OccurrenceSkipped(TaskEvent, tag="task.occurrence_skipped"):
    """The Task moved on to the next occurrence of its series."""

    due: Due
    start: Due | None = None


class TaskRecurred(TaskEvent, tag="task.recurred"):
    """The next occurrence was opened."""

    next: TaskId


class TaskBlocked(TaskEvent, tag="task.blocked"):
    blockers: tuple[TaskId, ...]


class TaskUnblocked(TaskEvent, tag="task.unblocked"):
    blockers: tuple[TaskId, ...]


class TaskPrioritised(TaskEvent, tag="task.prioritised"):
    priority: Priority


class TaskAssigned(TaskEvent, tag="task.assigned"):
    users: tuple[UserId, ...]


class TaskUnassigned(TaskEvent, tag="task.unassigned"):
    users: tuple[UserId, ...]


class TaskStarted(TaskEvent, tag="task.started"): ...


class TaskStopped(TaskEvent, tag="task.stopped"):
    """Work on the Task ended before it was done: it is open again."""


class TaskCompleted(TaskEvent, tag="task.completed"):
    recurs: bool | None = None
    """True if the Task may have a next occurrence."""


class TaskReopened(TaskEvent, tag="task.reopened"): ...


class TaskCancelled(TaskEvent, tag="task.cancelled"): ...


class TaskDeleted(TaskEvent, tag="task.deleted"):
    parent: TaskId | None = None

    def touches(self) -> tuple[Ref, ...]:
        return task_refs(self.task_id, self.parent)


TaskEvents = (
    TaskCreated
    | TaskEdited
    | TaskScheduled
    | OccurrenceSkipped
    | TaskRecurred
    | TaskBlocked
    | TaskUnblocked
    | TaskPrioritised
    | TaskAssigned
    | TaskUnassigned
    | TaskStarted
    | TaskStopped
    | TaskCompleted
    | TaskReopened
    | TaskCancelled
    | TaskDeleted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to be done: it has dates, a priority and assignees, may recur, and may wait for other Tasks."""

    entity: ClassVar[str] = "task"
    id: TaskId
    title: str
    description: str
    about: tuple[ThingId, ...]
    tags: tuple[str, ...]
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    status: Status = Status.OPEN
    priority: Priority = Priority.NORMAL
    start: Due | None = None
    due: Due | None = None
    recurrence: str | None = None
    first: Due | None = None
    slot: Due | None = None
    """The due date of this occurrence in its series. It stays when the occurrence is moved."""
    slot_start: Due | None = None
    """The start of this occurrence in its series."""
    completion_zone: str | None = None
    next: TaskId | None = None
    assignees: tuple[UserId, ...] = ()
    parent: TaskId | None = None
    subtasks: int = 0
    blocked_by: tuple[TaskId, ...] = ()
    created_by: UserId
    created_at: Instant
    closed_at: Instant | None = None
    deleted: bool = False

    @property
    def is_open(self) -> bool:
        """True if somebody still has to do the Task."""
        return self.status in {Status.OPEN, Status.STARTED} and not self.deleted


def evolve(task: Task | None, event: TaskEvents, me: str) -> Task:
    if isinstance(event, TaskCreated) and event.task_id == me and task is None:
        return Task(
            id=event.task_id,
            title=event.title,
            description=event.description,
            about=event.about,
            tags=event.tags,
            metadata=event.metadata,
            parent=event.parent,
            created_by=event.by,
            created_at=event.at,
        )
    if task is None:
        raise ValueError(f"{event.tag} before task.created")
    return evolve_task(task, event) if event.task_id == me else evolve_parent_task(task, event)


def evolve_parent_task(task: Task, event: TaskEvents) -> Task:
    match event:
        case TaskCreated():
            return replace(task, subtasks=task.subtasks + 1)
        case TaskDeleted():
            return replace(task, subtasks=task.subtasks - 1)
        case _:
            raise ValueError(f"{event.tag} of another task")


def evolve_task(task: Task, event: TaskEvents) -> Task:
    match event:
        case TaskCreated():
            raise ValueError("task.created twice")
        case TaskEdited():
            return replace(
                task,
                title=task.title if event.title is None else event.title,
                description=task.description if event.description is None else event.description,
                about=task.about if event.about is None else event.about,
                tags=task.tags if event.tags is None else event.tags,
                metadata=task.metadata if event.metadata is None else event.metadata,
            )
        case TaskScheduled():
            return reschedule(task, event)
        case OccurrenceSkipped():
            return move_on(task, event)
        case TaskRecurred():
            return replace(task, next=event.next)
        case TaskBlocked():
            return replace(task, blocked_by=(*task.blocked_by, *event.blockers))
        case TaskUnblocked():
            return replace(task, blocked_by=tuple(id for id in task.blocked_by if id not in event.blockers))
        case TaskPrioritised():
            return replace(task, priority=event.priority)
        case TaskAssigned():
            return replace(task, assignees=tuple(dict.fromkeys((*task.assignees, *event.users))))
        case TaskUnassigned():
            return replace(task, assignees=tuple(user for user in task.assignees if user not in event.users))
        case TaskStarted():
            return replace(task, status=Status.STARTED)
        case TaskStopped():
            return replace(task, status=Status.OPEN)
        case TaskCompleted():
            return replace(task, status=Status.DONE, closed_at=event.at)
        case TaskReopened():
            return replace(task, status=Status.OPEN, closed_at=None)
        case TaskCancelled():
            return replace(task, status=Status.CANCELLED, closed_at=event.at)
        case TaskDeleted():
            return replace(task, deleted=True)
        case _:
            assert_never(event)


def reschedule(task: Task, event: TaskScheduled) -> Task:
    first = (event.first or event.due) if event.recurrence else None
    new = replace(
        task,
        start=event.start,
        due=event.due,
        recurrence=event.recurrence,
        first=first,
        completion_zone=event.completion_zone,
    )
    if event.first is not None and event.first == task.first:
        return new  # the series goes on from where it stood
    return replace(new, slot=event.due, slot_start=event.start) if first else replace(new, slot=None, slot_start=None)


def move_on(task: Task, event: OccurrenceSkipped) -> Task:
    """Return the Task at the next occurrence of its series, which nobody has started."""
    return replace(task, status=Status.OPEN, start=event.start, due=event.due, slot=event.due, slot_start=event.start)
