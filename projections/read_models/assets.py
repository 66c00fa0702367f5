"""A workspace's Assets."""

from collections.abc import Iterable

from ascend.domain.assets.asset import Asset, AssetKind, Details
from ascend.domain.ids import AssetId, UserId
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern, RequestKind
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


def render_asset(asset: Asset, context: RenderContext) -> Iterable[ReadItem]:
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


ASSET = Pattern(
    name="One Asset",
    query="asset",
    example="queries.asset(home, asset, viewer=ada)",
    kind=RequestKind.GET,
    item=AssetCard,
    given=("workspace", "asset"),
    load=Load(reads_a_day=1_000, writes_a_day=50, items=1, in_a_year=1, page=1, bytes=600),
    hot=SPLITS_BY_SORT_KEY,
)
ASSETS_OF_WORKSPACE = Pattern(
    name="All Assets of a workspace, in the order of their creation",
    query="assets",
    example="queries.assets(home, viewer=ada, limit=100)",
    item=AssetCard,
    given=("workspace",),
    load=Load(reads_a_day=100, writes_a_day=50, items=1_000, in_a_year=12_000, page=100, bytes=600),
)

ASSETS = Projection("assets", 1, (AssetCard,), {Asset: render_asset}, patterns=(ASSET, ASSETS_OF_WORKSPACE))
