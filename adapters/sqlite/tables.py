"""The tables in one SQLite file: the embedded default. Durable after a power cut, for several processes at once.

    task ──▶ the writer's thread ──▶ the write connection (BEGIN IMMEDIATE … COMMIT, with all writes that wait)
    task ──▶ a reader's thread   ──▶ a read connection (a few; readers never wait for writers)

The thread takes and returns its connection. So if a task is cancelled, its thread still ends the transaction: the item
is written completely or not at all, and the connection stays usable.
"""

import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from anyio import CancelScope
from anyio.to_thread import run_sync

from ascend.adapters.sqlite import statements as sql
from ascend.adapters.sqlite.calls import call_in_thread
from ascend.adapters.sqlite.connections import READERS, Connections
from ascend.adapters.sqlite.errors import UsedAcrossFork
from ascend.adapters.sqlite.hints import SqliteHints
from ascend.adapters.sqlite.rows import (
    check_integrity,
    delete_row,
    get_row,
    get_rows,
    prepare_put,
    put_row,
    read_page,
    read_values,
    write_rows,
)
from ascend.adapters.sqlite.writer import TRANSACTION_BYTES, FileWriter
from ascend.adapters.table.conditions import Blocked, Condition, Equals, check_condition
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put, check_different_keys, split_puts
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage, cap_limit, check_scan
from ascend.adapters.table.typed import check_key
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints

__all__ = ["SqliteTables", "UsedAcrossFork", "open_sqlite"]

T = TypeVar("T")

SIZE = attrgetter("size")
TRANSACTION_PUTS = 1_000
"""The limit of the puts of one `put_all` in a transaction: other writers wait for its end."""


@asynccontextmanager
async def open_sqlite(path: str | os.PathLike[str], *, durable: bool = True) -> AsyncGenerator["SqliteTables", None]:
    """Open the tables in this file for as long as the block runs. If the file does not exist, `create()` makes it.

    `durable=False` is for scratch files, which need not survive a power cut.
    """
    tables = SqliteTables(path, durable=durable)
    try:
        yield tables
    finally:
        with CancelScope(shield=True):
            await tables.close()


class SqliteTables:
    """Both tables of one store, for one process. Must be closed."""

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = True) -> None:
        self._file = Connections(Path(path).absolute())
        self._writer = FileWriter(self._file, durable=durable)
        self._readers = ThreadPoolExecutor(READERS, "ascend-sqlite-reader")

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:  # noqa: ARG002  always is
        check_key(key)
        return await self._read(lambda connection: get_row(connection, table, key))

    async def batch_get(
        self,
        table: Table,
        keys: Collection[Key],
        *,
        consistent: bool = True,  # noqa: ARG002
    ) -> dict[Key, Item]:
        unique = set(keys)
        for key in unique:
            check_key(key)
        return await self._read(lambda connection: get_rows(connection, table, unique))

    async def query(self, query: Query) -> TablePage:
        table, statement = query.table, sql.build_query(query)
        return await self._read(
            lambda connection: read_page(
                connection, statement, query.limit, lambda row: sql.to_bookmark(table, row, query.index)
            )
        )

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        statement = sql.build_query(query, [*query.place, "attributes"])
        return await self._read(lambda connection: read_values(connection, statement, query.limit, names))

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        put = prepare_put(table, Put(item, when))
        return await self._writer.write(lambda connection: put_row(connection, put), put.size)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        check_different_keys(puts)
        written: list[bool] = []
        rows = [prepare_put(table, put) for put in puts]
        for part in split_puts(rows, SIZE, most=TRANSACTION_PUTS, bytes=TRANSACTION_BYTES):
            check()
            written += await self._writer.write(partial(write_rows, puts=part), sum(map(SIZE, part)))
        return written

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        check_key(key)
        check_condition(when)
        return await self._writer.write(lambda connection: delete_row(connection, table, key, when))

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        check_scan(after, limit)
        statement = sql.build_scan(table, after, cap_limit(limit))
        return await self._read(lambda connection: read_page(connection, statement, limit, lambda row: row[:2]))

    def change_hints(self) -> ChangeHints:
        return SqliteHints(self._file)

    async def create(self) -> None:
        await self._call(self._file.create)

    async def check(self) -> None:
        await self._call(self._file.check)

    async def find_damage(self) -> Sequence[str]:
        return await self._read(check_integrity)

    async def close(self) -> None:
        """Wait for the calls that threads are making, end the threads, and close the connections."""
        if not self._file.is_forked:
            self._file.refuse_calls()
            await run_sync(self._close)

    def _close(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self._file.close()

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._call(partial(self._file.read, work))

    async def _call(self, work: Callable[[], T]) -> T:
        self._file.check_open()
        return await call_in_thread(self._readers, work)
