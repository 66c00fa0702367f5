"""Workspaces: the tenants. People are members with a role. The commands are in `lifecycle` and `members`.

active ⇄ archived (nothing in it changes)            either ──erase──▶ erased: for good, and its id is never used again
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar, assert_never

from ascend.domain.errors import Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref, UserId, WorkspaceId
from ascend.domain.role import Role

T = TypeVar("T")

MEMBERS = 500
"""The number of members that a workspace can have.

The state of the workspace holds all of them, so that every rule about them is decided at the head.
"""
INVITATIONS = 100
"""The number of open invitations that a workspace can have, for the same reason."""
PEOPLE_BYTES = 64 * (MEMBERS + INVITATIONS)
"""The bytes that the ids of all members and invited users take together, for the same reason."""


class WorkspaceEvent(Event):
    workspace_id: WorkspaceId
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Workspace.entity, self.workspace_id),)


class WorkspaceCreated(WorkspaceEvent, tag="workspace.created"):
    name: str
    owner_name: str


class WorkspaceRenamed(WorkspaceEvent, tag="workspace.renamed"):
    name: str


class WorkspaceDescribed(WorkspaceEvent, tag="workspace.described"):
    """All details of the workspace after this event."""

    tags: tuple[str, ...]
    metadata: dict[str, str]


class WorkspaceArchived(WorkspaceEvent, tag="workspace.archived"): ...


class WorkspaceRestored(WorkspaceEvent, tag="workspace.restored"): ...


class WorkspaceErased(WorkspaceEvent, tag="workspace.erased"):
    """The workspace was erased. This is the last event of its log: all commits before it become stubs."""


class MemberInvited(WorkspaceEvent, tag="workspace.member_invited"):
    user_id: UserId
    role: Role


class InvitationWithdrawn(WorkspaceEvent, tag="workspace.invitation_withdrawn"):
    """An admin withdrew the invitation, or the invited user declined it: then `by` is the invited user."""

    user_id: UserId


class MemberJoined(WorkspaceEvent, tag="workspace.member_joined"):
    """The invited user accepted the invitation."""

    name: str
    role: Role


class MemberAdded(WorkspaceEvent, tag="workspace.member_added"):
    user_id: UserId
    name: str
    role: Role


class MemberRoleChanged(WorkspaceEvent, tag="workspace.member_role_changed"):
    user_id: UserId
    role: Role


class MemberRemoved(WorkspaceEvent, tag="workspace.member_removed"):
    """A member was removed, or left: then `by` is the member."""

    user_id: UserId


WorkspaceEvents = (
    WorkspaceCreated
    | WorkspaceRenamed
    | WorkspaceDescribed
    | WorkspaceArchived
    | WorkspaceRestored
    | WorkspaceErased
    | MemberInvited
    | InvitationWithdrawn
    | MemberJoined
    | MemberAdded
    | MemberRoleChanged
    | MemberRemoved
)


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A tenant: people are its members, each in a role, and every other entity lies in a workspace."""

    entity: ClassVar[str] = "workspace"
    id: WorkspaceId
    name: str
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    members: dict[UserId, Member] = field(default_factory=dict[UserId, Member])
    invited: dict[UserId, Role] = field(default_factory=dict[UserId, Role])
    archived: bool = False
    erased: bool = False

    def owners(self) -> int:
        """Return the number of owners."""
        return sum(member.role is Role.OWNER for member in self.members.values())

    def has_room_for_id(self, user: UserId) -> bool:
        """Return True if the ids of the members and the invited users leave room for this one."""
        return sum(map(_stored_bytes, {*self.members, *self.invited, user})) <= PEOPLE_BYTES


def _stored_bytes(user: UserId) -> int:
    """Return the length of an id in the JSON of the state, where a quotation mark or backslash takes two bytes."""
    return len(user.encode()) + user.count('"') + user.count("\\")


class WorkspaceIsArchived(Refusal):
    """An archived workspace cannot be changed: restore it first."""


class WorkspaceIsErased(Refusal):
    """This workspace was erased: its id is never used again."""


def evolve(workspace: Workspace | None, event: WorkspaceEvents, me: str) -> Workspace:
    if isinstance(event, WorkspaceErased):  # also if all commits before it are stubs
        return Workspace(id=event.workspace_id, name="", erased=True)
    if isinstance(event, WorkspaceCreated) and workspace is None:
        owner = {event.by: Member(event.owner_name, Role.OWNER)}
        return Workspace(id=event.workspace_id, name=event.name, members=owner)
    if workspace is None:
        raise ValueError(f"{event.tag} before workspace.created")
    match event:
        case WorkspaceCreated():
            raise ValueError("workspace.created twice")
        case WorkspaceRenamed():
            return replace(workspace, name=event.name)
        case WorkspaceDescribed():
            return replace(workspace, tags=event.tags, metadata=event.metadata)
        case WorkspaceArchived():
            return replace(workspace, archived=True)
        case WorkspaceRestored():
            return replace(workspace, archived=False)
        case MemberInvited():
            return replace(workspace, invited={**workspace.invited, event.user_id: event.role})
        case InvitationWithdrawn():
            return replace(workspace, invited=without_user(workspace.invited, event.user_id))
        case MemberJoined():
            return add_member(workspace, event.by, Member(event.name, event.role))
        case MemberAdded():
            return add_member(workspace, event.user_id, Member(event.name, event.role))
        case MemberRoleChanged():
            changed = replace(workspace.members[event.user_id], role=event.role)
            return replace(workspace, members={**workspace.members, event.user_id: changed})
        case MemberRemoved():
            return replace(workspace, members=without_user(workspace.members, event.user_id))
        case _:
            assert_never(event)


def add_member(workspace: Workspace, user: UserId, member: Member) -> Workspace:
    members = {**workspace.members, user: member}
    return replace(workspace, members=members, invited=without_user(workspace.invited, user))


def without_user(users: dict[UserId, T], user: UserId) -> dict[UserId, T]:
    return {other: value for other, value in users.items() if other != user}
