"""The tables in memory, for tests and simulation: deterministic, isolated, with the checks and limits of the others.

    partition   pk → rows [(sk,), …] in order                   index   (index, pk) → rows [(index sk, pk, sk), …]
    items       (pk, sk) → the item, whose lists and maps are copied when it is written and at every read

Every call passes one checkpoint before its effect, so that other tasks may run. The effect itself is atomic.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from anyio.lowlevel import checkpoint

from ascend.adapters.memory.hints import Changes, MemoryHints
from ascend.adapters.table.conditions import Blocked, Condition, Equals, check_condition, is_met
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.puts import Put, check_different_keys
from ascend.adapters.table.query import (
    PAGE,
    PAGE_BYTES,
    Bookmark,
    Query,
    TablePage,
    ValuesPage,
    cap_limit,
    check_scan,
    pick_values,
)
from ascend.adapters.table.typed import check_key, type_attributes
from ascend.adapters.table.values import unmarshal
from ascend.domain.errors import StoreClosed
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints

_SHARED = frozenset({str, int, bool, bytes, type(None)})
"""Types of values that nobody can change, and that are read as they were written."""


class MemoryTables:
    """Both tables of one store. All who hold the object share the store, until it is closed."""

    def __init__(self) -> None:
        self._tables = {table: _MemoryTable() for table in Table}
        self._changes = Changes()
        self._closed = False

    def share(self) -> "MemoryTables":
        """Return the same tables once more, to be closed on their own."""
        shared = MemoryTables()
        shared._tables, shared._changes = self._tables, self._changes
        return shared

    def copy(self) -> "MemoryTables":
        """Return tables of their own with the same items: a backup."""
        copied = MemoryTables()
        copied._tables = {table: stored.copy() for table, stored in self._tables.items()}
        return copied

    def restore(self, backup: "MemoryTables", *tables: Table) -> None:
        """Replace the items of these tables by those of a backup, for all who share the tables."""
        for table in tables:
            restored = backup._tables[table].copy()  # noqa: SLF001  it is one of ours
            self._tables[table].items, self._tables[table].rows = restored.items, restored.rows

    def close(self) -> None:
        self._closed = True
        self._changes.wake_all()

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:  # noqa: ARG002  always is
        check_key(key)
        await self._enter()
        return self._tables[table].read(key)

    async def batch_get(
        self,
        table: Table,
        keys: Collection[Key],
        *,
        consistent: bool = True,  # noqa: ARG002
    ) -> dict[Key, Item]:
        for key in keys:
            check_key(key)
        await self._enter()
        items = ((key, self._tables[table].read(key)) for key in keys)
        return {key: item for key, item in items if item is not None}

    async def query(self, query: Query) -> TablePage:
        await self._enter()
        stored = self._tables[query.table]
        rows = _select(stored.rows.get((query.index, query.pk), ()), query)
        places = [(row, row[1:] if query.index else (query.pk, *row)) for row in rows]
        return stored.page(places, query.limit)

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        return pick_values(await self.query(query), names)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        stored = _prepare(table, item, when)
        return await self._put(table, stored, when)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        check_different_keys(puts)
        prepared = [_prepare(table, put.item, put.when) for put in puts]  # all of them before the first is written
        written: list[bool] = []
        for put, stored in zip(puts, prepared, strict=True):
            check()
            written.append(await self._put(table, stored, put.when) is None)
        return written

    async def _put(self, table: Table, new: "_StoredItem", when: Condition) -> Blocked | None:
        await self._enter()
        stored, key = self._tables[table], new.item.key
        if blocked := stored.check(key, when):
            return blocked
        if table is Table.EVENTS and key not in stored.items:
            self._changes.add(key)
        stored.replace(new)
        return None

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        check_key(key)
        check_condition(when)
        await self._enter()
        stored = self._tables[table]
        if blocked := stored.check(key, when):
            return blocked
        stored.remove(key)
        return None

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        check_scan(after, limit)
        await self._enter()
        stored = self._tables[table]
        keys = sorted(stored.items)
        start = bisect_right(keys, tuple(after)) if after else 0
        return stored.page([(key, key) for key in keys[start : start + cap_limit(limit)]], limit)

    def change_hints(self) -> ChangeHints:
        return MemoryHints(self._changes, self._check_open)

    async def create(self) -> None:
        await self._enter()

    async def check(self) -> None:
        await self._enter()

    async def find_damage(self) -> Sequence[str]:
        await self._enter()
        return ()

    async def _enter(self) -> None:
        """Let other tasks run, then begin. Raises: StoreClosed."""
        await checkpoint()
        self._check_open()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreClosed("memory://")


@dataclass(frozen=True, slots=True)
class _StoredItem:
    item: Item
    size: int
    containers: Sequence[str]
    """The names of the attributes that are lists or maps."""

    def read(self) -> Item:
        """Return the item. It shares nothing with the stored one that can be changed."""
        item = self.item
        attributes = {**item.attributes}
        for name in self.containers:
            attributes[name] = _copy(attributes[name])
        return Item(item.key, attributes, item.gsi1, item.gsi2, item.expires)


def _prepare(table: Table, item: Item, when: Condition) -> _StoredItem:
    """Return the item as every engine reads it. Raises: LimitExceeded, InvalidInput."""
    typed, size = type_attributes(table, item)
    check_condition(when)
    attributes, containers = dict[str, Value](), list[str]()
    for name, value in item.attributes.items():
        attributes[name] = value if type(value) in _SHARED else unmarshal(typed[name])
        if isinstance(attributes[name], (list, dict)):
            containers.append(name)
    return _StoredItem(Item(item.key, attributes, item.gsi1, item.gsi2, item.expires), size, containers)


def _copy(value: Value) -> Value:
    if isinstance(value, list):
        return [_copy(member) for member in value]
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    return value


@dataclass(slots=True)
class _MemoryTable:
    items: dict[tuple[str, ...], _StoredItem] = field(default_factory=dict[tuple[str, ...], _StoredItem])
    """By their keys. A tuple that equals a key finds the item, so that a page makes no keys."""
    rows: defaultdict[tuple[Index | None, str], list[Bookmark]] = field(
        default_factory=lambda: defaultdict[tuple[Index | None, str], list[Bookmark]](list)
    )

    def copy(self) -> "_MemoryTable":
        copied = _MemoryTable(dict(self.items))
        copied.rows.update((place, list(rows)) for place, rows in self.rows.items())
        return copied

    def read(self, key: Key) -> Item | None:
        stored = self.items.get(key)
        return None if stored is None else stored.read()

    def check(self, key: Key, when: Condition) -> Blocked | None:
        existing = self.items.get(key)
        if is_met(when, existing.item.attributes if existing else None):
            return None
        return Blocked(existing.read() if existing else None)

    def replace(self, new: _StoredItem) -> None:
        old = self.items.get(new.item.key)
        self.items[new.item.key] = new
        before, after = _to_rows(old.item) if old else [], _to_rows(new.item)
        self._move_rows(before, after)

    def remove(self, key: Key) -> None:
        if old := self.items.pop(key, None):
            self._move_rows(_to_rows(old.item), [])

    def _move_rows(self, before: "list[_Row]", after: "list[_Row]") -> None:
        for index, pk, row in before:
            if (index, pk, row) not in after:
                rows = self.rows[index, pk]
                del rows[bisect_left(rows, row)]
                if not rows:
                    del self.rows[index, pk]
        for index, pk, row in after:
            if (index, pk, row) not in before:
                rows = self.rows[index, pk]
                if rows and row < rows[-1]:
                    insort(rows, row)
                else:  # most rows are the last ones of their partition
                    rows.append(row)

    def page(self, places: Sequence[tuple[Bookmark, tuple[str, ...]]], limit: int) -> TablePage:
        """Return the items up to 1 MB. As on DynamoDB, a page that reaches its limit has a `next`, even if it is last."""
        items: list[Item] = []
        size, most = 0, cap_limit(limit)
        for row, key in places:
            stored = self.items[key]
            items.append(stored.read())
            size += stored.size
            if size >= PAGE_BYTES or len(items) == most:
                return TablePage(items, row)
        return TablePage(items, None)


_Row = tuple[Index | None, str, Bookmark]


def _to_rows(item: Item) -> list[_Row]:
    key = item.key
    rows: list[_Row] = [(None, key.pk, (key.sk,))]
    for index, index_key in ((Index.GSI1, item.gsi1), (Index.GSI2, item.gsi2)):
        if index_key is not None:
            rows.append((index, index_key.pk, (index_key.sk, key.pk, key.sk)))
    return rows


def _select(rows: Sequence[Bookmark], query: Query) -> Sequence[Bookmark]:
    """Return the rows of one page, in order. It costs the same wherever in the partition they lie."""
    bounds, after = query.range, query.after
    start = 0 if bounds.low is None else bisect_left(rows, (bounds.low,))
    stop = len(rows) if bounds.high is None else bisect_left(rows, (f"{bounds.high}\x00",))  # the text after it
    stop = stop if bounds.end is None else bisect_left(rows, (bounds.end,))
    if after is not None and query.descending:
        stop = min(stop, bisect_left(rows, after))
    elif after is not None:
        start = max(start, bisect_right(rows, after))
    if query.descending:
        return rows[max(start, stop - query.page_size) : stop][::-1]
    return rows[start : min(stop, start + query.page_size)]
