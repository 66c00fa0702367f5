"""Query results, all pages of them, as they come."""

from collections.abc import AsyncIterator
from contextlib import suppress

from ascend import OPERATOR, NotFound, Operator, Store, Viewer, WorkspaceId
from ascend.domain.runtime.concurrency import AT_ONCE, for_each
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.members import WorkspaceCard


async def workspace_names(store: Store, viewer: Viewer) -> AsyncIterator[tuple[WorkspaceId, str]]:
    """The workspaces that the viewer sees."""
    if not isinstance(viewer, Operator):
        async for line in all_items(lambda cursor: store.queries.workspaces(viewer, viewer=viewer, cursor=cursor)):
            yield line.workspace, line.workspace_name
        return
    async for workspace, card in cards(store):
        if card is not None:
            yield workspace, card.name


async def cards(store: Store) -> AsyncIterator[tuple[WorkspaceId, WorkspaceCard | None]]:
    """Every workspace of the store; without a card where no worker has rendered it yet."""
    found: dict[WorkspaceId, WorkspaceCard | None] = {}
    async for workspace in store.log.workspaces():
        found[workspace] = None
        if len(found) == AT_ONCE:
            for pair in (await _filled(store, found)).items():
                yield pair
            found = {}
    for pair in (await _filled(store, found)).items():
        yield pair


async def _filled(
    store: Store, found: dict[WorkspaceId, WorkspaceCard | None]
) -> dict[WorkspaceId, WorkspaceCard | None]:
    async def one(workspace: WorkspaceId) -> None:
        with suppress(NotFound):
            found[workspace] = (await store.queries.workspace(workspace, viewer=OPERATOR)).card

    await for_each(list(found), one)
    return found
