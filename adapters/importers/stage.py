"""The stage: rows on disk, where they are sorted and joined, so that memory does not grow with their number."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CancelScope, to_thread

Value = str | int | None


class Stage:
    """A private SQLite file without a name, which vanishes when it is closed, or with the process."""

    def __init__(self, schema: str) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")  # nothing is kept: no transaction, no fsync
        self._db.executescript(schema)

    def put(self, table: str, *values: Value) -> None:
        """Adds a row, in the place of an earlier one with the same key."""
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names

    def rows(self, statement: str, *values: Value) -> Iterator[tuple[Any, ...]]:
        """Rows as they are asked for. The stage must not be changed in between."""
        yield from self._db.execute(statement, values)

    def first(self, statement: str, *values: Value) -> tuple[Any, ...] | None:
        return next(self.rows(statement, *values), None)

    def run(self, statements: str) -> None:
        self._db.executescript(statements)

    def count(self, table: str) -> int:
        return int(next(self.rows(f"SELECT count(*) FROM {table}"))[0])  # noqa: S608 - our own names

    def close(self) -> None:
        self._db.close()


@asynccontextmanager
async def staging(schema: str) -> AsyncGenerator[Stage]:
    stage = await to_thread.run_sync(Stage, schema)
    try:
        yield stage
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(stage.close)
