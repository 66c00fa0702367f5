"""A commit: the commands that one append writes, as one item at one position. `body` tells how they are stored."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile

from ascend.domain.event import Event
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.chain import hash_body, hash_commit
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.workspaces.workspace import WorkspaceErased, WorkspaceIsErased


@dataclass(frozen=True, slots=True)
class Commit:
    """The content of one slot of a workspace's log. `make_commit` makes a new one."""

    workspace: WorkspaceId
    position: int
    id: str
    clock: int
    """Hybrid logical clock, in milliseconds: at least the predecessor's, and at least the time of every command here."""
    time: datetime
    """The writer's wall clock, for people only."""
    records: tuple[CommandRecord, ...]
    """The accepted commands, also those that changed nothing. Empty in a stub."""
    hash: bytes
    """The hash of the chain up to here (see `chain`)."""
    is_stub: bool = False
    """True for what erasure put in place of a commit."""
    _owners: list[CommandRecord] = field(default_factory=list[CommandRecord], init=False, repr=False, compare=False)
    """The record of each event, once somebody has asked for one."""

    def events(self) -> Iterator[Event]:
        for record in self.records:
            yield from record.events

    def record_of(self, index: int) -> CommandRecord:
        """Return the record of the command that led to the event with this index within the commit."""
        if not self._owners:
            self._owners.extend(record for record in self.records for _ in record.events)
        return self._owners[index]

    @property
    def is_erased(self) -> bool:
        """True for a stub and for the erasure itself. From there on, the workspace is not projected any more."""
        return self.is_stub or any(isinstance(event, WorkspaceErased) for event in self.events())


def make_commit(
    predecessor: bytes,
    workspace: WorkspaceId,
    position: int,
    *,
    id: str,
    clock: int,
    time: datetime,
    records: Iterable[CommandRecord],
    body: Body,
) -> Commit:
    """Return the commit with this body, which follows the commit with the hash `predecessor`."""
    stored = format_time(time), body.format, hash_body(body.content)
    hash = hash_commit(predecessor, workspace, position, id, clock, *stored)
    return Commit(workspace, position, id, clock, time, tuple(records), hash)


def format_time(time: datetime) -> str:
    """Return the time as it is stored."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")


def before_erasure(commits: Sequence[Commit]) -> Sequence[Commit]:
    """Return the commits before the erasure of the workspace, where the log ends for workers.

    Raises:
        WorkspaceIsErased: there are commits, but none before the erasure.
    """
    alive = list(takewhile(lambda commit: not commit.is_erased, commits))
    if commits and not alive:
        raise WorkspaceIsErased(commits[0].workspace)
    return alive


def count_events(commit: Commit) -> int:
    """Return the number of events in a commit. A command that changed nothing counts as one: it takes memory, too."""
    return sum([len(record.events) or 1 for record in commit.records])
