"""What is said of each item type: where it lies, what it holds, who writes it, how long it stays."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Table
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection


class AttributeType(Enum):
    """Of an attribute, as DynamoDB names them."""

    TEXT = "S"
    NUMBER = "N"
    YES_NO = "BOOL"
    LIST = "L"
    MAP = "M"


class Writer(Enum):
    """Which role puts the item (`iam` gives it the permission)."""

    COMMANDS = "command writer"
    WORKER = "projection worker"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    type: AttributeType
    meaning: str
    optional: bool = False
    """Absent from some items of this type, or from what stands where one was removed."""


@dataclass(frozen=True, slots=True)
class Retention:
    text: str
    expires: timedelta | None = None
    """The TTL that some of these items get; None: none ever does."""


@dataclass(frozen=True, slots=True)
class ItemType:
    name: str
    meaning: str
    table: Table
    key: Template
    attributes: tuple[Attribute, ...]
    """Beside the keys and `expires`."""
    writer: Writer
    retention: Retention
    gsi1: Template | None = None
    gsi2: Template | None = None
    instead_of: str = ""
    """The item type in whose place, and so at whose key, this one stands."""
    hot: str = ""
    """Why its partition can bear that it takes all that a workspace (or the store) writes of it, where it does."""
    projection: Projection | None = None
    """Which projection owns it; None: the engine."""
    model: type[ReadItem] | None = None
    """What lies as JSON in `data`, for a read item."""

    def attributes_fit(self, item: Item) -> bool:
        """Whether the item has every attribute of this type, and no other."""
        every = {attribute.name for attribute in self.attributes}
        always = {attribute.name for attribute in self.attributes if not attribute.optional}
        return always <= item.attributes.keys() <= every
