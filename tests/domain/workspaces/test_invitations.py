"""Invitations: an admin invites, the invited user joins or declines, an admin withdraws."""

import pytest
from support.scenario import BEA, MAX, MEMBERS, STRANGER, VERA, fact

from ascend.domain.errors import InvalidInput, NotAllowed
from ascend.domain.ids import OPERATOR_USER, POLICIES, UserId
from ascend.domain.role import Role
from ascend.domain.workspaces.members import (
    AddMember,
    ChangeRole,
    DeclineInvitation,
    InviteMember,
    JoinWorkspace,
    NoSuchMember,
    NotInvited,
    TooManyInvitations,
    WithdrawInvitation,
    WorkspaceFull,
)
from ascend.domain.workspaces.workspace import INVITATIONS, InvitationWithdrawn, MemberInvited, MemberJoined, Workspace
from ascend.domain.workspaces.workspace import MEMBERS as MOST
from ascend.testing import ADA, HOME, given, member_added

SAM = UserId("sam")
INVITE, JOIN, DECLINE = InviteMember(user_id=SAM), JoinWorkspace(name="Sam"), DeclineInvitation()
WITHDRAW = WithdrawInvitation(user_id=SAM)


def invited(user: UserId = SAM, role: Role = Role.MEMBER, by: UserId = ADA) -> MemberInvited:
    return fact(MemberInvited, by=by, workspace_id=HOME, user_id=user, role=role)


def withdrawn(by: UserId = ADA) -> InvitationWithdrawn:
    return fact(InvitationWithdrawn, by=by, workspace_id=HOME, user_id=SAM)


JOINED = fact(MemberJoined, by=SAM, workspace_id=HOME, name="Sam", role=Role.MEMBER)
home, open_one = given(*MEMBERS), given(*MEMBERS, invited())


def test_an_invited_user_joins_under_a_name_of_their_own() -> None:
    home.when(INVITE).then(invited())
    open_one.when(JOIN, by=SAM).then(JOINED)
    state = given(*MEMBERS, invited(), JOINED).state(Workspace, HOME)
    assert (state.members[SAM].name, state.members[SAM].role, state.invited) == ("Sam", Role.MEMBER, {})


def test_an_invited_user_is_not_a_member_yet() -> None:
    state = open_one.state(Workspace, HOME)
    assert (SAM in state.members, state.invited) == (False, {SAM: Role.MEMBER})
    open_one.when(ChangeRole(user_id=SAM, role=Role.VIEWER)).refused(NoSuchMember)
    open_one.when(INVITE, by=SAM).refused(NotAllowed)


def test_the_same_invitation_again_has_no_events() -> None:
    open_one.when(INVITE).nothing()
    home.when(InviteMember(user_id=MAX, role=Role.OWNER)).nothing()  # a member's role is changed by ChangeRole
    given(*MEMBERS, invited(), JOINED).when(JOIN, by=SAM).nothing()
    home.when(WITHDRAW).nothing()
    home.when(JOIN, by=MAX).nothing()


def test_an_invited_user_gets_the_role_of_the_latest_invitation() -> None:
    again = given(*MEMBERS, invited(role=Role.ADMIN), invited(role=Role.VIEWER))
    again.when(JOIN, by=SAM).then(JOINED.model_copy(update={"role": Role.VIEWER}))
    given(*MEMBERS, invited(role=Role.ADMIN)).when(InviteMember(user_id=SAM, role=Role.VIEWER)).then(
        invited(role=Role.VIEWER)
    )


def test_a_role_that_is_left_out_keeps_that_of_the_open_invitation() -> None:
    given(*MEMBERS, invited(role=Role.VIEWER)).when(INVITE).nothing()
    given(*MEMBERS).when(INVITE).then(invited(role=Role.MEMBER))


def test_a_user_cannot_join_after_the_invitation_was_declined_or_withdrawn() -> None:
    open_one.when(DECLINE, by=SAM).then(withdrawn(by=SAM))
    open_one.when(WITHDRAW, by=BEA).then(withdrawn(by=BEA))
    for end in (withdrawn(), withdrawn(by=SAM)):
        ended = given(*MEMBERS, invited(), end)
        assert ended.state(Workspace, HOME).invited == {}
        for command in (JOIN, DECLINE):
            ended.when(command, by=SAM).refused(NotInvited)
        ended.when(INVITE).then(invited())


def test_a_user_who_is_added_meanwhile_needs_no_invitation() -> None:
    added = member_added(SAM, Role.ADMIN)
    open_one.when(AddMember(user_id=SAM, name="Sam", role=Role.ADMIN)).then(added)
    state = given(*MEMBERS, invited(), added).state(Workspace, HOME)
    assert (state.members[SAM].role, state.invited) == (Role.ADMIN, {})


@pytest.mark.parametrize("command", [INVITE, WITHDRAW], ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("by", [MAX, VERA, STRANGER, SAM])
def test_only_an_admin_invites_and_withdraws(command: InviteMember | WithdrawInvitation, by: UserId) -> None:
    open_one.when(command, by=by).refused(NotAllowed)


@pytest.mark.parametrize("role", Role)
def test_nobody_invites_above_their_own_role_or_withdraws_such_an_invitation(role: Role) -> None:
    """Bea is an admin."""
    invited_before = given(*MEMBERS, invited(role=role))
    inviting = home.when(InviteMember(user_id=SAM, role=role), by=BEA)
    withdrawing = invited_before.when(WITHDRAW, by=BEA)
    other = Role.VIEWER if role is not Role.VIEWER else Role.MEMBER
    changing = invited_before.when(InviteMember(user_id=SAM, role=other), by=BEA)
    adding = invited_before.when(AddMember(user_id=SAM, name="Sam", role=other), by=BEA)
    if role is Role.OWNER:
        for answer in (inviting, withdrawing, changing, adding):
            answer.refused(NotAllowed)
    else:
        inviting.then(invited(role=role, by=BEA))
        withdrawing.then(withdrawn(by=BEA))
        changing.then(invited(role=other, by=BEA))
        adding.then(member_added(SAM, other, by=BEA))


@pytest.mark.parametrize("command", [JOIN, DECLINE], ids=lambda command: type(command).__name__)
def test_a_stranger_learns_nothing(command: JoinWorkspace | DeclineInvitation) -> None:
    """A stranger learns neither that the workspace exists nor who is invited."""
    answers = [history.when(command, by=STRANGER).outcome for history in (given(), home, open_one)]
    assert {(type(answer), str(answer)) for answer in answers} == {(NotInvited, str(NotInvited(STRANGER)))}


def test_open_invitations_are_limited() -> None:
    crowd = [invited(UserId(f"guest{n}")) for n in range(INVITATIONS)]
    full = given(*MEMBERS, *crowd)
    full.when(INVITE).refused(TooManyInvitations)
    full.when(InviteMember(user_id=crowd[0].user_id)).nothing()
    full.when(InviteMember(user_id=crowd[0].user_id, role=Role.VIEWER)).then(invited(crowd[0].user_id, Role.VIEWER))
    given(*MEMBERS, *crowd[1:]).when(INVITE).then(invited())


def test_a_user_cannot_join_a_full_workspace() -> None:
    crowd = [member_added(UserId(f"member{n}"), Role.MEMBER) for n in range(MOST - len(MEMBERS))]
    full = given(*MEMBERS, *crowd, invited())
    full.when(JOIN, by=SAM).refused(WorkspaceFull)
    full.when(JOIN, by=MAX).nothing()
    full.when(INVITE).nothing()
    full.when(DECLINE, by=SAM).then(withdrawn(by=SAM))
    given(*MEMBERS, *crowd[1:], invited()).when(JOIN, by=SAM).then(JOINED)


@pytest.mark.parametrize("user", [POLICIES, OPERATOR_USER])
def test_the_system_s_own_users_are_never_members(user: UserId) -> None:
    with pytest.raises(InvalidInput, match="system's own"):
        InviteMember(user_id=user)
    with pytest.raises(InvalidInput, match="system's own"):
        AddMember(user_id=user, name="System")
