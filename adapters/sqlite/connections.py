"""The connections to one SQLite file: one that writes, a few that read, each used by one thread at a time.

Writes that wait for the connection share a transaction, and so one flush to the disk: each is answered when that is done.
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
"""Writes that wait at once, each in a thread."""


class UsedAcrossFork(StoreError):
    """An SQLite store cannot be used across a fork: open it anew in the child process."""


class Waiting(Generic[T]):
    """A write that waits for its turn, then its outcome."""

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self.work = work
        self.done = False
        self.values: list[T] = []
        self.failure: BaseException | None = None

    def outcome(self) -> T:
        if self.failure is not None:
            raise self.failure
        return self.values[0]


class Connections:
    """Every method is called in a worker thread, and takes and gives back its connection there."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._durable = durable
        self._queue: list[Waiting[Any]] = []
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._writing = threading.Lock()  # also when the task of an earlier write was cancelled and left its thread
        self._closed = False

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._usable():
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or open_file(self.path)
            try:
                return work(connection)
            finally:
                self._give_back(connection)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._usable():  # first of all: in a forked child the locks may be held by threads that it does not have
            waiting = Waiting(work)
            with self._lock:
                self._queue.append(waiting)
            with self._writing:
                if not waiting.done:
                    self._write_all()
                return waiting.outcome()

    def _write_all(self) -> None:
        """What waits by now, in one transaction: all of it is written, or nothing and all of them fail."""
        with self._lock:
            together, self._queue = self._queue, []
        try:
            values = self._transaction(together)
        except BaseException as failure:  # noqa: BLE001  raised in the thread of each of them
            for one in together:
                one.failure = failure
        else:
            for one, value in zip(together, values, strict=True):
                one.values.append(value)
        for one in together:
            one.done = True

    def _transaction(self, together: list[Waiting[Any]]) -> list[Any]:
        self._refuse_closed()
        if self._writer is None:
            self._writer = open_file(self.path)
            if not self._durable:
                self._writer.execute("PRAGMA synchronous = OFF")
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            values = [one.work(self._writer) for one in together]
            self._writer.execute("COMMIT")
        except BaseException:
            self._writer.rollback()
            raise
        return values

    def close(self) -> None:
        if self._pid != os.getpid():
            return  # they belong to the parent process; to close them here would drop its locks
        with self._writing, self._lock:
            self._closed = True
            for connection in (self._writer, *self._idle):
                if connection is not None:
                    connection.close()
            self._writer, self._idle = None, []

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed or len(self._idle) >= READERS:
                connection.close()
            else:
                self._idle.append(connection)

    @contextmanager
    def _usable(self) -> Generator[None, None, None]:
        if self._pid != os.getpid():
            raise UsedAcrossFork(self.path)
        self._refuse_closed()
        with translate_errors(self.path):
            yield

    def _refuse_closed(self) -> None:
        if self._closed:
            raise InvalidInput(f"the store {self.path} is closed: it lives as long as its `async with`")
