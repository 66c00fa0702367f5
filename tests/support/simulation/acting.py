"""Commands that somebody sends to their home, and the check of what is stored of it."""

from support.simulation.truth import check_stored

import ascend
from ascend.testing import ADA, HOME


async def execute_all(store: ascend.Store, *commands: ascend.Command, home: ascend.WorkspaceId = HOME) -> None:
    for command in commands:
        await store.execute(home, command, actor=ADA)


async def check_home(store: ascend.Store) -> None:
    """Compare what is stored of the home with a naive replay of its log."""
    await check_stored(store, HOME, await store.log.commits(HOME, 1, 2_000))
