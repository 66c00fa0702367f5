"""The ports of the projection engine: commits to read, and places for what is built."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ascend.domain.errors import DamagedViews
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Folded, Point, Rendered
from ascend.domain.workspaces.view import Versioned
from ascend.projections.build import Build, Epochs, Generation
from ascend.projections.deadline import Check, send_always
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """The checkpoint of one generation in one workspace. Every move names the record that it replaces."""

    workspace: WorkspaceId
    generation: Generation
    rendered: Rendered
    folded: Folded
    commit_id: str
    """Id of the commit at *rendered*."""
    clock: int
    """Clock of the commit at *folded*."""
    parked: int = 0
    """Entities that are parked."""
    cursor: tuple[str, ...] = ()
    """In the middle of a fan-out of the commit after *rendered*: the path of the last entity that is written."""
    stalled: str = ""
    """The reason why the workspace is stalled: the log holds something that cannot be folded."""
    folded_id: str = ""
    """Id of the commit at *folded*."""
    incarnation: str = ""
    """Part of every key of this generation's snapshots, so that nothing of an earlier incarnation is taken for them."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Live read items by the name under which they count, at *rendered*; in the middle of a fan-out, at the cursor."""
    rendered_hash: bytes = START_HASH
    """Hash of the commit at *rendered*. If the log holds another commit there, log and views do not belong together."""
    folded_hash: bytes = START_HASH
    """Hash of the commit at *folded*. Commands compare it with the log, too."""
    retried: tuple[tuple[Build, Ref], ...] = ()
    """Entities that were rendered again at *rendered*, and whose parked items are not released yet (see `engine.retry`)."""

    @property
    def reached(self) -> int:
        """The last commit of which something is rendered: in the middle of a fan-out, the commit after *rendered*."""
        return self.rendered + bool(self.cursor)


def find_record(records: Iterable[GenerationRecord], generation: Generation) -> GenerationRecord | None:
    """Return the record of this generation among the records of a workspace."""
    return next((record for record in records if record.generation == generation), None)


@dataclass(frozen=True, slots=True)
class Change:
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


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The records of a workspace, and an error for each that cannot be read, by its sort key."""

    readable: Sequence[GenerationRecord]
    unreadable: Mapping[str, DamagedViews]


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
    ) -> Sequence[Commit]:
        """Return commits from position `first` on, as many as one request reads, up to the first unreadable commit.

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


class Views(Protocol):
    """Keeps records, snapshots and read items. Every write moves something forward or changes nothing.

    What a method writes is sent together. So no two of its arguments may have the same key.
    """

    async def epochs(self) -> Epochs: ...

    async def set_epochs(self, old: Epochs, new: Epochs) -> bool: ...

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

    async def begin_retry(self, record: GenerationRecord, parked: Parked, keys: Collection[ViewKey]) -> bool:
        """Add to a parked entity the keys at which a retry will write its items. Return False if it is not as it was read."""
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
