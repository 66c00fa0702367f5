"""A command as it is sent, what becomes of it, and the rules that hold for every one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ascend.domain.errors import CommandFromTheFuture, LimitExceeded, NotAllowed, VersionConflict
from ascend.domain.event import Event, touched
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId, time_of
from ascend.domain.workspaces.command import Command, Decision
from ascend.domain.workspaces.view import View
from ascend.domain.workspaces.workspace import Workspace, WorkspaceIsArchived, WorkspaceIsErased

AHEAD = timedelta(seconds=60)
"""How far the time in an id may be ahead of this machine's clock."""
TRACE_CHARACTERS = 128
TOUCHED = 500
"""Entities that one command may touch."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a command. `events` is 0 when it was so already; then `position` is where that was confirmed."""

    workspace: WorkspaceId
    command_id: CommandId
    position: int
    events: int
    repeated: bool = field(default=False, compare=False)
    """The command was applied before; this is what became of it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command on its way, with who sent it and what they had seen."""

    workspace: WorkspaceId
    command: Command
    actor: UserId
    command_id: CommandId
    expected: dict[Ref, int] = field(default_factory=dict[Ref, int])
    """The version of entities as the sender saw them: where one has changed since, `VersionConflict`."""
    correlation: str | None = None
    causation: str | None = None

    def __post_init__(self) -> None:
        if any(len(text or "") > TRACE_CHARACTERS for text in (self.correlation, self.causation)):
            raise LimitExceeded(f"correlation and causation have at most {TRACE_CHARACTERS} characters")
        if len(self.expected) > TOUCHED:
            raise LimitExceeded(f"versions of at most {TOUCHED} entities can be expected")

    def digest(self) -> str:
        """Identifies what the sender set."""
        seen = (f"{ref}={version}" for ref, version in sorted(self.expected.items()))
        return self.command.digest(self.actor, *seen)


def decide(request: Request, view: View) -> Decision:
    """The rules that hold for every command, then its own. Raises `Refusal` and `NotLoaded`."""
    workspace = view.find(Workspace, request.workspace)
    if workspace is not None and workspace.erased:
        raise WorkspaceIsErased(request.workspace)
    if request.command.needs is not None:
        view.require(request.command.needs)
    if request.expected and request.command.needs is None:
        raise NotAllowed("versions can be expected by members only")  # who is none must not learn any
    for ref, version in request.expected.items():
        if view.versioned(ref).version != version:
            raise VersionConflict(f"{ref} has version {view.versioned(ref).version}, not {version}")
    if workspace is not None and workspace.archived and not request.command.while_archived:
        raise WorkspaceIsArchived(request.workspace)
    return request.command.decide(view)


def check_events(events: Collection[Event], now: datetime) -> None:
    count = len(touched(events))
    if count > TOUCHED:
        raise LimitExceeded(f"a command touches at most {TOUCHED} entities, this one {count}")
    if latest_id(events) / 1_000 > (now + AHEAD).timestamp():
        raise CommandFromTheFuture("the id of an entity that it creates")


def latest_id(events: Collection[Event]) -> int:
    """The latest time, in milliseconds, of the ids that the events touch; 0 where none carries a time."""
    return max((time_of(ref.id) or 0 for ref in touched(events)), default=0)
