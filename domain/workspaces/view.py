"""The view: a lazy, read-only picture of one workspace at one position. A decision sees nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from ascend.domain.errors import NotAllowed, NotFound
from ascend.domain.ids import POLICIES, Ref, UserId, WorkspaceId
from ascend.domain.role import Role
from ascend.domain.workspaces.workspace import Workspace


class Entity(Protocol):
    """The state of an entity: a frozen dataclass that names its kind."""

    entity: ClassVar[str]


S = TypeVar("S", bound=Entity)


@dataclass(frozen=True, slots=True)
class Versioned:
    """An entity's state, its version, and the position of the last event that touched it.

    The version counts the events about the entity.
    """

    state: Entity | None
    version: int
    position: int


NEVER_EXISTED = Versioned(None, 0, 0)
"""Stands for an entity that never existed."""


class NotLoaded(Exception):
    """A decision asked for entities that are not loaded."""

    def __init__(self, *refs: Ref) -> None:
        super().__init__(*refs)
        self.refs = refs


class View:
    """The part of a workspace that a decision asks for.

    Asking for an entity that is not loaded raises `NotLoaded`. The runtime loads the entity and decides again.
    """

    def __init__(self, workspace: WorkspaceId, actor: UserId, at: datetime, entities: Mapping[Ref, Versioned]) -> None:
        self.workspace_id = workspace
        self.actor = actor
        self.at = at
        self._entities = entities

    def versioned(self, ref: Ref) -> Versioned:
        """Return the entity with its version, also if it never existed or was deleted."""
        try:
            return self._entities[ref]
        except KeyError:
            raise NotLoaded(ref) from None

    def load(self, *refs: Ref) -> None:
        """Ask for all these entities at once. Use it if the decision will look at all of them."""
        if missing := [ref for ref in refs if ref not in self._entities]:
            raise NotLoaded(*missing)

    def find(self, kind: type[S], id: str) -> S | None:
        """Return the entity's state, None if it never existed. A deleted entity is found, too."""
        entity: Any = self.versioned(Ref(kind.entity, id)).state
        state: S | None = entity  # `cast` would be a call, and decisions find several states
        return state

    def get(self, kind: type[S], id: str) -> S:
        """Return the entity's state. A deleted entity is found, too.

        Raises:
            NotFound: the entity never existed.
        """
        state = self.find(kind, id)
        if state is None:
            raise NotFound(Ref(kind.entity, id))
        return state

    @property
    def workspace(self) -> Workspace:
        return self.get(Workspace, self.workspace_id)

    def role(self) -> Role | None:
        """Return the actor's role, None if the actor is not a member."""
        member = self.workspace.members.get(self.actor)
        return member.role if member else None

    def may(self, needed: Role) -> bool:
        """Return True if the actor is a policy, or a member with at least this role."""
        role = self.role()
        return self.actor == POLICIES or (role is not None and role.allows(needed))

    def require(self, needed: Role) -> None:
        """Check that the actor has at least this role.

        Raises:
            NotAllowed: the actor does not.
        """
        if not self.may(needed):
            raise NotAllowed(f"{self.actor} is {self.role() or 'no member'}, {needed} is needed")
