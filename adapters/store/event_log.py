"""The event log on an ordered table: one item for each commit. The conditional put allocates the commit's position.

pk W#<workspace>   sk 0000000000000042   id, clock, time, format, body, hash     a commit (see `stored_commits`)
pk R#<shard>       sk <workspace>                                                a registry entry
                                         erased                                  the entry of an erased workspace: ignored
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from itertools import takewhile

from ascend.adapters.layout import keys
from ascend.adapters.store.commit_items import (
    check_position,
    is_position,
    naming_commit,
    parse_clock,
    parse_position,
    parse_time,
    readable_clock,
)
from ascend.adapters.store.stored_commits import StoredCommit, follow, parse_stored, to_commit, to_item
from ascend.adapters.store.stubs import is_stub
from ascend.adapters.table.conditions import Absent, Predecessor
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import first_pages, pages, read_first, read_page
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Query
from ascend.domain.errors import Damaged, LogDiverged, UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.chain import HASH_BYTES, hash_unchained, is_chained
from ascend.domain.runtime.commit import Commit, count_events
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import START, Head, Point, SlotTaken, Tail
from ascend.domain.workspaces.workspace import WorkspaceIsErased

PAGE_EVENTS = 10_000
"""Events of the commits that one read returns: the bodies of a page of 1 MB may decompress to many times as much."""


class TableEventLog:
    """`EventLog` and `LogReader` on any engine. `validate`: validate every event that is read."""

    def __init__(self, tables: Tables, model: Model, *, validate: bool = False) -> None:
        self.tables = tables
        self.model = model
        self.validate = validate

    async def append(self, head: Head, commit: Commit, body: Body) -> Head | SlotTaken:
        if commit.position != head.point.position + 1 or commit.clock < head.point.clock:
            raise AssertionError(f"commit {commit.position} does not follow {head.point}")
        item = to_item(commit, body)
        if commit.position == 1:
            await self._register(commit.workspace)
        blocked = await self.tables.put(Table.EVENTS, item, Absent(to_predecessor(head)))
        new_head = Head(commit.workspace, Point(commit.position, commit.clock, commit.hash))
        if blocked is None:
            return new_head
        if blocked.existing is None:
            raise LogDiverged(f"workspace {head.workspace}, position {head.point.position}")
        id_in_slot = str(blocked.existing.attributes.get("id", ""))
        return new_head if id_in_slot == commit.id else SlotTaken(id_in_slot)

    def _to_commit(self, stored: StoredCommit) -> Commit:
        return to_commit(self.model, stored, validate=self.validate)

    async def _register(self, workspace: WorkspaceId) -> None:
        """Write the registry entry. This precedes the first commit, so that every log has an entry."""
        await self.tables.put(Table.EVENTS, Item(keys.registry_key(workspace), {}), Absent())

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, events: int) -> Tail:
        """Read from the commit at `after` on: it must still be the one that was read there before."""
        known = after.position > 0
        first = after.position + 1 - known
        commits, head, count = list[Commit](), START, 0
        query = select_commits(workspace, first, limit + 1 + known, consistent=True)
        async with aclosing(self._read_stored(workspace, first, query)) as stored_commits:
            async for stored in stored_commits:
                if len(commits) == limit or count >= events:
                    return Tail(commits, None)
                head = to_point(stored)
                if head.position > after.position:
                    commits.append(self._to_commit(stored))
                    count += count_events(commits[-1])
                elif head.hash != after.hash:
                    raise LogDiverged(f"workspace {workspace}, position {first}")
        return Tail(commits, Head(workspace, head))

    async def _read_stored(self, workspace: WorkspaceId, first: int, query: Query) -> AsyncGenerator[StoredCommit]:
        """Yield the commits of a query from position `first` on, page by page, without their events decoded.

        Raises `WorkspaceIsErased` before it yields a page with a stub, and `LogDiverged` if nothing is at `first`, behind
        the beginning of the log.
        """
        position, hash = first, None
        async with aclosing(first_pages(self.tables, query)) as raw_pages:
            async for page in raw_pages:
                if any(is_stub(item) for item in page.items):
                    raise WorkspaceIsErased(workspace)
                for stored in follow(workspace, position, page.items, hash):
                    yield stored
                    position, hash = stored.position + 1, stored.hash
        if position == first > 1:
            raise LogDiverged(f"workspace {workspace}: the log ends before position {first}")

    async def commits(
        self,
        workspace: WorkspaceId,
        first: int,
        limit: int,
        *,
        consistent: bool = False,
        least: int = 1,
        predecessor: bytes | None = None,
        events: int | None = None,
    ) -> Sequence[Commit]:
        page = await read_page(self.tables, select_commits(workspace, first, limit, consistent=consistent))
        items = page.items if consistent else without_gap(first, page.items)
        commits, count = list[Commit](), 0
        most = PAGE_EVENTS if events is None else min(events, PAGE_EVENTS)  # the memory of the reader stays bounded
        try:
            for stored in follow(workspace, first, items, predecessor):
                commits.append(self._to_commit(stored))
                count += count_events(commits[-1])
                if count >= most and len(commits) >= least:
                    break
        except UnreadableLog:
            if len(commits) < least:
                raise
        return commits  # up to the first one that cannot be read: never skip a position

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        """Return the last commits, or the last commits before a position. The latest commit comes first.

        These are at most `limit` commits, and no more than hold `limit` events, except the first of them. One commit more
        is read: the one before them, against which the first of them is checked.
        """
        partition, after = keys.log_partition(workspace), None if before is None else (keys.format_position(before),)
        query = Query(Table.EVENTS, partition, after=after, descending=True, limit=limit + 1, consistent=True)
        page = await read_page(self.tables, query)
        if not page.items:
            return ()
        first = parse_position(page.items[-1])
        stored = list(follow(workspace, first, reversed(page.items)))
        is_one_more = len(stored) > limit or (first > 1 and len(stored) > 1)  # the page may be cut by its size
        return self._decode_back(stored[is_one_more:], limit)

    def _decode_back(self, stored: Sequence[StoredCommit], events: int) -> Sequence[Commit]:
        """Return commits with their events decoded, the last one first, until they hold so many events."""
        commits, count = list[Commit](), 0
        for each in reversed(stored):
            commits.append(self._to_commit(each))
            count += count_events(commits[-1])
            if count >= events:
                break
        return commits

    async def head(self, workspace: WorkspaceId) -> Point:
        partition = keys.log_partition(workspace)
        page = await read_page(self.tables, Query(Table.EVENTS, partition, descending=True, limit=1, consistent=True))
        if not page.items:
            return START
        with naming_commit(workspace, parse_position(page.items[0])):
            parse_clock(page.items[0].attributes)
        return to_raw_point(workspace, page.items[0])

    async def last_position(self, workspace: WorkspaceId) -> int:
        return (await self.raw_head(workspace)).point.position

    async def raw_head(self, workspace: WorkspaceId) -> Head:
        """Return the greatest position at which anything stands, with its clock if that can be read. Decodes nothing."""
        item = await self.last_item(workspace)
        return Head(workspace, START if item is None else to_raw_point(workspace, item))

    async def last_point(self, workspace: WorkspaceId, *, consistent: bool) -> Point:
        query = Query(Table.EVENTS, keys.log_partition(workspace), descending=True, limit=1, consistent=consistent)
        items = await read_first(self.tables, query)
        if not items:
            return START
        parse_position(items[0])  # nobody reads past a key that is no position
        return to_raw_point(workspace, items[0])

    async def last_item(self, workspace: WorkspaceId) -> Item | None:
        """Return the item at the greatest position, whatever it holds: one request, and one for each key behind it."""
        query = Query(Table.EVENTS, keys.log_partition(workspace), descending=True, limit=1, consistent=True)
        async with aclosing(pages(self.tables, query)) as raw_pages:
            async for page in raw_pages:
                for item in page.items:
                    if is_position(item.key.sk):
                        return item
        return None

    async def last_commit(self, workspace: WorkspaceId) -> Commit | None:
        """Return the commit or the stub at the greatest position. Raises: UnreadableLog."""
        item = await self.last_item(workspace)
        if item is None:
            return None
        (stored,) = follow(workspace, parse_position(item), [item])
        return self._to_commit(stored)

    async def stored_at(self, workspace: WorkspaceId, position: int) -> StoredCommit | None:
        """Return the commit or the stub at a position, without its events decoded."""
        item = await self.tables.get(Table.EVENTS, keys.commit_key(workspace, position))
        return None if item is None else parse_stored(workspace, item)

    async def time_of(self, workspace: WorkspaceId, position: int) -> datetime | None:
        page = await read_page(self.tables, select_commits(workspace, position, 1, consistent=True))
        try:
            for item in page.items:
                check_position(item, position)
                return parse_time(item.attributes)
        except Damaged:
            pass
        return None

    async def is_erased(self, workspace: WorkspaceId) -> bool:
        """Return True if the last commit of the log erased the workspace."""
        try:
            last = await self.last_commit(workspace)
        except UnreadableLog:
            return False  # a commit that this process cannot read is not an erasure
        return last is not None and last.is_erased

    async def exists(self, workspace: WorkspaceId) -> bool:
        """Return True if something stands in the log, and the workspace is not erased."""
        return await self.last_position(workspace) > 0 and not await self.is_erased(workspace)

    @property
    def registry_shards(self) -> int:
        return keys.SHARDS

    async def registered(self, shard: int) -> AsyncIterator[WorkspaceId]:
        async for item in self._registry_shard(shard):
            if "erased" not in item.attributes and is_entry(item):
                yield WorkspaceId(item.key.sk)

    async def workspaces(self) -> AsyncIterator[WorkspaceId]:
        for shard in range(keys.SHARDS):
            async for workspace in self.registered(shard):
                yield workspace

    async def stray_entries(self) -> AsyncIterator[Item]:
        """Yield the items of the registry that name no workspace."""
        for shard in range(keys.SHARDS):
            async for item in self._registry_shard(shard):
                if not is_entry(item):
                    yield item

    async def _registry_shard(self, shard: int) -> AsyncIterator[Item]:
        async for page in pages(self.tables, Query(Table.EVENTS, keys.registry_partition(shard))):
            for item in page.items:
                yield item


def select_commits(workspace: WorkspaceId, first: int, limit: int, *, consistent: bool) -> Query:
    """Return the query of the commits from position `first` on, and of whatever stands behind them."""
    positions = Between(keys.format_position(first), keys.LAST_SORT_KEY)
    return Query(Table.EVENTS, keys.log_partition(workspace), positions, limit=limit, consistent=consistent)


def without_gap(first: int, items: Sequence[Item]) -> Iterable[Item]:
    """Return the items before the first gap: a read that is not consistent may show one for a moment."""
    numbered = takewhile(lambda pair: parse_position(pair[1]) == pair[0], enumerate(items, first))
    return (item for _, item in numbered)


def to_predecessor(head: Head) -> Predecessor | None:
    """Return the commit at the head as an engine finds it there: by its hash, if it has one."""
    if head.point.position == 0:
        return None
    attributes = {"hash": head.point.hash} if is_chained(head.point.hash) else {}
    return Predecessor(keys.commit_key(head.workspace, head.point.position), attributes)


def to_point(commit: StoredCommit) -> Point:
    return Point(commit.position, commit.clock, commit.hash)


def to_raw_point(workspace: WorkspaceId, item: Item) -> Point:
    """Return the position of an item, with its clock and its hash if they can be read."""
    position, hash = int(item.key.sk), item.attributes.get("hash")
    if not isinstance(hash, bytes) or len(hash) != HASH_BYTES:
        hash = hash_unchained(workspace, position, str(item.attributes.get("id", "")))
    return Point(position, readable_clock(item.attributes), hash)


def is_entry(item: Item) -> bool:
    """Return True if an item of the registry names a workspace."""
    return WorkspaceId.pattern.fullmatch(item.key.sk) is not None
