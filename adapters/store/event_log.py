"""The event log on an ordered table: one item for each commit. The conditional put allocates the commit's position.

pk W#<workspace>   sk 0000000000000042   id, clock, time, format, body      a commit
                                         id, clock, format                  a stub, which erasure put in place of a commit
pk R#<shard>       sk <workspace>                                           a registry entry
                                         erased                             the entry of an erased workspace: ignored
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime

from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.pages import pages, read_first
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Query
from ascend.domain.errors import LogDiverged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import ERASED, FORMAT, Commit, decode
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
        new_head = Head(commit.workspace, Point(commit.position, commit.clock))
        if blocked is None:
            return new_head
        id_in_slot = str(blocked.existing.attributes["id"]) if blocked.existing else ""
        return new_head if id_in_slot == commit.id else SlotTaken(id_in_slot)

    async def _register(self, workspace: WorkspaceId) -> None:
        """Write the registry entry. This precedes the first commit, so that every log has an entry."""
        await self.tables.put(Table.EVENTS, Item(keys.registry_key(workspace), {}), Absent())

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, *, known: str = "") -> Tail:
        first = after.position + 1 - bool(known)
        query = select_commits(workspace, first, limit + 1 + bool(known), consistent=True)
        items = await read_first(self.tables, query)
        if known:
            if not items or parse_position(items[0]) != first or items[0].attributes["id"] != known:
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
                check_position(workspace, item, expected)
                commits.append(from_item(self.model, workspace, item))
            except (UpgradeRequired, LogDiverged) as error:
                is_temporary = isinstance(error, LogDiverged) and not consistent  # an eventual read may show a gap
                if len(commits) < least and not is_temporary:
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
        return Point(parse_position(page.items[0]), parse_clock(page.items[0])) if page.items else START

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

    def _decode(self, workspace: WorkspaceId, first: int, items: list[Item]) -> Iterator[Commit]:
        for expected, item in enumerate(items, first):
            check_position(workspace, item, expected)
            if item.attributes.get("format") == ERASED:
                raise WorkspaceIsErased(workspace)
            yield from_item(self.model, workspace, item)


def select_commits(workspace: WorkspaceId, first: int, limit: int, *, consistent: bool) -> Query:
    """Return the query of the commits from position `first` on."""
    positions = Between(keys.format_position(first), keys.LAST_POSITION)
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
    """Return the commit of an item. Raises: UpgradeRequired if this code does not know the item's form."""
    stored, position = item.attributes, parse_position(item)
    if stored.get("format") == ERASED:
        clock = parse_clock(item)
        return Commit(workspace, position, str(stored["id"]), clock, datetime.fromtimestamp(clock / 1_000, UTC), ())
    try:
        clock, time = parse_clock(item), datetime.fromisoformat(str(stored["time"])).astimezone(UTC)
        id, format, body = (str(stored[name]) for name in ("id", "format", "body"))
    except (KeyError, ValueError) as error:
        raise UpgradeRequired(f"commit {position} of {workspace}: {error!r}") from error
    return Commit(workspace, position, id, clock, time, decode(model, format, body))


def to_stub(item: Item) -> Item:
    """Return the stub of a commit. It keeps the id, and the slot, so that no late writer can fill the slot."""
    attributes = {name: item.attributes[name] for name in ("id", "clock")}
    return Item(item.key, {**attributes, "format": ERASED})


def parse_position(item: Item) -> int:
    return int(item.key.sk)


def parse_clock(item: Item) -> int:
    return int(str(item.attributes["clock"]))


def check_position(workspace: WorkspaceId, item: Item, expected: int) -> None:
    """Raises: LogDiverged if the item has another position than expected."""
    if parse_position(item) != expected:
        raise LogDiverged(f"the log of {workspace} has a gap at {expected}")
