"""Verify: fold the log into a scratch store, compare it with the stored items, list every difference.

    log[1..rendered] ──▶ the ordinary batches ──▶ scratch ─┐
                                                           ├── key by key: missing, surplus, stale, wrong
    stored items ──────────────────────────────────────────┘

It compares read items, tombstones, snapshots, edges, command records and parked entities, with their positions, and the
counts in the generation record. A workspace that moves while it is read is read again. If the engine's own check of its
file finds damage, nothing else is compared.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.layout.items import TOMBSTONE_TTL
from ascend.adapters.operations.applied_comparison import (
    compare_command_records,
    find_missing_commands,
    is_command_record,
)
from ascend.adapters.operations.comparison import compare_items, item_difference
from ascend.adapters.operations.heads import LogHead, compare_head
from ascend.adapters.operations.replay import LogReplay
from ascend.adapters.operations.stored_items import position_of_item, workspace_of
from ascend.adapters.operations.unreadable import find_unreadable
from ascend.adapters.operations.verified import Difference, Verified, log_difference
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.view_items import to_int
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import GenerationRecord, find_record

ROUNDS = 3
"""The number of times that a moving workspace is read."""


class Verifier:
    """One verification of a whole store. `scratch` is an empty store that nobody else uses."""

    def __init__(
        self,
        tables: Tables,
        scratch: Tables,
        model: Model,
        current: CurrentGeneration,
        environment: Environment,
        limits: ProjectionLimits = ProjectionLimits(),
    ) -> None:
        self.tables = tables
        self.scratch = scratch
        self.current = current
        self.environment = environment
        self.log = TableEventLog(tables, model)
        self.views = TableViews(tables, model, environment)
        self.generation = current.generation
        """Fixed for one run: queries of this process may learn of a switch meanwhile."""
        self.result = Verified()
        self.registered: set[WorkspaceId] = set()
        self._replay = LogReplay(self.log, scratch, current.projections, environment, limits)
        self._ahead: set[str] = set()
        """Workspaces with items beyond *rendered*, in the current round."""

    async def run(self, against: Iterable[LogHead] = ()) -> Verified:
        """Verify the store, and compare its logs with heads that were saved earlier."""
        if damages := await self.tables.find_damage():
            self.result.add(Difference("file", "", "", "", damage) for damage in damages)
            return self.result  # what else is read from a damaged file shows nothing
        self.current.refresh(await self.views.epochs())
        self.generation = self.current.generation
        self.registered = {workspace async for workspace in self.log.workspaces()}
        self.result.workspaces = len(self.registered)
        differences = await self._run_rounds()
        unsettled = self.result.unsettled
        self.result.add(d for d in differences if d.workspace in unsettled and d.what == "log")
        for head in against:
            self.result.add([difference async for difference in self._compare_head(head)])
        self.result.lag, self.result.commits = sum(self._replay.lag.values()), sum(self._replay.commits.values())
        return self.result

    async def _compare_head(self, head: LogHead) -> AsyncIterator[Difference]:
        if (difference := await compare_head(self.log, head)) is not None:
            yield difference
        if head.workspace not in self.registered and not await self.log.is_erased(head.workspace):
            yield log_difference(head.workspace, head.position, "no registry entry names this workspace")

    async def _run_rounds(self) -> list[Difference]:
        """Verify until every workspace is settled, at most `ROUNDS` times. Return the differences of the last round."""
        pending, differences = self.registered, list[Difference]()
        for round_number in range(ROUNDS):
            differences, unsettled = await self._run_round(pending)
            existing = {workspace async for workspace in self.log.workspaces()}  # some may have been erased meanwhile
            self.result.add(d for d in differences if d.workspace in existing - unsettled)
            if round_number == 0:
                self.result.add([d async for d in self._find_strangers()])
                self.result.add([d async for d in find_unreadable(self.log, self.views, existing)])
            pending = unsettled
            if not pending:
                break
        self.result.unsettled = sorted(pending)
        return differences

    async def _run_round(self, workspaces: set[WorkspaceId]) -> tuple[list[Difference], set[WorkspaceId]]:
        """Return the differences of these workspaces, and the workspaces whose differences may come from movement."""
        records = {workspace: await self._record(workspace) for workspace in sorted(workspaces)}
        self._ahead.clear()
        differences = [
            difference
            for workspace, record in records.items()
            for difference in await self._replay.replay(workspace, self.generation, record)
        ]
        broken = {d.workspace for d in differences if d.what == "log"}
        differences += [d async for d in self._compare(workspaces - broken)]
        different = {d.workspace for d in differences}
        return differences, {
            workspace
            for workspace in records
            if await self._is_unsettled(records[workspace], workspace, is_different=workspace in different)
        }

    async def _is_unsettled(
        self, record: GenerationRecord | None, workspace: WorkspaceId, *, is_different: bool
    ) -> bool:
        """Return True if the workspace has moved since `record`, or if it is different in the middle of a batch.

        A follower leaves *folded* behind for a second: then the snapshots are written, and there is no difference.
        """
        if await self._record(workspace) != record or workspace in self._ahead:
            return True
        return (
            is_different and record is not None and (int(record.folded) != int(record.rendered) or bool(record.cursor))
        )

    async def _record(self, workspace: WorkspaceId) -> GenerationRecord | None:
        return find_record(await self.views.records(workspace), self.generation)

    # Comparing

    async def _compare(self, workspaces: Collection[str]) -> AsyncIterator[Difference]:
        """Compare the stored items with the scratch store, in both directions."""
        self.result.items = 0
        async for stored in self._owned_pages(self.tables, workspaces):
            self.result.items += len(stored)
            async for item, difference in self._compare_stored(stored):
                if self._is_ahead(item):
                    self._ahead.add(difference.workspace)
                else:
                    yield difference
        async for expected_items in self._owned_pages(self.scratch, workspaces):
            async for difference in self._find_missing(expected_items):
                yield difference

    async def _compare_stored(self, stored: Sequence[Item]) -> AsyncIterator[tuple[Item, Difference]]:
        """Yield each stored item that is not as the scratch store says, with the difference."""
        others = [item for item in stored if not is_command_record(item)]
        expected = await self.scratch.batch_get(Table.VIEWS, [item.key for item in others])
        for item in others:
            difference = compare_items(item, expected.get(item.key), self._rendered(item))
            if difference is not None:
                yield item, difference
        async for pair in compare_command_records(self.scratch, list(filter(is_command_record, stored))):
            yield pair

    async def _find_missing(self, expected: Sequence[Item]) -> AsyncIterator[Difference]:
        """Yield the items of the scratch store that are not stored and should be."""
        others = [item for item in expected if not is_command_record(item)]
        existing = await self.tables.batch_get(Table.VIEWS, [item.key for item in others])
        for item in others:
            if item.key not in existing and not await self._may_have_expired(item):
                yield item_difference("missing", item)
        records = list(filter(is_command_record, expected))
        async for difference in find_missing_commands(self.tables, records, self.environment.now()):
            yield difference

    def _is_ahead(self, item: Item) -> bool:
        """Return True if an unfinished batch or another generation may have written the item.

        The item is right once this generation has rendered its position.
        """
        rendered, lag = self._rendered(item), self._replay.lag.get(workspace_of(item), 0)
        return rendered < position_of_item(item) <= rendered + lag

    def _rendered(self, item: Item) -> int:
        return self._replay.rendered.get(workspace_of(item), 0)

    async def _find_strangers(self) -> AsyncIterator[Difference]:
        """Yield items of workspaces without a log. An erasure missed them, or is still at work."""
        async for items in self._owned_pages(self.tables):
            for item in items:
                if workspace_of(item) not in self.registered and not await self._exists(workspace_of(item)):
                    yield item_difference("surplus", item, "there is no such workspace, or no more")

    async def _exists(self, workspace: str) -> bool:
        if WorkspaceId.pattern.fullmatch(workspace) is None:
            return False
        return await self.log.exists(WorkspaceId(workspace))

    async def _owned_pages(
        self, tables: Tables, workspaces: Collection[str] | None = None
    ) -> AsyncIterator[Sequence[Item]]:
        """Yield the items of the current generation page by page: those of `workspaces`, or of all if it is None."""
        owners = {*self._replay.incarnations, *(str(build) for build in self.generation.builds)}
        async for items in scan_pages(tables):
            owned = [item for item in items if keys.parse_owner(item.key) in owners]
            if owned := [item for item in owned if workspaces is None or workspace_of(item) in workspaces]:
                yield owned

    async def _may_have_expired(self, item: Item) -> bool:
        """Return True for a tombstone that the store was free to remove."""
        if item.expires is None:
            return False
        if item.expires < self.environment.now().timestamp():
            return True
        if "data" in item.attributes:
            return False
        position = to_int(item.attributes["position"])
        commits = await self.log.commits(WorkspaceId(workspace_of(item)), position, 1, consistent=True)
        return bool(commits) and commits[0].time + TOMBSTONE_TTL < self.environment.now()
