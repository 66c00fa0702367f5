"""Deployments of new code, step by step."""

from collections.abc import Callable

import ascend
from ascend.projections.build import Generation
from ascend.projections.generation_state import GenerationState


async def announce(store: ascend.Store, choose: Callable[[GenerationState], Generation]) -> GenerationState:
    """Announce the generation that is chosen from the present state, as an operator may."""
    switching = store.worker.deployment.switching
    state = await switching.claim()
    return await switching.announce(state, choose(state))


async def put_at_hand(store: ascend.Store) -> None:
    """Bring the generation of the store's code so far that queries of this code read it."""
    await store.worker.run_once()
    await store.worker.deployment.advance()
    assert (await store.ready()).is_ready


async def deploy(store: ascend.Store) -> None:
    """Bring the generation of the store's code so far that it is the current one."""
    await put_at_hand(store)
    await store.switch()
