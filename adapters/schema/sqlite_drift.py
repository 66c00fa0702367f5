"""What differs between the file of an SQLite store and its declaration. Changes nothing in it."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ascend.adapters.schema.drift import Finding, judged
from ascend.adapters.schema.tables import TABLES, TableSpec
from ascend.adapters.sqlite_file import (
    COLUMNS,
    connect,
    is_empty,
    missing_tables,
    refuse_folder,
    refuse_network,
    translated,
)
from ascend.domain.errors import StoreError, StoreMismatch

CREATE = "create it: `ascend init`"
FOREIGN = "name the file of an Ascend store, or restore it from a backup"


def of_file(path: Path) -> list[Finding]:
    """Raises: AccessDenied, StoreUnavailable."""
    where = str(path)
    if not path.exists():
        return [judged(where, "file", False, "it does not exist", CREATE, stops=True)]
    if (wrong := _refused(path)) is not None:
        return [judged(where, "file", False, wrong, "put the store into a file on a local disk", stops=True)]
    try:
        with translated(path), closing(connect(path, "rw")) as connection:
            return [_mode(path), *_inside(connection, path)]
    except StoreMismatch as error:
        return [judged(where, "schema", False, str(error), FOREIGN, stops=True)]


def _refused(path: Path) -> str | None:
    try:
        refuse_folder(path)
        refuse_network(path)
    except StoreError as error:
        return str(error)
    return None


def _mode(path: Path) -> Finding:
    """SQLite writes beside the file, too, so its folder counts."""
    shared = path.stat().st_mode & stat.S_IWOTH
    usable = os.access(path, os.R_OK | os.W_OK) and os.access(path.resolve().parent, os.W_OK | os.X_OK)
    said = "everybody on this machine may change it" if shared else "this user cannot write to it and its folder"
    todo = "chmod o-w" if shared else "run as the user who owns it"
    return judged(str(path), "file mode", not shared and usable, said, todo, stops=not usable)


def _inside(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    where = str(path)
    lost = list(COLUMNS) if is_empty(connection, path) else missing_tables(connection, path)
    todo = f"{CREATE}; a new events table has an empty log, so restore a backup where there was one"
    yield judged(where, "schema", not lost, f"it has no {' and no '.join(lost)}", todo, stops=True)
    for spec in TABLES:
        if spec.table.value not in lost:
            yield from _indexes(connection, where, spec)
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    said = f"its journal is {journal}: readers and the writer wait for each other"
    yield judged(where, "write-ahead log", journal == "wal", said, "open it once, such as with `ascend status`")


def _indexes(connection: sqlite3.Connection, where: str, spec: TableSpec) -> Iterator[Finding]:
    """Those of each table, as in DynamoDB; what SQLite keeps for the primary key does not count."""
    table = spec.table.value
    found = {
        name: _columns(connection, name)
        for name, origin in connection.execute("SELECT name, origin FROM pragma_index_list(?)", (table,))
        if origin == "c"
    }
    for index in spec.indexes:
        name, columns = f"{table}_{index.name}", [*index.keys, *spec.keys]
        sql = f"CREATE INDEX {name} ON {table} ({', '.join(columns)}) WHERE {columns[0]} IS NOT NULL"
        other = found.pop(name, None)
        said = f"index {name} is missing" if other is None else f"index {name} is on ({', '.join(other)})"
        todo = f"{'' if other is None else f'DROP INDEX {name}; '}{sql}"
        yield judged(where, f"index {name}", other == columns, said, todo)
    said = f"indexes that nobody reads: {', '.join(sorted(found))}"
    yield judged(where, f"other indexes of {table}", not found, said, "each is paid with every write: drop them")


def _columns(connection: sqlite3.Connection, index: str) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,))]
