"""The reads and conditional writes of rows. Call each with a connection that no other thread uses."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, nullcontext
from operator import attrgetter
from typing import NamedTuple, assert_never

from ascend.adapters.sqlite import statements as sql
from ascend.adapters.sqlite.schema import read_transaction
from ascend.adapters.table.conditions import (
    Absent,
    Below,
    Blocked,
    Condition,
    Equals,
    check_condition,
    is_met,
    names_of,
)
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import PAGE_BYTES, Bookmark, TablePage, ValuesPage, cap_limit
from ascend.adapters.table.values import unmarshal, unmarshal_columns

DAMAGES = 100
"""The number of faults of a file that are listed."""


class PreparedPut(NamedTuple):
    """A conditional put whose item was checked, as the row of its table."""

    table: Table
    key: Key
    when: Condition
    is_new: bool
    row: sql.Row
    size: int
    """Bytes of the item."""


def prepare_put(table: Table, put: Put) -> PreparedPut:
    """Raises: LimitExceeded, InvalidInput."""
    row, size = sql.to_row(table, put.item)
    check_condition(put.when)
    return PreparedPut(table, put.item.key, put.when, put.is_new, row, size)


# Writing, within a transaction


def write_row(connection: sqlite3.Connection, put: PreparedPut) -> bool:
    """Put the row if its condition holds. Return True if it was written."""
    when = put.when
    match when:
        case Absent(behind):
            if behind is not None and not _holds(connection, put.table, behind.key, Equals(behind.attributes)):
                return False
            return _insert_row(connection, put)
        case Below():
            if put.is_new and _insert_row(connection, put):
                return True
        case Equals():
            pass
        case _:
            assert_never(when)
    if not _holds(connection, put.table, put.key, when):
        return False
    connection.execute(sql.PUT[put.table], put.row)
    return True


def write_rows(connection: sqlite3.Connection, puts: Sequence[PreparedPut]) -> list[bool]:
    """Put each row whose condition holds, in the order of the keys: neighbours lie on one page. Their keys are different.

    Return True for each that was written.
    """
    written = {put.key: write_row(connection, put) for put in sorted(puts, key=attrgetter("key"))}
    return [written[put.key] for put in puts]


def put_row(connection: sqlite3.Connection, put: PreparedPut) -> Blocked | None:
    """Put the row if its condition holds. Return the item that stands in its way."""
    return None if write_row(connection, put) else Blocked(get_row(connection, put.table, put.key))


def delete_row(connection: sqlite3.Connection, table: Table, key: Key, when: Equals) -> Blocked | None:
    """Remove the row if the condition holds. Return the item that it was evaluated on otherwise."""
    if not _holds(connection, table, key, when):
        return Blocked(get_row(connection, table, key))
    connection.execute(sql.DELETE[table], (key.pk, key.sk))
    return None


def _insert_row(connection: sqlite3.Connection, put: PreparedPut) -> bool:
    return connection.execute(sql.INSERT[put.table], put.row).rowcount == 1


def _holds(connection: sqlite3.Connection, table: Table, key: Key, when: Condition) -> bool:
    row = connection.execute(sql.GET_ATTRIBUTES[table], (key.pk, key.sk)).fetchone()
    if row is None:
        return is_met(when, None)
    typed = sql.parse_attributes(row[0])
    return is_met(when, {name: unmarshal(typed[name]) for name in names_of(when) if name in typed})


# Reading


def get_row(connection: sqlite3.Connection, table: Table, key: Key) -> Item | None:
    row = connection.execute(sql.GET[table], (key.pk, key.sk)).fetchone()
    return None if row is None else sql.to_item(row)


def get_rows(connection: sqlite3.Connection, table: Table, keys: Collection[Key]) -> dict[Key, Item]:
    """Return the items that exist at these keys. One transaction for all costs less than one for each of several."""
    with read_transaction(connection) if len(keys) > 1 else nullcontext():
        items = {key: get_row(connection, table, key) for key in keys}
    return {key: item for key, item in items.items() if item is not None}


def read_page(
    connection: sqlite3.Connection, statement: sql.Statement, limit: int, bookmark_of: Callable[[sql.Row], Bookmark]
) -> TablePage:
    rows, is_cut = _read_rows(connection, statement, limit)
    return TablePage([sql.to_item(row) for row in rows], bookmark_of(rows[-1]) if is_cut else None)


def read_values(
    connection: sqlite3.Connection, statement: sql.Statement, limit: int, names: Sequence[str]
) -> ValuesPage:
    """Return the values of these attributes. The statement selects the columns of the bookmark, then the attributes."""
    rows, is_cut = _read_rows(connection, statement, limit)
    columns = unmarshal_columns([sql.parse_attributes(row[-1]) for row in rows], names)
    return ValuesPage(columns, rows[-1][:-1] if is_cut else None)


def _read_rows(connection: sqlite3.Connection, statement: sql.Statement, limit: int) -> tuple[list[sql.Row], bool]:
    """Return the rows up to 1 MB, and True if more may follow.

    As on DynamoDB, a page that reaches its limit has a `next`, even if it is last.
    """
    read: list[sql.Row] = []
    size, most = 0, cap_limit(limit)
    with closing(connection.execute(*statement)) as rows:  # an open cursor keeps its read transaction open
        for row in rows:
            read.append(row)
            size += len(row[-1])
            if size >= PAGE_BYTES or len(read) == most:
                return read, True
    return read, False


def check_integrity(connection: sqlite3.Connection) -> Sequence[str]:
    """Return what SQLite's own check finds wrong with the file. It reads all of it."""
    rows = connection.execute(f"PRAGMA integrity_check({DAMAGES})").fetchall()
    return [text for (text,) in rows if text != "ok"]
