"""The rules for Tasks, and their refusals."""

from ascend.domain.errors import InvalidInput, NotFound, Refusal
from ascend.domain.ids import POLICIES, TaskId
from ascend.domain.tasks.recurrence_rule import parse
from ascend.domain.tasks.task import Task, TaskUnassigned, task_refs
from ascend.domain.values import Due, ZonedTime, is_after
from ascend.domain.workspaces.command import NOTHING, Decision
from ascend.domain.workspaces.view import View
from ascend.domain.workspaces.workspace import WorkspaceIsArchived
from ascend.domain.zones import check_zone

LEVELS = 10
"""The number of levels of subtasks. A decision walks up all of them."""


class NoSuchTask(NotFound):
    """There is no such Task in this workspace, or it was deleted."""


class TaskExists(Refusal):
    """There is, or was, another Task with this id."""


class TaskIsCancelled(Refusal):
    """A cancelled Task cannot be started, stopped or completed: reopen it first."""


class TaskIsDone(Refusal):
    """A Task that is done cannot be started, stopped or cancelled: reopen it first."""


class TaskIsBlocked(Refusal):
    """A Task cannot be started or completed while a Task that blocks it is open."""


class TooManyAssignees(Refusal):
    """The Task has as many assignees as a Task can have."""


class TooManyLevels(Refusal):
    """The subtask would be too many levels below its first ancestor."""


class HasSubtasks(Refusal):
    """A Task with subtasks cannot be deleted: delete them first."""


class DueBeforeStart(Refusal):
    """A Task cannot be due before it starts: give both dates, or None for the one to remove."""


class RecursWithoutDue(Refusal):
    """A Task that recurs needs a due date, because its series begins there: give `due`, or None as the recurrence."""


class CountFromCompletion(Refusal):
    """A recurrence that is counted from completion cannot end by COUNT: use UNTIL."""


class TaskDoesNotRecur(Refusal):
    """The Task does not recur, so there is no next occurrence to move on to."""


class LastOccurrence(Refusal):
    """No occurrence is left to move on to, or the next one was opened already: complete or cancel the Task."""


def existing_task(view: View, task_id: TaskId) -> Task:
    """Return the Task.

    Raises:
        NoSuchTask: it never existed or was deleted.
    """
    task = view.find(Task, task_id)
    if task is None or task.deleted:
        raise NoSuchTask(task_id)
    return task


def check_writable(view: View) -> None:
    """Check that the actor may change an archived workspace: only policies may.

    Raises:
        WorkspaceIsArchived: the workspace is archived, and the actor is not a policy.
    """
    if view.workspace.archived and view.actor != POLICIES:
        raise WorkspaceIsArchived(view.workspace_id)


def unassign_former_members(view: View, task: Task) -> Decision:
    """Return the events that remove the assignees who are no longer members. Closed Tasks may have such assignees."""
    users = tuple(user for user in task.assignees if user not in view.workspace.members)
    return [TaskUnassigned(at=view.at, by=view.actor, task_id=task.id, users=users)] if users else NOTHING


def check_schedule(task: Task) -> None:
    """Check that the dates and the recurrence of the Task go together.

    Raises:
        RecursWithoutDue: the Task recurs and has no due date.
        DueBeforeStart: the due date is before the start.
        CountFromCompletion: the recurrence is counted from completion, and ends by COUNT.
        InvalidInput: the next occurrence cannot be computed from these dates, or this machine does not know the zone of
            completions.
    """
    if task.recurrence is not None and task.due is None:
        raise RecursWithoutDue(task.id)
    if task.start is not None and task.due is not None and is_after(task.start, task.due):
        raise DueBeforeStart(task.id)
    if task.recurrence is not None:
        check_series(task.start, task.due)
    if task.completion_zone is not None:
        check_zone(task.completion_zone)
        if task.recurrence is not None and parse(task.recurrence).count is not None:
            raise CountFromCompletion(task.id)


def check_series(*dates: Due | None) -> None:
    """Check that the next occurrence can be computed from these dates.

    Raises:
        InvalidInput: this machine does not know the zone, or a date is at the edge of the calendar.
    """
    for date in dates:
        if isinstance(date, ZonedTime):
            check_zone(date.zone)
        if date is not None and (date.instant if isinstance(date, ZonedTime) else date).year in {1, 9999}:
            raise InvalidInput("a task that recurs lies between the years 2 and 9998")


def check_parent(view: View, parent: TaskId | None) -> None:
    """Check that a Task can have this parent.

    Raises:
        NoSuchTask: the parent or an ancestor was deleted.
        TooManyLevels: there are too many levels above the Task.
    """
    levels = 0
    while parent is not None:
        levels += 1
        if levels == LEVELS:
            raise TooManyLevels(f"at most {LEVELS}")
        parent = existing_task(view, parent).parent


def check_unblocked(view: View, task: Task) -> None:
    """Check that no Task that blocks this one is open.

    Raises:
        TaskIsBlocked: one is open.
    """
    view.load(*task_refs(*task.blocked_by))
    for blocker in task.blocked_by:
        if (blocking := view.find(Task, blocker)) is not None and blocking.is_open:
            raise TaskIsBlocked(blocker)
