"""The event log on an ordered table: one item for each commit. The conditional put allocates the commit's position.

pk W#<workspace>   sk 0000000000000042   id, clock, time, format, body      a commit
                                         id, clock, format                  a stub, which erasure put in place of a commit
pk R#<shard>       sk <workspace>                                           a registry entry
                                         erased                             the entry of an erased workspace: ignored
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing

from ascend.adapters.layout import keys
from ascend.adapters.store.commit_items import (
    check_position,
    clock_time,
    is_position,
    naming_commit,
    parse_clock,
    parse_id,
    parse_position,
    parse_time,
    readable_clock,
)
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.pages import pages, read_first
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Query
from ascend.domain.errors import LogDiverged, UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import ERASED, FORMAT, Commit, check_format, decode
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import START, Head, Point, SlotTaken, Tail
from ascend.domain.workspaces.workspace import WorkspaceIsErased

RAW_PAGE = 20
"""The number of items that a look for the last position reads at once: more than one only where the log is damaged."""


class TableEventLog:
    """`EventLog` and `LogReader` on any engine."""

    def __init__(self, tables: Tables, model: Model) -> None:
        self.tables = tables
        self.model = model

    async def append(self, head: Head, commit: Commit, body: str) -> Head | SlotTaken:
        if commit.position != head.point.position + 1 or commit.clock < head.point.clock:
            raise AssertionError(f"commit {commit.position} does not follow {head.point}")
        item = to_item(commit, body)
        if commit.position == 1:
            await self._register(commit.workspace)
        blocked = await self.tables.put(Table.EVENTS, item, Absent())
        new_head = Head(commit.workspace, Point(commit.position, commit.clock))
        if blocked is None:
            return new_head
        id_in_slot = str(blocked.existing.attributes.get("id", "")) if blocked.existing else ""
        return new_head if id_in_slot == commit.id else SlotTaken(id_in_slot)

    async def _register(self, workspace: WorkspaceId) -> None:
        """Write the registry entry. This precedes the first commit, so that every log has an entry."""
        await self.tables.put(Table.EVENTS, Item(keys.registry_key(workspace), {}), Absent())

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, *, known: str = "") -> Tail:
        first = after.position + 1 - bool(known)
        query = select_commits(workspace, first, limit + 1 + bool(known), consistent=True)
        items = await read_first(self.tables, query)
        if known:
            for item in items[:1]:
                check_position(item, first)  # something stands behind a gap: the log has not only become shorter
            if not items or items[0].attributes.get("id") != known:
                raise LogDiverged(f"workspace {workspace}, position {first}")
            items = items[1:]
        commits = list(self._decode(workspace, after.position + 1, items))
        if len(commits) > limit:
            return Tail(commits[:limit], None)
        end = Point(commits[-1].position, commits[-1].clock) if commits else after
        return Tail(commits, Head(workspace, end))

    async def commits(
        self, workspace: WorkspaceId, first: int, limit: int, *, consistent: bool = False, least: int = 1
    ) -> Sequence[Commit]:
        page = await self.tables.query(select_commits(workspace, first, limit, consistent=consistent))
        commits: list[Commit] = []  # of one page, at most 1 MB: the reader's memory stays bounded
        for expected, item in enumerate(page.items, first):
            try:
                if not consistent and parse_position(item) != expected:
                    break  # an eventual read may show a gap
                check_position(item, expected)
                commits.append(from_item(self.model, workspace, item))
            except UnreadableLog:
                if len(commits) < least:
                    raise
                break  # never skip a position
        return commits

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        """Return the last commits, or the last commits before a position. The latest commit comes first."""
        partition, after = keys.log_partition(workspace), None if before is None else (keys.format_position(before),)
        page = await self.tables.query(
            Query(Table.EVENTS, partition, after=after, descending=True, limit=limit, consistent=True)
        )
        return [from_item(self.model, workspace, item) for item in page.items]

    async def head(self, workspace: WorkspaceId) -> Point:
        partition = keys.log_partition(workspace)
        page = await self.tables.query(Query(Table.EVENTS, partition, descending=True, limit=1, consistent=True))
        if not page.items:
            return START
        position = parse_position(page.items[0])
        with naming_commit(page.items[0]):
            return Point(position, parse_clock(page.items[0].attributes))

    async def last_position(self, workspace: WorkspaceId) -> int:
        return (await self.raw_head(workspace)).point.position

    async def raw_head(self, workspace: WorkspaceId) -> Head:
        """Return the greatest position at which anything stands, with its clock if that can be read. Decodes nothing."""
        query = Query(Table.EVENTS, keys.log_partition(workspace), descending=True, limit=RAW_PAGE, consistent=True)
        async with aclosing(pages(self.tables, query)) as raw_pages:
            async for page in raw_pages:
                for item in page.items:
                    if is_position(item.key.sk):
                        return Head(workspace, Point(int(item.key.sk), readable_clock(item.attributes)))
        return Head(workspace, START)

    async def is_erased(self, workspace: WorkspaceId) -> bool:
        """Return True if the last commit of the log erased the workspace."""
        position = await self.last_position(workspace)
        try:
            return position > 0 and (await self.commits(workspace, position, 1, consistent=True))[0].is_erased
        except UnreadableLog:
            return False  # a commit that this process cannot read is not an erasure

    async def workspaces(self) -> AsyncIterator[WorkspaceId]:
        async for item in self._registry():
            if "erased" not in item.attributes and is_entry(item):
                yield WorkspaceId(item.key.sk)

    async def stray_entries(self) -> AsyncIterator[Item]:
        """Yield the items of the registry that name no workspace."""
        async for item in self._registry():
            if not is_entry(item):
                yield item

    async def _registry(self) -> AsyncIterator[Item]:
        for shard in range(keys.SHARDS):
            async for page in pages(self.tables, Query(Table.EVENTS, keys.registry_partition(shard))):
                for item in page.items:
                    yield item

    def _decode(self, workspace: WorkspaceId, first: int, items: list[Item]) -> Iterator[Commit]:
        for expected, item in enumerate(items, first):
            if item.attributes.get("format") == ERASED:
                raise WorkspaceIsErased(workspace)
            check_position(item, expected)
            yield from_item(self.model, workspace, item)


def select_commits(workspace: WorkspaceId, first: int, limit: int, *, consistent: bool) -> Query:
    """Return the query of the commits from position `first` on, and of whatever stands behind them."""
    positions = Between(keys.format_position(first), keys.LAST_SORT_KEY)
    return Query(Table.EVENTS, keys.log_partition(workspace), positions, limit=limit, consistent=consistent)


def to_item(commit: Commit, body: str) -> Item:
    attributes: dict[str, Value] = {
        "id": commit.id,
        "clock": commit.clock,
        "time": commit.time.isoformat(timespec="milliseconds"),
        "format": FORMAT,
        "body": body,
    }
    return Item(keys.commit_key(commit.workspace, commit.position), attributes)


def from_item(model: Model, workspace: WorkspaceId, item: Item) -> Commit:
    """Return the commit of an item.

    Raises:
        UpgradeRequired: a later version of the code wrote it.
        Damaged: it is not as any version writes it.
    """
    stored, position = item.attributes, parse_position(item)
    with naming_commit(item):
        if stored.get("format") == ERASED:
            clock = parse_clock(stored)
            return Commit(workspace, position, parse_id(stored), clock, clock_time(clock), ())
        check_format(stored.get("format"))
        id, clock, time = parse_id(stored), parse_clock(stored), parse_time(stored)
        return Commit(workspace, position, id, clock, time, decode(model, stored["format"], stored.get("body")))


def is_entry(item: Item) -> bool:
    """Return True if an item of the registry names a workspace."""
    return WorkspaceId.pattern.fullmatch(item.key.sk) is not None
