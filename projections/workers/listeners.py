"""The listeners of a follower: one for each hint shard whose lease it holds."""

from collections.abc import Callable, Collection
from contextlib import aclosing

import anyio
from anyio.abc import TaskGroup

from ascend.domain.errors import StoreClosed
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.retry import delays
from ascend.projections.workers.hints import ChangeHints

log = Log("ascend.worker")
FIRST_PAUSE = 1.0
"""Seconds until a shard is listened to again after an error. Each further error doubles them."""
LONGEST_PAUSE = 30.0
ENDED_PAUSE = 5.0
"""Seconds until a shard that has ended is tried again. In the meantime, the lease of an ended shard is given up."""


class Listeners:
    """Hands on the hints of the owned shards.

    `begun` is called when a listener has begun: hints before that are lost. `lost` is called when one has failed.
    """

    def __init__(
        self,
        hints: ChangeHints,
        heard: Callable[[Collection[WorkspaceId]], None],
        begun: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self.hints = hints
        self.heard = heard
        self.begun = begun
        self.lost = lost
        self._scopes: dict[str, anyio.CancelScope] = {}
        self._failing: set[str] = set()

    @property
    def are_failing(self) -> bool:
        """Return True if the hints of an owned shard are lost at present."""
        return bool(self._failing)

    def own(self, shards: Collection[str], group: TaskGroup) -> None:
        """Listen to these shards and to no others from now on."""
        for shard in [shard for shard in self._scopes if shard not in shards]:
            self._scopes.pop(shard).cancel()
        for shard in sorted(shards):
            if shard not in self._scopes:
                self._scopes[shard] = scope = anyio.CancelScope()
                group.start_soon(self._listen, shard, scope)

    async def _listen(self, shard: str, scope: anyio.CancelScope) -> None:
        """Listen until the shard is no longer owned. Whatever goes wrong, try again."""
        try:
            with scope:
                await self._listen_again_and_again(shard)
        finally:
            self._failing.discard(shard)

    async def _listen_again_and_again(self, shard: str) -> None:
        pauses = delays(FIRST_PAUSE, LONGEST_PAUSE)
        while True:
            try:
                async with aclosing(self.hints.listen(shard)) as changes:
                    async for workspaces in changes:
                        if not workspaces:
                            pauses = delays(FIRST_PAUSE, LONGEST_PAUSE)
                            self._failing.discard(shard)
                            self.begun()
                        self.heard(workspaces)
                await anyio.sleep(ENDED_PAUSE)
            except StoreClosed:
                return  # whoever reads the log says so
            except Exception as error:  # noqa: BLE001 - the sweep finds what no hint names
                self._failing.add(shard)
                self.lost()
                wait = next(pauses)
                log.warning("worker.no_hints", shard=shard, error=str(error), again_in=wait)
                await anyio.sleep(wait)
