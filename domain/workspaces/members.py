"""Who may be in a workspace, and as what: invite and join, add, change the role, remove, leave.

              ┌── withdraw, decline ──┐
invite ──▶ invited ──join──▶ member ──remove, leave──▶ gone        add: at once, for who knows that they want to
"""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ascend.domain.errors import NotAllowed, NotFound, Refusal
from ascend.domain.ids import UserId
from ascend.domain.role import Role
from ascend.domain.values import Label
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.workspace import (
    INVITATIONS,
    MEMBERS,
    InvitationWithdrawn,
    Member,
    MemberAdded,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
    Workspace,
)

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View


def _person(user: UserId) -> UserId:
    if user.startswith("~"):
        raise PydanticCustomError("user", "one of the system's own users cannot be a member")
    return user


Person = Annotated[UserId, AfterValidator(_person)]


class LastOwner(Refusal):
    """A workspace needs an owner: make somebody else owner first."""


class WorkspaceFull(Refusal):
    """The workspace has as many members as it can have."""


class TooManyInvitations(Refusal):
    """The workspace has as many open invitations as it can have: withdraw one."""


class NoSuchMember(NotFound):
    """This user is not a member of the workspace."""


class NotInvited(NotFound):
    """This user has no open invitation to the workspace."""


class InviteMember(Command):
    """The invited user finds it among their invitations, and joins or declines."""

    needs = Role.ADMIN
    user_id: Person
    role: Role = Role.MEMBER

    def decide(self, view: "View") -> Decision:
        workspace = view.workspace
        before = workspace.invited.get(self.user_id)
        if self.user_id in workspace.members or before is self.role:
            return NOTHING
        if before is None and len(workspace.invited) >= INVITATIONS:
            raise TooManyInvitations(f"at most {INVITATIONS}")
        check_may_grant(view, self.role)
        check_may_grant(view, before or self.role)
        return [
            MemberInvited(
                at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=self.user_id, role=self.role
            )
        ]


class WithdrawInvitation(Command):
    """The user can no longer join. Nobody withdraws an invitation to a role above their own."""

    needs = Role.ADMIN
    user_id: UserId

    def decide(self, view: "View") -> Decision:
        role = view.workspace.invited.get(self.user_id)
        if role is None:
            return NOTHING
        check_may_grant(view, role)
        return withdraw(view, self.user_id)


class DeclineInvitation(Command):
    """Sent by the invited user."""

    needs = None
    while_archived: ClassVar[bool] = True

    def decide(self, view: "View") -> Decision:
        workspace = view.find(Workspace, view.workspace_id)
        if workspace is None or view.actor not in workspace.invited:
            raise NotInvited(view.actor)
        return withdraw(view, view.actor)


class JoinWorkspace(Command):
    """Sent by the invited user, with the name by which the others will know them."""

    needs = None
    while_archived: ClassVar[bool] = True
    name: Label

    def decide(self, view: "View") -> Decision:
        workspace = view.find(Workspace, view.workspace_id)
        if workspace is not None and view.actor in workspace.members:
            return NOTHING
        if workspace is None or view.actor not in workspace.invited:
            raise NotInvited(view.actor)  # whether there is such a workspace is not for them to know
        check_room(workspace)
        joined = MemberJoined(
            at=view.at,
            by=view.actor,
            workspace_id=view.workspace_id,
            name=self.name,
            role=workspace.invited[view.actor],
        )
        return [joined]


class AddMember(Command):
    """Without an invitation: for who has the user's consent already. `InviteMember` asks for it."""

    needs = Role.ADMIN
    user_id: Person
    name: Label
    role: Role = Role.MEMBER

    def decide(self, view: "View") -> Decision:
        if self.user_id in view.workspace.members:
            return NOTHING  # their role is changed by ChangeRole, never by chance
        check_room(view.workspace)
        check_may_grant(view, self.role)
        check_may_grant(view, view.workspace.invited.get(self.user_id, self.role))
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
    """Of a member. Nobody gives or takes a role above their own, and the last owner stays owner."""

    needs = Role.ADMIN
    user_id: UserId
    role: Role

    def decide(self, view: "View") -> Decision:
        member = existing_member(view, self.user_id)
        if member.role is self.role:
            return NOTHING
        check_may_grant(view, self.role)
        check_may_grant(view, member.role)
        check_not_last_owner(view, member)
        changed = MemberRoleChanged(
            at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=self.user_id, role=self.role
        )
        return [changed]


class RemoveMember(Command):
    """They see nothing any more, and a policy unassigns them from open tasks. The last owner cannot be removed."""

    needs = Role.ADMIN
    user_id: UserId

    def decide(self, view: "View") -> Decision:
        member = view.workspace.members.get(self.user_id)
        if member is None:
            return NOTHING
        check_may_grant(view, member.role)
        return remove(view, self.user_id, member)


class LeaveWorkspace(Command):
    """Sent by the member who goes. The last owner cannot."""

    needs = Role.VIEWER
    while_archived: ClassVar[bool] = True

    def decide(self, view: "View") -> Decision:
        return remove(view, view.actor, existing_member(view, view.actor))


def withdraw(view: "View", user: UserId) -> Decision:
    return [InvitationWithdrawn(at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=user)]


def remove(view: "View", user: UserId, member: Member) -> Decision:
    check_not_last_owner(view, member)
    return [MemberRemoved(at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=user)]


def check_room(workspace: Workspace) -> None:
    if len(workspace.members) >= MEMBERS:
        raise WorkspaceFull(f"at most {MEMBERS}")


def existing_member(view: "View", user: UserId) -> Member:
    member = view.workspace.members.get(user)
    if member is None:
        raise NoSuchMember(user)
    return member


def check_members(view: "View", users: tuple[UserId, ...]) -> None:
    """Raises `NoSuchMember` unless all of them are members."""
    for user in users:
        existing_member(view, user)


def check_may_grant(view: "View", role: Role) -> None:
    """Nobody gives, changes or takes a role above their own."""
    if not view.may(role):
        raise NotAllowed(f"{view.actor} is {view.role()}, and cannot give or take the role {role}")


def check_not_last_owner(view: "View", member: Member) -> None:
    if member.role is Role.OWNER and view.workspace.owners() == 1:
        raise LastOwner(view.workspace_id)
