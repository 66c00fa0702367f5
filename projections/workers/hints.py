"""The port of change hints: they say which workspaces may have new commits.

A hint names a workspace, and nothing else. Hints may be lost, repeated, late, or wrong: order and completeness come from
reading the log by position, and a slow sweep finds what hints have missed.
"""

from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Protocol

from ascend.domain.ids import WorkspaceId


class ChangeHints(Protocol):
    """The hints of one store, in shards: each hint comes from one shard, and one listener for each shard hears them all.

    Hints begin where this object is asked for the first time. Use one object for the whole life of a worker: it knows which
    shards continue others, and reads those from their beginning.
    """

    async def shards(self) -> Sequence[str]:
        """Return the names of the shards that can be listened to now, in order. None: the store gives no hints now.

        Call it as often as you like: it asks the store only from time to time, and at once when a shard has ended. A store
        that gives no answer, or refuses, is logged and asked again later; meanwhile the shards known before are returned.
        Raises `StoreClosed`.
        """
        ...

    def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        """Yield the workspaces that change from now on, some at a time, as the changes come.

        The first collection is empty. It comes as soon as every later commit gives a hint, so that whoever sweeps after it
        misses nothing. The generator ends when the shard has ended, or is unknown: then `shards` names those that continue
        it. It may wait for a long time between two collections. Close it when you stop (`contextlib.aclosing`).

        Raises `StoreError` if it cannot go on: hints are lost until you listen again. An outage only delays it.
        """
        ...


class NoHints:
    """The hints of a store that gives none: the sweep finds everything."""

    async def shards(self) -> Sequence[str]:
        """Return no shards."""
        return ()

    async def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:  # noqa: ARG002  there is none
        """End at once."""
        for hints in tuple[Collection[WorkspaceId], ...]():
            yield hints
