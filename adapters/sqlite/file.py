"""The file of an SQLite store: its place, its schema, how it is opened and created, and SQLite's errors translated.

    events   pk, sk │ attributes                                                       primary key (pk, sk)
    views    pk, sk │ gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, attributes              and an index for each gsi

`attributes` is typed JSON. The application id marks the file as an Ascend store, the user version is its schema version.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ascend.domain.errors import (
    AccessDenied,
    InvalidStoreUrl,
    StoreError,
    StoreMismatch,
    StoreMissing,
    StoreUnavailable,
)
from ascend.domain.runtime.retry import delays

APPLICATION_ID = 0x41534344
SCHEMA_VERSION = 1
BUSY_SECONDS = 10.0

COLUMNS = {
    "events": ["pk", "sk", "attributes"],
    "views": ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires", "attributes"],
}
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS events (pk TEXT NOT NULL, sk TEXT NOT NULL, attributes TEXT NOT NULL,
       PRIMARY KEY (pk, sk)) WITHOUT ROWID, STRICT""",
    """CREATE TABLE IF NOT EXISTS views (pk TEXT NOT NULL, sk TEXT NOT NULL, gsi1pk TEXT, gsi1sk TEXT, gsi2pk TEXT, gsi2sk TEXT,
       expires INTEGER, attributes TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID, STRICT""",
    "CREATE INDEX IF NOT EXISTS views_gsi1 ON views (gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS views_gsi2 ON views (gsi2pk, gsi2sk, pk, sk) WHERE gsi2pk IS NOT NULL",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ocfs2")
) | {"gfs2", "ncpfs", "davfs", "vboxsf", "drvfs"}
_NETWORK_FUSE = ("sshfs", "s3fs", "gcsfuse", "glusterfs", "rclone", "cephfs", "blobfuse", "mount-s3", "davfs")


class NetworkFileSystem(StoreError):
    """SQLite's locks cannot be trusted on a network file system: put the file on a local disk."""


class DamagedFile(StoreMismatch):
    """The store's file is damaged: stop every process that uses it, and restore a backup."""


class FolderMissing(StoreMissing):
    """The folder of the store's file does not exist: make it first."""


# ---- opening and creating ------------------------------------------------------------------------------------------


def open_file(path: Path) -> sqlite3.Connection:
    """Open a connection to the store in this file, for one thread at a time.

    Raises: StoreMissing, StoreMismatch (DamagedFile), AccessDenied, NetworkFileSystem, StoreUnavailable.
    """
    with translate_errors(path):
        if not path.exists():
            raise StoreMissing(path)
        refuse_folder(path)
        refuse_network(path)
        connection = connect(path, "rw")
        try:
            _refuse_encoding(connection, path)
            _refuse_incomplete(connection, path)
            write_ahead(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def create_file(path: Path) -> None:
    """Create the file and its missing tables. Several processes may do so at once."""
    with translate_errors(path):
        if not path.parent.is_dir():
            raise FolderMissing(path.parent)
        refuse_folder(path)
        refuse_network(path)
        connection = connect(path, "rwc")
        try:
            _refuse_encoding(connection, path)
            if is_empty(connection, path) or missing_tables(connection, path):
                create_tables(connection, path)
            write_ahead(connection)
        finally:
            connection.close()


def connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # one thread at a time uses the connection, but not always the same thread
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def create_tables(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if is_empty(connection, path) or missing_tables(
            connection, path
        ):  # checked again, now that others are locked out
            for statement in _SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


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


# ---- the file's place ----------------------------------------------------------------------------------------------


def refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise StoreMismatch(f"{path} is a folder: name a file in it")


def refuse_network(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Raises: NetworkFileSystem. Nothing is refused on a system that does not list its mounts."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return
    kind = _find_file_system(str(path.resolve()), lines)
    if kind in _NETWORK or (kind.startswith("fuse.") and kind[5:].startswith(_NETWORK_FUSE)):
        raise NetworkFileSystem(f"{path}: {kind}")


def _find_file_system(target: str, mounts: list[str]) -> str:
    """Return the type of the file system with the longest mount point above `target`, or an empty text."""
    longest, kind_of_longest = 0, ""
    for _, escaped, kind, *_ in (line.split() for line in mounts):
        point = escaped.replace("\\040", " ")
        if (target + "/").startswith(point.rstrip("/") + "/") and len(point) >= longest:
            longest, kind_of_longest = len(point), kind
    return kind_of_longest


# ---- the file's content --------------------------------------------------------------------------------------------


def is_empty(connection: sqlite3.Connection, path: Path) -> bool:
    """Return True if the file holds nothing yet. Raises: StoreMismatch if it holds something else than a store."""
    with _read_transaction(connection):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        any_object = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if application == APPLICATION_ID and version == SCHEMA_VERSION:
        return False
    if application == APPLICATION_ID:
        raise StoreMismatch(f"{path} has schema {version}, this code expects {SCHEMA_VERSION}")
    if application or version or any_object:
        raise StoreMismatch(f"{path} is an SQLite file of another program")
    return True


def missing_tables(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Return the names of missing tables. Raises: StoreMismatch if a table has other columns than this code creates."""
    missing: list[str] = []
    for table, columns in COLUMNS.items():
        existing = read_columns(connection, table)
        if not existing:
            missing.append(table)
        elif existing != columns:
            difference = f"its table {table!r} has the columns {', '.join(existing)} instead of {', '.join(columns)}"
            raise StoreMismatch(f"{path}: {difference}: restore it from a backup")
    return missing


def read_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


@contextmanager
def _read_transaction(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """Make all reads in the block see the same moment: another process may be creating the tables right now."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def _refuse_encoding(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse other encodings than UTF-8. UTF-16 sorts keys differently, and a file cannot change its encoding."""
    (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    if encoding != "UTF-8":
        raise StoreMismatch(f"{path} stores its text as {encoding}: Ascend needs a file in UTF-8, such as a new one")


def _refuse_incomplete(connection: sqlite3.Connection, path: Path) -> None:
    if is_empty(connection, path):
        raise StoreMissing(f"{path} is empty")
    match missing_tables(connection, path):
        case []:
            return
        case ["views"]:
            raise StoreMissing(f"{path} has lost its table 'views': create it, then workers fill it from the log")
        case missing:
            names = " and ".join(map(repr, missing))
            raise StoreMissing(
                f"{path} has lost {names}: restore a backup, because a new events table has an empty log"
            )


# ---- errors --------------------------------------------------------------------------------------------------------


@contextmanager
def translate_errors(path: Path) -> Generator[None, None, None]:
    """Raise Ascend's errors instead of those of SQLite and of the file system."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate_sqlite_error(error, path) from error
    except PermissionError as error:
        raise AccessDenied(f"{path}: {error.strerror}") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise InvalidStoreUrl(f"{path}: {error.strerror}") from error
        raise StoreUnavailable(f"{path}: {error.strerror}") from error


def translate_sqlite_error(error: sqlite3.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreUnavailable(f"{path} is busy: others have been writing to it for {BUSY_SECONDS:.0f} s, try again")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN):
        return AccessDenied(f"{path}: {error}; the file and its folder must be writable for this user ({os.geteuid()})")
    if code == sqlite3.SQLITE_CORRUPT:
        return DamagedFile(f"{path}: {error}")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreMismatch(f"{path}: {error}")
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM):
        return StoreUnavailable(f"{path}: {error}")
    return StoreError(f"{path}: {error}")
