"""The port of change hints: they say which workspaces may have new commits.

A hint names a workspace, and nothing else. Hints may be lost, repeated, late, or wrong: order and completeness come from
reading the log by position, and a slow sweep finds what hints have missed.
"""

from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Protocol

from ascend.domain.ids import WorkspaceId


class ChangeHints(Protocol):
    """The hints of one store, in shards: each hint comes from one shard, and one listener for each shard hears them all."""

    async def shards(self) -> Sequence[str]:
        """Return the names of the shards that can be listened to now. None: this store gives no hints.

        Raises `StoreError`.
        """
        ...

    def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        """Yield the workspaces that have changed since the call, some at a time, as the changes come.

        It ends when the shard has ended: then `shards` names those that continue it. Close the generator when you stop.
        Raises `StoreError`.
        """
        ...
