"""Mends read items of the current generation by conditional writes, where the log says what they must be.

    missing, stale        put, if no item of this position or of a later one has the key: as a worker does
    wrong                 put, if the item is still as it was read
    surplus               delete, if the item is still as it was read

Like a worker, it starts no write long after it has read the record. So it brings nothing back into an erased workspace.
Nothing else is mended: not the log, no record, no snapshot, nothing of a workspace with parked entities. Rebuild those.
"""

from collections.abc import Sequence

from ascend.adapters.operations.recheck import Recheck, Suspects
from ascend.adapters.operations.replay import LogReplay
from ascend.adapters.operations.store_comparison import StoreComparison
from ascend.adapters.operations.stored_items import position_of_item
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import put_newer
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.deadline import is_too_late
from ascend.projections.generation_record import GenerationRecord

KEYS = 100
"""Keys that are read at once, then mended."""


class Repair:
    """Mends keys of settled workspaces."""

    def __init__(
        self,
        log: TableEventLog,
        comparison: StoreComparison,
        replay: LogReplay,
        recheck: Recheck,
        environment: Environment,
    ) -> None:
        self._log = log
        self._comparison = comparison
        self._tables = comparison.tables
        self._replay = replay
        self._recheck = recheck
        self._environment = environment

    async def run(self, suspects: Suspects) -> None:
        """Mend what still differs at these keys. Look at them again to see what is left."""
        for workspace, keys in suspects.items():
            chosen = sorted(keys, key=lambda key: (key.pk, key.sk))
            for start in range(0, len(chosen), KEYS):
                await self._mend_keys(workspace, chosen[start : start + KEYS])

    async def _mend_keys(self, workspace: WorkspaceId, keys: Sequence[Key]) -> None:
        started = self._environment.elapsed()
        record = await self._recheck.record(workspace)
        if record is None or not await self._is_known(record):
            return
        stored = await self._tables.batch_get(Table.VIEWS, keys)
        head = await self._log.last_position(workspace)
        expected = await self._comparison.scratch.batch_get(Table.VIEWS, keys)
        level = [item for item in stored.values() if not record.rendered < position_of_item(item) <= head]
        keys = [key for key in keys if key not in stored or stored[key] in level]
        differences = [item.key async for item, _ in self._comparison.compare_keys(keys, level)]
        for key in differences:
            if is_too_late(self._environment, started):
                return
            await self._mend(stored.get(key), expected.get(key))

    async def _is_known(self, record: GenerationRecord) -> bool:
        """Return True if the scratch store says what the items must be at *rendered*."""
        if record.parked or record.retried or record.incarnation not in self._replay.incarnations:
            return False
        await self._replay.extend(record, record.rendered)
        return self._replay.rendered[record.workspace] == record.rendered

    async def _mend(self, stored: Item | None, expected: Item | None) -> None:
        if expected is None:
            if stored is not None:
                await self._tables.delete(Table.VIEWS, stored.key, as_read(stored))
        elif stored is None or position_of_item(stored) < position_of_item(expected):
            await self._tables.put(Table.VIEWS, expected, put_newer(expected, is_new=False).when)
        else:
            await self._tables.put(Table.VIEWS, expected, as_read(stored))


def as_read(item: Item) -> Equals:
    """Ask that the item is as it was read."""
    return Equals({name: item.attributes.get(name) for name in ("position", "data")})
