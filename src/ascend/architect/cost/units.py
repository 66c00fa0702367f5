"""The capacity units that DynamoDB bills for a request, by the formulas of its documentation.

A test compares these formulas with DynamoDB Local.

write   1 unit for each started KB of the larger of the item before and the item after the put
        the same again in each index in which a projected attribute changes; where the item's key in an index changes, both
        sizes count there: the service removes the old entry and puts a new one
        a write whose condition fails: 1 unit for each started KB of the item in the way
read    1 unit for each started 4 KB: of each single item (GetItem, BatchGetItem), of all items of a page together (Query)
        half a unit where the read is eventually consistent, as every read of an index is
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.typed import to_typed

K = TypeVar("K")
INDEXES = ("gsi1", "gsi2")
WRITE_BYTES = 1_024
READ_BYTES = 4_096
MISSING = 1.0
"""Units of a consistent read that finds nothing (an empty page, or a key without an item): the minimum charge."""
OVERHEAD_BYTES = 100
"""Bytes that the service bills in addition for each stored item, in the table and in each index."""


def measure_item(table: Table, item: Item) -> int:
    """Return the size of the item in bytes."""
    return to_typed(table, item)[1]


def count_write_units(*sizes: float, spread: float = 0.0) -> float:
    """Return the units of one put that leaves items of these sizes before and after it.

    With a `spread`, each size is the average of many items that are up to this share smaller or larger; the result is
    then the average number of units.
    """
    largest = max(sizes)
    if not spread:
        return max(1, ceil(largest / WRITE_BYTES))
    low, high = largest * (1 - spread), largest * (1 + spread)
    return (integrate_write_units(high) - integrate_write_units(low)) / (high - low)


def integrate_write_units(size: float) -> float:
    """Return the integral of the units of one put, from zero bytes to `size`."""
    full, rest = divmod(size, WRITE_BYTES)
    return WRITE_BYTES * full * (full + 1) / 2 + rest * (full + 1)


def count_failed_write_units(existing: float | None) -> float:
    """Return the units of a write whose condition failed: those of the item in the way, 1 where there is none.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html#write-operation-consumption
    """
    return count_write_units(existing or 0)


def count_transaction_units(units: Mapping[str, float], table: str) -> dict[str, float]:
    """Return the units of a write in a transaction: twice those of the table; each index is written once, as otherwise.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
    """
    return {place: 2 * count if place == table else count for place, count in units.items()}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An item in an index."""

    key: object
    """The item's key in the index."""
    bytes: float
    """Size of the entry: of the keys and of the projected attributes."""
    projected: object
    """The projected attributes, or anything that changes exactly when one of them does."""


def count_index_units(before: IndexEntry | None, after: IndexEntry | None, *, spread: float = 0.0) -> float:
    """Return the units that an index consumes for one write. `None`: the index does not hold the item.

    Nothing if no projected attribute changes. If the key in the index changes, the service removes the old entry and puts
    the new one: two writes.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
    """
    if before == after:
        return 0
    entries = [entry for entry in (before, after) if entry is not None]
    if before is not None and after is not None and before.key == after.key:
        return count_write_units(before.bytes, after.bytes, spread=spread)
    return sum(count_write_units(entry.bytes, spread=spread) for entry in entries)


def count_put_units(table: Table, before: Item | None, after: Item, *, spread: float = 0.0) -> dict[str, float]:
    """Return the units of one put by place: the table's name, `gsi1`, `gsi2`."""
    old_size, new_size = 0 if before is None else measure_item(table, before), measure_item(table, after)
    units = {table.value: count_write_units(old_size, new_size, spread=spread)}
    for index in INDEXES:
        entries = (make_entry(before, index, old_size), make_entry(after, index, new_size))
        if written := count_index_units(*entries, spread=spread):
            units[index] = written
    return units


def make_entry(item: Item | None, index: str, bytes: float) -> IndexEntry | None:
    """Return the item in the index, which holds all attributes; `None` where the index does not hold the item."""
    key = get_index_key(item, index)
    return IndexEntry(key, bytes, item) if key else None


def get_index_key(item: Item | None, index: str) -> Key | None:
    """Return the item's key in the index; `None` where the index does not hold the item."""
    return None if item is None else {"gsi1": item.gsi1, "gsi2": item.gsi2}[index]


def count_stored_bytes(table: Table, item: Item | None) -> dict[str, int]:
    """Return the bytes that are billed as storage, by place."""
    if item is None:
        return {}
    bytes = measure_item(table, item) + OVERHEAD_BYTES
    return {table.value: bytes} | {index: bytes for index in INDEXES if get_index_key(item, index)}


def count_query_units(bytes: float, *, consistent: bool) -> float:
    """Return the units of one page of a Query whose items have `bytes` together."""
    units = ceil(bytes / READ_BYTES) or MISSING
    return units if consistent else units / 2


def count_get_units(sizes: Iterable[float | None], *, consistent: bool = True) -> float:
    """Return the units of a GetItem or BatchGetItem for items of these sizes; `None` is a key without an item."""
    units = sum(MISSING if bytes is None else max(1, ceil(bytes / READ_BYTES)) for bytes in sizes)
    return units if consistent else units / 2


def add_scaled(totals: Mapping[K, float], amounts: Mapping[K, float], times: float) -> dict[K, float]:
    """Return the totals by name, with `times` times the amounts added."""
    return {name: totals.get(name, 0) + times * amounts.get(name, 0) for name in {**totals, **amounts}}
