"""What DynamoDB counts for a request: the formulas of its documents, which a test compares with DynamoDB Local.

write   1 unit for each KB (begun) of the larger of the item before and the item after; the same in each index that holds it
        both sizes in an index where its key there changes: the old entry is removed, a new one is put
read    1 unit for each 4 KB (begun): of one item (GetItem, BatchGetItem), of all items of a page together (Query)
        half of it where the read is not consistent, as on every index
"""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import TypeVar

from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.typed import to_typed

K = TypeVar("K")
WRITE_BYTES = 1_024
READ_BYTES = 4_096
MISSING = 1.0
"""Units of a consistent read that finds nothing (an empty page, a key without an item): the service bills the least."""
OVERHEAD_BYTES = 100
"""Of each stored item, in the table and in each index."""


def size(table: Table, item: Item) -> int:
    return to_typed(table, item)[1]


def write_units(*sizes: float, spread: float = 0.0) -> float:
    """Of one put that leaves items of these sizes before and after it.

    With a `spread`, sizes are averages of many that are by up to this share smaller or larger, and so is the number.
    """
    whole = max(sizes)
    if not spread:
        return max(1, ceil(whole / WRITE_BYTES))
    low, high = whole * (1 - spread), whole * (1 + spread)
    return (summed_units(high) - summed_units(low)) / (high - low)


def summed_units(size: float) -> float:
    """The integral of the units of one put, from no bytes to this size."""
    full, rest = divmod(size, WRITE_BYTES)
    return WRITE_BYTES * full * (full + 1) / 2 + rest * (full + 1)


def put_units(table: Table, before: Item | None, after: Item, *, spread: float = 0.0) -> dict[str, float]:
    """Of one put, by place: the table's name, `gsi1`, `gsi2`."""
    old, new = 0 if before is None else size(table, before), size(table, after)
    units = {table.value: write_units(old, new, spread=spread)}
    for name in ("gsi1", "gsi2"):
        was, now = entry(before, name), entry(after, name)
        if was and was == now:
            units[name] = write_units(old, new, spread=spread)
        elif was or now:  # what stood there is removed, what stands there now is put
            units[name] = sum(write_units(bytes, spread=spread) for bytes, key in ((old, was), (new, now)) if key)
    return units


def entry(item: Item | None, index: str) -> Key | None:
    """Where an item stands in an index."""
    return None if item is None else {"gsi1": item.gsi1, "gsi2": item.gsi2}[index]


def stored_bytes(table: Table, item: Item | None) -> dict[str, int]:
    """What is billed as storage, by place."""
    if item is None:
        return {}
    whole = size(table, item) + OVERHEAD_BYTES
    return {table.value: whole} | {name: whole for name in ("gsi1", "gsi2") if entry(item, name)}


def page_units(bytes: float, *, consistent: bool) -> float:
    """Of one page of a Query, from what all its items have together."""
    units = ceil(bytes / READ_BYTES) or MISSING
    return units if consistent else units / 2


def get_units(sizes: Iterable[float | None], *, consistent: bool = True) -> float:
    """Of a GetItem or BatchGetItem: each item by itself. None: nothing stands there."""
    units = sum(MISSING if bytes is None else max(1, ceil(bytes / READ_BYTES)) for bytes in sizes)
    return units if consistent else units / 2


def plus(one: Mapping[K, float], other: Mapping[K, float], times: float) -> dict[K, float]:
    """Sums by name: the one, and the other so many times."""
    return {name: one.get(name, 0) + times * other.get(name, 0) for name in {**one, **other}}
