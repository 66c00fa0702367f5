"""Notices that a file of an open store was removed or replaced.

The connections of this process keep what they have opened. If somebody removes the file, or puts another one in its place,
they go on reading and writing where nobody else does, and what they write is gone with the last of them.
"""

import os
import threading
from pathlib import Path

from ascend.adapters.sqlite.errors import FileReplaced

FileId = tuple[int, int]


class FileWatch:
    """The files that the connections of one store have open: the file, its write-ahead log, and the log's index.

    A connection keeps them open, and so nobody else can get their numbers. At least one connection stays open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._open: dict[str, FileId] = {}
        """Replaced, never changed: `check` reads it without the lock."""

    def identify(self) -> FileId | None:
        """Return the identity of the file that is at the path now, None if there is none."""
        return _identify(str(self.path))

    def remember(self, before: FileId | None, *, locks: bool) -> None:
        """Remember what a new connection has opened. `before` is the file's identity before it was opened.

        A connection without `locks` opens the file alone. Raises: FileReplaced if others have opened another file.
        """
        real = os.path.realpath(self.path)
        suffixes = ("-wal", "-shm") if locks else ()
        opened = {str(self.path): before} | {f"{real}{suffix}": _identify(f"{real}{suffix}") for suffix in suffixes}
        with self._lock:
            self._open = {path: id for path, id in opened.items() if id is not None} | self._open
        self.check()

    def check(self) -> None:
        """Raises: FileReplaced if one of the files was removed or replaced."""
        for path, id in self._open.items():
            if (existing := _identify(path)) != id:
                raise FileReplaced(f"{path} was {'removed' if existing is None else 'replaced'}")


def _identify(path: str) -> FileId | None:
    try:
        status = os.stat(path)  # noqa: PTH116  at every read and write: no need for an object
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino
