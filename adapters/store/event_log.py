"""The event log on an ordered table: one item for each commit. The conditional put allocates the commit's position.

pk W#<workspace>   sk 0000000000000042   id, clock, time, format, body, hash     a commit (see `stored_commits`)
pk R#<shard>       sk <workspace>                                                a registry entry
                                         erased                                  of an erased workspace: ignored
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from ascend.adapters.layout import keys
from ascend.adapters.store.stored_commits import (
    StoredCommit,
    follow,
    parse_stored,
    to_commit,
    to_item,
)
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import pages, read_first
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Query
from ascend.domain.errors import LogDiverged, UnreadableLog, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import START, Head, Point, SlotTaken, Tail
from ascend.domain.workspaces.workspace import WorkspaceIsErased


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
        new_head = Head(commit.workspace, to_point(commit))
        if blocked is None:
            return new_head
        id_in_slot = str(blocked.existing.attributes.get("id", "")) if blocked.existing else ""
        return new_head if id_in_slot == commit.id else SlotTaken(id_in_slot)

    async def _register(self, workspace: WorkspaceId) -> None:
        """Write the registry entry. This precedes the first commit, so that every log has an entry."""
        await self.tables.put(Table.EVENTS, Item(keys.registry_key(workspace), {}), Absent())

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int) -> Tail:
        """Read from the commit at `after` on: it must still be the one that was read there before."""
        known = after.position > 0
        first = after.position + 1 - known
        items = await read_first(self.tables, select_commits(workspace, first, limit + 1 + known, consistent=True))
        if known and (not items or items[0].key.sk != keys.format_position(first)):
            raise LogDiverged(f"workspace {workspace}, position {first}")
        stored: list[StoredCommit] = []
        for commit in follow(workspace, first, items):
            if commit.is_stub:
                raise WorkspaceIsErased(workspace)
            stored.append(commit)
        if known and not stored[0].had_hash(after.hash):
            raise LogDiverged(f"workspace {workspace}, position {first}")
        commits = [to_commit(self.model, commit) for commit in stored[known : limit + known]]
        is_complete = len(stored) <= limit + known
        return Tail(commits, Head(workspace, to_point(stored[-1]) if stored else START) if is_complete else None)

    async def commits(
        self,
        workspace: WorkspaceId,
        first: int,
        limit: int,
        *,
        consistent: bool = False,
        least: int = 1,
        predecessor: bytes | None = None,
    ) -> Sequence[Commit]:
        page = await self.tables.query(select_commits(workspace, first, limit, consistent=consistent))
        commits: list[Commit] = []  # of one page, at most 1 MB: the reader's memory stays bounded
        try:
            for stored in follow(workspace, first, page.items, predecessor):
                commits.append(to_commit(self.model, stored))  # noqa: PERF401  keeps those before an error
        except UnreadableLog as error:
            is_temporary = isinstance(error, LogDiverged) and not consistent  # an eventual read may show a gap
            if len(commits) < least and not is_temporary:
                raise
        return commits  # up to the first one that cannot be read: never skip a position

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        """Return the last commits, or the last commits before a position. The latest commit comes first."""
        return [to_commit(self.model, stored) for stored in await self._latest(workspace, before, limit)]

    async def _latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[StoredCommit]:
        partition, after = keys.log_partition(workspace), None if before is None else (keys.format_position(before),)
        page = await self.tables.query(
            Query(Table.EVENTS, partition, after=after, descending=True, limit=limit, consistent=True)
        )
        if not page.items:
            return ()
        first = parse_stored(workspace, page.items[-1]).position
        return list(follow(workspace, first, reversed(page.items)))[::-1]

    async def head(self, workspace: WorkspaceId) -> Point:
        latest = await self._latest(workspace, None, 1)
        return to_point(latest[0]) if latest else START

    async def time_of(self, workspace: WorkspaceId, position: int) -> datetime | None:
        page = await self.tables.query(select_commits(workspace, position, 1, consistent=True))
        item = next((item for item in page.items if item.key == keys.commit_key(workspace, position)), None)
        try:
            time = datetime.fromisoformat(str(item.attributes["time"])) if item is not None else None
        except (KeyError, ValueError):
            return None
        return time.astimezone(UTC) if time is not None and time.tzinfo is not None else None

    async def is_erased(self, workspace: WorkspaceId) -> bool:
        """Return True if the last commit of the log erased the workspace."""
        try:
            return any(commit.is_erased for commit in await self.latest(workspace, None, 1))
        except UpgradeRequired:
            return False  # a commit that this process cannot read is not an erasure

    async def workspaces(self) -> AsyncIterator[WorkspaceId]:
        for shard in range(keys.SHARDS):
            async for page in pages(self.tables, Query(Table.EVENTS, keys.registry_partition(shard))):
                for item in page.items:
                    if "erased" not in item.attributes:
                        yield WorkspaceId(item.key.sk)


def select_commits(workspace: WorkspaceId, first: int, limit: int, *, consistent: bool) -> Query:
    """Return the query of the commits from position `first` on."""
    positions = Between(keys.format_position(first), keys.LAST_POSITION)
    return Query(Table.EVENTS, keys.log_partition(workspace), positions, limit=limit, consistent=consistent)


def to_point(commit: Commit | StoredCommit) -> Point:
    return Point(commit.position, commit.clock, commit.hash)
