"""The commands on members: invite and join, add, change the role, remove, leave.

              ┌── withdraw, decline ──┐
invite ──▶ invited ──join──▶ member ──remove, leave──▶ gone        add ──▶ member, without an invitation
"""

from typing import Annotated, ClassVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ascend.domain.errors import NotAllowed, NotFound, Refusal
from ascend.domain.ids import UserId
from ascend.domain.role import Role
from ascend.domain.values import Label
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.view import View
from ascend.domain.workspaces.workspace import (
    INVITATIONS,
    MEMBERS,
    PEOPLE_BYTES,
    InvitationWithdrawn,
    Member,
    MemberAdded,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
    Workspace,
)


def _person(user: UserId) -> UserId:
    if user.startswith("~"):
        raise PydanticCustomError("user", "one of the system's own users cannot be a member")
    return user


Person = Annotated[UserId, AfterValidator(_person)]


class LastOwner(Refusal):
    """A workspace needs an owner: make another member an owner first."""


class WorkspaceFull(Refusal):
    """The workspace has as many members as it can have."""


class TooManyInvitations(Refusal):
    """The workspace has as many open invitations as it can have: withdraw one."""


class NoSuchMember(NotFound):
    """This user is not a member of the workspace."""


class NotInvited(NotFound):
    """This user has no open invitation to the workspace."""


class InviteMember(Command):
    """Invites a user. They find the invitation in their list, and join or decline.

    Sent again with another role, it changes the open invitation. A role that is left out keeps that of the invitation.

    Refused for a role above the sender's own, if there are too many open invitations, and if the workspace has no room for
    one more id.
    """

    needs = Role.ADMIN
    user_id: Person
    role: Role = Role.MEMBER

    def decide(self, view: View) -> Decision:
        workspace = view.workspace
        before = workspace.invited.get(self.user_id)
        role = self.role if before is None or "role" in self.model_fields_set else before
        if self.user_id in workspace.members or before is role:
            return NOTHING
        if before is None and len(workspace.invited) >= INVITATIONS:
            raise TooManyInvitations(f"at most {INVITATIONS}")
        check_room_for_id(workspace, self.user_id)
        check_may_grant(view, role)
        check_may_grant(view, before or role)
        invited = MemberInvited(
            at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=self.user_id, role=role
        )
        return [invited]


class WithdrawInvitation(Command):
    """Withdraws an invitation. The user can no longer join. Refused for a role above the sender's own."""

    needs = Role.ADMIN
    user_id: UserId

    def decide(self, view: View) -> Decision:
        role = view.workspace.invited.get(self.user_id)
        if role is None:
            return NOTHING
        check_may_grant(view, role)
        return withdraw(view, self.user_id)


class DeclineInvitation(Command):
    """Declines an invitation. Sent by the invited user. Refused without an open invitation."""

    needs = None
    while_archived: ClassVar[bool] = True

    def decide(self, view: View) -> Decision:
        workspace = view.find(Workspace, view.workspace_id)
        if workspace is None or view.actor not in workspace.invited:
            raise NotInvited(view.actor)
        return withdraw(view, view.actor)


class JoinWorkspace(Command):
    """Accepts an invitation, with the name that the other members will see. Sent by the invited user.

    Refused without an open invitation, and if the workspace is full.
    """

    needs = None
    while_archived: ClassVar[bool] = True
    name: Label

    def decide(self, view: View) -> Decision:
        workspace = view.find(Workspace, view.workspace_id)
        if workspace is not None and view.actor in workspace.members:
            return NOTHING
        if workspace is None or view.actor not in workspace.invited:
            raise NotInvited(view.actor)  # others must not learn if there is such a workspace
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
    """Adds a member without an invitation. Use it when the user has already agreed; `InviteMember` asks them.

    Refused for a role above the sender's own, and if the workspace is full.
    """

    needs = Role.ADMIN
    user_id: Person
    name: Label
    role: Role = Role.MEMBER

    def decide(self, view: View) -> Decision:
        if self.user_id in view.workspace.members:
            return NOTHING  # only ChangeRole changes the role of a member
        check_room(view.workspace)
        check_room_for_id(view.workspace, self.user_id)
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
    """Changes the role of a member. Refused for a role above the sender's own, and for the last owner."""

    needs = Role.ADMIN
    user_id: UserId
    role: Role

    def decide(self, view: View) -> Decision:
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
    """Removes a member. They see nothing any more, and a policy removes them from the assignees of open Tasks.

    Refused for a role above the sender's own, and for the last owner.
    """

    needs = Role.ADMIN
    user_id: UserId

    def decide(self, view: View) -> Decision:
        member = view.workspace.members.get(self.user_id)
        if member is None:
            return NOTHING
        check_may_grant(view, member.role)
        return remove(view, self.user_id, member)


class LeaveWorkspace(Command):
    """Ends the sender's membership. Refused for the last owner."""

    needs = Role.VIEWER
    while_archived: ClassVar[bool] = True

    def decide(self, view: View) -> Decision:
        return remove(view, view.actor, existing_member(view, view.actor))


def withdraw(view: View, user: UserId) -> Decision:
    return [InvitationWithdrawn(at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=user)]


def remove(view: View, user: UserId, member: Member) -> Decision:
    check_not_last_owner(view, member)
    return [MemberRemoved(at=view.at, by=view.actor, workspace_id=view.workspace_id, user_id=user)]


def check_room(workspace: Workspace) -> None:
    """Check that the workspace can have one more member.

    Raises:
        WorkspaceFull: it cannot.
    """
    if len(workspace.members) >= MEMBERS:
        raise WorkspaceFull(f"at most {MEMBERS}")


def check_room_for_id(workspace: Workspace, user: UserId) -> None:
    """Check that the workspace can keep one more id of this length.

    Raises:
        WorkspaceFull: it cannot.
    """
    if not workspace.has_room_for_id(user):
        raise WorkspaceFull(f"the ids of members and invited users have at most {PEOPLE_BYTES} bytes together")


def existing_member(view: View, user: UserId) -> Member:
    """Return the member.

    Raises:
        NoSuchMember: the user is not a member.
    """
    member = view.workspace.members.get(user)
    if member is None:
        raise NoSuchMember(user)
    return member


def check_members(view: View, users: tuple[UserId, ...]) -> None:
    """Check that all the users are members.

    Raises:
        NoSuchMember: one is not.
    """
    for user in users:
        existing_member(view, user)


def check_may_grant(view: View, role: Role) -> None:
    """Check that the actor may give, change or take this role: nobody may for a role above their own.

    Raises:
        NotAllowed: the role is above the actor's own.
    """
    if not view.may(role):
        raise NotAllowed(f"{view.actor} is {view.role()}, and cannot give or take the role {role}")


def check_not_last_owner(view: View, member: Member) -> None:
    """Check that the workspace has an owner without this member.

    Raises:
        LastOwner: the member is the only owner.
    """
    if member.role is Role.OWNER and view.workspace.owners() == 1:
        raise LastOwner(view.workspace_id)
