"""A workspace's tasks: a line for lists, and a card with everything about one task.

line   gsi1: tasks of one status by due date      gsi2: tasks still to be done by priority, then due date
"""

from collections.abc import Iterable

from ascend.domain.ids import TaskId, ThingId, UserId
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.values import Due, Instant, due_text
from ascend.projections.item import ReadItem
from ascend.projections.key_text import DueKey
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern, RequestKind
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.read_models.feed import NO_DATE

TO_DO = "to-do"


class TaskLine(
    ReadItem,
    key=("W#{workspace}", "line#{task}"),
    gsi1=("W#{workspace}#status#{status}", "{when}#{priority}#{task}"),
    gsi2=("W#{workspace}#{to_do}", "{priority}#{when}#{task}"),
):
    task: TaskId
    title: str
    status: Status
    priority: Priority
    assignees: tuple[UserId, ...] = ()
    due: Due | None = None

    @property
    def when(self) -> DueKey:
        return NO_DATE if self.due is None else due_text(self.due)

    @property
    def to_do(self) -> str | None:
        """None for a closed task: it is not in this index."""
        return TO_DO if self.status in {Status.OPEN, Status.STARTED} else None

    @property
    def counted(self) -> str:
        return f"tasks.{self.status}"


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
    recurrence: str | None = None
    completion_zone: str | None = None
    """The time zone in whose days the next occurrence is counted from the completion of this one."""
    next: TaskId | None = None
    """The next occurrence, which was opened when this one was completed."""
    parent: TaskId | None = None
    subtasks: int = 0
    blocked_by: tuple[TaskId, ...] = ()
    about: tuple[ThingId, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    created_by: UserId
    created_at: Instant
    closed_at: Instant | None = None


def render_task(task: Task, context: RenderContext) -> Iterable[ReadItem]:
    if task.deleted:
        return
    yield TaskLine(
        workspace=context.workspace,
        task=task.id,
        title=task.title,
        status=task.status,
        priority=task.priority,
        assignees=task.assignees,
        due=task.due,
    )
    yield TaskCard(
        workspace=context.workspace,
        task=task.id,
        version=context.version,
        title=task.title,
        description=task.description,
        status=task.status,
        priority=task.priority,
        assignees=task.assignees,
        start=task.start,
        due=task.due,
        recurrence=task.recurrence,
        completion_zone=task.completion_zone,
        next=task.next,
        parent=task.parent,
        subtasks=task.subtasks,
        blocked_by=task.blocked_by,
        about=task.about,
        tags=task.tags,
        metadata=task.metadata,
        created_by=task.created_by,
        created_at=task.created_at,
        closed_at=task.closed_at,
    )


TASK = Pattern(
    name="One task",
    query="task",
    example="queries.task(home, task, viewer=ada)",
    kind=RequestKind.GET,
    item=TaskCard,
    given=("workspace", "task"),
    load=Load(reads_a_day=5_000, writes_a_day=500, items=1, in_a_year=1, page=1, bytes=1_000, primary=True),
    hot=SPLITS_BY_SORT_KEY,
)
TASKS_OF_WORKSPACE = Pattern(
    name="All tasks of a workspace, in the order of their creation",
    query="tasks",
    example="queries.tasks(home, viewer=ada, limit=100)",
    item=TaskLine,
    given=("workspace",),
    load=Load(reads_a_day=100, writes_a_day=500, items=10_000, in_a_year=43_000, page=100, bytes=350),
)
TASKS_BY_STATUS = Pattern(
    name="A workspace's tasks of one status, by due date",
    query="tasks_by_status",
    example="queries.tasks_by_status(home, Status.OPEN, viewer=ada, end=date(2026, 12, 31), limit=100)",
    item=TaskLine,
    given=("workspace", "status"),
    index=1,
    range="when",
    load=Load(reads_a_day=2_000, writes_a_day=500, items=2_000, in_a_year=5_000, page=100, bytes=350, primary=True),
    hot="a put a change of a line; what is open is some thousand lines of all that ever were",
)
TASKS_BY_PRIORITY = Pattern(
    name="A workspace's tasks still to be done, by priority, then due date",
    query="tasks_by_priority",
    example="queries.tasks_by_priority(home, Priority.HIGH, viewer=ada, limit=100)",
    item=TaskLine,
    given=("workspace", "to_do", "priority"),
    index=2,
    load=Load(reads_a_day=500, writes_a_day=500, items=2_000, in_a_year=5_000, page=100, bytes=350),
    hot="sparse: closed tasks leave it",
)
BLOCKERS = Pattern(
    name="Tasks that block a Task",
    query="blocked_by",
    example="queries.blocked_by(home, task, viewer=ada)",
    kind=RequestKind.GET,
    item=TaskCard,
    given=("workspace", "task"),
    joined="the blockers' lines",
    load=Load(reads_a_day=500, writes_a_day=20, items=2, in_a_year=2, page=20, bytes=1_000),
)

TASKS = Projection(
    "tasks",
    2,
    (TaskLine, TaskCard),
    {Task: render_task},
    patterns=(TASK, TASKS_OF_WORKSPACE, TASKS_BY_STATUS, TASKS_BY_PRIORITY, BLOCKERS),
)
