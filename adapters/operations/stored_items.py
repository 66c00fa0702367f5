"""Facts that the jobs of operators read from a stored item."""

from ascend.adapters.layout.catalog import find_item_type
from ascend.adapters.layout.items import ENGINE_ITEMS
from ascend.adapters.table.item import Item, Table


def workspace_of(item: Item) -> str:
    """Return the id of the item's workspace: its attribute, or else the second part of its partition key."""
    stored = item.attributes.get("workspace")
    return str(stored) if stored is not None else item.key.pk.partition("#")[2].partition("#")[0]


def position_of_item(item: Item) -> int:
    """Return the item's position, or -1 where it has none."""
    stored = item.attributes.get("position")
    return stored if isinstance(stored, int) else -1


def kind_of_item(table: Table, item: Item) -> str:
    """Return the kind under which an erasure counts the item."""
    if "workspace" not in item.attributes:
        try:
            return find_item_type(table, item, ENGINE_ITEMS).name
        except LookupError:
            return "other"  # another version of the code wrote it
    if "data" not in item.attributes:
        return "tombstone"
    return "user's read item" if item.key.pk.startswith("U#") else "read item"
