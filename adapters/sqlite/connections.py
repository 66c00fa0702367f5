"""The connections to one SQLite file that read it, each used by one thread at a time, and the file that all must find in its place."""

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ascend.adapters.sqlite.errors import UsedAcrossFork, translate_errors
from ascend.adapters.sqlite.file import OpenFile, create_file, open_file
from ascend.adapters.sqlite.watch import FileWatch
from ascend.domain.errors import StoreBusy, StoreClosed

T = TypeVar("T")

READERS = 4
READ_ATTEMPTS = 5
"""The number of times that a file without locks is read, if somebody writes to it meanwhile."""


class Connections:
    """A pool of connections that read. Call every method in a worker thread: it takes and returns its connection there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.watch = FileWatch(path)
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[OpenFile] = []
        self._closed = False

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self.check_open()
        with translate_errors(self.path):
            for _ in range(READ_ATTEMPTS):
                reader = self._take_reader()
                try:
                    value = work(reader.connection)
                except Exception:
                    if reader.is_valid:
                        raise
                else:
                    if reader.is_valid:
                        self.watch.check()
                        return value
                finally:
                    self._give_back(reader)
            raise StoreBusy(f"{self.path} changes all the time, and this user cannot share the locks of its writer")

    def open_reader(self) -> OpenFile:
        """Return a connection for one user alone, who closes it with `close_reader`."""
        self.check_open()
        with translate_errors(self.path):
            return self.open(open_file)

    def read_with(self, reader: OpenFile, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read with a connection of `open_reader`. `StoreBusy` if others have changed the file of one without locks."""
        self.check_open()
        with translate_errors(self.path):
            value = work(reader.connection)
            if not reader.is_valid:
                raise StoreBusy(f"{self.path} has changed, and this user cannot share the locks of its writer")
            self.watch.check()
            return value

    def close_reader(self, reader: OpenFile) -> None:
        if not self.is_forked:  # in a forked child, closing it would drop the locks of the parent process
            reader.close()

    def open(self, open_: Callable[[Path], OpenFile]) -> OpenFile:
        """Open the file that all the other connections have open. Raises: FileReplaced, and as `open_` does."""
        before = self.watch.identify()
        opened = open_(self.path)
        try:
            self.watch.remember(before, locks=opened.unchanged is None)
        except BaseException:
            opened.close()
            raise
        return opened

    def create(self) -> None:
        self.check_open()
        with translate_errors(self.path):
            create_file(self.path)

    def check(self) -> None:
        self.check_open()
        with translate_errors(self.path):
            open_file(self.path).close()

    # The end

    @property
    def is_forked(self) -> bool:
        """True in a forked child: the connections, their locks and their threads belong to the parent process."""
        return self._pid != os.getpid()

    def check_open(self) -> None:
        """Raises: UsedAcrossFork, StoreClosed. This may be called anywhere."""
        if self.is_forked:
            raise UsedAcrossFork(self.path)
        if self._closed:
            raise StoreClosed(self.path)

    def refuse_calls(self) -> None:
        """From now on, `check_open` raises `StoreClosed`. This may be called anywhere."""
        self._closed = True

    def close(self) -> None:
        """Close the connections. Call `refuse_calls` before."""
        with self._lock:
            for opened in self._idle:
                opened.close()
            self._idle = []

    # The pool

    def _take_reader(self) -> OpenFile:
        with self._lock:
            reader = self._idle.pop() if self._idle else None
        return reader or self.open(open_file)

    def _give_back(self, reader: OpenFile) -> None:
        is_valid = reader.is_valid
        with self._lock:
            if self._closed or not is_valid or len(self._idle) >= READERS:
                reader.close()
            else:
                self._idle.append(reader)
