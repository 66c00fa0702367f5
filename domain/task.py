"""Tasks: someone opens one, people take it on, someone finishes it.

open ──start──▶ started ──complete──▶ done ──reopen──▶ open
  └───────────complete───────────────▲
open, started ──cancel──▶ cancelled ──reopen──▶ open            any ──delete──▶ gone for good
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


class TaskEdited(TaskEvent, tag="task.edited"):
    """The whole of what describes it, as it is from now on."""

    title: str
    description: str
    about: tuple[ThingId, ...]
    tags: tuple[str, ...]
    metadata: dict[str, str]


class TaskScheduled(TaskEvent, tag="task.scheduled"):
    start: Due | None = None
    due: Due | None = None


class TaskPrioritised(TaskEvent, tag="task.prioritised"):
    priority: Priority


class TaskAssigned(TaskEvent, tag="task.assigned"):
    users: tuple[UserId, ...]


class TaskUnassigned(TaskEvent, tag="task.unassigned"):
    users: tuple[UserId, ...]


class TaskStarted(TaskEvent, tag="task.started"): ...


class TaskCompleted(TaskEvent, tag="task.completed"): ...


class TaskReopened(TaskEvent, tag="task.reopened"): ...


class TaskCancelled(TaskEvent, tag="task.cancelled"): ...


class TaskDeleted(TaskEvent, tag="task.deleted"): ...


TaskEvents = (
    TaskCreated
    | TaskEdited
    | TaskScheduled
    | TaskPrioritised
    | TaskAssigned
    | TaskUnassigned
    | TaskStarted
    | TaskCompleted
    | TaskReopened
    | TaskCancelled
    | TaskDeleted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
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
    assignees: tuple[UserId, ...] = ()
    created_by: UserId
    created_at: Instant
    closed_at: Instant | None = None
    deleted: bool = False

    @property
    def is_open(self) -> bool:
        """Somebody has still to do it."""
        return self.status in {Status.OPEN, Status.STARTED} and not self.deleted


def evolve(task: Task | None, event: TaskEvents, me: str) -> Task:
    if isinstance(event, TaskCreated) and task is None:
        return Task(
            id=event.task_id,
            title=event.title,
            description=event.description,
            about=event.about,
            tags=event.tags,
            metadata=event.metadata,
            created_by=event.by,
            created_at=event.at,
        )
    if task is None:
        raise ValueError(f"{event.tag} before task.created")
    match event:
        case TaskCreated():
            raise ValueError("task.created twice")
        case TaskEdited():
            return replace(
                task,
                title=event.title,
                description=event.description,
                about=event.about,
                tags=event.tags,
                metadata=event.metadata,
            )
        case TaskScheduled():
            return replace(task, start=event.start, due=event.due)
        case TaskPrioritised():
            return replace(task, priority=event.priority)
        case TaskAssigned():
            return replace(task, assignees=tuple(dict.fromkeys((*task.assignees, *event.users))))
        case TaskUnassigned():
            return replace(task, assignees=tuple(user for user in task.assignees if user not in event.users))
        case TaskStarted():
            return replace(task, status=Status.STARTED)
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
