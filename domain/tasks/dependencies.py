"""Which Task waits for which others. No cycles: a Task is never blocked, over however many others, by itself."""

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from ascend.domain.errors import Refusal
from ascend.domain.ids import Ref, TaskId
from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.rules import existing_task
from ascend.domain.tasks.task import Task, TaskBlocked, TaskUnblocked, task_refs
from ascend.domain.values import FEW, check_distinct
from ascend.domain.workspaces.command import NOTHING, Decision

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View

CHAIN = 300
"""Tasks that are looked at for a cycle; a command touches at most 500."""

Tasks = Annotated[tuple[TaskId, ...], Field(min_length=1, max_length=FEW), AfterValidator(check_distinct)]


class BlockedByItself(Refusal):
    """A Task cannot wait for itself, nor for one that waits for it."""


class TooManyBlockers(Refusal):
    """A Task waits for as many others as it can."""


class ChainTooLong(Refusal):
    """Too many Tasks wait for one another to tell whether they go round in circles."""


class BlockTask(TaskCommand):
    """The Task waits for these: it cannot be started or completed while one of them is open."""

    blockers: Tasks

    def preloads(self) -> tuple[Ref, ...]:
        return task_refs(self.task_id, *self.blockers)

    def decide(self, view: "View") -> Decision:
        task = existing_task(view, self.task_id)
        new = tuple(blocker for blocker in self.blockers if blocker not in task.blocked_by)
        if not new:
            return NOTHING
        for blocker in new:
            existing_task(view, blocker)
        dead = find_deleted(view, task.blocked_by)
        if len(task.blocked_by) - len(dead) + len(new) > FEW:
            raise TooManyBlockers(f"at most {FEW}")
        check_no_cycle(view, task.id, new)
        blocked = TaskBlocked(at=view.at, by=view.actor, task_id=task.id, blockers=new)
        if not dead:
            return [blocked]
        return [TaskUnblocked(at=view.at, by=view.actor, task_id=task.id, blockers=dead), blocked]


class UnblockTask(TaskCommand):
    """The Task waits for these no longer."""

    blockers: Tasks

    def decide(self, view: "View") -> Decision:
        task = existing_task(view, self.task_id)
        gone = tuple(blocker for blocker in task.blocked_by if blocker in self.blockers)
        return [TaskUnblocked(at=view.at, by=view.actor, task_id=task.id, blockers=gone)] if gone else NOTHING


def find_deleted(view: "View", blockers: tuple[TaskId, ...]) -> tuple[TaskId, ...]:
    """They block nothing any more, and make room for others."""
    view.load(*task_refs(*blockers))
    return tuple(one for one in blockers if (task := view.find(Task, one)) is None or task.deleted)


def check_no_cycle(view: "View", task: TaskId, blockers: tuple[TaskId, ...]) -> None:
    """Walks, level by level, over all that the blockers wait for."""
    seen: set[TaskId] = set()
    level = set(blockers)
    while level:
        seen |= level
        if task in seen:
            raise BlockedByItself(task)
        if len(seen) > CHAIN:
            raise ChainTooLong(f"more than {CHAIN}")
        view.load(*task_refs(*sorted(level)))
        found = (view.find(Task, one) for one in level)
        level = {blocker for one in found if one is not None and not one.deleted for blocker in one.blocked_by} - seen
