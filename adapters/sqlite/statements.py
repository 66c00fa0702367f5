"""The SQL of the SQLite store, as pure functions. Only names of this file get into a statement, values never do."""

import base64
from collections.abc import Sequence
from typing import Any

import orjson

from ascend.adapters.table.item import Index, Item, Table
from ascend.adapters.table.query import Bookmark, Query
from ascend.adapters.table.typed import TypedItem, from_typed

Statement = tuple[str, Sequence[str | int | None]]
Row = tuple[Any, ...]

_COLUMNS = {
    Table.EVENTS: ("pk", "sk"),
    Table.VIEWS: ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires"),
}
_SELECT = {table: f"SELECT {', '.join(names)}, attributes FROM {table.value}" for table, names in _COLUMNS.items()}
GET = {table: f"{select} WHERE pk = ? AND sk = ?" for table, select in _SELECT.items()}
DELETE = {table: f"DELETE FROM {table.value} WHERE pk = ? AND sk = ?" for table in Table}
PUT = {
    table: f"INSERT OR REPLACE INTO {table.value} VALUES ({', '.join('?' for _ in names)}, ?)"
    for table, names in _COLUMNS.items()
}


def to_row(table: Table, typed: TypedItem) -> Row:
    """The columns of an item, its attributes last."""
    attributes = dict(typed)
    keys = [next(iter(attributes.pop(name).values())) if name in typed else None for name in _COLUMNS[table]]
    return *keys, orjson.dumps(attributes, default=_base64).decode()


def attributes_of(row: Row) -> TypedItem:
    attributes: TypedItem = orjson.loads(row[-1])
    return attributes


def to_item(table: Table, row: Row) -> Item:
    typed = attributes_of(row)
    for name, value in zip(_COLUMNS[table], row, strict=False):
        if value is not None:
            typed[name] = {"N" if name == "expires" else "S": value}
    return from_typed(typed)


def query(wanted: Query) -> Statement:
    """Rows of a partition in order, from behind the bookmark, found by the key and never by counting."""
    index, after, bounds = wanted.index, wanted.after, wanted.range
    pk, sk = (f"{index.value}pk", f"{index.value}sk") if index else ("pk", "sk")
    order = [sk, "pk", "sk"] if index else ["sk"]
    terms, parameters = [f"{pk} = ?"], [wanted.pk]
    if after is not None:  # it stands for the bound on its side, so that SQLite cannot start from that bound instead
        comparison = "<" if wanted.descending else ">"
        terms.append(f"({', '.join(order)}) {comparison} ({', '.join('?' for _ in order)})")
        parameters += after
    for comparison, bound, is_start in ((">=", bounds.low, True), ("<=", bounds.high, False), ("<", bounds.end, False)):
        if bound is not None and (after is None or is_start is wanted.descending):
            terms.append(f"{sk} {comparison} ?")
            parameters.append(bound)
    ordered = ", ".join(f"{name} DESC" if wanted.descending else name for name in order)
    statement = f"{_SELECT[wanted.table]} WHERE {' AND '.join(terms)} ORDER BY {ordered} LIMIT ?"
    return statement, (*parameters, wanted.page)


def scan(table: Table, after: Bookmark | None, limit: int) -> Statement:
    behind = " WHERE (pk, sk) > (?, ?)" if after else ""
    return f"{_SELECT[table]}{behind} ORDER BY pk, sk LIMIT ?", (*(after or ()), limit)


def bookmark_of(table: Table, row: Row, index: Index | None) -> Bookmark:
    if index is None:
        return (row[1],)
    return (row[_COLUMNS[table].index(f"{index.value}sk")], row[0], row[1])


def _base64(value: object) -> str:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()
