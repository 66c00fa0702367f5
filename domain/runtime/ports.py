"""What the command service asks of the world."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.workspaces.view import Versioned

Rendered = NewType("Rendered", int)
"""The position up to which all read items are written: lag and read-your-writes mean this one."""
Folded = NewType("Folded", int)
"""The position up to which all snapshots are written: the command path means this one."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position in a log, with the clock of the commit there."""

    position: int
    clock: int


START = Point(0, 0)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log, as it was read. Only an `EventLog` makes one: it is the right to append behind it."""

    workspace: WorkspaceId
    point: Point


@dataclass(frozen=True, slots=True)
class Tail:
    """Commits behind a point. `head` is None when more follow than were asked for."""

    commits: Sequence[Commit]
    head: Head | None


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """Another commit stands in the slot."""

    by: str


class EventLog(Protocol):
    """One workspace's commits, at dense positions."""

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, *, known: str = "") -> Tail:
        """The commits behind `after`, read consistently.

        With `known`, the id of the commit at `after`: raises `LogDiverged` unless that commit stands there.
        Raises `WorkspaceIsErased` where they were emptied.
        """
        ...

    async def append(self, head: Head, commit: Commit) -> Head | SlotTaken:
        """Writes the commit behind `head` if nothing stands there: the new head, or who was first.

        Raises `StoreUnavailable` when the outcome is unknown.

        Sending the same commit again is safe: where it already stands, it counts as written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """The record of an applied command."""

    command_id: CommandId
    position: int
    digest: str
    actor: UserId
    events: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the snapshots are written, and which life of which generation they belong to."""

    folded: Folded
    clock: int
    incarnation: str
    commit_id: str = ""
    """Of the commit at *folded*, where it is known."""


@dataclass(frozen=True, slots=True)
class LoadedSnapshots:
    """What the snapshots and the command records say: at `folded` or later, each on its own."""

    entities: Mapping[Ref, Versioned]
    applied: Mapping[CommandId, Applied]


class Snapshots(Protocol):
    """Folded states and records of applied commands, read consistently."""

    async def checkpoint(self, workspace: WorkspaceId) -> Checkpoint:
        """Read this *before* the snapshots: they may be newer than it says, never older."""
        ...

    async def load(
        self, workspace: WorkspaceId, at: Checkpoint, refs: Collection[Ref], commands: Collection[CommandId]
    ) -> LoadedSnapshots | None:
        """Entities that never existed come back unborn, commands without a record are left out.

        None when the generation of the checkpoint is no longer kept: begin anew with a checkpoint.
        """
        ...


class CatchUp(Protocol):
    """The projection worker's whole batch: rendering included, never folding alone."""

    async def catch_up(self, workspace: WorkspaceId) -> object: ...


class Environment(Protocol):
    """Clocks and chance."""

    def now(self) -> datetime:
        """Wall clock, UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds since some moment, never going back, sleep of the machine included."""
        ...

    async def sleep(self, seconds: float) -> None: ...

    def random(self) -> float:
        """A number from 0 to 1."""
        ...

    def new_id(self) -> str:
        """A new UUIDv7."""
        ...
