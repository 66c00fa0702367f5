"""Change hints that get lost, come twice, or come late. Losing every hint makes a store slow, never wrong."""

import random
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.workers.hints import ChangeHints
from ascend.testing.faults import Faults


class FaultyHints:
    """The change hints of any engine, with faults."""

    def __init__(self, hints: ChangeHints, faults: Faults, dice: random.Random, environment: Environment) -> None:
        self._hints = hints
        self._faults = faults
        self._dice = dice
        self._environment = environment

    async def shards(self) -> Sequence[str]:
        """Return the names of the shards."""
        return await self._hints.shards()

    async def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        """Yield what the engine yields, but not all of it, some of it twice, and some of it late."""
        async with aclosing(self._hints.listen(shard)) as listening:
            async for named in listening:
                heard = [workspace for workspace in sorted(named) if not self._happens(self._faults.lost_hint)]
                if self._happens(self._faults.late_hint):
                    await self._environment.sleep(self._dice.random() * self._faults.delay_seconds)
                if heard:
                    yield heard
                if heard and self._happens(self._faults.doubled_hint):
                    yield heard

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self._dice.random() < rate
