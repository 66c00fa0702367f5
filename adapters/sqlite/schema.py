"""The schema of an SQLite store: its tables, its versions, and the change from version 1 to version 2.

    events   seq │ pk, sk │ attributes                                            seq: the order of the appends
    views    pk, sk │ gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, attributes         and an index for each gsi

`attributes` is typed JSON. The application id marks the file as an Ascend store, the user version is its schema version.

`seq` lets another process find what was appended since it last looked: `WHERE seq > ? ORDER BY seq`. SQLite gives each
new item a higher number than any item before it has had. Numbers have gaps. An item that is replaced keeps its number.
Items that were in a file of version 1 got theirs in the order of their keys. Views are replaced all the time, and have none.

Version 1 had no `seq`. Its files are read as they are. The first connection that writes changes them, in one
transaction. A process of the earlier version is refused from then on: when it opens the file, and when it appends.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ascend.domain.errors import StoreMismatch, StoreMissing

APPLICATION_ID = 0x41534344
SCHEMA_VERSION = 2

COLUMNS = {
    "events": ["seq", "pk", "sk", "attributes"],
    "views": ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires", "attributes"],
}
COLUMNS_OF_VERSION = {1: COLUMNS | {"events": ["pk", "sk", "attributes"]}, SCHEMA_VERSION: COLUMNS}

_EVENTS = """CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY AUTOINCREMENT, pk TEXT NOT NULL, sk TEXT NOT NULL,
       attributes TEXT NOT NULL, UNIQUE (pk, sk)) STRICT"""
_SET_VERSION = f"PRAGMA user_version = {SCHEMA_VERSION}"
_SCHEMA = (
    _EVENTS,
    """CREATE TABLE IF NOT EXISTS views (pk TEXT NOT NULL, sk TEXT NOT NULL, gsi1pk TEXT, gsi1sk TEXT, gsi2pk TEXT, gsi2sk TEXT,
       expires INTEGER, attributes TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID, STRICT""",
    "CREATE INDEX IF NOT EXISTS views_gsi1 ON views (gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS views_gsi2 ON views (gsi2pk, gsi2sk, pk, sk) WHERE gsi2pk IS NOT NULL",
    f"PRAGMA application_id = {APPLICATION_ID}",
    _SET_VERSION,
)
_FROM_VERSION_1 = (
    "PRAGMA legacy_alter_table = ON",  # somebody's own view of `events` stays as it is
    "ALTER TABLE events RENAME TO events_1",
    _EVENTS,
    "INSERT INTO events (pk, sk, attributes) SELECT pk, sk, attributes FROM events_1 ORDER BY pk, sk",
    "DROP TABLE events_1",
    _SET_VERSION,
)


def create_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Create what is missing, and upgrade what is there. Several processes may do so at once."""
    with _exclusive_transaction(connection):
        _change_version_1(connection, path)
        if read_version(connection, path) is None or missing_tables(connection, path):
            for statement in _SCHEMA:
                connection.execute(statement)


def upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Change a file of version 1 to this version: completely, or not at all. Several processes may do so at once.

    It copies the events, so it needs as much free space as they take, and locks other writers out meanwhile.
    """
    if read_version(connection, path) != SCHEMA_VERSION:
        with _exclusive_transaction(connection):
            _change_version_1(connection, path)


def _change_version_1(connection: sqlite3.Connection, path: Path) -> None:
    if read_version(connection, path) == 1 and "events" not in missing_tables(connection, path):
        for statement in _FROM_VERSION_1:
            connection.execute(statement)


def read_version(connection: sqlite3.Connection, path: Path) -> int | None:
    """Return the file's schema version, None if it holds nothing yet.

    Raises: StoreMismatch if it holds something else than a store, or a store of a version that this code does not know.
    """
    with read_transaction(connection):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        any_object = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if application == APPLICATION_ID and version in COLUMNS_OF_VERSION:
        return int(version)
    if application == APPLICATION_ID:
        raise StoreMismatch(f"{path} has schema {version}, this code expects {SCHEMA_VERSION}")
    if application or version or any_object:
        raise StoreMismatch(f"{path} is an SQLite file of another program")
    return None


def missing_tables(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Return the names of missing tables. Raises: StoreMismatch if a table has other columns than its version has."""
    missing: list[str] = []
    with read_transaction(connection):
        version = read_version(connection, path) or SCHEMA_VERSION
        existing = {table: read_columns(connection, table) for table in COLUMNS}
    for table, columns in COLUMNS_OF_VERSION[version].items():
        if not existing[table]:
            missing.append(table)
        elif existing[table] != columns:
            difference = (
                f"its table {table!r} has the columns {', '.join(existing[table])} instead of {', '.join(columns)}"
            )
            raise StoreMismatch(f"{path}: {difference}: restore it from a backup")
    return missing


def read_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def refuse_encoding(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse other encodings than UTF-8. UTF-16 sorts keys differently, and a file cannot change its encoding."""
    (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    if encoding != "UTF-8":
        raise StoreMismatch(f"{path} stores its text as {encoding}: Ascend needs a file in UTF-8, such as a new one")


def refuse_incomplete(connection: sqlite3.Connection, path: Path) -> None:
    """Raises: StoreMissing if the file is empty or has lost a table."""
    if read_version(connection, path) is None:
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


@contextmanager
def read_transaction(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """Make all reads in the block see the same moment: another process may be creating the tables right now."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


@contextmanager
def _exclusive_transaction(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """Lock other writers out of the block. What was read before it must be read again."""
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
