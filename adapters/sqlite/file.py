"""The file of an SQLite store: how it is opened for reading and for writing, and how it is created.

           read                                                          write
writable   a connection that shares SQLite's locks                       the same, and schema 1 becomes schema 2
read-only  the same where another process has the file open, else a      refused by SQLite: `AccessDenied`
           connection without locks, used as long as nothing changes
"""

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ascend.adapters.sqlite.errors import FolderMissing, translate_errors
from ascend.adapters.sqlite.place import is_writable, refuse_folder, refuse_network
from ascend.adapters.sqlite.schema import (
    SCHEMA_VERSION,
    create_tables,
    missing_tables,
    read_version,
    refuse_encoding,
    refuse_incomplete,
    upgrade,
)
from ascend.domain.errors import StoreMissing
from ascend.domain.runtime.retry import delays

BUSY_SECONDS = 5.0
"""The longest wait for the lock of another writer."""
WRITER_CACHE_KIB = 16_000
"""The memory for pages of the connection that writes. With SQLite's 2,000, a batch of items reads its pages again and again."""
CHECKPOINT_PAGES = 4_000
"""Pages in the write-ahead log (16 MB) after which they are copied into the file. A page that many batches change is copied once."""
BESIDE = ("-wal", "-shm", "-journal")
"""The suffixes of the files that SQLite writes beside the store's file while somebody has it open."""

Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A connection to the store, for one thread at a time."""

    connection: sqlite3.Connection
    path: Path
    unchanged: Stamp | None = None
    """For a connection without locks: the state of the file when it was opened. What is read holds while it is the same."""

    @property
    def is_valid(self) -> bool:
        """False if what was read by a connection without locks may mix two moments, because somebody has written."""
        return self.unchanged is None or self.unchanged == _stamp(self.path)

    def close(self) -> None:
        self.connection.close()


def open_file(path: Path) -> OpenFile:
    """Open the store in this file for reading. It may be read-only, and its schema may be the one before.

    Raises: StoreMissing, StoreMismatch (DamagedFile), AccessDenied, NetworkFileSystem, StoreUnavailable.
    """
    with translate_errors(path):
        _check_place(path)
        opened = connect_to_read(path)
        try:
            refuse_encoding(opened.connection, path)
            refuse_incomplete(opened.connection, path)
            if is_writable(path):
                write_ahead(opened.connection)
        except BaseException:
            opened.close()
            raise
    return opened


def open_writer(path: Path) -> OpenFile:
    """Open the store in this file for writing. A file of the schema before is changed first. Raises as `open_file`."""
    with translate_errors(path):
        _check_place(path)
        connection = connect(path, "mode=rw")
        try:
            refuse_encoding(connection, path)
            refuse_incomplete(connection, path)
            write_ahead(connection)
            connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            upgrade(connection, path)
        except BaseException:
            connection.close()
            raise
    return OpenFile(connection, path)


def create_file(path: Path) -> None:
    """Create the file and its missing tables. Several processes may do so at once."""
    with translate_errors(path):
        if not path.parent.is_dir():
            raise FolderMissing(path.parent)
        refuse_folder(path)
        refuse_network(path)
        connection = connect(path, "mode=rwc")
        try:
            refuse_encoding(connection, path)
            if read_version(connection, path) != SCHEMA_VERSION or missing_tables(connection, path):
                create_tables(connection, path)
            write_ahead(connection)
        finally:
            connection.close()


def connect_to_read(path: Path) -> OpenFile:
    """Connect to a file that may be read-only. Nothing is checked.

    SQLite can read a file with a write-ahead log only where it may write beside the file, or where another process has
    it open. Elsewhere the connection takes no locks, which is right as long as nobody writes: see `OpenFile.is_valid`.
    """
    if is_writable(path):
        return OpenFile(connect(path, "mode=rw"), path)
    stamp = _stamp(path)
    if stamp is None:
        return OpenFile(connect(path, "mode=ro"), path)
    return OpenFile(connect(path, "mode=ro&immutable=1"), path, stamp)


def connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # one thread at a time uses the connection, but not always the same thread
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite reports other switching processes as busy without waiting for them, so wait here."""
    deadline = time.monotonic() + BUSY_SECONDS
    for delay in delays(0.01, 0.01):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(delay)


def _check_place(path: Path) -> None:
    if not path.exists():
        raise StoreMissing(path)
    refuse_folder(path)
    refuse_network(path)


def _stamp(path: Path) -> Stamp | None:
    """Return the state of a file that nobody has open for writing. None: somebody may have, or the file is gone."""
    real = os.path.realpath(path)
    if any(os.path.lexists(f"{real}{suffix}") for suffix in BESIDE):
        return None
    try:
        status = Path(real).stat()
    except FileNotFoundError:
        return None
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
