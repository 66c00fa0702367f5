"""Reads items for queries: one BatchGet or one Query a call."""

from collections.abc import Collection, Mapping, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import read_record, to_epochs
from ascend.adapters.table.item import Index, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Bookmark, Everything, Prefix, Query, Sort
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.projections.generation import CurrentGeneration, Rebuilt
from ascend.projections.ports import ItemKey, ItemPage, ItemQuery
from ascend.projections.projection import Build


class TableReader:
    """`Reader` on any of the stores."""

    def __init__(self, tables: Tables, log: TableEventLog, current: CurrentGeneration) -> None:
        self.tables = tables
        self.log = log
        self.current = current

    async def get(self, item_keys: Collection[ItemKey]) -> Mapping[ItemKey, str]:
        asked = {keys.item_key(build, key): (build, key) for build, key in item_keys}
        refresh = [keys.EPOCHS] if self.current.is_stale() else []
        found = await self.tables.batch_get(Table.VIEWS, [*asked, *refresh])
        if refresh and self.current.refresh(to_epochs(found.get(keys.EPOCHS))):
            raise Rebuilt
        return {
            wish: str(found[key].attributes["data"])
            for key, wish in asked.items()
            if key in found and "data" in found[key].attributes
        }

    async def page(self, query: ItemQuery, after: tuple[str, ...] | None, limit: int) -> ItemPage:
        page = await self.tables.query(
            Query(
                Table.VIEWS,
                f"{query.partition}#{query.build}",
                sort(query),
                index=None if query.index is None else list(Index)[query.index - 1],
                after=to_bookmark(query.build, after),
                descending=query.descending,
                limit=limit,
                consistent=query.index is None,
            )
        )
        contents = [str(item.attributes["data"]) for item in page.items if "data" in item.attributes]
        return ItemPage(contents, to_mark(page.next))

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        return await self.log.latest(workspace, before, limit)

    async def rendered(self, workspace: WorkspaceId) -> int:
        record = await read_record(self.tables, self.current, workspace)
        return 0 if record is None else record.rendered

    async def counts(self, workspace: WorkspaceId) -> Mapping[str, int]:
        record = await read_record(self.tables, self.current, workspace)
        return {} if record is None else record.counts


def to_mark(bookmark: Bookmark | None) -> tuple[str, ...] | None:
    """A bookmark that holds for every build: a page that was begun before a rebuild goes on after it."""
    if bookmark is None or len(bookmark) == 1:
        return bookmark
    index_sort, partition, sort_key = bookmark
    return index_sort, partition.rpartition("#")[0], sort_key


def to_bookmark(build: Build, mark: tuple[str, ...] | None) -> Bookmark | None:
    return (mark[0], f"{mark[1]}#{build}", mark[2]) if mark is not None and len(mark) == 3 else mark  # noqa: PLR2004


def sort(asked: ItemQuery) -> Sort:
    if asked.low is not None and asked.high is not None:
        return Between(asked.low, asked.high)
    return Prefix(asked.prefix) if asked.prefix else Everything()
