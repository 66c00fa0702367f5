"""Tables, indexes, triggers and views of an SQLite store, compared with those that `ascend init` makes.

The statements are written once, in `sqlite_file`; what is declared is read from an empty store that they have made. What
is to be done is SQL where SQL does it: with several drifts, in the order in which they are listed.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ascend.adapters.layout.drift import SettingCheck, check_setting
from ascend.adapters.sqlite.file import COLUMNS, connect, create_tables

WORD = re.compile(r"""\w+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\S""")
TYPES = {
    "trigger": ("triggers", "it may change what Ascend writes", "then `ascend verify` tells what it has changed"),
    "view": ("views", "a trigger of it may write", "keep queries of yours outside of the file"),
    "index": ("indexes", "nobody reads it, and each write pays for it", "its table holds all that is in it"),
    "table": ("tables", "Ascend does not read it", "once what is in it is needed no more"),
}
"""Of objects that are not ours: how several are called, what is wrong with one, what to know about dropping it."""
IN_ONE_GO = "in one go: `sqlite3 FILE '…'` stops at the first error, and then nothing has changed"
LOST_COLUMN = {
    "events": "restore it from a backup",
    "views": "DROP TABLE views; -- then `ascend init` and a worker: it is built from events",
}


class Named(NamedTuple):
    type: str
    name: str
    """In lower case: SQLite takes names for the same that differ in their case."""


class Object(NamedTuple):
    name: str
    table: str
    sql: str
    """As SQLite keeps it, with one blank for any space."""

    @property
    def words(self) -> list[str]:
        return WORD.findall(self.sql)


Objects = Mapping[Named, Object]


def declared() -> Objects:
    with closing(connect(Path("declared"), "memory")) as connection:
        create_tables(connection, Path("declared"))
        return objects(connection)


def objects(connection: sqlite3.Connection) -> Objects:
    """All but SQLite's own: it keeps `sqlite_…` for itself."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return {
        Named(type_, name.lower()): Object(name, table, " ".join((sql or "").split()))
        for type_, name, table, sql in rows
        if not name.startswith("sqlite_")
    }


def check_objects(connection: sqlite3.Connection, where: str) -> Iterator[SettingCheck]:
    ours, found = declared(), objects(connection)
    for type_ in TYPES:
        yield _others(type_, where, [found[one] for one in found if one.type == type_ and one not in ours])
    lost = [one.name for one in ours if one.type == "table" and one not in found]
    todo = "create it: `ascend init`; a new events table has an empty log, so restore a backup where there was one"
    yield check_setting(where, "schema", not lost, f"it has no {' and no '.join(lost)}", todo, stops=True)
    columns = {one.name: _columns(connection, one.name) for one in ours if one.type == "table" and one in found}
    for table, names in columns.items():
        yield _table(where, table, names, found[Named("table", table)], ours)
    for one, wanted in ours.items():
        if one.type == "index" and _is_complete(wanted.table, columns.get(wanted.table, [])):
            yield _index(where, wanted, found.get(one))


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _is_complete(table: str, columns: list[str]) -> bool:
    return set(COLUMNS[table]) <= set(columns)


def _others(type_: str, where: str, found: list[Object]) -> SettingCheck:
    several, why, note = TYPES[type_]
    said = "; ".join(f"{type_} {one.name} on {one.table}: {why}" for one in found)
    todo = "".join(f"DROP {type_.upper()} {quoted(one.name)}; " for one in found)
    return check_setting(where, f"no other {several}", not found, said, f"{todo}-- {note}")


def _table(where: str, name: str, columns: list[str], found: Object, ours: Objects) -> SettingCheck:
    wanted = ours[Named("table", name)]
    said, stops = f"it was made otherwise: {found.sql}", columns != COLUMNS[name]
    todo = f"{_made_anew(wanted, ours)} -- {IN_ONE_GO}" if _is_complete(name, columns) else LOST_COLUMN[name]
    return check_setting(where, f"table {name}", found.words == wanted.words, said, todo, stops=stops)


def _made_anew(wanted: Object, ours: Objects) -> str:
    """What lies in it is copied, and the old table stays beside it: nothing is lost where the copy was none."""
    name, columns = wanted.name, ", ".join(COLUMNS[wanted.name])
    indexes = [one for key, one in ours.items() if key.type == "index" and one.table == name]
    statements = [
        "BEGIN IMMEDIATE",
        *(f"DROP INDEX IF EXISTS {one.name}" for one in indexes),
        f"ALTER TABLE {name} RENAME TO {name}_before",
        wanted.sql,
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {name}_before",
        *(one.sql for one in indexes),
        "COMMIT",
    ]
    return "".join(f"{one}; " for one in statements).rstrip()


def _index(where: str, wanted: Object, found: Object | None) -> SettingCheck:
    fine = found is not None and found.words == wanted.words
    said = "it is missing" if found is None else f"it was made otherwise: {found.sql}"
    todo = f"DROP INDEX IF EXISTS {wanted.name}; {wanted.sql};"
    return check_setting(where, f"index {wanted.name}", fine, said, todo)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
