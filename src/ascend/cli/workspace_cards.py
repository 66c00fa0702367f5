"""The workspaces of a store, with their names and cards."""

from collections.abc import AsyncIterator
from contextlib import suppress

from ascend import OPERATOR, NotFound, Operator, Store, UnreadableLog, Viewer, WorkspaceId
from ascend.domain.runtime.concurrency import AT_ONCE, for_each
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.members import WorkspaceCard

Cards = dict[WorkspaceId, WorkspaceCard | None]
"""Cards by workspace; None if no worker has rendered the workspace yet."""


async def workspace_names(store: Store, viewer: Viewer) -> AsyncIterator[tuple[WorkspaceId, str]]:
    """Yield the id and the name of each workspace that the viewer sees."""
    if not isinstance(viewer, Operator):
        async for line in all_items(lambda cursor: store.queries.workspaces(viewer, viewer=viewer, cursor=cursor)):
            yield line.workspace, line.workspace_name
        return
    async for workspace, card in workspace_cards(store):
        if card is not None:
            yield workspace, card.name


async def workspace_cards(store: Store) -> AsyncIterator[tuple[WorkspaceId, WorkspaceCard | None]]:
    """Yield every workspace of the store with its card; None if no worker has rendered the workspace yet."""
    cards: Cards = {}
    async for workspace in store.log.workspaces():
        cards[workspace] = None
        if len(cards) == AT_ONCE:
            await _load_cards(store, cards)
            for pair in cards.items():
                yield pair
            cards = {}
    await _load_cards(store, cards)
    for pair in cards.items():
        yield pair


async def _load_cards(store: Store, cards: Cards) -> None:
    async def load_card(workspace: WorkspaceId) -> None:
        with suppress(NotFound, UnreadableLog):
            cards[workspace] = (await store.queries.workspace(workspace, viewer=OPERATOR)).card

    await for_each(list(cards), load_card)
