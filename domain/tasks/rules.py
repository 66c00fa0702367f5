"""The rules for Tasks, and the refusals that name them."""

from typing import TYPE_CHECKING

from ascend.domain.errors import InvalidInput, NotFound, Refusal
from ascend.domain.ids import POLICIES, TaskId
from ascend.domain.tasks.recurrence import check_zone
from ascend.domain.tasks.task import Task, TaskUnassigned, task_refs
from ascend.domain.values import Due, ZonedTime
from ascend.domain.workspaces.command import NOTHING, Decision
from ascend.domain.workspaces.workspace import WorkspaceIsArchived

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View

LEVELS = 10
"""Of subtasks: a decision walks up all of them."""


class NoSuchTask(NotFound):
    """There is no such Task in this workspace, or it was deleted."""


class TaskExists(Refusal):
    """There is, or was, another Task with this id."""


class TaskIsCancelled(Refusal):
    """A cancelled Task cannot be started or completed: reopen it first."""


class TaskIsDone(Refusal):
    """A Task that is done cannot be started or cancelled: reopen it first."""


class TaskIsBlocked(Refusal):
    """A Task cannot be started or completed before those that block it are closed."""


class TooManyAssignees(Refusal):
    """A Task has as many assignees as it can have."""


class TooManyLevels(Refusal):
    """A subtask would hang too deep."""


class HasSubtasks(Refusal):
    """A Task with subtasks cannot be deleted: delete them first."""


def existing_task(view: "View", task_id: TaskId) -> Task:
    task = view.find(Task, task_id)
    if task is None or task.deleted:
        raise NoSuchTask(task_id)
    return task


def check_writable(view: "View") -> None:
    """A policy goes on in an archived workspace; nobody else does."""
    if view.workspace.archived and view.actor != POLICIES:
        raise WorkspaceIsArchived(view.workspace_id)


def unassign_former_members(view: "View", task: Task) -> Decision:
    """Unassigns those who are no members any more: closed tasks keep them."""
    gone = tuple(user for user in task.assignees if user not in view.workspace.members)
    return [TaskUnassigned(at=view.at, by=view.actor, task_id=task.id, users=gone)] if gone else NOTHING


def check_series(*dates: Due | None) -> None:
    """Raises `InvalidInput` where the next occurrence could not be told: an unknown zone, the edge of the calendar."""
    for one in dates:
        if isinstance(one, ZonedTime):
            check_zone(one.zone)
        if one is not None and (one.instant if isinstance(one, ZonedTime) else one).year in {1, 9999}:
            raise InvalidInput("a task that recurs lies between the years 2 and 9998")


def check_parent(view: "View", parent: TaskId | None) -> None:
    """Raises unless a subtask can hang below this Task: it and those above it live, and they are not too many."""
    levels = 0
    while parent is not None:
        levels += 1
        if levels == LEVELS:
            raise TooManyLevels(f"at most {LEVELS}")
        parent = existing_task(view, parent).parent


def check_unblocked(view: "View", task: Task) -> None:
    view.load(*task_refs(*task.blocked_by))
    for blocker in task.blocked_by:
        if (there := view.find(Task, blocker)) is not None and there.is_open:
            raise TaskIsBlocked(blocker)
