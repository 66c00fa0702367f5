"""Items, and helpers that write and read them, for the tests of the contract."""

from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.pages import pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Everything, Query, Sort

PK = "workspace"


def item(sk: str = "1", *, pk: str = PK, gsi1: Key | None = None, gsi2: Key | None = None, **attributes: Value) -> Item:
    return Item(Key(pk, sk), attributes, gsi1=gsi1, gsi2=gsi2)


async def fill(tables: Tables, *items: Item, table: Table = Table.VIEWS) -> None:
    for new in items:
        assert await tables.put(table, new, Absent()) is None


async def sort_keys(
    tables: Tables,
    sort: Sort = Everything(),
    *,
    table: Table = Table.VIEWS,
    pk: str = PK,
    index: Index | None = None,
    descending: bool = False,
    limit: int = 1_000,
) -> list[str]:
    """Return the sort keys of all pages. Each page has at most `limit` items."""
    query = Query(table, pk, sort, index=index, descending=descending, limit=limit)
    items_of_pages = [page.items async for page in pages(tables, query)]
    assert all(len(items) <= limit for items in items_of_pages)
    return [item.key.sk for items in items_of_pages for item in items]
