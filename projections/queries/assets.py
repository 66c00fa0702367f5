"""Queries about a workspace's Assets."""

from ascend.domain.assets.asset import Asset
from ascend.domain.ids import AssetId, Ref, WorkspaceId
from ascend.projections.queries.base import DEFAULT_LIMIT, JOINED_LIMIT, QueryBase, on_current_items
from ascend.projections.queries.pages import Page
from ascend.projections.queries.viewer import Viewer
from ascend.projections.read_models.assets import ASSET, ASSETS_OF_WORKSPACE, AssetCard
from ascend.projections.read_models.links import ASSETS_OF_TARGET, TARGETS_OF_ASSET, LinkRole
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode


class AssetQueries(QueryBase):
    @on_current_items
    async def asset(self, workspace: WorkspaceId, asset: AssetId, *, viewer: Viewer) -> AssetCard:
        return await self._get_one(ASSET, workspace, viewer, Ref(Asset.entity, asset))

    @on_current_items
    async def assets(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[AssetCard]:
        """Return all Assets, in the order of their ids (for UUIDv7, the order of their creation)."""
        return await self._list(ASSETS_OF_WORKSPACE, workspace, viewer, limit, cursor)

    @on_current_items
    async def assets_of(
        self,
        workspace: WorkspaceId,
        target: Ref,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[AssetCard]:
        """Return the Assets of a Thing or a Task, retired ones included."""
        role, kinds = LinkRole.ASSET, (AssetCard,)
        return await self._linked(ASSETS_OF_TARGET, workspace, target, role, kinds, viewer, limit, cursor)

    @on_current_items
    async def targets_of(
        self,
        workspace: WorkspaceId,
        asset: AssetId,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[ThingNode | TaskLine]:
        """Return the Things and Tasks that an Asset belongs to, Tasks first."""
        anchor, role = Ref(Asset.entity, asset), LinkRole.ON
        kinds: tuple[type[ThingNode | TaskLine], ...] = (ThingNode, TaskLine)
        return await self._linked(TARGETS_OF_ASSET, workspace, anchor, role, kinds, viewer, limit, cursor)
