"""The hints of the tables in memory: every commit wakes whoever listens. There is one shard."""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence

import anyio

from ascend.adapters.layout.keys import parse_commit_key
from ascend.adapters.table.item import Key
from ascend.domain.ids import WorkspaceId

SHARD = "memory"


class Changes:
    """The listeners of one store."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, key: Key) -> None:
        """Tell all listeners that an item was added to the events table."""
        if self._listeners and (workspace := parse_commit_key(key)) is not None:
            for listener in self._listeners:
                listener.changed[workspace] = None
                listener.woken.set()

    def wake_all(self) -> None:
        """Let all listeners look whether their store is still open."""
        for listener in self._listeners:
            listener.woken.set()

    def join(self) -> "Listener":
        self._listeners.append(listener := Listener())
        return listener

    def leave(self, listener: "Listener") -> None:
        self._listeners.remove(listener)


class Listener:
    """One listener, with the changes that it has not heard of yet."""

    def __init__(self) -> None:
        self.changed: dict[WorkspaceId, None] = {}
        """Workspaces in the order of their first change."""
        self.woken = anyio.Event()

    async def wait(self) -> Collection[WorkspaceId]:
        """Return the workspaces that have changed since the last call, at least one unless somebody has woken all."""
        await self.woken.wait()
        changed, self.changed, self.woken = tuple(self.changed), {}, anyio.Event()
        return changed


class MemoryHints:
    """The `ChangeHints` of tables in memory. `check_open` raises `StoreClosed` if they were closed."""

    def __init__(self, changes: Changes, check_open: Callable[[], None]) -> None:
        self._changes = changes
        self._check_open = check_open

    async def shards(self) -> Sequence[str]:
        self._check_open()
        return (SHARD,)

    async def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        if shard != SHARD:
            return
        listener = self._changes.join()
        try:
            self._check_open()
            yield ()
            while True:
                changed = await listener.wait()
                self._check_open()
                if changed:
                    yield changed
        finally:
            self._changes.leave(listener)
