"""What the projection engine asks of the world: commits to read, and places for what it builds."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Applied, Folded, Point, Rendered
from ascend.domain.workspaces.view import Versioned
from ascend.projections.item import ReadItem, ViewKey
from ascend.projections.projection import Build, Epochs, Generation


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """How far one generation is in one workspace. The only thing that moves; every move names what it moves from."""

    workspace: WorkspaceId
    generation: Generation
    rendered: Rendered
    folded: Folded
    commit_id: str
    """Of the commit at *rendered*: when the log holds another, log and views do not belong together."""
    clock: int
    """Of the commit at *folded*."""
    parked: int = 0
    """Entities that cannot be rendered."""
    cursor: tuple[str, ...] = ()
    """How far the fan-out of the commit behind *rendered* is written: the path of the last entity."""
    stalled: str = ""
    """Why nothing moves: the log holds something that cannot be folded."""
    folded_id: str = ""
    """Of the commit at *folded*: commands compare it with the log, too."""
    incarnation: str = ""
    """This life of the generation: part of every key of its snapshots, so that what an earlier life left is not theirs."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Live read items by the name under which they count, at *rendered*; in the middle of a fan-out, at the cursor."""

    @property
    def reached(self) -> int:
        """The last commit of which something is rendered: in the middle of a fan-out, what lies before the cursor."""
        return self.rendered + bool(self.cursor)


@dataclass(frozen=True, slots=True)
class Change:
    """The last state of one read item within a batch. `item` is None where it vanished."""

    build: Build
    key: ViewKey
    position: int
    item: ReadItem | None


@dataclass(frozen=True, slots=True)
class Parked:
    """An entity that a projection cannot render, since `position`. Its last good items stay, and count as they did."""

    build: Build
    ref: Ref
    position: int
    error: str
    keys: tuple[ViewKey, ...]
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """What its last good items count."""
    until: int | None = None
    """Where it was rendered again. Known for longer than that: a worker may have to go there once more."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` hangs below `parent`, or (when not `there`) does so no more."""

    parent: Ref
    child: Ref
    position: int
    there: bool


class LogReader(Protocol):
    """The log as workers read it: by position, never skipping a number."""

    async def commits(
        self, workspace: WorkspaceId, first: int, limit: int, *, consistent: bool = False, least: int = 1
    ) -> Sequence[Commit]:
        """Commits from position `first` on, as far as they can be read in one go, and before what cannot be read.

        Those of an erased workspace are stubs without events, up to the erasure itself.
        Raises `UpgradeRequired` when something undecodable comes before `least` commits are read, and `LogDiverged` when
        a gap does (a read that is not consistent may show one for a moment).
        """
        ...

    async def head(self, workspace: WorkspaceId) -> Point:
        """Where the log ends now."""
        ...

    def workspaces(self) -> AsyncIterator[WorkspaceId]:
        """Every registered workspace but those that were erased; one of them may still be without a commit."""
        ...


class Views(Protocol):
    """Where records, snapshots and read items are kept. Every write moves something forward or changes nothing."""

    async def epochs(self) -> Epochs: ...

    async def set_epochs(self, old: Epochs, new: Epochs) -> bool: ...

    async def records(self, workspace: WorkspaceId) -> Sequence[GenerationRecord]:
        """The records of all generations that are kept for a workspace, in one consistent read."""
        ...

    async def begin(self, record: GenerationRecord) -> None:
        """Writes the first record of a generation, if there is none."""
        ...

    async def move(self, old: GenerationRecord, new: GenerationRecord) -> bool:
        """Replaces the record if it still is `old`."""
        ...

    async def states(self, record: GenerationRecord, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        """Snapshots; what never existed comes back unborn."""
        ...

    async def children(self, record: GenerationRecord, parent: Ref, after: str, limit: int) -> Sequence[Ref]:
        """Children in the order of their ids, those behind the id `after`."""
        ...

    async def parked(self, record: GenerationRecord) -> Sequence[Parked]:
        """What is parked where the record stands.

        In the middle of a fan-out also what its commit has rendered again, before the cursor or, by a crash, behind it.
        """
        ...

    async def put_change(self, workspace: WorkspaceId, change: Change) -> None: ...

    async def put_parked(self, record: GenerationRecord, parked: Parked) -> None: ...

    async def release(self, record: GenerationRecord, parked: Parked) -> None:
        """What was rendered again, and is behind the record: it may expire."""
        ...

    async def put_state(self, record: GenerationRecord, ref: Ref, state: Versioned) -> None: ...

    async def put_edge(self, record: GenerationRecord, edge: Edge) -> None: ...

    async def put_applied(self, record: GenerationRecord, applied: Applied) -> None: ...


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """Which part of one build's items: a partition, some of its sort keys, in the table or in an index."""

    build: Build
    partition: str
    prefix: str = ""
    low: str | None = None
    high: str | None = None
    """With `low` and `high`: sort keys from one to the other, both included; else those with the prefix."""
    index: int | None = None
    """1 or 2; None: the table, read consistently."""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of items as they are stored."""

    contents: Sequence[str]
    next: tuple[str, ...] | None


class Reader(Protocol):
    """Reads items for queries. Tombstones are left out."""

    async def get(self, wanted: Collection[tuple[Build, ViewKey]]) -> Mapping[tuple[Build, ViewKey], str]:
        """Contents of the items that exist: one consistent BatchGet, which refreshes the epochs as well.

        Raises `Rebuilt` when they have changed: other items are asked for from now on.
        """
        ...

    async def page(self, asked: ItemQuery, after: tuple[str, ...] | None, limit: int) -> ItemPage:
        """One Query."""
        ...

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        """The last commits, or those before a position, the latest first: one consistent Query of the log."""
        ...

    async def rendered(self, workspace: WorkspaceId) -> int:
        """How far this process's generation is."""
        ...

    async def counts(self, workspace: WorkspaceId) -> Mapping[str, int]:
        """Live read items of this process's generation by the name under which they count: one consistent read.

        It refreshes the epochs as well. Names that count nothing are left out.
        """
        ...
