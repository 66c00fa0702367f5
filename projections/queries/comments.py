"""Queries about comments on Tasks, Things and Assets."""

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.errors import NotFound
from ascend.domain.ids import AssetId, CommentId, Ref, TaskId, ThingId, WorkspaceId
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.projections.queries.base import DEFAULT_LIMIT, QueryBase, on_current_items
from ascend.projections.queries.pages import IndexPage
from ascend.projections.queries.viewer import Viewer
from ascend.projections.read_models.comments import COMMENT, COMMENTS_ON, CommentLine


class CommentQueries(QueryBase):
    @on_current_items
    async def comments(
        self,
        workspace: WorkspaceId,
        on: TaskId | ThingId | AssetId,
        *,
        viewer: Viewer,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[CommentLine]:
        """Return the comments on a Task, a Thing or an Asset, the oldest first."""
        ref = to_target(on)
        pattern = self._current.catalog.find_pattern(COMMENTS_ON)
        query = self._item_query(pattern, workspace=workspace, target_kind=ref.kind, target=ref.id)
        (page, next_cursor), heads = await run_both(
            lambda: self._read_page(query, limit, cursor), lambda: self._heads(workspace, viewer, [ref])
        )
        if ref not in heads:
            raise NotFound(ref)
        return IndexPage(page.items(pattern.item), next_cursor)

    @on_current_items
    async def comment(self, workspace: WorkspaceId, comment: CommentId, *, viewer: Viewer) -> CommentLine:
        """Return one comment, as long as the entity that it is on lives."""
        ref = Ref(Comment.entity, comment)
        line = await self._get_one(COMMENT, workspace, viewer, ref)
        if not await self._get([self._head_key(workspace, Ref(line.target_kind, line.target))]):
            raise NotFound(ref)
        return line


def to_target(id: TaskId | ThingId | AssetId) -> Ref:
    match id:
        case TaskId():
            return Ref(Task.entity, id)
        case AssetId():
            return Ref(Asset.entity, id)
        case _:
            return Ref(Thing.entity, id)
