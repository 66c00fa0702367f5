"""The erasure's work on a log, without reading what it erases: nothing here decodes a commit, apart from the erasure.

    1  2  ·  ·  5  00x7  8            a log with a gap and a sort key that is no position
    1  2  3  4  5  00x7  8  9         after the erasure: stubs everywhere, in the gap as well, and the erasure at 9

A stub in a gap keeps a late writer from appending there. An item whose sort key is no position keeps its key and nothing
else: no role may delete from the events table.
"""

from collections.abc import Callable, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.operations.lost_replies import write_until_answered
from ascend.adapters.store.commit_items import is_position
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.stubs import to_stub
from ascend.adapters.table.conditions import Absent, Blocked, Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import pages
from ascend.adapters.table.query import Query
from ascend.domain.errors import Contention, LogDiverged, UnreadableLog
from ascend.domain.ids import OPERATOR_USER, CommandId, WorkspaceId
from ascend.domain.runtime.body import Body, encode
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.ports import Environment, Head, SlotTaken
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.domain.workspaces.workspace import WorkspaceErased

ATTEMPTS = 10
"""Tries to append the erasure while others append."""
FILLED = 100_000
"""The number of slots of one gap that get a stub: the first ones, where a late writer would append."""


class LogEmptier:
    """Appends the erasure of one workspace, and empties what stands before it."""

    def __init__(self, log: TableEventLog, environment: Environment, workspace: WorkspaceId) -> None:
        self.emptied = 0
        """Items replaced by stubs."""
        self._log = log
        self._tables = log.tables
        self._environment = environment
        self._workspace = workspace

    async def append_erasure(self) -> None:
        """Append `WorkspaceErased` behind whatever stands in the log, unless an earlier run has done so.

        Raises:
            Contention: others go on appending.
            StoreUnavailable: the store gave no answer to several attempts at a write.
        """
        for _ in range(ATTEMPTS):
            if await self.find_erasure() is not None or await self._append(await self._log.raw_head(self._workspace)):
                return
        raise Contention(self._workspace)

    async def find_erasure(self) -> int | None:
        """Return the position of the erasure, if it is the last commit of the log."""
        try:
            last = await self._log.last_commit(self._workspace)
        except UnreadableLog:
            return None
        return last.position if last is not None and last.is_erased and not last.is_stub else None

    async def _append(self, head: Head) -> bool:
        """Append the erasure behind the head. Return False if another commit stands there."""
        commit, body = make_erasure(self._environment, head)
        taken = Blocked(Item(keys.commit_key(commit.workspace, commit.position), {}))

        async def write() -> Blocked | None:
            outcome = await self._log.append(head, commit, body)
            return taken if isinstance(outcome, SlotTaken) else None

        return await write_until_answered(self._environment, write)

    async def empty(self, first: int, last: int, report: Callable[[int], None]) -> None:
        """Replace everything by stubs whose position is from `first` to `last`, or that has no position.

        Gaps are filled. `report` receives the position reached.
        """
        query = Query(Table.EVENTS, keys.log_partition(self._workspace), consistent=True)
        expected = first
        async for page in pages(self._tables, query):
            chosen = [item for item in page.items if is_within(item, first, last)]
            full = [item for item in chosen if to_stub(item) != item]
            await for_each(full, self._replace_by_stub)
            self.emptied += len(full)
            for position in (int(item.key.sk) for item in chosen if is_position(item.key.sk)):
                await self._fill(range(expected, min(position, expected + FILLED)))
                expected = position + 1
            report(expected - 1)
            if first == 1 and is_past(page.items, last):
                break  # later on, what has no position may stand behind everything
        await self._fill(range(expected, min(last + 1, expected + FILLED)))

    async def _replace_by_stub(self, item: Item) -> None:
        same = Equals({"id": item.attributes.get("id")})
        stub = to_stub(item)
        if not await write_until_answered(self._environment, lambda: self._tables.put(Table.EVENTS, stub, same)):
            raise LogDiverged(f"workspace {self._workspace}: commit {item.key.sk.lstrip('0')} was replaced by another")

    async def _fill(self, positions: range) -> None:
        """Put a stub into each slot, unless something stands there."""

        async def fill(position: int) -> None:
            stub = to_stub(Item(keys.commit_key(self._workspace, position), {"id": self._environment.new_id()}))
            await write_until_answered(self._environment, lambda: self._tables.put(Table.EVENTS, stub, Absent()))

        await for_each(positions, fill)


def make_erasure(environment: Environment, head: Head) -> tuple[Commit, Body]:
    """Return the commit that erases the workspace, behind the head, and its body."""
    now, command_id = environment.now(), CommandId(environment.new_id())
    event = WorkspaceErased(at=now, by=OPERATOR_USER, workspace_id=head.workspace)
    record = CommandRecord(command_id, EraseWorkspace().digest(OPERATOR_USER), OPERATOR_USER, (event,))
    clock, body = max(head.point.clock, command_id.time or 0), encode([record])
    place = head.point.hash, head.workspace, head.point.position + 1
    id = environment.new_id()
    return make_commit(*place, id=id, clock=clock, time=now, records=[record], body=body), body


def is_within(item: Item, first: int, last: int) -> bool:
    """Return True if the item's position is between these two. An item without one comes after the first slot."""
    return first <= int(item.key.sk) <= last if is_position(item.key.sk) else first > 1


def is_past(items: Sequence[Item], last: int) -> bool:
    """Return True if the page ends behind `last`, with a position."""
    return bool(items) and is_position(items[-1].key.sk) and int(items[-1].key.sk) > last
