"""A user's tasks across all workspaces: open tasks by due date, and tasks that are done, the latest first."""

from collections.abc import Iterable

from ascend.domain.ids import TaskId, UserId
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.values import Due, Instant, due_text, instant_text
from ascend.projections.item import ReadItem
from ascend.projections.key_text import DueKey, InstantKey
from ascend.projections.pattern import Load, Pattern
from ascend.projections.projection import Projection, RenderContext

NO_DATE = "~"
"""Sorts after every date."""


class FeedLine(ReadItem, key=("U#{user}", "open#{workspace}#{task}"), gsi1=("U#{user}#open", "{when}#{task}")):
    """A line for each assignee while the Task is open. In the table, it is found by its workspace."""

    user: UserId
    task: TaskId
    title: str
    status: Status
    priority: Priority
    due: Due | None = None

    @property
    def when(self) -> DueKey:
        return NO_DATE if self.due is None else due_text(self.due)


class DoneLine(ReadItem, key=("U#{user}", "done#{workspace}#{task}"), gsi1=("U#{user}#done", "{when}#{task}")):
    """A line for each assignee once the Task is done."""

    user: UserId
    task: TaskId
    title: str
    closed_at: Instant

    @property
    def when(self) -> InstantKey:
        return instant_text(self.closed_at)


def render_feed(task: Task, context: RenderContext) -> Iterable[ReadItem]:
    for user in task.assignees:
        if task.is_open:
            yield FeedLine(
                workspace=context.workspace,
                user=user,
                task=task.id,
                title=task.title,
                status=task.status,
                priority=task.priority,
                due=task.due,
            )
        elif task.status is Status.DONE and not task.deleted and task.closed_at is not None:
            yield DoneLine(
                workspace=context.workspace, user=user, task=task.id, title=task.title, closed_at=task.closed_at
            )


FEED_OF_USER = Pattern(
    name="A user's open tasks in all workspaces, by due date",
    query="feed",
    example="queries.feed(ada, viewer=ada, start=date(2026, 1, 1), end=date(2026, 12, 31), limit=50)",
    item=FeedLine,
    given=("user",),
    index=1,
    range="when",
    joined="the user's membership in each workspace of the page",
    load=Load(reads_a_day=50, writes_a_day=20, items=60, in_a_year=100, page=50, bytes=350, primary=True),
)
DONE_OF_USER = Pattern(
    name="A user's tasks that were done, the latest first",
    query="done",
    example="queries.done(ada, viewer=ada, limit=50)",
    item=DoneLine,
    given=("user",),
    index=1,
    range="when",
    descending=True,
    joined="the user's membership in each workspace of the page",
    load=Load(reads_a_day=5, writes_a_day=10, items=1_000, in_a_year=4_000, page=50, bytes=300),
)
TASKS_OF_USER = Pattern(
    name="A user's open tasks in one workspace",
    query="tasks_of",
    example="queries.tasks_of(ada, home, viewer=ada, limit=50)",
    item=FeedLine,
    given=("user", "workspace"),
    load=Load(reads_a_day=20, writes_a_day=20, items=40, in_a_year=60, page=50, bytes=350),
)

FEED = Projection(
    "feed", 2, (FeedLine, DoneLine), {Task: render_feed}, patterns=(FEED_OF_USER, DONE_OF_USER, TASKS_OF_USER)
)
