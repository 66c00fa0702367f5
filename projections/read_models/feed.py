"""A user's tasks across all workspaces: what is open, by due date, and what is done, the latest first."""

from collections.abc import Iterable

from ascend.domain.ids import TaskId, UserId
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.values import Due, Instant, due_text, instant_text
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection, RenderContext

NO_DATE = "~"
"""Sorts behind every date."""


class FeedLine(ReadItem, key=("U#{user}", "open#{workspace}#{task}"), gsi1=("U#{user}#open", "{when}#{task}")):
    """One for each assignee while the Task is open. In the table: those of one workspace."""

    user: UserId
    task: TaskId
    title: str
    status: Status
    priority: Priority
    due: Due | None = None

    @property
    def when(self) -> str:
        return NO_DATE if self.due is None else due_text(self.due)


class DoneLine(ReadItem, key=("U#{user}", "done#{workspace}#{task}"), gsi1=("U#{user}#done", "{when}#{task}")):
    """One for each assignee once the Task is done."""

    user: UserId
    task: TaskId
    title: str
    closed_at: Instant

    @property
    def when(self) -> str:
        return instant_text(self.closed_at)


def render(task: Task, context: RenderContext) -> Iterable[ReadItem]:
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


FEED = Projection("feed", 2, (FeedLine, DoneLine), {Task: render})
