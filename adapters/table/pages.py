"""All pages of a query or of a scan, one after another."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace

from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query, TablePage


async def pages(tables: Tables, query: Query) -> AsyncGenerator[TablePage]:
    """Yield the pages of a query, from the page that it asks for to the last. A page may hold no items."""
    while True:
        page = await tables.query(query)
        yield page
        if page.next is None:
            return
        query = replace(query, after=page.next)


async def read_all(tables: Tables, query: Query) -> list[Item]:
    """Return the items of all pages. Only for partitions that stay small."""
    return [item async for page in pages(tables, query) for item in page.items]


async def read_page(tables: Tables, query: Query) -> TablePage:
    """Return the first page that holds an item, or the last page. An empty page says nothing about what follows."""
    while True:
        page = await tables.query(query)
        if page.items or page.next is None:
            return page
        query = replace(query, after=page.next)


async def first_pages(tables: Tables, query: Query) -> AsyncGenerator[TablePage]:
    """Yield the pages that hold the first `query.limit` items of a query."""
    while True:
        page = await tables.query(query)
        yield page
        missing = query.limit - len(page.items)
        if page.next is None or missing <= 0:
            return
        query = replace(query, after=page.next, limit=missing)


async def read_first(tables: Tables, query: Query) -> list[Item]:
    """Return the first `query.limit` items of a query, from as many pages as they need."""
    return [item async for page in first_pages(tables, query) for item in page.items]


async def scan_pages(tables: Tables, table: Table = Table.VIEWS) -> AsyncIterator[Sequence[Item]]:
    """Yield the items of a whole table, page by page. For operators' jobs only, never for a query."""
    after = None
    while True:
        page = await tables.scan(table, after=after)
        if page.items:
            yield page.items
        if (after := page.next) is None:
            return
