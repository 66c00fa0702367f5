"""The item types of metered requests, by name: of an item that was put, and of a key that was read."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.table.item import Key, Table
from ascend.architect.cost.metered_tables import MeteredPut, MeteredRead
from ascend.projections.key_template import FIELD
from ascend.projections.life_os import LIFE_OS

TYPES = item_types(LIFE_OS.projections)


def find_type_name(put: MeteredPut) -> str:
    return find_item_type(put.table, put.item, TYPES).name


def sum_reads_by_type(reads: Iterable[MeteredRead]) -> dict[str, float]:
    """Return the read units by item type. The keys of one request share its units evenly."""
    units = defaultdict[str, float](float)
    for read in reads:
        for key in read.keys:
            units[find_type_of_key(read.table, key)] += read.units / len(read.keys)
    return dict(units)


@lru_cache(maxsize=4_096)
def find_type_of_key(table: Table, key: Key) -> str:
    """Return the type whose key template matches; where several match, the one with the most fixed text."""
    matches = (item_type for item_type in TYPES if item_type.table is table and matches_key(item_type, key))
    return max(matches, key=lambda item_type: len(FIELD.sub("", item_type.key.pk))).name


def matches_key(item_type: ItemType, key: Key) -> bool:
    """Return True if items of this type can have the key, or lie in its partition where the sort key is empty."""
    if key.sk:
        return item_type.key.matches(key)
    templates = (item_type.key, item_type.gsi1, item_type.gsi2)
    return any(template.matches_partition(key.pk) for template in templates if template is not None)
