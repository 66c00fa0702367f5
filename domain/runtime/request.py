"""A request to apply a command, its receipt, and the rules that hold for every command."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ascend.domain.errors import CommandFromTheFuture, LimitExceeded, NotAllowed, VersionConflict
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId, time_of
from ascend.domain.workspaces.command import Command, Decision, NotImported
from ascend.domain.workspaces.view import View
from ascend.domain.workspaces.workspace import Workspace, WorkspaceIsArchived, WorkspaceIsErased

AHEAD = timedelta(seconds=60)
"""The time in an id may be ahead of this machine's clock by this much."""
TRACE_CHARACTERS = 128
TOUCHED = 500
"""The number of entities that one command may touch."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of an accepted command: the position of its commit, and the number of its events.

    `events` is 0 if the command changed nothing, because it was so already. That is recorded as well: sent again, the
    command gets the same receipt, whatever has changed since.
    """

    workspace: WorkspaceId
    command_id: CommandId
    position: int
    events: int
    repeated: bool = field(default=False, compare=False)
    """True if the command was applied before. The receipt is that of the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command with its actor, its id, and the versions of entities that the actor saw."""

    workspace: WorkspaceId
    command: Command
    actor: UserId
    command_id: CommandId
    expected: dict[Ref, int] = field(default_factory=dict[Ref, int])
    """The versions of entities that the actor saw. If one has changed since, the command is refused: `VersionConflict`."""
    correlation: str | None = None
    causation: str | None = None
    imported: bool = False
    """True if an import sends the command: then it may carry the time `at`. Not in the digest (see `digest`)."""

    def __post_init__(self) -> None:
        if len(self.correlation or "") > TRACE_CHARACTERS or len(self.causation or "") > TRACE_CHARACTERS:
            raise LimitExceeded(f"correlation and causation have at most {TRACE_CHARACTERS} characters each")
        if len(self.expected) > TOUCHED:
            raise LimitExceeded(f"expected names at most {TOUCHED} entities")

    def digest(self) -> str:
        """Return a digest of all that the sender set.

        `imported` is not in it: it says by which way the command came, and nothing about its content. So a command
        that was applied gets its first receipt, whichever way it is sent again, and imports of earlier versions, which
        had no such mark, are found again.
        """
        if not self.expected:
            return self.command.digest(self.actor)
        versions = (f"{ref}={version}" for ref, version in sorted(self.expected.items()))
        return self.command.digest(self.actor, *versions)


def decide(request: Request, view: View) -> Decision:
    """Apply the rules that hold for every command, then the command's own. Return the events.

    Raises:
        Refusal: a rule refused the command.
        NotLoaded: a rule asked for an entity that is not loaded.
    """
    workspace = view.find(Workspace, request.workspace)
    if workspace is not None and workspace.erased:
        raise WorkspaceIsErased(request.workspace)
    if request.command.needs is not None:
        view.require(request.command.needs)
    if request.expected and request.command.needs is None:
        raise NotAllowed("only members may expect versions")  # others must not learn any version
    for ref, version in request.expected.items():
        if view.versioned(ref).version != version:
            raise VersionConflict(f"{ref} has version {view.versioned(ref).version}, not {version}")
    if workspace is not None and workspace.archived and not request.command.while_archived:
        raise WorkspaceIsArchived(request.workspace)
    if request.command.at is not None and not request.imported:
        raise NotImported(type(request.command).__name__)
    return request.command.decide(view)


def find_horizon(now: datetime) -> float:
    """Return the latest time, in milliseconds since 1970, that an id may carry."""
    return (now + AHEAD).timestamp() * 1_000


def check_new_id(command_id: CommandId, time: int | None, horizon: float) -> None:
    """Check the id of a command that was not applied before, so that one wrong clock cannot drag the log's clock along.

    `time` is the one that the id carries.

    Raises:
        CommandFromTheFuture: the time in the id is too far ahead of the clock.
    """
    if time is not None and time > horizon:
        ahead = (time - horizon) / 1_000 + AHEAD.total_seconds()
        raise CommandFromTheFuture(f"{command_id}, {ahead:.0f} s ahead")


def check_limits(events: Collection[Event], view: View, horizon: float) -> int:
    """Check the number of entities that the events touch, and the times in the ids of those that they bring into being.

    Entities that exist are not checked: another host, whose clock was ahead, may have created them.
    Return the latest of these times, in milliseconds: 0 where no id carries one.

    Raises:
        LimitExceeded: the events touch too many entities.
        CommandFromTheFuture: the time in an id is too far ahead of the clock.
        NotLoaded: it is not known whether an entity exists.
    """
    times = {ref: time_of(ref.id) or 0 for event in events for ref in event.touched_refs}
    if len(times) > TOUCHED:
        raise LimitExceeded(f"a command touches at most {TOUCHED} entities, this one touches {len(times)}")
    latest = max(times.values(), default=0)
    if latest > horizon:
        ahead = [ref for ref, time in times.items() if time > horizon]
        view.load(*ahead)
        if any(view.versioned(ref).state is None for ref in ahead):
            raise CommandFromTheFuture("the id of an entity that the command creates")
    return latest
