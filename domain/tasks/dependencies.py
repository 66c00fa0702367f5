"""The Tasks that block other Tasks. There are no cycles: a Task never blocks itself, directly or over others."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ascend.domain.errors import Refusal
from ascend.domain.ids import Ref, TaskId
from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.rules import existing_task
from ascend.domain.tasks.task import Task, TaskBlocked, TaskUnblocked, task_refs
from ascend.domain.values import FEW, check_distinct
from ascend.domain.workspaces.command import NOTHING, Decision
from ascend.domain.workspaces.view import View

CHAIN = 300
"""The number of Tasks that are searched for a cycle. A command touches at most 500 entities."""

Tasks = Annotated[tuple[TaskId, ...], Field(min_length=1, max_length=FEW), AfterValidator(check_distinct)]


class BlockedByItself(Refusal):
    """A Task cannot wait for itself, or for a Task that waits for it."""


class TooManyBlockers(Refusal):
    """The Task waits for as many others as a Task can."""


class ChainTooLong(Refusal):
    """Too many Tasks wait for one another to check them for a cycle."""


class BlockTask(TaskCommand):
    """Makes a Task wait for others: it cannot be started or completed while one of them is open."""

    blockers: Tasks

    def preloads(self) -> tuple[Ref, ...]:
        return task_refs(self.task_id, *self.blockers)

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        new = tuple(blocker for blocker in self.blockers if blocker not in task.blocked_by)
        if not new:
            return NOTHING
        for blocker in new:
            existing_task(view, blocker)
        deleted = find_deleted(view, task.blocked_by)
        if len(task.blocked_by) - len(deleted) + len(new) > FEW:
            raise TooManyBlockers(f"at most {FEW}")
        check_no_cycle(view, task.id, new)
        blocked = TaskBlocked(at=view.at, by=view.actor, task_id=task.id, blockers=new)
        if not deleted:
            return [blocked]
        return [TaskUnblocked(at=view.at, by=view.actor, task_id=task.id, blockers=deleted), blocked]


class UnblockTask(TaskCommand):
    """Makes a Task wait for others no longer."""

    blockers: Tasks

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        blockers = tuple(blocker for blocker in task.blocked_by if blocker in self.blockers)
        return [TaskUnblocked(at=view.at, by=view.actor, task_id=task.id, blockers=blockers)] if blockers else NOTHING


def find_deleted(view: View, blockers: tuple[TaskId, ...]) -> tuple[TaskId, ...]:
    """Return the blockers that were deleted. They no longer block, and they do not count against the limit."""
    view.load(*task_refs(*blockers))
    return tuple(id for id in blockers if (task := view.find(Task, id)) is None or task.deleted)


def check_no_cycle(view: View, task_id: TaskId, blockers: tuple[TaskId, ...]) -> None:
    """Search, level by level, all Tasks that the blockers wait for.

    Raises:
        BlockedByItself: the task is among them.
        ChainTooLong: there are too many.
    """
    seen: set[TaskId] = set()
    level = set(blockers)
    while level:
        seen |= level
        if task_id in seen:
            raise BlockedByItself(task_id)
        if len(seen) > CHAIN:
            raise ChainTooLong(f"more than {CHAIN}")
        view.load(*task_refs(*sorted(level)))
        tasks = (view.find(Task, id) for id in level)
        level = {blocker for task in tasks if task is not None and not task.deleted for blocker in task.blocked_by}
        level -= seen
