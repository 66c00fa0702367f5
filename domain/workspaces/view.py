"""The view: a lazy, read-only picture of one workspace at one position, which is all that a decision sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, TypeVar, cast

from ascend.domain.errors import NotAllowed, NotFound
from ascend.domain.ids import POLICIES, Ref, UserId, WorkspaceId
from ascend.domain.role import Role
from ascend.domain.workspaces.workspace import Workspace


class Entity(Protocol):
    """The state of an entity: a frozen dataclass that names what it is."""

    entity: ClassVar[str]


S = TypeVar("S", bound=Entity)


@dataclass(frozen=True, slots=True)
class Versioned:
    """An entity's state; its version, which counts the events about it; the position of the last that touched it."""

    state: Entity | None
    version: int
    position: int


NEVER_EXISTED = Versioned(None, 0, 0)


class NotLoaded(Exception):
    """A decision asked for entities that are not in memory."""

    def __init__(self, *refs: Ref) -> None:
        super().__init__(*refs)
        self.refs = refs


class View:
    """What a decision may look at. Asking for an entity that is not loaded suspends the decision."""

    def __init__(self, workspace: WorkspaceId, actor: UserId, at: datetime, entities: Mapping[Ref, Versioned]) -> None:
        self.workspace_id = workspace
        self.actor = actor
        self.at = at
        self._entities = entities

    def versioned(self, ref: Ref) -> Versioned:
        """The entity with its version, also when it never existed or was deleted."""
        try:
            return self._entities[ref]
        except KeyError:
            raise NotLoaded(ref) from None

    def load(self, *refs: Ref) -> None:
        """Asks for all of them at once, where the decision will look at all of them."""
        if missing := [ref for ref in refs if ref not in self._entities]:
            raise NotLoaded(*missing)

    def find(self, kind: type[S], id: str) -> S | None:
        """The entity's state, None when there never was one. A deleted one is found, too."""
        return cast("S | None", self.versioned(Ref(kind.entity, id)).state)

    def get(self, kind: type[S], id: str) -> S:
        """Like `find`, but raises `NotFound`."""
        state = self.find(kind, id)
        if state is None:
            raise NotFound(Ref(kind.entity, id))
        return state

    @property
    def workspace(self) -> Workspace:
        return self.get(Workspace, self.workspace_id)

    def role(self) -> Role | None:
        member = self.workspace.members.get(self.actor)
        return member.role if member else None

    def may(self, needed: Role) -> bool:
        """Whether the actor is a member with at least this role, or a policy."""
        role = self.role()
        return self.actor == POLICIES or (role is not None and role.allows(needed))

    def require(self, needed: Role) -> None:
        """Raises `NotAllowed` unless the actor `may`."""
        if not self.may(needed):
            raise NotAllowed(f"{self.actor} is {self.role() or 'no member'}, {needed} is needed")
