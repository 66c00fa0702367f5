"""The event log on an ordered table: one item a commit, its position allocated by the write itself.

pk W#<workspace>   sk 0000000000000042   id, clock, time, format, body
                                         id, clock, format                  a stub: what erasure left of a commit
pk R#<shard>       sk <workspace>                                           the registry
                                         erased                             of an erased workspace: nobody looks at it
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime

from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Bookmark, Query, TablePage
from ascend.domain.errors import LogDiverged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import ERASED, FORMAT, Commit, decode
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import START, Head, Point, SlotTaken, Tail
from ascend.domain.workspaces.workspace import WorkspaceIsErased


class TableEventLog:
    """`EventLog` and `LogReader` on any of the stores."""

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
        if blocked is None:
            return Head(commit.workspace, Point(commit.position, commit.clock))
        by = str(blocked.existing.attributes["id"]) if blocked.existing else ""
        return Head(commit.workspace, Point(commit.position, commit.clock)) if by == commit.id else SlotTaken(by)

    async def _register(self, workspace: WorkspaceId) -> None:
        """Before the first commit, so that no log is ever without an entry; an entry alone is harmless."""
        await self.tables.put(Table.EVENTS, Item(keys.registry_key(workspace), {}), Absent())

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, *, known: str = "") -> Tail:
        first = after.position + 1 - bool(known)
        items = await self._items(workspace, first, limit + 1 + bool(known), consistent=True)
        if known:
            if not items or position_of(items[0]) != first or items[0].attributes["id"] != known:
                raise LogDiverged(f"workspace {workspace}, position {first}")
            items = items[1:]
        commits = list(self._decoded(workspace, after.position + 1, items))
        if len(commits) > limit:
            return Tail(commits[:limit], None)
        end = Point(commits[-1].position, commits[-1].clock) if commits else after
        return Tail(commits, Head(workspace, end))

    async def commits(
        self, workspace: WorkspaceId, first: int, limit: int, *, consistent: bool = False, least: int = 1
    ) -> Sequence[Commit]:
        page = await self._page(workspace, first, limit, None, consistent=consistent)
        commits: list[Commit] = []  # of one page, at most 1 MB: the reader's memory stays bounded
        for expected, item in enumerate(page.items, first):
            try:
                if position_of(item) != expected:
                    raise LogDiverged(f"the log of {workspace} has a gap at {expected}")
                commits.append(from_item(self.model, workspace, item))
            except (UpgradeRequired, LogDiverged) as error:
                may_fill = isinstance(error, LogDiverged) and not consistent  # such a read may show a gap for a moment
                if len(commits) < least and not may_fill:
                    raise
                break  # never skip a number
        return commits

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        """The last commits, or those before a position, the latest first."""
        pk, after = keys.log_partition(workspace), None if before is None else (keys.format_position(before),)
        page = await self.tables.query(
            Query(Table.EVENTS, pk, after=after, descending=True, limit=limit, consistent=True)
        )
        return [from_item(self.model, workspace, item) for item in page.items]

    async def head(self, workspace: WorkspaceId) -> Point:
        pk = keys.log_partition(workspace)
        page = await self.tables.query(Query(Table.EVENTS, pk, descending=True, limit=1, consistent=True))
        return Point(position_of(page.items[0]), int(str(page.items[0].attributes["clock"]))) if page.items else START

    async def is_erased(self, workspace: WorkspaceId) -> bool:
        """Whether its log ends with its erasure."""
        try:
            return any(commit.is_erased for commit in await self.latest(workspace, None, 1))
        except UpgradeRequired:
            return False  # what this process cannot read is no erasure

    async def workspaces(self) -> AsyncIterator[WorkspaceId]:
        for shard in range(keys.SHARDS):
            after = None
            while True:
                page = await self.tables.query(Query(Table.EVENTS, keys.registry_partition(shard), after=after))
                for item in page.items:
                    if "erased" not in item.attributes:
                        yield WorkspaceId(item.key.sk)
                if (after := page.next) is None:
                    break

    async def _items(self, workspace: WorkspaceId, first: int, limit: int, *, consistent: bool) -> list[Item]:
        items: list[Item] = []
        after = None
        while len(items) < limit:
            page = await self._page(workspace, first, limit - len(items), after, consistent=consistent)
            items += page.items
            if (after := page.next) is None:
                break
        return items

    async def _page(
        self, workspace: WorkspaceId, first: int, limit: int, after: Bookmark | None, *, consistent: bool
    ) -> TablePage:
        slots = Between(keys.format_position(first), keys.LAST_POSITION)
        partition = keys.log_partition(workspace)
        return await self.tables.query(
            Query(Table.EVENTS, partition, slots, after=after, limit=limit, consistent=consistent)
        )

    def _decoded(self, workspace: WorkspaceId, first: int, items: list[Item]) -> Iterator[Commit]:
        for expected, item in enumerate(items, first):
            if position_of(item) != expected:
                raise LogDiverged(f"the log of {workspace} has a gap at {expected}")
            if item.attributes.get("format") == ERASED:
                raise WorkspaceIsErased(workspace)
            yield from_item(self.model, workspace, item)


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
    """Raises `UpgradeRequired` for an item that is no commit as this code knows it."""
    stored, position = item.attributes, position_of(item)
    if stored.get("format") == ERASED:
        clock = int(str(stored["clock"]))
        return Commit(workspace, position, str(stored["id"]), clock, datetime.fromtimestamp(clock / 1_000, UTC), ())
    try:
        clock, time = int(str(stored["clock"])), datetime.fromisoformat(str(stored["time"])).astimezone(UTC)
        id, format, body = (str(stored[name]) for name in ("id", "format", "body"))
    except (KeyError, ValueError) as error:
        raise UpgradeRequired(f"commit {position} of {workspace}: {error!r}") from error
    return Commit(workspace, position, id, clock, time, decode(model, format, body))


def to_stub(item: Item) -> Item:
    """What erasure leaves of a commit: the slot, so that no late writer can fill it, and the id that stood in it."""
    kept = {name: item.attributes[name] for name in ("id", "clock")}
    return Item(item.key, {**kept, "format": ERASED})


def position_of(item: Item) -> int:
    return int(item.key.sk)
