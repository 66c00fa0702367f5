"""The digest of a store: one number for the content of its live read items.

The number does not depend on the order of the items, their positions or epochs, or the engine of the store.
"""

from hashlib import sha256

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.projections.build import Generation


async def digest_items(tables: Tables, generation: Generation) -> tuple[str, int]:
    """Return the digest (hex) and the number of read items in it. Stores with the same content have the same digest."""
    names = {str(build): build.projection for build in generation.builds}
    total, count = 0, 0
    async for items in scan_pages(tables):
        for item in items:
            projection = names.get(keys.parse_owner(item.key))
            if projection is not None and "data" in item.attributes:
                total = (total + hash_item(projection, item)) % 2**256
                count += 1
    return f"{total:064x}", count


def hash_item(projection: str, item: Item) -> int:
    """Hash the item's keys without the build, its type and its data."""
    partition = item.key.pk.rpartition("#")[0]
    index_keys = [part for key in (item.gsi1, item.gsi2) if key for part in (key.pk.rpartition("#")[0], key.sk)]
    stored = (str(item.attributes.get("type")), str(item.attributes["data"]))
    text = "\x1f".join((projection, partition, item.key.sk, *index_keys, *stored))
    return int.from_bytes(sha256(text.encode()).digest())
