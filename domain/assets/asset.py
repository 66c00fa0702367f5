"""Assets: a document, a file, an account or a value, linked with any number of Things and Tasks (see `links`).

create ──▶ in use ──retire──▶ retired: the Asset stays, with its links, and cannot be changed
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, assert_never

from pydantic import BaseModel, ConfigDict

from ascend.domain.event import Event
from ascend.domain.ids import AssetId, Ref, UserId
from ascend.domain.values import Instant


class AssetKind(StrEnum):
    DOCUMENT = "document"
    FILE = "file"
    ACCOUNT = "account"
    VALUE = "value"


class Details(BaseModel):
    """The description of an Asset: its location, or its value. Commands check the values; here, they are as stored."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    name: str
    description: str = ""
    media_type: str | None = None
    uri: str | None = None
    size: int | None = None
    """The size in bytes."""
    checksum: str | None = None
    """A checksum as the owner writes it, such as sha256:…"""
    amount: Decimal | None = None
    currency: str | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}


class AssetEvent(Event):
    asset_id: AssetId
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Asset.entity, self.asset_id),)


class AssetCreated(AssetEvent, tag="asset.created"):
    kind: AssetKind
    details: Details


class AssetEdited(AssetEvent, tag="asset.edited"):
    """All details of the Asset after this event."""

    details: Details


class AssetRetired(AssetEvent, tag="asset.retired"): ...


AssetEvents = AssetCreated | AssetEdited | AssetRetired


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A document, a file, an account or a value, for any number of Things and Tasks."""

    entity: ClassVar[str] = "asset"
    id: AssetId
    kind: AssetKind
    details: Details
    created_by: UserId
    created_at: Instant
    retired: bool = False


def evolve(asset: Asset | None, event: AssetEvents, me: str) -> Asset:
    if isinstance(event, AssetCreated) and asset is None:
        return Asset(
            id=event.asset_id, kind=event.kind, details=event.details, created_by=event.by, created_at=event.at
        )
    if asset is None:
        raise ValueError(f"{event.tag} before asset.created")
    match event:
        case AssetCreated():
            raise ValueError("asset.created twice")
        case AssetEdited():
            return replace(asset, details=event.details)
        case AssetRetired():
            return replace(asset, retired=True)
        case _:
            assert_never(event)
