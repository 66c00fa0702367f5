"""An item of a table: its key, its index keys, its attributes and its time of expiry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

Value = str | int | Decimal | bytes | bool | None | Sequence["Value"] | Mapping[str, "Value"]


class Table(Enum):
    EVENTS = "events"
    VIEWS = "views"


class Index(Enum):
    GSI1 = "gsi1"
    GSI2 = "gsi2"


class Key(NamedTuple):
    """The two parts of a key: of an item, or of its place in an index."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item. An index contains the item only if the item has a key for that index."""

    key: Key
    attributes: Mapping[str, Value]
    gsi1: Key | None = None
    gsi2: Key | None = None
    expires: int | None = None
    """The epoch second after which the item may be removed. DynamoDB removes it some time later, the others never."""
