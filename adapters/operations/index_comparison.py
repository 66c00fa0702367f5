"""The comparison of the indexes with the table. A difference counts only if it is still there after `PAUSES`.

    index partition of the store    ─┐
                                     ├── in one order: what is not in both is a suspect
    index partition of the scratch  ─┘
    suspect ──▶ read the item itself ──▶ is the index as the item says? ──▶ no, after each pause: a difference

An index has no scan. So a partition is looked at if an item that is stored, or should be, names it. Items that the table
holds wrongly are compared elsewhere: here, the index is right if it shows what the table holds.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from ascend.adapters.operations.comparison import content_of
from ascend.adapters.operations.stored_items import position_of_item, workspace_of
from ascend.adapters.operations.verified import Difference
from ascend.adapters.operations.verified_items import mark_new
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.pages import pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Query
from ascend.domain.runtime.ports import Environment

PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further look at an index: it may lag behind the table that long."""


@dataclass(frozen=True, order=True, slots=True)
class IndexPlace:
    """A place in an index, and the item that stands there or should stand there."""

    workspace: str
    index: str
    partition: str
    sort: str
    item: tuple[str, str]

    @property
    def key(self) -> Key:
        return Key(*self.item)

    def is_place_of(self, item: Item) -> bool:
        return key_in(item, Index(self.index)) == Key(self.partition, self.sort)


class IndexComparison:
    """Compares index partitions, each once. `is_verified` says of which items."""

    def __init__(
        self, tables: Tables, scratch: Tables, environment: Environment, is_verified: Callable[[Item], bool]
    ) -> None:
        self.suspects: set[IndexPlace] = set()
        self._tables = tables
        self._scratch = scratch
        self._environment = environment
        self._is_verified = is_verified

    async def compare_partitions_of(self, items: Collection[Item]) -> None:
        """Compare all index partitions that these items name, unless they were compared before."""
        for index in Index:
            named = {key.pk for item in items if (key := key_in(item, index)) is not None}
            for partition in await mark_new(self._scratch, index.value, named):
                await self._compare_partition(index, partition)

    async def _compare_partition(self, index: Index, partition: str) -> None:
        query = Query(Table.VIEWS, partition, index=index)
        async with (
            aclosing(self._read(self._tables, query)) as stored,
            aclosing(self._read(self._scratch, query)) as expected,
        ):
            async for item in differing(stored, expected, index):
                key = key_in(item, index)
                assert key is not None
                place = (key.pk, key.sk, (item.key.pk, item.key.sk))
                self.suspects.add(IndexPlace(workspace_of(item), index.value, *place))

    async def _read(self, tables: Tables, query: Query) -> AsyncGenerator[Item]:
        async for page in pages(tables, query):
            for item in page.items:
                if self._is_verified(item):
                    yield item

    async def confirm(self) -> list[Difference]:
        """Look at the suspects until the last pause is over. Return a difference for each that is left, and forget them."""
        suspects, self.suspects = sorted(self.suspects), set()
        first = await self._read_items(suspects)
        details: dict[IndexPlace, str] = {}
        for pause in PAUSES if suspects else ():
            await self._environment.sleep(pause)
            items = await self._read_items(suspects)
            found = {entry: await self._judge(entry, first.get(entry.key), items.get(entry.key)) for entry in suspects}
            details = {entry: detail for entry, detail in found.items() if detail}
            suspects = list(details)
        return [to_difference(entry, detail) for entry, detail in details.items()]

    async def _read_items(self, entries: Iterable[IndexPlace]) -> Mapping[Key, Item]:
        return await self._tables.batch_get(Table.VIEWS, {entry.key for entry in entries})

    async def _judge(self, entry: IndexPlace, first: Item | None, item: Item | None) -> str:
        """Return what is wrong with the place, or nothing if the index is right or still on its way.

        `first` is the item as it was in the beginning. An index that shows a later state of it is on its way.
        """
        found = await self._find(entry)
        expected = item if item is not None and entry.is_place_of(item) else None
        if same(found, expected):
            return ""
        if not same(first, item) and (
            found is None or first is None or position_of_item(found) >= position_of_item(first)
        ):
            return ""
        if found is None:
            return "is missing"
        return "is not as in the table" if expected is not None else "is not in the table, or not under this key"

    async def _find(self, entry: IndexPlace) -> Item | None:
        place = Between(entry.sort, entry.sort)
        query = Query(Table.VIEWS, entry.partition, place, index=Index(entry.index))
        async for page in pages(self._tables, query):
            for item in page.items:
                if item.key == entry.key:
                    return item
        return None


def key_in(item: Item, index: Index) -> Key | None:
    return item.gsi1 if index is Index.GSI1 else item.gsi2


async def differing(stored: AsyncIterator[Item], expected: AsyncIterator[Item], index: Index) -> AsyncIterator[Item]:
    """Yield the items that are not in both, or not with the same content. Both come in the order of the index."""
    left, right = await anext(stored, None), await anext(expected, None)
    while left is not None or right is not None:
        first = min(row_in(item, index) for item in (left, right) if item is not None)
        in_left = left if left is not None and row_in(left, index) == first else None
        in_right = right if right is not None and row_in(right, index) == first else None
        if not same(in_left, in_right):
            yield in_left or in_right  # type: ignore[misc]
        left = left if in_left is None else await anext(stored, None)
        right = right if in_right is None else await anext(expected, None)


def row_in(item: Item, index: Index) -> tuple[str, str, str]:
    key = key_in(item, index)
    return ("" if key is None else key.sk, item.key.pk, item.key.sk)


def same(item: Item | None, other: Item | None) -> bool:
    if item is None or other is None:
        return item is other
    return content_of(item) == content_of(other)


def to_difference(entry: IndexPlace, detail: str) -> Difference:
    pk, sk = entry.item
    return Difference("index", entry.workspace, entry.partition, entry.sort, f"{entry.index}: {pk}  {sk} {detail}")
