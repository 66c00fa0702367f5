"""The ports of the projection engine: commits to read, and places for what is built."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Point
from ascend.domain.workspaces.view import Versioned
from ascend.projections.build import Build, Generation
from ascend.projections.deadline import Check, send_always
from ascend.projections.generation_record import GenerationRecord, StoredRecords, StoredState
from ascend.projections.generation_state import GenerationState
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey


class Change(NamedTuple):
    """The last state of one read item within a batch. `item` is None if it vanished."""

    build: Build
    key: ViewKey
    position: int
    item: ReadItem | None
    is_new: bool = False
    """True if nothing is expected to have the key: the entity did not have the item before the batch. Only a hint."""


@dataclass(frozen=True, slots=True)
class Parked:
    """An entity that a projection cannot render, since `position`. Its last good items stay, and count as before."""

    build: Build
    ref: Ref
    position: int
    error: str
    keys: tuple[ViewKey, ...]
    """Keys of its last good items."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Counts of its last good items."""
    until: int | None = None
    """The position at which it was un-parked, if it was. It stays stored for a while: a worker may render that commit again."""
    tries: int = 0
    """The number of retries that have begun to write its items."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` hangs below `parent` since `position` or, if not `exists`, no longer does."""

    parent: Ref
    child: Ref
    position: int
    exists: bool


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """The state of an entity, to be stored."""

    ref: Ref
    versioned: Versioned
    is_new: bool
    """True if no snapshot is expected: the entity did not exist before the batch. Only a hint."""


class LogReader(Protocol):
    """The log as workers read it: by position, without skipping a number."""

    async def commits(
        self,
        workspace: WorkspaceId,
        first: int,
        limit: int,
        *,
        consistent: bool = False,
        least: int = 1,
        predecessor: bytes | None = None,
        events: int | None = None,
    ) -> Sequence[Commit]:
        """Return commits from position `first` on, as many as one request reads, up to the first unreadable commit.

        With `events`, the last of them is the one with which they hold so many events, unless it is among the first `least`.

        Each is checked against the one before it; the first one against `predecessor`, the hash at `first` - 1, if it is
        given. Commits of an erased workspace are stubs without events, up to the erasure itself.
        Raises `UnreadableLog` if fewer than `least` commits come before an unreadable commit or, in a consistent read,
        before a gap.
        """
        ...

    async def head(self, workspace: WorkspaceId) -> Point:
        """Return the end of the log, read consistently. Raises `Damaged` if no commit stands there."""
        ...

    async def last_position(self, workspace: WorkspaceId) -> int:
        """Return the highest position at which anything stands, read consistently, also in a log that is damaged."""
        ...

    def workspaces(self) -> AsyncIterator[WorkspaceId]:
        """Yield every registered workspace that is not erased. One of them may still be without a commit."""
        ...


class OperatorLog(LogReader, Protocol):
    """The log as an operator looks at it: also at commits that nobody can decode."""

    async def time_of(self, workspace: WorkspaceId, position: int) -> datetime | None:
        """Return the time of a commit, also of one that cannot be decoded. None if there is none, or no readable time."""
        ...


class FollowedLog(LogReader, Protocol):
    """The log as a worker follows it: the registry in shards, and the ends of logs."""

    @property
    def registry_shards(self) -> int:
        """The number of shards of the registry."""
        ...

    def registered(self, shard: int) -> AsyncIterator[WorkspaceId]:
        """Yield every workspace of one shard of the registry that is not erased."""
        ...

    async def last_point(self, workspace: WorkspaceId, *, consistent: bool) -> Point:
        """Return the highest position at which a commit or a stub stands, with the hash there. Decodes nothing.

        Raises `UnreadableLog` if something else stands behind it.
        """
        ...

    async def is_erased(self, workspace: WorkspaceId) -> bool:
        """Return True if the last commit of the log erased the workspace."""
        ...


class Views(Protocol):
    """Keeps records, snapshots and read items. Every write moves something forward or changes nothing.

    What a method writes is sent together. So no two of its arguments may have the same key.
    """

    async def state(self) -> StoredState:
        """Return the state of the generations, read consistently."""
        ...

    async def replace_state(self, old: StoredState, new: GenerationState) -> bool:
        """Replace the state if it still is `old`. Return True if it was."""
        ...

    async def starts(self, workspace: WorkspaceId) -> Mapping[Build, int]:
        """Return the position as of which each build of the workspace is written, read consistently."""
        ...

    async def put_starts(
        self, workspace: WorkspaceId, starts: Mapping[Build, int], check: Check = send_always
    ) -> Mapping[Build, int]:
        """Note the positions of builds that have none yet. Return the positions of these builds, as noted."""
        ...

    async def records(self, workspace: WorkspaceId) -> Sequence[GenerationRecord]:
        """Return the records of all generations that are kept for a workspace, in one consistent read.

        Records that cannot be read are left out: they concern their own generation only.
        """
        ...

    async def stored_records(self, workspace: WorkspaceId) -> StoredRecords:
        """Return the same records, and what is wrong with the others, in one consistent read."""
        ...

    async def records_of(
        self, workspaces: Collection[WorkspaceId], generation: Generation, *, consistent: bool
    ) -> Mapping[WorkspaceId, GenerationRecord]:
        """Return the records of one generation in many workspaces (100 a request), those that exist and can be read."""
        ...

    async def begin(self, record: GenerationRecord) -> None:
        """Write the first record of a generation, unless it has one. Raises `DamagedViews` if that cannot be read."""
        ...

    async def move(self, old: GenerationRecord, new: GenerationRecord) -> bool:
        """Replace the record if it still is `old`. Return True if it was."""
        ...

    async def states(self, record: GenerationRecord, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        """Return the snapshots of `refs`; for an entity that never existed, the state before its first event."""
        ...

    async def children(self, record: GenerationRecord, parent: Ref, after: str, limit: int) -> Sequence[Ref]:
        """Return the children whose ids come after `after`, in the order of their ids."""
        ...

    async def parked(self, record: GenerationRecord) -> Sequence[Parked]:
        """Return the entities that are parked at the record's position.

        In the middle of a fan-out, this includes entities that the current commit has un-parked, on either side of the cursor.
        """
        ...

    async def put_items(
        self,
        record: GenerationRecord,
        changes: Sequence[Change],
        parked: Sequence[Parked],
        check: Check = send_always,
    ) -> bool:
        """Write read items, tombstones without an end, and which entities are parked or un-parked.

        Here and below, `check` is called before each request: it raises if none may start any more.

        Return False if a retry has begun to write items of an un-parked entity since it was read.
        """
        ...

    async def begin_retry(self, record: GenerationRecord, parked: Parked, keys: Collection[ViewKey]) -> Parked | None:
        """Add to a parked entity the keys at which a retry, or another generation, writes its items.

        Return the parked entity as it is now; None if it is not as it was read.
        """
        ...

    async def release_retried(self, record: GenerationRecord) -> None:
        """Let the items of all entities that the record names as retried expire."""
        ...

    async def end_items(self, record: GenerationRecord, changes: Sequence[Change], parked: Sequence[Parked]) -> None:
        """Give tombstones and un-parked entities an end, where they still stand at their positions.

        Called once the record has moved past them: no worker begins before them any more.
        """
        ...

    async def put_edges(self, record: GenerationRecord, edges: Sequence[Edge], check: Check = send_always) -> None: ...

    async def end_edges(self, record: GenerationRecord, edges: Sequence[Edge]) -> None:
        """Give edges that ended an end, where they still stand at their positions. Called once *folded* has passed them."""
        ...

    async def put_states(
        self, record: GenerationRecord, snapshots: Sequence[NewSnapshot], check: Check = send_always
    ) -> None: ...

    async def put_applied_batch(
        self, record: GenerationRecord, commits: Sequence[Commit], check: Check = send_always
    ) -> None:
        """Write the records of the commands of these commits, which follow one another. They are folded afterwards."""
        ...
