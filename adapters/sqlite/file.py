"""The file of an SQLite store: where it may lie, how it is opened and made, and what SQLite's errors mean to us.

    events   pk, sk │ attributes                                                       primary key (pk, sk)
    views    pk, sk │ gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, attributes              and an index for each gsi

`attributes` is typed JSON. The application id tells an Ascend store from other SQLite files, the user version its schema.
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


class Damaged(StoreMismatch):
    """The store's file is damaged: stop whoever uses it, and restore a backup."""


class FolderMissing(StoreMissing):
    """The folder of the store's file does not exist: make it first."""


def open_file(path: Path) -> sqlite3.Connection:
    """A connection to the store in this file, for one thread at a time.

    Raises: StoreMissing, StoreMismatch (Damaged), AccessDenied, NetworkFileSystem, StoreUnavailable.
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
    """Make the file and what is missing of its tables. Several processes may do it at once."""
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


def refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise StoreMismatch(f"{path} is a folder: name a file in it")


def refuse_network(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Raises: NetworkFileSystem. Where the system lists no mounts, nothing is known and nothing is refused."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return
    target, kind, longest = str(path.resolve()), "", 0
    for _, escaped, found, *_ in (line.split() for line in lines):
        point = escaped.replace("\\040", " ")
        if (target + "/").startswith(point.rstrip("/") + "/") and len(point) >= longest:
            kind, longest = found, len(point)
    if kind in _NETWORK or (kind.startswith("fuse.") and kind[5:].startswith(_NETWORK_FUSE)):
        raise NetworkFileSystem(f"{path}: {kind}")


@contextmanager
def translate_errors(path: Path) -> Generator[None, None, None]:
    """Turns the errors of SQLite and of the file system into ours."""
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


def connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # each is used by one thread at a time, not always the same
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def is_empty(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing is in the file yet. Raises: StoreMismatch where something else is."""
    with _one_moment(connection):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        something = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if application == APPLICATION_ID and version == SCHEMA_VERSION:
        return False
    if application == APPLICATION_ID:
        raise StoreMismatch(f"{path} has schema {version}, this code expects {SCHEMA_VERSION}")
    if application or version or something:
        raise StoreMismatch(f"{path} is an SQLite file of another program")
    return True


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """All that is read inside is of one moment: another process may be making the tables right now."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def missing_tables(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Raises: StoreMismatch where a table is not as this code would make it."""
    missing: list[str] = []
    for table, columns in COLUMNS.items():
        found = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        if not found:
            missing.append(table)
        elif found != columns:
            other = f"its table {table!r} has the columns {', '.join(found)} instead of {', '.join(columns)}"
            raise StoreMismatch(f"{path}: {other}: restore it from a backup")
    return missing


def _refuse_encoding(connection: sqlite3.Connection, path: Path) -> None:
    """It cannot be changed once something is in the file, and UTF-16 sorts keys in another order than UTF-8."""
    (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    if encoding != "UTF-8":
        raise StoreMismatch(f"{path} holds its text as {encoding}: Ascend needs a file in UTF-8, such as a new one")


def _refuse_incomplete(connection: sqlite3.Connection, path: Path) -> None:
    if is_empty(connection, path):
        raise StoreMissing(f"{path} is empty")
    match missing_tables(connection, path):
        case []:
            return
        case ["views"]:
            raise StoreMissing(f"{path} has lost its table 'views': once it is created, workers fill it from the log")
        case missing:
            lost = " and ".join(map(repr, missing))
            raise StoreMissing(f"{path} has lost {lost}: restore a backup, for what is created anew has an empty log")


def create_tables(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if is_empty(connection, path) or missing_tables(connection, path):  # still, now that nobody else can write
            for statement in _SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite may call itself busy there without waiting, so wait here for others who switch too."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(0.01)


def translate_sqlite_error(error: sqlite3.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreUnavailable(f"{path} is busy: others have been writing to it for {BUSY_SECONDS:.0f} s, try again")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN):
        return AccessDenied(f"{path}: {error}; the file and its folder must be writable for this user ({os.geteuid()})")
    if code == sqlite3.SQLITE_CORRUPT:
        return Damaged(f"{path}: {error}")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreMismatch(f"{path}: {error}")
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM):
        return StoreUnavailable(f"{path}: {error}")
    return StoreError(f"{path}: {error}")
