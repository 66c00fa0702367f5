"""The look-up of applied commands: their own records, and the packs of the buckets that their ids name."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import aclosing

from ascend.adapters.layout import keys
from ascend.adapters.store.command_records import find_bucket, to_applied
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Prefix, Query
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.ports import Applied

Read = Callable[[Item], Iterable[Applied]]


class AppliedCommands:
    """The wanted commands among those of the items that are added. The first position of a command counts."""

    def __init__(self, wanted: Iterable[CommandId], read: Read = to_applied) -> None:
        self.wanted = frozenset(wanted)
        self.found: dict[CommandId, Applied] = {}
        self._read = read

    def add(self, items: Iterable[Item]) -> None:
        """Take in command records and packs. Raises: DamagedViews if one cannot be read."""
        for applied in (applied for item in items for applied in self._read(item)):
            if applied.command_id in self.wanted:
                known = self.found.get(applied.command_id, applied)
                self.found[applied.command_id] = min(known, applied, key=lambda record: record.position)

    async def add_packs(self, tables: Tables, workspace: WorkspaceId, incarnation: str) -> None:
        """Take in the packs that may hold the commands: one consistent Query for each bucket of their ids."""
        buckets: dict[int, set[CommandId]] = defaultdict(set)
        for command in self.wanted:
            bucket = find_bucket(command)
            if bucket is not None:
                buckets[bucket].add(command)
        partition = keys.incarnation_partition(workspace, incarnation)
        for bucket in sorted(buckets):
            query = Query(Table.VIEWS, partition, Prefix(keys.packs_prefix(bucket)), consistent=True)
            await self._add_bucket(tables, query, buckets[bucket])

    async def _add_bucket(self, tables: Tables, query: Query, commands: Collection[CommandId]) -> None:
        """Take in a bucket up to the page with the last of the commands: pages come in the order of positions."""
        async with aclosing(pages(tables, query)) as bucket_pages:
            async for page in bucket_pages:
                self.add(page.items)
                if self.found.keys() >= set(commands):
                    return


async def find_applied(
    tables: Tables, workspace: WorkspaceId, incarnation: str, commands: Collection[CommandId], read: Read = to_applied
) -> Mapping[CommandId, Applied]:
    """Return the commands that have a record of their own or stand in a pack."""
    applied = AppliedCommands(commands, read)
    await applied.add_packs(tables, workspace, incarnation)
    items = await tables.batch_get(Table.VIEWS, record_keys(workspace, incarnation, commands))
    applied.add(items.values())
    return applied.found


def record_keys(workspace: WorkspaceId, incarnation: str, commands: Iterable[CommandId]) -> list[Key]:
    """Return the keys of the commands' own records."""
    return [keys.command_key(workspace, incarnation, command) for command in commands]
