"""A workspace's Tasks."""

from collections.abc import Sequence
from datetime import date

from ascend.domain.ids import Ref, TaskId, ThingId, WorkspaceId
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.things.thing import Thing
from ascend.projections.queries.asking import JOINED, LIMIT, Asking, Viewer, days, on_current_items
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.patterns import (
    BLOCKED_BY_TASK,
    SUBTASKS,
    TASK,
    TASKS_ABOUT,
    TASKS_BY_PRIORITY,
    TASKS_BY_STATUS,
    TASKS_OF_WORKSPACE,
)
from ascend.projections.read_models.links import LinkRole
from ascend.projections.read_models.tasks import TASKS, TO_DO, TaskCard, TaskLine


class TaskQueries(Asking):
    @on_current_items
    async def task(self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer) -> TaskCard:
        return await self._one(TASK, TaskCard, workspace, viewer, Ref(Task.entity, task))

    @on_current_items
    async def tasks(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[TaskLine]:
        """All tasks, in the order of their ids (which is that of their creation, for UUIDv7)."""
        asked = self._asked(TASKS_OF_WORKSPACE, workspace=workspace)
        return Page(*await self._lines(TaskLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def tasks_by_status(
        self,
        workspace: WorkspaceId,
        status: Status,
        *,
        viewer: Viewer,
        start: date | None = None,
        end: date | None = None,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[TaskLine]:
        """Tasks of one status, by due date, then priority; those without a date last.

        With `start` or `end` (both included, UTC days): only tasks that are due then.
        """
        asked = self._asked(TASKS_BY_STATUS, *days(start, end), workspace=workspace, status=status)
        return IndexPage(*await self._lines(TaskLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def tasks_by_priority(
        self,
        workspace: WorkspaceId,
        priority: Priority | None = None,
        *,
        viewer: Viewer,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[TaskLine]:
        """What is still to be done, the most urgent first, then by due date; or of one priority."""
        asked = self._asked(TASKS_BY_PRIORITY, workspace=workspace, to_do=TO_DO, priority=priority)
        return IndexPage(*await self._lines(TaskLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def tasks_about(
        self, workspace: WorkspaceId, thing: ThingId, *, viewer: Viewer, limit: int = JOINED, cursor: str | None = None
    ) -> Page[TaskLine]:
        """The Tasks about a Thing, in the order of their ids."""
        anchor = Ref(Thing.entity, thing)
        return await self._linked(TASKS_ABOUT, workspace, anchor, LinkRole.TASK, (TaskLine,), viewer, limit, cursor)

    @on_current_items
    async def subtasks(
        self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer, limit: int = JOINED, cursor: str | None = None
    ) -> Page[TaskLine]:
        """The parts of a Task, in the order of their ids."""
        anchor = Ref(Task.entity, task)
        return await self._linked(SUBTASKS, workspace, anchor, LinkRole.SUBTASK, (TaskLine,), viewer, limit, cursor)

    @on_current_items
    async def blocks(
        self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer, limit: int = JOINED, cursor: str | None = None
    ) -> Page[TaskLine]:
        """The Tasks that wait for this one."""
        anchor = Ref(Task.entity, task)
        return await self._linked(
            BLOCKED_BY_TASK, workspace, anchor, LinkRole.BLOCKS, (TaskLine,), viewer, limit, cursor
        )

    @on_current_items
    async def blocked_by(self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer) -> Sequence[TaskLine]:
        """The Tasks that this one waits for (at most 20), closed ones included, in the order in which they were named."""
        card = await self.task(workspace, task, viewer=viewer)
        keys = [self._key(TASKS, TaskLine, workspace=workspace, task=blocker) for blocker in card.blocked_by]
        got = await self._get(keys)
        return [TaskLine.from_content(got[key]) for key in keys if key in got]
