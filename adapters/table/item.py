"""An item of an ordered table: its keys, its index keys, its attributes and when it may be removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

Value = str | int | Decimal | bytes | bool | None | Sequence["Value"] | Mapping[str, "Value"]


class Table(Enum):
    EVENTS = "events"
    VIEWS = "views"


class Index(Enum):
    GSI1 = "gsi1"
    GSI2 = "gsi2"


@dataclass(frozen=True, slots=True)
class Key:
    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item. Index keys that are None are absent, so the item is not in that index."""

    key: Key
    attributes: Mapping[str, Value]
    gsi1: Key | None = None
    gsi2: Key | None = None
    expires: int | None = None
    """Epoch second after which the store may remove the item, some time (DynamoDB) or never (the others)."""
