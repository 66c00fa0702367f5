"""The commands on Assets, and their rules."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.assets.asset import Asset, AssetCreated, AssetEdited, AssetKind, AssetRetired, Details
from ascend.domain.errors import NotFound, Refusal
from ascend.domain.ids import AssetId, Ref
from ascend.domain.values import Amount, Currency, Label, Metadata, Name, Tags, Text, Uri
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View

Size = Annotated[int, Field(ge=0, lt=2**63)]


class NoSuchAsset(NotFound):
    """There is no such Asset in this workspace."""


class AssetExists(Refusal):
    """There is another Asset with this id."""


class AssetIsRetired(Refusal):
    """A retired Asset cannot be changed or linked with anything new."""


class AmountAndCurrency(Refusal):
    """An amount needs its currency, and a currency its amount."""


class AssetCommand(Command):
    asset_id: AssetId

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Asset.entity, self.asset_id),)


class CreateAsset(AssetCommand):
    """Creates an Asset: a document, file, account or value. It is not linked with anything yet.

    Sent again for the same Asset, with the same content, it does nothing.
    """

    kind: AssetKind
    name: Name
    description: Text = ""
    media_type: Label | None = None
    uri: Uri | None = None
    size: Size | None = None
    checksum: Label | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    tags: Tags = ()
    metadata: Metadata = {}

    @model_validator(mode="after")
    def amount_with_currency(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise PydanticCustomError("amount", "an amount needs its currency, and a currency its amount")
        return self

    def decide(self, view: View) -> Decision:
        details = Details(**details_of(self))
        existing = view.find(Asset, self.asset_id)
        if existing is None:
            return [AssetCreated(at=view.at, by=view.actor, asset_id=self.asset_id, kind=self.kind, details=details)]
        if (existing.kind, existing.details, existing.retired) == (self.kind, details, False):
            return NOTHING
        raise AssetExists(self.asset_id)


class EditAsset(AssetCommand, EditTagsCommand):
    """Changes the details of an Asset. A field that is left out keeps its value; None empties it.

    Refused if the Asset is retired.
    """

    name: Name = ""
    description: Text | None = None
    media_type: Label | None = None
    uri: Uri | None = None
    size: Size | None = None
    checksum: Label | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    metadata: Metadata | None = None

    def decide(self, view: View) -> Decision:
        asset = asset_in_use(view, self.asset_id)
        details = asset.details.model_copy(update=self.changes_to(asset.details))
        if (details.amount is None) != (details.currency is None):
            raise AmountAndCurrency(asset.id)
        if details == asset.details:
            return NOTHING
        return [AssetEdited(at=view.at, by=view.actor, asset_id=asset.id, details=details)]


class RetireAsset(AssetCommand):
    """Retires an Asset for good. It keeps its links, but cannot be changed or linked with anything new."""

    def decide(self, view: View) -> Decision:
        asset = existing_asset(view, self.asset_id)
        return NOTHING if asset.retired else [AssetRetired(at=view.at, by=view.actor, asset_id=asset.id)]


def details_of(command: CreateAsset) -> dict[str, Any]:
    return {name: getattr(command, name) for name in Details.model_fields}


def existing_asset(view: View, asset_id: AssetId) -> Asset:
    """Return the Asset.

    Raises:
        NoSuchAsset: it never existed.
    """
    asset = view.find(Asset, asset_id)
    if asset is None:
        raise NoSuchAsset(asset_id)
    return asset


def asset_in_use(view: View, asset_id: AssetId) -> Asset:
    """Return the Asset.

    Raises:
        NoSuchAsset: it never existed.
        AssetIsRetired: it is retired.
    """
    asset = existing_asset(view, asset_id)
    if asset.retired:
        raise AssetIsRetired(asset_id)
    return asset
