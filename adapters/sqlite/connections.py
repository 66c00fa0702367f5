"""The connections to one SQLite file: one writer and a few readers, each used by one thread at a time.

Writes that wait for the writer share one transaction, and so one flush to the disk. Each is answered after the flush.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from ascend.adapters.sqlite.file import open_file, translate_errors
from ascend.domain.errors import InvalidInput, StoreError

T = TypeVar("T")

READERS = 4
WRITERS = 16
"""The limit of concurrent writes. Each waits in a thread."""


class UsedAcrossFork(StoreError):
    """An SQLite store cannot be used across a fork: open it anew in the child process."""


class PendingWrite(Generic[T]):
    """A write that waits for its turn, then holds its result or its failure."""

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self.work = work
        self.is_done = False
        self.values: list[T] = []
        self.failure: BaseException | None = None

    def result(self) -> T:
        if self.failure is not None:
            raise self.failure
        return self.values[0]


class Connections:
    """A pool of connections. Call every method in a worker thread: it takes and returns its connection there."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._durable = durable
        self._queue: list[PendingWrite[Any]] = []
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._writing = threading.Lock()  # needed although tasks wait: a cancelled task leaves its thread running
        self._closed = False

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._check_usable():
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or open_file(self.path)
            try:
                return work(connection)
            finally:
                self._give_back(connection)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._check_usable():  # before any lock: in a forked child, threads that do not exist may hold the locks
            pending = PendingWrite(work)
            with self._lock:
                self._queue.append(pending)
            with self._writing:
                if not pending.is_done:
                    self._write_queue()
                return pending.result()

    def close(self) -> None:
        if self._pid != os.getpid():
            return  # the connections belong to the parent process; closing them here would drop its locks
        with self._writing, self._lock:
            self._closed = True
            for connection in (self._writer, *self._idle):
                if connection is not None:
                    connection.close()
            self._writer, self._idle = None, []

    def _write_queue(self) -> None:
        """Write all pending writes in one transaction. If one of them fails, nothing is written and all fail."""
        with self._lock:
            batch, self._queue = self._queue, []
        try:
            values = self._run_transaction(batch)
        except BaseException as failure:  # noqa: BLE001  raised in the thread of each pending write
            for pending in batch:
                pending.failure = failure
        else:
            for pending, value in zip(batch, values, strict=True):
                pending.values.append(value)
        for pending in batch:
            pending.is_done = True

    def _run_transaction(self, batch: list[PendingWrite[Any]]) -> list[Any]:
        self._refuse_closed()
        writer = self._open_writer()
        writer.execute("BEGIN IMMEDIATE")
        try:
            values = [pending.work(writer) for pending in batch]
            writer.execute("COMMIT")
        except BaseException:
            writer.rollback()
            raise
        return values

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = open_file(self.path)
            if not self._durable:
                self._writer.execute("PRAGMA synchronous = OFF")
        return self._writer

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed or len(self._idle) >= READERS:
                connection.close()
            else:
                self._idle.append(connection)

    @contextmanager
    def _check_usable(self) -> Generator[None, None, None]:
        if self._pid != os.getpid():
            raise UsedAcrossFork(self.path)
        self._refuse_closed()
        with translate_errors(self.path):
            yield

    def _refuse_closed(self) -> None:
        if self._closed:
            raise InvalidInput(f"the store {self.path} is closed: it lives as long as its `async with`")
