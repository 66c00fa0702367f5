"""A workspace's tasks: a line for lists, by status and due date, and a card with everything about one task."""

from collections.abc import Iterable

from ascend.domain.ids import TaskId, ThingId, UserId
from ascend.domain.task import Priority, Status, Task
from ascend.domain.values import Due, Instant, due_text
from ascend.projections.feed import NO_DATE
from ascend.projections.item import ReadItem
from ascend.projections.projection import Look, Projection


class TaskLine(
    ReadItem, key=("W#{workspace}", "line#{task}"), gsi1=("W#{workspace}#{status}", "{when}#{priority}#{task}")
):
    task: TaskId
    title: str
    status: Status
    priority: Priority
    assignees: tuple[UserId, ...] = ()
    due: Due | None = None

    @property
    def when(self) -> str:
        return NO_DATE if self.due is None else due_text(self.due)


class TaskCard(ReadItem, key=("W#{workspace}", "card#{task}")):
    task: TaskId
    version: int
    title: str
    description: str
    status: Status
    priority: Priority
    assignees: tuple[UserId, ...] = ()
    start: Due | None = None
    due: Due | None = None
    about: tuple[ThingId, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    created_by: UserId
    created_at: Instant
    closed_at: Instant | None = None


def render(task: Task, look: Look) -> Iterable[ReadItem]:
    if task.deleted:
        return
    yield TaskLine(
        workspace=look.workspace,
        task=task.id,
        title=task.title,
        status=task.status,
        priority=task.priority,
        assignees=task.assignees,
        due=task.due,
    )
    yield TaskCard(
        workspace=look.workspace,
        task=task.id,
        version=look.version,
        title=task.title,
        description=task.description,
        status=task.status,
        priority=task.priority,
        assignees=task.assignees,
        start=task.start,
        due=task.due,
        about=task.about,
        tags=task.tags,
        metadata=task.metadata,
        created_by=task.created_by,
        created_at=task.created_at,
        closed_at=task.closed_at,
    )


TASKS = Projection("tasks", 1, (TaskLine, TaskCard), {Task: render})
