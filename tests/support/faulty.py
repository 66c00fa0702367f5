"""Tables that fail as planned, around any engine: for tests of crashes, lost replies and lagging indexes.

    faulty = FaultyTables(tables, {3: Fault.CRASH_AFTER})     calls are numbered from 1; `faulty.calls` lists them
    await faulty.freeze_indexes()                             from now on, index queries return the items of this moment

A crash is a BaseException (in a task group: in a BaseExceptionGroup), so that no ordinary handler catches it. After a
crash every call crashes, because a dead process calls nothing.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Blocked, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage, pick_values
from ascend.domain.errors import StoreUnavailable
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints

T = TypeVar("T")


class Crash(BaseException):
    """The simulated end of the process."""


class Fault(Enum):
    CRASH_BEFORE = auto()
    CRASH_AFTER = auto()
    LOST_REQUEST = auto()
    """The call has no effect and raises StoreUnavailable."""
    LOST_REPLY = auto()
    """The call has its effect and raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Call:
    number: int
    method: str
    table: Table | None = None
    keys: tuple[Key, ...] = ()

    @property
    def is_write(self) -> bool:
        return self.method in ("put", "delete")


Plan = Mapping[int, Fault] | Callable[[Call], Fault | None]
"""The faults by the number of the call, or a function that decides the fault of a call."""


class FaultyTables:
    """Tables with planned faults. `calls` records every call."""

    def __init__(self, tables: Tables, plan: Plan | None = None) -> None:
        self._tables = tables
        self._plan: Plan = {} if plan is None else plan
        self._frozen: Tables | None = None
        self.calls: list[Call] = []
        self.crashed = False

    async def freeze_indexes(self) -> None:
        """Let index queries return the items of this moment until `thaw_indexes()`. Other reads are not affected."""
        copy = MemoryTables()
        async for items in scan_pages(self._tables):
            for item in items:
                await copy.put(Table.VIEWS, item, Absent())
        self.show_indexes_of(copy)

    def show_indexes_of(self, tables: Tables) -> None:
        """Let index queries return the items of other tables until `thaw_indexes()`."""
        self._frozen = tables

    def thaw_indexes(self) -> None:
        self._frozen = None

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        return await self._call("get", table, (key,), lambda: self._tables.get(table, key, consistent=consistent))

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        return await self._call(
            "batch_get", table, tuple(keys), lambda: self._tables.batch_get(table, keys, consistent=consistent)
        )

    async def query(self, query: Query) -> TablePage:
        tables = self._frozen if query.index is not None and self._frozen is not None else self._tables
        return await self._call("query", query.table, (), lambda: tables.query(query))

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        return pick_values(await self.query(query), names)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        return await self._call("put", table, (item.key,), lambda: self._tables.put(table, item, when))

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        written: list[bool] = []
        for put in puts:
            check()
            written.append(await self.put(table, put.item, put.when) is None)
        return written

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        return await self._call("delete", table, (key,), lambda: self._tables.delete(table, key, when))

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        return await self._call("scan", table, (), lambda: self._tables.scan(table, after=after, limit=limit))

    def change_hints(self) -> ChangeHints:
        return self._tables.change_hints()

    async def create(self) -> None:
        await self._call("create", None, (), self._tables.create)

    async def check(self) -> None:
        await self._call("check", None, (), self._tables.check)

    async def find_damage(self) -> Sequence[str]:
        return await self._call("find_damage", None, (), self._tables.find_damage)

    async def _call(
        self, method: str, table: Table | None, keys: tuple[Key, ...], work: Callable[[], Awaitable[T]]
    ) -> T:
        if self.crashed:
            raise Crash(f"{method} after the crash")
        call = Call(len(self.calls) + 1, method, table, keys)
        self.calls.append(call)
        fault = self._plan(call) if callable(self._plan) else self._plan.get(call.number)
        if fault is Fault.CRASH_BEFORE:
            self._crash(call)
        if fault is Fault.LOST_REQUEST:
            raise StoreUnavailable(f"lost request: {call}")
        result = await work()
        if fault is Fault.CRASH_AFTER:
            self._crash(call)
        if fault is Fault.LOST_REPLY:
            raise StoreUnavailable(f"lost reply: {call}")
        return result

    def _crash(self, call: Call) -> None:
        self.crashed = True
        raise Crash(str(call))
