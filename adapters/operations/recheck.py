"""A second look at what differs, while workers go on. A difference that vanishes is none.

    read the record ─▶ fold the scratch store on, up to *folded* ─▶ read the items again
        at or before the position of the scratch store    compare them as of that position
        behind it                                         fold on to the item's own position, and compare them there

An item at position p is what the log makes of it up to p. A record that was read before an item says what must be in it
already: read items up to *rendered*, everything else up to *folded*. So an item is judged exactly, however fast its
workspace moves. Where the scratch store is ahead of the record, the next round decides.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from ascend.adapters.layout import keys
from ascend.adapters.operations.comparison import is_read_item
from ascend.adapters.operations.replay import LogReplay
from ascend.adapters.operations.store_comparison import StoreComparison
from ascend.adapters.operations.stored_items import position_of_item
from ascend.adapters.operations.verified import Difference, log_difference
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Item, Key, Table
from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Generation
from ascend.projections.generation_record import GenerationRecord, find_record

ROUNDS = 6
"""The number of times that a difference is looked at which may come from an unfinished batch."""
PAUSE = 1.0
"""Seconds between two rounds. A follower leaves *folded* behind for that long."""

Suspects = Mapping[WorkspaceId, Collection[Key]]
"""The keys that differ, by workspace. The key of the record stands for what the record says."""

Certain = dict[Key, list[Difference]]


class Recheck:
    """Looks again at items of one generation."""

    def __init__(
        self,
        log: TableEventLog,
        views: TableViews,
        replay: LogReplay,
        comparison: StoreComparison,
        generation: Generation,
        environment: Environment,
    ) -> None:
        self.unsettled: set[WorkspaceId] = set()
        """Workspaces with a key that could not be judged."""
        self._log = log
        self._views = views
        self._replay = replay
        self._comparison = comparison
        self._generation = generation
        self._environment = environment

    async def run(self, suspects: Suspects) -> Certain:
        """Return the differences that are certain, by key."""
        certain: Certain = defaultdict(list)
        pending = {workspace: set(keys) for workspace, keys in suspects.items()}
        for number in range(ROUNDS):
            if number and pending:
                await self._environment.sleep(PAUSE)
            for workspace in sorted(pending):
                if left := await self._look(workspace, pending.pop(workspace), certain):
                    pending[workspace] = left
        for workspace in pending:
            await self._give_up(workspace, certain)
        return certain

    async def record(self, workspace: WorkspaceId) -> GenerationRecord | None:
        return find_record(await self._views.records(workspace), self._generation)

    async def _give_up(self, workspace: WorkspaceId, certain: Certain) -> None:
        if workspace in self._replay.rendered:
            self.unsettled.add(workspace)
        elif await self.record(workspace) is None:
            key = keys.record_key(workspace, self._generation.id)
            certain[key] = [self._replay.never_rendered(workspace, self._generation)]

    async def _look(self, workspace: WorkspaceId, suspects: set[Key], certain: Certain) -> set[Key]:
        """Judge the suspects of a workspace. Return those that cannot be judged yet."""
        record = await self.record(workspace)
        if record is None:
            return suspects
        if workspace not in self._replay.rendered:
            return set()  # a worker began with it after the replay: it lags, and is not verified
        if record.incarnation not in self._replay.incarnations:
            return suspects
        try:
            return await self._judge(record, suspects, certain)
        except UnreadableLog as error:
            fault = log_difference(workspace, error.position or record.rendered, str(error))
            certain[keys.record_key(workspace, self._generation.id)] = [fault]
            return set()

    async def _judge(self, record: GenerationRecord, suspects: set[Key], certain: Certain) -> set[Key]:
        workspace = record.workspace
        await self._replay.extend(record, int(record.folded))
        reached = self._replay.rendered[workspace]
        record_key = keys.record_key(workspace, self._generation.id)
        items = suspects - {record_key}
        stored = await self._comparison.tables.batch_get(Table.VIEWS, items)
        head = await self._log.last_position(workspace)
        ahead = {key: item for key, item in stored.items() if reached < position_of_item(item) <= head}
        level = [item for key, item in stored.items() if key not in ahead]
        pending = await self._judge_level(record, items, level, certain)
        if record_key in suspects and not await self._judge_record(record, record_key, certain):
            pending.add(record_key)
        await self._judge_ahead(record, list(ahead.values()), certain)
        return pending

    async def _judge_level(
        self, record: GenerationRecord, keys: Collection[Key], stored: Collection[Item], certain: Certain
    ) -> set[Key]:
        """Compare items with the scratch store as it is. Return the keys that an unfinished batch may not have written."""
        pending = set[Key]()
        async for item, difference in self._comparison.compare_keys(keys, stored):
            written = int(record.rendered if is_read_item(item) else record.folded)
            if written >= self._replay.rendered[record.workspace]:
                certain[item.key].append(difference)
            else:
                pending.add(item.key)
        return pending

    async def _judge_record(self, record: GenerationRecord, key: Key, certain: Certain) -> bool:
        """Compare the record. Return False if it is in the middle of a commit, or behind the scratch store."""
        await self._replay.extend(record, record.rendered)
        if record.cursor or record.rendered != self._replay.rendered[record.workspace]:
            return False
        if differences := await self._replay.compare_record(record):
            certain[key] = differences
        return True

    async def _judge_ahead(self, record: GenerationRecord, stored: Collection[Item], certain: Certain) -> None:
        """Compare each item, as it was read, with the scratch store at the item's position."""
        for item in sorted(stored, key=position_of_item):
            await self._replay.extend(record, position_of_item(item))
            async for _, difference in self._comparison.compare_stored([item]):
                certain[item.key].append(difference)
