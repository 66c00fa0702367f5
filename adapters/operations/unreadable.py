"""Items that no process can read and that a comparison with the log does not find: each is a difference with its key."""

from collections.abc import AsyncIterator, Collection

from ascend.adapters.layout import keys
from ascend.adapters.operations.verified import Difference
from ascend.adapters.store.commit_items import is_position
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import pages
from ascend.adapters.table.query import Between, Query
from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId


async def find_unreadable(
    log: TableEventLog, views: TableViews, workspaces: Collection[WorkspaceId]
) -> AsyncIterator[Difference]:
    """Yield a difference for each entry of the registry, sort key, record and policy position that cannot be read."""
    async for entry in log.stray_entries():
        yield Difference("surplus", "", entry.key.pk, entry.key.sk, "an entry of the registry that names no workspace")
    for workspace in sorted(workspaces):
        async for difference in _find_stray_keys(log, workspace):
            yield difference
        async for difference in _find_records(views, workspace):
            yield difference
        try:
            await TablePolicyPositions(log.tables).read(workspace)
        except UnreadableLog as error:
            yield Difference("wrong", workspace, keys.policies_partition(workspace), "", str(error))


async def _find_stray_keys(log: TableEventLog, workspace: WorkspaceId) -> AsyncIterator[Difference]:
    """Yield the items before the first position and behind the last one. Those between show when commits are read."""
    partition, first = keys.log_partition(workspace), keys.format_position(1)
    before = Query(Table.EVENTS, partition, limit=1, consistent=True)
    behind = Query(Table.EVENTS, partition, Between(keys.LAST_POSITION, keys.LAST_SORT_KEY), consistent=True)
    for query in (before, behind):
        async for page in pages(log.tables, query):
            strays = [item for item in page.items if not is_position(item.key.sk)]
            for item in strays:
                yield Difference("log", workspace, partition, item.key.sk, "the sort key is no position")
            if query is before and (not strays or strays[-1].key.sk >= first):
                break


async def _find_records(views: TableViews, workspace: WorkspaceId) -> AsyncIterator[Difference]:
    stored = await views.stored_records(workspace)
    for sort_key, error in stored.unreadable.items():
        yield Difference("wrong", workspace, keys.generations_partition(workspace), sort_key, str(error))
