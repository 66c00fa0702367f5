"""The stage: rows of an imported file on disk, to be sorted and joined. Memory does not grow with their number."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from threading import Lock
from typing import Any

from anyio import CancelScope, to_thread

StageValue = str | int | None


class ConflictingRecord(Exception):
    """Two records in one file have the same number and different content."""

    def __str__(self) -> str:
        return "an earlier record has the same number and different content; keep one of the two"


class Stage:
    """A private SQLite file without a name. It vanishes when it is closed, or with the process."""

    def __init__(self, schema: str) -> None:
        self._lock = Lock()
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")  # the file is temporary, so it needs no transaction and no fsync
        self._db.executescript(schema)

    def put(self, table: str, *values: StageValue) -> None:
        """Add a row. An identical row changes nothing: the pages of a list may overlap.

        Raises:
            ConflictingRecord: a row with the same key and other values exists.
        """
        marks = ", ".join("?" * len(values))
        try:
            self._execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names
        except sqlite3.IntegrityError:
            if not self._has(table, values):
                raise ConflictingRecord from None

    def replace(self, table: str, *values: StageValue) -> None:
        """Add a row in place of the one with the same key, if there is one."""
        marks = ", ".join("?" * len(values))
        self._execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names

    def delete(self, table: str, **values: StageValue) -> None:
        """Remove the rows that have these values in these columns."""
        same = " AND ".join(f"{name} IS ?" for name in values)
        self._execute(f"DELETE FROM {table} WHERE {same}", [*values.values()])  # noqa: S608 - our own names

    def _has(self, table: str, values: tuple[StageValue, ...]) -> bool:
        columns = [str(name) for _, name, *_ in self.rows(f"PRAGMA table_info({table})")]
        same = " AND ".join(f"{name} IS ?" for name in columns)
        return self.first(f"SELECT 1 FROM {table} WHERE {same}", *values) is not None  # noqa: S608 - our own names

    def rows(self, statement: str, *values: StageValue) -> Iterator[tuple[Any, ...]]:
        """Yield the rows as the caller asks for them. The stage must not change before the last one."""
        with self._lock:
            cursor = self._db.execute(statement, values)
        while (row := self._next(cursor)) is not None:
            yield row

    def _next(self, cursor: sqlite3.Cursor) -> tuple[Any, ...] | None:
        with self._lock:
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def first(self, statement: str, *values: StageValue) -> tuple[Any, ...] | None:
        return next(self.rows(statement, *values), None)

    def run(self, statements: str) -> None:
        with self._lock:
            self._db.executescript(statements)

    def _execute(self, statement: str, values: Sequence[StageValue]) -> None:
        with self._lock:
            self._db.execute(statement, values)

    def count(self, table: str) -> int:
        return int(next(self.rows(f"SELECT count(*) FROM {table}"))[0])  # noqa: S608 - our own names

    def close(self) -> None:
        """Close the file. A thread that a cancelled import left behind may still read it: it gets an error, no crash."""
        with self._lock:
            self._db.close()


@asynccontextmanager
async def open_stage(schema: str) -> AsyncGenerator[Stage]:
    """Create a stage with these tables, and close it at the end."""
    stage = await to_thread.run_sync(Stage, schema)
    try:
        yield stage
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(stage.close)
