"""The SQL of the SQLite store, as pure functions. Statements contain only names from this file, never values."""

from collections.abc import Sequence
from typing import Any

import orjson

from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.query import Bookmark, Query
from ascend.adapters.table.typed import TypedItem, type_attributes
from ascend.adapters.table.values import encode_base64, unmarshal_all

Statement = tuple[str, Sequence[str | int | None]]
Row = tuple[Any, ...]

_COLUMNS = {
    Table.EVENTS: ("pk", "sk"),
    Table.VIEWS: ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires"),
}
NO_KEY = (None, None)
_EVENT_ROW = 3
"""The number of columns of an event: two of its key, and its attributes."""
_SELECT = {table: f"SELECT {', '.join(names)}, attributes FROM {table.value}" for table, names in _COLUMNS.items()}
GET = {table: f"{select} WHERE pk = ? AND sk = ?" for table, select in _SELECT.items()}
GET_ATTRIBUTES = {table: f"SELECT attributes FROM {table.value} WHERE pk = ? AND sk = ?" for table in Table}
DELETE = {table: f"DELETE FROM {table.value} WHERE pk = ? AND sk = ?" for table in Table}
_INSERT = {
    table: f"INTO {table.value} ({', '.join(names)}, attributes) VALUES ({', '.join('?' for _ in names)}, ?)"
    for table, names in _COLUMNS.items()
}
INSERT = {table: f"INSERT {insert} ON CONFLICT (pk, sk) DO NOTHING" for table, insert in _INSERT.items()}
"""Insert an item, unless its key exists. The row count tells which."""
PUT = {
    Table.EVENTS: f"INSERT {_INSERT[Table.EVENTS]} ON CONFLICT (pk, sk) DO UPDATE SET attributes = excluded.attributes",
    Table.VIEWS: f"INSERT OR REPLACE {_INSERT[Table.VIEWS]}",
}
"""An event that is replaced keeps its `seq`, which `INSERT OR REPLACE` would change."""


def to_row(table: Table, item: Item) -> tuple[Row, int]:
    """Return the columns of an item, the last of which holds its attributes, and its size. Raises as `type_attributes` does."""
    typed, size = type_attributes(table, item)
    text = orjson.dumps(typed, default=encode_base64).decode()
    if table is Table.EVENTS:
        return (*item.key, text), size
    expires = None if item.expires is None else str(item.expires)  # SQLite itself refuses a number that is too large
    return (*item.key, *(item.gsi1 or NO_KEY), *(item.gsi2 or NO_KEY), expires, text), size


def parse_attributes(text: str) -> TypedItem:
    attributes: TypedItem = orjson.loads(text)
    return attributes


def to_item(row: Row) -> Item:
    if len(row) == _EVENT_ROW:
        pk, sk, text = row
        return Item(Key(pk, sk), unmarshal_all(orjson.loads(text)))
    pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, text = row
    gsi1 = None if gsi1pk is None else Key(gsi1pk, gsi1sk)
    gsi2 = None if gsi2pk is None else Key(gsi2pk, gsi2sk)
    return Item(Key(pk, sk), unmarshal_all(orjson.loads(text)), gsi1, gsi2, expires)


def build_query(query: Query, columns: Sequence[str] | None = None) -> Statement:
    """Select the rows of a partition in order, with all columns of an item unless others are given.

    The bookmark's row is found by its key, never by counting rows.
    """
    (pk, sk), order = query.key_names, query.place
    terms, parameters = [f"{pk} = ?"], [query.pk]
    if query.after is not None:
        comparison = "<" if query.descending else ">"
        terms.append(f"({', '.join(order)}) {comparison} ({', '.join('?' for _ in order)})")
        parameters += query.after
    for comparison, bound in _find_bounds(query):
        terms.append(f"{sk} {comparison} ?")
        parameters.append(bound)
    ordered = ", ".join(f"{name} DESC" if query.descending else name for name in order)
    select = _SELECT[query.table] if columns is None else f"SELECT {', '.join(columns)} FROM {query.table.value}"
    statement = f"{select} WHERE {' AND '.join(terms)} ORDER BY {ordered} LIMIT ?"
    return statement, (*parameters, query.page_size)


def _find_bounds(query: Query) -> list[tuple[str, str]]:
    """Return the range's bounds. A bookmark replaces the bound on its side: SQLite might start at that bound instead."""
    selected = query.range
    bounds = ((">=", selected.low, True), ("<=", selected.high, False), ("<", selected.end, False))
    return [
        (comparison, bound)
        for comparison, bound, is_start in bounds
        if bound is not None and (query.after is None or is_start is query.descending)
    ]


def build_scan(table: Table, after: Bookmark | None, limit: int) -> Statement:
    condition = " WHERE (pk, sk) > (?, ?)" if after else ""
    return f"{_SELECT[table]}{condition} ORDER BY pk, sk LIMIT ?", (*(after or ()), limit)


def to_bookmark(table: Table, row: Row, index: Index | None) -> Bookmark:
    if index is None:
        return (row[1],)
    return (row[_COLUMNS[table].index(f"{index.value}sk")], row[0], row[1])
