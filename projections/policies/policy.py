"""Policies: what answers events with commands. Workers run them (`policy_runner`), behind what is rendered.

async def thank(event: TaskCompleted, context: PolicyContext) -> AsyncGenerator[Reaction]:
    yield Reaction(PostComment(…), name=event.task_id)

THANK = Policy("thank", {TaskCompleted: thank})
"""

import re
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ascend.domain.errors import InvalidInput
from ascend.domain.event import Event
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.reaction import Reaction
from ascend.projections.queries import Queries

NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class PolicyContext:
    """Where a policy may look. What it sees includes the event, may be newer, and lacks entities that are parked.

    So it only says which commands may be of use: each of them decides on its own, at the head of the log.
    """

    workspace: WorkspaceId
    queries: Queries
    """Ask as `OPERATOR`."""


React = Callable[[Any, PolicyContext], AsyncGenerator[Reaction]]


@dataclass(frozen=True)
class Policy:
    """`name` is for ever: it stands in the ids of the commands, and in the item that keeps the policy's position."""

    name: str
    reacts: Mapping[type[Event], React]

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise InvalidInput(f"a policy's name is made of a-z, 0-9 and -, not {self.name[:80]!r}")


@dataclass(frozen=True, slots=True)
class PolicyPosition:
    """How far a policy has answered the events of a workspace."""

    workspace: WorkspaceId
    policy: str
    position: int = 0
    commit_id: str = ""
    """Of the commit there, compared with the log before going on; empty where it is not known."""
    stalled: str = ""
    """Why it does not go on: it fails on the next commit that it would answer."""


class PolicyPositions(Protocol):
    """Where positions are kept: one item a policy and workspace, and one that says which policies are installed."""

    async def of(self, workspace: WorkspaceId) -> Mapping[str, PolicyPosition]:
        """By policy. May lag: then something is done again, to no effect."""
        ...

    async def begin(self, position: PolicyPosition) -> PolicyPosition:
        """Writes it if the policy has none in this workspace; what stands there now."""
        ...

    async def move(self, old: PolicyPosition, new: PolicyPosition) -> bool:
        """Replaces it if it still is `old`."""
        ...

    async def installed(self) -> Collection[str]:
        """The policies that are installed in this store, read consistently."""
        ...

    async def install(self, names: Collection[str]) -> None:
        """From now on these are installed, too."""
        ...
