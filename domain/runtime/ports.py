"""The ports of the command path: what it needs from the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.domain.workspaces.view import Versioned

Rendered = NewType("Rendered", int)
"""The position up to which all read items are written. Lag and read-your-writes refer to this position."""
Folded = NewType("Folded", int)
"""The position up to which all snapshots are written. The command path refers to this position."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position in a log, with the clock and the hash of the commit there."""

    position: int
    clock: int
    hash: bytes


START = Point(0, 0, START_HASH)
"""The point before the first commit."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last commit of a log, as it was read. Only an `EventLog` makes a `Head`, and `append` needs one."""

    workspace: WorkspaceId
    point: Point


@dataclass(frozen=True, slots=True)
class Tail:
    """The commits behind a point. `head` is None when more commits follow."""

    commits: Sequence[Commit]
    head: Head | None


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """The outcome of an append to a slot in which another commit stands."""

    by: str
    """The id of that commit."""


class EventLog(Protocol):
    """The commits of each workspace, at dense positions."""

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, events: int) -> Tail:
        """Return the commits behind `after`, read consistently, and checked as one chain from the commit there on.

        These are at most `limit` commits. They end with the commit with which they hold `events` events.

        Raises:
            LogDiverged: another commit stands at `after`, or none.
            Damaged: a commit is not as it was written.
            WorkspaceIsErased: the commits were replaced by stubs.
        """
        ...

    async def append(self, head: Head, commit: Commit, body: Body) -> Head | SlotTaken:
        """Write the commit with its `body` behind `head`, if nothing stands there. Return the new head.

        It is safe to send the same commit again: where it already stands, it counts as written.

        Raises:
            StoreUnavailable: the outcome is unknown.
            LogDiverged: nothing was written, because the log does not end at `head` any more. Only where the store can
                check that in the same write.
        """
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """The command record: the fact that a command was applied."""

    command_id: CommandId
    position: int
    digest: str
    actor: UserId
    events: int
    """The number of its events."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The position up to which snapshots are written, and the generation and incarnation that they belong to."""

    folded: Folded
    clock: int
    incarnation: str
    hash: bytes
    """The hash of the commit at *folded*."""
    rendered: Rendered = Rendered(0)
    rendered_hash: bytes = START_HASH
    """The hash of the commit at *rendered*, when the checkpoint was read."""

    @property
    def point(self) -> Point:
        return Point(self.folded, self.clock, self.hash)


@dataclass(frozen=True, slots=True)
class LoadedSnapshots:
    """Snapshots and command records, each as of `folded` or of a later position, at most *rendered*."""

    entities: Mapping[Ref, Versioned]
    applied: Mapping[CommandId, Applied]
    rendered: Rendered = Rendered(0)
    rendered_hash: bytes = START_HASH
    """The hash of the commit at *rendered*: the snapshots are of the log that has this commit there."""


class Snapshots(Protocol):
    """Folded states and the records of applied commands, read consistently."""

    async def checkpoint(self, workspace: WorkspaceId) -> Checkpoint:
        """Return the checkpoint. Read it *before* the snapshots: they may be newer than it says, never older."""
        ...

    async def load(
        self, workspace: WorkspaceId, at: Checkpoint, refs: Collection[Ref], commands: Collection[CommandId]
    ) -> LoadedSnapshots | None:
        """Return the snapshots of the entities and the records of the commands.

        An entity that never existed is `NEVER_EXISTED`; a command without a record is left out. None means that the
        checkpoint's generation is no longer kept: read the checkpoint again.
        """
        ...


class InlineWork(Protocol):
    """The part of a projection worker's work that a command may do where no worker did it."""

    async def run_small_batch(self, workspace: WorkspaceId) -> int:
        """Run at most one small batch, which renders as well as folds. Return how many commits then still wait for a worker.

        Runs no policy.

        Raises:
            AccessDenied: this process may not do a worker's work.
            UnreadableLog: the workspace is stalled.
            StoreError: the store failed.
        """
        ...


@runtime_checkable
class Environment(Protocol):
    """The source of time, randomness and ids."""

    def now(self) -> datetime:
        """Return the wall clock's time, in UTC."""
        ...

    def elapsed(self) -> float:
        """Return the seconds since some fixed moment. Never goes back, and counts while the machine sleeps."""
        ...

    async def sleep(self, seconds: float) -> None: ...

    def random(self) -> float:
        """Return a random number from 0 to 1."""
        ...

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        ...
