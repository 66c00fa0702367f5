"""A deployment: brings the generation of new code to where queries read it, while old code goes on.

    a worker of new code ─▶ announce ─▶ build, until it leads everywhere ─▶ at hand: new code reads it
                         ─▶ no worker of the old code is alive, at two looks, or an operator says so ─▶ switch

Any worker of the code may do the next step. The state of the generations says how far the deployment is.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from ascend.domain.errors import Contention
from ascend.domain.runtime.logs import Log
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_state import GenerationState
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.readiness import is_level
from ascend.projections.workers.switching import Switching

log = Log("ascend.worker")


class Deployment:
    """The deployment of this code. `is_old_code_alive` says whether a worker of the current generation's code runs."""

    def __init__(
        self,
        events: FollowedLog,
        views: Views,
        current: CurrentGeneration,
        is_old_code_alive: Callable[[], Awaitable[bool]],
    ) -> None:
        self.events = events
        self.views = views
        self.current = current
        self.switching = Switching(views, current)
        self.is_old_code_alive = is_old_code_alive
        self._is_done = False

    async def announce(self) -> None:
        """Announce the generation of this code where the store reads that of older code, and nothing is announced.

        Code that was announced before announces nothing: a worker of it has come back after a switch, or an operator has
        rolled it back or withdrawn it.
        """
        state = await self.switching.claim()
        if not self.current.knows(state.current) and state.announced is None and self.current.is_new():
            target = self.current.next_generation()
            with suppress(Contention):  # something else was announced first
                await self.switching.announce(state, target)
                log.debug("deployment.announced", generation=target.id)

    async def advance(self) -> bool:
        """Do the next step, if it can be done. Return True if nothing is left to do for this code.

        Once the code is deployed, nothing is asked for that: visits to workspaces learn of a switch.
        """
        if self._is_done and self.current.knows(self.current.state.current):
            return True
        await self.announce()
        state = await self.switching.claim()
        self._is_done = self.current.knows(state.current)
        if self._is_done or not self.current.knows(state.announced):
            return True
        with suppress(Contention):  # another worker was faster
            return await self._advance(state)
        return False

    async def _advance(self, state: GenerationState) -> bool:
        if state.taken_back or (state.at_hand and await self.is_old_code_alive()):
            return False
        await self.switching.settle()  # meanwhile, every process learns of the announcement, or of what is at hand
        if not state.at_hand:
            if await is_level(self.events, self.views, state, self.current.environment):
                await self.switching.put_at_hand(state)
                log.debug("deployment.at_hand", number=state.announcements)
            return False
        if await self.is_old_code_alive():  # a worker that has just begun is seen by now
            return False
        state = await self.switching.switch_at_once(state)
        log.debug("deployment.switched", generation=state.current.id)
        return True
