"""The command that gives a Task its dates and its recurrence."""

from dataclasses import replace
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.recurrence import Rule
from ascend.domain.tasks.rules import check_schedule, existing_task
from ascend.domain.tasks.task import Task, TaskScheduled
from ascend.domain.values import Due, ZoneName, is_after
from ascend.domain.workspaces.command import NOTHING, Decision, EditCommand
from ascend.domain.workspaces.view import View
from ascend.domain.zones import record_wall_time


class ScheduleTask(TaskCommand, EditCommand):
    """Changes the dates and the recurrence of a Task. A field that is left out keeps its value; None empties it.

    If the recurrence stays the same, only this occurrence is moved: the series goes on as before. Refused if the Task
    would be due before it starts, or would recur without a due date. A moment is stored with its wall time; one whose
    `wall` is not what the clocks of its zone show is refused.
    """

    start: Due | None = None
    due: Due | None = None
    recurrence: Rule | None = None
    """An RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=MO`. The series begins at `due`, in the time zone of `due`."""
    completion_zone: ZoneName | None = None
    """If the Task recurs, the next occurrence is counted from the day, in this time zone, on which it is done. None: from `due`."""

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.recurrence is not None and self.due is None and "due" in self.model_fields_set:
            raise PydanticCustomError("recurrence", "a task that recurs needs a due date: its series begins there")
        if self.start is not None and self.due is not None and is_after(self.start, self.due):
            raise PydanticCustomError("order", "a task cannot be due before it starts")
        return self

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        changed = self.change(task)
        if changed == task:
            return NOTHING
        check_schedule(changed)
        scheduled = TaskScheduled(
            at=view.at,
            by=view.actor,
            task_id=task.id,
            start=changed.start,
            due=changed.due,
            recurrence=changed.recurrence,
            first=task.first if changed.recurrence == task.recurrence else None,
            completion_zone=changed.completion_zone,
        )
        return [scheduled]

    def change(self, task: Task) -> Task:
        """Return the Task with the dates and the recurrence of this command. Raises: InvalidInput (`record_wall_time`)."""
        changed = replace(task, **self.changes())
        return replace(
            changed,
            start=record_wall_time(changed.start, task.start),
            due=record_wall_time(changed.due, task.due),
        )
