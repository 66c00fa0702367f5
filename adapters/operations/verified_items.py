"""The items that a verification reads: those of the current generation, of all workspaces or of a sample.

all workspaces   one scan of the table
a sample         queries of the partitions that the replay of the sample has filled; no scan
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import pages, scan_pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query


class VerifiedItems:
    """Reads page by page. `is_owner` tells whether items of a build or an incarnation are verified."""

    def __init__(self, tables: Tables, scratch: Tables, is_owner: Callable[[str], bool], *, is_sample: bool) -> None:
        self._tables = tables
        self._scratch = scratch
        self._is_owner = is_owner
        self._is_sample = is_sample

    async def stored(self) -> AsyncIterator[Sequence[Item]]:
        """Yield the stored items. In a sample, also those of other workspaces in the same partitions."""
        async for page in self._sampled() if self._is_sample else scan_pages(self._tables):
            yield self._pick(page)

    async def expected(self) -> AsyncIterator[Sequence[Item]]:
        """Yield the items of the scratch store."""
        async for page in scan_pages(self._scratch):
            yield self._pick(page)

    async def _sampled(self) -> AsyncIterator[Sequence[Item]]:
        async for expected in self.expected():
            for partition in await mark_new(self._scratch, "table", {item.key.pk for item in expected}):
                async for page in pages(self._tables, Query(Table.VIEWS, partition, consistent=True)):
                    yield page.items

    def _pick(self, items: Iterable[Item]) -> Sequence[Item]:
        return [item for item in items if self._is_owner(keys.parse_owner(item.key))]


async def mark_new(scratch: Tables, mark: str, partitions: Collection[str]) -> Sequence[str]:
    """Return the partitions that were not marked before, and mark them, in the scratch store's unused events table."""
    chosen = sorted(partitions)
    puts = [Put(Item(Key(partition, mark), {}), Absent()) for partition in chosen]
    written = await scratch.put_all(Table.EVENTS, puts)
    return [partition for partition, is_new in zip(chosen, written, strict=True) if is_new]
