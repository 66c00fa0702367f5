"""Switches: from an announcement to the generation that queries read, without anything shown being taken back.

    announce ─▶ a lease: every process knows ─▶ build, until it leads everywhere ─▶ render every head
             ─▶ write "at hand" ─▶ a lease ─▶ switch

Any step may be done again, by anyone: the state item says how far a switch is.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from ascend.domain.errors import Contention
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import StoredState
from ascend.projections.generation_state import LEASE, GenerationState
from ascend.projections.ports import Views

log = Log("ascend.operations")
SETTLED = LEASE + 1.0
"""Seconds after which every process knows of a change of the state: a lease, and a little for the clocks' rates."""
ATTEMPTS = 10
Build = Callable[[Generation], Awaitable[None]]
"""Builds a generation in every workspace, until it leads there and is rendered up to the heads as they are now."""


class SwitchConflict(Contention):
    """The generations of the store are not as this job needs them."""


class Switching:
    """Changes the state of the generations. Every change is a write that is conditional on the whole state."""

    def __init__(self, views: Views, current: CurrentGeneration) -> None:
        self.views = views
        self.current = current

    async def read(self) -> StoredState:
        """Read the state, and take it over in this process."""
        return await self.current.ask(self.views.state)

    async def claim(self) -> GenerationState:
        """Return the state. In a store without one, the generation of this code becomes the current one."""
        for _ in range(ATTEMPTS):
            stored = await self.read()
            if stored.state is not None:
                return stored.state
            await self._replace(stored, self.current.state.announce_first())
        raise SwitchConflict("other processes begin to use this store")

    async def announce(self, state: GenerationState, target: Generation) -> GenerationState:
        """Announce a generation that was chosen by this state, unless it is announced or even current.

        Raises `SwitchConflict` if another one is announced.
        """
        if state.announced is None:
            await self.settle()
            with suppress(Contention):
                return await self._change(state, state.announce(target))
            state = await self.claim()  # perhaps another process has announced the same
        if target not in (state.announced, state.current):
            raise SwitchConflict("another generation is announced: wait for it, or withdraw it by `ascend withdraw`")
        return state

    async def withdraw(self) -> GenerationState:
        """Take the announcement back, in two steps: first nobody reads the generation, and a lease later nobody keeps it."""
        state = await self.claim()
        if state.at_hand:
            state = await self._change(state, state.take_back())
        if state.taken_back:
            await self.settle()
        return state if state.announced is None else await self._change(state, state.withdraw())

    async def retire(self) -> GenerationState:
        """Give up the way back, and wait until every process knows."""
        state = await self.claim()
        if state.previous is None:
            return state
        await self.settle()
        return await self._change(state, state.retire())

    async def drive(self, state: GenerationState, build: Build) -> GenerationState:
        """Build what is announced, and switch to it. Another process may do the same at the same time.

        Raises `SwitchConflict` if it is withdrawn meanwhile.
        """
        target, number = state.announced, state.announcements
        assert target is not None
        await self.settle()
        await build(target)
        while (state := await self.claim()).number != number:
            if (state.announced, state.announcements) != (target, number) or state.taken_back:
                raise SwitchConflict("the generation is announced no more: see `ascend status`")
            with suppress(Contention):
                if not state.at_hand:
                    state = await self.put_at_hand(state)
                return await self.switch(state)
        return state

    async def put_at_hand(self, state: GenerationState) -> GenerationState:
        return await self._change(state, state.put_at_hand())

    async def switch(self, state: GenerationState) -> GenerationState:
        """Switch to what is at hand, a lease after it was put at hand. Raises `SwitchConflict` if there is none."""
        if not state.at_hand:
            raise SwitchConflict("no generation is at hand: see `ascend ready`")
        await self.settle()
        return await self.switch_at_once(state)

    async def switch_at_once(self, state: GenerationState) -> GenerationState:
        """Switch to what has been at hand for a lease."""
        return await self._change(state, state.switch(self.current.environment.now()))

    async def settle(self) -> None:
        """Wait until every process knows of the last change of the state."""
        await self.current.environment.sleep(SETTLED)

    async def _change(self, old: GenerationState, new: GenerationState) -> GenerationState:
        """Replace the state. Raises `SwitchConflict` if it is not `old` any more."""
        if not await self._replace(StoredState(old, old.current_epochs), new):
            raise SwitchConflict(
                "another process has changed the generations meanwhile: see `ascend status`, then try again"
            )
        return new

    async def _replace(self, old: StoredState, new: GenerationState) -> bool:
        asked_at = self.current.now()
        has_replaced = await self.views.replace_state(old, new)
        if has_replaced:
            self.current.learn(StoredState(new, new.current_epochs), asked_at)
        return has_replaced
