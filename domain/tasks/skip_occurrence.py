"""The command that skips one occurrence of a Task that recurs: the Task moves on to the next one."""

from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.rules import (
    LastOccurrence,
    TaskDoesNotRecur,
    TaskIsCancelled,
    TaskIsDone,
    existing_task,
)
from ascend.domain.tasks.series import follow_slot
from ascend.domain.tasks.task import OccurrenceSkipped, Status
from ascend.domain.workspaces.command import Decision
from ascend.domain.workspaces.view import View


class SkipOccurrence(TaskCommand):
    """Moves a Task that recurs on to the next occurrence of its series, and opens it if it was started.

    An occurrence that is skipped counts: of three (`COUNT=3`), two are left. Refused if it is the last one,
    and if the next one was opened already, because the Task was done and reopened.
    """

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        if task.status is Status.DONE:
            raise TaskIsDone(task.id)
        if task.status is Status.CANCELLED:
            raise TaskIsCancelled(task.id)
        if task.recurrence is None:
            raise TaskDoesNotRecur(task.id)
        following = follow_slot(task) if task.next is None else None
        if following is None:
            raise LastOccurrence(task.id)
        return [OccurrenceSkipped(at=view.at, by=view.actor, task_id=task.id, start=following.start, due=following.due)]
