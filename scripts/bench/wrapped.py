"""Tables with one thing changed: for measurements. Everything else goes through to the real tables."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import anyio

import ascend
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.concurrency import for_each

if TYPE_CHECKING:
    from ascend.adapters.table.puts import Put  # code from before `put_all` has no such module

AT_ONCE = 16
CLIENT_RETRIES = 0.5
"""Seconds that a client spends with its own retries before it reports that a request was throttled."""


class Wrapper:
    """Passes every call on."""

    def __init__(self, tables: Tables) -> None:
        self.wrapped: Any = tables

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)


class SinglePuts(Wrapper):
    """Sends each of many puts as a request of its own, 16 at once: the way from before `put_all`."""

    async def put_all(self, table: Table, puts: "Sequence[Put]", *check: Any) -> Sequence[bool]:  # noqa: ARG002
        written = [False] * len(puts)

        async def put(number: int) -> None:
            written[number] = await self.wrapped.put(table, puts[number].item, puts[number].when) is None

        await for_each(range(len(puts)), put, limit=AT_ONCE)
        return written


class Throttled(Wrapper):
    """Throttles every write to the views of the given workspace."""

    def __init__(self, tables: Tables, workspace: ascend.WorkspaceId) -> None:
        super().__init__(tables)
        self._workspace = workspace

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        await self._refuse(table, [item])
        return cast("Blocked | None", await self.wrapped.put(table, item, when))

    async def put_all(self, table: Table, puts: "Sequence[Put]", *check: Any) -> Sequence[bool]:
        await self._refuse(table, [put.item for put in puts])
        return cast("Sequence[bool]", await self.wrapped.put_all(table, puts, *check))

    async def _refuse(self, table: Table, items: Sequence[Item]) -> None:
        if table is Table.VIEWS and any(str(self._workspace) in item.key.pk for item in items):
            await anyio.sleep(CLIENT_RETRIES)
            raise ascend.StoreUnavailable(f"writes to workspace {self._workspace} are throttled")


class Counted(Wrapper):
    """Counts the calls of the port."""

    def __init__(self, tables: Tables, calls: Counter[str]) -> None:
        super().__init__(tables)
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        if name in {"get", "batch_get", "query", "put", "put_all", "delete", "scan"}:
            self._calls[name] += 1
        return super().__getattr__(name)


def wrap_store(tables: object) -> ascend.Store:
    """Return a store on wrapped tables, which exist already."""
    return ascend.Store(cast("Tables", tables))
