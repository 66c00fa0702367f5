"""The stage: rows on disk, where they are sorted and joined, so that memory does not grow with their number."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CancelScope, to_thread

Value = str | int | None


class Twice(Exception):
    """Two records in one file have the same number, and say different things."""

    def __str__(self) -> str:
        return "a record before it has the same number and says something else; keep one of the two"


class Stage:
    """A private SQLite file without a name, which vanishes when it is closed, or with the process."""

    def __init__(self, schema: str) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")  # nothing is kept: no transaction, no fsync
        self._db.executescript(schema)

    def put(self, table: str, *values: Value) -> None:
        """Adds a row; the very same row again changes nothing, as where two pages of a list overlap. Raises `Twice`."""
        marks = ", ".join("?" * len(values))
        try:
            self._db.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names
        except sqlite3.IntegrityError:
            if not self._has(table, values):
                raise Twice from None

    def _has(self, table: str, values: tuple[Value, ...]) -> bool:
        columns = [str(name) for _, name, *_ in self.rows(f"PRAGMA table_info({table})")]
        same = " AND ".join(f"{name} IS ?" for name in columns)
        return self.first(f"SELECT 1 FROM {table} WHERE {same}", *values) is not None  # noqa: S608 - our own names

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
