"""A user's open tasks across all workspaces, by due date: one line for each assignee while the task is open."""

from collections.abc import Iterable

from ascend.domain.ids import TaskId, UserId
from ascend.domain.task import Priority, Status, Task
from ascend.domain.values import Due, due_text
from ascend.projections.item import ReadItem
from ascend.projections.projection import Look, Projection

NO_DATE = "~"
"""Sorts behind every date."""


class FeedLine(ReadItem, key=("U#{user}", "{workspace}#{task}"), gsi1=("U#{user}", "{when}#{task}")):
    user: UserId
    task: TaskId
    title: str
    status: Status
    priority: Priority
    due: Due | None = None

    @property
    def when(self) -> str:
        return NO_DATE if self.due is None else due_text(self.due)


def render(task: Task, look: Look) -> Iterable[FeedLine]:
    if task.is_open:
        for user in task.assignees:
            yield FeedLine(
                workspace=look.workspace,
                user=user,
                task=task.id,
                title=task.title,
                status=task.status,
                priority=task.priority,
                due=task.due,
            )


FEED = Projection("feed", 1, (FeedLine,), {Task: render})
