"""Given some items: what the contract's tests start from."""

from collections.abc import AsyncIterator, Sequence

from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Bookmark, Everything, Query, Sort

PK = "workspace"


def item(sk: str = "1", *, pk: str = PK, gsi1: Key | None = None, gsi2: Key | None = None, **attributes: Value) -> Item:
    return Item(Key(pk, sk), attributes, gsi1=gsi1, gsi2=gsi2)


async def fill(tables: Tables, *items: Item, table: Table = Table.VIEWS) -> None:
    for one in items:
        assert await tables.put(table, one, Absent()) is None


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
    """The sort keys of all pages, none of which is longer than `limit`."""
    pages = [page async for page in _pages(tables, sort, table, pk, index, descending, limit)]
    assert all(len(page) <= limit for page in pages)
    return [one.key.sk for page in pages for one in page]


async def _pages(
    tables: Tables, sort: Sort, table: Table, pk: str, index: Index | None, descending: bool, limit: int
) -> AsyncIterator[Sequence[Item]]:
    after: Bookmark | None = None
    while True:
        page = await tables.query(Query(table, pk, sort, index=index, after=after, descending=descending, limit=limit))
        yield page.items
        if (after := page.next) is None:
            return
