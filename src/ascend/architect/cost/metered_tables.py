"""Tables that count: every read and write with its units, from the formulas in `units`. For stores in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ascend.adapters.table.conditions import Blocked, Condition, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage
from ascend.architect.cost.units import get_units, page_units, put_units, size, stored_bytes


@dataclass(frozen=True, slots=True)
class Put:
    table: Table
    item: Item
    units: Mapping[str, float]
    """By place."""
    bytes: Mapping[str, int]
    """How much more is stored, by place."""


@dataclass(frozen=True, slots=True)
class Read:
    table: Table
    keys: tuple[Key, ...]
    """What was asked for: of a Query, the partition, and an empty sort key."""
    index: Index | None
    units: float
    found: tuple[Item, ...]


@dataclass
class Meter:
    """Passes every call on."""

    tables: Tables
    spread: float = 0.0
    """Of sizes, which are averages (see `write_units`)."""
    puts: list[Put] = field(default_factory=list[Put])
    reads: list[Read] = field(default_factory=list[Read])

    def clear(self) -> None:
        self.puts.clear()
        self.reads.clear()

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        found = await self.tables.get(table, key, consistent=consistent)
        sizes = [None if found is None else size(table, found)]
        self.reads.append(
            Read(table, (key,), None, get_units(sizes, consistent=consistent), () if found is None else (found,))
        )
        return found

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        found = await self.tables.batch_get(table, keys, consistent=consistent)
        sizes = [size(table, found[key]) if key in found else None for key in dict.fromkeys(keys)]
        units = get_units(sizes, consistent=consistent)
        self.reads.append(Read(table, tuple(dict.fromkeys(keys)), None, units, tuple(found.values())))
        return found

    async def query(self, query: Query) -> TablePage:
        page = await self.tables.query(query)
        units = page_units(sum(size(query.table, item) for item in page.items), consistent=query.consistent)
        self.reads.append(Read(query.table, (Key(query.pk, ""),), query.index, units, tuple(page.items)))
        return page

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        before = await self.tables.get(table, item.key)
        blocked = await self.tables.put(table, item, when)
        old, new = stored_bytes(table, before), stored_bytes(table, item if blocked is None else before)
        bytes = {place: new.get(place, 0) - old.get(place, 0) for place in {**old, **new}}
        units = put_units(table, before, item, spread=self.spread)
        if blocked is not None:
            units = {table.value: units[table.value]}  # a failed condition is billed, and changes no index
        self.puts.append(Put(table, item, units, bytes))
        return blocked

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        return await self.tables.delete(table, key, when)

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        return await self.tables.scan(table, after=after, limit=limit)

    async def create(self) -> None:
        await self.tables.create()

    async def check(self) -> None:
        await self.tables.check()
