"""The connections to one SQLite file: one writer and a few readers, each used by one thread at a time.

Writes that wait for the writer share one transaction, and so one flush to the disk. Each is answered after the flush, and
only if the file is still in its place.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from ascend.adapters.sqlite import file
from ascend.adapters.sqlite.errors import before_commit, translate_errors
from ascend.adapters.sqlite.file import OpenFile, create_file, open_file, open_writer
from ascend.adapters.sqlite.watch import FileWatch
from ascend.domain.errors import StoreBusy, StoreClosed, StoreError, StoreUnavailable

T = TypeVar("T")

READERS = 4
WRITERS = 16
"""The limit of concurrent writes. Each waits in a thread."""
SHORTEST_WAIT = 0.05
"""Seconds that a write waits for the lock of another writer, although it has waited long for its turn."""
READ_ATTEMPTS = 5
"""The number of times that a file without locks is read, if somebody writes to it meanwhile."""


class UsedAcrossFork(StoreError):
    """An SQLite store cannot be used across a fork: open it anew in the child process."""


class PendingWrite(Generic[T]):
    """A write that waits for its turn, then holds its result or its failure."""

    def __init__(self, work: Callable[[sqlite3.Connection], T], deadline: float) -> None:
        self.work = work
        self.deadline = deadline
        self.is_done = False
        self.values: list[T] = []
        self.failure: BaseException | None = None

    def fail(self, failure: BaseException) -> None:
        self.failure = failure
        self.is_done = True

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
        self._watch = FileWatch(path)
        self._idle: list[OpenFile] = []
        self._writer: OpenFile | None = None
        self._writing = threading.Lock()  # needed although tasks wait: a cancelled task leaves its thread running
        self._closed = False

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._check_usable():
            for _ in range(READ_ATTEMPTS):
                reader = self._take_reader()
                try:
                    value = work(reader.connection)
                except Exception:
                    if reader.is_valid:
                        raise
                else:
                    if reader.is_valid:
                        self._watch.check()
                        return value
                finally:
                    self._give_back(reader)
            raise StoreBusy(f"{self.path} changes all the time, and this user cannot share the locks of its writer")

    def open_reader(self) -> OpenFile:
        """Return a connection for one user alone, who closes it with `close_reader`."""
        with self._check_usable():
            return self._open(open_file)

    def read_with(self, reader: OpenFile, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read with a connection of `open_reader`. `StoreBusy` if others have changed the file of one without locks."""
        with self._check_usable():
            value = work(reader.connection)
            if not reader.is_valid:
                raise StoreBusy(f"{self.path} has changed, and this user cannot share the locks of its writer")
            self._watch.check()
            return value

    def close_reader(self, reader: OpenFile) -> None:
        if self._pid == os.getpid():  # in a forked child, closing it would drop the locks of the parent process
            reader.close()

    def check_open(self) -> None:
        """Raises: UsedAcrossFork, StoreClosed."""
        if self._pid != os.getpid():
            raise UsedAcrossFork(self.path)
        if self._closed:
            raise StoreClosed(self.path)

    def write(self, work: Callable[[sqlite3.Connection], T], deadline: float) -> T:
        """Write in a transaction. From the deadline on, it waits no longer for other writers: `StoreBusy`."""
        with self._check_usable():  # before any lock: in a forked child, threads that do not exist may hold the locks
            pending = PendingWrite(work, deadline)
            with self._lock:
                self._queue.append(pending)
            with self._writing:
                if not pending.is_done:
                    self._write_queue(pending)
                return pending.result()

    def deadline(self) -> float:
        """Return the deadline of a write that begins to wait now."""
        return time.monotonic() + file.BUSY_SECONDS

    def create(self) -> None:
        with self._check_usable():
            create_file(self.path)

    def check(self) -> None:
        with self._check_usable():
            open_file(self.path).close()

    def close(self) -> None:
        if self._pid != os.getpid():
            return  # the connections belong to the parent process; closing them here would drop its locks
        with self._writing, self._lock:
            self._closed = True
            for opened in (self._writer, *self._idle):
                if opened is not None:
                    opened.close()
            self._writer, self._idle = None, []

    # Writing

    def _write_queue(self, leader: PendingWrite[Any]) -> None:
        """Write all pending writes in one transaction. If one of them fails, nothing is written and all fail.

        If no transaction begins, only the leader fails, and what has waited too long: the others take their own turn.
        """
        try:
            writer = self._begin(leader.deadline)
        except BaseException as failure:  # noqa: BLE001  raised in the thread of each pending write
            now = time.monotonic()
            for pending in self._take_queue(lambda pending: pending is leader or pending.deadline <= now):
                pending.fail(failure)
            return
        batch = self._take_queue(lambda _: True)
        try:
            values = self._run_transaction(writer, batch)
        except BaseException as failure:  # noqa: BLE001  see above
            for pending in batch:
                pending.fail(failure)
            return
        for pending, value in zip(batch, values, strict=True):
            pending.values.append(value)
            pending.is_done = True

    def _take_queue(self, is_taken: Callable[[PendingWrite[Any]], bool]) -> list[PendingWrite[Any]]:
        with self._lock:
            taken = [pending for pending in self._queue if is_taken(pending)]
            self._queue = [pending for pending in self._queue if pending not in taken]
        return taken

    def _begin(self, deadline: float) -> sqlite3.Connection:
        """Begin a transaction on the file that is at the path, and lock other writers out."""
        self.check_open()
        with before_commit(self.path):
            writer = self._open_writer().connection
            wait = max(deadline - time.monotonic(), SHORTEST_WAIT)
            writer.execute(f"PRAGMA busy_timeout = {wait * 1000:.0f}")
            writer.execute("BEGIN IMMEDIATE")
            try:
                self._watch.check()
            except BaseException:
                writer.rollback()
                raise
        return writer

    def _run_transaction(self, writer: sqlite3.Connection, batch: list[PendingWrite[Any]]) -> list[Any]:
        try:
            with before_commit(self.path):
                values = [pending.work(writer) for pending in batch]
            writer.execute("COMMIT")
        except BaseException:
            writer.rollback()
            raise
        self._confirm_place()
        return values

    def _confirm_place(self) -> None:
        """Raises: StoreUnavailable if the transaction may have been committed to a file that is no longer in its place."""
        try:
            self._watch.check()
        except (StoreError, OSError) as error:
            raise StoreUnavailable(f"{error}, while the store was writing to it") from error

    # Opening

    def _open_writer(self) -> OpenFile:
        if self._writer is None:
            self._writer = self._open(open_writer)
            if not self._durable:
                self._writer.connection.execute("PRAGMA synchronous = OFF")
        return self._writer

    def _take_reader(self) -> OpenFile:
        with self._lock:
            reader = self._idle.pop() if self._idle else None
        return reader or self._open(open_file)

    def _open(self, open_: Callable[[Path], OpenFile]) -> OpenFile:
        before = self._watch.identify()
        opened = open_(self.path)
        try:
            self._watch.remember(before, locks=opened.unchanged is None)
        except BaseException:
            opened.close()
            raise
        return opened

    def _give_back(self, reader: OpenFile) -> None:
        is_valid = reader.is_valid
        with self._lock:
            if self._closed or not is_valid or len(self._idle) >= READERS:
                reader.close()
            else:
                self._idle.append(reader)

    @contextmanager
    def _check_usable(self) -> Generator[None, None, None]:
        self.check_open()
        with translate_errors(self.path):
            yield
