"""The description of an item type: its key, its attributes, who writes it, how long it stays."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Table
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection


class AttributeType(Enum):
    """The type of an attribute, as DynamoDB names it."""

    TEXT = "S"
    NUMBER = "N"
    YES_NO = "BOOL"
    BYTES = "B"
    LIST = "L"
    MAP = "M"


class Writer(Enum):
    """The role that puts the item. `ascend schema iam` grants the permission to it."""

    COMMANDS = "command writer"
    WORKER = "projection worker"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    type: AttributeType
    meaning: str
    optional: bool = False
    """True if some items of this type, or their tombstones, lack the attribute."""


@dataclass(frozen=True, slots=True)
class Retention:
    text: str
    expires: timedelta | None = None
    """The TTL that some of these items get. None: the items never expire."""


@dataclass(frozen=True, slots=True)
class ItemType:
    name: str
    meaning: str
    table: Table
    key: Template
    attributes: tuple[Attribute, ...]
    """The attributes beside the keys and `expires`."""
    writer: Writer
    retention: Retention
    gsi1: Template | None = None
    gsi2: Template | None = None
    replaces: str = ""
    """The name of the item type that these items replace under the same key."""
    hot: str = ""
    """For items of which a workspace (or the store) writes all to one partition: why the partition can bear the load."""
    projection: Projection | None = None
    """The projection that owns the item type. None: the engine owns it."""
    model: type[ReadItem] | None = None
    """The class of a read item, stored as JSON in `data`."""

    def matches_attributes(self, item: Item) -> bool:
        """Return True if the item has every required attribute of this type, and no attribute of another type."""
        known = {attribute.name for attribute in self.attributes}
        required = {attribute.name for attribute in self.attributes if not attribute.optional}
        return required <= item.attributes.keys() <= known
