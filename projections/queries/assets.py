"""A workspace's Assets, and what they are linked with."""

from ascend.domain.assets.asset import Asset
from ascend.domain.ids import AssetId, Ref, WorkspaceId
from ascend.projections.queries.asking import JOINED, LIMIT, Asking, Viewer, on_current_items
from ascend.projections.queries.pages import Page
from ascend.projections.queries.patterns import ASSET, ASSETS_OF_TARGET, ASSETS_OF_WORKSPACE, TARGETS_OF_ASSET
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.links import LinkRole
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode


class AssetQueries(Asking):
    @on_current_items
    async def asset(self, workspace: WorkspaceId, asset: AssetId, *, viewer: Viewer) -> AssetCard:
        return await self._one(ASSET, AssetCard, workspace, viewer, Ref(Asset.entity, asset))

    @on_current_items
    async def assets(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[AssetCard]:
        """All Assets, in the order of their ids (which is that of their creation, for UUIDv7)."""
        asked = self._asked(ASSETS_OF_WORKSPACE, workspace=workspace)
        return Page(*await self._lines(AssetCard, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def assets_of(
        self, workspace: WorkspaceId, target: Ref, *, viewer: Viewer, limit: int = JOINED, cursor: str | None = None
    ) -> Page[AssetCard]:
        """The Assets of a Thing or a Task, retired ones included."""
        role, kinds = LinkRole.ASSET, (AssetCard,)
        return await self._linked(ASSETS_OF_TARGET, workspace, target, role, kinds, viewer, limit, cursor)

    @on_current_items
    async def targets_of(
        self, workspace: WorkspaceId, asset: AssetId, *, viewer: Viewer, limit: int = JOINED, cursor: str | None = None
    ) -> Page[ThingNode | TaskLine]:
        """The Things and Tasks that an Asset belongs to: Tasks first."""
        anchor, role = Ref(Asset.entity, asset), LinkRole.ON
        kinds: tuple[type[ThingNode | TaskLine], ...] = (ThingNode, TaskLine)
        return await self._linked(TARGETS_OF_ASSET, workspace, anchor, role, kinds, viewer, limit, cursor)
