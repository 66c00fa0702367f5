"""Reads items for queries. Each call is one BatchGet or one Query."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.generation_items import to_record, to_stored_state
from ascend.adapters.store.view_items import to_int
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.pages import read_all
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Bookmark, Everything, Prefix, Query, Sort
from ascend.domain.errors import DamagedViews, NotReady
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.projections.answering import answer
from ascend.projections.build import Build, Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.generation_state import Turn
from ascend.projections.reader import ItemKey, ItemPage, ItemQuery

WORKSPACE_PREFIX = "W#"
PAGE_VALUES = ("workspace", "position", "data")
"""The attributes of read items that a page needs. A tombstone has no data."""
INDEXES = tuple(Index)
INDEX_PARTS = 3
"""The number of parts of a bookmark in an index."""


class TableReader:
    """`Reader` on any engine."""

    def __init__(self, tables: Tables, log: TableEventLog, current: CurrentGeneration) -> None:
        self.tables = tables
        self.log = log
        self.current = current

    def attempt(self, turn: Turn) -> "TableTurnReader":
        return TableTurnReader(self, turn)

    async def ask(self) -> None:
        asked_at = self.current.now()
        self.current.learn(to_stored_state(await self.tables.get(Table.VIEWS, keys.EPOCHS)), asked_at)

    async def counts(self, workspace: WorkspaceId) -> Mapping[str, int]:
        """Return the number of live items under each name, without those that count nothing. Raises `NotReady`."""
        return await answer(self, self.current, lambda attempt: attempt.counts(workspace))


class TableTurnReader:
    """`TurnReader` on any engine."""

    def __init__(self, reader: TableReader, turn: Turn) -> None:
        self.turn = turn
        self.has_asked = False
        self._tables = reader.tables
        self._log = reader.log
        self._current = reader.current
        self._reached: dict[WorkspaceId, int] = {}
        """The workspaces of what was read, with the highest position in it."""
        self._is_complete = False
        """True if these positions also cover what was removed: they are not below *rendered* when all was read."""

    async def get(self, item_keys: Collection[ItemKey]) -> Mapping[ItemKey, str]:
        by_key = {keys.item_key(build, key): (build, key) for build, key in item_keys}
        items = await self._get(list(by_key))
        return {
            item_key: str(items[key].attributes["data"])
            for key, item_key in by_key.items()
            if key in items and "data" in items[key].attributes
        }

    async def _get(self, wanted: Sequence[Key]) -> Mapping[Key, Item]:
        """Return the items that exist, and ask for the state of the generations in the same request if that is needed."""
        if self.has_asked or not (self._current.is_stale() or self._current.must_ask()):
            items = await self._tables.batch_get(Table.VIEWS, wanted)
        else:
            asked_at = self._current.now()
            items = await self._tables.batch_get(Table.VIEWS, [*wanted, keys.EPOCHS])
            self._current.learn(to_stored_state(items.get(keys.EPOCHS)), asked_at)
            self.has_asked = True
        self._note(wanted, items.values())
        return items

    def _note(self, wanted: Iterable[Key], items: Iterable[Item]) -> None:
        """Take in which workspaces were read, and how new what was read is."""
        for key in wanted:
            if key.pk.startswith(WORKSPACE_PREFIX):
                self._reached.setdefault(WorkspaceId(key.pk.split("#")[1]), 0)
        read = [item.attributes for item in items]
        self._reach([each.get("workspace") for each in read], [each.get("position") for each in read])

    def _reach(self, workspaces: Sequence[Value], positions: Sequence[Value]) -> None:
        for name, position in find_newest(workspaces, positions).items():
            workspace = WorkspaceId(name)
            self._reached[workspace] = max(position, self._reached.get(workspace, 0))

    async def page(self, query: ItemQuery, after: tuple[str, ...] | None, limit: int) -> ItemPage:
        page = await self._tables.query_values(to_table_query(query, after, limit), PAGE_VALUES)
        workspaces, positions, contents = page.columns
        self._reach(workspaces, positions)
        return ItemPage([str(content) for content in contents if content is not None], strip_build(page.next))

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        return await self._log.latest(workspace, before, limit)

    async def rendered(self, workspace: WorkspaceId) -> int:
        record = await self._record(workspace)
        return 0 if record is None else record.rendered

    async def counts(self, workspace: WorkspaceId) -> Mapping[str, int]:
        record = await self._record(workspace)
        return {} if record is None else record.counts

    async def _record(self, workspace: WorkspaceId) -> GenerationRecord | None:
        key = keys.record_key(workspace, self.turn.generation.id)
        items = await self._get([key])
        record = to_record(workspace, items[key]) if key in items else None
        self._reached[workspace] = max(record.rendered if record else 0, self._reached.get(workspace, 0))
        return record

    async def check_built(self, workspace: WorkspaceId) -> None:
        query = Query(Table.VIEWS, keys.generations_partition(workspace), consistent=True)
        records = {item.key.sk: item for item in await read_all(self._tables, query)}
        own = records.get(self.turn.generation.id)
        if "progress" in own.attributes if own else records:
            raise NotReady(f"the read items of workspace {workspace} are being built: see `ascend status`")

    async def is_rendered_in(self, other: Generation) -> bool:
        if not self._is_complete:  # asked again, it does not take in what was rendered after the answer was read
            for workspace, rendered in (await self._positions(self.turn.generation)).items():
                self._reached[workspace] = max(rendered, self._reached[workspace])
            self._is_complete = True
        there = await self._positions(other)
        return all(there[workspace] >= position for workspace, position in self._reached.items())

    async def _positions(self, generation: Generation) -> Mapping[WorkspaceId, int]:
        """Return *rendered* of a generation in the workspaces that were read."""
        by_key = {keys.record_key(workspace, generation.id): workspace for workspace in self._reached}
        items = await self._tables.batch_get(Table.VIEWS, list(by_key))
        return {
            workspace: to_int(items[key].attributes["rendered"]) if key in items else 0
            for key, workspace in by_key.items()
        }


def find_newest(workspaces: Sequence[Value], positions: Sequence[Value]) -> Mapping[str, int]:
    """Return the highest position of read items and tombstones in each workspace. Other items belong to none.

    Raises: DamagedViews if an item is not as any version of the code writes it.
    """
    newest: dict[str, int] = {}
    for workspace, position in zip(workspaces, positions, strict=True):
        if type(workspace) is str and type(position) is int:
            if position > newest.get(workspace, -1):
                newest[workspace] = position
        elif workspace is not None:
            raise DamagedViews(f"an item of the workspace {workspace!r} at the position {position!r}")
    return newest


def to_table_query(query: ItemQuery, after: tuple[str, ...] | None, limit: int) -> Query:
    """Return the query of the table or the index that reads a page."""
    return Query(
        Table.VIEWS,
        f"{query.partition}#{query.build}",
        to_sort(query),
        index=None if query.index is None else INDEXES[query.index - 1],
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
