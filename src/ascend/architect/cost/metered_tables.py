"""Tables in memory that record every read and every put with its units, by the formulas in `units`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from ascend.adapters.table.conditions import Absent, Below, Blocked, Condition, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put, check_different_keys
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage, pick_values
from ascend.architect.cost.units import (
    add_scaled,
    count_failed_write_units,
    count_get_units,
    count_put_units,
    count_query_units,
    count_stored_bytes,
    measure_item,
)
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints


@dataclass(frozen=True, slots=True)
class MeteredPut:
    table: Table
    item: Item
    units: Mapping[str, float]
    """Write units by place."""
    bytes: Mapping[str, int]
    """Growth of the stored bytes, by place."""


@dataclass(frozen=True, slots=True)
class MeteredRead:
    table: Table
    keys: tuple[Key, ...]
    """Keys of the request; for a Query, one key with the partition and an empty sort key."""
    index: Index | None
    units: float
    items: tuple[Item, ...]


@dataclass
class MeteredTables:
    """The table port in front of `tables`: passes every call on and records reads and puts."""

    tables: Tables
    spread: float = 0.0
    """Spread of item sizes around their average (see `count_write_units`)."""
    puts: list[MeteredPut] = field(default_factory=list[MeteredPut])
    reads: list[MeteredRead] = field(default_factory=list[MeteredRead])

    def clear(self) -> None:
        self.puts.clear()
        self.reads.clear()

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        item = await self.tables.get(table, key, consistent=consistent)
        units = count_get_units([None if item is None else measure_item(table, item)], consistent=consistent)
        self.reads.append(MeteredRead(table, (key,), None, units, () if item is None else (item,)))
        return item

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        items = await self.tables.batch_get(table, keys, consistent=consistent)
        unique_keys = tuple(dict.fromkeys(keys))
        sizes = [measure_item(table, items[key]) if key in items else None for key in unique_keys]
        units = count_get_units(sizes, consistent=consistent)
        self.reads.append(MeteredRead(table, unique_keys, None, units, tuple(items.values())))
        return items

    async def query(self, query: Query) -> TablePage:
        page = await self.tables.query(query)
        bytes = sum(measure_item(query.table, item) for item in page.items)
        units = count_query_units(bytes, consistent=query.consistent)
        self.reads.append(MeteredRead(query.table, (Key(query.pk, ""),), query.index, units, tuple(page.items)))
        return page

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        return pick_values(await self.query(query), names)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        return await self._put(table, Put(item, when), as_statement=False)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        check_different_keys(puts)
        as_statements = table is Table.VIEWS and len(puts) > 1
        written: list[bool] = []
        for put in puts:
            check()
            written.append(await self._put(table, put, as_statement=as_statements) is None)
        return written

    async def _put(self, table: Table, put: Put, *, as_statement: bool) -> Blocked | None:
        before, item = await self.tables.get(table, put.item.key), put.item
        blocked = await self.tables.put(table, item, put.when)
        failed = {table.value: count_failed_write_units(measure_item(table, before) if before else None)}
        units = count_put_units(table, before, item, spread=self.spread) if blocked is None else failed
        if as_statement:
            units = add_scaled(units, failed, count_failed_statements(put, before, is_written=blocked is None))
        growth = count_growth(table, before, item if blocked is None else before)
        self.puts.append(MeteredPut(table, item, units, growth))
        return blocked

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        return await self.tables.delete(table, key, when)

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        return await self.tables.scan(table, after=after, limit=limit)

    def change_hints(self) -> ChangeHints:
        return self.tables.change_hints()

    async def create(self) -> None:
        await self.tables.create()

    async def check(self) -> None:
        await self.tables.check()

    async def find_damage(self) -> Sequence[str]:
        return await self.tables.find_damage()


def count_failed_statements(put: Put, before: Item | None, *, is_written: bool) -> int:
    """Return the number of statements of a put of many that fail before the write that decides it.

    A wrong guess at whether the item is there is one; where the condition does not hold, INSERT and UPDATE both fail, and a
    put decides. Each is billed as a write whose condition failed. The other conditions have one statement.
    """
    match put.when:
        case Below():
            was_wrong = put.is_new is (before is not None)
            return int(was_wrong) if is_written else 2
        case Absent() | Equals():
            return 0
        case _:
            assert_never(put.when)


def count_growth(table: Table, before: Item | None, after: Item | None) -> dict[str, int]:
    """Return by how many stored bytes each place grows."""
    old, new = count_stored_bytes(table, before), count_stored_bytes(table, after)
    return {place: new.get(place, 0) - old.get(place, 0) for place in {**old, **new}}
