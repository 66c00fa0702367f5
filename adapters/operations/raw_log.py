"""The log as it is stored, without decoding it: what an operator looks at when a commit cannot be read."""

from collections.abc import AsyncIterator

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Everything, Query
from ascend.adapters.table.typed import to_typed
from ascend.domain.ids import WorkspaceId


async def raw_items(tables: Tables, workspace: WorkspaceId, first: int = 1) -> AsyncIterator[Item]:
    """Yield every item of the log from a position on, in the order of the sort keys; from 1 on, whatever is there."""
    sort = Everything() if first <= 1 else Between(keys.format_position(first), keys.LAST_SORT_KEY)
    async for page in pages(tables, Query(Table.EVENTS, keys.log_partition(workspace), sort, consistent=True)):
        for item in page.items:
            yield item


async def raw_item(tables: Tables, workspace: WorkspaceId, place: str) -> Item | None:
    """Return the item at a position, or at a sort key that is no position."""
    is_number = place.isascii() and place.isdigit() and len(place) < keys.WIDTH
    sort_key = keys.format_position(int(place)) if is_number else place
    return await tables.get(Table.EVENTS, Key(keys.log_partition(workspace), sort_key))


def size_of(item: Item) -> int:
    """Return the item's size in bytes, as the service counts it."""
    return to_typed(Table.EVENTS, item)[1]
