"""Reads items for queries. Each call is one BatchGet or one Query."""

from collections.abc import Collection, Mapping, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.snapshots import read_record
from ascend.adapters.store.view_items import to_epochs
from ascend.adapters.table.item import Index, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Bookmark, Everything, Prefix, Query, Sort
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.projections.build import Build
from ascend.projections.generation import CurrentGeneration, Rebuilt
from ascend.projections.reader import ItemKey, ItemPage, ItemQuery

INDEX_PARTS = 3
"""The number of parts of a bookmark in an index."""


class TableReader:
    """`Reader` on any engine."""

    def __init__(self, tables: Tables, log: TableEventLog, current: CurrentGeneration) -> None:
        self.tables = tables
        self.log = log
        self.current = current

    async def get(self, item_keys: Collection[ItemKey]) -> Mapping[ItemKey, str]:
        by_key = {keys.item_key(build, key): (build, key) for build, key in item_keys}
        epochs_key = [keys.EPOCHS] if self.current.is_stale() else []
        items = await self.tables.batch_get(Table.VIEWS, [*by_key, *epochs_key])
        if epochs_key and self.current.refresh(to_epochs(items.get(keys.EPOCHS))):
            raise Rebuilt
        return {
            item_key: str(items[key].attributes["data"])
            for key, item_key in by_key.items()
            if key in items and "data" in items[key].attributes
        }

    async def page(self, query: ItemQuery, after: tuple[str, ...] | None, limit: int) -> ItemPage:
        page = await self.tables.query(to_table_query(query, after, limit))
        contents = [str(item.attributes["data"]) for item in page.items if "data" in item.attributes]
        return ItemPage(contents, strip_build(page.next))

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        return await self.log.latest(workspace, before, limit)

    async def rendered(self, workspace: WorkspaceId) -> int:
        record = await read_record(self.tables, self.current, workspace)
        return 0 if record is None else record.rendered

    async def counts(self, workspace: WorkspaceId) -> Mapping[str, int]:
        record = await read_record(self.tables, self.current, workspace)
        return {} if record is None else record.counts


def to_table_query(query: ItemQuery, after: tuple[str, ...] | None, limit: int) -> Query:
    """Return the query of the table or the index that reads a page."""
    return Query(
        Table.VIEWS,
        f"{query.partition}#{query.build}",
        to_sort(query),
        index=None if query.index is None else list(Index)[query.index - 1],
        after=add_build(query.build, after),
        descending=query.descending,
        limit=limit,
        consistent=query.index is None,
    )


def strip_build(bookmark: Bookmark | None) -> tuple[str, ...] | None:
    """Return the bookmark without the build, so that pages begun before a rebuild continue after it."""
    if bookmark is None or len(bookmark) == 1:
        return bookmark
    index_sort, partition, sort_key = bookmark
    return index_sort, partition.rpartition("#")[0], sort_key


def add_build(build: Build, after: tuple[str, ...] | None) -> Bookmark | None:
    """Return the bookmark of this build: the inverse of `strip_build`."""
    if after is None or len(after) != INDEX_PARTS:
        return after
    index_sort, partition, sort_key = after
    return index_sort, f"{partition}#{build}", sort_key


def to_sort(query: ItemQuery) -> Sort:
    if query.low is not None and query.high is not None:
        return Between(query.low, query.high)
    return Prefix(query.prefix) if query.prefix else Everything()
