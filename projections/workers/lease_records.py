"""The stored records of leases and workers, and the port of their storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ascend.domain.ids import WorkspaceId

NOBODY = ""
"""The owner of a lease that was handed over."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do the work of one shard. Its name is `KIND#SHARD`."""

    name: str
    owner: str
    """The worker that holds the lease. `NOBODY`: anybody may take it."""
    token: int
    """The fencing token: the number of times that the lease has changed hands."""

    def pass_on(self, owner: str) -> "Lease":
        """Return the lease with its next owner and the next token."""
        return Lease(self.name, owner, self.token + 1)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The sign of life of a worker. It renews all leases of the worker at once."""

    worker: str
    beat: int
    """A number that the worker raises each time. It counts no time: only its changes mean something."""
    kinds: frozenset[str]
    """The kinds of leases that the worker takes."""
    busy: tuple[WorkspaceId, ...]
    """Workspaces on which the worker has been at work for longer than usual."""


@dataclass(frozen=True, slots=True)
class LeaseState:
    """Everything that is stored about leases and workers."""

    leases: Mapping[str, Lease]
    """By name. A lease that nobody has ever taken is absent."""
    heartbeats: Mapping[str, Heartbeat]
    """By worker."""


class LeaseRecords(Protocol):
    """Keeps leases and heartbeats. Every method raises `StoreError`; after one, a write may still take effect later."""

    async def read(self) -> LeaseState:
        """Return everything, read consistently.

        What no version of the code writes is logged and replaced: then a lease is free, and a worker without heartbeat.
        """
        ...

    async def beat(self, heartbeat: Heartbeat) -> bool:
        """Write the heartbeat. Return False if another write of this worker came between."""
        ...

    async def replace(self, old: Lease | None, new: Lease) -> bool:
        """Write the lease if it still is `old` (None: absent). Return True if it was."""
        ...

    async def remove_lease(self, lease: Lease) -> None:
        """Remove the lease if it is still this one."""
        ...

    async def remove_worker(self, heartbeat: Heartbeat) -> None:
        """Remove the worker if this is still its last heartbeat."""
        ...


def kind_of(name: str) -> str:
    """Return the kind of a lease: leases are balanced among the workers kind by kind."""
    return name.partition("#")[0]
