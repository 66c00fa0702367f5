"""Comments on Tasks, Things and Assets."""

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.errors import NotFound
from ascend.domain.ids import AssetId, CommentId, Ref, TaskId, ThingId, WorkspaceId
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.projections.queries.asking import LIMIT, MOST, Asking, Viewer, on_current_items
from ascend.projections.queries.pages import IndexPage
from ascend.projections.queries.patterns import COMMENT, COMMENTS_ON
from ascend.projections.read_models.comments import CommentLine


class CommentQueries(Asking):
    @on_current_items
    async def comments(
        self,
        workspace: WorkspaceId,
        on: TaskId | ThingId | AssetId,
        *,
        viewer: Viewer,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[CommentLine]:
        """The comments on a Task, a Thing or an Asset, the oldest first."""
        ref = target(on)
        asked = self._asked(COMMENTS_ON, workspace=workspace, target_kind=ref.kind, target=ref.id)
        (found, next_cursor), heads = await run_both(
            lambda: self._page(asked, cursor, limit, MOST), lambda: self._heads(workspace, viewer, [ref])
        )
        if ref not in heads:
            raise NotFound(ref)
        return IndexPage(found.items(CommentLine), next_cursor)

    @on_current_items
    async def comment(self, workspace: WorkspaceId, comment: CommentId, *, viewer: Viewer) -> CommentLine:
        """One comment, as long as what it stands on lives."""
        line = await self._one(COMMENT, CommentLine, workspace, viewer, Ref(Comment.entity, comment))
        if not await self._get([self.head(workspace, Ref(line.target_kind, line.target))]):
            raise NotFound(Ref(Comment.entity, comment))
        return line


def target(id: TaskId | ThingId | AssetId) -> Ref:
    match id:
        case TaskId():
            return Ref(Task.entity, id)
        case AssetId():
            return Ref(Asset.entity, id)
        case _:
            return Ref(Thing.entity, id)
