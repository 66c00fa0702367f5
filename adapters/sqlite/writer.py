"""The one connection that writes to an SQLite file, in a thread of its own.

    tasks ──▶ queue ──▶ thread: BEGIN IMMEDIATE, everything that waits by then, COMMIT ──▶ one wake-up for all tasks

Writes that wait share a transaction, and so one flush to the disk. Each is answered after the flush, and only if the file
is still in its place. A cancelled task waits for its write, unless the task itself is cancelled by asyncio: the write then
ends without it.
"""

import math
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from anyio import CancelScope
from anyio.lowlevel import checkpoint_if_cancelled

from ascend.adapters.sqlite import file
from ascend.adapters.sqlite.calls import ThreadCall, answer
from ascend.adapters.sqlite.connections import Connections
from ascend.adapters.sqlite.errors import translate_before_commit, translate_error
from ascend.adapters.sqlite.file import OpenFile, open_writer
from ascend.domain.errors import StoreError, StoreUnavailable
from ascend.domain.runtime.call import copy_error

T = TypeVar("T")

TRANSACTION_WRITES = 256
"""The limit of the writes that share a transaction."""
TRANSACTION_BYTES = 16_000_000
"""The limit of the items' bytes in a transaction: other processes wait for its end."""
SHORTEST_WAIT = 0.05
"""Seconds that a write waits for the lock of another writer, although it has waited long for its turn. Waits are multiples of it."""


class PendingWrite(ThreadCall[T]):
    """A write that waits for its turn."""

    def __init__(self, work: Callable[[sqlite3.Connection], T], size: int, deadline: float) -> None:
        super().__init__()
        self.work = work
        self.size = size
        self.deadline = deadline


class FileWriter:
    """The queue of the writes of this process, and the thread that makes them."""

    def __init__(self, connections: Connections, *, durable: bool = True) -> None:
        self._file = connections
        self._durable = durable
        self._opened: OpenFile | None = None
        self._wait = 0.0
        """The seconds that the connection waits for the lock of another writer."""
        self._lock = threading.Lock()
        self._queue: deque[PendingWrite[Any]] = deque()
        self._alone = 0
        """The number of writes at the front of the queue that get a transaction each."""
        self._is_running = False
        self._thread = ThreadPoolExecutor(1, "ascend-sqlite-writer")

    async def write(self, work: Callable[[sqlite3.Connection], T], size: int = 0) -> T:
        """Call `work` in a transaction, and return its result after the commit. `size`: the bytes of its items.

        It waits at most `file.BUSY_SECONDS` for other writers: `StoreBusy`.
        """
        await checkpoint_if_cancelled()
        self._file.check_open()  # before any lock: in a forked child, threads that do not exist may hold the locks
        write = PendingWrite(work, size, time.monotonic() + file.BUSY_SECONDS)
        with self._lock:
            if not self._is_running:
                self._thread.submit(self._run)
                self._is_running = True
            self._queue.append(write)
        with CancelScope(shield=True):
            await write.wait()
        return write.result()

    def close(self) -> None:
        """Wait for the thread's end. The writes that wait fail, because the connections were closed before."""
        self._thread.shutdown()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # In the thread

    def _run(self) -> None:
        """Make the writes of the queue until it is empty. Nothing escapes: the tasks would wait for ever."""
        while (first := self._find_first()) is not None:
            answer(self._write_together(first))

    def _find_first(self) -> PendingWrite[Any] | None:
        with self._lock:
            if self._queue:
                return self._queue[0]
            self._is_running = False
            return None

    def _write_together(self, first: PendingWrite[Any]) -> Sequence[PendingWrite[Any]]:
        """Write what waits in one transaction. Return the writes that have a result or a failure by then.

        If no transaction begins, only the first one fails, and what has waited too long: the others take their own turn.
        If a write fails, nothing is written, and each gets a transaction of its own.
        """
        try:
            connection = self._begin(first.deadline)
        except BaseException as failure:  # noqa: BLE001  raised in the task of each write
            return _fail(self._take_late(), translate_before_commit(failure, self._file.path))
        batch = self._take()
        try:
            results = [write.work(connection) for write in batch]
        except BaseException as failure:  # noqa: BLE001  see above
            return self._undo(connection, batch, failure)
        return self._commit(connection, batch, results)

    def _begin(self, deadline: float) -> sqlite3.Connection:
        """Begin a transaction on the file that is at the path, and lock other writers out."""
        self._file.check_open()
        connection = self._open()
        wait = max(math.ceil((deadline - time.monotonic()) / SHORTEST_WAIT), 1) * SHORTEST_WAIT
        if wait != self._wait:
            connection.execute(f"PRAGMA busy_timeout = {wait * 1000:.0f}")
            self._wait = wait
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._file.watch.check()
        except BaseException:
            connection.rollback()
            raise
        return connection

    def _open(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = self._file.open(open_writer)
            if not self._durable:
                self._opened.connection.execute("PRAGMA synchronous = OFF")
        return self._opened.connection

    def _take(self) -> list[PendingWrite[Any]]:
        """Take the writes of one transaction from the front of the queue."""
        batch: list[PendingWrite[Any]] = []
        with self._lock:
            most = 1 if self._alone else TRANSACTION_WRITES
            self._alone = max(self._alone - 1, 0)
            size = 0
            while self._queue and len(batch) < most and (not batch or size + self._queue[0].size <= TRANSACTION_BYTES):
                batch.append(self._queue.popleft())
                size += batch[-1].size
        return batch

    def _take_late(self) -> list[PendingWrite[Any]]:
        """Take the first write, and those behind it that have waited too long."""
        now, late = time.monotonic(), list[PendingWrite[Any]]()
        with self._lock:
            while self._queue and (not late or self._queue[0].deadline <= now):
                late.append(self._queue.popleft())
            self._alone = max(self._alone - len(late), 0)
        return late

    def _undo(
        self, connection: sqlite3.Connection, batch: list[PendingWrite[Any]], failure: BaseException
    ) -> Sequence[PendingWrite[Any]]:
        """End a transaction in which a write has failed. If it has others, all get their own transactions."""
        _roll_back(connection)
        if len(batch) == 1:
            return _fail(batch, translate_before_commit(failure, self._file.path))
        with self._lock:
            self._queue.extendleft(reversed(batch))
            self._alone = len(batch)
        return ()

    def _commit(
        self, connection: sqlite3.Connection, batch: list[PendingWrite[Any]], results: list[Any]
    ) -> Sequence[PendingWrite[Any]]:
        try:
            connection.execute("COMMIT")
        except BaseException as failure:  # noqa: BLE001  raised in the task of each write
            _roll_back(connection)
            return _fail(batch, translate_error(failure, self._file.path))
        try:
            self._file.watch.check()
        except (StoreError, OSError) as error:  # the transaction may lie in a file that is no longer in its place
            unknown = StoreUnavailable(f"{error}, while the store was writing to it")
            unknown.__cause__ = error
            return _fail(batch, unknown)
        for write, result in zip(batch, results, strict=True):
            write.succeed(result)
        return batch


def _fail(writes: Sequence[PendingWrite[Any]], failure: BaseException) -> Sequence[PendingWrite[Any]]:
    for number, write in enumerate(writes):
        write.fail(copy_error(failure) if number else failure)
    return writes


def _roll_back(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # what has failed before says more
        connection.rollback()
