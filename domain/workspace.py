"""Workspaces: the tenant. People are members with a role; the last owner cannot go."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, assert_never

from ascend.domain.command import NOTHING, Command, Decision, Role
from ascend.domain.errors import NotAllowed, NotFound, Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref, UserId, WorkspaceId
from ascend.domain.values import Label, Name

if TYPE_CHECKING:
    from ascend.domain.view import View

MEMBERS = 500
"""All members are kept in the workspace's state, so that every rule about them is decided at the head."""


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


class MemberAdded(WorkspaceEvent, tag="workspace.member_added"):
    user_id: UserId
    name: str
    role: Role


class MemberRoleChanged(WorkspaceEvent, tag="workspace.member_role_changed"):
    user_id: UserId
    role: Role


class MemberRemoved(WorkspaceEvent, tag="workspace.member_removed"):
    """Somebody was removed, or left (then `by` is the member)."""

    user_id: UserId


WorkspaceEvents = WorkspaceCreated | WorkspaceRenamed | MemberAdded | MemberRoleChanged | MemberRemoved


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    entity: ClassVar[str] = "workspace"
    id: WorkspaceId
    name: str
    members: dict[UserId, Member] = field(default_factory=dict[UserId, Member])

    def owners(self) -> int:
        return sum(member.role is Role.OWNER for member in self.members.values())


class WorkspaceExists(Refusal):
    """There is a workspace with this id already."""


class LastOwner(Refusal):
    """A workspace needs an owner: make somebody else owner first."""


class WorkspaceFull(Refusal):
    """The workspace has as many members as it can have."""


class NoSuchMember(NotFound):
    """This user is not a member of the workspace."""


class CreateWorkspace(Command):
    """The sender becomes its owner. Sent to the workspace's new id."""

    needs = None
    name: Name
    owner_name: Label

    def decide(self, view: "View") -> Decision:
        there = view.find(Workspace, view.workspace_id)
        if there is None:
            made = WorkspaceCreated(
                at=view.at,
                by=view.actor,
                workspace_id=view.workspace_id,
                name=self.name,
                owner_name=self.owner_name,
            )
            return [made]
        me = there.members.get(view.actor)
        if there.name == self.name and me is not None and me.role is Role.OWNER:
            return NOTHING
        raise WorkspaceExists(view.workspace_id)


class RenameWorkspace(Command):
    needs = Role.ADMIN
    name: Name

    def decide(self, view: "View") -> Decision:
        if view.workspace.name == self.name:
            return NOTHING
        return [WorkspaceRenamed(at=view.at, by=view.actor, workspace_id=view.workspace_id, name=self.name)]


class AddMember(Command):
    needs = Role.ADMIN
    user_id: UserId
    name: Label
    role: Role = Role.MEMBER

    def decide(self, view: "View") -> Decision:
        if self.user_id in view.workspace.members:
            return NOTHING  # their role is changed by ChangeRole, never by chance
        if len(view.workspace.members) >= MEMBERS:
            raise WorkspaceFull(f"at most {MEMBERS}")
        may_grant(view, self.role)
        added = MemberAdded(
            at=view.at,
            by=view.actor,
            workspace_id=view.workspace_id,
            user_id=self.user_id,
            name=self.name,
            role=self.role,
        )
        return [added]


class ChangeRole(Command):
    needs = Role.ADMIN
    user_id: UserId
    role: Role

    def decide(self, view: "View") -> Decision:
        member = the_member(view, self.user_id)
        if member.role is self.role:
            return NOTHING
        may_grant(view, self.role)
        may_grant(view, member.role)
        keep_an_owner(view, member)
        changed = MemberRoleChanged(
            at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=self.user_id, role=self.role
        )
        return [changed]


class RemoveMember(Command):
    needs = Role.ADMIN
    user_id: UserId

    def decide(self, view: "View") -> Decision:
        member = view.workspace.members.get(self.user_id)
        if member is None:
            return NOTHING
        may_grant(view, member.role)
        return removed(view, self.user_id, member)


class LeaveWorkspace(Command):
    needs = Role.VIEWER

    def decide(self, view: "View") -> Decision:
        return removed(view, view.actor, the_member(view, view.actor))


def removed(view: "View", user: UserId, member: Member) -> Decision:
    keep_an_owner(view, member)
    return [MemberRemoved(at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=user)]


def the_member(view: "View", user: UserId) -> Member:
    member = view.workspace.members.get(user)
    if member is None:
        raise NoSuchMember(user)
    return member


def may_grant(view: "View", role: Role) -> None:
    """Nobody gives, changes or takes a role above their own."""
    mine = view.role()
    if mine is None or not mine.allows(role):
        raise NotAllowed(f"{view.actor} is {mine}, and cannot give or take the role {role}")


def keep_an_owner(view: "View", member: Member) -> None:
    if member.role is Role.OWNER and view.workspace.owners() == 1:
        raise LastOwner(view.workspace_id)


def evolve(workspace: Workspace | None, event: WorkspaceEvents, me: str) -> Workspace:
    if isinstance(event, WorkspaceCreated) and workspace is None:
        owner = {event.by: Member(event.owner_name, Role.OWNER)}
        return Workspace(id=event.workspace_id, name=event.name, members=owner)
    if workspace is None:
        raise ValueError(f"{event.tag} before workspace.created")
    members = workspace.members
    match event:
        case WorkspaceCreated():
            raise ValueError("workspace.created twice")
        case WorkspaceRenamed():
            return replace(workspace, name=event.name)
        case MemberAdded():
            return replace(workspace, members={**members, event.user_id: Member(event.name, event.role)})
        case MemberRoleChanged():
            changed = replace(members[event.user_id], role=event.role)
            return replace(workspace, members={**members, event.user_id: changed})
        case MemberRemoved():
            return replace(workspace, members={u: m for u, m in members.items() if u != event.user_id})
        case _:
            assert_never(event)
