"""Fakes of leases and of hints, for followers in virtual time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence

from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.follower import Sharing


class FakeHints:
    """The hints of one store, in one shard: `send` gives a hint, and `fail` ends all listeners with an error."""

    def __init__(self, shards: Sequence[str] = ("only",)) -> None:
        self.names = shards
        self.error: Exception | None = None
        self._listeners: list[asyncio.Queue[WorkspaceId | Exception]] = []

    def send(self, workspace: WorkspaceId) -> None:
        for listener in self._listeners:
            listener.put_nowait(workspace)

    def fail(self, error: Exception) -> None:
        self.error = error
        for listener in self._listeners:
            listener.put_nowait(error)

    async def shards(self) -> Sequence[str]:
        return self.names

    async def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        if self.error is not None:
            raise self.error
        queue = asyncio.Queue[WorkspaceId | Exception]()
        self._listeners.append(queue)
        try:
            yield ()
            while True:
                heard = await queue.get()
                if isinstance(heard, Exception):
                    raise heard
                yield [heard]
        finally:
            self._listeners.remove(queue)


class FakeLeases:
    """Leases that a test gives and takes: all of them by default."""

    def __init__(self, pick: Callable[[str], bool] = lambda _: True) -> None:
        self.pick = pick
        self.suspects: Collection[WorkspaceId] = ()
        self.names: Sequence[str] = ()
        self.busy: Callable[[], Collection[WorkspaceId]] = tuple
        self._told: frozenset[str] = frozenset()
        self._changed = asyncio.Event()

    @property
    def owned(self) -> frozenset[str]:
        return frozenset(name for name in self.names if self.pick(name))

    def change(self, pick: Callable[[str], bool]) -> None:
        self.pick = pick
        self._changed.set()

    def sees_other_than(self, kind: str) -> bool:
        return False

    async def keep(
        self, names: Callable[[], Awaitable[Collection[str]]], busy: Callable[[], Collection[WorkspaceId]]
    ) -> None:
        self.busy = busy
        while True:
            self.names = sorted(await names())
            self._changed.set()
            await asyncio.sleep(2.0)

    async def wait_for_change(self) -> None:
        while self.owned == self._told:
            self._changed.clear()
            await self._changed.wait()
        self._told = self.owned


def share(hints: FakeHints | None = None, leases: FakeLeases | None = None) -> Callable[[], Sharing]:
    """Return the `share` of a worker."""
    own_hints, own_leases = hints or FakeHints(), leases or FakeLeases()
    return lambda: Sharing(own_hints, own_leases)
