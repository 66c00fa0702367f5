"""The tables in one SQLite file: the embedded default. Durable after a power cut, for several processes at once.

    task ──▶ worker thread ──▶ the write connection (BEGIN IMMEDIATE … COMMIT, with all writes that wait)
                          └──▶ a read connection (a few; readers never wait for writers)

The thread takes and returns its connection. So if a task is cancelled, its thread still ends the transaction: the item
is written completely or not at all, and the connection stays usable.
"""

import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter
from anyio.to_thread import run_sync

from ascend.adapters.sqlite import statements as sql
from ascend.adapters.sqlite.connections import READERS, WRITERS, Connections, UsedAcrossFork
from ascend.adapters.sqlite.hints import SqliteHints
from ascend.adapters.table.conditions import Absent, Blocked, Condition, Equals, Predecessor, check_condition, is_met
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put, check_different_keys, split_puts
from ascend.adapters.table.query import PAGE, PAGE_BYTES, Bookmark, Query, TablePage, cap_limit, check_scan
from ascend.adapters.table.typed import check_key, to_typed
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints

__all__ = ["SqliteTables", "UsedAcrossFork", "open_sqlite"]

T = TypeVar("T")

TRANSACTION_PUTS = 1_000
TRANSACTION_BYTES = 16_000_000
"""The limits of a transaction of `put_all`: other writers wait for its end."""
DAMAGES = 100
"""The number of faults of a file that are listed."""


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
        self._file = Connections(Path(path).absolute(), durable=durable)
        self._writing = CapacityLimiter(WRITERS)
        self._reading = CapacityLimiter(READERS)

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:  # noqa: ARG002  always is
        check_key(key)
        return await self._read(lambda connection: _get(connection, table, key))

    async def batch_get(
        self,
        table: Table,
        keys: Collection[Key],
        *,
        consistent: bool = True,  # noqa: ARG002
    ) -> dict[Key, Item]:
        for key in keys:
            check_key(key)
        unique = set(keys)

        def read(connection: sqlite3.Connection) -> dict[Key, Item]:
            items = ((key, _get(connection, table, key)) for key in unique)
            return {key: item for key, item in items if item is not None}

        return await self._read(read)

    async def query(self, query: Query) -> TablePage:
        table, statement = query.table, sql.build_query(query)
        return await self._read(
            lambda connection: _read_page(
                connection, table, statement, query.limit, lambda row: sql.to_bookmark(table, row, query.index)
            )
        )

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        put = _prepare_put(table, Put(item, when))
        return await self._write(
            lambda connection: write_row(connection, table, item.key, when, sql.PUT[table], put.row)
        )

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        check_different_keys(puts)
        written: list[bool] = []
        rows = [_prepare_put(table, put) for put in puts]
        for part in split_puts(rows, lambda row: row.size, most=TRANSACTION_PUTS, bytes=TRANSACTION_BYTES):
            check()
            written += await self._write(partial(_write_rows, table, part))
        return written

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        check_key(key)
        check_condition(when)
        row = (key.pk, key.sk)
        return await self._write(lambda connection: write_row(connection, table, key, when, sql.DELETE[table], row))

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        check_scan(after, limit)
        statement = sql.build_scan(table, after, cap_limit(limit))
        return await self._read(lambda connection: _read_page(connection, table, statement, limit, lambda row: row[:2]))

    def change_hints(self) -> ChangeHints:
        return SqliteHints(self._file)

    async def create(self) -> None:
        await run_sync(self._file.create, limiter=self._writing)

    async def check(self) -> None:
        await run_sync(self._file.check, limiter=self._reading)

    async def find_damage(self) -> Sequence[str]:
        return await self._read(check_integrity)

    async def close(self) -> None:
        await run_sync(self._file.close, limiter=self._writing)

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await run_sync(self._file.read, work, limiter=self._reading)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await run_sync(self._file.write, work, self._file.deadline(), limiter=self._writing)


@dataclass(frozen=True, slots=True)
class _PreparedPut:
    key: Key
    when: Condition
    row: sql.Row
    size: int
    """Bytes of the item."""


def _prepare_put(table: Table, put: Put) -> _PreparedPut:
    """Raises: LimitExceeded, InvalidInput."""
    typed, size = to_typed(table, put.item)
    check_condition(put.when)
    return _PreparedPut(put.item.key, put.when, sql.to_row(table, typed), size)


def _write_rows(table: Table, puts: Sequence[_PreparedPut], connection: sqlite3.Connection) -> list[bool]:
    """Execute each put whose condition holds. Return True for each that was written."""
    return [write_row(connection, table, put.key, put.when, sql.PUT[table], put.row) is None for put in puts]


def write_row(
    connection: sqlite3.Connection, table: Table, key: Key, when: Condition, statement: str, row: sql.Row
) -> Blocked | None:
    """Execute the statement if the condition holds. Call it within a transaction."""
    existing = connection.execute(sql.GET[table], (key.pk, key.sk)).fetchone()
    if not is_met(when, existing and sql.parse_attributes(existing)):
        return Blocked(existing and sql.to_item(table, existing))
    if isinstance(when, Absent) and when.behind is not None and not _stands(connection, table, when.behind):
        return Blocked(None)
    connection.execute(statement, row)
    return None


def _stands(connection: sqlite3.Connection, table: Table, predecessor: Predecessor) -> bool:
    row = connection.execute(sql.GET[table], (predecessor.key.pk, predecessor.key.sk)).fetchone()
    return is_met(Equals(predecessor.attributes), row and sql.parse_attributes(row))


def check_integrity(connection: sqlite3.Connection) -> Sequence[str]:
    """Return what SQLite's own check finds wrong with the file. It reads all of it."""
    rows = connection.execute(f"PRAGMA integrity_check({DAMAGES})").fetchall()
    return [text for (text,) in rows if text != "ok"]


def _get(connection: sqlite3.Connection, table: Table, key: Key) -> Item | None:
    row = connection.execute(sql.GET[table], (key.pk, key.sk)).fetchone()
    return None if row is None else sql.to_item(table, row)


def _read_page(
    connection: sqlite3.Connection,
    table: Table,
    statement: sql.Statement,
    limit: int,
    bookmark_of: Callable[[sql.Row], Bookmark],
) -> TablePage:
    """Return the items up to 1 MB. As on DynamoDB, a page that reaches its limit has a `next`, even if it is last."""
    items: list[Item] = []
    size = 0
    rows = connection.execute(*statement)
    for row in rows:
        items.append(sql.to_item(table, row))
        size += len(row[-1])
        if size >= PAGE_BYTES or len(items) == cap_limit(limit):
            rows.close()  # ends the read transaction
            return TablePage(items, bookmark_of(row))
    return TablePage(items, None)
