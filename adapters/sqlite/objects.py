"""Compares the tables, indexes, triggers and views of an SQLite store with those that `ascend init` creates.

The schema is written once, in `file`: the declared objects are read from an empty store in memory. A remedy is SQL
wherever SQL can mend the drift. If there are several drifts, apply the remedies in the order of the list.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ascend.adapters.layout.setting_check import SettingCheck, check_setting
from ascend.adapters.sqlite.file import connect
from ascend.adapters.sqlite.schema import COLUMNS, COLUMNS_OF_VERSION, SCHEMA_VERSION, create_tables, read_columns

WORD = re.compile(r"""\w+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\S""")
ONE_TRANSACTION = "run it as one command: `sqlite3 FILE '…'` stops at the first error, and then nothing has changed"
CREATE_TABLE = "create it: `ascend init`; a new events table has an empty log, so restore a backup if there was a log"
UPGRADE = "stop the processes of the earlier version; then the next command, or `ascend init`, upgrades it"
LOST_COLUMN = {
    "events": "restore it from a backup",
    "views": "DROP TABLE views; -- then `ascend init` and a worker: it is built from events",
}


class Foreign(NamedTuple):
    """A type of objects that Ascend did not create: its plural, what is wrong with it, and a note about dropping it."""

    plural: str
    fault: str
    note: str


FOREIGN_TYPES = {
    "trigger": Foreign(
        "triggers", "it may change what Ascend writes", "then `ascend verify` shows what it has changed"
    ),
    "view": Foreign("views", "a trigger of it may write", "keep your own queries outside of the file"),
    "index": Foreign("indexes", "no query uses it, and each write pays for it", "its table keeps all its data"),
    "table": Foreign("tables", "Ascend does not read it", "when its data is no longer needed"),
}


class ObjectId(NamedTuple):
    type: str
    name: str
    """In lower case, because SQLite ignores case in names."""


class SqlObject(NamedTuple):
    name: str
    table: str
    sql: str
    """The statement that SQLite keeps, with single blanks."""

    @property
    def words(self) -> list[str]:
        return WORD.findall(self.sql)


Objects = Mapping[ObjectId, SqlObject]


def check_objects(connection: sqlite3.Connection, where: str, version: int | None) -> Iterator[SettingCheck]:
    """Check everything in a file of this schema version, None if it is empty."""
    declared, existing = read_declared_objects(), read_objects(connection)
    for type_ in FOREIGN_TYPES:
        foreign = [existing[id] for id in existing if id.type == type_ and id not in declared]
        yield _check_foreign(type_, where, foreign)
    tables = [id.name for id in declared if id.type == "table"]
    missing = [name for name in tables if ObjectId("table", name) not in existing]
    yield check_setting(where, "schema", not missing, f"it has no {' and no '.join(missing)}", CREATE_TABLE, stops=True)
    problem = f"it has schema {version}, which an earlier version of Ascend made"
    yield check_setting(where, "schema version", version in (None, SCHEMA_VERSION), problem, UPGRADE)
    columns = {name: read_columns(connection, name) for name in tables if name not in missing}
    for table, names in columns.items():
        if names == COLUMNS_OF_VERSION[version or SCHEMA_VERSION][table] != COLUMNS[table]:
            continue  # the upgrade replaces it
        yield _check_table(where, names, existing[ObjectId("table", table)], table, declared)
    for id, index in declared.items():
        if id.type == "index" and _is_complete(index.table, columns.get(index.table, [])):
            yield _check_index(where, index, existing.get(id))


def read_declared_objects() -> Objects:
    with closing(connect(Path("declared"), "mode=memory")) as connection:
        create_tables(connection, Path("declared"))
        return read_objects(connection)


def read_objects(connection: sqlite3.Connection) -> Objects:
    """Return all objects except SQLite's own, whose names begin with `sqlite_`."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return {
        ObjectId(type_, name.lower()): SqlObject(name, table, " ".join((sql or "").split()))
        for type_, name, table, sql in rows
        if not name.startswith("sqlite_")
    }


def _is_complete(table: str, columns: list[str]) -> bool:
    return set(COLUMNS[table]) <= set(columns)


def _check_foreign(type_: str, where: str, foreign: list[SqlObject]) -> SettingCheck:
    plural, fault, note = FOREIGN_TYPES[type_]
    problem = "; ".join(f"{type_} {item.name} on {item.table}: {fault}" for item in foreign)
    drops = "".join(f"DROP {type_.upper()} {quote_name(item.name)}; " for item in foreign)
    return check_setting(where, f"no other {plural}", not foreign, problem, f"{drops}-- {note}")


def _check_table(where: str, columns: list[str], existing: SqlObject, name: str, declared: Objects) -> SettingCheck:
    table = declared[ObjectId("table", name)]
    problem, stops = f"another statement created it: {existing.sql}", columns != COLUMNS[name]
    todo = (
        f"{_rebuild_table(table, declared)} -- {ONE_TRANSACTION}" if _is_complete(name, columns) else LOST_COLUMN[name]
    )
    return check_setting(where, f"table {name}", existing.words == table.words, problem, todo, stops=stops)


def _rebuild_table(table: SqlObject, declared: Objects) -> str:
    """Return the SQL that creates the table as declared and copies its rows. The old table stays under another name."""
    name, columns = table.name, ", ".join(COLUMNS[table.name])
    indexes = [index for id, index in declared.items() if id.type == "index" and index.table == name]
    statements = [
        "BEGIN IMMEDIATE",
        *(f"DROP INDEX IF EXISTS {index.name}" for index in indexes),
        f"ALTER TABLE {name} RENAME TO {name}_before",
        table.sql,
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {name}_before",
        *(index.sql for index in indexes),
        "COMMIT",
    ]
    return "".join(f"{statement}; " for statement in statements).rstrip()


def _check_index(where: str, index: SqlObject, existing: SqlObject | None) -> SettingCheck:
    is_same = existing is not None and existing.words == index.words
    problem = "it is missing" if existing is None else f"another statement created it: {existing.sql}"
    todo = f"DROP INDEX IF EXISTS {index.name}; {index.sql};"
    return check_setting(where, f"index {index.name}", is_same, problem, todo)


def quote_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
