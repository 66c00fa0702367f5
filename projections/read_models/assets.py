"""A workspace's Assets."""

from collections.abc import Iterable

from ascend.domain.assets.asset import Asset, AssetKind, Details
from ascend.domain.ids import AssetId, UserId
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection, RenderContext


class AssetCard(ReadItem, key=("W#{workspace}", "asset#{asset}")):
    asset: AssetId
    version: int
    kind: AssetKind
    details: Details
    retired: bool
    created_by: UserId
    created_at: Instant

    @property
    def counted(self) -> str:
        return "assets"


def render(asset: Asset, context: RenderContext) -> Iterable[ReadItem]:
    yield AssetCard(
        workspace=context.workspace,
        asset=asset.id,
        version=context.version,
        kind=asset.kind,
        details=asset.details,
        retired=asset.retired,
        created_by=asset.created_by,
        created_at=asset.created_at,
    )


ASSETS = Projection("assets", 1, (AssetCard,), {Asset: render})
