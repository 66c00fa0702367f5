"""Tables whose writes keep to a budget of write units a second, for work that must leave capacity to others.

    put_all ─▶ slices of a twentieth of a second ─▶ each waits for its turn ─▶ the tables

Units are counted as the service bills a new item: one for each started KB, once more in each index that holds it.
"""

from collections.abc import Collection, Iterator, Sequence
from math import ceil

from ascend.adapters.table.conditions import Blocked, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put, check_different_keys
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage
from ascend.adapters.table.typed import to_typed
from ascend.domain.runtime.ports import Environment
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints

WRITE_BYTES = 1_024
"""Bytes of one write unit."""
SLICE = 0.05
"""Seconds of the budget that are spent at once, and that may be made up for after a pause."""


class PacedTables:
    """Delegates everything. Writes wait until the budget allows them, one after another."""

    def __init__(self, tables: Tables, units_per_second: float, environment: Environment) -> None:
        self._tables = tables
        self._rate = units_per_second
        self._environment = environment
        self._free_at = environment.elapsed()
        """The elapsed time at which everything is paid for that was written so far."""

    async def _pay(self, units: int) -> None:
        """Wait until so many units may be written."""
        now = self._environment.elapsed()
        turn = max(self._free_at, now - SLICE)
        self._free_at = turn + units / self._rate
        if turn > now:
            await self._environment.sleep(turn - now)

    def _cut(self, table: Table, puts: Sequence[Put]) -> Iterator[tuple[int, Sequence[Put]]]:
        """Yield the puts in slices, each with its units."""
        first, units = 0, 0
        for number, put in enumerate(puts):
            cost = count_units(table, put.item)
            if units and units + cost > self._rate * SLICE:
                yield units, puts[first:number]
                first, units = number, 0
            units += cost
        if units:
            yield units, puts[first:]

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        await self._pay(count_units(table, item))
        return await self._tables.put(table, item, when)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        check_different_keys(puts)
        written: list[bool] = []
        for units, some in self._cut(table, puts):
            await self._pay(units)
            written += await self._tables.put_all(table, some, check)
        return written

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        await self._pay(1)
        return await self._tables.delete(table, key, when)

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        return await self._tables.get(table, key, consistent=consistent)

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        return await self._tables.batch_get(table, keys, consistent=consistent)

    async def query(self, query: Query) -> TablePage:
        return await self._tables.query(query)

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        return await self._tables.query_values(query, names)

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        return await self._tables.scan(table, after=after, limit=limit)

    def change_hints(self) -> ChangeHints:
        return self._tables.change_hints()

    async def create(self) -> None:
        await self._tables.create()

    async def check(self) -> None:
        await self._tables.check()

    async def find_damage(self) -> Sequence[str]:
        return await self._tables.find_damage()


def count_units(table: Table, item: Item) -> int:
    """Return the write units of a new item. Raises `LimitExceeded` and `InvalidInput` as a put does."""
    _, size = to_typed(table, item)
    places = 1 + sum(key is not None for key in (item.gsi1, item.gsi2))
    return max(1, ceil(size / WRITE_BYTES)) * places
