"""Policies answer events with commands. Workers run them (`runner`) once the events are rendered.

async def thank(event: TaskCompleted, context: PolicyContext) -> AsyncGenerator[Reaction]:
    yield Reaction(PostComment(…), name=event.task_id)

THANK = Policy("thank", {TaskCompleted: thank})
"""

from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ascend.domain.event import Event
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.arguments import check_name
from ascend.domain.runtime.reaction import Reaction
from ascend.projections.queries import Queries


@dataclass(frozen=True, slots=True)
class PolicyContext:
    """The workspace of an event, and the queries that a policy may ask.

    The answers include the event, may be newer, and lack entities that are parked. So a policy only finds out which
    commands may be of use: each command decides on its own, at the head of the log.
    """

    workspace: WorkspaceId
    queries: Queries
    """Ask as `OPERATOR`."""


React = Callable[[Any, PolicyContext], AsyncGenerator[Reaction]]


@dataclass(frozen=True)
class Policy:
    """Never change the `name`: it is part of the commands' ids, and of the key under which the position is stored."""

    name: str
    reacts: Mapping[type[Event], React]

    def __post_init__(self) -> None:
        check_name("a policy's name", self.name)


@dataclass(frozen=True, slots=True)
class PolicyPosition:
    """The position up to which a policy has answered the events of a workspace."""

    workspace: WorkspaceId
    policy: str
    position: int = 0
    commit_id: str = ""
    """Id of the commit at the position, compared with the log before going on. Empty if it is not known."""
    stalled: str = ""
    """The error with which the policy fails on the next commit. Empty if it does not fail."""


class PolicyPositions(Protocol):
    """Keeps positions: one item for each policy and workspace, and one item that lists the installed policies."""

    async def read(self, workspace: WorkspaceId) -> Mapping[str, PolicyPosition]:
        """Return the positions by policy. The read may lag.

        Then some commands are sent again, to no effect, and `begin` returns a position that the read did not show.
        """
        ...

    async def read_many(
        self, workspaces: Collection[WorkspaceId], policies: Collection[str], *, consistent: bool
    ) -> Mapping[tuple[WorkspaceId, str], PolicyPosition]:
        """Return the positions of these policies in many workspaces (100 a request), those that can be read."""
        ...

    async def begin(self, position: PolicyPosition) -> PolicyPosition:
        """Write the position, unless the policy has one in this workspace. Return the stored position."""
        ...

    async def move(self, old: PolicyPosition, new: PolicyPosition) -> bool:
        """Replace the position if it still is `old`. Return True if it was."""
        ...

    async def installed(self) -> Collection[str]:
        """Return the policies that are installed in this store, read consistently."""
        ...

    async def install(self, names: Collection[str]) -> None:
        """Add these policies to the installed ones."""
        ...


class FormerPositions(Protocol):
    """The positions that releases up to 0.2 keep in the views. They are read to install a policy, and never written."""

    async def read(self, workspace: WorkspaceId, *, consistent: bool) -> Mapping[str, PolicyPosition]:
        """Return the positions by policy."""
        ...

    async def installed(self) -> Collection[str]:
        """Return the policies that such a release has installed in this store, read consistently."""
        ...
