"""Verify: fold the log into a scratch store, compare it with what is stored, list every difference.

    log[1..rendered] ──▶ the ordinary batches ──▶ scratch ─┐
                                                           ├── key by key: missing, surplus, stale, wrong
    what is stored ────────────────────────────────────────┘

Read items, tombstones, snapshots, edges, command records and parked entities, with their positions, and the counts in
the record. A workspace that moves while it is read is read again.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ascend.adapters.layout import keys
from ascend.adapters.layout.items import TOMBSTONE
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews, number
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import LogDiverged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment, Folded, Point, Rendered
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.ports import GenerationRecord

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is missing, surplus, stale (an earlier position), wrong, or log (the log itself is not as it must be)."""

    what: str
    workspace: str
    partition: str
    sort: str
    detail: str = ""


@dataclass(slots=True)
class Verified:
    workspaces: int = 0
    commits: int = 0
    items: int = 0
    lag: int = 0
    """Commits that are not rendered yet: no difference, but not verified either."""
    differences: list[Difference] = field(default_factory=list[Difference])
    more: int = 0
    """Differences that are counted but not listed."""
    unsettled: list[WorkspaceId] = field(default_factory=list[WorkspaceId])
    """Workspaces that kept moving, or whose batch is half done: run a worker, then verify again."""

    @property
    def clean(self) -> bool:
        return not self.differences and not self.unsettled


LISTED = 10_000


class UpTo:
    """The log as it was when a workspace was rendered up to a position."""

    def __init__(self, log: TableEventLog, position: int) -> None:
        self.log, self.position = log, position

    async def commits(
        self,
        workspace: WorkspaceId,
        first: int,
        limit: int,
        *,
        consistent: bool = False,  # noqa: ARG002  always
        least: int = 1,
    ) -> Sequence[Commit]:
        limit = min(limit, self.position - first + 1)
        return await self.log.commits(workspace, first, limit, consistent=True, least=least) if limit > 0 else ()

    async def head(self, workspace: WorkspaceId) -> Point:
        return await self.log.head(workspace)

    def workspaces(self) -> AsyncIterator[WorkspaceId]:
        return self.log.workspaces()


class Verifier:
    """`scratch` is an empty store that nobody else uses."""

    def __init__(
        self, tables: Tables, scratch: Tables, model: Model, current: CurrentGeneration, environment: Environment
    ) -> None:
        self.tables = tables
        self.scratch = scratch
        self.model = model
        self.current = current
        self.environment = environment
        self.log = TableEventLog(tables, model)
        self.views = TableViews(tables, model, environment)
        self.scratch_views = TableViews(scratch, model, environment)
        self.generation = current.generation
        self.result = Verified()
        self.registered: set[WorkspaceId] = set()
        self._lag: dict[WorkspaceId, int] = {}
        self._commits: dict[WorkspaceId, int] = {}
        self._lives: set[str] = set()
        self._ahead: set[str] = set()
        self._rendered: dict[str, int] = {}

    async def run(self) -> Verified:
        self.current.learn(await self.views.epochs())
        self.generation = self.current.generation
        self.registered = {workspace async for workspace in self.log.workspaces()}
        self.result.workspaces = len(self.registered)
        left = self.registered
        found: list[Difference] = []
        for round in range(ROUNDS):
            records = {workspace: await self._record(workspace) for workspace in sorted(left)}
            self._ahead.clear()
            found = [d for workspace, record in records.items() for d in await self._replayed(workspace, record)]
            broken = {d.workspace for d in found if d.what == "log"}
            found += [d async for d in self._compare(left - broken)]
            moved = {workspace for workspace in left if await self._record(workspace) != records[workspace]}
            left = moved | {w for w, r in records.items() if r and (int(r.folded) != int(r.rendered) or r.cursor)}
            left |= {workspace for workspace in records if workspace in self._ahead}
            there = {workspace async for workspace in self.log.workspaces()}  # one may have been erased meanwhile
            self._add(d for d in found if d.workspace in there - left)
            if round == 0:
                self._add([d async for d in self._strangers()])
            if not left:
                break
        self._add(d for d in found if d.workspace in left and d.what == "log")
        self.result.unsettled = sorted(left)
        self.result.lag, self.result.commits = sum(self._lag.values()), sum(self._commits.values())
        return self.result

    async def _record(self, workspace: WorkspaceId) -> GenerationRecord | None:
        records = await self.views.records(workspace)
        return next((record for record in records if record.generation == self.generation), None)

    async def _head(self, workspace: WorkspaceId) -> int:
        return (await self.log.head(workspace)).position

    def _never_rendered(self, workspace: WorkspaceId) -> Difference:
        detail = "no worker has rendered this workspace, or its views are gone: run a worker"
        return Difference("missing", workspace, keys.generations_partition(workspace), self.generation.id, detail)

    # The log, folded

    async def _replayed(self, workspace: WorkspaceId, record: GenerationRecord | None) -> list[Difference]:
        """Folds the log into the scratch store, and gives what is wrong with the log itself."""
        head, until = await self._head(workspace), record.rendered if record is not None else 0
        self._lag[workspace], self._commits[workspace] = max(0, head - until), 0
        if record is None:
            return [self._never_rendered(workspace)] if head else []
        if head < until:
            return [self._log(workspace, head, f"the log ends here, the views are at {until}")]
        self._lives.add(record.incarnation)
        self._rendered[workspace] = until
        life = GenerationRecord(workspace, self.generation, Rendered(0), Folded(0), "", 0, incarnation=record.incarnation)
        await self.scratch_views.begin(life)
        projector = Projector(
            UpTo(self.log, until), self.scratch_views, self.model, self.current.projections, self.environment
        )
        try:
            while not (await projector.step(workspace, self.generation)).idle:
                pass
            if until and (await self.log.commits(workspace, until, 1, consistent=True))[0].id != record.commit_id:
                return [self._log(workspace, until, "another commit than the one that the views were built from")]
            twice = [found async for found in self._applied_twice(workspace, record.incarnation, until)]
            return [*twice, *await self._miscounted(record)]
        except (UpgradeRequired, LogDiverged) as error:
            return [self._log(workspace, until, str(error))]

    def _log(self, workspace: WorkspaceId, at: int, detail: str) -> Difference:
        return Difference("log", workspace, keys.log_partition(workspace), keys.slot(at), detail)

    async def _miscounted(self, record: GenerationRecord) -> list[Difference]:
        """The record counts what the log makes."""
        records = await self.scratch_views.records(record.workspace)
        wanted = next(other.counts for other in records if other.generation == self.generation)
        names = sorted(name for name in {**record.counts, **wanted} if record.counts.get(name) != wanted.get(name))
        if not names:
            return []
        told = (f"{name}: {record.counts.get(name, 0)}, should be {wanted.get(name, 0)}" for name in names)
        partition = keys.generations_partition(record.workspace)
        return [Difference("wrong", record.workspace, partition, self.generation.id, f"counts {'; '.join(told)}")]

    async def _applied_twice(self, workspace: WorkspaceId, life: str, until: int) -> AsyncIterator[Difference]:
        """Every command id stands in the log once: where its record says."""
        upto, position = UpTo(self.log, until), 1
        while commits := await upto.commits(workspace, position, 500):
            if any(commit.is_erased for commit in commits):
                return  # meanwhile: there is nothing to compare any more
            expected = {
                keys.command_key(workspace, life, record.command_id): commit.position
                for commit in commits
                for record in commit.records
            }
            found = await self.scratch.batch_get(Table.VIEWS, list(expected))
            for key, at in expected.items():
                if number(found[key].attributes["position"]) != at:
                    yield self._log(workspace, at, f"{key.sk} is applied twice")
            position = commits[-1].position + 1
            self._commits[workspace] += len(commits)

    # Comparing

    async def _compare(self, workspaces: Collection[str]) -> AsyncIterator[Difference]:
        self.result.items = 0
        async for stored in self._pages(self.tables, workspaces):
            wanted = await self.scratch.batch_get(Table.VIEWS, [item.key for item in stored])
            self.result.items += len(stored)
            for item in stored:
                found = compare(item, wanted.get(item.key))
                if found is not None and self._is_ahead(item):
                    self._ahead.add(found.workspace)
                elif found is not None:
                    yield found
        async for wanted_items in self._pages(self.scratch, workspaces):
            there = await self.tables.batch_get(Table.VIEWS, [item.key for item in wanted_items])
            for item in wanted_items:
                if item.key not in there and not await self._may_have_expired(item):
                    yield difference("missing", item)

    def _is_ahead(self, item: Item) -> bool:
        """Written by a batch that is not over, or by another generation: right, once this one is that far."""
        rendered, lag = self._rendered.get(workspace_of(item), 0), self._lag.get(WorkspaceId(workspace_of(item)), 0)
        return rendered < position(item) <= rendered + lag

    async def _strangers(self) -> AsyncIterator[Difference]:
        """Items of workspaces that no log tells of, or no more: erasure missed them, or is still at work."""
        async for items in self._pages(self.tables):
            for item in items:
                if workspace_of(item) not in self.registered and not await self._exists(workspace_of(item)):
                    yield difference("surplus", item, "there is no such workspace, or no more")

    async def _exists(self, workspace: str) -> bool:
        if WorkspaceId.pattern.fullmatch(workspace) is None:
            return False
        id = WorkspaceId(workspace)
        return await self._head(id) > 0 and not await self.log.is_erased(id)

    async def _pages(self, tables: Tables, workspaces: Collection[str] | None = None) -> AsyncIterator[Sequence[Item]]:
        owners = {*self._lives, *(str(build) for build in self.generation.builds)}
        async for items in scan_pages(tables):
            ours = [item for item in items if keys.owner(item.key) in owners]
            if ours := [item for item in ours if workspaces is None or workspace_of(item) in workspaces]:
                yield ours

    async def _may_have_expired(self, item: Item) -> bool:
        """A tombstone or an old command's record that the store was free to remove."""
        if item.expires is None:
            return False
        if item.expires < self.environment.now().timestamp():
            return True
        if "data" in item.attributes or item.key.sk.startswith("C#"):
            return False
        position = number(item.attributes["position"])
        commits = await self.log.commits(WorkspaceId(workspace_of(item)), position, 1, consistent=True)
        return bool(commits) and commits[0].time + TOMBSTONE < self.environment.now()

    def _add(self, differences: Iterable[Difference]) -> None:
        for found in differences:
            if len(self.result.differences) < LISTED:
                self.result.differences.append(found)
            else:
                self.result.more += 1


def workspace_of(item: Item) -> str:
    stored = item.attributes.get("workspace")
    return str(stored) if stored is not None else item.key.pk.split("#")[1]


def compare(stored: Item, wanted: Item | None) -> Difference | None:
    if wanted is None:
        return difference("surplus", stored)
    if content(stored) == content(wanted):
        return None
    at, should = position(stored), position(wanted)
    if at < should:
        return difference("stale", stored, f"at position {at}, should be at {should}")
    names = sorted(name for name, value in content(wanted).items() if content(stored).get(name) != value)
    return difference("wrong", stored, f"differs in {', '.join(names) or 'attributes it should not have'}")


def content(item: Item) -> Mapping[str, Value | Key]:
    """Everything but when it expires, which depends on when it was written."""
    return {**item.attributes, "gsi1": str(item.gsi1), "gsi2": str(item.gsi2)}


def position(item: Item) -> int:
    stored = item.attributes.get("position")
    return stored if isinstance(stored, int) else -1


def difference(what: str, item: Item, detail: str = "") -> Difference:
    return Difference(what, workspace_of(item), item.key.pk, item.key.sk, detail)
