"""The deletion of a workspace's items from the views table, and of its policies' positions from the events table."""

from collections import Counter
from collections.abc import Callable, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.operations.lost_replies import write_until_answered
from ascend.adapters.operations.stored_items import kind_of_item
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import pages, scan_pages
from ascend.adapters.table.query import Query
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import AT_ONCE, for_each
from ascend.projections.build import Generation
from ascend.projections.key_template import ViewKey
from ascend.projections.read_models.members import MEMBERS, MemberLine


class ViewSweeper:
    """Deletes the items of one workspace, and counts them by kind in `removed`."""

    def __init__(self, views: TableViews, workspace: WorkspaceId) -> None:
        self.removed = Counter[str]()
        self._views = views
        self._tables = views.tables
        self._environment = views.environment
        self._workspace = workspace

    async def close_access(self, generation: Generation) -> None:
        """Delete the members' lines, then the generation records.

        Without members' lines no query shows anything. Without records no worker goes on.
        """
        records = await self._views.records(self._workspace)
        builds = {*generation.builds, *(build for record in records for build in record.generation.builds)}
        members = MemberLine.key.partition_key(workspace=self._workspace)
        for build in sorted(builds, key=str):
            if build.projection == MEMBERS.name:
                await self._clear_partition(keys.item_key(build, ViewKey(members, "")).pk)
        await self._clear_partition(keys.generations_partition(self._workspace))

    async def _clear_partition(self, partition: str, table: Table = Table.VIEWS) -> None:
        """Delete one item after the other, in order: the workspace's card is deleted last, after the lines of all members."""
        async for page in pages(self._tables, Query(table, partition, consistent=True)):
            await self._delete(page.items, table, at_once=1)

    async def sweep(self, report: Callable[[int], None]) -> None:
        """Delete all other items of the workspace. `report` receives the number of items read.

        This reads all views: a user's partition holds lines of many workspaces, and no index is by workspace. Of the events
        table it reads the partition of the policies' positions, and deletes nothing else there.
        """
        await self._clear_partition(keys.policies_partition(self._workspace), Table.EVENTS)
        count = 0
        async for items in scan_pages(self._tables):
            await self._delete([item for item in items if self._is_owned(item)])
            count += len(items)
            report(count)

    def _is_owned(self, item: Item) -> bool:
        prefix = f"{keys.log_partition(self._workspace)}#"
        return item.attributes.get("workspace") == self._workspace or item.key.pk.startswith(prefix)

    async def _delete(self, items: Sequence[Item], table: Table = Table.VIEWS, at_once: int = AT_ONCE) -> None:
        """Delete these items, also where they have moved since they were read, as long as they are the workspace's."""

        async def delete(item: Item) -> None:
            owned = Equals({name: self._workspace for name in ("workspace",) if name in item.attributes})
            if await write_until_answered(self._environment, lambda: self._tables.delete(table, item.key, owned)):
                self.removed[kind_of_item(table, item)] += 1

        await for_each(items, delete, limit=at_once)
