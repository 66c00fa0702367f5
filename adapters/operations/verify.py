"""Verify: fold the log into a scratch store, compare it with the stored items, list every difference.

    log[1..rendered] ──▶ the ordinary batches ──▶ scratch ─┐
                                                           ├── key by key: missing, surplus, stale, wrong ──▶ recheck
    stored items ──────────────────────────────────────────┘
    both indexes of the store, and of scratch                  partition by partition: index             ──▶ recheck

It compares read items, tombstones, snapshots, edges, command records and parked entities, with their positions, the counts
in the generation record, and the indexes. Workers may go on meanwhile: what differs is looked at again, and only what is
certain is a difference. Every event is validated, also where readers trust the hash of its commit. If the engine's own check
of its file finds damage, nothing else is compared.
"""

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.operations.comparison import item_difference
from ascend.adapters.operations.heads import LogHead, compare_head
from ascend.adapters.operations.index_comparison import IndexComparison
from ascend.adapters.operations.recheck import Recheck
from ascend.adapters.operations.repair import Repair
from ascend.adapters.operations.replay import LogReplay
from ascend.adapters.operations.store_comparison import Pairs, StoreComparison
from ascend.adapters.operations.stored_items import workspace_of
from ascend.adapters.operations.unreadable import find_unreadable
from ascend.adapters.operations.verified import LISTED, Difference, Verified, log_difference
from ascend.adapters.operations.verified_items import VerifiedItems
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Item, Key
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import ProjectionLimits

REPAIRED = frozenset({"missing", "surplus", "stale", "wrong"})


class Verifier:
    """One verification of a store. `scratch` is an empty store that nobody else uses."""

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
        self.log = TableEventLog(tables, model, validate=True)
        self.views = TableViews(tables, model, environment)
        self.generation = current.generation
        """Fixed for one run: queries of this process may learn of a switch meanwhile."""
        self.result = Verified()
        self.registered: set[WorkspaceId] = set()
        self._broken: set[str] = set()
        """Workspaces whose log is at fault: their items are not compared."""
        self._suspects: defaultdict[WorkspaceId, set[Key]] = defaultdict(set)
        self._replay = LogReplay(self.log, self.views, scratch, current.projections, environment, limits)
        self._comparison = StoreComparison(self.log, tables, scratch, self._replay, environment)
        self._indexes = IndexComparison(tables, scratch, environment, self._is_verified)

    async def run(
        self, against: Iterable[LogHead] = (), *, sample: int | None = None, repair: bool = False
    ) -> Verified:
        """Verify the store, or a sample of so many workspaces. Compare its logs with heads that were saved earlier."""
        if damages := await self.tables.find_damage():
            self.result.add(Difference("file", "", "", "", damage) for damage in damages)
            return self.result  # what else is read from a damaged file shows nothing
        await self.current.ask(self.views.state)
        self.generation = self.current.generation
        self._builds = frozenset(map(str, self.generation.builds))
        self._recheck = Recheck(self.log, self.views, self._replay, self._comparison, self.generation, self.environment)
        self.registered = await self._list_workspaces()
        chosen = self._choose(sample)
        await self._replay_logs(chosen)
        await self._compare(is_sample=sample is not None)
        existing = await self._list_workspaces()
        self.result.add([d async for d in find_unreadable(self.log, self.views, existing & {*chosen})])
        for head in against:
            self.result.add([difference async for difference in self._compare_head(head)])
        if repair:
            await self._repair()
        self.result.unsettled = sorted(self._recheck.unsettled & existing)
        self.result.lag, self.result.commits = sum(self._replay.lag.values()), sum(self._replay.commits.values())
        return self.result

    async def _list_workspaces(self) -> set[WorkspaceId]:
        return {workspace async for workspace in self.log.workspaces()}

    def _choose(self, sample: int | None) -> Sequence[WorkspaceId]:
        """Return all workspaces, or some of them at random."""
        chosen = sorted(self.registered)
        self.result.registered = len(chosen)
        if sample is not None:
            dice = random.Random(self.environment.random())  # noqa: S311  which ones is no secret
            chosen = sorted(dice.sample(chosen, min(sample, len(chosen))))
        self.result.sampled, self.result.workspaces = sample is not None, len(chosen)
        return chosen

    async def _compare_head(self, head: LogHead) -> AsyncIterator[Difference]:
        if (difference := await compare_head(self.log, head)) is not None:
            yield difference
        if head.workspace not in self.registered and not await self.log.is_erased(head.workspace):
            yield log_difference(head.workspace, head.position, "no registry entry names this workspace")

    async def _replay_logs(self, workspaces: Iterable[WorkspaceId]) -> None:
        """Fold the logs. A fault of a log is certain; what the record says otherwise is looked at again."""
        for workspace in workspaces:
            record = await self._recheck.record(workspace)
            differences = await self._replay.replay(workspace, self.generation, record)
            if faults := [difference for difference in differences if difference.what == "log"]:
                self._broken.add(workspace)
                await self._add(faults)
            elif differences:
                self._suspects[workspace].add(keys.record_key(workspace, self.generation.id))

    async def _add(self, differences: Iterable[Difference]) -> None:
        """Take differences into the report, except those of workspaces that were erased meanwhile."""
        if found := list(differences):
            existing = await self._list_workspaces()
            self.result.add(difference for difference in found if difference.workspace in existing)

    # Comparing

    def _is_owner(self, owner: str) -> bool:
        return owner in self._builds or owner in self._replay.incarnations

    def _is_verified(self, item: Item) -> bool:
        workspace = workspace_of(item)
        return workspace in self._replay.rendered and workspace not in self._broken

    async def _compare(self, *, is_sample: bool) -> None:
        """Compare the stored items with the scratch store, in both directions, and the indexes that they name."""
        items = VerifiedItems(self.tables, self.scratch, self._is_owner, is_sample=is_sample)
        async for page in items.stored():
            self.result.add([difference async for difference in self._find_strangers(page)])
            stored = list(filter(self._is_verified, page))
            self.result.items += len(stored)
            await self._suspect(self._comparison.compare_stored(stored))
            await self._compare_indexes(stored)
        async for page in items.expected():
            expected = list(filter(self._is_verified, page))
            await self._suspect(self._comparison.find_missing(expected))
            await self._compare_indexes(expected)
        await self._confirm()
        await self._add(await self._indexes.confirm())

    async def _suspect(self, pairs: Pairs) -> None:
        async for item, _ in pairs:
            self._suspects[WorkspaceId(workspace_of(item))].add(item.key)
        if sum(len(suspects) for suspects in self._suspects.values()) >= LISTED:
            await self._confirm()

    async def _confirm(self) -> None:
        """Look at the suspects again, and list what is certain."""
        suspects, self._suspects = self._suspects, defaultdict(set)
        certain = await self._recheck.run(suspects)
        await self._add(difference for differences in certain.values() for difference in differences)

    async def _compare_indexes(self, items: Sequence[Item]) -> None:
        await self._indexes.compare_partitions_of(items)
        if len(self._indexes.suspects) >= LISTED:
            await self._add(await self._indexes.confirm())

    async def _find_strangers(self, items: Sequence[Item]) -> AsyncIterator[Difference]:
        """Yield items of workspaces without a log. An erasure missed them, or is still at work."""
        for item in items:
            if workspace_of(item) not in self.registered and not await self._exists(workspace_of(item)):
                yield item_difference("surplus", item, "there is no such workspace, or no more")

    async def _exists(self, workspace: str) -> bool:
        if WorkspaceId.pattern.fullmatch(workspace) is None:
            return False
        return await self.log.exists(WorkspaceId(workspace))

    # Repairing

    async def _repair(self) -> None:
        """Mend the listed read items of settled workspaces, and look at them again."""
        broken = self._find_repairable()
        await self.current.ask(self.views.state)
        if not broken or self.current.generation != self.generation:  # after a switch, nobody may keep it any more
            return
        await Repair(self.log, self._comparison, self._replay, self._recheck, self.environment).run(broken)
        left = await self._recheck.run(broken)
        mended = {key for workspace in broken.keys() - self._recheck.unsettled for key in broken[workspace]} - {*left}
        listed, self.result.differences = self.result.differences, []
        self.result.repaired = [difference for difference in listed if key_of(difference) in mended]
        self.result.add(difference for difference in listed if key_of(difference) not in mended)

    def _find_repairable(self) -> dict[WorkspaceId, set[Key]]:
        settled = self._replay.rendered.keys() - self._broken - self._recheck.unsettled
        broken: dict[WorkspaceId, set[Key]] = defaultdict(set)
        for difference in self.result.differences:
            key = key_of(difference)
            if (
                difference.what in REPAIRED
                and difference.workspace in settled
                and keys.parse_owner(key) in self._builds
            ):
                broken[WorkspaceId(difference.workspace)].add(key)
        return broken


def key_of(difference: Difference) -> Key:
    return Key(difference.partition, difference.sort)
