"""The comparison of two stores: the one that is verified, and the scratch store into which the logs are replayed."""

from collections.abc import AsyncIterator, Collection, Sequence

from ascend.adapters.layout.items import TOMBSTONE_TTL
from ascend.adapters.operations.applied_comparison import (
    compare_command_records,
    find_missing_commands,
    is_command_record,
)
from ascend.adapters.operations.comparison import compare_items, is_edge, item_difference
from ascend.adapters.operations.replay import LogReplay
from ascend.adapters.operations.stored_items import workspace_of
from ascend.adapters.operations.verified import Difference
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.view_items import to_int
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment

Pairs = AsyncIterator[tuple[Item, Difference]]


class StoreComparison:
    """Compares items in both directions. Each difference comes with the item, stored or expected, at which it shows."""

    def __init__(
        self, log: TableEventLog, tables: Tables, scratch: Tables, replay: LogReplay, environment: Environment
    ) -> None:
        self.tables = tables
        self.scratch = scratch
        self._log = log
        self._replay = replay
        self._environment = environment

    async def compare_keys(self, keys: Collection[Key], stored: Collection[Item]) -> Pairs:
        """Compare what is stored at these keys, as it was read, with the scratch store."""
        async for pair in self.compare_stored(list(stored)):
            yield pair
        expected = await self.scratch.batch_get(Table.VIEWS, keys)
        async for pair in self.find_missing(list(expected.values())):
            yield pair

    async def compare_stored(self, stored: Sequence[Item]) -> Pairs:
        """Yield each stored item that is not as the scratch store says."""
        others = [item for item in stored if not is_command_record(item)]
        expected = await self.scratch.batch_get(Table.VIEWS, [item.key for item in others])
        for item in others:
            difference = compare_items(item, expected.get(item.key), self._latest(item))
            if difference is not None:
                yield item, difference
        async for pair in compare_command_records(self.scratch, list(filter(is_command_record, stored))):
            yield pair

    async def find_missing(self, expected: Sequence[Item]) -> Pairs:
        """Yield the items of the scratch store that are not stored and should be."""
        others = [item for item in expected if not is_command_record(item)]
        existing = await self.tables.batch_get(Table.VIEWS, [item.key for item in others])
        for item in others:
            if item.key not in existing and not (self._was_never_written(item) or await self._may_have_expired(item)):
                yield item, item_difference("missing", item)
        records = list(filter(is_command_record, expected))
        async for pair in find_missing_commands(self.tables, records, self._environment.now()):
            yield pair

    def _latest(self, item: Item) -> int:
        """Return the latest position that the item may have."""
        positions = self._replay.built_at if is_edge(item) else self._replay.rendered
        return positions.get(workspace_of(item), 0)

    def _was_never_written(self, item: Item) -> bool:
        """Return True for an edge that had ended when the generation was built, or an entity that another one un-parked."""
        if "was" in item.attributes:
            return True
        has_ended = item.attributes.get("there") is False
        return has_ended and to_int(item.attributes["position"]) <= self._replay.built_at[workspace_of(item)]

    async def _may_have_expired(self, item: Item) -> bool:
        """Return True for a tombstone that the store was free to remove."""
        if item.expires is None:
            return False
        if item.expires < self._environment.now().timestamp():
            return True
        if "data" in item.attributes:
            return False
        position = to_int(item.attributes["position"])
        commits = await self._log.commits(WorkspaceId(workspace_of(item)), position, 1, consistent=True)
        return bool(commits) and commits[0].time + TOMBSTONE_TTL < self._environment.now()
