"""The port of a worker's leases: which shards this worker listens to, and which it sweeps.

Leases save work, and protect nothing: two owners of one shard are wasteful, but never wrong.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from ascend.domain.ids import WorkspaceId


class Leases(Protocol):
    """The leases of one worker among all workers of the store."""

    @property
    def owned(self) -> frozenset[str]:
        """Names of the leases that this worker holds now. Empty while it cannot renew them."""
        ...

    @property
    def suspects(self) -> Collection[WorkspaceId]:
        """Workspaces on which a worker was at work when it disappeared: try them last."""
        ...

    def sees_other_than(self, kind: str) -> bool:
        """Return True if a worker is alive that takes no leases whose names begin with `kind`, or if nobody has just looked."""
        ...

    async def keep(
        self, names: Callable[[], Awaitable[Collection[str]]], busy: Callable[[], Collection[WorkspaceId]]
    ) -> None:
        """Take a fair share of the leases `names`, renew them, and let others see what is `busy`, until cancelled.

        When cancelled, hand the leases over. A store that does not answer is asked again.
        """
        ...

    async def wait_for_change(self) -> None:
        """Return when `owned` has changed since the last call."""
        ...
