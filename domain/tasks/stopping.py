"""The command that stops a Task: the way back from `started` to `open`."""

from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.rules import TaskIsCancelled, TaskIsDone, existing_task
from ascend.domain.tasks.task import Status, TaskStopped
from ascend.domain.workspaces.command import NOTHING, Decision
from ascend.domain.workspaces.view import View


class StopTask(TaskCommand):
    """Stops a Task that was started: it is open again. Refused if the Task is done or cancelled."""

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        match task.status:
            case Status.OPEN:
                return NOTHING
            case Status.STARTED:
                return [TaskStopped(at=view.at, by=view.actor, task_id=task.id)]
            case Status.DONE:
                raise TaskIsDone(task.id)
            case Status.CANCELLED:
                raise TaskIsCancelled(task.id)
