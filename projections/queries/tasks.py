"""Queries about a workspace's Tasks."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from ascend.domain.ids import Ref, TaskId, ThingId, WorkspaceId
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.things.thing import Thing
from ascend.projections.queries.base import DEFAULT_LIMIT, JOINED_LIMIT, QueryBase, on_current_items
from ascend.projections.queries.days import Days
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.viewer import Viewer
from ascend.projections.read_models.links import BLOCKED_BY_TASK, SUBTASKS, TASKS_ABOUT, LinkRole
from ascend.projections.read_models.tasks import (
    TASK,
    TASKS_BY_PRIORITY,
    TASKS_BY_STATUS,
    TASKS_OF_WORKSPACE,
    TO_DO,
    TaskCard,
    TaskLine,
)

TASK_LINES = (TaskLine,)


class TaskQueries(QueryBase):
    @on_current_items
    async def task(self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer) -> TaskCard:
        return await self._get_one(TASK, workspace, viewer, Ref(Task.entity, task))

    @on_current_items
    async def tasks(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[TaskLine]:
        """Return all tasks, in the order of their ids (for UUIDv7, the order of their creation)."""
        return await self._list(TASKS_OF_WORKSPACE, workspace, viewer, limit, cursor)

    @on_current_items
    async def tasks_by_status(
        self,
        workspace: WorkspaceId,
        status: Status,
        *,
        viewer: Viewer,
        start: date | None = None,
        end: date | None = None,
        zone: ZoneInfo | str | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[TaskLine]:
        """Return tasks of one status, by due date, then priority; tasks without a date come last.

        With `start` or `end` (both included): only tasks that are due on these days of the time zone `zone` (an IANA
        name), without it of UTC.
        """
        days = Days.of(start, end, zone)
        page = await self._list_index(TASKS_BY_STATUS, workspace, viewer, limit, cursor, days.dues, status=status)
        return IndexPage([line for line in page.items if days.contain_due(line.due)], page.cursor)

    @on_current_items
    async def tasks_by_priority(
        self,
        workspace: WorkspaceId,
        priority: Priority | None = None,
        *,
        viewer: Viewer,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[TaskLine]:
        """Return tasks still to be done, the most urgent first, then by due date; or those of one priority."""
        return await self._list_index(
            TASKS_BY_PRIORITY, workspace, viewer, limit, cursor, to_do=TO_DO, priority=priority
        )

    @on_current_items
    async def tasks_about(
        self,
        workspace: WorkspaceId,
        thing: ThingId,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[TaskLine]:
        """Return the Tasks about a Thing, in the order of their ids."""
        anchor, role = Ref(Thing.entity, thing), LinkRole.TASK
        return await self._linked(TASKS_ABOUT, workspace, anchor, role, TASK_LINES, viewer, limit, cursor)

    @on_current_items
    async def subtasks(
        self,
        workspace: WorkspaceId,
        task: TaskId,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[TaskLine]:
        """Return the subtasks of a Task, in the order of their ids."""
        anchor, role = Ref(Task.entity, task), LinkRole.SUBTASK
        return await self._linked(SUBTASKS, workspace, anchor, role, TASK_LINES, viewer, limit, cursor)

    @on_current_items
    async def blocks(
        self,
        workspace: WorkspaceId,
        task: TaskId,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[TaskLine]:
        """Return the Tasks that wait for this one."""
        anchor, role = Ref(Task.entity, task), LinkRole.BLOCKS
        return await self._linked(BLOCKED_BY_TASK, workspace, anchor, role, TASK_LINES, viewer, limit, cursor)

    @on_current_items
    async def blocked_by(self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer) -> Sequence[TaskLine]:
        """Return the Tasks that this one waits for (at most 20), also closed ones, in the order in which they were named."""
        card = await self.task(workspace, task, viewer=viewer)
        keys = [self._key(TaskLine, workspace=workspace, task=blocker) for blocker in card.blocked_by]
        return await self._get_present(TaskLine, keys)
