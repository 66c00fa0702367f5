"""Reading whole tables: for operator jobs only, never for a query."""

from collections.abc import AsyncIterator, Sequence

from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables


async def scan_pages(tables: Tables, table: Table = Table.VIEWS) -> AsyncIterator[Sequence[Item]]:
    after = None
    while True:
        page = await tables.scan(table, after=after)
        if page.items:
            yield page.items
        if (after := page.next) is None:
            return
