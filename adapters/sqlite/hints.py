"""The hints of an SQLite file: a few times a second it is asked whether anything was committed, and if so, what was appended.

    every INTERVAL   PRAGMA data_version                        changed by every commit of another connection
    if it changed    SELECT … FROM events WHERE seq > the last one

The connection reads and does nothing else, so commits of this process change its data version as well. It lives as long
as the listener, because only the versions of one connection can be compared. Appends are numbered: see `schema`.
"""

import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from typing import TypeVar

import anyio
from anyio import CancelScope, CapacityLimiter
from anyio.to_thread import run_sync

from ascend.adapters.layout.keys import parse_commit_key
from ascend.adapters.sqlite.connections import Connections
from ascend.adapters.sqlite.file import OpenFile
from ascend.adapters.sqlite.schema import SCHEMA_VERSION, read_version
from ascend.adapters.table.item import Key
from ascend.domain.errors import StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.retry import delays

T = TypeVar("T")
SHARD = "file"
INTERVAL = 0.25
"""Seconds between two looks. Each takes about 0.2 ms of CPU, almost all of it for the change of threads."""
LONGEST_WAIT = 5.0
"""Seconds between two looks at a file that cannot be read."""
APPENDED = "SELECT seq, pk, sk FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
LAST = "SELECT max(seq) FROM events"
ROWS = 10_000
"""The limit of appends that one look reads."""


class SqliteHints:
    """The `ChangeHints` of one file."""

    def __init__(self, file: Connections) -> None:
        self._file = file

    async def shards(self) -> Sequence[str]:
        self._file.check_open()
        return (SHARD,)

    async def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        if shard != SHARD:
            return
        appended, thread = Appended(self._file), CapacityLimiter(1)
        try:
            await self._look(appended.start, thread)
            yield ()
            while True:
                await anyio.sleep(INTERVAL)
                if changed := await self._look(appended.read, thread):
                    yield changed
        finally:
            with CancelScope(shield=True):
                await run_sync(appended.close, limiter=thread)

    async def _look(self, look: Callable[[], T], thread: CapacityLimiter) -> T:
        """Call it in a thread, until the file can be read."""
        for delay in delays(INTERVAL, LONGEST_WAIT):
            try:
                return await run_sync(look, limiter=thread)
            except StoreUnavailable:  # nothing is lost: the next look begins where the last one ended
                await anyio.sleep(delay)
        raise AssertionError("the delays never end")


class Appended:
    """A reader of what was appended to the file since its last look. Call every method in a thread, one at a time."""

    def __init__(self, file: Connections) -> None:
        self._file = file
        self._reader: OpenFile | None = None
        self._version: int | None = None
        """The data version of the last look, on this connection."""
        self._last = 0
        """The number of the last append that was seen."""

    def start(self) -> None:
        """Begin at the present end. In a file of schema 1, which has no numbers, begin with all that get one."""
        self._last = self._read(lambda connection: _read_last(connection) if self._is_numbered(connection) else 0)

    def read(self) -> Collection[WorkspaceId]:
        """Return the workspaces of the commits that were appended, in their order, each once."""
        version, rows = self._read(self._read_rows)
        self._last = rows[-1][0] if rows else self._last
        self._version = version if len(rows) < ROWS else None  # there may be more
        named = (parse_commit_key(Key(pk, sk)) for _, pk, sk in rows)
        return dict.fromkeys(workspace for workspace in named if workspace is not None)

    def close(self) -> None:
        if self._reader is not None:
            self._file.close_reader(self._reader)
            self._reader = None

    def _read_rows(self, connection: sqlite3.Connection) -> tuple[int, list[tuple[int, str, str]]]:
        (version,) = connection.execute("PRAGMA data_version").fetchone()  # before the rows: a later commit shows again
        if version == self._version or not self._is_numbered(connection):
            return version, []
        return version, connection.execute(APPENDED, (self._last, ROWS)).fetchall()

    def _is_numbered(self, connection: sqlite3.Connection) -> bool:
        return read_version(connection, self._file.path) == SCHEMA_VERSION

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read with the connection of this listener. After a failure, the next look opens another one."""
        if self._reader is None:
            self._reader, self._version = self._file.open_reader(), None
        try:
            return self._file.read_with(self._reader, work)
        except BaseException:
            self.close()
            raise


def _read_last(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute(LAST).fetchone()
    return last or 0
