"""Erasure of a workspace: nothing of it is left but the slots of its log. The only job that replaces commits.

    append WorkspaceErased ─▶ take it off the registry ─▶ empty commit 1 ─▶ remove members' lines, then records
    ─▶ empty the other commits ─▶ sweep the views ─▶ wait for late workers ─▶ sweep again

Every step may be done twice, so a job that stopped anywhere is simply run again. From the first stub on every command
is refused and no worker begins; without members' lines no query shows anything. A worker that had begun before starts
its last write some minutes later, which is what the second sweep is for. The slots stay: a late writer finds them taken.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ascend.adapters.layout import keys
from ascend.adapters.layout.catalog import type_of
from ascend.adapters.layout.items import ENGINE
from ascend.adapters.store.event_log import TableEventLog, position_of, to_stub
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.conditions import Blocked, Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Query
from ascend.domain.errors import LogDiverged, StoreUnavailable
from ascend.domain.ids import OPERATOR_USER, CommandId, WorkspaceId
from ascend.domain.runtime.commit import ERASED
from ascend.domain.runtime.concurrency import AT_ONCE, for_each
from ascend.domain.runtime.logs import note
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Request
from ascend.domain.runtime.service import CommandService
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.projections.item import ViewKey
from ascend.projections.projection import Generation
from ascend.projections.read_models.members import MEMBERS, MemberLine

LATE = 15 * 60.0
"""Seconds after which no worker that had begun before the erasure can still write: it starts no write after 10 minutes."""
LOOK = 5.0
"""Seconds between two reports of how long it is still to wait."""
PAUSES = (0.1, 0.4, 1.6, 6.4, 25.6)
"""Seconds before a write that got no answer is sent again: a long log is emptied as fast as the store lets it be."""

Progress = Callable[[str, int, int | None], None]
"""What is being done, how much of it is done, and of how much (None: not known)."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What this run of the job removed: a second one finds nothing, and counts nothing."""

    workspace: WorkspaceId
    position: int
    """Of the erasure, which is the last commit."""
    commits: int
    """Replaced by stubs."""
    removed: Mapping[str, int]
    """Items of the views table, by kind: those of the engine as the schema names them, read items, those in a user's
    partition (feeds, inboxes), and tombstones."""


@dataclass
class Erasure:
    """One run. `generation` is what this process reads."""

    log: TableEventLog
    views: TableViews
    commands: CommandService
    generation: Generation
    environment: Environment
    workspace: WorkspaceId
    progress: Progress | None = None
    commits: int = 0
    removed: Counter[str] = field(default_factory=Counter[str])

    @property
    def tables(self) -> Tables:
        return self.log.tables

    async def run(self, *, workers_stopped: bool) -> Erased:
        """Raises `NotFound` for a workspace that never was, and what `CommandService.execute` raises."""
        position = await self._append()
        await self._unregister()
        await self._empty(1, 1)
        await self._shut()
        await self._empty(2, position - 1)
        began = self.environment.elapsed()
        await self._sweep("Sweeping the views")
        if not workers_stopped:
            await self._wait(began)
            await self._sweep("Sweeping again")
        note("workspace.erased", workspace=self.workspace, commits=self.commits, items=self.removed.total())
        return Erased(self.workspace, position, self.commits, dict(sorted(self.removed.items())))

    # The log

    async def _append(self) -> int:
        """Where the erasure stands. Under a new id each time: one that can be guessed could be taken by somebody else."""
        command_id = CommandId(self.environment.new_id())
        request = Request(
            workspace=self.workspace, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=command_id
        )
        with suppress(WorkspaceIsErased):  # by an earlier run
            await self.commands.execute(request)
        head = (await self.log.head(self.workspace)).position
        last = await self.log.commits(self.workspace, head, 1, consistent=True)
        if not last or not last[0].is_erased:
            raise LogDiverged(f"workspace {self.workspace}: position {head} should be its erasure")
        return head

    async def _unregister(self) -> None:
        """The entry keeps its slot: a late creator's own entry would bring the workspace back to everybody's notice."""
        entry = Item(keys.registry_key(self.workspace), {"erased": True})
        await self._sent(lambda: self.tables.put(Table.EVENTS, entry, Equals({"erased": None})))

    async def _empty(self, first: int, last: int) -> None:
        partition, after = keys.log_partition(self.workspace), None
        while first <= last:
            slots = Between(keys.slot(first), keys.slot(last))
            page = await self.tables.query(Query(Table.EVENTS, partition, slots, after=after, consistent=True))
            full = [item for item in page.items if item.attributes["format"] != ERASED]
            await for_each(full, self._stub)
            self.commits += len(full)
            if page.items:
                self._report("Emptying commits", position_of(page.items[-1]), last)
            if (after := page.next) is None:
                break

    async def _stub(self, item: Item) -> None:
        same = Equals({"id": item.attributes["id"]})
        if not await self._sent(lambda: self.tables.put(Table.EVENTS, to_stub(item), same)):
            raise LogDiverged(f"workspace {self.workspace}: commit {position_of(item)} was replaced by another")

    # The views

    async def _shut(self) -> None:
        """Without members nobody sees anything; without records no worker goes on."""
        records = await self.views.records(self.workspace)
        builds = {*self.generation.builds, *(build for record in records for build in record.generation.builds)}
        members = MemberLine.key.partition_of(workspace=self.workspace)
        for build in sorted(builds, key=str):
            if build.projection == MEMBERS.name:
                await self._clear(keys.item_key(build, ViewKey(members, "")).pk)
        await self._clear(keys.generations_partition(self.workspace))

    async def _clear(self, partition: str) -> None:
        """One by one, in order: the workspace's card goes after all members that could ask for it."""
        after = None
        while True:
            page = await self.tables.query(Query(Table.VIEWS, partition, after=after, consistent=True))
            await self._remove(page.items, at_once=1)
            if (after := page.next) is None:
                break

    async def _sweep(self, what: str) -> None:
        """Reads the whole table: a user's partition holds lines of many workspaces, and no index is by workspace."""
        seen = 0
        async for items in scan_pages(self.tables):
            await self._remove([item for item in items if self._owns(item)])
            seen += len(items)
            self._report(what, seen, None)

    def _owns(self, item: Item) -> bool:
        own = f"{keys.log_partition(self.workspace)}#"
        return item.attributes.get("workspace") == self.workspace or item.key.pk.startswith(own)

    async def _remove(self, items: Sequence[Item], at_once: int = AT_ONCE) -> None:
        """Whatever stands there by now, as long as it is of this workspace."""

        async def one(item: Item) -> None:
            ours = Equals({name: self.workspace for name in ("workspace",) if name in item.attributes})
            if await self._sent(lambda: self.tables.delete(Table.VIEWS, item.key, ours)):
                self.removed[kind_of(item)] += 1

        await for_each(items, one, limit=at_once)

    async def _wait(self, began: float) -> None:
        while (waited := self.environment.elapsed() - began) < LATE:
            self._report("Waiting for late workers", int(waited), int(LATE))
            await self.environment.sleep(LOOK)

    def _report(self, what: str, done: int, total: int | None) -> None:
        if self.progress is not None:
            self.progress(what, done, total)

    async def _sent(self, write: Callable[[], Awaitable[Blocked | None]]) -> bool:
        """Whether it was written. A write without an answer is sent again: all of them may be done twice."""
        lost = False
        for pause in PAUSES:
            try:
                return settled(await write(), lost=lost)
            except StoreUnavailable:
                lost = True
                await self.environment.sleep(pause)
        return settled(await write(), lost=lost)


def settled(blocked: Blocked | None, *, lost: bool) -> bool:
    """After a lost reply, an item that is gone was removed by us."""
    return blocked is None or (lost and blocked.existing is None)


def kind_of(item: Item) -> str:
    if "workspace" not in item.attributes:
        try:
            return type_of(Table.VIEWS, item, ENGINE).name
        except LookupError:
            return "other"  # of another version of the code
    if "data" not in item.attributes:
        return "tombstone"
    return "user's read item" if item.key.pk.startswith("U#") else "read item"
